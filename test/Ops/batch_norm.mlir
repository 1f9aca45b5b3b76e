// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// Only one multiplication and one addition see the input.
// IR-LABEL: func @batch_norm
// IR: "ufront.batch_norm"(%{{.*}}) {eps = 1.000000e-03 : f64}
// DECOMPOSE-LABEL: func @batch_norm
// DECOMPOSE-SAME: (%[[X:.*]]: tensor<?x3x4x5xf32>, %[[S:.*]]: tensor<3xf32>, %[[B:.*]]: tensor<3xf32>, %[[M:.*]]: tensor<3xf32>, %[[V:.*]]: tensor<3xf32>)
// DECOMPOSE: %[[R:.*]] = "ufront.rsqrt"
// DECOMPOSE: %[[F:.*]] = "ufront.multiply"(%[[S]], %[[R]])
// DECOMPOSE: %[[MF:.*]] = "ufront.multiply"(%[[M]], %[[F]])
// DECOMPOSE: %[[O:.*]] = "ufront.subtract"(%[[B]], %[[MF]])
// DECOMPOSE: %[[F3:.*]] = "ufront.unsqueeze"(%[[F]]) {axes = array<i64: 1, 2>}
// DECOMPOSE: %[[O3:.*]] = "ufront.unsqueeze"(%[[O]]) {axes = array<i64: 1, 2>}
// DECOMPOSE: %[[Y:.*]] = "ufront.multiply"(%[[X]], %[[F3]])
// DECOMPOSE: "ufront.add"(%[[Y]], %[[O3]])
func.func @batch_norm(%x: tensor<?x3x4x5xf32>, %s: tensor<3xf32>, %b: tensor<3xf32>, %m: tensor<3xf32>, %v: tensor<3xf32>) -> tensor<?x3x4x5xf32> {
  %0 = "ufront.batch_norm"(%x, %s, %b, %m, %v) {eps = 1.0e-3}
      : (tensor<?x3x4x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<?x3x4x5xf32>
  return %0 : tensor<?x3x4x5xf32>
}

// DECOMPOSE-LABEL: func @batch_norm_plain
// DECOMPOSE: "ufront.neg"
// DECOMPOSE-NOT: "ufront.unsqueeze"
// DECOMPOSE: "ufront.cast"(%{{.*}}) {to = f16}
func.func @batch_norm_plain(%x: tensor<2x3xf16>, %m: tensor<3xf32>, %v: tensor<3xf32>) -> tensor<2x3xf16> {
  %none = "ufront.none"() : () -> none
  %0 = "ufront.batch_norm"(%x, %none, %none, %m, %v) {axis = -1 : i64}
      : (tensor<2x3xf16>, none, none, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}

// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE
// RUN: ufront-opt %s --ufront-params-to-arguments --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --ufront-params-to-arguments --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Leading dimensions are loops of their own; the bias is what is summed into.
// IR-LABEL: func @linear_io
// IR: "ufront.linear"(%{{.*}}, %{{.*}}, %{{.*}}) {out_features = 4 : i64, weight_layout = "io"}
// LINALG-LABEL: func @linear_io
// LINALG-SAME: (%[[X:.*]]: tensor<2x5x3xf32>, %[[W:.*]]: tensor<3x4xf32>, %[[B:.*]]: tensor<4xf32>)
// LINALG: %[[INIT:.*]] = linalg.broadcast ins(%[[B]] : tensor<4xf32>) outs({{.*}} : tensor<2x5x4xf32>) dimensions = [0, 1]
// LINALG: linalg.generic {{.*}}"parallel", "parallel", "reduction", "parallel"]}
// LINALG-SAME: ins(%[[X]], %[[W]] : tensor<2x5x3xf32>, tensor<3x4xf32>) outs(%[[INIT]]
// LINALG-NOT: tensor.expand_shape
// TOSA-LABEL: func @linear_io
// TOSA: %[[Y:.*]] = tosa.matmul {{.*}} -> tensor<1x10x4xf32>
// TOSA: %[[Z:.*]] = tosa.reshape %[[Y]], {{.*}} -> tensor<2x5x4xf32>
// TOSA: tosa.add %[[Z]]
func.func @linear_io(%x: tensor<2x5x3xf32>, %w: tensor<3x4xf32>, %b: tensor<4xf32>) -> tensor<2x5x4xf32> {
  %0 = "ufront.linear"(%x, %w, %b) {weight_layout = "io", out_features = 4 : i64}
      : (tensor<2x5x3xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x5x4xf32>
  return %0 : tensor<2x5x4xf32>
}

// A weight is turned once.
// DECOMPOSE-LABEL: func @linear_oi_weight
// DECOMPOSE: %[[W:.*]] = "ufront.param"
// DECOMPOSE: %[[T:.*]] = "ufront.transpose"(%[[W]]) {perm = array<i64: 1, 0>}
// DECOMPOSE: "ufront.linear"(%{{.*}}, %[[T]]) {weight_layout = "io"}
// TOSA-LABEL: func @linear_oi_weight
// TOSA: tosa.matmul {{.*}} -> tensor<1x?x4xf32>
func.func @linear_oi_weight(%x: tensor<?x3xf32>) -> tensor<?x4xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<4x3xf32>
  %0 = "ufront.linear"(%x, %w) : (tensor<?x3xf32>, tensor<4x3xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// What is computed is read as it lies; 16 bits are summed in 32.
// DECOMPOSE-LABEL: func @linear_oi_computed
// DECOMPOSE: "ufront.linear"(%{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @linear_oi_computed
// LINALG-NOT: linalg.transpose
// LINALG: linalg.generic {{.*}}"parallel", "parallel", "reduction"]} {{.*}} outs({{.*}} : tensor<1x4xf32>)
// LINALG: arith.truncf
// TOSA-LABEL: func @linear_oi_computed
// TOSA: "ufront.linear"
func.func @linear_oi_computed(%x: tensor<3xf16>, %w: tensor<4x3xf16>) -> tensor<4xf16> {
  %0 = "ufront.linear"(%x, %w) : (tensor<3xf16>, tensor<4x3xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// Integers are summed in `to`, each widened by its own signs.
// IR-LABEL: func @linear_bytes
// IR: "ufront.linear"
// LINALG-LABEL: func @linear_bytes
// LINALG: linalg.broadcast
// LINALG: linalg.generic
// LINALG: arith.extui %{{.*}} : i8 to i32
// LINALG-NEXT: arith.extsi %{{.*}} : i8 to i32
// LINALG-NEXT: arith.muli
// LINALG-NEXT: arith.addi
// TOSA-LABEL: func @linear_bytes
// TOSA: ufront.linear
func.func @linear_bytes(%x: tensor<2x3xui8>, %w: tensor<3x4xi8>, %b: tensor<4xi32>) -> tensor<2x4xi32> {
  %0 = "ufront.linear"(%x, %w, %b) {weight_layout = "io", to = i32}
      : (tensor<2x3xui8>, tensor<3x4xi8>, tensor<4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

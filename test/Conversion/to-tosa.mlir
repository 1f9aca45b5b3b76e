// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa --verify-diagnostics
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s

// A row names its TOSA op, or builds what it takes. Weights are left.
// CHECK-LABEL: func @mlp
// CHECK-SAME:    (%[[X:.*]]: tensor<2x3xf32>)
// CHECK:         %[[W:.*]] = "ufront.param"() {sym = "w"}
// CHECK:         %[[H:.*]] = tosa.add %[[X]], %[[W]]
// CHECK:         tosa.clamp %[[H]] {max_val = 0x7F800000 : f32, min_val = 0.000000e+00 : f32}
func.func @mlp(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2x3xf32>
  %0 = "ufront.add"(%x, %w) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = "ufront.relu"(%0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// -----

// TOSA wants equal ranks.
// CHECK-LABEL: func @broadcast
// CHECK:         %[[B:.*]] = tosa.reshape %{{.*}} -> tensor<1x3xf32>
// CHECK:         tosa.add %{{.*}}, %[[B]] : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
func.func @broadcast(%x: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.add"(%x, %b) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// What TOSA cannot express is reported, each at its own location; `partial`
// leaves it.
// CHECK-LABEL: func @leftovers
// CHECK:         tosa.exp
// CHECK:         "ufront.atan2"
// CHECK:         tosa.tanh
// CHECK:         "ufront.atan2"
func.func @leftovers(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "ufront.exp"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @+1 {{'ufront.atan2' has no lowering to TOSA}}
  %1 = "ufront.atan2"(%0, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = "ufront.tanh"(%1) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @+1 {{'ufront.atan2' has no lowering to TOSA}}
  %3 = "ufront.atan2"(%2, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %3 : tensor<2xf32>
}

// -----

// TOSA has no f64.
// CHECK-LABEL: func @f64
// CHECK:         "ufront.add"
func.func @f64(%x: tensor<2xf64>) -> tensor<2xf64> {
  // expected-error @+1 {{'ufront.add' has no lowering to TOSA}}
  %0 = "ufront.add"(%x, %x) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}

// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @stack_c1() {
  // expected-error @+1 {{'ufront.stack' needs at least one operand}}
  %0 = "ufront.stack"() {axis = 0 : i64} : () -> tensor<1xf32>
  return
}

// -----

func.func @stack_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.stack' axis 4 is outside [-4, 4)}}
  %0 = "ufront.stack"(%x) {axis = 4 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4x1xf32>
  return
}

// -----

func.func @stack_c3(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.stack' operand 1 of shape 3 does not fit to 2}}
  %0 = "ufront.stack"(%x, %y) {axis = 0 : i64} : (tensor<2xf32>, tensor<3xf32>) -> tensor<2x2xf32>
  return
}

// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @concat_c1(%x: tensor<f32>) {
  // expected-error @+1 {{'ufront.concat' cannot put scalars together}}
  %0 = "ufront.concat"(%x) {axis = 0 : i64} : (tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @concat_c1_none() {
  // expected-error @+1 {{'ufront.concat' needs at least one operand}}
  %0 = "ufront.concat"() {axis = 0 : i64} : () -> tensor<1xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.concat' axis 3 is outside [-3, 3)}}
  %0 = "ufront.concat"(%x) {axis = 3 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return
}

// -----

func.func @concat_c3(%x: tensor<2x3xf32>, %y: tensor<3x3xf32>) {
  // expected-error @+1 {{'ufront.concat' operand 1 of shape 3x3 does not fit to 2x3 along axis 1}}
  %0 = "ufront.concat"(%x, %y) {axis = 1 : i64} : (tensor<2x3xf32>, tensor<3x3xf32>) -> tensor<2x6xf32>
  return
}

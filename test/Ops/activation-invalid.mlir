// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @relu(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.relu' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.relu"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @leaky_relu(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.leaky_relu' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.leaky_relu"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @prelu_c1(%a: tensor<3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.prelu' slope has the shape 2x3, which does not broadcast to the input's, 3}}
  %0 = "ufront.prelu"(%a, %b) : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @hard_sigmoid(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.hard_sigmoid' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.hard_sigmoid"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @hard_swish(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.hard_swish' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.hard_swish"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @thresholded_relu(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.thresholded_relu' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.thresholded_relu"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @shrink(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.shrink' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.shrink"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @elu(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.elu' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.elu"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @celu_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.celu' alpha must not be 0}}
  %0 = "ufront.celu"(%a) {alpha = 0.0} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @selu(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.selu' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.selu"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @sigmoid(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.sigmoid' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.sigmoid"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @tanh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.tanh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.tanh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @silu(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.silu' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.silu"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @swiglu(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.swiglu' operand 'input' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.swiglu"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @softsign(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.softsign' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.softsign"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @softplus_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.softplus' beta must not be 0}}
  %0 = "ufront.softplus"(%a) {beta = 0.0} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @mish(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.mish' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.mish"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @gelu(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.gelu' attribute 'approximate' must be one of none|tanh, but is 'erf'}}
  %0 = "ufront.gelu"(%a) {approximate = "erf"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

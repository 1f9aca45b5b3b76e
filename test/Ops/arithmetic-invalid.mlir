// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @add(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.add' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.add"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @subtract(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.subtract' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.subtract"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @multiply(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.multiply' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.multiply"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @maximum(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.maximum' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.maximum"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @minimum(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.minimum' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.minimum"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @atan2(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.atan2' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.atan2"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @mod(%a: tensor<2x3xf32>, %b: tensor<2x3xf16>) {
  // expected-error @+1 {{'ufront.mod' operand 'rhs' must have the element type f32, but is tensor<2x3xf16>}}
  %0 = "ufront.mod"(%a, %b) : (tensor<2x3xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  return
}

// -----

func.func @divide(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.divide' attribute 'rounding' must be one of none|trunc|floor, but is 'up'}}
  %0 = "ufront.divide"(%a, %b) {rounding = "up"} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @pow(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @+1 {{'ufront.pow' cannot broadcast 2x3 with 2x4: dimension 1 is 3 and 4}}
  %0 = "ufront.pow"(%a, %b) : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @mean_n_c1() {
  // expected-error @+1 {{'ufront.mean_n' needs at least one input}}
  %0 = "ufront.mean_n"() : () -> tensor<2x3xf32>
  return
}

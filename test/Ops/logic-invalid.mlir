// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @compare(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.compare' attribute 'pred' must be one of eq|ne|lt|le|gt|ge, but is 'less'}}
  %0 = "ufront.compare"(%a, %b) {pred = "less"} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}

// -----

func.func @compare_result(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.compare' result 0 must be tensor<2x3xi1>, but is declared tensor<2x3xf32>}}
  %0 = "ufront.compare"(%a, %b) {pred = "lt"} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @is_nan(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.is_nan' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.is_nan"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @is_inf(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.is_inf' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.is_inf"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @is_finite(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.is_finite' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.is_finite"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @logical(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.logical' operand 'lhs' must be an i1 tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.logical"(%a, %b) {kind = "and"} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @bitwise(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitwise' operand 'lhs' must be an integer or i1 tensor, but is tensor<2x3xf32>}}
  %0 = "ufront.bitwise"(%a, %b) {kind = "and"} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @logical_not(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.logical_not' operand 'input' must be an i1 tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.logical_not"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @bitwise_not(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitwise_not' operand 'input' must be an integer or i1 tensor, but is tensor<2x3xf32>}}
  %0 = "ufront.bitwise_not"(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @shift(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.shift' needs the attribute 'direction', a string}}
  %0 = "ufront.shift"(%a, %b) : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @where_c1(%a: tensor<2x3xi1>, %b: tensor<2x3xf32>, %c: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.where' on_true and on_false have different element types}}
  %0 = "ufront.where"(%a, %b, %c) : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xi32>) -> tensor<2x3xf32>
  return
}

// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @cast_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.cast' 'to' must be a float, or an integer type of at most 64 bits}}
  %0 = "ufront.cast"(%a) {to = complex<f32>} : (tensor<2x3xf32>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @bitcast_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitcast' 'to' must be a float, or an integer type of at most 64 bits}}
  %0 = "ufront.bitcast"(%a) {to = index} : (tensor<2x3xf32>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @bitcast_c2(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitcast' cannot read 32 bits as 64}}
  %0 = "ufront.bitcast"(%a) {to = i64} : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return
}

// -----

func.func @cast_c2(%a: tensor<2x3xf8E3M4>) {
  // expected-error @+1 {{'ufront.cast' cannot convert the numbers of its input}}
  %0 = "ufront.cast"(%a) {to = f32} : (tensor<2x3xf8E3M4>) -> tensor<2x3xf32>
  return
}

// -----

func.func @cast_round_mode(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.cast' attribute 'round_mode' must be one of up|down|nearest, but is 'sideways'}}
  %0 = "ufront.cast"(%a) {to = f8E8M0FNU, round_mode = "sideways"} : (tensor<2x3xf32>) -> tensor<2x3xf8E8M0FNU>
  return
}

// -----

func.func @narrow_arithmetic(%a: tensor<2x3xf8E5M2>) {
  // expected-error @+1 {{'ufront.add' operand 'lhs' is tensor<2x3xf8E5M2>, whose numbers can be cast but not computed with}}
  %0 = "ufront.add"(%a, %a) : (tensor<2x3xf8E5M2>, tensor<2x3xf8E5M2>) -> tensor<2x3xf8E5M2>
  return
}

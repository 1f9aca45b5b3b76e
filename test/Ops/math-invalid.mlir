// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @abs(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.abs' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.abs"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @neg(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.neg' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.neg"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @sign(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.sign' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.sign"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @square(%a: tensor<2x3xi1>) {
  // expected-error @+1 {{'ufront.square' operand 'input' must be a float or integer tensor, but is tensor<2x3xi1>}}
  %0 = "ufront.square"(%a) : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return
}

// -----

func.func @sqrt(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.sqrt' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.sqrt"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @rsqrt(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.rsqrt' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.rsqrt"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @reciprocal(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.reciprocal' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.reciprocal"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @exp(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.exp' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.exp"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @exp2(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.exp2' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.exp2"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @expm1(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.expm1' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.expm1"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @log(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.log' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.log"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @log2(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.log2' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.log2"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @log10(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.log10' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.log10"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @log1p(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.log1p' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.log1p"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @erf(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.erf' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.erf"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @erfc(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.erfc' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.erfc"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @floor(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.floor' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.floor"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @ceil(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.ceil' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.ceil"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @round(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.round' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.round"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @trunc(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.trunc' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.trunc"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @sin(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.sin' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.sin"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @cos(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.cos' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.cos"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @tan(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.tan' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.tan"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @asin(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.asin' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.asin"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @acos(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.acos' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.acos"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @atan(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.atan' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.atan"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @sinh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.sinh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.sinh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @cosh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.cosh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.cosh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @asinh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.asinh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.asinh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @acosh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.acosh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.acosh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @atanh(%a: tensor<2x3xi32>) {
  // expected-error @+1 {{'ufront.atanh' operand 'input' must be a float tensor, but is tensor<2x3xi32>}}
  %0 = "ufront.atanh"(%a) : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return
}

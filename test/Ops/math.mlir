// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Functions of one number.

// IR-LABEL: func @abs
// IR: "ufront.abs"
// LINALG-LABEL: func @abs
// LINALG: math.absf
// TOSA-LABEL: func @abs
// TOSA: tosa.abs
func.func @abs(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.abs"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @abs_integers
// IR: "ufront.abs"
// LINALG-LABEL: func @abs_integers
// LINALG: math.absi
// TOSA-LABEL: func @abs_integers
// TOSA: tosa.abs
func.func @abs_integers(%a: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.abs"(%a)
      : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @neg
// IR: "ufront.neg"
// LINALG-LABEL: func @neg
// LINALG: arith.negf
// TOSA-LABEL: func @neg
// TOSA: tosa.negate
func.func @neg(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.neg"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @sign
// IR: "ufront.sign"
// LINALG-LABEL: func @sign
// LINALG: arith.cmpf ogt
// LINALG: arith.cmpf olt
// TOSA-LABEL: func @sign
// TOSA: tosa.greater
// TOSA: tosa.select
func.func @sign(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.sign"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @square
// IR: "ufront.square"
// LINALG-LABEL: func @square
// LINALG: arith.mulf
// TOSA-LABEL: func @square
// TOSA: tosa.mul
func.func @square(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.square"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @sqrt
// IR: "ufront.sqrt"
// LINALG-LABEL: func @sqrt
// LINALG: math.sqrt
// TOSA-LABEL: func @sqrt
// TOSA: tosa.rsqrt
// TOSA: tosa.reciprocal
func.func @sqrt(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.sqrt"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @rsqrt
// IR: "ufront.rsqrt"
// LINALG-LABEL: func @rsqrt
// LINALG: math.rsqrt
// TOSA-LABEL: func @rsqrt
// TOSA: tosa.rsqrt
func.func @rsqrt(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.rsqrt"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @reciprocal
// IR: "ufront.reciprocal"
// LINALG-LABEL: func @reciprocal
// LINALG: arith.divf
// TOSA-LABEL: func @reciprocal
// TOSA: tosa.reciprocal
func.func @reciprocal(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.reciprocal"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @exp
// IR: "ufront.exp"
// LINALG-LABEL: func @exp
// LINALG: math.exp
// TOSA-LABEL: func @exp
// TOSA: tosa.exp
func.func @exp(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.exp"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @exp2
// IR: "ufront.exp2"
// LINALG-LABEL: func @exp2
// LINALG: math.exp2
// TOSA-LABEL: func @exp2
// TOSA: tosa.pow
func.func @exp2(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.exp2"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @expm1
// IR: "ufront.expm1"
// LINALG-LABEL: func @expm1
// LINALG: math.expm1
func.func @expm1(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.expm1"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @log
// IR: "ufront.log"
// LINALG-LABEL: func @log
// LINALG: math.log
// TOSA-LABEL: func @log
// TOSA: tosa.log
func.func @log(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.log"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @log2
// IR: "ufront.log2"
// LINALG-LABEL: func @log2
// LINALG: math.log2
// TOSA-LABEL: func @log2
// TOSA: tosa.log
// TOSA: tosa.mul
func.func @log2(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.log2"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @log10
// IR: "ufront.log10"
// LINALG-LABEL: func @log10
// LINALG: math.log10
// TOSA-LABEL: func @log10
// TOSA: tosa.log
// TOSA: tosa.mul
func.func @log10(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.log10"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @log1p
// IR: "ufront.log1p"
// LINALG-LABEL: func @log1p
// LINALG: math.log1p
func.func @log1p(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.log1p"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @erf
// IR: "ufront.erf"
// LINALG-LABEL: func @erf
// LINALG: math.erf
// TOSA-LABEL: func @erf
// TOSA: tosa.erf
func.func @erf(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.erf"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @erfc
// IR: "ufront.erfc"
// LINALG-LABEL: func @erfc
// LINALG: math.erfc
func.func @erfc(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.erfc"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @floor
// IR: "ufront.floor"
// LINALG-LABEL: func @floor
// LINALG: math.floor
// TOSA-LABEL: func @floor
// TOSA: tosa.floor
func.func @floor(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.floor"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @ceil
// IR: "ufront.ceil"
// LINALG-LABEL: func @ceil
// LINALG: math.ceil
// TOSA-LABEL: func @ceil
// TOSA: tosa.ceil
func.func @ceil(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.ceil"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @round
// IR: "ufront.round"
// LINALG-LABEL: func @round
// LINALG: math.roundeven
// TOSA-LABEL: func @round
// TOSA: tosa.floor
// TOSA: tosa.equal
// TOSA: tosa.select
func.func @round(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.round"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @trunc
// IR: "ufront.trunc"
// LINALG-LABEL: func @trunc
// LINALG: math.trunc
// TOSA-LABEL: func @trunc
// TOSA: tosa.ceil
// TOSA: tosa.floor
// TOSA: tosa.select
func.func @trunc(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.trunc"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @sin
// IR: "ufront.sin"
// LINALG-LABEL: func @sin
// LINALG: math.sin
// TOSA-LABEL: func @sin
// TOSA: tosa.sin
func.func @sin(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.sin"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @cos
// IR: "ufront.cos"
// LINALG-LABEL: func @cos
// LINALG: math.cos
// TOSA-LABEL: func @cos
// TOSA: tosa.cos
func.func @cos(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.cos"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @tan
// IR: "ufront.tan"
// LINALG-LABEL: func @tan
// LINALG: math.tan
// TOSA-LABEL: func @tan
// TOSA: tosa.sin
// TOSA: tosa.cos
func.func @tan(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.tan"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @asin
// IR: "ufront.asin"
// LINALG-LABEL: func @asin
// LINALG: math.asin
func.func @asin(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.asin"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @acos
// IR: "ufront.acos"
// LINALG-LABEL: func @acos
// LINALG: math.acos
func.func @acos(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.acos"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @atan
// IR: "ufront.atan"
// LINALG-LABEL: func @atan
// LINALG: math.atan
func.func @atan(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.atan"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @sinh
// IR: "ufront.sinh"
// LINALG-LABEL: func @sinh
// LINALG: math.sinh
func.func @sinh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.sinh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @cosh
// IR: "ufront.cosh"
// LINALG-LABEL: func @cosh
// LINALG: math.cosh
func.func @cosh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.cosh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @asinh
// IR: "ufront.asinh"
// LINALG-LABEL: func @asinh
// LINALG: math.asinh
func.func @asinh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.asinh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @acosh
// IR: "ufront.acosh"
// LINALG-LABEL: func @acosh
// LINALG: math.acosh
func.func @acosh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.acosh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @atanh
// IR: "ufront.atanh"
// LINALG-LABEL: func @atanh
// LINALG: math.atanh
func.func @atanh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.atanh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Activation functions: the same formula as a body of linalg.generic and as
// TOSA ops.

// IR-LABEL: func @relu
// IR: "ufront.relu"
// LINALG-LABEL: func @relu
// LINALG: arith.maximumf
// TOSA-LABEL: func @relu
// TOSA: tosa.clamp %{{.*}} {max_val = 0x7F800000 : f32, min_val = 0.000000e+00 : f32}
func.func @relu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.relu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @relu_unsigned
// IR: "ufront.relu"
// LINALG-LABEL: func @relu_unsigned
// LINALG: arith.maxui
func.func @relu_unsigned(%a: tensor<4xui8>) -> tensor<4xui8> {
  %0 = "ufront.relu"(%a)
      : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// IR-LABEL: func @leaky_relu
// IR: "ufront.leaky_relu"
// LINALG-LABEL: func @leaky_relu
// LINALG: arith.constant 3.000000e-01
// LINALG: arith.select
// TOSA-LABEL: func @leaky_relu
// TOSA: tosa.select
func.func @leaky_relu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.leaky_relu"(%a) {alpha = 0.3}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @prelu
// IR: "ufront.prelu"
// LINALG-LABEL: func @prelu
// LINALG: arith.mulf
// LINALG: arith.select
// TOSA-LABEL: func @prelu
// TOSA: tosa.reshape {{.*}}tensor<1x3xf32>
// TOSA: tosa.select
func.func @prelu(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.prelu"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @hard_sigmoid
// IR: "ufront.hard_sigmoid"
// LINALG-LABEL: func @hard_sigmoid
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// TOSA-LABEL: func @hard_sigmoid
// TOSA: tosa.clamp
func.func @hard_sigmoid(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.hard_sigmoid"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @hard_swish
// IR: "ufront.hard_swish"
// LINALG-LABEL: func @hard_swish
// LINALG: arith.maximumf
// LINALG: arith.minimumf
// LINALG: arith.mulf
// TOSA-LABEL: func @hard_swish
// TOSA: tosa.clamp
// TOSA: tosa.mul
func.func @hard_swish(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.hard_swish"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @thresholded_relu
// IR: "ufront.thresholded_relu"
// LINALG-LABEL: func @thresholded_relu
// LINALG: arith.cmpf ole
// LINALG: arith.select
// TOSA-LABEL: func @thresholded_relu
// TOSA: tosa.greater_equal
// TOSA: tosa.select
func.func @thresholded_relu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.thresholded_relu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @shrink
// IR: "ufront.shrink"
// LINALG-LABEL: func @shrink
// LINALG: arith.cmpf olt
// LINALG: arith.cmpf ogt
// TOSA-LABEL: func @shrink
// TOSA: tosa.greater
// TOSA: tosa.select
func.func @shrink(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.shrink"(%a) {lambd = 1.0}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @elu
// IR: "ufront.elu"
// LINALG-LABEL: func @elu
// LINALG: math.expm1
// LINALG: arith.select
// TOSA-LABEL: func @elu
// TOSA: tosa.exp
// TOSA: tosa.select
func.func @elu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.elu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @celu
// IR: "ufront.celu"
// LINALG-LABEL: func @celu
// LINALG: arith.divf
// LINALG: math.expm1
// TOSA-LABEL: func @celu
// TOSA: tosa.exp
func.func @celu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.celu"(%a) {alpha = 2.0}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @selu
// IR: "ufront.selu"
// LINALG-LABEL: func @selu
// LINALG: math.expm1
// LINALG: arith.constant 1.05070102
// LINALG: arith.mulf
// TOSA-LABEL: func @selu
// TOSA: tosa.exp
func.func @selu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.selu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @sigmoid
// IR: "ufront.sigmoid"
// LINALG-LABEL: func @sigmoid
// LINALG: arith.negf
// LINALG: math.exp
// LINALG: arith.addf
// LINALG: arith.divf
// TOSA-LABEL: func @sigmoid
// TOSA: tosa.sigmoid
func.func @sigmoid(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.sigmoid"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @tanh
// IR: "ufront.tanh"
// LINALG-LABEL: func @tanh
// LINALG: math.tanh
// TOSA-LABEL: func @tanh
// TOSA: tosa.tanh
func.func @tanh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.tanh"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @silu
// IR: "ufront.silu"
// LINALG-LABEL: func @silu
// LINALG: math.exp
// LINALG: arith.divf
// LINALG-NOT: arith.mulf
// TOSA-LABEL: func @silu
// TOSA: tosa.sigmoid
// TOSA: tosa.mul
func.func @silu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.silu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @swiglu
// IR: "ufront.swiglu"
// LINALG-LABEL: func @swiglu
// LINALG: math.exp
// LINALG: arith.divf
// LINALG: arith.mulf
// TOSA-LABEL: func @swiglu
// TOSA: tosa.sigmoid
// TOSA: tosa.mul
// TOSA: tosa.mul
func.func @swiglu(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.swiglu"(%a, %b) {alpha = 2.0}
      : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @softsign
// IR: "ufront.softsign"
// LINALG-LABEL: func @softsign
// LINALG: math.absf
// LINALG: arith.divf
// TOSA-LABEL: func @softsign
// TOSA: tosa.abs
// TOSA: tosa.reciprocal
func.func @softsign(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.softsign"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @softplus
// IR: "ufront.softplus"
// LINALG-LABEL: func @softplus
// LINALG: math.absf
// LINALG: math.exp
// LINALG: math.log1p
// TOSA-LABEL: func @softplus
// TOSA: tosa.exp
// TOSA: tosa.log
func.func @softplus(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.softplus"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @softplus_threshold
// IR: "ufront.softplus"
// LINALG-LABEL: func @softplus_threshold
// LINALG: arith.cmpf ogt
// LINALG: arith.select
// TOSA-LABEL: func @softplus_threshold
// TOSA: tosa.greater
// TOSA: tosa.select
func.func @softplus_threshold(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.softplus"(%a) {beta = 2.0, threshold = 20.0}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @mish
// IR: "ufront.mish"
// LINALG-LABEL: func @mish
// LINALG: arith.minimumf
// LINALG: math.exp
// LINALG: arith.divf
// TOSA-LABEL: func @mish
// TOSA: tosa.exp
// TOSA: tosa.reciprocal
func.func @mish(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.mish"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @gelu
// IR: "ufront.gelu"
// LINALG-LABEL: func @gelu
// LINALG: math.erf
// TOSA-LABEL: func @gelu
// TOSA: tosa.erf
func.func @gelu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.gelu"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @gelu_tanh
// IR: "ufront.gelu"
// LINALG-LABEL: func @gelu_tanh
// LINALG: math.exp
// LINALG: arith.divf
// TOSA-LABEL: func @gelu_tanh
// TOSA: tosa.sigmoid
func.func @gelu_tanh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.gelu"(%a) {approximate = "tanh"}
      : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @gelu_f16
// IR: "ufront.gelu"
// LINALG-LABEL: func @gelu_f16
// LINALG: arith.extf
// LINALG: math.erf
// LINALG: arith.truncf
// TOSA-LABEL: func @gelu_f16
// TOSA: tosa.cast
// TOSA: tosa.erf
// TOSA: tosa.cast
func.func @gelu_f16(%a: tensor<?x3xf16>) -> tensor<?x3xf16> {
  %0 = "ufront.gelu"(%a)
      : (tensor<?x3xf16>) -> tensor<?x3xf16>
  return %0 : tensor<?x3xf16>
}

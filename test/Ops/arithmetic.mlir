// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Arithmetic on two and more tensors, broadcast.

// IR-LABEL: func @add
// IR: "ufront.add"
// LINALG-LABEL: func @add
// LINALG: arith.addf
// TOSA-LABEL: func @add
// TOSA: tosa.reshape
// TOSA: tosa.add
func.func @add(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.add"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @add_bools
// IR: "ufront.add"
// LINALG-LABEL: func @add_bools
// LINALG: arith.ori
// TOSA-LABEL: func @add_bools
// TOSA: tosa.logical_or
func.func @add_bools(%a: tensor<2x3xi1>, %b: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = "ufront.add"(%a, %b)
      : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @subtract
// IR: "ufront.subtract"
// LINALG-LABEL: func @subtract
// LINALG: arith.subf
// TOSA-LABEL: func @subtract
// TOSA: tosa.sub
func.func @subtract(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.subtract"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @multiply
// IR: "ufront.multiply"
// LINALG-LABEL: func @multiply
// LINALG: arith.mulf
// TOSA-LABEL: func @multiply
// TOSA: tosa.mul
func.func @multiply(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.multiply"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @maximum
// IR: "ufront.maximum"
// LINALG-LABEL: func @maximum
// LINALG: arith.maximumf
// TOSA-LABEL: func @maximum
// TOSA: tosa.maximum
func.func @maximum(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.maximum"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @maximum_unsigned
// IR: "ufront.maximum"
// LINALG-LABEL: func @maximum_unsigned
// LINALG: arith.maxui
func.func @maximum_unsigned(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xui8> {
  %0 = "ufront.maximum"(%a, %b)
      : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// IR-LABEL: func @minimum
// IR: "ufront.minimum"
// LINALG-LABEL: func @minimum
// LINALG: arith.minimumf
// TOSA-LABEL: func @minimum
// TOSA: tosa.minimum
func.func @minimum(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.minimum"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @atan2
// IR: "ufront.atan2"
// LINALG-LABEL: func @atan2
// LINALG: math.atan2
func.func @atan2(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.atan2"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @divide
// IR: "ufront.divide"
// LINALG-LABEL: func @divide
// LINALG: arith.divf
// TOSA-LABEL: func @divide
// TOSA: tosa.reciprocal
// TOSA: tosa.mul
func.func @divide(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.divide"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @divide_integers
// IR: "ufront.divide"
// LINALG-LABEL: func @divide_integers
// LINALG: arith.divsi
// TOSA-LABEL: func @divide_integers
// TOSA: tosa.intdiv
func.func @divide_integers(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.divide"(%a, %b)
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @divide_trunc
// IR: "ufront.divide"
// LINALG-LABEL: func @divide_trunc
// LINALG: arith.divf
// LINALG: math.trunc
func.func @divide_trunc(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.divide"(%a, %b) {rounding = "trunc"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @divide_floor
// IR: "ufront.divide"
// LINALG-LABEL: func @divide_floor
// LINALG: arith.remf
// LINALG: math.floor
func.func @divide_floor(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.divide"(%a, %b) {rounding = "floor"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @pow
// IR: "ufront.pow"
// LINALG-LABEL: func @pow
// LINALG: math.powf
// TOSA-LABEL: func @pow
// TOSA: tosa.pow
func.func @pow(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.pow"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @pow_integers
// IR: "ufront.pow"
// LINALG-LABEL: func @pow_integers
// LINALG: scf.for
func.func @pow_integers(%a: tensor<2x3xi32>, %b: tensor<3xi64>) -> tensor<2x3xi32> {
  %0 = "ufront.pow"(%a, %b)
      : (tensor<2x3xi32>, tensor<3xi64>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @mod
// IR: "ufront.mod"
// LINALG-LABEL: func @mod
// LINALG: arith.remf
// LINALG: arith.addf
// LINALG: arith.select
func.func @mod(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.mod"(%a, %b)
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @mod_integers
// IR: "ufront.mod"
// LINALG-LABEL: func @mod_integers
// LINALG: arith.divsi
// LINALG: arith.muli
// LINALG: arith.subi
// TOSA-LABEL: func @mod_integers
// TOSA: tosa.intdiv
func.func @mod_integers(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.mod"(%a, %b) {fmod = true}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// A square needs no call.
// IR-LABEL: func @pow_square
// IR: "ufront.pow"
// LINALG-LABEL: func @pow_square
// LINALG-NOT: math.powf
// LINALG: arith.mulf
// TOSA-LABEL: func @pow_square
// TOSA: tosa.mul
func.func @pow_square(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.constant"() {value = dense<2.0> : tensor<f32>} : () -> tensor<f32>
  %1 = "ufront.pow"(%a, %0) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

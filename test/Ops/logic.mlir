// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Comparisons, truth values and bits.

// IR-LABEL: func @compare_eq
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_eq
// LINALG: arith.cmpf oeq
// TOSA-LABEL: func @compare_eq
// TOSA: tosa.equal
func.func @compare_eq(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "eq"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_ne
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_ne
// LINALG: arith.cmpf une
// TOSA-LABEL: func @compare_ne
// TOSA: tosa.equal
// TOSA: tosa.logical_not
func.func @compare_ne(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "ne"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_lt
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_lt
// LINALG: arith.cmpf olt
// TOSA-LABEL: func @compare_lt
// TOSA: tosa.greater
func.func @compare_lt(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "lt"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_le
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_le
// LINALG: arith.cmpf ole
// TOSA-LABEL: func @compare_le
// TOSA: tosa.greater_equal
func.func @compare_le(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "le"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_gt
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_gt
// LINALG: arith.cmpf ogt
// TOSA-LABEL: func @compare_gt
// TOSA: tosa.greater
func.func @compare_gt(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "gt"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_ge
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_ge
// LINALG: arith.cmpf oge
// TOSA-LABEL: func @compare_ge
// TOSA: tosa.greater_equal
func.func @compare_ge(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "ge"}
      : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @compare_unsigned
// IR: "ufront.compare"
// LINALG-LABEL: func @compare_unsigned
// LINALG: arith.cmpi ult
func.func @compare_unsigned(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xi1> {
  %0 = "ufront.compare"(%a, %b) {pred = "lt"}
      : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}

// IR-LABEL: func @is_nan
// IR: "ufront.is_nan"
// LINALG-LABEL: func @is_nan
// LINALG: arith.cmpf une
// TOSA-LABEL: func @is_nan
// TOSA: tosa.equal
// TOSA: tosa.logical_not
func.func @is_nan(%a: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.is_nan"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @is_inf
// IR: "ufront.is_inf"
// LINALG-LABEL: func @is_inf
// LINALG: math.absf
// LINALG: arith.cmpf oeq
// TOSA-LABEL: func @is_inf
// TOSA: tosa.abs
// TOSA: tosa.equal
func.func @is_inf(%a: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.is_inf"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @is_inf_negative
// IR: "ufront.is_inf"
// LINALG-LABEL: func @is_inf_negative
// LINALG: arith.constant 0xFF800000
// LINALG: arith.cmpf oeq
// TOSA-LABEL: func @is_inf_negative
// TOSA: tosa.equal
func.func @is_inf_negative(%a: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.is_inf"(%a) {detect_positive = false}
      : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @is_finite
// IR: "ufront.is_finite"
// LINALG-LABEL: func @is_finite
// LINALG: math.absf
// LINALG: arith.cmpf olt
// TOSA-LABEL: func @is_finite
// TOSA: tosa.greater
func.func @is_finite(%a: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.is_finite"(%a)
      : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @logical_and
// IR: "ufront.logical"
// LINALG-LABEL: func @logical_and
// LINALG: arith.andi
// TOSA-LABEL: func @logical_and
// TOSA: tosa.logical_and
func.func @logical_and(%a: tensor<2x3xi1>, %b: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = "ufront.logical"(%a, %b) {kind = "and"}
      : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @logical_or
// IR: "ufront.logical"
// LINALG-LABEL: func @logical_or
// LINALG: arith.ori
// TOSA-LABEL: func @logical_or
// TOSA: tosa.logical_or
func.func @logical_or(%a: tensor<2x3xi1>, %b: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = "ufront.logical"(%a, %b) {kind = "or"}
      : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @logical_xor
// IR: "ufront.logical"
// LINALG-LABEL: func @logical_xor
// LINALG: arith.xori
// TOSA-LABEL: func @logical_xor
// TOSA: tosa.logical_xor
func.func @logical_xor(%a: tensor<2x3xi1>, %b: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = "ufront.logical"(%a, %b) {kind = "xor"}
      : (tensor<2x3xi1>, tensor<2x3xi1>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @bitwise_and
// IR: "ufront.bitwise"
// LINALG-LABEL: func @bitwise_and
// LINALG: arith.andi
// TOSA-LABEL: func @bitwise_and
// TOSA: tosa.bitwise_and
func.func @bitwise_and(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.bitwise"(%a, %b) {kind = "and"}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @bitwise_or
// IR: "ufront.bitwise"
// LINALG-LABEL: func @bitwise_or
// LINALG: arith.ori
// TOSA-LABEL: func @bitwise_or
// TOSA: tosa.bitwise_or
func.func @bitwise_or(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.bitwise"(%a, %b) {kind = "or"}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @bitwise_xor
// IR: "ufront.bitwise"
// LINALG-LABEL: func @bitwise_xor
// LINALG: arith.xori
// TOSA-LABEL: func @bitwise_xor
// TOSA: tosa.bitwise_xor
func.func @bitwise_xor(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.bitwise"(%a, %b) {kind = "xor"}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @logical_not
// IR: "ufront.logical_not"
// LINALG-LABEL: func @logical_not
// LINALG: arith.xori
// TOSA-LABEL: func @logical_not
// TOSA: tosa.logical_not
func.func @logical_not(%a: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = "ufront.logical_not"(%a)
      : (tensor<2x3xi1>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @bitwise_not
// IR: "ufront.bitwise_not"
// LINALG-LABEL: func @bitwise_not
// LINALG: arith.xori
// TOSA-LABEL: func @bitwise_not
// TOSA: tosa.bitwise_not
func.func @bitwise_not(%a: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.bitwise_not"(%a)
      : (tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @shift_left
// IR: "ufront.shift"
// LINALG-LABEL: func @shift_left
// LINALG: arith.shli
// LINALG: arith.select
func.func @shift_left(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.shift"(%a, %b) {direction = "left"}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @shift_right
// IR: "ufront.shift"
// LINALG-LABEL: func @shift_right
// LINALG: arith.shrsi
func.func @shift_right(%a: tensor<2x3xi32>, %b: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = "ufront.shift"(%a, %b) {direction = "right"}
      : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @shift_right_unsigned
// IR: "ufront.shift"
// LINALG-LABEL: func @shift_right_unsigned
// LINALG: arith.shrui
// LINALG: arith.select
func.func @shift_right_unsigned(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xui8> {
  %0 = "ufront.shift"(%a, %b) {direction = "right"}
      : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// IR-LABEL: func @where
// IR: "ufront.where"
// LINALG-LABEL: func @where
// LINALG: arith.select
// TOSA-LABEL: func @where
// TOSA: tosa.reshape
// TOSA: tosa.select
func.func @where(%a: tensor<2x1xi1>, %b: tensor<2x3xf32>, %c: tensor<f32>) -> tensor<2x3xf32> {
  %0 = "ufront.where"(%a, %b, %c)
      : (tensor<2x1xi1>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Numbers and bits in another type.

// IR-LABEL: func @cast_float_to_integer
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_float_to_integer
// LINALG: arith.fptosi
// LINALG: arith.select
// TOSA-LABEL: func @cast_float_to_integer
// TOSA: tosa.ceil
// TOSA: tosa.floor
// TOSA: tosa.cast
func.func @cast_float_to_integer(%a: tensor<2x3xf32>) -> tensor<2x3xi32> {
  %0 = "ufront.cast"(%a) {to = i32}
      : (tensor<2x3xf32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// IR-LABEL: func @cast_float_to_unsigned
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_float_to_unsigned
// LINALG: arith.fptoui
func.func @cast_float_to_unsigned(%a: tensor<4xf32>) -> tensor<4xui8> {
  %0 = "ufront.cast"(%a) {to = ui8}
      : (tensor<4xf32>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// IR-LABEL: func @cast_integer_to_float
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_integer_to_float
// LINALG: arith.sitofp
// TOSA-LABEL: func @cast_integer_to_float
// TOSA: tosa.cast
func.func @cast_integer_to_float(%a: tensor<2x3xi32>) -> tensor<2x3xf32> {
  %0 = "ufront.cast"(%a) {to = f32}
      : (tensor<2x3xi32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// IR-LABEL: func @cast_to_bool
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_to_bool
// LINALG: arith.cmpf une
// TOSA-LABEL: func @cast_to_bool
// TOSA: tosa.cast
func.func @cast_to_bool(%a: tensor<2x3xf32>) -> tensor<2x3xi1> {
  %0 = "ufront.cast"(%a) {to = i1}
      : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}

// IR-LABEL: func @cast_f16_to_bf16
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_f16_to_bf16
// LINALG: arith.extf
// LINALG: arith.truncf
// TOSA-LABEL: func @cast_f16_to_bf16
// TOSA: tosa.cast
// TOSA: tosa.cast
func.func @cast_f16_to_bf16(%a: tensor<2xf16>) -> tensor<2xbf16> {
  %0 = "ufront.cast"(%a) {to = bf16}
      : (tensor<2xf16>) -> tensor<2xbf16>
  return %0 : tensor<2xbf16>
}

// IR-LABEL: func @cast_wider
// IR: "ufront.cast"
// LINALG-LABEL: func @cast_wider
// LINALG: arith.extui
func.func @cast_wider(%a: tensor<4xui8>) -> tensor<4xi32> {
  %0 = "ufront.cast"(%a) {to = i32}
      : (tensor<4xui8>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// IR-LABEL: func @bitcast
// IR: "ufront.bitcast"
// LINALG-LABEL: func @bitcast
// LINALG: arith.bitcast
func.func @bitcast(%a: tensor<2x3xf32>) -> tensor<2x3xui32> {
  %0 = "ufront.bitcast"(%a) {to = ui32}
      : (tensor<2x3xf32>) -> tensor<2x3xui32>
  return %0 : tensor<2x3xui32>
}

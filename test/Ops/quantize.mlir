// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// One scale, one for each index along an axis, or one for each block.

// LINALG-DAG: #[[AXIS:.*]] = affine_map<(d0, d1, d2) -> (d1)>
// LINALG-DAG: #[[BLOCK:.*]] = affine_map<(d0, d1) -> (d0, d1 floordiv 2)>

// IR-LABEL: func @quantize_per_tensor
// IR: "ufront.quantize"
// LINALG-LABEL: func @quantize_per_tensor
// LINALG: arith.divf
// LINALG: math.roundeven
// LINALG: arith.fptosi %{{.*}} : f32 to i32
// LINALG: arith.trunci %{{.*}} : i32 to i8
func.func @quantize_per_tensor(%a: tensor<2x?x4xf32>, %b: tensor<f32>) -> tensor<2x?x4xui8> {
  %0 = "ufront.quantize"(%a, %b)
      : (tensor<2x?x4xf32>, tensor<f32>) -> tensor<2x?x4xui8>
  return %0 : tensor<2x?x4xui8>
}

// IR-LABEL: func @quantize_per_axis
// IR: "ufront.quantize"
// LINALG-LABEL: func @quantize_per_axis
// LINALG-COUNT-2: cf.assert {{.*}} "quantize: the scales or zero points are not as many as the input needs"
// LINALG: arith.divf
// LINALG: math.roundeven
// LINALG: arith.addf
// LINALG: arith.fptosi
func.func @quantize_per_axis(%a: tensor<2x?x4xf32>, %b: tensor<?xf32>, %c: tensor<?xi8>) -> tensor<2x?x4xi8> {
  %0 = "ufront.quantize"(%a, %b, %c)
      : (tensor<2x?x4xf32>, tensor<?xf32>, tensor<?xi8>) -> tensor<2x?x4xi8>
  return %0 : tensor<2x?x4xi8>
}

// IR-LABEL: func @quantize_blocks
// IR: "ufront.quantize"
// LINALG-LABEL: func @quantize_blocks
// LINALG: arith.divf
func.func @quantize_blocks(%a: tensor<2x5xf32>, %b: tensor<2x3xf32>) -> tensor<2x5xi8> {
  %0 = "ufront.quantize"(%a, %b) {to = i8, block_size = 2}
      : (tensor<2x5xf32>, tensor<2x3xf32>) -> tensor<2x5xi8>
  return %0 : tensor<2x5xi8>
}

// IR-LABEL: func @dequantize_per_axis
// IR: "ufront.dequantize"
// LINALG-LABEL: func @dequantize_per_axis
// LINALG: arith.extsi
// LINALG: arith.subi
// LINALG: arith.sitofp
// LINALG: arith.mulf
func.func @dequantize_per_axis(%a: tensor<2x?x4xi8>, %b: tensor<?xf32>, %c: tensor<?xi8>) -> tensor<2x?x4xf32> {
  %0 = "ufront.dequantize"(%a, %b, %c)
      : (tensor<2x?x4xi8>, tensor<?xf32>, tensor<?xi8>) -> tensor<2x?x4xf32>
  return %0 : tensor<2x?x4xf32>
}

// IR-LABEL: func @dequantize_to_f16
// IR: "ufront.dequantize"
// LINALG-LABEL: func @dequantize_to_f16
// LINALG: arith.sitofp
// LINALG: arith.mulf
// LINALG: arith.truncf
func.func @dequantize_to_f16(%a: tensor<2xi32>, %b: tensor<f32>) -> tensor<2xf16> {
  %0 = "ufront.dequantize"(%a, %b) {to = f16}
      : (tensor<2xi32>, tensor<f32>) -> tensor<2xf16>
  return %0 : tensor<2xf16>
}

// -----

// The product with the factor is rounded; limits are those of the type.

// IR-LABEL: func @requantize
// IR: "ufront.requantize"
// LINALG-LABEL: func @requantize
// LINALG: arith.sitofp %{{.*}} : i32 to f32
// LINALG-NEXT: arith.mulf
// LINALG-NEXT: math.roundeven
// LINALG: arith.uitofp %{{.*}} : i8 to f32
// LINALG-NEXT: arith.addf
// LINALG-DAG: arith.constant 0.000000e+00
// LINALG-DAG: arith.constant 2.550000e+02
// LINALG: arith.fptosi %{{.*}} : f32 to i32
// LINALG-NEXT: arith.trunci
func.func @requantize(%a: tensor<2x?x4xi32>, %b: tensor<3x1xf32>, %c: tensor<ui8>) -> tensor<2x3x4xui8> {
  %0 = "ufront.requantize"(%a, %b, %c)
      : (tensor<2x?x4xi32>, tensor<3x1xf32>, tensor<ui8>) -> tensor<2x3x4xui8>
  return %0 : tensor<2x3x4xui8>
}

// -----

// A float of 8 bits is rounded to once, and its bits are those of an i8.

// IR-LABEL: func @quantize_to_float
// LINALG-LABEL: func @quantize_to_float
// LINALG-SAME: -> tensor<2x3xi8>
// LINALG: arith.divf
// LINALG-NOT: math.roundeven
// LINALG: arith.bitcast %{{.*}} : f32 to i32
func.func @quantize_to_float(%a: tensor<2x3xf32>, %b: tensor<f32>) -> tensor<2x3xf8E5M2> {
  %0 = "ufront.quantize"(%a, %b) {to = f8E5M2, saturate = false}
      : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf8E5M2>
  return %0 : tensor<2x3xf8E5M2>
}

// -----

// A quotient of halves is one of halves.

// IR-LABEL: func @quantize_halves
// LINALG-LABEL: func @quantize_halves
// LINALG: arith.divf %{{.*}} : f32
// LINALG: arith.truncf %{{.*}} : f32 to f16
// LINALG: math.roundeven
func.func @quantize_halves(%a: tensor<2x3xf16>, %b: tensor<f16>) -> tensor<2x3xi4> {
  %0 = "ufront.quantize"(%a, %b) {to = i4} : (tensor<2x3xf16>, tensor<f16>) -> tensor<2x3xi4>
  return %0 : tensor<2x3xi4>
}

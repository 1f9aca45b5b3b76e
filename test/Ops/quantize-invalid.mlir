// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @quantize_c1(%a: tensor<2x3xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.quantize' block_size -1 is negative}}
  %0 = "ufront.quantize"(%a, %b) {block_size = -1} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
  return
}

// -----

func.func @quantize_c2(%a: tensor<2x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.quantize' axis 2 is outside [-2, 2)}}
  %0 = "ufront.quantize"(%a, %b) {axis = 2} : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xui8>
  return
}

// -----

func.func @quantize_c3(%a: tensor<2x3xf32>, %b: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.quantize' scale has the shape 2, which does not go with 2x3 and axis 1}}
  %0 = "ufront.quantize"(%a, %b) : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xui8>
  return
}

// -----

func.func @quantize_c3_blocks(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.quantize' scale has the shape 2x3, which does not go with 2x3 and axis 1}}
  %0 = "ufront.quantize"(%a, %b) {block_size = 2} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xui8>
  return
}

// -----

func.func @quantize_c4(%a: tensor<2x3xf32>, %b: tensor<3xf32>, %c: tensor<2xui8>) {
  // expected-error @+1 {{'ufront.quantize' zero_point has the shape 2, which does not go with 2x3 and axis 1}}
  %0 = "ufront.quantize"(%a, %b, %c) : (tensor<2x3xf32>, tensor<3xf32>, tensor<2xui8>) -> tensor<2x3xui8>
  return
}

// -----

func.func @dequantize_c1(%a: tensor<2x3xi8>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.dequantize' block_size -1 is negative}}
  %0 = "ufront.dequantize"(%a, %b) {block_size = -1} : (tensor<2x3xi8>, tensor<f32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c2(%a: tensor<2x3xi8>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.dequantize' axis 2 is outside [-2, 2)}}
  %0 = "ufront.dequantize"(%a, %b) {axis = 2} : (tensor<2x3xi8>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c3(%a: tensor<2x3xi8>, %b: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.dequantize' scale has the shape 2, which does not go with 2x3 and axis 1}}
  %0 = "ufront.dequantize"(%a, %b) : (tensor<2x3xi8>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c3_blocks(%a: tensor<2x3xi8>, %b: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.dequantize' scale has the shape 2x3, which does not go with 2x3 and axis 1}}
  %0 = "ufront.dequantize"(%a, %b) {block_size = 2} : (tensor<2x3xi8>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c4(%a: tensor<2x3xi8>, %b: tensor<3xf32>, %c: tensor<2xi8>) {
  // expected-error @+1 {{'ufront.dequantize' zero_point has the shape 2, which does not go with 2x3 and axis 1}}
  %0 = "ufront.dequantize"(%a, %b, %c) : (tensor<2x3xi8>, tensor<3xf32>, tensor<2xi8>) -> tensor<2x3xf32>
  return
}

// -----

func.func @quantize_c5(%a: tensor<2x3xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.quantize' 'to' must be an integer type}}
  %0 = "ufront.quantize"(%a, %b) {to = f32} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @quantize_c5_both(%a: tensor<2x3xf32>, %b: tensor<f32>, %c: tensor<i8>) {
  // expected-error @+1 {{'ufront.quantize' 'to' is not the type of zero_point}}
  %0 = "ufront.quantize"(%a, %b, %c) {to = ui8} : (tensor<2x3xf32>, tensor<f32>, tensor<i8>) -> tensor<2x3xi8>
  return
}

// -----

func.func @dequantize_c5(%a: tensor<2x3xi8>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.dequantize' 'to' must be a float type of at least 16 bits}}
  %0 = "ufront.dequantize"(%a, %b) {to = i8} : (tensor<2x3xi8>, tensor<f32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @dynamic_quantize(%a: tensor<2x3xi8>) {
  // expected-error @+1 {{'ufront.dynamic_quantize' operand 'input' must be a float tensor, but is tensor<2x3xi8>}}
  %0:3 = "ufront.dynamic_quantize"(%a) : (tensor<2x3xi8>) -> (tensor<2x3xui8>, tensor<f32>, tensor<ui8>)
  return
}

// -----

func.func @requantize_c1(%a: tensor<2x3xi32>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.requantize' results in integers of at most 16 bits}}
  %0 = "ufront.requantize"(%a, %b) {to = i32} : (tensor<2x3xi32>, tensor<f32>) -> tensor<2x3xi32>
  return
}

// -----

func.func @requantize_to_another_type(%a: tensor<2x3xi32>, %b: tensor<f32>, %c: tensor<i8>) {
  // expected-error @+1 {{'ufront.requantize' 'to' is not the type of zero_point}}
  %0 = "ufront.requantize"(%a, %b, %c) {to = ui8} : (tensor<2x3xi32>, tensor<f32>, tensor<i8>) -> tensor<2x3xui8>
  return
}

// -----

func.func @quantize_c6(%a: tensor<2x3xf32>, %b: tensor<f32>) {
  // expected-error @+1 {{'ufront.quantize' 'precision' must be f64, f32, f16 or bf16}}
  %0 = "ufront.quantize"(%a, %b) {precision = i8} : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
  return
}

// RUN: ufront-opt %s --split-input-file --ufront-fold-quantization --canonicalize --cse | FileCheck %s

// Sums of products of bytes in i32; the bias, which is i32 already, with what
// the zero point adds; outside of the image is the zero point.

// CHECK-LABEL: func @convolution
// CHECK-SAME: %[[X:.*]]: tensor<1x2x5x5xui8>, %[[W:.*]]: tensor<3x2x3x3xi8>
// CHECK-DAG: %[[ZERO:.*]] = "ufront.constant"() {value = dense<7> : tensor<ui8>}
// CHECK-DAG: %[[TO:.*]] = "ufront.constant"() {value = dense<9> : tensor<ui8>}
// CHECK-DAG: %[[FACTOR:.*]] = "ufront.constant"() {value = {{.*}} : tensor<1x3x1x1xf32>}
// CHECK: %[[WIDE:.*]] = "ufront.cast"(%[[W]]) {to = i32}
// CHECK: %[[SUM:.*]] = "ufront.reduce_sum"(%[[WIDE]])
// CHECK: %[[BIAS:.*]] = "ufront.subtract"
// CHECK: %[[SUMS:.*]] = "ufront.conv2d"(%[[X]], %[[W]], %[[BIAS]], %[[ZERO]])
// CHECK-SAME: padding = array<i64: 1, 1, 1, 1>
// CHECK-SAME: to = i32
// CHECK: %[[Y:.*]] = "ufront.requantize"(%[[SUMS]], %[[FACTOR]], %[[TO]])
// CHECK: "ufront.maximum"(%[[Y]], %[[TO]])
// CHECK-NOT: "ufront.dequantize"
func.func @convolution(%x: tensor<1x2x5x5xui8>, %w: tensor<3x2x3x3xi8>) -> tensor<1x3x5x5xui8> {
  %sx = "ufront.constant"() {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %zx = "ufront.constant"() {value = dense<7> : tensor<ui8>} : () -> tensor<ui8>
  %sw = "ufront.constant"() {value = dense<[0.5, 0.25, 2.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %zw = "ufront.constant"() {value = dense<0> : tensor<3xi8>} : () -> tensor<3xi8>
  %b = "ufront.constant"() {value = dense<[1, 2, 3]> : tensor<3xi32>} : () -> tensor<3xi32>
  %sb = "ufront.constant"() {value = dense<[0.25, 0.125, 1.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %sy = "ufront.constant"() {value = dense<0.125> : tensor<f32>} : () -> tensor<f32>
  %zy = "ufront.constant"() {value = dense<9> : tensor<ui8>} : () -> tensor<ui8>
  %0 = "ufront.dequantize"(%x, %sx, %zx) : (tensor<1x2x5x5xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x2x5x5xf32>
  %1 = "ufront.dequantize"(%w, %sw, %zw) {axis = 0} : (tensor<3x2x3x3xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<3x2x3x3xf32>
  %2 = "ufront.dequantize"(%b, %sb) {axis = 0} : (tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
  %3 = "ufront.conv2d"(%0, %1, %2) {padding = array<i64: 1, 1, 1, 1>} : (tensor<1x2x5x5xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
  %4 = "ufront.relu"(%3) : (tensor<1x3x5x5xf32>) -> tensor<1x3x5x5xf32>
  %5 = "ufront.quantize"(%4, %sy, %zy) : (tensor<1x3x5x5xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x3x5x5xui8>
  return %5 : tensor<1x3x5x5xui8>
}

// -----

// Signed activations become unsigned ones, 128 more, from the first quantize to
// the last; maxima are taken of the bytes, and sums in floats stay.

// CHECK-LABEL: func @signed
// CHECK-DAG: %[[ZERO:.*]] = "ufront.constant"() {value = dense<131> : tensor<ui8>}
// CHECK-DAG: %[[TO:.*]] = "ufront.constant"() {value = dense<0> : tensor<ui8>}
// CHECK: %[[X:.*]] = "ufront.quantize"(%{{.*}}, %{{.*}}, %[[ZERO]])
// CHECK: %[[MAX:.*]] = "ufront.pool2d"(%[[X]])
// CHECK: "ufront.dequantize"(%[[MAX]], %{{.*}}, %[[ZERO]])
// CHECK: "ufront.conv2d"(%[[MAX]],
// CHECK-SAME: (tensor<1x2x4x4xui8>, tensor<2x2x1x1xi8>,
// CHECK: %[[Y:.*]] = "ufront.requantize"(%{{.*}}, %{{.*}}, %[[TO]])
// CHECK: "ufront.dequantize"(%[[Y]], %{{.*}}, %[[TO]])
// CHECK: "ufront.add"
func.func @signed(%x: tensor<1x2x8x8xf32>) -> tensor<1x2x4x4xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2x2x1x1xi8>
  %s = "ufront.constant"() {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %z = "ufront.constant"() {value = dense<3> : tensor<i8>} : () -> tensor<i8>
  %sw = "ufront.constant"() {value = dense<0.25> : tensor<f32>} : () -> tensor<f32>
  %zy = "ufront.constant"() {value = dense<-128> : tensor<i8>} : () -> tensor<i8>
  %0 = "ufront.quantize"(%x, %s, %z) : (tensor<1x2x8x8xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x8x8xi8>
  %1 = "ufront.dequantize"(%0, %s, %z) : (tensor<1x2x8x8xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x8x8xf32>
  %2 = "ufront.pool2d"(%1) {pool_type = "max", kernel_size = array<i64: 2, 2>, stride = array<i64: 2, 2>} : (tensor<1x2x8x8xf32>) -> tensor<1x2x4x4xf32>
  %3 = "ufront.quantize"(%2, %s, %z) : (tensor<1x2x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xi8>
  %4 = "ufront.dequantize"(%3, %s, %z) : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %5 = "ufront.dequantize"(%w, %sw) : (tensor<2x2x1x1xi8>, tensor<f32>) -> tensor<2x2x1x1xf32>
  %6 = "ufront.conv2d"(%4, %5) : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %7 = "ufront.quantize"(%6, %s, %zy) : (tensor<1x2x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xi8>
  %8 = "ufront.dequantize"(%7, %s, %zy) : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %9 = "ufront.add"(%8, %4) : (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  return %9 : tensor<1x2x4x4xf32>
}

// -----

// CHECK-LABEL: func @linear
// CHECK: "ufront.transpose"
// CHECK: "ufront.batch_matmul"(%{{.*}}) {to = i32} : (tensor<2x4xui8>, tensor<4x3xi8>)
// CHECK: "ufront.requantize"
func.func @linear(%x: tensor<2x4xui8>, %w: tensor<3x4xi8>, %s: tensor<f32>, %sw: tensor<3xf32>, %zw: tensor<3xi8>) -> tensor<2x3xui8> {
  %0 = "ufront.dequantize"(%x, %s) : (tensor<2x4xui8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = "ufront.dequantize"(%w, %sw, %zw) {axis = 0} : (tensor<3x4xi8>, tensor<3xf32>, tensor<3xi8>) -> tensor<3x4xf32>
  %2 = "ufront.linear"(%0, %1) : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x3xf32>
  %3 = "ufront.quantize"(%2, %s) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
  return %3 : tensor<2x3xui8>
}

// -----

// What is also used as floats is computed once, as floats.

// CHECK-LABEL: func @used_twice
// CHECK: "ufront.linear"{{.*}} : (tensor<2x4xf32>, tensor<3x4xf32>)
// CHECK: "ufront.quantize"
func.func @used_twice(%x: tensor<2x4xui8>, %w: tensor<3x4xi8>, %s: tensor<f32>) -> (tensor<2x3xui8>, tensor<2x3xf32>) {
  %0 = "ufront.dequantize"(%x, %s) : (tensor<2x4xui8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = "ufront.dequantize"(%w, %s) : (tensor<3x4xi8>, tensor<f32>) -> tensor<3x4xf32>
  %2 = "ufront.linear"(%0, %1) : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x3xf32>
  %3 = "ufront.quantize"(%2, %s) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
  return %3, %2 : tensor<2x3xui8>, tensor<2x3xf32>
}

// -----

// Scales along what is summed over cannot leave the sum.

// CHECK-LABEL: func @scales_of_inputs
// CHECK: "ufront.linear"{{.*}} : (tensor<2x4xf32>, tensor<3x4xf32>)
func.func @scales_of_inputs(%x: tensor<2x4xui8>, %w: tensor<3x4xi8>, %s: tensor<f32>, %sw: tensor<4xf32>) -> tensor<2x3xui8> {
  %0 = "ufront.dequantize"(%x, %s) : (tensor<2x4xui8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = "ufront.dequantize"(%w, %sw) {axis = 1} : (tensor<3x4xi8>, tensor<4xf32>) -> tensor<3x4xf32>
  %2 = "ufront.linear"(%0, %1) : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x3xf32>
  %3 = "ufront.quantize"(%2, %s) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xui8>
  return %3 : tensor<2x3xui8>
}

// -----

// Another scale: the maximum is taken in floats.

// CHECK-LABEL: func @another_scale
// CHECK: "ufront.relu"{{.*}} : (tensor<2x4xf32>)
func.func @another_scale(%x: tensor<2x4xui8>, %s: tensor<f32>, %t: tensor<f32>) -> tensor<2x4xui8> {
  %0 = "ufront.dequantize"(%x, %s) : (tensor<2x4xui8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = "ufront.relu"(%0) : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = "ufront.quantize"(%1, %t) : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xui8>
  return %2 : tensor<2x4xui8>
}

// -----

// Blocks along what is summed have a scale each: their sums are not those of
// the integers.

// CHECK-LABEL: func @blocks
// CHECK: "ufront.batch_matmul"{{.*}} -> tensor<4x4xf32>
// CHECK: "ufront.quantize"
func.func @blocks(%x: tensor<4x8xui8>, %sx: tensor<4x4xf32>, %w: tensor<8x4xi8>) -> tensor<4x4xui8> {
  %s = "ufront.constant"() {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %0 = "ufront.dequantize"(%x, %sx) {axis = 1, block_size = 2} : (tensor<4x8xui8>, tensor<4x4xf32>) -> tensor<4x8xf32>
  %1 = "ufront.dequantize"(%w, %s) : (tensor<8x4xi8>, tensor<f32>) -> tensor<8x4xf32>
  %2 = "ufront.batch_matmul"(%0, %1) : (tensor<4x8xf32>, tensor<8x4xf32>) -> tensor<4x4xf32>
  %3 = "ufront.quantize"(%2, %s) : (tensor<4x4xf32>, tensor<f32>) -> tensor<4x4xui8>
  return %3 : tensor<4x4xui8>
}

// -----

// Integers are divided in f32, and not in another precision.

// CHECK-LABEL: func @precision
// CHECK: "ufront.quantize"
// CHECK-SAME: precision = f16
// CHECK-SAME: -> tensor<4xi8>
func.func @precision(%x: tensor<4xf32>) -> tensor<4xf32> {
  %s = "ufront.constant"() {value = dense<0.5> : tensor<f32>} : () -> tensor<f32>
  %z = "ufront.constant"() {value = dense<3> : tensor<i8>} : () -> tensor<i8>
  %0 = "ufront.quantize"(%x, %s, %z) {precision = f16} : (tensor<4xf32>, tensor<f32>, tensor<i8>) -> tensor<4xi8>
  %1 = "ufront.dequantize"(%0, %s, %z) : (tensor<4xi8>, tensor<f32>, tensor<i8>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

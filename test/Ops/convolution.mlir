// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Named ops where they fit; the bias is where sums start. TOSA has channels
// last, and windows that divide the input exactly.

// IR-LABEL: func @conv2d_bias
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_bias
// LINALG: tensor.pad %{{.*}} low[0, 0, 1, 1] high[0, 0, 1, 1]
// LINALG: linalg.generic {{.*}}["parallel", "parallel", "parallel", "parallel"]
// LINALG: linalg.conv_2d_nchw_fchw
// TOSA-LABEL: func @conv2d_bias
// TOSA: tosa.transpose %{{.*}} {perms = array<i32: 0, 2, 3, 1>}
// TOSA: tosa.conv2d {{.*}}pad = array<i64: 1, 1, 1, 1>
func.func @conv2d_bias(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>, %a2: tensor<4xf32>) -> tensor<1x4x8x8xf32> {
  %0 = "ufront.conv2d"(%a0, %a1, %a2) {padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x8x8xf32>
  return %0 : tensor<1x4x8x8xf32>
}

// IR-LABEL: func @conv2d_stride
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_stride
// LINALG: linalg.fill
// LINALG: linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
// TOSA-LABEL: func @conv2d_stride
// TOSA: tosa.conv2d {{.*}}pad = array<i64: 1, 0, 1, 0>
func.func @conv2d_stride(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// IR-LABEL: func @conv2d_trimmed
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_trimmed
// LINALG: linalg.conv_2d_nchw_fchw
// TOSA-LABEL: func @conv2d_trimmed
// TOSA: tosa.slice
// TOSA: tosa.conv2d {{.*}}(tensor<1x7x7x3xf32>
func.func @conv2d_trimmed(%a0: tensor<1x3x8x8xf32>, %a1: tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {stride = array<i64: 2, 2>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// What only ever meets padding is left out of the window: of five rows around
// an image of two, the outer two; so too of three columns around one. A
// value for the padding may be anything, and TOSA takes the window as it is.

// IR-LABEL: func @conv2d_padding_only
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_padding_only
// LINALG: %[[W:.*]] = tensor.extract_slice %{{.*}}[0, 0, 1, 1] [4, 3, 3, 1] [1, 1, 1, 1]
// LINALG: tensor.pad %{{.*}} low[0, 0, 1, 0] high[0, 0, 1, 0]
// LINALG: linalg.conv_2d_nchw_fchw {{.*}} ins(%{{.*}}, %[[W]] :
// TOSA-LABEL: func @conv2d_padding_only
// TOSA: tosa.conv2d
func.func @conv2d_padding_only(%a0: tensor<1x3x2x1xf32>, %a1: tensor<4x3x5x3xf32>) -> tensor<1x4x2x1xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {padding = array<i64: 2, 1, 2, 1>}
      : (tensor<1x3x2x1xf32>, tensor<4x3x5x3xf32>) -> tensor<1x4x2x1xf32>
  return %0 : tensor<1x4x2x1xf32>
}

// IR-LABEL: func @conv2d_padding_value
// LINALG-LABEL: func @conv2d_padding_value
// LINALG: tensor.pad %{{.*}} low[0, 0, 1, 1] high[0, 0, 1, 1]
// LINALG-NOT: extract_slice
// LINALG: linalg.
// TOSA-LABEL: func @conv2d_padding_value
func.func @conv2d_padding_value(%x: tensor<1x3x1x1xui8>, %w: tensor<4x3x3x3xi8>, %b: tensor<4xi32>, %p: tensor<ui8>) -> tensor<1x4x1x1xi32> {
  %0 = "ufront.conv2d"(%x, %w, %b, %p) {padding = array<i64: 1, 1, 1, 1>, to = i32}
      : (tensor<1x3x1x1xui8>, tensor<4x3x3x3xi8>, tensor<4xi32>, tensor<ui8>) -> tensor<1x4x1x1xi32>
  return %0 : tensor<1x4x1x1xi32>
}

// IR-LABEL: func @conv2d_depthwise
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_depthwise
// LINALG: linalg.depthwise_conv_2d_nchw_chw
// TOSA-LABEL: func @conv2d_depthwise
// TOSA: tosa.depthwise_conv2d
func.func @conv2d_depthwise(%a0: tensor<1x4x8x8xf32>, %a1: tensor<4x1x3x3xf32>) -> tensor<1x4x6x6xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {groups = 4 : i64}
      : (tensor<1x4x8x8xf32>, tensor<4x1x3x3xf32>) -> tensor<1x4x6x6xf32>
  return %0 : tensor<1x4x6x6xf32>
}

// IR-LABEL: func @conv2d_groups
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_groups
// LINALG: linalg.conv_2d_ngchw_gfchw
// TOSA-LABEL: func @conv2d_groups
// TOSA: tosa.slice
// TOSA: tosa.concat
func.func @conv2d_groups(%a0: tensor<1x4x8x8xf32>, %a1: tensor<6x2x3x3xf32>) -> tensor<1x6x6x6xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {groups = 2 : i64}
      : (tensor<1x4x8x8xf32>, tensor<6x2x3x3xf32>) -> tensor<1x6x6x6xf32>
  return %0 : tensor<1x6x6x6xf32>
}

// IR-LABEL: func @conv2d_half
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_half
// LINALG: linalg.conv_2d_nchw_fchw {{.*}} outs(%{{.*}} : tensor<1x4x6x6xf32>)
// LINALG: arith.truncf
// TOSA-LABEL: func @conv2d_half
// TOSA: tosa.conv2d
func.func @conv2d_half(%a0: tensor<1x3x8x8xf16>, %a1: tensor<4x3x3x3xf16>) -> tensor<1x4x6x6xf16> {
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x3x8x8xf16>, tensor<4x3x3x3xf16>) -> tensor<1x4x6x6xf16>
  return %0 : tensor<1x4x6x6xf16>
}

// IR-LABEL: func @conv2d_integers
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_integers
// LINALG: linalg.conv_2d_nchw_fchw
// LINALG-SAME: tensor<1x4x6x6xi64>
// TOSA-LABEL: func @conv2d_integers
// TOSA: "ufront.conv2d"
func.func @conv2d_integers(%a0: tensor<1x3x8x8xi64>, %a1: tensor<4x3x3x3xi64>) -> tensor<1x4x6x6xi64> {
  %0 = "ufront.conv2d"(%a0, %a1)
      : (tensor<1x3x8x8xi64>, tensor<4x3x3x3xi64>) -> tensor<1x4x6x6xi64>
  return %0 : tensor<1x4x6x6xi64>
}

// IR-LABEL: func @conv2d_dynamic
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_dynamic
// LINALG: tensor.dim
// LINALG: linalg.conv_2d_nchw_fchw
// TOSA-LABEL: func @conv2d_dynamic
// TOSA: "ufront.conv2d"
func.func @conv2d_dynamic(%a0: tensor<?x3x?x?xf32>, %a1: tensor<4x3x3x3xf32>) -> tensor<?x4x?x?xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {stride = array<i64: 2, 2>, pad_mode = "same_upper"}
      : (tensor<?x3x?x?xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x?x?xf32>
  return %0 : tensor<?x4x?x?xf32>
}

// IR-LABEL: func @conv2d_channels_last
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_channels_last
// LINALG: linalg.transpose
// LINALG: linalg.conv_2d_nchw_fchw
// LINALG: linalg.transpose
// TOSA-LABEL: func @conv2d_channels_last
// TOSA: tosa.conv2d
func.func @conv2d_channels_last(%a0: tensor<1x8x8x3xf32>, %a1: tensor<4x3x3x3xf32>) -> tensor<1x6x6x4xf32> {
  %0 = "ufront.conv2d"(%a0, %a1) {layout = "NHWC"}
      : (tensor<1x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<1x6x6x4xf32>
  return %0 : tensor<1x6x6x4xf32>
}

// IR-LABEL: func @conv1d
// IR: "ufront.conv1d"
// LINALG-LABEL: func @conv1d
// LINALG: linalg.conv_1d_ncw_fcw
// TOSA-LABEL: func @conv1d
// TOSA: tosa.conv2d
func.func @conv1d(%a0: tensor<1x3x8xf32>, %a1: tensor<4x3x3xf32>) -> tensor<1x4x4xf32> {
  %0 = "ufront.conv1d"(%a0, %a1) {dilation = array<i64: 2>}
      : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x4xf32>
  return %0 : tensor<1x4x4xf32>
}

// IR-LABEL: func @conv3d
// IR: "ufront.conv3d"
// LINALG-LABEL: func @conv3d
// LINALG: linalg.conv_3d_ncdhw_fcdhw
// TOSA-LABEL: func @conv3d
// TOSA: tosa.conv3d
func.func @conv3d(%a0: tensor<1x3x8x8x8xf32>, %a1: tensor<4x3x3x3x3xf32>) -> tensor<1x4x6x6x6xf32> {
  %0 = "ufront.conv3d"(%a0, %a1)
      : (tensor<1x3x8x8x8xf32>, tensor<4x3x3x3x3xf32>) -> tensor<1x4x6x6x6xf32>
  return %0 : tensor<1x4x6x6x6xf32>
}

// IR-LABEL: func @conv3d_groups
// IR: "ufront.conv3d"
// LINALG-LABEL: func @conv3d_groups
// LINALG: linalg.generic
// TOSA-LABEL: func @conv3d_groups
// TOSA: tosa.slice
// TOSA: tosa.concat
func.func @conv3d_groups(%a0: tensor<1x4x8x8x8xf32>, %a1: tensor<4x2x3x3x3xf32>) -> tensor<1x4x6x6x6xf32> {
  %0 = "ufront.conv3d"(%a0, %a1) {groups = 2 : i64}
      : (tensor<1x4x8x8x8xf32>, tensor<4x2x3x3x3xf32>) -> tensor<1x4x6x6x6xf32>
  return %0 : tensor<1x4x6x6x6xf32>
}

// -----

// Integers: a generic op, since named ones take all for signed, and zero is
// not what stands outside of the image.

// IR-LABEL: func @conv2d_bytes
// IR: "ufront.conv2d"
// LINALG-LABEL: func @conv2d_bytes
// LINALG: %[[ZERO:.*]] = tensor.extract %{{.*}}[] : tensor<i8>
// LINALG: tensor.pad
// LINALG: tensor.yield %[[ZERO]] : i8
// LINALG: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// LINALG: arith.extui %{{.*}} : i8 to i32
// LINALG-NEXT: arith.extsi %{{.*}} : i8 to i32
// LINALG-NEXT: arith.muli
// LINALG-NEXT: arith.addi
// TOSA-LABEL: func @conv2d_bytes
// TOSA: ufront.conv2d
func.func @conv2d_bytes(%x: tensor<1x3x8x8xui8>, %w: tensor<4x3x3x3xi8>, %b: tensor<4xi32>, %p: tensor<ui8>) -> tensor<1x4x8x8xi32> {
  %0 = "ufront.conv2d"(%x, %w, %b, %p) {to = i32, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xui8>, tensor<4x3x3x3xi8>, tensor<4xi32>, tensor<ui8>) -> tensor<1x4x8x8xi32>
  return %0 : tensor<1x4x8x8xi32>
}

// -----

// IR-LABEL: func @conv1d_depthwise_bytes
// LINALG-LABEL: func @conv1d_depthwise_bytes
// LINALG: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// TOSA-LABEL: func @conv1d_depthwise_bytes
func.func @conv1d_depthwise_bytes(%x: tensor<1x4x8xui8>, %w: tensor<4x1x3xi8>) -> tensor<1x4x6xi32> {
  %0 = "ufront.conv1d"(%x, %w) {to = i32, groups = 4 : i64}
      : (tensor<1x4x8xui8>, tensor<4x1x3xi8>) -> tensor<1x4x6xi32>
  return %0 : tensor<1x4x6xi32>
}

// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// The innermost loop is over the last positions, not over the window.

// IR-LABEL: func @pool2d_max
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_max
// LINALG: arith.constant 0xFF800000
// LINALG: tensor.pad
// LINALG: iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
// LINALG: arith.maximumf
// TOSA-LABEL: func @pool2d_max
// TOSA: tosa.max_pool2d
func.func @pool2d_max(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @pool2d_avg
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_avg
// LINALG: arith.addf
// LINALG: linalg.index 2
// LINALG: arith.divf
// TOSA-LABEL: func @pool2d_avg
// TOSA: tosa.avg_pool2d
func.func @pool2d_avg(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "avg", kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @pool2d_counts_padding
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_counts_padding
// LINALG: arith.constant 9.0
// LINALG: arith.divf
// TOSA-LABEL: func @pool2d_counts_padding
// TOSA: "ufront.pool2d"
func.func @pool2d_counts_padding(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "avg", count_include_pad = true, kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @pool2d_ceil
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_ceil
// LINALG: tensor.pad %{{.*}} low[0, 0, 0, 0] high[0, 0, 1, 1]
// TOSA-LABEL: func @pool2d_ceil
// TOSA: tosa.max_pool2d {{.*}}pad = array<i64: 0, 1, 0, 1>
func.func @pool2d_ceil(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, ceil_mode = true}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @pool2d_ceil_dropped
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_ceil_dropped
// LINALG: linalg.generic
// TOSA-LABEL: func @pool2d_ceil_dropped
// TOSA: tosa.avg_pool2d
func.func @pool2d_ceil_dropped(%a0: tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "avg", kernel_size = array<i64: 3, 3>, stride = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>, ceil_mode = true}
      : (tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}

// IR-LABEL: func @pool2d_lp
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_lp
// LINALG: arith.mulf
// LINALG: math.sqrt
// TOSA-LABEL: func @pool2d_lp
// TOSA: "ufront.pool2d"
func.func @pool2d_lp(%a0: tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "lp", kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return %0 : tensor<1x3x4x4xf32>
}

// IR-LABEL: func @pool2d_unsigned
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_unsigned
// LINALG: arith.constant 0 : i8
// LINALG: arith.maxui
// TOSA-LABEL: func @pool2d_unsigned
// TOSA: "ufront.pool2d"
func.func @pool2d_unsigned(%a0: tensor<1x3x8x8xui8>) -> tensor<1x3x7x7xui8> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "max", kernel_size = array<i64: 2, 2>}
      : (tensor<1x3x8x8xui8>) -> tensor<1x3x7x7xui8>
  return %0 : tensor<1x3x7x7xui8>
}

// IR-LABEL: func @pool2d_dynamic
// IR: "ufront.pool2d"
// LINALG-LABEL: func @pool2d_dynamic
// LINALG: tensor.pad
// LINALG: linalg.generic
// TOSA-LABEL: func @pool2d_dynamic
// TOSA: "ufront.pool2d"
func.func @pool2d_dynamic(%a0: tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32> {
  %0 = "ufront.pool2d"(%a0) {pool_type = "avg", kernel_size = array<i64: 2, 2>, ceil_mode = true, stride = array<i64: 2, 2>}
      : (tensor<?x3x?x?xf32>) -> tensor<?x3x?x?xf32>
  return %0 : tensor<?x3x?x?xf32>
}

// IR-LABEL: func @pool1d
// IR: "ufront.pool1d"
// LINALG-LABEL: func @pool1d
// LINALG: linalg.generic
// TOSA-LABEL: func @pool1d
// TOSA: tosa.max_pool2d
func.func @pool1d(%a0: tensor<1x3x8xf32>) -> tensor<1x3x7xf32> {
  %0 = "ufront.pool1d"(%a0) {pool_type = "max", kernel_size = array<i64: 2>}
      : (tensor<1x3x8xf32>) -> tensor<1x3x7xf32>
  return %0 : tensor<1x3x7xf32>
}

// IR-LABEL: func @pool3d
// IR: "ufront.pool3d"
// LINALG-LABEL: func @pool3d
// LINALG: arith.constant 8.0
// LINALG: arith.divf
// TOSA-LABEL: func @pool3d
// TOSA: "ufront.pool3d"
func.func @pool3d(%a0: tensor<1x3x8x8x8xf32>) -> tensor<1x3x7x7x7xf32> {
  %0 = "ufront.pool3d"(%a0) {pool_type = "avg", kernel_size = array<i64: 2, 2, 2>}
      : (tensor<1x3x8x8x8xf32>) -> tensor<1x3x7x7x7xf32>
  return %0 : tensor<1x3x7x7x7xf32>
}

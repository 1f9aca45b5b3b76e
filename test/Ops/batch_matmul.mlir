// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE
// RUN: ufront-opt %s --ufront-params-to-arguments --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --ufront-params-to-arguments --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @batch_matmul_equal
// IR: "ufront.batch_matmul"(%{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @batch_matmul_equal
// LINALG: linalg.generic {{.*}}"parallel", "parallel", "parallel", "reduction", "parallel"]}
// LINALG-SAME: ins({{.*}} : tensor<?x2x3x4xf32>, tensor<?x2x4x5xf32>)
// TOSA-LABEL: func @batch_matmul_equal
// TOSA: tosa.matmul {{.*}} -> tensor<?x3x5xf32>
func.func @batch_matmul_equal(%a: tensor<?x2x3x4xf32>, %b: tensor<?x2x4x5xf32>) -> tensor<?x2x3x5xf32> {
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<?x2x3x4xf32>, tensor<?x2x4x5xf32>) -> tensor<?x2x3x5xf32>
  return %0 : tensor<?x2x3x5xf32>
}

// LINALG-LABEL: func @batch_matmul_rank3
// LINALG: linalg.batch_matmul ins({{.*}} : tensor<?x3x4xf32>, tensor<?x4x5xf32>)
// TOSA-LABEL: func @batch_matmul_rank3
func.func @batch_matmul_rank3(%a: tensor<?x3x4xf32>, %b: tensor<?x4x5xf32>) -> tensor<?x3x5xf32> {
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<?x3x4xf32>, tensor<?x4x5xf32>) -> tensor<?x3x5xf32>
  return %0 : tensor<?x3x5xf32>
}

// Batches that differ are repeated by the maps.
// LINALG-LABEL: func @batch_matmul_broadcast
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]
// LINALG-SAME: ins({{.*}} : tensor<2x1x3x4xi32>, tensor<7x4x5xi32>)
// LINALG: arith.muli
// TOSA-LABEL: func @batch_matmul_broadcast
// TOSA: "ufront.batch_matmul"
func.func @batch_matmul_broadcast(%a: tensor<2x1x3x4xi32>, %b: tensor<7x4x5xi32>) -> tensor<2x7x3x5xi32> {
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<2x1x3x4xi32>, tensor<7x4x5xi32>) -> tensor<2x7x3x5xi32>
  return %0 : tensor<2x7x3x5xi32>
}

// LINALG-LABEL: func @batch_matmul_transposed
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// TOSA-LABEL: func @batch_matmul_transposed
// TOSA-COUNT-2: tosa.transpose {{.*}} {perms = array<i32: 0, 2, 1>}
func.func @batch_matmul_transposed(%a: tensor<2x4x3xf32>, %b: tensor<2x5x4xf32>) -> tensor<2x3x5xf32> {
  %0 = "ufront.batch_matmul"(%a, %b) {transpose_a = true, transpose_b = true}
      : (tensor<2x4x3xf32>, tensor<2x5x4xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// LINALG-LABEL: func @batch_matmul_vectors
// LINALG: linalg.matmul {{.*}} -> tensor<1x1xf32>
// LINALG: tensor.collapse_shape {{.*}} [] : tensor<1x1xf32> into tensor<f32>
func.func @batch_matmul_vectors(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<f32> {
  %0 = "ufront.batch_matmul"(%a, %b) : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// DECOMPOSE-LABEL: func @batch_matmul_weight
// DECOMPOSE: %[[T:.*]] = "ufront.transpose"(%{{.*}}) {perm = array<i64: 0, 2, 1>}
// DECOMPOSE: "ufront.batch_matmul"(%{{.*}}, %[[T]]) :
func.func @batch_matmul_weight(%a: tensor<2x3x4xf32>) -> tensor<2x3x5xf32> {
  %w = "ufront.param"() {sym = "w"} : () -> tensor<2x5x4xf32>
  %0 = "ufront.batch_matmul"(%a, %w) {transpose_b = true} : (tensor<2x3x4xf32>, tensor<2x5x4xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// A weight that is turned keeps its type, and the sums theirs.
// IR-LABEL: func @bytes
// IR: "ufront.batch_matmul"
// DECOMPOSE-LABEL: func @bytes
// DECOMPOSE: "ufront.batch_matmul"{{.*}}to = i32{{.*}}(tensor<2x3xi8>, tensor<3x4xui8>)
// LINALG-LABEL: func @bytes
// LINALG: arith.extsi %{{.*}} : i8 to i32
// LINALG-NEXT: arith.extui %{{.*}} : i8 to i32
// TOSA-LABEL: func @bytes
// TOSA: ufront.batch_matmul
func.func @bytes(%x: tensor<2x3xi8>) -> tensor<2x4xi32> {
  %w = "ufront.param"() {sym = "w8"} : () -> tensor<4x3xui8>
  %0 = "ufront.batch_matmul"(%x, %w) {transpose_b = true, to = i32}
      : (tensor<2x3xi8>, tensor<4x3xui8>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// Halves summed in f32 are not rounded; TOSA multiplies what is of one type.
// IR-LABEL: func @halves
// IR: to = f32
// DECOMPOSE-LABEL: func @halves
// DECOMPOSE: to = f32
// LINALG-LABEL: func @halves
// LINALG-NOT: arith.truncf
// LINALG: arith.extf %{{.*}} : f16 to f32
// LINALG-NEXT: arith.extf %{{.*}} : f16 to f32
// LINALG: arith.extf %{{.*}} : f16 to f32
// LINALG-NOT: arith.truncf
// LINALG: return
// TOSA-LABEL: func @halves
// TOSA: tosa.matmul {{.*}} -> tensor<1x2x2xf32>
// TOSA-NOT: tosa.cast
// TOSA: ufront.batch_matmul
func.func @halves(%x: tensor<2x3xf16>, %y: tensor<3x2xf16>) -> tensor<2x2xf32> {
  %0 = "ufront.batch_matmul"(%x, %y) {to = f32} : (tensor<2x3xf16>, tensor<3x2xf16>) -> tensor<2x2xf32>
  %1 = "ufront.batch_matmul"(%0, %x) {to = f32, transpose_a = true} : (tensor<2x2xf32>, tensor<2x3xf16>) -> tensor<2x3xf32>
  %2 = "ufront.batch_matmul"(%1, %y) {to = f32} : (tensor<2x3xf32>, tensor<3x2xf16>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

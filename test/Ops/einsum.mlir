// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// LINALG: #[[DIAGONAL:.*]] = affine_map<(d0, d1) -> (d0, d1, d1)>

// IR-LABEL: func @einsum_matmul
// IR: "ufront.einsum"(%{{.*}}, %{{.*}}) {equation = "bij, bjk -> bik"}
// LINALG-LABEL: func @einsum_matmul
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel"]
// LINALG-SAME: ins({{.*}} : tensor<2x3x4xf32>, tensor<2x4x5xf32>)
func.func @einsum_matmul(%a: tensor<2x3x4xf32>, %b: tensor<2x4x5xf32>) -> tensor<2x3x5xf32> {
  %0 = "ufront.einsum"(%a, %b) {equation = "bij, bjk -> bik"} : (tensor<2x3x4xf32>, tensor<2x4x5xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// A label twice in one term is a diagonal; "..." may stand for any dimensions.
// LINALG-LABEL: func @einsum_diagonal
// LINALG: linalg.generic {indexing_maps = [#[[DIAGONAL]], {{.*}}], iterator_types = ["parallel", "parallel"]}
func.func @einsum_diagonal(%a: tensor<?x3x3xf32>) -> tensor<?x3xf32> {
  %0 = "ufront.einsum"(%a) {equation = "...ii->...i"} : (tensor<?x3x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// From left to right; without an arrow the result has the letters there once.
// LINALG-LABEL: func @einsum_chain
// LINALG: linalg.generic {{.*}} ins({{.*}} : tensor<2x3xf16>, tensor<3x4xf16>) outs({{.*}} : tensor<2x4xf32>)
// LINALG: linalg.generic {{.*}} ins({{.*}} : tensor<2x4xf32>, tensor<4x5xf16>) outs({{.*}} : tensor<5x2xf32>)
// LINALG: arith.truncf
func.func @einsum_chain(%a: tensor<2x3xf16>, %b: tensor<3x4xf16>, %c: tensor<4x5xf16>) -> tensor<5x2xf16> {
  %0 = "ufront.einsum"(%a, %b, %c) {equation = "zi,ij,jk"} : (tensor<2x3xf16>, tensor<3x4xf16>, tensor<4x5xf16>) -> tensor<5x2xf16>
  return %0 : tensor<5x2xf16>
}

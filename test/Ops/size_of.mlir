// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @size_of_dynamic
// IR: "ufront.size_of"(%{{.*}})
// LINALG-LABEL: func @size_of_dynamic
// LINALG: tensor.dim
// LINALG: arith.muli
// LINALG: tensor.from_elements
func.func @size_of_dynamic(%x: tensor<?x3xf32>) -> tensor<i64> {
  %0 = "ufront.size_of"(%x) : (tensor<?x3xf32>) -> tensor<i64>
  return %0 : tensor<i64>
}

// IR-LABEL: func @size_of_static
// IR: "ufront.size_of"(%{{.*}})
// FOLD-LABEL: func @size_of_static
// FOLD: dense<6> : tensor<i64>
func.func @size_of_static(%x: tensor<2x3xf32>) -> tensor<i64> {
  %0 = "ufront.size_of"(%x) : (tensor<2x3xf32>) -> tensor<i64>
  return %0 : tensor<i64>
}

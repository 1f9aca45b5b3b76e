// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @concat_axis
// IR: "ufront.concat"(%{{.*}}, %{{.*}}) {axis = -1 : i64}
// LINALG-LABEL: func @concat_axis
// LINALG: cf.assert
// LINALG: tensor.insert_slice %{{.*}} into %{{.*}}[0, 0] [%{{.*}}, 3] [1, 1]
// LINALG: tensor.insert_slice %{{.*}} into %{{.*}}[0, 3] [%{{.*}}, 2] [1, 1]
func.func @concat_axis(%x: tensor<?x3xf32>, %y: tensor<?x2xf32>) -> tensor<?x5xf32> {
  %0 = "ufront.concat"(%x, %y) {axis = -1 : i64} : (tensor<?x3xf32>, tensor<?x2xf32>) -> tensor<?x5xf32>
  return %0 : tensor<?x5xf32>
}

// What is computed for shapes stays scalars.
// IR-LABEL: func @concat_sizes
// IR: "ufront.concat"(%{{.*}}, %{{.*}}) {axis = 0 : i64}
// LINALG-LABEL: func @concat_sizes
// LINALG-NOT: tensor.insert_slice
// LINALG: tensor.from_elements %{{.*}}, %{{.*}}, %{{.*}} : tensor<3xi64>
func.func @concat_sizes(%x: tensor<?x3xf32>) -> tensor<3xi64> {
  %shape = "ufront.shape_of"(%x) : (tensor<?x3xf32>) -> tensor<2xi64>
  %five = "ufront.constant"() {value = dense<5> : tensor<1xi64>} : () -> tensor<1xi64>
  %0 = "ufront.concat"(%shape, %five) {axis = 0 : i64} : (tensor<2xi64>, tensor<1xi64>) -> tensor<3xi64>
  return %0 : tensor<3xi64>
}

// IR-LABEL: func @concat_one
// IR: "ufront.concat"(%{{.*}}) {axis = 0 : i64}
// FOLD-LABEL: func @concat_one
// FOLD-SAME: (%[[X:.*]]: tensor
// FOLD-NEXT: return %[[X]]
func.func @concat_one(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = "ufront.concat"(%x) {axis = 0 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

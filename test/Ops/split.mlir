// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=INFER

// IR-LABEL: func @split_sizes
// IR: "ufront.split"(%{{.*}}) {sizes = array<i64: 2, 5>}
// LINALG-LABEL: func @split_sizes
// LINALG: tensor.extract_slice %{{.*}}[0, 0] [2, %{{.*}}] [1, 1]
// LINALG: tensor.extract_slice %{{.*}}[2, 0] [5, %{{.*}}] [1, 1]
func.func @split_sizes(%x: tensor<7x?xf32>) -> (tensor<2x?xf32>, tensor<5x?xf32>) {
  %0:2 = "ufront.split"(%x) {sizes = array<i64: 2, 5>} : (tensor<7x?xf32>) -> (tensor<2x?xf32>, tensor<5x?xf32>)
  return %0#0, %0#1 : tensor<2x?xf32>, tensor<5x?xf32>
}

// IR-LABEL: func @split_uneven
// IR: "ufront.split"(%{{.*}})
// LINALG-LABEL: func @split_uneven
// LINALG: [0] [3] [1]
// LINALG: [3] [3] [1]
// LINALG: [6] [1] [1]
func.func @split_uneven(%x: tensor<7xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<1xf32>) {
  %0:3 = "ufront.split"(%x) : (tensor<7xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<1xf32>)
  return %0#0, %0#1, %0#2 : tensor<3xf32>, tensor<3xf32>, tensor<1xf32>
}

// IR-LABEL: func @split_run_time
// IR: "ufront.split"(%{{.*}}, %{{.*}})
// LINALG-LABEL: func @split_run_time
// LINALG: cf.assert
// LINALG: tensor.extract_slice
// LINALG: cf.assert
// LINALG: tensor.extract_slice
func.func @split_run_time(%x: tensor<?xf32>, %sizes: tensor<2xi64>) -> (tensor<?xf32>, tensor<?xf32>) {
  %0:2 = "ufront.split"(%x, %sizes) : (tensor<?xf32>, tensor<2xi64>) -> (tensor<?xf32>, tensor<?xf32>)
  return %0#0, %0#1 : tensor<?xf32>, tensor<?xf32>
}

// What is known of a vector is known of its parts: sizes follow from them.
// INFER-LABEL: func @split_known
// INFER: "ufront.reshape"(%{{.*}}) {shape = array<i64: 3, 4>}
func.func @split_known(%x: tensor<12xf32>) -> tensor<?x?xf32> {
  %all = "ufront.constant"() {value = dense<[2, 3, 4]> : tensor<3xi64>} : () -> tensor<3xi64>
  %0:2 = "ufront.split"(%all) {sizes = array<i64: 1, 2>} : (tensor<3xi64>) -> (tensor<1xi64>, tensor<2xi64>)
  %1 = "ufront.reshape"(%x, %0#1) : (tensor<12xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}

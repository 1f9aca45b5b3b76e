// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Channels become groups and what is in each.
// IR-LABEL: func @group_norm
// IR: "ufront.group_norm"(%{{.*}}, %{{.*}}, %{{.*}}) {num_groups = 2 : i64}
// LINALG-LABEL: func @group_norm
// LINALG: tensor.expand_shape {{.*}} {{\[}}[0], [1, 2], [3]]
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// LINALG: tensor.collapse_shape {{.*}} {{\[}}[0], [1, 2], [3]]
// TOSA-LABEL: func @group_norm
// TOSA: tosa.reshape {{.*}} -> tensor<2x2x3x5xf32>
// TOSA: tosa.rsqrt
// TOSA: tosa.reshape {{.*}} -> tensor<2x6x5xf32>
func.func @group_norm(%x: tensor<2x6x5xf32>, %s: tensor<6xf32>, %b: tensor<6xf32>) -> tensor<2x6x5xf32> {
  %0 = "ufront.group_norm"(%x, %s, %b) {num_groups = 2 : i64}
      : (tensor<2x6x5xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<2x6x5xf32>
  return %0 : tensor<2x6x5xf32>
}

// LINALG-LABEL: func @group_norm_dynamic
// LINALG: tensor.expand_shape {{.*}} {{\[}}[0], [1, 2], [3], [4]]
func.func @group_norm_dynamic(%x: tensor<?x6x?x?xf32>) -> tensor<?x6x?x?xf32> {
  %0 = "ufront.group_norm"(%x) {num_groups = 3 : i64} : (tensor<?x6x?x?xf32>) -> tensor<?x6x?x?xf32>
  return %0 : tensor<?x6x?x?xf32>
}

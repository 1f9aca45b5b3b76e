// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @instance_norm
// IR: "ufront.instance_norm"(%{{.*}}, %{{.*}}, %{{.*}}) {eps = 1.000000e-02 : f64}
// LINALG-LABEL: func @instance_norm
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// TOSA-LABEL: func @instance_norm
// TOSA: tosa.reduce_sum {{.*}} {axis = 2 : i32}
// TOSA: tosa.reduce_sum {{.*}} {axis = 3 : i32}
func.func @instance_norm(%x: tensor<?x3x4x5xf32>, %s: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<?x3x4x5xf32> {
  %0 = "ufront.instance_norm"(%x, %s, %b) {eps = 1.0e-2}
      : (tensor<?x3x4x5xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<?x3x4x5xf32>
  return %0 : tensor<?x3x4x5xf32>
}

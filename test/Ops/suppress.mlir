// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @suppress
// IR: "ufront.suppress"
// LINALG-LABEL: func @suppress
// LINALG: %[[ROWS:.*]] = tensor.empty(%{{.*}}) : tensor<?x3xi64>
// Batch, class, box.
// LINALG: scf.for
// LINALG: scf.for
// LINALG: scf.for
// LINALG: arith.cmpf ogt
// LINALG: scf.if
// What has been taken.
// LINALG: scf.for
// LINALG: arith.divf
// LINALG: scf.if
// LINALG: tensor.insert
// LINALG: tensor.extract_slice {{.*}} : tensor<?x3xi64> to tensor<?x3xi64>
func.func @suppress(%boxes: tensor<2x9x4xf32>, %scores: tensor<2x3x9xf32>, %order: tensor<2x3x9xi64>,
    %most: tensor<1xi64>, %iou: tensor<1xf32>, %score: tensor<f32>) -> tensor<?x3xi64> {
  %0 = "ufront.suppress"(%boxes, %scores, %order, %most, %iou, %score) {center_point_box = true}
      : (tensor<2x9x4xf32>, tensor<2x3x9xf32>, tensor<2x3x9xi64>, tensor<1xi64>, tensor<1xf32>, tensor<f32>)
      -> tensor<?x3xi64>
  return %0 : tensor<?x3xi64>
}

// LINALG-LABEL: func @suppress_run_time
// LINALG: cf.assert %{{.*}}, "suppress: boxes, scores and order differ in size"
func.func @suppress_run_time(%boxes: tensor<?x?x4xf32>, %scores: tensor<?x?x?xf32>, %order: tensor<?x?x?xi64>) -> tensor<?x3xi64> {
  %0 = "ufront.suppress"(%boxes, %scores, %order)
      : (tensor<?x?x4xf32>, tensor<?x?x?xf32>, tensor<?x?x?xi64>) -> tensor<?x3xi64>
  return %0 : tensor<?x3xi64>
}

// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @band_mask_causal
// IR: "ufront.band_mask"(%{{.*}}) {right = 0 : i64}
// LINALG-LABEL: func @band_mask_causal
// LINALG-DAG: linalg.index 1
// LINALG-DAG: linalg.index 2
// LINALG: arith.cmpi sle
// LINALG: arith.constant 0xFF800000
// LINALG: arith.select
func.func @band_mask_causal(%x: tensor<2x3x?xf32>) -> tensor<2x3x?xf32> {
  %0 = "ufront.band_mask"(%x) {right = 0 : i64} : (tensor<2x3x?xf32>) -> tensor<2x3x?xf32>
  return %0 : tensor<2x3x?xf32>
}

// One offset for all samples, one length for each.
// LINALG-LABEL: func @band_mask_all
// LINALG: linalg.generic {{.*}} ins({{.*}} : tensor<2x3x4xf32>, tensor<1xi32>, tensor<2xi64>)
// LINALG: arith.extsi
// LINALG: arith.cmpi sge
// LINALG: arith.cmpi sle
// LINALG: arith.cmpi slt
func.func @band_mask_all(%x: tensor<2x3x4xf32>, %offset: tensor<1xi32>, %lengths: tensor<2xi64>) -> tensor<2x3x4xf32> {
  %0 = "ufront.band_mask"(%x, %offset, %lengths) {left = 1 : i64, right = 2 : i64}
      : (tensor<2x3x4xf32>, tensor<1xi32>, tensor<2xi64>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

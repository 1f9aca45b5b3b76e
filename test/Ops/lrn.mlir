// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// The window slides over padded channels, outside of the loops over an image.
// IR-LABEL: func @lrn
// IR: "ufront.lrn"(%{{.*}}) {alpha = 2.000000e-04 : f64, size = 4 : i64}
// LINALG: #[[WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d2, d3, d4)>
// LINALG-LABEL: func @lrn
// LINALG: tensor.pad {{.*}} low[0, 1, 0, 0] high[0, 2, 0, 0]
// LINALG: linalg.generic {indexing_maps = [#[[WINDOW]], {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel", "parallel"]
// LINALG: math.powf
func.func @lrn(%x: tensor<?x6x4x5xf32>) -> tensor<?x6x4x5xf32> {
  %0 = "ufront.lrn"(%x) {size = 4 : i64, alpha = 2.0e-4} : (tensor<?x6x4x5xf32>) -> tensor<?x6x4x5xf32>
  return %0 : tensor<?x6x4x5xf32>
}

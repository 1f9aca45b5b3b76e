// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @unsqueeze_c1(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.unsqueeze' axis 4 is outside [-4, 4)}}
  %0 = "ufront.unsqueeze"(%x) {axes = array<i64: 4>} : (tensor<2x3x4xf32>) -> tensor<2x3x4x1xf32>
  return
}

// -----

func.func @unsqueeze_c2(%x: tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) {
  // expected-error @+1 {{'ufront.unsqueeze' makes a result of rank 17, the most is 16}}
  %0 = "ufront.unsqueeze"(%x) {axes = array<i64: 0>} : (tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>) -> tensor<1xf32>
  return
}

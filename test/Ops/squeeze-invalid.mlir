// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @squeeze_c1(%x: tensor<1x1xf32>) {
  // expected-error @+1 {{'ufront.squeeze' axis -2 is given twice}}
  %0 = "ufront.squeeze"(%x) {axes = array<i64: 0, -2>} : (tensor<1x1xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @squeeze_c2(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'ufront.squeeze' dimension 1 has size 3 and cannot be left out}}
  %0 = "ufront.squeeze"(%x) {axes = array<i64: 1>} : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @squeeze_c3(%x: tensor<?x1xf32>) {
  // expected-error @+1 {{'ufront.squeeze' needs axes: the size of dimension 0 is not known before run time}}
  %0 = "ufront.squeeze"(%x) : (tensor<?x1xf32>) -> tensor<?xf32>
  return
}

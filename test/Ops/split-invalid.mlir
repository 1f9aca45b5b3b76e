// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @split_c1(%x: tensor<7xf32>) {
  // expected-error @+1 {{'ufront.split' axis 1 is outside [-1, 1)}}
  %0:2 = "ufront.split"(%x) {axis = 1 : i64} : (tensor<7xf32>) -> (tensor<3xf32>, tensor<4xf32>)
  return
}

// -----

func.func @split_c2(%x: tensor<7xf32>) {
  // expected-error @+1 {{'ufront.split' has 2 sizes for 3 results}}
  %0:3 = "ufront.split"(%x) {sizes = array<i64: 3, 4>} : (tensor<7xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<1xf32>)
  return
}

// -----

func.func @split_c3(%x: tensor<7xf32>) {
  // expected-error @+1 {{'ufront.split' has sizes that make up 6, but dimension 0 has size 7}}
  %0:2 = "ufront.split"(%x) {sizes = array<i64: 3, 3>} : (tensor<7xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return
}

// -----

func.func @split_c3_negative(%x: tensor<7xf32>) {
  // expected-error @+1 {{'ufront.split' size 1 is -1, but must not be negative}}
  %0:2 = "ufront.split"(%x) {sizes = array<i64: 8, -1>} : (tensor<7xf32>) -> (tensor<8xf32>, tensor<1xf32>)
  return
}

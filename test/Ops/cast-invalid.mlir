// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @cast_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.cast' 'to' must be a float, or an integer type of at most 64 bits}}
  %0 = "ufront.cast"(%a) {to = complex<f32>} : (tensor<2x3xf32>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @bitcast_c1(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitcast' 'to' must be a float, or an integer type of at most 64 bits}}
  %0 = "ufront.bitcast"(%a) {to = index} : (tensor<2x3xf32>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @bitcast_c2(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.bitcast' cannot read 32 bits as 64}}
  %0 = "ufront.bitcast"(%a) {to = i64} : (tensor<2x3xf32>) -> tensor<2x3xi64>
  return
}

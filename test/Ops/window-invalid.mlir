// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @window_c1() {
  // expected-error @+1 {{'ufront.window' size is -1, outside [0, 16777216]}}
  %0 = "ufront.window"() {kind = "hann", size = -1 : i64} : () -> tensor<5xf32>
  return
}

// -----

func.func @window_c2() {
  // expected-error @+1 {{'ufront.window' dtype must be a float type}}
  %0 = "ufront.window"() {dtype = i32, kind = "hann", size = 1 : i64} : () -> tensor<1xi32>
  return
}

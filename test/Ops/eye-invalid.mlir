// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @eye_c1() {
  // expected-error @+1 {{'ufront.eye' needs an input of rank 2, or rows and cols}}
  %0 = "ufront.eye"() {rows = 2 : i64} : () -> tensor<2x2xf32>
  return
}

// -----

func.func @eye_c2() {
  // expected-error @+1 {{'ufront.eye' rows and cols must not be negative}}
  %0 = "ufront.eye"() {cols = -1 : i64, rows = 2 : i64} : () -> tensor<2x2xf32>
  return
}

// -----

func.func @eye_dtype() {
  // expected-error @+1 {{'ufront.eye' dtype must be a number type}}
  %0 = "ufront.eye"() {cols = 2 : i64, dtype = index, rows = 2 : i64} : () -> tensor<2x2xindex>
  return
}

// -----

func.func @eye_c3(%x: tensor<2x2xf8E3M4>) {
  // expected-error @+1 {{'ufront.eye' dtype must be a number type}}
  %0 = "ufront.eye"(%x) : (tensor<2x2xf8E3M4>) -> tensor<2x2xf8E3M4>
  return
}

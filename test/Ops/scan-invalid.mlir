// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @scan_c1(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' scans 2 of 1 inputs}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 2 : i64} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @scan_c2(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' 'scan_input_axes' has 2 elements instead of 1}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 0, 0>} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @scan_c2_direction(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' 'scan_input_directions' holds 2, which is not 0 or 1}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 1 : i64, scan_input_directions = array<i64: 2>} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @scan_c3(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' input axis 1 is outside [-1, 1)}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 1 : i64, scan_input_axes = array<i64: 1>} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @scan_c3_output(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' output axis 1 is outside [-1, 1)}}
  %0 = "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"(%row) : (tensor<f32>) -> ()
  }) {num_scan_inputs = 1 : i64, scan_output_axes = array<i64: 1>} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @scan_c4(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{'ufront.scan' scan input 1 has 3 slices, another one has 2}}
  "ufront.scan"(%x, %y) ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 2 : i64} : (tensor<2xf32>, tensor<3xf32>) -> ()
  return
}

// -----

func.func @scan_c5(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' slices of scan input 0 do not have the type of the body's argument 0}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<i32>):
    "ufront.yield"() : () -> ()
  }) {num_scan_inputs = 1 : i64} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @scan_c6(%x: tensor<2xf32>) {
  // expected-error @+1 {{'ufront.scan' has 0 states and 0 results, but its body yields 1 values}}
  "ufront.scan"(%x) ({
  ^bb0(%row: tensor<f32>):
    "ufront.yield"(%row) : (tensor<f32>) -> ()
  }) {num_scan_inputs = 1 : i64} : (tensor<2xf32>) -> ()
  return
}

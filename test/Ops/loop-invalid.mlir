// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @loop_c1(%n: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.loop' the trip count must have one element, but has shape 2}}
  "ufront.loop"(%n) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    "ufront.yield"(%k) : (tensor<i1>) -> ()
  }) : (tensor<2xi64>) -> ()
  return
}

// -----

func.func @loop_c1_type(%n: tensor<i32>) {
  // expected-error @+1 {{'ufront.loop' the trip count must have elements of type i64}}
  "ufront.loop"(%n) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    "ufront.yield"(%k) : (tensor<i1>) -> ()
  }) : (tensor<i32>) -> ()
  return
}

// -----

func.func @loop_c2(%n: tensor<i64>, %x: tensor<f32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.loop' region 0 must have 3 arguments, but has 2}}
  %0 = "ufront.loop"(%n, %none, %x) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    "ufront.yield"(%k) : (tensor<i1>) -> ()
  }) : (tensor<i64>, none, tensor<f32>) -> tensor<f32>
  return
}

// -----

func.func @loop_c3(%n: tensor<i64>) {
  // expected-error @+1 {{'ufront.loop' carries 0 values and has 1 results, but its body yields 1 values}}
  %0 = "ufront.loop"(%n) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    "ufront.yield"(%k) : (tensor<i1>) -> ()
  }) : (tensor<i64>) -> tensor<?xf32>
  return
}

// -----

func.func @loop_c4_entry(%n: tensor<i64>, %x: tensor<2xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.loop' carries a value 0 that does not have the type of the body's argument 2}}
  %0 = "ufront.loop"(%n, %none, %x) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<3xf32>):
    "ufront.yield"(%k, %s) : (tensor<i1>, tensor<3xf32>) -> ()
  }) : (tensor<i64>, none, tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @loop_c4_yield(%n: tensor<i64>, %x: tensor<2xf32>, %y: tensor<?xf32>) {
  %none = "ufront.none"() : () -> none
  // expected-error @+1 {{'ufront.loop' yields a value 1 that does not have the type of the body's argument 2}}
  %0 = "ufront.loop"(%n, %none, %x) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %s: tensor<2xf32>):
    "ufront.yield"(%k, %y) : (tensor<i1>, tensor<?xf32>) -> ()
  }) : (tensor<i64>, none, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @loop_c5() {
  // expected-error @+1 {{'ufront.loop' never ends: it has no trip count and its condition stays true}}
  "ufront.loop"() ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    "ufront.yield"(%k) : (tensor<i1>) -> ()
  }) : () -> ()
  return
}

// -----

// A body is checked before what is in it: it may be anything.
func.func @loop_cyclic(%n: tensor<i64>) {
  "ufront.loop"(%n) ({
  ^bb0(%i: tensor<i64>, %k: tensor<i1>):
    // expected-error @+2 {{operand #0 does not dominate this use}}
    // expected-note @+1 {{operand defined here (op in the same block)}}
    %0 = "ufront.identity"(%0) : (tensor<i1>) -> tensor<i1>
    "ufront.yield"(%0) : (tensor<i1>) -> ()
  }) : (tensor<i64>) -> ()
  return
}

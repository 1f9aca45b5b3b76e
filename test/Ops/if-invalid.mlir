// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @if_c1(%c: tensor<2xi1>) {
  // expected-error @+1 {{'ufront.if' the condition must have one element, but has shape 2}}
  "ufront.if"(%c) ({
    "ufront.yield"() : () -> ()
  }, {
    "ufront.yield"() : () -> ()
  }) : (tensor<2xi1>) -> ()
  return
}

// -----

func.func @if_c2(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.if' region 1 must have 0 arguments, but has 1}}
  "ufront.if"(%c) ({
    "ufront.yield"() : () -> ()
  }, {
  ^bb0(%x: tensor<f32>):
    "ufront.yield"() : () -> ()
  }) : (tensor<i1>) -> ()
  return
}

// -----

func.func @if_c3(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.if' region 0 yields 1 values for 0 results}}
  "ufront.if"(%c) ({
    "ufront.yield"(%c) : (tensor<i1>) -> ()
  }, {
    "ufront.yield"() : () -> ()
  }) : (tensor<i1>) -> ()
  return
}

// -----

func.func @if_c4(%c: tensor<i1>, %x: tensor<1xi1>) {
  // expected-error @+1 {{'ufront.if' the branches yield different element types or ranks (0 and 1) as result 0, and the condition is not constant}}
  %0 = "ufront.if"(%c) ({
    "ufront.yield"(%c) : (tensor<i1>) -> ()
  }, {
    "ufront.yield"(%x) : (tensor<1xi1>) -> ()
  }) : (tensor<i1>) -> tensor<i1>
  return
}

// -----

func.func @if_empty(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.if' region 0 must be one block}}
  "ufront.if"(%c) ({}, {}) : (tensor<i1>) -> ()
  return
}

// -----

func.func @if_unended(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.if' region 0 must end in ufront.yield}}
  "ufront.if"(%c) ({
    %0 = "ufront.identity"(%c) : (tensor<i1>) -> tensor<i1>
  }, {
    "ufront.yield"() : () -> ()
  }) : (tensor<i1>) -> ()
  return
}

// -----

func.func @if_unranked(%c: tensor<i1>, %x: tensor<*xf32>) {
  // expected-error @+1 {{'ufront.if' region 0, yielded value 0 must be a ranked tensor of rank 16 at most}}
  %0 = "ufront.if"(%c) ({
    "ufront.yield"(%x) : (tensor<*xf32>) -> ()
  }, {
    "ufront.yield"(%x) : (tensor<*xf32>) -> ()
  }) : (tensor<i1>) -> tensor<*xf32>
  return
}

// -----

func.func @if_regions(%c: tensor<i1>) {
  // expected-error @+1 {{'ufront.if' has 2 regions, but 1 are given}}
  "ufront.if"(%c) ({
    "ufront.yield"() : () -> ()
  }) : (tensor<i1>) -> ()
  return
}

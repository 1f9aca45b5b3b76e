// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @tree_leaves_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.tree_leaves' attribute 'thresholds' has the wrong type}}
  %0 = "ufront.tree_leaves"(%x) {features = dense<0> : tensor<1xi32>, thresholds = dense<0.5> : tensor<1xf64>, modes = dense<0> : tensor<1xi32>, children = dense<-1> : tensor<1x2xi32>, roots = dense<0> : tensor<1xi32>} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @tree_leaves_c2(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.tree_leaves' node 0 leads to node 0 of 1}}
  %0 = "ufront.tree_leaves"(%x) {features = dense<0> : tensor<1xi32>, thresholds = dense<0.5> : tensor<1xf32>, modes = dense<0> : tensor<1xi32>, children = dense<[[-1, 0]]> : tensor<1x2xi32>, roots = dense<0> : tensor<1xi32>} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @tree_leaves_c2_root(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.tree_leaves' tree 0 begins at node 1 of 1}}
  %0 = "ufront.tree_leaves"(%x) {features = dense<0> : tensor<1xi32>, thresholds = dense<0.5> : tensor<1xf32>, modes = dense<0> : tensor<1xi32>, children = dense<-1> : tensor<1x2xi32>, roots = dense<1> : tensor<1xi32>} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @tree_leaves_c3(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.tree_leaves' node 0 is for feature 3 of 3}}
  %0 = "ufront.tree_leaves"(%x) {features = dense<3> : tensor<1xi32>, thresholds = dense<0.5> : tensor<1xf32>, modes = dense<0> : tensor<1xi32>, children = dense<-1> : tensor<1x2xi32>, roots = dense<0> : tensor<1xi32>} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

// -----

func.func @tree_leaves_mode(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.tree_leaves' node 0 has the mode 6}}
  %0 = "ufront.tree_leaves"(%x) {features = dense<0> : tensor<1xi32>, thresholds = dense<0.5> : tensor<1xf32>, modes = dense<6> : tensor<1xi32>, children = dense<-1> : tensor<1x2xi32>, roots = dense<0> : tensor<1xi32>} : (tensor<2x3xf32>) -> tensor<2x1xi64>
  return
}

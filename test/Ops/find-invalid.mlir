// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @find_c1(%x: tensor<2xi32>) {
  // expected-error @+1 {{'ufront.find' 'keys' must be a list of the input's type}}
  %0 = "ufront.find"(%x) {keys = dense<[7, 3]> : tensor<2xi64>} : (tensor<2xi32>) -> tensor<2xi64>
  return
}

// -----

func.func @ngram_counts_c1(%x: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.ngram_counts' needs an input of rank 2}}
  %0 = "ufront.ngram_counts"(%x) {pool = dense<5> : tensor<1xi64>, columns = dense<0> : tensor<1xi64>, starts = array<i64: 0>, size = 1 : i64} : (tensor<2xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @ngram_counts_c2(%x: tensor<2x3xi64>) {
  // expected-error @+1 {{'ufront.ngram_counts' the 2-grams are from 1 to 4 of a pool of 4}}
  %0 = "ufront.ngram_counts"(%x) {pool = dense<5> : tensor<4xi64>, columns = dense<0> : tensor<2xi64>, starts = array<i64: 0, 1>, size = 1 : i64} : (tensor<2x3xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @ngram_counts_c3(%x: tensor<2x3xi64>) {
  // expected-error @+1 {{'ufront.ngram_counts' column 1 is outside [0, 1)}}
  %0 = "ufront.ngram_counts"(%x) {pool = dense<5> : tensor<1xi64>, columns = dense<1> : tensor<1xi64>, starts = array<i64: 0>, size = 1 : i64} : (tensor<2x3xi64>) -> tensor<2x1xf32>
  return
}

// -----

func.func @ngram_counts_c4(%x: tensor<2x3xi64>) {
  // expected-error @+1 {{'ufront.ngram_counts' lengths from 2 to 1 with up to 0 skips are not supported}}
  %0 = "ufront.ngram_counts"(%x) {pool = dense<5> : tensor<1xi64>, columns = dense<0> : tensor<1xi64>, starts = array<i64: 0>, size = 1 : i64, min_length = 2 : i64} : (tensor<2x3xi64>) -> tensor<2x1xf32>
  return
}

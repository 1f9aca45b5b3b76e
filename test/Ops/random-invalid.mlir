// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @random_c1(%seed: tensor<2xi64>) {
  // expected-error @+1 {{'ufront.random' seed must have one element}}
  %0 = "ufront.random"(%seed) {shape = array<i64: 2>} : (tensor<2xi64>) -> tensor<2xf64>
  return
}

// -----

func.func @random_c2(%seed: tensor<i64>) {
  // expected-error @+1 {{'ufront.random' needs 'shape' either as an attribute or as an operand, but has neither}}
  %0 = "ufront.random"(%seed) : (tensor<i64>) -> tensor<2xf64>
  return
}

// -----

func.func @random_c3(%seed: tensor<i64>) {
  // expected-error @+1 {{'ufront.random' has size -2, but sizes must not be negative}}
  %0 = "ufront.random"(%seed) {shape = array<i64: -2>} : (tensor<i64>) -> tensor<2xf64>
  return
}

// -----

func.func @random_seed_type() {
  // expected-error @+1 {{'ufront.random_seed'}}
  %0 = "ufront.random_seed"() : () -> tensor<2xi64>
  return
}

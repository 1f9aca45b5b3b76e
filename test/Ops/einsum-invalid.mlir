// RUN: ufront-opt %s --split-input-file --verify-diagnostics

func.func @einsum_c1() {
  // expected-error @+1 {{'ufront.einsum' has 0 operands, but takes 1 to 64}}
  %0 = "ufront.einsum"() {equation = ""} : () -> tensor<f32>
  return
}

// -----

func.func @einsum_c2_terms(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.einsum' equation 'ij,jk' has more terms than there are operands}}
  %0 = "ufront.einsum"(%a) {equation = "ij,jk"} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @einsum_c2_rank(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.einsum' equation 'ijk' has a term that does not fit its operand's rank}}
  %0 = "ufront.einsum"(%a) {equation = "ijk"} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @einsum_c2_dots(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.einsum' equation 'i..j' has a '.' that is not part of one '...'}}
  %0 = "ufront.einsum"(%a) {equation = "i..j"} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @einsum_c2_result(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{'ufront.einsum' equation 'ij->k' has a label in the result that is in no operand, or in the result twice}}
  %0 = "ufront.einsum"(%a) {equation = "ij->k"} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @einsum_c3(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+1 {{'ufront.einsum' dimension 0 of operand 1 is 4, but the same label was 3 before}}
  %0 = "ufront.einsum"(%a, %b) {equation = "ij,jk"} : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x5xf32>
  return
}

// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @rotary_embedding_halves
// IR: "ufront.rotary_embedding"(%{{.*}}) {rotary_dim = 4 : i64}
// DECOMPOSE-LABEL: func @rotary_embedding_halves
// DECOMPOSE: "ufront.gather"(%{{.*}}) {axis = 0 : i64} : (tensor<50x2xf32>, tensor<?x?xi64>)
// DECOMPOSE: "ufront.slice"(%{{.*}}) {axes = array<i64: 3>, ends = array<i64: 2>, starts = array<i64: 0>
// DECOMPOSE: "ufront.slice"(%{{.*}}) {axes = array<i64: 3>, ends = array<i64: 4>, starts = array<i64: 2>
// DECOMPOSE: %[[TURNED:.*]] = "ufront.concat"(%{{.*}}) {axis = 3 : i64}
// DECOMPOSE: %[[REST:.*]] = "ufront.slice"(%{{.*}}) {axes = array<i64: 3>, ends = array<i64: 6>, starts = array<i64: 4>
// DECOMPOSE: "ufront.concat"(%[[TURNED]], %[[REST]])
func.func @rotary_embedding_halves(%x: tensor<?x3x?x6xf32>, %c: tensor<50x2xf32>, %s: tensor<50x2xf32>, %i: tensor<?x?xi64>) -> tensor<?x3x?x6xf32> {
  %0 = "ufront.rotary_embedding"(%x, %c, %s, %i) {rotary_dim = 4 : i64}
      : (tensor<?x3x?x6xf32>, tensor<50x2xf32>, tensor<50x2xf32>, tensor<?x?xi64>) -> tensor<?x3x?x6xf32>
  return %0 : tensor<?x3x?x6xf32>
}

// DECOMPOSE-LABEL: func @rotary_embedding_pairs
// DECOMPOSE: "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 3, 4>}
// DECOMPOSE: "ufront.slice"(%{{.*}}) {{.*}}starts = array<i64: 0>, steps = array<i64: 2>}
// DECOMPOSE: "ufront.slice"(%{{.*}}) {{.*}}starts = array<i64: 1>, steps = array<i64: 2>}
// DECOMPOSE: "ufront.concat"(%{{.*}}) {axis = 4 : i64}
// DECOMPOSE: "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 0, 12>}
func.func @rotary_embedding_pairs(%x: tensor<2x5x12xf32>, %c: tensor<2x5x2xf32>, %s: tensor<2x5x2xf32>) -> tensor<2x5x12xf32> {
  %0 = "ufront.rotary_embedding"(%x, %c, %s) {interleaved = true, num_heads = 3 : i64}
      : (tensor<2x5x12xf32>, tensor<2x5x2xf32>, tensor<2x5x2xf32>) -> tensor<2x5x12xf32>
  return %0 : tensor<2x5x12xf32>
}

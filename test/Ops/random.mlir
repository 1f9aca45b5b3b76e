// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @random_uniform
// IR: "ufront.random"(%{{.*}}) {shape = array<i64: 2, 3>}
// LINALG-LABEL: func @random_uniform
// LINALG-SAME: (%[[SEED:.*]]: tensor<i64>)
// LINALG: tensor.extract %[[SEED]]
// LINALG: arith.trunci %{{.*}} : i64 to i32
// LINALG: scf.for
// LINALG: arith.constant 1812433253 : i32
// LINALG: scf.for
// LINALG: tensor.expand_shape {{.*}} : tensor<6xf64> into tensor<2x3xf64>
func.func @random_uniform(%seed: tensor<i64>) -> tensor<2x3xf64> {
  %0 = "ufront.random"(%seed) {shape = array<i64: 2, 3>} : (tensor<i64>) -> tensor<2x3xf64>
  return %0 : tensor<2x3xf64>
}

// IR-LABEL: func @random_normal
// IR: kind = "normal"
// LINALG-LABEL: func @random_normal
// LINALG: cf.assert %{{.*}}, "{{.*}}random: a size is negative"
// LINALG: scf.for
// LINALG: scf.if
// LINALG: scf.while
// LINALG: scf.condition
// LINALG: math.log
// LINALG: math.sqrt
func.func @random_normal(%seed: tensor<i64>, %shape: tensor<1xi64>) -> tensor<?xf64> {
  %0 = "ufront.random"(%seed, %shape) {kind = "normal"} : (tensor<i64>, tensor<1xi64>) -> tensor<?xf64>
  return %0 : tensor<?xf64>
}

// Two of them are two numbers.
// IR-LABEL: func @random_seed
// IR-COUNT-2: "ufront.random_seed"()
// LINALG-LABEL: func @random_seed
// LINALG-COUNT-2: llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
func.func @random_seed() -> (tensor<i64>, tensor<i64>) {
  %0 = "ufront.random_seed"() : () -> tensor<i64>
  %1 = "ufront.random_seed"() : () -> tensor<i64>
  return %0, %1 : tensor<i64>, tensor<i64>
}

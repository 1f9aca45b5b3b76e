// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @dft
// IR: "ufront.dft"(%{{.*}})
// LINALG-LABEL: func @dft
// LINALG: linalg.generic
// LINALG: math.cos
// LINALG: math.sin
// LINALG: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]
// LINALG: arith.remui
// LINALG: tensor.insert_slice
// LINALG: tensor.insert_slice
// DECOMPOSE-LABEL: func @dft
// DECOMPOSE: %[[MATRIX:.*]] = "ufront.constant"() {{.*}} : () -> tensor<20x20xf64>
// DECOMPOSE: "ufront.batch_matmul"(%{{.*}}, %[[MATRIX]])
func.func @dft(%x: tensor<?x10x2xf32>) -> tensor<?x10x2xf32> {
  %0 = "ufront.dft"(%x) : (tensor<?x10x2xf32>) -> tensor<?x10x2xf32>
  return %0 : tensor<?x10x2xf32>
}

// Half of what a real signal has; more is cut off.
// IR-LABEL: func @dft_onesided
// IR: "ufront.dft"
// LINALG-LABEL: func @dft_onesided
// LINALG: tensor.extract_slice %{{.*}}[0, 0, 0] [2, 7, 1] [1, 1, 1]
func.func @dft_onesided(%x: tensor<2x10x1xf32>) -> tensor<2x4x2xf32> {
  %0 = "ufront.dft"(%x) {length = 7 : i64, onesided = true} : (tensor<2x10x1xf32>) -> tensor<2x4x2xf32>
  return %0 : tensor<2x4x2xf32>
}

// IR-LABEL: func @dft_to_real
// LINALG-LABEL: func @dft_to_real
// LINALG: arith.select
// LINALG: arith.divf
// LINALG-NOT: tensor.insert_slice
// LINALG: return
func.func @dft_to_real(%x: tensor<2x6x2xf64>) -> tensor<2x10x1xf64> {
  %0 = "ufront.dft"(%x) {inverse = true, onesided = true} : (tensor<2x6x2xf64>) -> tensor<2x10x1xf64>
  return %0 : tensor<2x10x1xf64>
}

// IR-LABEL: func @dft_run_time
// LINALG-LABEL: func @dft_run_time
// LINALG: cf.assert %{{.*}}, "dft: the length is not positive"
// DECOMPOSE-LABEL: func @dft_run_time
// DECOMPOSE: "ufront.dft"
func.func @dft_run_time(%x: tensor<2x?x2xf64>, %n: tensor<i64>) -> tensor<2x?x2xf64> {
  %0 = "ufront.dft"(%x, %n) : (tensor<2x?x2xf64>, tensor<i64>) -> tensor<2x?x2xf64>
  return %0 : tensor<2x?x2xf64>
}

// 2000 = 40 * 50: columns, factors, rows.
// DECOMPOSE-LABEL: func @dft_long
// DECOMPOSE: "ufront.reshape"(%{{.*}}) {shape = array<i64: 0, 40, 50>}
// DECOMPOSE: "ufront.batch_matmul"(%{{.*}}, %{{.*}}) {{.*}} : (tensor<3x50x80xf64>, tensor<80x80xf64>)
// DECOMPOSE: "ufront.batch_matmul"(%{{.*}}, %{{.*}}) {{.*}} : (tensor<3x40x100xf64>, tensor<100x100xf64>)
// DECOMPOSE: "ufront.flat"
func.func @dft_long(%x: tensor<3x2000x2xf32>) -> tensor<3x2000x2xf32> {
  %0 = "ufront.dft"(%x) : (tensor<3x2000x2xf32>) -> tensor<3x2000x2xf32>
  return %0 : tensor<3x2000x2xf32>
}

// A large prime number stays.
// DECOMPOSE-LABEL: func @dft_prime
// DECOMPOSE: "ufront.dft"
func.func @dft_prime(%x: tensor<3x2003x2xf32>) -> tensor<3x2003x2xf32> {
  %0 = "ufront.dft"(%x) : (tensor<3x2003x2xf32>) -> tensor<3x2003x2xf32>
  return %0 : tensor<3x2003x2xf32>
}

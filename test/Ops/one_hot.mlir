// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @one_hot_axis
// IR: "ufront.one_hot"(%{{.*}}, %{{.*}}) {axis = 1 : i64, depth = 4 : i64}
// LINALG-LABEL: func @one_hot_axis
// LINALG: linalg.generic {{.*}} ins(%{{.*}} : tensor<?x3xi64>)
// LINALG: linalg.index 1
// LINALG: arith.cmpi eq
// LINALG: arith.select
func.func @one_hot_axis(%i: tensor<?x3xi64>, %v: tensor<2xf32>) -> tensor<?x4x3xf32> {
  %0 = "ufront.one_hot"(%i, %v) {axis = 1 : i64, depth = 4 : i64} : (tensor<?x3xi64>, tensor<2xf32>) -> tensor<?x4x3xf32>
  return %0 : tensor<?x4x3xf32>
}

// IR-LABEL: func @one_hot_run_time
// IR: "ufront.one_hot"(%{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @one_hot_run_time
// LINALG: arith.maxsi
// LINALG: linalg.generic
func.func @one_hot_run_time(%i: tensor<3xi64>, %none: none, %n: tensor<i64>) -> tensor<3x?xi64> {
  %0 = "ufront.one_hot"(%i, %none, %n) : (tensor<3xi64>, none, tensor<i64>) -> tensor<3x?xi64>
  return %0 : tensor<3x?xi64>
}

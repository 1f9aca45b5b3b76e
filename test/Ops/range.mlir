// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// IR-LABEL: func @range_run_time
// IR: "ufront.range"(%{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @range_run_time
// LINALG: cf.assert %{{.*}}, "range: delta is 0"
// LINALG: arith.ceildivui
// LINALG: linalg.generic
// LINALG: arith.muli
// LINALG: arith.addi
// FOLD-LABEL: func @range_run_time
// FOLD: "ufront.range"
func.func @range_run_time(%a: tensor<i64>, %b: tensor<i64>, %c: tensor<i64>) -> tensor<?xi64> {
  %0 = "ufront.range"(%a, %b, %c) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  return %0 : tensor<?xi64>
}

// IR-LABEL: func @range_constant
// IR: "ufront.range"(%{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @range_constant
// LINALG: linalg.generic
// FOLD-LABEL: func @range_constant
// FOLD: dense<[1.000000e+00, 5.000000e-01, 0.000000e+00]>
func.func @range_constant() -> tensor<3xf32> {
  %a = "ufront.constant"() {value = dense<1.0> : tensor<f32>} : () -> tensor<f32>
  %b = "ufront.constant"() {value = dense<-0.5> : tensor<f32>} : () -> tensor<f32>
  %c = "ufront.constant"() {value = dense<-0.5> : tensor<f32>} : () -> tensor<f32>
  %0 = "ufront.range"(%a, %b, %c) : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// IR-LABEL: func @range_long
// IR: "ufront.range"(%{{.*}}, %{{.*}}, %{{.*}})
// LINALG-LABEL: func @range_long
// LINALG: linalg.generic {{.*}} outs(%{{.*}} : tensor<100xi64>)
// FOLD-LABEL: func @range_long
// FOLD: "ufront.range"
func.func @range_long() -> tensor<100xi64> {
  %a = "ufront.constant"() {value = dense<0> : tensor<i64>} : () -> tensor<i64>
  %b = "ufront.constant"() {value = dense<100> : tensor<i64>} : () -> tensor<i64>
  %c = "ufront.constant"() {value = dense<1> : tensor<i64>} : () -> tensor<i64>
  %0 = "ufront.range"(%a, %b, %c) : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<100xi64>
  return %0 : tensor<100xi64>
}

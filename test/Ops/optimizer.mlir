// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @momentum_update
// IR: "ufront.momentum_update"
// DECOMPOSE-LABEL: func @momentum_update
// DECOMPOSE: "ufront.compare"(%{{.*}}, %{{.*}}) {pred = "le"}
// DECOMPOSE: %[[WAY:.*]] = "ufront.multiply"
// DECOMPOSE: "ufront.subtract"(%arg0, %{{.*}})
func.func @momentum_update(%x: tensor<?x3xf32>, %g: tensor<?x3xf32>, %v: tensor<?x3xf32>, %r: tensor<f32>, %t: tensor<i64>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %0:2 = "ufront.momentum_update"(%x, %g, %v, %r, %t) {alpha = 0.9, beta = 0.5, nesterov = true}
      : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<f32>, tensor<i64>) -> (tensor<?x3xf32>, tensor<?x3xf32>)
  return %0#0, %0#1 : tensor<?x3xf32>, tensor<?x3xf32>
}

// IR-LABEL: func @adagrad_update
// IR: "ufront.adagrad_update"
// DECOMPOSE-LABEL: func @adagrad_update
// DECOMPOSE: "ufront.sqrt"
// DECOMPOSE: "ufront.divide"
func.func @adagrad_update(%x: tensor<3xf32>, %g: tensor<3xf32>, %h: tensor<3xf32>, %r: tensor<f32>, %t: tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0:2 = "ufront.adagrad_update"(%x, %g, %h, %r, %t) {decay_factor = 0.1}
      : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<3xf32>
}

// IR-LABEL: func @adam_update
// IR: "ufront.adam_update"
// DECOMPOSE-LABEL: func @adam_update
// DECOMPOSE: "ufront.pow"
// DECOMPOSE: "ufront.pow"
// DECOMPOSE: "ufront.where"
func.func @adam_update(%x: tensor<3xf32>, %g: tensor<3xf32>, %v: tensor<3xf32>, %h: tensor<3xf32>, %r: tensor<f32>, %t: tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %0:3 = "ufront.adam_update"(%x, %g, %v, %h, %r, %t)
      : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<i64>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  return %0#0, %0#1, %0#2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @dynamic_quantize
// IR: "ufront.dynamic_quantize"
// DECOMPOSE-LABEL: func @dynamic_quantize
// DECOMPOSE-DAG: "ufront.reduce_min"
// DECOMPOSE-DAG: "ufront.reduce_max"
// DECOMPOSE: "ufront.subtract"
// DECOMPOSE: %[[SCALE:.*]] = "ufront.divide"
// DECOMPOSE: %[[ZERO:.*]] = "ufront.quantize"(%{{.*}}, %[[SCALE]]) {to = ui8}
// DECOMPOSE: "ufront.quantize"(%{{.*}}, %[[SCALE]], %[[ZERO]])
func.func @dynamic_quantize(%x: tensor<2x?xf32>) -> (tensor<2x?xui8>, tensor<f32>, tensor<ui8>) {
  %0:3 = "ufront.dynamic_quantize"(%x)
      : (tensor<2x?xf32>) -> (tensor<2x?xui8>, tensor<f32>, tensor<ui8>)
  return %0#0, %0#1, %0#2 : tensor<2x?xui8>, tensor<f32>, tensor<ui8>
}

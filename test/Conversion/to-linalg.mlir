// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg --verify-diagnostics | FileCheck %s

// An elementwise op is one linalg.generic over the broadcast of its operands.
// CHECK-DAG:   #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG:   #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @elementwise
// CHECK-SAME:    (%[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<3xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]], #[[ALL]]], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME:      ins(%[[X]], %[[Y]] : tensor<2x3xf32>, tensor<3xf32>)
// CHECK:           arith.addf
func.func @elementwise(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.add"(%x, %y) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// Sizes known only at run time are compared there, before they are used.
// CHECK-LABEL: func @dynamic
// CHECK-DAG:     tensor.dim %arg0
// CHECK-DAG:     tensor.dim %arg1
// CHECK:         cf.assert %{{.*}}, "add: dimension 0 of the operands differs; {{.*}}"
// CHECK:         linalg.generic
func.func @dynamic(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %0 = "ufront.add"(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Linalg has no unsigned integers: the signature loses the sign, the ops keep
// its meaning.
// CHECK-LABEL: func @unsigned
// CHECK-SAME:    (%[[X:.*]]: tensor<4xi8>, %{{.*}}: tensor<4xi8> {ufront.name = "y"}) -> tensor<4xi8>
// CHECK:         arith.divui
// CHECK:         return %{{.*}} : tensor<4xi8>
func.func @unsigned(%x: tensor<4xui8>, %y: tensor<4xui8> {ufront.name = "y"}) -> tensor<4xui8> {
  %0 = "ufront.divide"(%x, %y) : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// -----

// Also when nothing is computed.
// CHECK-LABEL: func @passes_on
// CHECK-SAME:    (%{{.*}}: tensor<4xi16>) -> (tensor<4xi16>, tensor<2xi32>)
func.func @passes_on(%x: tensor<4xui16>) -> (tensor<4xui16>, tensor<2xui32>) {
  %c = "ufront.constant"() {value = dense<[1, 4294967295]> : tensor<2xui32>} : () -> tensor<2xui32>
  return %x, %c : tensor<4xui16>, tensor<2xui32>
}

// -----

// CHECK-LABEL: func private @external
func.func private @external(tensor<4xui16>)

// -----

// What is left is reported where it stands, all of it at once.
func.func @leftovers(%x: tensor<2xf32>, %y: tensor<3xf32>) -> (tensor<2xf32>, tensor<3xf32>) {
  // expected-error @+1 {{'ufront.dropout' has no lowering to linalg}}
  %0:2 = "ufront.dropout"(%x) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi1>)
  %1 = "ufront.exp"(%0#0) : (tensor<2xf32>) -> tensor<2xf32>
  // expected-error @+1 {{'ufront.identity' has no lowering to linalg}}
  %2 = "ufront.identity"(%y) : (tensor<3xf32>) -> tensor<3xf32>
  return %1, %2 : tensor<2xf32>, tensor<3xf32>
}

// -----

// Large constants of one number are no data.
// CHECK-LABEL: func @large_fill
// CHECK:         %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK:         %[[FLAT:.*]] = linalg.fill ins(%[[HALF]] : f32) outs(%{{.*}} : tensor<4096xf32>)
// CHECK:         tensor.expand_shape %[[FLAT]] {{.*}} into tensor<64x64xf32>
func.func @large_fill() -> tensor<64x64xf32> {
  %0 = "ufront.constant"() {value = dense<0.5> : tensor<64x64xf32>} : () -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

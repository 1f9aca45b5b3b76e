// A module is recognised by its name, its first word, or bytecode's magic.
// RUN: ufront-import %s | FileCheck %s
// RUN: ufront-import - < %s | FileCheck %s
// RUN: ufront-opt %s --emit-bytecode -o %t.mlirbc
// RUN: ufront-import %t.mlirbc | FileCheck %s
// RUN: ufront-import - < %t.mlirbc | FileCheck %s

module {
  // CHECK: func.func @forward(%{{.*}}: tensor<2x3xf32> {ufront.name = "x"})
  // CHECK-SAME: -> (tensor<2x3xf32> {ufront.name = "y"})
  func.func @forward(%x: tensor<2x3xf32> {ufront.name = "x"})
      -> (tensor<2x3xf32> {ufront.name = "y"}) {
    // CHECK: "ufront.relu"
    %y = "ufront.relu"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    return %y : tensor<2x3xf32>
  }
}

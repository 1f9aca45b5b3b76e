// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --ufront-decompose | FileCheck %s --check-prefix=DECOMPOSE

// IR-LABEL: func @stack_axis
// IR: "ufront.stack"(%{{.*}}, %{{.*}}) {axis = 1 : i64}
// DECOMPOSE-LABEL: func @stack_axis
// DECOMPOSE: "ufront.unsqueeze"(%{{.*}}) {axes = array<i64: 1>}
// DECOMPOSE: "ufront.concat"(%{{.*}}, %{{.*}}) {axis = 1 : i64}
func.func @stack_axis(%x: tensor<?x3xf32>) -> tensor<?x2x3xf32> {
  %0 = "ufront.stack"(%x, %x) {axis = 1 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x2x3xf32>
  return %0 : tensor<?x2x3xf32>
}

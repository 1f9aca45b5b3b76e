// RUN: ufront-run %s -i %S/Inputs/three.npy -i %S/Inputs/three.npy | FileCheck %s
// RUN: not ufront-run %s -i %S/Inputs/three.npy -i %S/Inputs/two.npy > %t 2> %t.err
// RUN: FileCheck %s --check-prefix=ERROR < %t.err
// RUN: count 0 < %t

// What the sizes given at run time make wrong ends the run with one message,
// which names the node of the model and the op, and with exit code 1.

// CHECK:      sum: f32 3
// CHECK-NEXT:   values 2 4 6

// ERROR: {{^}}ufront-run: block.0.add: add: dimension 0 of the operands differs; sizes that are only known at run time must be equal{{$}}
func.func @forward(%x: tensor<?xf32> {ufront.name = "x"}, %y: tensor<?xf32> {ufront.name = "y"})
    -> (tensor<?xf32> {ufront.name = "sum"}) {
  %0 = "ufront.add"(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32> loc("block.0.add")
  return %0 : tensor<?xf32>
}

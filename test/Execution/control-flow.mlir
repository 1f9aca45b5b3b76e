// RUN: ufront-run %s -i %S/../Tools/Inputs/x.npy | FileCheck %s
// RUN: ufront-run %s -i %S/../Tools/Inputs/x.npy --via=tosa --threads=3 | FileCheck %s

// Loops and branches in the entry, around ops. x is 0 1 2; 3 4 5: it is doubled
// five times; negated where its sum is positive, else itself; and a loop whose
// number of turns depends on a size adds it up.

// CHECK:      scaled: f32 2x3
// CHECK-NEXT:   values 0 32 64 96 128 160
// CHECK:      negated: f32 2x3
// CHECK-NEXT:   values -0 -1 -2 -3 -4 -5
// CHECK:      itself: f32 2x3
// CHECK-NEXT:   values 0 1 2 3 4 5
// CHECK:      summed: f32 2x3
// CHECK-NEXT:   values 0 2 4 6 8 10
func.func @forward(%x: tensor<?x3xf32> {ufront.name = "x"})
    -> (tensor<?x3xf32> {ufront.name = "scaled"}, tensor<?x3xf32> {ufront.name = "negated"},
        tensor<?x3xf32> {ufront.name = "itself"}, tensor<?x3xf32> {ufront.name = "summed"}) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %five = arith.constant 5 : index
  %scaled = scf.for %i = %zero to %five step %one iter_args(%s = %x) -> tensor<?x3xf32> {
    %t = "ufront.add"(%s, %s) : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    scf.yield %t : tensor<?x3xf32>
  }
  %sum = "ufront.reduce_sum"(%x) {keepdims = false} : (tensor<?x3xf32>) -> tensor<f32>
  %e = tensor.extract %sum[] : tensor<f32>
  %f0 = arith.constant 0.0 : f32
  %positive = arith.cmpf ogt, %e, %f0 : f32
  %negated = scf.if %positive -> tensor<?x3xf32> {
    %t = "ufront.neg"(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
    scf.yield %t : tensor<?x3xf32>
  } else {
    scf.yield %x : tensor<?x3xf32>
  }
  %negative = arith.cmpf olt, %e, %f0 : f32
  %itself = scf.if %negative -> tensor<?x3xf32> {
    %t = "ufront.neg"(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32>
    scf.yield %t : tensor<?x3xf32>
  } else {
    scf.yield %x : tensor<?x3xf32>
  }
  %n = tensor.dim %x, %zero : tensor<?x3xf32>
  %none = "ufront.subtract"(%x, %x) : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %summed = scf.for %i = %zero to %n step %one iter_args(%s = %none) -> tensor<?x3xf32> {
    %t = "ufront.add"(%s, %x) : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    scf.yield %t : tensor<?x3xf32>
  }
  return %scaled, %negated, %itself, %summed
      : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

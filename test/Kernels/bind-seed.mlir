// RUN: ufront-opt %s --ufront-bind-runtime | FileCheck %s

// Random bits are the system's, another time each time; other intrinsics stay.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr)
// CHECK:         %[[FIRST:.*]] = call @ufrtCallGetSeed(%[[CALL]])
// CHECK:         scf.for
// CHECK:           %[[SECOND:.*]] = func.call @ufrtCallGetSeed(%[[CALL]])
// CHECK:           arith.xori %[[FIRST]], %[[SECOND]]
// CHECK:         llvm.call_intrinsic "llvm.readsteadycounter"
// CHECK-NOT:     readcyclecounter
func.func @forward(%call: !llvm.ptr, %x: memref<8xi64>) -> memref<8xi64> {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %8 = arith.constant 8 : index
  %r = memref.alloc() : memref<8xi64>
  %s = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
  scf.for %i = %0 to %8 step %1 {
    %t = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
    %u = arith.xori %s, %t : i64
    memref.store %u, %r[%i] : memref<8xi64>
  }
  %v = llvm.call_intrinsic "llvm.readsteadycounter"() : () -> i64
  memref.store %v, %r[%0] : memref<8xi64>
  return %r : memref<8xi64>
}

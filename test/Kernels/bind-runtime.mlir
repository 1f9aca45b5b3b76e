// RUN: ufront-opt %s --ufront-bind-runtime --canonicalize --cse | FileCheck %s
// RUN: not ufront-opt %S/Inputs/no-entry.mlir --ufront-bind-runtime 2>&1 | FileCheck %s --check-prefix=ENTRY

// Inputs, weights, outputs and buffers from the runtime. Of the three static
// buffers two are alive at once, so the arena holds two.

// CHECK: module attributes {ufront.arena = 128 : i64, ufront.derived = 1 : i64, ufront.init_arena = 0 : i64, ufront.params = ["w"]}

// The result of @init is its output 0, weight "w" is parameter 0.
// CHECK-LABEL: func.func @init(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr) -> i32 attributes {passthrough = ["optsize"]} {
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i64
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[OK:.*]] = arith.constant 0 : i32
// CHECK:         call @ufrtCallGetParam(%[[CALL]], %[[C0]])
// CHECK:         call @ufrtCallGetOutput(%[[CALL]], %[[C0]], %[[C1]], %{{.*}})
// CHECK-NOT:     memref.alloc
// CHECK:         return %[[OK]] : i32
func.func @init(%call: !llvm.ptr, %w: memref<8xf32> {ufront.sym = "w"}) -> memref<8xf32> {
  %r = memref.alloc() : memref<8xf32>
  linalg.exp ins(%w : memref<8xf32>) outs(%r : memref<8xf32>)
  return %r : memref<8xf32>
}

// Derived weights are numbered after the others; inputs by themselves.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr) -> i32 attributes {passthrough = ["optsize"]} {
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : i64
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : i64
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : i64
// CHECK-DAG:     %[[TEXT:.*]] = llvm.mlir.addressof @message_0
// CHECK:         call @ufrtCallGetInput(%[[CALL]], %[[C0]])
// CHECK:         call @ufrtCallGetInputDim(%[[CALL]], %[[C0]], %[[C0]])
// CHECK:         call @ufrtCallGetParam(%[[CALL]], %[[C1]])
// CHECK:         call @ufrtCallGetParam(%[[CALL]], %[[C0]])
// CHECK:         call @ufrtCallGetInput(%[[CALL]], %[[C1]])

// The static buffers: the first at 0, the second behind it, the third again at 0.
// CHECK:         %[[ARENA:.*]] = call @ufrtCallGetArena(%[[CALL]])
// CHECK:         llvm.getelementptr %[[ARENA]][64]
// CHECK-NOT:     llvm.getelementptr %[[ARENA]]

// Output 0 is written where it is computed, without a copy.
// CHECK:         call @ufrtCallGetOutput(%[[CALL]], %[[C0]], %[[C1]], %{{.*}})
// CHECK:         linalg.add

// CHECK:         %[[FINE:.*]] = arith.extui
// CHECK:         call @ufrtCallCheck(%[[CALL]], %[[FINE]], %[[TEXT]])

// A buffer of unknown size is from the pool, and returned after its last use. A
// size that no number holds is -1.
// CHECK:         arith.mului_extended
// CHECK:         %[[BYTES:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : index
// CHECK:         arith.index_cast %[[BYTES]]
// CHECK:         %[[BLOCK:.*]] = call @ufrtCallAlloc(%[[CALL]], %{{.*}})
// CHECK:         call @ufrtCallGetOutput(%[[CALL]], %[[C1]], %[[C2]], %{{.*}})
// CHECK:         linalg.exp
// CHECK:         call @ufrtCallFree(%[[CALL]], %[[BLOCK]])

// An input that is an output is copied.
// CHECK:         call @ufrtCallGetOutput(%[[CALL]], %[[C2]], %[[C2]], %{{.*}})
// CHECK:         linalg.copy
func.func @forward(%call: !llvm.ptr, %x: memref<?x8xf32> {ufront.name = "x"},
                   %d: memref<8xf32> {ufront.init = 0 : i64},
                   %w: memref<8xf32> {ufront.sym = "w"}, %n: memref<4xi64>)
    -> (memref<8xf32>, memref<?x8xf32>, memref<?x8xf32>) {
  %0 = arith.constant 0 : index
  %a = memref.alloc() : memref<8xf32>
  linalg.exp ins(%d : memref<8xf32>) outs(%a : memref<8xf32>)
  %b = memref.alloc() : memref<8xf32>
  linalg.exp ins(%a : memref<8xf32>) outs(%b : memref<8xf32>)
  %c = memref.alloc() : memref<8xf32>
  linalg.exp ins(%b : memref<8xf32>) outs(%c : memref<8xf32>)
  %r = memref.alloc() : memref<8xf32>
  linalg.add ins(%c, %w : memref<8xf32>, memref<8xf32>) outs(%r : memref<8xf32>)
  %m = memref.dim %x, %0 : memref<?x8xf32>
  %ok = arith.cmpi ne, %m, %0 : index
  cf.assert %ok, "there is nothing"
  %t = memref.alloc(%m) : memref<?x8xf32>
  linalg.exp ins(%x : memref<?x8xf32>) outs(%t : memref<?x8xf32>)
  %s = memref.alloc(%m) : memref<?x8xf32>
  linalg.exp ins(%t : memref<?x8xf32>) outs(%s : memref<?x8xf32>)
  return %r, %s, %x : memref<8xf32>, memref<?x8xf32>, memref<?x8xf32>
}

// Kernels put what is small on the stack, once and not in every step of a loop,
// and take the rest from the pool.
// CHECK-LABEL: func.func private @kernel(
// CHECK:         %[[STACK:.*]] = memref.alloca() {alignment = 64 : i64} : memref<8xf32>
// CHECK:         scf.for
// CHECK:           linalg.exp {{.*}} outs(%[[STACK]]
// CHECK:           linalg.exp ins(%[[STACK]]
// CHECK:         %[[BLOCK:.*]] = call @ufrtCallAlloc
// CHECK:         call @ufrtCallFree(%{{.*}}, %[[BLOCK]])
// CHECK:         %[[ROW:.*]] = call @ufrtCallAlloc
// CHECK:         scf.for
// CHECK-NOT:       call
// CHECK:         }
// CHECK-NEXT:    call @ufrtCallFree(%{{.*}}, %[[ROW]])
func.func private @kernel(%call: !llvm.ptr, %x: memref<8xf32>, %y: memref<8xf32>, %z: memref<65536xf32>, %u: memref<?xf32>)
    attributes {ufront.kernel} {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %8 = arith.constant 8 : index
  scf.for %i = %0 to %8 step %1 {
    %t = memref.alloc() : memref<8xf32>
    linalg.exp ins(%x : memref<8xf32>) outs(%t : memref<8xf32>)
    linalg.exp ins(%t : memref<8xf32>) outs(%y : memref<8xf32>)
  }
  %l = memref.alloc() : memref<65536xf32>
  linalg.exp ins(%z : memref<65536xf32>) outs(%l : memref<65536xf32>)
  linalg.exp ins(%l : memref<65536xf32>) outs(%z : memref<65536xf32>)
  %n = memref.dim %u, %0 : memref<?xf32>
  scf.for %i = %0 to %8 step %1 {
    %t = memref.alloc(%n) : memref<?xf32>
    linalg.exp ins(%u : memref<?xf32>) outs(%t : memref<?xf32>)
    linalg.exp ins(%t : memref<?xf32>) outs(%u : memref<?xf32>)
  }
  return
}
func.func @uses_kernel(%call: !llvm.ptr, %x: memref<8xf32>, %y: memref<8xf32>, %z: memref<65536xf32>, %u: memref<?xf32>) {
  call @kernel(%call, %x, %y, %z, %u) : (!llvm.ptr, memref<8xf32>, memref<8xf32>, memref<65536xf32>, memref<?xf32>) -> ()
  return
}

// CHECK:       llvm.mlir.global internal constant @message_0("there is nothing\00")
// ENTRY: error: the module has no function @forward

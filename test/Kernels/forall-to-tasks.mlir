// RUN: ufront-opt %s --ufront-forall-to-tasks | FileCheck %s

// A parallel loop becomes a function over a range of its iterations, which reads
// the values it captures from slots. Here there are two dimensions, one of
// unknown size, neither starting at zero with step one: %n x 5 iterations.

// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr, %[[X:.*]]: memref<?x100xf32>, %[[Y:.*]]: memref<?x100xf32>, %[[V:.*]]: f32)
// CHECK:         %[[SLOTS:.*]] = llvm.alloca
// CHECK:         memref.extract_aligned_pointer_as_index %[[X]]
// CHECK:         %[[SLOT:.*]] = llvm.getelementptr %[[SLOTS]][2]
// CHECK:         llvm.store %[[V]], %[[SLOT]] : f32
// CHECK:         %[[C5:.*]] = arith.constant 5 : index
// CHECK:         %[[TILES:.*]] = arith.muli %{{.*}}, %[[C5]]
// CHECK:         %[[TASK:.*]] = constant @kernel_task0
// CHECK:         %[[N:.*]] = arith.index_cast %[[TILES]]
// CHECK:         call @ufrtCallParallel(%[[CALL]], %[[TASK]], %[[SLOTS]], %[[N]])
// CHECK-NOT:     scf.forall

// Every function passes the call on.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr, %[[X:.*]]: memref<?x100xf32> {ufront.name = "x"},
// CHECK:         call @kernel(%[[CALL]], %[[X]],

// The body: pointers that do not alias, and a loop over the range in which the
// last dimension runs fastest. Constants come along, other values are arguments.
// CHECK-LABEL: func.func private @kernel_body0(
// CHECK-SAME:    %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr {llvm.noalias}, %{{[^:]*}}: i64, %[[V:[^:]*]]: f32, %{{[^:]*}}: !llvm.ptr {llvm.noalias}, %{{[^:]*}}: i64, %{{[^:]*}}: index, %[[BEGIN:[^:]*]]: index, %[[END:[^:]*]]: index)
// CHECK-SAME:    attributes {ufront.kernel}
// CHECK:         scf.for %[[AT:.*]] = %[[BEGIN]] to %[[END]]
// CHECK:           %[[COLUMN:.*]] = arith.remui %[[AT]], %[[C5:.*]] : index
// CHECK:           %[[ROW:.*]] = arith.divui %[[AT]], %[[C5]]
// CHECK:           %[[SCALED:.*]] = arith.muli %[[COLUMN]], %{{.*}}
// CHECK:           %[[J:.*]] = arith.addi %[[SCALED]], %{{.*}}
// CHECK:           %[[TWO:.*]] = arith.constant 2.0
// CHECK:           memref.load %{{.*}}[%{{.*}}, %[[J]]]
// CHECK:           %[[P:.*]] = arith.mulf %{{.*}}, %[[V]]
// CHECK:           arith.mulf %[[P]], %[[TWO]]

// CHECK-LABEL: func.func private @kernel_task0(
// CHECK-SAME:    %[[CALL:[^:]*]]: !llvm.ptr, %[[SLOTS:[^:]*]]: !llvm.ptr, %{{[^:]*}}: i64, %{{[^:]*}}: i64) attributes {ufront.task}
// CHECK:         %[[SLOT:.*]] = llvm.getelementptr %[[SLOTS]][2]
// CHECK:         %[[V:.*]] = llvm.load %[[SLOT]] : !llvm.ptr -> f32
// CHECK:         call @kernel_body0(%[[CALL]], %{{.*}}, %{{.*}}, %[[V]],
func.func private @kernel(%x: memref<?x100xf32>, %y: memref<?x100xf32>, %v: f32) 
    attributes {ufront.kernel} {
  %0 = arith.constant 0 : index
  %c2 = arith.constant 2.0 : f32
  %n = memref.dim %x, %0 : memref<?x100xf32>
  scf.forall (%i, %j) = (0, 10) to (%n, 100) step (1, 20) {
    %a = memref.load %x[%i, %j] : memref<?x100xf32>
    %b = arith.mulf %a, %v : f32
    %c = arith.mulf %b, %c2 : f32
    memref.store %c, %y[%i, %j] : memref<?x100xf32>
  }
  return
}
func.func @forward(%x: memref<?x100xf32> {ufront.name = "x"}, %y: memref<?x100xf32>, %v: f32) {
  call @kernel(%x, %y, %v) : (memref<?x100xf32>, memref<?x100xf32>, f32) -> ()
  return
}

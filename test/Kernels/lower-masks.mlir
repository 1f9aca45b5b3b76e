// RUN: ufront-opt %s --pass-pipeline="builtin.module(llvm.func(ufront-lower-masks))" | FileCheck %s

// CHECK-LABEL: llvm.func @masked
// CHECK-SAME: (%[[P:.*]]: !llvm.ptr, %[[M:.*]]: vector<16xi1>, %[[Z:.*]]: vector<16xbf16>)
// CHECK: %[[OTHERS:.*]] = llvm.bitcast %[[Z]] : vector<16xbf16> to vector<16xi16>
// CHECK: %[[L:.*]] = llvm.intr.masked.load %[[P]], %[[M]], %[[OTHERS]] {{.*}} -> vector<16xi16>
// CHECK: %[[V:.*]] = llvm.bitcast %[[L]] : vector<16xi16> to vector<16xbf16>
// CHECK: %[[S:.*]] = llvm.bitcast %[[V]] : vector<16xbf16> to vector<16xi16>
// CHECK: llvm.intr.masked.store %[[S]], %[[P]], %[[M]]
llvm.func @masked(%p: !llvm.ptr, %m: vector<16xi1>, %z: vector<16xbf16>) {
  %0 = llvm.intr.masked.load %p, %m, %z {alignment = 2 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xbf16>) -> vector<16xbf16>
  llvm.intr.masked.store %0, %p, %m {alignment = 2 : i32} : vector<16xbf16>, vector<16xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: llvm.func @f32
// CHECK-NOT: llvm.bitcast
llvm.func @f32(%p: !llvm.ptr, %m: vector<16xi1>, %z: vector<16xf32>) {
  %0 = llvm.intr.masked.load %p, %m, %z {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
  llvm.intr.masked.store %0, %p, %m {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
  llvm.return
}

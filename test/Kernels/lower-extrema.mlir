// RUN: ufront-opt %s --pass-pipeline='builtin.module(func.func(ufront-lower-extrema))' | FileCheck %s

// CHECK-LABEL: func @floats
// CHECK:         llvm.intr.maximum(%{{.*}}, %{{.*}}) {fastmathFlags = #llvm.fastmath<nsz>} : (f32, f32) -> f32
// CHECK:         llvm.intr.minimum(%{{.*}}, %{{.*}}) {{.*}} : (f32, f32) -> f32
// CHECK:         llvm.intr.maximum(%{{.*}}, %{{.*}}) {{.*}} : (vector<16xf64>, vector<16xf64>) -> vector<16xf64>
func.func @floats(%x: f32, %y: f32, %v: vector<16xf64>) -> (f32, vector<16xf64>) {
  %0 = arith.maximumf %x, %y : f32
  %1 = arith.minimumf %0, %y : f32
  %2 = arith.maximumf %v, %v : vector<16xf64>
  return %1, %2 : f32, vector<16xf64>
}

// Narrow floats are computed in f32 by others; maxnumf ignores NaN.
// CHECK-LABEL: func @others
// CHECK:         arith.maximumf
// CHECK:         arith.maxnumf
func.func @others(%x: bf16, %y: f32) -> (bf16, f32) {
  %0 = arith.maximumf %x, %x : bf16
  %1 = arith.maxnumf %y, %y : f32
  return %0, %1 : bf16, f32
}

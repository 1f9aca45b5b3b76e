// RUN: ufront-opt %s --ufront-lower-rounding --split-input-file | FileCheck %s

// CHECK-LABEL: func @native
// CHECK: llvm.fptrunc %{{.*}} : f32 to bf16
// CHECK: llvm.fptrunc %{{.*}} : vector<16xf32> to vector<16xbf16>
// CHECK: arith.truncf %{{.*}} : f64 to bf16
// CHECK: arith.truncf %{{.*}} : vector<2x8xf32> to vector<2x8xbf16>
module attributes {ufront.target = {bf16_dot = 1 : i64}} {
func.func @native(%a: f32, %b: vector<16xf32>, %c: f64, %d: vector<2x8xf32>) -> (bf16, vector<16xbf16>, bf16, vector<2x8xbf16>) {
  %0 = arith.truncf %a : f32 to bf16
  %1 = arith.truncf %b : vector<16xf32> to vector<16xbf16>
  %2 = arith.truncf %c : f64 to bf16
  %3 = arith.truncf %d : vector<2x8xf32> to vector<2x8xbf16>
  return %0, %1, %2, %3 : bf16, vector<16xbf16>, bf16, vector<2x8xbf16>
}
}

// -----

// CHECK-LABEL: func @emulated
// CHECK: arith.truncf
func.func @emulated(%a: f32) -> bf16 {
  %0 = arith.truncf %a : f32 to bf16
  return %0 : bf16
}

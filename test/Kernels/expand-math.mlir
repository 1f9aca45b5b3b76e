// RUN: ufront-opt %s --split-input-file --ufront-expand-math --canonicalize --cse | FileCheck %s

// x = n ln 2 + r, clamped on both sides, NaN kept; 2^n comes in two factors.
// CHECK-LABEL: func @exp
// CHECK-SAME:  (%[[X:.*]]: f32)
// CHECK-NOT:   math.exp
// CHECK:       %[[HIGH:.*]] = arith.cmpf olt, %{{.*}}, %[[X]]
// CHECK:       arith.select %[[HIGH]], %{{.*}}, %[[X]]
// CHECK:       %[[LOW:.*]] = arith.cmpf ogt
// CHECK:       arith.select %[[LOW]]
// CHECK:       %[[N:.*]] = math.fma
// CHECK:       %[[BITS:.*]] = arith.bitcast %[[N]] : f32 to i32
// CHECK:       %[[HALF:.*]] = arith.shrui %[[BITS]]
// CHECK:       %[[REST:.*]] = arith.subi %[[BITS]], %[[HALF]]
// CHECK:       arith.shli %[[HALF]]
// CHECK:       arith.mulf
// CHECK:       arith.shli %[[REST]]
// CHECK:       %[[RESULT:.*]] = arith.mulf
// CHECK:       return %[[RESULT]]
func.func @exp(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}

// CHECK-LABEL: func @vector
// CHECK-NOT:   math.tanh
// CHECK:       math.fma %{{.*}} : vector<2x16xf32>
// CHECK:       arith.divf %{{.*}} : vector<2x16xf32>
// CHECK:       math.copysign %{{.*}} : vector<2x16xf32>
func.func @vector(%x: vector<2x16xf32>) -> vector<2x16xf32> {
  %0 = math.tanh %x : vector<2x16xf32>
  return %0 : vector<2x16xf32>
}

// CHECK-LABEL: func @all
// CHECK-NOT:   math.{{exp|log|erf|powf}}
// CHECK:       return
func.func @all(%x: f32, %y: f32) -> (f32, f32, f32, f32, f32, f32, f32, f32) {
  %0 = math.exp2 %x : f32
  %1 = math.expm1 %x : f32
  %2 = math.erf %x : f32
  %3 = math.log %x : f32
  %4 = math.log2 %x : f32
  %5 = math.log10 %x : f32
  %6 = math.log1p %x : f32
  %7 = math.powf %x, %y : f32
  return %0, %1, %2, %3, %4, %5, %6, %7
      : f32, f32, f32, f32, f32, f32, f32, f32
}

// CHECK-LABEL: func @circular
// CHECK-NOT:   math.{{a?sin|a?cos|a?tan}}
// CHECK:       return
func.func @circular(%x: f32) -> (f32, f32, f32, f32, f32, f32) {
  %0 = math.tan %x : f32
  %1 = math.sinh %x : f32
  %2 = math.cosh %x : f32
  %3 = math.atan %x : f32
  %4 = math.asin %x : f32
  %5 = math.acos %x : f32
  return %0, %1, %2, %3, %4, %5 : f32, f32, f32, f32, f32, f32
}

// A power is computed in f64.
// CHECK-LABEL: func @power
// CHECK:       arith.extf %{{.*}} : vector<8xf32> to vector<8xf64>
// CHECK:       arith.truncf %{{.*}} : vector<8xf64> to vector<8xf32>
func.func @power(%x: vector<8xf32>, %y: vector<8xf32>) -> vector<8xf32> {
  %0 = math.powf %x, %y : vector<8xf32>
  return %0 : vector<8xf32>
}

// Any angle is reduced in f64, without a branch.
// CHECK-LABEL: func @sin
// CHECK-NOT:   math.sin
// CHECK-NOT:   scf.if
// CHECK:       arith.extf %{{.*}} : f32 to f64
// CHECK:       math.roundeven %{{.*}} : f64
// CHECK:       arith.truncf %{{.*}} : f64 to f32
// CHECK:       return
func.func @sin(%x: f32) -> f32 {
  %0 = math.sin %x : f32
  return %0 : f32
}

// Vectors of small angles alone are reduced in f32.
// CHECK-LABEL: func @cos_vector
// CHECK:       %[[SMALL:.*]] = vector.reduction <and>, %{{.*}} : vector<16xi1> into i1
// CHECK:       scf.if %[[SMALL]] -> (vector<16xf32>)
// CHECK-NOT:     f64
// CHECK:       } else {
// CHECK:         arith.extf %{{.*}} : vector<16xf32> to vector<16xf64>
// CHECK-NOT:     math.cos
// CHECK:       return
func.func @cos_vector(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.cos %x : vector<16xf32>
  return %0 : vector<16xf32>
}

// CHECK-LABEL: func @other_types
// CHECK:       math.exp %{{.*}} : f64
// CHECK:       math.exp %{{.*}} : vector<[4]xf32>
// CHECK:       math.sqrt
func.func @other_types(%x: f64, %y: vector<[4]xf32>, %z: f32) -> (f64, vector<[4]xf32>, f32) {
  %0 = math.exp %x : f64
  %1 = math.exp %y : vector<[4]xf32>
  %2 = math.sqrt %z : f32
  return %0, %1, %2 : f64, vector<[4]xf32>, f32
}

// -----

// Without fma there is no call of it, and no vector of angles takes the way
// that needs it.
module attributes {ufront.target = {vector_bits = 128 : i64}} {
  // CHECK-LABEL: func @old_cpu
  // CHECK-NOT:   math.fma
  // CHECK-NOT:   {{math.log|math.sin|scf.if}}
  // CHECK:       return
  func.func @old_cpu(%x: f32, %y: vector<4xf32>) -> (f32, vector<4xf32>) {
    %0 = math.log %x : f32
    %1 = math.sin %y : vector<4xf32>
    return %0, %1 : f32, vector<4xf32>
  }
}

// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-tosa=partial=true | FileCheck %s --check-prefix=TOSA

// Floats of 8 bits and fewer, and integers of fewer, are an i8 with their bits
// in linalg, and stay ufront ops in TOSA.

// IR-LABEL: func @narrow_read
// IR: "ufront.cast"
// LINALG-LABEL: func @narrow_read
// LINALG-SAME: (%{{.*}}: tensor<5xi8>) -> tensor<5xf32>
// LINALG: linalg.generic
// LINALG-SAME: ins(%{{.*}} : tensor<5xi8>)
// LINALG: arith.extui %{{.*}} : i8 to i32
// LINALG: %[[NAN:.*]] = arith.constant 2143289344 : i32
// LINALG: %[[ISNAN:.*]] = arith.cmpi sgt, %{{.*}}, %{{.*}} : i32
// LINALG: arith.select %[[ISNAN]], %[[NAN]]
// LINALG: arith.bitcast %{{.*}} : i32 to f32
// TOSA-LABEL: func @narrow_read
// TOSA: "ufront.cast"
func.func @narrow_read(%x: tensor<5xf8E4M3FN>) -> tensor<5xf32> {
  %0 = "ufront.cast"(%x) {to = f32} : (tensor<5xf8E4M3FN>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// Beyond 448 is 448 (0x7e) or NaN (0x7f).
// IR-LABEL: func @narrow_write
// IR: saturate = false
// LINALG-LABEL: func @narrow_write
// LINALG-SAME: -> (tensor<5xi8>, tensor<5xi8>)
// LINALG: linalg.generic
// LINALG: %[[MOST:.*]] = arith.constant 126 : i32
// LINALG: %[[IS:.*]] = arith.cmpi sgt, %[[CODE:.*]], %[[MOST]]
// LINALG: %[[LIMIT:.*]] = arith.constant 126 : i32
// LINALG: arith.select %[[IS]], %[[LIMIT]], %[[CODE]]
// LINALG: arith.trunci %{{.*}} : i32 to i8
// LINALG: linalg.generic
// LINALG: %[[MOST:.*]] = arith.constant 126 : i32
// LINALG: %[[IS:.*]] = arith.cmpi sgt, %[[CODE:.*]], %[[MOST]]
// LINALG: %[[NAN:.*]] = arith.constant 127 : i32
// LINALG: arith.select %[[IS]], %[[NAN]], %[[CODE]]
func.func @narrow_write(%x: tensor<5xf32>) -> (tensor<5xf8E4M3FN>, tensor<5xf8E4M3FN>) {
  %0 = "ufront.cast"(%x) {to = f8E4M3FN} : (tensor<5xf32>) -> tensor<5xf8E4M3FN>
  %1 = "ufront.cast"(%x) {to = f8E4M3FN, saturate = false}
      : (tensor<5xf32>) -> tensor<5xf8E4M3FN>
  return %0, %1 : tensor<5xf8E4M3FN>, tensor<5xf8E4M3FN>
}

// -----

// IR-LABEL: func @narrow_power
// IR: round_mode = "nearest"
// LINALG-LABEL: func @narrow_power
// LINALG: arith.extf %{{.*}} : f32 to f64
// LINALG: arith.constant 2251799813685248 : i64
// LINALG: arith.constant 52 : i64
// LINALG: arith.constant 896 : i64
func.func @narrow_power(%x: tensor<5xf32>) -> tensor<5xf8E8M0FNU> {
  %0 = "ufront.cast"(%x) {to = f8E8M0FNU, round_mode = "nearest"}
      : (tensor<5xf32>) -> tensor<5xf8E8M0FNU>
  return %0 : tensor<5xf8E8M0FNU>
}

// -----

// IR-LABEL: func @narrow_integers
// LINALG-LABEL: func @narrow_integers
// LINALG-SAME: (%{{.*}}: tensor<5xi8>) -> (tensor<5xi32>, tensor<5xi8>)
// LINALG: %[[FOUR:.*]] = arith.constant 4 : i8
// LINALG: %[[HIGH:.*]] = arith.shli %{{.*}}, %[[FOUR]] : i8
// LINALG: arith.shrsi %[[HIGH]], %{{.*}} : i8
// LINALG: arith.extsi %{{.*}} : i8 to i32
// LINALG: %[[MASK:.*]] = arith.constant 3 : i8
// LINALG: arith.andi %{{.*}}, %[[MASK]] : i8
func.func @narrow_integers(%x: tensor<5xi4>) -> (tensor<5xi32>, tensor<5xui2>) {
  %0 = "ufront.cast"(%x) {to = i32} : (tensor<5xi4>) -> tensor<5xi32>
  %1 = "ufront.cast"(%x) {to = ui2} : (tensor<5xi4>) -> tensor<5xui2>
  return %0, %1 : tensor<5xi32>, tensor<5xui2>
}

// -----

// What only moves elements moves bits.
// IR-LABEL: func @narrow_moves
// IR: "ufront.transpose"
// LINALG-LABEL: func @narrow_moves
// LINALG-SAME: (%{{.*}}: tensor<2x3xi8>) -> tensor<3x4xi8>
// LINALG: arith.constant dense<{{\[\[}}1, 15], [8, 7], [0, 2]]> : tensor<3x2xi8>
// TOSA-LABEL: func @narrow_moves
// TOSA-NOT: tosa
// TOSA: return
func.func @narrow_moves(%x: tensor<2x3xi4>) -> tensor<3x4xi4> {
  %0 = "ufront.transpose"(%x) {perm = array<i64: 1, 0>}
      : (tensor<2x3xi4>) -> tensor<3x2xi4>
  %1 = "ufront.constant"() {value = dense<[[1, -1], [-8, 7], [0, 2]]> : tensor<3x2xi4>}
      : () -> tensor<3x2xi4>
  %2 = "ufront.concat"(%0, %1) {axis = 1 : i64}
      : (tensor<3x2xi4>, tensor<3x2xi4>) -> tensor<3x4xi4>
  return %2 : tensor<3x4xi4>
}

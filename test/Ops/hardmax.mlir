// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @hardmax
// IR: "ufront.hardmax"(%{{.*}}) {axis = 1 : i64, flatten = true}
// LINALG-LABEL: func @hardmax
// LINALG: arith.maximumf
// LINALG: %[[FIRST:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<?xindex>)
// LINALG: arith.minsi
// LINALG: linalg.generic {{.*}} %[[FIRST]]
func.func @hardmax(%x: tensor<?x3x4xf32>) -> tensor<?x3x4xf32> {
  %0 = "ufront.hardmax"(%x) {axis = 1 : i64, flatten = true} : (tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  return %0 : tensor<?x3x4xf32>
}

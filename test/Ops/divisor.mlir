// RUN: ufront-opt %s --split-input-file | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --split-input-file --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG

// IR-LABEL: func @gcd
// IR: "ufront.gcd"(%{{.*}}, %{{.*}}) : (tensor<?x3xi32>, tensor<3xi32>) -> tensor<?x3xi32>
// LINALG-LABEL: func @gcd
// LINALG: math.absi
// LINALG: scf.while
// LINALG: arith.remui
func.func @gcd(%a: tensor<?x3xi32>, %b: tensor<3xi32>) -> tensor<?x3xi32> {
  %0 = "ufront.gcd"(%a, %b)
      : (tensor<?x3xi32>, tensor<3xi32>) -> tensor<?x3xi32>
  return %0 : tensor<?x3xi32>
}

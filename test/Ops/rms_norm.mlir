// RUN: ufront-opt %s | FileCheck %s --check-prefix=IR
// RUN: ufront-opt %s --convert-ufront-to-linalg | FileCheck %s --check-prefix=LINALG
// RUN: ufront-opt %s --convert-ufront-to-tosa | FileCheck %s --check-prefix=TOSA

// IR-LABEL: func @rms_norm
// IR: "ufront.rms_norm"(%{{.*}}, %{{.*}}) :
// LINALG-LABEL: func @rms_norm
// LINALG-NOT: arith.subf
// LINALG: math.sqrt
// TOSA-LABEL: func @rms_norm
// TOSA-NOT: tosa.sub
// TOSA: tosa.rsqrt
func.func @rms_norm(%x: tensor<2x3xf32>, %s: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = "ufront.rms_norm"(%x, %s) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

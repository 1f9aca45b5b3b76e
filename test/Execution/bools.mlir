// RUN: ufront-import %s --emit=asm --cpu=x86-64-v3 | FileCheck %s

// Truth values are bytes in memory, which loops over them load many at a time.
// CHECK:     vpmovzxbd
// CHECK:     vblendvps
func.func @forward(%c: tensor<4096xi1>, %x: tensor<4096xf32>, %y: tensor<4096xf32>) -> tensor<4096xf32> {
  %0 = "ufront.where"(%c, %x, %y) : (tensor<4096xi1>, tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  return %0 : tensor<4096xf32>
}

// What code is generated for: the target that kernels are made by follows from
// a CPU's name and from changes of its features.

// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v4 | FileCheck %s --check-prefix=V4
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v3 | FileCheck %s --check-prefix=V3
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v2 | FileCheck %s --check-prefix=V2
// V4: ufront.target = {l1_bytes = 32768 : i64, l2_bytes = 1048576 : i64, registers = 32 : i64, vector_bits = 512 : i64}
// V3: registers = 16 : i64, vector_bits = 256 : i64
// V2: registers = 16 : i64, vector_bits = 128 : i64

// What needs a feature that is taken away goes with it.
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v4 --cpu-features=-avx512 | FileCheck %s --check-prefix=V3
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v4 --cpu-features=-avx2 | FileCheck %s --check-prefix=V2
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v3 --cpu-features=-fma | FileCheck %s --check-prefix=V2
// RUN: ufront-import %s --emit=kernels --cpu=x86-64-v2 --cpu-features=-amx,+avx512f | FileCheck %s --check-prefix=V4

// The instructions are those of the target.
// RUN: ufront-import %s --emit=asm --cpu=x86-64-v4 | FileCheck %s --check-prefix=ZMM
// RUN: ufront-import %s --emit=asm --cpu=x86-64-v4 --cpu-features=-avx512 | FileCheck %s --check-prefix=YMM
// RUN: ufront-import %s --emit=asm --cpu=x86-64-v4 --cpu-features=-avx | FileCheck %s --check-prefix=XMM
// ZMM: zmm
// YMM-NOT: zmm
// YMM: ymm
// YMM-NOT: zmm
// XMM-NOT: {{[yz]mm}}
// XMM: xmm
// XMM-NOT: {{[yz]mm}}

// Code for another CPU runs where that CPU's features are.
// RUN: ufront-run %s --random-inputs --quiet --cpu=x86-64-v2
// RUN: ufront-run %s --random-inputs --quiet --cpu-features=-avx512
// RUN: ufront-run %s --random-inputs --quiet --cpu-features=-avx

// No machine has all of these.
// RUN: not ufront-run %s --random-inputs --cpu-features=+xop,+sm4,+usermsr 2>&1 | FileCheck %s --check-prefix=LACKS
// LACKS: ufront-run: the code would use CPU feature '{{.*}}', which this machine lacks

// RUN: not ufront-run %s --random-inputs --cpu=x86-64-v9 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not ufront-import %s --emit=asm --cpu=x86-64-v9 2>&1 | FileCheck %s --check-prefix=CPU
// CPU-NOT: recognized
// CPU: 'x86-64-v9' is no 64-bit CPU that LLVM knows
// RUN: not ufront-import %s --emit=asm --cpu-features=-avx513 2>&1 | FileCheck %s --check-prefix=FEATURE
// FEATURE: ufront-import: there is no CPU feature 'avx513'
// RUN: not ufront-import %s --emit=asm --cpu-features=fma 2>&1 | FileCheck %s --check-prefix=SIGN
// SIGN: CPU feature 'fma' begins with neither '+' nor '-'
// RUN: not ufront-import %s --emit=asm --cpu-features=-avx,,+fma 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: CPU feature '' begins with neither '+' nor '-'
// RUN: not ufront-import %s --emit=asm --cpu-features=+amx 2>&1 | FileCheck %s --check-prefix=FAMILY
// FAMILY: CPU feature 'amx' stands for several, which can only be removed together

func.func @forward(%x: tensor<4096xf32>, %y: tensor<4096xf32>) -> tensor<4096xf32> {
  %0 = "ufront.add"(%x, %y) : (tensor<4096xf32>, tensor<4096xf32>) -> tensor<4096xf32>
  return %0 : tensor<4096xf32>
}

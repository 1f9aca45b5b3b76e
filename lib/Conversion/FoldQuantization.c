//===-- FoldQuantization.c - The ufront-fold-quantization pass ------------===//
//
// Quantised models dequantise what a layer reads and quantise what it computes.
// Here the layer becomes arithmetic on the integers, by the `toIntegers` of the
// rows around it.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Function.h"

static bool hasIntegers(const UfOp *row) { return row->toIntegers != NULL; }

static MlirLogicalResult toIntegers(UfBuilder *b, const UfOp *row) {
  return row->toIntegers(b);
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  // Once, in order: what a rule sees before it is done already.
  return ufApplyRows(func, hasIntegers, toIntegers, /*greedy=*/false);
}

const UfShimPass ufPassFoldQuantization = {
    .name = "UfrontFoldQuantization",
    .argument = "ufront-fold-quantization",
    .description = "Computes layers between dequantize and quantize from the "
                   "integers",
    .opName = "func.func",
    .dialects = (const char *const[]){"ufront", NULL},
    .run = run,
};

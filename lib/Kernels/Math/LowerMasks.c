//===-- LowerMasks.c - The ufront-lower-masks pass ------------------------===//
//
// Masked loads and stores of bf16 become those of integers of 16 bits. LLVM 22
// widens the numbers of the former to f32 and rounds them back, with a call of
// compilers' libraries for each, on every CPU that has no bf16.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"

/// The vector of as many i16, or null for what is no vector of bf16.
static MlirType bitsOf(MlirType type) {
  MlirType none = {NULL};
  if (!mlirTypeIsAVector(type) || mlirShapedTypeGetRank(type) != 1 ||
      !mlirTypeIsABF16(mlirShapedTypeGetElementType(type)))
    return none;
  int64_t lanes = mlirShapedTypeGetDimSize(type, 0);
  MlirType i16 = mlirIntegerTypeGet(mlirTypeGetContext(type), 16);
  return mlirVectorTypeGet(1, &lanes, i16);
}

/// Operand `i` of `op` as bits.
static void castOperand(MlirRewriterBase rewriter, MlirOperation op, intptr_t i,
                        MlirType bits) {
  UfBuilder b = ufBuilderAt(rewriter, op);
  mlirOperationSetOperand(op, i,
                          ufBuild(&b, "llvm.bitcast", bits,
                                  UF_VALUES(mlirOperationGetOperand(op, i)),
                                  UF_NO_ATTRS));
}

static void lowerLoad(MlirRewriterBase rewriter, MlirOperation load) {
  MlirValue loaded = ufResultOf(load, 0);
  MlirType type = mlirValueGetType(loaded), bits = bitsOf(type);
  if (!bits.ptr)
    return;
  for (intptr_t i = 2; i < mlirOperationGetNumOperands(load); ++i)
    castOperand(rewriter, load, i, bits);
  mlirValueSetType(loaded, bits);
  mlirRewriterBaseSetInsertionPointAfter(rewriter, load);
  UfBuilder b = {.ctx = mlirOperationGetContext(load),
                 .loc = mlirOperationGetLocation(load),
                 .rewriter = rewriter};
  MlirOperation cast = ufBuildOp(&b, "llvm.bitcast", UF_TYPES(type),
                                 UF_VALUES(loaded), UF_NO_ATTRS, NULL, 0);
  mlirValueReplaceAllUsesExcept(loaded, ufResultOf(cast, 0), 1, &cast);
}

static void lowerStore(MlirRewriterBase rewriter, MlirOperation store) {
  MlirType bits = bitsOf(mlirValueGetType(mlirOperationGetOperand(store, 0)));
  if (bits.ptr)
    castOperand(rewriter, store, 0, bits);
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  UF_SCOPED(MlirRewriterBase)
  rewriter = mlirIRRewriterCreate(mlirOperationGetContext(func));
  UfOps loads = ufCollectOps(func, "llvm.intr.masked.load");
  for (size_t i = 0; i < loads.count; ++i)
    lowerLoad(rewriter, loads.ops[i]);
  ufOpsFree(&loads);
  UfOps stores = ufCollectOps(func, "llvm.intr.masked.store");
  for (size_t i = 0; i < stores.count; ++i)
    lowerStore(rewriter, stores.ops[i]);
  ufOpsFree(&stores);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLowerMasks = {
    .name = "UfrontLowerMasks",
    .argument = "ufront-lower-masks",
    .description = "Loads and stores masked bf16 as integers",
    .opName = "llvm.func",
    .dialects = (const char *const[]){"llvm", NULL},
    .run = run,
};

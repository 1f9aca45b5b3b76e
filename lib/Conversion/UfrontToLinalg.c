//===-- UfrontToLinalg.c - The convert-ufront-to-linalg pass --------------===//
//
// Runs every row's `toLinalg`; a row with only a `scalar` body becomes one
// linalg.generic over the broadcast of its operands. Linalg knows no unsigned
// integers: ops read and write signless ones, and the function's own arguments
// and results are changed to match at the end.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Ops/Move.h"

static bool hasLinalg(const UfOp *row) { return row->toLinalg || row->scalar; }

static void scalarBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const UfOp *row = data;
  results[0] = row->scalar(b, args);
}

/// Shapes are computed in lists of few numbers. Where the operands are such
/// lists of scalars, so is the result: then sizes that are the same are seen to
/// be. A null value when they are not.
static MlirValue lowerScalars(UfBuilder *b, const UfOp *row,
                              UfValues operands) {
  MlirType type = ufSignless(ufResultType(b, 0));
  UfShape shape = ufShapeOfType(type);
  int64_t count = ufNumElements(&shape);
  MlirValue scalars[UF_MAX_RANK], args[UF_MAX_OPERANDS];
  if (shape.rank > 1 || count == UF_DYNAMIC || count > UF_MAX_RANK ||
      operands.size > UF_MAX_OPERANDS)
    return (MlirValue){NULL};
  for (intptr_t i = 0; i < operands.size; ++i)
    if (!operands.data[i].ptr || ufNumScalars(operands.data[i]) < 0)
      return (MlirValue){NULL};
  for (int k = 0; k < count; ++k) {
    for (intptr_t i = 0; i < operands.size; ++i)
      args[i] = ufElementScalar(b, operands.data[i],
                                ufNumScalars(operands.data[i]) == 1 ? 0 : k);
    scalars[k] = row->scalar(b, args);
  }
  return ufFromScalars(b, type, (int)count, scalars);
}

static MlirLogicalResult toLinalg(UfBuilder *b, const UfOp *row) {
  if (row->toLinalg)
    return row->toLinalg(b);
  MlirValue operands[UF_MAX_VALUES];
  intptr_t count = mlirOperationGetNumOperands(b->op);
  if (count > UF_MAX_VALUES)
    return ufOpError(b->op, "has %" PRIdPTR " operands, the most is %d", count,
                     UF_MAX_VALUES);
  for (intptr_t i = 0; i < count; ++i)
    operands[i] = ufInput(b, (int)i);
  MlirValue list = lowerScalars(b, row, (UfValues){operands, count});
  if (list.ptr)
    return ufReplace(b, list);
  MlirType element =
      mlirShapedTypeGetElementType(ufSignless(ufResultType(b, 0)));
  return ufReplace(b, ufElementwise(b, (UfValues){operands, count}, element,
                                    scalarBody, row));
}

//===----------------------------------------------------------------------===//
// The function's signature
//===----------------------------------------------------------------------===//

/// Makes arguments and results signless; uses see the old type through a cast.
static void makeSignatureSignless(MlirOperation func) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirRegion body = mlirOperationGetRegion(func, 0);
  MlirBlock entry = mlirRegionGetFirstBlock(body);
  if (mlirBlockIsNull(entry))
    return;
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = {
      .ctx = ctx, .loc = mlirOperationGetLocation(func), .rewriter = rewriter};
  mlirRewriterBaseSetInsertionPointToStart(rewriter, entry);
  intptr_t numInputs = mlirBlockGetNumArguments(entry);
  for (intptr_t i = 0; i < numInputs; ++i) {
    MlirValue arg = mlirBlockGetArgument(entry, i);
    MlirType type = mlirValueGetType(arg), signless = ufSignless(type);
    if (mlirTypeEqual(type, signless))
      continue;
    mlirValueSetType(arg, signless);
    MlirValue cast = ufBuild(&b, "builtin.unrealized_conversion_cast", type,
                             UF_VALUES(arg), UF_NO_ATTRS);
    mlirValueReplaceAllUsesExcept(arg, cast, 1,
                                  (MlirOperation[]){ufDefiningOp(cast)});
  }
  MlirOperation end = mlirBlockGetTerminator(entry);
  mlirRewriterBaseSetInsertionPointBefore(rewriter, end);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(end); ++i) {
    MlirValue result = mlirOperationGetOperand(end, i);
    MlirType type = mlirValueGetType(result), signless = ufSignless(type);
    if (!mlirTypeEqual(type, signless))
      mlirOperationSetOperand(end, i,
                              ufBuild(&b, "builtin.unrealized_conversion_cast",
                                      signless, UF_VALUES(result),
                                      UF_NO_ATTRS));
  }
  ufUpdateFunctionType(func);
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  (void)pass;
  UF_TRY(ufApplyRows(op, hasLinalg, toLinalg, /*greedy=*/false));
  makeSignatureSignless(op);
  return ufRejectLeftovers(op, "linalg");
}

const UfShimPass ufPassUfrontToLinalg = {
    .name = "ConvertUfrontToLinalg",
    .argument = "convert-ufront-to-linalg",
    .description = "Lowers ufront ops to linalg, tensor, arith, math and scf",
    .opName = "func.func",
    .dialects =
        (const char *const[]){"ufront", "linalg", "tensor", "arith", "math",
                              "scf", "cf", "complex", "llvm", NULL},
    .run = run,
};

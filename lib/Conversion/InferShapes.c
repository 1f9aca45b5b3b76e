//===-- InferShapes.c - The ufront-infer-shapes pass ----------------------===//
//
// Applies every row's shape rule in order, so that types become as static as
// the function's arguments allow.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Function.h"

/// `declared` made more static by `inferred`.
static MlirType refine(MlirType declared, const UfShape *inferred) {
  UfShape shape = ufShapeOfType(declared);
  for (int i = 0; i < shape.rank; ++i)
    if (shape.dims[i] == UF_DYNAMIC)
      shape.dims[i] = inferred->dims[i];
  return ufTensorType(&shape);
}

static MlirWalkResult inferOp(MlirOperation op, void *failed) {
  const UfOp *row = ufOpOf(op);
  if (!row || !row->infer || (row->traits & UF_TERMINATOR) ||
      mlirOperationGetNumResults(op) > UF_MAX_VALUES)
    return MlirWalkResultAdvance;
  UfShape shapes[UF_MAX_VALUES];
  if (mlirLogicalResultIsFailure(row->infer(op, shapes))) {
    *(bool *)failed = true;
    return MlirWalkResultInterrupt;
  }
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) {
    MlirValue result = mlirOperationGetResult(op, i);
    mlirValueSetType(result, refine(mlirValueGetType(result), &shapes[i]));
  }
  return MlirWalkResultAdvance;
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  (void)pass;
  if (mlirBlockIsNull(ufFunctionBody(op)))
    return mlirLogicalResultSuccess();
  bool failed = false;
  // What an op with regions results in, its regions' terminators say.
  mlirOperationWalk(op, inferOp, &failed, MlirWalkPostOrder);
  if (failed)
    return mlirLogicalResultFailure();
  ufUpdateFunctionType(op);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassInferShapes = {
    .name = "UfrontInferShapes",
    .argument = "ufront-infer-shapes",
    .description = "Makes result types as static as the operands allow",
    .opName = "func.func",
    .dialects = (const char *const[]){"ufront", NULL},
    .run = run,
};

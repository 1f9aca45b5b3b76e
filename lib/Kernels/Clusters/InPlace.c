//===-- InPlace.c - Which buffer an op writes to --------------------------===//

#include "Kernels/Clusters/InPlace.h"

#include "Kernels/Domain.h"

#include "mlir-c/Dialect/Linalg.h"

enum { MAX_OPERANDS = 128 };

bool ufHasOneUse(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return !mlirOpOperandIsNull(use) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

MlirOperation ufOnlyUser(MlirValue value, MlirBlock block) {
  if (!ufHasOneUse(value))
    return (MlirOperation){NULL};
  MlirOperation user = mlirOpOperandGetOwner(mlirValueGetFirstUse(value));
  return mlirBlockEqual(mlirOperationGetBlock(user), block)
             ? user
             : (MlirOperation){NULL};
}

//===----------------------------------------------------------------------===//
// Elementwise ops that can work in place
//===----------------------------------------------------------------------===//

static bool allParallel(MlirOperation generic) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(generic, ufStr("iterator_types"));
  MlirAttribute parallel =
      mlirAttributeParseGet(mlirOperationGetContext(generic),
                            ufStr("#linalg.iterator_type<parallel>"));
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(list); ++i)
    if (!mlirAttributeEqual(mlirArrayAttrGetElement(list, i), parallel))
      return false;
  return true;
}

/// The operand of elementwise `user` that is `value`, whose every element it
/// reads where it writes the same of its own result, or -1.
static intptr_t readInPlace(MlirOperation user, MlirValue value) {
  if (!ufOpIs(user, "linalg.generic") ||
      mlirOperationGetNumResults(user) != 1 || !allParallel(user))
    return -1;
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  MlirOperation init = ufDefiningOp(mlirOperationGetOperand(user, last));
  if (!init.ptr || !ufOpIs(init, "tensor.empty") ||
      !mlirAffineMapIsIdentity(ufOperandMap(user, last)))
    return -1;
  for (intptr_t i = 0; i < last; ++i)
    if (mlirValueEqual(mlirOperationGetOperand(user, i), value))
      return mlirAffineMapIsIdentity(ufOperandMap(user, i)) ? i : -1;
  return -1;
}

/// The operand of elementwise `user` that is `value` and can be overwritten by
/// the result, or -1.
static intptr_t overwritable(MlirOperation user, MlirValue value) {
  intptr_t which = readInPlace(user, value);
  bool isSame =
      which >= 0 && mlirTypeEqual(mlirValueGetType(value),
                                  mlirValueGetType(ufResultOf(user, 0)));
  return isSame ? which : -1;
}

/// Rebuilds elementwise `user` so that operand `which` is its destination.
static MlirOperation makeInPlace(MlirOperation user, intptr_t which) {
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  MlirContext ctx = mlirOperationGetContext(user);
  MlirValue operands[MAX_OPERANDS];
  MlirAttribute maps[MAX_OPERANDS];
  MlirAttribute oldMaps = mlirLinalgGetIndexingMapsAttribute(user);
  intptr_t count = 0;
  for (intptr_t i = 0; i < last; ++i)
    if (i != which) {
      maps[count] = mlirArrayAttrGetElement(oldMaps, i);
      operands[count++] = mlirOperationGetOperand(user, i);
    }
  maps[count] = mlirArrayAttrGetElement(oldMaps, last);
  operands[count] = mlirOperationGetOperand(user, which);
  MlirRegion region = mlirRegionCreate();
  mlirRegionTakeBody(region, mlirOperationGetRegion(user, 0));
  MlirBlock body = mlirRegionGetFirstBlock(region);
  MlirValue in = mlirBlockGetArgument(body, which);
  mlirValueReplaceAllUsesOfWith(in, mlirBlockGetArgument(body, last));
  mlirBlockEraseArgument(body, (unsigned)which);

  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, user);
  MlirAttribute segments =
      mlirDenseI32ArrayGet(ctx, 2, (int32_t[]){(int32_t)count, 1});
  MlirOperation made = ufBuildOp(
      &b, "linalg.generic", UF_TYPES(ufResultType(&b, 0)),
      (UfValues){operands, count + 1},
      UF_ATTRS({"indexing_maps", mlirArrayAttrGet(ctx, count + 1, maps)},
               {"iterator_types", mlirOperationGetInherentAttributeByName(
                                      user, ufStr("iterator_types"))},
               {"operandSegmentSizes", segments}),
      &region, 1);
  mlirValueReplaceAllUsesOfWith(ufResultOf(user, 0), ufResultOf(made, 0));
  mlirOperationDestroy(user);
  return made;
}

/// The only op that uses the only result of `op`, in its block; or null.
static MlirOperation onlyUserOf(MlirOperation op) {
  if (mlirOperationGetNumResults(op) != 1)
    return (MlirOperation){NULL};
  return ufOnlyUser(ufResultOf(op, 0), mlirOperationGetBlock(op));
}

MlirOperation ufTakeEpilogue(MlirOperation op) {
  MlirOperation none = {NULL}, user = onlyUserOf(op);
  intptr_t which = user.ptr ? overwritable(user, ufResultOf(op, 0)) : -1;
  return which < 0 ? none : makeInPlace(user, which);
}

MlirOperation ufTakeConversion(MlirOperation op) {
  MlirOperation none = {NULL}, user = onlyUserOf(op);
  return user.ptr && readInPlace(user, ufResultOf(op, 0)) >= 0 ? user : none;
}

//===----------------------------------------------------------------------===//
// Initialising
//===----------------------------------------------------------------------===//

/// Whether `op` writes its one input to all places along some dimensions.
static bool isBroadcast(MlirOperation op) {
  if (ufOpIs(op, "linalg.broadcast"))
    return true;
  if (!ufOpIs(op, "linalg.generic") || mlirOperationGetNumOperands(op) != 2 ||
      !allParallel(op))
    return false;
  MlirAffineMap in = ufOperandMap(op, 0), out = ufOperandMap(op, 1);
  if (!mlirAffineMapIsIdentity(out) || !mlirAffineMapIsProjectedPermutation(in))
    return false;
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  MlirOperation end = mlirBlockGetTerminator(body);
  MlirOperation init = ufDefiningOp(mlirOperationGetOperand(op, 1));
  return init.ptr && ufOpIs(init, "tensor.empty") &&
         mlirAffineMapGetNumResults(in) < mlirAffineMapGetNumDims(in) &&
         mlirValueEqual(mlirOperationGetOperand(end, 0),
                        mlirBlockGetArgument(body, 0));
}

bool ufIsDestinationOf(MlirOperation op, MlirOperation user) {
  if (!ufOpIs(op, "linalg.fill") && !isBroadcast(op))
    return false;
  if (!user.ptr || !ufIsLinalg(user) ||
      !mlirBlockEqual(mlirOperationGetBlock(op), mlirOperationGetBlock(user)) ||
      ufOpIs(user, "linalg.copy"))
    return false;
  intptr_t last = mlirOperationGetNumOperands(user) - 1;
  return mlirOperationGetNumResults(user) == 1 &&
         mlirValueEqual(mlirOperationGetOperand(user, last), ufResultOf(op, 0));
}

bool ufOnlyInitialises(MlirOperation op) {
  MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(op, 0));
  if (mlirOpOperandIsNull(use))
    return ufOpIs(op, "linalg.fill");
  for (; !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use))
    if (!ufIsDestinationOf(op, mlirOpOperandGetOwner(use)))
      return false;
  return true;
}

MlirOperation ufOwnInit(MlirOperation root) {
  intptr_t last = mlirOperationGetNumOperands(root) - 1;
  MlirOperation init = ufDefiningOp(mlirOperationGetOperand(root, last));
  if (!init.ptr || !ufIsDestinationOf(init, root))
    return (MlirOperation){NULL};
  if (ufHasOneUse(ufResultOf(init, 0)))
    return init;
  MlirOperation copy = mlirOperationClone(init);
  mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(root), root, copy);
  mlirOperationSetOperand(root, last, ufResultOf(copy, 0));
  return copy;
}

//===-- VectorBody.c - A linalg body applied to vectors -------------------===//

#include "Kernels/Vector/VectorBody.h"

#include "IR/Function.h"

#include <string.h>

enum { MAX_BODY = 256 };

MlirType ufVectorOf(int64_t lanes, MlirType element) {
  return mlirVectorTypeGet(1, &lanes, element);
}

MlirValue ufSplat(UfBuilder *b, MlirValue scalar, int64_t lanes) {
  return ufBuild(b, "vector.broadcast",
                 ufVectorOf(lanes, mlirValueGetType(scalar)), UF_VALUES(scalar),
                 UF_NO_ATTRS);
}

static bool isDialect(MlirOperation op, const char *dialect) {
  MlirStringRef name = ufOpName(op);
  size_t length = strlen(dialect);
  return name.length > length && name.data[length] == '.' &&
         memcmp(name.data, dialect, length) == 0;
}

static bool isScalarElement(MlirType type) {
  return ufIsFloat(type) || ufIsInt(type) || ufIsBool(type);
}

/// Whether lanes that nothing was loaded for could end the program.
static bool mayTrap(MlirOperation op) {
  static const char *const names[] = {
      "arith.divsi",     "arith.divui",     "arith.remsi",     "arith.remui",
      "arith.ceildivsi", "arith.ceildivui", "arith.floordivsi"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (ufOpIs(op, names[i]))
      return true;
  return false;
}

static bool isLaneByLane(MlirOperation op) {
  if (ufOpIs(op, "arith.constant"))
    return true;
  if (mayTrap(op))
    return false;
  if ((!isDialect(op, "arith") && !isDialect(op, "math")) ||
      mlirOperationGetNumResults(op) != 1 || mlirOperationGetNumRegions(op))
    return false;
  return isScalarElement(mlirValueGetType(ufResultOf(op, 0)));
}

static MlirBlock bodyOf(MlirOperation op) {
  return mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
}

bool ufBodyUses(MlirOperation op, intptr_t i) {
  return !mlirOpOperandIsNull(
      mlirValueGetFirstUse(mlirBlockGetArgument(bodyOf(op), i)));
}

bool ufCanVectorizeBody(MlirOperation op) {
  int count = 0;
  for (MlirOperation inner = mlirBlockGetFirstOperation(bodyOf(op)); inner.ptr;
       inner = mlirOperationGetNextInBlock(inner)) {
    if (ufOpIs(inner, "linalg.yield"))
      return mlirOperationGetNumOperands(inner) == 1;
    if (!isLaneByLane(inner) || ++count > MAX_BODY)
      return false;
  }
  return false;
}

/// Scalars of the body, and what they are as vectors.
typedef struct Lanes {
  UfBuilder *b;
  int64_t lanes;
  MlirBlock body;
  const MlirValue *args;
  MlirValue from[MAX_BODY], to[MAX_BODY];
  int count;
} Lanes;

static MlirValue vectorOf(Lanes *lanes, MlirValue scalar) {
  if (mlirValueIsABlockArgument(scalar) &&
      mlirBlockEqual(mlirBlockArgumentGetOwner(scalar), lanes->body))
    return lanes->args[mlirBlockArgumentGetArgNumber(scalar)];
  for (int i = lanes->count - 1; i >= 0; --i)
    if (mlirValueEqual(lanes->from[i], scalar))
      return lanes->to[i];
  return ufSplat(lanes->b, scalar, lanes->lanes); // from outside of the body
}

static void vectorizeOp(Lanes *lanes, MlirOperation op) {
  UfBuilder *b = lanes->b;
  MlirOperation copy = mlirOperationClone(op);
  MlirValue made = ufResultOf(copy, 0);
  MlirValue operands[8];
  intptr_t count = mlirOperationGetNumOperands(op);
  bool isConstant = ufOpIs(op, "arith.constant");
  for (intptr_t i = 0; i < count; ++i)
    operands[i] = vectorOf(lanes, mlirOperationGetOperand(op, i));
  mlirOperationSetOperands(copy, count, operands);
  if (!isConstant)
    mlirValueSetType(made, ufVectorOf(lanes->lanes, mlirValueGetType(made)));
  if (b->rewriter.ptr)
    mlirRewriterBaseInsert(b->rewriter, copy);
  else
    mlirBlockAppendOwnedOperation(b->block, copy);
  lanes->from[lanes->count] = ufResultOf(op, 0);
  lanes->to[lanes->count++] =
      isConstant ? ufSplat(b, made, lanes->lanes) : made;
}

MlirValue ufVectorizeBody(UfBuilder *b, MlirOperation op, int64_t lanes,
                          const MlirValue *args) {
  Lanes state = {.b = b, .lanes = lanes, .body = bodyOf(op), .args = args};
  MlirOperation inner = mlirBlockGetFirstOperation(state.body);
  for (; !ufOpIs(inner, "linalg.yield");
       inner = mlirOperationGetNextInBlock(inner))
    vectorizeOp(&state, inner);
  return vectorOf(&state, mlirOperationGetOperand(inner, 0));
}

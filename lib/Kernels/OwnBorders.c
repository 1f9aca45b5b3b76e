//===-- OwnBorders.c - The ufront-own-borders pass ------------------------===//
//
// Two padded tensors of one shape have equal borders, of which common
// subexpression elimination makes one: then neither can be the place where a
// kernel writes what is inside, without a copy of it all. This gives each
// padded tensor its border back.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Passes.h"

/// Whether `value` is made of fills alone: one of a whole tensor, or some of
/// parts of an empty one.
static bool isBorder(MlirValue value) {
  for (;;) {
    MlirOperation op = ufDefiningOp(value);
    if (op.ptr && ufOpIs(op, "linalg.fill"))
      return true;
    if (!op.ptr || !ufOpIs(op, "tensor.insert_slice"))
      return op.ptr && ufOpIs(op, "tensor.empty");
    MlirOperation part = ufDefiningOp(mlirOperationGetOperand(op, 0));
    if (!part.ptr || !ufOpIs(part, "linalg.fill"))
      return false;
    value = mlirOperationGetOperand(op, 1);
  }
}

static MlirOperation cloneBefore(MlirOperation op, MlirOperation place) {
  MlirOperation copy = mlirOperationClone(op);
  mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(place), place,
                                      copy);
  return copy;
}

/// The ops that make the border `value` once more, before `place`. Each part is
/// insert_slice(fill(number, extract_slice(before)), before).
static MlirValue cloneBorder(MlirValue value, MlirOperation place) {
  UfOps parts = {0};
  MlirOperation first = ufDefiningOp(value);
  while (ufOpIs(first, "tensor.insert_slice")) {
    ufOpsAdd(&parts, first);
    first = ufDefiningOp(mlirOperationGetOperand(first, 1));
  }
  MlirValue made = ufResultOf(cloneBefore(first, place), 0);
  for (size_t i = parts.count; i > 0; --i) {
    MlirOperation insert = parts.ops[i - 1];
    MlirOperation fill = ufDefiningOp(mlirOperationGetOperand(insert, 0));
    MlirOperation hole = ufDefiningOp(mlirOperationGetOperand(fill, 1));
    fill = cloneBefore(fill, place);
    if (hole.ptr && ufOpIs(hole, "tensor.extract_slice")) {
      hole = cloneBefore(hole, fill);
      mlirOperationSetOperand(hole, 0, made);
      mlirOperationSetOperand(fill, 1, ufResultOf(hole, 0));
    }
    insert = cloneBefore(insert, place);
    mlirOperationSetOperand(insert, 0, ufResultOf(fill, 0));
    mlirOperationSetOperand(insert, 1, made);
    made = ufResultOf(insert, 0);
  }
  ufOpsFree(&parts);
  return made;
}

/// The extract_slice that says where `insert` writes:
///   insert_slice(copy(x, extract_slice(into)), into).
static MlirOperation holeOf(MlirOperation insert) {
  MlirOperation none = {NULL};
  MlirOperation copy = ufDefiningOp(mlirOperationGetOperand(insert, 0));
  if (!copy.ptr || !ufOpIs(copy, "linalg.copy"))
    return none;
  MlirOperation hole = ufDefiningOp(mlirOperationGetOperand(copy, 1));
  bool fits = hole.ptr && ufOpIs(hole, "tensor.extract_slice") &&
              mlirValueEqual(mlirOperationGetOperand(hole, 0),
                             mlirOperationGetOperand(insert, 1));
  return fits ? hole : none;
}

static bool isShared(MlirValue border, MlirOperation insert,
                     MlirOperation hole) {
  MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(hole, 0));
  if (!mlirOpOperandIsNull(mlirOpOperandGetNextUse(use)))
    return true;
  for (use = mlirValueGetFirstUse(border); !mlirOpOperandIsNull(use);
       use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    if (!mlirOperationEqual(user, insert) && !mlirOperationEqual(user, hole))
      return true;
  }
  return false;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  UfOps inserts = ufCollectOps(func, "tensor.insert_slice");
  // From the last on: the first keeps the border, which stands before it.
  for (size_t i = inserts.count; i > 0; --i) {
    MlirOperation insert = inserts.ops[i - 1], hole = holeOf(insert);
    MlirValue border = mlirOperationGetOperand(insert, 1);
    if (!hole.ptr || !isBorder(border) || !isShared(border, insert, hole) ||
        ufOpIs(ufDefiningOp(border), "tensor.empty"))
      continue;
    MlirOperation copy = ufDefiningOp(mlirOperationGetOperand(insert, 0));
    MlirValue own = cloneBorder(border, copy);
    hole = cloneBefore(hole, copy);
    mlirOperationSetOperand(hole, 0, own);
    mlirOperationSetOperand(copy, 1, ufResultOf(hole, 0));
    mlirOperationSetOperand(insert, 1, own);
  }
  ufOpsFree(&inserts);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassOwnBorders = {
    .name = "UfrontOwnBorders",
    .argument = "ufront-own-borders",
    .description = "Gives every padded tensor a border of its own",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

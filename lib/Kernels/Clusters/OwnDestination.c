//===-- OwnDestination.c - A destination for each op that writes one ------===//
//
// Equal tensors filled with a number, wholly or around a middle, are one tensor
// after CSE. Whoever writes into one of them would first copy all of it, for
// the others; filling one more is cheaper.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/InPlace.h"
#include "Kernels/Domain.h"

enum { MAX_CHAIN = 32 };

/// Ops that together make a filled tensor, in the order they were visited.
typedef struct Chain {
  MlirOperation ops[MAX_CHAIN], copies[MAX_CHAIN];
  int count;
  bool isFilled;
} Chain;

static int find(const Chain *chain, MlirOperation op) {
  for (int i = 0; i < chain->count; ++i)
    if (mlirOperationEqual(chain->ops[i], op))
      return i;
  return -1;
}

/// Adds what computes `value`, operands first. False when it is more than
/// numbers put into an empty tensor.
static bool collect(MlirValue value, Chain *chain) {
  MlirOperation op = ufDefiningOp(value);
  if (!op.ptr)
    return false;
  if (find(chain, op) >= 0 || ufOpIs(op, "arith.constant"))
    return true;
  bool isFill = ufOpIs(op, "linalg.fill");
  if (!isFill && !ufOpIs(op, "tensor.empty") &&
      !ufOpIs(op, "tensor.extract_slice") && !ufOpIs(op, "tensor.insert_slice"))
    return false;
  chain->isFilled |= isFill;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (ufIsRankedTensor(mlirValueGetType(operand)) && !collect(operand, chain))
      return false;
  }
  if (chain->count == MAX_CHAIN)
    return false;
  chain->ops[chain->count++] = op;
  return true;
}

/// Copies the chain to before `where` and returns its last value.
static MlirValue copyChain(Chain *chain, MlirOperation where) {
  for (int i = 0; i < chain->count; ++i) {
    MlirOperation copy = mlirOperationClone(chain->ops[i]);
    chain->copies[i] = copy;
    mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(where), where,
                                        copy);
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(copy); ++k) {
      MlirOperation from = ufDefiningOp(mlirOperationGetOperand(copy, k));
      int known = from.ptr ? find(chain, from) : -1;
      if (known >= 0)
        mlirOperationSetOperand(copy, k, ufResultOf(chain->copies[known], 0));
    }
  }
  return ufResultOf(chain->copies[chain->count - 1], 0);
}

/// The op whose result `insert` inserts, when it writes into a slice of the
/// tensor that `insert` inserts into; else null.
static MlirOperation writerOf(MlirOperation insert) {
  MlirOperation writer = ufDefiningOp(mlirOperationGetOperand(insert, 0));
  if (!writer.ptr || !ufIsLinalg(writer))
    return (MlirOperation){NULL};
  MlirOperation slice = ufDefiningOp(
      mlirOperationGetOperand(writer, mlirOperationGetNumOperands(writer) - 1));
  bool isSlice = slice.ptr && ufOpIs(slice, "tensor.extract_slice") &&
                 mlirValueEqual(mlirOperationGetOperand(slice, 0),
                                mlirOperationGetOperand(insert, 1));
  return isSlice ? writer : (MlirOperation){NULL};
}

/// Whether something beside `insert` and the slice that its writer writes into
/// needs what it inserts into.
static bool isShared(MlirOperation insert, MlirOperation writer) {
  MlirValue into = mlirOperationGetOperand(insert, 1);
  MlirValue slice = {NULL};
  if (writer.ptr)
    slice = mlirOperationGetOperand(writer,
                                    mlirOperationGetNumOperands(writer) - 1);
  for (MlirOpOperand use = mlirValueGetFirstUse(into);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    bool isMine = mlirOperationEqual(user, insert) ||
                  (writer.ptr && mlirOperationEqual(user, ufDefiningOp(slice)));
    if (!isMine)
      return true;
  }
  return writer.ptr && !mlirOpOperandIsNull(mlirOpOperandGetNextUse(
                           mlirValueGetFirstUse(slice)));
}

static void separate(MlirOperation insert) {
  MlirValue into = mlirOperationGetOperand(insert, 1);
  MlirOperation writer = writerOf(insert);
  Chain chain = {.count = 0};
  if (!isShared(insert, writer) || !collect(into, &chain) || !chain.isFilled)
    return;
  MlirOperation where = writer.ptr ? writer : insert;
  MlirValue own = copyChain(&chain, where);
  mlirOperationSetOperand(insert, 1, own);
  if (!writer.ptr)
    return;
  intptr_t last = mlirOperationGetNumOperands(writer) - 1;
  MlirOperation slice =
      mlirOperationClone(ufDefiningOp(mlirOperationGetOperand(writer, last)));
  mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(where), where,
                                      slice);
  mlirOperationSetOperand(slice, 0, own);
  mlirOperationSetOperand(writer, last, ufResultOf(slice, 0));
}

void ufSeparateDestinations(MlirBlock block) {
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    if (ufOpIs(op, "tensor.insert_slice"))
      separate(op);
}

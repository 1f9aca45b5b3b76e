//===-- NonZero.c - Elements that are chosen by their values --------------===//

#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/TorchIndex.h"
#include "Ops/TorchOrder.h"

//===----------------------------------------------------------------------===//
// nonzero
//
//   The indices of all elements that are not 0, in order: one row per
//   dimension, one column per element. How many there are is only known at run
//   time.
//
// (C1) The rank is at least 1.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferNonzero(MlirOperation op, UfShape *results) {
  int rank = ufRank(mlirOperationGetOperand(op, 0));
  if (rank == 0) // C1
    return ufOpError(op, "cannot give indices of a scalar");
  results[0] =
      (UfShape){.rank = 2,
                .dims = {rank, UF_DYNAMIC},
                .element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

static MlirValue isNotZero(UfBuilder *b, MlirValue x) {
  return ufCompare(b, UF_NE, x, ufInteger(b, mlirValueGetType(x), 0), false);
}

static void countBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)data;
  MlirValue one = ufConvert(b, isNotZero(b, args[0]), ufI64(b),
                            /*fromUnsigned=*/true, false);
  results[0] = ufAddAnyOrder(b, args[1], one);
}

enum { RESULT, POSITION };

static void writeIndices(UfBuilder *b, const MlirValue *at,
                         const MlirValue *carried, MlirValue *next,
                         const void *data) {
  (void)at;
  const MlirValue *indices = data;
  int rank = ufRank(mlirOperationGetOperand(b->op, 0));
  next[RESULT] = carried[RESULT];
  for (int d = 0; d < rank; ++d) {
    MlirValue to[] = {ufIndex(b, d), carried[POSITION]};
    MlirValue index = ufFromIndex(b, indices[d], ufI64(b));
    next[RESULT] = ufInsertScalar(b, index, next[RESULT], to);
  }
  next[POSITION] = ufAdd(b, carried[POSITION], ufIndex(b, 1));
}

static void stepNonzero(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  const MlirValue *x = data;
  ufStepIf(b, isNotZero(b, ufExtract(b, *x, at)), 2, carried, next,
           writeIndices, at);
}

/// Counts, then fills.
static MlirLogicalResult lowerNonzero(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), results[2];
  int rank = ufRank(x);
  MlirValue count = ufReduce(b, x, (1u << rank) - 1, ufInteger(b, ufI64(b), 0),
                             countBody, NULL);
  UfSize sizes[UF_MAX_RANK];
  UfSize shape[] = {ufStatic(rank),
                    {.dynamic = ufToIndex(b, ufExtract(b, count, NULL))}};
  MlirValue carried[] = {ufEmpty(b, ufI64(b), 2, shape), ufIndex(b, 0)};
  ufSizesOf(b, x, sizes);
  ufLoopNest(b, rank, sizes, 2, carried, results, stepNonzero, &x);
  return ufReplace(b, results[RESULT]);
}

/// Compress: what is not 0 in a list of truth values names slices.
static MlirLogicalResult importCompress(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), condition = ufNodeInput(node, 1);
  int64_t axis = ufNodeInt(node, "axis", 0), all = -1;
  if (!ufNodeHas(node, "axis"))
    x = ufOp(b, "reshape", UF_VALUES(x),
             UF_ATTRS({"shape", ufIntsAttr(b, 1, &all)}));
  MlirValue indices = ufOp(b, "nonzero", UF_VALUES(condition), UF_NO_ATTRS);
  if (!x.ptr || !indices.ptr)
    return mlirLogicalResultFailure();
  indices = ufOp(b, "reshape", UF_VALUES(indices),
                 UF_ATTRS({"shape", ufIntsAttr(b, 1, &all)}));
  if (!indices.ptr)
    return mlirLogicalResultFailure();
  return ufNodeDefine(results, ufOp(b, "gather", UF_VALUES(x, indices),
                                    UF_ATTRS({"axis", ufIntAttr(b, axis)})));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "nonzero",
        .summary = "The indices of the elements that are not 0.",
        .operands = {{"input", "Any numbers or truth values.",
                      UF_NUMBERS | UF_BOOLS}},
        .infer = inferNonzero,
        .toLinalg = lowerNonzero,
        .imports = UF_IMPORTS(
            {UF_ONNX, "NonZero", 9, NULL},
            {UF_ONNX, "Compress", 9, importCompress}, UF_TORCH_NONZEROS,
            {UF_TORCH, "aten.argwhere.default", 0, ufTorchNonzero},
            {UF_TORCH, "aten.nonzero_static.default", 0, ufTorchNonzeroStatic}),
    },
};
UF_FAMILY(ufNonZeroOps, "nonzero", ops);

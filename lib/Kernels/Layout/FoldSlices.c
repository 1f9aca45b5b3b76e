//===-- FoldSlices.c - The ufront-fold-slices pass ------------------------===//
//
// Reads slices where they lie. One part of several equal ones of a tensor, as
// the queries among queries, keys and values are, is a constant index of a view
// of it:
//
//   x[4, 64:128]  is  y[4, 1, :]  with y = x as [4, 3, 64]
//
// so a linalg.generic that uses such a slice, or a reshape of one, reads the
// view through its indexing map, and nothing is copied.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Contraction.h"
#include "Kernels/Passes.h"

enum {
  /// How many reshapes in a row are followed.
  MAX_DEPTH = 8,
};

/// Part `index` of `count` parts of `source`, `outer` times: what dimensions
/// before the cut one make of it.
typedef struct Part {
  MlirValue source;
  int64_t outer, count, index;
} Part;

static int64_t numberAt(MlirOperation op, const char *list, int i) {
  return mlirDenseI64ArrayGetElement(
      mlirOperationGetInherentAttributeByName(op, ufStr(list)), i);
}

static bool isStatic(MlirValue value) {
  UfShape shape = ufShape(value);
  return ufNumElements(&shape) != UF_DYNAMIC && ufNumElements(&shape) > 0;
}

/// Reads a tensor.extract_slice that cuts one dimension only, into equal parts.
static bool readPart(MlirOperation slice, Part *part) {
  *part = (Part){.source = mlirOperationGetOperand(slice, 0), .outer = 1};
  if (mlirOperationGetNumOperands(slice) != 1 || !isStatic(part->source) ||
      ufRank(part->source) == UF_MAX_RANK)
    return false;
  for (int i = 0; i < ufRank(part->source); ++i) {
    int64_t whole = ufDimSize(part->source, i);
    int64_t size = numberAt(slice, "static_sizes", i);
    int64_t offset = numberAt(slice, "static_offsets", i);
    if (size == whole && !part->count)
      part->outer *= whole;
    if (size == whole)
      continue;
    if (part->count || size <= 0 || whole % size || offset % size ||
        (size > 1 && numberAt(slice, "static_strides", i) != 1))
      return false;
    part->count = whole / size;
    part->index = offset / size;
  }
  return part->count > 0;
}

/// The dimension of `value`, which is the part reshaped, before which the parts
/// are counted; -1 when there is none.
static int findCut(MlirValue value, const Part *part) {
  int64_t product = 1;
  for (int i = 0; i <= ufRank(value); ++i) {
    if (product == part->outer)
      return i;
    product *= i < ufRank(value) ? ufDimSize(value, i) : 1;
  }
  return -1;
}

/// Makes operand `k` of a linalg.generic, the part reshaped, a view of the
/// whole.
static void readWhole(MlirRewriterBase rewriter, MlirOperation op, intptr_t k,
                      const Part *part) {
  MlirValue old = mlirOperationGetOperand(op, k);
  MlirAffineMap map = ufMapAt(op, k);
  MlirContext ctx = mlirOperationGetContext(op);
  int rank = ufRank(old), cut = findCut(old, part);
  if (cut < 0 || rank == UF_MAX_RANK)
    return;
  UfSize sizes[UF_MAX_RANK];
  MlirAffineExpr exprs[UF_MAX_RANK];
  for (int i = 0; i <= rank; ++i) {
    int from = i - (i > cut);
    sizes[i] = ufStatic(i == cut ? part->count : ufDimSize(old, from));
    exprs[i] = i == cut ? mlirAffineConstantExprGet(ctx, part->index)
                        : mlirAffineMapGetResult(map, from);
  }
  UfBuilder b = ufBuilderAt(rewriter, op);
  mlirOperationSetOperand(op, k, ufReshape(&b, part->source, rank + 1, sizes));
  ufSetMapAt(
      op, k,
      mlirAffineMapGet(ctx, mlirAffineMapGetNumDims(map), 0, rank + 1, exprs));
}

static bool isInput(MlirOperation op, intptr_t operand) {
  return ufOpIs(op, "linalg.generic") &&
         operand <
             mlirOperationGetNumOperands(op) - mlirOperationGetNumResults(op);
}

/// Changes the linalg.generics that use `value`, the part reshaped.
static void foldInto(MlirRewriterBase rewriter, MlirValue value,
                     const Part *part, int depth) {
  MlirOpOperand next, use = mlirValueGetFirstUse(value);
  for (; !mlirOpOperandIsNull(use); use = next) {
    next = mlirOpOperandGetNextUse(use);
    MlirOperation user = mlirOpOperandGetOwner(use);
    intptr_t operand = (intptr_t)mlirOpOperandGetOperandNumber(use);
    if (isInput(user, operand))
      readWhole(rewriter, user, operand, part);
    else if ((ufOpIs(user, "tensor.expand_shape") ||
              ufOpIs(user, "tensor.collapse_shape")) &&
             depth < MAX_DEPTH)
      foldInto(rewriter, ufResultOf(user, 0), part, depth + 1);
  }
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  UF_SCOPED(MlirRewriterBase) rewriter =
      mlirIRRewriterCreate(mlirOperationGetContext(func));
  UfOps slices = ufCollectOps(func, "tensor.extract_slice");
  for (size_t i = 0; i < slices.count; ++i) {
    Part part;
    if (readPart(slices.ops[i], &part))
      foldInto(rewriter, ufResultOf(slices.ops[i], 0), &part, 0);
  }
  ufOpsFree(&slices);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassFoldSlices = {
    .name = "UfrontFoldSlices",
    .argument = "ufront-fold-slices",
    .description = "Reads slices where they lie",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

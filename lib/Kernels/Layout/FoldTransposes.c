//===-- FoldTransposes.c - The ufront-fold-transposes pass ----------------===//
//
// Makes transpositions part of the ops around them: a linalg.generic can read
// and write dimensions in any order through its indexing maps.
//
// A transposition disappears into the ops that use it. On the way there it goes
// through reshapes, slices and ops that are elementwise, which then work on
// what is not transposed. What cannot be used that way is written transposed by
// the op that computes it.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Contraction.h"
#include "Kernels/Layout/Permute.h"
#include "Kernels/Passes.h"

enum {
  /// How many elementwise ops in a row are changed to write transposed.
  MAX_DEPTH = 8,
};

/// Dimension i of the result is dimension perm[i] of `source`.
typedef struct Transpose {
  MlirOperation op;
  MlirValue source, result;
  int rank;
  int64_t perm[UF_MAX_RANK];
} Transpose;

typedef struct Folding {
  MlirContext ctx;
  MlirRewriterBase rewriter;
  UfOps work; ///< Transpositions to look at; null when they are gone.
} Folding;

static UfBuilder builderBefore(const Folding *folding, MlirOperation op) {
  mlirRewriterBaseSetInsertionPointBefore(folding->rewriter, op);
  return (UfBuilder){.ctx = folding->ctx,
                     .loc = mlirOperationGetLocation(op),
                     .rewriter = folding->rewriter};
}

static UfBuilder builderAfter(const Folding *folding, MlirOperation op) {
  mlirRewriterBaseSetInsertionPointAfter(folding->rewriter, op);
  return (UfBuilder){.ctx = folding->ctx,
                     .loc = mlirOperationGetLocation(op),
                     .rewriter = folding->rewriter};
}

static bool hasOneUse(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return !mlirOpOperandIsNull(use) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

//===----------------------------------------------------------------------===//
// Transpositions
//===----------------------------------------------------------------------===//

/// The dimension of a map's result `i`, -1 when it is none.
static int dimOf(MlirAffineMap map, intptr_t i) {
  MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
  return mlirAffineExprIsADim(expr) ? (int)mlirAffineDimExprGetPosition(expr)
                                    : -1;
}

/// The permutation that `to` has of the dimensions of `from`.
static void permutationOf(MlirAffineMap from, MlirAffineMap to, int64_t *perm) {
  intptr_t rank = mlirAffineMapGetNumResults(to);
  for (intptr_t i = 0; i < rank; ++i)
    for (intptr_t k = 0; k < rank; ++k)
      if (dimOf(from, k) == dimOf(to, i))
        perm[i] = k;
}

/// Reads linalg.transpose, and a linalg.generic that does nothing else.
static bool readTranspose(MlirOperation op, Transpose *t) {
  bool isGeneric = ufOpIs(op, "linalg.generic");
  if ((!isGeneric && !ufOpIs(op, "linalg.transpose")) ||
      mlirOperationGetNumOperands(op) != 2 ||
      mlirOperationGetNumResults(op) != 1)
    return false;
  *t = (Transpose){.op = op,
                   .source = mlirOperationGetOperand(op, 0),
                   .result = ufResultOf(op, 0)};
  if (!ufIsRankedTensor(mlirValueGetType(t->source)) ||
      ufRank(t->source) > UF_MAX_RANK)
    return false;
  t->rank = ufRank(t->source);
  if (!isGeneric) {
    MlirAttribute list =
        mlirOperationGetInherentAttributeByName(op, ufStr("permutation"));
    for (int i = 0; i < t->rank; ++i)
      t->perm[i] = mlirDenseI64ArrayGetElement(list, i);
    return true;
  }
  MlirAffineMap from = ufMapAt(op, 0), to = ufMapAt(op, 1);
  if (!mlirAffineMapIsPermutation(from) || !mlirAffineMapIsPermutation(to) ||
      mlirAffineMapEqual(from, to) || !ufYieldsInput(op, 0))
    return false;
  permutationOf(from, to, t->perm);
  return true;
}

static bool keepsLast(int rank, const int64_t *perm) {
  return rank == 0 || perm[rank - 1] == rank - 1;
}

/// Whether only dimensions of size one change their places.
static bool isReshape(const Transpose *t) {
  int64_t last = -1;
  for (int i = 0; i < t->rank; ++i) {
    if (ufDimSize(t->source, (int)t->perm[i]) == 1)
      continue;
    if (t->perm[i] < last)
      return false;
    last = t->perm[i];
  }
  return true;
}

/// Adds a transposition of `x` to the IR and to the work.
static MlirValue transposed(Folding *folding, UfBuilder *b, MlirValue x,
                            const int64_t *perm) {
  MlirValue result = ufTranspose(b, x, perm);
  if (!mlirValueEqual(result, x))
    ufOpsAdd(&folding->work, ufDefiningOp(result));
  return result;
}

static void forget(Folding *folding, MlirOperation op) {
  for (size_t i = 0; i < folding->work.count; ++i)
    if (mlirOperationEqual(folding->work.ops[i], op))
      folding->work.ops[i] = (MlirOperation){NULL};
}

//===----------------------------------------------------------------------===//
// Into the ops that use it
//===----------------------------------------------------------------------===//

/// Whether `op` can work on what is not transposed, and its result be
/// transposed instead: no other operand has all of its dimensions.
static bool canSink(MlirOperation op, intptr_t operand) {
  if (!ufIsElementwise(op) || operand == ufInitOf(op) ||
      !ufIsPermutableInit(mlirOperationGetOperand(op, ufInitOf(op))) ||
      !mlirAffineMapIsIdentity(ufMapAt(op, operand)))
    return false;
  intptr_t rank = mlirAffineMapGetNumDims(ufMapAt(op, operand));
  for (intptr_t i = 0; i < ufInitOf(op); ++i) {
    MlirAffineMap map = ufMapAt(op, i);
    int numLoops = 0;
    for (intptr_t k = 0; k < mlirAffineMapGetNumResults(map); ++k)
      numLoops += dimOf(map, k) >= 0;
    if (i != operand && numLoops == rank)
      return false;
  }
  return true;
}

/// Whether a linalg.generic should read transposed. Where every element is read
/// many times, or rows stay rows, order matters little.
static bool canRead(MlirOperation user, intptr_t operand, const Transpose *t) {
  UfContraction contraction;
  if (operand >=
      mlirOperationGetNumOperands(user) - mlirOperationGetNumResults(user))
    return false;
  return keepsLast(t->rank, t->perm) ||
         (ufIsElementwise(user) && hasOneUse(t->result)) ||
         ufReadContraction(user, &contraction);
}

/// Dimensions of a reshape: those of group `i` are first[i] to first[i + 1].
static int readGroups(MlirOperation reshape, int *first) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(reshape, ufStr("reassociation"));
  int count = (int)mlirArrayAttrGetNumElements(list);
  first[0] = 0;
  for (int i = 0; i < count; ++i)
    first[i + 1] = first[i] + (int)mlirArrayAttrGetNumElements(
                                  mlirArrayAttrGetElement(list, i));
  return count;
}

static bool isStatic(MlirValue value) {
  UfShape shape = ufShape(value);
  for (int i = 0; i < shape.rank; ++i)
    if (shape.dims[i] == UF_DYNAMIC)
      return false;
  return true;
}

/// Where the source's dimensions are among those that are not one; -1 for one.
static void countDims(const Transpose *t, int *place) {
  int count = 0;
  for (int d = 0; d < t->rank; ++d)
    place[d] = ufDimSize(t->source, d) == 1 ? -1 : count++;
}

/// Whether the dimensions of each group are neighbours in the source, too.
static bool canCollapse(MlirOperation collapse, const Transpose *t) {
  int first[UF_MAX_RANK + 1], count = readGroups(collapse, first);
  int place[UF_MAX_RANK] = {0};
  countDims(t, place);
  for (int i = 0; i < count; ++i)
    for (int k = first[i], last = -1; k < first[i + 1]; ++k) {
      int here = place[t->perm[k]];
      if (here >= 0 && last >= 0 && here != last + 1)
        return false;
      last = here >= 0 ? here : last;
    }
  return isStatic(t->source);
}

static bool canTake(MlirOpOperand use, const Transpose *t) {
  MlirOperation user = mlirOpOperandGetOwner(use);
  intptr_t operand = (intptr_t)mlirOpOperandGetOperandNumber(use);
  if (ufOpIs(user, "linalg.generic"))
    return canSink(user, operand) || canRead(user, operand, t);
  if (ufOpIs(user, "linalg.matmul") || ufOpIs(user, "linalg.batch_matmul"))
    return operand < 2;
  if (ufOpIs(user, "linalg.transpose") || ufOpIs(user, "tensor.extract"))
    return operand == 0;
  if (ufOpIs(user, "tensor.expand_shape"))
    return isStatic(ufResultOf(user, 0));
  if (ufOpIs(user, "tensor.collapse_shape"))
    return canCollapse(user, t);
  return ufOpIs(user, "tensor.extract_slice") &&
         mlirOperationGetNumOperands(user) == 1 &&
         ufRank(ufResultOf(user, 0)) == t->rank;
}

static bool allCanTake(const Transpose *t) {
  MlirOpOperand use = mlirValueGetFirstUse(t->result);
  for (; !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use))
    if (!canTake(use, t))
      return false;
  return true;
}

static void replaceAndErase(MlirOperation op, MlirValue with) {
  mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), with);
  mlirOperationDestroy(op);
}

static void sink(Folding *folding, MlirOperation op, intptr_t operand,
                 const Transpose *t) {
  int64_t inverse[UF_MAX_RANK];
  for (int i = 0; i < t->rank; ++i)
    inverse[t->perm[i]] = i;
  UfBuilder b = builderBefore(folding, op);
  MlirValue result = ufResultOf(op, 0);
  MlirValue init =
      ufPermutedInit(&b, mlirOperationGetOperand(op, ufInitOf(op)), inverse);
  ufReadPermuted(op, operand, t->source, t->perm);
  ufWritePermuted(op, init, inverse);
  ufRelabelLoops(op, t->perm);
  // Its users take the transposed result; the transposition takes the result.
  b = builderAfter(folding, op);
  MlirValue back = transposed(folding, &b, result, t->perm);
  mlirValueReplaceAllUsesExcept(result, back, 1,
                                (MlirOperation[]){ufDefiningOp(back)});
}

static void takeTranspose(Folding *folding, MlirOperation second,
                          const Transpose *t) {
  Transpose s;
  readTranspose(second, &s);
  int64_t perm[UF_MAX_RANK];
  bool isIdentity = true;
  for (int i = 0; i < t->rank; ++i) {
    perm[i] = t->perm[s.perm[i]];
    isIdentity &= perm[i] == i;
  }
  if (isIdentity) {
    forget(folding, second);
    replaceAndErase(second, t->source);
    return;
  }
  mlirOperationSetOperand(second, 0, t->source);
  mlirOperationSetInherentAttributeByName(
      second, ufStr("permutation"),
      mlirDenseI64ArrayGet(folding->ctx, t->rank, perm));
}

static void takeExtract(MlirOperation extract, const Transpose *t) {
  MlirValue operands[UF_MAX_RANK + 1] = {t->source};
  for (int i = 0; i < t->rank; ++i)
    operands[t->perm[i] + 1] = mlirOperationGetOperand(extract, i + 1);
  mlirOperationSetOperands(extract, t->rank + 1, operands);
}

/// expand(transpose(x)) as transpose(expand(x)).
static void takeExpand(Folding *folding, MlirOperation expand,
                       const Transpose *t) {
  int first[UF_MAX_RANK + 1] = {0}, at[UF_MAX_RANK] = {0},
                          group[UF_MAX_RANK] = {0};
  readGroups(expand, first);
  MlirValue result = ufResultOf(expand, 0);
  for (int i = 0; i < t->rank; ++i)
    group[t->perm[i]] = i;
  UfSize sizes[UF_MAX_RANK];
  int rank = 0;
  for (int d = 0; d < t->rank; ++d) {
    at[group[d]] = rank;
    for (int k = first[group[d]]; k < first[group[d] + 1]; ++k)
      sizes[rank++] = ufStatic(ufDimSize(result, k));
  }
  int64_t perm[UF_MAX_RANK];
  for (int i = 0; i < t->rank; ++i)
    for (int k = first[i]; k < first[i + 1]; ++k)
      perm[k] = at[i] + k - first[i];
  UfBuilder b = builderBefore(folding, expand);
  MlirValue wide = ufReshape(&b, t->source, rank, sizes);
  replaceAndErase(expand, transposed(folding, &b, wide, perm));
}

/// collapse(transpose(x)) as transpose(collapse(x)). A group is where the first
/// of its dimensions is that is not one.
static void takeCollapse(Folding *folding, MlirOperation collapse,
                         const Transpose *t) {
  int first[UF_MAX_RANK + 1], count = readGroups(collapse, first);
  int place[UF_MAX_RANK] = {0}, group[UF_MAX_RANK];
  countDims(t, place);
  for (int d = 0; d < t->rank; ++d)
    group[d] = -1;
  for (int i = 0; i < count; ++i) {
    int k = first[i];
    while (k + 1 < first[i + 1] && place[t->perm[k]] < 0)
      ++k;
    group[t->perm[k]] = i;
  }
  MlirValue result = ufResultOf(collapse, 0);
  UfSize sizes[UF_MAX_RANK];
  int64_t perm[UF_MAX_RANK];
  int rank = 0;
  for (int d = 0; d < t->rank; ++d)
    if (group[d] >= 0) {
      perm[group[d]] = rank;
      sizes[rank++] = ufStatic(ufDimSize(result, group[d]));
    }
  UfBuilder b = builderBefore(folding, collapse);
  MlirValue narrow = ufReshape(&b, t->source, rank, sizes);
  replaceAndErase(collapse, transposed(folding, &b, narrow, perm));
}

/// slice(transpose(x)) as transpose(slice(x)).
static void takeSlice(Folding *folding, MlirOperation slice,
                      const Transpose *t) {
  static const char *const lists[] = {"static_offsets", "static_sizes",
                                      "static_strides"};
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  int64_t values[3][UF_MAX_RANK];
  for (int n = 0; n < 3; ++n) {
    MlirAttribute list =
        mlirOperationGetInherentAttributeByName(slice, ufStr(lists[n]));
    for (int i = 0; i < t->rank; ++i)
      values[n][t->perm[i]] = mlirDenseI64ArrayGetElement(list, i);
  }
  for (int i = 0; i < t->rank; ++i) {
    offsets[i] = ufStatic(values[0][i]);
    sizes[i] = ufStatic(values[1][i]);
  }
  UfBuilder b = builderBefore(folding, slice);
  MlirValue cut = ufSlice(&b, t->source, offsets, sizes, values[2]);
  replaceAndErase(slice, transposed(folding, &b, cut, t->perm));
}

/// Makes one use of `t` a use of what it transposes.
static void take(Folding *folding, MlirOpOperand use, const Transpose *t) {
  MlirOperation user = mlirOpOperandGetOwner(use);
  intptr_t operand = (intptr_t)mlirOpOperandGetOperandNumber(use);
  if (ufOpIs(user, "linalg.generic") && canSink(user, operand))
    sink(folding, user, operand, t);
  else if (ufOpIs(user, "linalg.generic"))
    ufReadPermuted(user, operand, t->source, t->perm);
  else if (ufOpIs(user, "linalg.transpose"))
    takeTranspose(folding, user, t);
  else if (ufOpIs(user, "tensor.extract"))
    takeExtract(user, t);
  else if (ufOpIs(user, "tensor.expand_shape"))
    takeExpand(folding, user, t);
  else if (ufOpIs(user, "tensor.collapse_shape"))
    takeCollapse(folding, user, t);
  else if (ufOpIs(user, "tensor.extract_slice"))
    takeSlice(folding, user, t);
  else
    ufReadPermuted(ufGeneralize(user), operand, t->source, t->perm);
}

//===----------------------------------------------------------------------===//
// Into the op that computes it
//===----------------------------------------------------------------------===//

static bool canPermute(MlirOperation op, int rank, const int64_t *perm) {
  return ufIsGeneric(op) && hasOneUse(ufResultOf(op, 0)) &&
         ufRank(ufResultOf(op, 0)) == rank &&
         (ufIsElementwise(op) || keepsLast(rank, perm)) &&
         ufIsPermutableInit(mlirOperationGetOperand(op, ufInitOf(op)));
}

/// Makes `op` compute its result with dimension i where perm[i] was. What it is
/// elementwise on is computed in that order, too, if nothing else uses it.
static void permute(Folding *folding, MlirOperation op, const int64_t *perm,
                    int depth) {
  int rank = ufRank(ufResultOf(op, 0));
  bool hadIdentity = ufIsElementwise(op);
  UfBuilder b = builderBefore(folding, op);
  MlirValue init = mlirOperationGetOperand(op, ufInitOf(op));
  ufWritePermuted(op, ufPermutedInit(&b, init, perm), perm);
  if (!hadIdentity)
    return;
  int64_t inverse[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    inverse[perm[i]] = i;
  ufRelabelLoops(op, inverse);
  for (intptr_t k = 0; k < ufInitOf(op) && depth < MAX_DEPTH; ++k) {
    MlirAffineMap map = ufMapAt(op, k);
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, k));
    int64_t order[UF_MAX_RANK];
    if (!mlirAffineMapIsPermutation(map) || mlirAffineMapIsIdentity(map))
      continue;
    MlirAffineMap identity = mlirAffineMapMultiDimIdentityGet(
        folding->ctx, mlirAffineMapGetNumDims(map));
    permutationOf(map, identity, order);
    if (!keepsLast(rank, order) || !canPermute(from, rank, order))
      continue;
    permute(folding, from, order, depth + 1);
    ufSetMapAt(op, k, identity);
  }
}

//===----------------------------------------------------------------------===//

static void foldTranspose(Folding *folding, MlirOperation op) {
  Transpose t;
  if (!readTranspose(op, &t))
    return;
  if (isReshape(&t)) {
    UfBuilder b = builderBefore(folding, op);
    UfSize sizes[UF_MAX_RANK];
    ufSizesOf(&b, t.result, sizes);
    replaceAndErase(op, ufReshape(&b, t.source, t.rank, sizes));
    return;
  }
  if (allCanTake(&t)) {
    for (MlirOpOperand use = mlirValueGetFirstUse(t.result);
         !mlirOpOperandIsNull(use); use = mlirValueGetFirstUse(t.result))
      take(folding, use, &t);
    mlirOperationDestroy(op);
    return;
  }
  MlirOperation from = ufDefiningOp(t.source);
  if (!canPermute(from, t.rank, t.perm))
    return;
  permute(folding, from, t.perm, 0);
  replaceAndErase(op, t.source);
}

static MlirWalkResult addTranspose(MlirOperation op, void *work) {
  Transpose t;
  if (readTranspose(op, &t))
    ufOpsAdd(work, op);
  return MlirWalkResultAdvance;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  Folding folding = {.ctx = ctx, .rewriter = rewriter};
  mlirOperationWalk(func, addTranspose, &folding.work, MlirWalkPreOrder);
  // More is added on the way.
  for (size_t i = 0; i < folding.work.count; ++i)
    if (folding.work.ops[i].ptr)
      foldTranspose(&folding, folding.work.ops[i]);
  ufOpsFree(&folding.work);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassFoldTransposes = {
    .name = "UfrontFoldTransposes",
    .argument = "ufront-fold-transposes",
    .description = "Makes transpositions part of the ops around them",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

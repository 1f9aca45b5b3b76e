//===-- TopK.c - The best elements, in order ------------------------------===//

#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/Sort.h"
#include "Ops/TorchOrder.h"

//===----------------------------------------------------------------------===//
// topk
//
//   The k largest or smallest elements along `axis`, best first, and their
//   indices; of equal ones the first. NaN is better than any number, or larger
//   than any with `nan_is_largest`.
//
// (C1) -rank <= axis < rank.
// (C2) `k` is an attribute or an operand of one element.
// (C3) 0 <= k <= the size of the axis.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferTopk(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  MlirValue operand = ufOperandOf(op, 1);
  UfInts k = {1, {ufGetInt(op, "k")}};
  k.data[0] += k.data[0] == UF_DYNAMIC; // the attribute is always known
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), shape.rank)); // C1
  UF_TRY(ufVerifyGiven(op, "k", 1));                                  // C2
  if (operand.ptr && (!ufKnownInts(operand, &k) || k.size != 1))      // C2
    return ufOpError(op, "k must have one element");
  int64_t *size = &shape.dims[ufAxis(ufGetInt(op, "axis"), shape.rank)];
  if (k.data[0] != UF_DYNAMIC &&
      (k.data[0] < 0 || (*size != UF_DYNAMIC && k.data[0] > *size))) // C3
    return ufOpError(op, "k is %" PRId64 " for %" PRId64 " elements", k.data[0],
                     *size == UF_DYNAMIC ? -1 : *size);
  *size = k.data[0];
  results[0] = results[1] = shape;
  results[1].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  return mlirLogicalResultSuccess();
}

typedef struct TopK {
  MlirValue x;
  int rank, axis;
  UfSize size, k;
  UfSortOrder order;
} TopK;

/// Indices into the whole tensor: `row` are the loops over the other
/// dimensions.
static void place(const TopK *topk, const MlirValue *row, MlirValue index,
                  MlirValue *at) {
  for (int d = 0; d < topk->rank; ++d)
    at[d] = d == topk->axis ? index : row[d - (d > topk->axis)];
}

/// Inserting one element into the best ones so far.
typedef struct Insertion {
  const TopK *topk;
  const MlirValue *row;
  MlirValue x, index;
} Insertion;

enum { VALUES, INDICES, CARRY, CARRY_INDEX, IS_SHIFTING };

/// Puts what is carried where it belongs; all behind it move on by one.
static void stepInsert(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  const Insertion *insertion = data;
  MlirValue to[UF_MAX_RANK];
  place(insertion->topk, insertion->row, at[0], to);
  MlirValue old = ufExtract(b, carried[VALUES], to);
  MlirValue oldIndex = ufExtract(b, carried[INDICES], to);
  MlirValue isFree = ufCompare(b, UF_GE, at[0], insertion->index, false);
  MlirValue isBetter =
      ufComesBefore(b, carried[CARRY], old, insertion->topk->order);
  MlirValue moves = ufBinary(b, "arith.ori", carried[IS_SHIFTING],
                             ufBinary(b, "arith.ori", isFree, isBetter));
  next[VALUES] = ufInsertScalar(b, ufSelect(b, moves, carried[CARRY], old),
                                carried[VALUES], to);
  next[INDICES] =
      ufInsertScalar(b, ufSelect(b, moves, carried[CARRY_INDEX], oldIndex),
                     carried[INDICES], to);
  next[CARRY] = ufSelect(b, moves, old, carried[CARRY]);
  next[CARRY_INDEX] = ufSelect(b, moves, oldIndex, carried[CARRY_INDEX]);
  next[IS_SHIFTING] = moves;
}

static void insertElement(UfBuilder *b, const MlirValue *at,
                          const MlirValue *carried, MlirValue *next,
                          const void *data) {
  (void)at;
  const Insertion *insertion = data;
  MlirValue all[] = {carried[0], carried[1], insertion->x,
                     ufFromIndex(b, insertion->index, ufI64(b)),
                     ufInteger(b, ufI1(b), 0)};
  MlirValue after[UF_COUNT(all)];
  ufLoopNest(b, 1, &insertion->topk->k, UF_COUNT(all), all, after, stepInsert,
             insertion);
  next[0] = after[VALUES];
  next[1] = after[INDICES];
}

/// Most elements are not better than the last of the best.
static void stepSelect(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  const TopK *topk = data;
  MlirValue from[UF_MAX_RANK], last[UF_MAX_RANK];
  Insertion insertion = {topk, at, {NULL}, at[topk->rank - 1]};
  place(topk, at, insertion.index, from);
  insertion.x = ufExtract(b, topk->x, from);
  MlirValue k = ufSizeValue(b, topk->k);
  place(topk, at, ufSub(b, k, ufIndex(b, 1)), last);
  MlirValue hasPlace = ufCompare(b, UF_LT, insertion.index, k, false);
  MlirValue isBetter = ufComesBefore(
      b, insertion.x, ufExtract(b, carried[0], last), topk->order);
  ufStepIf(b, ufBinary(b, "arith.ori", hasPlace, isBetter), 2, carried, next,
           insertElement, &insertion);
}

/// Keeps the best k so far, sorted: for few.
static void selectFew(UfBuilder *b, const TopK *topk, const UfSize *others,
                      const UfSize *sizes, MlirValue *results) {
  MlirType element = ufElementType(topk->x);
  UfSize loops[UF_MAX_RANK];
  for (int d = 0; d < topk->rank - 1; ++d)
    loops[d] = others[d];
  loops[topk->rank - 1] = topk->size;
  if (!ufIsStatic(topk->k))
    loops[topk->rank - 1] = ufSelectSize(b, ufCompareSize(b, UF_GT, topk->k, 0),
                                         topk->size, ufStatic(0));
  MlirValue carried[] = {
      ufFilled(b, ufInteger(b, element, 0), topk->rank, sizes),
      ufFilled(b, ufInteger(b, ufI64(b), -1), topk->rank, sizes)};
  ufLoopNest(b, topk->rank, loops, 2, carried, results, stepSelect, topk);
}

static MlirValue isBefore(UfBuilder *b, const MlirValue *x, const MlirValue *y,
                          const void *data) {
  return ufComesBefore(b, x[0], y[0], ((const TopK *)data)->order);
}

static void sortAll(UfBuilder *b, const TopK *topk, const UfSize *sizes,
                    MlirValue *results) {
  UfSize all[UF_MAX_RANK], offsets[UF_MAX_RANK];
  ufSizesOf(b, topk->x, all);
  MlirValue sorted[2],
      from[] = {topk->x, ufPlacesAlong(b, topk->axis, topk->rank, all)};
  UfSort sort = {topk->axis, 2, isBefore, topk};
  ufMergeSort(b, &sort, from, sorted);
  for (int d = 0; d < topk->rank; ++d)
    offsets[d] = ufStatic(0);
  for (int i = 0; i < 2; ++i)
    results[i] = ufSlice(b, sorted[i], offsets, sizes, NULL);
}

/// More than so many elements are not worth inserting one by one.
static const int64_t fewElements = 64;

static MlirLogicalResult lowerTopk(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), results[2];
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  UfSize others[UF_MAX_RANK], sizes[UF_MAX_RANK];
  TopK topk = {
      .x = x, .rank = rank, .axis = axis, .size = ufSizeOf(b, x, axis)};
  topk.order.largest = ufGetBool(b->op, "largest");
  topk.order.nanIsLast =
      !topk.order.largest && ufGetBool(b->op, "nan_is_largest");
  UfSize k = ufStatic(ufGetInt(b->op, "k"));
  if (ufOperandOf(b->op, 1).ptr)
    k = ufElementSize(b, ufInput(b, 1), 0);
  if (!ufIsSize(k))
    ufAssert(b, ufCompareSize(b, UF_GE, k, 0), "topk: k is negative");
  topk.k = k = ufResultSize(b, 0, axis, k);
  ufAssertAtMost(b, k, topk.size, "topk: k is more than there is");
  for (int d = 0; d < rank; ++d) {
    sizes[d] = d == axis ? k : ufSizeOf(b, x, d);
    if (d != axis)
      others[d - (d > axis)] = sizes[d];
  }
  if (ufIsStatic(k) && k.value <= fewElements)
    selectFew(b, &topk, others, sizes, results);
  else
    sortAll(b, &topk, sizes, results);
  return ufReplaceAll(b, (UfValues){results, 2});
}

/// `k` is an attribute before opset 10, an input since.
static MlirLogicalResult importTopk(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue k = ufNodeInput(node, 1);
  MlirAttribute attr = ufNodeAttr(node, "k");
  UfInts ints;
  if (ufConstantInts(k, &ints) && ints.size == 1) {
    attr = ufIntAttr(b, ints.data[0]);
    k.ptr = NULL;
  }
  MlirOperation op = ufOpN(
      b, "topk", UF_VALUES(ufNodeInput(node, 0), k),
      UF_ATTRS({"k", attr}, {"axis", ufIntAttr(b, ufNodeInt(node, "axis", -1))},
               {"largest", ufBoolAttr(b, ufNodeInt(node, "largest", 1) != 0)},
               {"sorted", ufBoolAttr(b, ufNodeInt(node, "sorted", 1) != 0)}),
      2);
  for (int i = 0; op.ptr && i < 2 && i < node->numOutputs; ++i)
    results[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "topk",
        .summary = "The k largest or smallest elements along `axis`.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"k", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .results = {{"values", "The elements."},
                    {"indices", "Where they are, as i64."}},
        .attrs = {{"k", "How many.", UF_INT, .optional = true},
                  {"axis", "Counts from the end if negative.", UF_INT, "-1"},
                  {"largest", "Or else the smallest.", UF_BOOL, "true"},
                  {"sorted", "Whether the order matters; they are anyway.",
                   UF_BOOL, "true"},
                  {"nan_is_largest", "Or else NaN comes first in any case.",
                   UF_BOOL, "false"}},
        .infer = inferTopk,
        .toLinalg = lowerTopk,
        .imports = UF_IMPORTS({UF_ONNX, "TopK", 1, importTopk}, UF_TORCH_TOPKS),
    },
};
UF_FAMILY(ufTopKOps, "topk", ops);

//===-- TorchOrder.c - ATen's operators of order --------------------------===//

#include "Ops/TorchOrder.h"

#include "Ops/Rearrange.h"
#include "Ops/TorchIndex.h"
#include "Ops/TorchShape.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Sorting
//===----------------------------------------------------------------------===//

typedef struct Sorted {
  MlirValue values, indices;
} Sorted;

/// The best `k` along `axis`, of rank 0 and type i64. NaN is the largest.
/// Truth values are sorted as bytes.
static Sorted topk(UfBuilder *b, MlirValue x, int axis, MlirValue k,
                   bool largest) {
  if (!x.ptr || !k.ptr)
    return (Sorted){{NULL}, {NULL}};
  MlirType element = ufElementType(x);
  UfInts known;
  MlirAttribute count = mlirAttributeGetNull();
  if (ufIsBool(element))
    x = ufCallCast(b, x, ufIntType(b, 32));
  if (ufConstantInts(k, &known)) {
    count = ufIntAttr(b, known.data[0]);
    k = (MlirValue){NULL};
  }
  MlirOperation op = ufOpN(b, "topk", UF_VALUES(x, k),
                           UF_ATTRS({"k", count}, {"axis", ufIntAttr(b, axis)},
                                    {"largest", ufBoolAttr(b, largest)},
                                    {"nan_is_largest", ufBoolAttr(b, true)}),
                           2);
  if (!op.ptr)
    return (Sorted){{NULL}, {NULL}};
  return (Sorted){ufCallCast(b, ufResultOf(op, 0), element), ufResultOf(op, 1)};
}

static Sorted sort(UfBuilder *b, MlirValue x, int axis, bool descending) {
  return topk(b, x, axis, ufMakeSizeOf(b, x, axis), descending);
}

/// The first input, a scalar as a list of one, and argument `dim`.
static bool readAlong(UfBuilder *b, const UfNode *node, int64_t fallback,
                      MlirValue *x, int *axis) {
  *x = ufNodeInput(node, 0);
  if (!ufTorchAxis(node, "dim", fallback, ufRank(*x), axis))
    return false;
  if (ufRank(*x) == 0)
    *x = ufCallUnsqueeze(b, *x, 0);
  return x->ptr != NULL;
}

/// Sets both results, which lose their dimension `axis` when `drops`, or when
/// the input is a scalar.
static MlirLogicalResult define(UfBuilder *b, const UfNode *node,
                                const Sorted *sorted, int axis, bool drops,
                                MlirValue *results) {
  bool isScalar = ufRank(ufNodeInput(node, 0)) == 0;
  MlirValue both[] = {sorted->values, sorted->indices};
  for (int i = 0; i < 2 && i < node->numOutputs; ++i) {
    if (!both[i].ptr)
      return mlirLogicalResultFailure();
    results[i] = drops || isScalar ? ufCallSqueeze(b, both[i], axis) : both[i];
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufTorchTopk(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x, k = ufTorchTensorAs(b, node, "k", ufI64(b));
  int axis;
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted best = topk(b, x, axis, k, ufNodeInt(node, "largest", 1) != 0);
  return define(b, node, &best, axis, false, results);
}

MlirLogicalResult ufTorchSort(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x;
  int axis;
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted sorted = sort(b, x, axis, ufNodeInt(node, "descending", 0) != 0);
  return define(b, node, &sorted, axis, false, results);
}

MlirLogicalResult ufTorchArgsort(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x;
  int axis;
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted sorted = sort(b, x, axis, ufNodeInt(node, "descending", 0) != 0);
  sorted.values = sorted.indices;
  return define(b, node, &sorted, axis, false, results);
}

MlirLogicalResult ufTorchMsort(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x;
  int axis;
  if (!readAlong(b, node, 0, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted sorted = sort(b, x, 0, false);
  return define(b, node, &sorted, 0, false, results);
}

//===----------------------------------------------------------------------===//
// One of the elements, by its place in the order
//===----------------------------------------------------------------------===//

/// The element at `place`, whose dimension `axis` is 1.
static Sorted elementAt(UfBuilder *b, const Sorted *sorted, MlirValue place,
                        int axis) {
  UfAttrs along = UF_ATTRS({"axis", ufIntAttr(b, axis)});
  return (Sorted){
      ufMake(b, "gather_elements", UF_VALUES(sorted->values, place), along),
      ufMake(b, "gather_elements", UF_VALUES(sorted->indices, place), along)};
}

MlirLogicalResult ufTorchKthValue(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x, k = ufTorchTensorAs(b, node, "k", ufI64(b));
  int axis;
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted best = topk(b, x, axis, k, false);
  MlirValue last = ufMakeArith(b, "subtract", k, ufMakeInt(b, 1));
  best.values = ufMakeSliceAt(b, best.values, axis, last, k);
  best.indices = ufMakeSliceAt(b, best.indices, axis, last, k);
  return define(b, node, &best, axis, !ufNodeInt(node, "keepdim", 0), results);
}

/// The lower of the two in the middle. A NaN is the median when there is one;
/// or else, when they are left out, the median of the others.
static Sorted median(UfBuilder *b, MlirValue x, int axis, bool skipsNan) {
  Sorted sorted = sort(b, x, axis, false);
  MlirValue size = ufMakeSizeOf(b, x, axis), one = ufMakeInt(b, 1);
  MlirValue two = ufMakeInt(b, 2);
  if (!x.ptr)
    return sorted;
  if (!ufIsFloat(ufElementType(x))) {
    MlirValue middle =
        ufMakeArith(b, "divide", ufMakeArith(b, "subtract", size, one), two);
    MlirValue behind = ufMakeArith(b, "add", middle, one);
    return (Sorted){ufMakeSliceAt(b, sorted.values, axis, middle, behind),
                    ufMakeSliceAt(b, sorted.indices, axis, middle, behind)};
  }
  MlirValue isNan = ufCall1(b, "is_nan", x);
  MlirValue count =
      ufMakeReduce(b, "reduce_sum", ufCallCast(b, isNan, ufI64(b)), axis, true);
  MlirValue numbers = ufMakeArith(b, "subtract", size, count);
  MlirValue least = ufMakeArith(
      b, "maximum", ufMakeArith(b, "subtract", numbers, one), ufMakeInt(b, 0));
  MlirValue place = ufMakeArith(b, "divide", least, two);
  if (!skipsNan) // The first NaN is behind the last number.
    place = ufCallWhere(b, ufCallCompare(b, "gt", count, ufMakeInt(b, 0)),
                        numbers, place);
  return elementAt(b, &sorted, place, axis);
}

static MlirLogicalResult importMedian(UfBuilder *b, const UfNode *node,
                                      bool skipsNan, MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int axis = 0;
  if (!ufTorchHas(node, "dim")) {
    MlirValue middle = median(b, ufMakeFlat(b, x), 0, skipsNan).values;
    return ufNodeDefine(results, ufCallSqueeze(b, middle, 0));
  }
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted found = median(b, x, axis, skipsNan);
  return define(b, node, &found, axis, !ufNodeInt(node, "keepdim", 0), results);
}

MlirLogicalResult ufTorchMedian(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  return importMedian(b, node, /*skipsNan=*/false, results);
}

MlirLogicalResult ufTorchNanMedian(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return importMedian(b, node, /*skipsNan=*/true, results);
}

//===----------------------------------------------------------------------===//
// Runs of equal elements
//===----------------------------------------------------------------------===//

/// Whether elements along `axis` differ from the one before; the first does.
static MlirValue startsRun(UfBuilder *b, MlirValue x, int axis) {
  MlirValue place = ufMakeIotaAlong(b, x, axis);
  MlirValue before = ufMakeArith(b, "subtract", place, ufMakeInt(b, 1));
  before = ufMakeArith(b, "maximum", before, ufMakeInt(b, 0));
  MlirValue previous = ufMakeGather(b, x, ufMakeFlat(b, before), axis);
  MlirValue isFirst = ufCallCompare(b, "eq", place, ufMakeInt(b, 0));
  return ufMake(b, "logical",
                UF_VALUES(ufCallCompare(b, "ne", x, previous), isFirst),
                UF_ATTRS({"kind", ufStrAttr(b, "or")}));
}

/// The smallest of the most frequent elements: where the first of the longest
/// runs in their order ends.
MlirLogicalResult ufTorchMode(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x;
  int axis;
  if (!readAlong(b, node, -1, &x, &axis))
    return mlirLogicalResultFailure();
  Sorted sorted = sort(b, x, axis, false);
  MlirValue place = ufMakeIotaAlong(b, x, axis);
  MlirValue start =
      ufCallWhere(b, startsRun(b, sorted.values, axis), place, ufMakeInt(b, 0));
  start = ufTorchCumulate(b, start, axis, "max");
  MlirValue length = ufMakeArith(b, "subtract", place, start);
  MlirValue end = ufMake(b, "argmax", UF_VALUES(length),
                         UF_ATTRS({"axis", ufIntAttr(b, axis)},
                                  {"keepdims", ufBoolAttr(b, true)}));
  Sorted found = elementAt(b, &sorted, end, axis);
  return define(b, node, &found, axis, !ufNodeInt(node, "keepdim", 0), results);
}

typedef struct Runs {
  MlirValue list;   ///< Equal ones are together along dimension `axis`.
  MlirValue starts; ///< Whether each differs from the one before.
  MlirValue order;  ///< Where they were before; null: where they are.
  MlirValue like;   ///< Has the shape for the numbers of runs.
  int axis;
} Runs;

/// One of each run, the number of each one's run, and how long the runs are.
static MlirLogicalResult defineRuns(UfBuilder *b, const UfNode *node,
                                    const Runs *runs, MlirValue *results) {
  MlirValue places = ufMakeFlat(b, ufTorchPlaces(b, runs->starts));
  int64_t zero = 0;
  MlirValue none = ufConstant(b, mlirDenseElementsAttrInt64Get(
                                     ufTensorOf(ufI64(b), 1, &zero), 0, NULL));
  results[0] = ufMakeGather(b, runs->list, places, runs->axis);
  results[1] = results[2] = none;
  if (ufNodeInt(node, "return_inverse", 0)) {
    MlirValue number =
        ufTorchCumulate(b, ufCallCast(b, runs->starts, ufI64(b)), 0, "sum");
    number = ufMakeArith(b, "subtract", number, ufMakeInt(b, 1));
    if (runs->order.ptr)
      number = ufTorchScatterInto(b, number, runs->order, number, 0, "none");
    results[1] = ufMakeReshapeLike(b, number, runs->like);
  }
  if (ufNodeInt(node, "return_counts", 0)) {
    MlirValue size =
        ufCallReshape(b, ufMakeSizeOf(b, runs->starts, 0), 1, (int64_t[]){1});
    MlirValue next = ufMakeSliceAt(b, places, 0, ufMakeInt(b, 1),
                                   ufMakeSizeOf(b, places, 0));
    MlirValue ends = ufCallConcat(b, UF_VALUES(next, size), 0);
    results[2] = ufMakeArith(b, "subtract", ends, places);
  }
  bool isDone = results[0].ptr && results[1].ptr && results[2].ptr;
  return isDone ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

MlirLogicalResult ufTorchUnique(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  Sorted sorted = sort(b, ufMakeFlat(b, x), 0, false);
  Runs runs = {.list = sorted.values,
               .starts = startsRun(b, sorted.values, 0),
               .order = sorted.indices,
               .like = x};
  return defineRuns(b, node, &runs, results);
}

/// Along a dimension, slices are equal when all their elements are.
MlirLogicalResult ufTorchUniqueRuns(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  Runs runs = {.list = ufMakeFlat(b, x), .like = x};
  if (!ufTorchHas(node, "dim") || ufRank(x) < 2) {
    runs.starts = startsRun(b, runs.list, 0);
    return defineRuns(b, node, &runs, results);
  }
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &runs.axis))
    return mlirLogicalResultFailure();
  runs.list = x;
  MlirValue differs =
      ufMakeMoveAxis(b, startsRun(b, x, runs.axis), runs.axis, 0);
  differs = ufMakeFlatten(b, differs, 1, ufRank(x) - 1);
  runs.starts = runs.like = ufMakeReduce(b, "reduce_any", differs, 1, false);
  return defineRuns(b, node, &runs, results);
}

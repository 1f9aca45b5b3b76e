//===-- TorchCount.c - ATen's operators that count along elements ---------===//

#include "Ops/Rearrange.h"
#include "Ops/TorchIndex.h"
#include "Ops/TorchOrder.h"
#include "Ops/TorchShape.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// So far
//===----------------------------------------------------------------------===//

MlirValue ufTorchCumulate(UfBuilder *b, MlirValue x, int axis,
                          const char *kind) {
  return ufMake(
      b, "cumulative", UF_VALUES(x),
      UF_ATTRS({"axis", ufIntAttr(b, axis)}, {"kind", ufStrAttr(b, kind)}));
}

/// In the type of the result, which is i64 for truth values.
static MlirLogicalResult cumulate(UfBuilder *b, const UfNode *node,
                                  const char *kind, MlirValue *results) {
  MlirType element = ufTorchResult(b, node, 0);
  MlirValue x = ufTorchCast(b, ufNodeInput(node, 0), element);
  int axis;
  if (!x.ptr || !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  return ufNodeDefine(results,
                      ufRank(x) ? ufTorchCumulate(b, x, axis, kind) : x);
}

MlirLogicalResult ufTorchCumSum(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  return cumulate(b, node, "sum", results);
}

MlirLogicalResult ufTorchCumProd(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  return cumulate(b, node, "prod", results);
}

MlirLogicalResult ufTorchLogCumSumExp(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return cumulate(b, node, "log_sum_exp", results);
}

/// An element that is the extremum so far is where it is found, and the last of
/// them is asked for.
static MlirLogicalResult cumulateExtrema(UfBuilder *b, const UfNode *node,
                                         const char *kind, MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirType element = ufElementType(x);
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  if (ufRank(x) == 0) {
    results[0] = x;
    results[1] = ufMakeInt(b, 0);
    return mlirLogicalResultSuccess();
  }
  if (ufIsBool(element))
    x = ufCallCast(b, x, ufIntType(b, 32));
  MlirValue best = ufTorchCumulate(b, x, axis, kind);
  MlirValue isBest = ufCallCompare(b, "eq", x, best);
  if (ufIsFloat(element))
    isBest = ufMake(b, "logical", UF_VALUES(isBest, ufCall1(b, "is_nan", x)),
                    UF_ATTRS({"kind", ufStrAttr(b, "or")}));
  MlirValue place =
      ufCallWhere(b, isBest, ufMakeIotaAlong(b, x, axis), ufMakeInt(b, 0));
  results[0] = ufCallCast(b, best, element);
  results[1] = ufTorchCumulate(b, place, axis, "max");
  return results[0].ptr && results[1].ptr ? mlirLogicalResultSuccess()
                                          : mlirLogicalResultFailure();
}

MlirLogicalResult ufTorchCumMax(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  return cumulateExtrema(b, node, "max", results);
}

MlirLogicalResult ufTorchCumMin(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  return cumulateExtrema(b, node, "min", results);
}

//===----------------------------------------------------------------------===//
// Counting by scattering ones
//===----------------------------------------------------------------------===//

/// A list of `count` zeros, for a count of rank 0 and type i64.
static MlirValue zeros(UfBuilder *b, MlirValue count, MlirType element) {
  return ufMake(b, "expand",
                UF_VALUES(ufScalarConstant(b, element, 0),
                          ufCallReshape(b, count, 1, (int64_t[]){1})),
                UF_NO_ATTRS);
}

MlirValue ufTorchCountUpTo(UfBuilder *b, MlirValue places, MlirValue count) {
  MlirValue marks =
      zeros(b, ufMakeArith(b, "add", count, ufMakeInt(b, 1)), ufI64(b));
  MlirValue ones = ufCallExpandLike(b, ufMakeInt(b, 1), places);
  marks = ufTorchScatterInto(b, marks, places, ones, 0, "add");
  marks = ufMakeSliceAt(b, marks, 0, ufMakeInt(b, 0), count);
  return ufTorchCumulate(b, marks, 0, "sum");
}

/// The number of each repeat, as often as it says.
static MlirValue repeatNumbers(UfBuilder *b, MlirValue repeats) {
  repeats = ufCallCast(b, repeats, ufI64(b));
  MlirValue total = ufMakeReduce(b, "reduce_sum", repeats, 0, false);
  return ufTorchCountUpTo(b, ufTorchCumulate(b, repeats, 0, "sum"), total);
}

MlirLogicalResult ufTorchRepeatInterleave(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue numbers = repeatNumbers(b, ufNodeInput(node, 0));
  return ufNodeDefine(results,
                      ufTorchCast(b, numbers, ufTorchResult(b, node, 0)));
}

MlirLogicalResult ufTorchRepeatByNumbers(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue repeats = ufMakeFlat(b, ufNodeInput(node, 1));
  int axis = 0;
  if (!ufTorchHas(node, "dim") || ufRank(x) == 0)
    x = ufMakeFlat(b, x);
  else if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  // One number is for all.
  repeats = ufMake(b, "expand",
                   UF_VALUES(repeats, ufMakeSizesOf(b, x, axis, axis + 1)),
                   UF_NO_ATTRS);
  return ufNodeDefine(results,
                      ufMakeGather(b, x, repeatNumbers(b, repeats), axis));
}

MlirLogicalResult ufTorchBincount(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirType element = ufTorchResult(b, node, 0);
  MlirValue x = ufCallCast(b, ufNodeInput(node, 0), ufI64(b));
  MlirValue weights = ufTorchTensorAs(b, node, "weights", element);
  MlirValue least = ufTorchHas(node, "minlength")
                        ? ufTorchTensorAs(b, node, "minlength", ufI64(b))
                        : ufMakeInt(b, 0);
  // Of nothing, there is no largest; and -1 is as good.
  MlirValue most = ufMakeReduce(b, "reduce_max", x, 0, false);
  most = ufMakeArith(b, "maximum", most, ufMakeInt(b, -1));
  MlirValue count = ufMakeArith(b, "add", most, ufMakeInt(b, 1));
  count = ufMakeArith(b, "maximum", count, least);
  if (!element.ptr)
    element = ufI64(b);
  if (!weights.ptr)
    weights = ufCallExpandLike(b, ufScalarConstant(b, element, 1), x);
  return ufNodeDefine(results, ufTorchScatterInto(b, zeros(b, count, element),
                                                  x, weights, 0, "add"));
}

/// A bin for each of equal parts of [min, max], the last with its end; of all
/// elements when both are the same, or one wide around them.
MlirLogicalResult ufTorchHistc(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x = ufMakeFlat(b, ufNodeInput(node, 0));
  int64_t bins = ufNodeInt(node, "bins", 100);
  double least = ufNodeFloat(node, "min", 0),
         most = ufNodeFloat(node, "max", 0);
  if (!x.ptr || bins <= 0 || ufDimSize(x, 0) == 0)
    return ufNodeError(node, "needs bins and elements");
  MlirType element = ufElementType(x);
  MlirValue low = ufScalarConstant(b, element, least);
  MlirValue high = ufScalarConstant(b, element, most);
  if (least == most) {
    MlirValue isOne, one = ufScalarConstant(b, element, 1);
    low = ufMakeReduce(b, "reduce_min", x, 0, false);
    high = ufMakeReduce(b, "reduce_max", x, 0, false);
    isOne = ufCallCompare(b, "eq", low, high);
    low = ufCallWhere(b, isOne, ufMakeArith(b, "subtract", low, one), low);
    high = ufCallWhere(b, isOne, ufMakeArith(b, "add", high, one), high);
  }
  MlirValue bin = ufMakeArith(b, "multiply", ufMakeArith(b, "subtract", x, low),
                              ufScalarConstant(b, element, (double)bins));
  bin = ufMakeArith(b, "divide", bin, ufMakeArith(b, "subtract", high, low));
  bin = ufCallCast(b, bin, ufI64(b));
  bin = ufMakeArith(b, "minimum", bin, ufMakeInt(b, bins - 1));
  MlirValue isInside = ufMake(b, "logical",
                              UF_VALUES(ufCallCompare(b, "ge", x, low),
                                        ufCallCompare(b, "le", x, high)),
                              UF_ATTRS({"kind", ufStrAttr(b, "and")}));
  // What is outside goes behind the last bin, where nothing is.
  bin = ufCallWhere(b, isInside, bin, ufMakeInt(b, bins));
  MlirValue ones = ufCallExpandLike(b, ufScalarConstant(b, element, 1), bin);
  return ufNodeDefine(
      results, ufTorchScatterInto(b, zeros(b, ufMakeInt(b, bins), element), bin,
                                  ones, 0, "add"));
}

//===----------------------------------------------------------------------===//
// Where values belong in a sorted list
//===----------------------------------------------------------------------===//

/// How many of `list`, along its last dimension, are before each value: those
/// that are not at least it, or, from the right, not more.
static MlirValue search(UfBuilder *b, MlirValue list, MlirValue values,
                        bool isRight) {
  if (!list.ptr || !values.ptr)
    return (MlirValue){NULL};
  int rank = ufRank(values);
  values = ufCallUnsqueeze(b, values, rank);
  if (ufRank(list) == 1)
    list = ufMakeWiden(b, list, rank + 1, rank);
  else
    list = ufCallUnsqueeze(b, list, ufRank(list) - 1);
  MlirValue isBehind = ufCallCompare(b, isRight ? "gt" : "ge", list, values);
  MlirValue isBefore = ufCall1(b, "logical_not", isBehind);
  return ufMakeReduce(b, "reduce_sum", ufCallCast(b, isBefore, ufI64(b)), rank,
                      false);
}

/// Searches argument `list` for argument `self`, in their common type.
static MlirLogicalResult importSearch(UfBuilder *b, const UfNode *node,
                                      const char *list, bool isRight,
                                      MlirValue *results) {
  MlirType element = ufTorchPromote(b, node, 2, (const char *[]){list, "self"});
  MlirValue sorted = ufTorchTensorAs(b, node, list, element);
  MlirValue values = ufTorchTensorAs(b, node, "self", element);
  MlirValue sorter = ufTorchTensor(b, node, "sorter");
  if (sorter.ptr)
    sorted = ufMake(b, "gather_elements", UF_VALUES(sorted, sorter),
                    UF_ATTRS({"axis", ufIntAttr(b, -1)}));
  MlirValue found = search(b, sorted, values, isRight);
  return ufNodeDefine(
      results,
      found.ptr ? ufTorchCast(b, found, ufTorchResult(b, node, 0)) : found);
}

MlirLogicalResult ufTorchSearchSorted(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  bool isRight = ufNodeInt(node, "right", 0) != 0;
  if (ufTorchHas(node, "side"))
    isRight = strcmp(ufNodeStr(node, "side", ""), "right") == 0;
  return importSearch(b, node, "sorted_sequence", isRight, results);
}

MlirLogicalResult ufTorchBucketize(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return importSearch(b, node, "boundaries", ufNodeInt(node, "right", 0) != 0,
                      results);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchOneHot(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  int64_t depth = ufNodeInt(node, "num_classes", -1);
  if (depth < 0)
    return ufNodeError(node, "needs argument 'num_classes'");
  return ufNodeDefine(results,
                      ufMake(b, "one_hot", UF_VALUES(ufNodeInput(node, 0)),
                             UF_ATTRS({"depth", ufIntAttr(b, depth)})));
}

static MlirLogicalResult triangle(UfBuilder *b, const UfNode *node,
                                  bool isUpper, MlirValue *results) {
  MlirValue k = ufTorchTensorAs(b, node, "diagonal", ufI64(b));
  MlirAttribute known = mlirAttributeGetNull();
  UfInts ints = {1, {0}};
  if (!k.ptr || ufConstantInts(k, &ints)) {
    known = ufIntAttr(b, ints.data[0]);
    k.ptr = NULL;
  }
  return ufNodeDefine(
      results, ufOp(b, "trilu", UF_VALUES(ufNodeInput(node, 0), k),
                    UF_ATTRS({"k", known}, {"upper", ufBoolAttr(b, isUpper)})));
}

MlirLogicalResult ufTorchTril(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return triangle(b, node, /*isUpper=*/false, results);
}

MlirLogicalResult ufTorchTriu(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return triangle(b, node, /*isUpper=*/true, results);
}

/// The first `size` rows of nonzero, and the fill value behind them.
MlirLogicalResult ufTorchNonzeroStatic(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int64_t size = ufNodeInt(node, "size", 0), rank = ufRank(x);
  MlirValue fill = ufMakeInt(b, ufNodeInt(node, "fill_value", -1));
  fill = ufMake(b, "expand", UF_VALUES(fill),
                UF_ATTRS({"shape", ufIntsAttr(b, 2, (int64_t[]){size, rank})}));
  if (rank == 0) // Rows of no numbers.
    return ufNodeDefine(results, fill);
  MlirValue rows =
      ufMakeTranspose(b, ufTorchPlaces(b, x), 2, (int64_t[]){1, 0});
  rows = ufCallConcat(b, UF_VALUES(rows, fill), 0);
  return ufNodeDefine(results, ufCallSlice(b, rows, 0, 0, size));
}

/// The last three lists have the order of the row's; the padding is the same on
/// both sides.
MlirLogicalResult ufTorchColumnsToImage(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  static const char *const names[] = {"kernel_size", "dilation", "stride"};
  MlirValue x = ufNodeInput(node, 0);
  UfTorchInts size;
  UfInts padding = {2, {0, 0}};
  UfAttr attrs[5];
  bool isBatch = ufRank(x) == 3;
  if (!ufTorchInts(b, node, "output_size", &size) || size.count != 2)
    return ufNodeError(node, "needs two sizes of its output");
  for (int i = 0; i < 3; ++i)
    attrs[i] = (UfAttr){names[i], ufNodeAttr(node, names[i])};
  ufNodeInts(node, "padding", &padding);
  int64_t pads[] = {padding.data[0], padding.data[1], padding.data[0],
                    padding.data[1]};
  attrs[3] = (UfAttr){"padding", ufIntsAttr(b, 4, pads)};
  attrs[4] = (UfAttr){"output_size", size.attr};
  if (!isBatch)
    x = ufCallUnsqueeze(b, x, 0);
  MlirValue y = x.ptr ? ufOp(b, "fold", UF_VALUES(x, size.value),
                             (UfAttrs){attrs, UF_COUNT(attrs)})
                      : x;
  return ufNodeDefine(results, isBatch ? y : ufCallSqueeze(b, y, 0));
}

//===----------------------------------------------------------------------===//
// embedding_bag: rows added up, bag by bag
//===----------------------------------------------------------------------===//

typedef struct Bags {
  MlirValue rows;    ///< [indices, width].
  MlirValue numbers; ///< The bag of each row.
  MlirValue counts;  ///< How many rows count in each bag: [bags, 1].
  MlirValue isPad;   ///< Rows that do not count, [indices, 1]; or null.
} Bags;

static Bags readBags(UfBuilder *b, const UfNode *node) {
  MlirValue weight = ufNodeInput(node, 0);
  MlirValue indices = ufCallCast(b, ufNodeInput(node, 1), ufI64(b));
  MlirValue offsets = ufCallCast(b, ufNodeInput(node, 2), ufI64(b));
  MlirValue factors = ufTorchTensor(b, node, "per_sample_weights");
  int64_t pad = ufNodeInt(node, "padding_idx", -1);
  Bags bags = {.rows = ufMakeGather(b, weight, indices, 0)};
  if (ufNodeInt(node, "include_last_offset", 0)) {
    MlirValue last = ufMakeArith(b, "subtract", ufMakeSizeOf(b, offsets, 0),
                                 ufMakeInt(b, 1));
    offsets = ufMakeSliceAt(b, offsets, 0, ufMakeInt(b, 0), last);
  }
  MlirValue size = ufMakeSizeOf(b, indices, 0);
  bags.numbers = ufMakeArith(b, "subtract", ufTorchCountUpTo(b, offsets, size),
                             ufMakeInt(b, 1));
  if (factors.ptr)
    bags.rows =
        ufMakeArith(b, "multiply", bags.rows, ufCallUnsqueeze(b, factors, 1));
  MlirValue ones = ufCallExpandLike(b, ufMakeInt(b, 1), indices);
  if (pad >= 0) {
    MlirValue isPad = ufCallCompare(b, "eq", indices, ufMakeInt(b, pad));
    ones = ufCallWhere(b, isPad, ufMakeInt(b, 0), ones);
    bags.isPad = ufCallUnsqueeze(b, isPad, 1);
  }
  MlirValue none = ufCallExpandLike(b, ufMakeInt(b, 0), offsets);
  bags.counts = ufCallUnsqueeze(
      b, ufTorchScatterInto(b, none, bags.numbers, ones, 0, "add"), 1);
  return bags;
}

/// The other results serve gradients.
MlirLogicalResult ufTorchEmbeddingBag(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  enum { SUM, MEAN, MAX };
  int64_t mode = ufNodeInt(node, "mode", SUM);
  Bags bags = readBags(b, node);
  if (!bags.rows.ptr || !bags.counts.ptr)
    return mlirLogicalResultFailure();
  MlirType element = ufElementType(bags.rows);
  double empty = mode == MAX ? -INFINITY : 0;
  MlirValue start = ufScalarConstant(b, element, empty);
  MlirValue zero = ufScalarConstant(b, element, 0);
  if (bags.isPad.ptr)
    bags.rows = ufCallWhere(b, bags.isPad, start, bags.rows);
  // A row of results for each bag.
  MlirValue like =
      ufMakeGather(b, ufNodeInput(node, 0), ufMakeFlat(b, bags.counts), 0);
  MlirValue index =
      ufCallExpandLike(b, ufCallUnsqueeze(b, bags.numbers, 1), bags.rows);
  MlirValue y = ufTorchScatterInto(b, ufCallExpandLike(b, start, like), index,
                                   bags.rows, 0, mode == MAX ? "max" : "add");
  MlirValue isEmpty = ufCallCompare(b, "eq", bags.counts, ufMakeInt(b, 0));
  MlirValue count = ufMakeArith(b, "maximum", bags.counts, ufMakeInt(b, 1));
  if (mode == MEAN)
    y = ufMakeArith(b, "divide", y, ufCallCast(b, count, element));
  return ufNodeDefine(results, ufCallWhere(b, isEmpty, zero, y));
}

/// The norm of each row: [rows, 1].
static MlirValue rowNorms(UfBuilder *b, MlirValue x, double p) {
  if (p == 1 || p == 2)
    return ufMakeReduce(b, p == 1 ? "reduce_l1" : "reduce_l2", x, 1, true);
  MlirValue size = ufCall1(b, "abs", x);
  if (isinf(p))
    return ufMakeReduce(b, "reduce_max", size, 1, true);
  size =
      ufMakeReduce(b, "reduce_sum", ufCallNumber(b, "pow", size, p), 1, true);
  return ufCallNumber(b, "pow", size, 1 / p);
}

/// Rows that the indices name are made no longer than `max_norm`.
MlirLogicalResult ufTorchEmbeddingRenorm(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue indices =
      ufMakeFlat(b, ufCallCast(b, ufNodeInput(node, 1), ufI64(b)));
  double most = ufNodeFloat(node, "max_norm", 0);
  double p = ufNodeFloat(node, "norm_type", 2);
  if (ufRank(x) != 2 || p <= 0)
    return ufNodeError(node, "needs a matrix and a positive argument "
                             "'norm_type'");
  MlirValue norm = rowNorms(b, x, p);
  MlirValue marks = zeros(b, ufMakeSizeOf(b, x, 0), ufI64(b));
  MlirValue ones = ufCallExpandLike(b, ufMakeInt(b, 1), indices);
  marks = ufTorchScatterInto(b, marks, indices, ones, 0, "none");
  MlirValue isNamed =
      ufCallCompare(b, "gt", ufCallUnsqueeze(b, marks, 1), ufMakeInt(b, 0));
  MlirValue limit = ufScalarConstant(b, ufElementType(x), most);
  MlirValue isLong = ufCallCompare(b, "gt", norm, limit);
  // ATen adds as much, that nothing is divided by zero.
  MlirValue scaled =
      ufCall2(b, "multiply", x,
              ufCall2(b, "divide", limit, ufCallNumber(b, "add", norm, 1e-7)));
  MlirValue changes = ufMake(b, "logical", UF_VALUES(isNamed, isLong),
                             UF_ATTRS({"kind", ufStrAttr(b, "and")}));
  return ufNodeDefine(results, ufCallWhere(b, changes, scaled, x));
}

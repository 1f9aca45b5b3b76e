//===-- ComputedAxes.c - Axes that are known at run time ------------------===//

#include "Ops/ComputedAxes.h"
#include "Ops/Move.h"
#include "Ops/Rearrange.h"

int64_t ufNumAxes(MlirValue axes) {
  if (ufRank(axes) > 1)
    return UF_DYNAMIC;
  return ufRank(axes) == 0 ? 1 : ufDimSize(axes, 0);
}

/// `axes` of rank 1 and type i64, counted from the front of `rank` dimensions.
static MlirValue fromFront(UfBuilder *b, MlirValue axes, int rank) {
  if (!axes.ptr)
    return axes;
  axes = ufMakeFlat(b, ufCallCast(b, axes, ufI64(b)));
  MlirValue isBehind = ufCallCompare(b, "lt", axes, ufMakeInt(b, 0));
  return ufCallWhere(b, isBehind, ufCallNumber(b, "add", axes, rank), axes);
}

/// For each of `rank` dimensions how many `axes` are `pred` it ("eq", "le").
static MlirValue count(UfBuilder *b, const char *pred, MlirValue axes,
                       int rank) {
  if (!axes.ptr)
    return axes;
  MlirValue places = ufMakeIota(b, ufMakeInt(b, rank));
  MlirValue is = ufCallCompare(b, pred, axes, ufCallUnsqueeze(b, places, 1));
  return ufMakeReduce(b, "reduce_sum", ufCallCast(b, is, ufI64(b)), 1, false);
}

/// `x` with dimensions of size 1 at `axes` of the result.
static MlirValue unsqueezeAt(UfBuilder *b, MlirValue x, MlirValue axes) {
  if (!x.ptr || !axes.ptr)
    return (MlirValue){NULL};
  int rank = ufRank(x), wide = rank + (int)ufNumAxes(axes);
  axes = fromFront(b, axes, wide);
  MlirValue isAxis = ufCallCast(b, count(b, "eq", axes, wide), ufI1(b));
  // Dimension i of the result is dimension i - (axes before i) of x, or a 1
  // that is put behind those.
  MlirValue places = ufMakeIota(b, ufMakeInt(b, wide));
  MlirValue from = ufCall2(b, "subtract", places, count(b, "lt", axes, wide));
  from = ufCallWhere(b, isAxis, ufMakeInt(b, rank), from);
  int64_t one = 1;
  MlirValue ones = ufIntsConstant(b, 1, &one);
  MlirValue sizes = ones;
  if (rank > 0)
    sizes = ufCallConcat(b, UF_VALUES(ufMakeSizesOf(b, x, 0, rank), ones), 0);
  return ufMakeReshapeTo(b, x, ufMakeGather(b, sizes, from, 0));
}

/// `x` without its dimensions `axes`; the run ends when one is not of size 1.
static MlirValue squeezeAt(UfBuilder *b, MlirValue x, MlirValue axes) {
  if (!x.ptr || !axes.ptr)
    return (MlirValue){NULL};
  int rank = ufRank(x), narrow = rank - (int)ufNumAxes(axes);
  if (narrow == 0)
    return ufCallReshape(b, x, 0, NULL);
  axes = fromFront(b, axes, rank);
  // Dimension d of x, when it stays, is dimension d - (axes before d) of the
  // result: the row of the sums over d of d where that is so.
  MlirValue places = ufMakeIota(b, ufMakeInt(b, rank));
  MlirValue to = ufCall2(b, "subtract", places, count(b, "lt", axes, rank));
  MlirValue isAxis = ufCallCast(b, count(b, "eq", axes, rank), ufI1(b));
  to = ufCallWhere(b, isAxis, ufMakeInt(b, -1), to);
  MlirValue rows = ufCallUnsqueeze(b, ufMakeIota(b, ufMakeInt(b, narrow)), 1);
  MlirValue isThere = ufCallCompare(b, "eq", to, rows);
  MlirValue from =
      ufMakeReduce(b, "reduce_sum",
                   ufCallWhere(b, isThere, places, ufMakeInt(b, 0)), 1, false);
  MlirValue sizes = ufMakeSizesOf(b, x, 0, rank);
  return ufMakeReshapeTo(b, x, ufMakeGather(b, sizes, from, 0));
}

/// `compute` does with computed axes what row `name` does with others.
static MlirLogicalResult
importAxes(UfBuilder *b, const UfNode *node, const char *name, int64_t most,
           MlirValue (*compute)(UfBuilder *b, MlirValue x, MlirValue axes),
           MlirValue *results) {
  MlirAttribute axes;
  MlirValue operand, x = ufNodeInput(node, 0);
  ufImportInts(b, node, "axes", 1, &axes, &operand);
  if (!operand.ptr)
    return ufNodeDefine(results,
                        ufOp(b, name, UF_VALUES(x), UF_ATTRS({"axes", axes})));
  int64_t count = ufNumAxes(operand);
  if (count < 0 || count > most)
    return ufNodeError(node,
                       "needs to know before run time how many axes it has, "
                       "at most %" PRId64,
                       most);
  return ufNodeDefine(results, compute(b, x, operand));
}

MlirLogicalResult ufImportSqueeze(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  return importAxes(b, node, "squeeze", ufRank(ufNodeInput(node, 0)), squeezeAt,
                    results);
}

MlirLogicalResult ufImportUnsqueeze(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  if (!ufNodeHas(node, "axes") && !ufNodeInput(node, 1).ptr)
    return ufNodeError(node, "has no axes");
  return importAxes(b, node, "unsqueeze",
                    UF_MAX_RANK - ufRank(ufNodeInput(node, 0)), unsqueezeAt,
                    results);
}

/// The product of `sizes` where `is` holds, as a list of one.
static MlirValue productWhere(UfBuilder *b, MlirValue is, MlirValue sizes) {
  return ufMakeReduce(b, "reduce_prod",
                      ufCallWhere(b, is, sizes, ufMakeInt(b, 1)), 0, true);
}

MlirValue ufFlattenAround(UfBuilder *b, MlirValue x, MlirValue axis) {
  if (!x.ptr || !axis.ptr)
    return (MlirValue){NULL};
  int rank = ufRank(x);
  axis = fromFront(b, axis, rank);
  MlirValue sizes = ufMakeSizesOf(b, x, 0, rank);
  MlirValue places = ufMakeIota(b, ufMakeInt(b, rank));
  MlirValue before =
      productWhere(b, ufCallCompare(b, "lt", places, axis), sizes);
  MlirValue behind =
      productWhere(b, ufCallCompare(b, "gt", places, axis), sizes);
  MlirValue shape = ufCallConcat(
      b, UF_VALUES(before, ufMakeGather(b, sizes, axis, 0), behind), 0);
  return ufMakeReshapeTo(b, x, shape);
}

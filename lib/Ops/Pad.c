//===-- Pad.c - Elements around a tensor ----------------------------------===//

#include "IR/Tosa.h"
#include "Ops/Move.h"
#include "Ops/Opset6.h"
#include "Ops/Rearrange.h"
#include "Ops/TorchSlice.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// pad
//
//   The input with pads[i] elements before and pads[n + i] elements behind it
//   along dimension axes[i], of n axes. Negative numbers take elements away.
//   The new elements are `value` ("constant"), the nearest one ("edge"), or
//   those of the input mirrored at its first and last element ("reflect"), or
//   repeated
//   ("wrap").
//
// (C1) `pads` is an attribute or an operand, `axes` either or neither.
// (C2) There are two pads for each axis.
// (C3) The axes are different ones of the input.
// (C4) No more is taken away than there is.
// (C5) Only "constant" pads what is empty.
// (C6) `value` has one element.
//===----------------------------------------------------------------------===//

enum { VALUE = 1, PADS, AXES };

/// The pads of each dimension, as far as they are known.
typedef struct Pads {
  int64_t low[UF_MAX_RANK], high[UF_MAX_RANK];
} Pads;

static MlirLogicalResult readLists(MlirOperation op, UfInts *pads,
                                   UfInts *axes) {
  UF_TRY(ufVerifyGiven(op, "pads", PADS)); // C1
  UF_TRY(ufGivenInts(op, "pads", PADS, pads));
  UF_TRY(ufVerifyGivenOnce(op, "axes", AXES)); // C1
  return ufGivenInts(op, "axes", AXES, axes);
}

static MlirLogicalResult padLists(MlirOperation op, UfInts *pads,
                                  UfInts *axes) {
  int rank = ufRank(mlirOperationGetOperand(op, 0));
  UF_TRY(readLists(op, pads, axes));
  bool hasAxes = ufIsGiven(op, "axes", AXES);
  int count = hasAxes ? axes->size : rank;
  if (pads->size != 2 * count || count > rank) // C2
    return ufOpError(op, "has %d pads for %d axes of rank %d", pads->size,
                     count, rank);
  for (int i = 0; i < axes->size; ++i)
    if (axes->data[i] == UF_DYNAMIC)
      return mlirLogicalResultSuccess();
  UF_TRY(ufVerifyAxes(op, "axis", axes, rank, NULL)); // C3
  *axes = ufAxesOrFirst(*axes, hasAxes ? 0 : count, rank);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult padsOf(MlirOperation op, Pads *out) {
  UfInts pads, axes;
  UF_TRY(padLists(op, &pads, &axes));
  int rank = ufRank(mlirOperationGetOperand(op, 0)), count = pads.size / 2;
  bool isKnown = true;
  for (int i = 0; i < axes.size; ++i)
    isKnown &= axes.data[i] != UF_DYNAMIC;
  for (int d = 0; d < rank; ++d)
    out->low[d] = out->high[d] = isKnown ? 0 : UF_DYNAMIC;
  for (int i = 0; isKnown && i < count; ++i) {
    out->low[axes.data[i]] = pads.data[i];
    out->high[axes.data[i]] = pads.data[count + i];
  }
  return mlirLogicalResultSuccess();
}

/// The size of dimension `dim` with its pads.
static MlirLogicalResult paddedSize(MlirOperation op, int dim, int64_t low,
                                    int64_t high, int64_t *size) {
  int64_t before = *size, left = before;
  if (before == UF_DYNAMIC || low == UF_DYNAMIC || high == UF_DYNAMIC) {
    *size = low == 0 && high == 0 ? before : UF_DYNAMIC;
    return mlirLogicalResultSuccess();
  }
  left += low < 0 && low >= -before ? low : 0;
  if (low < -before || high < -left ||
      __builtin_add_overflow(before, low, size) ||
      __builtin_add_overflow(*size, high, size)) // C4
    return ufOpError(op,
                     "cannot pad dimension %d of size %" PRId64 " by %" PRId64
                     " and %" PRId64,
                     dim, before, low, high);
  const char *mode = ufGetStr(op, "mode");
  if (before == 0 && *size > 0 && strcmp(mode, "constant") != 0) // C5
    return ufOpError(
        op, "cannot pad dimension %d, which is empty, in mode '%s'", dim, mode);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferPad(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  MlirValue value = ufOperandOf(op, VALUE);
  Pads pads;
  UF_TRY(padsOf(op, &pads));
  for (int d = 0; d < shape.rank; ++d)
    UF_TRY(paddedSize(op, d, pads.low[d], pads.high[d], &shape.dims[d]));
  if (value.ptr) {
    UfShape one = ufShape(value);
    int64_t count = ufNumElements(&one);
    if (count != 1 && count != UF_DYNAMIC) // C6
      return ufOpError(op, "value has %" PRId64 " elements, but must have 1",
                       count);
  }
  results[0] = shape;
  return mlirLogicalResultSuccess();
}

static MlirAttribute foldPad(MlirOperation op, const MlirAttribute *operands,
                             MlirValue *value) {
  UfInts pads = ufGetInts(op, "pads");
  bool isIdentity = ufHasAttr(op, "pads");
  (void)operands;
  for (int i = 0; i < pads.size; ++i)
    isIdentity &= pads.data[i] == 0;
  if (isIdentity)
    *value = ufFoldToOperand(op, 0);
  return mlirAttributeGetNull();
}

/// The pads of each dimension.
static void padSizes(UfBuilder *b, int rank, UfSize *low, UfSize *high) {
  int count = ufGivenCount(b->op, "pads", PADS) / 2;
  UfPerAxis lows = {"pads", PADS, 0, "axes", AXES, count};
  UfPerAxis highs = {"pads", PADS, count, "axes", AXES, count};
  for (int d = 0; d < rank; ++d) {
    low[d] = ufGivenForDim(b, &lows, d, rank, ufStatic(0));
    high[d] = ufGivenForDim(b, &highs, d, rank, ufStatic(0));
  }
}

/// -size where that is positive, else 0; and `*size` without it.
static UfSize takeNegative(UfBuilder *b, UfSize *size) {
  UfSize zero = ufStatic(0);
  UfSize negative = ufSizeMax(b, ufSizeSub(b, zero, *size), zero);
  *size = ufSizeMax(b, *size, zero);
  return negative;
}

static MlirValue padValue(UfBuilder *b, MlirValue x) {
  MlirValue value = ufInput(b, VALUE);
  if (!value.ptr)
    return ufInteger(b, ufElementType(x), 0);
  UfSize one = ufStatic(1);
  return ufElementScalar(
      b, ufRank(value) > 1 ? ufReshape(b, value, 1, &one) : value, 0);
}

/// Takes away what is negative, then pads.
static MlirValue padConstant(UfBuilder *b, MlirValue x, UfSize *low,
                             UfSize *high) {
  int rank = ufRank(x);
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    UfSize size = ufSizeOf(b, x, d);
    UfSize before = takeNegative(b, &low[d]), after = takeNegative(b, &high[d]);
    offsets[d] = before;
    sizes[d] = ufSizeSub(b, size, ufSizeAdd(b, before, after));
    // The two ends may take away all there is, and more of what they add.
    if (!ufIsSize(sizes[d]))
      ufAssert(b, ufCompareSize(b, UF_GE, sizes[d], 0),
               "pad: more is taken away than there is");
  }
  return ufPad(b, ufSlice(b, x, offsets, sizes, NULL), low, high,
               padValue(b, x));
}

typedef struct Mirror {
  const UfSize *low, *high, *sizes;
  char mode; ///< 'e', 'r' or 'w'.
} Mirror;

/// x modulo n, not negative; n > 0.
static MlirValue modulo(UfBuilder *b, MlirValue x, MlirValue n) {
  MlirValue rest = ufBinary(b, "arith.remsi", x, n);
  MlirValue isNegative = ufCompare(b, UF_LT, rest, ufIndex(b, 0), false);
  return ufSelect(b, isNegative, ufAdd(b, rest, n), rest);
}

static void indexMirror(UfBuilder *b, const MlirValue *at, MlirValue *from,
                        const void *data) {
  const Mirror *mirror = data;
  int rank = ufRank(mlirOperationGetOperand(b->op, 0));
  MlirValue zero = ufIndex(b, 0), one = ufIndex(b, 1);
  for (int d = 0; d < rank; ++d) {
    UfSize low = mirror->low[d], high = mirror->high[d];
    from[d] = at[d];
    if (ufIsStatic(low) && ufIsStatic(high) && low.value == 0 &&
        high.value <= 0)
      continue;
    MlirValue size = ufSizeValue(b, mirror->sizes[d]);
    MlirValue last = ufSub(b, size, one);
    MlirValue i = ufSub(b, at[d], ufSizeValue(b, low));
    if (mirror->mode == 'e')
      i = ufMax(b, ufMin(b, i, last, false), zero, false);
    else if (mirror->mode == 'w')
      i = modulo(b, i, size);
    else {
      // There and back again is one period; a single element repeats.
      MlirValue period = ufMax(b, ufAdd(b, last, last), one, false);
      i = modulo(b, i, period);
      MlirValue isThere = ufCompare(b, UF_LT, i, size, false);
      i = ufSelect(b, isThere, i, ufSub(b, period, i));
    }
    from[d] = i;
  }
}

static MlirLogicalResult lowerPad(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  const char *mode = ufGetStr(b->op, "mode");
  int rank = ufRank(x);
  UfSize low[UF_MAX_RANK] = {{0}}, high[UF_MAX_RANK] = {{0}};
  UfSize from[UF_MAX_RANK], sizes[UF_MAX_RANK];
  padSizes(b, rank, low, high);
  if (mode[0] == 'c')
    return ufReplace(b, padConstant(b, x, low, high));
  for (int d = 0; d < rank; ++d) {
    from[d] = ufSizeOf(b, x, d);
    sizes[d] = ufSizeAdd(b, ufSizeAdd(b, from[d], low[d]), high[d]);
    if (!ufIsStatic(sizes[d])) {
      ufAssert(b, ufCompareSize(b, UF_GE, sizes[d], 0),
               "pad: more is taken away than there is");
      ufAssertNotEmpty(b, from[d], "pad: the input is empty");
    }
  }
  Mirror mirror = {low, high, from, mode[0]};
  return ufReplace(b, ufReadAt(b, x, rank, sizes, indexMirror, &mirror));
}

static MlirLogicalResult padToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0), value = ufOperandOf(b->op, VALUE);
  UfShape shape = ufShape(x);
  Pads pads = {0};
  int64_t list[2 * UF_MAX_RANK], count = 0;
  if (ufGetStr(b->op, "mode")[0] != 'c' || !ufTosaHasType(shape.element) ||
      shape.rank == 0 || ufHasEmptyDim(mlirValueGetType(x)) ||
      mlirLogicalResultIsFailure(padsOf(b->op, &pads)))
    return mlirLogicalResultFailure();
  for (int d = 0; d < shape.rank; ++d) {
    // TOSA cannot take away, and UF_DYNAMIC is negative too.
    if (pads.low[d] < 0 || pads.high[d] < 0)
      return mlirLogicalResultFailure();
    list[count++] = pads.low[d];
    list[count++] = pads.high[d];
  }
  int64_t one = 1;
  if (value.ptr && ufNumDynamic(mlirValueGetType(value)) > 0)
    return mlirLogicalResultFailure();
  value = value.ptr ? ufTosaReshape(b, value, 1, &one)
                    : ufTosaZero(b, shape.element);
  char text[32];
  snprintf(text, sizeof text, "!tosa.shape<%" PRId64 ">", count);
  MlirAttribute values = mlirDenseElementsAttrInt64Get(
      ufTensorOf(ufIndexType(b), 1, &count), count, list);
  MlirValue padding =
      ufBuild(b, "tosa.const_shape", mlirTypeParseGet(b->ctx, ufStr(text)),
              UF_NO_VALUES, UF_ATTRS({"values", values}));
  return ufReplace(b, ufBuild(b, "tosa.pad", ufResultType(b, 0),
                              UF_VALUES(x, padding, value), UF_NO_ATTRS));
}

static MlirLogicalResult importPad(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), pads, axes, value = ufNodeInput(node, 2);
  MlirAttribute padsAttr, axesAttr;
  ufImportInts(b, node, "pads", 1, &padsAttr, &pads);
  ufImportInts(b, node, "axes", 3, &axesAttr, &axes);
  if (ufNodeHas(node, "value"))
    value =
        ufScalarConstant(b, ufElementType(x), ufNodeFloat(node, "value", 0));
  return ufNodeDefine(
      results, ufOp(b, "pad", UF_VALUES(x, value, pads, axes),
                    UF_ATTRS({"pads", padsAttr}, {"axes", axesAttr},
                             {"mode", ufStrAttr(b, ufNodeStr(node, "mode",
                                                             "constant"))})));
}

//===----------------------------------------------------------------------===//
// CenterCropPad is a slice and a pad.
//===----------------------------------------------------------------------===//

/// Cuts dimension `axis` to `size`, or pads it, evenly on both sides; an odd
/// element is at the end.
static MlirValue centerDim(UfBuilder *b, MlirValue x, int64_t axis,
                           int64_t size) {
  int64_t before = ufDimSize(x, (int)axis);
  MlirAttribute axes = ufIntsAttr(b, 1, &axis);
  if (before == size)
    return x;
  if (before > size) {
    int64_t start = (before - size) / 2, end = start + size;
    return ufOp(b, "slice", UF_VALUES(x),
                UF_ATTRS({"starts", ufIntsAttr(b, 1, &start)},
                         {"ends", ufIntsAttr(b, 1, &end)}, {"axes", axes}));
  }
  int64_t added = size - before, pads[] = {added / 2, added - added / 2};
  return ufOp(b, "pad", UF_VALUES(x),
              UF_ATTRS({"pads", ufIntsAttr(b, 2, pads)}, {"axes", axes}));
}

/// As centerDim() when one of the sizes is computed: a slice, then a pad.
static MlirValue centerDimTo(UfBuilder *b, MlirValue x, int64_t axis,
                             MlirValue size) {
  MlirValue zero = ufMakeInt(b, 0), two = ufMakeInt(b, 2);
  MlirValue before = ufMakeSizeOf(b, x, (int)axis);
  MlirValue excess = ufCall2(b, "subtract", before, size);
  MlirValue cut = ufCall2(b, "maximum", excess, zero);
  MlirValue added = ufCall2(b, "maximum", ufCall1(b, "neg", excess), zero);
  MlirValue start = ufCall2(b, "divide", cut, two);
  MlirValue end = ufCall2(b, "add", start, ufCall2(b, "minimum", before, size));
  MlirValue low = ufCall2(b, "divide", added, two);
  MlirValue high = ufCall2(b, "subtract", added, low);
  MlirValue pads = ufCallConcat(
      b, UF_VALUES(ufCallUnsqueeze(b, low, 0), ufCallUnsqueeze(b, high, 0)), 0);
  x = ufMakeSliceAt(b, x, (int)axis, start, end);
  if (!x.ptr || !pads.ptr)
    return (MlirValue){NULL};
  return ufOp(b, "pad", UF_VALUES(x, (MlirValue){NULL}, pads),
              UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}));
}

/// Number `i` of a list, of rank 0 and type i64.
static MlirValue elementAt(UfBuilder *b, MlirValue list, int64_t i) {
  MlirValue one = ufCallSlice(b, ufCallCast(b, list, ufI64(b)), 0, i, i + 1);
  return ufCallReshape(b, one, 0, NULL);
}

static MlirLogicalResult importCenterCropPad(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), shape = ufNodeInput(node, 1);
  UfInts sizes, axes = {0};
  if (!ufKnownInts(shape, &sizes) || ufRank(shape) != 1)
    return ufNodeError(node, "has a shape of a length that is not known before "
                             "run time");
  int rank = ufRank(x);
  ufNodeInts(node, "axes", &axes);
  if (axes.size == 0)
    axes = ufAxesOrFirst(axes, rank, rank);
  if (axes.size != sizes.size)
    return ufNodeError(node, "has %d sizes for %d axes", sizes.size, axes.size);
  for (int i = 0; i < axes.size && x.ptr; ++i) {
    int64_t axis = axes.data[i] < 0 ? axes.data[i] + rank : axes.data[i];
    int64_t size = sizes.data[i];
    if (axis < 0 || axis >= rank)
      return ufNodeError(node, "has axis %" PRId64 ", outside [-%d, %d)",
                         axes.data[i], rank, rank);
    if (size < 0 && size != UF_DYNAMIC)
      return ufNodeError(node, "has size %" PRId64 " in its shape", size);
    x = size == UF_DYNAMIC || ufDimSize(x, (int)axis) == UF_DYNAMIC
            ? centerDimTo(b, x, axis, elementAt(b, shape, i))
            : centerDim(b, x, axis, size);
  }
  return ufNodeDefine(results, x);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "pad",
        .summary = "The input with more elements around it.",
        .operands = {{"input", "Any tensor."},
                     {"value", "One element; 0 when absent.", UF_SAME,
                      UF_OPTIONAL},
                     {"pads", "When computed.", UF_INTEGERS, UF_OPTIONAL},
                     {"axes", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"pads", "All before, then all behind.", UF_INT_LIST,
                   .optional = true},
                  {"axes", "Of the pads; all when absent.", UF_INT_LIST,
                   .optional = true},
                  {"mode", "What the new elements are.", UF_STRING,
                   "\"constant\"", .oneOf = "constant|edge|reflect|wrap"}},
        .infer = inferPad,
        .fold = foldPad,
        .toTosa = padToTosa,
        .toLinalg = lowerPad,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Pad", 1, ufOpset6Pad}, {UF_ONNX, "Pad", 2, importPad},
            {UF_ONNX, "CenterCropPad", 18, importCenterCropPad}, UF_TORCH_PADS),
    },
};
UF_FAMILY(ufPadOps, "pad", ops);

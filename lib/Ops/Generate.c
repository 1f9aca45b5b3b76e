//===-- Generate.c - Tensors made from few numbers ------------------------===//

#include "Ops/Move.h"
#include "Ops/TorchOrder.h"

#include <math.h>

/// The type an attribute `dtype` names, or else `fallback`.
static MlirType dtypeOf(MlirOperation op, MlirType fallback) {
  MlirAttribute attr = ufGetAttr(op, "dtype");
  return mlirAttributeIsNull(attr) ? fallback : mlirTypeAttrGetValue(attr);
}

//===----------------------------------------------------------------------===//
// range
//
//   output[i] = start + i * delta, for max(0, ceil((limit - start) / delta))
//   elements.
//
// (C1) All three are single elements of one type.
// (C2) delta is not 0.
//===----------------------------------------------------------------------===//

enum { START, LIMIT, DELTA };

/// The most elements a range may have at run time.
static const int64_t longestRange = INT32_MAX;

/// Elements of a constant range; UF_DYNAMIC when there is no number.
static int64_t rangeCount(MlirType element, const MlirAttribute *bounds) {
  if (ufIsFloat(element)) {
    double start = ufElementAsDouble(bounds[START], 0);
    double limit = ufElementAsDouble(bounds[LIMIT], 0);
    double count = ceil((limit - start) / ufElementAsDouble(bounds[DELTA], 0));
    return count >= 0 && count < 0x1p62 ? (int64_t)count
           : count < 0                  ? 0
                                        : UF_DYNAMIC;
  }
  int64_t start = ufElementAsInt(bounds[START], 0), span;
  int64_t limit = ufElementAsInt(bounds[LIMIT], 0);
  int64_t delta = ufElementAsInt(bounds[DELTA], 0);
  if (delta == INT64_MIN || delta == 0 ||
      __builtin_sub_overflow(delta > 0 ? limit : start,
                             delta > 0 ? start : limit, &span))
    return UF_DYNAMIC;
  return span <= 0 ? 0 : (span - 1) / (delta > 0 ? delta : -delta) + 1;
}

static bool isZero(MlirAttribute constant) {
  MlirType type = mlirShapedTypeGetElementType(mlirAttributeGetType(constant));
  return ufIsFloat(type) ? ufElementAsDouble(constant, 0) == 0
                         : ufElementAsInt(constant, 0) == 0;
}

static MlirLogicalResult inferRange(MlirOperation op, UfShape *results) {
  MlirType element = ufElementType(mlirOperationGetOperand(op, 0));
  MlirAttribute bounds[3];
  bool isKnown = true;
  for (int i = 0; i < 3; ++i) {
    UfShape shape = ufShape(mlirOperationGetOperand(op, i));
    if (ufNumElements(&shape) != 1 || shape.rank > 1) // C1
      return ufOpError(op, "operand %d must have one element", i);
    bounds[i] = ufConstantOf(mlirOperationGetOperand(op, i));
    isKnown &= !mlirAttributeIsNull(bounds[i]) &&
               mlirAttributeIsADenseElements(bounds[i]);
  }
  if (isKnown && isZero(bounds[DELTA])) // C2
    return ufOpError(op, "delta is 0");
  results[0] = (UfShape){.rank = 1, .element = element};
  results[0].dims[0] = isKnown ? rangeCount(element, bounds) : UF_DYNAMIC;
  return mlirLogicalResultSuccess();
}

static MlirAttribute foldRange(MlirOperation op, const MlirAttribute *operands,
                               MlirValue *value) {
  (void)value;
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  MlirType element = mlirShapedTypeGetElementType(type);
  MlirAttribute elements[UF_MAX_VALUES];
  for (int i = 0; i < 3; ++i)
    if (mlirAttributeIsNull(operands[i]) ||
        !mlirAttributeIsADenseElements(operands[i]))
      return mlirAttributeGetNull();
  int64_t count = rangeCount(element, operands);
  if (count == UF_DYNAMIC || count > UF_MAX_VALUES ||
      count != mlirShapedTypeGetDimSize(type, 0))
    return mlirAttributeGetNull();
  for (int64_t i = 0; i < count; ++i)
    elements[i] =
        ufIsFloat(element)
            ? ufNumberAttr(element, ufElementAsDouble(operands[START], 0) +
                                        (double)i * ufElementAsDouble(
                                                        operands[DELTA], 0))
            : mlirIntegerAttrGet(element,
                                 ufElementAsInt(operands[START], 0) +
                                     i * ufElementAsInt(operands[DELTA], 0));
  return mlirDenseElementsAttrGet(type, count, elements);
}

/// How many indices there are, as an unsigned number. What divides is not 0
/// even if delta is: later passes may divide before it is checked.
static MlirValue countIntegers(UfBuilder *b, const MlirValue *bounds) {
  MlirValue zero = ufIndex(b, 0), delta = bounds[DELTA];
  MlirValue isZero = ufCompare(b, UF_EQ, delta, zero, false);
  MlirValue isUp = ufCompare(b, UF_GT, delta, zero, false);
  ufAssert(b, ufCompare(b, UF_NE, delta, zero, false), "range: delta is 0");
  MlirValue low = ufSelect(b, isUp, bounds[START], bounds[LIMIT]);
  MlirValue high = ufSelect(b, isUp, bounds[LIMIT], bounds[START]);
  MlirValue isEmpty = ufCompare(b, UF_LE, high, low, false);
  MlirValue span = ufSelect(b, isEmpty, zero, ufSub(b, high, low));
  MlirValue step = ufSelect(b, isUp, delta, ufSub(b, zero, delta));
  step = ufSelect(b, isZero, ufIndex(b, 1), step);
  return ufBinary(b, "arith.ceildivui", span, step);
}

/// The number of elements, computed as f64 or index.
static UfSize rangeSize(UfBuilder *b, const MlirValue *bounds) {
  MlirType element = mlirValueGetType(bounds[0]);
  MlirValue wide[3], count;
  for (int i = 0; i < 3; ++i)
    wide[i] =
        ufConvert(b, bounds[i],
                  ufIsFloat(element) ? mlirF64TypeGet(b->ctx) : ufIndexType(b),
                  false, false);
  if (ufIsFloat(element)) {
    MlirValue span = ufSub(b, wide[LIMIT], wide[START]);
    count = ufUnary(b, "math.ceil", ufDiv(b, span, wide[DELTA], false));
    count = ufToIndex(b, count);
  } else {
    count = countIntegers(b, wide);
  }
  ufAssert(b,
           ufCompare(b, UF_LE, count, ufIndex(b, longestRange),
                     /*isUnsigned=*/!ufIsFloat(element)),
           "range: there are too many elements");
  return (UfSize){.dynamic = ufMax(b, count, ufIndex(b, 0), false)};
}

static void rangeBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  (void)args;
  const MlirValue *bounds = data;
  MlirType element = mlirValueGetType(bounds[0]);
  // Narrow floats hold few whole numbers.
  MlirType wide =
      ufIsFloat(element) && ufBitWidth(element) < 32 ? ufF32(b) : element;
  MlirValue i = ufConvert(b, ufLoopIndex(b, 0), wide, false, false);
  MlirValue delta = ufConvert(b, bounds[DELTA], wide, false, false);
  MlirValue start = ufConvert(b, bounds[START], wide, false, false);
  results[0] =
      ufConvert(b, ufAdd(b, start, ufMul(b, i, delta)), element, false, false);
}

static MlirLogicalResult lowerRange(UfBuilder *b) {
  MlirValue bounds[3];
  for (int i = 0; i < 3; ++i)
    bounds[i] = ufElementScalar(b, ufInput(b, i), 0);
  UfSize size = ufResultSize(b, 0, 0, ufStatic(UF_DYNAMIC));
  if (size.value == UF_DYNAMIC)
    size = rangeSize(b, bounds);
  return ufReplace(b, ufGenerate(b, mlirValueGetType(bounds[0]), 1, &size,
                                 rangeBody, bounds));
}

//===----------------------------------------------------------------------===//
// eye
//
//   output[i, j] = j - i == k ? 1 : 0.
//
// (C1) The sizes are those of an input of rank 2, or else `rows` and `cols`.
// (C2) They are at least 0.
// (C3) The elements are of a number type.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferEye(MlirOperation op, UfShape *results) {
  MlirValue like = ufOperandOf(op, 0);
  MlirType fallback = mlirF32TypeGet(mlirOperationGetContext(op));
  bool hasSizes = ufHasAttr(op, "rows") && ufHasAttr(op, "cols");
  bool hasNone = !ufHasAttr(op, "rows") && !ufHasAttr(op, "cols");
  if (like.ptr ? !hasNone || ufRank(like) != 2 : !hasSizes) // C1
    return ufOpError(op, "needs an input of rank 2, or rows and cols");
  results[0] = (UfShape){.rank = 2,
                         .dims = {ufGetInt(op, "rows"), ufGetInt(op, "cols")}};
  if (like.ptr) {
    results[0] = ufShape(like);
    fallback = results[0].element;
  } else if (results[0].dims[0] < 0 || results[0].dims[1] < 0) { // C2
    return ufOpError(op, "rows and cols must not be negative");
  }
  results[0].element = dtypeOf(op, fallback);
  if (!ufHasConversion(results[0].element)) // C3
    return ufOpError(op, "dtype must be a number type");
  return mlirLogicalResultSuccess();
}

static void eyeBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)args;
  (void)data;
  MlirType element = ufElementType(ufResultOf(b->op, 0));
  MlirValue distance = ufSub(b, ufLoopIndex(b, 1), ufLoopIndex(b, 0));
  MlirValue k = ufIndex(b, ufGetInt(b->op, "k"));
  results[0] =
      ufConvertElement(b, ufCompare(b, UF_EQ, distance, k, false), ufI1(b),
                       element, (UfNarrowing){.saturates = true});
}

static MlirLogicalResult lowerEye(UfBuilder *b) {
  MlirValue like = ufInput(b, 0);
  MlirType element =
      mlirShapedTypeGetElementType(ufSignless(ufResultType(b, 0)));
  UfSize sizes[2] = {ufStatic(ufGetInt(b->op, "rows")),
                     ufStatic(ufGetInt(b->op, "cols"))};
  if (like.ptr)
    ufSizesOf(b, like, sizes);
  return ufReplace(b, ufGenerate(b, element, 2, sizes, eyeBody, NULL));
}

static MlirLogicalResult importEyeLike(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirAttribute dtype = mlirAttributeGetNull();
  if (ufNodeHas(node, "dtype")) {
    MlirType type = ufNodeType(b, node, "dtype");
    if (!type.ptr)
      return mlirLogicalResultFailure();
    dtype = mlirTypeAttrGet(type);
  }
  return ufNodeDefine(
      results, ufOp(b, "eye", UF_VALUES(ufNodeInput(node, 0)),
                    UF_ATTRS({"k", ufIntAttr(b, ufNodeInt(node, "k", 0))},
                             {"dtype", dtype})));
}

//===----------------------------------------------------------------------===//
// trilu
//
//   output[..., i, j] = input[..., i, j] where j - i >= k (`upper`) or j - i <=
//   k, else 0.
//
// (C1) The rank is at least 2.
// (C2) The operand k has one element.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferTrilu(MlirOperation op, UfShape *results) {
  MlirValue k = ufOperandOf(op, 1);
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  if (results[0].rank < 2) // C1
    return ufOpError(op, "input has rank %d, but must have at least 2",
                     results[0].rank);
  if (k.ptr) {
    UfShape shape = ufShape(k);
    if (ufNumElements(&shape) != 1 || shape.rank > 1) // C2
      return ufOpError(op, "k must have one element");
  }
  return mlirLogicalResultSuccess();
}

static void triluBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const UfSize *k = data;
  int rank = ufRank(mlirOperationGetOperand(b->op, 0));
  MlirValue distance =
      ufSub(b, ufLoopIndex(b, rank - 1), ufLoopIndex(b, rank - 2));
  MlirValue stays = ufCompare(b, ufGetBool(b->op, "upper") ? UF_GE : UF_LE,
                              distance, ufSizeValue(b, *k), false);
  MlirValue zero = ufInteger(b, mlirValueGetType(args[0]), 0);
  results[0] = ufSelect(b, stays, args[0], zero);
}

static MlirLogicalResult lowerTrilu(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfSize k = ufStatic(ufGetInt(b->op, "k"));
  if (ufOperandOf(b->op, 1).ptr)
    k = ufElementSize(b, ufInput(b, 1), 0);
  return ufReplace(
      b, ufElementwise(b, UF_VALUES(x), ufElementType(x), triluBody, &k));
}

static MlirLogicalResult importTrilu(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue k = ufNodeInput(node, 1);
  UfInts ints = {1, {0}};
  MlirAttribute attr = mlirAttributeGetNull();
  if (!k.ptr || (ufConstantInts(k, &ints) && ints.size == 1)) {
    attr = ufIntAttr(b, ints.data[0]);
    k.ptr = NULL;
  }
  bool isUpper = ufNodeInt(node, "upper", 1) != 0;
  return ufNodeDefine(
      results, ufOp(b, "trilu", UF_VALUES(ufNodeInput(node, 0), k),
                    UF_ATTRS({"k", attr}, {"upper", ufBoolAttr(b, isUpper)})));
}

//===----------------------------------------------------------------------===//
// one_hot
//
//   output[i..., j, k...] = values[indices[i..., k...] == j], where j is
//   dimension `axis` of size depth. Indices count from the end when negative.
//
// (C1) `depth` is an attribute or an operand of one element, and at least 0.
// (C2) -rank <= axis < rank, for the rank of the result, at most 16.
// (C3) There are two values: those of the other elements, and of the one.
//===----------------------------------------------------------------------===//

enum { VALUES = 1, DEPTH };

/// Finds the depth, as far as it is known.
static MlirLogicalResult oneHotDepth(MlirOperation op, int64_t *out) {
  MlirValue depth = ufOperandOf(op, DEPTH);
  int64_t size = UF_DYNAMIC;
  MlirAttribute constant = mlirAttributeGetNull();
  UF_TRY(ufVerifyGiven(op, "depth", DEPTH)); // C1
  if (depth.ptr) {
    UfShape shape = ufShape(depth);
    if (ufNumElements(&shape) != 1 || shape.rank > 1) // C1
      return ufOpError(op, "depth must have one element");
    constant = ufConstantOf(depth);
  }
  if (ufHasAttr(op, "depth")) {
    size = ufGetInt(op, "depth");
    size += size == UF_DYNAMIC; // the attribute is always known
  } else if (!mlirAttributeIsNull(constant) &&
             mlirAttributeIsADenseElements(constant))
    size = ufElementAsInt(constant, 0);
  if (size < 0 && size != UF_DYNAMIC) // C1
    return ufOpError(op, "depth is %" PRId64 ", but must not be negative",
                     size);
  *out = size;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferOneHot(MlirOperation op, UfShape *results) {
  UfShape indices = ufShape(mlirOperationGetOperand(op, 0));
  MlirValue values = ufOperandOf(op, VALUES);
  int64_t size = UF_DYNAMIC;
  UF_TRY(oneHotDepth(op, &size));
  if (indices.rank == UF_MAX_RANK) // C2
    return ufOpError(op, "makes a result of rank %d, the most is %d",
                     indices.rank + 1, UF_MAX_RANK);
  UF_TRY(
      ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), indices.rank + 1)); // C2
  int axis = ufAxis(ufGetInt(op, "axis"), indices.rank + 1);
  results[0] = (UfShape){.rank = indices.rank + 1};
  for (int d = 0; d <= indices.rank; ++d)
    results[0].dims[d] = d == axis ? size : indices.dims[d - (d > axis)];
  results[0].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  if (values.ptr) {
    UfShape pair = ufShape(values);
    if (pair.rank != 1 ||
        (pair.dims[0] != 2 && pair.dims[0] != UF_DYNAMIC)) // C3
      return ufOpError(op, "values must have two elements");
    results[0].element = pair.element;
  }
  return mlirLogicalResultSuccess();
}

typedef struct OneHot {
  UfSize depth;
  int axis;
  MlirValue off, on;
} OneHot;

static void oneHotBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const OneHot *hot = data;
  MlirValue index = ufToIndex(b, args[0]), zero = ufIndex(b, 0);
  MlirValue fromEnd = ufAdd(b, index, ufSizeValue(b, hot->depth));
  index = ufSelect(b, ufCompare(b, UF_LT, index, zero, false), fromEnd, index);
  MlirValue isIt = ufCompare(b, UF_EQ, index, ufLoopIndex(b, hot->axis), false);
  results[0] = ufSelect(b, isIt, hot->on, hot->off);
}

/// The size that operand or attribute `depth` says, which may be a float.
static UfSize depthOf(UfBuilder *b) {
  if (ufHasAttr(b->op, "depth"))
    return ufStatic(ufGetInt(b->op, "depth"));
  MlirValue scalar = ufElementScalar(b, ufInput(b, DEPTH), 0);
  UfSize size = ufIsFloat(mlirValueGetType(scalar))
                    ? (UfSize){.dynamic = ufToIndex(b, scalar)}
                    : ufSizeFromValue(b, scalar);
  size = ufSizeMax(b, size, ufStatic(0));
  int axis = ufAxis(ufGetInt(b->op, "axis"), ufRank(ufOperandOf(b->op, 0)) + 1);
  return ufResultSize(b, 0, axis, size);
}

static MlirLogicalResult lowerOneHot(UfBuilder *b) {
  MlirValue indices = ufInput(b, 0), values = ufInput(b, VALUES);
  int rank = ufRank(indices) + 1, dims[UF_MAX_RANK];
  MlirType element =
      mlirShapedTypeGetElementType(ufSignless(ufResultType(b, 0)));
  OneHot hot = {.depth = depthOf(b),
                .axis = ufAxis(ufGetInt(b->op, "axis"), rank)};
  hot.off =
      values.ptr ? ufElementScalar(b, values, 0) : ufInteger(b, element, 0);
  hot.on =
      values.ptr ? ufElementScalar(b, values, 1) : ufInteger(b, element, 1);
  UfSize sizes[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d) {
    int from = d - (d > hot.axis);
    sizes[d] = d == hot.axis ? hot.depth : ufSizeOf(b, indices, from);
    iterators[d] = 'p';
    if (d != hot.axis)
      dims[from] = d;
  }
  MlirAffineMap maps[] = {ufMapOf(b, rank, rank - 1, dims),
                          ufMapIdentity(b, rank)};
  MlirValue init = ufEmpty(b, element, rank, sizes);
  return ufReplace(b, ufGeneric(b, &(UfGeneric){.inputs = {&indices, 1},
                                                .inits = {&init, 1},
                                                .maps = maps,
                                                .iterators = iterators,
                                                .body = oneHotBody,
                                                .data = &hot}));
}

static MlirLogicalResult importOneHot(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue depth = ufNodeInput(node, 1), values = ufNodeInput(node, 2);
  MlirAttribute constant = ufConstantOf(depth), attr = mlirAttributeGetNull();
  if (!mlirAttributeIsNull(constant) &&
      mlirElementsAttrGetNumElements(constant) == 1) {
    attr = ufIntAttr(b, ufElementAsInt(constant, 0));
    depth.ptr = NULL;
  }
  return ufNodeDefine(
      results,
      ufOp(b, "one_hot", UF_VALUES(ufNodeInput(node, 0), values, depth),
           UF_ATTRS({"depth", attr},
                    {"axis", ufIntAttr(b, ufNodeInt(node, "axis", -1))})));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "range",
        .summary = "Numbers from start up to limit, in steps of delta.",
        .operands = {{"start", "The first.", UF_NUMBERS},
                     {"limit", "Behind the last.", UF_NUMBERS | UF_SAME},
                     {"delta", "From one to the next.", UF_NUMBERS | UF_SAME}},
        .infer = inferRange,
        .fold = foldRange,
        .toLinalg = lowerRange,
        .imports = UF_IMPORTS({UF_ONNX, "Range", 11, NULL}),
    },
    {
        .name = "eye",
        .summary = "Ones on a diagonal.",
        .operands = {{"like", "Has the result's shape.", 0, UF_OPTIONAL}},
        .attrs = {{"rows", "Without `like`.", UF_INT, .optional = true},
                  {"cols", "Without `like`.", UF_INT, .optional = true},
                  {"k", "How far right of the main diagonal.", UF_INT, "0"},
                  {"dtype", "Element type; that of `like`, or f32.", UF_TYPE,
                   .optional = true}},
        .infer = inferEye,
        .toLinalg = lowerEye,
        .imports = UF_IMPORTS({UF_ONNX, "EyeLike", 9, importEyeLike}),
    },
    {
        .name = "trilu",
        .summary = "The upper or lower triangle of matrices.",
        .operands = {{"input", "[..., rows, columns]."},
                     {"k", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"k", "How far right of the main diagonal.", UF_INT, "0"},
                  {"upper", "Which triangle.", UF_BOOL, "true"}},
        .infer = inferTrilu,
        .toLinalg = lowerTrilu,
        .imports =
            UF_IMPORTS({UF_ONNX, "Trilu", 14, importTrilu}, UF_TORCH_TRIANGLES),
    },
    {
        .name = "one_hot",
        .summary = "One value where an index is, another one elsewhere.",
        .operands = {{"indices", "From the end if negative.", UF_NUMBERS},
                     {"values", "[other, one]; [0, 1] of i64 when absent.", 0,
                      UF_OPTIONAL},
                     {"depth", "When computed.", UF_NUMBERS, UF_OPTIONAL}},
        .attrs = {{"depth", "Size of the new dimension.", UF_INT,
                   .optional = true},
                  {"axis", "Of the result, counts from the end if negative.",
                   UF_INT, "-1"}},
        .infer = inferOneHot,
        .toLinalg = lowerOneHot,
        .imports =
            UF_IMPORTS({UF_ONNX, "OneHot", 9, importOneHot}, UF_TORCH_ONE_HOTS),
    },
};
UF_FAMILY(ufGenerateOps, "generate", ops);

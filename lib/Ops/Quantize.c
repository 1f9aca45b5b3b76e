//===-- Quantize.c - Numbers as small integers and back -------------------===//
//
// A scale and a zero point hold for the whole tensor, for each index along an
// axis, or for each block of indices along it.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Quantized.h"
#include "Ops/QuantizedNetwork.h"

#include <math.h>
#include <string.h>

static MlirLogicalResult shapeError(MlirOperation op, const char *what,
                                    const UfShape *found,
                                    const UfShape *input) {
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  return ufOpError(op,
                   "%s has the shape %s, which does not go with %s and axis "
                   "%" PRId64,
                   what, ufShapeText(found, text, sizeof text),
                   ufShapeText(input, other, sizeof other),
                   ufGetInt(op, "axis"));
}

/// Whether one scale holds for the whole tensor.
static bool isPerTensor(const UfShape *scale) {
  return scale->rank == 0 || (scale->rank == 1 && scale->dims[0] == 1);
}

static bool mayBeEqual(int64_t x, int64_t y) {
  return x == y || x == UF_DYNAMIC || y == UF_DYNAMIC;
}

/// Whether `scale` has the size of `axis`; with blocks, the input's shape with
/// the number of blocks along it.
static bool scaleFits(const UfShape *scale, const UfShape *input, int axis,
                      int64_t block) {
  if (!block)
    return scale->rank == 1 && mayBeEqual(scale->dims[0], input->dims[axis]);
  if (scale->rank != input->rank)
    return false;
  for (int i = 0; i < scale->rank; ++i) {
    int64_t wanted = input->dims[i];
    if (i == axis && wanted != UF_DYNAMIC)
      wanted = wanted / block + (wanted % block != 0);
    if (!mayBeEqual(scale->dims[i], wanted))
      return false;
  }
  return true;
}

static bool mayBeSameShape(const UfShape *x, const UfShape *y) {
  if (isPerTensor(x) && isPerTensor(y))
    return true;
  bool same = x->rank == y->rank;
  for (int i = 0; same && i < x->rank; ++i)
    same = mayBeEqual(x->dims[i], y->dims[i]);
  return same;
}

/// Checks the scale against the input, and the zero point against the scale.
static MlirLogicalResult verifyScale(MlirOperation op) {
  UfShape input = ufShape(mlirOperationGetOperand(op, 0));
  UfShape scale = ufShape(mlirOperationGetOperand(op, 1));
  int64_t axis = ufGetInt(op, "axis"), block = ufGetInt(op, "block_size");
  if (block < 0) // C1
    return ufOpError(op, "block_size %" PRId64 " is negative", block);
  if (!isPerTensor(&scale)) {
    UF_TRY(ufVerifyAxis(op, "axis", axis, input.rank));              // C2
    if (!scaleFits(&scale, &input, ufAxis(axis, input.rank), block)) // C3
      return shapeError(op, "scale", &scale, &input);
  }
  if (!ufOperandOf(op, 2).ptr)
    return mlirLogicalResultSuccess();
  UfShape zero = ufShape(ufOperandOf(op, 2));
  return mayBeSameShape(&zero, &scale)
             ? mlirLogicalResultSuccess() // C4
             : shapeError(op, "zero_point", &zero, &input);
}

/// Which scale goes with an element of the input.
static MlirAffineMap scaleMap(const UfBuilder *b, MlirValue scale, int rank) {
  UfShape shape = ufShape(scale);
  int64_t block = ufGetInt(b->op, "block_size");
  if (isPerTensor(&shape))
    return ufMapOf(b, rank, shape.rank, (int[]){-1});
  int axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  if (!block)
    return ufMapOf(b, rank, 1, &axis);
  MlirAffineExpr exprs[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    exprs[i] = ufExprDim(b, i);
  exprs[axis] = mlirAffineFloorDivExprGet(
      exprs[axis], mlirAffineConstantExprGet(b->ctx, block));
  return ufMapExprs(b, rank, rank, exprs);
}

/// The type both ops compute in: f32 unless an operand is wider, or no float
/// says how exact the other one's integers are.
static MlirType wideType(UfBuilder *b) {
  bool hasFloat = false, isWide = false;
  for (int i = 0; i < 2; ++i) {
    MlirType type = ufElementType(mlirOperationGetOperand(b->op, i));
    hasFloat |= ufIsFloat(type);
    isWide |= ufIsFloat(type) && ufBitWidth(type) == 64;
  }
  return isWide || !hasFloat ? mlirF64TypeGet(b->ctx) : ufF32(b);
}

/// Element `x` of operand `i` as `type`, which holds it.
static MlirValue widen(UfBuilder *b, MlirValue x, int i, MlirType type) {
  MlirType from = ufElementType(mlirOperationGetOperand(b->op, i));
  if (ufIsNarrow(from))
    x = ufReadNarrow(b, x, from);
  return ufConvert(b, x, type, ufIsUnsigned(from), false);
}

/// Whole number `x` within the limits of `to`, which has at most 16 bits. NaN
/// becomes the lower one: it fails the comparison.
static MlirValue saturate(UfBuilder *b, MlirValue x, MlirType to) {
  MlirType type = mlirValueGetType(x);
  bool isUnsigned = ufIsUnsigned(to);
  int width = ufBitWidth(to);
  double low = isUnsigned ? 0 : -ldexp(1, width - 1);
  MlirValue least = ufNumber(b, type, low);
  MlirValue most = ufNumber(b, type, low + ldexp(1, width) - 1);
  x = ufSelect(b, ufCompare(b, UF_GT, x, least, false), x, least);
  x = ufSelect(b, ufCompare(b, UF_LT, x, most, false), x, most);
  MlirValue whole =
      ufBuild(b, "arith.fptosi", ufIntType(b, 32), UF_VALUES(x), UF_NO_ATTRS);
  return ufIsNarrow(to) ? ufWriteNarrow(b, whole, false, to, (UfNarrowing){0})
                        : ufConvert(b, whole, ufSignless(to), false, false);
}

/// Ends the run where a scale or zero point turns out not to fit the input, as
/// scaleFits() has it.
static void assertFits(UfBuilder *b, MlirValue scale, MlirValue input) {
  UfShape shape = ufShape(scale);
  if (isPerTensor(&shape))
    return;
  int rank = ufRank(input), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  int64_t block = ufGetInt(b->op, "block_size");
  for (int i = 0; i < shape.rank; ++i) {
    int dim = block ? i : axis;
    UfSize wanted = ufSizeOf(b, input, dim);
    if (block && dim == axis) {
      UfSize last = ufSizeAdd(b, wanted, ufStatic(-1));
      wanted = ufSizeAdd(b, ufSizeDiv(b, last, ufStatic(block)), ufStatic(1));
    }
    ufAssertSameSize(b, ufSizeOf(b, scale, i), wanted,
                     "the scales or zero points are not as many as the input "
                     "needs");
  }
}

/// Applies `body` to the elements of input, scale and zero point.
static MlirLogicalResult lowerWithScale(UfBuilder *b, UfBody body) {
  MlirValue inputs[] = {ufInput(b, 0), ufInput(b, 1), ufInput(b, 2)};
  int rank = ufRank(inputs[0]), count = inputs[2].ptr ? 3 : 2;
  MlirAffineMap maps[4] = {ufMapIdentity(b, rank)};
  for (int i = 1; i < count; ++i) {
    assertFits(b, inputs[i], inputs[0]);
    maps[i] = scaleMap(b, inputs[i], rank);
  }
  maps[count] = ufMapIdentity(b, rank);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, inputs[0], sizes);
  char iterators[UF_MAX_RANK + 1] = {0};
  memset(iterators, 'p', (size_t)rank);
  MlirType element = ufSignless(ufElementType(ufResultOf(b->op, 0)));
  MlirValue init = ufEmpty(b, element, rank, sizes);
  return ufReplace(b, ufGeneric(b, &(UfGeneric){.inputs = {inputs, count},
                                                .inits = {&init, 1},
                                                .maps = maps,
                                                .iterators = iterators,
                                                .body = body}));
}

//===----------------------------------------------------------------------===//
// quantize
//
//   input / scale, rounded (halves to even), + zero_point; what does not fit
//   the result's type becomes its limit. For floats of 8 bits and fewer,
//   input / scale + zero_point is rounded once. The type is zero_point's, `to`,
//   or ui8. The quotient is one of f32, or of f16 or bf16 when input and scale
//   are both that, or of `precision`, to which both are rounded first.
//
// (C1) block_size is not negative.
// (C2) axis is one of the input's, unless one scale holds for all.
// (C3) scale has one element, or the size of axis; with blocks, the input's
//      shape with the number of blocks along axis.
// (C4) zero_point has the shape of scale.
// (C5) the type is one of integers, or of floats of at most 8 bits, and
//      zero_point's is `to` if both are given.
// (C6) precision is f64, f32, f16 or bf16.
//===----------------------------------------------------------------------===//

/// What quantize and requantize result in; a null type after an error was
/// reported.
static MlirType quantizedType(MlirOperation op) {
  MlirValue zero = ufOperandOf(op, 2);
  MlirAttribute to = ufGetAttr(op, "to");
  MlirType type =
      zero.ptr ? ufElementType(zero)
      : mlirAttributeIsNull(to)
          ? mlirIntegerTypeUnsignedGet(mlirOperationGetContext(op), 8)
          : mlirTypeAttrGetValue(to);
  bool agree =
      mlirAttributeIsNull(to) || mlirTypeEqual(mlirTypeAttrGetValue(to), type);
  bool isQuantized = ufIsInt(type) || (ufIsFloat(type) && ufIsNarrow(type));
  if (agree && isQuantized && ufHasConversion(type)) // C5
    return type;
  ufOpError(op, agree ? "'to' must be an integer type, or one of floats of at "
                        "most 8 bits"
                      : "'to' is not the type of zero_point");
  return (MlirType){NULL};
}

static MlirLogicalResult inferQuantize(MlirOperation op, UfShape *results) {
  MlirAttribute precision = ufGetAttr(op, "precision");
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = quantizedType(op);
  if (!results[0].element.ptr)
    return mlirLogicalResultFailure();
  if (!mlirAttributeIsNull(precision)) {
    MlirType type = mlirTypeAttrGetValue(precision);
    if (!ufIsFloat(type) || ufIsNarrow(type)) // C6
      return ufOpError(op, "'precision' must be f64, f32, f16 or bf16");
  }
  return verifyScale(op);
}

/// The type that a quotient is rounded to before all else.
static MlirType quotientType(UfBuilder *b) {
  MlirAttribute precision = ufGetAttr(b->op, "precision");
  if (!mlirAttributeIsNull(precision))
    return mlirTypeAttrGetValue(precision);
  MlirType type = ufElementType(mlirOperationGetOperand(b->op, 0));
  bool isSmall =
      ufIsFloat(type) && ufBitWidth(type) == 16 &&
      mlirTypeEqual(type, ufElementType(mlirOperationGetOperand(b->op, 1)));
  return isSmall ? type : wideType(b);
}

/// `x` rounded to `type`.
static MlirValue roundTo(UfBuilder *b, MlirValue x, MlirType type) {
  MlirType own = mlirValueGetType(x);
  return ufConvert(b, ufConvert(b, x, type, false, false), own, false, false);
}

static void quantizeBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  (void)data;
  MlirType wide = wideType(b), to = ufElementType(ufResultOf(b->op, 0));
  MlirType precision = quotientType(b);
  if (ufBitWidth(precision) > ufBitWidth(wide))
    wide = precision;
  MlirValue x = widen(b, args[0], 0, wide), scale = widen(b, args[1], 1, wide);
  MlirValue zero = {NULL};
  if (ufOperandOf(b->op, 2).ptr)
    zero = widen(b, args[2], 2, wide);
  if (ufHasAttr(b->op, "precision")) {
    x = roundTo(b, x, precision);
    scale = roundTo(b, scale, precision);
  }
  x = roundTo(b, ufDiv(b, x, scale, false), precision);
  if (ufIsFloat(to)) {
    // Less what is zero rather than -0 for a zero point of zero: -0 stays.
    if (zero.ptr)
      x = ufSub(b, x, ufSub(b, ufNumber(b, wide, 0), zero));
    UfNarrowing how = {.saturates = ufGetBool(b->op, "saturate")};
    results[0] = ufWriteNarrow(b, x, false, to, how);
    return;
  }
  x = ufUnary(b, "math.roundeven", x);
  if (zero.ptr)
    x = ufAdd(b, x, zero);
  results[0] = ufBitWidth(to) <= 16
                   ? saturate(b, x, to)
                   : ufConvert(b, x, ufSignless(to), false, ufIsUnsigned(to));
}

static MlirLogicalResult lowerQuantize(UfBuilder *b) {
  return lowerWithScale(b, quantizeBody);
}

/// Writes the type that attribute `name` gives; 0 is as if absent.
static MlirLogicalResult nodeType(UfBuilder *b, const UfNode *node,
                                  const char *name, MlirAttribute *out) {
  *out = mlirAttributeGetNull();
  if (!ufNodeHas(node, name) || !ufNodeInt(node, name, 0))
    return mlirLogicalResultSuccess();
  MlirType type = ufNodeType(b, node, name);
  if (!type.ptr)
    return mlirLogicalResultFailure();
  *out = mlirTypeAttrGet(type);
  return mlirLogicalResultSuccess();
}

/// Attributes by name, with "output_dtype" as `to`.
static MlirLogicalResult importWithScale(UfBuilder *b, const UfNode *node,
                                         const char *name, MlirValue *results) {
  MlirAttribute to, precision, saturates = mlirAttributeGetNull();
  UF_TRY(nodeType(b, node, "output_dtype", &to));
  UF_TRY(nodeType(b, node, "precision", &precision));
  if (!ufNodeInt(node, "saturate", 1))
    saturates = ufBoolAttr(b, false);
  int64_t block = ufNodeInt(node, "block_size", 0);
  MlirAttribute blockSize =
      block ? ufIntAttr(b, block) : mlirAttributeGetNull();
  return ufNodeDefine(
      results,
      ufOp(b, name,
           UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1),
                     ufNodeInput(node, 2)),
           UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", 1))},
                    {"block_size", blockSize}, {"to", to},
                    {"precision", precision}, {"saturate", saturates})));
}

static MlirLogicalResult importQuantize(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  return importWithScale(b, node, "quantize", results);
}

//===----------------------------------------------------------------------===//
// dequantize
//
//   (input - zero_point) * scale, in the type of scale or in `to`.
//
// (C1) to (C4) as for quantize.
// (C5) `to` is a float type of at least 16 bits.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDequantize(MlirOperation op, UfShape *results) {
  MlirAttribute to = ufGetAttr(op, "to");
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = mlirAttributeIsNull(to)
                           ? ufElementType(mlirOperationGetOperand(op, 1))
                           : mlirTypeAttrGetValue(to);
  if (!ufIsFloat(results[0].element) || ufIsNarrow(results[0].element)) // C5
    return ufOpError(op, "'to' must be a float type of at least 16 bits");
  return verifyScale(op);
}

static void dequantizeBody(UfBuilder *b, const MlirValue *args,
                           MlirValue *results, const void *data) {
  (void)data;
  MlirType from = ufElementType(mlirOperationGetOperand(b->op, 0));
  MlirType wide = wideType(b), type = wide;
  // Differences of integers are exact as integers.
  if (ufIsInt(from))
    type = ufBitWidth(from) < 32 ? ufIntType(b, 32) : ufI64(b);
  MlirValue x = widen(b, args[0], 0, type);
  if (ufOperandOf(b->op, 2).ptr)
    x = ufSub(b, x, widen(b, args[2], 2, type));
  MlirValue scale = widen(b, args[1], 1, wide);
  MlirValue result = ufMul(b, ufConvert(b, x, wide, false, false), scale);
  results[0] =
      ufConvert(b, result, ufElementType(ufResultOf(b->op, 0)), false, false);
}

static MlirLogicalResult lowerDequantize(UfBuilder *b) {
  return lowerWithScale(b, dequantizeBody);
}

static MlirLogicalResult importDequantize(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  return importWithScale(b, node, "dequantize", results);
}

//===----------------------------------------------------------------------===//
// requantize
//
//   input * factor in f32, rounded (halves to even), + zero_point; what does
//   not fit the result's type becomes its limit. The operands broadcast. The
//   type is zero_point's, `to`, or ui8.
//
// (C1) the type is an integer type of at most 16 bits, and zero_point's is `to`
//      if both are given.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferRequantize(MlirOperation op, UfShape *results) {
  MlirType type = quantizedType(op);
  if (!type.ptr)
    return mlirLogicalResultFailure();
  if (!ufIsInt(type) || ufBitWidth(type) > 16) // C1
    return ufOpError(op, "results in integers of at most 16 bits");
  UF_TRY(ufInferBroadcast(op, results));
  results[0].element = type;
  return mlirLogicalResultSuccess();
}

static MlirValue scalarRequantize(UfBuilder *b, const MlirValue *args) {
  MlirType f32 = ufF32(b);
  MlirValue x = ufMul(b, widen(b, args[0], 0, f32), widen(b, args[1], 1, f32));
  x = ufUnary(b, "math.roundeven", x);
  if (ufOperandOf(b->op, 2).ptr)
    x = ufAdd(b, x, widen(b, args[2], 2, f32));
  return saturate(b, x, ufElementType(ufResultOf(b->op, 0)));
}

//===----------------------------------------------------------------------===//
// dynamic_quantize
//
//   quantize to ui8, with the scale (max - min) / 255 of the range of the input
//   and 0, and the zero point that this range has in ui8.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDynamicQuantize(MlirOperation op,
                                              UfShape *results) {
  UfShape input = ufShape(mlirOperationGetOperand(op, 0));
  MlirType ui8 = mlirIntegerTypeUnsignedGet(mlirOperationGetContext(op), 8);
  results[0] = input;
  results[0].element = ui8;
  results[1] = (UfShape){.element = input.element};
  results[2] = (UfShape){.element = ui8};
  return mlirLogicalResultSuccess();
}

/// The end of the range of `x` and 0 that `reduce` and `limit` look for.
static MlirValue rangeEnd(UfBuilder *b, const char *reduce, const char *limit,
                          MlirValue x) {
  MlirValue end = ufOp(b, reduce, UF_VALUES(x),
                       UF_ATTRS({"keepdims", ufBoolAttr(b, false)}));
  if (!end.ptr)
    return end;
  return ufOp(b, limit,
              UF_VALUES(end, ufScalarConstant(b, ufElementType(x), 0)),
              UF_NO_ATTRS);
}

static MlirLogicalResult decomposeDynamicQuantize(UfBuilder *b) {
  MlirValue x = mlirOperationGetOperand(b->op, 0);
  MlirType type = ufElementType(x);
  MlirType ui8 = mlirIntegerTypeUnsignedGet(b->ctx, 8);
  MlirValue low = rangeEnd(b, "reduce_min", "minimum", x);
  MlirValue high = rangeEnd(b, "reduce_max", "maximum", x);
  if (!low.ptr || !high.ptr)
    return mlirLogicalResultFailure();
  MlirValue range = ufOp(b, "subtract", UF_VALUES(high, low), UF_NO_ATTRS);
  MlirValue scale =
      ufOp(b, "divide", UF_VALUES(range, ufScalarConstant(b, type, 255)),
           UF_NO_ATTRS);
  MlirValue least = ufOp(b, "neg", UF_VALUES(low), UF_NO_ATTRS);
  MlirAttribute to = mlirTypeAttrGet(ui8);
  MlirValue zero =
      ufOp(b, "quantize", UF_VALUES(least, scale), UF_ATTRS({"to", to}));
  MlirValue result =
      ufOp(b, "quantize", UF_VALUES(x, scale, zero), UF_NO_ATTRS);
  return ufReplaceAll(b, UF_VALUES(result, scale, zero));
}

//===----------------------------------------------------------------------===//

#define SCALE_ATTRS                                                            \
  {"axis", "Along which scales differ.", UF_INT, "1"},                         \
      {"block_size", "How many indices along axis share a scale; 0: none do.", \
       UF_INT, "0"}

#define SATURATE                                                               \
  {"saturate",                                                                 \
   "Floats of 8 bits: numbers beyond the largest become it, else NaN or "      \
   "infinity.",                                                                \
   UF_BOOL, "true"}

static const UfOp ops[] = {
    {
        .name = "quantize",
        .summary = "input / scale + zero_point as integers.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"scale", "One, or one for each index along axis.",
                      UF_NUMBERS | UF_NARROW},
                     {"zero_point", "What stands for 0.",
                      UF_NUMBERS | UF_NARROW, UF_OPTIONAL}},
        .attrs = {SCALE_ATTRS,
                  {"to",
                   "The element type of the result; ui8 if there is no "
                   "zero_point.",
                   UF_TYPE, .optional = true},
                  {"precision", "The type to divide in.", UF_TYPE,
                   .optional = true},
                  SATURATE},
        .infer = inferQuantize,
        .toIntegers = ufQuantizeInIntegers,
        .toLinalg = lowerQuantize,
        .imports = UF_IMPORTS({UF_ONNX, "QuantizeLinear", 10, importQuantize}),
    },
    {
        .name = "dequantize",
        .summary = "(input - zero_point) * scale.",
        .operands = {{"input", "Any integers, or floats of at most 8 bits.",
                      UF_NUMBERS | UF_NARROW},
                     {"scale", "One, or one for each index along axis.",
                      UF_FLOATS | UF_NARROW},
                     {"zero_point", "What stands for 0.",
                      UF_NUMBERS | UF_NARROW | UF_SAME, UF_OPTIONAL}},
        .attrs = {SCALE_ATTRS,
                  {"to", "The element type of the result; scale's if absent.",
                   UF_TYPE, .optional = true}},
        .infer = inferDequantize,
        .toIntegers = ufDequantizeBytes,
        .toLinalg = lowerDequantize,
        .imports =
            UF_IMPORTS({UF_ONNX, "DequantizeLinear", 10, importDequantize}),
    },
    {
        .name = "requantize",
        .summary = "Sums of products as small integers: input * factor + "
                   "zero_point.",
        .operands = {{"input", "Any integers.", UF_INTEGERS},
                     {"factor", "What one of them is worth in the result.",
                      UF_FLOATS},
                     {"zero_point", "What stands for 0.", UF_INTEGERS,
                      UF_OPTIONAL}},
        .attrs = {{"to",
                   "The element type of the result; ui8 if there is no "
                   "zero_point.",
                   UF_TYPE, .optional = true}},
        .infer = inferRequantize,
        .scalar = scalarRequantize,
        .imports =
            UF_IMPORTS({UF_ONNX, "QLinearConv", 10, ufOnnxQLinearConv},
                       {UF_ONNX, "QLinearMatMul", 10, ufOnnxQLinearMatMul}),
    },
    {
        .name = "dynamic_quantize",
        .summary = "quantize to ui8 with the scale that fits the input.",
        .operands = {{"input", "Any floats.", UF_FLOATS}},
        .results = {{"output", "The integers."},
                    {"scale", "What one of them is worth."},
                    {"zero_point", "What stands for 0."}},
        .infer = inferDynamicQuantize,
        .decompose = decomposeDynamicQuantize,
        .imports = UF_IMPORTS({UF_ONNX, "DynamicQuantizeLinear", 11, NULL}),
    },
};
UF_FAMILY(ufQuantizeOps, "quantize", ops);

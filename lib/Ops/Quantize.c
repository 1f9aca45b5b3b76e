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

/// The type both ops compute in.
static MlirType wideType(UfBuilder *b) {
  for (int i = 0; i < 2; ++i) {
    MlirType type = ufElementType(mlirOperationGetOperand(b->op, i));
    if (ufIsFloat(type) && ufBitWidth(type) == 64)
      return type;
  }
  return ufF32(b);
}

/// Applies `body` to the elements of input, scale and zero point.
static MlirLogicalResult lowerWithScale(UfBuilder *b, UfBody body) {
  MlirValue inputs[] = {ufInput(b, 0), ufInput(b, 1), ufInput(b, 2)};
  int rank = ufRank(inputs[0]), count = inputs[2].ptr ? 3 : 2;
  MlirAffineMap maps[4] = {ufMapIdentity(b, rank)};
  for (int i = 1; i < count; ++i)
    maps[i] = scaleMap(b, inputs[i], rank);
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
//   the result's type becomes its limit. The type is zero_point's, `to`, or
//   ui8.
//
// (C1) block_size is not negative.
// (C2) axis is one of the input's, unless one scale holds for all.
// (C3) scale has one element, or the size of axis; with blocks, the input's
// shape
//      with the number of blocks along axis.
// (C4) zero_point has the shape of scale.
// (C5) the type is an integer type, and zero_point's is `to` if both are given.
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
  if (agree && ufIsInt(type)) // C5
    return type;
  ufOpError(op, agree ? "'to' must be an integer type"
                      : "'to' is not the type of zero_point");
  return (MlirType){NULL};
}

static MlirLogicalResult inferQuantize(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = quantizedType(op);
  return results[0].element.ptr ? verifyScale(op) : mlirLogicalResultFailure();
}

static void quantizeBody(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  (void)data;
  MlirType wide = wideType(b), to = ufElementType(ufResultOf(b->op, 0));
  bool isUnsigned = ufIsUnsigned(to);
  MlirValue x = ufConvert(b, args[0], wide, ufEachIsUnsigned(b, 0), false);
  MlirValue scale = ufConvert(b, args[1], wide, false, false);
  MlirValue result = ufUnary(b, "math.roundeven", ufDiv(b, x, scale, false));
  if (ufOperandOf(b->op, 2).ptr)
    result = ufAdd(b, result, ufConvert(b, args[2], wide, isUnsigned, false));
  results[0] = ufConvert(b, result, ufSignless(to), false, isUnsigned);
}

static MlirLogicalResult lowerQuantize(UfBuilder *b) {
  return lowerWithScale(b, quantizeBody);
}

/// Attributes by name, with "output_dtype" as `to`; 0 is as if absent.
static MlirLogicalResult importWithScale(UfBuilder *b, const UfNode *node,
                                         const char *name, MlirValue *results) {
  MlirAttribute to = mlirAttributeGetNull();
  if (ufNodeHas(node, "output_dtype") && ufNodeInt(node, "output_dtype", 0)) {
    MlirType type = ufNodeType(b, node, "output_dtype");
    if (!type.ptr)
      return mlirLogicalResultFailure();
    to = mlirTypeAttrGet(type);
  }
  int64_t block = ufNodeInt(node, "block_size", 0);
  MlirAttribute blockSize =
      block ? ufIntAttr(b, block) : mlirAttributeGetNull();
  return ufNodeDefine(
      results, ufOp(b, name,
                    UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1),
                              ufNodeInput(node, 2)),
                    UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", 1))},
                             {"block_size", blockSize}, {"to", to})));
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
// (C5) `to` is a float type.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferDequantize(MlirOperation op, UfShape *results) {
  MlirAttribute to = ufGetAttr(op, "to");
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = mlirAttributeIsNull(to)
                           ? ufElementType(mlirOperationGetOperand(op, 1))
                           : mlirTypeAttrGetValue(to);
  if (!ufIsFloat(results[0].element)) // C5
    return ufOpError(op, "'to' must be a float type");
  return verifyScale(op);
}

static void dequantizeBody(UfBuilder *b, const MlirValue *args,
                           MlirValue *results, const void *data) {
  (void)data;
  MlirType from = mlirValueGetType(args[0]), wide = wideType(b);
  MlirType integer = ufBitWidth(from) < 32 ? ufIntType(b, 32) : ufI64(b);
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  MlirValue x = ufConvert(b, args[0], integer, isUnsigned, false);
  if (ufOperandOf(b->op, 2).ptr)
    x = ufSub(b, x, ufConvert(b, args[2], integer, isUnsigned, false));
  MlirValue scale = ufConvert(b, args[1], wide, false, false);
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
  if (ufBitWidth(type) > 16) // C1
    return ufOpError(op, "has results of at most 16 bits, not %d",
                     ufBitWidth(type));
  UF_TRY(ufInferBroadcast(op, results));
  results[0].element = type;
  return mlirLogicalResultSuccess();
}

static MlirValue scalarRequantize(UfBuilder *b, const MlirValue *args) {
  MlirType to = ufElementType(ufResultOf(b->op, 0)), f32 = ufF32(b);
  bool isUnsigned = ufIsUnsigned(to);
  int width = ufBitWidth(to);
  double low = isUnsigned ? 0 : -ldexp(1, width - 1);
  MlirValue x = ufConvert(b, args[0], f32, ufEachIsUnsigned(b, 0), false);
  x = ufMul(b, x, ufConvert(b, args[1], f32, false, false));
  x = ufUnary(b, "math.roundeven", x);
  if (ufOperandOf(b->op, 2).ptr)
    x = ufAdd(b, x, ufConvert(b, args[2], f32, isUnsigned, false));
  // Comparisons that a NaN fails: it becomes a limit too.
  MlirValue least = ufNumber(b, f32, low);
  MlirValue most = ufNumber(b, f32, low + ldexp(1, width) - 1);
  x = ufSelect(b, ufCompare(b, UF_LT, x, most, false), x, most);
  x = ufSelect(b, ufCompare(b, UF_GT, x, least, false), x, least);
  MlirValue whole =
      ufBuild(b, "arith.fptosi", ufIntType(b, 32), UF_VALUES(x), UF_NO_ATTRS);
  return ufConvert(b, whole, ufSignless(to), false, false);
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

static const UfOp ops[] = {
    {
        .name = "quantize",
        .summary = "input / scale + zero_point as integers.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"scale", "One, or one for each index along axis.",
                      UF_FLOATS},
                     {"zero_point", "What stands for 0.", UF_INTEGERS,
                      UF_OPTIONAL}},
        .attrs = {SCALE_ATTRS,
                  {"to",
                   "The element type of the result; ui8 if there is no "
                   "zero_point.",
                   UF_TYPE, .optional = true}},
        .infer = inferQuantize,
        .toIntegers = ufQuantizeInIntegers,
        .toLinalg = lowerQuantize,
        .imports = UF_IMPORTS({UF_ONNX, "QuantizeLinear", 10, importQuantize}),
    },
    {
        .name = "dequantize",
        .summary = "(input - zero_point) * scale.",
        .operands = {{"input", "Any integers.", UF_INTEGERS},
                     {"scale", "One, or one for each index along axis.",
                      UF_FLOATS},
                     {"zero_point", "What stands for 0.", UF_INTEGERS | UF_SAME,
                      UF_OPTIONAL}},
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

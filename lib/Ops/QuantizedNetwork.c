//===-- QuantizedNetwork.c - Quantised layers as integers -----------------===//
//
// Quantised networks say what they mean in floats: each layer's operands are
// dequantised, and its result is quantised. What is meant to run is
//
//   dequantize(x), dequantize(w), dequantize(bias), layer, quantize
//     -> sums of products of the integers in i32, requantize
//
// which rounds once, where the floats' sums round often: results differ by one
// unit where the sum lies close to the middle of two. Layers that only choose
// or move numbers do so with the integers.
//
// All activations become unsigned bytes on the way: signed ones are those less
// 128, which is written as signedOf() and dropped wherever they are read.
//
//===----------------------------------------------------------------------===//

#include "Ops/QuantizedNetwork.h"
#include "Ops/Fold.h"
#include "Ops/Quantized.h"
#include "Ops/Rearrange.h"

#include <string.h>

static bool isRow(MlirOperation op, const char *name) {
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  return row && strcmp(row->name, name) == 0;
}

static bool isByteType(MlirType element) {
  return ufIsInt(element) && ufBitWidth(element) == 8;
}

//===----------------------------------------------------------------------===//
// Signed bytes as unsigned ones
//===----------------------------------------------------------------------===//

static MlirType unsignedByte(const UfBuilder *b) {
  return mlirIntegerTypeUnsignedGet(b->ctx, 8);
}

/// Unsigned `x` less 128, as signed bytes.
static MlirValue signedOf(UfBuilder *b, MlirValue x) {
  return ufCallNumber(b, "add", ufCallCast(b, x, ufIntType(b, 8)), -128);
}

/// What `x` is signedOf(), or null.
static MlirValue unsignedOf(MlirValue x) {
  static const MlirValue none = {NULL};
  MlirOperation add = ufDefiningOp(x);
  if (!isRow(add, "add"))
    return none;
  MlirAttribute number = ufConstantOf(mlirOperationGetOperand(add, 1));
  MlirOperation cast = ufDefiningOp(mlirOperationGetOperand(add, 0));
  if (mlirAttributeIsNull(number) || !ufIsSplatOf(number, -128) ||
      !isRow(cast, "cast") || ufRank(mlirOperationGetOperand(add, 1)) != 0)
    return none;
  MlirValue from = mlirOperationGetOperand(cast, 0);
  MlirType element = ufElementType(from);
  bool isBytes = isByteType(element) && ufIsUnsigned(element) &&
                 isByteType(ufElementType(x));
  return isBytes ? from : none;
}

/// Whether `value` is a constant of one element, which is written to `*number`.
static bool readNumber(MlirValue value, double *number) {
  MlirAttribute elements = ufConstantOf(value);
  if (mlirAttributeIsNull(elements) ||
      mlirElementsAttrGetNumElements(elements) != 1)
    return false;
  *number = ufElementAsDouble(elements, 0);
  return true;
}

/// A zero point of signed bytes, null for 0, for unsigned ones.
static MlirValue unsignedZero(UfBuilder *b, MlirValue zero) {
  MlirType u8 = unsignedByte(b);
  double number = 0;
  if (!zero.ptr || readNumber(zero, &number))
    return ufScalarConstant(b, u8, number + 128);
  return ufCallNumber(b, "add", ufCallCast(b, zero, u8), 128);
}

//===----------------------------------------------------------------------===//
// What operands are made of
//===----------------------------------------------------------------------===//

/// The axis along which scales differ; ONE_SCALE if there is one for all, and
/// NO_SCALES where they are not for whole slices.
enum { ONE_SCALE = -1, NO_SCALES = -2 };

static int axisOfScales(MlirOperation op) {
  UfShape scale = ufShape(mlirOperationGetOperand(op, 1));
  if (scale.rank == 0 || (scale.rank == 1 && scale.dims[0] == 1))
    return ONE_SCALE;
  if (scale.rank != 1 || ufGetInt(op, "block_size") != 0)
    return NO_SCALES;
  return ufAxis(ufGetInt(op, "axis"), ufRank(mlirOperationGetOperand(op, 0)));
}

/// The dequantize of f32 that makes `value`, or null.
static MlirOperation dequantizeOf(MlirValue value) {
  MlirOperation op = value.ptr ? ufDefiningOp(value) : (MlirOperation){NULL};
  bool fits = isRow(op, "dequantize") && mlirTypeIsAF32(ufElementType(value)) &&
              mlirTypeIsAF32(ufElementType(mlirOperationGetOperand(op, 1)));
  return fits ? op : (MlirOperation){NULL};
}

static UfQuantized quantizedOf(MlirOperation dequantize) {
  return (UfQuantized){.value = mlirOperationGetOperand(dequantize, 0),
                       .scale = mlirOperationGetOperand(dequantize, 1),
                       .zero = ufOperandOf(dequantize, 2)};
}

/// Whether `value` is dequantised bytes with one scale, or one for each index
/// along `axis`.
static bool readBytes(MlirValue value, int axis, UfQuantized *out) {
  MlirOperation op = dequantizeOf(value);
  if (!op.ptr)
    return false;
  int found = axisOfScales(op);
  *out = quantizedOf(op);
  return isByteType(ufElementType(out->value)) &&
         (found == ONE_SCALE || (found != NO_SCALES && found == axis));
}

static bool hasOneUse(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return !mlirOpOperandIsNull(use) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

/// Whether two values of one element are the same, or constants of the same
/// number; null is zero.
static bool isSame(MlirValue x, MlirValue y) {
  double left = 0, right = 0;
  return (x.ptr && y.ptr && mlirValueEqual(x, y)) ||
         ((!x.ptr || readNumber(x, &left)) &&
          (!y.ptr || readNumber(y, &right)) && left == right);
}

//===----------------------------------------------------------------------===//
// Layers with sums of products
//===----------------------------------------------------------------------===//

/// A layer whose operands are quantised.
typedef struct Layer {
  MlirOperation op;
  UfQuantized x, w;
  MlirOperation bias; ///< Its dequantize, or null.
  int weightAxis;     ///< Of the outputs, in the weight.
  int outputAxis;     ///< In the result.
} Layer;

/// The bias in units of x.scale * w.scale. It was made with that scale, and is
/// then as it was.
static MlirValue biasOf(UfBuilder *b, const Layer *layer) {
  if (!layer->bias.ptr)
    return (MlirValue){NULL};
  MlirType f64 = mlirF64TypeGet(b->ctx);
  UfQuantized bias = quantizedOf(layer->bias);
  MlirValue oneUnit = ufCall2(
      b, "multiply", ufAlongAxis(b, layer->x.scale, 0, 1), layer->w.scale);
  MlirValue ratio = ufCall2(b, "divide", ufCallCast(b, bias.scale, f64),
                            ufCallCast(b, oneUnit, f64));
  MlirValue whole =
      ufCall1(b, "round",
              ufCall2(b, "multiply", ufCallCast(b, bias.value, f64), ratio));
  return ufCallCast(b, whole, ufIntType(b, 32));
}

/// Whether the layer's bias is absent or of i32 without zero points.
static bool readBias(MlirValue bias, Layer *layer) {
  if (!bias.ptr)
    return true;
  layer->bias = dequantizeOf(bias);
  if (!layer->bias.ptr)
    return false;
  MlirType type = ufElementType(mlirOperationGetOperand(layer->bias, 0));
  MlirValue zero = ufOperandOf(layer->bias, 2);
  return ufIsInt(type) && ufBitWidth(type) == 32 && !ufIsUnsigned(type) &&
         axisOfScales(layer->bias) != NO_SCALES &&
         (!zero.ptr || ufIsZeroConstant(zero));
}

static bool readLayer(MlirOperation op, Layer *layer) {
  layer->op = op;
  return readBytes(mlirOperationGetOperand(op, 0), NO_SCALES, &layer->x) &&
         readBytes(mlirOperationGetOperand(op, 1), layer->weightAxis,
                   &layer->w) &&
         readBias(ufOperandOf(op, 2), layer);
}

/// The attributes of `op` as they are written.
enum { MAX_ATTRS = 8 };

static int copyAttrs(MlirOperation op, const char *const *names, int count,
                     UfAttr *attrs) {
  for (int i = 0; i < count; ++i)
    attrs[i] = (UfAttr){names[i], ufGetAttr(op, names[i])};
  return count;
}

static MlirValue sumConvolution(UfBuilder *b, MlirOperation op, Layer *layer) {
  static const char *const names[] = {"stride", "padding", "dilation", "groups",
                                      "pad_mode"};
  layer->weightAxis = 0;
  layer->outputAxis = 1;
  if (strcmp(ufGetStr(op, "layout"), "NCHW") != 0 || ufOperandOf(op, 3).ptr ||
      !readLayer(op, layer))
    return (MlirValue){NULL};
  UfAttr attrs[MAX_ATTRS];
  int count = copyAttrs(op, names, UF_COUNT(names), attrs);
  return ufQuantizedConvolution(b, &layer->x, &layer->w, biasOf(b, layer),
                                (UfAttrs){attrs, count});
}

/// `x` as a matrix or more whose last dimension are the outputs.
static void turnWeight(UfBuilder *b, UfQuantized *w) {
  w->value = ufCallTranspose(b, w->value, -1, -2);
}

static MlirValue sumLinear(UfBuilder *b, MlirOperation op, Layer *layer) {
  bool isOutputFirst = strcmp(ufGetStr(op, "weight_layout"), "oi") == 0;
  layer->weightAxis = isOutputFirst ? 0 : 1;
  layer->outputAxis = ufRank(ufResultOf(op, 0)) - 1;
  if (ufRank(mlirOperationGetOperand(op, 0)) < 2 || !readLayer(op, layer))
    return (MlirValue){NULL};
  UfQuantized w = layer->w;
  if (isOutputFirst)
    turnWeight(b, &w);
  MlirValue sums = ufQuantizedProduct(b, &layer->x, &w);
  MlirValue bias = biasOf(b, layer);
  return bias.ptr ? ufCall2(b, "add", sums, bias) : sums;
}

static MlirValue sumMatmul(UfBuilder *b, MlirOperation op, Layer *layer) {
  MlirValue lhs = mlirOperationGetOperand(op, 0);
  MlirValue rhs = mlirOperationGetOperand(op, 1);
  bool isTurned = ufGetBool(op, "transpose_b");
  layer->weightAxis = isTurned ? ufRank(rhs) - 2 : ufRank(rhs) - 1;
  layer->outputAxis = ufRank(ufResultOf(op, 0)) - 1;
  if (ufRank(lhs) < 2 || ufRank(rhs) < 2 || ufGetBool(op, "transpose_a") ||
      !readLayer(op, layer))
    return (MlirValue){NULL};
  UfQuantized w = layer->w;
  if (isTurned)
    turnWeight(b, &w);
  return ufQuantizedProduct(b, &layer->x, &w);
}

static const struct {
  const char *name;
  MlirValue (*sum)(UfBuilder *b, MlirOperation op, Layer *layer);
} layers[] = {
    {"conv1d", sumConvolution},  {"conv2d", sumConvolution},
    {"conv3d", sumConvolution},  {"linear", sumLinear},
    {"batch_matmul", sumMatmul},
};

/// `value`, quantised as `result` says, when it is a layer's; else null.
static MlirValue layerInIntegers(UfBuilder *b, MlirValue value,
                                 const UfQuantized *result) {
  MlirOperation op = ufDefiningOp(value);
  MlirValue sums = {NULL};
  Layer layer = {0};
  for (int i = 0; i < UF_COUNT(layers) && !sums.ptr; ++i)
    if (isRow(op, layers[i].name))
      sums = layers[i].sum(b, op, &layer);
  if (!sums.ptr)
    return sums;
  return ufRequantize(
      b, sums, ufAlongAxis(b, layer.x.scale, 0, 0),
      ufAlongAxis(b, layer.w.scale, layer.outputAxis, ufRank(sums)), result);
}

//===----------------------------------------------------------------------===//
// Layers that choose or move numbers
//===----------------------------------------------------------------------===//

static bool isMovement(MlirOperation op) {
  static const char *const names[] = {"pool1d",    "pool2d",  "pool3d",
                                      "reshape",   "flatten", "transpose",
                                      "unsqueeze", "squeeze", "global_pool"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (isRow(op, names[i]))
      return !ufFindAttrSpec(ufOpOf(op), "pool_type") ||
             strcmp(ufGetStr(op, "pool_type"), "max") == 0;
  return false;
}

/// The same op on integers. `x` takes operand 0's place.
static MlirValue moved(UfBuilder *b, MlirOperation op, MlirValue x) {
  MlirValue operands[UF_MAX_OPERANDS] = {x};
  UfAttr attrs[UF_MAX_ATTRS];
  int count = 0;
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  const UfOp *row = ufOpOf(op);
  if (numOperands > UF_MAX_OPERANDS)
    return (MlirValue){NULL};
  for (intptr_t i = 1; i < numOperands; ++i)
    operands[i] = mlirOperationGetOperand(op, i);
  for (const UfAttrSpec *spec = row->attrs; spec->name; ++spec)
    attrs[count++] = (UfAttr){spec->name, ufGetAttr(op, spec->name)};
  return ufOp(b, row->name, (UfValues){operands, numOperands},
              (UfAttrs){attrs, count});
}

/// `value`, quantised as `result` says, when it is dequantised from just that,
/// chosen or moved; else null.
static MlirValue movementInIntegers(UfBuilder *b, MlirValue value,
                                    const UfQuantized *result) {
  MlirOperation op = ufDefiningOp(value);
  UfQuantized x;
  if ((!isMovement(op) && !isRow(op, "relu")) ||
      !readBytes(mlirOperationGetOperand(op, 0), NO_SCALES, &x) ||
      !ufIsUnsigned(ufElementType(x.value)) ||
      !isSame(x.scale, result->scale) || !isSame(x.zero, result->zero))
    return (MlirValue){NULL};
  if (!isMovement(op))
    return ufCall2(b, "maximum", x.value, result->zero);
  return moved(b, op, x.value);
}

//===----------------------------------------------------------------------===//
// quantize and dequantize
//===----------------------------------------------------------------------===//

/// `value`, quantised as `result` says, when it is a layer's, maybe with a
/// relu; else null. What is also used otherwise is not computed twice.
static MlirValue reluInIntegers(UfBuilder *b, MlirValue value,
                                const UfQuantized *result) {
  MlirOperation relu = ufDefiningOp(value);
  if (!hasOneUse(value))
    return (MlirValue){NULL};
  if (!isRow(relu, "relu"))
    return layerInIntegers(b, value, result);
  MlirValue before = mlirOperationGetOperand(relu, 0);
  if (!hasOneUse(before))
    return (MlirValue){NULL};
  MlirValue bytes = layerInIntegers(b, before, result);
  return ufIsZeroConstant(result->zero) || !bytes.ptr
             ? bytes
             : ufCall2(b, "maximum", bytes, result->zero);
}

MlirLogicalResult ufQuantizeInIntegers(UfBuilder *b) {
  UfQuantized result = quantizedOf(b->op);
  MlirType type = ufElementType(ufResultOf(b->op, 0));
  MlirValue value = result.value;
  // What is divided in another precision is not what integers result in.
  if (axisOfScales(b->op) != ONE_SCALE || !isByteType(type) ||
      ufHasAttr(b->op, "precision") || !mlirTypeIsAF32(ufElementType(value)) ||
      !mlirTypeIsAF32(ufElementType(result.scale)))
    return mlirLogicalResultFailure();
  bool isSigned = !ufIsUnsigned(type);
  if (isSigned)
    result.zero = unsignedZero(b, result.zero);
  else if (!result.zero.ptr)
    result.zero = ufScalarConstant(b, type, 0);
  result.zero = ufAlongAxis(b, result.zero, 0, 0);
  result.scale = ufAlongAxis(b, result.scale, 0, 0);
  MlirValue bytes = movementInIntegers(b, value, &result);
  if (!bytes.ptr)
    bytes = reluInIntegers(b, value, &result);
  if (!bytes.ptr && isSigned)
    bytes = ufOp(b, "quantize", UF_VALUES(value, result.scale, result.zero),
                 UF_NO_ATTRS);
  if (!bytes.ptr)
    return mlirLogicalResultFailure();
  return ufReplace(b, isSigned ? signedOf(b, bytes) : bytes);
}

MlirLogicalResult ufDequantizeBytes(UfBuilder *b) {
  UfQuantized x = quantizedOf(b->op);
  MlirValue bytes = unsignedOf(x.value);
  if (!bytes.ptr || axisOfScales(b->op) != ONE_SCALE)
    return mlirLogicalResultFailure();
  MlirValue zero = ufAlongAxis(b, unsignedZero(b, x.zero), 0, 0);
  return ufReplace(b,
                   ufOp(b, "dequantize",
                        UF_VALUES(bytes, ufAlongAxis(b, x.scale, 0, 0), zero),
                        UF_ATTRS({"to", ufGetAttr(b->op, "to")})));
}

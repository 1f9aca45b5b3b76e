//===-- MaxIndices.c - max_pool_with_indices and max_unpool ---------------===//

#include "Ops/Rearrange.h"
#include "Ops/TorchBackward.h"
#include "Ops/TorchWindow.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// max_pool_with_indices
//
//   output as pool1d, pool2d or pool3d with pool_type max; indices[n, c, p] is
//   where in input the first maximum of the window lies: its position among
//   those of plane (n, c), or with counts_all among all elements.
//
// (C1) input has between three and five dimensions, two more than the window.
// (C2) kernel_size, stride, dilation, padding and pad_mode as in pool2d.
// (C3) the window fits into the padded input.
//===----------------------------------------------------------------------===//

static MlirLogicalResult readIndexed(MlirOperation op, UfWindow *window) {
  UfInts kernel = ufGetInts(op, "kernel_size");
  int rank = ufRank(ufOperandOf(op, 0));
  if (kernel.size < 1 || kernel.size > UF_MAX_SPATIAL ||
      rank != kernel.size + 2) // C1
    return ufOpError(op,
                     "operand 'input' must have two dimensions more than the 1 "
                     "to %d of 'kernel_size', but has rank %d with %d",
                     UF_MAX_SPATIAL, rank, kernel.size);
  return ufReadWindow(op, kernel.size, kernel.data, window); // C2
}

static MlirLogicalResult inferIndexed(MlirOperation op, UfShape *results) {
  UfWindow window = {0};
  UF_TRY(readIndexed(op, &window));
  results[0] = ufShape(ufOperandOf(op, 0));
  for (int i = 0; i < window.rank; ++i) {
    int64_t *size = &results[0].dims[i + 2];
    UF_TRY(ufInferWindow(op, &window, i, *size, size)); // C3
  }
  results[1] = results[0];
  results[1].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  return mlirLogicalResultSuccess();
}

typedef struct Indexed {
  UfWindow window;
  UfWindowSizes sizes;
  UfSize input[UF_MAX_SPATIAL + 2];
  bool isUnsigned, isColumnMajor, countsAll;
} Indexed;

/// The position along `dim` in the input that the loops are at, and into
/// `isInside` whether there is one.
static UfSize positionAlong(UfBuilder *b, const Indexed *pool, int dim,
                            MlirValue *isInside) {
  const UfWindow *window = &pool->window;
  UfSize output = {.dynamic = ufLoopIndex(b, dim + 2)};
  UfSize kernel = {.dynamic = ufLoopIndex(b, dim + 2 + window->rank)};
  UfSize at = ufSizeAdd(b, ufSizeMul(b, output, ufStatic(window->stride[dim])),
                        ufSizeMul(b, kernel, ufStatic(window->dilation[dim])));
  at = ufSizeSub(b, at, pool->sizes.low[dim]);
  MlirValue index = ufSizeValue(b, at);
  MlirValue end = ufSizeValue(b, pool->input[dim + 2]);
  // Before the begin is, without a sign, far behind the end.
  MlirValue inside = ufCompare(b, UF_LT, index, end, /*isUnsigned=*/true);
  *isInside =
      isInside->ptr ? ufBinary(b, "arith.andi", *isInside, inside) : inside;
  return at;
}

/// The number of the element that the loops are at.
static UfSize elementNumber(UfBuilder *b, const Indexed *pool,
                            MlirValue *isInside) {
  int m = pool->window.rank;
  UfSize at[UF_MAX_SPATIAL], number = ufStatic(0);
  for (int i = 0; i < m; ++i)
    at[i] = positionAlong(b, pool, i, isInside);
  if (pool->countsAll) {
    UfSize batch = {.dynamic = ufLoopIndex(b, 0)};
    UfSize channel = {.dynamic = ufLoopIndex(b, 1)};
    number = ufSizeAdd(b, ufSizeMul(b, batch, pool->input[1]), channel);
    // Planes are one after the other in either order.
    for (int i = 0; i < m; ++i)
      number = ufSizeMul(b, number, pool->input[i + 2]);
  }
  UfSize inPlane = ufStatic(0);
  for (int i = 0; i < m; ++i) {
    int dim = pool->isColumnMajor ? m - 1 - i : i;
    inPlane =
        ufSizeAdd(b, ufSizeMul(b, inPlane, pool->input[dim + 2]), at[dim]);
  }
  return ufSizeAdd(b, number, inPlane);
}

/// Takes the element when none was taken yet, or when it is greater or the
/// first NaN. Arguments: element, window, maximum, its number or -1.
static void chooseBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Indexed *pool = data;
  MlirValue isInside = {NULL};
  UfSize number = elementNumber(b, pool, &isInside);
  MlirType type = mlirValueGetType(args[0]);
  MlirValue isFirst =
      ufCompare(b, UF_LT, args[3], ufInteger(b, ufI64(b), 0), false);
  MlirValue isBetter = ufCompare(b, UF_GT, args[0], args[2], pool->isUnsigned);
  if (ufIsFloat(type)) {
    MlirValue isNan = ufCompare(b, UF_NE, args[0], args[0], false);
    MlirValue isNumber = ufCompare(b, UF_EQ, args[2], args[2], false);
    isBetter = ufBinary(b, "arith.ori", isBetter,
                        ufBinary(b, "arith.andi", isNan, isNumber));
  }
  MlirValue take = ufBinary(b, "arith.ori", isFirst, isBetter);
  take = ufBinary(b, "arith.andi", isInside, take);
  MlirValue index = ufFromIndex(b, ufSizeValue(b, number), ufI64(b));
  results[0] = ufSelect(b, take, args[0], args[2]);
  results[1] = ufSelect(b, take, index, args[3]);
}

static MlirLogicalResult lowerIndexed(UfBuilder *b) {
  MlirValue input = ufInput(b, 0);
  Indexed pool = {.isUnsigned =
                      ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0))),
                  .isColumnMajor = ufGetBool(b->op, "column_major"),
                  .countsAll = ufGetBool(b->op, "counts_all")};
  UF_TRY(readIndexed(b->op, &pool.window));
  int m = pool.window.rank, loops = 2 * m + 2;
  ufWindowSizes(b, &pool.window, input, &pool.sizes);
  ufSizesOf(b, input, pool.input);
  MlirType element = ufElementType(input);
  MlirValue lowest = ufLowest(b, element, pool.isUnsigned);
  MlirValue padded = ufPadWindow(b, &pool.window, &pool.sizes, input, lowest);
  UfSize sizes[UF_MAX_SPATIAL + 2] = {pool.input[0], pool.input[1]};
  UfSize extents[UF_MAX_SPATIAL];
  MlirAffineExpr in[UF_MAX_SPATIAL + 2] = {ufExprDim(b, 0), ufExprDim(b, 1)};
  int kernels[UF_MAX_SPATIAL], outputs[UF_MAX_SPATIAL + 2] = {0, 1};
  for (int i = 0; i < m; ++i) {
    sizes[i + 2] = pool.sizes.output[i];
    extents[i] = ufStatic(pool.window.kernel[i]);
    outputs[i + 2] = i + 2;
    kernels[i] = i + 2 + m;
    in[i + 2] = ufExprWindow(b, i + 2, pool.window.stride[i], kernels[i],
                             pool.window.dilation[i]);
  }
  MlirAffineMap output = ufMapOf(b, loops, m + 2, outputs);
  MlirAffineMap maps[] = {ufMapExprs(b, loops, m + 2, in),
                          ufMapOf(b, loops, m, kernels), output, output};
  MlirValue extent = ufEmpty(b, element, m, extents);
  MlirValue values = ufFilled(b, lowest, m + 2, sizes);
  MlirValue indices = ufFilled(b, ufInteger(b, ufI64(b), -1), m + 2, sizes);
  static const char *const iterators[] = {"pppr", "pppprr", "ppppprrr"};
  MlirOperation generic =
      ufGenericOp(b, &(UfGeneric){.inputs = UF_VALUES(padded, extent),
                                  .inits = UF_VALUES(values, indices),
                                  .maps = maps,
                                  .iterators = iterators[m - 1],
                                  .body = chooseBody,
                                  .data = &pool});
  return ufReplaceAll(
      b, UF_VALUES(ufResultOf(generic, 0), ufResultOf(generic, 1)));
}

//===----------------------------------------------------------------------===//
// max_unpool
//
//   output = zeros of output_size; output[indices[n, c, p]] = input[n, c, p],
//   where an index counts all elements.
//
// (C1) indices has the shape of input.
// (C2) output_size has as many numbers as input has dimensions, none negative;
//      the first two may be -1: as in input.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferUnpool(MlirOperation op, UfShape *results) {
  results[0] = ufShape(ufOperandOf(op, 0));
  UfShape indices = ufShape(ufOperandOf(op, 1));
  bool agree = indices.rank == results[0].rank;
  for (int i = 0; agree && i < indices.rank; ++i)
    agree = indices.dims[i] == results[0].dims[i] ||
            indices.dims[i] == UF_DYNAMIC || results[0].dims[i] == UF_DYNAMIC;
  char given[UF_SHAPE_TEXT], found[UF_SHAPE_TEXT];
  if (!agree) // C1
    return ufOpError(op,
                     "operand 'indices' must have the shape of input, %s, but "
                     "has %s",
                     ufShapeText(&results[0], given, sizeof given),
                     ufShapeText(&indices, found, sizeof found));
  UfInts size = ufGetInts(op, "output_size");
  bool isGood = size.size == results[0].rank;
  for (int i = 0; isGood && i < size.size; ++i) {
    isGood = size.data[i] >= (i < 2 ? -1 : 0);
    if (size.data[i] >= 0)
      results[0].dims[i] = size.data[i];
  }
  if (!isGood) // C2
    return ufOpError(op,
                     "attribute 'output_size' must have %d sizes, where only "
                     "the first two may be -1",
                     results[0].rank);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult decomposeUnpool(UfBuilder *b) {
  MlirValue input = ufOperandOf(b->op, 0), indices = ufOperandOf(b->op, 1);
  UfInts size = ufGetInts(b->op, "output_size");
  UfShape result = ufShapeOfType(ufResultType(b, 0));
  int64_t count = ufNumElements(&result), minusOne = -1;
  if (count == UF_DYNAMIC)
    return ufOpError(b->op, "the sizes of the result must be known");
  UfAttrs flat = UF_ATTRS({"shape", ufIntsAttr(b, 1, &minusOne)});
  input = ufOp(b, "reshape", UF_VALUES(input), flat);
  indices = ufOp(b, "reshape", UF_VALUES(indices), flat);
  if (!input.ptr || !indices.ptr)
    return mlirLogicalResultFailure();
  MlirType type = ufTensorOf(result.element, 1, &count);
  MlirValue zeros = ufConstant(b, ufSplatAttr(type, 0));
  MlirValue output =
      ufOp(b, "scatter_elements", UF_VALUES(zeros, indices, input),
           UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  if (!output.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < size.size; ++i)
    size.data[i] = result.dims[i];
  return ufReplace(
      b, ufOp(b, "reshape", UF_VALUES(output),
              UF_ATTRS({"shape", ufIntsAttr(b, size.size, size.data)})));
}

/// Reads the spatial sizes that undo the window of `node`.
static MlirLogicalResult unpooledSizes(const UfNode *node, const UfShape *input,
                                       UfInts *size) {
  UfInts kernel = {0}, strides = {0}, pads = {0};
  ufNodeInts(node, "kernel_shape", &kernel);
  int rank = input->rank - 2;
  if (kernel.size != rank || rank < 1)
    return ufNodeError(node, "has a window of rank %d for an input of rank %d",
                       kernel.size, input->rank);
  if (!ufNodeInts(node, "strides", &strides))
    for (; strides.size < rank; ++strides.size)
      strides.data[strides.size] = 1;
  pads.size = 2 * rank;
  ufNodeInts(node, "pads", &pads);
  if (strides.size != rank || pads.size != 2 * rank)
    return ufNodeError(node,
                       "has %d strides and %d pads for a window of rank "
                       "%d",
                       strides.size, pads.size, rank);
  for (int i = 0; i < rank; ++i) {
    int64_t wide = 0;
    if (input->dims[i + 2] == UF_DYNAMIC)
      return ufNodeError(node,
                         "needs an input of known size, but dimension %d "
                         "is not",
                         i + 2);
    if (__builtin_mul_overflow(input->dims[i + 2] - 1, strides.data[i],
                               &wide) ||
        __builtin_add_overflow(wide, kernel.data[i], &wide) ||
        __builtin_sub_overflow(wide, pads.data[i], &wide) ||
        __builtin_sub_overflow(wide, pads.data[rank + i], &wide))
      return ufNodeError(node, "dimension %d of the result is too large",
                         i + 2);
    size->data[i + 2] = wide;
  }
  return mlirLogicalResultSuccess();
}

/// `x` with more elements behind each spatial dimension, as many as computed
/// sizes `wanted` are above `size`.
static MlirValue padTo(UfBuilder *b, MlirValue x, MlirValue wanted,
                       const UfInts *size) {
  int64_t zeros[UF_MAX_RANK + 2] = {0};
  int rank = size->size;
  wanted = ufCallSlice(b, ufCallCast(b, wanted, ufI64(b)), 0, 2, rank);
  MlirValue pads = ufCall2(b, "subtract", wanted,
                           ufIntsConstant(b, rank - 2, size->data + 2));
  pads =
      ufCallConcat(b, UF_VALUES(ufIntsConstant(b, rank + 2, zeros), pads), 0);
  return pads.ptr ? ufOp(b, "pad", UF_VALUES(x, (MlirValue){NULL}, pads),
                         UF_NO_ATTRS)
                  : pads;
}

/// ONNX counts indices in the unpooled image, which a larger output_shape pads.
static MlirLogicalResult importMaxUnpool(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue input = ufNodeInput(node, 0);
  UfShape shape = ufShape(input);
  UfInts size = {.size = shape.rank, .data = {-1, -1}}, wanted;
  UF_TRY(unpooledSizes(node, &shape, &size));
  MlirValue output =
      ufOp(b, "max_unpool", UF_VALUES(input, ufNodeInput(node, 1)),
           UF_ATTRS({"output_size", ufIntsAttr(b, size.size, size.data)}));
  if (!output.ptr || !ufNodeInput(node, 2).ptr)
    return ufNodeDefine(results, output);
  if (!ufKnownInts(ufNodeInput(node, 2), &wanted) || wanted.size != size.size)
    return ufNodeError(node, "needs an output_shape of %d sizes", size.size);
  if (!ufConstantInts(ufNodeInput(node, 2), &wanted))
    return ufNodeDefine(results, padTo(b, output, ufNodeInput(node, 2), &size));
  UfInts pads = {.size = 2 * size.size};
  bool isSame = true;
  for (int i = 2; i < size.size; ++i) {
    pads.data[size.size + i] = wanted.data[i] - size.data[i];
    isSame &= wanted.data[i] == size.data[i];
  }
  if (isSame)
    return ufNodeDefine(results, output);
  return ufNodeDefine(
      results, ufOp(b, "pad", UF_VALUES(output),
                    UF_ATTRS({"pads", ufIntsAttr(b, pads.size, pads.data)})));
}

static const UfOp ops[] = {
    {
        .name = "max_pool_with_indices",
        .summary = "Maximum over windows, and where it was found.",
        .operands = {{"input", "(batch, channels, positions).", UF_NUMBERS}},
        .results = {{"output", "The maxima."}, {"indices", "Where they are."}},
        .attrs = {{"kernel_size", "Size of the window.", UF_INT_LIST},
                  {"stride", "Steps of the window; 1 when absent.", UF_INT_LIST,
                   .optional = true},
                  {"padding",
                   "Room before, then after each dimension; 0 when absent.",
                   UF_INT_LIST, .optional = true},
                  {"dilation",
                   "Distance of the window's elements; 1 when absent.",
                   UF_INT_LIST, .optional = true},
                  {"ceil_mode", "A last window may hang over the end.", UF_BOOL,
                   "false"},
                  {"pad_mode", "What decides the padding.", UF_STRING,
                   "\"explicit\"",
                   .oneOf = "explicit|valid|same_upper|same_lower"},
                  {"column_major", "A plane is counted along columns.", UF_BOOL,
                   "false"},
                  {"counts_all", "Indices count all elements, not a plane's.",
                   UF_BOOL, "false"}},
        .infer = inferIndexed,
        .toLinalg = lowerIndexed,
        .imports = UF_IMPORTS({UF_TORCH, "aten.max_pool1d_with_indices.default",
                               0, ufTorchMaxPool},
                              {UF_TORCH, "aten.max_pool2d_with_indices.default",
                               0, ufTorchMaxPool},
                              {UF_TORCH, "aten.max_pool3d_with_indices.default",
                               0, ufTorchMaxPool},
                              {UF_TORCH, "aten.adaptive_max_pool1d.default", 0,
                               ufTorchAdaptiveMax},
                              {UF_TORCH, "aten.adaptive_max_pool2d.default", 0,
                               ufTorchAdaptiveMax},
                              {UF_TORCH, "aten.adaptive_max_pool3d.default", 0,
                               ufTorchAdaptiveMax}),
    },
    {
        .name = "max_unpool",
        .summary = "Puts maxima back to where they were found, among zeros.",
        .operands = {{"input", "The maxima.", UF_NUMBERS},
                     {"indices", "Where they go.", UF_INTEGERS}},
        .attrs = {{"output_size", "Shape of the result.", UF_INT_LIST}},
        .infer = inferUnpool,
        .decompose = decomposeUnpool,
        .imports = UF_IMPORTS(
            {UF_ONNX, "MaxUnpool", 9, importMaxUnpool},
            {UF_TORCH, "aten.max_pool2d_with_indices_backward.default", 0,
             ufTorchMaxPoolBackward},
            {UF_TORCH, "aten.max_pool3d_with_indices_backward.default", 0,
             ufTorchMaxPoolBackward},
            {UF_TORCH, "aten.max_unpool2d.default", 0, ufTorchMaxUnpool},
            {UF_TORCH, "aten.max_unpool3d.default", 0, ufTorchMaxUnpool}),
    },
};
UF_FAMILY(ufMaxIndicesOps, "max_indices", ops);

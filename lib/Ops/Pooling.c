//===-- Pooling.c - pool1d, pool2d, pool3d, global_pool -------------------===//

#include "IR/Tosa.h"
#include "Ops/TorchBackward.h"
#include "Ops/TorchWindow.h"

#include <math.h>
#include <string.h>

typedef enum PoolType { POOL_MAX, POOL_AVG, POOL_LP } PoolType;

static PoolType poolTypeOf(MlirOperation op) {
  const char *name = ufGetStr(op, "pool_type");
  if (strcmp(name, "max") == 0)
    return POOL_MAX;
  return strcmp(name, "avg") == 0 ? POOL_AVG : POOL_LP;
}

/// Averages and norms need floats.
static MlirLogicalResult checkElement(MlirOperation op) {
  if (poolTypeOf(op) == POOL_MAX ||
      ufIsFloat(ufElementType(ufOperandOf(op, 0))))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "pool_type '%s' needs a float input",
                   ufGetStr(op, "pool_type"));
}

static MlirLogicalResult checkNorm(MlirOperation op) {
  double p = ufGetFloat(op, "p");
  if (p > 0 && isfinite(p))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "attribute 'p' must be positive and finite, but is %g",
                   p);
}

//===----------------------------------------------------------------------===//
// pool1d, pool2d, pool3d
//
//   output[n, c, p] = the maximum, the average or the p-norm of
//                     input[n, c, stride * p + dilation * k - low] over all k,
//
//   where p and k have one index per spatial dimension. Elements outside the
//   input take no part; but with count_include_pad, an average counts those of
//   the padding as zeros. With ceil_mode a last window may hang over the end of
//   the padding, unless it would begin there.
//
// (C1) input has two dimensions more than the window.
// (C2) kernel_size, stride and dilation have one positive number for each
//      spatial dimension, padding one from zero up for the begin and one for
//      the end of each.
// (C3) padding is zero unless pad_mode is explicit.
// (C4) the window fits into the padded input.
// (C5) input has floats unless pool_type is max.
// (C6) p is positive and finite.
//===----------------------------------------------------------------------===//

static MlirLogicalResult readPool(MlirOperation op, UfWindow *window) {
  int rank = ufSpatialRank(op);
  UfInts kernel = ufGetInts(op, "kernel_size");
  int given = ufRank(ufOperandOf(op, 0));
  if (given != rank + 2) // C1
    return ufOpError(op, "operand 'input' must have rank %d, but has %d",
                     rank + 2, given);
  if (kernel.size != rank) // C2
    return ufOpError(op,
                     "attribute 'kernel_size' must have %d elements, but has "
                     "%d",
                     rank, kernel.size);
  UF_TRY(ufReadWindow(op, rank, kernel.data, window)); // C2, C3
  UF_TRY(checkElement(op));                            // C5
  return checkNorm(op);                                // C6
}

static MlirLogicalResult inferPool(MlirOperation op, UfShape *results) {
  UfWindow window = {0};
  UF_TRY(readPool(op, &window));
  results[0] = ufShape(ufOperandOf(op, 0));
  for (int i = 0; i < window.rank; ++i) {
    int64_t *size = &results[0].dims[ufSpatialDim(&window, i)];
    UF_TRY(ufInferWindow(op, &window, i, *size, size)); // C4
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Lowering to linalg
//===----------------------------------------------------------------------===//

typedef struct Pool {
  UfWindow window;
  PoolType type;
  double p;
  bool countsPadding, isUnsigned;
  MlirType element, sumElement;
  UfSize input[UF_MAX_SPATIAL];
  UfWindowSizes sizes;
} Pool;

static void gatherBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Pool *pool = data;
  MlirValue x = ufConvert(b, args[0], pool->sumElement, false, false);
  if (pool->type == POOL_MAX) {
    results[0] = ufMax(b, x, args[2], pool->isUnsigned);
    return;
  }
  if (pool->type == POOL_LP && pool->p == 2)
    x = ufMul(b, x, x);
  else if (pool->type == POOL_LP)
    x = ufUnary(b, "math.absf", x);
  if (pool->type == POOL_LP && pool->p != 2 && pool->p != 1)
    x = ufBinary(b, "math.powf", x, ufNumber(b, pool->sumElement, pool->p));
  results[0] = ufAddAnyOrder(b, x, args[2]);
}

/// Elements of the windows' positions along `dim` that are counted, at output
/// position `at`; all of them where no window leaves the input.
static UfSize countAlong(UfBuilder *b, const Pool *pool, int dim, UfSize at) {
  UfSize low = pool->sizes.low[dim], high = pool->sizes.high[dim];
  UfSize overhang = pool->sizes.overhang[dim];
  UfSize zero = ufStatic(0), kernel = ufStatic(pool->window.kernel[dim]);
  UfSize step = ufStatic(pool->window.dilation[dim]);
  UfSize begin = pool->countsPadding ? zero : low;
  UfSize end = ufSizeAdd(b, low, pool->input[dim]);
  UfSize beyond = overhang;
  if (pool->countsPadding)
    end = ufSizeAdd(b, end, high);
  else
    beyond = ufSizeAdd(b, high, overhang);
  if (ufSizeDim(begin) == 0 && ufSizeDim(beyond) == 0)
    return kernel;

  // Elements k with begin <= start + k * step < end.
  UfSize start = ufSizeMul(b, at, ufStatic(pool->window.stride[dim]));
  UfSize round = ufStatic(pool->window.dilation[dim] - 1);
  UfSize toEnd = ufSizeAdd(b, ufSizeSub(b, end, start), round);
  UfSize toBegin = ufSizeAdd(b, ufSizeSub(b, begin, start), round);
  UfSize last = ufSizeMin(b, ufSizeDiv(b, toEnd, step), kernel);
  UfSize first = ufSizeMax(b, ufSizeDiv(b, toBegin, step), zero);
  return ufSizeMax(b, ufSizeSub(b, last, first), zero);
}

static void finishBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Pool *pool = data;
  MlirType type = pool->sumElement;
  MlirValue x = args[0];
  if (pool->type == POOL_AVG) {
    UfSize count = ufStatic(1);
    for (int i = 0; i < pool->window.rank; ++i) {
      UfSize at = {.dynamic = ufLoopIndex(b, i + 2)};
      count = ufSizeMul(b, count, countAlong(b, pool, i, at));
    }
    MlirValue divisor = ufIsStatic(count)
                            ? ufNumber(b, type, (double)count.value)
                            : ufConvert(b, count.dynamic, type, false, false);
    x = ufDiv(b, x, divisor, false);
  } else if (pool->type == POOL_LP && pool->p == 2) {
    x = ufUnary(b, "math.sqrt", x);
  } else if (pool->type == POOL_LP && pool->p != 1) {
    x = ufBinary(b, "math.powf", x, ufNumber(b, type, 1 / pool->p));
  }
  results[0] = ufConvert(b, x, pool->element, false, false);
}

/// Reduces the windows. Loops: batch, channel, positions but the last, window,
/// last position, so that the innermost one is parallel.
static MlirValue gatherWindows(UfBuilder *b, const Pool *pool, MlirValue padded,
                               MlirValue init) {
  int m = pool->window.rank, loops = 2 * m + 2, firstKernel = m + 1;
  MlirAffineExpr in[UF_MAX_SPATIAL + 2], out[UF_MAX_SPATIAL + 2];
  int kernels[UF_MAX_SPATIAL];
  UfSize extents[UF_MAX_SPATIAL];
  in[0] = out[0] = ufExprDim(b, 0);
  in[1] = out[1] = ufExprDim(b, 1);
  for (int i = 0; i < m; ++i) {
    int position = i == m - 1 ? loops - 1 : i + 2;
    kernels[i] = firstKernel + i;
    extents[i] = ufStatic(pool->window.kernel[i]);
    out[i + 2] = ufExprDim(b, position);
    in[i + 2] = ufExprWindow(b, position, pool->window.stride[i], kernels[i],
                             pool->window.dilation[i]);
  }
  MlirAffineMap maps[] = {ufMapExprs(b, loops, m + 2, in),
                          ufMapOf(b, loops, m, kernels),
                          ufMapExprs(b, loops, m + 2, out)};
  // Nothing reads its elements: it says how large the window is.
  MlirValue extent = ufEmpty(b, pool->element, m, extents);
  static const char *const iterators[] = {"pprp", "ppprrp", "pppprrrp"};
  return ufGeneric(b, &(UfGeneric){.inputs = UF_VALUES(padded, extent),
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators[m - 1],
                                   .body = gatherBody,
                                   .data = pool});
}

static MlirLogicalResult lowerPool(UfBuilder *b) {
  MlirOperation op = b->op;
  Pool pool = {.type = poolTypeOf(op),
               .p = ufGetFloat(op, "p"),
               .countsPadding = ufGetBool(op, "count_include_pad")};
  UF_TRY(readPool(op, &pool.window));
  pool.isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(op, 0)));
  MlirValue input = ufChannelsSecond(b, &pool.window, ufInput(b, 0));
  pool.element = pool.sumElement = ufElementType(input);
  if (pool.type != POOL_MAX && ufBitWidth(pool.element) < 32)
    pool.sumElement = ufF32(b);
  ufWindowSizes(b, &pool.window, input, &pool.sizes);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, input, sizes);
  memcpy(pool.input, sizes + 2, sizeof pool.input);

  bool isMax = pool.type == POOL_MAX;
  MlirValue outside = isMax ? ufLowest(b, pool.element, pool.isUnsigned)
                            : ufNumber(b, pool.element, 0);
  MlirValue padded = ufPadWindow(b, &pool.window, &pool.sizes, input, outside);
  memcpy(sizes + 2, pool.sizes.output,
         (size_t)pool.window.rank * sizeof *sizes);
  MlirValue start = isMax ? outside : ufNumber(b, pool.sumElement, 0);
  MlirValue init = ufFilled(b, start, pool.window.rank + 2, sizes);
  MlirValue output = gatherWindows(b, &pool, padded, init);
  if (!isMax)
    output =
        ufElementwise(b, UF_VALUES(output), pool.element, finishBody, &pool);
  return ufReplace(b, ufChannelsBack(b, &pool.window, output));
}

//===----------------------------------------------------------------------===//
// Lowering to TOSA
//===----------------------------------------------------------------------===//

/// Whether TOSA's pools mean the same: averages never count padding, windows
/// are not dilated, and padding is smaller than the window.
static bool tosaHasPool(MlirOperation op, const UfWindow *window,
                        const UfTosaWindow *tosa) {
  PoolType type = poolTypeOf(op);
  if (type == POOL_LP || !ufTosaHasType(ufElementType(ufOperandOf(op, 0))))
    return false;
  for (int i = 0; i < window->rank; ++i) {
    const int64_t *pad = tosa->pad + i + i;
    bool isPadded = pad[0] > 0 || window->high[i] > 0 ||
                    window->padMode >= UF_PAD_SAME_UPPER;
    if (type == POOL_AVG && ufGetBool(op, "count_include_pad") && isPadded)
      return false;
    if (window->dilation[i] != 1 || pad[0] >= window->kernel[i] ||
        pad[1] >= window->kernel[i])
      return false;
  }
  MlirType element = ufElementType(ufOperandOf(op, 0));
  return ufIsFloat(element) || (ufBitWidth(element) == 8 && type == POOL_MAX);
}

static MlirValue buildTosaPool(UfBuilder *b, const UfWindow *window,
                               const UfTosaWindow *tosa, MlirValue input,
                               MlirType type) {
  MlirAttribute kernel = ufIntsAttr(b, 2, window->kernel);
  MlirAttribute stride = ufIntsAttr(b, 2, window->stride);
  MlirAttribute pad = ufIntsAttr(b, 4, tosa->pad);
  if (poolTypeOf(b->op) == POOL_MAX)
    return ufBuild(
        b, "tosa.max_pool2d", type, UF_VALUES(input),
        UF_ATTRS({"kernel", kernel}, {"stride", stride}, {"pad", pad}));
  MlirValue zero = ufTosaZero(b, ufElementType(input));
  return ufBuild(b, "tosa.avg_pool2d", type, UF_VALUES(input, zero, zero),
                 UF_ATTRS({"kernel", kernel}, {"stride", stride}, {"pad", pad},
                          {"acc_type", mlirTypeAttrGet(ufF32(b))}));
}

/// `shape` in (batch, height, width, channels); one spatial dimension is the
/// width.
static void tosaDims(const UfWindow *window, const UfShape *shape,
                     int64_t *dims) {
  dims[0] = shape->dims[0];
  dims[1] = window->rank == 1 ? 1 : shape->dims[ufSpatialDim(window, 0)];
  dims[2] = shape->dims[ufSpatialDim(window, window->rank - 1)];
  dims[3] = shape->dims[ufChannelDim(window)];
}

static MlirLogicalResult poolToTosa(UfBuilder *b) {
  UfWindow given = {0}, window;
  UF_TRY(readPool(b->op, &given));
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  UfShape last = {.rank = 4, .element = shape.element}, output = last;
  tosaDims(&given, &shape, last.dims);
  tosaDims(&given, &result, output.dims);
  window = given;
  if (given.rank == 1)
    ufWidenWindow(&window);
  window.isChannelsLast = true;
  UfTosaWindow tosa;
  // A reshape keeps one unknown size apart from the others, not two.
  bool isSplit = given.rank == 1 && ufNumElements(&shape) == UF_DYNAMIC;
  if (given.rank == 3 || isSplit || !ufTosaWindow(&window, &last, &tosa) ||
      !tosaHasPool(b->op, &window, &tosa))
    return mlirLogicalResultFailure();

  static const int64_t toLast[] = {0, 2, 3, 1}, toSecond[] = {0, 3, 1, 2};
  if (!given.isChannelsLast && given.rank == 1)
    x = ufTosaTranspose(b, x, (const int64_t[]){0, 2, 1});
  else if (!given.isChannelsLast)
    x = ufTosaTranspose(b, x, toLast);
  x = ufTosaTrim(b, ufTosaReshape(b, x, 4, last.dims), &tosa);
  x = buildTosaPool(b, &window, &tosa, x, ufTensorType(&output));
  if (!given.isChannelsLast)
    x = ufTosaTranspose(b, x, toSecond);
  return ufReplace(b, ufTosaReshape(b, x, result.rank, result.dims));
}

//===----------------------------------------------------------------------===//
// global_pool
//
//   output = the maximum, the average or the p-norm of input over all its
//            dimensions but the first two, which become 1.
//
// (C1) input has at least two dimensions.
// (C2) input has floats unless pool_type is max.
// (C3) p is positive and finite.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGlobalPool(MlirOperation op, UfShape *results) {
  results[0] = ufShape(ufOperandOf(op, 0));
  if (results[0].rank < 2) // C1
    return ufOpError(op, "operand 'input' must have rank 2 or more, but has %d",
                     results[0].rank);
  for (int i = 2; i < results[0].rank; ++i)
    results[0].dims[i] = 1;
  UF_TRY(checkElement(op)); // C2
  return checkNorm(op);     // C3
}

static MlirLogicalResult decomposeGlobalPool(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  MlirType element = ufElementType(x);
  int rank = ufRank(x);
  int64_t axes[UF_MAX_RANK];
  for (int i = 2; i < rank; ++i)
    axes[i - 2] = i;
  if (rank == 2 && poolTypeOf(b->op) != POOL_LP)
    return ufReplace(b, x);
  UfAttrs over = UF_ATTRS({"axes", ufIntsAttr(b, rank - 2, axes)},
                          {"keepdims", ufBoolAttr(b, true)});
  if (poolTypeOf(b->op) == POOL_MAX)
    return ufReplace(b, ufOp(b, "reduce_max", UF_VALUES(x), over));
  if (poolTypeOf(b->op) == POOL_AVG)
    return ufReplace(b, ufOp(b, "reduce_mean", UF_VALUES(x), over));

  double p = ufGetFloat(b->op, "p");
  x = ufOp(b, "abs", UF_VALUES(x), UF_NO_ATTRS);
  if (rank == 2 || !x.ptr)
    return ufReplace(b, x);
  x = ufOp(b, "pow", UF_VALUES(x, ufScalarConstant(b, element, p)),
           UF_NO_ATTRS);
  if (x.ptr)
    x = ufOp(b, "reduce_sum", UF_VALUES(x), over);
  if (x.ptr)
    x = ufOp(b, "pow", UF_VALUES(x, ufScalarConstant(b, element, 1 / p)),
             UF_NO_ATTRS);
  return ufReplace(b, x);
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// Op `prefix` with the window of `node`, and more attributes.
static MlirValue importWindow(UfBuilder *b, const UfNode *node, int rank,
                              const UfAttr *window, UfAttrs more) {
  UfAttr attrs[UF_MAX_ATTRS];
  int count = 0;
  for (int i = 0; i < UF_WINDOW_ATTRS; ++i)
    attrs[count++] = window[i];
  UfInts kernel;
  if (!ufNodeInts(node, "kernel_shape", &kernel)) {
    ufNodeError(node, "needs the attribute 'kernel_shape'");
    return (MlirValue){NULL};
  }
  attrs[count++] =
      (UfAttr){"kernel_size", ufIntsAttr(b, kernel.size, kernel.data)};
  attrs[count++] =
      (UfAttr){"ceil_mode", ufBoolAttr(b, ufNodeInt(node, "ceil_mode", 0))};
  for (intptr_t i = 0; i < more.size; ++i)
    attrs[count++] = more.data[i];
  char name[16];
  return ufOp(b, ufSpatialName(name, sizeof name, "pool", rank),
              UF_VALUES(ufNodeInput(node, 0)), (UfAttrs){attrs, count});
}

static MlirLogicalResult importMaxPool(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  int rank = 0;
  UfAttr window[UF_WINDOW_ATTRS];
  UF_TRY(ufNodeWindow(b, node, &rank, window));
  if (node->numOutputs < 2 || !node->used[1])
    return ufNodeDefine(
        results, importWindow(b, node, rank, window,
                              UF_ATTRS({"pool_type", ufStrAttr(b, "max")})));
  UfInts kernel = {0};
  ufNodeInts(node, "kernel_shape", &kernel);
  bool isColumnMajor = ufNodeInt(node, "storage_order", 0) == 1;
  MlirOperation op = ufOpN(
      b, "max_pool_with_indices", UF_VALUES(ufNodeInput(node, 0)),
      UF_ATTRS({"kernel_size", ufIntsAttr(b, kernel.size, kernel.data)},
               window[0], window[1], window[2], window[3],
               {"ceil_mode", ufBoolAttr(b, ufNodeInt(node, "ceil_mode", 0))},
               {"column_major", ufBoolAttr(b, isColumnMajor)},
               {"counts_all", ufBoolAttr(b, true)}),
      2);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  results[0] = ufResultOf(op, 0);
  results[1] = ufResultOf(op, 1);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importAveragePool(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  int rank = 0;
  UfAttr window[UF_WINDOW_ATTRS];
  UF_TRY(ufNodeWindow(b, node, &rank, window));
  bool countsPadding = ufNodeInt(node, "count_include_pad", 0);
  return ufNodeDefine(results,
                      importWindow(b, node, rank, window,
                                   UF_ATTRS({"pool_type", ufStrAttr(b, "avg")},
                                            {"count_include_pad",
                                             ufBoolAttr(b, countsPadding)})));
}

static MlirLogicalResult importLpPool(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  int rank = 0;
  UfAttr window[UF_WINDOW_ATTRS];
  UF_TRY(ufNodeWindow(b, node, &rank, window));
  double p = ufNodeFloat(node, "p", 2);
  return ufNodeDefine(results,
                      importWindow(b, node, rank, window,
                                   UF_ATTRS({"pool_type", ufStrAttr(b, "lp")},
                                            {"p", ufFloatAttr(b, p)})));
}

static MlirLogicalResult importGlobalPool(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  const char *type = "lp";
  if (strcmp(node->op, "GlobalMaxPool") == 0)
    type = "max";
  else if (strcmp(node->op, "GlobalAveragePool") == 0)
    type = "avg";
  double p = ufNodeFloat(node, "p", 2);
  return ufNodeDefine(results, ufOp(b, "global_pool", node->inputs,
                                    UF_ATTRS({"pool_type", ufStrAttr(b, type)},
                                             {"p", ufFloatAttr(b, p)})));
}

#define POOL(title, ones, zeros, ...)                                          \
  {.name = title,                                                              \
   .summary = "Maximum, average or norm over windows.",                        \
   .operands = {{"input", "(batch, channels, positions).", UF_NUMBERS}},       \
   .attrs = {{"pool_type", "What to take of a window.", UF_STRING,             \
              .oneOf = "max|avg|lp"},                                          \
             {"kernel_size", "Size of the window.", UF_INT_LIST},              \
             {"stride", "Steps of the window.", UF_INT_LIST, ones},            \
             {"padding", "Room before, then after each dimension.",            \
              UF_INT_LIST, zeros},                                             \
             {"dilation", "Distance of the window's elements.", UF_INT_LIST,   \
              ones},                                                           \
             {"ceil_mode", "A last window may hang over the end.", UF_BOOL,    \
              "false"},                                                        \
             {"count_include_pad", "Averages count padding as zeros.",         \
              UF_BOOL, "false"},                                               \
             {"p", "Exponent of the norm.", UF_FLOAT, "2.0 : f64"},            \
             {"pad_mode", "What decides the padding.", UF_STRING,              \
              "\"explicit\"",                                                  \
              .oneOf = "explicit|valid|same_upper|same_lower"},                \
             {"layout", "Where input and output have their channels.",         \
              UF_STRING, "\"NCHW\"", .oneOf = "NCHW|NHWC"}},                   \
   .infer = inferPool,                                                         \
   .toTosa = poolToTosa,                                                       \
   .toLinalg = lowerPool,                                                      \
   __VA_ARGS__}

static const UfOp ops[] = {
    {
        .name = "global_pool",
        .summary = "Maximum, average or norm over all positions.",
        .operands = {{"input", "(batch, channels, positions).", UF_NUMBERS}},
        .attrs = {{"pool_type", "What to take of the positions.", UF_STRING,
                   .oneOf = "max|avg|lp"},
                  {"p", "Exponent of the norm.", UF_FLOAT, "2.0 : f64"}},
        .infer = inferGlobalPool,
        .decompose = decomposeGlobalPool,
        .imports =
            UF_IMPORTS({UF_ONNX, "GlobalMaxPool", 1, importGlobalPool},
                       {UF_ONNX, "GlobalAveragePool", 1, importGlobalPool},
                       {UF_ONNX, "GlobalLpPool", 1, importGlobalPool}),
    },
    POOL("pool1d", "array<i64: 1>", "array<i64: 0, 0>"),
    // One rule for any rank: it picks the row.
    POOL("pool2d", "array<i64: 1, 1>", "array<i64: 0, 0, 0, 0>",
         .imports = UF_IMPORTS(
             {UF_ONNX, "MaxPool", 1, importMaxPool},
             {UF_ONNX, "AveragePool", 1, importAveragePool},
             {UF_ONNX, "LpPool", 1, importLpPool},
             {UF_TORCH, "aten.max_pool1d.default", 0, ufTorchMaxPool},
             {UF_TORCH, "aten.max_pool2d.default", 0, ufTorchMaxPool},
             {UF_TORCH, "aten.max_pool3d.default", 0, ufTorchMaxPool},
             {UF_TORCH, "aten.avg_pool2d_backward.default", 0,
              ufTorchAveragePoolBackward},
             {UF_TORCH, "aten.avg_pool3d_backward.default", 0,
              ufTorchAveragePoolBackward},
             {UF_TORCH, "aten._adaptive_avg_pool2d_backward.default", 0,
              ufTorchAdaptiveAverageBackward},
             {UF_TORCH, "aten._adaptive_avg_pool3d_backward.default", 0,
              ufTorchAdaptiveAverageBackward},
             {UF_TORCH, "aten.avg_pool1d.default", 0, ufTorchAveragePool},
             {UF_TORCH, "aten.avg_pool2d.default", 0, ufTorchAveragePool},
             {UF_TORCH, "aten.avg_pool3d.default", 0, ufTorchAveragePool},
             {UF_TORCH, "aten.adaptive_avg_pool1d.default", 0,
              ufTorchAdaptiveAverage},
             {UF_TORCH, "aten.adaptive_avg_pool2d.default", 0,
              ufTorchAdaptiveAverage},
             {UF_TORCH, "aten.adaptive_avg_pool3d.default", 0,
              ufTorchAdaptiveAverage},
             {UF_TORCH, "aten._adaptive_avg_pool2d.default", 0,
              ufTorchAdaptiveAverage},
             {UF_TORCH, "aten._adaptive_avg_pool3d.default", 0,
              ufTorchAdaptiveAverage})),
    POOL("pool3d", "array<i64: 1, 1, 1>", "array<i64: 0, 0, 0, 0, 0, 0>"),
};
UF_FAMILY(ufPoolingOps, "pooling", ops);

//===-- TorchPool.c - Import rules for ATen's pools -----------------------===//

#include "Ops/Compose.h"
#include "Ops/TorchWindow.h"

#include <string.h>

/// What pools with windows say.
typedef struct Pool {
  int rank;
  MlirValue x; ///< With a batch.
  bool isBatch;
  int64_t kernel[UF_MAX_SPATIAL], stride[UF_MAX_SPATIAL];
  int64_t padding[UF_MAX_SPATIAL], dilation[UF_MAX_SPATIAL];
  bool ceil;
} Pool;

/// Reads `self` with as many spatial dimensions as the operator's name says.
static MlirLogicalResult readImage(UfBuilder *b, const UfNode *node,
                                   Pool *pool) {
  *pool = (Pool){.rank = ufTorchSpatialRank(node)};
  pool->x = ufTorchTensor(b, node, "self");
  int given = pool->x.ptr ? ufRank(pool->x) : 0;
  if (given != pool->rank + 1 && given != pool->rank + 2)
    return ufNodeError(node,
                       "has an input of rank %d for %d spatial dimensions",
                       given, pool->rank);
  pool->isBatch = given == pool->rank + 2;
  if (!pool->isBatch)
    pool->x = ufCallUnsqueeze(b, pool->x, 0);
  return pool->x.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult readPool(UfBuilder *b, const UfNode *node,
                                  Pool *pool) {
  UF_TRY(readImage(b, node, pool));
  int rank = pool->rank;
  UF_TRY(ufTorchSpatial(node, "kernel_size", rank, -1, pool->kernel));
  const UfrontArg *stride = ufTorchArg(node, "stride");
  if (!stride || (stride->kind == UFRONT_ARG_LIST && stride->numItems == 0))
    memcpy(pool->stride, pool->kernel, sizeof pool->stride);
  else
    UF_TRY(ufTorchSpatial(node, "stride", rank, -1, pool->stride));
  UF_TRY(ufTorchSpatial(node, "padding", rank, 0, pool->padding));
  UF_TRY(ufTorchSpatial(node, "dilation", rank, 1, pool->dilation));
  pool->ceil = ufNodeInt(node, "ceil_mode", 0) != 0;
  return mlirLogicalResultSuccess();
}

/// Row pool1d, 2d or 3d, with a batch.
static MlirValue buildPool(UfBuilder *b, const Pool *pool, const char *type,
                           bool countsPadding) {
  char name[16];
  int rank = pool->rank;
  return ufOp(b, ufSpatialName(name, sizeof name, "pool", rank),
              UF_VALUES(pool->x),
              UF_ATTRS({"pool_type", ufStrAttr(b, type)},
                       {"kernel_size", ufIntsAttr(b, rank, pool->kernel)},
                       {"stride", ufIntsAttr(b, rank, pool->stride)},
                       {"padding", ufTorchPadding(b, rank, pool->padding)},
                       {"dilation", ufIntsAttr(b, rank, pool->dilation)},
                       {"ceil_mode", ufBoolAttr(b, pool->ceil)},
                       {"count_include_pad", ufBoolAttr(b, countsPadding)}));
}

static MlirLogicalResult define(UfBuilder *b, const Pool *pool, MlirValue y,
                                MlirValue *results) {
  return ufNodeDefine(results, pool->isBatch ? y : ufCallSqueeze(b, y, 0));
}

/// Where the maxima are, in an op of its own: it goes away where nobody asks.
static MlirLogicalResult defineIndices(UfBuilder *b, const Pool *pool,
                                       MlirValue *results) {
  int rank = pool->rank;
  MlirOperation op =
      ufOpN(b, "max_pool_with_indices", UF_VALUES(pool->x),
            UF_ATTRS({"kernel_size", ufIntsAttr(b, rank, pool->kernel)},
                     {"stride", ufIntsAttr(b, rank, pool->stride)},
                     {"padding", ufTorchPadding(b, rank, pool->padding)},
                     {"dilation", ufIntsAttr(b, rank, pool->dilation)},
                     {"ceil_mode", ufBoolAttr(b, pool->ceil)}),
            2);
  return op.ptr ? define(b, pool, ufResultOf(op, 1), results)
                : mlirLogicalResultFailure();
}

MlirLogicalResult ufTorchMaxPool(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  Pool pool;
  UF_TRY(readPool(b, node, &pool));
  UF_TRY(define(b, &pool, buildPool(b, &pool, "max", false), results));
  return node->numOutputs > 1 && node->used[1]
             ? defineIndices(b, &pool, results + 1)
             : mlirLogicalResultSuccess();
}

/// Sums over windows of `x`, by a convolution of each channel with ones.
static MlirValue sumWindows(UfBuilder *b, const Pool *pool, MlirValue x) {
  char name[16];
  int rank = pool->rank;
  int64_t sizes[UF_MAX_SPATIAL + 2] = {1, 1};
  memcpy(sizes + 2, pool->kernel, sizeof pool->kernel);
  x = ufOp(b, "flat", UF_VALUES(x),
           UF_ATTRS({"start", ufIntAttr(b, 0)}, {"end", ufIntAttr(b, 1)}));
  x = ufCallUnsqueeze(b, x, 1);
  if (!x.ptr)
    return x;
  MlirValue one = ufScalarConstant(b, ufElementType(x), 1);
  MlirValue ones = ufOp(b, "expand", UF_VALUES(one),
                        UF_ATTRS({"shape", ufIntsAttr(b, rank + 2, sizes)}));
  MlirValue y = ufOp(
      b, ufSpatialName(name, sizeof name, "conv", rank), UF_VALUES(x, ones),
      UF_ATTRS({"stride", ufIntsAttr(b, rank, pool->stride)},
               {"padding", ufTorchPadding(b, rank, pool->padding)}));
  // [batch * channels, 1, ...] as it was.
  UfAttrs leading = UF_ATTRS({"end", ufIntAttr(b, 2)});
  UfAttrs behind = UF_ATTRS({"start", ufIntAttr(b, 2)});
  if (!y.ptr)
    return y;
  MlirValue shape[] = {ufOp(b, "shape_of", UF_VALUES(pool->x), leading),
                       ufOp(b, "shape_of", UF_VALUES(y), behind)};
  return ufCall2(b, "reshape", y, ufCallConcat(b, (UfValues){shape, 2}, 0));
}

/// Averages of integers, rounded toward zero.
static MlirLogicalResult averageIntegers(UfBuilder *b, const UfNode *node,
                                         const Pool *pool, MlirValue *results) {
  if (pool->ceil)
    return ufNodeError(node, "argument 'ceil_mode' is not supported for "
                             "integers");
  MlirValue sum = sumWindows(b, pool, pool->x), count = {NULL};
  double size = 1;
  for (int i = 0; i < pool->rank; ++i)
    size *= (double)pool->kernel[i];
  if (ufTorchHas(node, "divisor_override"))
    count =
        ufTorchTensorAs(b, node, "divisor_override", ufElementType(pool->x));
  else if (ufNodeInt(node, "count_include_pad", 1))
    count = ufScalarConstant(b, ufElementType(pool->x), size);
  else
    count = sumWindows(
        b, pool,
        ufCallExpandLike(b, ufScalarConstant(b, ufElementType(pool->x), 1),
                         pool->x));
  return define(b, pool, ufCall2(b, "divide", sum, count), results);
}

MlirLogicalResult ufTorchAveragePool(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Pool pool;
  UF_TRY(readPool(b, node, &pool));
  if (!ufIsFloat(ufElementType(pool.x)))
    return averageIntegers(b, node, &pool, results);
  bool countsPadding = ufNodeInt(node, "count_include_pad", 1) != 0;
  if (!ufTorchHas(node, "divisor_override"))
    return define(b, &pool, buildPool(b, &pool, "avg", countsPadding), results);
  // Each window counts as many elements, unless it hangs over the end.
  if (pool.ceil)
    return ufNodeError(node, "argument 'divisor_override' is not supported "
                             "with 'ceil_mode'");
  double factor = 1 / ufNodeFloat(node, "divisor_override", 1);
  for (int i = 0; i < pool.rank; ++i)
    factor *= (double)pool.kernel[i];
  MlirValue y = buildPool(b, &pool, "avg", /*countsPadding=*/true);
  return define(b, &pool, ufCallNumber(b, "multiply", y, factor), results);
}

MlirLogicalResult ufTorchMaxUnpool(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Pool pool;
  UF_TRY(readImage(b, node, &pool));
  int64_t size[UF_MAX_SPATIAL], shape[UF_MAX_SPATIAL + 2] = {0, 0}, plane = 1;
  UF_TRY(ufTorchSpatial(node, "output_size", pool.rank, -1, size));
  for (int i = 0; i < pool.rank; ++i) {
    shape[i + 2] = size[i];
    if (size[i] < 1 || __builtin_mul_overflow(plane, size[i], &plane))
      return ufNodeError(node, "argument 'output_size' is out of range");
  }
  static const int64_t flat[] = {0, 0, -1};
  MlirValue x = ufCallReshape(b, pool.x, 3, flat);
  MlirValue indices = ufTorchTensor(b, node, "indices");
  if (!pool.isBatch)
    indices = ufCallUnsqueeze(b, indices, 0);
  indices = ufCallReshape(b, indices, 3, flat);
  if (!x.ptr || !indices.ptr)
    return mlirLogicalResultFailure();
  // A plane of zeros for each channel.
  UfInts last = {.size = 1, .data = {2}};
  MlirValue zeros = ufCallReduce(b, "reduce_sum", x, &last, true);
  zeros = ufCall2(b, "subtract", zeros, zeros);
  zeros = zeros.ptr
              ? ufOp(b, "expand", UF_VALUES(zeros),
                     UF_ATTRS({"shape",
                               ufIntsAttr(b, 3, (int64_t[]){-1, -1, plane})}))
              : zeros;
  if (!zeros.ptr)
    return mlirLogicalResultFailure();
  MlirValue y = ufOp(b, "scatter_elements", UF_VALUES(zeros, indices, x),
                     UF_ATTRS({"axis", ufIntAttr(b, 2)}));
  return define(b, &pool, ufCallReshape(b, y, pool.rank + 2, shape), results);
}

//===----------------------------------------------------------------------===//
// Adaptive pools: window i of n over s elements is those from i * s / n rounded
// down to (i + 1) * s / n rounded up.
//===----------------------------------------------------------------------===//

/// Whether windows are all alike, with no gaps; makes `pool` that.
static bool isRegular(Pool *pool, const int64_t *output) {
  for (int i = 0; i < pool->rank; ++i) {
    int64_t size = ufDimSize(pool->x, i + 2);
    if (size == UF_DYNAMIC || size < 1 || output[i] < 1 || size % output[i])
      return false;
    pool->kernel[i] = pool->stride[i] = size / output[i];
    pool->padding[i] = 0;
    pool->dilation[i] = 1;
  }
  return true;
}

static bool isGlobal(const Pool *pool, const int64_t *output) {
  bool is = true;
  for (int i = 0; i < pool->rank; ++i)
    is &= output[i] == 1;
  return is;
}

/// 0 to `count` - 1, as [count].
static MlirValue countTo(UfBuilder *b, MlirValue count) {
  MlirType type = ufI64(b);
  return count.ptr ? ufOp(b, "range",
                          UF_VALUES(ufScalarConstant(b, type, 0), count,
                                    ufScalarConstant(b, type, 1)),
                          UF_NO_ATTRS)
                   : count;
}

/// [count, size]: 1 / elements of the window where element is in it, else 0.
static MlirValue averagesOf(UfBuilder *b, MlirValue x, int dim, int64_t count) {
  MlirType type = ufI64(b);
  MlirValue size = ufCallSize(b, x, dim, type);
  MlirValue window = countTo(b, ufScalarConstant(b, type, (double)count));
  MlirValue begin = ufCallNumber(
      b, "divide", ufCall2(b, "multiply", window, size), (double)count);
  MlirValue end =
      ufCall2(b, "multiply", ufCallNumber(b, "add", window, 1), size);
  end =
      ufCallNumber(b, "divide", ufCallNumber(b, "add", end, (double)count - 1),
                   (double)count);
  begin = ufCallUnsqueeze(b, begin, 1);
  end = ufCallUnsqueeze(b, end, 1);
  MlirValue at = ufCallUnsqueeze(b, countTo(b, size), 0);
  MlirValue isIn = ufCall2(
      b, "multiply", ufCallCast(b, ufCallCompare(b, "ge", at, begin), type),
      ufCallCast(b, ufCallCompare(b, "lt", at, end), type));
  MlirType element = ufElementType(x);
  return ufCall2(b, "divide", ufCallCast(b, isIn, element),
                 ufCallCast(b, ufCall2(b, "subtract", end, begin), element));
}

/// Averages along each dimension in turn, by products with matrices.
static MlirValue averageAny(UfBuilder *b, const Pool *pool,
                            const int64_t *output) {
  MlirType element = ufElementType(pool->x);
  MlirType wide = ufBitWidth(element) < 32 ? ufF32(b) : element;
  MlirValue x = ufCallCast(b, pool->x, wide);
  for (int i = 0; i < pool->rank && x.ptr; ++i) {
    MlirValue matrix = averagesOf(b, x, i + 2, output[i]);
    x = ufCallTranspose(b, x, i + 2, -1);
    x = ufCallMatmul(b, x, matrix, false, true);
    x = ufCallTranspose(b, x, i + 2, -1);
  }
  return ufCallCast(b, x, element);
}

static UfInts spatialAxes(const Pool *pool) {
  UfInts axes = {.size = pool->rank};
  for (int i = 0; i < pool->rank; ++i)
    axes.data[i] = i + 2;
  return axes;
}

MlirLogicalResult ufTorchAdaptiveAverage(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  Pool pool;
  int64_t output[UF_MAX_SPATIAL];
  UF_TRY(readImage(b, node, &pool));
  UF_TRY(ufTorchSpatial(node, "output_size", pool.rank, -1, output));
  if (isGlobal(&pool, output)) {
    UfInts axes = spatialAxes(&pool);
    return define(b, &pool, ufCallReduce(b, "reduce_mean", pool.x, &axes, true),
                  results);
  }
  if (isRegular(&pool, output))
    return define(b, &pool, buildPool(b, &pool, "avg", false), results);
  return define(b, &pool, averageAny(b, &pool, output), results);
}

MlirLogicalResult ufTorchAdaptiveAverageBackward(UfBuilder *b,
                                                 const UfNode *node,
                                                 MlirValue *results) {
  Pool pool;
  UF_TRY(readImage(b, node, &pool));
  MlirValue grad = ufTorchTensor(b, node, "grad_output");
  if (!grad.ptr || !pool.isBatch)
    return ufNodeError(node, "needs 'grad_output', and 'self' with a batch");
  for (int i = 0; i < pool.rank && grad.ptr; ++i) {
    int64_t count = ufDimSize(grad, i + 2);
    if (count == UF_DYNAMIC)
      return ufNodeError(node, "needs to know the size of dimension %d", i + 2);
    MlirValue matrix = averagesOf(b, pool.x, i + 2, count);
    grad = ufCallTranspose(b, grad, i + 2, -1);
    grad = ufCallMatmul(b, grad, matrix, false, false);
    grad = ufCallTranspose(b, grad, i + 2, -1);
  }
  return ufNodeDefine(results, grad);
}

/// The maxima of windows along `dim`, whose size is known, and in `indices`
/// what stands there at the first of each.
static MlirValue maximaAlong(UfBuilder *b, MlirValue x, int dim, int64_t count,
                             MlirValue *indices) {
  int64_t size = ufDimSize(x, dim);
  MlirValue values[UF_MAX_VALUES], places[UF_MAX_VALUES];
  UfInts along = {.size = 1, .data = {dim}};
  for (int64_t i = 0; i < count; ++i) {
    int64_t begin = i * size / count,
            end = ((i + 1) * size + count - 1) / count;
    MlirValue part = ufCallSlice(b, x, dim, begin, end);
    values[i] = ufCallReduce(b, "reduce_max", part, &along, true);
    if (!part.ptr)
      return part;
    MlirValue at = ufOp(b, "argmax", UF_VALUES(part),
                        UF_ATTRS({"axis", ufIntAttr(b, dim)}));
    MlirValue of = ufCallSlice(b, *indices, dim, begin, end);
    places[i] = at.ptr && of.ptr ? ufOp(b, "gather_elements", UF_VALUES(of, at),
                                        UF_ATTRS({"axis", ufIntAttr(b, dim)}))
                                 : at;
  }
  *indices = ufCallConcat(b, (UfValues){places, (intptr_t)count}, dim);
  return ufCallConcat(b, (UfValues){values, (intptr_t)count}, dim);
}

/// Where each element of an image lies in its plane, in the shape of `x`.
static MlirValue positionsOf(UfBuilder *b, const Pool *pool) {
  int64_t plane = 1, shape[UF_MAX_SPATIAL];
  for (int i = 0; i < pool->rank; ++i) {
    shape[i] = ufDimSize(pool->x, i + 2);
    if (__builtin_mul_overflow(plane, shape[i], &plane))
      return (MlirValue){NULL};
  }
  MlirValue count = ufScalarConstant(b, ufI64(b), (double)plane);
  MlirValue all = ufCallReshape(b, countTo(b, count), pool->rank, shape);
  return ufCallExpandLike(b, all, pool->x);
}

static MlirLogicalResult checkAdaptiveMax(const UfNode *node, const Pool *pool,
                                          const int64_t *output) {
  for (int i = 0; i < pool->rank; ++i)
    if (ufDimSize(pool->x, i + 2) == UF_DYNAMIC || output[i] < 1 ||
        output[i] > UF_MAX_VALUES)
      return ufNodeError(node,
                         "needs an image of known size and an 'output_size' "
                         "from 1 to %d in dimension %d",
                         UF_MAX_VALUES, i);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufTorchAdaptiveMax(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Pool pool;
  int64_t output[UF_MAX_SPATIAL];
  UF_TRY(readImage(b, node, &pool));
  UF_TRY(ufTorchSpatial(node, "output_size", pool.rank, -1, output));
  if (isRegular(&pool, output)) {
    UF_TRY(define(b, &pool, buildPool(b, &pool, "max", false), results));
    return defineIndices(b, &pool, results + 1);
  }
  UF_TRY(checkAdaptiveMax(node, &pool, output));
  // The last dimension goes first, so that of equal maxima the first wins.
  MlirValue y = pool.x, indices = positionsOf(b, &pool);
  for (int i = pool.rank; i-- > 0 && y.ptr && indices.ptr;)
    y = maximaAlong(b, y, i + 2, output[i], &indices);
  UF_TRY(define(b, &pool, y, results));
  return define(b, &pool, indices, results + 1);
}

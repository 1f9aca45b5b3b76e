//===-- Scatter.c - Writing at indices that are computed ------------------===//
//
// Updates are applied in order, so that the last one stays where several are
// for one element. Indices count from the end when negative; updates for what
// is outside nevertheless are left out.
//
//===----------------------------------------------------------------------===//

#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/TorchIndex.h"
#include "Ops/TorchOrder.h"

#include <string.h>

/// An update and what it meets, as `reduction` says.
static MlirValue combine(UfBuilder *b, MlirValue old, MlirValue update) {
  const char *reduction = ufGetStr(b->op, "reduction");
  bool isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0)));
  if (strcmp(reduction, "add") == 0)
    return ufAdd(b, old, update);
  if (strcmp(reduction, "mul") == 0)
    return ufMul(b, old, update);
  if (strcmp(reduction, "max") == 0)
    return ufMax(b, old, update, isUnsigned);
  if (strcmp(reduction, "min") == 0)
    return ufMin(b, old, update, isUnsigned);
  return update;
}

/// Where updates go.
typedef struct Scatter {
  MlirValue indices, updates;
  const UfSize *sizes; ///< Of the input.
  int axis;            ///< Of scatter_elements.
  int rank;            ///< Of the input.
  int depth;           ///< How many dimensions have indices.
} Scatter;

/// The index from the front; and-s to `*isInside` whether it is one.
static MlirValue checkedIndex(UfBuilder *b, MlirValue index, UfSize size,
                              MlirValue *isInside) {
  MlirValue i = ufToIndex(b, index), n = ufSizeValue(b, size);
  MlirValue zero = ufIndex(b, 0);
  MlirValue isNegative = ufCompare(b, UF_LT, i, zero, false);
  i = ufSelect(b, isNegative, ufAdd(b, i, n), i);
  MlirValue inside =
      ufBinary(b, "arith.andi", ufCompare(b, UF_GE, i, zero, false),
               ufCompare(b, UF_LT, i, n, false));
  *isInside =
      isInside->ptr ? ufBinary(b, "arith.andi", *isInside, inside) : inside;
  return ufSelect(b, inside, i, zero);
}

/// `into` with `update` at `to`, when that is inside.
static MlirValue update(UfBuilder *b, MlirValue into, MlirValue value,
                        const MlirValue *to, MlirValue isInside) {
  MlirValue old = ufExtract(b, into, to);
  MlirValue written = combine(b, old, value);
  if (isInside.ptr)
    written = ufSelect(b, isInside, written, old);
  return ufInsertScalar(b, written, into, to);
}

/// Whether what is there can meet an update as `reduction` says.
static MlirLogicalResult verifyReduction(MlirOperation op, MlirType element) {
  bool isNumber = ufIsFloat(element) || ufIsInt(element) || ufIsBool(element);
  if (strcmp(ufGetStr(op, "reduction"), "none") == 0 ||
      (isNumber && !ufIsNarrow(element)))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "reduction '%s' cannot compute with the elements",
                   ufGetStr(op, "reduction"));
}

//===----------------------------------------------------------------------===//
// scatter_elements
//
//   The input, where output[i..., indices[i..., j, k...], k...] is combined
//   with updates[i..., j, k...], and j is dimension `axis`.
//
// (C1) -rank <= axis < rank.
// (C2) The indices have the rank of the input, and the updates their shape.
// (C3) They are not larger than the input but along `axis`.
// (C4) There are no indices into an empty dimension.
// (C5) The elements can be computed with, unless `reduction` is none.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferScatterElements(MlirOperation op,
                                              UfShape *results) {
  UfShape into = ufShape(mlirOperationGetOperand(op, 0));
  UfShape indices = ufShape(mlirOperationGetOperand(op, 1));
  UfShape updates = ufShape(mlirOperationGetOperand(op, 2));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), into.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), into.rank);
  bool fits = indices.rank == into.rank && updates.rank == into.rank;
  for (int d = 0; fits && d < into.rank; ++d)
    fits = indices.dims[d] == updates.dims[d] ||
           indices.dims[d] == UF_DYNAMIC || updates.dims[d] == UF_DYNAMIC;
  if (!fits) { // C2
    char first[UF_SHAPE_TEXT], second[UF_SHAPE_TEXT];
    return ufOpError(op,
                     "has indices of shape %s and updates of shape %s for an "
                     "input of rank %d",
                     ufShapeText(&indices, first, sizeof first),
                     ufShapeText(&updates, second, sizeof second), into.rank);
  }
  UF_TRY(ufVerifyAlong(op, axis, &into, &indices));         // C3
  UF_TRY(ufVerifyIndexable(op, into.dims[axis], &indices)); // C4
  results[0] = into;
  return verifyReduction(op, into.element); // C5
}

static void stepScatterElements(UfBuilder *b, const MlirValue *at,
                                const MlirValue *carried, MlirValue *next,
                                const void *data) {
  const Scatter *scatter = data;
  MlirValue to[UF_MAX_RANK], isInside = {NULL};
  for (int d = 0; d < scatter->rank; ++d)
    to[d] = at[d];
  to[scatter->axis] = checkedIndex(b, ufExtract(b, scatter->indices, at),
                                   scatter->sizes[scatter->axis], &isInside);
  next[0] =
      update(b, carried[0], ufExtract(b, scatter->updates, at), to, isInside);
}

static MlirLogicalResult lowerScatterElements(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), result;
  UfSize from[UF_MAX_RANK], sizes[UF_MAX_RANK];
  ufSizesOf(b, x, from);
  Scatter scatter = {.indices = ufInput(b, 1),
                     .updates = ufInput(b, 2),
                     .sizes = from,
                     .rank = ufRank(x),
                     .axis = ufAxis(ufGetInt(b->op, "axis"), ufRank(x))};
  for (int d = 0; d < scatter.rank; ++d) {
    sizes[d] = ufSizeOf(b, scatter.indices, d);
    ufAssertSameSize(b, sizes[d], ufSizeOf(b, scatter.updates, d),
                     "scatter_elements: indices and updates differ in shape");
    if (d != scatter.axis)
      ufAssertAtMost(b, sizes[d], from[d],
                     "scatter_elements: there are more indices than elements");
  }
  ufAssertIndexable(b, from[scatter.axis], scatter.indices);
  ufLoopNest(b, scatter.rank, sizes, 1, &x, &result, stepScatterElements,
             &scatter);
  return ufReplace(b, result);
}

//===----------------------------------------------------------------------===//
// scatter_nd
//
//   The input, where output[indices[i..., :]..., k...] is combined with
//   updates[i..., k...].
//
// (C1) The last dimension of the indices has a known size, at most the rank of
//      the input.
// (C2) The updates have the shape of the indices without it, then that of the
//      input without the dimensions that have indices.
// (C3) There are no indices into an empty dimension.
// (C4) The elements can be computed with, unless `reduction` is none.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferScatterNd(MlirOperation op, UfShape *results) {
  UfShape into = ufShape(mlirOperationGetOperand(op, 0));
  UfShape indices = ufShape(mlirOperationGetOperand(op, 1));
  UfShape updates = ufShape(mlirOperationGetOperand(op, 2));
  int64_t depth = indices.rank ? indices.dims[indices.rank - 1] : UF_DYNAMIC;
  if (depth == UF_DYNAMIC || depth > into.rank) // C1
    return ufOpError(op,
                     "indices must have a last dimension of at most %d that "
                     "is known",
                     into.rank);
  int numLoops = indices.rank - 1;
  bool fits = updates.rank == numLoops + into.rank - depth;
  for (int d = 0; fits && d < updates.rank; ++d) {
    int64_t wanted =
        d < numLoops ? indices.dims[d] : into.dims[d - numLoops + depth];
    fits = updates.dims[d] == wanted || wanted == UF_DYNAMIC ||
           updates.dims[d] == UF_DYNAMIC;
  }
  if (!fits) { // C2
    char texts[3][UF_SHAPE_TEXT];
    return ufOpError(op,
                     "updates of shape %s do not fit indices of shape %s "
                     "into an input of shape %s",
                     ufShapeText(&updates, texts[0], sizeof texts[0]),
                     ufShapeText(&indices, texts[1], sizeof texts[1]),
                     ufShapeText(&into, texts[2], sizeof texts[2]));
  }
  for (int d = 0; d < depth; ++d)
    UF_TRY(ufVerifyIndexable(op, into.dims[d], &indices)); // C3
  results[0] = into;
  return verifyReduction(op, into.element); // C4
}

/// One slice of updates, at an index that is known.
typedef struct Row {
  const Scatter *scatter;
  const MlirValue *at; ///< In the indices.
  const MlirValue *to; ///< In the input.
  MlirValue isInside;
} Row;

static void stepRow(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  const Row *row = data;
  const Scatter *scatter = row->scatter;
  int numLoops = ufRank(scatter->indices) - 1;
  MlirValue from[UF_MAX_RANK], to[UF_MAX_RANK];
  for (int d = 0; d < numLoops; ++d)
    from[d] = row->at[d];
  for (int d = 0; d < scatter->rank; ++d) {
    to[d] = d < scatter->depth ? row->to[d] : at[d - scatter->depth];
    if (d >= scatter->depth)
      from[numLoops + d - scatter->depth] = at[d - scatter->depth];
  }
  next[0] = update(b, carried[0], ufExtract(b, scatter->updates, from), to,
                   row->isInside);
}

static void stepScatterNd(UfBuilder *b, const MlirValue *at,
                          const MlirValue *carried, MlirValue *next,
                          const void *data) {
  const Scatter *scatter = data;
  int numLoops = ufRank(scatter->indices) - 1;
  MlirValue where[UF_MAX_RANK], to[UF_MAX_RANK];
  Row row = {scatter, at, to, {NULL}};
  for (int d = 0; d < numLoops; ++d)
    where[d] = at[d];
  for (int d = 0; d < scatter->depth; ++d) {
    where[numLoops] = ufIndex(b, d);
    to[d] = checkedIndex(b, ufExtract(b, scatter->indices, where),
                         scatter->sizes[d], &row.isInside);
  }
  ufLoopNest(b, scatter->rank - scatter->depth, scatter->sizes + scatter->depth,
             1, carried, next, stepRow, &row);
}

static MlirLogicalResult lowerScatterNd(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), result;
  UfSize into[UF_MAX_RANK], sizes[UF_MAX_RANK];
  ufSizesOf(b, x, into);
  Scatter scatter = {.indices = ufInput(b, 1),
                     .updates = ufInput(b, 2),
                     .sizes = into,
                     .rank = ufRank(x)};
  int numLoops = ufRank(scatter.indices) - 1;
  scatter.depth = (int)ufDimSize(scatter.indices, numLoops);
  for (int d = 0; d < ufRank(scatter.updates); ++d) {
    UfSize wanted = d < numLoops ? ufSizeOf(b, scatter.indices, d)
                                 : into[d - numLoops + scatter.depth];
    ufAssertSameSize(b, wanted, ufSizeOf(b, scatter.updates, d),
                     "scatter_nd: the updates have the wrong shape");
    if (d < numLoops)
      sizes[d] = wanted;
  }
  for (int d = 0; d < scatter.depth; ++d)
    ufAssertIndexable(b, into[d], scatter.indices);
  ufLoopNest(b, numLoops, sizes, 1, &x, &result, stepScatterNd, &scatter);
  return ufReplace(b, result);
}

//===----------------------------------------------------------------------===//
// tensor_scatter
//
//   The cache, where the elements along `axis` from write_indices[i] on, for
//   index i of dimension 0, are those of the update. "circular" goes on from
//   the beginning behind the last; "linear" leaves out what is behind it.
//
// (C1) -rank <= axis < rank, and it is not dimension 0.
// (C2) The update has the shape of the cache, but is not longer along `axis`.
// (C3) There is one write index for each index of dimension 0.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferTensorScatter(MlirOperation op,
                                            UfShape *results) {
  UfShape cache = ufShape(mlirOperationGetOperand(op, 0));
  UfShape part = ufShape(mlirOperationGetOperand(op, 1));
  MlirValue starts = ufOperandOf(op, 2);
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), cache.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), cache.rank);
  if (axis == 0) // C1
    return ufOpError(op, "axis must not be that of the batch");
  bool fits = part.rank == cache.rank;
  for (int d = 0; fits && d < cache.rank; ++d)
    fits = part.dims[d] == UF_DYNAMIC || cache.dims[d] == UF_DYNAMIC ||
           (d == axis ? part.dims[d] <= cache.dims[d]
                      : part.dims[d] == cache.dims[d]);
  char first[UF_SHAPE_TEXT], second[UF_SHAPE_TEXT];
  if (!fits) // C2
    return ufOpError(op,
                     "an update of shape %s does not fit a cache of shape "
                     "%s along axis %d",
                     ufShapeText(&part, first, sizeof first),
                     ufShapeText(&cache, second, sizeof second), axis);
  if (starts.ptr) {
    UfShape list = ufShape(starts);
    if (list.rank != 1 ||
        (list.dims[0] != cache.dims[0] && list.dims[0] != UF_DYNAMIC &&
         cache.dims[0] != UF_DYNAMIC)) // C3
      return ufOpError(op,
                       "write_indices have shape %s for a cache of shape %s",
                       ufShapeText(&list, first, sizeof first),
                       ufShapeText(&cache, second, sizeof second));
  }
  results[0] = cache;
  return mlirLogicalResultSuccess();
}

typedef struct Cache {
  MlirValue part, starts; ///< No starts: 0.
  UfSize length, partLength;
  int axis;
  bool isCircular;
} Cache;

/// The element of the update when it is for this place, else the cache's.
static void cacheBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                      const void *data) {
  const Cache *cache = data;
  int rank = ufRank(cache->part);
  MlirValue at[UF_MAX_RANK], zero = ufIndex(b, 0);
  for (int d = 0; d < rank; ++d)
    at[d] = ufLoopIndex(b, d);
  MlirValue offset = at[cache->axis];
  if (cache->starts.ptr) {
    MlirValue start = ufToIndex(b, ufExtract(b, cache->starts, &at[0]));
    offset = ufSub(b, offset, start);
  }
  if (cache->isCircular) {
    MlirValue length = ufSizeValue(b, cache->length);
    offset = ufBinary(b, "arith.remsi", offset, length);
    MlirValue isNegative = ufCompare(b, UF_LT, offset, zero, false);
    offset = ufSelect(b, isNegative, ufAdd(b, offset, length), offset);
  }
  MlirValue end = ufSizeValue(b, cache->partLength);
  MlirValue isInside =
      ufBinary(b, "arith.andi", ufCompare(b, UF_GE, offset, zero, false),
               ufCompare(b, UF_LT, offset, end, false));
  at[cache->axis] = ufSelect(b, isInside, offset, zero);
  results[0] = ufSelect(b, isInside, ufExtract(b, cache->part, at), args[0]);
}

static MlirLogicalResult lowerTensorScatter(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  Cache cache = {.part = ufInput(b, 1),
                 .starts = ufInput(b, 2),
                 .length = ufSizeOf(b, x, axis),
                 .axis = axis,
                 .isCircular = ufGetStr(b->op, "mode")[0] == 'c'};
  cache.partLength = ufSizeOf(b, cache.part, axis);
  // Every element reads the update, if only to leave it.
  if (ufIsStatic(cache.partLength) && cache.partLength.value == 0)
    return ufReplace(b, x);
  ufAssertNotEmpty(b, cache.partLength, "tensor_scatter: the update is empty");
  ufAssertAtMost(b, cache.partLength, cache.length,
                 "tensor_scatter: the update is longer than the cache");
  for (int d = 0; d < rank; ++d)
    if (d != axis)
      ufAssertSameSize(b, ufSizeOf(b, x, d), ufSizeOf(b, cache.part, d),
                       "tensor_scatter: cache and update differ in shape");
  if (cache.starts.ptr)
    ufAssertSameSize(b, ufSizeOf(b, x, 0), ufSizeOf(b, cache.starts, 0),
                     "tensor_scatter: there is not one index for each batch");
  return ufReplace(
      b, ufElementwise(b, UF_VALUES(x), ufElementType(x), cacheBody, &cache));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "scatter_elements",
        .summary = "The input with elements updated along `axis`, by number.",
        .operands = {{"input", "Any tensor."},
                     {"indices", "From the end if negative.", UF_INTEGERS},
                     {"updates", "As many as indices.", UF_SAME}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"},
                  {"reduction", "How an update meets what is there.", UF_STRING,
                   "\"none\"", .oneOf = "none|add|mul|max|min"}},
        .infer = inferScatterElements,
        .toLinalg = lowerScatterElements,
        .imports = UF_IMPORTS({UF_ONNX, "Scatter", 9, NULL},
                              {UF_ONNX, "ScatterElements", 11, NULL},
                              UF_TORCH_SCATTER_ELEMENTS, UF_TORCH_COUNTS),
    },
    {
        .name = "scatter_nd",
        .summary = "The input with slices updated, by numbers.",
        .operands = {{"input", "Any tensor."},
                     {"indices", "[..., numbers].", UF_INTEGERS},
                     {"updates", "A slice for each.", UF_SAME}},
        .attrs = {{"reduction", "How an update meets what is there.", UF_STRING,
                   "\"none\"", .oneOf = "none|add|mul|max|min"}},
        .infer = inferScatterNd,
        .toLinalg = lowerScatterNd,
        .imports =
            UF_IMPORTS({UF_ONNX, "ScatterND", 11, NULL}, UF_TORCH_SCATTER_NDS),
    },
    {
        .name = "tensor_scatter",
        .summary = "A cache with part of each batch replaced.",
        .operands = {{"cache", "[batch, ...]."},
                     {"update", "Shorter along `axis`.", UF_SAME},
                     {"write_indices", "Where, per batch; 0 when absent.",
                      UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "-2"},
                  {"mode", "What happens behind the end.", UF_STRING,
                   "\"linear\"", .oneOf = "linear|circular"}},
        .infer = inferTensorScatter,
        .toLinalg = lowerTensorScatter,
        .imports = UF_IMPORTS({UF_ONNX, "TensorScatter", 24, NULL}),
    },
};
UF_FAMILY(ufScatterOps, "scatter", ops);

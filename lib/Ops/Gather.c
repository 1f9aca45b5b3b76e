//===-- Gather.c - Reading at indices that are computed -------------------===//
//
// Indices count from the end when negative. What is outside nevertheless is
// moved to the nearest index inside: no index reads other memory.
//
//===----------------------------------------------------------------------===//

#include "IR/Tosa.h"
#include "Ops/MlScore.h"
#include "Ops/Move.h"
#include "Ops/TorchIndex.h"

//===----------------------------------------------------------------------===//
// gather
//
//   output[i..., j..., k...] = input[i..., indices[j...], k...], where i are as
//   many dimensions as are before `axis`.
//
// (C1) -rank <= axis < rank.
// (C2) The result has at most 16 dimensions.
// (C3) There are no indices into an empty dimension.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGather(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfShape indices = ufShape(mlirOperationGetOperand(op, 1));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), from.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), from.rank);
  int rank = from.rank - 1 + indices.rank;
  if (rank > UF_MAX_RANK) // C2
    return ufOpError(op, "makes a result of rank %d, the most is %d", rank,
                     UF_MAX_RANK);
  UF_TRY(ufVerifyIndexable(op, from.dims[axis], &indices)); // C3
  results[0] = (UfShape){.rank = rank, .element = from.element};
  for (int d = 0; d < rank; ++d) {
    int behind = d - indices.rank + 1;
    results[0].dims[d] = d < axis        ? from.dims[d]
                         : behind > axis ? from.dims[behind]
                                         : indices.dims[d - axis];
  }
  return mlirLogicalResultSuccess();
}

/// Element `at` of the constant indices of `op`, counted from the front.
static bool constantIndex(MlirOperation op, const int64_t *at, int64_t size,
                          int64_t *index) {
  MlirAttribute indices = ufConstantOf(mlirOperationGetOperand(op, 1));
  if (mlirAttributeIsNull(indices) || !mlirAttributeIsADenseElements(indices) ||
      size == UF_DYNAMIC)
    return false;
  UfShape shape = ufShapeOfType(mlirAttributeGetType(indices));
  int64_t linear = 0;
  for (int d = 0; d < shape.rank; ++d)
    linear = linear * shape.dims[d] + at[d];
  *index = ufElementAsInt(indices, linear);
  *index += *index < 0 ? size : 0;
  return true;
}

static int originGather(MlirOperation op, const int64_t *at, int64_t *from) {
  UfShape source = ufShape(mlirOperationGetOperand(op, 0));
  int numIndices = ufRank(mlirOperationGetOperand(op, 1));
  int axis = ufAxis(ufGetInt(op, "axis"), source.rank);
  for (int d = 0; d < source.rank; ++d)
    if (d != axis)
      from[d] = d < axis ? at[d] : at[d + numIndices - 1];
  return constantIndex(op, at + axis, source.dims[axis], &from[axis]) ? 0 : -1;
}

static MlirAttribute foldGather(MlirOperation op, const MlirAttribute *operands,
                                MlirValue *value) {
  (void)value;
  MlirAttribute folded = ufFoldInts(op);
  return mlirAttributeIsNull(folded) ? ufFoldMove(op, operands, originGather)
                                     : folded;
}

/// Elements of a list of scalars, as shapes are computed, stay scalars.
static bool gatherScalars(UfBuilder *b, MlirValue x, MlirValue indices,
                          MlirValue *out) {
  MlirType type = ufSignless(ufResultType(b, 0));
  UfShape result = ufShapeOfType(type);
  int64_t count = ufNumElements(&result), size = ufDimSize(x, 0);
  int64_t constant[UF_MAX_RANK];
  MlirValue scalars[UF_MAX_RANK];
  if (ufRank(x) != 1 || result.rank > 1 || size == UF_DYNAMIC ||
      size > UF_MAX_RANK || !mlirTypeIsAInteger(result.element) ||
      count == UF_DYNAMIC || count > UF_MAX_RANK ||
      !ufConstantElements(indices, (int)count, constant))
    return false;
  for (int i = 0; i < count; ++i) {
    int64_t at = constant[i] + (constant[i] < 0 ? size : 0);
    at = at < 0 ? 0 : at;
    scalars[i] = ufElementScalar(b, x, (int)(at < size ? at : size - 1));
  }
  *out = ufFromScalars(b, type, (int)count, scalars);
  return true;
}

/// One index into `size`, counted from the front and clamped.
static UfSize wrapSize(UfBuilder *b, UfSize index, UfSize size) {
  if (ufIsStatic(index) && index.value < 0)
    index = ufSizeAdd(b, size, index);
  else if (!ufIsSize(index))
    index = ufSelectSize(b, ufCompareSize(b, UF_LT, index, 0),
                         ufSizeAdd(b, index, size), index);
  index = ufSizeMin(b, index, ufSizeSub(b, size, ufStatic(1)));
  return ufSizeMax(b, index, ufStatic(0));
}

/// A single index names a slice.
static MlirValue gatherSlice(UfBuilder *b, MlirValue x, MlirValue index,
                             int axis, int rank, const UfSize *sizes) {
  UfSize offsets[UF_MAX_RANK], part[UF_MAX_RANK] = {{0}}, one = ufStatic(1);
  if (ufRank(index) > 1)
    index = ufReshape(b, index, 1, &one);
  for (int d = 0; d < ufRank(x); ++d) {
    offsets[d] = ufStatic(0);
    part[d] = ufSizeOf(b, x, d);
  }
  offsets[axis] = wrapSize(b, ufElementSize(b, index, 0), part[axis]);
  part[axis] = one;
  return ufReshape(b, ufSlice(b, x, offsets, part, NULL), rank, sizes);
}

typedef struct Gather {
  MlirValue x;
  UfSize size; ///< Of the dimension the index is for.
  int axis;
  int rank, numIndices; ///< Of the result, of the indices.
} Gather;

static void gatherBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Gather *gather = data;
  MlirValue from[UF_MAX_RANK];
  for (int d = 0; d < ufRank(gather->x); ++d)
    if (d != gather->axis)
      from[d] =
          ufLoopIndex(b, d < gather->axis ? d : d + gather->numIndices - 1);
  from[gather->axis] = ufWrapIndex(b, args[0], gather->size);
  results[0] = ufExtract(b, gather->x, from);
}

/// Loops over `sizes` with the element of `indices` at `dims` as argument.
static MlirValue gatherLoops(UfBuilder *b, MlirValue indices, const int *dims,
                             MlirType element, int rank, const UfSize *sizes,
                             UfBody body, const void *data) {
  MlirAffineMap maps[] = {ufMapOf(b, rank, ufRank(indices), dims),
                          ufMapIdentity(b, rank)};
  MlirValue init = ufEmpty(b, element, rank, sizes);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[d] = 'p';
  return ufGeneric(b, &(UfGeneric){.inputs = {&indices, 1},
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = body,
                                   .data = data});
}

static MlirLogicalResult lowerGather(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), indices = ufInput(b, 1), result;
  int axis = ufAxis(ufGetInt(b->op, "axis"), ufRank(x));
  int numIndices = ufRank(indices), rank = ufRank(x) - 1 + numIndices;
  UfSize sizes[UF_MAX_RANK];
  int dims[UF_MAX_RANK];
  if (gatherScalars(b, x, indices, &result))
    return ufReplace(b, result);
  for (int d = 0; d < rank; ++d) {
    int behind = d - numIndices + 1;
    sizes[d] = d < axis        ? ufSizeOf(b, x, d)
               : behind > axis ? ufSizeOf(b, x, behind)
                               : ufSizeOf(b, indices, d - axis);
  }
  UfSize size = ufSizeOf(b, x, axis);
  ufAssertIndexable(b, size, indices);
  UfShape shape = ufShape(indices);
  if (ufNumElements(&shape) == 1)
    return ufReplace(b, gatherSlice(b, x, indices, axis, rank, sizes));
  for (int d = 0; d < numIndices; ++d)
    dims[d] = axis + d;
  Gather gather = {x, size, axis, rank, numIndices};
  return ufReplace(b, gatherLoops(b, indices, dims, ufElementType(x), rank,
                                  sizes, gatherBody, &gather));
}

/// Indices as [1, count], counted from the front and clamped.
static MlirValue wrapTosa(UfBuilder *b, MlirValue indices, int64_t count,
                          int64_t size) {
  int64_t dims[] = {1, count};
  indices = ufTosaReshape(b, indices, 2, dims);
  MlirType type = mlirValueGetType(indices);
  MlirValue zero = ufTosaSplat(b, type, 0);
  MlirValue isNegative =
      ufBuild(b, "tosa.greater", ufTensorOf(ufI1(b), 2, dims),
              UF_VALUES(zero, indices), UF_NO_ATTRS);
  MlirValue fromEnd = ufTosaBinary(b, "tosa.add", type, indices,
                                   ufTosaSplat(b, type, (double)size));
  indices = ufBuild(b, "tosa.select", type,
                    UF_VALUES(isNegative, fromEnd, indices), UF_NO_ATTRS);
  indices = ufTosaBinary(b, "tosa.minimum", type, indices,
                         ufTosaSplat(b, type, (double)(size - 1)));
  return ufTosaBinary(b, "tosa.maximum", type, indices, zero);
}

/// tosa.gather takes [N, K, C] and [N, W].
static MlirLogicalResult gatherToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0), indices = ufOperandOf(b->op, 1);
  UfShape from = ufShape(x), list = ufShape(indices);
  MlirType type = ufResultType(b, 0);
  UfShape result = ufShapeOfType(type);
  int axis = ufAxis(ufGetInt(b->op, "axis"), from.rank);
  int width = ufBitWidth(list.element);
  if (!ufTosaHasType(from.element) || !ufTosaHasType(list.element) ||
      ufNumElements(&from) == UF_DYNAMIC || (width != 32 && width != 64) ||
      ufNumDynamic(mlirValueGetType(x)) + ufNumDynamic(type) > 0 ||
      ufNumDynamic(mlirValueGetType(indices)) > 0 || ufHasEmptyDim(type) ||
      ufHasEmptyDim(mlirValueGetType(x)))
    return mlirLogicalResultFailure();
  int64_t dims[] = {1, from.dims[axis], 1}, count = ufNumElements(&list);
  for (int d = 0; d < axis; ++d)
    dims[0] *= from.dims[d];
  for (int d = axis + 1; d < from.rank; ++d)
    dims[2] *= from.dims[d];
  indices = wrapTosa(b, indices, count, dims[1]);
  if (dims[0] > 1)
    indices =
        ufBuild(b, "tosa.tile",
                ufTensorOf(list.element, 2, (int64_t[]){dims[0], count}),
                UF_VALUES(indices, ufTosaShape(b, 2, (int64_t[]){dims[0], 1})),
                UF_NO_ATTRS);
  MlirType flat =
      ufTensorOf(from.element, 3, (int64_t[]){dims[0], count, dims[2]});
  MlirValue y =
      ufBuild(b, "tosa.gather", flat,
              UF_VALUES(ufTosaReshape(b, x, 3, dims), indices), UF_NO_ATTRS);
  return ufReplace(b, ufTosaReshape(b, y, result.rank, result.dims));
}

//===----------------------------------------------------------------------===//
// gather_elements
//
//   output[i..., j, k...] = input[i..., indices[i..., j, k...], k...], where j
//   is dimension `axis`.
//
// (C1) -rank <= axis < rank.
// (C2) The indices have the rank of the input.
// (C3) They are not larger than the input but along `axis`.
// (C4) There are no indices into an empty dimension.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGatherElements(MlirOperation op,
                                             UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfShape indices = ufShape(mlirOperationGetOperand(op, 1));
  UF_TRY(ufVerifyAxis(op, "axis", ufGetInt(op, "axis"), from.rank)); // C1
  int axis = ufAxis(ufGetInt(op, "axis"), from.rank);
  if (indices.rank != from.rank) // C2
    return ufOpError(op, "has indices of rank %d for an input of rank %d",
                     indices.rank, from.rank);
  UF_TRY(ufVerifyAlong(op, axis, &from, &indices));         // C3
  UF_TRY(ufVerifyIndexable(op, from.dims[axis], &indices)); // C4
  results[0] = indices;
  results[0].element = from.element;
  return mlirLogicalResultSuccess();
}

static void gatherElementsBody(UfBuilder *b, const MlirValue *args,
                               MlirValue *results, const void *data) {
  const Gather *gather = data;
  MlirValue from[UF_MAX_RANK];
  for (int d = 0; d < gather->rank; ++d)
    if (d != gather->axis)
      from[d] = ufLoopIndex(b, d);
  from[gather->axis] = ufWrapIndex(b, args[0], gather->size);
  results[0] = ufExtract(b, gather->x, from);
}

static MlirLogicalResult lowerGatherElements(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), indices = ufInput(b, 1);
  int rank = ufRank(x), axis = ufAxis(ufGetInt(b->op, "axis"), rank);
  UfSize sizes[UF_MAX_RANK];
  int dims[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    sizes[d] = ufSizeOf(b, indices, d);
    dims[d] = d;
    if (d != axis)
      ufAssertAtMost(b, sizes[d], ufSizeOf(b, x, d),
                     "gather_elements: there are more indices than elements");
  }
  UfSize size = ufSizeOf(b, x, axis);
  ufAssertIndexable(b, size, indices);
  Gather gather = {x, size, axis, rank, rank};
  return ufReplace(b, gatherLoops(b, indices, dims, ufElementType(x), rank,
                                  sizes, gatherElementsBody, &gather));
}

//===----------------------------------------------------------------------===//
// gather_nd
//
//   output[i..., j..., k...] = input[i..., indices[i..., j..., :]..., k...],
//   where i are `batch_dims` dimensions.
//
// (C1) 0 <= batch_dims < the rank of the indices, and <= the rank of the input.
// (C2) The last dimension of the indices has a known size, at most the number
// of
//      the input's dimensions that are not batches.
// (C3) The batch dimensions are the same.
// (C4) The result has at most 16 dimensions.
// (C5) There are no indices into an empty dimension.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferGatherNd(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfShape indices = ufShape(mlirOperationGetOperand(op, 1));
  int64_t batch = ufGetInt(op, "batch_dims");
  if (batch < 0 || batch >= indices.rank || batch > from.rank) // C1
    return ufOpError(op,
                     "batch_dims is %" PRId64 " for an input of rank %d and "
                     "indices of rank %d",
                     batch, from.rank, indices.rank);
  int64_t depth = indices.dims[indices.rank - 1];
  if (depth == UF_DYNAMIC || depth > from.rank - batch) // C2
    return ufOpError(op,
                     "indices must have a last dimension of at most %d that "
                     "is known",
                     (int)(from.rank - batch));
  for (int d = 0; d < batch; ++d)
    if (from.dims[d] != indices.dims[d] && from.dims[d] != UF_DYNAMIC &&
        indices.dims[d] != UF_DYNAMIC) // C3
      return ufOpError(op,
                       "batch dimension %d has size %" PRId64
                       " in the input and %" PRId64 " in the indices",
                       d, from.dims[d], indices.dims[d]);
  int first = (int)(batch + depth), rank = indices.rank - 1 + from.rank - first;
  if (rank > UF_MAX_RANK) // C4
    return ufOpError(op, "makes a result of rank %d, the most is %d", rank,
                     UF_MAX_RANK);
  for (int d = (int)batch; d < first; ++d)
    UF_TRY(ufVerifyIndexable(op, from.dims[d], &indices)); // C5
  results[0] = (UfShape){.rank = rank, .element = from.element};
  for (int d = 0; d < rank; ++d)
    results[0].dims[d] = d < indices.rank - 1
                             ? indices.dims[d]
                             : from.dims[first + d - indices.rank + 1];
  return mlirLogicalResultSuccess();
}

typedef struct GatherNd {
  MlirValue x, indices;
  const UfSize *sizes; ///< Of x.
  int batch, depth;
} GatherNd;

static void indexGatherNd(UfBuilder *b, const MlirValue *at, MlirValue *from,
                          const void *data) {
  const GatherNd *gather = data;
  int numLoops = ufRank(gather->indices) - 1,
      first = gather->batch + gather->depth;
  MlirValue where[UF_MAX_RANK];
  for (int d = 0; d < numLoops; ++d)
    where[d] = at[d];
  for (int d = 0; d < gather->batch; ++d)
    from[d] = at[d];
  for (int d = gather->batch; d < first; ++d) {
    where[numLoops] = ufIndex(b, d - gather->batch);
    from[d] =
        ufWrapIndex(b, ufExtract(b, gather->indices, where), gather->sizes[d]);
  }
  for (int d = first; d < ufRank(gather->x); ++d)
    from[d] = at[numLoops + d - first];
}

static MlirLogicalResult lowerGatherNd(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), indices = ufInput(b, 1);
  int numLoops = ufRank(indices) - 1, rank = numLoops;
  UfSize from[UF_MAX_RANK], sizes[UF_MAX_RANK];
  ufSizesOf(b, x, from);
  GatherNd gather = {x, indices, from, (int)ufGetInt(b->op, "batch_dims"),
                     (int)ufDimSize(indices, numLoops)};
  for (int d = 0; d < numLoops; ++d) {
    sizes[d] = ufSizeOf(b, indices, d);
    if (d < gather.batch)
      ufAssertSameSize(b, sizes[d], from[d],
                       "gather_nd: the batch dimensions differ");
  }
  for (int d = gather.batch; d < ufRank(x); ++d) {
    if (d < gather.batch + gather.depth)
      ufAssertIndexable(b, from[d], indices);
    else
      sizes[rank++] = from[d];
  }
  return ufReplace(b, ufReadAt(b, x, rank, sizes, indexGatherNd, &gather));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "gather",
        .summary = "Slices of the input along `axis`, by number.",
        .operands = {{"input", "Any tensor."},
                     {"indices", "From the end if negative.", UF_INTEGERS}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"}},
        .infer = inferGather,
        .fold = foldGather,
        .toTosa = gatherToTosa,
        .toLinalg = lowerGather,
        .imports = UF_IMPORTS({UF_ONNX, "Gather", 1, NULL}, UF_ML_GATHERS,
                              UF_TORCH_GATHERS),
    },
    {
        .name = "gather_elements",
        .summary = "Elements of the input along `axis`, by number.",
        .operands = {{"input", "Any tensor."},
                     {"indices", "From the end if negative.", UF_INTEGERS}},
        .attrs = {{"axis", "Counts from the end if negative.", UF_INT, "0"}},
        .infer = inferGatherElements,
        .toLinalg = lowerGatherElements,
        .imports = UF_IMPORTS({UF_ONNX, "GatherElements", 11, NULL},
                              UF_TORCH_GATHER_ELEMENTS),
    },
    {
        .name = "gather_nd",
        .summary = "Slices of the input, by numbers in several dimensions.",
        .operands = {{"input", "Any tensor."},
                     {"indices", "[..., numbers].", UF_INTEGERS}},
        .attrs = {{"batch_dims", "Dimensions that both have.", UF_INT, "0"}},
        .infer = inferGatherNd,
        .toLinalg = lowerGatherNd,
        .imports = UF_IMPORTS({UF_ONNX, "GatherND", 11, NULL}),
    },
};
UF_FAMILY(ufGatherOps, "gather", ops);

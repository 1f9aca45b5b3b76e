//===-- TorchIndex.c - ATen's operators that read at indices --------------===//

#include "Ops/TorchIndex.h"

#include "Ops/Rearrange.h"
#include "Ops/TorchShape.h"

//===----------------------------------------------------------------------===//
// Places that are chosen by their values
//===----------------------------------------------------------------------===//

MlirValue ufTorchPlaces(UfBuilder *b, MlirValue mask) {
  return ufMake(b, "nonzero", UF_VALUES(mask), UF_NO_ATTRS);
}

MlirLogicalResult ufTorchNonzero(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  MlirValue places = ufTorchPlaces(b, rank ? x : ufCallUnsqueeze(b, x, 0));
  places = ufMakeTranspose(b, places, 2, (int64_t[]){1, 0});
  // A scalar has one place or none, which no numbers say.
  return ufNodeDefine(results, rank ? places : ufCallSlice(b, places, 1, 0, 0));
}

/// Broadcasts `x` and `mask` to their common shape.
static void broadcastBoth(UfBuilder *b, MlirValue *x, MlirValue *mask) {
  *x = ufCallExpandLike(b, *x, *mask);
  *mask = ufCallExpandLike(b, *mask, *x);
}

MlirLogicalResult ufTorchMaskedSelect(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), mask = ufNodeInput(node, 1);
  mask = ufTorchCast(b, mask, ufI1(b));
  broadcastBoth(b, &x, &mask);
  MlirValue places = ufMakeFlat(b, ufTorchPlaces(b, ufMakeFlat(b, mask)));
  return ufNodeDefine(results, ufMakeGather(b, ufMakeFlat(b, x), places, 0));
}

/// What is true takes the elements of the source in turn.
MlirLogicalResult ufTorchMaskedScatter(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), mask = ufNodeInput(node, 1);
  MlirValue source = ufMakeFlat(b, ufNodeInput(node, 2));
  mask = ufTorchCast(b, mask, ufI1(b));
  broadcastBoth(b, &x, &mask);
  if (!source.ptr || ufDimSize(source, 0) == 0)
    return ufNodeDefine(results, x);
  MlirValue number = ufCallCast(b, ufMakeFlat(b, mask), ufI64(b));
  number = ufMake(b, "cumulative", UF_VALUES(number),
                  UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  // Nothing is read before the first, so its number may be anything.
  number = ufMakeArith(b, "subtract", number, ufMakeInt(b, 1));
  number = ufMakeArith(b, "maximum", number, ufMakeInt(b, 0));
  MlirValue taken = ufMakeGather(b, source, number, 0);
  taken = ufMakeReshapeLike(b, taken, mask);
  return ufNodeDefine(results, ufCallWhere(b, mask, taken, x));
}

//===----------------------------------------------------------------------===//
// index and index_put: a tensor of indices for some dimensions
//===----------------------------------------------------------------------===//

typedef struct Indexing {
  MlirValue x;
  /// For each dimension; null: all of it.
  MlirValue indices[UF_MAX_RANK];
  bool isPlace[UF_MAX_RANK]; ///< From a mask: not negative.
  int rank, numUsed;
  int first;      ///< The first dimension that has indices.
  bool isBlock;   ///< Those that have are next to each other.
  MlirValue mask; ///< The only index, if it is a mask...
  int maskAxis;   ///< ...and the first dimension it is for.
} Indexing;

static bool isMask(MlirValue index) {
  MlirType element = ufElementType(index);
  return ufIsBool(element) ||
         (ufIsUnsigned(element) && ufBitWidth(element) == 8);
}

/// A mask is as many lists of indices as it has dimensions.
static bool addMask(UfBuilder *b, const UfNode *node, MlirValue mask, int *dim,
                    Indexing *out) {
  int rank = ufRank(mask);
  if (rank == 0 || *dim + rank > out->rank) {
    ufNodeError(node, "has a mask of rank %d at dimension %d of rank %d", rank,
                *dim, out->rank);
    return false;
  }
  out->mask = ufTorchCast(b, mask, ufI1(b));
  out->maskAxis = *dim;
  MlirValue places = ufTorchPlaces(b, mask);
  for (int d = 0; d < rank; ++d) {
    out->isPlace[*dim] = true;
    out->indices[(*dim)++] =
        ufCallSqueeze(b, ufCallSlice(b, places, 0, d, d + 1), 0);
  }
  return true;
}

static bool readIndexing(UfBuilder *b, const UfNode *node, Indexing *out) {
  MlirValue given[UF_MAX_VALUES];
  int count = ufTorchTensors(node, "indices", given), dim = 0, last = 0;
  int numGiven = 0;
  *out = (Indexing){.x = ufNodeInput(node, 0)};
  out->rank = ufRank(out->x);
  for (int i = 0; i < count; ++i) {
    if (!given[i].ptr) {
      ++dim;
      continue;
    }
    ++numGiven;
    if (dim >= out->rank) {
      ufNodeError(node, "has indices for %d dimensions of rank %d", dim + 1,
                  out->rank);
      return false;
    }
    if (!isMask(given[i]))
      out->indices[dim++] = ufTorchCast(b, given[i], ufI64(b));
    else if (!addMask(b, node, given[i], &dim, out))
      return false;
  }
  if (numGiven != 1)
    out->mask.ptr = NULL;
  for (int d = out->rank - 1; d >= 0; --d) {
    if (!out->indices[d].ptr)
      continue;
    last = out->numUsed++ ? last : d;
    out->first = d;
  }
  out->isBlock = last - out->first + 1 == out->numUsed;
  return count >= 0;
}

/// The dimensions that have indices first, then the others.
static void indexedFirst(const Indexing *indexing, int64_t *perm) {
  int at = 0, behind = indexing->numUsed;
  for (int d = 0; d < indexing->rank; ++d)
    perm[indexing->indices[d].ptr ? at++ : behind++] = d;
}

/// The indices as numbers into the indexed dimensions seen as one.
static MlirValue linearIndex(UfBuilder *b, const Indexing *indexing) {
  MlirValue linear = {NULL};
  for (int d = 0; d < indexing->rank; ++d) {
    MlirValue index = indexing->indices[d];
    if (!index.ptr)
      continue;
    if (indexing->numUsed == 1)
      return index;
    MlirValue size = ufMakeSizeOf(b, indexing->x, d);
    if (!indexing->isPlace[d])
      index = ufCallWhere(b, ufCallCompare(b, "lt", index, ufMakeInt(b, 0)),
                          ufMakeArith(b, "add", index, size), index);
    linear = linear.ptr
                 ? ufMakeArith(b, "add",
                               ufMakeArith(b, "multiply", linear, size), index)
                 : index;
  }
  return linear;
}

/// What is at the indices. Where they are apart, their dimensions come first.
static MlirValue readIndexed(UfBuilder *b, const Indexing *indexing,
                             MlirValue linear) {
  MlirValue x = indexing->x;
  int first = indexing->isBlock ? indexing->first : 0;
  if (!indexing->isBlock) {
    int64_t perm[UF_MAX_RANK];
    indexedFirst(indexing, perm);
    x = ufMakeTranspose(b, x, indexing->rank, perm);
  }
  x = ufMakeFlatten(b, x, first, first + indexing->numUsed - 1);
  return ufMakeGather(b, x, linear, first);
}

MlirLogicalResult ufTorchIndex(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  Indexing indexing;
  if (!readIndexing(b, node, &indexing))
    return mlirLogicalResultFailure();
  if (indexing.numUsed == 0)
    return ufNodeDefine(results, indexing.x);
  return ufNodeDefine(results,
                      readIndexed(b, &indexing, linearIndex(b, &indexing)));
}

/// One value for all that a mask says.
static MlirValue putMasked(UfBuilder *b, const Indexing *indexing,
                           MlirValue value, bool accumulate) {
  MlirValue x = indexing->x;
  value = ufCallReshape(b, value, 0, NULL);
  if (accumulate)
    value = ufMakeArith(b, "add", x, value);
  MlirValue mask =
      ufMakeWiden(b, indexing->mask, indexing->rank, indexing->maskAxis);
  return ufCallWhere(b, mask, value, x);
}

/// Writes slices, with the indexed dimensions first and as one.
static MlirValue putSlices(UfBuilder *b, const Indexing *indexing,
                           MlirValue linear, MlirValue values,
                           const char *reduction) {
  int64_t perm[UF_MAX_RANK] = {0}, back[UF_MAX_RANK];
  int rank = indexing->rank;
  indexedFirst(indexing, perm);
  for (int d = 0; d < rank; ++d)
    back[perm[d]] = d;
  MlirValue x = ufMakeTranspose(b, indexing->x, rank, perm);
  MlirValue flat = ufMakeFlatten(b, x, 0, indexing->numUsed - 1);
  linear = ufCallUnsqueeze(b, linear, -1);
  MlirValue y = ufMake(b, "scatter_nd", UF_VALUES(flat, linear, values),
                       UF_ATTRS({"reduction", ufStrAttr(b, reduction)}));
  if (indexing->numUsed > 1)
    y = ufMakeReshapeLike(b, y, x);
  return ufMakeTranspose(b, y, rank, back);
}

/// The values as the slices that putSlices() takes: those of the indices first.
static MlirValue slicesToPut(UfBuilder *b, const Indexing *indexing,
                             MlirValue linear, MlirValue values) {
  values = ufCallExpandLike(b, values, readIndexed(b, indexing, linear));
  int64_t perm[UF_MAX_RANK];
  int first = indexing->first;
  if (!values.ptr || !linear.ptr || !indexing->isBlock || first == 0)
    return values;
  int added = ufRank(linear), rank = ufRank(values);
  for (int d = 0; d < rank; ++d)
    perm[d] = d < added ? d + first : d < added + first ? d - added : d;
  return ufMakeTranspose(b, values, rank, perm);
}

MlirLogicalResult ufTorchIndexPut(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  Indexing indexing;
  if (!readIndexing(b, node, &indexing))
    return mlirLogicalResultFailure();
  MlirType element = ufElementType(indexing.x);
  MlirValue values = ufTorchTensorAs(b, node, "values", element);
  bool accumulate = ufNodeInt(node, "accumulate", 0) != 0;
  // The sum of truth values is whether any is true.
  const char *sum = ufIsBool(element) ? "max" : "add";
  if (!values.ptr || indexing.numUsed == 0)
    return ufNodeError(node, "needs indices and values");
  UfShape shape = ufShape(values);
  if (indexing.mask.ptr && ufNumElements(&shape) == 1)
    return ufNodeDefine(results, putMasked(b, &indexing, values, accumulate));
  MlirValue linear = linearIndex(b, &indexing);
  values = slicesToPut(b, &indexing, linear, values);
  return ufNodeDefine(results, putSlices(b, &indexing, linear, values,
                                         accumulate ? sum : "none"));
}

//===----------------------------------------------------------------------===//
// Indices into one dimension
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchIndexSelect(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue index = ufMakeFlat(b, ufTorchTensor(b, node, "index"));
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  if (ufRank(x) == 0)
    return ufNodeDefine(results, x);
  return ufNodeDefine(results, ufMakeGather(b, x, index, axis));
}

MlirLogicalResult ufTorchGather(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue index = ufTorchTensor(b, node, "index");
  int axis;
  if (!index.ptr || !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  MlirValue like = index;
  if (ufRank(x) != ufRank(index) || ufRank(x) == 0) {
    // A scalar is a list of one here; no indices at all fit to anything.
    UfShape shape = ufShape(index);
    if (ufNumElements(&shape) != 0 && (ufRank(x) > 1 || ufRank(index) > 1))
      return ufNodeError(node, "has an index of rank %d for rank %d",
                         ufRank(index), ufRank(x));
    return ufNodeDefine(results,
                        ufMakeReshapeLike(b,
                                          ufMakeGather(b, ufMakeFlat(b, x),
                                                       ufMakeFlat(b, index), 0),
                                          like));
  }
  return ufNodeDefine(results, ufMake(b, "gather_elements", UF_VALUES(x, index),
                                      UF_ATTRS({"axis", ufIntAttr(b, axis)})));
}

MlirLogicalResult ufTorchTake(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return ufNodeDefine(results,
                      ufMakeGather(b, ufMakeFlat(b, ufNodeInput(node, 0)),
                                   ufNodeInput(node, 1), 0));
}

/// The other arguments are for gradients.
MlirLogicalResult ufTorchEmbedding(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufNodeDefine(
      results, ufMakeGather(b, ufNodeInput(node, 0), ufNodeInput(node, 1), 0));
}

//===----------------------------------------------------------------------===//
// Indices that follow from numbers
//===----------------------------------------------------------------------===//

/// Windows along `axis`, `step` apart, of `size` elements that are `dilation`
/// apart: [..., windows, size, ...].
static MlirValue windows(UfBuilder *b, MlirValue x, int axis, int64_t size,
                         int64_t step, int64_t dilation) {
  int64_t reach = size > 0 ? (size - 1) * dilation + 1 : 0;
  MlirValue count = ufMakeArith(b, "subtract", ufMakeSizeOf(b, x, axis),
                                ufMakeInt(b, reach - step));
  count = ufMakeArith(b, "divide", count, ufMakeInt(b, step));
  MlirValue start =
      ufMakeArith(b, "multiply", ufMakeIota(b, count), ufMakeInt(b, step));
  MlirValue inside = ufMakeArith(
      b, "multiply", ufMakeIota(b, ufMakeInt(b, size)), ufMakeInt(b, dilation));
  MlirValue index = ufMakeArith(b, "add", ufCallUnsqueeze(b, start, 1),
                                ufCallUnsqueeze(b, inside, 0));
  return ufMakeGather(b, x, index, axis);
}

/// [..., windows, ..., size].
MlirLogicalResult ufTorchUnfold(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x), axis;
  int64_t size = ufNodeInt(node, "size", 1), step = ufNodeInt(node, "step", 1);
  if (!ufTorchAxis(node, "dimension", 0, rank, &axis))
    return mlirLogicalResultFailure();
  if (size < 0 || step <= 0)
    return ufNodeError(
        node, "has windows of size %" PRId64 ", %" PRId64 " apart", size, step);
  if (rank == 0) {
    x = ufCallUnsqueeze(b, x, 0);
    return ufNodeDefine(results, ufCallSlice(b, x, 0, 0, size));
  }
  MlirValue y = windows(b, x, axis, size, step, /*dilation=*/1);
  return ufNodeDefine(results, ufMakeMoveAxis(b, y, axis + 1, rank));
}

/// Two numbers from `least` on, of which products fit.
static bool readPair(const UfNode *node, const char *name, int64_t least,
                     UfInts *out) {
  *out = (UfInts){0};
  ufNodeInts(node, name, out);
  bool isRight = out->size == 2;
  for (int i = 0; i < out->size; ++i)
    isRight &= out->data[i] >= least && out->data[i] <= INT32_MAX;
  if (isRight)
    return true;
  ufNodeError(node, "argument '%s' must be two numbers from %" PRId64 " to %d",
              name, least, INT32_MAX);
  return false;
}

/// [batch, channels and window, positions] of an image.
MlirLogicalResult ufTorchImageToColumns(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  UfInts kernel, dilation, padding, stride;
  bool isBatch = ufRank(x) == 4;
  if (!readPair(node, "kernel_size", 1, &kernel) ||
      !readPair(node, "dilation", 1, &dilation) ||
      !readPair(node, "padding", 0, &padding) ||
      !readPair(node, "stride", 1, &stride))
    return mlirLogicalResultFailure();
  if (!isBatch)
    x = ufCallUnsqueeze(b, x, 0);
  int64_t pads[] = {padding.data[0], padding.data[1], padding.data[0],
                    padding.data[1]};
  x = ufMake(b, "pad", UF_VALUES(x),
             UF_ATTRS({"pads", ufIntsAttr(b, 4, pads)},
                      {"axes", ufIntsAttr(b, 2, (int64_t[]){2, 3})}));
  for (int i = 0; i < 2; ++i)
    x = windows(b, x, 2 + 2 * i, kernel.data[i], stride.data[i],
                dilation.data[i]);
  x = ufMakeTranspose(b, x, 6, (int64_t[]){0, 1, 3, 5, 2, 4});
  x = ufMakeFlatten(b, ufMakeFlatten(b, x, 4, 5), 1, 3);
  return ufNodeDefine(results, isBatch ? x : ufCallSqueeze(b, x, 0));
}

/// Whether `x` was made by an op that is a view of other memory in ATen, so
/// that strides do not count its own elements.
static bool mayBeView(MlirValue x) {
  static const char *const names[] = {"ufront.transpose", "ufront.expand",
                                      "ufront.slice", "ufront.split",
                                      "ufront.gather"};
  MlirOperation op = ufDefiningOp(x);
  // Reshapes do not change which elements there are.
  while (op.ptr &&
         (ufOpIs(op, "ufront.reshape") || ufOpIs(op, "ufront.flat") ||
          ufOpIs(op, "ufront.squeeze") || ufOpIs(op, "ufront.unsqueeze")))
    op = ufDefiningOp(mlirOperationGetOperand(op, 0));
  for (int i = 0; op.ptr && i < UF_COUNT(names); ++i)
    if (ufOpIs(op, names[i]))
      return true;
  return false;
}

/// Whether the elements that are asked for are outside of `x` for sure: it is
/// part of a larger tensor then, or of none where numbers overflow.
static bool reachesOutside(MlirValue x, const UfTorchInts *size,
                           const UfTorchInts *stride, int64_t offset) {
  UfShape shape = ufShape(x);
  int64_t count = ufNumElements(&shape), last = offset;
  if (count == UF_DYNAMIC || size->value.ptr || stride->value.ptr)
    return false;
  for (int d = 0; d < size->count; ++d) {
    int64_t length = mlirDenseI64ArrayGetElement(size->attr, d);
    int64_t step = mlirDenseI64ArrayGetElement(stride->attr, d), reach;
    if (length == 0)
      return false;
    if (__builtin_sub_overflow(length, 1, &reach) ||
        __builtin_mul_overflow(reach, step, &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return true;
  }
  return last >= count;
}

MlirValue ufTorchStridedIndex(UfBuilder *b, const UfNode *node) {
  UfTorchInts size, stride;
  bool isStated = ufTorchInts(b, node, "size", &size) &&
                  ufTorchInts(b, node, "stride", &stride);
  if (mayBeView(ufNodeInput(node, 0))) {
    ufNodeError(node, "is only supported on what is not a view");
    return (MlirValue){NULL};
  }
  if (!isStated || size.count != stride.count || size.count > UF_MAX_RANK) {
    ufNodeError(node, "needs as many strides as sizes, at most %d",
                UF_MAX_RANK);
    return (MlirValue){NULL};
  }
  MlirValue index = ufTorchHas(node, "storage_offset")
                        ? ufTorchTensorAs(b, node, "storage_offset", ufI64(b))
                        : ufMakeInt(b, 0);
  UfInts offset;
  if (index.ptr && ufConstantInts(index, &offset) &&
      reachesOutside(ufNodeInput(node, 0), &size, &stride, offset.data[0])) {
    ufNodeError(node, "reads memory outside of its input, which is not "
                      "supported");
    return (MlirValue){NULL};
  }
  for (int d = 0; d < size.count; ++d) {
    MlirValue along = ufMakeIota(b, ufTorchIntAt(b, &size, d));
    along = ufMakeArith(b, "multiply", along, ufTorchIntAt(b, &stride, d));
    index = ufMakeArith(b, "add", index, ufMakeWiden(b, along, size.count, d));
  }
  return index;
}

MlirLogicalResult ufTorchAsStrided(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  MlirValue index = ufTorchStridedIndex(b, node);
  return ufNodeDefine(
      results, ufMakeGather(b, ufMakeFlat(b, ufNodeInput(node, 0)), index, 0));
}

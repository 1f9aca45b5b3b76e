//===-- TorchShape.c - ATen's operators on shapes -------------------------===//

#include "Ops/TorchShape.h"

#include "Ops/Rearrange.h"

#include <string.h>

bool ufTorchAxis(const UfNode *node, const char *name, int64_t fallback,
                 int rank, int *axis) {
  int64_t value = ufNodeInt(node, name, fallback), count = rank ? rank : 1;
  *axis = 0;
  if (value < -count || value >= count) {
    ufNodeError(node,
                "argument '%s' is %" PRId64 ", outside [-%" PRId64 ", %" PRId64
                ")",
                name, value, count, count);
    return false;
  }
  *axis = ufAxis(value, (int)count);
  return true;
}

MlirValue ufTorchIntAt(UfBuilder *b, const UfTorchInts *ints, int i) {
  if (!ints->value.ptr)
    return ufMakeInt(b, mlirDenseI64ArrayGetElement(ints->attr, i));
  return ufMakeGather(b, ints->value, ufMakeInt(b, i), 0);
}

//===----------------------------------------------------------------------===//
// Other shapes for the same elements
//===----------------------------------------------------------------------===//

/// The result's shape as the exporter states it, if one attribute can say it:
/// with at most one size unknown, which is then -1.
static bool statedShape(const UfNode *node, UfInts *shape) {
  const UfrontTensorInfo *info = node->outputs;
  int numUnknown = 0;
  bool hasZero = false;
  if (!info || info->rank < 0 || info->rank > UF_MAX_RANK)
    return false;
  shape->size = info->rank;
  for (int d = 0; d < info->rank; ++d) {
    shape->data[d] = info->shape[d] < 0 ? -1 : info->shape[d];
    numUnknown += info->shape[d] < 0;
    hasZero |= info->shape[d] == 0;
  }
  return numUnknown == 0 || (numUnknown == 1 && !hasZero);
}

/// Torch's 0 is the size 0.
static MlirValue reshape(UfBuilder *b, MlirValue x, int rank,
                         const int64_t *shape) {
  bool hasZero = false;
  for (int d = 0; d < rank; ++d)
    hasZero |= shape[d] == 0;
  return ufMake(b, "reshape", UF_VALUES(x),
                UF_ATTRS({"shape", ufIntsAttr(b, rank, shape)},
                         {"allow_zero", hasZero ? ufBoolAttr(b, true)
                                                : mlirAttributeGetNull()}));
}

/// In the shape that argument `name` asks for.
static MlirValue reshapeTo(UfBuilder *b, const UfNode *node, MlirValue x,
                           const char *name) {
  UfInts stated;
  UfTorchInts shape;
  if (statedShape(node, &stated))
    return reshape(b, x, stated.size, stated.data);
  if (!ufTorchInts(b, node, name, &shape))
    return (MlirValue){NULL};
  if (shape.value.ptr)
    return ufMakeReshapeTo(b, x, shape.value);
  return ufMake(
      b, "reshape", UF_VALUES(x),
      UF_ATTRS({"shape", shape.attr}, {"allow_zero", ufBoolAttr(b, true)}));
}

MlirLogicalResult ufTorchView(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return ufNodeDefine(results,
                      reshapeTo(b, node, ufNodeInput(node, 0), "size"));
}

MlirLogicalResult ufTorchReshape(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  return ufNodeDefine(results,
                      reshapeTo(b, node, ufNodeInput(node, 0), "shape"));
}

MlirLogicalResult ufTorchReshapeAs(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), other = ufNodeInput(node, 1);
  UfInts stated;
  if (statedShape(node, &stated))
    return ufNodeDefine(results, reshape(b, x, stated.size, stated.data));
  MlirValue shape = ufMakeSizesOf(b, other, 0, ufRank(other));
  return ufNodeDefine(results, ufMakeReshapeTo(b, x, shape));
}

/// The first elements in another shape; there is nothing to make more of.
MlirLogicalResult ufTorchSetSize(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufMakeFlat(b, ufNodeInput(node, 0));
  UfInts size = {0};
  UfShape shape = {0};
  if (!x.ptr || !ufNodeInts(node, "size", &size) || size.size > UF_MAX_RANK)
    return ufNodeError(node, "needs a size that is known");
  shape.rank = size.size;
  for (int d = 0; d < size.size; ++d)
    shape.dims[d] = size.data[d];
  int64_t count = ufNumElements(&shape), before = ufDimSize(x, 0);
  if (count < 0 || before == UF_DYNAMIC || count > before)
    return ufNodeError(node,
                       "to more elements than there are is not supported");
  return ufNodeDefine(results, reshape(b, ufCallSlice(b, x, 0, 0, count),
                                       size.size, size.data));
}

MlirLogicalResult ufTorchRavel(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  return ufNodeDefine(results, ufMakeFlat(b, ufNodeInput(node, 0)));
}

MlirLogicalResult ufTorchFlatten(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int start, end, rank = ufRank(x);
  if (!ufTorchAxis(node, "start_dim", 0, rank, &start) ||
      !ufTorchAxis(node, "end_dim", -1, rank, &end))
    return mlirLogicalResultFailure();
  if (rank == 0)
    return ufNodeDefine(results, ufCallUnsqueeze(b, x, 0));
  return ufNodeDefine(results, ufMakeFlatten(b, x, start, end));
}

MlirLogicalResult ufTorchUnflatten(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), parts[3];
  int axis, rank = ufRank(x), count = 0;
  UfTorchInts sizes;
  UfInts stated;
  if (statedShape(node, &stated))
    return ufNodeDefine(results, reshape(b, x, stated.size, stated.data));
  if (!ufTorchAxis(node, "dim", 0, rank, &axis) ||
      !ufTorchInts(b, node, "sizes", &sizes))
    return mlirLogicalResultFailure();
  if (axis > 0)
    parts[count++] = ufMakeSizesOf(b, x, 0, axis);
  if (sizes.value.ptr)
    parts[count++] = sizes.value;
  else {
    UfInts ints;
    ufNodeInts(node, "sizes", &ints);
    parts[count++] = ufIntsConstant(b, ints.size, ints.data);
  }
  if (axis + 1 < rank)
    parts[count++] = ufMakeSizesOf(b, x, axis + 1, rank);
  return ufNodeDefine(
      results,
      ufMakeReshapeTo(b, x, ufCallConcat(b, (UfValues){parts, count}, 0)));
}

//===----------------------------------------------------------------------===//
// Dimensions of size 1
//===----------------------------------------------------------------------===//

/// The dimensions that argument `dim` names, counted from the front: all when
/// there is no argument, none when it is an empty list.
static bool squeezable(const UfNode *node, int rank, UfInts *dims) {
  const UfrontArg *arg = ufTorchArg(node, "dim");
  unsigned seen = 0;
  if (!ufTorchDims(node, "dim", rank, dims))
    return false;
  if (rank == 0 || (arg && arg->kind == UFRONT_ARG_LIST && arg->numItems == 0))
    dims->size = 0;
  for (int i = 0; i < dims->size; ++i) {
    int64_t *axis = &dims->data[i];
    *axis += *axis < 0 ? rank : 0;
    if (*axis < 0 || *axis >= rank || seen >> *axis & 1) {
      ufNodeError(node,
                  "argument 'dim' is not a list of dimensions of a "
                  "tensor of rank %d",
                  rank);
      return false;
    }
    seen |= 1u << *axis;
  }
  return true;
}

/// A dimension whose size is only known at run time is one to squeeze when the
/// exporter says that the result lacks it.
MlirLogicalResult ufTorchSqueeze(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x), count = 0, numUnknown = 0;
  UfInts dims;
  int64_t axes[UF_MAX_RANK], unknown[UF_MAX_RANK];
  if (!squeezable(node, rank, &dims))
    return mlirLogicalResultFailure();
  for (int i = 0; i < dims.size; ++i) {
    int64_t size = ufDimSize(x, (int)dims.data[i]);
    if (size == 1)
      axes[count++] = dims.data[i];
    else if (size == UF_DYNAMIC)
      unknown[numUnknown++] = dims.data[i];
  }
  int stated = node->outputs ? node->outputs->rank : -1;
  if (stated >= 0 && stated != rank - count) {
    if (stated != rank - count - numUnknown)
      return ufNodeError(node, "needs to know which of %d sizes are 1",
                         numUnknown);
    for (int i = 0; i < numUnknown; ++i)
      axes[count++] = unknown[i];
  }
  if (count == 0)
    return ufNodeDefine(results, x);
  return ufNodeDefine(results,
                      ufMake(b, "squeeze", UF_VALUES(x),
                             UF_ATTRS({"axes", ufIntsAttr(b, count, axes)})));
}

MlirLogicalResult ufTorchUnsqueeze(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return ufNodeDefine(results, ufCallUnsqueeze(b, ufNodeInput(node, 0),
                                               ufNodeInt(node, "dim", 0)));
}

//===----------------------------------------------------------------------===//
// Larger shapes
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchExpand(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  UfTorchInts size;
  if (!ufTorchInts(b, node, "size", &size))
    return mlirLogicalResultFailure();
  return ufNodeDefine(results, ufOp(b, "expand",
                                    UF_VALUES(ufNodeInput(node, 0), size.value),
                                    UF_ATTRS({"shape", size.attr})));
}

MlirLogicalResult ufTorchExpandAs(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  return ufNodeDefine(
      results, ufCallExpandLike(b, ufNodeInput(node, 0), ufNodeInput(node, 1)));
}

/// Repeats as argument `name` says, whose last number is for the last
/// dimension.
static MlirLogicalResult repeat(UfBuilder *b, const UfNode *node,
                                const char *name, MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  UfTorchInts times;
  UfInts ints = {0};
  if (!ufTorchInts(b, node, name, &times))
    return mlirLogicalResultFailure();
  int added = times.count > rank ? times.count - rank : 0;
  int missing = rank > times.count ? rank - times.count : 0;
  if (rank + added > UF_MAX_RANK)
    return ufNodeError(node, "makes a result of rank %d, the most is %d",
                       rank + added, UF_MAX_RANK);
  if (added)
    x = ufMakeWiden(b, x, rank + added, added);
  if (times.value.ptr) {
    if (missing)
      return ufNodeError(node, "needs argument '%s' to have %d numbers", name,
                         rank);
    return ufNodeDefine(
        results, ufMake(b, "tile", UF_VALUES(x, times.value), UF_NO_ATTRS));
  }
  if (times.count)
    ufNodeInts(node, name, &ints);
  for (int i = ints.size - 1; missing && i >= 0; --i)
    ints.data[i + missing] = ints.data[i];
  for (int i = 0; i < missing; ++i)
    ints.data[i] = 1;
  return ufNodeDefine(
      results,
      ufMake(b, "tile", UF_VALUES(x),
             UF_ATTRS({"multiples", ufIntsAttr(b, rank + added, ints.data)})));
}

MlirLogicalResult ufTorchRepeat(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  return repeat(b, node, "repeats", results);
}

MlirLogicalResult ufTorchTile(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return repeat(b, node, "dims", results);
}

/// Every element `repeats` times: a new dimension behind its own, and both one.
MlirLogicalResult ufTorchRepeatEach(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  UfTorchInts times;
  int axis = 0;
  if (!ufTorchHas(node, "dim"))
    x = ufMakeFlat(b, x);
  else if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  if (!x.ptr || !ufTorchInts(b, node, "repeats", &times) || times.count != 1)
    return ufNodeError(node, "needs a number of repeats");
  if (ufRank(x) == 0)
    x = ufCallUnsqueeze(b, x, 0);
  int rank = ufRank(x) + 1;
  MlirValue shape = ufTorchIntAt(b, &times, 0);
  shape = ufCallReshape(b, shape, 1, (int64_t[]){1});
  int64_t ones[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d)
    ones[d] = 1;
  // Broadcast with ones but for the new dimension.
  if (axis + 2 < rank)
    shape = ufCallConcat(
        b, UF_VALUES(shape, ufIntsConstant(b, rank - axis - 2, ones)), 0);
  x = ufMake(b, "expand", UF_VALUES(ufCallUnsqueeze(b, x, axis + 1), shape),
             UF_NO_ATTRS);
  return ufNodeDefine(results, ufMakeFlatten(b, x, axis, axis + 1));
}

/// Each list along its own dimension. "xy" exchanges the first two.
MlirLogicalResult ufTorchMeshgrid(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue lists[UF_MAX_VALUES], sizes[UF_MAX_RANK];
  int count = ufTorchTensors(node, "tensors", lists);
  bool isXy = strcmp(ufNodeStr(node, "indexing", "ij"), "xy") == 0;
  if (count <= 0 || count > UF_MAX_RANK || count != node->numOutputs)
    return ufNodeError(node, "needs at most %d tensors", UF_MAX_RANK);
  for (int i = 0; i < count; ++i) {
    lists[i] = ufMakeFlat(b, lists[i]);
    sizes[i] = ufMakeSizesOf(b, lists[i], 0, 1);
  }
  MlirValue shape = ufCallConcat(b, (UfValues){sizes, count}, 0);
  for (int i = 0; i < count; ++i) {
    MlirValue y = ufMake(b, "expand",
                         UF_VALUES(ufMakeWiden(b, lists[i], count, i), shape),
                         UF_NO_ATTRS);
    results[i] = isXy && count > 1 && y.ptr ? ufCallTranspose(b, y, 0, 1) : y;
    if (!y.ptr)
      return mlirLogicalResultFailure();
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Dimensions in another order
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchPermute(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  UfInts dims = {0};
  if (!ufNodeInts(node, "dims", &dims) || dims.size != rank)
    return ufNodeError(node, "argument 'dims' must have %d numbers", rank);
  for (int i = 0; i < rank; ++i)
    dims.data[i] += dims.data[i] < 0 ? rank : 0;
  return ufNodeDefine(results, ufMakeTranspose(b, x, rank, dims.data));
}

static MlirLogicalResult swap(UfBuilder *b, MlirValue x, int first, int second,
                              MlirValue *results) {
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d)
    perm[d] = d == first ? second : d == second ? first : d;
  return ufNodeDefine(results, ufMakeTranspose(b, x, rank, perm));
}

static MlirLogicalResult swapNamed(UfBuilder *b, const UfNode *node,
                                   const char *first, const char *second,
                                   MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int from, to;
  if (!ufTorchAxis(node, first, 0, ufRank(x), &from) ||
      !ufTorchAxis(node, second, 0, ufRank(x), &to))
    return mlirLogicalResultFailure();
  return swap(b, x, from, to, results);
}

MlirLogicalResult ufTorchTranspose(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  return swapNamed(b, node, "dim0", "dim1", results);
}

MlirLogicalResult ufTorchSwapAxes(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  return swapNamed(b, node, "axis0", "axis1", results);
}

MlirLogicalResult ufTorchTransposeT(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  return rank < 2 ? ufNodeDefine(results, x)
                  : swap(b, x, rank - 2, rank - 1, results);
}

MlirLogicalResult ufTorchReverseDims(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d)
    perm[d] = rank - 1 - d;
  return ufNodeDefine(results, ufMakeTranspose(b, x, rank, perm));
}

MlirLogicalResult ufTorchMoveDim(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  UfInts from, to;
  int64_t perm[UF_MAX_RANK];
  unsigned used = 0, placed = 0;
  if (!ufTorchDims(node, "source", rank, &from) ||
      !ufTorchDims(node, "destination", rank, &to) || from.size != to.size)
    return ufNodeError(node, "needs as many sources as destinations");
  for (int i = 0; i < from.size; ++i) {
    int64_t source = from.data[i] + (from.data[i] < 0 ? rank : 0);
    int64_t target = to.data[i] + (to.data[i] < 0 ? rank : 0);
    if (source < 0 || target < 0 || source >= rank || target >= rank)
      return rank ? ufNodeError(node, "has dimensions outside of rank %d", rank)
                  : ufNodeDefine(results, x);
    perm[target] = source;
    used |= 1u << source;
    placed |= 1u << target;
  }
  for (int d = 0, next = 0; d < rank; ++d) {
    if (placed >> d & 1)
      continue;
    while (next < rank && used >> next & 1)
      ++next;
    perm[d] = next++;
  }
  return ufNodeDefine(results, ufMakeTranspose(b, x, rank, perm));
}

static MlirLogicalResult shuffle(UfBuilder *b, const UfNode *node,
                                 const char *row, const char *name,
                                 MlirValue *results) {
  int64_t factor = ufNodeInt(node, name, 1);
  return ufNodeDefine(results,
                      ufMake(b, row, UF_VALUES(ufNodeInput(node, 0)),
                             UF_ATTRS({"factor", ufIntAttr(b, factor)})));
}

MlirLogicalResult ufTorchPixelShuffle(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return shuffle(b, node, "pixel_shuffle", "upscale_factor", results);
}

MlirLogicalResult ufTorchPixelUnshuffle(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  return shuffle(b, node, "pixel_unshuffle", "downscale_factor", results);
}

/// Channels [groups, each] become [each, groups].
MlirLogicalResult ufTorchChannelShuffle(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), y = x;
  int rank = ufRank(x);
  int64_t groups = ufNodeInt(node, "groups", 1);
  int64_t channels = rank > 2 ? ufDimSize(x, 1) : -1;
  if (channels < 0 || groups <= 0 || channels % groups != 0)
    return ufNodeError(node,
                       "needs a number of channels that is known and a "
                       "multiple of %" PRId64,
                       groups);
  y = ufMakeFlatten(b, y, 2, rank - 1);
  y = ufCallReshape(b, y, 4, (int64_t[]){0, groups, channels / groups, -1});
  y = ufMakeTranspose(b, y, 4, (int64_t[]){0, 2, 1, 3});
  return ufNodeDefine(results, ufMakeReshapeLike(b, y, x));
}

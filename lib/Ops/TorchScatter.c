//===-- TorchScatter.c - ATen's operators that write at indices -----------===//

#include "Ops/Rearrange.h"
#include "Ops/TorchIndex.h"
#include "Ops/TorchShape.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// One index for each element
//===----------------------------------------------------------------------===//

/// The part of `src` that `index` has places for.
static MlirValue cutTo(UfBuilder *b, MlirValue src, MlirValue index) {
  for (int d = 0; src.ptr && d < ufRank(index); ++d) {
    int64_t size = ufDimSize(index, d);
    if (size != UF_DYNAMIC && size == ufDimSize(src, d))
      continue;
    src = ufMakeSliceAt(b, src, d, ufMakeInt(b, 0), ufMakeSizeOf(b, index, d));
  }
  return src;
}

MlirValue ufTorchScatterInto(UfBuilder *b, MlirValue x, MlirValue index,
                             MlirValue src, int axis, const char *reduction) {
  if (!x.ptr || !index.ptr || !src.ptr)
    return (MlirValue){NULL};
  UfShape shape = ufShape(index);
  if (ufNumElements(&shape) == 0)
    return x;
  int rank = ufRank(x);
  if (rank == 0)
    x = ufCallUnsqueeze(b, x, 0);
  if (rank <= 1) {
    index = ufMakeFlat(b, index);
    src = ufMakeFlat(b, src);
  }
  // The sum of truth values is whether any is true.
  if (ufIsBool(ufElementType(x)) && strcmp(reduction, "add") == 0)
    reduction = "max";
  MlirValue y =
      ufMake(b, "scatter_elements", UF_VALUES(x, index, cutTo(b, src, index)),
             UF_ATTRS({"axis", ufIntAttr(b, axis)},
                      {"reduction", ufStrAttr(b, reduction)}));
  return rank == 0 ? ufCallSqueeze(b, y, 0) : y;
}

/// How often each element is updated, at least 1, in the type of `x`.
static MlirValue countUpdates(UfBuilder *b, MlirValue x, MlirValue index,
                              int axis, bool includeSelf) {
  MlirValue start = ufCallExpandLike(b, ufMakeInt(b, includeSelf), x);
  MlirValue ones = ufCallExpandLike(b, ufMakeInt(b, 1), index);
  MlirValue count = ufTorchScatterInto(b, start, index, ones, axis, "add");
  count = ufCall2(b, "maximum", count, ufMakeInt(b, 1));
  return x.ptr ? ufCallCast(b, count, ufElementType(x)) : x;
}

typedef struct Reduction {
  const char *name; ///< ATen's.
  const char *row;  ///< Ours.
  int start;        ///< Of an element that does not count itself.
} Reduction;

static const Reduction reductions[] = {
    {"sum", "add", 0},  {"add", "add", 0},      {"prod", "mul", 1},
    {"mean", "add", 0}, {"multiply", "mul", 1}, {"amax", "max", -1},
    {"amin", "min", -1}};

/// As argument `reduce` says.
static MlirValue reduceInto(UfBuilder *b, const UfNode *node, MlirValue x,
                            MlirValue index, MlirValue src, int axis) {
  const char *name = ufNodeStr(node, "reduce", "");
  bool includeSelf = ufNodeInt(node, "include_self", 1) != 0;
  const Reduction *reduction = NULL;
  for (int i = 0; i < UF_COUNT(reductions); ++i)
    if (strcmp(name, reductions[i].name) == 0)
      reduction = &reductions[i];
  if (!reduction) {
    ufNodeError(node, "argument 'reduce' is '%s', which is not supported",
                name);
    return (MlirValue){NULL};
  }
  MlirValue into = x;
  // The largest and smallest may start from any of the updates.
  if (!includeSelf)
    into = ufTorchScatterInto(
        b, x, index,
        reduction->start < 0
            ? src
            : ufCallExpandLike(
                  b, ufScalarConstant(b, ufElementType(x), reduction->start),
                  index),
        axis, "none");
  MlirValue y = ufTorchScatterInto(b, into, index, src, axis, reduction->row);
  if (strcmp(name, "mean") != 0)
    return y;
  bool isFloat = ufIsFloat(ufElementType(x));
  MlirValue count = countUpdates(b, x, index, axis, includeSelf);
  return ufMake(b, "divide", UF_VALUES(y, count),
                UF_ATTRS({"rounding", isFloat ? mlirAttributeGetNull()
                                              : ufStrAttr(b, "floor")}));
}

/// What most of these operators have: self, dim, index, and a source or a value
/// in the type of self.
typedef struct Update {
  MlirValue x, index, src;
  int axis;
} Update;

static bool readUpdate(UfBuilder *b, const UfNode *node, const char *source,
                       Update *out) {
  out->x = ufNodeInput(node, 0);
  out->index = ufTorchTensor(b, node, "index");
  out->src = ufTorchTensorAs(b, node, source, ufElementType(out->x));
  return out->index.ptr && out->src.ptr &&
         ufTorchAxis(node, "dim", 0, ufRank(out->x), &out->axis);
}

MlirLogicalResult ufTorchScatter(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  Update up;
  bool isValue = ufTorchHas(node, "value");
  if (!readUpdate(b, node, isValue ? "value" : "src", &up))
    return mlirLogicalResultFailure();
  if (isValue)
    up.src = ufCallExpandLike(b, up.src, up.index);
  return ufNodeDefine(
      results,
      ufTorchHas(node, "reduce")
          ? reduceInto(b, node, up.x, up.index, up.src, up.axis)
          : ufTorchScatterInto(b, up.x, up.index, up.src, up.axis, "none"));
}

MlirLogicalResult ufTorchScatterAdd(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "src", &up))
    return mlirLogicalResultFailure();
  return ufNodeDefine(
      results, ufTorchScatterInto(b, up.x, up.index, up.src, up.axis, "add"));
}

MlirLogicalResult ufTorchScatterReduce(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "src", &up))
    return mlirLogicalResultFailure();
  return ufNodeDefine(results,
                      reduceInto(b, node, up.x, up.index, up.src, up.axis));
}

//===----------------------------------------------------------------------===//
// One index for a whole slice
//===----------------------------------------------------------------------===//

/// Repeats the indices for every element of the slices of `source`.
static void widenIndex(UfBuilder *b, Update *up) {
  int rank = ufRank(up->x);
  up->index = ufMakeFlat(b, up->index);
  if (rank > 1)
    up->index =
        ufCallExpandLike(b, ufMakeWiden(b, up->index, rank, up->axis), up->src);
}

MlirLogicalResult ufTorchIndexAdd(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "source", &up))
    return mlirLogicalResultFailure();
  if (ufTorchHas(node, "alpha"))
    up.src = ufCall2(b, "multiply", up.src,
                     ufTorchTensorAs(b, node, "alpha", ufElementType(up.x)));
  widenIndex(b, &up);
  return ufNodeDefine(
      results, ufTorchScatterInto(b, up.x, up.index, up.src, up.axis, "add"));
}

MlirLogicalResult ufTorchIndexCopy(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "source", &up))
    return mlirLogicalResultFailure();
  widenIndex(b, &up);
  return ufNodeDefine(
      results, ufTorchScatterInto(b, up.x, up.index, up.src, up.axis, "none"));
}

MlirLogicalResult ufTorchIndexReduce(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "source", &up))
    return mlirLogicalResultFailure();
  widenIndex(b, &up);
  return ufNodeDefine(results,
                      reduceInto(b, node, up.x, up.index, up.src, up.axis));
}

MlirLogicalResult ufTorchIndexFill(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Update up;
  if (!readUpdate(b, node, "value", &up))
    return mlirLogicalResultFailure();
  MlirValue index = ufMakeFlat(b, up.index);
  MlirValue like =
      ufRank(up.x) > 1 ? ufMakeGather(b, up.x, index, up.axis) : index;
  up.src = ufCallExpandLike(b, up.src, like);
  widenIndex(b, &up);
  return ufNodeDefine(
      results, ufTorchScatterInto(b, up.x, up.index, up.src, up.axis, "none"));
}

/// Indices into all elements as one list.
MlirLogicalResult ufTorchPut(UfBuilder *b, const UfNode *node,
                             MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue index = ufMakeFlat(b, ufTorchTensor(b, node, "index"));
  MlirValue source = ufTorchTensorAs(b, node, "source", ufElementType(x));
  bool accumulate = ufNodeInt(node, "accumulate", 0) != 0;
  MlirValue y =
      ufTorchScatterInto(b, ufMakeFlat(b, x), index, ufMakeFlat(b, source), 0,
                         accumulate ? "add" : "none");
  return ufNodeDefine(results, ufMakeReshapeLike(b, y, x));
}

MlirLogicalResult ufTorchAsStridedScatter(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue src = ufTorchTensorAs(b, node, "src", ufElementType(x));
  MlirValue index = ufMakeFlat(b, ufTorchStridedIndex(b, node));
  MlirValue y = ufTorchScatterInto(b, ufMakeFlat(b, x), index,
                                   ufMakeFlat(b, src), 0, "none");
  return ufNodeDefine(results, ufMakeReshapeLike(b, y, x));
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

/// Adds what pads along `axis` of a tensor of `size` copied to where it is
/// from.
static MlirValue addPads(UfBuilder *b, MlirValue grad, int axis, MlirValue low,
                         MlirValue size) {
  if (!grad.ptr || !size.ptr)
    return (MlirValue){NULL};
  MlirValue place = ufMakeIota(b, ufMakeSizeOf(b, grad, axis));
  MlirValue last = ufMakeArith(b, "subtract", size, ufMakeInt(b, 1));
  place = ufMakeArith(b, "subtract", place, low);
  place = ufMakeArith(b, "minimum", place, last);
  place = ufMakeArith(b, "maximum", place, ufMakeInt(b, 0));
  // Zeros of the shape before padding: as many slices of the gradient.
  MlirValue some =
      ufMakeArith(b, "minimum", ufMakeIota(b, size), ufMakeInt(b, 0));
  MlirValue like = ufMakeGather(b, grad, some, axis);
  MlirValue zero = ufScalarConstant(b, ufElementType(grad), 0);
  place = ufMakeWiden(b, place, ufRank(grad), axis);
  return ufTorchScatterInto(b, ufCallExpandLike(b, zero, like),
                            ufCallExpandLike(b, place, grad), grad, axis,
                            "add");
}

MlirLogicalResult ufTorchReplicatePadBackward(UfBuilder *b, const UfNode *node,
                                              MlirValue *results) {
  MlirValue grad = ufNodeInput(node, 0), x = ufNodeInput(node, 1);
  UfTorchInts pads;
  int rank = ufRank(x);
  if (!ufTorchInts(b, node, "padding", &pads) || pads.count > 2 * rank)
    return ufNodeError(node, "needs at most two pads for each dimension");
  for (int i = 0; i < pads.count / 2; ++i)
    grad = addPads(b, grad, rank - 1 - i, ufTorchIntAt(b, &pads, 2 * i),
                   ufMakeSizeOf(b, x, rank - 1 - i));
  return ufNodeDefine(results, grad);
}

/// What masked_scatter took from its source, in the source's shape.
MlirLogicalResult ufTorchMaskedScatterBackward(UfBuilder *b, const UfNode *node,
                                               MlirValue *results) {
  MlirValue grad = ufNodeInput(node, 0);
  MlirValue mask = ufCallExpandLike(b, ufNodeInput(node, 1), grad);
  UfTorchInts sizes;
  if (!ufTorchInts(b, node, "sizes", &sizes))
    return ufNodeError(node, "needs argument 'sizes'");
  MlirValue places = ufMakeFlat(b, ufTorchPlaces(b, ufMakeFlat(b, mask)));
  MlirValue taken = ufMakeGather(b, ufMakeFlat(b, grad), places, 0);
  MlirValue shape = sizes.value;
  if (!shape.ptr) {
    UfInts ints;
    ufNodeInts(node, "sizes", &ints);
    shape = ufIntsConstant(b, ints.size, ints.data);
  }
  MlirValue zeros =
      ufMake(b, "expand",
             UF_VALUES(ufScalarConstant(b, ufElementType(grad), 0), shape),
             UF_NO_ATTRS);
  MlirValue all = ufCallConcat(b, UF_VALUES(taken, ufMakeFlat(b, zeros)), 0);
  MlirValue count = ufMakeSizeOf(b, ufMakeFlat(b, zeros), 0);
  all = ufMakeSliceAt(b, all, 0, ufMakeInt(b, 0), count);
  return ufNodeDefine(results, ufMakeReshapeLike(b, all, zeros));
}

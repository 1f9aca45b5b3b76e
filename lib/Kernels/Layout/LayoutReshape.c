//===-- LayoutReshape.c - Reshapes of reordered tensors -------------------===//
//
// A reshape splits or joins neighbouring dimensions. In memory it still does
// when the dimensions that belong together are neighbours there; those of size
// one may be anywhere.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Layout/Layout.h"

UfOrder ufOrderIdentity(int rank) {
  UfOrder order = {.rank = rank};
  for (int i = 0; i < rank; ++i)
    order.at[i] = (uint8_t)i;
  return order;
}

bool ufOrderIsIdentity(const UfOrder *order) {
  for (int i = 0; i < order->rank; ++i)
    if (order->at[i] != i)
      return false;
  return true;
}

bool ufOrderEqual(const UfOrder *x, const UfOrder *y) {
  if (x->rank != y->rank)
    return false;
  for (int i = 0; i < x->rank; ++i)
    if (x->at[i] != y->at[i])
      return false;
  return true;
}

UfOrder ufOrderInverse(const UfOrder *order) {
  UfOrder inverse = {.rank = order->rank};
  for (int i = 0; i < order->rank; ++i)
    inverse.at[order->at[i]] = (uint8_t)i;
  return inverse;
}

UfSplit ufSplitOf(MlirOperation op) {
  MlirValue in = mlirOperationGetOperand(op, 0), out = ufResultOf(op, 0);
  bool expands = ufOpIs(op, "tensor.expand_shape");
  UfSplit split = {.wide = ufShape(expands ? out : in),
                   .narrow = ufShape(expands ? in : out)};
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(op, ufStr("reassociation"));
  for (int i = 0; i < split.narrow.rank; ++i)
    split.begins[i + 1] =
        split.begins[i] +
        (int)mlirArrayAttrGetNumElements(mlirArrayAttrGetElement(list, i));
  return split;
}

int ufSplitNarrowDim(const UfSplit *split, int wide) {
  int dim = 0;
  while (split->begins[dim + 1] <= wide)
    ++dim;
  return dim;
}

/// Puts the dimensions of size one of `order`, which has the others, before the
/// first that follows them in the shape.
static void addUnits(const UfShape *shape, UfOrder *order) {
  for (int d = 0; d < shape->rank; ++d) {
    if (shape->dims[d] != 1)
      continue;
    int at = 0;
    while (at < order->rank && order->at[at] < d)
      ++at;
    for (int i = order->rank++; i > at; --i)
      order->at[i] = order->at[i - 1];
    order->at[at] = (uint8_t)d;
  }
}

bool ufSplitNarrowOrder(const UfSplit *split, const UfOrder *wide,
                        UfOrder *narrow) {
  *narrow = (UfOrder){0};
  int previous = -1, expected = 0;
  for (int i = 0; i < wide->rank; ++i) {
    int dim = wide->at[i];
    if (split->wide.dims[dim] == 1)
      continue;
    int group = ufSplitNarrowDim(split, dim);
    if (group == previous && dim < expected)
      return false;
    if (group != previous) {
      for (int k = 0; k < narrow->rank; ++k)
        if (narrow->at[k] == group)
          return false;
      narrow->at[narrow->rank++] = (uint8_t)group;
    }
    previous = group;
    expected = dim + 1;
  }
  for (int i = 0; i < narrow->rank; ++i)
    if (split->narrow.dims[narrow->at[i]] == 1)
      return false;
  addUnits(&split->narrow, narrow);
  return narrow->rank == split->narrow.rank;
}

UfOrder ufSplitWideOrder(const UfSplit *split, const UfOrder *narrow) {
  UfOrder wide = {0};
  for (int i = 0; i < narrow->rank; ++i)
    for (int d = split->begins[narrow->at[i]];
         d < split->begins[narrow->at[i] + 1]; ++d)
      wide.at[wide.rank++] = (uint8_t)d;
  return wide;
}

bool ufSplitInMemory(const UfSplit *split, const UfOrder *wide,
                     const UfOrder *narrow, int *begins) {
  UfOrder place = ufOrderInverse(narrow);
  int at = -1, previous = -1;
  for (int i = 0; i < wide->rank; ++i) {
    int dim = wide->at[i], to = place.at[ufSplitNarrowDim(split, dim)];
    if (split->wide.dims[dim] == 1) {
      // It joins its neighbour, unless it is needed to make one of size one.
      bool isNext =
          at + 1 < narrow->rank && split->narrow.dims[narrow->at[at + 1]] == 1;
      to = isNext || at < 0 ? at + 1 : at;
    } else {
      if (to == at && dim < previous)
        return false;
      previous = dim;
    }
    if (to == at)
      continue;
    if (to != at + 1)
      return false;
    begins[++at] = i;
  }
  begins[narrow->rank] = wide->rank;
  return at == narrow->rank - 1;
}

//===-- Sort.h - Sorting tensors ----------------------------------*- C -*-===//
//
// What comes before what, and a stable sort by any such order.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_SORT_H
#define UF_OPS_SORT_H

#include "IR/Linalg.h"

typedef struct UfSortOrder {
  bool largest;   ///< Comes first, else the smallest.
  bool nanIsLast; ///< Else NaN comes before every number, as in numpy.
} UfSortOrder;

/// i1: whether `x` comes before `y`: not so when they are equal. For elements
/// of b->op's first operand.
MlirValue ufComesBefore(UfBuilder *b, MlirValue x, MlirValue y,
                        UfSortOrder order);

enum { UF_MAX_SORTED = 2 };

/// i1: whether `x` comes before `y`; each is an element of every tensor that is
/// sorted.
typedef MlirValue (*UfIsBefore)(UfBuilder *b, const MlirValue *x,
                                const MlirValue *y, const void *data);

typedef struct UfSort {
  int axis;
  int count; ///< Of tensors, at most UF_MAX_SORTED.
  UfIsBefore isBefore;
  const void *data;
} UfSort;

/// Sorts the tensors `from`, of one shape, whose elements move together along
/// the axis. What comes neither before nor behind each other stays in order.
void ufMergeSort(UfBuilder *b, const UfSort *sort, const MlirValue *from,
                 MlirValue *results);

/// How far each element of a tensor of these sizes is along `axis`, as i64.
MlirValue ufPlacesAlong(UfBuilder *b, int axis, int rank, const UfSize *sizes);

#endif // UF_OPS_SORT_H

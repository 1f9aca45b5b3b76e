//===-- RowGroup.h - Ops that work row by row ---------------------*- C -*-===//
//
// Softmax, the normalisations and attention are several ops that all can be
// computed for some rows (positions in the outermost loops) without looking at
// other rows. As one kernel that goes from row to row, what passes between them
// stays in the cache.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_CLUSTERS_ROW_GROUP_H
#define UF_KERNELS_CLUSTERS_ROW_GROUP_H

#include "IR/Function.h"
#include "Kernels/Clusters/OpSet.h"

/// On the ops of a group: for each row dimension, outermost first, the op's
/// loop over it. An empty list when there is a single row.
#define UF_ROWS_ATTR "ufront.rows"

/// Whether `sink` and ops that compute for it alone are a group around at least
/// one reduction. Writes the group to `ops`, in order, and gives every op its
/// attribute. Takes no contraction and nothing that is in `taken`.
bool ufFindRows(MlirOperation sink, const UfOpSet *taken, UfOps *ops);

/// The same for attention: `product` is its second product, which `sink` is or
/// works on elementwise. The group has the first product too.
bool ufFindAttention(MlirOperation sink, MlirOperation product,
                     const UfOpSet *taken, UfOps *ops);

#endif // UF_KERNELS_CLUSTERS_ROW_GROUP_H

//===-- Layout.h - Which dimension is innermost in memory ---------*- C -*-===//
//
// What the parts of the ufront-layout pass share. A tensor's dimensions are
// numbered as its ops see them; its order says how they lie in memory, and the
// pass makes the type say the same.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_LAYOUT_LAYOUT_H
#define UF_KERNELS_LAYOUT_LAYOUT_H

#include "IR/Function.h"
#include "IR/Linalg.h"

#include <stddef.h>

/// Place i, counted from the outermost, holds dimension at[i].
typedef struct UfOrder {
  int rank;
  uint8_t at[UF_MAX_RANK];
} UfOrder;

UfOrder ufOrderIdentity(int rank);
bool ufOrderIsIdentity(const UfOrder *order);
bool ufOrderEqual(const UfOrder *x, const UfOrder *y);
/// The place of each dimension.
UfOrder ufOrderInverse(const UfOrder *order);

//===----------------------------------------------------------------------===//
// Values that may be laid out in any order
//===----------------------------------------------------------------------===//

typedef struct UfLayoutNode {
  MlirValue value;
  int64_t bytes;    ///< An estimate where sizes are not known.
  int parent;       ///< In the group's tree; itself at the root.
  UfOrder toParent; ///< Dimension i is dimension toParent.at[i] of the parent.
  int votes;        ///< The root's list, -1 when empty.
  UfOrder order;    ///< What was decided.
} UfLayoutNode;

/// So many bytes would be read or written better in this order.
typedef struct UfLayoutVote {
  UfOrder order;  ///< In the dimensions of the root.
  int64_t weight; ///< Of all who want the order.
  int64_t wanted; ///< The part of it that makes moving worth while.
  int next;
} UfLayoutVote;

/// What is known of a function's values.
typedef struct UfLayout {
  MlirOperation func;
  UfOps ops; ///< All of the function, in order.
  UfLayoutNode *nodes;
  int numNodes, maxNodes;
  UfLayoutVote *votes;
  int numVotes, maxVotes;
  struct UfLayoutSlot *slots; ///< Values to nodes.
  size_t numSlots, usedSlots;
  UfOps reshapes; ///< tensor.expand_shape and collapse_shape.
} UfLayout;

/// Finds the values of `func` that may be moved and what wants them where.
UfLayout ufLayoutCreate(MlirOperation func);
void ufLayoutDestroy(UfLayout *layout);

/// Chooses the order of every node. Returns whether any is not the identity.
bool ufLayoutDecide(UfLayout *layout);

/// The node of `value`, or -1 for a value that stays as it is.
int ufLayoutNodeOf(const UfLayout *layout, MlirValue value);
/// Makes `value`, which replaces that of `node`, known.
void ufLayoutAlias(UfLayout *layout, MlirValue value, int node);
/// The order of `value`.
UfOrder ufLayoutOrderOf(const UfLayout *layout, MlirValue value);

/// Changes types, maps and attributes so that every value has its order.
void ufLayoutRewrite(UfLayout *layout);

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// How the layout of an op's operands and results hang together.
typedef enum UfLayoutKind {
  UF_LAYOUT_FIXED, ///< As ufront-layout found them.
  UF_LAYOUT_GENERIC,
  UF_LAYOUT_TRANSPOSE,
  UF_LAYOUT_FILL, ///< Made again in each order that is wanted.
  UF_LAYOUT_EMPTY,
  UF_LAYOUT_SAME, ///< All tensors in one order.
  UF_LAYOUT_EXPAND,
  UF_LAYOUT_COLLAPSE,
  UF_LAYOUT_EXTRACT,
  UF_LAYOUT_DIM,
} UfLayoutKind;

UfLayoutKind ufLayoutKindOf(MlirOperation op);

/// The map of operand `i` of a linalg op.
MlirAffineMap ufLinalgMap(MlirOperation op, intptr_t i);
/// The loop that an expression is, or -1.
int ufLoopOf(MlirAffineExpr expr);
/// Which loops are in a map's results, a bit set.
unsigned ufLoopsOf(MlirAffineMap map);

/// Whether `op` slides a window over an operand: a convolution or a pool.
bool ufIsWindowOp(MlirOperation op);
/// Whether a window op multiplies with nothing.
bool ufIsPool(MlirOperation op);
/// Whether input `i` of a window op is better read in its ufWindowOrder.
bool ufWindowWants(MlirOperation op, intptr_t i);
/// The order that puts channels last in operand `i` of a window op.
UfOrder ufWindowOrder(MlirOperation op, intptr_t i);

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

/// A tensor.expand_shape or collapse_shape: dimension i of the narrow side is
/// dimensions [begins[i], begins[i + 1]) of the wide one.
typedef struct UfSplit {
  UfShape wide, narrow;
  int begins[UF_MAX_RANK + 1];
} UfSplit;

UfSplit ufSplitOf(MlirOperation op);
/// The dimension of the narrow side, which has some, that dimension `wide` is
/// part of.
int ufSplitNarrowDim(const UfSplit *split, int wide);
/// The order of the one side that makes the reshape keep memory as it is when
/// the other has `order`; false when there is none.
bool ufSplitNarrowOrder(const UfSplit *split, const UfOrder *wide,
                        UfOrder *narrow);
UfOrder ufSplitWideOrder(const UfSplit *split, const UfOrder *narrow);
/// Dimensions in memory, as UfSplit.begins; false when the reshape with both
/// sides in these orders is not one of memory.
bool ufSplitInMemory(const UfSplit *split, const UfOrder *wide,
                     const UfOrder *narrow, int *begins);

#endif // UF_KERNELS_LAYOUT_LAYOUT_H

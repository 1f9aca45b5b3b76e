//===-- LayoutGraph.c - Choosing the order of dimensions ------------------===//
//
// Values whose dimensions correspond, because an elementwise op, a pad, a slice
// or a transpose leads from one to the other, are one group and get one order.
// Convolutions and pools vote for channels last; whatever cannot take another
// order votes for the one it has. Groups that hang on others by reshapes follow
// them. A group that nothing asks to move stays as it is.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Layout/Layout.h"

#include "mlir-c/Dialect/Linalg.h"

#include <stdlib.h>
#include <string.h>

enum {
  UNKNOWN_SIZE = 32, ///< What a dimension of unknown size counts for.
  MAX_ROUNDS = 8,
};

struct UfLayoutSlot {
  const void *key;
  int node;
};

/// `list` with room for one more; aborts without memory, which a function's
/// values take more of than this.
static void *growList(void *list, int count, int *capacity, size_t size) {
  if (count < *capacity)
    return list;
  *capacity = *capacity ? 2 * *capacity : 256;
  void *grown = realloc(list, (size_t)*capacity * size);
  if (!grown)
    abort();
  return grown;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static struct UfLayoutSlot *slotOf(const UfLayout *layout, const void *key) {
  size_t hash = (size_t)((uintptr_t)key >> 3) * 0x9E3779B97F4A7C15u;
  for (size_t i = hash >> 20;; ++i) {
    struct UfLayoutSlot *slot = &layout->slots[i & (layout->numSlots - 1)];
    if (slot->key == key || !slot->key)
      return slot;
  }
}

int ufLayoutNodeOf(const UfLayout *layout, MlirValue value) {
  const struct UfLayoutSlot *slot = slotOf(layout, value.ptr);
  return slot->key ? slot->node : -1;
}

void ufLayoutAlias(UfLayout *layout, MlirValue value, int node) {
  struct UfLayoutSlot *slot = slotOf(layout, value.ptr);
  if (!slot->key && 2 * ++layout->usedSlots > layout->numSlots) {
    struct UfLayoutSlot *old = layout->slots;
    size_t count = layout->numSlots;
    layout->numSlots *= 2;
    layout->slots = calloc(layout->numSlots, sizeof *layout->slots);
    if (!layout->slots)
      abort();
    for (size_t i = 0; i < count; ++i)
      if (old[i].key)
        *slotOf(layout, old[i].key) = old[i];
    free(old);
    slot = slotOf(layout, value.ptr);
  }
  *slot = (struct UfLayoutSlot){value.ptr, node};
}

UfOrder ufLayoutOrderOf(const UfLayout *layout, MlirValue value) {
  int node = ufLayoutNodeOf(layout, value);
  return node < 0 ? ufOrderIdentity(ufRank(value)) : layout->nodes[node].order;
}

static int64_t bytesOf(MlirValue value) {
  UfShape shape = ufShape(value);
  int64_t bytes = ufBitWidth(shape.element) / 8;
  for (int i = 0; i < shape.rank; ++i)
    bytes *= shape.dims[i] == UF_DYNAMIC ? UNKNOWN_SIZE : shape.dims[i];
  return bytes;
}

static void addNode(UfLayout *layout, MlirValue value) {
  layout->nodes = growList(layout->nodes, layout->numNodes, &layout->maxNodes,
                           sizeof *layout->nodes);
  UfOrder identity = ufOrderIdentity(ufRank(value));
  layout->nodes[layout->numNodes] = (UfLayoutNode){.value = value,
                                                   .bytes = bytesOf(value),
                                                   .parent = layout->numNodes,
                                                   .toParent = identity,
                                                   .votes = -1,
                                                   .order = identity};
  ufLayoutAlias(layout, value, layout->numNodes++);
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

/// `first`, then `second`.
static UfOrder compose(const UfOrder *first, const UfOrder *second) {
  UfOrder both = {.rank = first->rank};
  for (int i = 0; i < first->rank; ++i)
    both.at[i] = second->at[first->at[i]];
  return both;
}

/// The root of `node`, and which of its dimensions those of `node` are.
static int findRoot(UfLayout *layout, int node, UfOrder *toRoot) {
  UfOrder to = ufOrderIdentity(layout->nodes[node].toParent.rank);
  int at = node;
  while (layout->nodes[at].parent != at) {
    to = compose(&to, &layout->nodes[at].toParent);
    at = layout->nodes[at].parent;
  }
  layout->nodes[node].parent = at;
  layout->nodes[node].toParent = to;
  *toRoot = to;
  return at;
}

/// Makes `x` and `y` one group, where dimension i of `x` is dimension at[i] of
/// `y`. Values that are one group already stay as they are.
static void unite(UfLayout *layout, int x, int y, const UfOrder *dims) {
  UfOrder fromX, fromY;
  if (x < 0 || y < 0)
    return;
  int rootX = findRoot(layout, x, &fromX), rootY = findRoot(layout, y, &fromY);
  if (rootX == rootY)
    return;
  UfOrder back = ufOrderInverse(&fromX);
  UfOrder toY = compose(&back, dims);
  layout->nodes[rootX].parent = rootY;
  layout->nodes[rootX].toParent = compose(&toY, &fromY);
}

static void uniteSame(UfLayout *layout, MlirValue x, MlirValue y) {
  UfOrder identity = ufOrderIdentity(ufRank(x));
  unite(layout, ufLayoutNodeOf(layout, x), ufLayoutNodeOf(layout, y),
        &identity);
}

/// Which dimension of the result each of an operand's is; false unless they
/// are the same loops.
static bool dimsThrough(MlirAffineMap from, MlirAffineMap to, UfOrder *dims) {
  int rank = (int)mlirAffineMapGetNumResults(from);
  dims->rank = rank;
  if (rank != mlirAffineMapGetNumResults(to) || rank > UF_MAX_RANK ||
      !mlirAffineMapIsProjectedPermutation(from) ||
      !mlirAffineMapIsProjectedPermutation(to) ||
      ufLoopsOf(from) != ufLoopsOf(to))
    return false;
  for (int i = 0; i < rank; ++i)
    for (int k = 0; k < rank; ++k)
      if (mlirAffineExprEqual(mlirAffineMapGetResult(from, i),
                              mlirAffineMapGetResult(to, k)))
        dims->at[i] = (uint8_t)k;
  return true;
}

static void uniteGeneric(UfLayout *layout, MlirOperation op) {
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  intptr_t numInits = mlirOperationGetNumResults(op);
  intptr_t firstInit = numOperands - numInits;
  int result = ufLayoutNodeOf(layout, ufResultOf(op, 0));
  MlirAffineMap out = ufLinalgMap(op, firstInit);
  for (intptr_t i = 0; i < numOperands; ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    UfOrder dims;
    if (!ufIsRankedTensor(mlirValueGetType(operand)) ||
        !dimsThrough(ufLinalgMap(op, i), out, &dims))
      continue;
    unite(layout, ufLayoutNodeOf(layout, operand), result, &dims);
    if (i >= firstInit)
      unite(layout,
            ufLayoutNodeOf(layout, ufResultOf(op, (int)(i - firstInit))),
            result, &dims);
  }
}

static void uniteTranspose(UfLayout *layout, MlirOperation op) {
  MlirAttribute list =
      mlirOperationGetInherentAttributeByName(op, ufStr("permutation"));
  UfOrder dims = {.rank = ufRank(ufResultOf(op, 0))};
  for (int i = 0; i < dims.rank; ++i)
    dims.at[i] = (uint8_t)mlirDenseI64ArrayGetElement(list, i);
  unite(layout, ufLayoutNodeOf(layout, ufResultOf(op, 0)),
        ufLayoutNodeOf(layout, mlirOperationGetOperand(op, 0)), &dims);
}

/// An element read at computed places, in the body of an op whose loops are
/// those of its result: dimensions that are read in step go together.
static void uniteExtract(UfLayout *layout, MlirOperation op) {
  MlirOperation generic = mlirOperationGetParentOperation(op);
  MlirValue from = mlirOperationGetOperand(op, 0);
  if (!generic.ptr || ufLayoutKindOf(generic) != UF_LAYOUT_GENERIC)
    return;
  MlirValue result = ufResultOf(generic, 0);
  MlirAffineMap out =
      ufLinalgMap(generic, mlirOperationGetNumOperands(generic) -
                               mlirOperationGetNumResults(generic));
  if (ufRank(from) != ufRank(result) || !mlirAffineMapIsIdentity(out))
    return;
  UfOrder same = ufOrderIdentity(ufRank(from));
  unite(layout, ufLayoutNodeOf(layout, from), ufLayoutNodeOf(layout, result),
        &same);
}

//===----------------------------------------------------------------------===//
// Votes
//===----------------------------------------------------------------------===//

static void addVote(UfLayout *layout, int node, const UfOrder *order,
                    int64_t weight, bool isWish) {
  UfOrder toRoot;
  if (node < 0 || weight <= 0)
    return;
  int root = findRoot(layout, node, &toRoot);
  UfOrder there = {.rank = order->rank};
  for (int i = 0; i < order->rank; ++i)
    there.at[i] = toRoot.at[order->at[i]];
  int at = layout->nodes[root].votes;
  while (at >= 0 && !ufOrderEqual(&layout->votes[at].order, &there))
    at = layout->votes[at].next;
  if (at < 0) {
    layout->votes = growList(layout->votes, layout->numVotes, &layout->maxVotes,
                             sizeof *layout->votes);
    at = layout->numVotes++;
    layout->votes[at] =
        (UfLayoutVote){.order = there, .next = layout->nodes[root].votes};
    layout->nodes[root].votes = at;
  }
  layout->votes[at].weight += weight;
  layout->votes[at].wanted += isWish ? weight : 0;
}

static void voteAsIs(UfLayout *layout, MlirValue value) {
  int node = ufLayoutNodeOf(layout, value);
  if (node < 0)
    return;
  UfOrder identity = ufOrderIdentity(ufRank(value));
  addVote(layout, node, &identity, layout->nodes[node].bytes, false);
}

static void voteWindow(UfLayout *layout, MlirOperation op) {
  bool isPool = ufIsPool(op);
  for (intptr_t i = 0; i < 3; ++i) {
    int node = ufLayoutNodeOf(layout, i == 2 ? ufResultOf(op, 0)
                                             : mlirOperationGetOperand(op, i));
    UfOrder order = ufWindowOrder(op, i);
    if (node < 0 || (i < 2 && !ufWindowWants(op, i)))
      continue;
    int64_t bytes = layout->nodes[node].bytes;
    addVote(layout, node, &order, isPool ? bytes / 2 + 1 : 4 * bytes, true);
  }
}

/// What comes from outside is best read in the order it has.
static void voteSource(UfLayout *layout, MlirOperation op) {
  int result = ufLayoutNodeOf(layout, ufResultOf(op, 0));
  if (ufIsWindowOp(op))
    return;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!ufIsRankedTensor(mlirValueGetType(operand)) ||
        ufLayoutNodeOf(layout, operand) >= 0 ||
        ufRank(operand) != ufRank(ufResultOf(op, 0)))
      continue;
    MlirOperation from = ufDefiningOp(operand);
    UfLayoutKind kind = from.ptr ? ufLayoutKindOf(from) : UF_LAYOUT_FIXED;
    if (kind == UF_LAYOUT_EMPTY || kind == UF_LAYOUT_FILL)
      continue;
    UfOrder identity = ufOrderIdentity(ufRank(operand)), dims = identity;
    MlirAffineMap out = {NULL};
    if (ufLayoutKindOf(op) == UF_LAYOUT_GENERIC) {
      out = ufLinalgMap(op, mlirOperationGetNumOperands(op) -
                                mlirOperationGetNumResults(op));
      if (!dimsThrough(ufLinalgMap(op, i), out, &dims))
        continue;
    }
    addVote(layout, result, &dims, bytesOf(operand), false);
  }
}

static bool isContraction(MlirOperation op) {
  unsigned results =
      ufLoopsOf(ufLinalgMap(op, mlirOperationGetNumOperands(op) - 1));
  return mlirOperationGetNumResults(op) == 1 &&
         mlirOperationGetNumOperands(op) == 3 &&
         (ufLoopsOf(ufLinalgMap(op, 0)) & ufLoopsOf(ufLinalgMap(op, 1)) &
          ~results) != 0;
}

static void voteFor(UfLayout *layout, MlirOperation op) {
  UfLayoutKind kind = ufLayoutKindOf(op);
  bool isGeneric = kind == UF_LAYOUT_GENERIC;
  if (isGeneric && ufIsWindowOp(op))
    voteWindow(layout, op);
  if (kind == UF_LAYOUT_FIXED ||
      (isGeneric && !ufIsWindowOp(op) && isContraction(op)))
    for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
      voteAsIs(layout, mlirOperationGetOperand(op, i));
  if (isGeneric || kind == UF_LAYOUT_SAME)
    voteSource(layout, op);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

static MlirWalkResult collect(MlirOperation op, void *userData) {
  ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static void addNodes(UfLayout *layout, MlirOperation op) {
  switch (ufLayoutKindOf(op)) {
  case UF_LAYOUT_EXPAND:
  case UF_LAYOUT_COLLAPSE:
    ufOpsAdd(&layout->reshapes, op);
    addNode(layout, ufResultOf(op, 0));
    break;
  case UF_LAYOUT_GENERIC:
  case UF_LAYOUT_TRANSPOSE:
  case UF_LAYOUT_SAME:
    for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i)
      addNode(layout, ufResultOf(op, (int)i));
    break;
  default:
    break;
  }
}

static void uniteOp(UfLayout *layout, MlirOperation op) {
  switch (ufLayoutKindOf(op)) {
  case UF_LAYOUT_GENERIC:
    uniteGeneric(layout, op);
    break;
  case UF_LAYOUT_TRANSPOSE:
    uniteTranspose(layout, op);
    break;
  case UF_LAYOUT_SAME:
    for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
      MlirValue operand = mlirOperationGetOperand(op, i);
      if (ufIsRankedTensor(mlirValueGetType(operand)))
        uniteSame(layout, operand, ufResultOf(op, 0));
    }
    break;
  case UF_LAYOUT_EXTRACT:
    uniteExtract(layout, op);
    break;
  default:
    break;
  }
}

UfLayout ufLayoutCreate(MlirOperation func) {
  UfLayout layout = {.func = func, .numSlots = 1024};
  layout.slots = calloc(layout.numSlots, sizeof *layout.slots);
  if (!layout.slots)
    abort();
  mlirOperationWalk(func, collect, &layout.ops, MlirWalkPreOrder);
  for (size_t i = 0; i < layout.ops.count; ++i)
    addNodes(&layout, layout.ops.ops[i]);
  for (size_t i = 0; i < layout.ops.count; ++i)
    uniteOp(&layout, layout.ops.ops[i]);
  for (size_t i = 0; i < layout.ops.count; ++i)
    voteFor(&layout, layout.ops.ops[i]);
  return layout;
}

void ufLayoutDestroy(UfLayout *layout) {
  ufOpsFree(&layout->ops);
  ufOpsFree(&layout->reshapes);
  free(layout->nodes);
  free(layout->votes);
  free(layout->slots);
}

//===----------------------------------------------------------------------===//
// Deciding
//===----------------------------------------------------------------------===//

/// The vote of a group that has most weight, -1 when nothing asks to move.
static int winner(const UfLayout *layout, int root) {
  int best = -1;
  for (int at = layout->nodes[root].votes; at >= 0;
       at = layout->votes[at].next) {
    const UfLayoutVote *vote = &layout->votes[at];
    if (best < 0 || vote->weight > layout->votes[best].weight ||
        (vote->weight == layout->votes[best].weight &&
         vote->wanted > layout->votes[best].wanted))
      best = at;
  }
  return best >= 0 && layout->votes[best].wanted > 0 ? best : -1;
}

/// Decides every group that wants to move and has not been decided; decided[i]
/// is one more than the vote of root i, or 0. Returns how many there were.
static int decideGroups(const UfLayout *layout, int *decided) {
  int count = 0;
  for (int i = 0; i < layout->numNodes; ++i)
    if (layout->nodes[i].parent == i && decided[i] == 0) {
      decided[i] = winner(layout, i) + 1;
      count += decided[i] > 0;
    }
  return count;
}

/// The order of `node` in a decided group; false in another.
static bool orderIn(UfLayout *layout, const int *decided, int node,
                    UfOrder *order) {
  UfOrder toRoot = {0};
  *order = toRoot;
  int vote = node < 0 ? -1 : decided[findRoot(layout, node, &toRoot)] - 1;
  if (vote < 0)
    return false;
  UfOrder back = ufOrderInverse(&toRoot);
  *order = compose(&layout->votes[vote].order, &back);
  return true;
}

/// Lets the undecided side of a reshape follow the decided one.
static void followReshape(UfLayout *layout, const int *decided,
                          MlirOperation op) {
  UfSplit split = ufSplitOf(op);
  bool expands = ufLayoutKindOf(op) == UF_LAYOUT_EXPAND;
  int in = ufLayoutNodeOf(layout, mlirOperationGetOperand(op, 0));
  int out = ufLayoutNodeOf(layout, ufResultOf(op, 0));
  int wide = expands ? out : in, narrow = expands ? in : out;
  UfOrder order, follows;
  if (orderIn(layout, decided, wide, &order)) {
    if (narrow >= 0 && !orderIn(layout, decided, narrow, &follows) &&
        ufSplitNarrowOrder(&split, &order, &follows))
      addVote(layout, narrow, &follows, layout->nodes[narrow].bytes,
              !ufOrderIsIdentity(&follows));
  } else if (wide >= 0 && orderIn(layout, decided, narrow, &order)) {
    follows = ufSplitWideOrder(&split, &order);
    addVote(layout, wide, &follows, layout->nodes[wide].bytes,
            !ufOrderIsIdentity(&follows));
  }
}

bool ufLayoutDecide(UfLayout *layout) {
  int *decided = calloc((size_t)layout->numNodes + 1, sizeof *decided);
  if (!decided)
    abort();
  for (int round = 0; round < MAX_ROUNDS; ++round) {
    if (decideGroups(layout, decided) == 0)
      break;
    for (size_t i = 0; i < layout->reshapes.count; ++i)
      followReshape(layout, decided, layout->reshapes.ops[i]);
  }
  bool moves = false;
  for (int i = 0; i < layout->numNodes; ++i) {
    UfOrder order;
    if (!orderIn(layout, decided, i, &order))
      continue;
    layout->nodes[i].order = order;
    moves |= !ufOrderIsIdentity(&order);
  }
  free(decided);
  return moves;
}

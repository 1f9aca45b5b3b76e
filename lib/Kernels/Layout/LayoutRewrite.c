//===-- LayoutRewrite.c - Moving dimensions -------------------------------===//
//
// Gives every value the order chosen for it. Ops are changed where they stand:
// linalg.generic by its maps, others by their lists of sizes, or where such an
// op cannot have it otherwise, by a transpose before it.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Layout/Layout.h"

#include "mlir-c/Dialect/Linalg.h"

#include <stdlib.h>
#include <string.h>

/// A value in an order other than its own.
typedef struct Converted {
  MlirValue from, to;
  UfOrder order;
} Converted;

typedef struct Rewriting {
  UfLayout *layout;
  MlirContext ctx;
  MlirRewriterBase rewriter;
  Converted *converted;
  int numConverted, maxConverted;
  UfOps dead; ///< Transposes that have become the identity.
} Rewriting;

static MlirAttribute get(MlirOperation op, const char *name) {
  return mlirOperationGetInherentAttributeByName(op, ufStr(name));
}

static void set(MlirOperation op, const char *name, MlirAttribute value) {
  mlirOperationSetInherentAttributeByName(op, ufStr(name), value);
}

static MlirType typeInOrder(MlirType type, const UfOrder *order) {
  UfShape shape = ufShapeOfType(type), moved = shape;
  for (int i = 0; i < order->rank; ++i)
    moved.dims[i] = shape.dims[order->at[i]];
  return ufTensorType(&moved);
}

/// Gives result `i` of `op` the type that its order asks for.
static void moveResult(Rewriting *rw, MlirOperation op, int i) {
  MlirValue result = ufResultOf(op, i);
  UfOrder order = ufLayoutOrderOf(rw->layout, result);
  if (!ufOrderIsIdentity(&order))
    mlirValueSetType(result, typeInOrder(mlirValueGetType(result), &order));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// Where place i of `to` is in `from`.
static UfOrder between(const UfOrder *from, const UfOrder *to) {
  UfOrder place = ufOrderInverse(from), steps = {.rank = to->rank};
  for (int i = 0; i < to->rank; ++i)
    steps.at[i] = place.at[to->at[i]];
  return steps;
}

/// Whether `value`'s dimensions but those of size one stay in order.
static bool onlyMovesUnits(MlirValue value, const UfOrder *steps) {
  int last = -1;
  for (int i = 0; i < steps->rank; ++i) {
    if (ufDimSize(value, steps->at[i]) == 1)
      continue;
    if (steps->at[i] < last)
      return false;
    last = steps->at[i];
  }
  UfShape shape = ufShape(value);
  return ufNumElements(&shape) != UF_DYNAMIC;
}

static MlirValue build(UfBuilder *b, MlirValue value, const UfOrder *steps) {
  UfSize sizes[UF_MAX_RANK], moved[UF_MAX_RANK];
  int64_t perm[UF_MAX_RANK];
  MlirOperation from = ufDefiningOp(value);
  UfLayoutKind kind = from.ptr ? ufLayoutKindOf(from) : UF_LAYOUT_FIXED;
  ufSizesOf(b, value, sizes);
  for (int i = 0; i < steps->rank; ++i) {
    perm[i] = steps->at[i];
    moved[i] = sizes[perm[i]];
  }
  if (kind == UF_LAYOUT_EMPTY)
    return ufEmpty(b, ufElementType(value), steps->rank, moved);
  if (kind == UF_LAYOUT_FILL)
    return ufFilled(b, mlirOperationGetOperand(from, 0), steps->rank, moved);
  if (onlyMovesUnits(value, steps))
    return ufReshape(b, value, steps->rank, moved);
  return ufTranspose(b, value, perm);
}

static UfBuilder builderAfter(const Rewriting *rw, MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  UfBuilder b = {.ctx = rw->ctx, .rewriter = rw->rewriter, .op = from};
  if (from.ptr) {
    b.loc = mlirOperationGetLocation(from);
    mlirRewriterBaseSetInsertionPointAfter(rw->rewriter, from);
    return b;
  }
  MlirBlock block = mlirBlockArgumentGetOwner(value);
  b.loc = mlirOperationGetLocation(mlirBlockGetParentOperation(block));
  mlirRewriterBaseSetInsertionPointToStart(rw->rewriter, block);
  return b;
}

/// `value` in `order`.
static MlirValue inOrder(Rewriting *rw, MlirValue value, const UfOrder *order) {
  UfOrder own = ufLayoutOrderOf(rw->layout, value);
  if (ufOrderEqual(&own, order))
    return value;
  for (int i = 0; i < rw->numConverted; ++i)
    if (mlirValueEqual(rw->converted[i].from, value) &&
        ufOrderEqual(&rw->converted[i].order, order))
      return rw->converted[i].to;
  UfOrder steps = between(&own, order);
  UfBuilder b = builderAfter(rw, value);
  MlirValue to = build(&b, value, &steps);
  if (rw->numConverted == rw->maxConverted) {
    rw->maxConverted = rw->maxConverted ? 2 * rw->maxConverted : 64;
    Converted *grown =
        realloc(rw->converted, (size_t)rw->maxConverted * sizeof *grown);
    if (!grown)
      abort(); // as many as a function has values
    rw->converted = grown;
  }
  rw->converted[rw->numConverted++] = (Converted){value, to, *order};
  return to;
}

static void moveOperand(Rewriting *rw, MlirOperation op, intptr_t i,
                        const UfOrder *order) {
  MlirValue operand = mlirOperationGetOperand(op, i);
  if (ufIsRankedTensor(mlirValueGetType(operand)))
    mlirOperationSetOperand(op, i, inOrder(rw, operand, order));
}

/// For an op that knows no order but the one its operands had.
static void moveBack(Rewriting *rw, MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (ufLayoutNodeOf(rw->layout, operand) < 0)
      continue;
    UfOrder identity = ufOrderIdentity(ufRank(operand));
    moveOperand(rw, op, i, &identity);
  }
}

//===----------------------------------------------------------------------===//
// linalg.generic
//===----------------------------------------------------------------------===//

/// Adds the loops of `map` that are in `wanted`, in the order of its results.
static int addLoops(MlirAffineMap map, unsigned wanted, unsigned *seen,
                    int *loops, int count) {
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
    for (int d = 0; d < (int)mlirAffineMapGetNumDims(map); ++d)
      if ((wanted & ~*seen) >> d & 1 &&
          mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), d)) {
        *seen |= 1u << d;
        loops[count++] = d;
      }
  return count;
}

/// The loops in the order they are to be nested: those of the first result as
/// it lies in memory, then the reductions as the operands do.
static void orderLoops(const MlirAffineMap *maps, intptr_t count,
                       intptr_t firstInit, int *loops) {
  int numLoops = (int)mlirAffineMapGetNumDims(maps[0]), at = 0;
  unsigned all = numLoops == 32 ? ~0u : (1u << numLoops) - 1, seen = 0;
  unsigned parallel = ufLoopsOf(maps[firstInit]);
  at = addLoops(maps[firstInit], parallel, &seen, loops, at);
  for (intptr_t i = 0; i < count; ++i)
    at = addLoops(maps[i], all, &seen, loops, at);
  for (int d = 0; d < numLoops; ++d)
    if (!(seen >> d & 1))
      loops[at++] = d;
}

typedef struct Renumbering {
  MlirOperation generic;
  const int *place; ///< Of each loop.
  MlirType i64;
} Renumbering;

static MlirWalkResult renumberIndex(MlirOperation op, void *userData) {
  const Renumbering *to = userData;
  if (!ufOpIs(op, "linalg.index"))
    return MlirWalkResultAdvance;
  int64_t dim = mlirIntegerAttrGetValueInt(get(op, "dim"));
  set(op, "dim", mlirIntegerAttrGet(to->i64, to->place[dim]));
  return MlirWalkResultAdvance;
}

/// Nests the loops in the order `loops`.
static void interchange(Rewriting *rw, MlirOperation op, MlirAffineMap *maps,
                        intptr_t count, const int *loops) {
  int numLoops = (int)mlirAffineMapGetNumDims(maps[0]), place[32] = {0};
  MlirAffineExpr dims[32], results[UF_MAX_RANK];
  MlirAttribute iterators[32], old = get(op, "iterator_types");
  for (int i = 0; i < numLoops; ++i) {
    place[loops[i]] = i;
    iterators[i] = mlirArrayAttrGetElement(old, loops[i]);
  }
  for (int i = 0; i < numLoops; ++i)
    dims[i] = mlirAffineDimExprGet(rw->ctx, place[i]);
  MlirAffineMap renaming =
      mlirAffineMapGet(rw->ctx, numLoops, 0, numLoops, dims);
  for (intptr_t k = 0; k < count; ++k) {
    intptr_t rank = mlirAffineMapGetNumResults(maps[k]);
    for (intptr_t i = 0; i < rank; ++i)
      results[i] =
          mlirAffineExprCompose(mlirAffineMapGetResult(maps[k], i), renaming);
    maps[k] = mlirAffineMapGet(rw->ctx, numLoops, 0, rank, results);
  }
  set(op, "iterator_types", mlirArrayAttrGet(rw->ctx, numLoops, iterators));
  Renumbering to = {op, place, mlirIntegerTypeGet(rw->ctx, 64)};
  mlirOperationWalk(op, renumberIndex, &to, MlirWalkPreOrder);
}

/// The order in which the generic reads operand `i`. A window runs over
/// channels last, also over what came from outside otherwise.
static UfOrder readOrder(Rewriting *rw, MlirOperation op, intptr_t i) {
  MlirValue operand = mlirOperationGetOperand(op, i);
  UfOrder own = ufLayoutOrderOf(rw->layout, operand);
  UfOrder result = ufLayoutOrderOf(rw->layout, ufResultOf(op, 0));
  bool isFixed = ufLayoutNodeOf(rw->layout, operand) < 0;
  return isFixed && !ufOrderIsIdentity(&result) && ufIsWindowOp(op) &&
                 ufWindowWants(op, i)
             ? ufWindowOrder(op, i)
             : own;
}

static void moveGeneric(Rewriting *rw, MlirOperation op) {
  intptr_t count = mlirOperationGetNumOperands(op);
  intptr_t firstInit = count - mlirOperationGetNumResults(op);
  MlirAffineMap maps[UF_MAX_VALUES];
  MlirAttribute attrs[UF_MAX_VALUES];
  bool moved = false;
  for (intptr_t i = 0; i < count; ++i) {
    maps[i] = ufLinalgMap(op, i);
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!ufIsRankedTensor(mlirValueGetType(operand)))
      continue;
    UfOrder order =
        i < firstInit
            ? readOrder(rw, op, i)
            : ufLayoutOrderOf(rw->layout, ufResultOf(op, (int)(i - firstInit)));
    moveOperand(rw, op, i, &order);
    if (ufOrderIsIdentity(&order))
      continue;
    intptr_t places[UF_MAX_RANK];
    for (int k = 0; k < order.rank; ++k)
      places[k] = order.at[k];
    maps[i] = mlirAffineMapGetSubMap(maps[i], order.rank, places);
    moved = true;
  }
  if (!moved)
    return;
  int loops[32] = {0};
  orderLoops(maps, count, firstInit, loops);
  interchange(rw, op, maps, count, loops);
  for (intptr_t i = 0; i < count; ++i)
    attrs[i] = mlirAffineMapAttrGet(maps[i]);
  set(op, "indexing_maps", mlirArrayAttrGet(rw->ctx, count, attrs));
  for (intptr_t i = firstInit; i < count; ++i)
    moveResult(rw, op, (int)(i - firstInit));
}

//===----------------------------------------------------------------------===//
// Lists of offsets and sizes
//===----------------------------------------------------------------------===//

/// Reorders the list `name`, whose dynamic numbers are operands from `*at` on.
static void moveList(Rewriting *rw, MlirOperation op, const char *name,
                     intptr_t *at, const UfOrder *order) {
  MlirAttribute list = get(op, name);
  int64_t numbers[UF_MAX_RANK];
  MlirValue values[UF_MAX_RANK];
  for (int i = 0; i < order->rank; ++i) {
    numbers[i] = mlirDenseI64ArrayGetElement(list, i);
    if (numbers[i] == UF_DYNAMIC)
      values[i] = mlirOperationGetOperand(op, (*at)++);
  }
  int64_t moved[UF_MAX_RANK];
  intptr_t operand = *at;
  for (int i = order->rank - 1; i >= 0; --i) {
    moved[i] = numbers[order->at[i]];
    if (moved[i] == UF_DYNAMIC)
      mlirOperationSetOperand(op, --operand, values[order->at[i]]);
  }
  set(op, name, mlirDenseI64ArrayGet(rw->ctx, order->rank, moved));
}

static const struct {
  const char *op;
  const char *lists[3];
  int first; ///< Operand of the first list.
} listsOf[] = {
    {"tensor.pad", {"static_low", "static_high"}, 1},
    {"tensor.extract_slice",
     {"static_offsets", "static_sizes", "static_strides"},
     1},
    {"tensor.insert_slice",
     {"static_offsets", "static_sizes", "static_strides"},
     2},
};

static void moveSame(Rewriting *rw, MlirOperation op) {
  UfOrder order = ufLayoutOrderOf(rw->layout, ufResultOf(op, 0));
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    moveOperand(rw, op, i, &order);
  if (ufOrderIsIdentity(&order))
    return;
  for (int i = 0; i < UF_COUNT(listsOf); ++i) {
    intptr_t at = listsOf[i].first;
    for (int k = 0; k < 3 && ufOpIs(op, listsOf[i].op); ++k)
      if (listsOf[i].lists[k])
        moveList(rw, op, listsOf[i].lists[k], &at, &order);
  }
  if (ufOpIs(op, "tensor.concat")) {
    int64_t dim = mlirIntegerAttrGetValueInt(get(op, "dim"));
    UfOrder place = ufOrderInverse(&order);
    set(op, "dim",
        mlirIntegerAttrGet(mlirIntegerTypeGet(rw->ctx, 64), place.at[dim]));
  }
  moveResult(rw, op, 0);
}

//===----------------------------------------------------------------------===//
// Transposes and reshapes
//===----------------------------------------------------------------------===//

static void moveTranspose(Rewriting *rw, MlirOperation op) {
  MlirAttribute list = get(op, "permutation");
  UfOrder in = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
  UfOrder out = ufLayoutOrderOf(rw->layout, ufResultOf(op, 0));
  UfOrder wanted = {.rank = out.rank};
  for (int i = 0; i < out.rank; ++i)
    wanted.at[i] = (uint8_t)mlirDenseI64ArrayGetElement(list, out.at[i]);
  UfOrder steps = between(&in, &wanted);
  int64_t perm[UF_MAX_RANK];
  for (int i = 0; i < steps.rank; ++i)
    perm[i] = steps.at[i];
  moveOperand(rw, op, 1, &out);
  set(op, "permutation", mlirDenseI64ArrayGet(rw->ctx, steps.rank, perm));
  moveResult(rw, op, 0);
  if (ufOrderIsIdentity(&steps))
    ufOpsAdd(&rw->dead, op);
}

static MlirAttribute reassociation(Rewriting *rw, int count,
                                   const int *begins) {
  MlirAttribute groups[UF_MAX_RANK];
  MlirType i64 = mlirIntegerTypeGet(rw->ctx, 64);
  for (int i = 0; i < count; ++i) {
    MlirAttribute dims[UF_MAX_RANK];
    int size = 0;
    for (int d = begins[i]; d < begins[i + 1]; ++d)
      dims[size++] = mlirIntegerAttrGet(i64, d);
    groups[i] = mlirArrayAttrGet(rw->ctx, size, dims);
  }
  return mlirArrayAttrGet(rw->ctx, count, groups);
}

static void moveCollapse(Rewriting *rw, MlirOperation op) {
  UfOrder narrow = ufLayoutOrderOf(rw->layout, ufResultOf(op, 0));
  UfOrder wide = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
  if (ufOrderIsIdentity(&narrow) && ufOrderIsIdentity(&wide))
    return;
  // The operand's type may already be the new one; the split is of the old.
  UfSplit split = ufSplitOf(op);
  UfOrder back = ufOrderInverse(&wide);
  split.wide = ufShapeOfType(typeInOrder(ufTensorType(&split.wide), &back));
  int begins[UF_MAX_RANK + 1];
  if (!ufSplitInMemory(&split, &wide, &narrow, begins)) {
    wide = ufSplitWideOrder(&split, &narrow);
    moveOperand(rw, op, 0, &wide);
    if (!ufSplitInMemory(&split, &wide, &narrow, begins))
      return;
  }
  set(op, "reassociation", reassociation(rw, narrow.rank, begins));
  moveResult(rw, op, 0);
}

/// Makes tensor.expand_shape `op` one of memory, with the operand in order
/// `narrow` and the result in order `wide`.
static void setExpansion(Rewriting *rw, MlirOperation op, const UfOrder *wide,
                         const UfOrder *narrow, const int *begins) {
  MlirValue result = ufResultOf(op, 0);
  intptr_t at = 1;
  moveList(rw, op, "static_output_shape", &at, wide);
  set(op, "reassociation", reassociation(rw, narrow->rank, begins));
  mlirValueSetType(result, typeInOrder(mlirValueGetType(result), wide));
}

/// Expands the operand in the order it has, and moves the result.
static void expandThenMove(Rewriting *rw, MlirOperation op,
                           const UfSplit *split, const UfOrder *narrow) {
  MlirValue result = ufResultOf(op, 0);
  int node = ufLayoutNodeOf(rw->layout, result);
  UfOrder from = ufSplitWideOrder(split, narrow);
  UfOrder steps = between(&from, &rw->layout->nodes[node].order);
  int begins[UF_MAX_RANK + 1];
  MlirOperation copy = mlirOperationClone(op);
  mlirBlockInsertOwnedOperationAfter(mlirOperationGetBlock(op), op, copy);
  if (ufSplitInMemory(split, &from, narrow, begins))
    setExpansion(rw, copy, &from, narrow, begins);
  UfBuilder b = builderAfter(rw, ufResultOf(copy, 0));
  MlirValue moved = build(&b, ufResultOf(copy, 0), &steps);
  ufLayoutAlias(rw->layout, moved, node);
  mlirValueReplaceAllUsesOfWith(result, moved);
  mlirOperationDestroy(op);
}

static void moveExpand(Rewriting *rw, MlirOperation op) {
  UfOrder wide = ufLayoutOrderOf(rw->layout, ufResultOf(op, 0));
  UfOrder narrow = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
  UfOrder follows;
  if (ufOrderIsIdentity(&narrow) && ufOrderIsIdentity(&wide))
    return;
  // The operand's type may already be the new one; the split is of the old.
  UfSplit split = ufSplitOf(op);
  UfOrder back = ufOrderInverse(&narrow);
  split.narrow = ufShapeOfType(typeInOrder(ufTensorType(&split.narrow), &back));
  int begins[UF_MAX_RANK + 1];
  bool fits = ufSplitInMemory(&split, &wide, &narrow, begins);
  if (!fits && ufSplitNarrowOrder(&split, &wide, &follows)) {
    narrow = follows;
    fits = ufSplitInMemory(&split, &wide, &narrow, begins);
  }
  if (!fits) {
    narrow = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
    expandThenMove(rw, op, &split, &narrow);
    return;
  }
  moveOperand(rw, op, 0, &narrow);
  setExpansion(rw, op, &wide, &narrow, begins);
}

//===----------------------------------------------------------------------===//
// Single elements and sizes
//===----------------------------------------------------------------------===//

static void moveExtract(Rewriting *rw, MlirOperation op) {
  UfOrder order = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
  MlirValue indices[UF_MAX_RANK];
  for (int i = 0; i < order.rank; ++i)
    indices[i] = mlirOperationGetOperand(op, 1 + order.at[i]);
  for (int i = 0; i < order.rank; ++i)
    mlirOperationSetOperand(op, 1 + i, indices[i]);
}

static void moveDim(Rewriting *rw, MlirOperation op) {
  UfOrder order = ufLayoutOrderOf(rw->layout, mlirOperationGetOperand(op, 0));
  if (ufOrderIsIdentity(&order))
    return;
  int64_t dim;
  if (!ufReadNumber(mlirOperationGetOperand(op, 1), &dim)) {
    moveBack(rw, op);
    return;
  }
  if (dim < 0 || dim >= order.rank)
    return;
  mlirRewriterBaseSetInsertionPointBefore(rw->rewriter, op);
  UfBuilder b = {.ctx = rw->ctx,
                 .loc = mlirOperationGetLocation(op),
                 .rewriter = rw->rewriter};
  UfOrder place = ufOrderInverse(&order);
  mlirOperationSetOperand(op, 1, ufIndex(&b, place.at[dim]));
}

//===----------------------------------------------------------------------===//

static void moveOp(Rewriting *rw, MlirOperation op) {
  switch (ufLayoutKindOf(op)) {
  case UF_LAYOUT_GENERIC:
    moveGeneric(rw, op);
    break;
  case UF_LAYOUT_TRANSPOSE:
    moveTranspose(rw, op);
    break;
  case UF_LAYOUT_SAME:
    moveSame(rw, op);
    break;
  case UF_LAYOUT_EXPAND:
    moveExpand(rw, op);
    break;
  case UF_LAYOUT_COLLAPSE:
    moveCollapse(rw, op);
    break;
  case UF_LAYOUT_EXTRACT:
    moveExtract(rw, op);
    break;
  case UF_LAYOUT_DIM:
    moveDim(rw, op);
    break;
  default:
    moveBack(rw, op);
    break;
  }
}

void ufLayoutRewrite(UfLayout *layout) {
  MlirContext ctx = mlirOperationGetContext(layout->func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  Rewriting rw = {.layout = layout, .ctx = ctx, .rewriter = rewriter};
  for (size_t i = 0; i < layout->ops.count; ++i)
    if (!mlirOperationEqual(layout->ops.ops[i], layout->func))
      moveOp(&rw, layout->ops.ops[i]);
  for (size_t i = 0; i < rw.dead.count; ++i) {
    MlirOperation op = rw.dead.ops[i];
    mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0),
                                  mlirOperationGetOperand(op, 0));
    mlirOperationDestroy(op);
  }
  ufOpsFree(&rw.dead);
  free(rw.converted);
}

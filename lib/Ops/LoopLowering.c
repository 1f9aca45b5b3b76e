//===-- LoopLowering.c - Loops as scf.for and scf.while -------------------===//
//
// A loop that is only counted becomes scf.for, any other scf.while. The values
// of a counted loop are collected into a tensor that is there from the start
// when the size of a value does not depend on the iteration. Otherwise the
// tensor grows by one value in each iteration.
//
// Loops that carry tensors of changing shape are scf.while too:
// canonicalization (LLVM 22) takes the static shape a tensor has before an
// scf.for for the one it has in all iterations.
//
//===----------------------------------------------------------------------===//

#include "Ops/Control.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Sizes of values of the body, known before the loop
//===----------------------------------------------------------------------===//

/// Computes inside (before the body's end) and outside (before the loop).
typedef struct Hoist {
  const UfLoop *loop;
  UfBuilder *outside, *inside;
} Hoist;

enum { MAX_HOIST_DEPTH = 16 };

/// Whether `index` is a tensor.dim; writes of what, seen through casts.
static bool isDimOf(MlirValue index, MlirValue *tensor, int *dim) {
  MlirOperation op = ufDefiningOp(index);
  if (!op.ptr || !ufOpIs(op, "tensor.dim"))
    return false;
  MlirOperation at = ufDefiningOp(mlirOperationGetOperand(op, 1));
  if (!at.ptr || !ufOpIs(at, "arith.constant"))
    return false;
  *dim = (int)mlirIntegerAttrGetValueInt(
      mlirOperationGetAttributeByName(at, ufStr("value")));
  *tensor = mlirOperationGetOperand(op, 0);
  for (;;) {
    MlirOperation cast = ufDefiningOp(*tensor);
    if (!cast.ptr || !ufOpIs(cast, "builtin.unrealized_conversion_cast"))
      return true;
    *tensor = mlirOperationGetOperand(cast, 0);
  }
}

/// The state that `value` is an argument for, or -1.
static int stateOf(const Hoist *hoist, MlirValue value) {
  const UfLoop *loop = hoist->loop;
  for (int i = 0; i < loop->numStates; ++i)
    if (mlirValueEqual(
            value, mlirBlockGetArgument(loop->body, loop->firstStateArg + i)))
      return i;
  return -1;
}

/// The size of a state's dimension, if every iteration leaves it as it is.
static bool hoistState(const Hoist *hoist, int state, int dim, UfSize *out) {
  const UfLoop *loop = hoist->loop;
  MlirValue next = ufYielded(loop->body, loop->firstStateYield + state);
  UfSize size = ufSizeOf(hoist->inside, next, dim);
  MlirValue of;
  int at;
  if (ufIsStatic(size) || !isDimOf(size.dynamic, &of, &at) || at != dim ||
      stateOf(hoist, of) != state)
    return false;
  *out = ufSizeOf(hoist->outside, loop->states[state], dim);
  return true;
}

/// Computes `index`, a value of the body, before the loop.
static bool hoistIndex(const Hoist *hoist, MlirValue index, UfSize *out,
                       int depth) {
  MlirOperation op = ufDefiningOp(index);
  MlirValue tensor, operands[4];
  int dim;
  if (!ufIsInside(hoist->loop->body, index)) {
    *out = ufSizeFromValue(hoist->outside, index);
    return true;
  }
  if (!op.ptr || depth > MAX_HOIST_DEPTH)
    return false;
  if (isDimOf(index, &tensor, &dim)) {
    int state = stateOf(hoist, tensor);
    if (state >= 0)
      return hoistState(hoist, state, dim, out);
    if (ufIsInside(hoist->loop->body, tensor))
      return false;
    *out = ufSizeOf(hoist->outside, tensor, dim);
    return true;
  }
  MlirStringRef name = ufOpName(op);
  intptr_t count = mlirOperationGetNumOperands(op);
  if (name.length < 6 || memcmp(name.data, "arith.", 6) != 0 ||
      mlirOperationGetNumRegions(op) > 0 || count > UF_COUNT(operands))
    return false;
  for (intptr_t i = 0; i < count; ++i) {
    UfSize size;
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!mlirTypeIsAIndex(mlirValueGetType(operand)) ||
        !hoistIndex(hoist, operand, &size, depth + 1))
      return false;
    operands[i] = ufSizeValue(hoist->outside, size);
  }
  MlirOperation copy = mlirOperationClone(op);
  mlirOperationSetOperands(copy, count, operands);
  mlirRewriterBaseInsert(hoist->outside->rewriter, copy);
  *out = ufSizeFromValue(hoist->outside, ufResultOf(copy, 0));
  return true;
}

/// Sizes of every dimension of `value`; false when one is not known before the
/// loop.
static bool hoistSizes(const Hoist *hoist, MlirValue value, UfSize *sizes) {
  for (int d = 0; d < ufRank(value); ++d) {
    sizes[d] = ufSizeOf(hoist->inside, value, d);
    if (!ufIsStatic(sizes[d]) &&
        !hoistIndex(hoist, sizes[d].dynamic, &sizes[d], 0))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

/// The tensors that values are collected into.
typedef struct Buffers {
  MlirValue initial[UF_MAX_VALUES];
  bool grows[UF_MAX_VALUES];
} Buffers;

/// `sizes` with `size` put in at `axis`.
static void withAxis(int rank, const UfSize *sizes, int axis, UfSize size,
                     UfSize *out) {
  for (int d = 0; d <= rank; ++d)
    out[d] = d == axis ? size : sizes[d - (d > axis)];
}

static void makeBuffers(UfBuilder *b, const UfLoop *loop, Buffers *buffers) {
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(b->ctx);
  mlirRewriterBaseSetInsertionPointBefore(rewriter,
                                          mlirBlockGetTerminator(loop->body));
  UfBuilder inside = {.ctx = b->ctx, .loc = b->loc, .rewriter = rewriter};
  Hoist hoist = {loop, b, &inside};
  for (int i = 0; i < loop->numCollected; ++i) {
    MlirValue value =
        ufYielded(loop->body, loop->firstStateYield + loop->numStates + i);
    int rank = ufRank(value), axis = loop->collected[i].axis;
    UfSize part[UF_MAX_RANK], sizes[UF_MAX_RANK + 1];
    buffers->grows[i] = loop->condition.ptr || !hoistSizes(&hoist, value, part);
    UfSize trip = loop->trip;
    if (buffers->grows[i]) {
      for (int d = 0; d < rank; ++d)
        part[d] = ufDimSize(value, d) == UF_DYNAMIC
                      ? (UfSize){.dynamic = ufIndex(b, 0)}
                      : ufStatic(ufDimSize(value, d));
      trip = (UfSize){.dynamic = ufIndex(b, 0)};
    }
    withAxis(rank, part, axis, trip, sizes);
    buffers->initial[i] =
        ufEmpty(b, ufSignless(ufElementType(value)), rank + 1, sizes);
  }
}

/// A tensor with room for one value more than `old`, which it begins or ends
/// with.
static MlirValue grow(UfBuilder *b, MlirValue old, const UfCollected *how,
                      MlirValue iteration, const UfSize *part) {
  int rank = ufRank(old);
  UfSize sizes[UF_MAX_RANK], offsets[UF_MAX_RANK];
  UfSize count = {.dynamic = iteration};
  MlirValue isFirst = ufCompare(b, UF_EQ, iteration, ufIndex(b, 0), false);
  withAxis(rank - 1, part, how->axis, count, sizes);
  for (int d = 0; d < rank; ++d) {
    offsets[d] = ufStatic(0);
    if (d == how->axis || ufIsStatic(sizes[d]))
      continue;
    MlirValue isSame = ufCompare(b, UF_EQ, ufSizeValue(b, ufSizeOf(b, old, d)),
                                 sizes[d].dynamic, false);
    ufAssert(b, ufBinary(b, "arith.ori", isFirst, isSame),
             "a loop collects values of different sizes");
    // Before the first value there is nothing, of any size.
    sizes[d] = (UfSize){
        .dynamic = ufSelect(b, isFirst, ufIndex(b, 0), sizes[d].dynamic)};
  }
  UfSize grown[UF_MAX_RANK];
  withAxis(rank - 1, part, how->axis, ufSizeAdd(b, count, ufStatic(1)), grown);
  MlirValue into = ufEmpty(b, ufElementType(old), rank, grown);
  if (how->reversed)
    offsets[how->axis] = ufStatic(1);
  return ufInsert(b, old, into, offsets, sizes, NULL);
}

/// `into` with `value` of this iteration.
static MlirValue collect(UfBuilder *b, const UfLoop *loop, int i,
                         MlirValue value, MlirValue into, bool grows,
                         MlirValue iteration) {
  const UfCollected *how = &loop->collected[i];
  int rank = ufRank(value);
  MlirType type = mlirValueGetType(into);
  UfSize part[UF_MAX_RANK], sizes[UF_MAX_RANK], offsets[UF_MAX_RANK];
  ufSizesOf(b, value, part);
  if (grows)
    into = grow(b, into, how, iteration, part);
  withAxis(rank, part, how->axis, ufStatic(1), sizes);
  for (int d = 0; d <= rank; ++d)
    offsets[d] = ufStatic(0);
  offsets[how->axis] = (UfSize){.dynamic = iteration};
  if (how->reversed && grows)
    offsets[how->axis] = ufStatic(0);
  else if (how->reversed)
    offsets[how->axis] =
        ufSizeSub(b, ufSizeSub(b, loop->trip, ufStatic(1)), offsets[how->axis]);
  value = ufReshape(b, value, rank + 1, sizes);
  return ufTensorCast(b, ufInsert(b, value, into, offsets, sizes, NULL), type);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Signless, for the body's argument of state `i`.
static MlirType stateType(const UfLoop *loop, int i) {
  return ufSignless(mlirValueGetType(
      mlirBlockGetArgument(loop->body, loop->firstStateArg + i)));
}

/// A block with `count` arguments.
static MlirBlock blockOf(UfBuilder *b, int count, const MlirType *types) {
  MlirLocation locs[2 * UF_MAX_VALUES];
  for (int i = 0; i < count; ++i)
    locs[i] = b->loc;
  return mlirBlockCreate(count, types, locs);
}

static MlirRegion regionOf(MlirBlock block) {
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  return region;
}

/// Puts the body's ops at the end of `block`, whose arguments from `first` on
/// are states and buffers. Writes what it goes on with: states, then buffers;
/// returns the condition it goes on under, an i1.
static MlirValue placeBody(UfBuilder *b, const UfLoop *loop,
                           const Buffers *buffers, MlirBlock block, int first,
                           MlirValue *next) {
  UfBuilder in = ufBuilderIn(b, block);
  MlirBlock body = loop->body;
  MlirOperation yield = mlirBlockGetTerminator(body);
  MlirValue iteration = mlirBlockGetArgument(block, 0);
  MlirValue args[UF_MAX_VALUES], others[UF_MAX_VALUES],
      yields[2 * UF_MAX_VALUES] = {{NULL}};
  int count = (int)mlirBlockGetNumArguments(body), used = 0;
  loop->arguments(&in, loop, iteration, others);
  for (int i = 0; i < count; ++i) {
    int state = i - loop->firstStateArg;
    MlirValue value = state >= 0 && state < loop->numStates
                          ? mlirBlockGetArgument(block, first + state)
                          : others[used++];
    args[i] =
        ufCastTo(&in, value, mlirValueGetType(mlirBlockGetArgument(body, i)));
  }
  MlirType types[UF_MAX_VALUES];
  for (int i = 0; i < loop->numStates; ++i)
    types[i] = stateType(loop, i);
  mlirRewriterBaseMergeBlocks(b->rewriter, body, block, count, args);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(yield); ++i) {
    yields[i] = mlirOperationGetOperand(yield, i);
    yields[i] =
        ufCastTo(&in, yields[i], ufSignless(mlirValueGetType(yields[i])));
  }
  mlirRewriterBaseEraseOp(b->rewriter, yield);
  for (int i = 0; i < loop->numStates; ++i)
    next[i] = ufTensorCast(&in, yields[loop->firstStateYield + i], types[i]);
  for (int i = 0; i < loop->numCollected; ++i) {
    int at = loop->numStates + i;
    next[at] = collect(&in, loop, i, yields[loop->firstStateYield + at],
                       mlirBlockGetArgument(block, first + at),
                       buffers->grows[i], iteration);
  }
  return loop->condition.ptr ? ufOnlyElement(&in, yields[0])
                             : ufInteger(&in, ufI1(b), 1);
}

static MlirOperation lowerCounted(UfBuilder *b, const UfLoop *loop,
                                  const Buffers *buffers, int count,
                                  const MlirValue *carried,
                                  const MlirType *types) {
  MlirValue operands[2 * UF_MAX_VALUES] = {
      ufIndex(b, 0), ufSizeValue(b, loop->trip), ufIndex(b, 1)};
  MlirType args[2 * UF_MAX_VALUES] = {ufIndexType(b)};
  MlirValue next[2 * UF_MAX_VALUES];
  for (int i = 0; i < count; ++i) {
    operands[3 + i] = carried[i];
    args[1 + i] = types[i];
  }
  MlirBlock block = blockOf(b, 1 + count, args);
  MlirRegion region = regionOf(block);
  MlirOperation op =
      ufBuildOp(b, "scf.for", (UfTypes){types, count},
                (UfValues){operands, 3 + count}, UF_NO_ATTRS, &region, 1);
  placeBody(b, loop, buffers, block, 1, next);
  UfBuilder in = ufBuilderIn(b, block);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){next, count},
            UF_NO_ATTRS, NULL, 0);
  return op;
}

/// The iteration and the condition are carried in front of the others.
static MlirOperation lowerWhile(UfBuilder *b, const UfLoop *loop,
                                const Buffers *buffers, int count,
                                const MlirValue *carried,
                                const MlirType *types) {
  MlirValue operands[2 * UF_MAX_VALUES] = {
      ufIndex(b, 0),
      loop->condition.ptr ? loop->condition : ufInteger(b, ufI1(b), 1)};
  MlirType all[2 * UF_MAX_VALUES] = {ufIndexType(b), ufI1(b)};
  MlirValue next[2 * UF_MAX_VALUES] = {{NULL}},
                     passed[2 * UF_MAX_VALUES] = {{NULL}};
  for (int i = 0; i < count; ++i) {
    operands[2 + i] = carried[i];
    all[2 + i] = types[i];
  }
  MlirBlock before = blockOf(b, 2 + count, all);
  MlirBlock after = blockOf(b, 2 + count, all);
  MlirRegion regions[] = {regionOf(before), regionOf(after)};
  MlirValue trip = ufSizeValue(b, loop->trip);
  MlirOperation op =
      ufBuildOp(b, "scf.while", (UfTypes){all, 2 + count},
                (UfValues){operands, 2 + count}, UF_NO_ATTRS, regions, 2);
  UfBuilder check = ufBuilderIn(b, before);
  for (int i = 0; i < 2 + count; ++i)
    passed[1 + i] = mlirBlockGetArgument(before, i);
  passed[0] = ufBinary(&check, "arith.andi", passed[2],
                       ufCompare(&check, UF_LT, passed[1], trip, false));
  ufBuildOp(&check, "scf.condition", (UfTypes){0},
            (UfValues){passed, 3 + count}, UF_NO_ATTRS, NULL, 0);

  next[1] = placeBody(b, loop, buffers, after, 2, next + 2);
  UfBuilder in = ufBuilderIn(b, after);
  next[0] = ufAdd(&in, mlirBlockGetArgument(after, 0), ufIndex(&in, 1));
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, (UfValues){next, 2 + count},
            UF_NO_ATTRS, NULL, 0);
  return op;
}

MlirLogicalResult ufLowerLoop(UfBuilder *b, const UfLoop *loop) {
  Buffers buffers;
  MlirValue carried[2 * UF_MAX_VALUES];
  MlirType types[2 * UF_MAX_VALUES];
  int count = loop->numStates + loop->numCollected;
  makeBuffers(b, loop, &buffers);
  bool isWhile = loop->condition.ptr != NULL;
  for (int i = 0; i < loop->numStates; ++i) {
    types[i] = stateType(loop, i);
    isWhile |= !mlirTypeEqual(mlirValueGetType(loop->states[i]), types[i]);
    carried[i] = ufTensorCast(b, loop->states[i], types[i]);
  }
  for (int i = loop->numStates; i < count; ++i) {
    isWhile |= buffers.grows[i - loop->numStates];
    carried[i] = buffers.initial[i - loop->numStates];
    types[i] = mlirValueGetType(carried[i]);
  }
  int first = isWhile ? 2 : 0;
  MlirOperation op =
      isWhile ? lowerWhile(b, loop, &buffers, count, carried, types)
              : lowerCounted(b, loop, &buffers, count, carried, types);
  for (int i = 0; i < count; ++i)
    carried[i] = ufResultOf(op, first + i);
  return ufReplaceAll(b, (UfValues){carried, count});
}

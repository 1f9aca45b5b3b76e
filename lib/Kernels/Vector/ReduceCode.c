//===-- ReduceCode.c - Sums along memory ----------------------------------===//

#include "Kernels/Vector/ReduceCode.h"

#include "Kernels/Vector/TileCode.h"
#include "Kernels/Vector/VectorBody.h"

#include "mlir-c/Dialect/Arith.h"

#include <math.h>

/// Vectors of sums side by side, to hide the latency of one addition.
enum { MAX_SUMS = 4 };

typedef enum Neutral { ZERO, MINUS_ZERO, ONE, LOWEST, HIGHEST, ONES } Neutral;

/// Ops that combine two partial results, and what changes nothing.
static const struct {
  const char *name;
  Neutral neutral;
  bool isRounded; ///< So that the order counts unless the op says otherwise.
  bool isUnsigned;
} combiners[] = {
    {"arith.addf", MINUS_ZERO, true, false},
    {"arith.mulf", ONE, true, false},
    {"arith.maximumf", LOWEST, false, false},
    {"arith.minimumf", HIGHEST, false, false},
    {"arith.addi", ZERO, false, false},
    {"arith.muli", ONE, false, false},
    {"arith.maxsi", LOWEST, false, false},
    {"arith.minsi", HIGHEST, false, false},
    {"arith.maxui", LOWEST, false, true},
    {"arith.minui", HIGHEST, false, true},
    {"arith.andi", ONES, false, false},
    {"arith.ori", ZERO, false, false},
    {"arith.xori", ZERO, false, false},
};

typedef struct Reduction {
  const UfGroup *group;
  UfOperands operands;
  MlirOperation combine; ///< Of the accumulator and an element.
  int kind;              ///< Its row of `combiners`.
  int element;           ///< Which operand of `combine` is not the accumulator.
  int loop;              ///< The one along memory.
  int64_t lanes;
  int sums;
  MlirValue at[UF_MAX_LOOPS];
} Reduction;

//===----------------------------------------------------------------------===//
// What is reduced, and how
//===----------------------------------------------------------------------===//

static bool isReassociable(MlirOperation op) {
  MlirAttribute flags =
      mlirOperationGetInherentAttributeByName(op, ufStr("fastmath"));
  MlirAttribute free = mlirAttributeParseGet(mlirOperationGetContext(op),
                                             ufStr("#arith.fastmath<reassoc>"));
  MlirAttribute both = mlirAttributeParseGet(
      mlirOperationGetContext(op), ufStr("#arith.fastmath<reassoc,contract>"));
  MlirAttribute all = mlirAttributeParseGet(mlirOperationGetContext(op),
                                            ufStr("#arith.fastmath<fast>"));
  return mlirAttributeEqual(flags, free) || mlirAttributeEqual(flags, both) ||
         mlirAttributeEqual(flags, all);
}

/// Finds the op that the body ends with: combine(accumulator, element).
static bool findCombine(Reduction *r) {
  MlirOperation op = r->group->root.op;
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  MlirValue acc = mlirBlockGetArgument(body, r->group->root.numInputs);
  MlirOpOperand use = mlirValueGetFirstUse(acc);
  if (mlirOpOperandIsNull(use) ||
      !mlirOpOperandIsNull(mlirOpOperandGetNextUse(use)))
    return false;
  r->combine = mlirOpOperandGetOwner(use);
  r->element = 1 - (int)mlirOpOperandGetOperandNumber(use);
  MlirOperation yield = mlirBlockGetTerminator(body);
  if (mlirOperationGetNumOperands(r->combine) != 2 ||
      mlirOperationGetNumOperands(yield) != 1 ||
      !mlirOperationEqual(ufDefiningOp(mlirOperationGetOperand(yield, 0)),
                          r->combine))
    return false;
  for (r->kind = 0; r->kind < UF_COUNT(combiners); ++r->kind)
    if (ufOpIs(r->combine, combiners[r->kind].name))
      return !combiners[r->kind].isRounded || isReassociable(r->combine);
  return false;
}

/// The reducing loop along which every input has neighbours or one element.
static bool findLoop(Reduction *r) {
  const UfStatement *root = &r->group->root;
  r->loop = UF_NO_LOOP;
  for (int l = 0; l < r->group->loops.count; ++l) {
    bool any = false, all = true;
    if (r->group->loops.parallel[l] || ufIsSize(r->group->loops.extent[l], 1))
      continue;
    for (int i = 0; i < root->numInputs; ++i) {
      UfSize stride = root->inputs[i].stride[l];
      any |= ufIsSize(stride, 1);
      all &= ufIsSize(stride, 0) || ufIsSize(stride, 1);
      all &= root->inputs[i].packedLoop < 0;
    }
    if (any && all)
      r->loop = l;
  }
  return r->loop != UF_NO_LOOP;
}

static MlirValue neutralOf(UfBuilder *b, const Reduction *r, MlirType type) {
  bool isUnsigned = combiners[r->kind].isUnsigned;
  switch (combiners[r->kind].neutral) {
  case LOWEST:
    return ufLowest(b, type, isUnsigned);
  case HIGHEST:
    return ufHighest(b, type, isUnsigned);
  case MINUS_ZERO:
    return ufNumber(b, type, -0.0);
  case ONE:
    return ufNumber(b, type, 1);
  case ONES:
    return ufInteger(b, type, -1);
  case ZERO:
    break;
  }
  return ufNumber(b, type, 0);
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

static MlirValue combine(UfBuilder *b, const Reduction *r, MlirValue x,
                         MlirValue y) {
  MlirAttribute flags =
      mlirOperationGetInherentAttributeByName(r->combine, ufStr("fastmath"));
  return ufBuild(b, combiners[r->kind].name, mlirValueGetType(x),
                 UF_VALUES(x, y), UF_ATTRS({"fastmath", flags}));
}

static UfSize startOf(UfBuilder *b, const Reduction *r,
                      const UfAccess *access) {
  UfSize at = access->offset;
  for (int l = 0; l < r->group->loops.count; ++l)
    if (r->at[l].ptr)
      at = ufSizeAdd(
          b, at,
          ufSizeMul(b, (UfSize){.dynamic = r->at[l]}, access->stride[l]));
  return at;
}

/// Lanes of input `i`, `v` vectors after the current position.
static MlirValue load(UfBuilder *b, const Reduction *r, int i, int v,
                      MlirValue mask) {
  const UfOperand *operand = &r->operands.list[1 + i];
  MlirType element = ufElementType(operand->access->memref);
  UfSize at = startOf(b, r, operand->access);
  bool moves = ufIsSize(operand->access->stride[r->loop], 1);
  if (moves)
    at = ufSizeAdd(b, at, ufStatic(v * r->lanes));
  MlirValue index = ufSizeValue(b, at);
  if (!moves)
    return ufSplat(b,
                   ufBuild(b, "memref.load", element,
                           UF_VALUES(operand->flat, index), UF_NO_ATTRS),
                   r->lanes);
  MlirType type = ufVectorOf(r->lanes, element);
  if (!mask.ptr)
    return ufBuild(b, "vector.load", type, UF_VALUES(operand->flat, index),
                   UF_NO_ATTRS);
  MlirValue zero = ufSplat(b, ufNumber(b, element, 0), r->lanes);
  return ufBuild(b, "vector.maskedload", type,
                 UF_VALUES(operand->flat, index, mask, zero), UF_NO_ATTRS);
}

/// Adds the next vector to `sum`; lanes outside of `mask` change nothing.
static MlirValue step(UfBuilder *b, const Reduction *r, MlirValue sum, int v,
                      MlirValue mask) {
  const UfStatement *root = &r->group->root;
  MlirValue args[UF_MAX_INPUTS + 1];
  for (int i = 0; i < root->numInputs; ++i)
    args[i] =
        ufBodyUses(root->op, i) ? load(b, r, i, v, mask) : (MlirValue){NULL};
  args[root->numInputs] = sum;
  MlirValue next = ufVectorizeBody(b, root->op, r->lanes, args);
  return mask.ptr ? ufSelect(b, mask, next, sum) : next;
}

/// All lanes of `sum` in one.
static MlirValue across(UfBuilder *b, const Reduction *r, MlirValue sum) {
  MlirType type = mlirValueGetType(sum);
  for (int64_t distance = r->lanes / 2; distance > 0; distance /= 2) {
    int64_t lanes[64];
    for (int64_t l = 0; l < r->lanes; ++l)
      lanes[l] = (l + distance) % r->lanes;
    MlirValue other = ufBuild(
        b, "vector.shuffle", type, UF_VALUES(sum, sum),
        UF_ATTRS({"mask", mlirDenseI64ArrayGet(b->ctx, r->lanes, lanes)}));
    sum = combine(b, r, sum, other);
  }
  int64_t first = 0;
  return ufBuild(
      b, "vector.extract", mlirShapedTypeGetElementType(type), UF_VALUES(sum),
      UF_ATTRS({"static_position", mlirDenseI64ArrayGet(b->ctx, 1, &first)}));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// for (at[loop] = lower; at[loop] < upper; at[loop] += step), with `count`
/// vectors that each round passes on to the next. Returns the loop's body; the
/// caller fills and closes it with endLoop().
typedef struct Loop {
  UfBuilder in;
  MlirRegion region;
  UfSize lower, upper;
  int64_t step;
} Loop;

static Loop beginLoop(UfBuilder *b, Reduction *r, int loop, UfSize lower,
                      UfSize upper, int64_t by, int count, MlirValue *carried) {
  MlirType types[MAX_SUMS + 1];
  MlirLocation locs[MAX_SUMS + 1];
  types[0] = ufIndexType(b);
  for (int i = 0; i < count; ++i)
    types[i + 1] = mlirValueGetType(carried[i]);
  for (int i = 0; i <= count; ++i)
    locs[i] = b->loc;
  Loop made = {
      .region = mlirRegionCreate(), .lower = lower, .upper = upper, .step = by};
  MlirBlock body = mlirBlockCreate(count + 1, types, locs);
  mlirRegionAppendOwnedBlock(made.region, body);
  made.in = ufBuilderIn(b, body);
  r->at[loop] = mlirBlockGetArgument(body, 0);
  for (int i = 0; i < count; ++i)
    carried[i] = mlirBlockGetArgument(body, i + 1);
  return made;
}

/// `carried` has what the body passes on, then what the loop leaves.
static void endLoop(UfBuilder *b, Loop *loop, int count, const MlirValue *first,
                    MlirValue *carried) {
  MlirValue operands[MAX_SUMS + 3];
  MlirType types[MAX_SUMS];
  ufBuildOp(&loop->in, "scf.yield", (UfTypes){0}, (UfValues){carried, count},
            UF_NO_ATTRS, NULL, 0);
  operands[0] = ufSizeValue(b, loop->lower);
  operands[1] = ufSizeValue(b, loop->upper);
  operands[2] = ufIndex(b, loop->step);
  for (int i = 0; i < count; ++i) {
    operands[i + 3] = first[i];
    types[i] = mlirValueGetType(first[i]);
  }
  MlirOperation made =
      ufBuildOp(b, "scf.for", (UfTypes){types, count},
                (UfValues){operands, count + 3}, UF_NO_ATTRS, &loop->region, 1);
  for (int i = 0; i < count; ++i)
    carried[i] = ufResultOf(made, i);
}

/// What is left after whole steps: one vector at a time, the last with a mask.
static void emitRest(UfBuilder *b, Reduction *r, UfSize from, MlirValue *sum) {
  UfSize extent = r->group->loops.extent[r->loop];
  MlirValue first = *sum, carried = *sum;
  Loop loop = beginLoop(b, r, r->loop, from, extent, r->lanes, 1, &carried);
  UfBuilder *in = &loop.in;
  UfSize left = ufSizeSub(in, extent, (UfSize){.dynamic = r->at[r->loop]});
  MlirValue mask =
      ufBuild(in, "vector.create_mask", ufVectorOf(r->lanes, ufI1(in)),
              UF_VALUES(ufSizeValue(in, left)), UF_NO_ATTRS);
  carried = step(in, r, carried, 0, mask);
  endLoop(b, &loop, 1, &first, &carried);
  *sum = carried;
}

/// Reduces the loop along memory, into `sums`.
static void emitRow(UfBuilder *b, Reduction *r, MlirValue *sums) {
  UfSize extent = r->group->loops.extent[r->loop];
  int64_t by = r->sums * r->lanes;
  UfSize whole = ufSizeMul(b, ufSizeDiv(b, extent, ufStatic(by)), ufStatic(by));
  MlirValue first[MAX_SUMS] = {{NULL}};
  for (int i = 0; i < r->sums; ++i)
    first[i] = sums[i];
  if (!ufIsSize(whole, 0)) {
    Loop loop = beginLoop(b, r, r->loop, ufStatic(0), whole, by, r->sums, sums);
    for (int i = 0; i < r->sums; ++i)
      sums[i] = step(&loop.in, r, sums[i], i, (MlirValue){NULL});
    endLoop(b, &loop, r->sums, first, sums);
  }
  if (!ufIsStatic(extent) || extent.value % by)
    emitRest(b, r, whole, &sums[0]);
  r->at[r->loop].ptr = NULL;
}

/// The other reducing loops around it, from loop `l` on.
static void emitSums(UfBuilder *b, Reduction *r, int l, MlirValue *sums) {
  const UfLoops *loops = &r->group->loops;
  while (l < loops->count &&
         (loops->parallel[l] || l == r->loop || ufIsSize(loops->extent[l], 1)))
    ++l;
  if (l == loops->count) {
    emitRow(b, r, sums);
    return;
  }
  MlirValue first[MAX_SUMS] = {{NULL}};
  for (int i = 0; i < r->sums; ++i)
    first[i] = sums[i];
  Loop loop =
      beginLoop(b, r, l, ufStatic(0), loops->extent[l], 1, r->sums, sums);
  emitSums(&loop.in, r, l + 1, sums);
  endLoop(b, &loop, r->sums, first, sums);
  r->at[l].ptr = NULL;
}

/// The value that the output has before, at its current position.
static MlirValue initialValue(UfBuilder *b, const Reduction *r,
                              MlirValue index) {
  const UfStatement *init = &r->group->init;
  if (init->op.ptr && ufOpIs(init->op, "linalg.fill"))
    return mlirOperationGetOperand(init->op, 0);
  const UfOperand *output = &r->operands.list[0];
  return ufBuild(b, "memref.load", ufElementType(output->access->memref),
                 UF_VALUES(output->flat, index), UF_NO_ATTRS);
}

static void emitElement(UfBuilder *b, Reduction *r) {
  const UfOperand *output = &r->operands.list[0];
  MlirType type = ufElementType(output->access->memref);
  MlirValue index = ufSizeValue(b, startOf(b, r, output->access));
  MlirValue sums[MAX_SUMS] = {{NULL}};
  for (int i = 0; i < r->sums; ++i)
    sums[i] = ufSplat(b, neutralOf(b, r, type), r->lanes);
  emitSums(b, r, 0, sums);
  for (int i = 1; i < r->sums; ++i)
    sums[0] = combine(b, r, sums[0], sums[i]);
  MlirValue result =
      combine(b, r, initialValue(b, r, index), across(b, r, sums[0]));
  ufBuildOp(b, "memref.store", (UfTypes){0},
            UF_VALUES(result, output->flat, index), UF_NO_ATTRS, NULL, 0);
}

/// The parallel loops from loop `l` on.
static void emitNest(UfBuilder *b, Reduction *r, int l) {
  const UfLoops *loops = &r->group->loops;
  while (l < loops->count &&
         (!loops->parallel[l] || ufIsSize(loops->extent[l], 1)))
    ++l;
  if (l == loops->count) {
    emitElement(b, r);
    return;
  }
  Loop loop = beginLoop(b, r, l, ufStatic(0), loops->extent[l], 1, 0, NULL);
  emitNest(&loop.in, r, l + 1);
  endLoop(b, &loop, 0, NULL, NULL);
  r->at[l].ptr = NULL;
}

bool ufEmitReduction(UfBuilder *b, const UfGroup *group,
                     const UfTarget *target) {
  Reduction r = {.group = group};
  if (!ufCanVectorizeBody(group->root.op) ||
      (group->init.op.ptr && !ufOpIs(group->init.op, "linalg.fill")) ||
      !findCombine(&r) || !findLoop(&r))
    return false;
  int widest = ufBitWidth(ufElementType(group->output.memref));
  for (int i = 0; i < group->root.numInputs; ++i) {
    int bits = ufBitWidth(ufElementType(group->root.inputs[i].memref));
    widest = bits > widest ? bits : widest;
  }
  UfSize extent = group->loops.extent[r.loop];
  r.lanes = target->vectorBits / widest;
  if (ufIsStatic(extent) && extent.value < r.lanes)
    return false;
  r.sums = MAX_SUMS;
  while (r.sums > 1 && ufIsStatic(extent) && r.sums * r.lanes > extent.value)
    r.sums /= 2;
  ufFlattenOperands(b, group, &r.operands);
  emitNest(b, &r, 0);
  return true;
}

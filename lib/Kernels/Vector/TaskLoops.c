//===-- TaskLoops.c - The loops around register tiles ---------------------===//

#include "Kernels/Vector/TaskLoops.h"

#include "Kernels/Vector/AmxCode.h"
#include "Kernels/Vector/AmxSplit.h"

#include <string.h>

/// Shorter vectors cost as much.
enum { MIN_VECTOR_BITS = 256 };

/// What the loops hand down to the tiles in them.
typedef struct Context {
  const UfGroup *group;
  UfBlocking blocking; ///< Fewer vectors in the last columns.
  UfOperands operands;
  UfTilePlace place;
} Context;

typedef void (*Emit)(UfBuilder *b, Context context);

//===----------------------------------------------------------------------===//
// scf
//===----------------------------------------------------------------------===//

static MlirBlock newBody(const UfBuilder *b, MlirRegion *region, int numIvs) {
  MlirType types[UF_MAX_LOOPS];
  MlirLocation locs[UF_MAX_LOOPS];
  for (int i = 0; i < numIvs; ++i) {
    types[i] = ufIndexType(b);
    locs[i] = b->loc;
  }
  *region = mlirRegionCreate();
  MlirBlock body = mlirBlockCreate(numIvs, types, locs);
  mlirRegionAppendOwnedBlock(*region, body);
  return body;
}

static void endBody(UfBuilder *in) {
  ufBuildOp(in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL, 0);
}

/// for (at[loop] = lower; at[loop] < upper; at[loop] += step) emit
static void emitFor(UfBuilder *b, Context context, int loop, UfSize lower,
                    UfSize upper, int64_t step, Emit emit) {
  MlirRegion region;
  MlirBlock body = newBody(b, &region, 1);
  UfBuilder in = ufBuilderIn(b, body);
  context.place.at[loop] = mlirBlockGetArgument(body, 0);
  emit(&in, context);
  endBody(&in);
  ufBuildOp(
      b, "scf.for", (UfTypes){0},
      UF_VALUES(ufSizeValue(b, lower), ufSizeValue(b, upper), ufIndex(b, step)),
      UF_NO_ATTRS, &region, 1);
}

/// if (condition) emit(then) else emit(otherwise); either may be null.
static void emitIf(UfBuilder *b, MlirValue condition, const Context *then,
                   const Context *otherwise, Emit emit) {
  MlirRegion regions[2];
  const Context *branches[2] = {then, otherwise};
  for (int i = 0; i < 2; ++i) {
    regions[i] = mlirRegionCreate();
    if (!branches[i])
      continue;
    MlirBlock body = mlirBlockCreate(0, NULL, NULL);
    mlirRegionAppendOwnedBlock(regions[i], body);
    UfBuilder in = ufBuilderIn(b, body);
    emit(&in, *branches[i]);
    endBody(&in);
  }
  ufBuildOp(b, "scf.if", (UfTypes){0}, UF_VALUES(condition), UF_NO_ATTRS,
            regions, 2);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

static void emitTile(UfBuilder *b, Context context) {
  if (context.blocking.amxRows)
    ufEmitAmxTile(b, context.group, &context.blocking, &context.operands,
                  &context.place);
  else
    ufEmitTile(b, context.group, &context.blocking, &context.operands,
               &context.place);
}

/// How many positions of `loop` the tile takes.
static int64_t *tileRows(Context *context, int loop) {
  return loop == context->blocking.rowLoop ? &context->place.rows
                                           : &context->place.outerRows;
}

/// Tiles of `step` positions of `loop` in [lower, upper), and one smaller tile
/// for those left over. `upper` is the loop's end or whole steps from `lower`.
static void emitSteps(UfBuilder *b, Context context, int loop, UfSize lower,
                      UfSize upper, int64_t step, Emit emit) {
  UfSize extent = context.group->loops.extent[loop];
  UfSize length = ufSizeSub(b, upper, lower);
  *tileRows(&context, loop) = step;
  if (context.blocking.block == step && loop == context.blocking.blockedLoop &&
      ufIsStatic(extent) && extent.value % step == 0) {
    emit(b, context); // a task of one tile: `lower` is where it is
    return;
  }
  if (ufIsStatic(extent) && extent.value % step == 0) {
    emitFor(b, context, loop, lower, upper, step, emit);
    return;
  }
  UfSize whole =
      ufSizeMul(b, ufSizeDiv(b, length, ufStatic(step)), ufStatic(step));
  UfSize middle = ufSizeAdd(b, lower, whole);
  if (!ufIsSize(whole, 0))
    emitFor(b, context, loop, lower, middle, step, emit);
  if (!ufIsStatic(extent)) {
    *tileRows(&context, loop) = 1;
    emitFor(b, context, loop, middle, upper, 1, emit);
    return;
  }
  int64_t rest = extent.value % step;
  if (ufIsStatic(length) && length.value % step == 0)
    return;
  *tileRows(&context, loop) = rest;
  emitFor(b, context, loop, middle, upper, rest, emit);
}

static void emitInnerRows(UfBuilder *b, Context context) {
  int loop = context.blocking.rowLoop;
  emitSteps(b, context, loop, ufStatic(0), context.group->loops.extent[loop],
            context.blocking.rows, emitTile);
}

/// The rows of one task.
static void emitRows(UfBuilder *b, Context context) {
  const UfBlocking *blocking = &context.blocking;
  int loop = blocking->blockedLoop;
  context.place.rows = context.place.outerRows = 1;
  if (blocking->terms)
    context.place.panel = ufSplitPanel(b, context.group, blocking,
                                       &context.operands, &context.place);
  if (loop == UF_NO_LOOP) {
    emitTile(b, context);
    return;
  }
  UfSize extent = context.group->loops.extent[loop];
  UfSize lower = {.dynamic = context.place.at[loop]};
  UfSize upper = ufSizeAdd(b, lower, ufStatic(blocking->block));
  bool isOuter = loop == blocking->outerRowLoop;
  if (ufIsStatic(extent) && blocking->block >= extent.value) {
    lower = ufStatic(0);
    upper = extent;
  } else if (!ufIsStatic(extent) || extent.value % blocking->block) {
    upper = ufSizeMin(b, upper, extent);
  }
  emitSteps(b, context, loop, lower, upper,
            isOuter ? blocking->outerRows : blocking->rows,
            isOuter ? emitInnerRows : emitTile);
}

//===----------------------------------------------------------------------===//
// Columns
//===----------------------------------------------------------------------===//

/// Lanes of a row's last vector, of which `rest` are used: half as many when
/// that is enough, since CPUs that take two steps for 512 bits then take one.
/// Otherwise 0.
static int64_t lastLanes(const Context *context, int64_t rest) {
  const UfGroup *group = context->group;
  int64_t half = context->blocking.lanes / 2;
  int bits = ufBitWidth(ufElementType(group->output.memref));
  bool isHalf = rest > 0 && rest <= half && half * bits >= MIN_VECTOR_BITS &&
                group->dot.kind == UF_NO_DOT && !context->blocking.amxRows;
  return isHalf ? half : 0;
}

/// The rows of a task, with masks when its columns are the last and too few.
static void emitColumns(UfBuilder *b, Context context) {
  int loop = context.blocking.vectorLoop;
  int64_t columns = context.blocking.vectors * context.blocking.lanes;
  UfSize extent = context.group->loops.extent[loop];
  if (ufIsStatic(extent) && extent.value % columns == 0) {
    emitRows(b, context);
    return;
  }
  Context last = context;
  UfSize at = {.dynamic = context.place.at[loop]};
  last.place.left = ufSizeValue(b, ufSizeSub(b, extent, at));
  if (ufIsStatic(extent)) {
    int64_t rest = extent.value % columns, lanes = context.blocking.lanes;
    last.blocking.vectors = (rest + lanes - 1) / lanes;
    last.place.left = ufIndex(b, rest);
    last.place.lastLanes = lastLanes(&context, rest % lanes);
    if (rest % (last.place.lastLanes ? last.place.lastLanes : lanes) == 0)
      last.place.left.ptr = NULL;
    if (extent.value < columns) {
      emitRows(b, last);
      return;
    }
  }
  UfSize end = ufSizeAdd(b, at, ufStatic(columns));
  MlirValue isWhole =
      ufCompare(b, UF_LE, ufSizeValue(b, end), ufSizeValue(b, extent), false);
  emitIf(b, isWhole, &context, &last, emitRows);
}

//===----------------------------------------------------------------------===//
// Tasks
//===----------------------------------------------------------------------===//

/// A loop that tasks share out.
typedef struct Dim {
  int loop;
  int64_t step;
} Dim;

/// Whether an input that is read as vectors moves along `loop`.
static bool movesVectors(const UfGroup *group, const UfBlocking *blocking,
                         int loop) {
  for (int i = 0; i < group->root.numInputs; ++i) {
    const UfAccess *access = &group->root.inputs[i];
    if (!ufIsSize(access->stride[blocking->vectorLoop], 0) &&
        !ufIsSize(access->stride[loop], 0))
      return true;
  }
  return false;
}

/// The loops around a task, the outermost first.
static int listDims(const UfGroup *group, const UfBlocking *blocking,
                    Dim *dims) {
  int count = 0;
  Dim panel = {blocking->vectorLoop, blocking->vectors * blocking->lanes};
  for (int moving = 1; moving >= 0; --moving) {
    if (!moving && blocking->panelsOutside)
      dims[count++] = panel;
    for (int l = 0; l < group->loops.count; ++l)
      if (group->loops.parallel[l] && l != blocking->vectorLoop &&
          l != blocking->rowLoop && l != blocking->outerRowLoop &&
          !ufIsSize(group->loops.extent[l], 1) &&
          movesVectors(group, blocking, l) == moving)
        dims[count++] = (Dim){l, 1};
  }
  if (blocking->blockedLoop != UF_NO_LOOP)
    dims[count++] = (Dim){blocking->blockedLoop, blocking->block};
  if (!blocking->panelsOutside)
    dims[count++] = panel;
  return count;
}

/// All tiles of a task.
static void emitTask(UfBuilder *b, Context context) {
  if (!context.blocking.amxRows) {
    emitColumns(b, context);
    return;
  }
  ufBeginAmx(b, context.group, &context.blocking);
  emitColumns(b, context);
  ufAmxRelease(b);
}

static void emitForall(UfBuilder *b, Context context, const Dim *dims,
                       int count) {
  MlirRegion region, none;
  MlirBlock body = newBody(b, &region, count);
  UfBuilder in = ufBuilderIn(b, body);
  int64_t lower[UF_MAX_LOOPS] = {0}, upper[UF_MAX_LOOPS], step[UF_MAX_LOOPS];
  MlirValue open[UF_MAX_LOOPS];
  int numOpen = 0;
  for (int i = 0; i < count; ++i) {
    UfSize extent = context.group->loops.extent[dims[i].loop];
    step[i] = dims[i].step;
    upper[i] =
        ufIsStatic(extent) ? extent.value : mlirShapedTypeGetDynamicSize();
    if (!ufIsStatic(extent))
      open[numOpen++] = extent.dynamic;
    context.place.at[dims[i].loop] = mlirBlockGetArgument(body, i);
  }
  ufFlattenOperands(&in, context.group, &context.operands);
  emitTask(&in, context);
  newBody(b, &none, 0);
  ufBuildOp(&in, "scf.forall.in_parallel", (UfTypes){0}, UF_NO_VALUES,
            UF_NO_ATTRS, &none, 1);
  ufBuildOp(
      b, "scf.forall", (UfTypes){0}, (UfValues){open, numOpen},
      UF_ATTRS(
          {"staticLowerBound", mlirDenseI64ArrayGet(b->ctx, count, lower)},
          {"staticUpperBound", mlirDenseI64ArrayGet(b->ctx, count, upper)},
          {"staticStep", mlirDenseI64ArrayGet(b->ctx, count, step)},
          {"operandSegmentSizes",
           mlirDenseI32ArrayGet(b->ctx, 4, (int32_t[]){0, numOpen, 0, 0})}),
      &region, 1);
}

static void emitNest(UfBuilder *b, Context context, const Dim *dims, int count,
                     int depth) {
  if (depth == count) {
    emitTask(b, context);
    return;
  }
  MlirRegion region;
  MlirBlock body = newBody(b, &region, 1);
  UfBuilder in = ufBuilderIn(b, body);
  context.place.at[dims[depth].loop] = mlirBlockGetArgument(body, 0);
  UfSize extent = context.group->loops.extent[dims[depth].loop];
  emitNest(&in, context, dims, count, depth + 1);
  endBody(&in);
  ufBuildOp(b, "scf.for", (UfTypes){0},
            UF_VALUES(ufIndex(b, 0), ufSizeValue(b, extent),
                      ufIndex(b, dims[depth].step)),
            UF_NO_ATTRS, &region, 1);
}

void ufEmitTasks(UfBuilder *b, const UfGroup *group, const UfBlocking *blocking,
                 bool inParallel) {
  Context context = {.group = group, .blocking = *blocking};
  Dim dims[UF_MAX_LOOPS + 1];
  int count = listDims(group, blocking, dims);
  if (inParallel) {
    emitForall(b, context, dims, count);
    return;
  }
  ufFlattenOperands(b, group, &context.operands);
  emitNest(b, context, dims, count, 0);
}

//===-- BatchLoop.c - The ufront-loop-over-batch pass ---------------------===//
//
//   %y = scf.for %i = 0 to 8 step 1 iter_args(%all = %empty) {
//     %x1 = tensor.extract_slice %x[%i, 0, 0, 0] [1, 112, 112, 3]
//     <ops on one sample>
//     %next = tensor.insert_slice %y1 into %all[%i, 0, 0, 0] [1, 28, 28, 512]
//   }
//
// Activations of a large batch fit into no cache: each op would write them to
// memory, and the next one read them from there. So the ops between which most
// of that goes by do a few samples at a time, all of them, before the next few.
// What it costs is that their weights are read for each of these.
//
// Where the model leaves the size of the batch open, all sizes of one sample
// are known, so that the code in the loop is as fast as that for a batch of
// one.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Kernels/Domain.h"
#include "Kernels/Layout/BatchSamples.h"
#include "Kernels/Passes.h"
#include "Kernels/Target.h"

#include <stdlib.h>

enum {
  /// Activations of one op are to be so many times the L2 cache at most: a part
  /// of the last cache, which all cores share.
  CACHE_L2S = 8,
  GUESSED_SIZE = 8, ///< Of a batch whose size the model leaves open.
  /// Bytes of weights that cost as much as one of activations: they are read in
  /// order, ahead of need, and never written. A product of fewer rows than that
  /// makes waits for its weights.
  CHEAP_WEIGHTS = 4,
  /// What activations weigh more where code for all samples would not know how
  /// many there are: it is slower.
  OPEN_SIZES = 2,
};

/// A mark on ops while the pass runs: the number of one that goes into the
/// loop.
#define LOOPED_ATTR "ufront.looped"

static int64_t guessSize(const UfBatch *batch) {
  return batch->size == UF_DYNAMIC ? GUESSED_SIZE : batch->size;
}

/// The number of an op in the loop, -1 of one outside.
static int numberOf(MlirOperation op) {
  MlirAttribute mark =
      mlirOperationGetDiscardableAttributeByName(op, ufStr(LOOPED_ATTR));
  return mlirAttributeIsNull(mark) ? -1 : (int)mlirIntegerAttrGetValueInt(mark);
}

//===----------------------------------------------------------------------===//
// Choosing the ops
//===----------------------------------------------------------------------===//

/// Of as many samples as there are; 0 when another size is not known. Not a
/// whole number: a model may ask for more than there are.
static double numBytes(const UfBatch *batch, MlirValue value,
                       UfSamples samples) {
  if (!ufIsRankedTensor(mlirValueGetType(value)))
    return 0;
  UfShape shape = ufShape(value);
  double bytes = ufBitWidth(shape.element) / 8.0;
  for (int d = 0; d < shape.rank; ++d) {
    if (d == samples.dim)
      bytes *= (double)guessSize(batch) * (double)samples.each *
               (double)samples.times;
    else
      bytes *= shape.dims[d] == UF_DYNAMIC ? 0 : (double)shape.dims[d];
  }
  return bytes;
}

/// Bytes that an op which goes through memory for them reads and writes: of
/// samples and of weights. Elementwise ops become part of such ops.
static bool measure(const UfBatch *batch, MlirOperation op, double *samples,
                    double *weights) {
  UfDomain domain;
  if (!ufIsLinalg(op) || !ufReadDomain(op, &domain) || !ufHasReduction(&domain))
    return false;
  *samples = numBytes(batch, ufResultOf(op, 0), ufMarkedSamples(op));
  *weights = 0;
  for (intptr_t i = 0; i + 1 < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    UfSamples has = ufSamplesIn(batch, operand);
    *(has.dim >= 0 ? samples : weights) += numBytes(batch, operand, has);
  }
  return true;
}

/// Ops that follow each other, and what computing them by samples is worth.
typedef struct Run {
  MlirOperation first, last; ///< Null when there are none.
  double worth;
} Run;

/// The run of ops worth most, that of the greatest sum (Kadane's algorithm).
static Run chooseRun(const UfBatch *batch, const UfOps *mixing) {
  Run best = {.worth = 0}, run = {.worth = 0};
  size_t nextMixing = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(batch->body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    if (nextMixing < mixing->count &&
        mlirOperationEqual(mixing->ops[nextMixing], op)) {
      ++nextMixing;
      run = (Run){.worth = 0};
      continue;
    }
    if (ufMarkedSamples(op).dim < 0)
      continue;
    double samples = 0, weights = 0;
    measure(batch, op, &samples, &weights);
    double steps = (double)guessSize(batch) / (double)batch->step;
    if (batch->size == UF_DYNAMIC)
      samples *= OPEN_SIZES;
    run.worth += samples - weights / CHEAP_WEIGHTS * (steps - 1);
    run.last = op;
    if (!run.first.ptr)
      run.first = op;
    if (run.worth < 0)
      run = (Run){.worth = 0};
    else if (run.worth >= best.worth && run.worth > 0)
      best = run;
  }
  return best;
}

/// Samples to compute together: as many as the cache has room for, or one, so
/// many times which is every number of samples.
static int64_t chooseStep(const UfBatch *batch, double cache) {
  double most = 0;
  if (batch->size == UF_DYNAMIC)
    return 1;
  for (MlirOperation op = mlirBlockGetFirstOperation(batch->body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    double samples, weights;
    if (ufMarkedSamples(op).dim >= 0 &&
        measure(batch, op, &samples, &weights) && samples > most)
      most = samples;
  }
  if (most <= cache)
    return batch->size;
  int64_t step = (int64_t)(cache / most * (double)batch->size);
  while (step > 1 && batch->size % step)
    --step;
  return step > 1 ? step : 1;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

typedef struct Loop {
  const UfBatch *batch;
  UfBuilder *in;
  MlirValue index;   ///< The first sample.
  UfOps ops;         ///< What goes into it.
  MlirValue *copies; ///< Of their results, in the loop.
  UfOps results;     ///< Those of `ops` that others read.
} Loop;

static void placeSamples(const Loop *loop, MlirValue value, UfSamples samples,
                         UfSize *offsets, UfSize *sizes) {
  for (int d = 0; d < ufRank(value); ++d) {
    offsets[d] = ufStatic(0);
    sizes[d] = ufStatic(ufDimSize(value, d));
  }
  offsets[samples.dim] =
      ufSizeMul(loop->in, ufSizeOfIndex(loop->index), ufStatic(samples.each));
  sizes[samples.dim] = ufStatic(loop->batch->step * samples.each);
}

static MlirValue copyOp(const Loop *loop, MlirOperation op, UfSamples result);

/// The samples of `value` that the loop is at; all of it when it has none.
static MlirValue samplesOf(const Loop *loop, MlirValue value,
                           UfSamples samples) {
  if (samples.dim < 0)
    return value;
  MlirOperation from = ufDefiningOp(value);
  int number = from.ptr ? numberOf(from) : -1;
  if (number >= 0)
    return loop->copies[number];
  if (ufSamplesIn(loop->batch, value).dim < 0 &&
      ufIsMadeForBatch(loop->batch, from, samples))
    return copyOp(loop, from, samples);
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  placeSamples(loop, value, samples, offsets, sizes);
  return ufSlice(loop->in, value, offsets, sizes, NULL);
}

/// Copies `op` into the loop.
static MlirValue copyOp(const Loop *loop, MlirOperation op, UfSamples result) {
  UfBatchPlace place;
  ufFindBatchPlace(op, result, loop->batch->input, &place);
  MlirOperation copy = mlirOperationClone(op);
  ufForgetSamples(copy);
  mlirOperationRemoveDiscardableAttributeByName(copy, ufStr(LOOPED_ATTR));
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    mlirOperationSetOperand(
        copy, i,
        samplesOf(loop, mlirOperationGetOperand(op, i), place.operand[i]));
  mlirBlockAppendOwnedOperation(loop->in->block, copy);
  ufSetBatchSize(copy, result, loop->batch->step);
  return ufResultOf(copy, 0);
}

/// Whether an op that stays outside reads the result of `op`.
static bool isReadOutside(const Loop *loop, MlirOperation op) {
  for (MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(op, 0));
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    while (!mlirBlockEqual(mlirOperationGetBlock(user), loop->batch->body))
      user = mlirOperationGetParentOperation(user);
    if (numberOf(user) < 0)
      return true;
  }
  return false;
}

static void listOps(Loop *loop, const Run *run) {
  for (MlirOperation op = run->first;; op = mlirOperationGetNextInBlock(op)) {
    if (ufMarkedSamples(op).dim >= 0) {
      UfBuilder b = {.ctx = mlirOperationGetContext(op)};
      mlirOperationSetDiscardableAttributeByName(
          op, ufStr(LOOPED_ATTR), ufIntAttr(&b, (int64_t)loop->ops.count));
      ufOpsAdd(&loop->ops, op);
    }
    if (mlirOperationEqual(op, run->last))
      break;
  }
  for (size_t i = 0; i < loop->ops.count; ++i)
    if (isReadOutside(loop, loop->ops.ops[i]))
      ufOpsAdd(&loop->results, loop->ops.ops[i]);
}

/// The loop's body; `all` has its arguments that are tensors, then what they
/// are in the next iteration.
static void fillBody(Loop *loop, MlirValue *all) {
  for (size_t i = 0; i < loop->ops.count; ++i) {
    MlirOperation op = loop->ops.ops[i];
    loop->copies[i] = copyOp(loop, op, ufMarkedSamples(op));
  }
  for (size_t i = 0; i < loop->results.count; ++i) {
    MlirOperation op = loop->results.ops[i];
    UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
    placeSamples(loop, ufResultOf(op, 0), ufMarkedSamples(op), offsets, sizes);
    MlirValue samples = loop->copies[numberOf(op)];
    all[i] = ufInsert(loop->in, samples, all[i], offsets, sizes, NULL);
  }
  ufBuildOp(loop->in, "scf.yield", (UfTypes){0},
            (UfValues){all, (intptr_t)loop->results.count}, UF_NO_ATTRS, NULL,
            0);
}

/// Writes the loop behind the run and lets it replace the run.
static void buildLoop(UfBuilder *b, Loop *loop) {
  size_t count = loop->results.count;
  MlirType types[1 + UF_MAX_VALUES] = {ufIndexType(b)};
  MlirLocation locs[1 + UF_MAX_VALUES] = {b->loc};
  UfSize size = ufSizeOf(b, loop->batch->input, 0);
  MlirValue operands[3 + UF_MAX_VALUES] = {ufIndex(b, 0), ufSizeValue(b, size),
                                           ufIndex(b, loop->batch->step)};
  MlirValue all[UF_MAX_VALUES];
  for (size_t i = 0; i < count; ++i) {
    MlirValue result = ufResultOf(loop->results.ops[i], 0);
    UfSamples samples = ufMarkedSamples(loop->results.ops[i]);
    UfSize sizes[UF_MAX_RANK];
    for (int d = 0; d < ufRank(result); ++d)
      sizes[d] = ufStatic(ufDimSize(result, d));
    sizes[samples.dim] = ufSizeMul(b, size, ufStatic(samples.each));
    types[1 + i] = mlirValueGetType(result);
    locs[1 + i] = b->loc;
    operands[3 + i] = ufEmpty(b, ufElementType(result), ufRank(result), sizes);
  }
  MlirRegion region = mlirRegionCreate();
  MlirBlock body = mlirBlockCreate((intptr_t)count + 1, types, locs);
  mlirRegionAppendOwnedBlock(region, body);
  UfBuilder in = ufBuilderIn(b, body);
  loop->in = &in;
  loop->index = mlirBlockGetArgument(body, 0);
  for (size_t i = 0; i < count; ++i)
    all[i] = mlirBlockGetArgument(body, (intptr_t)i + 1);
  fillBody(loop, all);
  loop->in = NULL;
  MlirOperation made = ufBuildOp(
      b, "scf.for", (UfTypes){types + 1, (intptr_t)count},
      (UfValues){operands, (intptr_t)count + 3}, UF_NO_ATTRS, &region, 1);
  for (size_t i = 0; i < count; ++i)
    mlirValueReplaceAllUsesOfWith(ufResultOf(loop->results.ops[i], 0),
                                  mlirOperationGetResult(made, (intptr_t)i));
  for (size_t i = loop->ops.count; i-- > 0;)
    mlirOperationDestroy(loop->ops.ops[i]);
}

/// Whether samples of what enters and leaves the loop lie side by side.
static bool canCutEnds(const Loop *loop) {
  for (size_t i = 0; i < loop->results.count; ++i)
    if (ufMarkedSamples(loop->results.ops[i]).times != 1)
      return false;
  for (size_t i = 0; i < loop->ops.count; ++i)
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(loop->ops.ops[i]);
         ++k) {
      MlirValue operand = mlirOperationGetOperand(loop->ops.ops[i], k);
      MlirOperation from = ufDefiningOp(operand);
      if (from.ptr && numberOf(from) < 0 && ufMarkedSamples(from).dim >= 0 &&
          ufMarkedSamples(from).times != 1)
        return false;
    }
  return true;
}

static void loopOver(const UfBatch *batch, const Run *run) {
  Loop loop = {.batch = batch};
  listOps(&loop, run);
  loop.copies = calloc(loop.ops.count + 1, sizeof *loop.copies);
  if (!loop.copies)
    abort(); // one entry per op
  if (loop.results.count <= UF_MAX_VALUES && canCutEnds(&loop)) {
    UF_SCOPED(MlirRewriterBase) rewriter =
        mlirIRRewriterCreate(mlirOperationGetContext(batch->func));
    UfBuilder b = ufBuilderAt(rewriter, mlirOperationGetNextInBlock(run->last));
    b.loc = mlirOperationGetLocation(run->first);
    buildLoop(&b, &loop);
  }
  free(loop.copies);
  ufOpsFree(&loop.results);
  ufOpsFree(&loop.ops);
}

//===----------------------------------------------------------------------===//

static void removeMarks(MlirBlock body) {
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    ufForgetSamples(op);
    mlirOperationRemoveDiscardableAttributeByName(op, ufStr(LOOPED_ATTR));
  }
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  if (ufIsInit(func))
    return mlirLogicalResultSuccess();
  UfBatch batch = {.func = func, .body = ufFunctionBody(func)};
  if (mlirBlockIsNull(batch.body) || !ufFindBatch(&batch))
    return mlirLogicalResultSuccess();
  UfOps mixing = {0};
  MlirOperation next;
  for (MlirOperation op = mlirBlockGetFirstOperation(batch.body); op.ptr;
       op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (ufReadBatchOp(&batch, op) == UF_MIXES_SAMPLES)
      ufOpsAdd(&mixing, op);
  }
  double cache = CACHE_L2S * (double)ufTargetOf(func).l2Bytes;
  batch.step = chooseStep(&batch, cache);
  if (batch.step < guessSize(&batch)) {
    Run best = chooseRun(&batch, &mixing);
    if (best.first.ptr && best.worth > cache)
      loopOver(&batch, &best);
  }
  ufOpsFree(&mixing);
  removeMarks(batch.body);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLoopOverBatch = {
    .name = "UfrontLoopOverBatch",
    .argument = "ufront-loop-over-batch",
    .description = "Computes a few samples of a large batch at a time",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", "scf", NULL},
    .run = run,
};

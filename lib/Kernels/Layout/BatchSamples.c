//===-- BatchSamples.c - Which values have samples ------------------------===//

#include "Kernels/Layout/BatchSamples.h"

#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"

/// A mark on ops while the pass runs: where the result has samples.
#define BATCH_ATTR "ufront.batch"

static const UfSamples none = {.dim = -1};

UfSamples ufMarkedSamples(MlirOperation op) {
  MlirAttribute mark =
      mlirOperationGetDiscardableAttributeByName(op, ufStr(BATCH_ATTR));
  if (mlirAttributeIsNull(mark))
    return none;
  return (UfSamples){(int)mlirDenseI64ArrayGetElement(mark, 0),
                     mlirDenseI64ArrayGetElement(mark, 1),
                     mlirDenseI64ArrayGetElement(mark, 2)};
}

static void markSamples(MlirOperation op, UfSamples samples) {
  mlirOperationSetDiscardableAttributeByName(
      op, ufStr(BATCH_ATTR),
      mlirDenseI64ArrayGet(
          mlirOperationGetContext(op), 3,
          (int64_t[]){samples.dim, samples.each, samples.times}));
}

bool ufFindBatch(UfBatch *batch) {
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(batch->body); ++i) {
    batch->input = mlirBlockGetArgument(batch->body, i);
    if (ufIsWeight(batch->func, i) ||
        !ufIsRankedTensor(mlirValueGetType(batch->input)) ||
        ufRank(batch->input) < 1)
      continue;
    batch->size = ufDimSize(batch->input, 0);
    return batch->size > 1 || batch->size == UF_DYNAMIC;
  }
  return false;
}

/// Whether `value` may have samples there, and no other size is open.
static bool hasShape(const UfBatch *batch, MlirValue value, UfSamples samples) {
  if (!ufIsRankedTensor(mlirValueGetType(value)) ||
      samples.dim >= ufRank(value))
    return false;
  for (int d = 0; d < ufRank(value); ++d) {
    int64_t size = ufDimSize(value, d);
    if (d == samples.dim ? !ufFitsSamples(size, samples, batch->input)
                         : size == UF_DYNAMIC)
      return false;
  }
  return true;
}

UfSamples ufSamplesIn(const UfBatch *batch, MlirValue value) {
  static const UfSamples first = {.dim = 0, .each = 1, .times = 1};
  MlirOperation op = ufDefiningOp(value);
  if (op.ptr)
    return ufMarkedSamples(op);
  if (!mlirBlockEqual(mlirBlockArgumentGetOwner(value), batch->body) ||
      ufIsWeight(batch->func, mlirBlockArgumentGetArgNumber(value)))
    return none;
  bool isFirst = mlirValueEqual(value, batch->input);
  return (isFirst || batch->size != UF_DYNAMIC) && hasShape(batch, value, first)
             ? first
             : none;
}

static bool hasSamples(const UfBatch *batch, MlirValue value) {
  return ufSamplesIn(batch, value).dim >= 0;
}

typedef struct Search {
  const UfBatch *batch;
  MlirOperation op;
  bool found;
} Search;

/// Whether regions of search->op read samples.
static MlirWalkResult findCaptured(MlirOperation op, void *userData) {
  Search *search = userData;
  if (mlirOperationEqual(op, search->op))
    return MlirWalkResultAdvance;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    search->found |= hasSamples(search->batch, mlirOperationGetOperand(op, i));
  return search->found ? MlirWalkResultInterrupt : MlirWalkResultAdvance;
}

bool ufIsMadeForBatch(const UfBatch *batch, MlirOperation op,
                      UfSamples samples) {
  UfBatchPlace place;
  if (!op.ptr || !ufFindBatchPlace(op, samples, batch->input, &place))
    return false;
  if (ufOpIs(op, "tensor.empty"))
    return true;
  intptr_t last = mlirOperationGetNumOperands(op) - 1;
  if (!ufIsLinalg(op) ||
      !ufIsMadeForBatch(batch, ufDefiningOp(mlirOperationGetOperand(op, last)),
                        place.operand[last]))
    return false;
  for (intptr_t i = 0; i < last; ++i)
    if (place.operand[i].dim >= 0)
      return false;
  return true;
}

/// Whether the loop can have samples of `value`, which has none: another one
/// can be made, or those be cut out.
static bool canCut(const UfBatch *batch, MlirValue value, UfSamples samples) {
  return ufIsMadeForBatch(batch, ufDefiningOp(value), samples) ||
         (samples.times == 1 && hasShape(batch, value, samples));
}

/// Whether every operand has its samples where the op wants them to be, or can
/// be cut as if it had.
static bool agrees(const UfBatch *batch, MlirOperation op, UfSamples result) {
  UfBatchPlace place;
  if (!ufFindBatchPlace(op, result, batch->input, &place))
    return false;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    UfSamples has = ufSamplesIn(batch, operand), wants = place.operand[i];
    if (has.dim < 0 && wants.dim >= 0 && !canCut(batch, operand, wants))
      return false;
    if (has.dim >= 0 && (has.dim != wants.dim || has.each != wants.each ||
                         has.times != wants.times))
      return false;
  }
  return true;
}

/// What tensor.dim `op` does: it may ask the input instead, and goes then.
static UfEffect readDim(const UfBatch *batch, MlirOperation op) {
  MlirValue of = mlirOperationGetOperand(op, 0);
  UfSamples samples = ufSamplesIn(batch, of);
  if (samples.dim < 0 || mlirValueEqual(of, batch->input))
    return UF_NO_SAMPLES;
  int64_t dim;
  if (!ufReadNumber(mlirOperationGetOperand(op, 1), &dim) || dim != samples.dim)
    return UF_MIXES_SAMPLES;
  UF_SCOPED(MlirRewriterBase) rewriter =
      mlirIRRewriterCreate(mlirOperationGetContext(op));
  UfBuilder b = ufBuilderAt(rewriter, op);
  UfSize size = ufSizeMul(&b, ufSizeOf(&b, batch->input, 0),
                          ufStatic(samples.each * samples.times));
  mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), ufSizeValue(&b, size));
  mlirOperationDestroy(op);
  return UF_NO_SAMPLES;
}

UfEffect ufReadBatchOp(const UfBatch *batch, MlirOperation op) {
  if (ufOpIs(op, "tensor.dim"))
    return readDim(batch, op);
  Search search = {batch, op, false};
  mlirOperationWalk(op, findCaptured, &search, MlirWalkPreOrder);
  MlirValue source = {NULL};
  for (intptr_t i = mlirOperationGetNumOperands(op); i-- > 0;)
    if (hasSamples(batch, mlirOperationGetOperand(op, i)))
      source = mlirOperationGetOperand(op, i);
  if (!source.ptr && !search.found)
    return UF_NO_SAMPLES;
  if (search.found || mlirOperationGetNumResults(op) != 1 ||
      !ufIsRankedTensor(mlirValueGetType(ufResultOf(op, 0))))
    return UF_MIXES_SAMPLES;
  MlirValue value = ufResultOf(op, 0);
  for (int dim = 0; dim < ufRank(value); ++dim) {
    UfSamples result = ufSamplesAlong(op, dim, ufSamplesIn(batch, source));
    if (result.dim >= 0 && hasShape(batch, value, result) &&
        agrees(batch, op, result)) {
      markSamples(op, result);
      return UF_KEEPS_SAMPLES;
    }
  }
  return UF_MIXES_SAMPLES;
}

void ufForgetSamples(MlirOperation op) {
  mlirOperationRemoveDiscardableAttributeByName(op, ufStr(BATCH_ATTR));
}

//===-- Slice.c - Parts of a tensor, and its elements backwards -----------===//

#include "IR/Tosa.h"
#include "Ops/Move.h"
#include "Ops/TorchSlice.h"

//===----------------------------------------------------------------------===//
// slice
//
//   Every steps[i]-th element from starts[i] to ends[i], the latter not
//   included, along dimension axes[i]. Starts and ends count from the end when
//   negative and are limited to the input then, as numpy does.
//
// (C1) `starts` and `ends` are attributes or operands; `axes` and `steps` are
//      either or neither.
// (C2) All have as many elements.
// (C3) The axes are different ones of the input.
// (C4) No step is 0.
//===----------------------------------------------------------------------===//

enum { STARTS = 1, ENDS, AXES, STEPS, NUM_LISTS = 4 };
static const char *const listNames[] = {"starts", "ends", "axes", "steps"};

/// Checks the lists, and completes that of the axes.
static MlirLogicalResult checkLists(MlirOperation op, UfInts *lists) {
  int rank = ufRank(mlirOperationGetOperand(op, 0));
  if (lists[0].size > rank) // C3
    return ufOpError(op, "slices %d dimensions of rank %d", lists[0].size,
                     rank);
  bool isKnown = true;
  UfInts *axes = &lists[AXES - 1];
  for (int i = 0; i < axes->size; ++i)
    isKnown &= axes->data[i] != UF_DYNAMIC;
  if (isKnown)
    UF_TRY(ufVerifyAxes(op, "axis", axes, rank, NULL)); // C3
  *axes = ufAxesOrFirst(*axes, lists[0].size, rank);
  for (int i = 0; i < lists[STEPS - 1].size; ++i)
    if (lists[STEPS - 1].data[i] == 0) // C4
      return ufOpError(op, "step %d is 0", i);
  return mlirLogicalResultSuccess();
}

/// Reads and checks the four lists, indexed from 0.
static MlirLogicalResult sliceLists(MlirOperation op, UfInts *lists) {
  UF_TRY(ufVerifyGiven(op, "starts", STARTS)); // C1
  UF_TRY(ufVerifyGiven(op, "ends", ENDS));
  for (int i = 0; i < NUM_LISTS; ++i) {
    UF_TRY(ufVerifyGivenOnce(op, listNames[i], i + 1)); // C1
    UF_TRY(ufGivenInts(op, listNames[i], i + 1, &lists[i]));
    if (ufIsGiven(op, listNames[i], i + 1) &&
        lists[i].size != lists[0].size) // C2
      return ufOpError(op, "has %d starts, but %d %s", lists[0].size,
                       lists[i].size, listNames[i]);
  }
  return checkLists(op, lists);
}
static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  value = value < low ? low : value;
  return value > high ? high : value;
}

/// Steps so long that they leave one element need no exact number.
static const int64_t longestStep = (int64_t)1 << 40;

static int64_t limitStep(int64_t step) {
  return clamp(step, -longestStep, longestStep);
}

/// The first index and the number of elements of a slice of `size`.
static int64_t sliceCount(int64_t size, int64_t start, int64_t end,
                          int64_t step, int64_t *first) {
  int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
  step = limitStep(step);
  start = clamp(start < 0 ? start + size : start, low, high);
  end = clamp(end < 0 ? end + size : end, low, high);
  int64_t span = step > 0 ? end - start : start - end;
  int64_t stride = step > 0 ? step : -step;
  *first = start;
  return span <= 0 ? 0 : (span - 1) / stride + 1;
}

/// How the dimension of `lists` number `i` is cut; false when not known.
static bool knownCut(const UfInts *lists, int i, int64_t size, int64_t *first,
                     int64_t *step, int64_t *count) {
  int64_t start = lists[STARTS - 1].data[i], end = lists[ENDS - 1].data[i];
  *step = lists[STEPS - 1].size ? lists[STEPS - 1].data[i] : 1;
  if (size == UF_DYNAMIC || start == UF_DYNAMIC || end == UF_DYNAMIC ||
      *step == UF_DYNAMIC)
    return false;
  *count = sliceCount(size, start, end, *step, first);
  return true;
}

static MlirLogicalResult inferSlice(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts lists[NUM_LISTS];
  UF_TRY(sliceLists(op, lists));
  results[0] = from;
  for (int i = 0; i < lists[0].size; ++i) {
    int64_t axis = lists[AXES - 1].data[i], first, step, count;
    // Any dimension may be the one that is cut.
    for (int d = 0; axis == UF_DYNAMIC && d < from.rank; ++d)
      results[0].dims[d] = UF_DYNAMIC;
    if (axis == UF_DYNAMIC || results[0].dims[axis] == UF_DYNAMIC)
      continue;
    results[0].dims[axis] = UF_DYNAMIC;
    if (knownCut(lists, i, from.dims[axis], &first, &step, &count))
      results[0].dims[axis] = count;
  }
  return mlirLogicalResultSuccess();
}

static int originSlice(MlirOperation op, const int64_t *at, int64_t *from) {
  UfShape source = ufShape(mlirOperationGetOperand(op, 0));
  UfInts lists[NUM_LISTS];
  if (mlirLogicalResultIsFailure(sliceLists(op, lists)))
    return -1;
  for (int d = 0; d < source.rank; ++d)
    from[d] = at[d];
  for (int i = 0; i < lists[0].size; ++i) {
    int64_t axis = lists[AXES - 1].data[i], first, step, count;
    if (axis == UF_DYNAMIC ||
        !knownCut(lists, i, source.dims[axis], &first, &step, &count))
      return -1;
    from[axis] = first + at[axis] * limitStep(step);
  }
  return 0;
}

/// Whether nothing is cut: the types are static and equal, and so is the order.
static bool isWhole(MlirOperation op) {
  UfInts steps = ufGetInts(op, "steps");
  bool isForward = !ufOperandOf(op, STEPS).ptr;
  for (int i = 0; i < steps.size; ++i)
    isForward &= steps.data[i] == 1;
  return isForward && ufNumDynamic(mlirValueGetType(ufResultOf(op, 0))) == 0;
}

static MlirAttribute foldSlice(MlirOperation op, const MlirAttribute *operands,
                               MlirValue *value) {
  if (ufFoldGiven(op, NUM_LISTS, listNames))
    return ufFoldedInPlace(op, value);
  if (isWhole(op))
    *value = ufFoldToOperand(op, 0);
  if (value->ptr)
    return mlirAttributeGetNull();
  MlirAttribute folded = ufFoldInts(op);
  return mlirAttributeIsNull(folded) ? ufFoldMove(op, operands, originSlice)
                                     : folded;
}

/// How one dimension is cut at run time.
typedef struct Cut {
  UfSize start, count, step;
} Cut;

/// Counted from the front, and limited to [low, high].
static UfSize limitIndex(UfBuilder *b, UfSize index, UfSize size, UfSize low,
                         UfSize high) {
  if (ufIsStatic(index) && index.value >= INT32_MAX)
    return high;
  if (ufIsStatic(index) && index.value <= -INT32_MAX)
    return low;
  if (ufIsStatic(index) && index.value == 0 && ufIsStatic(low) &&
      low.value == 0)
    return low;
  if (ufIsStatic(index) && index.value < 0)
    index = ufSizeAdd(b, size, index);
  else if (!ufIsSize(index))
    index = ufSelectSize(b, ufCompareSize(b, UF_LT, index, 0),
                         ufSizeAdd(b, index, size), index);
  return ufSizeMax(b, ufSizeMin(b, index, high), low);
}

static Cut cutOf(UfBuilder *b, UfSize size, UfSize start, UfSize end,
                 UfSize step) {
  UfSize low = ufStatic(0), high = size, stride;
  bool isBackward = ufIsStatic(step) && step.value < 0;
  UfSize last = ufSizeSub(b, size, ufStatic(1));
  MlirValue isNegative = {NULL};
  if (ufIsStatic(step))
    stride = step = ufStatic(limitStep(step.value));
  else {
    step = ufSizeMax(b, step, ufStatic(-longestStep));
    stride = step = ufSizeMin(b, step, ufStatic(longestStep));
    isNegative = ufCompareSize(b, UF_LT, step, 0);
  }
  if (isBackward) {
    low = ufStatic(-1);
    high = last;
    stride = ufStatic(-step.value);
  } else if (isNegative.ptr) {
    ufAssert(b, ufCompareSize(b, UF_NE, step, 0), "slice: a step is 0");
    low = ufSelectSize(b, isNegative, ufStatic(-1), low);
    high = ufSelectSize(b, isNegative, last, high);
    stride = ufSelectSize(b, isNegative, ufSizeSub(b, ufStatic(0), step), step);
  }
  Cut cut = {.start = limitIndex(b, start, size, low, high), .step = step};
  end = limitIndex(b, end, size, low, high);
  UfSize span =
      isBackward ? ufSizeSub(b, cut.start, end) : ufSizeSub(b, end, cut.start);
  if (isNegative.ptr)
    span = ufSelectSize(b, isNegative, ufSizeSub(b, cut.start, end), span);
  if (!ufIsSize(span))
    span = ufSizeMax(b, span, ufStatic(0));
  UfSize rounded = ufSizeAdd(b, span, ufSizeSub(b, stride, ufStatic(1)));
  cut.count = ufSizeDiv(b, rounded, stride);
  return cut;
}

static void indexCut(UfBuilder *b, const MlirValue *at, MlirValue *from,
                     const void *data) {
  const Cut *cuts = data;
  int rank = ufRank(mlirOperationGetOperand(b->op, 0));
  for (int d = 0; d < rank; ++d) {
    MlirValue step = ufSizeValue(b, cuts[d].step);
    from[d] = ufAdd(b, ufSizeValue(b, cuts[d].start), ufMul(b, at[d], step));
  }
}

/// A list of scalars, as shapes are computed, stays one.
static bool sliceScalars(UfBuilder *b, MlirValue x, const Cut *cut,
                         MlirValue *out) {
  MlirType element = ufElementType(x);
  MlirValue scalars[UF_MAX_RANK];
  if (ufRank(x) != 1 || !mlirTypeIsAInteger(element) ||
      !ufIsStatic(cut->start) || !ufIsStatic(cut->count) ||
      !ufIsStatic(cut->step) || cut->count.value > UF_MAX_RANK)
    return false;
  int count = (int)cut->count.value;
  for (int i = 0; i < count; ++i)
    scalars[i] =
        ufElementScalar(b, x, (int)(cut->start.value + i * cut->step.value));
  int64_t dim = count;
  *out = ufFromScalars(b, ufTensorOf(element, 1, &dim), count, scalars);
  return true;
}

static MlirLogicalResult lowerSlice(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), result;
  int rank = ufRank(x), count = ufGivenCount(b->op, "starts", STARTS);
  Cut cuts[UF_MAX_RANK] = {{{0}}};
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  int64_t strides[UF_MAX_RANK];
  bool isForward = true;
  UfPerAxis starts = {"starts", STARTS, 0, "axes", AXES, count};
  UfPerAxis ends = {"ends", ENDS, 0, "axes", AXES, count};
  UfPerAxis steps = {"steps", STEPS, 0,
                     "axes",  AXES,  ufGivenCount(b->op, "steps", STEPS)};
  for (int d = 0; d < rank; ++d) {
    UfSize size = ufSizeOf(b, x, d), whole = ufStatic(INT64_MAX);
    cuts[d] = cutOf(b, size, ufGivenForDim(b, &starts, d, rank, ufStatic(0)),
                    ufGivenForDim(b, &ends, d, rank, whole),
                    ufGivenForDim(b, &steps, d, rank, ufStatic(1)));
    offsets[d] = cuts[d].start;
    sizes[d] = cuts[d].count;
    isForward &= ufIsStatic(cuts[d].step) && cuts[d].step.value > 0;
    strides[d] = cuts[d].step.value;
  }
  if (sliceScalars(b, x, cuts, &result))
    return ufReplace(b, result);
  if (isForward)
    return ufReplace(b, ufSlice(b, x, offsets, sizes, strides));
  return ufReplace(b, ufReadAt(b, x, rank, sizes, indexCut, cuts));
}

static MlirLogicalResult sliceToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  MlirType type = ufResultType(b, 0);
  UfShape result = ufShapeOfType(type);
  UfInts lists[NUM_LISTS];
  if (!ufTosaHasType(result.element) || ufNumDynamic(type) > 0 ||
      ufNumDynamic(mlirValueGetType(x)) > 0 || ufHasEmptyDim(type) ||
      mlirLogicalResultIsFailure(sliceLists(b->op, lists)))
    return mlirLogicalResultFailure();
  int64_t first[UF_MAX_RANK] = {0};
  for (int i = 0; i < lists[0].size; ++i) {
    int64_t axis = lists[AXES - 1].data[i], step, count;
    if (axis == UF_DYNAMIC ||
        !knownCut(lists, i, ufDimSize(x, (int)axis), &first[axis], &step,
                  &count) ||
        (step != 1 && count != 1))
      return mlirLogicalResultFailure();
  }
  return ufReplace(b, ufTosaSlice(b, x, first, result.dims));
}

static MlirLogicalResult importSlice(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue operands[NUM_LISTS + 1] = {ufNodeInput(node, 0)};
  UfAttr attrs[NUM_LISTS];
  for (int i = 0; i < NUM_LISTS; ++i) {
    attrs[i].name = listNames[i];
    ufImportInts(b, node, listNames[i], i + 1, &attrs[i].value,
                 &operands[i + 1]);
  }
  return ufNodeDefine(results,
                      ufOp(b, "slice", (UfValues){operands, NUM_LISTS + 1},
                           (UfAttrs){attrs, NUM_LISTS}));
}

//===----------------------------------------------------------------------===//
// reverse
//
//   The elements backwards along each of `axes`.
//
// (C1) The axes are different ones of the input.
//===----------------------------------------------------------------------===//

static unsigned reversedAxes(MlirOperation op) {
  UfInts axes = ufGetInts(op, "axes");
  unsigned set = 0;
  for (int i = 0; i < axes.size; ++i)
    set |= 1u << ufAxis(axes.data[i], ufRank(mlirOperationGetOperand(op, 0)));
  return set;
}

static MlirLogicalResult inferReverse(MlirOperation op, UfShape *results) {
  UfInts axes = ufGetInts(op, "axes");
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  return ufVerifyAxes(op, "axis", &axes, results[0].rank, NULL); // C1
}

static int originReverse(MlirOperation op, const int64_t *at, int64_t *from) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  unsigned set = reversedAxes(op);
  if (ufNumElements(&shape) == UF_DYNAMIC)
    return -1;
  for (int d = 0; d < shape.rank; ++d)
    from[d] = set >> d & 1 ? shape.dims[d] - 1 - at[d] : at[d];
  return 0;
}

static MlirAttribute
foldReverse(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  if (reversedAxes(op) == 0) {
    *value = ufFoldToOperand(op, 0);
    return mlirAttributeGetNull();
  }
  return ufFoldMove(op, operands, originReverse);
}

static void indexReverse(UfBuilder *b, const MlirValue *at, MlirValue *from,
                         const void *data) {
  const UfSize *sizes = data;
  unsigned set = reversedAxes(b->op);
  for (int d = 0; d < ufRank(mlirOperationGetOperand(b->op, 0)); ++d) {
    from[d] = at[d];
    if (!(set >> d & 1))
      continue;
    MlirValue last = ufSub(b, ufSizeValue(b, sizes[d]), ufIndex(b, 1));
    from[d] = ufSub(b, last, at[d]);
  }
}

static MlirLogicalResult lowerReverse(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, x, sizes);
  return ufReplace(b, ufReadAt(b, x, ufRank(x), sizes, indexReverse, sizes));
}

static MlirLogicalResult reverseToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  MlirType type = mlirValueGetType(x);
  unsigned set = reversedAxes(b->op);
  if (!ufTosaHasType(ufElementType(x)) || ufHasEmptyDim(type))
    return mlirLogicalResultFailure();
  for (int d = 0; d < ufRank(x); ++d)
    if (set >> d & 1)
      x = ufBuild(b, "tosa.reverse", type, UF_VALUES(x),
                  UF_ATTRS({"axis", mlirIntegerAttrGet(ufIntType(b, 32), d)}));
  return ufReplace(b, x);
}

//===----------------------------------------------------------------------===//
// reverse_sequence
//
//   For each index i along `batch_axis`, the first lens[i] elements along
//   `time_axis` backwards, and the others as they are.
//
// (C1) The axes are two different ones of the input.
// (C2) There is one length for each index of `batch_axis`.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferReverseSequence(MlirOperation op,
                                              UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  UfShape lens = ufShape(mlirOperationGetOperand(op, 1));
  UfInts axes = {2, {ufGetInt(op, "batch_axis"), ufGetInt(op, "time_axis")}};
  UF_TRY(ufVerifyAxes(op, "axis", &axes, results[0].rank, NULL)); // C1
  int64_t batch = results[0].dims[ufAxis(axes.data[0], results[0].rank)];
  if (lens.rank != 1 || (lens.dims[0] != batch && batch != UF_DYNAMIC &&
                         lens.dims[0] != UF_DYNAMIC)) { // C2
    char text[UF_SHAPE_TEXT];
    return ufOpError(op,
                     "lens has shape %s, but must have one element for each "
                     "index of the batch axis",
                     ufShapeText(&lens, text, sizeof text));
  }
  return mlirLogicalResultSuccess();
}

static void indexReverseSequence(UfBuilder *b, const MlirValue *at,
                                 MlirValue *from, const void *data) {
  const MlirValue *operands = data;
  int rank = ufRank(operands[0]);
  int batch = ufAxis(ufGetInt(b->op, "batch_axis"), rank);
  int time = ufAxis(ufGetInt(b->op, "time_axis"), rank);
  for (int d = 0; d < rank; ++d)
    from[d] = at[d];
  MlirValue length = ufToIndex(b, ufExtract(b, operands[1], &at[batch]));
  MlirValue size = ufSizeValue(b, ufSizeOf(b, operands[0], time));
  length = ufMin(b, length, size, /*isUnsigned=*/false);
  MlirValue isInside = ufCompare(b, UF_LT, at[time], length, false);
  MlirValue last = ufSub(b, length, ufIndex(b, 1));
  from[time] = ufSelect(b, isInside, ufSub(b, last, at[time]), at[time]);
}

static MlirLogicalResult lowerReverseSequence(UfBuilder *b) {
  MlirValue operands[] = {ufInput(b, 0), ufInput(b, 1)};
  int rank = ufRank(operands[0]);
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, operands[0], sizes);
  ufAssertSameSize(
      b, sizes[ufAxis(ufGetInt(b->op, "batch_axis"), rank)],
      ufSizeOf(b, operands[1], 0),
      "reverse_sequence: there is not one length for each index of "
      "the batch axis");
  return ufReplace(
      b, ufReadAt(b, operands[0], rank, sizes, indexReverseSequence, operands));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "slice",
        .summary = "A part of the input.",
        .operands = {{"input", "Any tensor."},
                     {"starts", "When computed.", UF_INTEGERS, UF_OPTIONAL},
                     {"ends", "When computed.", UF_INTEGERS, UF_OPTIONAL},
                     {"axes", "When computed.", UF_INTEGERS, UF_OPTIONAL},
                     {"steps", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"starts", "First indices, from the end if negative.",
                   UF_INT_LIST, .optional = true},
                  {"ends", "Indices behind the last.", UF_INT_LIST,
                   .optional = true},
                  {"axes", "Of the starts; the first when absent.", UF_INT_LIST,
                   .optional = true},
                  {"steps", "From one to the next; 1 when absent.", UF_INT_LIST,
                   .optional = true}},
        .infer = inferSlice,
        .fold = foldSlice,
        .toTosa = sliceToTosa,
        .toLinalg = lowerSlice,
        .imports =
            UF_IMPORTS({UF_ONNX, "Slice", 1, importSlice}, UF_TORCH_SLICES),
    },
    {
        .name = "reverse",
        .summary = "The elements backwards along `axes`.",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"axes", "Count from the end if negative.", UF_INT_LIST}},
        .infer = inferReverse,
        .fold = foldReverse,
        .toTosa = reverseToTosa,
        .toLinalg = lowerReverse,
        .imports = UF_IMPORTS(UF_TORCH_REVERSES),
    },
    {
        .name = "reverse_sequence",
        .summary = "The first elements of each sequence backwards.",
        .operands = {{"input", "Any tensor."},
                     {"sequence_lens", "How many of each.", UF_INTEGERS}},
        .attrs = {{"batch_axis", "Along which sequences lie.", UF_INT, "1"},
                  {"time_axis", "Along which they go.", UF_INT, "0"}},
        .infer = inferReverseSequence,
        .toLinalg = lowerReverseSequence,
        .imports = UF_IMPORTS({UF_ONNX, "ReverseSequence", 10, NULL}),
    },
};
UF_FAMILY(ufSliceOps, "slice", ops);

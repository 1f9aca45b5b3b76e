//===-- Sequence.c - Sequences and optional values, while importing -------===//

#include "Ops/Sequence.h"
#include "Ops/Rearrange.h"

//===----------------------------------------------------------------------===//
// Values and their tensors
//===----------------------------------------------------------------------===//

UfForm ufFormOf(MlirValue value) {
  MlirOperation op = value.ptr ? ufDefiningOp(value) : (MlirOperation){NULL};
  if (!value.ptr || (op.ptr && ufOpIs(op, "ufront.none")))
    return UF_FORM_ABSENT;
  if (op.ptr && ufOpIs(op, "ufront.sequence"))
    return UF_FORM_SEQUENCE;
  if (op.ptr && ufOpIs(op, "ufront.stacked_sequence"))
    return UF_FORM_STACK;
  return UF_FORM_TENSOR;
}

UfTensors ufTakeApart(MlirValue value) {
  UfTensors tensors = {.form = ufFormOf(value)};
  if (tensors.form == UF_FORM_TENSOR) {
    tensors.data[tensors.count++] = value;
  } else if (tensors.form != UF_FORM_ABSENT) {
    MlirOperation op = ufDefiningOp(value);
    for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
      tensors.data[tensors.count++] = mlirOperationGetOperand(op, i);
  }
  return tensors;
}

MlirValue ufPutTogether(UfBuilder *b, const UfTensors *tensors) {
  static const char *const names[] = {[UF_FORM_SEQUENCE] = "ufront.sequence",
                                      [UF_FORM_STACK] =
                                          "ufront.stacked_sequence",
                                      [UF_FORM_ABSENT] = "ufront.none"};
  for (int i = 0; i < tensors->count; ++i)
    if (!tensors->data[i].ptr)
      return (MlirValue){NULL};
  if (tensors->form == UF_FORM_TENSOR)
    return tensors->data[0];
  return ufBuild(b, names[tensors->form], mlirNoneTypeGet(b->ctx),
                 (UfValues){tensors->data, tensors->count}, UF_NO_ATTRS);
}

bool ufTakeAllApart(const MlirValue *values, int count, UfStructure *structure,
                    UfTensors *all) {
  *structure = (UfStructure){.count = count};
  all->count = 0;
  for (int i = 0; i < count; ++i) {
    UfTensors one = ufTakeApart(values[i]);
    if (all->count + one.count > UF_MAX_VALUES)
      return false;
    structure->values[i].form = one.form;
    structure->values[i].count = one.count;
    for (int k = 0; k < one.count; ++k)
      all->data[all->count++] = one.data[k];
  }
  return true;
}

void ufPutAllTogether(UfBuilder *b, const UfStructure *structure,
                      const MlirValue *tensors, MlirValue *values) {
  for (int i = 0; i < structure->count; ++i) {
    UfTensors one = {.form = structure->values[i].form};
    while (one.count < structure->values[i].count)
      one.data[one.count++] = *tensors++;
    values[i] = ufPutTogether(b, &one);
  }
}

bool ufSameStructure(const UfStructure *x, const UfStructure *y) {
  bool same = x->count == y->count;
  for (int i = 0; same && i < x->count; ++i)
    same = x->values[i].form == y->values[i].form &&
           x->values[i].count == y->values[i].count;
  return same;
}

//===----------------------------------------------------------------------===//
// Sequences in one tensor
//===----------------------------------------------------------------------===//

/// No tensor of the type `element`.
static MlirValue emptyStack(UfBuilder *b, const UfNode *node,
                            MlirType element) {
  UfShape shape = element.ptr ? ufShapeOfType(element) : (UfShape){0};
  if (!element.ptr || ufNumElements(&shape) == UF_DYNAMIC ||
      shape.rank == UF_MAX_RANK) {
    ufNodeError(node, "works on an empty sequence: the shape of the tensors "
                      "it is to hold must be known before run time");
    return (MlirValue){NULL};
  }
  int64_t dims[UF_MAX_RANK] = {0};
  for (int d = 0; d < shape.rank; ++d)
    dims[d + 1] = shape.dims[d];
  return ufConstant(
      b, mlirDenseElementsAttrGet(
             ufTensorOf(shape.element, shape.rank + 1, dims), 0, NULL));
}

MlirValue ufStackSequence(UfBuilder *b, const UfNode *node, MlirValue sequence,
                          MlirType element) {
  UfTensors tensors = ufTakeApart(sequence);
  if (tensors.form == UF_FORM_STACK)
    return tensors.data[0];
  if (tensors.form != UF_FORM_SEQUENCE) {
    ufNodeError(node, "needs a sequence");
    return (MlirValue){NULL};
  }
  if (tensors.count == 0)
    return emptyStack(b, node, element);
  MlirType type = mlirValueGetType(tensors.data[0]);
  for (int i = 0; i < tensors.count; ++i)
    if (!mlirTypeEqual(mlirValueGetType(tensors.data[i]), type)) {
      ufNodeError(node, "works on a sequence of tensors of several shapes: how "
                        "many there are and where must be known before run "
                        "time");
      return (MlirValue){NULL};
    }
  return ufMake(b, "stack", (UfValues){tensors.data, tensors.count},
                UF_ATTRS({"axis", ufIntAttr(b, 0)}));
}

/// A position of rank 0 or 1 in a stack of `count` as one from the front, the
/// nearest in [0, most]: what is computed is clamped, as all indices are.
static MlirValue positionFromFront(UfBuilder *b, MlirValue at, MlirValue count,
                                   MlirValue most) {
  at = ufCallReshape(b, ufCallCast(b, at, ufI64(b)), 0, NULL);
  MlirValue isBehind = ufCallCompare(b, "lt", at, ufMakeInt(b, 0));
  at = ufCallWhere(b, isBehind, ufCall2(b, "add", at, count), at);
  return ufCall2(b, "maximum", ufCall2(b, "minimum", at, most),
                 ufMakeInt(b, 0));
}

/// `stack` with what lies in [from, to) in front of and behind `middle`, which
/// may be null.
static MlirValue rejoin(UfBuilder *b, MlirValue stack, MlirValue from,
                        MlirValue middle, MlirValue to, MlirValue count) {
  MlirValue parts[3] = {ufMakeSliceAt(b, stack, 0, ufMakeInt(b, 0), from)};
  int numParts = 1;
  if (middle.ptr)
    parts[numParts++] = middle;
  parts[numParts++] = ufMakeSliceAt(b, stack, 0, to, count);
  return ufCallConcat(b, (UfValues){parts, numParts}, 0);
}

static MlirLogicalResult defineStack(UfBuilder *b, MlirValue stack,
                                     MlirValue *results) {
  UfTensors tensors = {UF_FORM_STACK, 1, {stack}};
  return ufNodeDefine(results, ufPutTogether(b, &tensors));
}

//===----------------------------------------------------------------------===//
// What rules read
//===----------------------------------------------------------------------===//

/// The sequence that is input 0, with room for one tensor more.
static MlirLogicalResult readSequence(const UfNode *node, UfTensors *out) {
  *out = ufTakeApart(ufNodeInput(node, 0));
  if (out->form != UF_FORM_SEQUENCE && out->form != UF_FORM_STACK)
    return ufNodeError(node, "needs a sequence as input 0");
  if (out->count >= UF_MAX_VALUES)
    return ufNodeError(node, "has a sequence of %d tensors, the most is %d",
                       out->count, UF_MAX_VALUES - 1);
  return mlirLogicalResultSuccess();
}

/// Whether `value` is a tensor of integers with one element, as far as that is
/// known.
static bool isOneInteger(MlirValue value) {
  if (ufFormOf(value) != UF_FORM_TENSOR || !ufIsInt(ufElementType(value)))
    return false;
  UfShape shape = ufShape(value);
  int64_t count = ufNumElements(&shape);
  return shape.rank <= 1 && (count == UF_DYNAMIC || count == 1);
}

/// The position that input `i` holds, counted from the front, in [0, most];
/// `fallback` when it is omitted. `*isKnown` is false, and `*out` not written,
/// when it is not known while importing, and for every one in a stack.
static MlirLogicalResult readPosition(const UfNode *node, int i,
                                      const UfTensors *tensors, int most,
                                      int fallback, bool *isKnown, int *out) {
  UfInts ints;
  MlirValue value = ufNodeInput(node, i);
  *isKnown = tensors->form == UF_FORM_SEQUENCE;
  *out = fallback;
  if (value.ptr && !isOneInteger(value))
    return ufNodeError(node, "needs one integer as input %d, its position", i);
  if (!*isKnown)
    return mlirLogicalResultSuccess();
  if (value.ptr) {
    *isKnown = ufConstantInts(value, &ints) && ints.size == 1;
    if (!*isKnown)
      return mlirLogicalResultSuccess();
    int64_t at = ints.data[0] + (ints.data[0] < 0 ? tensors->count : 0);
    *out = at < 0 || at > most ? -1 : (int)at;
  }
  if (*out < 0 || *out > most)
    return ufNodeError(node, "has a position outside a sequence of %d tensors",
                       tensors->count);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Making and changing sequences
//===----------------------------------------------------------------------===//

static MlirLogicalResult importEmpty(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  (void)node;
  return ufNodeDefine(results,
                      ufPutTogether(b, &(UfTensors){UF_FORM_SEQUENCE}));
}

static MlirLogicalResult importConstruct(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  UfTensors tensors = {UF_FORM_SEQUENCE};
  for (int i = 0; i < node->inputs.size; ++i) {
    MlirValue value = ufNodeInput(node, i);
    if (i == UF_MAX_VALUES || ufFormOf(value) != UF_FORM_TENSOR)
      return ufNodeError(node, "takes at most %d tensors", UF_MAX_VALUES);
    tensors.data[tensors.count++] = value;
  }
  return ufNodeDefine(results, ufPutTogether(b, &tensors));
}

/// Inserts `value` before the tensor at input 2, or behind the last.
static MlirLogicalResult insertIntoStack(UfBuilder *b, const UfNode *node,
                                         MlirValue value, MlirValue *results) {
  MlirValue stack =
      ufStackSequence(b, node, ufNodeInput(node, 0), mlirValueGetType(value));
  if (!stack.ptr)
    return mlirLogicalResultFailure();
  MlirValue at = ufNodeInput(node, 2), count = ufMakeSizeOf(b, stack, 0);
  MlirValue row = ufCallUnsqueeze(b, value, 0);
  if (!at.ptr)
    return defineStack(b, ufCallConcat(b, UF_VALUES(stack, row), 0), results);
  at = positionFromFront(b, at, count, count);
  return defineStack(b, rejoin(b, stack, at, row, at, count), results);
}

static MlirLogicalResult importInsert(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfTensors tensors;
  bool isKnown;
  int at;
  MlirValue value = ufNodeInput(node, 1);
  UF_TRY(readSequence(node, &tensors));
  UF_TRY(readPosition(node, 2, &tensors, tensors.count, tensors.count, &isKnown,
                      &at));
  if (ufFormOf(value) != UF_FORM_TENSOR)
    return ufNodeError(node, "needs a tensor to insert");
  if (!isKnown)
    return insertIntoStack(b, node, value, results);
  for (int i = tensors.count++; i > at; --i)
    tensors.data[i] = tensors.data[i - 1];
  tensors.data[at] = value;
  return ufNodeDefine(results, ufPutTogether(b, &tensors));
}

static MlirLogicalResult eraseFromStack(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue stack =
      ufStackSequence(b, node, ufNodeInput(node, 0), (MlirType){NULL});
  if (!stack.ptr)
    return mlirLogicalResultFailure();
  MlirValue at = ufNodeInput(node, 1), count = ufMakeSizeOf(b, stack, 0);
  MlirValue last = ufCall2(b, "subtract", count, ufMakeInt(b, 1));
  at = positionFromFront(b, at.ptr ? at : last, count, last);
  MlirValue next = ufCall2(b, "add", at, ufMakeInt(b, 1));
  return defineStack(b, rejoin(b, stack, at, (MlirValue){NULL}, next, count),
                     results);
}

static MlirLogicalResult importErase(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  UfTensors tensors;
  bool isKnown;
  int at;
  UF_TRY(readSequence(node, &tensors));
  UF_TRY(readPosition(node, 1, &tensors, tensors.count - 1, tensors.count - 1,
                      &isKnown, &at));
  if (!isKnown)
    return eraseFromStack(b, node, results);
  --tensors.count;
  for (int i = at; i < tensors.count; ++i)
    tensors.data[i] = tensors.data[i + 1];
  return ufNodeDefine(results, ufPutTogether(b, &tensors));
}

//===----------------------------------------------------------------------===//
// Reading sequences
//===----------------------------------------------------------------------===//

static MlirLogicalResult importAt(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  UfTensors tensors;
  bool isKnown;
  int at;
  UF_TRY(readSequence(node, &tensors));
  if (!ufNodeInput(node, 1).ptr)
    return ufNodeError(node, "needs a position as input 1");
  UF_TRY(readPosition(node, 1, &tensors, tensors.count - 1, -1, &isKnown, &at));
  if (isKnown)
    return ufNodeDefine(results, tensors.data[at]);
  MlirValue stack =
      ufStackSequence(b, node, ufNodeInput(node, 0), (MlirType){NULL});
  MlirValue index = ufCallReshape(b, ufNodeInput(node, 1), 0, NULL);
  return ufNodeDefine(results, ufMakeGather(b, stack, index, 0));
}

static MlirLogicalResult importLength(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfTensors tensors;
  UF_TRY(readSequence(node, &tensors));
  return ufNodeDefine(results, tensors.form == UF_FORM_STACK
                                   ? ufMakeSizeOf(b, tensors.data[0], 0)
                                   : ufMakeInt(b, tensors.count));
}

/// Joins the tensors of `stack`: its first dimension moves to `axis`, and is
/// one with what was there.
static MlirLogicalResult concatStack(UfBuilder *b, const UfNode *node,
                                     MlirValue stack, MlirValue *results) {
  bool isNew = ufNodeInt(node, "new_axis", 0) != 0;
  int64_t axis = ufNodeInt(node, "axis", 0);
  int rank = ufRank(stack) - !isNew;
  if (axis < -rank || axis >= rank)
    return ufNodeError(node, "axis %" PRId64 " is outside [-%d, %d)", axis,
                       rank, rank);
  int to = ufAxis(axis, rank);
  MlirValue moved = ufMakeMoveAxis(b, stack, 0, to);
  return ufNodeDefine(results,
                      isNew ? moved : ufMakeFlatten(b, moved, to, to + 1));
}

static MlirLogicalResult importConcat(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfTensors tensors;
  UF_TRY(readSequence(node, &tensors));
  if (tensors.form == UF_FORM_STACK)
    return concatStack(b, node, tensors.data[0], results);
  if (tensors.count == 0)
    return ufNodeError(node, "joins a sequence that is empty");
  return ufNodeDefine(
      results,
      ufOp(b, ufNodeInt(node, "new_axis", 0) ? "stack" : "concat",
           (UfValues){tensors.data, tensors.count},
           UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", 0))})));
}

//===----------------------------------------------------------------------===//
// SplitToSequence
//===----------------------------------------------------------------------===//

/// The sizes that SplitToSequence cuts `size` into; UF_DYNAMIC in a list of
/// known length that is computed.
static MlirLogicalResult readSizes(const UfNode *node, int64_t size,
                                   UfInts *out) {
  UfInts given = {1, {1}};
  MlirValue value = ufNodeInput(node, 1);
  bool isList = value.ptr && ufRank(value) == 1;
  if (value.ptr && (!ufKnownInts(value, &given) || given.size == 0 ||
                    given.size >= UF_MAX_VALUES))
    return ufNodeError(node,
                       "cuts into a number of parts that is not known "
                       "before run time, is none, or above %d",
                       UF_MAX_VALUES - 1);
  *out = given;
  if (isList)
    return mlirLogicalResultSuccess();
  int64_t chunk = given.data[0];
  if (chunk < 1 || size == UF_DYNAMIC ||
      (size > 0 && (size - 1) / chunk >= UF_MAX_VALUES - 1))
    return ufNodeError(node,
                       "cuts a dimension of a size that is not known before "
                       "run time, or into more than %d parts",
                       UF_MAX_VALUES - 1);
  out->size = 0;
  for (int64_t at = 0; at < size; at += chunk)
    out->data[out->size++] = size - at < chunk ? size - at : chunk;
  return mlirLogicalResultSuccess();
}

/// Cuts into single places along `axis`, however many there are.
static MlirLogicalResult splitIntoStack(UfBuilder *b, MlirValue x, int axis,
                                        bool keepsDim, MlirValue *results) {
  MlirValue stack = ufMakeMoveAxis(b, x, axis, 0);
  if (keepsDim)
    stack = ufCallUnsqueeze(b, stack, axis + 1);
  return defineStack(b, stack, results);
}

/// The parts of `x`, by the computed sizes that are input 1 when `sizes` does
/// not know them all.
static MlirLogicalResult cut(UfBuilder *b, const UfNode *node, MlirValue x,
                             int64_t axis, const UfInts *sizes,
                             UfTensors *parts) {
  bool isKnown = true;
  for (int i = 0; i < sizes->size; ++i)
    isKnown &= sizes->data[i] != UF_DYNAMIC;
  *parts = (UfTensors){UF_FORM_SEQUENCE, .count = sizes->size};
  if (sizes->size == 0)
    return mlirLogicalResultSuccess();
  MlirOperation op =
      ufOpN(b, "split",
            UF_VALUES(x, isKnown ? (MlirValue){NULL} : ufNodeInput(node, 1)),
            UF_ATTRS({"axis", ufIntAttr(b, axis)},
                     {"sizes", isKnown ? ufIntsAttr(b, sizes->size, sizes->data)
                                       : mlirAttributeGetNull()}),
            sizes->size);
  for (int i = 0; op.ptr && i < sizes->size; ++i)
    parts->data[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult importSplit(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), given = ufNodeInput(node, 1);
  int64_t axis = ufNodeInt(node, "axis", 0);
  if (ufFormOf(x) != UF_FORM_TENSOR || axis < -ufRank(x) || axis >= ufRank(x))
    return ufNodeError(node, "needs a tensor that has axis %" PRId64, axis);
  if (given.ptr && (ufFormOf(given) != UF_FORM_TENSOR || ufRank(given) > 1 ||
                    !ufIsInt(ufElementType(given))))
    return ufNodeError(node, "needs sizes that are integers of rank 0 or 1");
  int at = ufAxis(axis, ufRank(x));
  bool keepsDim = given.ptr || ufNodeInt(node, "keepdims", 1) != 0;
  UfInts one;
  bool isSingle =
      !given.ptr ||
      (ufRank(given) == 0 && ufConstantInts(given, &one) && one.data[0] == 1);
  if (isSingle && ufDimSize(x, at) == UF_DYNAMIC)
    return splitIntoStack(b, x, at, keepsDim, results);
  UfInts sizes = {0};
  UfTensors parts = {0};
  UF_TRY(readSizes(node, ufDimSize(x, at), &sizes));
  UF_TRY(cut(b, node, x, axis, &sizes, &parts));
  for (int i = 0; i < parts.count && !keepsDim; ++i)
    parts.data[i] = ufCallSqueeze(b, parts.data[i], at);
  return ufNodeDefine(results, ufPutTogether(b, &parts));
}

//===----------------------------------------------------------------------===//
// Optional values: the value, or nothing
//===----------------------------------------------------------------------===//

static MlirLogicalResult importOptional(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue value = ufNodeInput(node, 0);
  return ufNodeDefine(
      results,
      value.ptr ? value : ufPutTogether(b, &(UfTensors){UF_FORM_ABSENT}));
}

static MlirLogicalResult importHasElement(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirType type = ufTensorOf(ufI1(b), 0, NULL);
  bool has = ufFormOf(ufNodeInput(node, 0)) != UF_FORM_ABSENT;
  return ufNodeDefine(results, ufConstant(b, mlirDenseElementsAttrSplatGet(
                                                 type, ufBoolAttr(b, has))));
}

static MlirLogicalResult importGetElement(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  (void)b;
  MlirValue value = ufNodeInput(node, 0);
  return ufFormOf(value) != UF_FORM_ABSENT
             ? ufNodeDefine(results, value)
             : ufNodeError(node, "has no element to get");
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "sequence",
        .summary =
            "Stands for a sequence of tensors while a model is imported.",
        .operands = {{"tensors", "What it holds.", 0, UF_VARIADIC}},
        .results = {{"sequence", "Has type none."}},
        .traits = UF_TAKES_SEQUENCES,
        .imports =
            UF_IMPORTS({UF_ONNX, "SequenceEmpty", 11, importEmpty},
                       {UF_ONNX, "SequenceConstruct", 11, importConstruct},
                       {UF_ONNX, "SequenceInsert", 11, importInsert},
                       {UF_ONNX, "SequenceErase", 11, importErase},
                       {UF_ONNX, "SequenceAt", 11, importAt},
                       {UF_ONNX, "SequenceLength", 11, importLength},
                       {UF_ONNX, "SequenceMap", 17, ufImportSequenceMap},
                       {UF_ONNX, "ConcatFromSequence", 11, importConcat},
                       {UF_ONNX, "SplitToSequence", 11, importSplit},
                       {UF_ONNX, "Optional", 15, importOptional},
                       {UF_ONNX, "OptionalHasElement", 15, importHasElement},
                       {UF_ONNX, "OptionalGetElement", 15, importGetElement}),
    },
    {
        .name = "stacked_sequence",
        .summary = "Stands for a sequence of tensors of one shape while a "
                   "model is imported.",
        .operands = {{"tensors", "[length, ...]: what it holds."}},
        .results = {{"sequence", "Has type none."}},
    },
};
UF_FAMILY(ufSequenceOps, "sequence", ops);

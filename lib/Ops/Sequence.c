//===-- Sequence.c - Sequences of tensors, while importing ----------------===//
//
// ONNX has values that are sequences of tensors. Here they exist while
// importing only, as a `sequence` op that nothing but the rules below reads:
// what they hold must be known then. Loops that carry one are unrolled.
//
//===----------------------------------------------------------------------===//

#include "Ops/Control.h"

bool ufIsSequence(MlirValue value) {
  MlirOperation op = value.ptr ? ufDefiningOp(value) : (MlirOperation){NULL};
  return op.ptr && ufOpIs(op, "ufront.sequence");
}

/// The tensors of a sequence.
typedef struct Tensors {
  int count;
  MlirValue data[UF_MAX_VALUES];
} Tensors;

/// Stores a sequence of `tensors` as the node's result.
static MlirLogicalResult define(UfBuilder *b, const Tensors *tensors,
                                MlirValue *results) {
  return ufNodeDefine(
      results, ufBuild(b, "ufront.sequence", mlirNoneTypeGet(b->ctx),
                       (UfValues){tensors->data, tensors->count}, UF_NO_ATTRS));
}

/// The sequence that is input 0, with room for one tensor more.
static MlirLogicalResult readSequence(const UfNode *node, Tensors *out) {
  MlirValue value = ufNodeInput(node, 0);
  if (!ufIsSequence(value))
    return ufNodeError(node, "needs a sequence that is known while importing");
  MlirOperation op = ufDefiningOp(value);
  intptr_t count = mlirOperationGetNumOperands(op);
  if (count >= UF_MAX_VALUES)
    return ufNodeError(node,
                       "has a sequence of %" PRIdPTR " tensors, the most "
                       "is %d",
                       count, UF_MAX_VALUES - 1);
  out->count = (int)count;
  for (intptr_t i = 0; i < count; ++i)
    out->data[i] = mlirOperationGetOperand(op, i);
  return mlirLogicalResultSuccess();
}

/// The position that input `i` holds, counted from the front, in [0, most];
/// `fallback` when it is omitted.
static MlirLogicalResult readPosition(const UfNode *node, int i, int count,
                                      int most, int fallback, int *out) {
  UfInts ints;
  MlirValue value = ufNodeInput(node, i);
  *out = fallback;
  if (value.ptr) {
    if (!ufConstantInts(value, &ints) || ints.size != 1)
      return ufNodeError(node,
                         "needs a position that is known while importing");
    int64_t at = ints.data[0] + (ints.data[0] < 0 ? count : 0);
    *out = at < 0 || at > most ? -1 : (int)at;
  }
  if (*out < 0 || *out > most)
    return ufNodeError(node, "has a position outside a sequence of %d tensors",
                       count);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importEmpty(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  (void)node;
  return define(b, &(Tensors){0}, results);
}

static MlirLogicalResult importConstruct(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  Tensors tensors = {0};
  for (int i = 0; i < node->inputs.size; ++i) {
    MlirValue value = ufNodeInput(node, i);
    if (i == UF_MAX_VALUES || !value.ptr ||
        !ufIsRankedTensor(mlirValueGetType(value)))
      return ufNodeError(node, "takes at most %d tensors", UF_MAX_VALUES);
    tensors.data[tensors.count++] = value;
  }
  return define(b, &tensors, results);
}

static MlirLogicalResult importInsert(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  Tensors tensors = {0};
  int at;
  MlirValue value = ufNodeInput(node, 1);
  UF_TRY(readSequence(node, &tensors));
  UF_TRY(
      readPosition(node, 2, tensors.count, tensors.count, tensors.count, &at));
  if (!value.ptr || !ufIsRankedTensor(mlirValueGetType(value)))
    return ufNodeError(node, "needs a tensor to insert");
  for (int i = tensors.count++; i > at; --i)
    tensors.data[i] = tensors.data[i - 1];
  tensors.data[at] = value;
  return define(b, &tensors, results);
}

static MlirLogicalResult importErase(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Tensors tensors = {0};
  int at;
  UF_TRY(readSequence(node, &tensors));
  UF_TRY(readPosition(node, 1, tensors.count, tensors.count - 1,
                      tensors.count - 1, &at));
  --tensors.count;
  for (int i = at; i < tensors.count; ++i)
    tensors.data[i] = tensors.data[i + 1];
  return define(b, &tensors, results);
}

static MlirLogicalResult importAt(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  Tensors tensors = {0};
  int at;
  (void)b;
  UF_TRY(readSequence(node, &tensors));
  UF_TRY(readPosition(node, 1, tensors.count, tensors.count - 1, -1, &at));
  return ufNodeDefine(results, tensors.data[at]);
}

static MlirLogicalResult importLength(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  Tensors tensors = {0};
  UF_TRY(readSequence(node, &tensors));
  MlirType type = ufTensorOf(ufI64(b), 0, NULL);
  MlirAttribute count = ufIntAttr(b, tensors.count);
  return ufNodeDefine(
      results, ufConstant(b, mlirDenseElementsAttrSplatGet(type, count)));
}

static MlirLogicalResult importConcat(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  Tensors tensors = {0};
  UF_TRY(readSequence(node, &tensors));
  if (tensors.count == 0)
    return ufNodeError(node, "joins a sequence that is empty");
  return ufNodeDefine(
      results,
      ufOp(b, ufNodeInt(node, "new_axis", 0) ? "stack" : "concat",
           (UfValues){tensors.data, tensors.count},
           UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "axis", 0))})));
}

/// The sizes that SplitToSequence cuts `size` into.
static MlirLogicalResult readSizes(const UfNode *node, int64_t size,
                                   UfInts *out) {
  UfInts given = {1, {1}};
  MlirValue value = ufNodeInput(node, 1);
  if (value.ptr && (!ufConstantInts(value, &given) || given.size == 0))
    return ufNodeError(node, "needs sizes that are known while importing");
  *out = given;
  if (value.ptr && ufRank(value) == 1)
    return mlirLogicalResultSuccess();
  int64_t chunk = given.data[0];
  if (chunk < 1 || size == UF_DYNAMIC || size > chunk * (UF_MAX_VALUES - 1))
    return ufNodeError(node,
                       "cuts a dimension of unknown size, or into more "
                       "than %d parts",
                       UF_MAX_VALUES - 1);
  out->size = 0;
  for (int64_t at = 0; at < size; at += chunk)
    out->data[out->size++] = at + chunk < size ? chunk : size - at;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importSplit(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int64_t axis = ufNodeInt(node, "axis", 0), from = 0;
  if (!x.ptr || !ufIsRankedTensor(mlirValueGetType(x)) || axis < -ufRank(x) ||
      axis >= ufRank(x))
    return ufNodeError(node, "needs a tensor that has axis %" PRId64, axis);
  UfInts sizes = {0};
  UF_TRY(readSizes(node, ufDimSize(x, ufAxis(axis, ufRank(x))), &sizes));
  MlirAttribute axes = ufIntsAttr(b, 1, &axis);
  bool squeezed = !ufNodeInput(node, 1).ptr && !ufNodeInt(node, "keepdims", 1);
  Tensors tensors = {.count = sizes.size};
  for (int i = 0; i < sizes.size; ++i) {
    int64_t to = from + sizes.data[i];
    MlirValue part =
        ufOp(b, "slice", UF_VALUES(x),
             UF_ATTRS({"starts", ufIntsAttr(b, 1, &from)},
                      {"ends", ufIntsAttr(b, 1, &to)}, {"axes", axes}));
    if (part.ptr && squeezed)
      part = ufOp(b, "squeeze", UF_VALUES(part), UF_ATTRS({"axes", axes}));
    UF_TRY(ufNodeDefine(&tensors.data[i], part));
    from = to;
  }
  return define(b, &tensors, results);
}

/// An optional value is the value, or is omitted: there is no other one here.
static MlirLogicalResult importHasElement(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirType type = ufTensorOf(ufI1(b), 0, NULL);
  MlirAttribute has = ufBoolAttr(b, ufNodeInput(node, 0).ptr != NULL);
  return ufNodeDefine(results,
                      ufConstant(b, mlirDenseElementsAttrSplatGet(type, has)));
}

static MlirLogicalResult importGetElement(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  (void)b;
  MlirValue value = ufNodeInput(node, 0);
  return value.ptr ? ufNodeDefine(results, value)
                   : ufNodeError(node, "has no element to get");
}

//===----------------------------------------------------------------------===//
// Loops that carry sequences
//===----------------------------------------------------------------------===//

enum { MAX_UNROLLED = 256, FIRST_STATE = 2 };

/// A Loop while it is unrolled.
typedef struct Unrolling {
  int numStates, numCollected;
  MlirValue states[UF_MAX_VALUES];
  Tensors collected[4];
} Unrolling;

/// Imports the body for iteration `i`; `*goesOn` is what it yields as
/// condition.
static MlirLogicalResult unrollOnce(UfBuilder *b, const UfNode *node,
                                    Unrolling *loop, int64_t i, bool *goesOn) {
  MlirType number = ufTensorOf(ufI64(b), 0, NULL);
  MlirType truth = ufTensorOf(ufI1(b), 0, NULL);
  MlirValue args[UF_MAX_VALUES] = {
      ufConstant(b, mlirDenseElementsAttrSplatGet(number, ufIntAttr(b, i))),
      ufConstant(b, mlirDenseElementsAttrSplatGet(truth, ufBoolAttr(b, true)))};
  MlirValue yields[UF_MAX_VALUES] = {{NULL}};
  for (int k = 0; k < loop->numStates; ++k)
    args[FIRST_STATE + k] = loop->states[k];
  UF_TRY(node->reader->importGraph(
      node, "body", b, (UfValues){args, FIRST_STATE + loop->numStates},
      1 + loop->numStates + loop->numCollected, yields));
  if (!yields[0].ptr || !ufKnownCondition(yields[0], goesOn))
    return ufNodeError(node, "carries a sequence, so its condition must be "
                             "known while importing");
  for (int k = 0; k < loop->numStates; ++k)
    loop->states[k] = yields[1 + k];
  for (int k = 0; k < loop->numCollected; ++k) {
    Tensors *into = &loop->collected[k];
    MlirValue part = yields[1 + loop->numStates + k];
    if (!part.ptr || !ufIsRankedTensor(mlirValueGetType(part)))
      return ufNodeError(node, "collects what is no tensor");
    if (into->count == UF_MAX_VALUES)
      return ufNodeError(node,
                         "collects more than %d values while it carries "
                         "a sequence",
                         UF_MAX_VALUES);
    into->data[into->count++] = part;
  }
  return mlirLogicalResultSuccess();
}

/// The most iterations the node asks for, -1 when that is not known.
static int64_t knownTrip(const UfNode *node) {
  UfInts trip;
  bool runs = true;
  MlirValue count = ufNodeInput(node, 0), condition = ufNodeInput(node, 1);
  if (condition.ptr && !ufKnownCondition(condition, &runs))
    return -1;
  if (!runs)
    return 0;
  if (!count.ptr)
    return MAX_UNROLLED;
  if (!ufConstantInts(count, &trip) || trip.size != 1)
    return -1;
  return trip.data[0] < 0 ? 0 : trip.data[0];
}

MlirLogicalResult ufImportUnrolled(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  int64_t trip = knownTrip(node);
  bool goesOn = true;
  Unrolling loop = {.numStates = (int)node->inputs.size - FIRST_STATE};
  loop.numCollected = node->numOutputs - loop.numStates;
  if (trip < 0 || trip > MAX_UNROLLED ||
      loop.numCollected > UF_COUNT(loop.collected))
    return ufNodeError(node,
                       "carries a sequence: the number of its iterations "
                       "must be known while importing, and at most %d",
                       MAX_UNROLLED);
  for (int i = 0; i < loop.numStates; ++i)
    loop.states[i] = ufNodeInput(node, FIRST_STATE + i);
  for (int64_t i = 0; i < trip && goesOn; ++i)
    UF_TRY(unrollOnce(b, node, &loop, i, &goesOn));
  for (int i = 0; i < loop.numStates; ++i)
    results[i] = loop.states[i];
  for (int i = 0; i < loop.numCollected; ++i) {
    const Tensors *all = &loop.collected[i];
    if (all->count == 0)
      return ufNodeError(node, "collects values in no iteration");
    UF_TRY(ufNodeDefine(&results[loop.numStates + i],
                        ufOp(b, "stack", (UfValues){all->data, all->count},
                             UF_ATTRS({"axis", ufIntAttr(b, 0)}))));
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {{
    .name = "sequence",
    .summary = "Stands for a sequence of tensors while a model is imported.",
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
                   {UF_ONNX, "ConcatFromSequence", 11, importConcat},
                   {UF_ONNX, "SplitToSequence", 11, importSplit},
                   {UF_ONNX, "OptionalHasElement", 15, importHasElement},
                   {UF_ONNX, "OptionalGetElement", 15, importGetElement}),
}};
UF_FAMILY(ufSequenceOps, "sequence", ops);

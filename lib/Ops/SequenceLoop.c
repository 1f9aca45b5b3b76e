//===-- SequenceLoop.c - Loops over sequences, while importing ------------===//
//
// A Loop that carries sequences is unrolled when it is known how often it runs;
// otherwise what it carries must be sequences of tensors of one shape, and it
// carries one tensor for each.
//
//===----------------------------------------------------------------------===//

#include "Ops/Control.h"
#include "Ops/Rearrange.h"
#include "Ops/Sequence.h"

enum { MAX_UNROLLED = 256, FIRST_STATE = 2 };

bool ufCarriesSequences(const UfNode *node, int first) {
  for (intptr_t i = first; i < node->inputs.size; ++i)
    if (ufFormOf(node->inputs.data[i]) != UF_FORM_TENSOR)
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Unrolling
//===----------------------------------------------------------------------===//

/// A Loop while it is unrolled.
typedef struct Unrolling {
  int numStates, numCollected;
  MlirValue states[UF_MAX_VALUES];
  UfTensors collected[4];
} Unrolling;

/// Imports the body for iteration `i`; `*goesOn` is what it yields as
/// condition, `*isKnown` whether that is known.
static MlirLogicalResult unrollOnce(UfBuilder *b, const UfNode *node,
                                    Unrolling *loop, int64_t i, bool *goesOn,
                                    bool *isKnown) {
  MlirType truth = ufTensorOf(ufI1(b), 0, NULL);
  MlirValue args[UF_MAX_VALUES] = {
      ufMakeInt(b, i),
      ufConstant(b, mlirDenseElementsAttrSplatGet(truth, ufBoolAttr(b, true)))};
  MlirValue yields[UF_MAX_VALUES] = {{NULL}};
  for (int k = 0; k < loop->numStates; ++k)
    args[FIRST_STATE + k] = loop->states[k];
  UF_TRY(node->reader->importGraph(
      node, "body", b, (UfValues){args, FIRST_STATE + loop->numStates},
      1 + loop->numStates + loop->numCollected, yields));
  *isKnown = ufFormOf(yields[0]) == UF_FORM_TENSOR &&
             ufKnownCondition(yields[0], goesOn);
  if (!*isKnown)
    return mlirLogicalResultSuccess();
  for (int k = 0; k < loop->numStates; ++k)
    loop->states[k] = yields[1 + k];
  for (int k = 0; k < loop->numCollected; ++k) {
    UfTensors *into = &loop->collected[k];
    MlirValue part = yields[1 + loop->numStates + k];
    if (ufFormOf(part) != UF_FORM_TENSOR)
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

/// The loop's results after its last iteration.
static MlirLogicalResult defineUnrolled(UfBuilder *b, const UfNode *node,
                                        const Unrolling *loop,
                                        MlirValue *results) {
  for (int i = 0; i < loop->numStates; ++i) {
    results[i] = loop->states[i];
    if (!results[i].ptr)
      results[i] = ufPutTogether(b, &(UfTensors){UF_FORM_ABSENT});
  }
  for (int i = 0; i < loop->numCollected; ++i) {
    const UfTensors *all = &loop->collected[i];
    if (all->count == 0)
      return ufNodeError(node, "collects values in no iteration");
    UF_TRY(ufNodeDefine(&results[loop->numStates + i],
                        ufOp(b, "stack", (UfValues){all->data, all->count},
                             UF_ATTRS({"axis", ufIntAttr(b, 0)}))));
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufImportUnrolled(UfBuilder *b, const UfNode *node,
                                   MlirValue *results, bool *isUnrolled) {
  int64_t trip = knownTrip(node);
  bool goesOn = true;
  Unrolling loop = {.numStates = (int)node->inputs.size - FIRST_STATE};
  loop.numCollected = node->numOutputs - loop.numStates;
  *isUnrolled = trip >= 0 && trip <= MAX_UNROLLED &&
                loop.numCollected <= UF_COUNT(loop.collected);
  for (int i = 0; i < loop.numStates; ++i)
    loop.states[i] = ufNodeInput(node, FIRST_STATE + i);
  // What is built before a condition turns out to be unknown is not used.
  for (int64_t i = 0; i < trip && goesOn && *isUnrolled; ++i)
    UF_TRY(unrollOnce(b, node, &loop, i, &goesOn, isUnrolled));
  if (!*isUnrolled)
    return mlirLogicalResultSuccess();
  if (!ufNodeInput(node, 0).ptr && goesOn && trip > 0)
    return ufNodeError(node,
                       "carries a sequence through more than %d iterations",
                       MAX_UNROLLED);
  return defineUnrolled(b, node, &loop, results);
}

//===----------------------------------------------------------------------===//
// Loops that run as often as they find out
//===----------------------------------------------------------------------===//

/// Imports the body into a region of its own, only to see what it yields when
/// empty sequences are what it is given.
static MlirLogicalResult tryBody(UfBuilder *b, const UfNode *node,
                                 MlirRegion region, int count,
                                 MlirValue *yields) {
  MlirType types[FIRST_STATE] = {ufTensorOf(ufI64(b), 0, NULL),
                                 ufTensorOf(ufI1(b), 0, NULL)};
  MlirLocation locs[FIRST_STATE] = {node->loc, node->loc};
  MlirBlock block = mlirBlockCreate(FIRST_STATE, types, locs);
  mlirRegionAppendOwnedBlock(region, block);
  MlirValue args[UF_MAX_VALUES] = {mlirBlockGetArgument(block, 0),
                                   mlirBlockGetArgument(block, 1)};
  for (int i = 0; i < count; ++i)
    args[FIRST_STATE + i] = ufNodeInput(node, FIRST_STATE + i);
  UfBuilder in = ufBuilderIn(b, block);
  return node->reader->importGraph(node, "body", &in,
                                   (UfValues){args, FIRST_STATE + count},
                                   1 + node->numOutputs, yields);
}

/// The types of the tensors in the sequences that `count` states are after one
/// iteration; null where there are none.
static MlirLogicalResult findElements(UfBuilder *b, const UfNode *node,
                                      int count, MlirType *elements) {
  MlirValue yields[UF_MAX_VALUES] = {{NULL}};
  MlirRegion region = mlirRegionCreate();
  MlirLogicalResult result = tryBody(b, node, region, count, yields);
  for (int i = 0; i < count && mlirLogicalResultIsSuccess(result); ++i) {
    UfTensors after = ufTakeApart(yields[1 + i]);
    elements[i] = (MlirType){NULL};
    if (after.count == 0)
      continue;
    UfShape shape = ufShape(after.data[0]);
    if (after.form == UF_FORM_STACK && shape.rank > 0) {
      --shape.rank;
      for (int d = 0; d < shape.rank; ++d)
        shape.dims[d] = shape.dims[d + 1];
    }
    elements[i] = ufTensorType(&shape);
  }
  mlirRegionDestroy(region);
  return result;
}

MlirLogicalResult ufStackStates(UfBuilder *b, const UfNode *node, int first,
                                int count, MlirValue *states) {
  MlirType elements[UF_MAX_VALUES] = {{NULL}};
  bool hasEmpty = false;
  for (int i = 0; i < count; ++i) {
    UfTensors state = ufTakeApart(ufNodeInput(node, first + i));
    if (state.form == UF_FORM_ABSENT)
      return ufNodeError(node, "carries an optional value that is not there: "
                               "the number of its iterations must be known "
                               "before run time");
    hasEmpty |= state.form == UF_FORM_SEQUENCE && state.count == 0;
  }
  if (hasEmpty)
    UF_TRY(findElements(b, node, count, elements));
  for (int i = 0; i < count; ++i) {
    states[i] = ufNodeInput(node, first + i);
    if (ufFormOf(states[i]) != UF_FORM_TENSOR)
      states[i] = ufStackSequence(b, node, states[i], elements[i]);
    if (!states[i].ptr)
      return mlirLogicalResultFailure();
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// SequenceMap
//===----------------------------------------------------------------------===//

/// Input `i` of the body for element `at`.
static MlirLogicalResult mapInput(const UfNode *node, int i, int at, int length,
                                  MlirValue *arg) {
  UfTensors tensors = ufTakeApart(ufNodeInput(node, i));
  if (tensors.form == UF_FORM_TENSOR) {
    *arg = tensors.data[0];
    return mlirLogicalResultSuccess();
  }
  if (tensors.form != UF_FORM_SEQUENCE || tensors.count != length)
    return ufNodeError(node,
                       "input %d is no sequence of %d tensors, as input 0 is, "
                       "and no tensor",
                       i, length);
  *arg = tensors.data[at];
  return mlirLogicalResultSuccess();
}

/// What the body makes of element `at`, as tensor `at` of each output.
static MlirLogicalResult mapOnce(UfBuilder *b, const UfNode *node, int at,
                                 UfTensors *outputs) {
  MlirValue args[UF_MAX_VALUES], yields[UF_MAX_VALUES] = {{NULL}};
  int length = outputs[0].count;
  for (int i = 0; i < node->inputs.size; ++i)
    UF_TRY(mapInput(node, i, at, length, &args[i]));
  UF_TRY(node->reader->importGraph(node, "body", b,
                                   (UfValues){args, node->inputs.size},
                                   node->numOutputs, yields));
  for (int i = 0; i < node->numOutputs; ++i) {
    if (ufFormOf(yields[i]) != UF_FORM_TENSOR)
      return ufNodeError(node, "has a body whose output %d is no tensor", i);
    outputs[i].data[at] = yields[i];
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufImportSequenceMap(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  UfTensors first = ufTakeApart(ufNodeInput(node, 0));
  if (first.form != UF_FORM_SEQUENCE || node->inputs.size > UF_MAX_VALUES ||
      node->numOutputs < 1 || node->numOutputs > UF_MAX_VALUES)
    return ufNodeError(node,
                       "needs a sequence whose length is known before run "
                       "time, and at most %d inputs and outputs",
                       UF_MAX_VALUES);
  UfTensors outputs[UF_MAX_VALUES] = {0};
  for (int i = 0; i < node->numOutputs; ++i) {
    outputs[i].form = UF_FORM_SEQUENCE;
    outputs[i].count = first.count;
  }
  for (int at = 0; at < first.count; ++at)
    UF_TRY(mapOnce(b, node, at, outputs));
  for (int i = 0; i < node->numOutputs; ++i)
    UF_TRY(ufNodeDefine(&results[i], ufPutTogether(b, &outputs[i])));
  return mlirLogicalResultSuccess();
}

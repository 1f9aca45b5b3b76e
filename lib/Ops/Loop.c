//===-- Loop.c - Loops that count or wait for a condition -----------------===//

#include "Ops/Control.h"
#include "Ops/Move.h"
#include "Ops/TorchControl.h"

/// A trip count above this is as good as none: nothing is sized by it.
enum { MAX_TRIP = INT32_MAX };

//===----------------------------------------------------------------------===//
// loop
//
//   for (i = 0; i < trip_count && condition; ++i)
//     condition, carried, parts = body(i, condition, carried)
//   outputs = carried, and for each part all of its values along a new first
//   dimension.
//
// (C1) trip_count is one i64, condition one i1.
// (C2) the body has the arguments i, condition, carried.
// (C3) it yields the condition, as many values as are carried, and one for each
//      further result.
// (C4) what is carried fits the body's arguments, on entry and when yielded.
// (C5) the loop has a trip count or a condition that can change.
//===----------------------------------------------------------------------===//

enum { LOOP_FIRST_STATE = 2 };

static int numCarried(MlirOperation op) {
  intptr_t count = mlirOperationGetNumOperands(op) - LOOP_FIRST_STATE;
  return count < 0 ? 0 : (int)count;
}

/// Whether only the trip count ends the loop once it runs.
static bool isCounted(MlirBlock body) {
  MlirValue condition = ufYielded(body, 0);
  return ufIsTrue(condition) ||
         ufIsPassedOn(condition, mlirBlockGetArgument(body, 1));
}

/// C1: `value`, which may be null, and argument `i` of the body.
static MlirLogicalResult checkControl(MlirOperation op, MlirBlock body, int i,
                                      const char *name, MlirType type) {
  MlirValue value = ufOperandOf(op, i);
  if (value.ptr)
    UF_TRY(ufCheckOneElement(op, name, value, type));
  return ufCheckOneElement(
      op, i ? "the body's argument 1" : "the body's argument 0",
      mlirBlockGetArgument(body, i), type);
}

static MlirLogicalResult checkLoop(MlirOperation op, MlirBlock *body) {
  int count = numCarried(op);
  intptr_t numResults = mlirOperationGetNumResults(op);
  MlirContext ctx = mlirOperationGetContext(op);
  MlirType i1 = mlirIntegerTypeGet(ctx, 1), i64 = mlirIntegerTypeGet(ctx, 64);
  UF_TRY(ufCheckBody(op, 0, LOOP_FIRST_STATE + count, body));      // C2
  UF_TRY(checkControl(op, *body, 0, "the trip count", i64));       // C1
  UF_TRY(checkControl(op, *body, 1, "the condition", i1));         // C1
  if (numResults < count || ufNumYielded(*body) != numResults + 1) // C3
    return ufOpError(op,
                     "carries %d values and has %" PRIdPTR " results, but its "
                     "body yields %" PRIdPTR " values",
                     count, numResults, ufNumYielded(*body));
  UF_TRY(
      ufCheckOneElement(op, "the yielded condition", ufYielded(*body, 0), i1));
  MlirValue condition = ufOperandOf(op, 1);
  if (!ufOperandOf(op, 0).ptr && isCounted(*body) &&
      (!condition.ptr || ufIsTrue(condition))) // C5
    return ufOpError(op, "never ends: it has no trip count and its condition "
                         "stays true");
  return mlirLogicalResultSuccess();
}

/// How often the loop runs, or UF_DYNAMIC.
static int64_t knownTrip(MlirOperation op, MlirBlock body) {
  UfInts trip;
  MlirValue condition = ufOperandOf(op, 1);
  if (!isCounted(body) || (condition.ptr && !ufIsTrue(condition)) ||
      !ufConstantInts(ufOperandOf(op, 0), &trip) || trip.size != 1 ||
      trip.data[0] > MAX_TRIP)
    return UF_DYNAMIC;
  return trip.data[0] < 0 ? 0 : trip.data[0];
}

static MlirLogicalResult inferLoop(MlirOperation op, UfShape *results) {
  MlirBlock body;
  UF_TRY(checkLoop(op, &body));
  int count = numCarried(op);
  UF_TRY(ufInferStates(op, body, LOOP_FIRST_STATE, LOOP_FIRST_STATE, 1, count,
                       results)); // C4
  int64_t trip = knownTrip(op, body);
  for (int i = count; i < mlirOperationGetNumResults(op); ++i)
    UF_TRY(ufInferCollected(op, ufYielded(body, 1 + i), 0, trip, &results[i]));
  return mlirLogicalResultSuccess();
}

/// The iteration and a condition that is true.
static void loopArguments(UfBuilder *b, const UfLoop *loop, MlirValue iteration,
                          MlirValue *args) {
  MlirValue scalars[] = {ufFromIndex(b, iteration, ufI64(b)),
                         ufInteger(b, ufI1(b), 1)};
  for (int i = 0; i < LOOP_FIRST_STATE; ++i) {
    int rank = ufRank(mlirBlockGetArgument(loop->body, i));
    MlirType type = ufTensorOf(mlirValueGetType(scalars[i]), 0, NULL);
    UfSize ones[UF_MAX_RANK];
    for (int d = 0; d < rank; ++d)
      ones[d] = ufStatic(1);
    args[i] = ufReshape(b, ufFromScalars(b, type, 1, &scalars[i]), rank, ones);
  }
}

static MlirLogicalResult lowerLoop(UfBuilder *b) {
  UfLoop loop = {.trip = ufStatic(INT64_MAX),
                 .numStates = numCarried(b->op),
                 .firstStateArg = LOOP_FIRST_STATE,
                 .firstStateYield = 1,
                 .arguments = loopArguments};
  UF_TRY(checkLoop(b->op, &loop.body));
  MlirValue trip = ufInput(b, 0), condition = ufInput(b, 1);
  int64_t known = knownTrip(b->op, loop.body);
  if (known != UF_DYNAMIC)
    loop.trip = ufStatic(known);
  else if (trip.ptr)
    loop.trip =
        ufSizeMax(b, ufSizeFromValue(b, ufOnlyElement(b, trip)), ufStatic(0));
  if (condition.ptr)
    condition =
        ufIsTrue(condition) ? (MlirValue){NULL} : ufOnlyElement(b, condition);
  if (!isCounted(loop.body))
    loop.condition = condition.ptr ? condition : ufInteger(b, ufI1(b), 1);
  else if (condition.ptr)
    loop.trip = ufSelectSize(b, condition, loop.trip, ufStatic(0));
  for (int i = 0; i < loop.numStates; ++i)
    loop.states[i] = ufInput(b, LOOP_FIRST_STATE + i);
  loop.numCollected = (int)mlirOperationGetNumResults(b->op) - loop.numStates;
  return ufLowerLoop(b, &loop);
}

/// Describes the body for the values `inputs`, of which those from the first
/// state on are tensors or sequences in one.
static void describeBody(UfBuilder *b, const UfNode *node,
                         const MlirValue *inputs, UfBodyImport *body) {
  *body = (UfBodyImport){
      .graph = "body",
      .numArgs = (int)node->inputs.size,
      .args = {ufTensorOf(ufI64(b), 0, NULL), ufTensorOf(ufI1(b), 0, NULL)},
      .numStates = (int)node->inputs.size - LOOP_FIRST_STATE,
      .firstStateArg = LOOP_FIRST_STATE,
      .firstStateYield = 1,
      .numYields = 1 + node->numOutputs};
  for (int i = LOOP_FIRST_STATE; i < body->numArgs; ++i) {
    body->isStack[i] = ufFormOf(ufNodeInput(node, i)) != UF_FORM_TENSOR;
    body->args[i] = mlirValueGetType(inputs[i]);
    if (!body->isStack[i])
      continue;
    UfShape shape = ufShape(inputs[i]);
    shape.dims[0] = UF_DYNAMIC;
    body->args[i] = ufTensorType(&shape);
  }
}

static MlirLogicalResult importLoop(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  int count = (int)node->inputs.size - LOOP_FIRST_STATE;
  if (count < 0 || count > UF_MAX_VALUES - LOOP_FIRST_STATE ||
      node->numOutputs < count || node->numOutputs >= UF_MAX_VALUES)
    return ufNodeError(node, "has %" PRIdPTR " inputs and %d outputs",
                       node->inputs.size, node->numOutputs);
  bool isUnrolled = false;
  if (ufCarriesSequences(node, LOOP_FIRST_STATE))
    UF_TRY(ufImportUnrolled(b, node, results, &isUnrolled));
  if (isUnrolled)
    return mlirLogicalResultSuccess();
  UfBodyImport body;
  MlirRegion region;
  MlirValue inputs[UF_MAX_VALUES] = {ufNodeInput(node, 0),
                                     ufNodeInput(node, 1)};
  UF_TRY(ufStackStates(b, node, LOOP_FIRST_STATE, count,
                       inputs + LOOP_FIRST_STATE));
  describeBody(b, node, inputs, &body);
  UF_TRY(ufImportBody(b, node, &body, &region));
  MlirOperation op =
      ufOpWithRegions(b, "loop", (UfValues){inputs, node->inputs.size},
                      UF_NO_ATTRS, node->numOutputs, &region);
  for (int i = 0; op.ptr && i < node->numOutputs; ++i) {
    UfTensors output = {UF_FORM_TENSOR, 1, {ufResultOf(op, i)}};
    if (i < count && body.isStack[LOOP_FIRST_STATE + i])
      output.form = UF_FORM_STACK;
    results[i] = ufPutTogether(b, &output);
  }
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "loop",
        .summary =
            "Runs its body a number of times, or while a condition holds.",
        .operands = {{"trip_count",
                      "The most iterations; no limit when omitted.",
                      UF_INTEGERS, UF_OPTIONAL},
                     {"condition", "Whether to run at all.", UF_BOOLS,
                      UF_OPTIONAL},
                     {"carried", "What the first iteration starts with.", 0,
                      UF_VARIADIC}},
        .results = {{"outputs", "What is carried out, then what is collected.",
                     0, UF_VARIADIC}},
        .traits = UF_TAKES_SEQUENCES,
        .regions = 1,
        .infer = inferLoop,
        .toLinalg = lowerLoop,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Loop", 1, importLoop},
            {UF_TORCH, "higher_order.while_loop", 0, ufTorchWhileLoop}),
    },
};
UF_FAMILY(ufLoopOps, "loop", ops);

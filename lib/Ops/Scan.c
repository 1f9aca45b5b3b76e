//===-- Scan.c - Loops over the slices of tensors -------------------------===//

#include "Ops/Control.h"
#include "Ops/TorchControl.h"

//===----------------------------------------------------------------------===//
// scan
//
//   for (i = 0; i < n; ++i)
//     states, parts = body(states, slice i of each scan input)
//   outputs = states, and for each part all of its values along a new
//   dimension. n is the size of the scan inputs along their axes.
//
// (C1) The last `num_scan_inputs` inputs, at least one, are scanned.
// (C2) A list of axes or directions has one element for each scan input or
//      output; a direction is 0 (forward) or 1.
// (C3) The axes are axes of their inputs or outputs.
// (C4) The scan inputs have one size along their axes.
// (C5) The body has the arguments states, slices, of types that fit.
// (C6) It yields as many values as there are results.
//===----------------------------------------------------------------------===//

static int numScanned(MlirOperation op) {
  int64_t count = ufGetInt(op, "num_scan_inputs");
  intptr_t most = mlirOperationGetNumOperands(op);
  return count < 1 || count > most ? -1 : (int)count;
}

static int numStates(MlirOperation op) {
  return (int)mlirOperationGetNumOperands(op) - numScanned(op);
}

/// Element `i` of a list that may be absent.
static int64_t elementOf(MlirOperation op, const char *name, int i) {
  UfInts list = ufGetInts(op, name);
  return i < list.size ? list.data[i] : 0;
}

static MlirLogicalResult checkList(MlirOperation op, const char *name,
                                   intptr_t count, bool isDirections) {
  UfInts list = ufGetInts(op, name);
  if (list.size != 0 && list.size != count) // C2
    return ufOpError(op, "'%s' has %d elements instead of %" PRIdPTR, name,
                     list.size, count);
  for (int i = 0; isDirections && i < list.size; ++i)
    if (list.data[i] != 0 && list.data[i] != 1) // C2
      return ufOpError(op, "'%s' holds %" PRId64 ", which is not 0 or 1", name,
                       list.data[i]);
  return mlirLogicalResultSuccess();
}

/// The type of a slice of scan input `i`; `*size` becomes how many there are.
static MlirLogicalResult inferSlice(MlirOperation op, int i, int64_t *size,
                                    MlirType *type) {
  MlirValue x = ufOperandOf(op, numStates(op) + i);
  if (!x.ptr || !ufIsRankedTensor(mlirValueGetType(x)))
    return ufOpError(op, "scan input %d must be a ranked tensor", i);
  UfShape shape = ufShape(x);
  int64_t axis = elementOf(op, "scan_input_axes", i);
  UF_TRY(ufVerifyAxis(op, "input axis", axis, shape.rank)); // C3
  int at = ufAxis(axis, shape.rank);
  int64_t mine = shape.dims[at];
  if (*size != UF_DYNAMIC && mine != UF_DYNAMIC && *size != mine) // C4
    return ufOpError(op,
                     "scan input %d has %" PRId64 " slices, another one has "
                     "%" PRId64,
                     i, mine, *size);
  *size = mine == UF_DYNAMIC ? *size : mine;
  --shape.rank;
  for (int d = at; d < shape.rank; ++d)
    shape.dims[d] = shape.dims[d + 1];
  *type = ufTensorType(&shape);
  return mlirLogicalResultSuccess();
}

/// C2: the lists, with `numParts` scan outputs.
static MlirLogicalResult checkLists(MlirOperation op, intptr_t numParts) {
  UF_TRY(checkList(op, "scan_input_axes", numScanned(op), false));
  UF_TRY(checkList(op, "scan_input_directions", numScanned(op), true));
  UF_TRY(checkList(op, "scan_output_axes", numParts, false));
  return checkList(op, "scan_output_directions", numParts, true);
}

/// The body's arguments for the scan inputs; `*trip` becomes how many slices
/// there are.
static MlirLogicalResult checkSlices(MlirOperation op, MlirBlock body,
                                     int64_t *trip) {
  *trip = UF_DYNAMIC;
  for (int i = 0; i < numScanned(op); ++i) {
    MlirType type = {NULL};
    UF_TRY(inferSlice(op, i, trip, &type));
    MlirValue arg = mlirBlockGetArgument(body, numStates(op) + i);
    if (!ufIsAssignable(type, mlirValueGetType(arg))) // C5
      return ufOpError(op,
                       "slices of scan input %d do not have the type of the "
                       "body's argument %d",
                       i, numStates(op) + i);
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult checkScan(MlirOperation op, MlirBlock *body,
                                   int64_t *trip) {
  intptr_t numResults = mlirOperationGetNumResults(op);
  if (numScanned(op) < 0) // C1
    return ufOpError(op, "scans %" PRId64 " of %" PRIdPTR " inputs",
                     ufGetInt(op, "num_scan_inputs"),
                     mlirOperationGetNumOperands(op));
  UF_TRY(checkLists(op, numResults - numStates(op)));
  UF_TRY(ufCheckBody(op, 0, mlirOperationGetNumOperands(op), body));
  UF_TRY(checkSlices(op, *body, trip));
  if (numResults < numStates(op) || ufNumYielded(*body) != numResults) // C6
    return ufOpError(op,
                     "has %d states and %" PRIdPTR " results, but its body "
                     "yields %" PRIdPTR " values",
                     numStates(op), numResults, ufNumYielded(*body));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferScan(MlirOperation op, UfShape *results) {
  MlirBlock body = {NULL};
  int64_t trip = 0;
  UF_TRY(checkScan(op, &body, &trip));
  int count = numStates(op);
  UF_TRY(ufInferStates(op, body, 0, 0, 0, count, results)); // C5
  for (int i = count; i < mlirOperationGetNumResults(op); ++i)
    UF_TRY(ufInferCollected(op, ufYielded(body, i),
                            elementOf(op, "scan_output_axes", i - count), trip,
                            &results[i]));
  return mlirLogicalResultSuccess();
}

/// The slices of the scan inputs.
static void scanArguments(UfBuilder *b, const UfLoop *loop, MlirValue iteration,
                          MlirValue *args) {
  const MlirValue *inputs = loop->data;
  MlirOperation op = mlirBlockGetParentOperation(loop->body);
  for (int i = 0; i < numScanned(op); ++i) {
    UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK], kept[UF_MAX_RANK];
    int rank = ufRank(inputs[i]);
    int axis = ufAxis(elementOf(op, "scan_input_axes", i), rank);
    ufSizesOf(b, inputs[i], sizes);
    for (int d = 0; d < rank; ++d) {
      offsets[d] = ufStatic(0);
      if (d != axis)
        kept[d - (d > axis)] = sizes[d];
    }
    offsets[axis] = ufSizeFromValue(b, iteration);
    if (elementOf(op, "scan_input_directions", i))
      offsets[axis] =
          ufSizeSub(b, ufSizeSub(b, loop->trip, ufStatic(1)), offsets[axis]);
    sizes[axis] = ufStatic(1);
    args[i] = ufReshape(b, ufSlice(b, inputs[i], offsets, sizes, NULL),
                        rank - 1, kept);
  }
}

static MlirLogicalResult lowerScan(UfBuilder *b) {
  MlirValue inputs[UF_MAX_VALUES];
  UfLoop loop = {.numStates = numStates(b->op),
                 .arguments = scanArguments,
                 .data = inputs};
  int64_t trip;
  UF_TRY(checkScan(b->op, &loop.body, &trip));
  for (int i = 0; i < numScanned(b->op); ++i) {
    inputs[i] = ufInput(b, loop.numStates + i);
    int axis =
        ufAxis(elementOf(b->op, "scan_input_axes", i), ufRank(inputs[i]));
    UfSize size = ufSizeOf(b, inputs[i], axis);
    if (i > 0)
      ufAssertSameSize(b, loop.trip, size, "scan: inputs of different lengths");
    if (i == 0 || ufIsStatic(size))
      loop.trip = size;
  }
  for (int i = 0; i < loop.numStates; ++i)
    loop.states[i] = ufInput(b, i);
  loop.numCollected = (int)mlirOperationGetNumResults(b->op) - loop.numStates;
  for (int i = 0; i < loop.numCollected; ++i) {
    int rank = ufRank(ufYielded(loop.body, loop.numStates + i)) + 1;
    loop.collected[i] =
        (UfCollected){ufAxis(elementOf(b->op, "scan_output_axes", i), rank),
                      elementOf(b->op, "scan_output_directions", i) != 0};
  }
  return ufLowerLoop(b, &loop);
}

/// The body's argument for a scan input: it has one axis less.
static MlirLogicalResult sliceType(const UfNode *node, MlirValue x,
                                   int64_t axis, MlirType *type) {
  UfShape shape = ufShape(x);
  if (axis < -shape.rank || axis >= shape.rank)
    return ufNodeError(node, "scans axis %" PRId64 " of an input of rank %d",
                       axis, shape.rank);
  --shape.rank;
  for (int d = ufAxis(axis, shape.rank + 1); d < shape.rank; ++d)
    shape.dims[d] = shape.dims[d + 1];
  *type = ufTensorType(&shape);
  return mlirLogicalResultSuccess();
}

/// The types of the body's arguments.
static MlirLogicalResult argumentTypes(const UfNode *node, UfValues inputs,
                                       UfBodyImport *body) {
  UfInts axes = {0};
  ufNodeInts(node, "scan_input_axes", &axes);
  for (int i = 0; i < inputs.size; ++i) {
    int scanned = i - body->numStates;
    if (!inputs.data[i].ptr ||
        !ufIsRankedTensor(mlirValueGetType(inputs.data[i])))
      return ufNodeError(node, "has an input %d that is no tensor", i);
    body->args[i] = mlirValueGetType(inputs.data[i]);
    if (scanned >= 0)
      UF_TRY(sliceType(node, inputs.data[i],
                       scanned < axes.size ? axes.data[scanned] : 0,
                       &body->args[i]));
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult defineScan(const UfNode *node, MlirOperation op,
                                    MlirValue *results) {
  for (int i = 0; op.ptr && i < node->numOutputs; ++i)
    results[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

/// Builds the op on `inputs`, which are the node's or without a batch axis.
static MlirLogicalResult buildScan(UfBuilder *b, const UfNode *node,
                                   UfValues inputs, MlirValue *results) {
  int64_t scanned = ufNodeInt(node, "num_scan_inputs", 0);
  const char *directions =
      node->version < 9 ? "directions" : "scan_input_directions";
  if (inputs.size > UF_MAX_VALUES || scanned < 1 || scanned > inputs.size ||
      node->numOutputs > UF_MAX_VALUES ||
      node->numOutputs < inputs.size - scanned)
    return ufNodeError(node,
                       "scans %" PRId64 " of %" PRIdPTR " inputs and has %d "
                       "outputs",
                       scanned, inputs.size, node->numOutputs);
  UfBodyImport body = {.graph = "body",
                       .numArgs = (int)inputs.size,
                       .numStates = (int)(inputs.size - scanned),
                       .numYields = node->numOutputs};
  MlirRegion region;
  UF_TRY(argumentTypes(node, inputs, &body));
  UF_TRY(ufImportBody(b, node, &body, &region));
  MlirOperation op = ufOpWithRegions(
      b, "scan", inputs,
      UF_ATTRS(
          {"num_scan_inputs", ufIntAttr(b, scanned)},
          {"scan_input_axes", ufNodeIntsAttr(b, node, "scan_input_axes")},
          {"scan_input_directions", ufNodeIntsAttr(b, node, directions)},
          {"scan_output_axes", ufNodeIntsAttr(b, node, "scan_output_axes")},
          {"scan_output_directions",
           ufNodeIntsAttr(b, node, "scan_output_directions")}),
      node->numOutputs, &region);
  return defineScan(node, op, results);
}

static MlirLogicalResult importScan(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return buildScan(b, node, node->inputs, results);
}

/// The only sequence of a batch of one: without the batch axis, then with it.
static MlirLogicalResult scanOne(UfBuilder *b, const UfNode *node,
                                 const MlirValue *batches, intptr_t count,
                                 MlirValue *results) {
  MlirValue inputs[UF_MAX_VALUES];
  UfAttrs first = UF_ATTRS({"axes", ufIntsAttr(b, 1, (int64_t[]){0})});
  for (intptr_t i = 0; i < count; ++i) {
    inputs[i] = ufOp(b, "squeeze", UF_VALUES(batches[i]), first);
    if (!inputs[i].ptr)
      return mlirLogicalResultFailure();
  }
  UF_TRY(buildScan(b, node, (UfValues){inputs, count}, results));
  for (int i = 0; i < node->numOutputs; ++i)
    UF_TRY(ufNodeDefine(&results[i],
                        ufOp(b, "unsqueeze", UF_VALUES(results[i]), first)));
  return mlirLogicalResultSuccess();
}

/// A scan over the batch, which carries nothing, around that of each sequence.
static MlirLogicalResult scanEach(UfBuilder *b, const UfNode *node,
                                  const MlirValue *batches, intptr_t count,
                                  MlirValue *results) {
  MlirType types[UF_MAX_VALUES];
  MlirLocation locs[UF_MAX_VALUES];
  MlirValue inputs[UF_MAX_VALUES], yields[UF_MAX_VALUES];
  for (intptr_t i = 0; i < count; ++i) {
    locs[i] = b->loc;
    UF_TRY(sliceType(node, batches[i], 0, &types[i]));
  }
  MlirRegion region = mlirRegionCreate();
  MlirBlock block = mlirBlockCreate(count, types, locs);
  mlirRegionAppendOwnedBlock(region, block);
  for (intptr_t i = 0; i < count; ++i)
    inputs[i] = mlirBlockGetArgument(block, i);
  UfBuilder in = ufBuilderIn(b, block);
  if (mlirLogicalResultIsFailure(
          buildScan(&in, node, (UfValues){inputs, count}, yields))) {
    mlirRegionDestroy(region);
    return mlirLogicalResultFailure();
  }
  ufBuildOp(&in, "ufront.yield", (UfTypes){0},
            (UfValues){yields, node->numOutputs}, UF_NO_ATTRS, NULL, 0);
  return defineScan(
      node,
      ufOpWithRegions(b, "scan", (UfValues){batches, count},
                      UF_ATTRS({"num_scan_inputs", ufIntAttr(b, count)}),
                      node->numOutputs, &region),
      results);
}

/// Before opset 9 everything has a batch axis in front.
static MlirLogicalResult importBatchedScan(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  MlirValue batches[UF_MAX_VALUES];
  intptr_t count = node->inputs.size - 1;
  bool isOne = true;
  if (count < 1 || count > UF_MAX_VALUES || ufNodeInput(node, 0).ptr)
    return ufNodeError(node, "with sequence_lens is not supported");
  for (intptr_t i = 0; i < count; ++i) {
    batches[i] = ufNodeInput(node, (int)i + 1);
    if (!batches[i].ptr || !ufIsRankedTensor(mlirValueGetType(batches[i])) ||
        ufRank(batches[i]) < 1)
      return ufNodeError(node, "has an input %" PRIdPTR " without a batch axis",
                         i + 1);
    isOne = isOne && ufDimSize(batches[i], 0) == 1;
  }
  return isOne ? scanOne(b, node, batches, count, results)
               : scanEach(b, node, batches, count, results);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "scan",
        .summary = "Runs its body for each slice of its scan inputs.",
        .operands = {{"inputs", "The states, then the scan inputs.", 0,
                      UF_VARIADIC}},
        .results = {{"outputs", "The states, then what is collected.", 0,
                     UF_VARIADIC}},
        .attrs = {{"num_scan_inputs", "How many of the inputs are scanned.",
                   UF_INT},
                  {"scan_input_axes", "Along which; the first when absent.",
                   UF_INT_LIST, .optional = true},
                  {"scan_input_directions", "1: from the end.", UF_INT_LIST,
                   .optional = true},
                  {"scan_output_axes", "The new axes; the first when absent.",
                   UF_INT_LIST, .optional = true},
                  {"scan_output_directions", "1: the first value comes last.",
                   UF_INT_LIST, .optional = true}},
        .regions = 1,
        .infer = inferScan,
        .toLinalg = lowerScan,
        .imports =
            UF_IMPORTS({UF_ONNX, "Scan", 8, importBatchedScan},
                       {UF_ONNX, "Scan", 9, importScan},
                       {UF_TORCH, "higher_order.scan", 0, ufTorchScan},
                       {UF_TORCH, "higher_order.map_impl", 0, ufTorchMapImpl}),
    },
};
UF_FAMILY(ufScanOps, "scan", ops);

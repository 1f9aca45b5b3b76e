//===-- RecurrentScan.c - Recurrent networks as scans over time -----------===//
//
// What the input contributes to the gates is one product for all steps, before
// the scan; a step multiplies the hidden state with its weights. Weights are
// turned outside the scan, which is done once when the model is loaded.
//
//===----------------------------------------------------------------------===//

#include "Ops/Recurrent.h"

#include <string.h>

bool ufIsBidirectional(MlirOperation op) {
  return strcmp(ufGetStr(op, "direction"), "bidirectional") == 0;
}

static MlirValue oneAxis(UfBuilder *b, const char *name, MlirValue x,
                         int64_t axis) {
  return ufOp(b, name, UF_VALUES(x),
              UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}));
}

MlirValue ufNetworkCut(UfBuilder *b, MlirValue x, int64_t axis, int64_t from,
                       int64_t to) {
  return ufOp(b, "slice", UF_VALUES(x),
              UF_ATTRS({"starts", ufIntsAttr(b, 1, &from)},
                       {"ends", ufIntsAttr(b, 1, &to)},
                       {"axes", ufIntsAttr(b, 1, &axis)}));
}

static MlirValue turn(UfBuilder *b, MlirValue x, int rank,
                      const int64_t *perm) {
  return ufOp(b, "transpose", UF_VALUES(x),
              UF_ATTRS({"perm", ufIntsAttr(b, rank, perm)}));
}

/// Row `d` of operand `i`, null when that is omitted.
static MlirValue rowOf(UfBuilder *b, int i, int d) {
  MlirValue x = ufOperandOf(b->op, i);
  return x.ptr ? oneAxis(b, "squeeze", ufNetworkCut(b, x, 0, d, d + 1), 0) : x;
}

MlirValue ufNetworkProduct(UfBuilder *b, MlirValue x, MlirValue w,
                           MlirValue bias) {
  return ufOp(b, "linear", UF_VALUES(x, w, bias),
              UF_ATTRS({"weight_layout", ufStrAttr(b, "io")}));
}

static MlirValue sizeOf(UfBuilder *b, MlirValue x, int64_t dim) {
  return ufOp(
      b, "shape_of", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, dim)}, {"end", ufIntAttr(b, dim + 1)}));
}

/// The state of direction `d` before the first step, [B, H].
static MlirValue initialState(UfBuilder *b, const UfNetwork *net, int i,
                              int d) {
  MlirValue given = ufOperandOf(b->op, i);
  bool swap = ufGetInt(b->op, "layout") == 1;
  int64_t hidden = ufDimSize(net->r, 0), sizes[] = {-1, hidden};
  if (given.ptr) {
    MlirValue one = ufNetworkCut(b, given, swap, d, d + 1);
    if (ufDimSize(given, swap) != UF_DYNAMIC && ufDimSize(given, 2) == hidden)
      return oneAxis(b, "squeeze", one, swap);
    return ufOp(b, "reshape", UF_VALUES(one),
                UF_ATTRS({"shape", ufIntsAttr(b, 2, sizes)}));
  }
  UfShape one = {.rank = 2, .dims = {1, 1}, .element = ufElementType(net->x)};
  MlirValue zero = ufConstant(b, ufSplatAttr(ufTensorType(&one), 0));
  MlirValue parts[] = {sizeOf(b, net->x, 1), ufIntsConstant(b, 1, &hidden)};
  MlirValue shape = ufOp(b, "concat", (UfValues){parts, 2},
                         UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  return ufOp(b, "expand", UF_VALUES(zero, shape), UF_NO_ATTRS);
}

UfAttr ufNetworkActivations(UfBuilder *b, const UfNetwork *net, int first,
                            int count) {
  UfActivation all[UF_MAX_ACTIVATIONS];
  char text[512] = "";
  size_t used = 0;
  int given = ufParseActivations(ufGetStr(b->op, "activations"), all);
  first +=
      given > net->numActivations ? net->direction * net->numActivations : 0;
  for (int i = first; i < first + count && used < sizeof text; ++i)
    used += (size_t)snprintf(text + used, sizeof text - used,
                             "%s%s(%.17g;%.17g)", i > first ? "," : "",
                             all[i].name, all[i].alpha, all[i].beta);
  return (UfAttr){"activations", ufStrAttr(b, text)};
}

//===----------------------------------------------------------------------===//
// The loop over time
//===----------------------------------------------------------------------===//

/// Time as a state, [1]: it is compared with the lengths of the sequences.
static MlirValue firstTime(UfBuilder *b, const UfNetwork *net) {
  int64_t zero = 0, one = 1;
  if (net->direction == 0)
    return ufIntsConstant(b, 1, &zero);
  return ufOp(b, "subtract",
              UF_VALUES(sizeOf(b, net->x, 0), ufIntsConstant(b, 1, &one)),
              UF_NO_ATTRS);
}

/// The types of the body's arguments: states, then the gates of one step.
static int argumentTypes(int count, const MlirValue *inputs, MlirType *types) {
  UfShape slice = ufShape(inputs[count]);
  --slice.rank;
  memmove(slice.dims, slice.dims + 1, sizeof *slice.dims * 2);
  for (int i = 0; i < count; ++i)
    types[i] = mlirValueGetType(inputs[i]);
  types[count] = ufTensorType(&slice);
  return count + 1;
}

/// Puts zeros where a sequence has ended.
static MlirValue maskedOutput(UfBuilder *b, MlirValue active,
                              MlirValue hidden) {
  MlirType type = ufTensorOf(ufElementType(hidden), 0, NULL);
  return ufOp(b, "where",
              UF_VALUES(oneAxis(b, "unsqueeze", active, 1), hidden,
                        ufConstant(b, ufSplatAttr(type, 0))),
              UF_NO_ATTRS);
}

/// Fills the body of the scan. Returns false after an error was reported.
static bool fillBody(UfBuilder *b, const UfNetwork *net, int numStates) {
  MlirValue next[UF_MAX_STATES + 1], active = {NULL};
  MlirValue gates = mlirBlockGetArgument(b->block, numStates);
  for (int i = 0; i < numStates; ++i)
    next[i] = mlirBlockGetArgument(b->block, i);
  if (net->lens.ptr) {
    MlirValue *time = &next[net->numStates];
    int64_t one = 1;
    active = ufOp(b, "compare", UF_VALUES(*time, net->lens),
                  UF_ATTRS({"pred", ufStrAttr(b, "lt")}));
    *time = ufOp(b, net->direction ? "subtract" : "add",
                 UF_VALUES(*time, ufIntsConstant(b, 1, &one)), UF_NO_ATTRS);
  }
  if (!net->step(b, net, gates, active, next))
    return false;
  if (net->hasY)
    next[numStates] = active.ptr ? maskedOutput(b, active, next[0]) : next[0];
  ufBuildOp(b, "ufront.yield", (UfTypes){0},
            (UfValues){next, numStates + net->hasY}, UF_NO_ATTRS, NULL, 0);
  return true;
}

/// The scan over time, a null op after an error was reported.
static MlirOperation scanTime(const UfNetwork *net) {
  UfBuilder *b = net->b;
  MlirValue inputs[UF_MAX_STATES + 2];
  MlirType types[UF_MAX_STATES + 2];
  MlirLocation locs[UF_MAX_STATES + 2];
  int count = net->numStates;
  for (int i = 0; i < count; ++i)
    inputs[i] = net->states[i];
  if (net->lens.ptr)
    inputs[count++] = firstTime(b, net);
  inputs[count] = ufNetworkProduct(b, net->x, net->w, net->bias);
  for (int i = 0; i <= count; ++i)
    if (!inputs[i].ptr)
      return (MlirOperation){NULL};
  int numArgs = argumentTypes(count, inputs, types);
  for (int i = 0; i < numArgs; ++i)
    locs[i] = b->loc;
  MlirBlock block = mlirBlockCreate(numArgs, types, locs);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  if (!fillBody(&in, net, count)) {
    mlirRegionDestroy(region);
    return (MlirOperation){NULL};
  }
  MlirAttribute backwards = net->direction ? ufIntsAttr(b, 1, (int64_t[]){1})
                                           : mlirAttributeGetNull();
  return ufOpWithRegions(
      b, "scan", (UfValues){inputs, numArgs},
      UF_ATTRS({"num_scan_inputs", ufIntAttr(b, 1)},
               {"scan_input_directions", backwards},
               {"scan_output_directions",
                net->hasY ? backwards : mlirAttributeGetNull()}),
      count + net->hasY, &region);
}

/// What direction `d` reads of the op's operands.
static void readDirection(UfBuilder *b, UfNetwork *net, int d) {
  static const int64_t swapped[] = {1, 0};
  int64_t all = net->gates * ufDimSize(ufOperandOf(b->op, UF_RNN_R), 2);
  MlirValue bias = rowOf(b, UF_RNN_BIAS, d);
  net->direction = d || strcmp(ufGetStr(b->op, "direction"), "reverse") == 0;
  net->w = turn(b, rowOf(b, UF_RNN_W, d), 2, swapped);
  net->r = turn(b, rowOf(b, UF_RNN_R, d), 2, swapped);
  if (bias.ptr) {
    net->bias = ufNetworkCut(b, bias, 0, 0, all);
    net->recurrentBias = ufNetworkCut(b, bias, 0, all, 2 * all);
  }
  for (int i = 0; i < net->numStates; ++i)
    net->states[i] = initialState(b, net, UF_RNN_INITIAL_H + i, d);
  if (net->numStates > 1)
    net->peephole = rowOf(b, UF_RNN_PEEPHOLE, d);
}

/// Joins the directions' values along a new axis.
static MlirValue joinDirections(UfBuilder *b, int count, MlirValue *values,
                                int64_t axis) {
  for (int d = 0; d < count; ++d)
    values[d] = oneAxis(b, "unsqueeze", values[d], axis);
  if (count == 1)
    return values[0];
  return ufOp(b, "concat", (UfValues){values, count},
              UF_ATTRS({"axis", ufIntAttr(b, axis)}));
}

static bool isUsed(MlirOperation op, int result) {
  return !mlirOpOperandIsNull(mlirValueGetFirstUse(ufResultOf(op, result)));
}

/// Replaces b->op by a scan for each direction.
MlirLogicalResult ufDecomposeNetwork(UfNetwork *net) {
  static const int64_t swapTime[] = {1, 0, 2};
  UfBuilder *b = net->b;
  int numDirections = ufIsBidirectional(b->op) ? 2 : 1;
  bool swap = ufGetInt(b->op, "layout") == 1;
  MlirValue parts[UF_MAX_STATES + 1][2], results[UF_MAX_STATES + 1];
  net->x = ufOperandOf(b->op, UF_RNN_X);
  if (swap)
    net->x = turn(b, net->x, 3, swapTime);
  net->hasY = isUsed(b->op, 0);
  net->lens = ufOperandOf(b->op, UF_RNN_SEQUENCE_LENS);
  if (net->lens.ptr && ufBitWidth(ufElementType(net->lens)) != 64)
    net->lens = ufOp(b, "cast", UF_VALUES(net->lens),
                     UF_ATTRS({"to", mlirTypeAttrGet(ufI64(b))}));
  for (int d = 0; d < numDirections; ++d) {
    readDirection(b, net, d);
    MlirOperation scan = scanTime(net);
    if (!scan.ptr)
      return mlirLogicalResultFailure();
    for (int i = 0; i < net->numStates; ++i)
      parts[i + 1][d] = ufResultOf(scan, i);
    if (net->hasY)
      parts[0][d] = ufResultOf(scan, (int)mlirOperationGetNumResults(scan) - 1);
  }
  for (int i = net->hasY ? 0 : 1; i <= net->numStates; ++i)
    results[i] = joinDirections(b, numDirections, parts[i], i == 0 || swap);
  // [T, D, B, H], of which layout 1 makes [B, T, D, H].
  if (net->hasY && swap)
    results[0] = turn(b, results[0], 4, (int64_t[]){2, 0, 1, 3});
  if (!net->hasY) // nobody uses it
    results[0] = ufBuild(b, "builtin.unrealized_conversion_cast",
                         ufResultType(b, 0), UF_VALUES(net->x), UF_NO_ATTRS);
  return ufReplaceAll(b, (UfValues){results, net->numStates + 1});
}

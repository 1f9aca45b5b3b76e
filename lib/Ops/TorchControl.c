//===-- TorchControl.c - Import rules for operators with graphs -----------===//
//
// Torch hands everything that its graphs use to them as inputs. What does not
// change from one iteration to the next is used where it is instead. Arguments
// go by position: exporters do not agree on their names.
//
//===----------------------------------------------------------------------===//

#include "Ops/TorchControl.h"

#include "Ops/Control.h"

#include <string.h>

/// The values that a graph takes.
typedef struct Operands {
  int count;
  MlirValue values[UF_MAX_VALUES];
} Operands;

/// Argument `i`, or null.
static const UfrontArg *argumentAt(const UfNode *node, int i) {
  const UfrontArg *args = NULL;
  return i < node->reader->getArgs(node, &args) ? &args[i] : NULL;
}

/// Appends the tensors and numbers of list argument `i`, which may be absent.
static MlirLogicalResult addOperands(UfBuilder *b, const UfNode *node, int i,
                                     Operands *out) {
  const UfrontArg *list = argumentAt(node, i);
  for (int k = 0; list && k < list->numItems; ++k) {
    const UfrontArg *item = &list->items[k];
    MlirValue value = {NULL};
    if (item->kind == UFRONT_ARG_VALUE)
      value = node->reader->getValue(node, item->integer);
    else if (item->kind == UFRONT_ARG_INT)
      value = ufScalarConstant(b, ufI64(b), (double)item->integer);
    if (!value.ptr || out->count == UF_MAX_VALUES)
      return ufNodeError(node,
                         "takes at most %d tensors and integers, but operand "
                         "%d is another",
                         UF_MAX_VALUES, out->count);
    out->values[out->count++] = value;
  }
  return mlirLogicalResultSuccess();
}

/// Imports graph argument `i` at the end of `b`'s block.
static MlirLogicalResult importGraph(UfBuilder *b, const UfNode *node, int i,
                                     const Operands *inputs, int numOutputs,
                                     MlirValue *outputs) {
  const UfrontArg *arg = argumentAt(node, i);
  if (!arg || arg->kind != UFRONT_ARG_GRAPH || !arg->name)
    return ufNodeError(node, "argument %d must be a graph", i);
  UF_TRY(node->reader->importGraph(node, arg->name, b,
                                   (UfValues){inputs->values, inputs->count},
                                   numOutputs, outputs));
  for (int k = 0; k < numOutputs; ++k)
    if (!ufIsRankedTensor(mlirValueGetType(outputs[k])))
      return ufNodeError(node,
                         "has a graph with an output %d that is no tensor", k);
  return mlirLogicalResultSuccess();
}

static void yield(UfBuilder *b, const MlirValue *values, int count) {
  ufBuildOp(b, "ufront.yield", (UfTypes){0}, (UfValues){values, count},
            UF_NO_ATTRS, NULL, 0);
}

/// Appends a block with arguments of these types to `region`.
static MlirBlock appendBlock(const UfNode *node, MlirRegion region,
                             const MlirType *types, int count) {
  MlirLocation locs[UF_MAX_VALUES + 2];
  for (int i = 0; i < count; ++i)
    locs[i] = node->loc;
  MlirBlock block = mlirBlockCreate(count, types, locs);
  mlirRegionAppendOwnedBlock(region, block);
  return block;
}

static MlirLogicalResult defineAll(const UfNode *node, MlirOperation op,
                                   MlirValue *results) {
  for (int i = 0; op.ptr && i < node->numOutputs; ++i)
    results[i] = ufResultOf(op, i);
  return op.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult checkCount(const UfNode *node) {
  if (node->numOutputs <= UF_MAX_VALUES)
    return mlirLogicalResultSuccess();
  return ufNodeError(node, "has %d results, the most is %d", node->numOutputs,
                     UF_MAX_VALUES);
}

//===----------------------------------------------------------------------===//
// cond
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchCond(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue condition = ufNodeInput(node, 0);
  Operands operands = {0};
  bool truth;
  const UfrontArg *predicate = argumentAt(node, 0);
  UF_TRY(checkCount(node));
  UF_TRY(addOperands(b, node, 3, &operands));
  if (predicate && predicate->kind == UFRONT_ARG_BOOL)
    return importGraph(b, node, predicate->integer ? 1 : 2, &operands,
                       node->numOutputs, results);
  condition = ufTorchCast(b, condition, ufI1(b));
  if (!condition.ptr)
    return ufNodeError(node, "has no condition");
  if (ufKnownCondition(condition, &truth))
    return importGraph(b, node, truth ? 1 : 2, &operands, node->numOutputs,
                       results);
  MlirRegion regions[2] = {mlirRegionCreate(), mlirRegionCreate()};
  MlirLogicalResult result = mlirLogicalResultSuccess();
  for (int i = 0; i < 2 && mlirLogicalResultIsSuccess(result); ++i) {
    MlirValue outputs[UF_MAX_VALUES];
    UfBuilder in = ufBuilderIn(b, appendBlock(node, regions[i], NULL, 0));
    result =
        importGraph(&in, node, 1 + i, &operands, node->numOutputs, outputs);
    if (mlirLogicalResultIsSuccess(result))
      yield(&in, outputs, node->numOutputs);
  }
  if (mlirLogicalResultIsFailure(result)) {
    mlirRegionDestroy(regions[0]);
    mlirRegionDestroy(regions[1]);
    return result;
  }
  return defineAll(node,
                   ufOpWithRegions(b, "if", UF_VALUES(condition), UF_NO_ATTRS,
                                   node->numOutputs, regions),
                   results);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// What a loop's body does with its block: reads arguments, yields.
typedef struct Body {
  int numTypes;
  MlirType types[UF_MAX_VALUES + 2]; ///< Of the block's arguments.
  int firstState;                    ///< Of the graph's inputs among them.
  int numCarried;                    ///< Outputs that have their types.
  int graph;                         ///< Argument of the node.
  int condition;                     ///< The graph yielded first; -1: none.
  const Operands *more;              ///< What does not change.
} Body;

static MlirLogicalResult importBlock(UfBuilder *in, const UfNode *node,
                                     MlirBlock block, const Body *body) {
  MlirValue outputs[UF_MAX_VALUES + 1];
  Operands inputs = {0}, next = {0};
  for (int i = body->firstState; i < body->numTypes; ++i)
    inputs.values[inputs.count++] = mlirBlockGetArgument(block, i);
  int fixed = body->more->count, first = body->condition >= 0;
  if (inputs.count + fixed > UF_MAX_VALUES)
    return ufNodeError(node, "has more than %d operands", UF_MAX_VALUES);
  memcpy(inputs.values + inputs.count, body->more->values,
         (size_t)fixed * sizeof *inputs.values);
  inputs.count += fixed;
  UF_TRY(importGraph(in, node, body->graph, &inputs, node->numOutputs,
                     outputs + first));
  for (int i = 0; i < body->numCarried; ++i)
    outputs[first + i] =
        ufCastTo(in, outputs[first + i], body->types[body->firstState + i]);
  if (first) {
    next.count = body->numCarried + fixed;
    memcpy(next.values, outputs + 1,
           (size_t)body->numCarried * sizeof *next.values);
    memcpy(next.values + body->numCarried, body->more->values,
           (size_t)fixed * sizeof *next.values);
    UF_TRY(importGraph(in, node, body->condition, &next, 1, outputs));
  }
  yield(in, outputs, node->numOutputs + first);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importBody(UfBuilder *b, const UfNode *node,
                                    const Body *body, MlirRegion *region) {
  *region = mlirRegionCreate();
  MlirBlock block = appendBlock(node, *region, body->types, body->numTypes);
  UfBuilder in = ufBuilderIn(b, block);
  MlirLogicalResult result = importBlock(&in, node, block, body);
  if (mlirLogicalResultIsFailure(result))
    mlirRegionDestroy(*region);
  return result;
}

MlirLogicalResult ufTorchWhileLoop(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  Operands carried = {0}, more = {0}, all;
  UF_TRY(checkCount(node));
  UF_TRY(addOperands(b, node, 2, &carried));
  UF_TRY(addOperands(b, node, 3, &more));
  if (carried.count != node->numOutputs)
    return ufNodeError(node, "carries %d values and has %d results",
                       carried.count, node->numOutputs);
  Body body = {
      .numTypes = 2 + carried.count,
      .types = {ufTensorOf(ufI64(b), 0, NULL), ufTensorOf(ufI1(b), 0, NULL)},
      .firstState = 2,
      .numCarried = carried.count,
      .graph = 1,
      .condition = 0,
      .more = &more};
  MlirValue operands[UF_MAX_VALUES + 2] = {{NULL}};
  for (int i = 0; i < carried.count; ++i) {
    body.types[2 + i] = mlirValueGetType(carried.values[i]);
    operands[2 + i] = carried.values[i];
  }
  all = carried;
  if (all.count + more.count > UF_MAX_VALUES)
    return ufNodeError(node, "has more than %d operands", UF_MAX_VALUES);
  memcpy(all.values + all.count, more.values,
         (size_t)more.count * sizeof *more.values);
  all.count += more.count;
  UF_TRY(importGraph(b, node, 0, &all, 1, &operands[1]));
  MlirRegion region;
  UF_TRY(importBody(b, node, &body, &region));
  return defineAll(node,
                   ufOpWithRegions(b, "loop",
                                   (UfValues){operands, 2 + carried.count},
                                   UF_NO_ATTRS, node->numOutputs, &region),
                   results);
}

/// The type of one step of `x` along its first dimension; null for a number.
static MlirType stepType(MlirValue x) {
  UfShape shape = ufShape(x);
  return shape.rank > 0
             ? ufTensorOf(shape.element, shape.rank - 1, shape.dims + 1)
             : (MlirType){NULL};
}

/// A scan of `xs` that carries `states`.
static MlirLogicalResult buildScan(UfBuilder *b, const UfNode *node,
                                   const Operands *states, const Operands *xs,
                                   const Operands *more, MlirValue *results) {
  Operands operands = *states;
  Body body = {.numTypes = states->count + xs->count,
               .numCarried = states->count,
               .condition = -1,
               .more = more};
  if (xs->count < 1 || body.numTypes > UF_MAX_VALUES ||
      node->numOutputs < states->count)
    return ufNodeError(node, "scans %d tensors, carries %d and has %d results",
                       xs->count, states->count, node->numOutputs);
  for (int i = 0; i < states->count; ++i)
    body.types[i] = mlirValueGetType(states->values[i]);
  for (int i = 0; i < xs->count; ++i) {
    MlirType type = stepType(xs->values[i]);
    if (!type.ptr)
      return ufNodeError(node, "scans a number");
    body.types[states->count + i] = type;
    operands.values[operands.count++] = xs->values[i];
  }
  MlirRegion region;
  UF_TRY(importBody(b, node, &body, &region));
  return defineAll(
      node,
      ufOpWithRegions(b, "scan", (UfValues){operands.values, operands.count},
                      UF_ATTRS({"num_scan_inputs", ufIntAttr(b, xs->count)}),
                      node->numOutputs, &region),
      results);
}

MlirLogicalResult ufTorchScan(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  Operands states = {0}, xs = {0}, more = {0};
  UF_TRY(checkCount(node));
  UF_TRY(addOperands(b, node, 1, &states));
  UF_TRY(addOperands(b, node, 2, &xs));
  UF_TRY(addOperands(b, node, 3, &more));
  return buildScan(b, node, &states, &xs, &more, results);
}

MlirLogicalResult ufTorchMapImpl(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  Operands states = {0}, xs = {0}, more = {0};
  UF_TRY(checkCount(node));
  UF_TRY(addOperands(b, node, 1, &xs));
  UF_TRY(addOperands(b, node, 2, &more));
  return buildScan(b, node, &states, &xs, &more, results);
}

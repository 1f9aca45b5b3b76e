//===-- TreeEnsemble.c - Decision trees -----------------------------------===//

#include "Ops/Move.h"
#include "Ops/Trees.h"

#include <float.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// tree_leaves
//
//   output[n, t] = the leaf that row n of the input reaches in tree t.
//
//   From roots[t] on, node i leads to children[i, 0] where input[n,
//   features[i]] compares with thresholds[i] as modes[i] says, else to
//   children[i, 1]; a negative number c is leaf -1 - c. Modes are 0 <=, 1 <, 2
//   >=, 3 >, 4 ==, 5 !=; with 8 added NaN leads to children[i, 0], else to
//   children[i, 1].
//
// (C1) The tables have the shapes [n], [n], [n], [n, 2] and [trees], hold i32,
//      thresholds floats of the input's type.
// (C2) Children are leaves or nodes with larger numbers, roots leaves or nodes.
// (C3) The input has rank 2, and every feature that is asked for.
//===----------------------------------------------------------------------===//

static const char *const tables[] = {"features", "thresholds", "modes",
                                     "children", "roots"};
enum { FEATURES, THRESHOLDS, MODES, CHILDREN, ROOTS, NUM_TABLES };

static int32_t tableInt(MlirAttribute table, intptr_t i) {
  return mlirDenseElementsAttrGetInt32Value(table, i);
}

static intptr_t numRows(MlirAttribute table) {
  return (intptr_t)mlirShapedTypeGetDimSize(mlirAttributeGetType(table), 0);
}

static MlirLogicalResult verifyTables(MlirOperation op,
                                      MlirAttribute *attrs) { // C1
  MlirType element = ufElementType(mlirOperationGetOperand(op, 0));
  for (int i = 0; i < NUM_TABLES; ++i) {
    attrs[i] = ufGetAttr(op, tables[i]);
    if (!mlirAttributeIsADenseElements(attrs[i]))
      return ufOpError(op, "attribute '%s' must be dense", tables[i]);
    UfShape shape = ufShapeOfType(mlirAttributeGetType(attrs[i]));
    bool isRight = i == THRESHOLDS
                       ? mlirTypeEqual(shape.element, element)
                       : mlirTypeIsAInteger(shape.element) &&
                             mlirIntegerTypeIsSignless(shape.element) &&
                             ufBitWidth(shape.element) == 32;
    isRight &= shape.rank == (i == CHILDREN ? 2 : 1) &&
               (i != CHILDREN || shape.dims[1] == 2) &&
               (i == ROOTS || shape.dims[0] == numRows(attrs[FEATURES]));
    if (!isRight)
      return ufOpError(op, "attribute '%s' has the wrong type", tables[i]);
  }
  if (numRows(attrs[FEATURES]) == 0)
    return ufOpError(op, "needs a node");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyNode(MlirOperation op,
                                    const MlirAttribute *attrs, intptr_t i) {
  intptr_t count = numRows(attrs[FEATURES]);
  int64_t width = ufDimSize(mlirOperationGetOperand(op, 0), 1);
  int32_t feature = tableInt(attrs[FEATURES], i);
  int32_t mode = tableInt(attrs[MODES], i) & ~UF_TREE_TRACKS;
  if (feature < 0 || (width != UF_DYNAMIC && feature >= width)) // C3
    return ufOpError(op, "node %" PRIdPTR " is for feature %d of %" PRId64, i,
                     feature, width == UF_DYNAMIC ? -1 : width);
  if (mode < UF_TREE_LEQ || mode > UF_TREE_NEQ)
    return ufOpError(op, "node %" PRIdPTR " has the mode %d", i, mode);
  for (int k = 0; k < 2; ++k) { // C2
    int32_t child = tableInt(attrs[CHILDREN], 2 * i + k);
    if (child >= 0 && (child <= i || child >= count))
      return ufOpError(op, "node %" PRIdPTR " leads to node %d of %" PRIdPTR, i,
                       child, count);
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyLeaves(MlirOperation op) {
  MlirValue x = mlirOperationGetOperand(op, 0);
  MlirAttribute attrs[NUM_TABLES];
  if (ufRank(x) != 2) // C3
    return ufOpError(op, "operand 'input' must have rank 2, but has %d",
                     ufRank(x));
  UF_TRY(verifyTables(op, attrs));
  intptr_t count = numRows(attrs[FEATURES]);
  for (intptr_t i = 0; i < count; ++i)
    UF_TRY(verifyNode(op, attrs, i));
  for (intptr_t t = 0; t < numRows(attrs[ROOTS]); ++t)
    if (tableInt(attrs[ROOTS], t) >= count) // C2
      return ufOpError(op, "tree %" PRIdPTR " begins at node %d of %" PRIdPTR,
                       t, tableInt(attrs[ROOTS], t), count);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferLeaves(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  results[0] =
      (UfShape){.rank = 2,
                .dims = {x.dims[0], numRows(ufGetAttr(op, "roots"))},
                .element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

typedef struct Walk {
  MlirValue x, tables[NUM_TABLES], row;
  MlirType integer;
  unsigned modes; ///< Those that occur, a bit set; 1 << 6: NaN is tracked.
} Walk;

enum { TRACKED = 1 << 6 };

/// Which modes the table has.
static unsigned findModes(MlirAttribute table) {
  unsigned modes = 0;
  for (intptr_t i = 0; i < numRows(table); ++i) {
    int32_t mode = tableInt(table, i);
    modes |= 1u << (mode & ~UF_TREE_TRACKS);
    if (mode & UF_TREE_TRACKS)
      modes |= TRACKED;
  }
  return modes;
}

/// Whether the branch of a node is the true one.
static MlirValue buildTest(UfBuilder *b, const Walk *walk, MlirValue x,
                           MlirValue threshold, MlirValue mode) {
  static const UfPredicate predicates[] = {UF_LE, UF_LT, UF_GE,
                                           UF_GT, UF_EQ, UF_NE};
  MlirValue result = {NULL};
  MlirValue isNumber = ufCompare(b, UF_EQ, x, x, false);
  MlirValue kind = ufBinary(b, "arith.andi", mode,
                            ufInteger(b, walk->integer, ~UF_TREE_TRACKS));
  for (int i = 0; i < UF_COUNT(predicates); ++i) {
    if (!(walk->modes >> i & 1))
      continue;
    MlirValue test = ufCompare(b, predicates[i], x, threshold, false);
    if (predicates[i] == UF_NE)
      test = ufBinary(b, "arith.andi", test, isNumber);
    MlirValue isIt =
        ufCompare(b, UF_EQ, kind, ufInteger(b, walk->integer, i), false);
    result = result.ptr ? ufSelect(b, isIt, test, result) : test;
  }
  if (!(walk->modes & TRACKED))
    return result;
  MlirValue tracks =
      ufCompare(b, UF_NE,
                ufBinary(b, "arith.andi", mode,
                         ufInteger(b, walk->integer, UF_TREE_TRACKS)),
                ufInteger(b, walk->integer, 0), false);
  return ufSelect(b, isNumber, result, tracks);
}

/// The node after `node`.
static MlirValue buildStep(UfBuilder *b, const Walk *walk, MlirValue node) {
  MlirValue at[2] = {ufToIndex(b, node)}, from[2] = {walk->row};
  from[1] = ufToIndex(b, ufExtract(b, walk->tables[FEATURES], at));
  MlirValue x = ufExtract(b, walk->x, from);
  MlirValue test =
      buildTest(b, walk, x, ufExtract(b, walk->tables[THRESHOLDS], at),
                ufExtract(b, walk->tables[MODES], at));
  at[1] = ufSelect(b, test, ufIndex(b, 0), ufIndex(b, 1));
  return ufExtract(b, walk->tables[CHILDREN], at);
}

/// Goes down one tree.
static void walkBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  (void)args;
  Walk walk = *(const Walk *)data;
  MlirType type = walk.integer;
  MlirValue tree = ufLoopIndex(b, 1);
  walk.row = ufLoopIndex(b, 0);
  MlirBlock before = mlirBlockCreate(1, &type, &b->loc);
  MlirBlock after = mlirBlockCreate(1, &type, &b->loc);
  UfBuilder in = ufBuilderIn(b, before);
  MlirValue node = mlirBlockGetArgument(before, 0);
  MlirValue isNode =
      ufCompare(&in, UF_GE, node, ufInteger(&in, type, 0), false);
  ufBuildOp(&in, "scf.condition", (UfTypes){0}, UF_VALUES(isNode, node),
            UF_NO_ATTRS, NULL, 0);
  in = ufBuilderIn(b, after);
  MlirValue next = buildStep(&in, &walk, mlirBlockGetArgument(after, 0));
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_VALUES(next), UF_NO_ATTRS, NULL,
            0);
  MlirRegion regions[] = {mlirRegionCreate(), mlirRegionCreate()};
  mlirRegionAppendOwnedBlock(regions[0], before);
  mlirRegionAppendOwnedBlock(regions[1], after);
  MlirValue root = ufExtract(b, walk.tables[ROOTS], &tree);
  MlirOperation loop = ufBuildOp(b, "scf.while", UF_TYPES(type),
                                 UF_VALUES(root), UF_NO_ATTRS, regions, 2);
  MlirValue leaf = ufSub(b, ufInteger(b, type, -1), ufResultOf(loop, 0));
  results[0] = ufConvert(b, leaf, ufI64(b), false, false);
}

static MlirLogicalResult lowerLeaves(UfBuilder *b) {
  Walk walk = {.x = ufInput(b, 0),
               .integer = ufIntType(b, 32),
               .modes = findModes(ufGetAttr(b->op, "modes"))};
  MlirAttribute features = ufGetAttr(b->op, "features");
  int32_t most = 0;
  for (intptr_t i = 0; i < numRows(features); ++i)
    if (tableInt(features, i) > most)
      most = tableInt(features, i);
  UfSize width = ufSizeOf(b, walk.x, 1);
  if (!ufIsStatic(width)) // C3
    ufAssert(b, ufCompareSize(b, UF_GT, width, most),
             "tree_leaves: the input has fewer features than trees ask for");
  for (int i = 0; i < NUM_TABLES; ++i) {
    MlirAttribute table = ufGetAttr(b->op, tables[i]);
    walk.tables[i] = ufBuild(b, "arith.constant", mlirAttributeGetType(table),
                             UF_NO_VALUES, UF_ATTRS({"value", table}));
  }
  UfSize sizes[] = {ufSizeOf(b, walk.x, 0),
                    ufStatic(numRows(ufGetAttr(b->op, "roots")))};
  MlirValue init = ufEmpty(b, ufI64(b), 2, sizes);
  MlirAffineMap map = ufMapIdentity(b, 2);
  return ufReplace(b, ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                                .maps = &map,
                                                .iterators = "pp",
                                                .body = walkBody,
                                                .data = &walk}));
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

static MlirAttribute intsTable(const UfBuilder *b, int rank, int64_t rows,
                               const int32_t *values) {
  int64_t dims[] = {rows, 2};
  return mlirDenseElementsAttrInt32Get(ufTensorOf(ufIntType(b, 32), rank, dims),
                                       rank == 2 ? 2 * rows : rows, values);
}

/// The weights of every target in the leaves of every tree: [rows, trees,
/// targets].
static MlirValue readLeaves(UfBuilder *b, MlirValue x, const UfTrees *trees) {
  MlirType element = ufElementType(x);
  int64_t weightDims[] = {trees->numLeaves, trees->numTargets};
  MlirAttribute thresholds = ufConstantOf(
      ufFloatsConstant(b, element, 1, &trees->numNodes, trees->thresholds));
  MlirValue leaves = ufOp(
      b, "tree_leaves", UF_VALUES(x),
      UF_ATTRS({"features", intsTable(b, 1, trees->numNodes, trees->features)},
               {"thresholds", thresholds},
               {"modes", intsTable(b, 1, trees->numNodes, trees->modes)},
               {"children", intsTable(b, 2, trees->numNodes, trees->children)},
               {"roots", intsTable(b, 1, trees->numTrees, trees->roots)}));
  MlirValue weights =
      ufFloatsConstant(b, element, 2, weightDims, trees->weights);
  if (!leaves.ptr || !weights.ptr)
    return (MlirValue){NULL};
  return ufOp(b, "gather", UF_VALUES(weights, leaves),
              UF_ATTRS({"axis", ufIntAttr(b, 0)}));
}

/// How votes of the trees become one: 0 average, 1 sum, 2 minimum, 3 maximum.
typedef enum Aggregate { AVERAGE, SUM, MIN, MAX } Aggregate;

/// What a leaf says of targets it has no vote for.
static double fillerOf(Aggregate aggregate, bool isWide) {
  double most = isWide ? DBL_MAX : (double)FLT_MAX;
  return aggregate == MIN ? most : aggregate == MAX ? -most : 0;
}

static MlirValue scoreTrees(UfBuilder *b, MlirValue x, const UfTrees *trees,
                            Aggregate aggregate) {
  static const char *const reductions[] = {"reduce_sum", "reduce_sum",
                                           "reduce_min", "reduce_max"};
  UfInts axis = {1, {1}};
  MlirValue scores = ufCallReduce(b, reductions[aggregate],
                                  readLeaves(b, x, trees), &axis, false);
  return aggregate == AVERAGE && trees->numTrees > 0
             ? ufCallNumber(b, "divide", scores, (double)trees->numTrees)
             : scores;
}

/// Input 0 as rows, in f64 when the tables are.
static MlirValue rowsFor(UfBuilder *b, const UfNode *node,
                         const UfTrees *trees) {
  MlirValue x = ufMlRows(b, node, ufNodeInput(node, 0));
  return trees->isWide ? ufCallCast(b, x, mlirF64TypeGet(b->ctx)) : x;
}

static MlirLogicalResult addBase(UfBuilder *b, const UfNode *node,
                                 int64_t count, MlirValue *scores) {
  UfFloats base = ufNodeFloats(node, "base_values");
  int64_t size = base.size;
  if (!scores->ptr)
    return mlirLogicalResultFailure();
  if (size == 0)
    return mlirLogicalResultSuccess();
  if (size != count && size != 1)
    return ufNodeError(node,
                       "has %" PRId64 " base values for %" PRId64 " scores",
                       size, count);
  *scores =
      ufCall2(b, "add", *scores,
              ufFloatsValue(b, ufElementType(*scores), 1, &size, &base, 0));
  return scores->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

static MlirLogicalResult importEnsemble(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  UF_SCOPED(UfTrees) trees = {0};
  int64_t aggregate = ufNodeInt(node, "aggregate_function", SUM);
  const char *transform = ufMlTransformOf(node, true);
  MlirType element = ufElementType(ufNodeInput(node, 0));
  if (!transform)
    return mlirLogicalResultFailure();
  if (aggregate < AVERAGE || aggregate > MAX)
    return ufNodeError(node,
                       "aggregate_function is %" PRId64 ", but must be 0 to 3",
                       aggregate);
  UF_TRY(ufReadTreeEnsemble(
      node, fillerOf((Aggregate)aggregate, mlirTypeIsAF64(element)), &trees));
  MlirValue x = rowsFor(b, node, &trees);
  if (!x.ptr)
    return mlirLogicalResultFailure();
  MlirValue scores = scoreTrees(b, x, &trees, (Aggregate)aggregate);
  return ufNodeDefine(
      results, ufCallCast(b, ufMlTransform(b, scores, transform), element));
}

static MlirLogicalResult importRegressor(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  static const char *const names[] = {"AVERAGE", "SUM", "MIN", "MAX"};
  UF_SCOPED(UfTrees) trees = {0};
  const char *name = ufNodeStr(node, "aggregate_function", "SUM");
  const char *transform = ufMlTransformOf(node, false);
  int64_t numTargets = ufNodeInt(node, "n_targets", 1);
  int aggregate = -1;
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (strcmp(name, names[i]) == 0)
      aggregate = i;
  if (!transform)
    return mlirLogicalResultFailure();
  if (aggregate < 0)
    return ufNodeError(node,
                       "aggregate_function is '%s', but must be AVERAGE, "
                       "SUM, MIN or MAX",
                       name);
  UF_TRY(ufReadTreeNodes(node, "target", numTargets,
                         fillerOf((Aggregate)aggregate, false), &trees));
  MlirValue x = rowsFor(b, node, &trees);
  if (!x.ptr)
    return mlirLogicalResultFailure();
  MlirValue scores = scoreTrees(b, x, &trees, (Aggregate)aggregate);
  UF_TRY(addBase(b, node, numTargets, &scores));
  return ufNodeDefine(
      results, ufCallCast(b, ufMlTransform(b, scores, transform), ufF32(b)));
}

/// Whether all votes are for the first class.
static bool isFirstOnly(const UfNode *node) {
  UfLongInts ids = ufNodeLongInts(node, "class_ids");
  for (intptr_t i = 0; i < ids.size; ++i)
    if (ufLongIntOf(&ids, i) != 0)
      return false;
  return ids.size > 0;
}

/// Two scores of the first one: s for the second class, and against it -s, or
/// 1 - s where no transform follows that makes a probability of it.
static MlirValue splitScore(UfBuilder *b, MlirValue scores,
                            const char *transform) {
  bool isShare =
      strcmp(transform, "NONE") == 0 || strcmp(transform, "PROBIT") == 0;
  MlirValue one = ufCallSlice(b, scores, 1, 0, 1);
  MlirValue other = ufCall1(b, "neg", one);
  if (isShare)
    other = ufCallNumber(b, "add", other, 1);
  return ufCallConcat(b, UF_VALUES(other, one), 1);
}

static MlirLogicalResult importClassifier(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  const char *ints = "classlabels_int64s", *strings = "classlabels_strings";
  UF_SCOPED(UfTrees) trees = {0};
  const char *transform = ufMlTransformOf(node, false);
  int64_t count = ufMlNumClasses(node, ints, strings);
  if (!transform || count < 0)
    return mlirLogicalResultFailure();
  if (count == 1 && !ufNodeLongInts(node, ints).size)
    return ufNodeError(node, "names one class by a string, and gives no other");
  UF_TRY(ufReadTreeNodes(node, "class", count, 0, &trees));
  MlirValue x = rowsFor(b, node, &trees);
  if (!x.ptr)
    return mlirLogicalResultFailure();
  MlirValue scores = scoreTrees(b, x, &trees, SUM);
  UF_TRY(addBase(b, node, count, &scores));
  if (count <= 2 && isFirstOnly(node))
    scores = splitScore(b, scores, transform);
  scores = ufMlTransform(b, scores, transform);
  MlirValue best = ufMlBest(b, scores);
  if (!best.ptr)
    return mlirLogicalResultFailure();
  if (count == 1) { // the label, or 0 where it is not that class
    UfLongInts label = ufNodeLongInts(node, ints);
    results[0] = ufCall2(b, "multiply", best,
                         ufCallSqueeze(b, ufLongIntsValue(b, &label), 0));
  } else {
    results[0] = ufMlLabels(b, node, ints, strings, best);
  }
  results[1] = ufCallCast(b, scores, ufF32(b));
  return results[0].ptr && results[1].ptr ? mlirLogicalResultSuccess()
                                          : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "tree_leaves",
        .summary = "Which leaf each row reaches in each tree.",
        .operands = {{"input", "[rows, features].", UF_FLOATS}},
        .attrs = {{"features", "Of each node.", UF_VALUE},
                  {"thresholds", "Of each node.", UF_VALUE},
                  {"modes", "How each node compares.", UF_VALUE},
                  {"children", "Where each node leads to.", UF_VALUE},
                  {"roots", "Where each tree begins.", UF_VALUE}},
        .verify = verifyLeaves,
        .infer = inferLeaves,
        .toLinalg = lowerLeaves,
        .imports = UF_IMPORTS(
            {UF_ONNX, "ai.onnx.ml.TreeEnsemble", 5, importEnsemble},
            {UF_ONNX, "ai.onnx.ml.TreeEnsembleRegressor", 1, importRegressor},
            {UF_ONNX, "ai.onnx.ml.TreeEnsembleClassifier", 1,
             importClassifier}),
    },
};
UF_FAMILY(ufTreeOps, "trees", ops);

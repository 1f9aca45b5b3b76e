//===-- TfIdf.c - Counting n-grams ----------------------------------------===//

#include "Ops/Compose.h"
#include "Ops/MlScore.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/Strings.h"
#include "Support/Arena.h"

#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// ngram_counts
//
//   output[n, columns[g]] = how often the n-gram g is in row n of the input.
//
//   `pool` lists all 1-grams, then all 2-grams and so on; those of i elements
//   begin at starts[i - 1]. An n-gram matches elements that are s + 1 apart,
//   for every s from 0 to max_skip; a 1-gram is counted for s = 0 only. Of
//   equal n-grams the last one counts.
//
//   The n-grams become a tree of their elements: a node's children are sorted,
//   and searched by halves.
//
// (C1) The input has rank 2, pool and columns rank 1; pool has the input's
//      element type.
// (C2) starts do not fall, and are inside the pool; from each to the next there
//      are whole n-grams, as many in all as columns.
// (C3) Columns are inside [0, size).
// (C4) 1 <= min_length <= max_length <= 64, and max_skip is not negative.
//===----------------------------------------------------------------------===//

enum { MOST_SKIPS = INT32_MAX - 1, MOST_LENGTH = 64 };

static MlirLogicalResult verifyStarts(MlirOperation op, int64_t pool,
                                      int64_t columns) { // C2
  UfInts starts = ufGetInts(op, "starts");
  int64_t grams = 0;
  for (int i = 0; i < starts.size; ++i) {
    int64_t end = i + 1 < starts.size ? starts.data[i + 1] : pool;
    if (starts.data[i] < 0 || end < starts.data[i] || end > pool ||
        (end - starts.data[i]) % (i + 1) != 0)
      return ufOpError(op,
                       "the %d-grams are from %" PRId64 " to %" PRId64
                       " of a pool of %" PRId64,
                       i + 1, starts.data[i], end, pool);
    grams += (end - starts.data[i]) / (i + 1);
  }
  if (grams != columns)
    return ufOpError(op, "has %" PRId64 " columns for %" PRId64 " n-grams",
                     columns, grams);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult verifyCounts(MlirOperation op) {
  MlirAttribute pool = ufGetAttr(op, "pool"),
                columns = ufGetAttr(op, "columns");
  MlirValue x = mlirOperationGetOperand(op, 0);
  MlirType poolType = mlirAttributeGetType(pool);
  MlirType columnType = mlirAttributeGetType(columns);
  if (ufRank(x) != 2 || mlirShapedTypeGetRank(poolType) != 1 ||
      mlirShapedTypeGetRank(columnType) != 1 ||
      !mlirAttributeIsADenseElements(pool) ||
      !mlirAttributeIsADenseElements(columns) ||
      !ufIsInt(mlirShapedTypeGetElementType(columnType)) ||
      !mlirTypeEqual(mlirShapedTypeGetElementType(poolType),
                     ufElementType(x)) ||
      !(ufIsString(ufElementType(x)) || ufIsInt(ufElementType(x)))) // C1
    return ufOpError(op, "needs an input of rank 2, a list of its elements as "
                         "'pool' and one of integers as 'columns'");
  UF_TRY(verifyStarts(op, mlirShapedTypeGetDimSize(poolType, 0),
                      mlirShapedTypeGetDimSize(columnType, 0)));
  int64_t size = ufGetInt(op, "size");
  for (intptr_t i = 0; i < mlirElementsAttrGetNumElements(columns); ++i) {
    int64_t column = ufElementAsInt(columns, i);
    if (column < 0 || column >= size) // C3
      return ufOpError(op, "column %" PRId64 " is outside [0, %" PRId64 ")",
                       column, size);
  }
  int64_t least = ufGetInt(op, "min_length"), most = ufGetInt(op, "max_length");
  int64_t skip = ufGetInt(op, "max_skip");
  if (least < 1 || most < least || most > MOST_LENGTH || skip < 0 ||
      skip > MOST_SKIPS) // C4
    return ufOpError(op,
                     "lengths from %" PRId64 " to %" PRId64
                     " with up to %" PRId64 " skips are not supported",
                     least, most, skip);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferCounts(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].dims[1] = ufGetInt(op, "size");
  results[0].element = mlirF32TypeGet(mlirOperationGetContext(op));
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// The tree
//===----------------------------------------------------------------------===//

/// An n-gram of the pool, whose elements are sorted by.
typedef struct Gram {
  const int64_t *elements;
  int length;
  int64_t column;
  intptr_t order;
} Gram;

static int compareGrams(const void *left, const void *right) {
  const Gram *a = left, *b = right;
  for (int i = 0; i < a->length && i < b->length; ++i)
    if (a->elements[i] != b->elements[i])
      return a->elements[i] < b->elements[i] ? -1 : 1;
  if (a->length != b->length)
    return a->length - b->length;
  return (a->order > b->order) - (a->order < b->order);
}

/// Nodes level by level, so that the children of one lie together.
typedef struct Tree {
  UfArena arena;
  Gram *grams;
  intptr_t numGrams, numNodes;
  int64_t *keys;    ///< The element that leads to the node.
  int64_t *first;   ///< Its first child; those of node i end at first[i + 1].
  int64_t *columns; ///< -1 where no n-gram ends.
  intptr_t *begin;  ///< The first of the grams below it.
  intptr_t *end;
} Tree;

static bool readGrams(MlirOperation op, Tree *tree) {
  MlirAttribute pool = ufGetAttr(op, "pool"),
                columns = ufGetAttr(op, "columns");
  UfInts starts = ufGetInts(op, "starts");
  intptr_t size = mlirElementsAttrGetNumElements(pool), order = 0;
  int64_t *elements = UF_NEW(&tree->arena, int64_t, (size_t)size);
  tree->grams = UF_NEW(&tree->arena, Gram,
                       (size_t)mlirElementsAttrGetNumElements(columns));
  if (!elements || !tree->grams)
    return false;
  for (intptr_t i = 0; i < size; ++i)
    elements[i] = ufElementAsInt(pool, i);
  for (int i = 0; i < starts.size; ++i) {
    int64_t end = i + 1 < starts.size ? starts.data[i + 1] : size;
    bool isWanted = i + 1 >= ufGetInt(op, "min_length") &&
                    i + 1 <= ufGetInt(op, "max_length");
    for (int64_t at = starts.data[i]; at < end; at += i + 1, ++order)
      if (isWanted)
        tree->grams[tree->numGrams++] =
            (Gram){elements + at, i + 1, ufElementAsInt(columns, order), order};
  }
  if (tree->numGrams)
    qsort(tree->grams, (size_t)tree->numGrams, sizeof *tree->grams,
          compareGrams);
  return true;
}

/// Appends the children of `node`, whose n-grams have `depth` elements in
/// common.
static void addChildren(Tree *tree, intptr_t node, int depth) {
  intptr_t at = tree->begin[node], end = tree->end[node];
  tree->first[node] = tree->numNodes;
  // The shortest come first: those that end here, the last of which counts.
  for (; at < end && tree->grams[at].length == depth; ++at)
    tree->columns[node] = tree->grams[at].column;
  while (at < end) {
    intptr_t child = tree->numNodes++;
    tree->keys[child] = tree->grams[at].elements[depth];
    tree->columns[child] = -1;
    tree->begin[child] = at;
    while (at < end && tree->grams[at].elements[depth] == tree->keys[child])
      ++at;
    tree->end[child] = at;
  }
}

static bool buildTree(MlirOperation op, Tree *tree) {
  if (!readGrams(op, tree))
    return false;
  size_t most = 2;
  for (intptr_t i = 0; i < tree->numGrams; ++i)
    most += (size_t)tree->grams[i].length;
  tree->keys = UF_NEW(&tree->arena, int64_t, most);
  tree->first = UF_NEW(&tree->arena, int64_t, most);
  tree->columns = UF_NEW(&tree->arena, int64_t, most);
  tree->begin = UF_NEW(&tree->arena, intptr_t, most);
  tree->end = UF_NEW(&tree->arena, intptr_t, most);
  if (!tree->keys || !tree->first || !tree->columns || !tree->begin ||
      !tree->end)
    return false;
  tree->numNodes = 1;
  tree->columns[0] = -1;
  tree->end[0] = tree->numGrams;
  intptr_t node = 0, level = 1;
  for (int depth = 0; node < tree->numNodes; ++depth, level = tree->numNodes)
    for (; node < level; ++node)
      addChildren(tree, node, depth);
  tree->first[tree->numNodes] = tree->numNodes;
  return true;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

typedef struct Count {
  MlirValue x, keys, first, columns;
  MlirValue row, step; ///< Of what is being counted.
  MlirValue element, low, high;
  MlirValue fewest; ///< Elements an n-gram needs to be counted at this step.
  int64_t length;
} Count;

static MlirValue at1(UfBuilder *b, MlirValue table, MlirValue i) {
  return ufToIndex(b, ufExtract(b, table, &i));
}

/// Halves [low, high), which is carried, unless it is empty.
static void stepHalve(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  (void)at;
  const Count *count = data;
  MlirValue one = ufIndex(b, 1);
  MlirValue middle =
      ufBinary(b, "arith.shrui", ufAdd(b, carried[0], carried[1]), one);
  MlirValue key = ufExtract(b, count->keys, &middle);
  MlirValue isAbove = ufCompare(b, UF_LT, key, count->element, false);
  next[0] = ufSelect(b, isAbove, ufAdd(b, middle, one), carried[0]);
  next[1] = ufSelect(b, isAbove, carried[1], middle);
}

static MlirValue lowerBound(UfBuilder *b, const Count *count) {
  MlirType types[] = {ufIndexType(b), ufIndexType(b)};
  MlirLocation locs[] = {b->loc, b->loc};
  MlirBlock blocks[] = {mlirBlockCreate(2, types, locs),
                        mlirBlockCreate(2, types, locs)};
  MlirValue carried[2], next[2];
  UfBuilder in = ufBuilderIn(b, blocks[0]);
  carried[0] = mlirBlockGetArgument(blocks[0], 0);
  carried[1] = mlirBlockGetArgument(blocks[0], 1);
  ufBuildOp(&in, "scf.condition", (UfTypes){0},
            UF_VALUES(ufCompare(&in, UF_LT, carried[0], carried[1], true),
                      carried[0], carried[1]),
            UF_NO_ATTRS, NULL, 0);
  in = ufBuilderIn(b, blocks[1]);
  carried[0] = mlirBlockGetArgument(blocks[1], 0);
  carried[1] = mlirBlockGetArgument(blocks[1], 1);
  stepHalve(&in, NULL, carried, next, count);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_VALUES(next[0], next[1]),
            UF_NO_ATTRS, NULL, 0);
  MlirRegion regions[] = {mlirRegionCreate(), mlirRegionCreate()};
  for (int i = 0; i < 2; ++i)
    mlirRegionAppendOwnedBlock(regions[i], blocks[i]);
  return ufResultOf(ufBuildOp(b, "scf.while", (UfTypes){types, 2},
                              UF_VALUES(count->low, count->high), UF_NO_ATTRS,
                              regions, 2),
                    0);
}

/// Counts the n-gram that ends at the node, where one does.
static void addOne(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                   MlirValue *next, const void *data) {
  (void)at;
  const Count *count = data;
  MlirValue column = at1(b, count->columns, carried[1]);
  MlirValue to[] = {count->row, column};
  MlirValue sum =
      ufAdd(b, ufExtract(b, carried[0], to), ufNumber(b, ufF32(b), 1));
  next[0] = ufInsertScalar(b, sum, carried[0], to);
  next[1] = carried[1];
}

/// Goes from a node to its child for the next element, or to the end.
static void descend(UfBuilder *b, const MlirValue *at, const MlirValue *carried,
                    MlirValue *next, const void *data) {
  (void)at;
  Count count = *(const Count *)data;
  count.low = at1(b, count.first, carried[1]);
  count.high = at1(b, count.first, ufAdd(b, carried[1], ufIndex(b, 1)));
  MlirValue child = lowerBound(b, &count);
  // Past the last child may lie a node of another's: then the keys need not
  // differ. Behind the last node there is a key too.
  MlirValue isThere =
      ufBinary(b, "arith.andi", ufCompare(b, UF_LT, child, count.high, true),
               ufCompare(b, UF_EQ, ufExtract(b, count.keys, &child),
                         count.element, false));
  next[0] = carried[0];
  next[1] = ufSelect(b, isThere, child, ufIndex(b, 0));
}

/// Element number at[0] of the n-gram that begins at at[1] carried: the counts,
/// and the node it has come to; node 0, the root, stands for nowhere once the
/// first element has been read.
static void stepElement(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  Count count = *(const Count *)data;
  MlirValue position = ufAdd(b, count.low, ufMul(b, at[0], count.step));
  MlirValue from[] = {count.row, position};
  MlirValue zero = ufIndex(b, 0);
  MlirValue isInside = ufCompare(b, UF_LT, position, count.high, true);
  MlirValue isAlive =
      ufBinary(b, "arith.ori", ufCompare(b, UF_EQ, at[0], zero, false),
               ufCompare(b, UF_NE, carried[1], zero, false));
  MlirValue safe = ufSelect(b, isInside, position, zero);
  from[1] = safe;
  count.element =
      ufConvert(b, ufExtract(b, count.x, from), ufI64(b), false, false);
  MlirValue none[] = {carried[0], zero}, moved[2];
  MlirValue goesOn = ufBinary(b, "arith.andi", isInside, isAlive);
  MlirValue node[] = {carried[0], ufSelect(b, goesOn, carried[1], none[1])};
  // From the root again only for the first element.
  ufStepIf(b, goesOn, 2, node, moved, descend, &count);
  MlirValue column = ufExtract(b, count.columns, &moved[1]);
  MlirValue isGram =
      ufCompare(b, UF_GE, column, ufInteger(b, ufI64(b), 0), false);
  MlirValue isLong =
      ufCompare(b, UF_GE, ufAdd(b, at[0], ufIndex(b, 1)), count.fewest, true);
  MlirValue isCounted = ufBinary(b, "arith.andi", goesOn,
                                 ufBinary(b, "arith.andi", isGram, isLong));
  ufStepIf(b, isCounted, 2, moved, next, addOne, &count);
}

/// Every n-gram that begins at element at[2] of row at[1] and skips at[0].
static void stepStart(UfBuilder *b, const MlirValue *at,
                      const MlirValue *carried, MlirValue *next,
                      const void *data) {
  Count count = *(const Count *)data;
  UfSize length = ufStatic(count.length);
  MlirValue one = ufIndex(b, 1);
  count.row = at[1];
  count.low = at[2];
  count.step = ufAdd(b, at[0], one);
  // Single elements have nothing to skip.
  count.fewest = ufSelect(b, ufCompare(b, UF_EQ, count.step, one, false), one,
                          ufIndex(b, 2));
  count.high = ufSizeValue(b, ufSizeOf(b, count.x, 1));
  MlirValue state[] = {carried[0], ufIndex(b, 0)}, after[2];
  ufLoopNest(b, 1, &length, 2, state, after, stepElement, &count);
  next[0] = after[0];
}

static MlirValue table(UfBuilder *b, const int64_t *values, int64_t count) {
  MlirType type = ufTensorOf(ufI64(b), 1, &count);
  return ufBuild(
      b, "arith.constant", type, UF_NO_VALUES,
      UF_ATTRS({"value", mlirDenseElementsAttrInt64Get(type, count, values)}));
}

static MlirLogicalResult lowerCounts(UfBuilder *b) {
  Tree tree = {0};
  if (!buildTree(b->op, &tree)) {
    ufArenaDestroy(&tree.arena);
    return ufOpError(b->op, "out of memory for its n-grams");
  }
  Count count = {.x = ufInput(b, 0),
                 .keys = table(b, tree.keys, tree.numNodes + 1),
                 .first = table(b, tree.first, tree.numNodes + 1),
                 .columns = table(b, tree.columns, tree.numNodes + 1),
                 .length = ufGetInt(b->op, "max_length")};
  ufArenaDestroy(&tree.arena);
  // As many skips as a row has elements leave room for one of them only.
  UfSize elements = ufSizeOf(b, count.x, 1);
  UfSize skips = ufStatic(ufGetInt(b->op, "max_skip") + 1);
  UfSize sizes[] = {ufSizeMin(b, skips, elements), ufSizeOf(b, count.x, 0),
                    elements};
  UfSize shape[] = {sizes[1], ufStatic(ufGetInt(b->op, "size"))};
  MlirValue counts, none = ufFilled(b, ufNumber(b, ufF32(b), 0), 2, shape);
  ufLoopNest(b, 3, sizes, 1, &none, &counts, stepStart, &count);
  return ufReplace(b, counts);
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// Counts; whether there are any, times a weight; or counts times a weight.
static MlirValue weigh(UfBuilder *b, const UfNode *node, MlirValue counts,
                       const char *mode, int64_t size) {
  UfFloats weights = ufNodeFloats(node, "weights");
  if (!counts.ptr || strcmp(mode, "TF") == 0)
    return counts;
  if (strcmp(mode, "IDF") == 0)
    counts = ufCallCast(
        b, ufCallCompare(b, "gt", counts, ufScalarConstant(b, ufF32(b), 0)),
        ufF32(b));
  if (!weights.size)
    return counts;
  return ufCall2(b, "multiply", counts,
                 ufFloatsValue(b, ufF32(b), 1, &size, &weights, 0));
}

static int64_t numColumns(const UfLongInts *columns) {
  int64_t size = 0;
  for (intptr_t i = 0; i < columns->size; ++i)
    if (ufLongIntOf(columns, i) >= size && ufLongIntOf(columns, i) < INT32_MAX)
      size = ufLongIntOf(columns, i) + 1;
  return size;
}

static MlirLogicalResult importTfIdf(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), pool;
  UfLongInts columns = ufNodeLongInts(node, "ngram_indexes");
  UfLongInts ints = ufNodeLongInts(node, "pool_int64s");
  const char *mode = ufNodeStr(node, "mode", "");
  bool isText = ufIsString(ufElementType(x));
  int rank = ufRank(x);
  if (strcmp(mode, "TF") != 0 && strcmp(mode, "IDF") != 0 &&
      strcmp(mode, "TFIDF") != 0)
    return ufNodeError(node, "mode is '%s', but must be TF, IDF or TFIDF",
                       mode);
  if (rank != 1 && rank != 2)
    return ufNodeError(node, "takes [C] or [N, C], but has rank %d", rank);
  pool = isText ? ufStringsValue(b, ufNodeAttr(node, "pool_strings"))
                : ufLongIntsValue(b, &ints);
  if (!pool.ptr || !columns.size)
    return ufNodeError(node, "needs a pool of its input's type, and "
                             "'ngram_indexes'");
  if (!isText)
    x = ufCallCast(b, x, ufI64(b));
  if (rank == 1)
    x = ufCallUnsqueeze(b, x, 0);
  int64_t size = numColumns(&columns);
  UfFloats weights = ufNodeFloats(node, "weights");
  if (weights.size && weights.size < size)
    return ufNodeError(node, "has %" PRIdPTR " weights for %" PRId64 " columns",
                       weights.size, size);
  MlirValue indices = ufLongIntsValue(b, &columns);
  if (!x.ptr || !indices.ptr)
    return mlirLogicalResultFailure();
  MlirValue counts = ufOp(
      b, "ngram_counts", UF_VALUES(x),
      UF_ATTRS(
          {"pool", ufConstantOf(pool)}, {"columns", ufConstantOf(indices)},
          {"starts", ufNodeAttr(node, "ngram_counts")},
          {"size", ufIntAttr(b, size)},
          {"min_length", ufIntAttr(b, ufNodeInt(node, "min_gram_length", 1))},
          {"max_length", ufIntAttr(b, ufNodeInt(node, "max_gram_length", 1))},
          {"max_skip", ufIntAttr(b, ufNodeInt(node, "max_skip_count", 0))}));
  counts = weigh(b, node, counts, mode, size);
  return ufNodeDefine(results,
                      rank == 1 ? ufCallSqueeze(b, counts, 0) : counts);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "ngram_counts",
        .summary = "How often each row has each of some n-grams.",
        .operands = {{"input", "[rows, elements] of strings or integers."}},
        .attrs = {{"pool", "The n-grams' elements, shorter ones first.",
                   UF_VALUE},
                  {"columns", "Where each n-gram is counted.", UF_VALUE},
                  {"starts", "Where those of 1, 2, ... elements begin.",
                   UF_INT_LIST},
                  {"size", "Columns of the result.", UF_INT},
                  {"min_length", "The shortest n-gram.", UF_INT, "1"},
                  {"max_length", "The longest.", UF_INT, "1"},
                  {"max_skip", "The most elements between two.", UF_INT, "0"}},
        .verify = verifyCounts,
        .infer = inferCounts,
        .toLinalg = lowerCounts,
        .imports = UF_IMPORTS({UF_ONNX, "TfIdfVectorizer", 9, importTfIdf}),
    },
};
UF_FAMILY(ufTfIdfOps, "ngrams", ops);

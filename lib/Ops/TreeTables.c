//===-- TreeTables.c - Reading decision trees -----------------------------===//
//
// Two forms of the same: TreeEnsemble refers to nodes by their position, the
// older operators by the ids of tree and node. Tables come from files: every
// reference is checked, and no node is reached twice, so that all walks end.
//
//===----------------------------------------------------------------------===//

#include "Ops/Trees.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Bound of leaves times targets.
#define MOST_WEIGHTS ((int64_t)1 << 28)

/// A node as files have it: what follows is the position of a node, or ~leaf.
typedef struct Source {
  int64_t feature, yes, no;
  double threshold;
  int mode;
  bool tracks;
  intptr_t firstMember, numMembers; ///< Of UF_TREE_MEMBER.
} Source;

typedef struct Reader {
  const UfNode *node;
  UfTrees *trees;
  Source *sources;
  intptr_t count;
  const UfFloats *members;
  bool *reached;
  int32_t *position; ///< In the table, by source.
  intptr_t *queue;   ///< Sources in the order they are written.
  int64_t written;   ///< Rows of the table.
} Reader;

static MlirLogicalResult failMemory(const UfNode *node) {
  return ufNodeError(node, "out of memory for its trees");
}

/// How many rows of the table a source takes.
static int64_t rowsOf(const Source *source) {
  return source->mode == UF_TREE_MEMBER && source->numMembers > 1
             ? source->numMembers
             : 1;
}

/// Where a branch leads, once its node has a row.
static MlirLogicalResult reach(Reader *reader, intptr_t *queued, int64_t to,
                               int32_t *child) {
  if (to < 0) {
    *child = (int32_t)to;
    return mlirLogicalResultSuccess();
  }
  if (reader->reached[to])
    return ufNodeError(reader->node, "reaches node %" PRId64 " twice", to);
  reader->reached[to] = true;
  reader->position[to] = (int32_t)reader->written;
  reader->written += rowsOf(&reader->sources[to]);
  reader->queue[(*queued)++] = to;
  *child = reader->position[to];
  return mlirLogicalResultSuccess();
}

/// A set becomes a chain of comparisons; NaN is dealt with by the first.
static void writeRows(Reader *reader, const Source *source, int64_t row,
                      int32_t yes, int32_t no) {
  UfTrees *trees = reader->trees;
  bool isSet = source->mode == UF_TREE_MEMBER;
  int64_t count = rowsOf(source);
  for (int64_t i = 0; i < count; ++i) {
    // Nothing is equal to NaN: an empty set.
    double threshold = !isSet ? source->threshold
                       : source->numMembers > 0
                           ? ufFloatOf(reader->members, source->firstMember + i)
                           : (double)NAN;
    trees->features[row + i] = (int32_t)source->feature;
    trees->thresholds[row + i] = threshold;
    trees->modes[row + i] = (isSet ? UF_TREE_EQ : source->mode) |
                            (source->tracks && i == 0 ? UF_TREE_TRACKS : 0);
    trees->children[2 * (row + i)] = yes;
    trees->children[2 * (row + i) + 1] =
        i + 1 < count ? (int32_t)(row + i + 1) : no;
  }
}

/// Memory for the table of all sources, and a row more.
static MlirLogicalResult createTables(Reader *reader) {
  UfTrees *trees = reader->trees;
  UfArena *arena = &trees->arena;
  int64_t rows = 1;
  for (intptr_t i = 0; i < reader->count; ++i)
    rows += rowsOf(&reader->sources[i]);
  if (rows > INT32_MAX)
    return ufNodeError(reader->node, "has %" PRId64 " nodes", rows);
  trees->features = UF_NEW(arena, int32_t, (size_t)rows);
  trees->modes = UF_NEW(arena, int32_t, (size_t)rows);
  trees->children = UF_NEW(arena, int32_t, 2 * (size_t)rows);
  trees->thresholds = UF_NEW(arena, double, (size_t)rows);
  trees->roots = UF_NEW(arena, int32_t, (size_t)trees->numTrees);
  reader->reached = UF_NEW(arena, bool, (size_t)reader->count);
  reader->position = UF_NEW(arena, int32_t, (size_t)reader->count);
  reader->queue = UF_NEW(arena, intptr_t, (size_t)reader->count);
  bool isThere = trees->features && trees->modes && trees->children &&
                 trees->thresholds && trees->roots && reader->reached &&
                 reader->position && reader->queue;
  return isThere ? mlirLogicalResultSuccess() : failMemory(reader->node);
}

/// Writes a source whose row is known; what it leads to comes after it.
static MlirLogicalResult writeSource(Reader *reader, intptr_t *queued,
                                     intptr_t index) {
  const Source *source = &reader->sources[index];
  int32_t yes = 0, no = 0;
  UF_TRY(reach(reader, queued, source->yes, &yes));
  UF_TRY(reach(reader, queued, source->no, &no));
  writeRows(reader, source, reader->position[index], yes, no);
  return mlirLogicalResultSuccess();
}

/// Writes all trees breadth first, so that nodes follow their parents.
static MlirLogicalResult writeTrees(Reader *reader, const int64_t *roots) {
  UfTrees *trees = reader->trees;
  UF_TRY(createTables(reader));
  intptr_t queued = 0;
  for (int64_t t = 0; t < trees->numTrees; ++t)
    UF_TRY(reach(reader, &queued, roots[t], &trees->roots[t]));
  for (intptr_t i = 0; i < queued; ++i)
    UF_TRY(writeSource(reader, &queued, reader->queue[i]));
  // Tables have a row even where all trees are leaves; nothing leads to it.
  bool isEmpty = reader->written == 0;
  trees->numNodes = reader->written + isEmpty;
  for (int k = 0; isEmpty && k < 2; ++k)
    trees->children[k] = -1;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult createWeights(const UfNode *node, double filler,
                                       UfTrees *trees) {
  int64_t count;
  if (trees->numTargets < 1 || trees->numLeaves < 1 ||
      __builtin_mul_overflow(trees->numTargets, trees->numLeaves, &count) ||
      count > MOST_WEIGHTS)
    return ufNodeError(node, "has %" PRId64 " leaves for %" PRId64 " targets",
                       trees->numLeaves, trees->numTargets);
  trees->weights = UF_NEW(&trees->arena, double, (size_t)count);
  if (!trees->weights)
    return failMemory(node);
  for (int64_t i = 0; i < count; ++i)
    trees->weights[i] = filler;
  return mlirLogicalResultSuccess();
}

static bool isWideTable(const UfFloats *floats) {
  return floats->size && mlirAttributeIsADenseElements(floats->attr) &&
         mlirTypeIsAF64(
             mlirShapedTypeGetElementType(mlirAttributeGetType(floats->attr)));
}

static MlirLogicalResult checkFeature(const UfNode *node, int64_t feature) {
  if (feature >= 0 && feature <= INT32_MAX)
    return mlirLogicalResultSuccess();
  return ufNodeError(node, "has a node for feature %" PRId64, feature);
}

//===----------------------------------------------------------------------===//
// TreeEnsemble
//===----------------------------------------------------------------------===//

typedef struct Columns {
  UfLongInts features, yes, no, yesLeaf, noLeaf, tracks, roots, targets;
  UfFloats splits, weights, members;
  MlirAttribute modes;
} Columns;

static MlirLogicalResult readColumns(const UfNode *node, Columns *columns) {
  static const char *const names[] = {
      "nodes_featureids",   "nodes_truenodeids",
      "nodes_falsenodeids", "nodes_trueleafs",
      "nodes_falseleafs",   "nodes_missing_value_tracks_true",
      "tree_roots",         "leaf_targetids"};
  UfLongInts *lists[] = {&columns->features, &columns->yes,    &columns->no,
                         &columns->yesLeaf,  &columns->noLeaf, &columns->tracks,
                         &columns->roots,    &columns->targets};
  for (int i = 0; i < UF_COUNT(names); ++i)
    *lists[i] = ufNodeLongInts(node, names[i]);
  intptr_t count = columns->features.size;
  columns->splits = ufNodeFloats(node, "nodes_splits");
  columns->weights = ufNodeFloats(node, "leaf_weights");
  columns->members = ufNodeFloats(node, "membership_values");
  columns->modes = ufNodeAttr(node, "nodes_modes");
  for (int i = 0; i < 5; ++i)
    if (lists[i]->size != count)
      return ufNodeError(node,
                         "'%s' has %" PRIdPTR " numbers for %" PRIdPTR " nodes",
                         names[i], lists[i]->size, count);
  if (columns->tracks.size && columns->tracks.size != count)
    return ufNodeError(node,
                       "'%s' has %" PRIdPTR " numbers for %" PRIdPTR " nodes",
                       names[5], columns->tracks.size, count);
  if (mlirAttributeIsNull(columns->modes) ||
      !mlirAttributeIsADenseElements(columns->modes) ||
      !ufIsInt(
          mlirShapedTypeGetElementType(mlirAttributeGetType(columns->modes))) ||
      mlirElementsAttrGetNumElements(columns->modes) != count ||
      columns->splits.size != count)
    return ufNodeError(
        node, "needs a mode and a split for each of %" PRIdPTR " nodes", count);
  if (columns->weights.size == 0 ||
      columns->weights.size != columns->targets.size)
    return ufNodeError(
        node, "has %" PRIdPTR " weights and %" PRIdPTR " targets of leaves",
        columns->weights.size, columns->targets.size);
  if (columns->roots.size == 0 || columns->roots.size > INT32_MAX)
    return ufNodeError(node, "has %" PRIdPTR " trees", columns->roots.size);
  return mlirLogicalResultSuccess();
}

/// The branch of a node: a position, or ~leaf.
static MlirLogicalResult readBranch(const UfNode *node, const Columns *columns,
                                    const UfLongInts *ids,
                                    const UfLongInts *leafs, intptr_t i,
                                    int64_t *out) {
  int64_t id = ufLongIntOf(ids, i);
  bool isLeaf = ufLongIntOf(leafs, i) != 0;
  int64_t count = isLeaf ? columns->weights.size : columns->features.size;
  if (id < 0 || id >= count)
    return ufNodeError(node,
                       "node %" PRIdPTR " leads to %s %" PRId64 " of %" PRId64,
                       i, isLeaf ? "leaf" : "node", id, count);
  *out = isLeaf ? ~id : id;
  return mlirLogicalResultSuccess();
}

/// The members of set number `set`, which ends before the next NaN.
static MlirLogicalResult readSet(const UfNode *node, const UfFloats *members,
                                 intptr_t *at, Source *source) {
  source->firstMember = *at;
  while (*at < members->size && !isnan(ufFloatOf(members, *at)))
    ++*at;
  source->numMembers = *at - source->firstMember;
  if (*at == members->size)
    return ufNodeError(node, "has fewer sets in 'membership_values' than nodes "
                             "that need one");
  ++*at;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readSource(const UfNode *node, const Columns *columns,
                                    intptr_t i, intptr_t *member,
                                    Source *source) {
  int64_t mode = ufElementAsInt(columns->modes, i);
  if (mode < 0 || mode > UF_TREE_MEMBER)
    return ufNodeError(node, "node %" PRIdPTR " has the mode %" PRId64, i,
                       mode);
  *source = (Source){.feature = ufLongIntOf(&columns->features, i),
                     .threshold = ufFloatOf(&columns->splits, i),
                     .mode = (int)mode,
                     .tracks = columns->tracks.size &&
                               ufLongIntOf(&columns->tracks, i) != 0};
  UF_TRY(checkFeature(node, source->feature));
  UF_TRY(readBranch(node, columns, &columns->yes, &columns->yesLeaf, i,
                    &source->yes));
  UF_TRY(readBranch(node, columns, &columns->no, &columns->noLeaf, i,
                    &source->no));
  return mode == UF_TREE_MEMBER
             ? readSet(node, &columns->members, member, source)
             : mlirLogicalResultSuccess();
}

/// A root whose branches are the same leaf is a tree of one leaf.
static MlirLogicalResult readRoots(Reader *reader, const Columns *columns,
                                   int64_t *roots) {
  for (intptr_t t = 0; t < columns->roots.size; ++t) {
    int64_t root = ufLongIntOf(&columns->roots, t);
    if (root < 0 || root >= reader->count)
      return ufNodeError(reader->node,
                         "tree %" PRIdPTR " begins at node %" PRId64
                         " of %" PRIdPTR,
                         t, root, reader->count);
    const Source *source = &reader->sources[root];
    roots[t] =
        source->yes < 0 && source->yes == source->no ? source->yes : root;
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readLeafWeights(const UfNode *node,
                                         const Columns *columns, double filler,
                                         UfTrees *trees) {
  UF_TRY(createWeights(node, filler, trees));
  for (intptr_t i = 0; i < columns->weights.size; ++i) {
    int64_t target = ufLongIntOf(&columns->targets, i);
    if (target < 0 || target >= trees->numTargets)
      return ufNodeError(
          node, "leaf %" PRIdPTR " is for target %" PRId64 " of %" PRId64, i,
          target, trees->numTargets);
    trees->weights[i * trees->numTargets + target] =
        ufFloatOf(&columns->weights, i);
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult readSources(Reader *reader, const Columns *columns) {
  intptr_t member = 0;
  for (intptr_t i = 0; i < reader->count; ++i)
    UF_TRY(readSource(reader->node, columns, i, &member, &reader->sources[i]));
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReadTreeEnsemble(const UfNode *node, double filler,
                                     UfTrees *trees) {
  Columns columns;
  UF_TRY(readColumns(node, &columns));
  trees->numTrees = columns.roots.size;
  trees->numLeaves = columns.weights.size;
  trees->numTargets = ufNodeInt(node, "n_targets", 1);
  trees->isWide = isWideTable(&columns.splits) || isWideTable(&columns.weights);
  Reader reader = {.node = node,
                   .trees = trees,
                   .count = columns.features.size,
                   .members = &columns.members};
  reader.sources = UF_NEW(&trees->arena, Source, (size_t)reader.count);
  int64_t *roots = UF_NEW(&trees->arena, int64_t, (size_t)trees->numTrees);
  if (!reader.sources || !roots)
    return failMemory(node);
  UF_TRY(readSources(&reader, &columns));
  UF_TRY(readRoots(&reader, &columns, roots));
  UF_TRY(writeTrees(&reader, roots));
  return readLeafWeights(node, &columns, filler, trees);
}

//===----------------------------------------------------------------------===//
// TreeEnsembleRegressor, TreeEnsembleClassifier
//===----------------------------------------------------------------------===//

/// A node's ids and where it is.
typedef struct Id {
  int64_t tree, node;
  intptr_t index;
} Id;

static int compareIds(const void *left, const void *right) {
  const Id *a = left, *b = right;
  if (a->tree != b->tree)
    return a->tree < b->tree ? -1 : 1;
  return (a->node > b->node) - (a->node < b->node);
}

/// Where the node with these ids is; -1 when there is none.
static intptr_t findId(const Id *ids, intptr_t count, int64_t tree,
                       int64_t node) {
  Id key = {tree, node, 0};
  const Id *found = bsearch(&key, ids, (size_t)count, sizeof *ids, compareIds);
  return found ? found->index : -1;
}

typedef struct IdColumns {
  UfLongInts trees, nodes, features, yes, no, tracks;
  UfFloats values;
  MlirAttribute modes;
} IdColumns;

static MlirLogicalResult readIdColumns(const UfNode *node, IdColumns *columns) {
  static const char *const names[] = {
      "nodes_treeids",      "nodes_nodeids",
      "nodes_featureids",   "nodes_truenodeids",
      "nodes_falsenodeids", "nodes_missing_value_tracks_true"};
  UfLongInts *lists[] = {&columns->trees, &columns->nodes, &columns->features,
                         &columns->yes,   &columns->no,    &columns->tracks};
  for (int i = 0; i < UF_COUNT(names); ++i)
    *lists[i] = ufNodeLongInts(node, names[i]);
  columns->values = ufNodeFloats(node, "nodes_values");
  columns->modes = ufNodeAttr(node, "nodes_modes");
  intptr_t count = columns->trees.size;
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (lists[i]->size != count && (i < 5 || lists[i]->size))
      return ufNodeError(node,
                         "'%s' has %" PRIdPTR " numbers for %" PRIdPTR " nodes",
                         names[i], lists[i]->size, count);
  if (count == 0 || columns->values.size != count ||
      mlirAttributeIsNull(columns->modes) ||
      !mlirAttributeIsAArray(columns->modes) ||
      mlirArrayAttrGetNumElements(columns->modes) != count)
    return ufNodeError(
        node, "needs a mode and a value for each of %" PRIdPTR " nodes", count);
  return mlirLogicalResultSuccess();
}

enum { LEAF = -1, UNKNOWN = -2 };

static int readMode(MlirAttribute mode) {
  static const char *const names[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                      "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};
  const char *text =
      mlirAttributeIsAString(mode) ? mlirStringAttrGetValue(mode).data : "";
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (strcmp(text, names[i]) == 0)
      return i;
  return strcmp(text, "LEAF") == 0 ? LEAF : UNKNOWN;
}

/// The sources, with leaves numbered in order; `leaf[i]` is node i's, or -1.
static MlirLogicalResult readIdSources(Reader *reader, const IdColumns *columns,
                                       int64_t *leaf) {
  for (intptr_t i = 0; i < reader->count; ++i) {
    Source *source = &reader->sources[i];
    int mode = readMode(mlirArrayAttrGetElement(columns->modes, i));
    if (mode == UNKNOWN)
      return ufNodeError(reader->node, "node %" PRIdPTR " has an unknown mode",
                         i);
    leaf[i] = mode == LEAF ? reader->trees->numLeaves++ : -1;
    *source = (Source){.feature = ufLongIntOf(&columns->features, i),
                       .threshold = ufFloatOf(&columns->values, i),
                       .mode = mode == LEAF ? 0 : mode,
                       .tracks = columns->tracks.size &&
                                 ufLongIntOf(&columns->tracks, i) != 0};
    if (mode != LEAF)
      UF_TRY(checkFeature(reader->node, source->feature));
  }
  return mlirLogicalResultSuccess();
}

/// Looks up the branches of node `i`, which is none of the leaves.
static MlirLogicalResult linkSource(Reader *reader, const IdColumns *columns,
                                    const Id *ids, const int64_t *leaf,
                                    intptr_t i) {
  int64_t tree = ufLongIntOf(&columns->trees, i);
  int64_t *branches[] = {&reader->sources[i].yes, &reader->sources[i].no};
  int64_t wanted[] = {ufLongIntOf(&columns->yes, i),
                      ufLongIntOf(&columns->no, i)};
  for (int k = 0; k < 2; ++k) {
    intptr_t to = findId(ids, reader->count, tree, wanted[k]);
    if (to < 0)
      return ufNodeError(reader->node,
                         "node %" PRIdPTR " leads to node %" PRId64
                         ", which tree %" PRId64 " does not have",
                         i, wanted[k], tree);
    *branches[k] = leaf[to] >= 0 ? ~leaf[to] : to;
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult linkSources(Reader *reader, const IdColumns *columns,
                                     const Id *ids, const int64_t *leaf) {
  for (intptr_t i = 0; i < reader->count; ++i)
    if (leaf[i] < 0)
      UF_TRY(linkSource(reader, columns, ids, leaf, i));
  return mlirLogicalResultSuccess();
}

/// Sorts the ids, of which no two may be the same.
static MlirLogicalResult sortIds(const UfNode *node, const IdColumns *columns,
                                 intptr_t count, Id *ids) {
  for (intptr_t i = 0; i < count; ++i)
    ids[i] = (Id){ufLongIntOf(&columns->trees, i),
                  ufLongIntOf(&columns->nodes, i), i};
  qsort(ids, (size_t)count, sizeof *ids, compareIds);
  for (intptr_t i = 1; i < count; ++i)
    if (compareIds(&ids[i - 1], &ids[i]) == 0)
      return ufNodeError(node, "has node %" PRId64 " of tree %" PRId64 " twice",
                         ids[i].node, ids[i].tree);
  return mlirLogicalResultSuccess();
}

/// A tree's root is the first of its nodes. Sorted by tree, all nodes of a tree
/// are together.
static int64_t findRoots(const Id *ids, intptr_t count, const int64_t *leaf,
                         int64_t *roots) {
  int64_t numTrees = 0;
  for (intptr_t i = 0; i < count;) {
    intptr_t first = ids[i].index;
    int64_t tree = ids[i].tree;
    for (; i < count && ids[i].tree == tree; ++i)
      if (ids[i].index < first)
        first = ids[i].index;
    roots[numTrees++] = leaf[first] >= 0 ? ~leaf[first] : first;
  }
  return numTrees;
}

/// Adds up what the leaves say; a leaf may vote for a target several times.
static MlirLogicalResult readVotes(const UfNode *node, const char *prefix,
                                   const Id *ids, intptr_t count,
                                   const int64_t *leaf, double filler,
                                   UfTrees *trees) {
  static const char *const parts[] = {"ids", "nodeids", "treeids", "weights"};
  char names[4][64];
  for (int i = 0; i < 4; ++i)
    snprintf(names[i], sizeof names[i], "%s_%s", prefix, parts[i]);
  UfLongInts targets = ufNodeLongInts(node, names[0]);
  UfLongInts nodes = ufNodeLongInts(node, names[1]);
  UfLongInts treeIds = ufNodeLongInts(node, names[2]);
  UfFloats weights = ufNodeFloats(node, names[3]);
  if (nodes.size != targets.size || treeIds.size != targets.size ||
      weights.size != targets.size)
    return ufNodeError(node,
                       "has votes of %" PRIdPTR " targets, %" PRIdPTR
                       " nodes, %" PRIdPTR " trees, %" PRIdPTR " weights",
                       targets.size, nodes.size, treeIds.size, weights.size);
  trees->isWide |= isWideTable(&weights);
  for (intptr_t i = 0; i < targets.size; ++i) {
    int64_t target = ufLongIntOf(&targets, i);
    intptr_t at =
        findId(ids, count, ufLongIntOf(&treeIds, i), ufLongIntOf(&nodes, i));
    if (at < 0 || target < 0 || target >= trees->numTargets)
      return ufNodeError(node,
                         "vote %" PRIdPTR " is of node %" PRId64
                         " of tree %" PRId64 " for target %" PRId64
                         " of %" PRId64,
                         i, ufLongIntOf(&nodes, i), ufLongIntOf(&treeIds, i),
                         target, trees->numTargets);
    if (leaf[at] < 0)
      continue; // no row ends there
    double *weight = &trees->weights[leaf[at] * trees->numTargets + target];
    double vote = ufFloatOf(&weights, i);
    *weight = *weight == filler ? vote
              : filler > 0      ? fmin(*weight, vote)
              : filler < 0      ? fmax(*weight, vote)
                                : *weight + vote;
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReadTreeNodes(const UfNode *node, const char *prefix,
                                  int64_t numTargets, double filler,
                                  UfTrees *trees) {
  IdColumns columns;
  UF_TRY(readIdColumns(node, &columns));
  Reader reader = {.node = node, .trees = trees, .count = columns.trees.size};
  size_t count = (size_t)reader.count;
  reader.sources = UF_NEW(&trees->arena, Source, count);
  Id *ids = UF_NEW(&trees->arena, Id, count);
  int64_t *leaf = UF_NEW(&trees->arena, int64_t, count);
  int64_t *roots = UF_NEW(&trees->arena, int64_t, count);
  if (!reader.sources || !ids || !leaf || !roots)
    return failMemory(node);
  trees->numTargets = numTargets;
  trees->isWide = isWideTable(&columns.values);
  UF_TRY(sortIds(node, &columns, reader.count, ids));
  UF_TRY(readIdSources(&reader, &columns, leaf));
  UF_TRY(linkSources(&reader, &columns, ids, leaf));
  trees->numTrees = findRoots(ids, reader.count, leaf, roots);
  UF_TRY(writeTrees(&reader, roots));
  UF_TRY(createWeights(node, filler, trees));
  return readVotes(node, prefix, ids, reader.count, leaf, filler, trees);
}

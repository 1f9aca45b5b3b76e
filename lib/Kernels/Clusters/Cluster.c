//===-- Cluster.c - Which ops become one kernel ---------------------------===//
//
// Contractions come first, the last of a block first, so that attention finds
// its softmax still free; then groups that work row by row; then everything
// else on its own. Each takes what initialises its destination, the elementwise
// ops that can work on its result in place, and the insertion of that result
// into a larger tensor.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Clusters/Cluster.h"

#include "Kernels/Clusters/InPlace.h"
#include "Kernels/Clusters/OpSet.h"
#include "Kernels/Clusters/RowGroup.h"
#include "Kernels/Domain.h"
#include "Kernels/Vector/LoopNest.h"

#include <stdlib.h>

typedef struct Forming {
  MlirBlock block;
  UfOps work;    ///< Ops that clusters are formed around, in order.
  UfOpSet taken; ///< Ops that have their cluster.
  UfClusters clusters;
} Forming;

/// Adds the finished cluster.
static void addCluster(Forming *forming, UfCluster cluster) {
  UfClusters *list = &forming->clusters;
  if (list->count == list->capacity) {
    list->capacity = list->capacity ? 2 * list->capacity : 32;
    UfCluster *grown = realloc(list->data, list->capacity * sizeof *grown);
    if (!grown)
      abort(); // a list of one block's ops
    list->data = grown;
  }
  list->data[list->count++] = cluster;
  for (size_t i = 0; i < cluster.ops.count; ++i)
    ufOpSetAdd(&forming->taken, cluster.ops.ops[i]);
}

//===----------------------------------------------------------------------===//
// Insertions
//===----------------------------------------------------------------------===//

/// The op of the cluster that first writes to the destination of `op`.
static MlirOperation firstWriter(const UfCluster *cluster, MlirOperation op) {
  for (;;) {
    intptr_t last = mlirOperationGetNumOperands(op) - 1;
    MlirOperation before = ufDefiningOp(mlirOperationGetOperand(op, last));
    bool isInside = false;
    for (size_t i = 0; i < cluster->ops.count && before.ptr; ++i)
      isInside |= mlirOperationEqual(cluster->ops.ops[i], before);
    if (!isInside)
      return op;
    op = before;
  }
}

/// Lets the cluster compute right into the slice of a larger tensor to which
/// its result is copied:
///   insert_slice(copy(result, hole = extract_slice(into)), into).
static void takeInsertion(UfCluster *cluster) {
  MlirOperation last = cluster->ops.ops[cluster->ops.count - 1];
  if (!ufIsLinalg(last) || mlirOperationGetNumResults(last) != 1)
    return;
  MlirBlock block = mlirOperationGetBlock(last);
  MlirValue result = ufResultOf(last, 0);
  MlirOperation copy = ufOnlyUser(result, block);
  if (!copy.ptr || !ufOpIs(copy, "linalg.copy") ||
      !mlirValueEqual(mlirOperationGetOperand(copy, 0), result))
    return;
  MlirValue slice = mlirOperationGetOperand(copy, 1);
  MlirOperation hole = ufDefiningOp(slice);
  MlirOperation insert = ufOnlyUser(ufResultOf(copy, 0), block);
  if (!hole.ptr || !ufOpIs(hole, "tensor.extract_slice") ||
      !ufHasOneUse(slice) ||
      !mlirBlockEqual(mlirOperationGetBlock(hole), block) || !insert.ptr ||
      !ufOpIs(insert, "tensor.insert_slice") ||
      !mlirValueEqual(mlirOperationGetOperand(insert, 0),
                      ufResultOf(copy, 0)) ||
      !mlirTypeEqual(mlirValueGetType(slice), mlirValueGetType(result)))
    return;
  MlirOperation writer = firstWriter(cluster, last);
  intptr_t at = mlirOperationGetNumOperands(writer) - 1;
  MlirOperation empty = ufDefiningOp(mlirOperationGetOperand(writer, at));
  if (!empty.ptr || !ufOpIs(empty, "tensor.empty"))
    return;
  mlirOperationSetOperand(writer, at, slice);
  mlirValueReplaceAllUsesOfWith(ufResultOf(copy, 0), result);
  mlirOperationDestroy(copy);
  ufOpsAdd(&cluster->ops, hole);
  for (size_t i = cluster->ops.count - 1; i > 0; --i)
    cluster->ops.ops[i] = cluster->ops.ops[i - 1];
  cluster->ops.ops[0] = hole;
  ++cluster->root;
  ufOpsAdd(&cluster->ops, insert);
}

/// Gives every op but the one that writes the cluster's destination a tensor of
/// its own to write to, inside the kernel.
static void ownScratch(UfCluster *cluster) {
  MlirOperation root = cluster->ops.ops[cluster->root];
  MlirOperation writer = firstWriter(cluster, root);
  UfOps all = {0};
  size_t before = 0;
  for (size_t i = 0; i < cluster->ops.count; ++i) {
    MlirOperation op = cluster->ops.ops[i];
    intptr_t last = mlirOperationGetNumOperands(op) - 1;
    MlirOperation from = ufDefiningOp(mlirOperationGetOperand(op, last));
    if (from.ptr && ufOpIs(from, "tensor.empty") &&
        !mlirOperationEqual(op, writer)) {
      MlirOperation copy = mlirOperationClone(from);
      mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(op), op, copy);
      mlirOperationSetOperand(op, last, ufResultOf(copy, 0));
      ufOpsAdd(&all, copy);
      before += i < cluster->root;
    }
    ufOpsAdd(&all, op);
  }
  ufOpsFree(&cluster->ops);
  cluster->ops = all;
  cluster->root += before;
}

/// insert_slice(copy(x, extract_slice(into)), into), or copy(extract_slice(x)).
/// The same with a fill, of a number.
static UfCluster takeSlices(MlirOperation copy) {
  UfCluster cluster = {0};
  MlirValue from = mlirOperationGetOperand(copy, 0);
  MlirValue into = mlirOperationGetOperand(copy, 1);
  MlirOperation slice = ufDefiningOp(from), hole = ufDefiningOp(into);
  if (slice.ptr && ufOpIs(slice, "tensor.extract_slice") && ufHasOneUse(from))
    ufOpsAdd(&cluster.ops, slice);
  if (hole.ptr && ufOpIs(hole, "tensor.extract_slice") && ufHasOneUse(into))
    ufOpsAdd(&cluster.ops, hole);
  cluster.root = cluster.ops.count;
  ufOpsAdd(&cluster.ops, copy);
  MlirOperation insert =
      ufOnlyUser(ufResultOf(copy, 0), mlirOperationGetBlock(copy));
  if (insert.ptr && ufOpIs(insert, "tensor.insert_slice") &&
      mlirValueEqual(mlirOperationGetOperand(insert, 0), ufResultOf(copy, 0)))
    ufOpsAdd(&cluster.ops, insert);
  return cluster;
}

//===----------------------------------------------------------------------===//
// Roots
//===----------------------------------------------------------------------===//

/// Whether vectors of the type exist.
static bool isNumber(MlirType element) {
  return ufIsFloat(element) ||
         (mlirTypeIsAInteger(element) && ufBitWidth(element) >= 8);
}

/// The op that makes numbers of another type of what the cluster's reduction
/// computes, so that only those reach memory; null when there is none.
static MlirOperation findConversion(const Forming *forming,
                                    const UfCluster *cluster) {
  MlirOperation none = {NULL};
  UfDomain domain;
  MlirOperation last = cluster->ops.ops[cluster->root];
  bool reduces = false;
  for (size_t i = 0; i < cluster->ops.count; ++i) {
    MlirOperation op = cluster->ops.ops[i];
    reduces |= ufIsLinalg(op) && ufReadDomain(op, &domain) &&
               ufHasReduction(&domain) && ufSuitsVectors(op);
  }
  MlirOperation conversion = {NULL};
  if (reduces)
    conversion = ufTakeConversion(last);
  bool isFit = conversion.ptr && !ufOpSetHas(&forming->taken, conversion) &&
               ufSuitsVectors(conversion) &&
               isNumber(ufElementType(ufResultOf(conversion, 0)));
  return isFit ? conversion : none;
}

/// Adds that op.
static void takeConversion(const Forming *forming, UfCluster *cluster) {
  MlirOperation conversion = findConversion(forming, cluster);
  if (!conversion.ptr)
    return;
  cluster->root = cluster->ops.count;
  ufOpsAdd(&cluster->ops, conversion);
  ownScratch(cluster);
}

/// The op, what initialises its destination, and what then works in place.
static UfCluster takeRoot(MlirOperation root) {
  UfCluster cluster = {0};
  MlirOperation init = ufOwnInit(root);
  if (init.ptr)
    ufOpsAdd(&cluster.ops, init);
  for (MlirOperation op = root; op.ptr; op = ufTakeEpilogue(op)) {
    cluster.root = cluster.ops.count;
    ufOpsAdd(&cluster.ops, op);
  }
  return cluster;
}

/// Leaves to attention what it has taken of the cluster's epilogues.
static void dropTaken(const Forming *forming, UfCluster *cluster) {
  UfOps *ops = &cluster->ops;
  while (ops->count > 1 &&
         ufOpSetHas(&forming->taken, ops->ops[ops->count - 1]))
    --ops->count;
  cluster->root = ops->count - 1;
}

/// Contractions with their epilogues, and attention.
static void formContractions(Forming *forming) {
  UfOps contractions = {0};
  for (size_t i = forming->work.count; i > 0; --i)
    if (ufIsContraction(forming->work.ops[i - 1]))
      ufOpsAdd(&contractions, forming->work.ops[i - 1]);
  // All epilogues are in place before attention looks for its parts.
  UfCluster *plain = calloc(contractions.count + 1, sizeof *plain);
  if (!plain)
    abort(); // a list of one block's ops
  for (size_t i = 0; i < contractions.count; ++i)
    plain[i] = takeRoot(contractions.ops[i]);
  for (size_t i = 0; i < contractions.count; ++i) {
    MlirOperation product = contractions.ops[i];
    if (ufOpSetHas(&forming->taken, product)) {
      ufOpsFree(&plain[i].ops);
      continue;
    }
    UfCluster cluster = {.kind = "attention"};
    MlirOperation sink = findConversion(forming, &plain[i]);
    if (!sink.ptr)
      sink = plain[i].ops.ops[plain[i].root];
    if (ufFindAttention(sink, product, &forming->taken, &cluster.ops)) {
      cluster.root = cluster.ops.count - 1;
      ownScratch(&cluster);
      ufOpsFree(&plain[i].ops);
    } else {
      cluster = plain[i];
      dropTaken(forming, &cluster);
      takeConversion(forming, &cluster);
    }
    takeInsertion(&cluster);
    addCluster(forming, cluster);
  }
  free(plain);
  ufOpsFree(&contractions);
}

static void formRows(Forming *forming) {
  for (size_t i = forming->work.count; i > 0; --i) {
    MlirOperation sink = forming->work.ops[i - 1];
    UfCluster cluster = {.kind = "rows"};
    if (!sink.ptr || ufOpSetHas(&forming->taken, sink) ||
        !ufFindRows(sink, &forming->taken, &cluster.ops))
      continue;
    cluster.root = cluster.ops.count - 1;
    ownScratch(&cluster);
    takeInsertion(&cluster);
    addCluster(forming, cluster);
  }
}

/// Work that is left to do, and is not the business of another cluster.
static bool isWork(MlirOperation op) {
  return ufIsLinalg(op) && mlirOperationGetNumResults(op) > 0 &&
         !ufOpIs(op, "linalg.index") && !ufOpIs(op, "linalg.yield") &&
         !ufOnlyInitialises(op);
}

static UfOps collectWork(MlirBlock block) {
  UfOps work = {0};
  for (MlirOperation op = mlirBlockGetFirstOperation(block); op.ptr;
       op = mlirOperationGetNextInBlock(op))
    if (isWork(op))
      ufOpsAdd(&work, op);
  return work;
}

/// The cluster that fills the parts of a tensor before the one that `cluster`
/// fills: its result is what `cluster` inserts into, and nothing else needs it.
static UfCluster *fillBefore(Forming *forming, const UfCluster *cluster) {
  UfClusters *list = &forming->clusters;
  if (list->count == 0 || cluster->ops.count != 3)
    return NULL;
  UfCluster *before = &list->data[list->count - 1];
  MlirOperation last = before->ops.ops[before->ops.count - 1];
  MlirOperation insert = cluster->ops.ops[2];
  if (!ufOpIs(before->ops.ops[before->root], "linalg.fill") ||
      !ufOpIs(cluster->ops.ops[1], "linalg.fill") ||
      !ufOpIs(last, "tensor.insert_slice") ||
      !mlirValueEqual(mlirOperationGetOperand(insert, 1), ufResultOf(last, 0)))
    return NULL;
  for (MlirOpOperand use = mlirValueGetFirstUse(ufResultOf(last, 0));
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    if (!mlirOperationEqual(user, insert) &&
        !mlirOperationEqual(user, cluster->ops.ops[0]))
      return NULL;
  }
  return before;
}

/// Adds a cluster around one root. The fills of a border are one kernel.
static void addSingle(Forming *forming, UfCluster cluster) {
  UfCluster *before = fillBefore(forming, &cluster);
  if (!before) {
    addCluster(forming, cluster);
    return;
  }
  for (size_t i = 0; i < cluster.ops.count; ++i) {
    ufOpsAdd(&before->ops, cluster.ops.ops[i]);
    ufOpSetAdd(&forming->taken, cluster.ops.ops[i]);
  }
  before->root = before->ops.count - 2;
  ufOpsFree(&cluster.ops);
}

/// Everything that is left: one root each.
static void formOthers(Forming *forming) {
  for (MlirOperation op = mlirBlockGetFirstOperation(forming->block); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    if (!isWork(op) || ufOpSetHas(&forming->taken, op))
      continue;
    bool copies = ufOpIs(op, "linalg.copy") || ufOpIs(op, "linalg.fill");
    UfCluster cluster = copies ? takeSlices(op) : takeRoot(op);
    if (!copies)
      takeConversion(forming, &cluster);
    takeInsertion(&cluster);
    addSingle(forming, cluster);
  }
}

static int byLastOp(const void *x, const void *y) {
  const UfOps *a = &((const UfCluster *)x)->ops;
  const UfOps *b = &((const UfCluster *)y)->ops;
  MlirOperation lastA = a->ops[a->count - 1], lastB = b->ops[b->count - 1];
  if (mlirOperationEqual(lastA, lastB))
    return 0;
  return mlirOperationIsBeforeInBlock(lastA, lastB) ? -1 : 1;
}

UfClusters ufFormClusters(MlirBlock block) {
  ufSeparateDestinations(block);
  Forming forming = {.block = block, .work = collectWork(block)};
  formContractions(&forming);
  // Elementwise ops have been made anew, and copies have gone.
  ufOpsFree(&forming.work);
  forming.work = collectWork(block);
  formRows(&forming);
  formOthers(&forming);
  ufOpsFree(&forming.work);
  ufOpSetFree(&forming.taken);
  if (forming.clusters.count)
    qsort(forming.clusters.data, forming.clusters.count, sizeof(UfCluster),
          byLastOp);
  return forming.clusters;
}

void ufClustersFree(UfClusters *clusters) {
  for (size_t i = 0; i < clusters->count; ++i)
    ufOpsFree(&clusters->data[i].ops);
  free(clusters->data);
  *clusters = (UfClusters){0};
}

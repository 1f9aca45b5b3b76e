//===-- Nest.c - Sequential loops over tensors ----------------------------===//

#include "Ops/Nest.h"

#include <assert.h>

enum { MAX_CARRIED = 8 };

/// A nest that is being built.
typedef struct Nest {
  int rank;
  const UfSize *sizes;
  int count;
  UfStep step;
  const void *data;
  MlirValue at[UF_MAX_RANK];
} Nest;

static void yield(UfBuilder *b, const MlirValue *values, int count) {
  ufBuildOp(b, "scf.yield", (UfTypes){0}, (UfValues){values, count},
            UF_NO_ATTRS, NULL, 0);
}

static void buildLoop(UfBuilder *b, Nest *nest, int depth,
                      const MlirValue *carried, MlirValue *results) {
  if (depth == nest->rank) {
    nest->step(b, nest->at, carried, results, nest->data);
    return;
  }
  MlirValue operands[MAX_CARRIED + 3] = {
      ufIndex(b, 0), ufSizeValue(b, nest->sizes[depth]), ufIndex(b, 1)};
  MlirType types[MAX_CARRIED + 1] = {ufIndexType(b)};
  MlirLocation locs[MAX_CARRIED + 1] = {b->loc};
  for (int i = 0; i < nest->count; ++i) {
    operands[i + 3] = carried[i];
    types[i + 1] = mlirValueGetType(carried[i]);
    locs[i + 1] = b->loc;
  }
  MlirBlock block = mlirBlockCreate(nest->count + 1, types, locs);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue inside[MAX_CARRIED], next[MAX_CARRIED];
  nest->at[depth] = mlirBlockGetArgument(block, 0);
  for (int i = 0; i < nest->count; ++i)
    inside[i] = mlirBlockGetArgument(block, i + 1);
  buildLoop(&in, nest, depth + 1, inside, next);
  yield(&in, next, nest->count);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  MlirOperation op =
      ufBuildOp(b, "scf.for", (UfTypes){types + 1, nest->count},
                (UfValues){operands, nest->count + 3}, UF_NO_ATTRS, &region, 1);
  for (int i = 0; i < nest->count; ++i)
    results[i] = mlirOperationGetResult(op, i);
}

void ufLoopNest(UfBuilder *b, int rank, const UfSize *sizes, int count,
                const MlirValue *carried, MlirValue *results, UfStep step,
                const void *data) {
  Nest nest = {rank, sizes, count, step, data, {{NULL}}};
  assert(rank <= UF_MAX_RANK && count <= MAX_CARRIED);
  buildLoop(b, &nest, 0, carried, results);
}

void ufStepIf(UfBuilder *b, MlirValue condition, int count,
              const MlirValue *carried, MlirValue *results, UfStep step,
              const void *data) {
  MlirType types[MAX_CARRIED];
  MlirValue next[MAX_CARRIED];
  MlirRegion regions[2];
  assert(count <= MAX_CARRIED);
  for (int i = 0; i < count; ++i)
    types[i] = mlirValueGetType(carried[i]);
  for (int i = 0; i < 2; ++i) {
    MlirBlock block = mlirBlockCreate(0, NULL, NULL);
    UfBuilder in = ufBuilderIn(b, block);
    if (i == 0)
      step(&in, NULL, carried, next, data);
    yield(&in, i == 0 ? next : carried, count);
    regions[i] = mlirRegionCreate();
    mlirRegionAppendOwnedBlock(regions[i], block);
  }
  MlirOperation op = ufBuildOp(b, "scf.if", (UfTypes){types, count},
                               UF_VALUES(condition), UF_NO_ATTRS, regions, 2);
  for (int i = 0; i < count; ++i)
    results[i] = mlirOperationGetResult(op, i);
}

MlirValue ufInsertScalar(UfBuilder *b, MlirValue scalar, MlirValue into,
                         const MlirValue *indices) {
  MlirValue operands[UF_MAX_RANK + 2] = {scalar, into};
  int rank = ufRank(into);
  for (int i = 0; i < rank; ++i)
    operands[i + 2] = indices[i];
  return ufBuild(b, "tensor.insert", mlirValueGetType(into),
                 (UfValues){operands, rank + 2}, UF_NO_ATTRS);
}

//===-- Generic.c - linalg.generic in few words ---------------------------===//
//
// Generic ops from maps, iterators and a body; and the two forms that most
// lowerings need: elementwise with broadcasting, and reduction.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"

#include <assert.h>
#include <stdio.h>

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

MlirAffineExpr ufExprDim(const UfBuilder *b, int dim) {
  return mlirAffineDimExprGet(b->ctx, dim);
}

MlirAffineExpr ufExprWindow(const UfBuilder *b, int x, int64_t s, int y,
                            int64_t t) {
  MlirAffineExpr left = mlirAffineMulExprGet(
      ufExprDim(b, x), mlirAffineConstantExprGet(b->ctx, s));
  MlirAffineExpr right = mlirAffineMulExprGet(
      ufExprDim(b, y), mlirAffineConstantExprGet(b->ctx, t));
  return mlirAffineAddExprGet(left, right);
}

MlirAffineMap ufMapExprs(const UfBuilder *b, int numDims, int count,
                         const MlirAffineExpr *exprs) {
  // The C API takes the list as mutable but only reads it.
  MlirAffineExpr copy[UF_MAX_VALUES];
  assert(count <= UF_MAX_VALUES);
  for (int i = 0; i < count; ++i)
    copy[i] = exprs[i];
  return mlirAffineMapGet(b->ctx, numDims, /*symbolCount=*/0, count, copy);
}

MlirAffineMap ufMapOf(const UfBuilder *b, int numDims, int count,
                      const int *dims) {
  MlirAffineExpr exprs[UF_MAX_VALUES];
  assert(count <= UF_MAX_VALUES);
  for (int i = 0; i < count; ++i)
    exprs[i] = dims[i] < 0 ? mlirAffineConstantExprGet(b->ctx, 0)
                           : ufExprDim(b, dims[i]);
  return mlirAffineMapGet(b->ctx, numDims, /*symbolCount=*/0, count, exprs);
}

MlirAffineMap ufMapIdentity(const UfBuilder *b, int numDims) {
  return mlirAffineMapMultiDimIdentityGet(b->ctx, numDims);
}

//===----------------------------------------------------------------------===//
// Generic ops
//===----------------------------------------------------------------------===//

static MlirAttribute mapsAttr(const UfBuilder *b, const MlirAffineMap *maps,
                              intptr_t count) {
  MlirAttribute attrs[UF_MAX_VALUES];
  for (intptr_t i = 0; i < count; ++i)
    attrs[i] = mlirAffineMapAttrGet(maps[i]);
  return mlirArrayAttrGet(b->ctx, count, attrs);
}

static MlirAttribute iteratorsAttr(const UfBuilder *b, const char *iterators) {
  MlirAttribute attrs[UF_MAX_VALUES];
  int count = 0;
  for (; iterators[count]; ++count) {
    assert(count < UF_MAX_VALUES);
    attrs[count] = mlirAttributeParseGet(
        b->ctx,
        ufStr(iterators[count] == 'p' ? "#linalg.iterator_type<parallel>"
                                      : "#linalg.iterator_type<reduction>"));
  }
  return mlirArrayAttrGet(b->ctx, count, attrs);
}

/// A block over the elements of `all`, ended by a yield of what `generic->body`
/// writes.
static MlirBlock bodyOf(UfBuilder *b, const UfGeneric *generic, UfValues all) {
  MlirType types[UF_MAX_VALUES];
  MlirLocation locs[UF_MAX_VALUES];
  for (intptr_t i = 0; i < all.size; ++i) {
    types[i] = ufElementType(all.data[i]);
    locs[i] = b->loc;
  }
  MlirBlock block = mlirBlockCreate(all.size, types, locs);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue args[UF_MAX_VALUES], results[UF_MAX_VALUES];
  for (intptr_t i = 0; i < all.size; ++i)
    args[i] = mlirBlockGetArgument(block, i);
  generic->body(&in, args, results, generic->data);
  ufBuildOp(&in, "linalg.yield", (UfTypes){0},
            (UfValues){results, generic->inits.size}, UF_NO_ATTRS, NULL, 0);
  return block;
}

MlirOperation ufGenericOp(UfBuilder *b, const UfGeneric *generic) {
  intptr_t numInputs = generic->inputs.size, numInits = generic->inits.size;
  assert(numInputs + numInits <= UF_MAX_VALUES);
  MlirValue operands[UF_MAX_VALUES];
  MlirType types[UF_MAX_VALUES];
  for (intptr_t i = 0; i < numInputs; ++i)
    operands[i] = generic->inputs.data[i];
  for (intptr_t i = 0; i < numInits; ++i) {
    operands[numInputs + i] = generic->inits.data[i];
    types[i] = mlirValueGetType(generic->inits.data[i]);
  }
  UfValues all = {operands, numInputs + numInits};
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, bodyOf(b, generic, all));
  int32_t segments[] = {(int32_t)numInputs, (int32_t)numInits};
  return ufBuildOp(
      b, "linalg.generic", (UfTypes){types, numInits}, all,
      UF_ATTRS(
          {"indexing_maps", mapsAttr(b, generic->maps, all.size)},
          {"iterator_types", iteratorsAttr(b, generic->iterators)},
          {"operandSegmentSizes", mlirDenseI32ArrayGet(b->ctx, 2, segments)}),
      &region, 1);
}

MlirValue ufGeneric(UfBuilder *b, const UfGeneric *generic) {
  return mlirOperationGetResult(ufGenericOp(b, generic), 0);
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

/// Size of dimension `dim`, counted from the last, of operands that are
/// broadcast. Sets bit `dim` of ones[i] where operand i has one element there.
static UfSize broadcastSize(UfBuilder *b, UfValues operands, int dim,
                            int resultDim, unsigned *ones) {
  char message[128];
  snprintf(message, sizeof(message),
           "dimension %d of the operands differs; sizes that are only known at "
           "run time must be equal",
           resultDim);
  UfSize result = ufStatic(1);
  for (intptr_t i = 0; i < operands.size; ++i) {
    int rank = ufRank(operands.data[i]);
    if (dim >= rank)
      continue;
    UfSize size = ufSizeOf(b, operands.data[i], rank - 1 - dim);
    if (ufIsStatic(size) && size.value == 1) {
      ones[i] |= 1u << dim;
      continue;
    }
    bool isFirst = ufIsStatic(result) && result.value == 1;
    if (!isFirst)
      ufAssertSameSize(b, result, size, message);
    if (isFirst || ufIsStatic(size))
      result = size;
  }
  return result;
}

MlirValue ufElementwise(UfBuilder *b, UfValues operands, MlirType element,
                        UfBody body, const void *data) {
  assert(operands.size < UF_MAX_VALUES);
  int rank = 0;
  for (intptr_t i = 0; i < operands.size; ++i)
    if (ufRank(operands.data[i]) > rank)
      rank = ufRank(operands.data[i]);

  unsigned ones[UF_MAX_VALUES] = {0};
  UfSize sizes[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d)
    sizes[d] = broadcastSize(b, operands, rank - 1 - d, d, ones);

  MlirAffineMap maps[UF_MAX_VALUES];
  for (intptr_t i = 0; i < operands.size; ++i) {
    int operandRank = ufRank(operands.data[i]), dims[UF_MAX_RANK];
    for (int p = 0; p < operandRank; ++p) {
      int d = p + rank - operandRank;
      bool isOne = ones[i] >> (operandRank - 1 - p) & 1;
      bool isStretched = isOne && ufSizeDim(sizes[d]) != 1;
      dims[p] = isStretched ? -1 : d;
    }
    maps[i] = ufMapOf(b, rank, operandRank, dims);
  }
  maps[operands.size] = ufMapIdentity(b, rank);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[d] = 'p';

  MlirValue init = ufEmpty(b, element, rank, sizes);
  return ufGeneric(b, &(UfGeneric){.inputs = operands,
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = body,
                                   .data = data});
}

//===----------------------------------------------------------------------===//
// Reduction
//===----------------------------------------------------------------------===//

MlirValue ufReduce(UfBuilder *b, MlirValue x, unsigned axes, MlirValue start,
                   UfBody body, const void *data) {
  int rank = ufRank(x), numKept = 0;
  int kept[UF_MAX_RANK];
  UfSize sizes[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d) {
    bool isReduced = axes >> d & 1;
    iterators[d] = isReduced ? 'r' : 'p';
    if (isReduced)
      continue;
    sizes[numKept] = ufSizeOf(b, x, d);
    kept[numKept++] = d;
  }
  MlirAffineMap maps[] = {ufMapIdentity(b, rank),
                          ufMapOf(b, rank, numKept, kept)};
  MlirValue init = ufFilled(b, start, numKept, sizes);
  return ufGeneric(b, &(UfGeneric){.inputs = {&x, 1},
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = body,
                                   .data = data});
}

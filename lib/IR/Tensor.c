//===-- Tensor.c - Making, cutting and reshaping tensors ------------------===//
//
// The tensor dialect's structural ops with sizes that may or may not be known.
// Whatever changes nothing returns its operand.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"

#include <assert.h>

//===----------------------------------------------------------------------===//
// Lists of sizes as ops take them
//===----------------------------------------------------------------------===//

/// Operands of an op that takes lists of sizes: what is static goes into an
/// attribute, what is dynamic becomes an operand.
typedef struct Operands {
  int count;
  MlirValue values[UF_MAX_VALUES];
  int numSegments;
  int32_t segments[8];
} Operands;

static void addOperand(Operands *operands, MlirValue value) {
  operands->values[operands->count++] = value;
  operands->segments[operands->numSegments++] = 1;
}

/// Adds the dynamic ones of `sizes` as one segment and returns the attribute
/// that holds the static ones.
static MlirAttribute addSizes(const UfBuilder *b, Operands *operands, int rank,
                              const UfSize *sizes) {
  int64_t dims[UF_MAX_RANK];
  int before = operands->count;
  for (int i = 0; i < rank; ++i) {
    dims[i] = ufSizeDim(sizes[i]);
    if (!ufIsStatic(sizes[i]))
      operands->values[operands->count++] = sizes[i].dynamic;
  }
  operands->segments[operands->numSegments++] = operands->count - before;
  return mlirDenseI64ArrayGet(b->ctx, rank, dims);
}

static UfValues valuesOf(const Operands *operands) {
  return (UfValues){operands->values, operands->count};
}

static MlirAttribute segmentsOf(const UfBuilder *b, const Operands *operands) {
  return mlirDenseI32ArrayGet(b->ctx, operands->numSegments,
                              operands->segments);
}

static MlirType typeOf(MlirType element, int rank, const UfSize *sizes) {
  int64_t dims[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    dims[i] = ufSizeDim(sizes[i]);
  return ufTensorOf(element, rank, dims);
}

static bool areAll(int count, const UfSize *sizes, int64_t number) {
  for (int i = 0; i < count; ++i)
    if (!ufIsStatic(sizes[i]) || sizes[i].value != number)
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Making
//===----------------------------------------------------------------------===//

MlirValue ufEmpty(UfBuilder *b, MlirType element, int rank,
                  const UfSize *sizes) {
  Operands operands = {0};
  addSizes(b, &operands, rank, sizes);
  return ufBuild(b, "tensor.empty", typeOf(element, rank, sizes),
                 valuesOf(&operands), UF_NO_ATTRS);
}

/// A named linalg op into `init` whose body yields the element of `input`, of
/// type `inputElement`.
static MlirValue yieldInput(UfBuilder *b, const char *name, MlirValue input,
                            MlirType inputElement, MlirValue init,
                            UfAttrs attrs) {
  MlirType types[] = {inputElement, ufElementType(init)};
  MlirBlock block = mlirBlockCreate(2, types, (MlirLocation[]){b->loc, b->loc});
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  ufBuildOp(&in, "linalg.yield", (UfTypes){0},
            UF_VALUES(mlirBlockGetArgument(block, 0)), UF_NO_ATTRS, NULL, 0);
  MlirOperation op = ufBuildOp(b, name, UF_TYPES(mlirValueGetType(init)),
                               UF_VALUES(input, init), attrs, &region, 1);
  return mlirOperationGetResult(op, 0);
}

MlirValue ufFilled(UfBuilder *b, MlirValue scalar, int rank,
                   const UfSize *sizes) {
  MlirType element = mlirValueGetType(scalar);
  MlirValue init = ufEmpty(b, element, rank, sizes);
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 2, (const int32_t[]){1, 1});
  return yieldInput(b, "linalg.fill", scalar, element, init,
                    UF_ATTRS({"operandSegmentSizes", segments}));
}

//===----------------------------------------------------------------------===//
// Cutting and joining
//===----------------------------------------------------------------------===//

static MlirAttribute stridesAttr(const UfBuilder *b, int rank,
                                 const int64_t *strides) {
  static const int64_t ones[UF_MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1,
                                            1, 1, 1, 1, 1, 1, 1, 1};
  return mlirDenseI64ArrayGet(b->ctx, rank, strides ? strides : ones);
}

static bool areUnit(int rank, const int64_t *strides) {
  for (int i = 0; strides && i < rank; ++i)
    if (strides[i] != 1)
      return false;
  return true;
}

static bool hasZero(int rank, const UfSize *sizes) {
  for (int i = 0; i < rank; ++i)
    if (ufIsStatic(sizes[i]) && sizes[i].value == 0)
      return true;
  return false;
}

/// Whether offsets, sizes and strides name all of `x`.
static bool isWhole(UfBuilder *b, MlirValue x, const UfSize *offsets,
                    const UfSize *sizes, const int64_t *strides) {
  int rank = ufRank(x);
  if (!areUnit(rank, strides) || !areAll(rank, offsets, 0))
    return false;
  for (int i = 0; i < rank; ++i) {
    if (ufDimSize(x, i) != ufSizeDim(sizes[i]))
      return false;
    UfSize size = ufSizeOf(b, x, i);
    if (!ufSameProduct(1, &size, 1, &sizes[i]))
      return false;
  }
  return true;
}

MlirValue ufSlice(UfBuilder *b, MlirValue x, const UfSize *offsets,
                  const UfSize *sizes, const int64_t *strides) {
  int rank = ufRank(x);
  if (isWhole(b, x, offsets, sizes, strides))
    return x;
  // LLVM 22 takes the offset of a slice without elements for out of bounds.
  UfShape whole = ufShape(x);
  if (hasZero(rank, sizes) || ufNumElements(&whole) == 0)
    return ufEmpty(b, whole.element, rank, sizes);
  Operands operands = {0};
  addOperand(&operands, x);
  MlirAttribute staticOffsets = addSizes(b, &operands, rank, offsets);
  MlirAttribute staticSizes = addSizes(b, &operands, rank, sizes);
  addSizes(b, &operands, 0, NULL); // strides
  return ufBuild(b, "tensor.extract_slice",
                 typeOf(ufElementType(x), rank, sizes), valuesOf(&operands),
                 UF_ATTRS({"static_offsets", staticOffsets},
                          {"static_sizes", staticSizes},
                          {"static_strides", stridesAttr(b, rank, strides)},
                          {"operandSegmentSizes", segmentsOf(b, &operands)}));
}

MlirValue ufInsert(UfBuilder *b, MlirValue x, MlirValue into,
                   const UfSize *offsets, const UfSize *sizes,
                   const int64_t *strides) {
  int rank = ufRank(into);
  if (hasZero(rank, sizes))
    return into;
  // The verifier derives the source's type from the sizes.
  x = ufTensorCast(b, x, typeOf(ufElementType(into), rank, sizes));
  Operands operands = {0};
  addOperand(&operands, x);
  addOperand(&operands, into);
  MlirAttribute staticOffsets = addSizes(b, &operands, rank, offsets);
  MlirAttribute staticSizes = addSizes(b, &operands, rank, sizes);
  addSizes(b, &operands, 0, NULL); // strides
  return ufBuild(
      b, "tensor.insert_slice", mlirValueGetType(into), valuesOf(&operands),
      UF_ATTRS({"static_offsets", staticOffsets}, {"static_sizes", staticSizes},
               {"static_strides", stridesAttr(b, rank, strides)},
               {"operandSegmentSizes", segmentsOf(b, &operands)}));
}

MlirValue ufPad(UfBuilder *b, MlirValue x, const UfSize *low,
                const UfSize *high, MlirValue scalar) {
  int rank = ufRank(x);
  if (areAll(rank, low, 0) && areAll(rank, high, 0))
    return x;
  UfShape shape = ufShape(x);
  if (ufNumElements(&shape) == 0) {
    // Nothing to insert: LLVM 22 rejects the empty subview it would become.
    UfSize sizes[UF_MAX_RANK];
    for (int i = 0; i < rank; ++i)
      sizes[i] = ufSizeAdd(b, ufSizeAdd(b, low[i], ufSizeOf(b, x, i)), high[i]);
    return ufFilled(b, scalar, rank, sizes);
  }
  MlirType types[UF_MAX_RANK];
  MlirLocation locs[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i) {
    bool isKnown = ufIsStatic(low[i]) && ufIsStatic(high[i]) &&
                   shape.dims[i] != UF_DYNAMIC;
    shape.dims[i] =
        isKnown ? shape.dims[i] + low[i].value + high[i].value : UF_DYNAMIC;
    types[i] = ufIndexType(b);
    locs[i] = b->loc;
  }
  MlirBlock block = mlirBlockCreate(rank, types, locs);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  ufBuildOp(&in, "tensor.yield", (UfTypes){0}, UF_VALUES(scalar), UF_NO_ATTRS,
            NULL, 0);

  Operands operands = {0};
  addOperand(&operands, x);
  MlirAttribute staticLow = addSizes(b, &operands, rank, low);
  MlirAttribute staticHigh = addSizes(b, &operands, rank, high);
  MlirOperation op = ufBuildOp(
      b, "tensor.pad", UF_TYPES(ufTensorType(&shape)), valuesOf(&operands),
      UF_ATTRS({"static_low", staticLow}, {"static_high", staticHigh},
               {"operandSegmentSizes", segmentsOf(b, &operands)}),
      &region, 1);
  return mlirOperationGetResult(op, 0);
}

MlirValue ufTranspose(UfBuilder *b, MlirValue x, const int64_t *perm) {
  int rank = ufRank(x);
  bool isIdentity = true;
  UfSize sizes[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    isIdentity &= perm[i] == i;
  if (isIdentity)
    return x;
  for (int i = 0; i < rank; ++i)
    sizes[i] = ufSizeOf(b, x, (int)perm[i]);
  MlirType element = ufElementType(x);
  MlirValue init = ufEmpty(b, element, rank, sizes);
  MlirAttribute permutation = mlirDenseI64ArrayGet(b->ctx, rank, perm);
  return yieldInput(b, "linalg.transpose", x, element, init,
                    UF_ATTRS({"permutation", permutation}));
}

MlirValue ufTensorCast(UfBuilder *b, MlirValue x, MlirType type) {
  if (mlirTypeEqual(mlirValueGetType(x), type))
    return x;
  return ufBuild(b, "tensor.cast", type, UF_VALUES(x), UF_NO_ATTRS);
}

MlirValue ufExtract(UfBuilder *b, MlirValue x, const MlirValue *indices) {
  int rank = ufRank(x);
  MlirValue operands[UF_MAX_RANK + 1] = {x};
  for (int i = 0; i < rank; ++i)
    operands[i + 1] = indices[i];
  return ufBuild(b, "tensor.extract", ufElementType(x),
                 (UfValues){operands, rank + 1}, UF_NO_ATTRS);
}

//===----------------------------------------------------------------------===//
// Reshaping
//===----------------------------------------------------------------------===//

/// A shape cut into runs of dimensions.
typedef struct Cut {
  int rank;
  const UfSize *sizes;
  int begins[UF_MAX_RANK + 1]; ///< Of run i; begins[number of runs] is rank.
} Cut;

/// Finds the fewest dimensions of `xs` and `ys`, at their beginnings or ends,
/// whose products are equal for sure.
static bool findRun(int numXs, const UfSize *xs, int numYs, const UfSize *ys,
                    bool atEnd, int *runX, int *runY) {
  for (int total = 2; total <= numXs + numYs; ++total)
    for (int x = 1; x < total && x <= numXs; ++x) {
      int y = total - x;
      if (y > numYs || !ufSameProduct(x, xs + (atEnd ? numXs - x : 0), y,
                                      ys + (atEnd ? numYs - y : 0)))
        continue;
      *runX = x;
      *runY = y;
      return true;
    }
  return false;
}

static void addRun(Cut *from, Cut *to, int *count, int beginFrom, int beginTo) {
  from->begins[*count] = beginFrom;
  to->begins[(*count)++] = beginTo;
}

/// Cuts two shapes of one size into runs that correspond, and returns how many.
/// Both ranks are positive. Where sizes are unknown, what lies between the runs
/// known to be equal is one run.
static int cutShapes(Cut *from, Cut *to) {
  int count = 0, x = 0, y = 0, runX = 0, runY = 0;
  while (findRun(from->rank - x, from->sizes + x, to->rank - y, to->sizes + y,
                 /*atEnd=*/false, &runX, &runY)) {
    addRun(from, to, &count, x, y);
    x += runX;
    y += runY;
  }
  int endX = from->rank, endY = to->rank, numLast = 0;
  int lastX[UF_MAX_RANK], lastY[UF_MAX_RANK];
  while (findRun(endX - x, from->sizes + x, endY - y, to->sizes + y,
                 /*atEnd=*/true, &runX, &runY)) {
    lastX[numLast] = endX -= runX;
    lastY[numLast++] = endY -= runY;
  }
  // What is left on one side only has one element and joins its neighbour.
  if (x < endX && y < endY)
    addRun(from, to, &count, x, y);
  else if (count == 0 && numLast > 0)
    lastX[numLast - 1] = lastY[numLast - 1] = 0;
  while (numLast-- > 0)
    addRun(from, to, &count, lastX[numLast], lastY[numLast]);
  from->begins[count] = from->rank;
  to->begins[count] = to->rank;
  return count;
}

/// The type with one dimension for each of `count` runs.
static MlirType collapsedType(MlirType element, const Cut *cut, int count) {
  int64_t dims[UF_MAX_RANK];
  for (int i = 0; i < count; ++i) {
    int begin = cut->begins[i];
    UfShape run = {.rank = cut->begins[i + 1] - begin};
    for (int d = 0; d < run.rank; ++d)
      run.dims[d] = ufSizeDim(cut->sizes[begin + d]);
    dims[i] = ufNumElements(&run);
  }
  return ufTensorOf(element, count, dims);
}

static MlirAttribute reassociationAttr(const UfBuilder *b, const Cut *cut,
                                       int count) {
  MlirAttribute runs[UF_MAX_RANK];
  for (int i = 0; i < count; ++i) {
    MlirAttribute dims[UF_MAX_RANK];
    int size = 0;
    for (int d = cut->begins[i]; d < cut->begins[i + 1]; ++d)
      dims[size++] = ufIntAttr(b, d);
    runs[i] = mlirArrayAttrGet(b->ctx, size, dims);
  }
  return mlirArrayAttrGet(b->ctx, count, runs);
}

static MlirValue collapse(UfBuilder *b, MlirValue x, const Cut *from,
                          int count) {
  if (count == from->rank)
    return x;
  return ufBuild(
      b, "tensor.collapse_shape", collapsedType(ufElementType(x), from, count),
      UF_VALUES(x),
      UF_ATTRS({"reassociation", reassociationAttr(b, from, count)}));
}

static MlirValue expand(UfBuilder *b, MlirValue x, const Cut *to, int count) {
  if (count == to->rank)
    return x;
  Operands operands = {0};
  addOperand(&operands, x);
  MlirAttribute shape = addSizes(b, &operands, to->rank, to->sizes);
  return ufBuild(b, "tensor.expand_shape",
                 typeOf(ufElementType(x), to->rank, to->sizes),
                 valuesOf(&operands),
                 UF_ATTRS({"reassociation", reassociationAttr(b, to, count)},
                          {"static_output_shape", shape}));
}

/// Whether each run has at most one dynamic dimension. memref.expand_shape
/// with more crashes expand-strided-metadata (LLVM 22).
static bool isExpandable(const Cut *cut, int count) {
  for (int i = 0; i < count; ++i) {
    int numDynamic = 0;
    for (int d = cut->begins[i]; d < cut->begins[i + 1]; ++d)
      numDynamic += !ufIsStatic(cut->sizes[d]);
    if (numDynamic > 1)
      return false;
  }
  return true;
}

/// tensor.reshape: any shape, but nothing sees through it.
static MlirValue reshapeTo(UfBuilder *b, MlirValue x, int rank,
                           const UfSize *sizes) {
  MlirValue dims[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    dims[i] = ufSizeValue(b, sizes[i]);
  int64_t count = rank;
  MlirValue shape =
      ufBuild(b, "tensor.from_elements", ufTensorOf(ufIndexType(b), 1, &count),
              (UfValues){dims, rank}, UF_NO_ATTRS);
  return ufBuild(b, "tensor.reshape", typeOf(ufElementType(x), rank, sizes),
                 UF_VALUES(x, shape), UF_NO_ATTRS);
}

/// One element, to or from rank 0.
static MlirValue reshapeElement(UfBuilder *b, MlirValue x, int rank,
                                const UfSize *sizes) {
  UfSize ones[UF_MAX_RANK];
  for (int i = 0; i < UF_MAX_RANK; ++i)
    ones[i] = ufStatic(1);
  int from = ufRank(x);
  Cut cut = {.rank = from ? from : rank, .sizes = ones};
  if (from > 0) {
    x = ufTensorCast(b, x, typeOf(ufElementType(x), from, ones));
    return collapse(b, x, &cut, 0);
  }
  x = expand(b, x, &cut, 0);
  return ufTensorCast(b, x, typeOf(ufElementType(x), rank, sizes));
}

MlirValue ufReshape(UfBuilder *b, MlirValue x, int rank, const UfSize *sizes) {
  UfSize source[UF_MAX_RANK];
  ufSizesOf(b, x, source);
  Cut from = {.rank = ufRank(x), .sizes = source};
  Cut to = {.rank = rank, .sizes = sizes};
  MlirType element = ufElementType(x);
  if (hasZero(from.rank, source) || hasZero(rank, sizes))
    return ufEmpty(b, element, rank, sizes);
  if (from.rank == 0 || rank == 0)
    return reshapeElement(b, x, rank, sizes);
  int count = cutShapes(&from, &to);
  if (!isExpandable(&to, count) && count < rank)
    return reshapeTo(b, x, rank, sizes);
  // What is known about the source, and what the result wants to be known, may
  // differ: the casts are where they meet.
  x = ufTensorCast(b, x, typeOf(element, from.rank, source));
  x = collapse(b, x, &from, count);
  x = ufTensorCast(b, x, collapsedType(element, &to, count));
  return expand(b, x, &to, count);
}

//===-- TransposeCode.c - Copies that change the innermost dimension ------===//

#include "Kernels/Vector/TransposeCode.h"

#include "Kernels/Vector/TileCode.h"
#include "Kernels/Vector/VectorBody.h"

#include "mlir-c/Dialect/Linalg.h"

enum { MAX_SIDE = 16, MIN_ELEMENTS = 256, PARALLEL_ELEMENTS = 32 << 10 };

static MlirAffineMap mapOf(MlirOperation op, intptr_t operand) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), operand));
}

/// The loop that the last result of `map` is, or UF_NO_LOOP.
static int lastLoop(MlirAffineMap map) {
  intptr_t rank = mlirAffineMapGetNumResults(map);
  if (rank == 0)
    return UF_NO_LOOP;
  MlirAffineExpr expr = mlirAffineMapGetResult(map, rank - 1);
  return mlirAffineExprIsADim(expr) ? (int)mlirAffineDimExprGetPosition(expr)
                                    : UF_NO_LOOP;
}

/// Whether the expression is a sum of loops, each times a number.
static bool isLinear(MlirAffineExpr expr) {
  if (mlirAffineExprIsAAdd(expr) || mlirAffineExprIsAMul(expr))
    return isLinear(mlirAffineBinaryOpExprGetLHS(expr)) &&
           isLinear(mlirAffineBinaryOpExprGetRHS(expr));
  return mlirAffineExprIsADim(expr) || mlirAffineExprIsAConstant(expr);
}

/// Whether an input with that map moves evenly along every loop, as a
/// permutation does, or a dimension that two loops walk in parts.
static bool movesEvenly(MlirAffineMap map) {
  intptr_t dims = mlirAffineMapGetNumDims(map);
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
    if (!isLinear(mlirAffineMapGetResult(map, i)))
      return false;
  for (intptr_t dim = 0; dim < dims; ++dim) {
    bool isThere = false;
    for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
      isThere |=
          mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), dim);
    if (!isThere)
      return false;
  }
  return true;
}

bool ufIsTransposition(MlirOperation op) {
  if (mlirOperationGetNumOperands(op) != 2 || ufOpIs(op, "linalg.fill") ||
      ufOpIs(op, "linalg.broadcast") || ufOpIs(op, "linalg.index"))
    return false;
  MlirAffineMap in = mapOf(op, 0), out = mapOf(op, 1);
  return mlirAffineMapIsPermutation(out) && movesEvenly(in) &&
         lastLoop(in) != UF_NO_LOOP && lastLoop(in) != lastLoop(out) &&
         ufCanVectorizeBody(op) && !ufBodyUses(op, 1);
}

/// What the code of a square needs.
typedef struct Square {
  const UfGroup *group;
  UfOperands operands; ///< The output, then the input.
  int side;            ///< Vectors, and lanes of each.
  int inLoop, outLoop; ///< Along rows of the input and of the output.
  MlirValue at[UF_MAX_LOOPS];
} Square;

//===----------------------------------------------------------------------===//
// In registers
//===----------------------------------------------------------------------===//

static MlirValue shuffle(UfBuilder *b, MlirValue x, MlirValue y, int side,
                         const int64_t *lanes) {
  return ufBuild(b, "vector.shuffle", mlirValueGetType(x), UF_VALUES(x, y),
                 UF_ATTRS({"mask", mlirDenseI64ArrayGet(b->ctx, side, lanes)}));
}

/// Transposes `side` vectors of `side` lanes: blocks of half the side trade
/// places across the diagonal, then blocks of a quarter in each of them, and
/// so on (Eklundh, "A fast computer method for matrix transposing", 1972).
static void transposeSquare(UfBuilder *b, int side, MlirValue *rows) {
  for (int distance = side / 2; distance > 0; distance /= 2)
    for (int i = 0; i < side; ++i) {
      if (i & distance)
        continue;
      int64_t upper[MAX_SIDE], lower[MAX_SIDE];
      for (int lane = 0; lane < side; ++lane) {
        bool right = lane & distance;
        upper[lane] = right ? side + lane - distance : lane;
        lower[lane] = right ? side + lane : lane + distance;
      }
      MlirValue x = rows[i], y = rows[i + distance];
      rows[i] = shuffle(b, x, y, side, upper);
      rows[i + distance] = shuffle(b, x, y, side, lower);
    }
}

//===----------------------------------------------------------------------===//
// One square
//===----------------------------------------------------------------------===//

static UfSize startOf(UfBuilder *b, const Square *square,
                      const UfAccess *access) {
  UfSize at = access->offset;
  for (int l = 0; l < square->group->loops.count; ++l)
    if (square->at[l].ptr)
      at = ufSizeAdd(
          b, at,
          ufSizeMul(b, (UfSize){.dynamic = square->at[l]}, access->stride[l]));
  return at;
}

static MlirValue maskOf(UfBuilder *b, int side, MlirValue count) {
  return ufBuild(b, "vector.create_mask", ufVectorOf(side, ufI1(b)),
                 UF_VALUES(count), UF_NO_ATTRS);
}

/// Row `i` of the square; with `inLeft`, only so many of its elements, and with
/// `outLeft`, the last row that is there instead of one past it.
static MlirValue loadRow(UfBuilder *b, const Square *square, UfSize start,
                         int i, MlirValue inLeft, MlirValue outLeft) {
  const UfOperand *input = &square->operands.list[1];
  UfSize row = ufStatic(i);
  MlirType element = ufElementType(input->access->memref);
  MlirType type = ufVectorOf(square->side, element);
  if (outLeft.ptr)
    row = ufSizeMin(b, row,
                    ufSizeSub(b, (UfSize){.dynamic = outLeft}, ufStatic(1)));
  UfSize at = ufSizeAdd(
      b, start, ufSizeMul(b, row, input->access->stride[square->outLoop]));
  MlirValue index = ufSizeValue(b, at);
  if (!inLeft.ptr)
    return ufBuild(b, "vector.load", type, UF_VALUES(input->flat, index),
                   UF_NO_ATTRS);
  MlirValue zero = ufSplat(b, ufNumber(b, element, 0), square->side);
  return ufBuild(
      b, "vector.maskedload", type,
      UF_VALUES(input->flat, index, maskOf(b, square->side, inLeft), zero),
      UF_NO_ATTRS);
}

/// Row `j` of the result; with `inLeft`, nothing unless it is one of so many.
/// Then the address is that of the last one, since a store of nothing to a page
/// that isn't there is no fault, but takes as long as a hundred others.
static void storeRow(UfBuilder *b, const Square *square, UfSize start, int j,
                     MlirValue value, MlirValue inLeft, MlirValue outLeft) {
  const UfOperand *output = &square->operands.list[0];
  UfSize row = ufStatic(j);
  if (inLeft.ptr)
    row = ufSizeMin(b, row,
                    ufSizeSub(b, (UfSize){.dynamic = inLeft}, ufStatic(1)));
  UfSize at = ufSizeAdd(
      b, start, ufSizeMul(b, row, output->access->stride[square->inLoop]));
  MlirValue index = ufSizeValue(b, at);
  if (!inLeft.ptr) {
    ufBuildOp(b, "vector.store", (UfTypes){0},
              UF_VALUES(value, output->flat, index), UF_NO_ATTRS, NULL, 0);
    return;
  }
  MlirValue isThere = ufCompare(b, UF_LT, ufIndex(b, j), inLeft, false);
  MlirValue count = ufSelect(b, isThere, outLeft, ufIndex(b, 0));
  ufBuildOp(
      b, "vector.maskedstore", (UfTypes){0},
      UF_VALUES(output->flat, index, maskOf(b, square->side, count), value),
      UF_NO_ATTRS, NULL, 0);
}

/// The square at square->at. Null counts: it is whole.
static void emitSquare(UfBuilder *b, const Square *square, MlirValue inLeft,
                       MlirValue outLeft) {
  UfSize from = startOf(b, square, square->operands.list[1].access);
  UfSize to = startOf(b, square, square->operands.list[0].access);
  MlirValue rows[MAX_SIDE];
  for (int i = 0; i < square->side; ++i) {
    MlirValue args[2] = {loadRow(b, square, from, i, inLeft, outLeft), {NULL}};
    rows[i] = ufVectorizeBody(b, square->group->root.op, square->side, args);
  }
  transposeSquare(b, square->side, rows);
  for (int j = 0; j < square->side; ++j)
    storeRow(b, square, to, j, rows[j], inLeft, outLeft);
}

//===----------------------------------------------------------------------===//
// The loops
//===----------------------------------------------------------------------===//

static MlirValue leftOf(UfBuilder *b, const Square *square, int loop) {
  UfSize left = ufSizeSub(b, square->group->loops.extent[loop],
                          (UfSize){.dynamic = square->at[loop]});
  return ufSizeValue(b, left);
}

static bool isWhole(const Square *square, int loop) {
  UfSize extent = square->group->loops.extent[loop];
  return ufIsStatic(extent) && extent.value % square->side == 0;
}

static void endBody(UfBuilder *in) {
  ufBuildOp(in, "scf.yield", (UfTypes){0}, UF_NO_VALUES, UF_NO_ATTRS, NULL, 0);
}

/// The square, with masks where it reaches over an edge.
static void emitAnySquare(UfBuilder *b, const Square *square) {
  if (isWhole(square, square->inLoop) && isWhole(square, square->outLoop)) {
    emitSquare(b, square, (MlirValue){NULL}, (MlirValue){NULL});
    return;
  }
  MlirValue side = ufIndex(b, square->side);
  MlirValue inLeft = leftOf(b, square, square->inLoop);
  MlirValue outLeft = leftOf(b, square, square->outLoop);
  MlirValue fits =
      ufBinary(b, "arith.andi", ufCompare(b, UF_GE, inLeft, side, false),
               ufCompare(b, UF_GE, outLeft, side, false));
  MlirRegion regions[2];
  for (int i = 0; i < 2; ++i) {
    regions[i] = mlirRegionCreate();
    MlirBlock body = mlirBlockCreate(0, NULL, NULL);
    mlirRegionAppendOwnedBlock(regions[i], body);
    UfBuilder in = ufBuilderIn(b, body);
    emitSquare(&in, square, i ? inLeft : (MlirValue){NULL},
               i ? outLeft : (MlirValue){NULL});
    endBody(&in);
  }
  ufBuildOp(b, "scf.if", (UfTypes){0}, UF_VALUES(fits), UF_NO_ATTRS, regions,
            2);
}

/// The loops, the two of the square's sides last: those of `dims` from `depth`.
static void emitNest(UfBuilder *b, Square square, const int *dims, int count,
                     int depth) {
  if (depth == count) {
    emitAnySquare(b, &square);
    return;
  }
  int loop = dims[depth];
  bool isSide = loop == square.inLoop || loop == square.outLoop;
  MlirType index = ufIndexType(b);
  MlirRegion region = mlirRegionCreate();
  MlirBlock body = mlirBlockCreate(1, &index, &b->loc);
  mlirRegionAppendOwnedBlock(region, body);
  UfBuilder in = ufBuilderIn(b, body);
  square.at[loop] = mlirBlockGetArgument(body, 0);
  emitNest(&in, square, dims, count, depth + 1);
  endBody(&in);
  ufBuildOp(b, "scf.for", (UfTypes){0},
            UF_VALUES(ufIndex(b, 0),
                      ufSizeValue(b, square.group->loops.extent[loop]),
                      ufIndex(b, isSide ? square.side : 1)),
            UF_NO_ATTRS, &region, 1);
}

/// The loops with the first of them, or `step` positions of it, as tasks.
static void emitForall(UfBuilder *b, Square square, const int *dims,
                       int count) {
  int loop = dims[0];
  bool isSide = loop == square.inLoop || loop == square.outLoop;
  UfSize extent = square.group->loops.extent[loop];
  MlirType index = ufIndexType(b);
  MlirRegion region = mlirRegionCreate(), none = mlirRegionCreate();
  MlirBlock body = mlirBlockCreate(1, &index, &b->loc);
  mlirRegionAppendOwnedBlock(region, body);
  mlirRegionAppendOwnedBlock(none, mlirBlockCreate(0, NULL, NULL));
  UfBuilder in = ufBuilderIn(b, body);
  square.at[loop] = mlirBlockGetArgument(body, 0);
  ufFlattenOperands(&in, square.group, &square.operands);
  emitNest(&in, square, dims, count, 1);
  ufBuildOp(&in, "scf.forall.in_parallel", (UfTypes){0}, UF_NO_VALUES,
            UF_NO_ATTRS, &none, 1);
  bool isOpen = !ufIsStatic(extent);
  int64_t lower = 0, step = isSide ? square.side : 1;
  int64_t upper = isOpen ? mlirShapedTypeGetDynamicSize() : extent.value;
  ufBuildOp(
      b, "scf.forall", (UfTypes){0}, (UfValues){&extent.dynamic, isOpen},
      UF_ATTRS({"staticLowerBound", mlirDenseI64ArrayGet(b->ctx, 1, &lower)},
               {"staticUpperBound", mlirDenseI64ArrayGet(b->ctx, 1, &upper)},
               {"staticStep", mlirDenseI64ArrayGet(b->ctx, 1, &step)},
               {"operandSegmentSizes",
                mlirDenseI32ArrayGet(b->ctx, 4, (int32_t[]){0, isOpen, 0, 0})}),
      &region, 1);
}

static bool findSides(const UfGroup *group, Square *square) {
  const UfAccess *in = &group->root.inputs[0], *out = &group->output;
  square->inLoop = square->outLoop = UF_NO_LOOP;
  for (int l = 0; l < group->loops.count; ++l) {
    if (ufIsSize(group->loops.extent[l], 1))
      continue;
    if (ufIsSize(in->stride[l], 1))
      square->inLoop = l;
    if (ufIsSize(out->stride[l], 1))
      square->outLoop = l;
  }
  return square->inLoop != UF_NO_LOOP && square->outLoop != UF_NO_LOOP &&
         square->inLoop != square->outLoop;
}

/// Elements to move; a large number when sizes are open.
static int64_t workOf(const UfGroup *group) {
  int64_t work = 1;
  for (int l = 0; l < group->loops.count; ++l) {
    UfSize extent = group->loops.extent[l];
    work *= ufIsStatic(extent) ? extent.value : PARALLEL_ELEMENTS;
    if (work >= PARALLEL_ELEMENTS)
      return PARALLEL_ELEMENTS;
  }
  return work;
}

bool ufEmitTransposition(UfBuilder *b, MlirOperation op, const UfTarget *target,
                         bool inParallel) {
  UfGroup group;
  Square square = {.group = &group};
  if (!ufIsTransposition(op) || !ufReadRoot(b, op, &group))
    return false;
  ufMergeLoops(b, &group);
  int64_t work = workOf(&group);
  if (work < MIN_ELEMENTS || !findSides(&group, &square))
    return false;
  int bits = ufBitWidth(ufElementType(group.output.memref));
  int inBits = ufBitWidth(ufElementType(group.root.inputs[0].memref));
  int64_t lanes = target->vectorBits / (bits > inBits ? bits : inBits);
  square.side = (int)(lanes < MAX_SIDE ? lanes : MAX_SIDE);
  int dims[UF_MAX_LOOPS], count = 0;
  for (int l = 0; l < group.loops.count; ++l)
    if (l != square.inLoop && l != square.outLoop &&
        !ufIsSize(group.loops.extent[l], 1))
      dims[count++] = l;
  // Rows of the output are finished before the next ones begin.
  dims[count++] = square.inLoop;
  dims[count++] = square.outLoop;
  if (inParallel && work >= PARALLEL_ELEMENTS) {
    emitForall(b, square, dims, count);
    return true;
  }
  ufFlattenOperands(b, &group, &square.operands);
  emitNest(b, square, dims, count, 0);
  return true;
}

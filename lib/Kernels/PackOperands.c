//===-- PackOperands.c - The ufront-pack-operands pass --------------------===//
//
// Lays the right operand of a contraction out in the order in which it is read:
// as panels of as many columns as a register tile has,
//
//   packed[batch.., n / NR, k.., n % NR] = rhs[batch.., k.., n]
//
// with zeros where the last panel has no columns left. The contraction reads it
// through an indexing map with floordiv and mod, so it means the same as before
// to every other pass.
//
// Weights are packed whatever their order; ufront-hoist-weights then moves the
// packing to load time. Other operands are packed where they lie the wrong way
// round, as the keys of attention do.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Contraction.h"
#include "Kernels/Passes.h"
#include "Kernels/Tile.h"

enum {
  /// Smaller operands stay in the first-level cache whatever their order.
  MIN_ELEMENTS = 256,
  /// Rows that must share the work of packing an operand that is no weight.
  MIN_ROWS = 4,
};

/// Where the loops of a contraction are in its packed operand.
typedef struct Packing {
  int rank;
  int loops[UF_MAX_RANK];    ///< Of dimension i but the last; n means panels.
  int position[UF_MAX_RANK]; ///< Of loop i.
  int64_t columns;           ///< NR.
} Packing;

/// Batches, panels, the reduction, columns; the loops of each as they come.
static Packing planPacking(const UfContraction *c, int64_t columns) {
  Packing packing = {.columns = columns};
  for (int part = 0; part < 3; ++part)
    for (int loop = 0; loop < c->numLoops; ++loop) {
      int belongs = loop == c->n ? 1 : c->isReduction[loop] ? 2 : 0;
      if (belongs != part || !c->inRhs[loop])
        continue;
      packing.position[loop] = packing.rank;
      packing.loops[packing.rank++] = loop;
    }
  ++packing.rank;
  return packing;
}

static MlirAffineExpr number(const UfBuilder *b, int64_t value) {
  return mlirAffineConstantExprGet(b->ctx, value);
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

typedef struct PackBody {
  const UfContraction *contraction;
  const Packing *packing;
  UfSize n;
} PackBody;

/// Reads column min(panel * NR + r, n - 1) and drops it where that is not it.
static void packWithEnd(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const PackBody *body = data;
  const UfContraction *c = body->contraction;
  const Packing *packing = body->packing;
  MlirValue indices[UF_MAX_RANK];
  MlirValue n = ufSizeValue(b, body->n);
  MlirValue panel = ufLoopIndex(b, packing->position[c->n]);
  MlirValue column = ufAdd(b, ufMul(b, panel, ufIndex(b, packing->columns)),
                           ufLoopIndex(b, packing->rank - 1));
  MlirValue last = ufSub(b, n, ufIndex(b, 1));
  MlirValue isColumn = ufCompare(b, UF_LT, column, n, true);
  for (int i = 0; i < ufRank(c->b); ++i) {
    int loop = c->ofRhs[i];
    if (loop == c->n)
      indices[i] = ufMin(b, column, last, true);
    else
      indices[i] = loop < 0 ? ufIndex(b, c->atRhs[i])
                            : ufLoopIndex(b, packing->position[loop]);
  }
  results[0] = ufSelect(b, isColumn, ufExtract(b, c->b, indices),
                        ufNumber(b, mlirValueGetType(args[0]), 0));
}

static void packAll(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)b;
  (void)data;
  results[0] = args[0];
}

/// The map by which packing without an end reads rhs.
static MlirAffineMap sourceMap(const UfBuilder *b, const UfContraction *c,
                               const Packing *packing) {
  MlirAffineExpr exprs[UF_MAX_RANK];
  int rank = ufRank(c->b);
  for (int i = 0; i < rank; ++i) {
    int loop = c->ofRhs[i];
    exprs[i] = loop < 0 ? number(b, c->atRhs[i])
                        : ufExprDim(b, packing->position[loop]);
    if (loop == c->n)
      exprs[i] = mlirAffineAddExprGet(
          mlirAffineMulExprGet(exprs[i], number(b, packing->columns)),
          ufExprDim(b, packing->rank - 1));
  }
  return ufMapExprs(b, packing->rank, rank, exprs);
}

static MlirValue pack(UfBuilder *b, const UfContraction *c,
                      const Packing *packing) {
  UfSize sizes[UF_MAX_RANK], n = ufStatic(0);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int i = 0; i < ufRank(c->b); ++i) {
    int loop = c->ofRhs[i];
    if (loop < 0)
      continue;
    UfSize size = ufSizeOf(b, c->b, i);
    if (loop == c->n) {
      n = size;
      size = ufSizeDiv(b, ufSizeAdd(b, n, ufStatic(packing->columns - 1)),
                       ufStatic(packing->columns));
    }
    sizes[packing->position[loop]] = size;
  }
  sizes[packing->rank - 1] = ufStatic(packing->columns);
  for (int i = 0; i < packing->rank; ++i)
    iterators[i] = 'p';
  bool isWhole = ufIsStatic(n) && n.value % packing->columns == 0;
  PackBody body = {c, packing, n};
  MlirValue init = ufEmpty(b, ufElementType(c->b), packing->rank, sizes);
  MlirAffineMap maps[] = {sourceMap(b, c, packing),
                          ufMapIdentity(b, packing->rank)};
  return ufGeneric(b, &(UfGeneric){
                          .inputs = isWhole ? UF_VALUES(c->b) : UF_NO_VALUES,
                          .inits = {&init, 1},
                          .maps = isWhole ? maps : maps + 1,
                          .iterators = iterators,
                          .body = isWhole ? packAll : packWithEnd,
                          .data = &body,
                      });
}

/// The map by which the contraction reads what was packed.
static MlirAffineMap packedMap(const UfBuilder *b, const UfContraction *c,
                               const Packing *packing) {
  MlirAffineExpr exprs[UF_MAX_RANK], columns = number(b, packing->columns);
  for (int i = 0; i + 1 < packing->rank; ++i) {
    exprs[i] = ufExprDim(b, packing->loops[i]);
    if (packing->loops[i] == c->n)
      exprs[i] = mlirAffineFloorDivExprGet(exprs[i], columns);
  }
  exprs[packing->rank - 1] = mlirAffineModExprGet(ufExprDim(b, c->n), columns);
  return ufMapExprs(b, c->numLoops, packing->rank, exprs);
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

/// Elements of rhs that one batch reads.
static int64_t matrixElements(const UfContraction *c) {
  int64_t count = 1;
  for (int loop = 0; loop < c->numLoops; ++loop)
    if (c->inRhs[loop] && (loop == c->n || c->isReduction[loop]) &&
        (c->extent[loop] == UF_DYNAMIC ||
         __builtin_mul_overflow(count, c->extent[loop], &count)))
      return INT64_MAX;
  return count;
}

static bool isWorthPacking(const UfContraction *c) {
  if (ufDependsOnWeights(c->b))
    return true;
  int64_t rows = ufContractionRows(c);
  return c->ofRhs[ufRank(c->b) - 1] != c->n &&
         (rows == UF_DYNAMIC || rows >= MIN_ROWS) &&
         matrixElements(c) >= MIN_ELEMENTS;
}

/// Whether positions of the left operand overlap or leave gaps, so that lines
/// of an image do not follow each other as one long line.
static bool isWindow(MlirOperation op, const UfContraction *c) {
  MlirAffineMap map = ufMapAt(op, c->lhs);
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
    if (!mlirAffineExprIsAAdd(expr))
      continue;
    for (int loop = 0; loop < c->numLoops; ++loop)
      if (c->isReduction[loop] && c->extent[loop] != 1 &&
          mlirAffineExprIsFunctionOfDim(expr, loop))
        return true;
    if (mlirAffineExprIsAMul(mlirAffineBinaryOpExprGetLHS(expr)))
      return true;
  }
  return false;
}

/// How many rows there are to make tiles of: of a window that moves over an
/// image, those of one line.
static int64_t rowsForTiles(MlirOperation op, const UfContraction *c) {
  if (!isWindow(op, c))
    return ufContractionRows(c);
  for (int loop = c->numLoops - 1; loop >= 0; --loop)
    if (!c->isReduction[loop] && !c->inRhs[loop] && c->extent[loop] != 1)
      return c->extent[loop];
  return 1;
}

static void packOperand(MlirRewriterBase rewriter, const UfTarget *target,
                        MlirOperation op) {
  UfContraction c;
  if (!ufReadContraction(op, &c))
    return;
  MlirType sum = ufElementType(ufResultOf(op, 0));
  if (!mlirTypeIsAF32(sum) || ufRank(c.b) + 1 > UF_MAX_RANK ||
      !isWorthPacking(&c))
    return;
  UfTile tile = ufChooseTile(target, rowsForTiles(op, &c), c.extent[c.n],
                             ufBitWidth(sum));
  if (!tile.vectors)
    return;
  UfBuilder b = {.ctx = mlirOperationGetContext(op),
                 .loc = mlirOperationGetLocation(op),
                 .rewriter = rewriter};
  mlirRewriterBaseSetInsertionPointBefore(rewriter, op);
  Packing packing = planPacking(&c, ufTileColumns(tile));
  mlirOperationSetOperand(op, c.rhs, pack(&b, &c, &packing));
  ufSetMapAt(op, c.rhs, packedMap(&b, &c, &packing));
}

static bool isInit(MlirOperation func) {
  MlirAttribute name =
      mlirOperationGetInherentAttributeByName(func, ufStr("sym_name"));
  return mlirStringRefEqual(mlirStringAttrGetValue(name), ufStr("init"));
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  // What runs once is not worth it.
  if (isInit(func))
    return mlirLogicalResultSuccess();
  static const char *const named[] = {"linalg.matmul", "linalg.batch_matmul"};
  for (int i = 0; i < UF_COUNT(named); ++i) {
    UfOps list = ufCollectOps(func, named[i]);
    for (size_t k = 0; k < list.count; ++k)
      ufGeneralize(list.ops[k]);
    ufOpsFree(&list);
  }
  UF_SCOPED(MlirRewriterBase) rewriter =
      mlirIRRewriterCreate(mlirOperationGetContext(func));
  UfTarget target = ufTargetOf(func);
  UfOps generics = ufCollectOps(func, "linalg.generic");
  for (size_t i = 0; i < generics.count; ++i)
    packOperand(rewriter, &target, generics.ops[i]);
  ufOpsFree(&generics);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassPackOperands = {
    .name = "UfrontPackOperands",
    .argument = "ufront-pack-operands",
    .description = "Lays operands of contractions out as they are read",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

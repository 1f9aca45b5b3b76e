//===-- PackOperands.c - The ufront-pack-operands pass --------------------===//
//
// Lays the right operand of a contraction out in the order in which it is read:
// as panels of as many columns as a register tile has,
//
//   packed[batch.., n / NR, k.., n % NR] = rhs[batch.., k.., n]
//
// with zeros where the last panel has no columns left. Where the target sums
// products of narrow numbers in groups (Dot.h), neighbours of the innermost k,
// as many as a group has, lie side by side:
//
//   packed[batch.., n / NR, k.., k / g, n % NR, k % g] = rhs[batch.., k.., n]
//
// The contraction reads it through an indexing map with floordiv and mod, so it
// means the same as before to every other pass.
//
// Weights are packed whatever their order; ufront-hoist-weights then moves the
// packing to load time. Other operands are packed where they lie the wrong way
// round, as the keys of attention do.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "Kernels/Contraction.h"
#include "Kernels/Dot.h"
#include "Kernels/Packing/Tile.h"
#include "Kernels/Passes.h"
#include "Kernels/Vector/AmxCode.h"
#include "Kernels/Vector/AmxSplit.h"

enum {
  /// Smaller operands stay in the first-level cache whatever their order.
  MIN_ELEMENTS = 256,
  /// Rows that must share the work of packing an operand that is no weight.
  MIN_ROWS = 4,
  /// Rows that make up for packing an operand only to have its groups.
  MIN_GROUPED_ROWS = 16,
  /// Steps of the innermost k that are filled up to whole groups.
  MAX_FILLED = 8,
};

/// Where the loops of a contraction are in its packed operand.
typedef struct Packing {
  int rank;
  int outer;                 ///< Dimensions before those inside of panels.
  int loops[UF_MAX_RANK];    ///< Of each of them; n means panels, k groups.
  int position[UF_MAX_RANK]; ///< Of loop i.
  int64_t columns;           ///< NR.
  int k;                     ///< The loop that groups are of; -1: none.
  int64_t group;             ///< g, or 1.
} Packing;

/// Batches, panels, the reduction, columns and the places of a group; the loops
/// of each as they come, but the one in groups last.
static Packing planPacking(const UfContraction *c, int64_t columns, int k,
                           int64_t group) {
  Packing packing = {.columns = columns, .k = k, .group = group};
  for (int part = 0; part < 4; ++part)
    for (int loop = 0; loop < c->numLoops; ++loop) {
      int belongs = loop == c->n           ? 1
                    : loop == k            ? 3
                    : c->isReduction[loop] ? 2
                                           : 0;
      if (belongs != part || !c->inRhs[loop])
        continue;
      packing.position[loop] = packing.rank;
      packing.loops[packing.rank++] = loop;
    }
  packing.outer = packing.rank;
  packing.rank += k < 0 ? 1 : 2;
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
  UfSize n, k;
} PackBody;

/// A loop that is cut into parts: where the op stands in it, if it is there.
typedef struct Place {
  MlirValue at, isThere;
} Place;

/// The place in a loop of `size` steps from that of its part, of `length`, and
/// that in the part; the last step for places beyond the end.
static Place placeOf(UfBuilder *b, int part, int64_t length, int inPart,
                     UfSize size) {
  MlirValue end = ufSizeValue(b, size);
  MlirValue at = ufAdd(b, ufMul(b, ufLoopIndex(b, part), ufIndex(b, length)),
                       ufLoopIndex(b, inPart));
  MlirValue last = ufSub(b, end, ufIndex(b, 1));
  Place place = {.isThere = ufCompare(b, UF_LT, at, end, true)};
  place.at = ufMin(b, at, last, true);
  return place;
}

/// Reads column min(panel * NR + r, n - 1) and drops it where that is not it;
/// the same for steps of the loop in groups.
static void packWithEnd(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const PackBody *body = data;
  const UfContraction *c = body->contraction;
  const Packing *packing = body->packing;
  MlirValue indices[UF_MAX_RANK];
  Place column = placeOf(b, packing->position[c->n], packing->columns,
                         packing->outer, body->n);
  Place step = {.isThere = {NULL}};
  if (packing->k >= 0)
    step = placeOf(b, packing->position[packing->k], packing->group,
                   packing->outer + 1, body->k);
  for (int i = 0; i < ufRank(c->b); ++i) {
    int loop = c->ofRhs[i];
    if (loop == c->n)
      indices[i] = column.at;
    else if (loop >= 0 && loop == packing->k)
      indices[i] = step.at;
    else
      indices[i] = loop < 0 ? ufIndex(b, c->atRhs[i])
                            : ufLoopIndex(b, packing->position[loop]);
  }
  MlirValue isThere = column.isThere;
  if (step.isThere.ptr)
    isThere = ufBinary(b, "arith.andi", isThere, step.isThere);
  results[0] = ufSelect(b, isThere, ufExtract(b, c->b, indices),
                        ufNumber(b, mlirValueGetType(args[0]), 0));
}

static void packAll(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)b;
  (void)data;
  results[0] = args[0];
}

/// part * length + inPart.
static MlirAffineExpr joined(const UfBuilder *b, int part, int64_t length,
                             int inPart) {
  return mlirAffineAddExprGet(
      mlirAffineMulExprGet(ufExprDim(b, part), number(b, length)),
      ufExprDim(b, inPart));
}

/// The map by which packing without an end reads rhs.
static MlirAffineMap sourceMap(const UfBuilder *b, const UfContraction *c,
                               const Packing *packing) {
  MlirAffineExpr exprs[UF_MAX_RANK];
  int rank = ufRank(c->b);
  for (int i = 0; i < rank; ++i) {
    int loop = c->ofRhs[i];
    if (loop < 0)
      exprs[i] = number(b, c->atRhs[i]);
    else if (loop == c->n)
      exprs[i] =
          joined(b, packing->position[loop], packing->columns, packing->outer);
    else if (loop == packing->k)
      exprs[i] = joined(b, packing->position[loop], packing->group,
                        packing->outer + 1);
    else
      exprs[i] = ufExprDim(b, packing->position[loop]);
  }
  return ufMapExprs(b, packing->rank, rank, exprs);
}

/// How many parts of `length` the size has, the last one maybe not whole.
static UfSize countParts(UfBuilder *b, UfSize size, int64_t length) {
  return ufSizeDiv(b, ufSizeAdd(b, size, ufStatic(length - 1)),
                   ufStatic(length));
}

static MlirValue pack(UfBuilder *b, const UfContraction *c,
                      const Packing *packing) {
  UfSize sizes[UF_MAX_RANK], n = ufStatic(0), k = ufStatic(0);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int i = 0; i < ufRank(c->b); ++i) {
    int loop = c->ofRhs[i];
    if (loop < 0)
      continue;
    UfSize size = ufSizeOf(b, c->b, i);
    if (loop == c->n) {
      n = size;
      size = countParts(b, n, packing->columns);
    } else if (loop == packing->k) {
      k = size;
      size = countParts(b, k, packing->group);
    }
    sizes[packing->position[loop]] = size;
  }
  sizes[packing->outer] = ufStatic(packing->columns);
  if (packing->k >= 0)
    sizes[packing->outer + 1] = ufStatic(packing->group);
  for (int i = 0; i < packing->rank; ++i)
    iterators[i] = 'p';
  bool isWhole = ufIsStatic(n) && n.value % packing->columns == 0 &&
                 ufIsStatic(k) && k.value % packing->group == 0;
  PackBody body = {c, packing, n, k};
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
  MlirAffineExpr group = number(b, packing->group);
  for (int i = 0; i < packing->outer; ++i) {
    exprs[i] = ufExprDim(b, packing->loops[i]);
    if (packing->loops[i] == c->n)
      exprs[i] = mlirAffineFloorDivExprGet(exprs[i], columns);
    else if (packing->loops[i] == packing->k)
      exprs[i] = mlirAffineFloorDivExprGet(exprs[i], group);
  }
  exprs[packing->outer] = mlirAffineModExprGet(ufExprDim(b, c->n), columns);
  if (packing->k >= 0)
    exprs[packing->outer + 1] =
        mlirAffineModExprGet(ufExprDim(b, packing->k), group);
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

/// The loop that dots are made along: what lhs walks in its last dimension, if
/// its steps are known and rhs has it; else -1.
static int groupedLoop(MlirOperation op, const UfContraction *c) {
  MlirAffineMap map = ufMapAt(op, c->lhs);
  intptr_t rank = mlirAffineMapGetNumResults(map);
  if (rank == 0)
    return -1;
  MlirAffineExpr last = mlirAffineMapGetResult(map, rank - 1);
  if (!mlirAffineExprIsADim(last))
    return -1;
  int loop = (int)mlirAffineDimExprGetPosition(last);
  for (intptr_t i = 0; i + 1 < rank; ++i)
    if (mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), loop))
      return -1;
  // A group of which one place is used is no gain.
  bool isLong = c->extent[loop] != UF_DYNAMIC && c->extent[loop] > 1;
  return isLong && c->isReduction[loop] && c->inRhs[loop] ? loop : -1;
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

/// Lets lhs have whole groups along `k` in its last dimension when there are
/// few of them and each is met many times, as the three channels of an image
/// are by a window: what lacks in them is zero, and so are its factors in the
/// panels.
static void fillGroups(UfBuilder *b, MlirOperation op, UfContraction *c, int k,
                       int64_t group) {
  int64_t length = c->extent[k], lacks = (group - length % group) % group;
  int rank = ufRank(c->a);
  if (!lacks || length > MAX_FILLED || !isWindow(op, c))
    return;
  UfSize low[UF_MAX_RANK], high[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    low[i] = high[i] = ufStatic(0);
  high[rank - 1] = ufStatic(lacks);
  c->a = ufPad(b, c->a, low, high, ufNumber(b, ufElementType(c->a), 0));
  c->extent[k] += lacks;
  mlirOperationSetOperand(op, c->lhs, c->a);
}

/// Lets rhs have whole panels, so that packing it is a transposition in
/// registers, where it is packed again in every run.
static void fillPanels(UfBuilder *b, MlirOperation op, UfContraction *c,
                       int64_t columns, int64_t group) {
  int64_t n = c->extent[c->n];
  if (n == UF_DYNAMIC || n % columns == 0 || group > 1 ||
      ufDependsOnWeights(c->b))
    return;
  int rank = ufRank(c->b);
  UfSize low[UF_MAX_RANK], high[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i) {
    low[i] = high[i] = ufStatic(0);
    if (c->ofRhs[i] == c->n)
      high[i] = ufStatic(columns - n % columns);
  }
  c->b = ufPad(b, c->b, low, high, ufNumber(b, ufElementType(c->b), 0));
  mlirOperationSetOperand(op, c->rhs, c->b);
}

static bool isWorthPacking(const UfContraction *c, int64_t group) {
  if (ufDependsOnWeights(c->b))
    return true;
  int64_t rows = ufContractionRows(c);
  if (group > 1 && (rows == UF_DYNAMIC || rows >= MIN_GROUPED_ROWS))
    return true;
  return c->ofRhs[ufRank(c->b) - 1] != c->n &&
         (rows == UF_DYNAMIC || rows >= MIN_ROWS) &&
         matrixElements(c) >= MIN_ELEMENTS;
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
  int k = groupedLoop(op, &c);
  int64_t group = k < 0 ? 1 : ufDotGroup(target, ufReadDot(op));
  k = group > 1 ? k : -1;
  bool isPackable =
      mlirTypeIsAF32(sum) || (mlirTypeIsAInteger(sum) && ufBitWidth(sum) == 32);
  if (!isPackable || ufRank(c.b) + 2 > UF_MAX_RANK ||
      !isWorthPacking(&c, group))
    return;
  UfTile tile = ufChooseTile(target, rowsForTiles(op, &c), c.extent[c.n],
                             ufBitWidth(sum));
  bool isForAmx = group > 1 ? ufHasAmx(target, ufReadDot(op))
                            : ufMaySplit(op, ufContractionRows(&c), target);
  if (isForAmx && tile.vectors)
    tile.vectors = tile.vectors > 1 ? 2 : 1; // as AMX has registers for
  if (!tile.vectors)
    return;
  UfBuilder b = ufBuilderAt(rewriter, op);
  if (k >= 0)
    fillGroups(&b, op, &c, k, group);
  fillPanels(&b, op, &c, ufTileColumns(tile), group);
  Packing packing = planPacking(&c, ufTileColumns(tile), k, group);
  mlirOperationSetOperand(op, c.rhs, pack(&b, &c, &packing));
  ufSetMapAt(op, c.rhs, packedMap(&b, &c, &packing));
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  // What runs once is not worth it.
  if (ufIsInit(func))
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

//===-- Contraction.c - Sums of products, by the roles of loops -----------===//

#include "Kernels/Contraction.h"

#include "mlir-c/Dialect/Linalg.h"

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

MlirAffineMap ufMapAt(MlirOperation op, intptr_t i) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), i));
}

void ufSetMapAt(MlirOperation op, intptr_t i, MlirAffineMap map) {
  MlirAttribute maps[UF_MAX_VALUES];
  MlirAttribute old = mlirLinalgGetIndexingMapsAttribute(op);
  intptr_t count = mlirArrayAttrGetNumElements(old);
  for (intptr_t k = 0; k < count; ++k)
    maps[k] =
        k == i ? mlirAffineMapAttrGet(map) : mlirArrayAttrGetElement(old, k);
  mlirOperationSetInherentAttributeByName(
      op, ufStr("indexing_maps"),
      mlirArrayAttrGet(mlirOperationGetContext(op), count, maps));
}

static bool dependsOn(MlirAffineMap map, int loop) {
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
    if (mlirAffineExprIsFunctionOfDim(mlirAffineMapGetResult(map, i), loop))
      return true;
  return false;
}

/// The loop that result `i` of `map` is; -1 for a constant, else -2.
static int loopOf(MlirAffineMap map, intptr_t i) {
  MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
  if (mlirAffineExprIsADim(expr))
    return (int)mlirAffineDimExprGetPosition(expr);
  return mlirAffineExprIsAConstant(expr) ? -1 : -2;
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

static MlirBlock bodyOf(MlirOperation op) {
  return mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
}

/// Whether `value` is argument `i` of `block`, or that made wider.
static bool isArgument(MlirBlock block, MlirValue value, intptr_t i) {
  MlirOperation from = ufDefiningOp(value);
  if (from.ptr && (ufOpIs(from, "arith.extf") || ufOpIs(from, "arith.extsi") ||
                   ufOpIs(from, "arith.extui")))
    value = mlirOperationGetOperand(from, 0);
  return mlirValueEqual(value, mlirBlockGetArgument(block, i));
}

/// Whether the op yields in0 * in1 + out.
static bool yieldsSumOfProducts(MlirOperation op) {
  MlirBlock body = bodyOf(op);
  MlirOperation yield = mlirBlockGetTerminator(body);
  MlirOperation sum = ufDefiningOp(mlirOperationGetOperand(yield, 0));
  bool isFloat = sum.ptr && ufOpIs(sum, "arith.addf");
  if (!isFloat && !(sum.ptr && ufOpIs(sum, "arith.addi")))
    return false;
  for (int i = 0; i < 2; ++i) {
    MlirOperation product = ufDefiningOp(mlirOperationGetOperand(sum, i));
    if (!product.ptr ||
        !ufOpIs(product, isFloat ? "arith.mulf" : "arith.muli") ||
        !mlirValueEqual(mlirOperationGetOperand(sum, 1 - i),
                        mlirBlockGetArgument(body, 2)))
      continue;
    MlirValue x = mlirOperationGetOperand(product, 0);
    MlirValue y = mlirOperationGetOperand(product, 1);
    return (isArgument(body, x, 0) && isArgument(body, y, 1)) ||
           (isArgument(body, x, 1) && isArgument(body, y, 0));
  }
  return false;
}

bool ufYieldsInput(MlirOperation op, intptr_t i) {
  MlirBlock body = bodyOf(op);
  MlirOperation yield = mlirBlockGetTerminator(body);
  return mlirOperationGetNumOperands(yield) == 1 &&
         mlirValueEqual(mlirOperationGetOperand(yield, 0),
                        mlirBlockGetArgument(body, i));
}

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

/// Reads which operands each loop moves, and the loops' sizes.
static void readLoops(MlirOperation op, UfContraction *c) {
  for (int loop = 0; loop < c->numLoops; ++loop) {
    c->extent[loop] = UF_DYNAMIC;
    c->isReduction[loop] = !dependsOn(ufMapAt(op, 2), loop);
    c->inLhs[loop] = dependsOn(ufMapAt(op, c->lhs), loop);
    c->inRhs[loop] = dependsOn(ufMapAt(op, c->rhs), loop);
  }
  for (intptr_t k = 0; k < 3; ++k) {
    MlirAffineMap map = ufMapAt(op, k);
    MlirValue operand = mlirOperationGetOperand(op, k);
    for (int i = 0; i < ufRank(operand); ++i) {
      int loop = loopOf(map, i);
      if (loop >= 0 && ufDimSize(operand, i) != UF_DYNAMIC)
        c->extent[loop] = ufDimSize(operand, i);
    }
  }
}

bool ufReadContraction(MlirOperation op, UfContraction *c) {
  if (!ufOpIs(op, "linalg.generic") || mlirOperationGetNumOperands(op) != 3 ||
      mlirOperationGetNumResults(op) != 1 || !yieldsSumOfProducts(op))
    return false;
  MlirAffineMap output = ufMapAt(op, 2);
  intptr_t rank = mlirAffineMapGetNumResults(output);
  *c = (UfContraction){.numLoops = (int)mlirAffineMapGetNumDims(output)};
  c->n = rank ? loopOf(output, rank - 1) : -1;
  if (c->numLoops > UF_MAX_RANK || c->n < 0 ||
      dependsOn(ufMapAt(op, 0), c->n) == dependsOn(ufMapAt(op, 1), c->n))
    return false;
  c->rhs = dependsOn(ufMapAt(op, 1), c->n);
  c->lhs = 1 - c->rhs;
  c->a = mlirOperationGetOperand(op, c->lhs);
  c->b = mlirOperationGetOperand(op, c->rhs);
  MlirAffineMap map = ufMapAt(op, c->rhs);
  bool isSeen[UF_MAX_RANK] = {false};
  for (int i = 0; i < ufRank(c->b); ++i) {
    int loop = c->ofRhs[i] = loopOf(map, i);
    if (loop < -1 || (loop >= 0 && isSeen[loop]))
      return false;
    if (loop >= 0)
      isSeen[loop] = true;
    else
      c->atRhs[i] =
          mlirAffineConstantExprGetValue(mlirAffineMapGetResult(map, i));
  }
  readLoops(op, c);
  for (int loop = 0; loop < c->numLoops; ++loop)
    if (c->isReduction[loop] && (!c->inLhs[loop] || !c->inRhs[loop]))
      return false;
  return true;
}

int64_t ufContractionRows(const UfContraction *c) {
  int64_t rows = 1;
  for (int loop = 0; loop < c->numLoops; ++loop)
    if (!c->isReduction[loop] && !c->inRhs[loop] &&
        (c->extent[loop] == UF_DYNAMIC ||
         __builtin_mul_overflow(rows, c->extent[loop], &rows)))
      return UF_DYNAMIC;
  return rows;
}

bool ufReadsPanels(MlirOperation op) {
  intptr_t count =
      mlirArrayAttrGetNumElements(mlirLinalgGetIndexingMapsAttribute(op));
  for (intptr_t k = 0; k < count; ++k) {
    MlirAffineMap map = ufMapAt(op, k);
    for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i)
      if (mlirAffineExprIsAMod(mlirAffineMapGetResult(map, i)))
        return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Named ops
//===----------------------------------------------------------------------===//

static MlirAttribute iteratorTypes(MlirContext ctx, MlirAffineMap output) {
  MlirAttribute parallel =
      mlirAttributeParseGet(ctx, ufStr("#linalg.iterator_type<parallel>"));
  MlirAttribute reduction =
      mlirAttributeParseGet(ctx, ufStr("#linalg.iterator_type<reduction>"));
  MlirAttribute list[UF_MAX_VALUES];
  intptr_t count = mlirAffineMapGetNumDims(output);
  for (intptr_t i = 0; i < count; ++i)
    list[i] = dependsOn(output, (int)i) ? parallel : reduction;
  return mlirArrayAttrGet(ctx, count, list);
}

/// Says that the sums of a named op may be fused with their products, and
/// added up in any order, as the sums of our own ops may.
static void freeSums(MlirBlock body) {
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    bool isSum = ufOpIs(op, "arith.addf");
    if (isSum || ufOpIs(op, "arith.mulf"))
      mlirOperationSetInherentAttributeByName(
          op, ufStr("fastmath"),
          mlirAttributeParseGet(mlirOperationGetContext(op),
                                ufStr(isSum
                                          ? "#arith.fastmath<reassoc,contract>"
                                          : "#arith.fastmath<contract>")));
  }
}

MlirOperation ufGeneralize(MlirOperation op) {
  MlirContext ctx = mlirOperationGetContext(op);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  UfBuilder b = ufBuilderAt(rewriter, op);
  int count = (int)mlirOperationGetNumOperands(op);
  MlirValue operands[UF_MAX_VALUES];
  for (int i = 0; i < count; ++i)
    operands[i] = mlirOperationGetOperand(op, i);
  MlirRegion region = mlirRegionCreate();
  mlirRegionTakeBody(region, mlirOperationGetRegion(op, 0));
  freeSums(mlirRegionGetFirstBlock(region));
  MlirAttribute segments =
      mlirDenseI32ArrayGet(ctx, 2, (int32_t[]){count - 1, 1});
  MlirOperation made = ufBuildOp(
      &b, "linalg.generic", UF_TYPES(mlirValueGetType(ufResultOf(op, 0))),
      (UfValues){operands, count},
      UF_ATTRS({"indexing_maps", mlirLinalgGetIndexingMapsAttribute(op)},
               {"iterator_types", iteratorTypes(ctx, ufMapAt(op, count - 1))},
               {"operandSegmentSizes", segments}),
      &region, 1);
  mlirValueReplaceAllUsesOfWith(ufResultOf(op, 0), ufResultOf(made, 0));
  mlirOperationDestroy(op);
  return made;
}

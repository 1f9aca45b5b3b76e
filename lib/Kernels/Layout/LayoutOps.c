//===-- LayoutOps.c - What ops have to do with layout ---------------------===//

#include "Kernels/Dot.h"
#include "Kernels/Layout/Layout.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

enum {
  MIN_CHANNELS = 8, ///< Fewer are read as well wherever they are.
  MIN_BYTES = 3,    ///< Of a group whose products are summed at once.
};

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

MlirAffineMap ufLinalgMap(MlirOperation op, intptr_t i) {
  return mlirAffineMapAttrGetValue(
      mlirArrayAttrGetElement(mlirLinalgGetIndexingMapsAttribute(op), i));
}

int ufLoopOf(MlirAffineExpr expr) {
  return mlirAffineExprIsADim(expr) ? (int)mlirAffineDimExprGetPosition(expr)
                                    : -1;
}

unsigned ufLoopsOf(MlirAffineMap map) {
  unsigned loops = 0;
  intptr_t numLoops = mlirAffineMapGetNumDims(map);
  for (intptr_t i = 0; i < mlirAffineMapGetNumResults(map); ++i) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, i);
    int loop = ufLoopOf(expr);
    if (loop >= 0)
      loops |= 1u << loop;
    for (intptr_t d = 0; loop < 0 && d < numLoops; ++d)
      if (mlirAffineExprIsFunctionOfDim(expr, d))
        loops |= 1u << d;
  }
  return loops;
}

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

static bool yieldsOuterOrConstant(MlirOperation pad) {
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(pad, 0));
  MlirValue value = mlirOperationGetOperand(mlirBlockGetTerminator(body), 0);
  MlirOperation from = ufDefiningOp(value);
  if (from.ptr && mlirBlockEqual(mlirOperationGetBlock(from), body))
    return ufOpIs(from, "arith.constant");
  return from.ptr || !mlirBlockEqual(mlirBlockArgumentGetOwner(value), body);
}

/// Whether the tensors have as many dimensions as the op has places for.
static bool keepsRank(MlirOperation op) {
  int rank = ufRank(ufResultOf(op, 0));
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (ufIsRankedTensor(mlirValueGetType(operand)) && ufRank(operand) != rank)
      return false;
  }
  return true;
}

static const struct {
  const char *name;
  UfLayoutKind kind;
} kinds[] = {
    {"linalg.generic", UF_LAYOUT_GENERIC},
    {"linalg.transpose", UF_LAYOUT_TRANSPOSE},
    {"linalg.fill", UF_LAYOUT_FILL},
    {"linalg.copy", UF_LAYOUT_SAME},
    {"tensor.empty", UF_LAYOUT_EMPTY},
    {"tensor.pad", UF_LAYOUT_SAME},
    {"tensor.extract_slice", UF_LAYOUT_SAME},
    {"tensor.insert_slice", UF_LAYOUT_SAME},
    {"tensor.concat", UF_LAYOUT_SAME},
    {"tensor.cast", UF_LAYOUT_SAME},
    {"tensor.expand_shape", UF_LAYOUT_EXPAND},
    {"tensor.collapse_shape", UF_LAYOUT_COLLAPSE},
    {"tensor.extract", UF_LAYOUT_EXTRACT},
    {"tensor.dim", UF_LAYOUT_DIM},
};

UfLayoutKind ufLayoutKindOf(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  if (name.length < 7 || (memcmp(name.data, "linalg.", 7) != 0 &&
                          memcmp(name.data, "tensor.", 7) != 0))
    return UF_LAYOUT_FIXED;
  UfLayoutKind kind = UF_LAYOUT_FIXED;
  for (int i = 0; i < UF_COUNT(kinds); ++i)
    if (ufOpIs(op, kinds[i].name))
      kind = kinds[i].kind;
  bool onTensors = mlirOperationGetNumResults(op) > 0;
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i)
    onTensors &= ufIsRankedTensor(mlirValueGetType(ufResultOf(op, (int)i)));
  if (kind == UF_LAYOUT_EXTRACT || kind == UF_LAYOUT_DIM)
    return ufIsRankedTensor(mlirValueGetType(mlirOperationGetOperand(op, 0)))
               ? kind
               : UF_LAYOUT_FIXED;
  if (!onTensors || (kind == UF_LAYOUT_SAME && !keepsRank(op)) ||
      (ufOpIs(op, "tensor.pad") && !yieldsOuterOrConstant(op)))
    return UF_LAYOUT_FIXED;
  if (kind == UF_LAYOUT_GENERIC &&
      mlirAffineMapGetNumDims(ufLinalgMap(op, 0)) > 32)
    return UF_LAYOUT_FIXED;
  return kind;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// The loops that step a window over operand `i`, a bit set: those that share
/// a dimension with another.
static unsigned windowLoops(MlirOperation op, intptr_t i) {
  MlirAffineMap map = ufLinalgMap(op, i);
  intptr_t numLoops = mlirAffineMapGetNumDims(map);
  unsigned found = 0;
  for (intptr_t r = 0; r < mlirAffineMapGetNumResults(map); ++r) {
    MlirAffineExpr expr = mlirAffineMapGetResult(map, r);
    unsigned loops = 0;
    if (ufLoopOf(expr) >= 0)
      continue;
    for (intptr_t d = 0; d < numLoops; ++d)
      if (mlirAffineExprIsFunctionOfDim(expr, d))
        loops |= 1u << d;
    if (loops & (loops - 1))
      found |= loops;
  }
  return found;
}

bool ufIsWindowOp(MlirOperation op) {
  if (mlirOperationGetNumResults(op) != 1 ||
      mlirOperationGetNumOperands(op) != 3 ||
      mlirAttributeIsNull(mlirLinalgGetIndexingMapsAttribute(op)))
    return false;
  MlirAffineMap out = ufLinalgMap(op, 2);
  return mlirAffineMapGetNumDims(out) <= 32 &&
         mlirAffineMapIsProjectedPermutation(out) && windowLoops(op, 0) != 0 &&
         windowLoops(op, 1) == 0;
}

bool ufIsPool(MlirOperation op) {
  return (ufLoopsOf(ufLinalgMap(op, 1)) & ufLoopsOf(ufLinalgMap(op, 2))) == 0;
}

/// Whether weights are laid out again for the product, as panels of columns.
static bool isPacked(MlirOperation op) {
  unsigned summed =
      ufLoopsOf(ufLinalgMap(op, 1)) & ~ufLoopsOf(ufLinalgMap(op, 2));
  MlirType sum = ufElementType(ufResultOf(op, 0));
  return (summed & ~windowLoops(op, 0)) != 0 &&
         (mlirTypeIsAF32(sum) ||
          (mlirTypeIsAInteger(sum) && ufBitWidth(sum) == 32));
}

bool ufWindowWants(MlirOperation op, intptr_t i) {
  UfOrder order = ufWindowOrder(op, i);
  if (i == 1)
    return !ufIsPool(op) && !isPacked(op);
  MlirType type = mlirValueGetType(mlirOperationGetOperand(op, i));
  int64_t channels = mlirShapedTypeGetDimSize(type, order.at[order.rank - 1]);
  UfTarget target = ufTargetOf(op);
  if (i == 0 && channels > 1 && ufDotGroup(&target, ufReadDot(op)) > 1)
    return true;
  bool isBytes = ufBitWidth(mlirShapedTypeGetElementType(type)) == 8;
  return channels == UF_DYNAMIC ||
         channels >= (isBytes ? MIN_BYTES : MIN_CHANNELS);
}

/// The loops over positions of the result, a bit set: those that step the
/// window and, after channels that come first, what stands behind one of them:
/// the phases of a transposed convolution.
static unsigned positionLoops(MlirOperation op) {
  MlirAffineMap map = ufLinalgMap(op, 2);
  unsigned window = windowLoops(op, 0), positions = window;
  bool hasChannels = false, isBehind = false;
  for (intptr_t r = 1; r < mlirAffineMapGetNumResults(map); ++r) {
    int loop = ufLoopOf(mlirAffineMapGetResult(map, r));
    unsigned bit = loop < 0 ? 0 : 1u << loop;
    hasChannels |= !(window & bit) && !isBehind;
    isBehind |= (window & bit) != 0;
    if (isBehind && hasChannels)
      positions |= bit;
  }
  return positions;
}

UfOrder ufWindowOrder(MlirOperation op, intptr_t i) {
  unsigned window = positionLoops(op);
  unsigned results = ufLoopsOf(ufLinalgMap(op, 2));
  MlirAffineMap map = ufLinalgMap(op, i);
  int rank = (int)mlirAffineMapGetNumResults(map);
  int batch = ufLoopOf(mlirAffineMapGetResult(ufLinalgMap(op, 2), 0));
  UfOrder order = {0};
  // Batch, then positions or the window, then channels; those of the result,
  // which are innermost in it, are innermost in the weight.
  for (int pass = 0; pass < 4; ++pass)
    for (int d = 0; d < rank; ++d) {
      MlirAffineExpr expr = mlirAffineMapGetResult(map, d);
      int loop = ufLoopOf(expr), when = 2;
      if (loop < 0 || (window >> loop & 1))
        when = 1;
      else if (loop == batch)
        when = 0;
      else if (i == 1 && (results >> loop & 1))
        when = 3;
      if (when == pass)
        order.at[order.rank++] = (uint8_t)d;
    }
  return order;
}

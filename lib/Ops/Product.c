//===-- Product.c - Lowering products of matrices -------------------------===//
//
// A named linalg op where the operands lie as it wants them, else a
// linalg.generic that reads them as they lie.
//
//===----------------------------------------------------------------------===//

#include "Ops/Product.h"

#include "IR/Linalg.h"
#include "IR/Tosa.h"
#include "Ops/Op.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkElement(MlirOperation op, int i,
                                      MlirType wanted) {
  MlirValue operand = ufOperandOf(op, i);
  if (!operand.ptr || mlirTypeEqual(ufElementType(operand), wanted))
    return mlirLogicalResultSuccess();
  return ufOpError(op, "operand '%s' must have the element type of %s",
                   ufOpOf(op)->operands[i].name,
                   ufHasAttr(op, "to") ? "'to'" : "operand 0");
}

/// Whether elements of `type` widen to `sum`: integers to integers of at most
/// 64 bits, floats of 16 bits and more to f32 or f64.
static bool widensTo(MlirType type, MlirType sum) {
  int from = ufBitWidth(type), to = ufBitWidth(sum);
  if (ufIsInt(type))
    return ufIsInt(sum) && from <= to && to <= 64;
  return ufIsFloat(type) && from >= 16 && from <= to &&
         (mlirTypeIsAF32(sum) || mlirTypeIsAF64(sum));
}

/// Attribute `to`, which operands 0 and 1 have to widen to.
static MlirLogicalResult readSumType(MlirOperation op, bool takesFloats,
                                     MlirType *element) {
  *element = mlirTypeAttrGetValue(ufGetAttr(op, "to"));
  for (int i = 0; i < 2; ++i) {
    MlirType type = ufElementType(mlirOperationGetOperand(op, i));
    if (!widensTo(type, *element) || (ufIsFloat(type) && !takesFloats))
      return ufOpError(op,
                       "'to' must be an integer type of at most 64 bits%s, and "
                       "operand '%s' of %s no wider than it",
                       takesFloats ? ", or f32 or f64" : "",
                       ufOpOf(op)->operands[i].name,
                       takesFloats ? "the same kind and" : "integers");
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufInferSumType(MlirOperation op, bool takesFloats,
                                 MlirType *element) {
  *element = ufElementType(mlirOperationGetOperand(op, 0));
  bool hasBias = ufOpOf(op)->operands[2].name != NULL;
  if (ufHasAttr(op, "to"))
    UF_TRY(readSumType(op, takesFloats, element));
  else
    UF_TRY(checkElement(op, 1, *element));
  return hasBias ? checkElement(op, 2, *element) : mlirLogicalResultSuccess();
}

void ufReadSumType(MlirOperation op, UfProduct *product) {
  if (!ufHasAttr(op, "to"))
    return;
  product->sum = ufSignless(mlirTypeAttrGetValue(ufGetAttr(op, "to")));
  product->isUnsignedA = ufOperandIsUnsigned(op, 0);
  product->isUnsignedB = ufOperandIsUnsigned(op, 1);
}

//===----------------------------------------------------------------------===//
// linalg
//===----------------------------------------------------------------------===//

static UfSize rowsOf(UfBuilder *b, const UfProduct *p) {
  return ufSizeOf(b, p->a, ufRank(p->a) - (p->transposeA ? 1 : 2));
}

static UfSize columnsOf(UfBuilder *b, const UfProduct *p) {
  return ufSizeOf(b, p->b, ufRank(p->b) - (p->transposeB ? 2 : 1));
}

static void assertDepth(UfBuilder *b, const UfProduct *p) {
  UfSize x = ufSizeOf(b, p->a, ufRank(p->a) - (p->transposeA ? 2 : 1));
  UfSize y = ufSizeOf(b, p->b, ufRank(p->b) - (p->transposeB ? 1 : 2));
  ufAssertSameSize(b, x, y, "the contracted sizes of a product differ");
}

/// Floats of less than 32 bits are summed in f32.
static MlirType accumulatorOf(const UfBuilder *b, MlirType element) {
  return ufIsFloat(element) && ufBitWidth(element) < 32 ? ufF32(b) : element;
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  (void)data;
  results[0] = ufConvert(b, args[0], mlirValueGetType(args[1]), false, false);
}

static void productBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const UfProduct *p = data;
  MlirType type = mlirValueGetType(args[2]);
  MlirValue x = ufConvert(b, args[0], type, p->isUnsignedA, false);
  MlirValue y = ufConvert(b, args[1], type, p->isUnsignedB, false);
  results[0] = ufMulAddAnyOrder(b, x, y, args[2]);
}

/// linalg.broadcast of vector `row` along the last dimension of `init`.
static MlirValue broadcastRow(UfBuilder *b, MlirValue row, MlirValue init) {
  int64_t others[UF_MAX_RANK];
  int count = ufRank(init) - 1;
  for (int d = 0; d < count; ++d)
    others[d] = d;
  MlirRegion region = mlirRegionCreate();
  MlirOperation op = ufBuildOp(
      b, "linalg.broadcast", UF_TYPES(mlirValueGetType(init)),
      UF_VALUES(row, init),
      UF_ATTRS({"dimensions", mlirDenseI64ArrayGet(b->ctx, count, others)}),
      &region, 1);
  mlirLinalgFillBuiltinNamedOpRegion(op);
  return ufResultOf(op, 0);
}

/// A tensor of `sizes` to sum into: the bias in every row, or zeros.
static MlirValue sumStart(UfBuilder *b, const UfProduct *p, MlirType type,
                          int rank, const UfSize *sizes) {
  if (!p->bias.ptr)
    return ufFilled(b, ufInteger(b, type, 0), rank, sizes);
  MlirValue init = ufEmpty(b, type, rank, sizes);
  if (mlirTypeEqual(ufElementType(p->bias), type))
    return broadcastRow(b, p->bias, init);
  char iterators[UF_MAX_RANK + 1] = {0};
  memset(iterators, 'p', (size_t)rank);
  MlirAffineMap maps[] = {ufMapOf(b, rank, 1, (int[]){rank - 1}),
                          ufMapIdentity(b, rank)};
  return ufGeneric(b, &(UfGeneric){
                          .inputs = UF_VALUES(p->bias),
                          .inits = UF_VALUES(init),
                          .maps = maps,
                          .iterators = iterators,
                          .body = convertBody,
                      });
}

/// linalg.matmul or linalg.batch_matmul: rank 2 or 3, nothing transposed. The
/// body is written here, because the ones MLIR makes allow no contraction.
static MlirValue namedProduct(UfBuilder *b, const UfProduct *p,
                              MlirValue init) {
  MlirValue x = p->a, y = p->b;
  int rank = ufRank(init);
  bool isBatched = rank == 3;
  MlirType types[] = {ufElementType(x), ufElementType(y), ufElementType(init)};
  MlirBlock block =
      mlirBlockCreate(3, types, (MlirLocation[]){b->loc, b->loc, b->loc});
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue args[3], result;
  for (int i = 0; i < 3; ++i)
    args[i] = mlirBlockGetArgument(block, i);
  productBody(&in, args, &result, p);
  ufBuildOp(&in, "linalg.yield", (UfTypes){0}, UF_VALUES(result), UF_NO_ATTRS,
            NULL, 0);

  // Loops are (batch,) m, n, k.
  int m = rank - 2, n = rank - 1, k = rank;
  int ofX[] = {0, m, k}, ofY[] = {0, k, n}, ofInit[] = {0, m, n};
  const int *dims[] = {ofX, ofY, ofInit};
  MlirAttribute maps[3];
  for (int i = 0; i < 3; ++i)
    maps[i] = mlirAffineMapAttrGet(
        ufMapOf(b, rank + 1, rank, isBatched ? dims[i] : dims[i] + 1));
  MlirAttribute segments =
      mlirDenseI32ArrayGet(b->ctx, 2, (const int32_t[]){2, 1});
  return ufResultOf(
      ufBuildOp(b, isBatched ? "linalg.batch_matmul" : "linalg.matmul",
                UF_TYPES(mlirValueGetType(init)), UF_VALUES(x, y, init),
                UF_ATTRS({"indexing_maps", mlirArrayAttrGet(b->ctx, 3, maps)},
                         {"operandSegmentSizes", segments}),
                &region, 1),
      0);
}

/// Size of batch dimension `d` of `rank` dimensions; writes the loop that each
/// operand follows there, -1 where it has one element for all.
static UfSize batchSize(UfBuilder *b, const UfProduct *p, int d, int rank,
                        int *ofA, int *ofB) {
  int atA = d - (rank - ufRank(p->a)), atB = d - (rank - ufRank(p->b));
  UfSize x = atA < 0 ? ufStatic(1) : ufSizeOf(b, p->a, atA);
  UfSize y = atB < 0 ? ufStatic(1) : ufSizeOf(b, p->b, atB);
  bool isOneA = ufSizeDim(x) == 1, isOneB = ufSizeDim(y) == 1;
  if (atA >= 0)
    ofA[atA] = isOneA && !isOneB ? -1 : d;
  if (atB >= 0)
    ofB[atB] = isOneB && !isOneA ? -1 : d;
  if (isOneA || isOneB)
    return isOneA ? y : x;
  ufAssertSameSize(b, x, y, "the batch sizes of a product differ");
  return ufIsStatic(x) ? x : y;
}

/// Any product, each operand read as it lies. The innermost loop is one with
/// stride 1 for as many operands as possible.
static MlirValue genericProduct(UfBuilder *b, const UfProduct *p,
                                MlirType type) {
  int rankA = ufRank(p->a), rankB = ufRank(p->b);
  int rank = rankA > rankB ? rankA : rankB, batch = rank - 2;
  int ofA[UF_MAX_RANK], ofB[UF_MAX_RANK], ofC[UF_MAX_RANK];
  UfSize sizes[UF_MAX_RANK];
  for (int d = 0; d < batch; ++d) {
    sizes[d] = batchSize(b, p, d, rank, ofA, ofB);
    ofC[d] = d;
  }
  sizes[batch] = rowsOf(b, p);
  sizes[batch + 1] = columnsOf(b, p);

  int m = batch, n = p->transposeB ? batch + 1 : batch + 2;
  int k = p->transposeB ? batch + 2 : batch + 1;
  ofA[rankA - 2] = p->transposeA ? k : m;
  ofA[rankA - 1] = p->transposeA ? m : k;
  ofB[rankB - 2] = p->transposeB ? n : k;
  ofB[rankB - 1] = p->transposeB ? k : n;
  ofC[batch] = m;
  ofC[batch + 1] = n;
  MlirAffineMap maps[] = {ufMapOf(b, rank + 1, rankA, ofA),
                          ufMapOf(b, rank + 1, rankB, ofB),
                          ufMapOf(b, rank + 1, rank, ofC)};
  char iterators[UF_MAX_RANK + 2] = {0};
  memset(iterators, 'p', (size_t)rank + 1);
  iterators[k] = 'r';
  return ufGeneric(b, &(UfGeneric){
                          .inputs = UF_VALUES(p->a, p->b),
                          .inits = UF_VALUES(sumStart(b, p, type, rank, sizes)),
                          .maps = maps,
                          .iterators = iterators,
                          .body = productBody,
                          .data = p,
                      });
}

/// Whether both operands have the same static or dynamic batch dimensions.
static bool sameBatch(MlirValue x, MlirValue y) {
  if (ufRank(x) != ufRank(y))
    return false;
  for (int d = 0; d < ufRank(x) - 2; ++d)
    if (ufDimSize(x, d) != ufDimSize(y, d))
      return false;
  return true;
}

/// The product in `type`, by a named op if the operands lie as it wants them;
/// null if not: linalg takes all integers for signed ones. More dimensions stay
/// what they are, loops of a generic op: what is elementwise after it can then
/// join it.
static MlirValue plainProduct(UfBuilder *b, const UfProduct *p, MlirType type) {
  int rank = ufRank(p->a);
  if (p->transposeA || p->transposeB || rank > 3 || !sameBatch(p->a, p->b) ||
      p->sum.ptr)
    return (MlirValue){NULL};
  UfSize sizes[3];
  ufSizesOf(b, p->a, sizes);
  sizes[rank - 1] = columnsOf(b, p);
  if (rank == 3)
    ufAssertSameSize(b, sizes[0], ufSizeOf(b, p->b, 0),
                     "the batch sizes of a product differ");
  return namedProduct(b, p, sumStart(b, p, type, rank, sizes));
}

MlirValue ufLowerProduct(UfBuilder *b, const UfProduct *p) {
  MlirType element = p->sum.ptr ? p->sum : ufElementType(p->a);
  MlirType type = accumulatorOf(b, element);
  assertDepth(b, p);
  MlirValue result = plainProduct(b, p, type);
  if (!result.ptr)
    result = genericProduct(b, p, type);
  if (mlirTypeEqual(type, element))
    return result;
  UfSize sizes[UF_MAX_RANK];
  int rank = ufRank(result);
  char iterators[UF_MAX_RANK + 1] = {0};
  memset(iterators, 'p', (size_t)rank);
  ufSizesOf(b, result, sizes);
  MlirAffineMap maps[] = {ufMapIdentity(b, rank), ufMapIdentity(b, rank)};
  return ufGeneric(b, &(UfGeneric){
                          .inputs = UF_VALUES(result),
                          .inits = UF_VALUES(ufEmpty(b, element, rank, sizes)),
                          .maps = maps,
                          .iterators = iterators,
                          .body = convertBody,
                      });
}

//===----------------------------------------------------------------------===//
// TOSA
//===----------------------------------------------------------------------===//

static int numDynamicDims(const UfShape *shape) {
  int count = 0;
  for (int d = 0; d < shape->rank; ++d)
    count += shape->dims[d] == UF_DYNAMIC;
  return count;
}

/// `x` as [batch, rows, columns], `kept` dimensions of it as they are; null
/// when it cannot be.
static MlirValue tosaRank3(UfBuilder *b, MlirValue x, int kept) {
  UfShape shape = ufShape(x), leading = shape;
  leading.rank = shape.rank - kept;
  int64_t count = ufNumElements(&leading);
  UfShape result = {.rank = 3, .element = shape.element};
  result.dims[0] = kept == 2 ? count : 1;
  result.dims[1] = kept == 2 ? shape.dims[shape.rank - 2] : count;
  result.dims[2] = shape.dims[shape.rank - 1];
  // A reshape finds out one size; zero would make it ambiguous.
  bool isEmpty = false;
  for (int d = 0; d < 3; ++d)
    isEmpty |= result.dims[d] == 0;
  if (numDynamicDims(&result) > 1 || isEmpty)
    return (MlirValue){NULL};
  return ufTosaReshape(b, x, 3, result.dims);
}

/// tosa.matmul is f32 (16 bits accumulate in f32) over equal batches.
MlirLogicalResult ufProductToTosa(UfBuilder *b, const UfProduct *p) {
  MlirType element = ufElementType(p->a);
  UfShape shape = ufShapeOfType(ufResultType(b, 0));
  bool hasMatrix = ufRank(p->b) == 2;
  bool isMixed =
      !mlirTypeEqual(ufElementType(p->b), element) ||
      (p->sum.ptr && !mlirTypeEqual(p->sum, accumulatorOf(b, element)));
  if (!ufIsFloat(element) || !ufTosaHasType(element) || isMixed ||
      numDynamicDims(&shape) > 1 || ufNumElements(&shape) == 0 ||
      (!hasMatrix && !sameBatch(p->a, p->b)) || ufRank(p->a) < 2)
    return mlirLogicalResultFailure();
  static const int64_t swapped[] = {0, 2, 1};
  bool asRows = hasMatrix && !p->transposeA;
  MlirValue x = tosaRank3(b, p->a, asRows ? 1 : 2);
  MlirValue y = tosaRank3(b, p->b, 2);
  if (!x.ptr || !y.ptr || ufDimSize(x, 0) != ufDimSize(y, 0))
    return mlirLogicalResultFailure();
  x = p->transposeA ? ufTosaTranspose(b, x, swapped) : x;
  y = p->transposeB ? ufTosaTranspose(b, y, swapped) : y;
  MlirType type = accumulatorOf(b, element);
  int64_t dims[] = {ufDimSize(x, 0), ufDimSize(x, 1), ufDimSize(y, 2)};
  MlirValue zero = ufTosaZero(b, element);
  MlirValue sum = ufBuild(b, "tosa.matmul", ufTensorOf(type, 3, dims),
                          UF_VALUES(x, y, zero, zero), UF_NO_ATTRS);
  sum = ufTosaReshape(b, sum, shape.rank, shape.dims);
  UfShape summed = shape;
  summed.element = type;
  if (p->bias.ptr) {
    MlirValue bias = p->bias;
    if (!mlirTypeEqual(type, ufElementType(bias)))
      bias = ufBuild(b, "tosa.cast", ufTensorOf(type, 1, &dims[2]),
                     UF_VALUES(bias), UF_NO_ATTRS);
    sum = ufTosaBinary(b, "tosa.add", ufTensorType(&summed), sum, bias);
  }
  if (!mlirTypeEqual(type, shape.element))
    sum = ufBuild(b, "tosa.cast", ufTensorType(&shape), UF_VALUES(sum),
                  UF_NO_ATTRS);
  return ufReplace(b, sum);
}

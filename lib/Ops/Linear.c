//===-- Linear.c - Products of matrices -----------------------------------===//
//
// linear is a layer with a weight, batch_matmul a product of any two tensors.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"
#include "Ops/MlScore.h"
#include "Ops/Product.h"
#include "Ops/Quantized.h"
#include "Ops/TorchProduct.h"

#include <math.h>
#include <string.h>

/// Whether `value` is computed from weights and constants alone, so that work
/// on it is done once, when the model is loaded.
static bool isWeight(MlirValue value, int depth) {
  MlirOperation op = ufDefiningOp(value);
  const UfOp *row = op.ptr ? ufOpOf(op) : NULL;
  if (!row || row->regions || (row->traits & UF_IMPURE) || depth > 8)
    return false;
  if (strcmp(row->name, "param") == 0 || strcmp(row->name, "constant") == 0)
    return true;
  intptr_t count = mlirOperationGetNumOperands(op);
  for (intptr_t i = 0; i < count; ++i)
    if (!isWeight(mlirOperationGetOperand(op, i), depth + 1))
      return false;
  return count > 0;
}

/// `x` with its last two dimensions swapped.
static MlirValue swapLast(UfBuilder *b, MlirValue x) {
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    perm[i] = i;
  perm[rank - 2] = rank - 1;
  perm[rank - 1] = rank - 2;
  return ufOp(b, "transpose", UF_VALUES(x),
              UF_ATTRS({"perm", ufIntsAttr(b, rank, perm)}));
}

//===----------------------------------------------------------------------===//
// linear
//
//   output[..., n] = sum_k input[..., k] * weight[n, k] + bias[n]
//   with weight_layout "oi"; weight[k, n] with "io".
//
// (C1) input has rank 1 or more, weight rank 2.
// (C2) input's last dimension is weight's input dimension.
// (C3) bias is [n].
// (C4) out_features, when given, is n.
// (C5) without `to` all element types are input's; `to` is an integer type no
//      narrower than the integers of input and weight, and that of bias.
//===----------------------------------------------------------------------===//

static bool isOutputFirst(MlirOperation op) {
  return strcmp(ufGetStr(op, "weight_layout"), "oi") == 0;
}

static MlirLogicalResult inferLinear(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UfShape w = ufShape(mlirOperationGetOperand(op, 1));
  MlirValue bias = ufOperandOf(op, 2);
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  if (x.rank < 1 || w.rank != 2) // C1
    return ufOpError(op,
                     "takes an input of rank 1 or more and a weight of rank 2, "
                     "but they have rank %d and %d",
                     x.rank, w.rank);
  int64_t in = w.dims[isOutputFirst(op)], out = w.dims[!isOutputFirst(op)];
  if (!ufSizesAgree(in, x.dims[x.rank - 1])) // C2
    return ufOpError(op,
                     "takes %" PRId64 " input features (weight %s), but the "
                     "input is %s",
                     in, ufShapeText(&w, text, sizeof text),
                     ufShapeText(&x, other, sizeof other));
  if (bias.ptr) {
    UfShape shape = ufShape(bias);
    if (shape.rank != 1 || !ufSizesAgree(shape.dims[0], out)) // C3
      return ufOpError(op,
                       "has %" PRId64 " output features, but the bias is %s",
                       out, ufShapeText(&shape, text, sizeof text));
  }
  if (ufHasAttr(op, "out_features")) {
    int64_t given = ufGetInt(op, "out_features");
    if (given < 0 || !ufSizesAgree(given, out)) // C4
      return ufOpError(op,
                       "has %" PRId64 " output features, but out_features is "
                       "%" PRId64,
                       out, given);
    out = given;
  }
  results[0] = x;
  results[0].dims[x.rank - 1] = out;
  UF_TRY(ufInferSumType(op, false, &results[0].element)); // C5
  return mlirLogicalResultSuccess();
}

/// A weight that lies [out, in] is turned once, when the model is loaded: the
/// innermost loop then runs along the outputs, with stride 1.
static MlirLogicalResult decomposeLinear(UfBuilder *b) {
  MlirValue weight = ufOperandOf(b->op, 1);
  if (!isOutputFirst(b->op) || !isWeight(weight, 0))
    return mlirLogicalResultFailure();
  return ufReplace(
      b, ufOp(b, "linear",
              UF_VALUES(ufOperandOf(b->op, 0), swapLast(b, weight),
                        ufOperandOf(b->op, 2)),
              UF_ATTRS({"weight_layout", ufStrAttr(b, "io")},
                       {"out_features", ufGetAttr(b->op, "out_features")},
                       {"to", ufGetAttr(b->op, "to")})));
}

static MlirLogicalResult lowerLinear(UfBuilder *b) {
  UfProduct p = {.a = ufInput(b, 0),
                 .b = ufInput(b, 1),
                 .bias = ufInput(b, 2),
                 .transposeB = isOutputFirst(b->op)};
  ufReadSumType(b->op, &p);
  bool isVector = ufRank(p.a) == 1;
  if (isVector)
    p.a = ufReshape(b, p.a, 2, (UfSize[]){ufStatic(1), ufSizeOf(b, p.a, 0)});
  MlirValue result = ufLowerProduct(b, &p);
  if (isVector)
    result = ufReshape(b, result, 1, (UfSize[]){ufSizeOf(b, result, 1)});
  return ufReplace(b, result);
}

static MlirLogicalResult linearToTosa(UfBuilder *b) {
  return ufProductToTosa(b, &(UfProduct){.a = ufOperandOf(b->op, 0),
                                         .b = ufOperandOf(b->op, 1),
                                         .bias = ufOperandOf(b->op, 2),
                                         .transposeB = isOutputFirst(b->op)});
}

static MlirValue scaled(UfBuilder *b, MlirValue x, double factor) {
  if (factor == 1)
    return x;
  return ufOp(b, "multiply",
              UF_VALUES(x, ufScalarConstant(b, ufElementType(x), factor)),
              UF_NO_ATTRS);
}

static MlirValue castTo(UfBuilder *b, MlirValue x, MlirType type) {
  if (!x.ptr || mlirTypeEqual(ufElementType(x), type))
    return x;
  return ufOp(b, "cast", UF_VALUES(x), UF_ATTRS({"to", mlirTypeAttrGet(type)}));
}

/// The type that Gemm scales in: integers are no place for a factor of 0.5.
static MlirType scalingType(const UfBuilder *b, MlirType element, double alpha,
                            double beta) {
  bool isWhole = trunc(alpha) == alpha && trunc(beta) == beta;
  return ufIsFloat(element) || isWhole ? element : mlirF64TypeGet(b->ctx);
}

/// Gemm: alpha * op(A) * op(B) + beta * C. With a bias and factors of one it is
/// linear; else the rest of it is spelled out.
static MlirLogicalResult importGemm(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue a = ufNodeInput(node, 0), w = ufNodeInput(node, 1);
  MlirValue c = ufNodeInput(node, 2);
  double alpha = ufNodeFloat(node, "alpha", 1);
  double beta = ufNodeFloat(node, "beta", 1);
  bool isTransposed = ufNodeInt(node, "transB", 0) != 0;
  if (!a.ptr || !w.ptr || ufRank(a) != 2 || ufRank(w) != 2)
    return ufNodeError(node, "takes two matrices");
  if (ufNodeInt(node, "transA", 0))
    a = swapLast(b, a);
  bool isBias = c.ptr && ufRank(c) == 1 && alpha == 1 && beta == 1 &&
                ufDimSize(c, 0) != UF_DYNAMIC &&
                ufDimSize(c, 0) == ufDimSize(w, !isTransposed);
  MlirValue y = ufOp(
      b, "linear", UF_VALUES(a, w, isBias ? c : (MlirValue){NULL}),
      UF_ATTRS({"weight_layout", ufStrAttr(b, isTransposed ? "oi" : "io")}));
  if (!y.ptr)
    return mlirLogicalResultFailure();
  MlirType element = ufElementType(y);
  MlirType type = scalingType(b, element, alpha, beta);
  y = scaled(b, castTo(b, y, type), alpha);
  if (y.ptr && c.ptr && !isBias && beta != 0)
    y = ufOp(b, "add", UF_VALUES(y, scaled(b, castTo(b, c, type), beta)),
             UF_NO_ATTRS);
  return ufNodeDefine(results, castTo(b, y, element));
}

//===----------------------------------------------------------------------===//
// batch_matmul
//
//   output[..., m, n] = sum_k lhs[..., m, k] * rhs[..., k, n], the leading
//   dimensions broadcast. transpose_a reads lhs as [..., k, m], transpose_b
//   rhs as [..., n, k]. A vector is a row on the left and a column on the
//   right, and its dimension of one is not in the output.
//
// (C1) both operands have rank 1 or more, and one that is transposed 2 or more.
// (C2) the contracted dimensions are equal.
// (C3) the leading dimensions broadcast.
// (C4) the element types are the same; or `to` is an integer type, f32 or f64,
//      and they are of that kind and no wider.
//===----------------------------------------------------------------------===//

/// A vector as a matrix of one row or one column.
static UfShape asMatrix(UfShape shape, bool isRow) {
  if (shape.rank > 1)
    return shape;
  int64_t size = shape.dims[0];
  shape.rank = 2;
  shape.dims[0] = isRow ? 1 : size;
  shape.dims[1] = isRow ? size : 1;
  return shape;
}

static MlirLogicalResult inferBatchMatmul(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UfShape y = ufShape(mlirOperationGetOperand(op, 1));
  bool transposeA = ufGetBool(op, "transpose_a");
  bool transposeB = ufGetBool(op, "transpose_b");
  if (x.rank < 1 + transposeA || y.rank < 1 + transposeB) // C1
    return ufOpError(op,
                     "takes operands of rank 1 or more, and 2 or more when "
                     "transposed, but they have rank %d and %d",
                     x.rank, y.rank);
  bool isRow = x.rank == 1, isColumn = y.rank == 1;
  UfShape a = asMatrix(x, true), b = asMatrix(y, false);
  int64_t depthA = a.dims[a.rank - (transposeA ? 2 : 1)];
  int64_t depthB = b.dims[b.rank - (transposeB ? 1 : 2)];
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  if (!ufSizesAgree(depthA, depthB)) // C2
    return ufOpError(op,
                     "cannot multiply %s by %s: the contracted dimensions are "
                     "%" PRId64 " and %" PRId64,
                     ufShapeText(&x, text, sizeof text),
                     ufShapeText(&y, other, sizeof other), depthA, depthB);
  int64_t rows = a.dims[a.rank - (transposeA ? 1 : 2)];
  int64_t columns = b.dims[b.rank - (transposeB ? 2 : 1)];
  a.rank -= 2;
  b.rank -= 2;
  UF_TRY(ufBroadcastShape(op, &a, &b)); // C3
  if (!isRow)
    a.dims[a.rank++] = rows;
  if (!isColumn)
    a.dims[a.rank++] = columns;
  results[0] = a;
  UF_TRY(ufInferSumType(op, true, &results[0].element)); // C4
  return mlirLogicalResultSuccess();
}

static UfProduct readProduct(UfBuilder *b, MlirValue lhs, MlirValue rhs) {
  UfProduct p = {.a = lhs,
                 .b = rhs,
                 .transposeA = ufGetBool(b->op, "transpose_a"),
                 .transposeB = ufGetBool(b->op, "transpose_b")};
  ufReadSumType(b->op, &p);
  return p;
}

/// As for linear: a weight is turned once.
static MlirLogicalResult decomposeBatchMatmul(UfBuilder *b) {
  MlirValue rhs = ufOperandOf(b->op, 1);
  if (!ufGetBool(b->op, "transpose_b") || !isWeight(rhs, 0))
    return mlirLogicalResultFailure();
  return ufReplace(
      b, ufOp(b, "batch_matmul",
              UF_VALUES(ufOperandOf(b->op, 0), swapLast(b, rhs)),
              UF_ATTRS({"transpose_a", ufGetAttr(b->op, "transpose_a")},
                       {"to", ufGetAttr(b->op, "to")})));
}

static MlirLogicalResult lowerBatchMatmul(UfBuilder *b) {
  MlirValue lhs = ufInput(b, 0), rhs = ufInput(b, 1);
  bool isRow = ufRank(lhs) == 1, isColumn = ufRank(rhs) == 1;
  if (isRow)
    lhs = ufReshape(b, lhs, 2, (UfSize[]){ufStatic(1), ufSizeOf(b, lhs, 0)});
  if (isColumn)
    rhs = ufReshape(b, rhs, 2, (UfSize[]){ufSizeOf(b, rhs, 0), ufStatic(1)});
  UfProduct p = readProduct(b, lhs, rhs);
  MlirValue result = ufLowerProduct(b, &p);
  UfSize sizes[UF_MAX_RANK];
  int rank = ufRank(result);
  ufSizesOf(b, result, sizes);
  if (isRow && rank > 1)
    sizes[rank - 2] = sizes[rank - 1];
  int kept = rank - isRow - isColumn;
  return ufReplace(b,
                   kept == rank ? result : ufReshape(b, result, kept, sizes));
}

static MlirLogicalResult batchMatmulToTosa(UfBuilder *b) {
  MlirValue lhs = ufOperandOf(b->op, 0), rhs = ufOperandOf(b->op, 1);
  if (ufRank(lhs) < 2 || ufRank(rhs) < 2)
    return mlirLogicalResultFailure();
  UfProduct p = readProduct(b, lhs, rhs);
  return ufProductToTosa(b, &p);
}

//===----------------------------------------------------------------------===//

#define SUM_TYPE                                                               \
  {"to", "The type integers are summed in; operand 0's if absent.", UF_TYPE,   \
   .optional = true}

static const UfOp ops[] = {
    {
        .name = "linear",
        .summary = "input times weight, plus bias: a dense layer.",
        .operands = {{"input", "[..., in].", UF_NUMBERS},
                     {"weight", "[out, in], or [in, out].", UF_NUMBERS},
                     {"bias", "[out].", UF_NUMBERS, UF_OPTIONAL}},
        .attrs = {{"weight_layout", "How the weight lies.", UF_STRING, "\"oi\"",
                   .oneOf = "oi|io"},
                  {"out_features", "The number of outputs.", UF_INT,
                   .optional = true},
                  SUM_TYPE},
        .traits = UF_DECOMPOSE_FIRST,
        .infer = inferLinear,
        .decompose = decomposeLinear,
        .toTosa = linearToTosa,
        .toLinalg = lowerLinear,
        .imports =
            UF_IMPORTS({UF_ONNX, "Gemm", 1, importGemm}, UF_ML_LINEARS,
                       {UF_TORCH, "aten.linear.default", 0, ufTorchLinear},
                       {UF_TORCH, "aten.addmm.default", 0, ufTorchAddProduct}),
    },
    {
        .name = "batch_matmul",
        .summary = "Products of matrices, the leading dimensions broadcast.",
        .operands = {{"lhs", "[..., m, k].", UF_NUMBERS},
                     {"rhs", "[..., k, n].", UF_NUMBERS}},
        .attrs = {{"transpose_a", "lhs is [..., k, m].", UF_BOOL, "false"},
                  {"transpose_b", "rhs is [..., n, k].", UF_BOOL, "false"},
                  {"to", "The type of the sums; operand 0's if absent.",
                   UF_TYPE, .optional = true}},
        .traits = UF_DECOMPOSE_FIRST,
        .infer = inferBatchMatmul,
        .decompose = decomposeBatchMatmul,
        .toTosa = batchMatmulToTosa,
        .toLinalg = lowerBatchMatmul,
        .imports = UF_IMPORTS(
            {UF_ONNX, "MatMul", 1, NULL},
            {UF_ONNX, "MatMulInteger", 10, ufOnnxMatMulInteger},
            {UF_TORCH, "aten.matmul.default", 0, ufTorchMatmul},
            {UF_TORCH, "aten.mm.default", 0, ufTorchMatmul},
            {UF_TORCH, "aten.bmm.default", 0, ufTorchMatmul},
            {UF_TORCH, "transformers.grouped_mm_fallback.default", 0,
             ufTorchGroupedMatmul},
            {UF_TORCH, "aten.mv.default", 0, ufTorchMatmul},
            {UF_TORCH, "aten.dot.default", 0, ufTorchMatmul},
            {UF_TORCH, "aten.vdot.default", 0, ufTorchMatmul},
            {UF_TORCH, "aten.baddbmm.default", 0, ufTorchAddProduct},
            {UF_TORCH, "aten.addmv.default", 0, ufTorchAddProduct},
            {UF_TORCH, "aten.addbmm.default", 0, ufTorchAddSumProduct},
            {UF_TORCH, "aten.addr.default", 0, ufTorchAddOuter},
            {UF_TORCH, "aten.outer.default", 0, ufTorchOuter},
            {UF_TORCH, "aten.ger.default", 0, ufTorchOuter}),
    },
};
UF_FAMILY(ufLinearOps, "linear", ops);

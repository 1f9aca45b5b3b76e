//===-- TorchProduct.c - Import rules for ATen's products -----------------===//

#include "Ops/TorchProduct.h"

#include "Ops/Compose.h"

/// The tensor arguments `first` and `second`, in the result's type.
static MlirLogicalResult readFactors(UfBuilder *b, const UfNode *node,
                                     const char *first, const char *second,
                                     MlirValue *x, MlirValue *y) {
  MlirType element = ufTorchResult(b, node, 0);
  *x = ufTorchTensorAs(b, node, first, element);
  *y = ufTorchTensorAs(b, node, second, element);
  if (!x->ptr || !y->ptr)
    return ufNodeError(node, "needs arguments '%s' and '%s'", first, second);
  return mlirLogicalResultSuccess();
}

/// The names of what is multiplied, which differ between overloads.
static const char *firstOf(const UfNode *node, const char *const *names) {
  while (*names && !ufTorchHas(node, *names))
    ++names;
  return *names ? *names : "self";
}

static MlirLogicalResult readPair(UfBuilder *b, const UfNode *node,
                                  MlirValue *x, MlirValue *y) {
  static const char *const seconds[] = {"mat2",    "vec2",  "vec", "tensor",
                                        "tensor2", "other", NULL};
  return readFactors(b, node, "self", firstOf(node, seconds), x, y);
}

MlirLogicalResult ufTorchMatmul(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x, y;
  UF_TRY(readPair(b, node, &x, &y));
  return ufNodeDefine(results, ufCallMatmul(b, x, y, false, false));
}

static MlirValue outer(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufCall2(b, "multiply", ufCallUnsqueeze(b, x, 1),
                 ufCallUnsqueeze(b, y, 0));
}

MlirLogicalResult ufTorchOuter(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x, y;
  UF_TRY(readPair(b, node, &x, &y));
  return ufNodeDefine(results, outer(b, x, y));
}

MlirLogicalResult ufTorchLinear(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue x, weight;
  UF_TRY(readFactors(b, node, "input", "weight", &x, &weight));
  MlirValue bias = ufTorchTensor(b, node, "bias");
  if (ufRank(weight) == 2 && (!bias.ptr || ufRank(bias) == 1))
    return ufNodeDefine(
        results, ufOp(b, "linear", UF_VALUES(x, weight, bias), UF_NO_ATTRS));
  MlirValue y = ufCallMatmul(b, x, weight, false, ufRank(weight) > 1);
  return ufNodeDefine(results, bias.ptr ? ufCall2(b, "add", y, bias) : y);
}

//===----------------------------------------------------------------------===//
// beta * self + alpha * product
//===----------------------------------------------------------------------===//

static MlirValue scaled(UfBuilder *b, const UfNode *node, const char *factor,
                        MlirValue x) {
  double number = ufNodeFloat(node, factor, 1);
  return number == 1 ? x : ufCallNumber(b, "multiply", x, number);
}

/// With a beta of 0 what self holds does not matter, not even NaN.
static MlirLogicalResult addTo(UfBuilder *b, const UfNode *node,
                               MlirValue product, MlirValue *results) {
  MlirValue self = ufTorchTensorAs(b, node, "self", ufTorchResult(b, node, 0));
  MlirValue y = scaled(b, node, "alpha", product);
  bool isAlone = ufNodeFloat(node, "beta", 1) == 0;
  if (!isAlone)
    y = ufCall2(b, "add", y, scaled(b, node, "beta", self));
  return ufNodeDefine(results, y);
}

/// Whether `self` is a bias that linear adds to what `y` gives.
static bool isBias(const UfNode *node, MlirValue self, MlirValue y) {
  return ufNodeFloat(node, "alpha", 1) == 1 &&
         ufNodeFloat(node, "beta", 1) == 1 && ufRank(self) == 1 &&
         ufRank(y) == 2 && ufDimSize(self, 0) != UF_DYNAMIC &&
         ufDimSize(self, 0) == ufDimSize(y, 1);
}

MlirLogicalResult ufTorchAddProduct(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  static const char *const firsts[] = {"mat1", "batch1", "mat", NULL};
  static const char *const seconds[] = {"mat2", "batch2", "vec", NULL};
  MlirValue x, y;
  UF_TRY(readFactors(b, node, firstOf(node, firsts), firstOf(node, seconds), &x,
                     &y));
  MlirValue self = ufTorchTensorAs(b, node, "self", ufTorchResult(b, node, 0));
  if (self.ptr && isBias(node, self, y))
    return ufNodeDefine(results,
                        ufOp(b, "linear", UF_VALUES(x, y, self),
                             UF_ATTRS({"weight_layout", ufStrAttr(b, "io")})));
  return addTo(b, node, ufCallMatmul(b, x, y, false, false), results);
}

MlirLogicalResult ufTorchAddSumProduct(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x, y;
  UF_TRY(readFactors(b, node, "batch1", "batch2", &x, &y));
  UfInts batch = {.size = 1, .data = {0}};
  MlirValue sum =
      ufCallReduce(b, "reduce_sum", ufCallMatmul(b, x, y, false, false), &batch,
                   /*keepdims=*/false);
  return addTo(b, node, sum, results);
}

MlirLogicalResult ufTorchAddOuter(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x, y;
  UF_TRY(readFactors(b, node, "vec1", "vec2", &x, &y));
  return addTo(b, node, outer(b, x, y), results);
}

MlirLogicalResult ufTorchEinsum(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  MlirValue tensors[UF_MAX_VALUES];
  MlirType element = ufTorchResult(b, node, 0);
  int count = ufTorchTensors(node, "tensors", tensors);
  if (count < 0)
    return mlirLogicalResultFailure();
  for (int i = 0; i < count; ++i)
    tensors[i] = ufTorchCast(b, tensors[i], element);
  return ufNodeDefine(
      results, ufOp(b, "einsum", (UfValues){tensors, count},
                    UF_ATTRS({"equation",
                              ufStrAttr(b, ufNodeStr(node, "equation", ""))})));
}

MlirLogicalResult ufTorchTrilinear(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  static const char *const tensors[] = {"i1", "i2", "i3"};
  static const char *const added[] = {"expand1", "expand2", "expand3"};
  MlirValue y = {NULL};
  for (int i = 0; i < 3; ++i) {
    UfInts axes = {0};
    MlirValue x = ufTorchTensor(b, node, tensors[i]);
    if (!x.ptr)
      return ufNodeError(node, "needs argument '%s'", tensors[i]);
    ufNodeInts(node, added[i], &axes);
    for (int d = 0; d < axes.size; ++d)
      x = ufCallUnsqueeze(b, x, axes.data[d]);
    y = i ? ufCall2(b, "multiply", y, x) : x;
  }
  UfInts sum = {0};
  ufNodeInts(node, "sumdim", &sum);
  return ufNodeDefine(results, ufCallReduce(b, "reduce_sum", y, &sum, false));
}

/// [groups, rows]: whether a row lies before the end of a group and not before
/// that of the one before it.
static MlirValue rowsOfGroups(UfBuilder *b, MlirValue ends, MlirValue count) {
  MlirType type = ufI64(b);
  ends = ufCallCast(b, ends, type);
  if (!ends.ptr || !count.ptr)
    return (MlirValue){NULL};
  MlirValue zero = ufScalarConstant(b, type, 0);
  MlirValue rows =
      ufOp(b, "range", UF_VALUES(zero, count, ufScalarConstant(b, type, 1)),
           UF_NO_ATTRS);
  MlirValue first = ufIntsConstant(b, 1, (const int64_t[]){0});
  MlirValue begins =
      ufCallConcat(b, UF_VALUES(first, ufCallSlice(b, ends, 0, 0, -1)), 0);
  rows = ufCallUnsqueeze(b, rows, 0);
  MlirValue isBefore =
      ufCallCompare(b, "lt", rows, ufCallUnsqueeze(b, ends, 1));
  MlirValue isBehind =
      ufCallCompare(b, "ge", rows, ufCallUnsqueeze(b, begins, 1));
  if (!isBefore.ptr || !isBehind.ptr)
    return (MlirValue){NULL};
  return ufOp(b, "logical", UF_VALUES(isBefore, isBehind),
              UF_ATTRS({"kind", ufStrAttr(b, "and")}));
}

MlirLogicalResult ufTorchGroupedMatmul(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufTorchTensor(b, node, "input");
  MlirValue weight = ufTorchTensor(b, node, "weight");
  MlirValue ends = ufTorchTensor(b, node, "offs");
  if (!x.ptr || !weight.ptr || !ends.ptr || ufRank(x) != 2 ||
      ufRank(weight) != 3 || ufRank(ends) != 1)
    return ufNodeError(node, "needs 'input' of rank 2, 'weight' of rank 3 and "
                             "'offs' of rank 1");
  MlirValue isIn = rowsOfGroups(b, ends, ufCallSize(b, x, 0, ufI64(b)));
  MlirValue all =
      ufCallMatmul(b, ufCallUnsqueeze(b, x, 0), weight, false, false);
  MlirValue zero = ufScalarConstant(b, ufElementType(x), 0);
  all = ufCallWhere(b, ufCallUnsqueeze(b, isIn, 2), all, zero);
  UfInts groups = {.size = 1, .data = {0}};
  return ufNodeDefine(results,
                      ufCallReduce(b, "reduce_sum", all, &groups, false));
}

//===-- Loss.c - How far scores are from the truth ------------------------===//

#include "Ops/TorchLoss.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// nll_loss, cross_entropy
//
//   The input is [batch, classes, ...], target [batch, ...]:
//     loss[n, ...] = -input[n, target[n, ...], ...] * weight[target[n, ...]],
//   0 where the target is ignore_index. `reduction` leaves it, adds it up, or
//   divides the sum by that of the weights. cross_entropy is the same of
//   log_softmax(input).
//
// (C1) the input has rank 2 or more.
// (C2) target has the input's shape without the classes.
// (C3) weight is [classes].
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferLoss(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  UfShape target = ufShape(mlirOperationGetOperand(op, 1));
  MlirValue weight = ufOperandOf(op, 2);
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  if (x.rank < 2) // C1
    return ufOpError(op, "takes an input of rank 2 or more, but it has rank %d",
                     x.rank);
  bool fits = target.rank == x.rank - 1;
  for (int d = 0; fits && d < target.rank; ++d)
    fits = ufSizesAgree(target.dims[d], x.dims[d ? d + 1 : 0]);
  if (!fits) // C2
    return ufOpError(op,
                     "needs a target of the input's shape without dimension 1, "
                     "but the input is %s and the target %s",
                     ufShapeText(&x, text, sizeof text),
                     ufShapeText(&target, other, sizeof other));
  if (weight.ptr && (ufRank(weight) != 1 ||
                     !ufSizesAgree(ufDimSize(weight, 0), x.dims[1]))) // C3
    return ufOpError(op, "needs one weight for each of %" PRId64 " classes",
                     x.dims[1]);
  results[0] = target;
  results[0].element = x.element;
  if (strcmp(ufGetStr(op, "reduction"), "none") != 0)
    results[0].rank = 0;
  return mlirLogicalResultSuccess();
}

static MlirValue binary(UfBuilder *b, const char *name, MlirValue x,
                        MlirValue y) {
  return x.ptr && y.ptr ? ufOp(b, name, UF_VALUES(x, y), UF_NO_ATTRS)
                        : (MlirValue){NULL};
}

static MlirValue choose(UfBuilder *b, MlirValue condition, MlirValue x,
                        MlirValue y) {
  return condition.ptr && x.ptr && y.ptr
             ? ufOp(b, "where", UF_VALUES(condition, x, y), UF_NO_ATTRS)
             : (MlirValue){NULL};
}

/// input[n, target[n, ...], ...].
static MlirValue pick(UfBuilder *b, MlirValue input, MlirValue target) {
  int64_t axis = 1;
  UfAttrs axes = UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)});
  MlirValue index = ufOp(b, "unsqueeze", UF_VALUES(target), axes);
  if (!index.ptr)
    return index;
  MlirValue picked = ufOp(b, "gather_elements", UF_VALUES(input, index),
                          UF_ATTRS({"axis", ufIntAttr(b, axis)}));
  return picked.ptr ? ufOp(b, "squeeze", UF_VALUES(picked), axes) : picked;
}

static MlirValue reduce(UfBuilder *b, const char *name, MlirValue x) {
  return x.ptr ? ufOp(b, name, UF_VALUES(x),
                      UF_ATTRS({"keepdims", ufBoolAttr(b, false)}))
               : x;
}

static MlirLogicalResult decomposeNllLoss(UfBuilder *b) {
  MlirValue input = ufOperandOf(b->op, 0), target = ufOperandOf(b->op, 1);
  MlirValue weight = ufOperandOf(b->op, 2), keep = {NULL};
  MlirType element = ufElementType(input);
  MlirValue zero = ufScalarConstant(b, element, 0);
  if (ufHasAttr(b->op, "ignore_index")) {
    MlirType index = ufElementType(target);
    MlirValue ignored =
        ufScalarConstant(b, index, (double)ufGetInt(b->op, "ignore_index"));
    keep = ufOp(b, "compare", UF_VALUES(target, ignored),
                UF_ATTRS({"pred", ufStrAttr(b, "ne")}));
    // Ignored targets may be no class at all.
    target = choose(b, keep, target, ufScalarConstant(b, index, 0));
  }
  if (!target.ptr)
    return mlirLogicalResultFailure();
  if (weight.ptr)
    weight = ufOp(b, "gather", UF_VALUES(weight, target),
                  UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  MlirValue loss = binary(b, "subtract", zero, pick(b, input, target));
  if (weight.ptr)
    loss = binary(b, "multiply", loss, weight);
  if (keep.ptr) {
    loss = choose(b, keep, loss, zero);
    weight = choose(
        b, keep, weight.ptr ? weight : ufScalarConstant(b, element, 1), zero);
  }
  const char *reduction = ufGetStr(b->op, "reduction");
  if (strcmp(reduction, "sum") == 0)
    loss = reduce(b, "reduce_sum", loss);
  else if (strcmp(reduction, "mean") == 0)
    loss = weight.ptr ? binary(b, "divide", reduce(b, "reduce_sum", loss),
                               reduce(b, "reduce_sum", weight))
                      : reduce(b, "reduce_mean", loss);
  return ufReplace(b, loss);
}

static MlirValue logSoftmax(UfBuilder *b, MlirValue x) {
  return ufOp(b, "log_softmax", UF_VALUES(x),
              UF_ATTRS({"axis", ufIntAttr(b, 1)}));
}

static MlirLogicalResult decomposeCrossEntropy(UfBuilder *b) {
  return ufReplace(
      b, ufOp(b, "nll_loss",
              UF_VALUES(logSoftmax(b, ufOperandOf(b->op, 0)),
                        ufOperandOf(b->op, 1), ufOperandOf(b->op, 2)),
              UF_ATTRS({"reduction", ufGetAttr(b->op, "reduction")},
                       {"ignore_index", ufGetAttr(b->op, "ignore_index")})));
}

/// ONNX SoftmaxCrossEntropyLoss, which may also give the log-probabilities.
static MlirLogicalResult importCrossEntropy(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  const UfOp *op = NULL;
  ufFindImport(UF_ONNX, node->op, node->version, &op);
  UF_TRY(ufImportByTable(b, node, op, results));
  if (node->numOutputs < 2 || !node->used[1])
    return mlirLogicalResultSuccess();
  return ufNodeDefine(results + 1, logSoftmax(b, ufNodeInput(node, 0)));
}

//===----------------------------------------------------------------------===//

#define LOSS(op_name, text, ...)                                               \
  {.name = op_name,                                                            \
   .summary = text,                                                            \
   .operands = {{"input", "[batch, classes, ...].", UF_FLOATS},                \
                {"target", "The class: [batch, ...].", UF_INTEGERS},           \
                {"weight", "[classes].", UF_FLOATS | UF_SAME, UF_OPTIONAL}},   \
   .attrs = {{"reduction", "What becomes of the losses.", UF_STRING,           \
              "\"mean\"", .oneOf = "none|sum|mean"},                           \
             {"ignore_index", "A target that counts for nothing.", UF_INT,     \
              .optional = true}},                                              \
   .infer = inferLoss,                                                         \
   __VA_ARGS__}

static const UfOp ops[] = {
    LOSS("nll_loss", "Minus the log-probability of the target.",
         .decompose = decomposeNllLoss,
         .imports = UF_IMPORTS({UF_ONNX, "NegativeLogLikelihoodLoss", 12, NULL},
                               UF_TORCH_LOSSES)),
    LOSS("cross_entropy", "nll_loss of log_softmax of the input.",
         .decompose = decomposeCrossEntropy,
         .imports = UF_IMPORTS(
             {UF_ONNX, "SoftmaxCrossEntropyLoss", 12, importCrossEntropy})),
};
UF_FAMILY(ufLossOps, "loss", ops);

//===-- Dropout.c - Leaving elements out while training -------------------===//

#include "Ops/Fold.h"
#include "Ops/Formula.h"

//===----------------------------------------------------------------------===//
// dropout
//
//   While training, mask is false with probability `rate`, and
//   output = mask ? input / (1 - rate) : 0; else output = input and mask is
//   true.
//
// (C1) 0 <= rate < 1.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyDropout(MlirOperation op) {
  double rate = ufGetFloat(op, "rate");
  if (rate >= 0 && rate < 1) // C1
    return mlirLogicalResultSuccess();
  return ufOpError(op, "rate %g is outside [0, 1)", rate);
}

static MlirLogicalResult inferDropout(MlirOperation op, UfShape *results) {
  results[0] = results[1] = ufShape(mlirOperationGetOperand(op, 0));
  results[1].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 1);
  return mlirLogicalResultSuccess();
}

/// True everywhere, in the shape of `x`.
static MlirValue allTrue(UfBuilder *b, MlirValue x) {
  UfShape shape = ufShape(x);
  shape.element = ufI1(b);
  if (ufNumElements(&shape) != UF_DYNAMIC)
    return ufConstant(b, ufSplatAttr(ufTensorType(&shape), 1));
  // Whatever the shape turns out to be: b or not b.
  MlirValue any =
      ufOp(b, "cast", UF_VALUES(x), UF_ATTRS({"to", mlirTypeAttrGet(ufI1(b))}));
  MlirValue other = ufOp(b, "logical_not", UF_VALUES(any), UF_NO_ATTRS);
  return ufOp(b, "logical", UF_VALUES(any, other),
              UF_ATTRS({"kind", ufStrAttr(b, "or")}));
}

static MlirLogicalResult decomposeDropout(UfBuilder *b) {
  MlirValue x = mlirOperationGetOperand(b->op, 0);
  if (ufGetBool(b->op, "training") && ufGetFloat(b->op, "rate") != 0)
    return mlirLogicalResultFailure();
  return ufReplaceAll(b, UF_VALUES(x, allTrue(b, x)));
}

/// Dropout from opset 12 on has the rate and whether it trains as inputs.
static MlirLogicalResult importDropout(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  double rate = ufNodeFloat(node, "ratio", 0.5), training = 0;
  MlirValue ratio = ufNodeInput(node, 1), mode = ufNodeInput(node, 2);
  if (mode.ptr && !ufSplatNumber(ufConstantOf(mode), &training))
    return ufNodeError(node,
                       "decides while it runs whether it trains, which is "
                       "not supported");
  bool known = !ratio.ptr || ufSplatNumber(ufConstantOf(ratio), &rate);
  if (training != 0 && (!known || rate != 0))
    return ufNodeError(node, "is training, for which there are no random "
                             "numbers; export the model for inference");
  // What is not used needs no limits.
  if (!known || !(rate >= 0 && rate < 1))
    rate = 0;
  MlirOperation op =
      ufOpN(b, "dropout", UF_VALUES(ufNodeInput(node, 0)),
            UF_ATTRS({"rate", ufFloatAttr(b, rate)}), /*numResults=*/2);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < node->numOutputs && i < 2; ++i)
    results[i] = ufResultOf(op, i);
  return mlirLogicalResultSuccess();
}

/// The operator in place calls its input self, so that it is taken by position.
static MlirLogicalResult importTorchDropout(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  (void)b;
  if (ufNodeInt(node, "train", 1) && ufNodeFloat(node, "p", 0.5) != 0)
    return ufNodeError(node, "is training, for which there are no random "
                             "numbers; export the model for inference");
  return ufNodeDefine(results, ufNodeInput(node, 0));
}

#define NO_TRAINING                                                            \
  "train = 1; t = require(train == 0 || p == 0, 'is training, for which there" \
  " are no random numbers; export the model for inference');"

static MlirLogicalResult importNativeDropout(UfBuilder *b, const UfNode *node,
                                             MlirValue *results) {
  MlirValue x =
      ufFormulaValue(b, node, NO_TRAINING "identity(input)", UF_AS_IS);
  if (node->used[1] && x.ptr)
    results[1] = allTrue(b, x);
  return ufNodeDefine(results, x);
}

//===----------------------------------------------------------------------===//

#define ATEN(Name) {UF_TORCH, "aten." Name ".default", 0, importTorchDropout}

static const UfOp ops[] = {
    {
        .name = "dropout",
        .summary = "Leaves elements out at random while training.",
        .operands = {{"input", "Any floats.", UF_FLOATS}},
        .results = {{"output", "What is left, scaled."},
                    {"mask", "True for what is left."}},
        .attrs = {{"rate", "The share that is left out.", UF_FLOAT, "0.5"},
                  {"training", "Whether anything is left out.", UF_BOOL,
                   "false"}},
        .verify = verifyDropout,
        .infer = inferDropout,
        .decompose = decomposeDropout,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Dropout", 7, importDropout},
            {UF_TORCH, "aten.native_dropout.default", 0, importNativeDropout},
            ATEN("dropout"), ATEN("alpha_dropout"), ATEN("feature_dropout"),
            ATEN("feature_alpha_dropout")),
    },
};
UF_FAMILY(ufDropoutOps, "dropout", ops);

//===-- Dropout.c - Leaving elements out while training -------------------===//

#include "Ops/Fold.h"
#include "Ops/Random.h"
#include "Ops/Rearrange.h"

//===----------------------------------------------------------------------===//
// dropout
//
//   While training, mask is false with probability `rate`, and
//   output = mask ? input / (1 - rate) : 0; else output = input and mask is
//   true. Operands stand for the attributes when they are computed. The mask is
//   another one each time unless there is a seed.
//
// (C1) 0 <= rate < 1.
// (C2) The operands have one element.
//===----------------------------------------------------------------------===//

enum { INPUT, RATE, TRAINING };

static MlirLogicalResult verifyDropout(MlirOperation op) {
  double rate = ufGetFloat(op, "rate");
  if (rate >= 0 && rate < 1) // C1
    return mlirLogicalResultSuccess();
  return ufOpError(op, "rate %g is outside [0, 1)", rate);
}

static MlirLogicalResult inferDropout(MlirOperation op, UfShape *results) {
  for (int i = RATE; i <= TRAINING; ++i) {
    MlirValue operand = ufOperandOf(op, i);
    UfShape shape = operand.ptr ? ufShape(operand) : (UfShape){0};
    if (operand.ptr && ufNumElements(&shape) != 1) // C2
      return ufOpError(op, "operand '%s' must have one element",
                       i == RATE ? "rate_value" : "is_training");
  }
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

static MlirValue either(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufMake(b, "logical", UF_VALUES(x, y),
                UF_ATTRS({"kind", ufStrAttr(b, "or")}));
}

/// Whether it trains, when that is computed, as a truth value of rank 0; else
/// null.
static MlirValue trainingOf(UfBuilder *b) {
  MlirValue value = ufOperandOf(b->op, TRAINING);
  return value.ptr ? ufCallReshape(b, value, 0, NULL) : value;
}

static MlirLogicalResult decomposeDropout(UfBuilder *b) {
  MlirValue x = mlirOperationGetOperand(b->op, INPUT);
  MlirValue given = ufOperandOf(b->op, RATE), training = trainingOf(b);
  MlirType wide = mlirF64TypeGet(b->ctx);
  bool leavesNone = !given.ptr && ufGetFloat(b->op, "rate") == 0;
  if (leavesNone || (!training.ptr && !ufGetBool(b->op, "training")))
    return ufReplaceAll(b, UF_VALUES(x, allTrue(b, x)));
  MlirValue rate = ufScalarConstant(b, wide, ufGetFloat(b->op, "rate"));
  if (given.ptr)
    rate = ufCallCast(b, ufCallReshape(b, given, 0, NULL), wide);
  MlirValue seed = ufHasAttr(b->op, "seed")
                       ? ufMakeInt(b, ufGetInt(b->op, "seed"))
                       : ufOp(b, "random_seed", UF_NO_VALUES, UF_NO_ATTRS);
  MlirValue numbers = ufMakeRandomLike(b, "uniform", seed, x);
  MlirValue mask = ufCallCompare(b, "ge", numbers, rate);
  MlirValue one = ufScalarConstant(b, wide, 1);
  MlirValue scale =
      ufCall2(b, "divide", one, ufCall2(b, "subtract", one, rate));
  if (training.ptr) {
    mask = either(b, mask, ufCall1(b, "logical_not", training));
    scale = ufCallWhere(b, training, scale, one);
  }
  scale = ufCallCast(b, scale, ufElementType(x));
  MlirValue zero = ufScalarConstant(b, ufElementType(x), 0);
  MlirValue left = ufCallWhere(b, mask, ufCall2(b, "multiply", x, scale), zero);
  return left.ptr ? ufReplaceAll(b, UF_VALUES(left, mask))
                  : mlirLogicalResultFailure();
}

/// Dropout from opset 12 on has the rate and whether it trains as inputs;
/// before opset 7 it trains unless an attribute says that it does not.
static MlirLogicalResult importDropout(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  double rate = ufNodeFloat(node, "ratio", 0.5);
  double training = node->version < 7 && ufNodeInt(node, "is_test", 0) == 0;
  MlirValue ratio = ufNodeInput(node, 1), mode = ufNodeInput(node, 2);
  MlirAttribute seed = mlirAttributeGetNull();
  if (mode.ptr && ufSplatNumber(ufConstantOf(mode), &training))
    mode.ptr = NULL;
  if (ratio.ptr && ufSplatNumber(ufConstantOf(ratio), &rate))
    ratio.ptr = NULL;
  // What is not used needs no limits.
  if (!mode.ptr && training == 0)
    ratio.ptr = NULL;
  if (ratio.ptr || (!mode.ptr && training == 0 && !(rate >= 0 && rate < 1)))
    rate = 0;
  if (ufNodeHas(node, "seed"))
    seed = ufIntAttr(b, ufNodeInt(node, "seed", 0));
  MlirOperation op = ufOpN(
      b, "dropout", UF_VALUES(ufNodeInput(node, INPUT), ratio, mode),
      UF_ATTRS({"rate", ufFloatAttr(b, rate)},
               {"training", ufBoolAttr(b, training != 0)}, {"seed", seed}),
      /*numResults=*/2);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < node->numOutputs && i < 2; ++i)
    results[i] = ufResultOf(op, i);
  return mlirLogicalResultSuccess();
}

/// The row on `x`, which trains; torch allows that all is left out.
static MlirLogicalResult leaveOut(UfBuilder *b, const UfNode *node, MlirValue x,
                                  double rate, MlirValue *output,
                                  MlirValue *mask) {
  if (!(rate >= 0 && rate <= 1))
    return ufNodeError(node, "argument 'p' must be from 0 to 1");
  if (rate == 1) {
    MlirValue zero = ufScalarConstant(b, ufElementType(x), 0);
    *output = ufCall2(b, "multiply", x, zero);
    *mask = ufCall1(b, "logical_not", allTrue(b, x));
    return mlirLogicalResultSuccess();
  }
  MlirOperation op = ufOpN(b, "dropout", UF_VALUES(x),
                           UF_ATTRS({"rate", ufFloatAttr(b, rate)},
                                    {"training", ufBoolAttr(b, true)}),
                           /*numResults=*/2);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  *output = ufResultOf(op, 0);
  *mask = ufResultOf(op, 1);
  return mlirLogicalResultSuccess();
}

/// dropout(input, p, train) and native_dropout, which gives the mask too. The
/// operator in place calls its input self, so that it is taken by position.
static MlirLogicalResult importTorchDropout(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), mask = {NULL};
  double rate = ufNodeFloat(node, "p", 0.5);
  bool hasMask = node->numOutputs > 1 && node->used[1];
  if (!x.ptr)
    return ufNodeDefine(results, x);
  if (ufNodeInt(node, "train", 1) && rate != 0)
    UF_TRY(leaveOut(b, node, x, rate, &x, &mask));
  else if (hasMask)
    mask = allTrue(b, x);
  if (hasMask)
    results[1] = mask;
  return ufNodeDefine(results, x);
}

static MlirLogicalResult importNoDropout(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  (void)b;
  if (ufNodeInt(node, "train", 1) && ufNodeFloat(node, "p", 0.5) != 0)
    return ufNodeError(node, "is training, which only plain dropout does; "
                             "export the model for inference");
  return ufNodeDefine(results, ufNodeInput(node, 0));
}

//===----------------------------------------------------------------------===//

#define ATEN(Name, rule) {UF_TORCH, "aten." Name ".default", 0, rule}

static const UfOp ops[] = {
    {
        .name = "dropout",
        .summary = "Leaves elements out at random while training.",
        .operands = {{"input", "Any floats.", UF_FLOATS},
                     {"rate_value", "For `rate`, when computed.", UF_FLOATS,
                      UF_OPTIONAL},
                     {"is_training", "For `training`, when computed.", UF_BOOLS,
                      UF_OPTIONAL}},
        .results = {{"output", "What is left, scaled."},
                    {"mask", "True for what is left."}},
        .attrs = {{"rate", "The share that is left out.", UF_FLOAT, "0.5"},
                  {"training", "Whether anything is left out.", UF_BOOL,
                   "false"},
                  {"seed",
                   "Of the random numbers; another one each time when "
                   "absent.",
                   UF_INT, .optional = true}},
        .traits = UF_IMPURE,
        .verify = verifyDropout,
        .infer = inferDropout,
        .decompose = decomposeDropout,
        .imports = UF_IMPORTS({UF_ONNX, "Dropout", 1, importDropout},
                              ATEN("dropout", importTorchDropout),
                              ATEN("native_dropout", importTorchDropout),
                              ATEN("alpha_dropout", importNoDropout),
                              ATEN("feature_dropout", importNoDropout),
                              ATEN("feature_alpha_dropout", importNoDropout)),
    },
};
UF_FAMILY(ufDropoutOps, "dropout", ops);

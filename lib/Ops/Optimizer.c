//===-- Optimizer.c - Steps of gradient descent ---------------------------===//
//
// Each row moves one tensor; import rules make one for every tensor a node
// optimizes. In all of them g = gradient + norm_coefficient * x, `rate` is R
// and `count` is T, the number of steps before this one.
//
//===----------------------------------------------------------------------===//

#include "Ops/Compose.h"
#include "Ops/Node.h"

#include <string.h>

enum { X, GRADIENT, STATE, MAX_TENSORS = 4 };

/// What the rows have in common.
typedef struct Step {
  MlirValue x, gradient, states[2];
  MlirValue rate;    ///< In the type of x.
  MlirValue count;   ///< As f64.
  MlirValue isFirst; ///< Whether count is 0.
} Step;

/// Tensors first, then the rate and the count.
static int numTensors(MlirOperation op) {
  return (int)mlirOperationGetNumOperands(op) - 2;
}

/// (C1) The tensors have one shape.
/// (C2) The rate and the count have one element each.
static MlirLogicalResult inferStep(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, X));
  char text[2][UF_SHAPE_TEXT];
  int tensors = numTensors(op);
  for (int i = 1; i < tensors; ++i) {
    UfShape other = ufShape(mlirOperationGetOperand(op, i));
    bool isSame = other.rank == x.rank;
    for (int d = 0; isSame && d < x.rank; ++d)
      isSame = x.dims[d] == UF_DYNAMIC || other.dims[d] == UF_DYNAMIC ||
               x.dims[d] == other.dims[d];
    if (!isSame) // C1
      return ufOpError(op, "takes tensors of one shape, but has %s and %s",
                       ufShapeText(&x, text[0], UF_SHAPE_TEXT),
                       ufShapeText(&other, text[1], UF_SHAPE_TEXT));
  }
  for (int i = 0; i < 2; ++i) {
    UfShape shape = ufShape(mlirOperationGetOperand(op, tensors + i));
    if (ufNumElements(&shape) != 1) // C2
      return ufOpError(op, "takes a %s of one element",
                       i == 0 ? "rate" : "count");
  }
  for (int i = 0; i < tensors - 1; ++i)
    results[i] = x;
  return mlirLogicalResultSuccess();
}

static MlirValue scaled(UfBuilder *b, MlirValue x, double by) {
  return ufCallNumber(b, "multiply", x, by);
}

static MlirValue plus(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufCall2(b, "add", x, y);
}

static MlirValue minus(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufCall2(b, "subtract", x, y);
}

static MlirValue times(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufCall2(b, "multiply", x, y);
}

static MlirValue over(UfBuilder *b, MlirValue x, MlirValue y) {
  return ufCall2(b, "divide", x, y);
}

static Step readStep(UfBuilder *b) {
  int tensors = numTensors(b->op);
  MlirType wide = mlirF64TypeGet(b->ctx);
  Step step = {.x = mlirOperationGetOperand(b->op, X)};
  for (int i = STATE; i < tensors; ++i)
    step.states[i - STATE] = mlirOperationGetOperand(b->op, i);
  MlirValue count = mlirOperationGetOperand(b->op, tensors + 1);
  count = ufCallReshape(b, count, 0, NULL);
  step.count = ufCallCast(b, count, wide);
  step.isFirst =
      ufCallCompare(b, "le", step.count, ufScalarConstant(b, wide, 0));
  step.rate =
      ufCallReshape(b, mlirOperationGetOperand(b->op, tensors), 0, NULL);
  step.rate = ufCallCast(b, step.rate, ufElementType(step.x));
  step.gradient =
      plus(b, scaled(b, step.x, ufGetFloat(b->op, "norm_coefficient")),
           mlirOperationGetOperand(b->op, GRADIENT));
  return step;
}

//===----------------------------------------------------------------------===//
// momentum_update
//
//   velocity' = alpha * velocity + (count > 0 ? beta : 1) * g
//   x' = x - rate * velocity', or with `nesterov`
//   x' = x - rate * (g + alpha * velocity')
//
// (C1) The tensors have one shape.
// (C2) The rate and the count have one element each.
//===----------------------------------------------------------------------===//

static MlirLogicalResult decomposeMomentum(UfBuilder *b) {
  Step s = readStep(b);
  double alpha = ufGetFloat(b->op, "alpha"), beta = ufGetFloat(b->op, "beta");
  MlirType type = ufElementType(s.x);
  MlirValue factor = ufCallWhere(b, s.isFirst, ufScalarConstant(b, type, 1),
                                 ufScalarConstant(b, type, beta));
  MlirValue velocity =
      plus(b, scaled(b, s.states[0], alpha), times(b, factor, s.gradient));
  MlirValue way = velocity;
  if (ufGetBool(b->op, "nesterov"))
    way = plus(b, s.gradient, scaled(b, velocity, alpha));
  MlirValue x = minus(b, s.x, times(b, s.rate, way));
  return x.ptr ? ufReplaceAll(b, UF_VALUES(x, velocity))
               : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//
// adagrad_update
//
//   squares' = squares + g^2
//   x' = x - rate / (1 + count * decay_factor) * g / (sqrt(squares') + epsilon)
//
// (C1) The tensors have one shape.
// (C2) The rate and the count have one element each.
//===----------------------------------------------------------------------===//

static MlirLogicalResult decomposeAdagrad(UfBuilder *b) {
  Step s = readStep(b);
  MlirValue decay = scaled(b, s.count, ufGetFloat(b->op, "decay_factor"));
  decay = ufCallCast(b, ufCallNumber(b, "add", decay, 1), ufElementType(s.x));
  MlirValue squares = plus(b, s.states[0], times(b, s.gradient, s.gradient));
  MlirValue root = ufCallNumber(b, "add", ufCall1(b, "sqrt", squares),
                                ufGetFloat(b->op, "epsilon"));
  MlirValue way = over(b, times(b, over(b, s.rate, decay), s.gradient), root);
  MlirValue x = minus(b, s.x, way);
  return x.ptr ? ufReplaceAll(b, UF_VALUES(x, squares))
               : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//
// adam_update
//
//   velocity' = alpha * velocity + (1 - alpha) * g
//   squares' = beta * squares + (1 - beta) * g^2
//   r = count > 0 ? rate * sqrt(1 - beta^count) / (1 - alpha^count) : rate
//   x' = (1 - norm_coefficient_post) *
//        (x - r * velocity' / (sqrt(squares') + epsilon))
//
// (C1) The tensors have one shape.
// (C2) The rate and the count have one element each.
//===----------------------------------------------------------------------===//

/// 1 - base^count, as f64.
static MlirValue oneMinusPower(UfBuilder *b, double base, MlirValue count) {
  MlirType wide = mlirF64TypeGet(b->ctx);
  MlirValue power = ufCall2(b, "pow", ufScalarConstant(b, wide, base), count);
  return minus(b, ufScalarConstant(b, wide, 1), power);
}

static MlirLogicalResult decomposeAdam(UfBuilder *b) {
  Step s = readStep(b);
  double alpha = ufGetFloat(b->op, "alpha"), beta = ufGetFloat(b->op, "beta");
  MlirValue velocity =
      plus(b, scaled(b, s.states[0], alpha), scaled(b, s.gradient, 1 - alpha));
  MlirValue square = times(b, s.gradient, s.gradient);
  MlirValue squares =
      plus(b, scaled(b, s.states[1], beta), scaled(b, square, 1 - beta));
  MlirValue root = ufCallNumber(b, "add", ufCall1(b, "sqrt", squares),
                                ufGetFloat(b->op, "epsilon"));
  MlirValue bias = over(b, ufCall1(b, "sqrt", oneMinusPower(b, beta, s.count)),
                        oneMinusPower(b, alpha, s.count));
  MlirValue corrected =
      times(b, s.rate, ufCallCast(b, bias, ufElementType(s.x)));
  MlirValue rate = ufCallWhere(b, s.isFirst, s.rate, corrected);
  MlirValue x = minus(b, s.x, times(b, rate, over(b, velocity, root)));
  x = scaled(b, x, 1 - ufGetFloat(b->op, "norm_coefficient_post"));
  return x.ptr ? ufReplaceAll(b, UF_VALUES(x, velocity, squares))
               : mlirLogicalResultFailure();
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// One step for each tensor. The node's inputs are R and T, then all tensors of
/// a kind, then those of the next; its outputs are so too.
static MlirLogicalResult importSteps(UfBuilder *b, const UfNode *node,
                                     const char *name, int numKinds,
                                     UfAttrs attrs, MlirValue *results) {
  int count = ((int)node->inputs.size - 2) / numKinds;
  if (count < 1 || node->inputs.size != 2 + (intptr_t)count * numKinds ||
      node->numOutputs != count * (numKinds - 1))
    return ufNodeError(
        node,
        "has %d inputs and %d outputs, but takes R, T and %d for "
        "each tensor and gives %d",
        (int)node->inputs.size, node->numOutputs, numKinds, numKinds - 1);
  for (int i = 0; i < count; ++i) {
    MlirValue operands[MAX_TENSORS + 2];
    for (int k = 0; k < numKinds; ++k)
      operands[k] = ufNodeInput(node, 2 + k * count + i);
    operands[numKinds] = ufNodeInput(node, 0);
    operands[numKinds + 1] = ufNodeInput(node, 1);
    for (int k = 0; k < numKinds + 2; ++k)
      if (!operands[k].ptr)
        return ufNodeError(node, "has an input that is left out");
    MlirOperation op =
        ufOpN(b, name, (UfValues){operands, numKinds + 2}, attrs, numKinds - 1);
    if (!op.ptr)
      return mlirLogicalResultFailure();
    for (int k = 0; k < numKinds - 1; ++k)
      results[k * count + i] = ufResultOf(op, k);
  }
  return mlirLogicalResultSuccess();
}

static UfAttr floatOf(UfBuilder *b, const UfNode *node, const char *name,
                      double fallback) {
  return (UfAttr){name, ufFloatAttr(b, ufNodeFloat(node, name, fallback))};
}

static MlirLogicalResult importMomentum(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  const char *mode = ufNodeStr(node, "mode", "standard");
  bool isNesterov = strcmp(mode, "nesterov") == 0;
  if (!isNesterov && strcmp(mode, "standard") != 0)
    return ufNodeError(node, "mode '%s' is neither 'standard' nor 'nesterov'",
                       mode);
  return importSteps(b, node, "momentum_update", 3,
                     UF_ATTRS(floatOf(b, node, "alpha", 0),
                              floatOf(b, node, "beta", 0),
                              floatOf(b, node, "norm_coefficient", 0),
                              {"nesterov", ufBoolAttr(b, isNesterov)}),
                     results);
}

static MlirLogicalResult importAdagrad(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  return importSteps(b, node, "adagrad_update", 3,
                     UF_ATTRS(floatOf(b, node, "decay_factor", 0),
                              floatOf(b, node, "epsilon", 1e-6),
                              floatOf(b, node, "norm_coefficient", 0)),
                     results);
}

static MlirLogicalResult importAdam(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return importSteps(b, node, "adam_update", 4,
                     UF_ATTRS(floatOf(b, node, "alpha", 0.9),
                              floatOf(b, node, "beta", 0.999),
                              floatOf(b, node, "epsilon", 1e-6),
                              floatOf(b, node, "norm_coefficient", 0),
                              floatOf(b, node, "norm_coefficient_post", 0)),
                     results);
}

//===----------------------------------------------------------------------===//

#define TRAINING(Name) "ai.onnx.preview.training." Name
#define TENSORS                                                                \
  {"x", "What is optimized.", UF_FLOATS}, {                                    \
    "gradient", "Its gradient.", UF_SAME                                       \
  }
#define NUMBERS                                                                \
  {"rate", "The learning rate.", UF_FLOATS}, {                                 \
    "count", "Steps before this one.", UF_INTEGERS                             \
  }
#define NORM                                                                   \
  {"norm_coefficient", "What of x is added to its gradient.", UF_FLOAT, "0.0"}
#define EPSILON {"epsilon", "Keeps from dividing by 0.", UF_FLOAT, "1.0e-6"}

static const UfOp ops[] = {
    {
        .name = "momentum_update",
        .summary = "A step of gradient descent with momentum.",
        .operands = {TENSORS, {"velocity", "The momentum.", UF_SAME}, NUMBERS},
        .results = {{"x_new", "After the step."},
                    {"velocity_new", "After the step."}},
        .attrs = {{"alpha", "What is left of the velocity.", UF_FLOAT, "0.0"},
                  {"beta", "The weight of the gradient.", UF_FLOAT, "1.0"},
                  NORM,
                  {"nesterov", "Looks a step ahead.", UF_BOOL, "false"}},
        .infer = inferStep,
        .decompose = decomposeMomentum,
        .imports =
            UF_IMPORTS({UF_ONNX, TRAINING("Momentum"), 1, importMomentum}),
    },
    {
        .name = "adagrad_update",
        .summary = "A step of Adagrad.",
        .operands = {TENSORS,
                     {"squares", "Sums of squared gradients.", UF_SAME},
                     NUMBERS},
        .results = {{"x_new", "After the step."},
                    {"squares_new", "After the step."}},
        .attrs = {{"decay_factor", "Of the rate.", UF_FLOAT, "0.0"},
                  EPSILON,
                  NORM},
        .infer = inferStep,
        .decompose = decomposeAdagrad,
        .imports = UF_IMPORTS({UF_ONNX, TRAINING("Adagrad"), 1, importAdagrad}),
    },
    {
        .name = "adam_update",
        .summary = "A step of Adam.",
        .operands = {TENSORS,
                     {"velocity", "Mean gradients.", UF_SAME},
                     {"squares", "Mean squared gradients.", UF_SAME},
                     NUMBERS},
        .results = {{"x_new", "After the step."},
                    {"velocity_new", "After the step."},
                    {"squares_new", "After the step."}},
        .attrs = {{"alpha", "What is left of the velocity.", UF_FLOAT, "0.9"},
                  {"beta", "What is left of the squares.", UF_FLOAT, "0.999"},
                  EPSILON,
                  NORM,
                  {"norm_coefficient_post", "What of x is taken away after it.",
                   UF_FLOAT, "0.0"}},
        .infer = inferStep,
        .decompose = decomposeAdam,
        .imports = UF_IMPORTS({UF_ONNX, TRAINING("Adam"), 1, importAdam}),
    },
};
UF_FAMILY(ufOptimizerOps, "optimizer", ops);

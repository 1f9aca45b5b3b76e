//===-- Activation.c - Activation functions -------------------------------===//
//
// Each is a formula on one element. Floats narrower than f32 are computed in
// f32, so that a result is rounded once.
//
//===----------------------------------------------------------------------===//

#include "Ops/Compose.h"
#include "Ops/Elementwise.h"
#include "Ops/Formula.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Piecewise linear
//===----------------------------------------------------------------------===//

// relu:  max(input, 0).
static MlirValue scalarRelu(UfBuilder *b, const MlirValue *args) {
  return ufEachClamp(b, args[0], 0, INFINITY, ufEachIsUnsigned(b, 0));
}

/// `x` where it is not negative, else x * slope.
static MlirValue leak(UfBuilder *b, MlirValue x, MlirValue slope,
                      bool isUnsigned) {
  MlirValue isPositive =
      ufEachCompare(b, UF_GE, x, ufEachNumber(b, x, 0), isUnsigned);
  return ufEachSelect(b, isPositive, x, ufEachMul(b, x, slope));
}

// leaky_relu:  input if input >= 0, else alpha * input.
static MlirValue scalarLeakyRelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue result = leak(b, x, ufEachAttr(b, x, "alpha"), false);
  return ufEachNarrow(b, result, args[0]);
}

// prelu:  input if input >= 0, else slope * input; slope is broadcast to input.
// (C1) slope broadcasts to the shape of input.
static MlirValue scalarPrelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]), slope = ufEachWiden(b, args[1]);
  MlirValue result = leak(b, x, slope, ufEachIsUnsigned(b, 0));
  return ufEachNarrow(b, result, args[0]);
}

static MlirLogicalResult inferPrelu(MlirOperation op, UfShape *results) {
  UfShape input = ufShape(mlirOperationGetOperand(op, 0));
  UfShape slope = ufShape(mlirOperationGetOperand(op, 1));
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  UF_TRY(ufInferBroadcast(op, results));
  bool fits = results[0].rank == input.rank; // C1
  for (int i = 0; fits && i < input.rank; ++i)
    fits = input.dims[i] == UF_DYNAMIC || results[0].dims[i] == input.dims[i];
  if (!fits)
    return ufOpError(op,
                     "slope has the shape %s, which does not broadcast to "
                     "the input's, %s",
                     ufShapeText(&slope, text, sizeof text),
                     ufShapeText(&input, other, sizeof other));
  results[0] = input;
  return mlirLogicalResultSuccess();
}

// hard_sigmoid:  max(0, min(1, alpha * input + beta)).
static MlirValue scalarHardSigmoid(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue scaled = ufEachMul(b, x, ufEachAttr(b, x, "alpha"));
  MlirValue line = ufEachAdd(b, scaled, ufEachAttr(b, x, "beta"));
  return ufEachNarrow(b, ufEachClamp(b, line, 0, 1, false), args[0]);
}

// hard_swish:  input * max(0, min(1, input / 6 + 1/2)).
static MlirValue scalarHardSwish(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue scaled = ufEachMul(b, x, ufEachNumber(b, x, 1.0 / 6));
  MlirValue line = ufEachAdd(b, scaled, ufEachNumber(b, x, 0.5));
  MlirValue gate = ufEachClamp(b, line, 0, 1, false);
  return ufEachNarrow(b, ufEachMul(b, x, gate), args[0]);
}

// thresholded_relu:  value if input <= alpha, else input.
static MlirValue scalarThresholdedRelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = args[0];
  MlirValue isBelow =
      ufEachCompare(b, UF_LE, x, ufEachAttr(b, x, "alpha"), false);
  return ufEachSelect(b, isBelow, ufEachAttr(b, x, "value"), x);
}

// shrink:  input + bias if input < -lambd, input - bias if input > lambd, else
// 0.
static MlirValue shrink(UfBuilder *b, MlirValue x) {
  MlirValue bias = ufEachAttr(b, x, "bias"), edge = ufEachAttr(b, x, "lambd");
  MlirValue isLow = ufEachCompare(b, UF_LT, x, ufEachNeg(b, edge), false);
  MlirValue isHigh = ufEachCompare(b, UF_GT, x, edge, false);
  MlirValue result =
      ufEachSelect(b, isHigh, ufEachSub(b, x, bias), ufEachNumber(b, x, 0));
  return ufEachSelect(b, isLow, ufEachAdd(b, x, bias), result);
}

static MlirValue scalarShrink(UfBuilder *b, const MlirValue *args) {
  MlirType type = ufEachType(args[0]), wide = ufF32(b);
  if (ufIsFloat(type))
    return ufEachNarrow(b, shrink(b, ufEachWiden(b, args[0])), args[0]);
  if (ufEachIsTensor(args[0]))
    return (MlirValue){NULL};
  // Both attributes may be fractions, though the input is not.
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  if (ufBitWidth(type) > 16)
    wide = mlirF64TypeGet(b->ctx);
  MlirValue x = ufConvert(b, args[0], wide, isUnsigned, false);
  return ufConvert(b, shrink(b, x), type, false, isUnsigned);
}

//===----------------------------------------------------------------------===//
// Exponential
//===----------------------------------------------------------------------===//

/// `x` where it is positive, else scale * (e^(x / rate) - 1).
static MlirValue exponentialUnit(UfBuilder *b, MlirValue x, MlirValue scale,
                                 MlirValue rate) {
  MlirValue zero = ufEachNumber(b, x, 0);
  MlirValue exponent = ufEachMin(b, x, zero, false);
  if (rate.ptr)
    exponent = ufEachDiv(b, exponent, rate, false);
  MlirValue below = ufEachMul(b, ufEachCall(b, "expm1", exponent), scale);
  MlirValue isPositive = ufEachCompare(b, UF_GT, x, zero, false);
  return ufEachSelect(b, isPositive, x, below);
}

// elu:  input if input > 0, else alpha * (e^input - 1).
static MlirValue scalarElu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue result =
      exponentialUnit(b, x, ufEachAttr(b, x, "alpha"), (MlirValue){NULL});
  return ufEachNarrow(b, result, args[0]);
}

// celu:  input if input > 0, else alpha * (e^(input / alpha) - 1).
// (C1) alpha is not 0.
static MlirValue scalarCelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]), alpha = ufEachAttr(b, x, "alpha");
  return ufEachNarrow(b, exponentialUnit(b, x, alpha, alpha), args[0]);
}

static MlirLogicalResult verifyCelu(MlirOperation op) {
  if (ufGetFloat(op, "alpha") == 0) // C1
    return ufOpError(op, "alpha must not be 0");
  return mlirLogicalResultSuccess();
}

// selu:  gamma * (input if input > 0, else alpha * (e^input - 1)).
static MlirValue scalarSelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue result =
      exponentialUnit(b, x, ufEachAttr(b, x, "alpha"), (MlirValue){NULL});
  return ufEachNarrow(b, ufEachMul(b, result, ufEachAttr(b, x, "gamma")),
                      args[0]);
}

//===----------------------------------------------------------------------===//
// Sigmoids
//===----------------------------------------------------------------------===//

// sigmoid:  1 / (1 + e^-input).
static MlirValue scalarSigmoid(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  return ufEachNarrow(b, ufEachCall(b, "sigmoid", x), args[0]);
}

// tanh:  (e^input - e^-input) / (e^input + e^-input).
static MlirValue scalarTanh(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  return ufEachNarrow(b, ufEachCall(b, "tanh", x), args[0]);
}

/// x * sigmoid(inner); with one division where there are divisions.
static MlirValue timesSigmoid(UfBuilder *b, MlirValue x, MlirValue inner) {
  if (ufEachIsTensor(x))
    return ufEachMul(b, x, ufEachCall(b, "sigmoid", inner));
  MlirValue power = ufEachCall(b, "exp", ufEachNeg(b, inner));
  return ufEachDiv(b, x, ufEachAdd(b, power, ufEachNumber(b, x, 1)), false);
}

/// x * sigmoid(alpha * x).
static MlirValue swish(UfBuilder *b, MlirValue x) {
  MlirValue inner = x;
  if (ufGetFloat(b->op, "alpha") != 1)
    inner = ufEachMul(b, x, ufEachAttr(b, x, "alpha"));
  return timesSigmoid(b, x, inner);
}

// silu:  input * sigmoid(alpha * input).
static MlirValue scalarSilu(UfBuilder *b, const MlirValue *args) {
  return ufEachNarrow(b, swish(b, ufEachWiden(b, args[0])), args[0]);
}

// swiglu:  gate * sigmoid(alpha * gate) * input.
static MlirValue scalarSwiglu(UfBuilder *b, const MlirValue *args) {
  MlirValue gate = ufEachWiden(b, args[0]), x = ufEachWiden(b, args[1]);
  return ufEachNarrow(b, ufEachMul(b, swish(b, gate), x), args[0]);
}

// softsign:  input / (1 + |input|).
static MlirValue scalarSoftsign(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  MlirValue size = ufEachAdd(b, ufEachCall(b, "abs", x), ufEachNumber(b, x, 1));
  return ufEachNarrow(b, ufEachDiv(b, x, size, false), args[0]);
}

// softplus:  log(1 + e^(beta * input)) / beta; input where beta * input is
// above
//            `threshold`, if that is given.
// (C1) beta is not 0.
static MlirValue scalarSoftplus(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]), inner = x;
  double beta = ufGetFloat(b->op, "beta");
  if (beta != 1)
    inner = ufEachMul(b, x, ufEachNumber(b, x, beta));
  // max(x, 0) + log(1 + e^-|x|), in which nothing overflows.
  MlirValue size = ufEachCall(b, "abs", inner);
  MlirValue power = ufEachCall(b, "exp", ufEachNeg(b, size));
  MlirValue result =
      ufEachAdd(b, ufEachMax(b, inner, ufEachNumber(b, x, 0), false),
                ufEachCall(b, "log1p", power));
  if (beta != 1)
    result = ufEachMul(b, result, ufEachNumber(b, x, 1 / beta));
  if (ufHasAttr(b->op, "threshold")) {
    MlirValue isAbove =
        ufEachCompare(b, UF_GT, inner, ufEachAttr(b, x, "threshold"), false);
    result = ufEachSelect(b, isAbove, x, result);
  }
  return ufEachNarrow(b, result, args[0]);
}

static MlirLogicalResult verifySoftplus(MlirOperation op) {
  if (ufGetFloat(op, "beta") == 0) // C1
    return ufOpError(op, "beta must not be 0");
  return mlirLogicalResultSuccess();
}

// mish:  input * tanh(log(1 + e^input)).
static MlirValue scalarMish(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]);
  // With n = e^x (e^x + 2), the tanh is n / (n + 2): no logarithm is needed.
  // From 20 on it is 1, and e^x must not overflow.
  MlirValue two = ufEachNumber(b, x, 2), limit = ufEachNumber(b, x, 20);
  MlirValue power = ufEachCall(b, "exp", ufEachMin(b, x, limit, false));
  MlirValue n = ufEachMul(b, power, ufEachAdd(b, power, two));
  MlirValue gate = ufEachDiv(b, n, ufEachAdd(b, n, two), false);
  return ufEachNarrow(b, ufEachMul(b, x, gate), args[0]);
}

// gelu:  input * P(input), P the normal distribution:
//        (1 + erf(input / sqrt 2)) / 2; or, with approximate = "tanh",
//        (1 + tanh(sqrt(2 / pi) * (input + 0.044715 * input^3))) / 2.
static MlirValue scalarGelu(UfBuilder *b, const MlirValue *args) {
  MlirValue x = ufEachWiden(b, args[0]), result;
  if (strcmp(ufGetStr(b->op, "approximate"), "tanh") == 0) {
    // (1 + tanh u) / 2 = sigmoid(2 u).
    double slope = 2 * M_2_SQRTPI * M_SQRT1_2;
    MlirValue square = ufEachMul(b, x, x);
    MlirValue cubic =
        ufEachMul(b, square, ufEachNumber(b, x, slope * 0.044715));
    cubic = ufEachAdd(b, cubic, ufEachNumber(b, x, slope));
    result = timesSigmoid(b, x, ufEachMul(b, x, cubic));
  } else {
    MlirValue inner = ufEachMul(b, x, ufEachNumber(b, x, M_SQRT1_2));
    MlirValue half = ufEachMul(b, x, ufEachNumber(b, x, 0.5));
    MlirValue curve = ufEachCall(b, "erf", inner);
    curve = ufEachAdd(b, curve, ufEachNumber(b, x, 1));
    result = ufEachMul(b, half, curve);
  }
  return ufEachNarrow(b, result, args[0]);
}

//===----------------------------------------------------------------------===//
// From torch
//===----------------------------------------------------------------------===//

/// A slope for each channel is along dimension 1 there.
static MlirLogicalResult importPrelu(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), slope = ufNodeInput(node, 1);
  if (!slope.ptr)
    return ufNodeError(node, "needs a slope");
  int rank = ufRank(x);
  UfShape shape = ufShape(slope);
  if (rank > 2 && ufNumElements(&shape) != 1) {
    int64_t dims[UF_MAX_RANK];
    for (int d = 1; d < rank; ++d)
      dims[d - 1] = d == 1 ? -1 : 1;
    slope = ufCallReshape(b, slope, rank - 1, dims);
  } else if (rank == 0) {
    slope = ufCallReshape(b, slope, 0, NULL);
  }
  return ufNodeDefine(results, ufCall2(b, "prelu", x, slope));
}

/// One half times the sigmoid of the other.
static MlirLogicalResult importGlu(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  UfAttrs axis = UF_ATTRS({"axis", ufIntAttr(b, ufNodeInt(node, "dim", -1))});
  MlirOperation halves =
      ufOpN(b, "split", UF_VALUES(ufNodeInput(node, 0)), axis, 2);
  if (!halves.ptr)
    return mlirLogicalResultFailure();
  MlirValue gate = ufCall1(b, "sigmoid", ufResultOf(halves, 1));
  return ufNodeDefine(results,
                      ufCall2(b, "multiply", ufResultOf(halves, 0), gate));
}

#define RRELU                                                                  \
  "lower = 0.125; upper = 0.3333333333333333; training = 0;"                   \
  "t = require(training == 0, 'is training, for which there are no random "    \
  "numbers'); self >= 0 ? self : self * ((lower + upper) / 2)"
#define ELU                                                                    \
  "alpha = 1; scale = 1; input_scale = 1;"                                     \
  "scale == 1 && input_scale == 1 ? elu(self, alpha = alpha) : "               \
  "scale * (self > 0 ? self : alpha * expm1(self * input_scale))"

/// A function of one float tensor; what follows are its attributes.
#define FLOAT_FUNCTION(Name, Summary, Scalar, Imports, ...)                    \
  {.name = Name,                                                               \
   .summary = Summary,                                                         \
   .operands = {{"input", "Any floats.", UF_FLOATS}},                          \
   .attrs = {__VA_ARGS__},                                                     \
   .infer = ufInferSame,                                                       \
   .toTosa = ufScalarToTosa,                                                   \
   .scalar = Scalar,                                                           \
   .imports = Imports}
#define ONNX(Name, Since, ...)                                                 \
  UF_IMPORTS({UF_ONNX, Name, Since, NULL} __VA_OPT__(, ) __VA_ARGS__)
#define MAP(Name) {UF_TORCH, "aten." Name ".default", 0, ufTorchMap}
#define AS_IS(Name, Text) UF_FORMULA("aten." Name ".default", UF_AS_IS, Text)
#define WIDE(Name, Text) UF_FORMULA("aten." Name ".default", UF_WIDE, Text)

static const UfOp ops[] = {
    {
        .name = "relu",
        .summary = "max(input, 0).",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .infer = ufInferSame,
        .toTosa = ufScalarToTosa,
        .scalar = scalarRelu,
        .imports = ONNX("Relu", 1, MAP("relu")),
    },
    FLOAT_FUNCTION(
        "leaky_relu", "input where it is not negative, else alpha * input.",
        scalarLeakyRelu,
        ONNX("LeakyRelu", 1,
             AS_IS("leaky_relu", "negative_slope = 0.01;"
                                 "leaky_relu(self, alpha = negative_slope)"),
             WIDE("rrelu", RRELU), WIDE("rrelu_with_noise_functional", RRELU)),
        {"alpha", "Slope of the negative side.", UF_FLOAT, "0.01"}),
    {
        .name = "prelu",
        .summary = "input where it is not negative, else slope * input.",
        .operands = {{"input", "Any numbers.", UF_NUMBERS},
                     {"slope", "Broadcasts to the input.",
                      UF_NUMBERS | UF_SAME}},
        .infer = inferPrelu,
        .toTosa = ufScalarToTosa,
        .scalar = scalarPrelu,
        .imports = ONNX("PRelu", 7, {UF_ONNX, "PRelu", 1, importPrelu},
                        {UF_TORCH, "aten.prelu.default", 0, importPrelu},
                        AS_IS("_prelu_kernel", "prelu(self, weight)")),
    },
    FLOAT_FUNCTION("hard_sigmoid", "max(0, min(1, alpha * input + beta)).",
                   scalarHardSigmoid,
                   ONNX("HardSigmoid", 1,
                        AS_IS("hardsigmoid",
                              "hard_sigmoid(self, alpha = 0.16666666666666666, "
                              "beta = 0.5)")),
                   {"alpha", "Slope.", UF_FLOAT, "0.2"},
                   {"beta", "Value at 0.", UF_FLOAT, "0.5"}),
    FLOAT_FUNCTION("hard_swish", "input * max(0, min(1, input / 6 + 1/2)).",
                   scalarHardSwish, ONNX("HardSwish", 14, MAP("hardswish")),
                   {0}),
    FLOAT_FUNCTION(
        "thresholded_relu", "input where it is above alpha, else value.",
        scalarThresholdedRelu,
        ONNX("ThresholdedRelu", 10,
             WIDE("threshold", "self <= threshold ? value : self"),
             WIDE("threshold_backward", "self <= threshold ? 0 : grad_output")),
        {"alpha", "The threshold.", UF_FLOAT, "1.0"},
        {"value", "What is not above it becomes.", UF_FLOAT, "0.0"}),
    {
        .name = "shrink",
        .summary = "input moved by bias towards 0; 0 within [-lambd, lambd].",
        .operands = {{"input", "Any numbers.", UF_NUMBERS}},
        .attrs = {{"bias", "How far to move.", UF_FLOAT, "0.0"},
                  {"lambd", "Half the width of what becomes 0.", UF_FLOAT,
                   "0.5"}},
        .infer = ufInferSame,
        .toTosa = ufScalarToTosa,
        .scalar = scalarShrink,
        .imports = ONNX(
            "Shrink", 9,
            WIDE("softshrink", "lambd = 0.5; self > lambd ? self - lambd : "
                               "self < -lambd ? self + lambd : self * 0"),
            WIDE("hardshrink", "lambd = 0.5;"
                               "self >= -lambd && self <= lambd ? 0 : self")),
    },
    FLOAT_FUNCTION(
        "elu", "input where it is positive, else alpha * (e^input - 1).",
        scalarElu, ONNX("Elu", 1, WIDE("elu", ELU)),
        {"alpha", "Minus the limit on the negative side.", UF_FLOAT, "1.0"}),
    {
        .name = "celu",
        .summary =
            "input where it is positive, else alpha * (e^(input / alpha) - 1).",
        .operands = {{"input", "Any floats.", UF_FLOATS}},
        .attrs = {{"alpha", "Minus the limit on the negative side.", UF_FLOAT,
                   "1.0"}},
        .verify = verifyCelu,
        .infer = ufInferSame,
        .toTosa = ufScalarToTosa,
        .scalar = scalarCelu,
        .imports = ONNX("Celu", 12,
                        AS_IS("celu", "alpha = 1; celu(self, alpha = alpha)")),
    },
    FLOAT_FUNCTION(
        "selu", "gamma * elu(input).", scalarSelu, ONNX("Selu", 1, MAP("selu")),
        {"alpha", "As in elu.", UF_FLOAT, "1.67326319217681884765625"},
        {"gamma", "The factor.", UF_FLOAT, "1.05070102214813232421875"}),
    FLOAT_FUNCTION(
        "sigmoid", "1 / (1 + e^-input).", scalarSigmoid,
        ONNX("Sigmoid", 1, MAP("sigmoid"), MAP("special_expit"),
             {UF_TORCH, "aten.glu.default", 0, importGlu},
             WIDE("sigmoid_backward", "grad_output * (1 - output) * output")),
        {0}),
    FLOAT_FUNCTION(
        "tanh", "Hyperbolic tangent.", scalarTanh,
        ONNX("Tanh", 1, MAP("tanh"),
             WIDE("tanh_backward", "grad_output * (1 - output * output)")),
        {0}),
    FLOAT_FUNCTION("silu", "input * sigmoid(alpha * input).", scalarSilu,
                   ONNX("Swish", 24, MAP("silu")),
                   {"alpha", "Steepness.", UF_FLOAT, "1.0"}),
    {
        .name = "swiglu",
        .summary = "gate * sigmoid(alpha * gate) * input.",
        .operands = {{"gate", "Any floats.", UF_FLOATS},
                     {"input", "What goes through the gate.",
                      UF_FLOATS | UF_SAME}},
        .attrs = {{"alpha", "Steepness of the gate.", UF_FLOAT, "1.0"}},
        .infer = ufInferBroadcast,
        .toTosa = ufScalarToTosa,
        .scalar = scalarSwiglu,
        .imports = UF_IMPORTS({UF_ONNX, "SwiGLU", 28, NULL}),
    },
    FLOAT_FUNCTION("softsign", "input / (1 + |input|).", scalarSoftsign,
                   ONNX("Softsign", 1), {0}),
    {
        .name = "softplus",
        .summary = "log(1 + e^(beta * input)) / beta.",
        .operands = {{"input", "Any floats.", UF_FLOATS}},
        .attrs = {{"beta", "Steepness.", UF_FLOAT, "1.0"},
                  {"threshold",
                   "Where beta * input is above it, the input is passed on.",
                   UF_FLOAT, .optional = true}},
        .verify = verifySoftplus,
        .infer = ufInferSame,
        .toTosa = ufScalarToTosa,
        .scalar = scalarSoftplus,
        .imports =
            ONNX("Softplus", 1,
                 AS_IS("softplus",
                       "beta = 1; threshold = 20;"
                       "softplus(self, beta = beta, threshold = threshold)")),
    },
    FLOAT_FUNCTION("mish", "input * tanh(softplus(input)).", scalarMish,
                   ONNX("Mish", 18, MAP("mish")), {0}),
    FLOAT_FUNCTION("gelu", "input times the normal distribution up to input.",
                   scalarGelu, ONNX("Gelu", 20, MAP("gelu")),
                   {"approximate", "\"tanh\" for its approximation by tanh.",
                    UF_STRING, "\"none\"", .oneOf = "none|tanh"}),
};
UF_FAMILY(ufActivationOps, "activation", ops);

//===-- TorchSpecial.c - ATen's special functions -------------------------===//
//
// Formulas too long to be written down: their coefficients are computed here,
// into the text of the formula.
//
//===----------------------------------------------------------------------===//

#include "Ops/TorchSpecial.h"

#include "Ops/Compose.h"
#include "Support/Message.h"

#include <math.h>
#include <string.h>

/// Imports what `text` says.
static MlirLogicalResult importText(UfBuilder *b, const UfNode *node,
                                    const UfMessage *text, MlirValue *results) {
  return ufNodeDefine(results,
                      ufFormulaValue(b, node, ufMessageGet(text), UF_IN_F64));
}

//===----------------------------------------------------------------------===//
// Bessel functions
//
//   Near 0, the mean over angles t of cos(x sin t) and its like, which the
//   midpoint rule gives to all digits; far from it, the series in 1 / x.
//===----------------------------------------------------------------------===//

enum { NODES = 32, TERMS = 14 };

/// From where on the series in 1 / x is better.
#define FAR "25"

/// Coefficient k of the series of order `order` in 1 / x.
static double farCoefficient(int order, int k) {
  double product = 1;
  for (int j = 1; j <= k; ++j)
    product *= (4.0 * order * order - (2 * j - 1) * (2 * j - 1)) / (8.0 * j);
  return product;
}

/// "poly(u, ...)" of every `step`th coefficient from `first` on, with signs
/// that alternate.
static void appendFar(UfMessage *text, int order, int first, int step) {
  ufMessageAppend(text, "poly(u");
  for (int k = first, sign = 1; k < TERMS; k += step, sign = -sign)
    ufMessageAppend(text, ", %.17g", sign * farCoefficient(order, k));
  ufMessageAppend(text, ")");
}

/// What node t weighs in the sum over even orders, -J2 + J4 / 2 - ..., that
/// tells Y0 from J0.
static double evenWeight(double t) {
  double weight = 0;
  for (int k = 1; k <= NODES - 4; ++k)
    weight += (k % 2 ? -1 : 1) * cos(2 * k * t) / k;
  return weight;
}

/// The sum over nodes of weight * function(x * sin(t)), over their number; of
/// order 1 with another sin(t).
static void appendNear(UfMessage *text, const char *function, int order,
                       bool isEven) {
  for (int i = 0; i < NODES; ++i) {
    double t = (i + 0.5) * M_PI_2 / NODES, weight = 1.0 / NODES;
    if (isEven)
      weight *= evenWeight(t);
    if (order == 1)
      weight *= sin(t);
    ufMessageAppend(text, "%s%.17g * %s(x * %.17g)", i ? " + " : "", weight,
                    function, sin(t));
  }
}

/// J and Y: `kind` is one of both.
static void appendWave(UfMessage *text, char kind, int order) {
  const char *function = order ? "sin" : "cos";
  ufMessageAppend(text, "x = self; a = abs(x); j = ");
  appendNear(text, function, order, false);
  if (kind == 'y') {
    ufMessageAppend(text, "; e = ");
    appendNear(text, function, order, true);
    ufMessageAppend(text, "; l = (log(x / 2) + 0.57721566490153286) * j; "
                          "near = ");
    if (order == 0) {
      ufMessageAppend(text, "(l - 2 * e) * (2 / pi); ");
    } else {
      ufMessageAppend(text, "(l - 2 * e - (");
      appendNear(text, "cos", 0, false);
      ufMessageAppend(text, ") / x) * (2 / pi); ");
    }
  } else {
    ufMessageAppend(text, "; near = j; ");
  }
  ufMessageAppend(text, "v = 1 / a; u = v * v; p = ");
  appendFar(text, order, 0, 2);
  ufMessageAppend(text, "; q = v * ");
  appendFar(text, order, 1, 2);
  ufMessageAppend(text, "; c = a - %.17g; far = sqrt(v * (2 / pi)) * ",
                  (2 * order + 1) * M_PI_4);
  ufMessageAppend(text, kind == 'y' ? "(p * sin(c) + q * cos(c)); "
                                    : "(p * cos(c) - q * sin(c)); ");
  if (kind == 'y')
    ufMessageAppend(text, "x < 0 ? nan : x == 0 ? -inf : ");
  else if (order)
    ufMessageAppend(text, "far = x < 0 ? -far : far; ");
  ufMessageAppend(text, "a < " FAR " ? near : a == inf ? 0 : far");
}

/// I, times e^-|x| when scaled: cosh and sinh with that factor inside.
static void appendGrowing(UfMessage *text, int order, bool isScaled) {
  ufMessageAppend(text, "a = abs(self); near = ");
  for (int i = 0; i < NODES; ++i) {
    double s = sin((i + 0.5) * M_PI_2 / NODES);
    ufMessageAppend(text, "%s%.17g * (exp(a * %.17g) %c exp(a * %.17g))",
                    i ? " + " : "", (order ? s : 1) / (2 * NODES), s - 1,
                    order ? '-' : '+', -s - 1);
  }
  ufMessageAppend(text, "; u = 1 / a; far = ");
  appendFar(text, order, 0, 1);
  ufMessageAppend(text, " * sqrt(u / (2 * pi)); y = a < " FAR " ? near : far;");
  if (order)
    ufMessageAppend(text, "y = self < 0 ? -y : y;");
  ufMessageAppend(text, isScaled ? "y" : "a == 0 ? y : y * exp(a)");
}

/// K, times e^x when scaled: the integral over t of e^(-x (cosh(t) - 1)) with
/// steps that get finer as that gets narrower.
static void appendFalling(UfMessage *text, int order, bool isScaled) {
  enum { STEPS = 64 };
  ufMessageAppend(text,
                  "x = %s; h = minimum(0.4, 0.9 / sqrt(maximum(x, 0))); s = "
                  "0.5",
                  isScaled ? "x" : "self");
  for (int i = 1; i < STEPS; ++i) {
    // cosh(t) - 1 = 2 sinh(t / 2)^2 keeps its digits.
    char t[32];
    snprintf(t, sizeof t, "sinh(h * %g)", i * 0.5);
    ufMessageAppend(text,
                    order ? " + exp(x * -2 * %s * %s) * (1 + 2 * %s * %s)"
                          : " + exp(x * -2 * %s * %s)",
                    t, t, t, t);
  }
  ufMessageAppend(text, "; x < 0 ? nan : x == 0 ? inf : s * h%s",
                  isScaled ? "" : " * exp(-x)");
}

MlirLogicalResult ufTorchBessel(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  UF_SCOPED(UfMessage) text = {0};
  const char *dot = strrchr(node->op, '.');
  const char *name = dot ? dot - 1 : node->op;
  bool isScaled = *name == 'e' || strstr(node->op, "scaled");
  name -= *name == 'e';
  int order = *name == '1';
  char kind = name[-1];
  if (kind == 'i')
    appendGrowing(&text, order, isScaled);
  else if (kind == 'k')
    appendFalling(&text, order, isScaled);
  else
    appendWave(&text, kind, order);
  return importText(b, node, &text, results);
}

//===----------------------------------------------------------------------===//
// Gamma and zeta functions
//===----------------------------------------------------------------------===//

/// B(2k) / (2k)!, the coefficients of Euler's and Maclaurin's sum.
static const double bernoulli[] = {1.0 / 12,         -1.0 / 720,
                                   1.0 / 30240,      -1.0 / 1209600,
                                   1.0 / 47900160.0, -691.0 / 1307674368000.0};

/// lgamma(`argument`) as `name`: Stirling's series from 8 on, with the numbers
/// below brought there, and below a half that of 1 - x.
static void appendGamma(UfMessage *text, const char *name,
                        const char *argument) {
  ufMessageAppend(text, "x = %s; y = x < 0.5 ? 1 - x : x; z = minimum(y, 8);",
                  argument);
  ufMessageAppend(text, "r = z");
  for (int k = 1; k < 8; ++k)
    ufMessageAppend(text, " * (z + %d)", k);
  ufMessageAppend(
      text,
      "; w = y < 8 ? y + 8 : y;"
      "w = (w - 0.5) * log(w) - w + 0.91893853320467274 +"
      "    poly(1 / (w * w), %.17g, %.17g, %.17g, %.17g, %.17g, %.17g) / w;"
      "w = y < 8 ? w - log(r) : y == inf ? y : w;",
      1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188,
      -691.0 / 360360);
  ufMessageAppend(text,
                  "%s = abs(x) == inf ? inf : x == 1 || x == 2 ? 0 : x < 0.5 ? "
                  "log(pi / abs(sin(pi * (x - floor(x))))) - w : w;",
                  name);
}

MlirLogicalResult ufTorchGamma(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  UF_SCOPED(UfMessage) text = {0};
  int64_t p = ufNodeInt(node, "p", 1);
  if (p < 1 || p > 16)
    return ufNodeError(node, "argument 'p' must be from 1 to 16");
  ufMessageAppend(&text, "sum = %.17g;", (double)(p * (p - 1)) / 4 * log(M_PI));
  for (int64_t i = 0; i < p; ++i) {
    char argument[32];
    snprintf(argument, sizeof argument, "self - %g", (double)i / 2);
    appendGamma(&text, "g", argument);
    ufMessageAppend(&text, "sum = sum + g;");
  }
  ufMessageAppend(&text, "sum");
  return importText(b, node, &text, results);
}

/// zeta(s, q) as `z`: the sum of (q + k)^-s, its beginning term by term.
static void appendZeta(UfMessage *text) {
  enum { TERMS_FIRST = 12 };
  ufMessageAppend(text, "z = pow(q, -s)");
  for (int k = 1; k < TERMS_FIRST; ++k)
    ufMessageAppend(text, " + pow(q + %d, -s)", k);
  ufMessageAppend(text,
                  "; w = q + %d; t = pow(w, -s);"
                  "z = z + t * w / (s - 1) + 0.5 * t;",
                  TERMS_FIRST);
  ufMessageAppend(text, "f = t * s / w;");
  for (int k = 0; k < UF_COUNT(bernoulli); ++k)
    ufMessageAppend(text,
                    "z = z + f * %.17g;"
                    "f = f * (s + %d) * (s + %d) / (w * w);",
                    bernoulli[k], 2 * k + 1, 2 * k + 2);
}

MlirLogicalResult ufTorchZeta(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  UF_SCOPED(UfMessage) text = {0};
  ufMessageAppend(&text, "s = self; q = other;");
  appendZeta(&text);
  ufMessageAppend(&text, "s == 1 ? inf : s < 1 ? nan : q > 0 ? z : "
                         "q == floor(q) ? inf : s == floor(s) ? z : nan");
  return importText(b, node, &text, results);
}

/// The derivatives of lgamma: the first by its series, as lgamma; the others
/// are zeta functions.
MlirLogicalResult ufTorchPolygamma(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  UF_SCOPED(UfMessage) text = {0};
  int64_t n = ufNodeInt(node, "n", 0);
  if (n < 0 || n > 100)
    return ufNodeError(node, "argument 'n' must be from 0 to 100");
  if (n > 0) {
    ufMessageAppend(&text, "s = %d; q = self;", (int)n + 1);
    appendZeta(&text);
    ufMessageAppend(&text, "(q > 0 ? z : q == floor(q) ? inf : z) * %.17g",
                    (n % 2 ? 1 : -1) * tgamma((double)n + 1));
    return importText(b, node, &text, results);
  }
  ufMessageAppend(&text, "x = self; y = x < 0.5 ? 1 - x : x; r = 0");
  for (int k = 0; k < 8; ++k)
    ufMessageAppend(&text, " + 1 / (y + %d)", k);
  ufMessageAppend(
      &text,
      "; w = y < 8 ? y + 8 : y; u = 1 / (w * w);"
      "w = log(w) - 0.5 / w - u * poly(u, %.17g, %.17g, %.17g, %.17g, %.17g);"
      "w = y < 8 ? w - r : w; f = x - floor(x);"
      "x == 0 ? (signbit(x) ? inf : -inf) : x < 0 && f == 0 ? nan : "
      "x < 0.5 ? w - pi * cos(pi * f) / sin(pi * f) : w",
      1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132);
  return importText(b, node, &text, results);
}

//===----------------------------------------------------------------------===//
// Inverses, by Halley's method from a formula of Winitzki's
//===----------------------------------------------------------------------===//

MlirLogicalResult ufTorchInverse(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  UF_SCOPED(UfMessage) text = {0};
  bool isNormal = strstr(node->op, "ndtri");
  // The smaller of both tails: q = erfc(x) / 2 for x >= 0.
  ufMessageAppend(&text, isNormal
                             ? "p = self; q = minimum(p, 1 - p); d = 0.5 - q;"
                             : "p = self; d = abs(p) / 2; q = 0.5 - d;");
  ufMessageAppend(&text, "l = log(4 * q * (1 - q));"
                         "t = 4.3307467508 + l / 2;"
                         "x = sqrt(maximum(sqrt(t * t - l / 0.147) - t, 0));");
  // The error in q keeps its digits far out, that in d near 0.
  for (int i = 0; i < 3; ++i)
    ufMessageAppend(&text, "e = d < 0.25 ? erf(x) / 2 - d : q - erfc(x) / 2;"
                           "u = e * exp(x * x) * 1.7724538509055160;"
                           "x = x - u / (1 + x * u);");
  ufMessageAppend(&text, isNormal ? "x = q == 0 ? inf : x * 1.4142135623730951;"
                                    "p < 0 || p > 1 ? nan : p < 0.5 ? -x : x"
                                  : "x = q == 0 ? inf : x;"
                                    "abs(p) > 1 ? nan : p < 0 ? -x : x");
  return importText(b, node, &text, results);
}

//===----------------------------------------------------------------------===//
// The next number
//===----------------------------------------------------------------------===//

/// As integers, the bits of numbers of one sign are in the numbers' order.
MlirLogicalResult ufTorchNextAfter(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  static const char *const operands[] = {"self", "other"};
  MlirType element = ufTorchPromote(b, node, 2, operands);
  if (!element.ptr || !ufIsFloat(element))
    return ufNodeError(node, "is supported for floats only");
  MlirType integer = ufIntType(b, ufBitWidth(element));
  MlirValue x = ufTorchTensorAs(b, node, "self", element);
  MlirValue to = ufTorchTensorAs(b, node, "other", element);
  if (!x.ptr || !to.ptr)
    return ufNodeError(node, "needs two tensors");
  UfAttrs asInteger = UF_ATTRS({"to", mlirTypeAttrGet(integer)});
  UfAttrs asFloat = UF_ATTRS({"to", mlirTypeAttrGet(element)});
  MlirValue zero = ufScalarConstant(b, element, 0);
  MlirValue isUp = ufCallCompare(b, "lt", x, to);
  MlirValue isAway =
      ufCallCompare(b, "eq", ufCallCompare(b, "gt", x, zero), isUp);
  MlirValue step = ufCallWhere(b, isAway, ufScalarConstant(b, integer, 1),
                               ufScalarConstant(b, integer, -1));
  MlirValue bits = ufOp(b, "bitcast", UF_VALUES(x), asInteger);
  bits = ufCall2(b, "add", bits, step);
  MlirValue least =
      ufOp(b, "bitcast", UF_VALUES(ufScalarConstant(b, integer, 1)), asFloat);
  if (!bits.ptr || !least.ptr)
    return mlirLogicalResultFailure();
  MlirValue next = ufOp(b, "bitcast", UF_VALUES(bits), asFloat);
  MlirValue first = ufCallWhere(b, isUp, least, ufCall1(b, "neg", least));
  next = ufCallWhere(b, ufCallCompare(b, "eq", x, zero), first, next);
  next = ufCallWhere(b, ufCallCompare(b, "eq", x, to), to, next);
  MlirValue isNumber = ufCallCompare(b, "eq", x, x);
  next = ufCallWhere(b, isNumber, next, x);
  isNumber = ufCallCompare(b, "eq", to, to);
  return ufNodeDefine(results, ufCallWhere(b, isNumber, next, to));
}

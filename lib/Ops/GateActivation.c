//===-- GateActivation.c - Activations of recurrent networks --------------===//
//
// The functions that ONNX lets the gates of recurrent networks have, by name
// and with parameters.
//
//===----------------------------------------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Recurrent.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Function {
  const char *name;
  double alpha, beta; ///< Unless given.
  bool hasAlpha, hasBeta;
  MlirValue (*build)(UfBuilder *b, MlirValue x, const UfActivation *given);
} Function;

static MlirValue number(UfBuilder *b, MlirValue like, double value) {
  return ufEachNumber(b, like, value);
}

/// alpha * x + beta.
static MlirValue buildAffine(UfBuilder *b, MlirValue x,
                             const UfActivation *given) {
  return ufAdd(b, ufMul(b, number(b, x, given->alpha), x),
               number(b, x, given->beta));
}

static MlirValue buildRelu(UfBuilder *b, MlirValue x,
                           const UfActivation *given) {
  (void)given;
  return ufMax(b, x, number(b, x, 0), false);
}

static MlirValue buildTanh(UfBuilder *b, MlirValue x,
                           const UfActivation *given) {
  (void)given;
  return ufEachCall(b, "tanh", x);
}

static MlirValue buildSigmoid(UfBuilder *b, MlirValue x,
                              const UfActivation *given) {
  (void)given;
  return ufEachCall(b, "sigmoid", x);
}

/// x < 0 ? alpha * x : x.
static MlirValue buildLeakyRelu(UfBuilder *b, MlirValue x,
                                const UfActivation *given) {
  MlirValue isLow = ufCompare(b, UF_LT, x, number(b, x, 0), false);
  return ufSelect(b, isLow, ufMul(b, number(b, x, given->alpha), x), x);
}

/// x < alpha ? 0 : x.
static MlirValue buildThresholdedRelu(UfBuilder *b, MlirValue x,
                                      const UfActivation *given) {
  MlirValue isLow = ufCompare(b, UF_LT, x, number(b, x, given->alpha), false);
  return ufSelect(b, isLow, number(b, x, 0), x);
}

/// alpha * tanh(beta * x).
static MlirValue buildScaledTanh(UfBuilder *b, MlirValue x,
                                 const UfActivation *given) {
  MlirValue inner = ufMul(b, number(b, x, given->beta), x);
  return ufMul(b, number(b, x, given->alpha), ufEachCall(b, "tanh", inner));
}

/// max(0, min(1, alpha * x + beta)).
static MlirValue buildHardSigmoid(UfBuilder *b, MlirValue x,
                                  const UfActivation *given) {
  return ufEachClamp(b, buildAffine(b, x, given), 0, 1, false);
}

/// x < 0 ? alpha * (e^x - 1) : x.
static MlirValue buildElu(UfBuilder *b, MlirValue x,
                          const UfActivation *given) {
  MlirValue isLow = ufCompare(b, UF_LT, x, number(b, x, 0), false);
  MlirValue low =
      ufMul(b, number(b, x, given->alpha), ufEachCall(b, "expm1", x));
  return ufSelect(b, isLow, low, x);
}

/// x / (1 + |x|).
static MlirValue buildSoftsign(UfBuilder *b, MlirValue x,
                               const UfActivation *given) {
  (void)given;
  MlirValue below = ufAdd(b, number(b, x, 1), ufEachCall(b, "abs", x));
  return ufDiv(b, x, below, false);
}

/// log(1 + e^x), as max(x, 0) + log(1 + e^-|x|), which does not overflow.
static MlirValue buildSoftplus(UfBuilder *b, MlirValue x,
                               const UfActivation *given) {
  (void)given;
  MlirValue power = ufEachCall(b, "exp", ufNeg(b, ufEachCall(b, "abs", x)));
  return ufAdd(b, ufMax(b, x, number(b, x, 0), false),
               ufEachCall(b, "log1p", power));
}

static const Function functions[] = {
    {"affine", 1, 0, true, true, buildAffine},
    {"relu", 0, 0, false, false, buildRelu},
    {"tanh", 0, 0, false, false, buildTanh},
    {"sigmoid", 0, 0, false, false, buildSigmoid},
    {"leakyrelu", 0.01, 0, true, false, buildLeakyRelu},
    {"thresholdedrelu", 1, 0, true, false, buildThresholdedRelu},
    {"scaledtanh", 1, 1, true, true, buildScaledTanh},
    {"hardsigmoid", 0.2, 0.5, true, true, buildHardSigmoid},
    {"elu", 1, 0, true, false, buildElu},
    {"softsign", 0, 0, false, false, buildSoftsign},
    {"softplus", 0, 0, false, false, buildSoftplus},
};

static const Function *findFunction(const char *name, size_t length) {
  for (int i = 0; i < UF_COUNT(functions); ++i)
    if (strlen(functions[i].name) == length &&
        strncasecmp(functions[i].name, name, length) == 0)
      return &functions[i];
  return NULL;
}

bool ufActivationHasAlpha(const char *name) {
  const Function *function = findFunction(name, strlen(name));
  return function && function->hasAlpha;
}

bool ufActivationHasBeta(const char *name) {
  const Function *function = findFunction(name, strlen(name));
  return function && function->hasBeta;
}

/// Reads "(0.1)" or "(1.5;0.5)" at `*at` and moves on; false when it is
/// neither.
static bool parseNumbers(const char **at, UfActivation *out) {
  char *end;
  if (**at != '(')
    return true;
  out->alpha = strtod(*at + 1, &end);
  if (end == *at + 1)
    return false;
  if (*end == ';') {
    const char *second = end + 1;
    out->beta = strtod(second, &end);
    if (end == second)
      return false;
  }
  *at = end + 1;
  return *end == ')';
}

int ufParseActivations(const char *text, UfActivation *out) {
  int count = 0;
  for (const char *at = text;; ++at) {
    size_t length = strcspn(at, ",(");
    const Function *function = findFunction(at, length);
    if (!function || count == UF_MAX_ACTIVATIONS)
      return -1;
    out[count] =
        (UfActivation){function->name, function->alpha, function->beta};
    at += length;
    if (!parseNumbers(&at, &out[count++]))
      return -1;
    if (*at == '\0')
      return count;
    if (*at != ',')
      return -1;
  }
}

MlirValue ufActivate(UfBuilder *b, const UfActivation *given, MlirValue x) {
  return findFunction(given->name, strlen(given->name))->build(b, x, given);
}

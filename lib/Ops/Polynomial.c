//===-- Polynomial.c - Orthogonal polynomials -----------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Formula.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// orthogonal_polynomial
//
//   The polynomial of degree n at x, by its recurrence in f64:
//     p[k + 1] = ((slope x + constant) p[k] - before p[k - 1]) / divisor.
//   0 where n is negative, NaN from 2^24 on; fractions of n do not count.
//===----------------------------------------------------------------------===//

/// The factors of a step are linear in k, p[-1] in x: {a, b} is a + b k.
typedef struct Recurrence {
  const char *kind;
  int slope[2], constant[2], before[2], divisor[2];
  int first[2];
} Recurrence;

// clang-format off
static const Recurrence recurrences[] = {
    //               slope    constant before  divisor  p[-1]
    {"chebyshev_t", {2, 0},  {0, 0},  {1, 0}, {1, 0},  {0, 1}},
    {"chebyshev_u", {2, 0},  {0, 0},  {1, 0}, {1, 0},  {0, 0}},
    {"chebyshev_v", {2, 0},  {0, 0},  {1, 0}, {1, 0},  {1, 0}},
    {"chebyshev_w", {2, 0},  {0, 0},  {1, 0}, {1, 0},  {-1, 0}},
    {"hermite_h",   {2, 0},  {0, 0},  {0, 2}, {1, 0},  {0, 0}},
    {"hermite_he",  {1, 0},  {0, 0},  {0, 1}, {1, 0},  {0, 0}},
    {"laguerre_l",  {-1, 0}, {1, 2},  {0, 1}, {1, 1},  {0, 0}},
    {"legendre_p",  {1, 2},  {0, 0},  {0, 1}, {1, 1},  {0, 0}},
};
// clang-format on

/// factors[0] + factors[1] * variable.
static MlirValue linear(UfBuilder *b, const int *factors, MlirValue variable) {
  MlirValue constant = ufEachNumber(b, variable, factors[0]);
  if (!factors[1])
    return constant;
  return ufAdd(b, constant,
               ufMul(b, variable, ufEachNumber(b, variable, factors[1])));
}

/// One step of a loop that carries p[k] and p[k - 1].
static MlirBlock stepBody(UfBuilder *b, const Recurrence *by, MlirValue x) {
  MlirType wide = mlirValueGetType(x);
  MlirType types[] = {ufIndexType(b), wide, wide};
  MlirLocation locs[] = {b->loc, b->loc, b->loc};
  MlirBlock block = mlirBlockCreate(UF_COUNT(types), types, locs);
  UfBuilder in = ufBuilderIn(b, block);
  MlirValue k =
      ufConvert(&in, mlirBlockGetArgument(block, 0), wide, false, false);
  MlirValue last = mlirBlockGetArgument(block, 1);
  MlirValue before = mlirBlockGetArgument(block, 2);
  MlirValue factor = ufAdd(&in, ufMul(&in, linear(&in, by->slope, k), x),
                           linear(&in, by->constant, k));
  MlirValue next = ufSub(&in, ufMul(&in, factor, last),
                         ufMul(&in, linear(&in, by->before, k), before));
  next = ufDiv(&in, next, linear(&in, by->divisor, k), false);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_VALUES(next, last), UF_NO_ATTRS,
            NULL, 0);
  return block;
}

static MlirValue scalarPolynomial(UfBuilder *b, const MlirValue *args) {
  const char *kind = ufGetStr(b->op, "kind");
  const Recurrence *by = recurrences;
  while (strcmp(by->kind, kind) != 0)
    ++by;
  MlirType wide = mlirF64TypeGet(b->ctx), type = mlirValueGetType(args[0]);
  MlirValue x = ufConvert(b, args[0], wide, false, false);
  MlirValue degree = ufConvert(b, args[1], wide, false, false);
  MlirValue zero = ufEachNumber(b, x, 0), most = ufEachNumber(b, x, 0x1p24);
  MlirValue isLow = ufCompare(b, UF_LE, degree, ufEachNumber(b, x, -1), false);
  MlirValue isKnown = ufCompare(b, UF_LT, degree, most, false);
  // NaN is no degree either.
  MlirValue count =
      ufToIndex(b, ufSelect(b, isKnown, ufMax(b, degree, zero, false), zero));
  MlirRegion body = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(body, stepBody(b, by, x));
  MlirOperation loop =
      ufBuildOp(b, "scf.for", UF_TYPES(wide, wide),
                UF_VALUES(ufIndex(b, 0), count, ufIndex(b, 1),
                          ufEachNumber(b, x, 1), linear(b, by->first, x)),
                UF_NO_ATTRS, &body, 1);
  MlirValue result =
      ufSelect(b, isKnown, ufResultOf(loop, 0), ufEachNumber(b, x, NAN));
  result = ufSelect(b, isLow, zero, result);
  return ufConvert(b, result, type, false, false);
}

//===----------------------------------------------------------------------===//

#define RULE(Name, Overload, X, Kind)                                          \
  UF_FORMULA("aten.special_" Name "." Overload, UF_WIDE,                       \
             "orthogonal_polynomial(" X ", n, kind = '" Kind "')")
#define RULES(Name, X, Kind)                                                   \
  RULE(Name, "default", X, Kind), RULE(Name, "x_scalar", X, Kind),             \
      RULE(Name, "n_scalar", X, Kind)
#define CHEBYSHEV(Letter)                                                      \
  RULES("chebyshev_polynomial_" Letter, "x", "chebyshev_" Letter),             \
      RULES("shifted_chebyshev_polynomial_" Letter, "2 * x - 1",               \
            "chebyshev_" Letter)

static const UfOp ops[] = {
    {
        .name = "orthogonal_polynomial",
        .summary = "The orthogonal polynomial of degree n at x.",
        .operands = {{"x", "Any floats.", UF_FLOATS},
                     {"n", "The degrees.", UF_FLOATS | UF_SAME}},
        .attrs = {{"kind", "Which family.", UF_STRING,
                   .oneOf = "chebyshev_t|chebyshev_u|chebyshev_v|chebyshev_w|"
                            "hermite_h|hermite_he|laguerre_l|legendre_p"}},
        .infer = ufInferBroadcast,
        .scalar = scalarPolynomial,
        .imports = UF_IMPORTS(
            CHEBYSHEV("t"), CHEBYSHEV("u"), CHEBYSHEV("v"), CHEBYSHEV("w"),
            RULES("hermite_polynomial_h", "x", "hermite_h"),
            RULES("hermite_polynomial_he", "x", "hermite_he"),
            RULES("laguerre_polynomial_l", "x", "laguerre_l"),
            RULES("legendre_polynomial_p", "x", "legendre_p")),
    },
};
UF_FAMILY(ufPolynomialOps, "polynomial", ops);

//===-- Divisor.c - Common divisors ---------------------------------------===//

#include "Ops/Elementwise.h"
#include "Ops/Formula.h"

//===----------------------------------------------------------------------===//
// gcd
//
//   The greatest common divisor, by Euclid's algorithm; of 0 and x it is |x|.
//===----------------------------------------------------------------------===//

/// A block that takes both numbers of the loop.
static MlirBlock pairBlock(const UfBuilder *b, MlirType type) {
  return mlirBlockCreate(2, (MlirType[]){type, type},
                         (MlirLocation[]){b->loc, b->loc});
}

static MlirValue scalarGcd(UfBuilder *b, const MlirValue *args) {
  MlirType type = mlirValueGetType(args[0]);
  bool isUnsigned = ufEachIsUnsigned(b, 0);
  MlirValue size[2];
  for (int i = 0; i < 2; ++i)
    size[i] = isUnsigned ? args[i] : ufUnary(b, "math.absi", args[i]);

  // While y is not 0: (x, y) becomes (y, x mod y).
  MlirBlock before = pairBlock(b, type), after = pairBlock(b, type);
  UfBuilder in = ufBuilderIn(b, before);
  MlirValue x = mlirBlockGetArgument(before, 0);
  MlirValue y = mlirBlockGetArgument(before, 1);
  MlirValue isLeft = ufCompare(&in, UF_NE, y, ufInteger(&in, type, 0), true);
  ufBuildOp(&in, "scf.condition", (UfTypes){0}, UF_VALUES(isLeft, x, y),
            UF_NO_ATTRS, NULL, 0);
  in = ufBuilderIn(b, after);
  x = mlirBlockGetArgument(after, 0);
  y = mlirBlockGetArgument(after, 1);
  // The size of the lowest number is right only without a sign.
  MlirValue rest = ufBinary(&in, "arith.remui", x, y);
  ufBuildOp(&in, "scf.yield", (UfTypes){0}, UF_VALUES(y, rest), UF_NO_ATTRS,
            NULL, 0);

  MlirRegion regions[] = {mlirRegionCreate(), mlirRegionCreate()};
  mlirRegionAppendOwnedBlock(regions[0], before);
  mlirRegionAppendOwnedBlock(regions[1], after);
  MlirOperation loop =
      ufBuildOp(b, "scf.while", UF_TYPES(type, type),
                UF_VALUES(size[0], size[1]), UF_NO_ATTRS, regions, 2);
  return ufResultOf(loop, 0);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "gcd",
        .summary = "The greatest common divisor.",
        .operands = {{"lhs", "Any integers.", UF_INTEGERS},
                     {"rhs", "Any integers.", UF_INTEGERS | UF_SAME}},
        .traits = UF_COMMUTATIVE,
        .infer = ufInferBroadcast,
        .scalar = scalarGcd,
        .imports = UF_IMPORTS(
            {UF_TORCH, "aten.gcd.default", 0, ufTorchMap},
            UF_FORMULA("aten.lcm.default", UF_AS_IS,
                       "d = maximum(gcd(self, other), 1);"
                       "abs(divide(self, d, rounding = 'trunc') * other)")),
    },
};
UF_FAMILY(ufDivisorOps, "divisor", ops);

//===-- TorchMath.c - ATen functions that ops of math become --------------===//

#include "Ops/TorchMath.h"

#include <string.h>

/// Whether the first operand of `op` may have elements of `type`.
static bool takes(const UfOp *op, MlirType type) {
  unsigned kind = ufIsFloat(type)  ? UF_FLOATS
                  : ufIsBool(type) ? UF_BOOLS
                                   : UF_INTEGERS;
  unsigned types = op->operands[0].types;
  return types == 0 || (types & kind);
}

MlirLogicalResult ufTorchOrPass(UfBuilder *b, const UfNode *node,
                                MlirValue *results) {
  const UfOp *op = NULL;
  MlirType type = ufTorchResult(b, node, 0);
  ufFindImport(UF_TORCH, node->op, 0, &op);
  return op && type.ptr && !takes(op, type) ? ufTorchPass(b, node, results)
                                            : ufTorchMap(b, node, results);
}

/// The sign of NaN is 0 there.
MlirLogicalResult ufTorchSign(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  if (!ufIsFloat(ufElementType(x)))
    return ufIsBool(ufElementType(x)) ? ufTorchPass(b, node, results)
                                      : ufTorchMap(b, node, results);
  return ufNodeDefine(
      results,
      ufFormulaValue(b, node, "self == self ? sign(self) : 0", UF_AS_IS));
}

/// Infinities and NaN are only among floats.
MlirLogicalResult ufTorchFloatTest(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  bool isFloat = ufIsFloat(ufElementType(ufNodeInput(node, 0)));
  static const struct {
    const char *op, *floats, *others;
  } tests[] = {
      {"aten.isnan.default", "is_nan(self)", "self != self"},
      {"aten.isfinite.default", "is_finite(self)", "self == self"},
      {"aten.isinf.default", "is_inf(self)", "self != self"},
      {"aten.isposinf.default", "self == inf", "self != self"},
      {"aten.isneginf.default", "self == -inf", "self != self"},
  };
  for (int i = 0; i < UF_COUNT(tests); ++i)
    if (strcmp(tests[i].op, node->op) == 0)
      return ufNodeDefine(
          results,
          ufFormulaValue(b, node, isFloat ? tests[i].floats : tests[i].others,
                         UF_AS_IS));
  return ufNodeError(node, "is not known");
}

MlirLogicalResult ufTorchNanToNum(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  if (!ufIsFloat(ufElementType(ufNodeInput(node, 0))))
    return ufTorchPass(b, node, results);
  return ufNodeDefine(
      results, ufFormulaValue(b, node,
                              "nan = 0; posinf = highest; neginf = lowest;"
                              "self != self ? nan : self == 1e999 ? posinf : "
                              "self == -1e999 ? neginf : self",
                              UF_AS_IS));
}

/// Products of integers and tolerances are not whole.
MlirLogicalResult ufTorchIsClose(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  bool isFloat = ufIsFloat(ufElementType(ufNodeInput(node, 0)));
  return ufNodeDefine(
      results, ufFormulaValue(
                   b, node,
                   "rtol = 1e-05; atol = 1e-08; equal_nan = 0;"
                   "c = self == other; d = abs(self - other);"
                   "c = equal_nan ? c || (self != self && other != other) : c;"
                   "c || (d <= atol + abs(rtol * other) && d < inf)",
                   isFloat ? UF_WIDE : UF_IN_F64));
}

//===-- TorchMath.h - ATen functions that ops of math become ------*- C -*-===//
//
// Formulas of functions that have no row of their own, by the row each mainly
// becomes.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHMATH_H
#define UF_OPS_TORCHMATH_H

#include "Ops/Formula.h"

/// As ufTorchMap; but where the row does not take the type of the result, as
/// `floor` of integers and `abs` of truth values, the operator does nothing.
UfTorchRule ufTorchOrPass;

UfTorchRule ufTorchSign;      ///< sign(self), sgn(self)
UfTorchRule ufTorchFloatTest; ///< isnan, isinf, isfinite and their kin
UfTorchRule ufTorchNanToNum;  ///< nan_to_num(self, nan, posinf, neginf)
UfTorchRule ufTorchIsClose;   ///< isclose(self, other, rtol, atol, equal_nan)

// clang-format off
#define UF_TORCH_SIGNS                                                         \
  {UF_TORCH, "aten.sign.default", 0, ufTorchSign},                             \
  {UF_TORCH, "aten.sgn.default", 0, ufTorchSign},                              \
  UF_FORMULA("aten.signbit.default", UF_AS_IS, "signbit(self)"),               \
  UF_FORMULA("aten.copysign.Tensor", UF_AS_IS, UF_TORCH_COPYSIGN),             \
  UF_FORMULA("aten.copysign.Scalar", UF_AS_IS, UF_TORCH_COPYSIGN),             \
  UF_FORMULA("aten.heaviside.default", UF_AS_IS,                               \
             "self == 0 ? values : self > 0 ? 1 : 0"),                         \
  UF_FORMULA("aten.angle.default", UF_AS_IS,                                   \
             "self != self ? self : self < 0 ? pi : 0")
#define UF_TORCH_COPYSIGN "signbit(self) != signbit(other) ? -self : self"

#define UF_TORCH_ROOTS                                                         \
  UF_FORMULA("aten.hypot.default", UF_IN_F64,                                  \
             "sqrt(self * self + other * other)"),                             \
  UF_FORMULA("torch._sym_sqrt", UF_IN_F64, "sqrt(a)"),                         \
  UF_FORMULA("torch.sym_sqrt", UF_IN_F64, "sqrt(a)"),                          \
  UF_FORMULA("math.sqrt", UF_IN_F64, "sqrt(x)")

#define UF_TORCH_LOGS                                                          \
  UF_FORMULA("aten.xlogy.Tensor", UF_WIDE, UF_TORCH_XLOGY),                    \
  UF_FORMULA("aten.xlogy.Scalar_Self", UF_WIDE, UF_TORCH_XLOGY),               \
  UF_FORMULA("aten.xlogy.Scalar_Other", UF_WIDE, UF_TORCH_XLOGY),              \
  UF_FORMULA("aten.special_xlogy.default", UF_WIDE, UF_TORCH_XLOGY),           \
  UF_FORMULA("aten.logit.default", UF_WIDE, UF_TORCH_LOGIT),                   \
  UF_FORMULA("aten.special_logit.default", UF_WIDE, UF_TORCH_LOGIT),           \
  UF_FORMULA("aten.special_entr.default", UF_WIDE,                             \
             "self > 0 ? -self * log(self) : self == 0 ? 0 : "                 \
             "self < 0 ? -inf : self")
#define UF_TORCH_XLOGY                                                         \
  "other != other ? nan : self == 0 ? 0 : self * log(other)"
#define UF_TORCH_LOGIT                                                         \
  "eps = -1; x = eps < 0 ? self : clamp(self, min = eps, max = 1 - eps);"      \
  "log(x / (1 - x))"

#define UF_TORCH_LOG1PS                                                        \
  UF_FORMULA("aten.logaddexp.default", UF_WIDE,                                \
             "self == other && abs(self) == inf ? self : "                     \
             "maximum(self, other) + log1p(exp(-abs(self - other)))"),         \
  UF_FORMULA("aten.logaddexp2.default", UF_WIDE,                               \
             "self == other && abs(self) == inf ? self : "                     \
             "maximum(self, other) + log2(1 + exp2(-abs(self - other)))"),     \
  UF_FORMULA("aten.special_xlog1py.default", UF_WIDE, UF_TORCH_XLOG1PY),       \
  UF_FORMULA("aten.special_xlog1py.self_scalar", UF_WIDE, UF_TORCH_XLOG1PY),   \
  UF_FORMULA("aten.special_xlog1py.other_scalar", UF_WIDE, UF_TORCH_XLOG1PY),  \
  UF_FORMULA("aten.log_sigmoid.default", UF_WIDE,                              \
             "minimum(self, 0) - log1p(exp(-abs(self)))")
#define UF_TORCH_XLOG1PY                                                       \
  "other != other ? nan : self == 0 ? 0 : self * log1p(other)"

#define UF_TORCH_NORMALS                                                       \
  UF_FORMULA("aten.special_ndtr.default", UF_WIDE, UF_TORCH_NDTR)
#define UF_TORCH_NDTR "(1 + erf(self / 1.4142135623730951)) * 0.5"

#define UF_TORCH_ROUNDS                                                        \
  UF_FORMULA("aten.round.decimals", UF_WIDE,                                   \
             "decimals = 0; s = pow(10, decimals); t = pow(10, -decimals);"    \
             "decimals < 0 ? round(self / t) * t : round(self * s) / s"),      \
  UF_FORMULA("_operator.round", UF_IN_F64, "round(number)")

#define UF_TORCH_TRUNCS                                                        \
  UF_FORMULA("aten.frac.default", UF_WIDE, "self - trunc(self)"),              \
  UF_FORMULA("math.trunc", UF_IN_F64, "trunc(x)")

#define UF_TORCH_SINES                                                         \
  UF_FORMULA("aten.sinc.default", UF_WIDE,                                     \
             "x = self * pi; self == 0 ? 1 : sin(x) / x")
// clang-format on

#endif // UF_OPS_TORCHMATH_H

//===-- TorchSpecial.h - ATen's special functions -----------------*- C -*-===//
//
// Import rules of functions that are sums and series of elementary ones. They
// are computed in f64 and have the digits of f32.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHSPECIAL_H
#define UF_OPS_TORCHSPECIAL_H

#include "Ops/Formula.h"

UfTorchRule ufTorchBessel;    ///< j, y, i and k of orders 0 and 1
UfTorchRule ufTorchZeta;      ///< special_zeta(self, other)
UfTorchRule ufTorchPolygamma; ///< polygamma(n, self), digamma(self)
UfTorchRule ufTorchGamma;     ///< lgamma(self), mvlgamma(self, p)
UfTorchRule ufTorchInverse;   ///< erfinv(self), special_ndtri(self)
UfTorchRule ufTorchNextAfter; ///< nextafter(self, other)

// clang-format off
#define UF_TORCH_SPECIAL(Name, Rule) {UF_TORCH, "aten." Name, 0, Rule}

/// Of the row cos.
#define UF_TORCH_WAVES                                                         \
  UF_TORCH_SPECIAL("special_bessel_j0.default", ufTorchBessel),                \
  UF_TORCH_SPECIAL("special_bessel_j1.default", ufTorchBessel),                \
  UF_TORCH_SPECIAL("special_bessel_y0.default", ufTorchBessel),                \
  UF_TORCH_SPECIAL("special_bessel_y1.default", ufTorchBessel),                \
  UF_FORMULA("aten.special_spherical_bessel_j0.default", UF_IN_F64,            \
             "abs(x) < 0.001 ? 1 - x * x / 6 : abs(x) == inf ? 0 : sin(x) / x")

/// Of the row exp.
#define UF_TORCH_EXPONENTIALS                                                  \
  UF_TORCH_SPECIAL("i0.default", ufTorchBessel),                               \
  UF_TORCH_SPECIAL("special_i0.default", ufTorchBessel),                       \
  UF_TORCH_SPECIAL("special_i0e.default", ufTorchBessel),                      \
  UF_TORCH_SPECIAL("special_i1.default", ufTorchBessel),                       \
  UF_TORCH_SPECIAL("special_i1e.default", ufTorchBessel),                      \
  UF_TORCH_SPECIAL("special_modified_bessel_i0.default", ufTorchBessel),       \
  UF_TORCH_SPECIAL("special_modified_bessel_i1.default", ufTorchBessel),       \
  UF_TORCH_SPECIAL("special_modified_bessel_k0.default", ufTorchBessel),       \
  UF_TORCH_SPECIAL("special_modified_bessel_k1.default", ufTorchBessel),       \
  UF_TORCH_SPECIAL("special_scaled_modified_bessel_k0.default", ufTorchBessel),\
  UF_TORCH_SPECIAL("special_scaled_modified_bessel_k1.default", ufTorchBessel)

/// Of the row log.
#define UF_TORCH_GAMMAS                                                        \
  UF_TORCH_SPECIAL("lgamma.default", ufTorchGamma),                            \
  UF_TORCH_SPECIAL("special_gammaln.default", ufTorchGamma),                   \
  UF_TORCH_SPECIAL("mvlgamma.default", ufTorchGamma),                          \
  UF_TORCH_SPECIAL("special_multigammaln.default", ufTorchGamma),              \
  UF_TORCH_SPECIAL("digamma.default", ufTorchPolygamma),                       \
  UF_TORCH_SPECIAL("special_digamma.default", ufTorchPolygamma),               \
  UF_TORCH_SPECIAL("special_psi.default", ufTorchPolygamma),                   \
  UF_TORCH_SPECIAL("polygamma.default", ufTorchPolygamma),                     \
  UF_TORCH_SPECIAL("special_polygamma.default", ufTorchPolygamma),             \
  UF_TORCH_SPECIAL("special_zeta.default", ufTorchZeta),                       \
  UF_TORCH_SPECIAL("special_zeta.self_scalar", ufTorchZeta),                   \
  UF_TORCH_SPECIAL("special_zeta.other_scalar", ufTorchZeta)

/// Of the row erfc.
#define UF_TORCH_ERRORS                                                        \
  UF_TORCH_SPECIAL("erfinv.default", ufTorchInverse),                          \
  UF_TORCH_SPECIAL("special_erfinv.default", ufTorchInverse),                  \
  UF_TORCH_SPECIAL("special_ndtri.default", ufTorchInverse),                   \
  UF_FORMULA("aten.special_erfcx.default", UF_IN_F64, UF_TORCH_ERFCX),         \
  UF_FORMULA("aten.special_log_ndtr.default", UF_IN_F64,                       \
             "x = self * -0.70710678118654752;"                                \
             "x < 0.7 ? log1p(-0.5 * erfc(-x)) : x < 5 ? log(0.5 * erfc(x)) : " \
             "log(0.5 / (x * 1.7724538509055160)) - x * x + log("              \
             UF_TORCH_TAIL ")")
/// The asymptotic series of e^(x^2) erfc(x) x sqrt(pi).
#define UF_TORCH_TAIL                                                          \
  "poly(1 / (2 * x * x), 1, -1, 3, -15, 105, -945, 10395)"
#define UF_TORCH_ERFCX                                                         \
  "x = self; x < 6 ? exp(x * x) * erfc(x) : x == inf ? 0 : "                   \
  UF_TORCH_TAIL " / (x * 1.7724538509055160)"
// clang-format on

#endif // UF_OPS_TORCHSPECIAL_H

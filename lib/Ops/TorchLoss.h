//===-- TorchLoss.h - ATen's losses -------------------------------*- C -*-===//
//
// Formulas of the losses that compare two tensors element by element.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHLOSS_H
#define UF_OPS_TORCHLOSS_H

#include "Ops/Formula.h"

// clang-format off
#define UF_TORCH_LOSS(Name, Text)                                              \
  UF_FORMULA("aten." Name ".default", UF_WIDE, Text)

#define UF_TORCH_LOSSES                                                        \
  UF_TORCH_LOSS("mse_loss", "d = self - target; reduced(d * d)"),              \
  UF_TORCH_LOSS("l1_loss", "reduced(abs(self - target))"),                     \
  UF_TORCH_LOSS("smooth_l1_loss",                                              \
                "beta = 1; d = abs(self - target);"                            \
                "reduced(d < beta ? 0.5 * d * d / beta : d - 0.5 * beta)"),    \
  UF_TORCH_LOSS("huber_loss",                                                  \
                "delta = 1; d = abs(self - target);"                           \
                "reduced(d <= delta ? 0.5 * d * d "                            \
                "                   : delta * (d - 0.5 * delta))"),            \
  UF_TORCH_LOSS("soft_margin_loss", "reduced(log1p(exp(-target * self)))"),    \
  UF_TORCH_LOSS("binary_cross_entropy",                                        \
                "l = (target - 1) * maximum(log1p(-self), -100)"               \
                "    - target * maximum(log(self), -100);"                     \
                "reduced(given(weight) ? l * weight : l)"),                    \
  UF_TORCH_LOSS("binary_cross_entropy_with_logits",                            \
                "s = minimum(self, 0) - log1p(exp(-abs(self)));"               \
                "p = given(pos_weight) ? (pos_weight - 1) * target + 1 : 1;"   \
                "l = (1 - target) * self - p * s;"                             \
                "reduced(given(weight) ? l * weight : l)"),                    \
  UF_TORCH_LOSS("kl_div",                                                      \
                "log_target = 0; reduced("                                     \
                "log_target ? exp(target) * (target - self) : "                \
                "(target == 0 ? 0 : target * log(target)) - target * self)")
// clang-format on

#endif // UF_OPS_TORCHLOSS_H

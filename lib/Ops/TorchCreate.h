//===-- TorchCreate.h - ATen's ways to make tensors ---------------*- C -*-===//
//
// Import rules of operators that make tensors from numbers, and of those that
// do nothing to values.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHCREATE_H
#define UF_OPS_TORCHCREATE_H

#include "Ops/Formula.h"

UfTorchRule ufTorchFill;    ///< full, zeros, ones, empty and their kin
UfTorchRule ufTorchArange;  ///< arange(start, end, step)
UfTorchRule ufTorchEye;     ///< eye(n, m)
UfTorchRule ufTorchIndices; ///< tril_indices, triu_indices(row, col, offset)
UfTorchRule ufTorchCopy;    ///< copy(self, src)
UfTorchRule ufTorchSize;    ///< sym_size(self, dim)
UfTorchRule ufTorchNothing; ///< Checks that were done while exporting.

// clang-format off
#define UF_TORCH_RULE(Name, Rule) {UF_TORCH, "aten." Name, 0, Rule}

#define UF_TORCH_CREATIONS                                                     \
  UF_TORCH_RULE("full.default", ufTorchFill),                                  \
  UF_TORCH_RULE("full_like.default", ufTorchFill),                             \
  UF_TORCH_RULE("new_full.default", ufTorchFill),                              \
  UF_TORCH_RULE("fill.Scalar", ufTorchFill),                                   \
  UF_TORCH_RULE("fill.Tensor", ufTorchFill),                                   \
  UF_TORCH_RULE("zero.default", ufTorchFill),                                  \
  UF_TORCH_RULE("zeros.default", ufTorchFill),                                 \
  UF_TORCH_RULE("zeros_like.default", ufTorchFill),                            \
  UF_TORCH_RULE("new_zeros.default", ufTorchFill),                             \
  UF_TORCH_RULE("ones.default", ufTorchFill),                                  \
  UF_TORCH_RULE("ones_like.default", ufTorchFill),                             \
  UF_TORCH_RULE("new_ones.default", ufTorchFill),                              \
  UF_TORCH_RULE("empty.memory_format", ufTorchFill),                           \
  UF_TORCH_RULE("empty_like.default", ufTorchFill),                            \
  UF_TORCH_RULE("empty_permuted.default", ufTorchFill),                        \
  UF_TORCH_RULE("empty_strided.default", ufTorchFill),                         \
  UF_TORCH_RULE("new_empty.default", ufTorchFill),                             \
  UF_TORCH_RULE("new_empty_strided.default", ufTorchFill),                     \
  UF_TORCH_RULE("arange.default", ufTorchArange),                              \
  UF_TORCH_RULE("arange.start", ufTorchArange),                                \
  UF_TORCH_RULE("arange.start_step", ufTorchArange),                           \
  UF_TORCH_RULE("eye.default", ufTorchEye),                                    \
  UF_TORCH_RULE("eye.m", ufTorchEye),                                          \
  UF_TORCH_RULE("tril_indices.default", ufTorchIndices),                       \
  UF_TORCH_RULE("triu_indices.default", ufTorchIndices),                       \
  UF_FORMULA("aten.linspace.default", UF_IN_F64, UF_TORCH_LINSPACE),           \
  UF_FORMULA("aten.linspace.Tensor_Tensor", UF_IN_F64, UF_TORCH_LINSPACE),     \
  UF_FORMULA("aten.linspace.Tensor_Scalar", UF_IN_F64, UF_TORCH_LINSPACE),     \
  UF_FORMULA("aten.linspace.Scalar_Tensor", UF_IN_F64, UF_TORCH_LINSPACE),     \
  UF_FORMULA("aten.logspace.default", UF_IN_F64, UF_TORCH_LOGSPACE),           \
  UF_FORMULA("aten.logspace.Tensor_Tensor", UF_IN_F64, UF_TORCH_LOGSPACE),     \
  UF_FORMULA("aten.logspace.Tensor_Scalar", UF_IN_F64, UF_TORCH_LOGSPACE),     \
  UF_FORMULA("aten.logspace.Scalar_Tensor", UF_IN_F64, UF_TORCH_LOGSPACE),     \
  UF_FORMULA("aten.scalar_tensor.default", UF_AS_IS, "s")
#define UF_TORCH_LINSPACE UF_TORCH_STEPS "x"
#define UF_TORCH_LOGSPACE "base = 10; " UF_TORCH_STEPS "pow(base, x)"
#define UF_TORCH_STEPS                                                         \
  "a = as_result(start); z = as_result(end);"                                  \
  "i = range(0, steps, 1); d = (z - a) / maximum(steps - 1, 1);"               \
  "x = steps == 1 || i < (steps - 1) / 2 ? a + i * d"                          \
  "                                      : z - (steps - 1 - i) * d;"

/// The rules of what has no tensors as results.
#define UF_TORCH_CHECKS                                                        \
  UF_TORCH_RULE("_assert_scalar.default", ufTorchNothing),                     \
  UF_TORCH_RULE("_assert_async.default", ufTorchNothing),                      \
  UF_TORCH_RULE("_assert_async.msg", ufTorchNothing),                          \
  UF_TORCH_RULE("_assert_tensor_metadata.default", ufTorchNothing),            \
  UF_TORCH_RULE("sym_constrain_range.default", ufTorchNothing),                \
  UF_TORCH_RULE("sym_constrain_range_for_size.default", ufTorchNothing),       \
  UF_TORCH_RULE("_print.default", ufTorchNothing),                             \
  {UF_TORCH, "torch._check", 0, ufTorchNothing},                               \
  {UF_TORCH, "torch._check_is_size", 0, ufTorchNothing}

#define UF_TORCH_COPIES                                                        \
  UF_TORCH_RULE("clone.default", ufTorchPass),                                 \
  UF_TORCH_RULE("detach.default", ufTorchPass),                                \
  UF_TORCH_RULE("alias.default", ufTorchPass),                                 \
  UF_TORCH_RULE("alias_copy.default", ufTorchPass),                            \
  UF_TORCH_RULE("contiguous.default", ufTorchPass),                            \
  UF_TORCH_RULE("positive.default", ufTorchPass),                              \
  UF_TORCH_RULE("lift_fresh.default", ufTorchPass),                            \
  UF_TORCH_RULE("lift_fresh_copy.default", ufTorchPass),                       \
  UF_TORCH_RULE("resolve_conj.default", ufTorchPass),                          \
  UF_TORCH_RULE("resolve_neg.default", ufTorchPass),                           \
  UF_TORCH_RULE("conj.default", ufTorchPass),                                  \
  UF_TORCH_RULE("_conj.default", ufTorchPass),                                 \
  UF_TORCH_RULE("conj_physical.default", ufTorchPass),                         \
  UF_TORCH_RULE("real.default", ufTorchPass),                                  \
  UF_TORCH_RULE("copy.default", ufTorchCopy)
// clang-format on

#endif // UF_OPS_TORCHCREATE_H

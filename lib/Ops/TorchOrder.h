//===-- TorchOrder.h - ATen's operators of order and sequence -----*- C -*-===//
//
// Import rules of the rows in TopK.c and Cumulative.c: sorting, choosing by
// rank, and what goes through elements one after the other.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHORDER_H
#define UF_OPS_TORCHORDER_H

#include "Ops/Torch.h"

UfTorchRule ufTorchTopk;       ///< topk(self, k, dim, largest)
UfTorchRule ufTorchSort;       ///< sort(self, dim, descending)
UfTorchRule ufTorchArgsort;    ///< argsort(self, dim, descending)
UfTorchRule ufTorchMsort;      ///< msort(self)
UfTorchRule ufTorchKthValue;   ///< kthvalue(self, k, dim, keepdim)
UfTorchRule ufTorchMedian;     ///< median(self), (self, dim, keepdim)
UfTorchRule ufTorchNanMedian;  ///< nanmedian, as median
UfTorchRule ufTorchMode;       ///< mode(self, dim, keepdim)
UfTorchRule ufTorchUnique;     ///< _unique2(self, sorted, return_inverse, ...)
UfTorchRule ufTorchUniqueRuns; ///< unique_consecutive(self, return_inverse, ..)
UfTorchRule ufTorchCumSum;     ///< cumsum(self, dim, dtype)
UfTorchRule ufTorchCumProd;    ///< cumprod(self, dim, dtype)
UfTorchRule ufTorchCumMax;     ///< cummax(self, dim)
UfTorchRule ufTorchCumMin;     ///< cummin(self, dim)
UfTorchRule ufTorchLogCumSumExp;     ///< logcumsumexp(self, dim)
UfTorchRule ufTorchRepeatInterleave; ///< repeat_interleave(repeats)
UfTorchRule ufTorchRepeatByNumbers;  ///< repeat_interleave(self, repeats, dim)
UfTorchRule ufTorchSearchSorted;     ///< searchsorted(sorted_sequence, self)
UfTorchRule ufTorchBucketize;        ///< bucketize(self, boundaries)
UfTorchRule ufTorchBincount;         ///< bincount(self, weights, minlength)
UfTorchRule ufTorchHistc;            ///< histc(self, bins, min, max)
UfTorchRule ufTorchOneHot;           ///< one_hot(self, num_classes)
UfTorchRule ufTorchTril;             ///< tril(self, diagonal)
UfTorchRule ufTorchTriu;             ///< triu(self, diagonal)
UfTorchRule ufTorchEmbeddingBag;     ///< embedding_bag(weight, indices, ...)
UfTorchRule ufTorchEmbeddingRenorm;  ///< embedding_renorm(self, indices, ...)
UfTorchRule ufTorchColumnsToImage;   ///< col2im(self, output_size, ...)
UfTorchRule ufTorchNonzeroStatic;    ///< nonzero_static(self, size, fill_value)

/// The row cumulative.
MlirValue ufTorchCumulate(UfBuilder *b, MlirValue x, int axis,
                          const char *kind);

/// For each of 0, 1, ..., count - 1, how many of `places`, which are from 0 to
/// count, are not behind it. `count` has rank 0 and type i64.
MlirValue ufTorchCountUpTo(UfBuilder *b, MlirValue places, MlirValue count);

// clang-format off
#define UF_TORCH_TOPKS                                                         \
  {UF_TORCH, "aten.topk.default", 0, ufTorchTopk},                             \
  {UF_TORCH, "aten.sort.default", 0, ufTorchSort},                             \
  {UF_TORCH, "aten.sort.stable", 0, ufTorchSort},                              \
  {UF_TORCH, "aten.argsort.default", 0, ufTorchArgsort},                       \
  {UF_TORCH, "aten.argsort.stable", 0, ufTorchArgsort},                        \
  {UF_TORCH, "aten.msort.default", 0, ufTorchMsort},                           \
  {UF_TORCH, "aten.kthvalue.default", 0, ufTorchKthValue},                     \
  {UF_TORCH, "aten.median.default", 0, ufTorchMedian},                         \
  {UF_TORCH, "aten.median.dim", 0, ufTorchMedian},                             \
  {UF_TORCH, "aten.nanmedian.default", 0, ufTorchNanMedian},                   \
  {UF_TORCH, "aten.nanmedian.dim", 0, ufTorchNanMedian},                       \
  {UF_TORCH, "aten.mode.default", 0, ufTorchMode},                             \
  {UF_TORCH, "aten._unique2.default", 0, ufTorchUnique},                       \
  {UF_TORCH, "aten.unique_consecutive.default", 0, ufTorchUniqueRuns}

#define UF_TORCH_CUMULATIVES                                                   \
  {UF_TORCH, "aten.cumsum.default", 0, ufTorchCumSum},                         \
  {UF_TORCH, "aten.cumprod.default", 0, ufTorchCumProd},                       \
  {UF_TORCH, "aten.cummax.default", 0, ufTorchCumMax},                         \
  {UF_TORCH, "aten.cummin.default", 0, ufTorchCumMin},                         \
  {UF_TORCH, "aten.logcumsumexp.default", 0, ufTorchLogCumSumExp},             \
  {UF_TORCH, "aten.repeat_interleave.Tensor", 0, ufTorchRepeatInterleave},     \
  {UF_TORCH, "aten.repeat_interleave.self_Tensor", 0, ufTorchRepeatByNumbers}, \
  {UF_TORCH, "aten.searchsorted.Tensor", 0, ufTorchSearchSorted},              \
  {UF_TORCH, "aten.searchsorted.Scalar", 0, ufTorchSearchSorted},              \
  {UF_TORCH, "aten.bucketize.Tensor", 0, ufTorchBucketize},                    \
  {UF_TORCH, "aten.bucketize.Scalar", 0, ufTorchBucketize}

#define UF_TORCH_COUNTS                                                        \
  {UF_TORCH, "aten.bincount.default", 0, ufTorchBincount},                     \
  {UF_TORCH, "aten.histc.default", 0, ufTorchHistc},                           \
  {UF_TORCH, "aten.embedding_bag.default", 0, ufTorchEmbeddingBag},            \
  {UF_TORCH, "aten.embedding_bag.padding_idx", 0, ufTorchEmbeddingBag},        \
  {UF_TORCH, "aten.embedding_renorm.default", 0, ufTorchEmbeddingRenorm},      \
  {UF_TORCH, "aten._embedding_bag.default", 0, ufTorchEmbeddingBag},           \
  {UF_TORCH, "aten._embedding_bag_forward_only.default", 0, ufTorchEmbeddingBag}

#define UF_TORCH_ONE_HOTS                                                      \
  {UF_TORCH, "aten.one_hot.default", 0, ufTorchOneHot}

#define UF_TORCH_TRIANGLES                                                     \
  {UF_TORCH, "aten.tril.default", 0, ufTorchTril},                             \
  {UF_TORCH, "aten.triu.default", 0, ufTorchTriu}

#define UF_TORCH_FOLDS                                                         \
  {UF_TORCH, "aten.col2im.default", 0, ufTorchColumnsToImage}
// clang-format on

#endif // UF_OPS_TORCHORDER_H

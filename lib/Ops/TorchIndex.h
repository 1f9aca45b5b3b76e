//===-- TorchIndex.h - ATen's operators with computed indices -----*- C -*-===//
//
// Import rules of the rows in Gather.c, Scatter.c and NonZero.c.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHINDEX_H
#define UF_OPS_TORCHINDEX_H

#include "Ops/Torch.h"

UfTorchRule ufTorchIndex;    ///< index(self, indices)
UfTorchRule ufTorchIndexPut; ///< index_put(self, indices, values, accumulate)
UfTorchRule ufTorchIndexSelect;    ///< index_select(self, dim, index)
UfTorchRule ufTorchGather;         ///< gather(self, dim, index)
UfTorchRule ufTorchTake;           ///< take(self, index)
UfTorchRule ufTorchEmbedding;      ///< embedding(weight, indices)
UfTorchRule ufTorchUnfold;         ///< unfold(self, dimension, size, step)
UfTorchRule ufTorchImageToColumns; ///< im2col(self, kernel_size, ...)
UfTorchRule ufTorchAsStrided;      ///< as_strided(self, size, stride, ...)
UfTorchRule ufTorchScatter;        ///< scatter(self, dim, index, src or value)
UfTorchRule ufTorchScatterAdd;     ///< scatter_add(self, dim, index, src)
UfTorchRule ufTorchScatterReduce; ///< scatter_reduce(self, dim, index, src, ..)
UfTorchRule ufTorchIndexAdd;      ///< index_add(self, dim, index, source)
UfTorchRule ufTorchIndexCopy;     ///< index_copy(self, dim, index, source)
UfTorchRule ufTorchIndexFill;     ///< index_fill(self, dim, index, value)
UfTorchRule ufTorchIndexReduce; ///< index_reduce(self, dim, index, source, ..)
UfTorchRule ufTorchPut;         ///< put(self, index, source, accumulate)
UfTorchRule
    ufTorchAsStridedScatter; ///< as_strided_scatter(self, src, size, ..)
UfTorchRule ufTorchReplicatePadBackward;  ///< (grad_output, self, padding)
UfTorchRule ufTorchMaskedScatterBackward; ///< (grad_output, mask, sizes)
UfTorchRule ufTorchNonzero;               ///< nonzero(self)
UfTorchRule ufTorchMaskedSelect;          ///< masked_select(self, mask)
UfTorchRule ufTorchMaskedScatter; ///< masked_scatter(self, mask, source)

/// The places of what is true in `mask`: [rank, count].
MlirValue ufTorchPlaces(UfBuilder *b, MlirValue mask);

/// For operators that take size, stride and storage_offset: where the elements
/// are in the first input as a list; null after an error was reported.
MlirValue ufTorchStridedIndex(UfBuilder *b, const UfNode *node);

/// `x` with what is at `index` along `axis` combined with `src`, which may be
/// larger than `index` and is then cut. `reduction` is that of the row.
MlirValue ufTorchScatterInto(UfBuilder *b, MlirValue x, MlirValue index,
                             MlirValue src, int axis, const char *reduction);

// clang-format off
#define UF_TORCH_GATHERS                                                       \
  {UF_TORCH, "aten.index.Tensor", 0, ufTorchIndex},                            \
  {UF_TORCH, "aten._unsafe_index.Tensor", 0, ufTorchIndex},                    \
  {UF_TORCH, "aten.index_select.default", 0, ufTorchIndexSelect},              \
  {UF_TORCH, "aten.take.default", 0, ufTorchTake},                             \
  {UF_TORCH, "aten.embedding.default", 0, ufTorchEmbedding},                   \
  {UF_TORCH, "aten.unfold.default", 0, ufTorchUnfold},                         \
  {UF_TORCH, "aten.im2col.default", 0, ufTorchImageToColumns},                 \
  {UF_TORCH, "aten.unfold_copy.default", 0, ufTorchUnfold},                    \
  {UF_TORCH, "aten.as_strided.default", 0, ufTorchAsStrided},                  \
  {UF_TORCH, "aten.as_strided_copy.default", 0, ufTorchAsStrided}

#define UF_TORCH_GATHER_ELEMENTS                                               \
  {UF_TORCH, "aten.gather.default", 0, ufTorchGather}

#define UF_TORCH_SCATTER_ELEMENTS                                              \
  {UF_TORCH, "aten.scatter.src", 0, ufTorchScatter},                           \
  {UF_TORCH, "aten.scatter.value", 0, ufTorchScatter},                         \
  {UF_TORCH, "aten.scatter.reduce", 0, ufTorchScatter},                        \
  {UF_TORCH, "aten.scatter.value_reduce", 0, ufTorchScatter},                  \
  {UF_TORCH, "aten.scatter_add.default", 0, ufTorchScatterAdd},                \
  {UF_TORCH, "aten.scatter_reduce.two", 0, ufTorchScatterReduce},              \
  {UF_TORCH, "aten.index_add.default", 0, ufTorchIndexAdd},                    \
  {UF_TORCH, "aten.index_copy.default", 0, ufTorchIndexCopy},                  \
  {UF_TORCH, "aten.index_fill.int_Scalar", 0, ufTorchIndexFill},               \
  {UF_TORCH, "aten.index_fill.int_Tensor", 0, ufTorchIndexFill},               \
  {UF_TORCH, "aten.index_reduce.default", 0, ufTorchIndexReduce},              \
  {UF_TORCH, "aten.put.default", 0, ufTorchPut},                               \
  {UF_TORCH, "aten.as_strided_scatter.default", 0, ufTorchAsStridedScatter},   \
  {UF_TORCH, "aten.replication_pad1d_backward.default", 0,                     \
   ufTorchReplicatePadBackward},                                               \
  {UF_TORCH, "aten.replication_pad2d_backward.default", 0,                     \
   ufTorchReplicatePadBackward},                                               \
  {UF_TORCH, "aten.replication_pad3d_backward.default", 0,                     \
   ufTorchReplicatePadBackward}

#define UF_TORCH_SCATTER_NDS                                                   \
  {UF_TORCH, "aten.index_put.default", 0, ufTorchIndexPut},                    \
  {UF_TORCH, "aten._unsafe_index_put.default", 0, ufTorchIndexPut},            \
  {UF_TORCH, "aten._index_put_impl.default", 0, ufTorchIndexPut}

#define UF_TORCH_NONZEROS                                                      \
  {UF_TORCH, "aten.nonzero.default", 0, ufTorchNonzero},                       \
  {UF_TORCH, "aten.masked_select.default", 0, ufTorchMaskedSelect},            \
  {UF_TORCH, "aten.masked_scatter.default", 0, ufTorchMaskedScatter},          \
  {UF_TORCH, "aten.masked_scatter_backward.default", 0,                        \
   ufTorchMaskedScatterBackward}
// clang-format on

#endif // UF_OPS_TORCHINDEX_H

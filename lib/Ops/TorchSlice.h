//===-- TorchSlice.h - ATen's operators that cut and join ---------*- C -*-===//
//
// Import rules of the rows in Slice.c, Concat.c and Pad.c.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHSLICE_H
#define UF_OPS_TORCHSLICE_H

#include "Ops/Torch.h"

UfTorchRule ufTorchSlice;         ///< slice(self, dim, start, end, step)
UfTorchRule ufTorchSelect;        ///< select(self, dim, index)
UfTorchRule ufTorchNarrow;        ///< narrow(self, dim, start, length)
UfTorchRule ufTorchDiagonal;      ///< diagonal(self, offset, dim1, dim2)
UfTorchRule ufTorchFlip;          ///< flip(self, dims)
UfTorchRule ufTorchFlipFirst;     ///< flipud(self)
UfTorchRule ufTorchFlipSecond;    ///< fliplr(self)
UfTorchRule ufTorchRoll;          ///< roll(self, shifts, dims)
UfTorchRule ufTorchRot90;         ///< rot90(self, k, dims)
UfTorchRule ufTorchDiff;          ///< diff(self, n, dim, prepend, append)
UfTorchRule ufTorchUnbind;        ///< unbind(self, dim)
UfTorchRule ufTorchSplit;         ///< split(self, split_size, dim)
UfTorchRule ufTorchSplitSizes;    ///< split_with_sizes(self, split_sizes, dim)
UfTorchRule ufTorchChunk;         ///< chunk(self, chunks, dim)
UfTorchRule ufTorchTensorSplit;   ///< tensor_split(self, sections, dim)
UfTorchRule ufTorchCat;           ///< cat(tensors, dim)
UfTorchRule ufTorchStack;         ///< stack(tensors, dim)
UfTorchRule ufTorchSliceScatter;  ///< slice_scatter(self, src, dim, start, ...)
UfTorchRule ufTorchSelectScatter; ///< select_scatter(self, src, dim, index)
UfTorchRule ufTorchDiagonalScatter; ///< diagonal_scatter(self, src, offset, ..)
UfTorchRule ufTorchConstantPad;     ///< constant_pad_nd(self, pad, value)
UfTorchRule ufTorchPad;             ///< pad(self, pad, mode, value)
UfTorchRule ufTorchReflectPad;      ///< reflection_pad2d(self, padding)
UfTorchRule ufTorchReplicatePad;    ///< replication_pad2d(self, padding)
UfTorchRule ufTorchCircularPad;     ///< _pad_circular(self, pad)

// clang-format off
#define UF_TORCH_SLICES                                                        \
  {UF_TORCH, "aten.slice.Tensor", 0, ufTorchSlice},                            \
  {UF_TORCH, "aten.slice_copy.Tensor", 0, ufTorchSlice},                       \
  {UF_TORCH, "aten.select.int", 0, ufTorchSelect},                             \
  {UF_TORCH, "aten.select_copy.int", 0, ufTorchSelect},                        \
  {UF_TORCH, "aten.narrow.default", 0, ufTorchNarrow},                         \
  {UF_TORCH, "aten.narrow.Tensor", 0, ufTorchNarrow},                          \
  {UF_TORCH, "aten.narrow_copy.default", 0, ufTorchNarrow},                    \
  {UF_TORCH, "aten.unbind.int", 0, ufTorchUnbind},                             \
  {UF_TORCH, "aten.unbind_copy.int", 0, ufTorchUnbind},                        \
  {UF_TORCH, "aten.diagonal.default", 0, ufTorchDiagonal},                     \
  {UF_TORCH, "aten.diagonal_copy.default", 0, ufTorchDiagonal},                \
  {UF_TORCH, "aten.diff.default", 0, ufTorchDiff}

#define UF_TORCH_REVERSES                                                      \
  {UF_TORCH, "aten.flip.default", 0, ufTorchFlip},                             \
  {UF_TORCH, "aten.flipud.default", 0, ufTorchFlipFirst},                      \
  {UF_TORCH, "aten.fliplr.default", 0, ufTorchFlipSecond},                     \
  {UF_TORCH, "aten.rot90.default", 0, ufTorchRot90}

#define UF_TORCH_CONCATS                                                       \
  {UF_TORCH, "aten.cat.default", 0, ufTorchCat},                               \
  {UF_TORCH, "aten.concat.default", 0, ufTorchCat},                            \
  {UF_TORCH, "aten.concatenate.default", 0, ufTorchCat},                       \
  {UF_TORCH, "aten.roll.default", 0, ufTorchRoll},                             \
  {UF_TORCH, "aten.slice_scatter.default", 0, ufTorchSliceScatter},            \
  {UF_TORCH, "aten.select_scatter.default", 0, ufTorchSelectScatter},          \
  {UF_TORCH, "aten.diagonal_scatter.default", 0, ufTorchDiagonalScatter}

#define UF_TORCH_STACKS                                                        \
  {UF_TORCH, "aten.stack.default", 0, ufTorchStack}

#define UF_TORCH_SPLITS                                                        \
  {UF_TORCH, "aten.split.Tensor", 0, ufTorchSplit},                            \
  {UF_TORCH, "aten.split_copy.Tensor", 0, ufTorchSplit},                       \
  {UF_TORCH, "aten.unsafe_split.Tensor", 0, ufTorchSplit},                     \
  {UF_TORCH, "aten.split.sizes", 0, ufTorchSplitSizes},                        \
  {UF_TORCH, "aten.split_with_sizes.default", 0, ufTorchSplitSizes},           \
  {UF_TORCH, "aten.split_with_sizes_copy.default", 0, ufTorchSplitSizes},      \
  {UF_TORCH, "aten.unsafe_split_with_sizes.default", 0, ufTorchSplitSizes},    \
  {UF_TORCH, "aten.chunk.default", 0, ufTorchChunk},                           \
  {UF_TORCH, "aten.unsafe_chunk.default", 0, ufTorchChunk},                    \
  {UF_TORCH, "aten.tensor_split.sections", 0, ufTorchTensorSplit},             \
  {UF_TORCH, "aten.tensor_split.indices", 0, ufTorchTensorSplit}

#define UF_TORCH_PADS                                                          \
  {UF_TORCH, "aten.constant_pad_nd.default", 0, ufTorchConstantPad},           \
  {UF_TORCH, "aten.pad.default", 0, ufTorchPad},                               \
  {UF_TORCH, "aten.reflection_pad1d.default", 0, ufTorchReflectPad},           \
  {UF_TORCH, "aten.reflection_pad2d.default", 0, ufTorchReflectPad},           \
  {UF_TORCH, "aten.reflection_pad3d.default", 0, ufTorchReflectPad},           \
  {UF_TORCH, "aten.replication_pad1d.default", 0, ufTorchReplicatePad},        \
  {UF_TORCH, "aten.replication_pad2d.default", 0, ufTorchReplicatePad},        \
  {UF_TORCH, "aten.replication_pad3d.default", 0, ufTorchReplicatePad},        \
  {UF_TORCH, "aten._pad_circular.default", 0, ufTorchCircularPad}
// clang-format on

#endif // UF_OPS_TORCHSLICE_H

//===-- TorchShape.h - ATen's operators on shapes -----------------*- C -*-===//
//
// Import rules of the rows in Reshape.c, Shape.c and Transpose.c.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHSHAPE_H
#define UF_OPS_TORCHSHAPE_H

#include "Ops/Torch.h"

/// Argument `name`, or else `fallback`, as a dimension counted from the front
/// of a tensor of `rank`, where a scalar counts as rank 1. Reports others.
bool ufTorchAxis(const UfNode *node, const char *name, int64_t fallback,
                 int rank, int *axis);

/// Element `i` of a list, of rank 0 and type i64.
MlirValue ufTorchIntAt(UfBuilder *b, const UfTorchInts *ints, int i);

UfTorchRule ufTorchView;           ///< view(self, size)
UfTorchRule ufTorchReshape;        ///< reshape(self, shape)
UfTorchRule ufTorchReshapeAs;      ///< view_as, reshape_as(self, other)
UfTorchRule ufTorchSetSize;        ///< resize(self, size)
UfTorchRule ufTorchRavel;          ///< ravel(self)
UfTorchRule ufTorchFlatten;        ///< flatten(self, start_dim, end_dim)
UfTorchRule ufTorchUnflatten;      ///< unflatten(self, dim, sizes)
UfTorchRule ufTorchSqueeze;        ///< squeeze(self), (self, dim)
UfTorchRule ufTorchUnsqueeze;      ///< unsqueeze(self, dim)
UfTorchRule ufTorchExpand;         ///< expand, broadcast_to(self, size)
UfTorchRule ufTorchExpandAs;       ///< expand_as(self, other)
UfTorchRule ufTorchRepeat;         ///< repeat(self, repeats)
UfTorchRule ufTorchRepeatEach;     ///< repeat_interleave(self, repeats, dim)
UfTorchRule ufTorchMeshgrid;       ///< meshgrid(tensors, indexing)
UfTorchRule ufTorchTile;           ///< tile(self, dims)
UfTorchRule ufTorchPermute;        ///< permute(self, dims)
UfTorchRule ufTorchTranspose;      ///< transpose(self, dim0, dim1)
UfTorchRule ufTorchTransposeT;     ///< t(self), mT(self): the last two, if any
UfTorchRule ufTorchReverseDims;    ///< numpy_T(self)
UfTorchRule ufTorchSwapAxes;       ///< swapaxes(self, axis0, axis1)
UfTorchRule ufTorchMoveDim;        ///< movedim(self, source, destination)
UfTorchRule ufTorchPixelShuffle;   ///< pixel_shuffle(self, upscale_factor)
UfTorchRule ufTorchPixelUnshuffle; ///< pixel_unshuffle(self, downscale_factor)
UfTorchRule ufTorchChannelShuffle; ///< channel_shuffle(self, groups)

// clang-format off
#define UF_TORCH_RESHAPES                                                      \
  {UF_TORCH, "aten.view.default", 0, ufTorchView},                             \
  {UF_TORCH, "aten._unsafe_view.default", 0, ufTorchView},                     \
  {UF_TORCH, "aten.view_copy.default", 0, ufTorchView},                        \
  {UF_TORCH, "aten._reshape_alias.default", 0, ufTorchView},                   \
  {UF_TORCH, "aten.reshape.default", 0, ufTorchReshape},                       \
  {UF_TORCH, "aten.view_as.default", 0, ufTorchReshapeAs},                     \
  {UF_TORCH, "aten.reshape_as.default", 0, ufTorchReshapeAs},                  \
  {UF_TORCH, "aten.resize.default", 0, ufTorchSetSize},                         \
  {UF_TORCH, "aten.ravel.default", 0, ufTorchRavel},                           \
  {UF_TORCH, "aten.unflatten.int", 0, ufTorchUnflatten}

#define UF_TORCH_FLATS                                                         \
  {UF_TORCH, "aten.flatten.using_ints", 0, ufTorchFlatten}

#define UF_TORCH_SQUEEZES                                                      \
  {UF_TORCH, "aten.squeeze.default", 0, ufTorchSqueeze},                       \
  {UF_TORCH, "aten.squeeze.dim", 0, ufTorchSqueeze},                           \
  {UF_TORCH, "aten.squeeze.dims", 0, ufTorchSqueeze},                          \
  {UF_TORCH, "aten.squeeze_copy.default", 0, ufTorchSqueeze},                  \
  {UF_TORCH, "aten.squeeze_copy.dim", 0, ufTorchSqueeze},                      \
  {UF_TORCH, "aten.squeeze_copy.dims", 0, ufTorchSqueeze}

#define UF_TORCH_UNSQUEEZES                                                    \
  {UF_TORCH, "aten.unsqueeze.default", 0, ufTorchUnsqueeze},                   \
  {UF_TORCH, "aten.unsqueeze_copy.default", 0, ufTorchUnsqueeze}

#define UF_TORCH_EXPANDS                                                       \
  {UF_TORCH, "aten.expand.default", 0, ufTorchExpand},                         \
  {UF_TORCH, "aten.meshgrid.default", 0, ufTorchMeshgrid},                     \
  {UF_TORCH, "aten.meshgrid.indexing", 0, ufTorchMeshgrid},                    \
  {UF_TORCH, "aten.expand_copy.default", 0, ufTorchExpand},                    \
  {UF_TORCH, "aten.broadcast_to.default", 0, ufTorchExpand},                   \
  {UF_TORCH, "aten.expand_as.default", 0, ufTorchExpandAs}

#define UF_TORCH_TILES                                                         \
  {UF_TORCH, "aten.repeat.default", 0, ufTorchRepeat},                         \
  {UF_TORCH, "aten.repeat_interleave.self_int", 0, ufTorchRepeatEach},         \
  {UF_TORCH, "aten.tile.default", 0, ufTorchTile}

#define UF_TORCH_TRANSPOSES                                                    \
  {UF_TORCH, "aten.permute.default", 0, ufTorchPermute},                       \
  {UF_TORCH, "aten.permute_copy.default", 0, ufTorchPermute},                  \
  {UF_TORCH, "aten.transpose.int", 0, ufTorchTranspose},                       \
  {UF_TORCH, "aten.transpose_copy.int", 0, ufTorchTranspose},                  \
  {UF_TORCH, "aten.swapdims.default", 0, ufTorchTranspose},                    \
  {UF_TORCH, "aten.swapaxes.default", 0, ufTorchSwapAxes},                     \
  {UF_TORCH, "aten.t.default", 0, ufTorchTransposeT},                          \
  {UF_TORCH, "aten.t_copy.default", 0, ufTorchTransposeT},                     \
  {UF_TORCH, "aten.mT.default", 0, ufTorchTransposeT},                         \
  {UF_TORCH, "aten.mH.default", 0, ufTorchTransposeT},                         \
  {UF_TORCH, "aten.adjoint.default", 0, ufTorchTransposeT},                    \
  {UF_TORCH, "aten.numpy_T.default", 0, ufTorchReverseDims},                   \
  {UF_TORCH, "aten.movedim.int", 0, ufTorchMoveDim},                           \
  {UF_TORCH, "aten.movedim.intlist", 0, ufTorchMoveDim},                       \
  {UF_TORCH, "aten.channel_shuffle.default", 0, ufTorchChannelShuffle}

#define UF_TORCH_PIXEL_SHUFFLES                                                \
  {UF_TORCH, "aten.pixel_shuffle.default", 0, ufTorchPixelShuffle}

#define UF_TORCH_PIXEL_UNSHUFFLES                                              \
  {UF_TORCH, "aten.pixel_unshuffle.default", 0, ufTorchPixelUnshuffle}
// clang-format on

#endif // UF_OPS_TORCHSHAPE_H

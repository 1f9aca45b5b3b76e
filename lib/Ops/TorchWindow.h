//===-- TorchWindow.h - Import rules for convolutions and pools ---*- C -*-===//

#ifndef UF_OPS_TORCHWINDOW_H
#define UF_OPS_TORCHWINDOW_H

#include "Ops/Torch.h"
#include "Ops/Window.h"

/// Reads list `name` of one number for each of `count` dimensions, or of one
/// for all; `fallback` where it is left out. A negative fallback: required.
MlirLogicalResult ufTorchSpatial(const UfNode *node, const char *name,
                                 int count, int64_t fallback, int64_t *out);

/// The number of spatial dimensions in a name such as "aten.conv2d.default"; 0
/// when it has none.
int ufTorchSpatialRank(const UfNode *node);

/// `padding` as the rows have it: before, then after each dimension.
MlirAttribute ufTorchPadding(const UfBuilder *b, int rank,
                             const int64_t *padding);

/// convolution, conv1d, conv2d, conv3d.
UfTorchRule ufTorchConvolution;
/// conv_transpose1d, conv_transpose2d, conv_transpose3d.
UfTorchRule ufTorchConvTranspose;

/// max_pool1d, 2d, 3d, also with indices.
UfTorchRule ufTorchMaxPool;
UfTorchRule ufTorchAveragePool;
UfTorchRule ufTorchMaxUnpool;
UfTorchRule ufTorchAdaptiveAverage;
/// The gradient, whose windows overlap as those of the average do.
UfTorchRule ufTorchAdaptiveAverageBackward;
UfTorchRule ufTorchAdaptiveMax;

#endif // UF_OPS_TORCHWINDOW_H

//===-- TorchResize.h - Import rules for resampled images ---------*- C -*-===//

#ifndef UF_OPS_TORCHRESIZE_H
#define UF_OPS_TORCHRESIZE_H

#include "Ops/Torch.h"

/// upsample_nearest, linear, bilinear, trilinear and bicubic, by the operator's
/// name, with sizes or with factors.
UfTorchRule ufTorchResize;
/// grid_sampler, grid_sampler_2d, grid_sampler_3d.
UfTorchRule ufTorchGridSample;
/// affine_grid_generator.
UfTorchRule ufTorchAffineGrid;
/// torchvision's roi_align and deform_conv2d.
UfTorchRule ufTorchRoiAlign;
UfTorchRule ufTorchDeformConvolution;

#endif // UF_OPS_TORCHRESIZE_H

//===-- TorchBackward.h - Import rules for gradients --------------*- C -*-===//
//
// Gradients of windows that torch has operators for. Those of other operators
// are taken apart before they come here.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCHBACKWARD_H
#define UF_OPS_TORCHBACKWARD_H

#include "Ops/Torch.h"

UfTorchRule ufTorchConvolutionBackward;
/// max_pool2d_with_indices_backward and its like in three dimensions.
UfTorchRule ufTorchMaxPoolBackward;
UfTorchRule ufTorchAveragePoolBackward;

#endif // UF_OPS_TORCHBACKWARD_H

//===-- TorchAttention.h - Import rules for ATen's attention ------*- C -*-===//

#ifndef UF_OPS_TORCHATTENTION_H
#define UF_OPS_TORCHATTENTION_H

#include "Ops/Torch.h"

/// scaled_dot_product_attention, and its form for the CPU that also gives the
/// logarithms of the sums that the softmax divides by.
UfTorchRule ufTorchAttention;
/// The gradients of query, key and value.
UfTorchRule ufTorchAttentionBackward;

#endif // UF_OPS_TORCHATTENTION_H

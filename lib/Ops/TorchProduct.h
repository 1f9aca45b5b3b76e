//===-- TorchProduct.h - Import rules for ATen's products ---------*- C -*-===//

#ifndef UF_OPS_TORCHPRODUCT_H
#define UF_OPS_TORCHPRODUCT_H

#include "Ops/Torch.h"

/// mm, bmm, mv, dot, matmul: the product of the first two arguments.
UfTorchRule ufTorchMatmul;
UfTorchRule ufTorchOuter;
UfTorchRule ufTorchLinear;
/// addmm, baddbmm, addmv: beta * self + alpha * product.
UfTorchRule ufTorchAddProduct;
/// addbmm: the same with the sum of the products of a batch.
UfTorchRule ufTorchAddSumProduct;
/// addr: the same with the outer product of two vectors.
UfTorchRule ufTorchAddOuter;
UfTorchRule ufTorchEinsum;
/// grouped_mm(input, weight, offs): rows up to offs[i] times weight[i], as
/// mixtures of experts have it.
UfTorchRule ufTorchGroupedMatmul;
/// _trilinear: a product of three tensors with dimensions added, summed.
UfTorchRule ufTorchTrilinear;

#endif // UF_OPS_TORCHPRODUCT_H

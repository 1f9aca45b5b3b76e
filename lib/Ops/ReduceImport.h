//===-- ReduceImport.h - How other frameworks reduce ------------*- C -*-===//

#ifndef UF_OPS_REDUCEIMPORT_H
#define UF_OPS_REDUCEIMPORT_H

#include "Ops/Torch.h"

/// ONNX Reduce*: axes are an attribute, or an input since 13 (ReduceSum) and
/// 18.
MlirLogicalResult ufOnnxReduce(UfBuilder *b, const UfNode *node,
                               MlirValue *results);

/// The row reduces `self` over `dim`, in the type of the result.
UfTorchRule ufTorchReduce;
/// The same over truth values; some overloads take no dims to mean none.
UfTorchRule ufTorchReduceBool;
/// max.dim, min.dim: the row's result, and where it was found.
UfTorchRule ufTorchExtreme;
/// argmax, argmin: over everything when there is no `dim`.
UfTorchRule ufTorchArgExtreme;
/// aminmax: the smallest and the largest.
UfTorchRule ufTorchMinMax;
/// var, std, var_mean, std_mean.
UfTorchRule ufTorchVariance;
/// linalg_vector_norm, norm.
UfTorchRule ufTorchNorm;
/// cdist, _cdist_forward: the norms of the differences of all pairs of rows.
UfTorchRule ufTorchDistances;
/// _pdist_forward: those of each row with the ones behind it.
UfTorchRule ufTorchDistancesBehind;
UfTorchRule ufTorchNanMean;
UfTorchRule ufTorchNanSum;
UfTorchRule ufTorchCountNonzero;

#endif // UF_OPS_REDUCEIMPORT_H

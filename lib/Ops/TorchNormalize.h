//===-- TorchNormalize.h - Import rules for normalisations --------*- C -*-===//

#ifndef UF_OPS_TORCHNORMALIZE_H
#define UF_OPS_TORCHNORMALIZE_H

#include "Ops/Torch.h"

/// batch_norm and its forms that give statistics, by the operator's name.
UfTorchRule ufTorchBatchNorm;
/// layer_norm, native_layer_norm.
UfTorchRule ufTorchLayerNorm;
/// rms_norm, _fused_rms_norm.
UfTorchRule ufTorchRmsNorm;
/// group_norm, native_group_norm.
UfTorchRule ufTorchGroupNorm;
UfTorchRule ufTorchInstanceNorm;
/// softmax, _softmax, log_softmax, _log_softmax, _safe_softmax.
UfTorchRule ufTorchSoftmax;

#endif // UF_OPS_TORCHNORMALIZE_H

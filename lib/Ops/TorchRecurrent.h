//===-- TorchRecurrent.h - Import rules for recurrent networks ----*- C -*-===//

#ifndef UF_OPS_TORCHRECURRENT_H
#define UF_OPS_TORCHRECURRENT_H

#include "Ops/Torch.h"

/// lstm, gru, rnn_tanh, rnn_relu over padded sequences.
UfTorchRule ufTorchRecurrent;

#endif // UF_OPS_TORCHRECURRENT_H

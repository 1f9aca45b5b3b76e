//===-- QuantizedNetwork.h - Quantised layers as integers ---------*- C -*-===//

#ifndef UF_OPS_QUANTIZED_NETWORK_H
#define UF_OPS_QUANTIZED_NETWORK_H

#include "IR/Build.h"

/// `toIntegers` of quantize: computes b->op, and the layer before it, from the
/// integers that the layer's operands are made of.
MlirLogicalResult ufQuantizeInIntegers(UfBuilder *b);

/// `toIntegers` of dequantize: reads unsigned bytes where those are made signed
/// for it.
MlirLogicalResult ufDequantizeBytes(UfBuilder *b);

#endif // UF_OPS_QUANTIZED_NETWORK_H

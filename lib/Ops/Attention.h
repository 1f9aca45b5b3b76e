//===-- Attention.h - The two products of attention ---------------*- C -*-===//
//
// Tensors are [batch, heads, length, size]. Query heads that share a head of
// key and value are next to each other. As in Compose.h, a null operand gives a
// null result.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_ATTENTION_H
#define UF_OPS_ATTENTION_H

#include "Ops/Node.h"

/// scale * query * key^T: [batch, query heads, query length, key length]. They
/// are f32 at least, lest narrower types round twice or overflow.
MlirValue ufAttentionScores(UfBuilder *b, MlirValue query, MlirValue key,
                            double scale);

/// weights * value, for weights of the shape that scores have, in the wider of
/// their types.
MlirValue ufAttentionOutput(UfBuilder *b, MlirValue weights, MlirValue value);

/// The import rule of ai.onnx.preview.FlexAttention.
MlirLogicalResult ufImportFlexAttention(UfBuilder *b, const UfNode *node,
                                        MlirValue *results);

#endif // UF_OPS_ATTENTION_H

//===-- Opset6.h - ONNX operators as opsets 1 to 6 have them ------*- C -*-===//
//
// Import rules for what operators meant before opset 7, where that is more than
// attributes that say nothing any more (`consumed_inputs`).
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_OPSET6_H
#define UF_OPS_OPSET6_H

#include "Ops/Node.h"

/// Add, And, Div, Equal, Greater, Less, Mul, Or, Pow, Sub, Xor: shapes are
/// equal, or `broadcast` aligns the second operand at dimension `axis` of the
/// first. Otherwise as opset 7 has them.
MlirLogicalResult ufOpset6Binary(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);

/// Cast to a type that is given by name.
MlirLogicalResult ufOpset6Cast(UfBuilder *b, const UfNode *node,
                               MlirValue *results);

/// Concat along dimension 1 unless `axis` says another one.
MlirLogicalResult ufOpset6Concat(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);

/// Pad by the attribute `paddings`.
MlirLogicalResult ufOpset6Pad(UfBuilder *b, const UfNode *node,
                              MlirValue *results);

/// Reshape to the attribute `shape`.
MlirLogicalResult ufOpset6Reshape(UfBuilder *b, const UfNode *node,
                                  MlirValue *results);

/// Tile: input 1 says how often, input 2 along which dimension.
MlirLogicalResult ufOpset6Tile(UfBuilder *b, const UfNode *node,
                               MlirValue *results);

/// Upsample by `height_scale` and `width_scale`.
MlirLogicalResult ufOpset6Upsample(UfBuilder *b, const UfNode *node,
                                   MlirValue *results);

#endif // UF_OPS_OPSET6_H

//===-- MelWeights.h - Weights of mel bands -----------------------*- C -*-===//

#ifndef UF_OPS_MELWEIGHTS_H
#define UF_OPS_MELWEIGHTS_H

#include "Ops/Node.h"

/// MelWeightMatrix: a constant, since its shape depends on its inputs.
MlirLogicalResult ufImportMelWeights(UfBuilder *b, const UfNode *node,
                                     MlirValue *results);

#endif // UF_OPS_MELWEIGHTS_H

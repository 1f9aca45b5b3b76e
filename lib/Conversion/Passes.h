//===-- Passes.h - The passes on ufront ops -----------------------*- C -*-===//

#ifndef UF_CONVERSION_PASSES_H
#define UF_CONVERSION_PASSES_H

#include "Dialect/Shim.h"
#include "Ops/Op.h"

extern const UfShimPass ufPassInferShapes;       ///< ufront-infer-shapes
extern const UfShimPass ufPassStringsToHandles;  ///< ufront-strings-to-handles
extern const UfShimPass ufPassDecompose;         ///< ufront-decompose
extern const UfShimPass ufPassFoldQuantization;  ///< ufront-fold-quantization
extern const UfShimPass ufPassHoistParams;       ///< ufront-hoist-params
extern const UfShimPass ufPassParamsToArguments; ///< ufront-params-to-arguments
extern const UfShimPass ufPassUfrontToTosa;      ///< convert-ufront-to-tosa
extern const UfShimPass ufPassUfrontToLinalg;    ///< convert-ufront-to-linalg

/// Whether a row takes part in a rewriting pass.
typedef bool (*UfSelectRow)(const UfOp *row);
/// Rewrites b->op by its row.
typedef MlirLogicalResult (*UfApplyRow)(UfBuilder *b, const UfOp *row);

/// Applies `apply` to every op below `root` whose row `select` takes, once each
/// (ops it creates are not visited) or, if `greedy`, until nothing changes.
MlirLogicalResult ufApplyRows(MlirOperation root, UfSelectRow select,
                              UfApplyRow apply, bool greedy);

/// Reports every op below `root` that is left of the ufront dialect, each at
/// its location: "'ufront.x' has no lowering to <target>". Weights, which are
/// not computed, do not count.
MlirLogicalResult ufRejectLeftovers(MlirOperation root, const char *target);

#endif // UF_CONVERSION_PASSES_H

//===-- Dialect.h - The op table as a registered dialect ----------*- C -*-===//

#ifndef UF_DIALECT_DIALECT_H
#define UF_DIALECT_DIALECT_H

#include "Support/Result.h"

/// Makes the `ufront` dialect available to contexts made from `registry`.
void ufRegisterDialect(MlirDialectRegistry registry);

/// Checks an op against its row: operands, attributes, regions, shape rule,
/// constraints. What the dialect's verifier runs.
MlirLogicalResult ufVerifyOp(MlirOperation op, const void *row);

#endif // UF_DIALECT_DIALECT_H

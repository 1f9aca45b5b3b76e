//===-- Strings.h - Rows for strings as rules see them ------------*- C -*-===//

#ifndef UF_OPS_STRINGS_H
#define UF_OPS_STRINGS_H

#include "Ops/Node.h"

/// `ufront.constant` : tensor<n x !ufront.string> of an array of StringAttrs;
/// null when it is none.
MlirValue ufStringsValue(UfBuilder *b, MlirAttribute texts);
/// The same of rank 0.
MlirValue ufTextValue(UfBuilder *b, MlirStringRef text);

/// x == y for strings; other comparisons are refused.
MlirLogicalResult ufImportStringEqual(UfBuilder *b, const UfNode *node,
                                      MlirValue *results);

/// `x` as `to`, one of which is a string; null after an error was reported.
MlirValue ufCastString(UfBuilder *b, const UfNode *node, MlirValue x,
                       MlirType to);

/// Reports unless operands [0, count) hold strings, or handles of them.
MlirLogicalResult ufVerifyStrings(MlirOperation op, int count);

/// As above for two operands, the second of which is one string.
MlirLogicalResult ufVerifyWithString(MlirOperation op);

#endif // UF_OPS_STRINGS_H

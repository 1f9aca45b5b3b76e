//===-- Torch.h - What import rules for ATen operators share ------*- C -*-===//
//
// ATen's arguments come by the names of the operator's schema; those that have
// their default value are left out. Its operators mix element types by rules of
// their own (torch.result_type), where ours take one type: the exporter says
// what type each result has, and operands are cast to it before.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TORCH_H
#define UF_OPS_TORCH_H

#include "Ops/Node.h"

/// Argument `name`, null when it is left out or None.
const UfrontArg *ufTorchArg(const UfNode *node, const char *name);
static inline bool ufTorchHas(const UfNode *node, const char *name) {
  return ufTorchArg(node, name) != NULL;
}

/// Argument `name` as a tensor: a number is a constant of rank 0 of the type
/// torch gives it (i64, f32, i1). Null when it is left out or None.
MlirValue ufTorchTensor(UfBuilder *b, const UfNode *node, const char *name);

/// As ufTorchTensor, cast to `element` unless that is null.
MlirValue ufTorchTensorAs(UfBuilder *b, const UfNode *node, const char *name,
                          MlirType element);

/// The tensors of list `name`. Returns how many, or -1 after an error was
/// reported.
int ufTorchTensors(const UfNode *node, const char *name,
                   MlirValue values[UF_MAX_VALUES]);

/// A list of integers, some of which the model may compute.
typedef struct UfTorchInts {
  int count;
  MlirAttribute attr; ///< array<i64>; null when some are computed.
  MlirValue value;    ///< Then: all, as a tensor of i64.
} UfTorchInts;

/// Reads list `name`, or one integer as a list of one. False when it is left
/// out, None, or wrong, which is reported.
bool ufTorchInts(UfBuilder *b, const UfNode *node, const char *name,
                 UfTorchInts *out);

/// The element type that the exporter says result `i` has; null when it does
/// not say.
MlirType ufTorchResult(const UfBuilder *b, const UfNode *node, int i);

/// `value` with elements of type `element`; itself when it has, or when
/// `element` is null.
MlirValue ufTorchCast(UfBuilder *b, MlirValue value, MlirType element);

/// The type in which torch computes with the arguments `names`: floats go
/// before integers, integers before bools; among those tensors of rank 1 and
/// more before rank 0 before numbers; among those the wider.
MlirType ufTorchPromote(const UfBuilder *b, const UfNode *node, int count,
                        const char *const *names);

/// Reads `dim`-like lists: the integers of `name`, or all dimensions of a
/// tensor of `rank` when it is left out, None or empty.
bool ufTorchDims(const UfNode *node, const char *name, int rank, UfInts *out);

/// Fails with a message when argument `name` is given and is not the number
/// `only`.
MlirLogicalResult ufTorchOnly(const UfNode *node, const char *name,
                              double only);

//===----------------------------------------------------------------------===//
// Rules: `convert` of rows whose operands are the operator's first arguments
// and whose attributes have the names of the others. Other arguments are
// refused.
//===----------------------------------------------------------------------===//

/// The type of a rule, to declare them by.
typedef MlirLogicalResult UfTorchRule(UfBuilder *b, const UfNode *node,
                                      MlirValue *results);

/// Operands are cast to the result's element type.
MlirLogicalResult ufTorchMap(UfBuilder *b, const UfNode *node,
                             MlirValue *results);
/// Operands are taken as they are.
MlirLogicalResult ufTorchSame(UfBuilder *b, const UfNode *node,
                              MlirValue *results);
/// Operands are cast to their common type: comparisons.
MlirLogicalResult ufTorchCompare(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);
/// Operands are cast to i1: logical operators.
MlirLogicalResult ufTorchLogical(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);
/// Argument 0 is the result: what does nothing to values.
MlirLogicalResult ufTorchPass(UfBuilder *b, const UfNode *node,
                              MlirValue *results);

#endif // UF_OPS_TORCH_H

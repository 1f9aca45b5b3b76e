//===-- Sequence.h - Values that are no tensors, while importing --*- C -*-===//
//
// A foreign graph has values that are sequences of tensors, and optional values
// that may hold nothing. While a model is imported an op of type none stands
// for one, which nothing but import rules reads; what is built for it works on
// its tensors. So the number of tensors must be known, or they must have one
// shape: then one tensor holds all of them, and its size says how many there
// are. A position in it that is outside is the nearest one inside.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_SEQUENCE_H
#define UF_OPS_SEQUENCE_H

#include "Ops/Node.h"

typedef enum UfForm {
  UF_FORM_TENSOR,   ///< A tensor.
  UF_FORM_SEQUENCE, ///< As many tensors as there are.
  UF_FORM_STACK,    ///< A sequence in one tensor, along its first dimension.
  UF_FORM_ABSENT,   ///< Nothing: an optional value, or an input left out.
} UfForm;

/// A value, taken apart.
typedef struct UfTensors {
  UfForm form;
  int count; ///< At most UF_MAX_VALUES.
  MlirValue data[UF_MAX_VALUES];
} UfTensors;

/// What values are made of, without the tensors.
typedef struct UfStructure {
  int count;
  struct {
    UfForm form;
    int count;
  } values[UF_MAX_VALUES];
} UfStructure;

UfForm ufFormOf(MlirValue value);
UfTensors ufTakeApart(MlirValue value);
/// The value that has these tensors; null when a tensor is.
MlirValue ufPutTogether(UfBuilder *b, const UfTensors *tensors);

/// Takes `count` values apart into one list after the other. False when there
/// are more than UF_MAX_VALUES tensors.
bool ufTakeAllApart(const MlirValue *values, int count, UfStructure *structure,
                    UfTensors *all);
/// The reverse.
void ufPutAllTogether(UfBuilder *b, const UfStructure *structure,
                      const MlirValue *tensors, MlirValue *values);
bool ufSameStructure(const UfStructure *x, const UfStructure *y);

/// A sequence as one tensor. One without tensors gets those of the type
/// `element`, which may be null. Null after an error was reported.
MlirValue ufStackSequence(UfBuilder *b, const UfNode *node, MlirValue sequence,
                          MlirType element);

/// Whether a Loop or SequenceMap carries what is no tensor.
bool ufCarriesSequences(const UfNode *node, int first);

/// Imports a Loop iteration by iteration. `*isUnrolled` is false, and nothing
/// is written to `results`, when it is not known how many there are, or they
/// are many.
MlirLogicalResult ufImportUnrolled(UfBuilder *b, const UfNode *node,
                                   MlirValue *results, bool *isUnrolled);

/// Writes the `count` values from input `first` on that a Loop carries, with
/// sequences as one tensor each.
MlirLogicalResult ufStackStates(UfBuilder *b, const UfNode *node, int first,
                                int count, MlirValue *states);

/// SequenceMap.
MlirLogicalResult ufImportSequenceMap(UfBuilder *b, const UfNode *node,
                                      MlirValue *results);

#endif // UF_OPS_SEQUENCE_H

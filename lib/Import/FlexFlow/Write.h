//===-- Write.h - Inside the writer of .ff files ------------------*- C -*-===//

#ifndef UF_IMPORT_FLEXFLOW_WRITE_H
#define UF_IMPORT_FLEXFLOW_WRITE_H

#include "Import/FlexFlow/FlexFlow.h"

/// What an op becomes.
typedef struct UfFfSaid {
  const char *op; ///< FlexFlow's operator.
  UfMessage params;
  int numInputs; ///< Of the op's operands, those that a line computes:
  int inputs[UF_MAX_VALUES];
} UfFfSaid;

/// Says an op in FlexFlow's words. Starts with the operator and the first
/// operand that its row states. Returns why it cannot be said, or null.
typedef const char *(*UfFfSay)(MlirOperation op, UfFfSaid *said);

typedef struct UfFfPhrase {
  const char *row; ///< "ufront.conv2d".
  const char *op;
  UfFfSay say;   ///< Null: there are no parameters.
  int numInputs; ///< Operands that a line computes; the first.
} UfFfPhrase;

/// Phrases.c; zero-terminated.
extern const UfFfPhrase ufFfPhrases[];

/// Whether a value is a weight or a constant: what the format does not hold.
bool ufFfIsStored(MlirValue value);

#endif // UF_IMPORT_FLEXFLOW_WRITE_H

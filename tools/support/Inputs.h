//===-- Inputs.h - The tensors a model is run on ------------------*- C -*-===//

#ifndef UF_TOOLS_INPUTS_H
#define UF_TOOLS_INPUTS_H

#include "Model.h"

/// What the command line says of the inputs.
typedef struct UfInputOptions {
  UfTexts files; ///< "NAME=x.npy" or, by position, "x.npy".
  int64_t seed;  ///< Negative: inputs without a file are an error.
  int64_t max;   ///< Random integers are below this.
} UfInputOptions;

/// One tensor per input of a model. Zero-initialised is empty.
typedef struct UfInputs {
  UfrontTensor *tensors;
  int32_t count;
} UfInputs;

/// Reads and makes up the inputs of `model`. `inputs` is to be destroyed also
/// when this fails, which it does with one message for everything missing.
bool ufInputsCreate(const UfTool *tool, const UfrontModel *model,
                    const UfInputOptions *options, UfInputs *inputs);

void ufInputsDestroy(UfInputs *inputs);

#endif // UF_TOOLS_INPUTS_H

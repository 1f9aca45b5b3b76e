//===-- Outputs.h - Running, and what comes out -------------------*- C -*-===//

#ifndef UF_TOOLS_OUTPUTS_H
#define UF_TOOLS_OUTPUTS_H

#include "Inputs.h"

/// A compiled model with its inputs, and room for its outputs.
typedef struct UfRun {
  UfOpened *opened;
  UfrontProgram *program; ///< Owned.
  const UfInputs *inputs;
  UfrontTensor *outputs; ///< Owned; their data is the program's.
} UfRun;

/// Compiles the model and runs it once. `run` is to be destroyed also when this
/// fails.
bool ufRunStart(UfOpened *opened, const UfrontCompileOptions *options,
                const UfInputs *inputs, UfRun *run);

/// Prints every output on standard output.
void ufRunPrint(const UfRun *run);

/// Writes every output as `directory`/NAME.npy and makes the folder if needed.
bool ufRunWrite(const UfRun *run, const char *directory);

/// Runs `runs` times more and prints how long it took.
bool ufRunBenchmark(UfRun *run, int64_t runs);

/// Runs a program that was compiled to be profiled `runs` times more, 0 for as
/// many as suffice, prints where the time goes, and writes a trace to the file
/// `trace` unless that is "".
bool ufRunProfile(UfRun *run, int64_t runs, const char *trace);

void ufRunDestroy(UfRun *run);

#endif // UF_TOOLS_OUTPUTS_H

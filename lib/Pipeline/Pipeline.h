//===-- Pipeline.h - All passes, and named lists of them ----------*- C -*-===//

#ifndef UF_PIPELINE_PIPELINE_H
#define UF_PIPELINE_PIPELINE_H

#include "Dialect/Shim.h"

/// Registers every pass and named pipeline of ufront with MLIR's global
/// registry. Idempotent, but only from one thread at a time.
void ufRegisterPasses(void);

/// Textual pipelines on builtin.module, each from `ufront` ops down.
extern const char ufPipelineSimplify[]; ///< Stays in ufront.
/// Stays in ufront: composites apart, work on weights alone in @init.
extern const char ufPipelinePrepare[];
extern const char ufPipelineToTosa[];          ///< From ufront.
extern const char ufPipelineToLinalg[];        ///< From ufront.
extern const char ufPipelineToLinalgViaTosa[]; ///< From ufront.

extern const char ufPipelineToBf16[];  ///< Between linalg and kernels.
extern const char ufPipelineKernels[]; ///< From linalg to scheduled kernels.
extern const char ufPipelineToLlvm[];  ///< From kernels to the LLVM dialect.

/// A pipeline that has a name on command lines.
typedef struct UfPipeline {
  const char *name, *description;
  const char *text; ///< On builtin.module.
} UfPipeline;

/// Every pass of ufront, in the order they usually run; null-terminated.
extern const UfShimPass *const ufPasses[];

/// Every named pipeline; the last row is zero.
extern const UfPipeline ufPipelines[];

#endif // UF_PIPELINE_PIPELINE_H

//===-- Pipeline.c - All passes, and named lists of them ------------------===//

#include "Pipeline/Pipeline.h"

#include "Conversion/Passes.h"
#include "Kernels/Passes.h"

#define SIMPLIFY                                                               \
  "func.func(ufront-infer-shapes),canonicalize,cse,"                           \
  "func.func(ufront-infer-shapes),canonicalize"

#define DECOMPOSE(options)                                                     \
  SIMPLIFY ",func.func(ufront-fold-quantization,ufront-decompose" options      \
           "),canonicalize,cse,func.func(ufront-infer-shapes)"

#define PREPARE(options)                                                       \
  "ufront-strings-to-handles," DECOMPOSE(                                      \
      options) ",func.func(ufront-params-to-arguments)"

// tosa-to-scf comes first: after it, control flow is no longer TOSA's.
#define TOSA_TO_LINALG                                                         \
  "func.func(tosa-optional-decompositions,tosa-to-scf,tosa-to-linalg-named,"   \
  "tosa-to-linalg,tosa-to-arith{include-apply-rescale=true},tosa-to-tensor)"

#define HOIST "ufront-strings-to-handles," DECOMPOSE("") ",ufront-hoist-params"

#define TO_LINALG                                                              \
  PREPARE("")                                                                  \
  ",func.func(convert-ufront-to-linalg),"                                      \
  "reconcile-unrealized-casts,canonicalize,cse"

#define TO_BF16                                                                \
  "func.func(ufront-lower-precision),canonicalize,cse,ufront-hoist-weights"

#define KERNELS                                                                \
  "func.func(ufront-layout),canonicalize,cse,"                                 \
  "func.func(ufront-loop-over-batch,ufront-fold-transposes,"                   \
  "ufront-fold-slices,ufront-pack-operands),cse,"                              \
  "ufront-hoist-weights,func.func(ufront-fold-transposes),"                    \
  "func.func(ufront-fuse-elementwise),canonicalize,cse,"                       \
  "func.func(ufront-destination-style),cse,"                                   \
  "ufront-outline-kernels,ufront-profile-kernels,ufront-schedule-kernels,"     \
  "canonicalize,cse"

// Functions write their results into buffers their callers give them; cse and
// canonicalize run twice to remove copies of a buffer to itself. What can is
// run function by function: then several run at once. Conversions to bf16
// become integer arithmetic: where a CPU lacks an instruction LLVM would call a
// function for each, which compilers' libraries often lack.
#define TO_LLVM                                                                \
  "one-shot-bufferize{bufferize-function-boundaries=true "                     \
  "allow-return-allocs-from-loops=true "                                       \
  "function-boundary-type-conversion=identity-layout-map},"                    \
  "drop-equivalent-buffer-results,"                                            \
  "func.func(cse,canonicalize,cse,canonicalize),"                              \
  "ufront-vectorize-kernels,"                                                  \
  "ufront-forall-to-tasks,ufront-bind-runtime,"                                \
  "func.func(canonicalize,cse,scf-forall-to-for,convert-linalg-to-loops,"      \
  "expand-strided-metadata,lower-affine,ufront-lower-extrema,"                 \
  "ufront-lower-rounding,"                                                     \
  "arith-expand{include-bf16=true},"                                           \
  "math-extend-to-supported-types,ufront-expand-math,convert-scf-to-cf,"       \
  "convert-math-to-llvm),convert-math-to-libm,"                                \
  "func.func(convert-vector-to-llvm),finalize-memref-to-llvm,convert-to-llvm," \
  "reconcile-unrealized-casts,llvm.func(ufront-lower-masks,canonicalize,cse)"

const char ufPipelineSimplify[] = SIMPLIFY;
const char ufPipelinePrepare[] = HOIST;
const char ufPipelineToTosa[] = PREPARE(
    "{tosa=true}") ",func.func(convert-ufront-to-tosa),canonicalize,cse";
const char ufPipelineToLinalg[] = TO_LINALG;
const char ufPipelineToLinalgViaTosa[] =
    PREPARE("{tosa=true}") ",func.func(convert-ufront-to-tosa{partial=true}),"
                           "canonicalize,"
                           "func.func(convert-ufront-to-linalg)," TOSA_TO_LINALG
                           ",reconcile-unrealized-casts,canonicalize,cse";
const char ufPipelineToBf16[] = TO_BF16;
const char ufPipelineKernels[] = KERNELS;
const char ufPipelineToLlvm[] = TO_LLVM;

const UfShimPass *const ufPasses[] = {
    &ufPassInferShapes,       &ufPassStringsToHandles,
    &ufPassDecompose,         &ufPassHoistParams,
    &ufPassParamsToArguments, &ufPassUfrontToTosa,
    &ufPassUfrontToLinalg,    &ufPassLayout,
    &ufPassLoopOverBatch,     &ufPassFoldTransposes,
    &ufPassFoldSlices,        &ufPassPackOperands,
    &ufPassHoistWeights,      &ufPassFuseElementwise,
    &ufPassDestinationStyle,  &ufPassOutlineKernels,
    &ufPassProfileKernels,    &ufPassScheduleKernels,
    &ufPassVectorizeKernels,  &ufPassTasks,
    &ufPassBindRuntime,       &ufPassExpandMath,
    &ufPassLowerExtrema,      &ufPassFoldQuantization,
    &ufPassLowerPrecision,    &ufPassLowerRounding,
    &ufPassLowerMasks,        NULL,
};

const UfPipeline ufPipelines[] = {
    {"ufront-simplify-pipeline", "Infers shapes, folds and cleans up in ufront",
     ufPipelineSimplify},
    {"ufront-prepare-pipeline",
     "Takes composite ops apart and moves work on weights alone into @init",
     ufPipelinePrepare},
    {"ufront-to-tosa-pipeline", "Lowers ufront to TOSA", ufPipelineToTosa},
    {"ufront-to-linalg-pipeline", "Lowers ufront to linalg on tensors",
     ufPipelineToLinalg},
    {"ufront-to-linalg-via-tosa-pipeline",
     "Lowers ufront to linalg, through TOSA where TOSA can express the op",
     ufPipelineToLinalgViaTosa},
    {"ufront-to-bf16-pipeline", "Lets products of f32 in linalg be of bf16",
     ufPipelineToBf16},
    {"ufront-kernels-pipeline", "From linalg on tensors to scheduled kernels",
     ufPipelineKernels},
    {"ufront-to-llvm-pipeline", "From scheduled kernels to the LLVM dialect",
     ufPipelineToLlvm},
    {"ufront-cpu-pipeline", "All the way from ufront to the LLVM dialect",
     HOIST "," TO_LINALG "," KERNELS "," TO_LLVM},
    {0},
};

void ufRegisterPasses(void) {
  for (const UfShimPass *const *pass = ufPasses; *pass; ++pass)
    ufrontPassRegister(*pass);
  for (const UfPipeline *pipeline = ufPipelines; pipeline->name; ++pipeline)
    ufrontPassPipelineRegister(pipeline->name, pipeline->description,
                               pipeline->text);
}

//===-- Passes.h - From linalg on tensors to code -----------------*- C -*-===//
//
// The passes between linalg and LLVM, in the order they run: fusion,
// destination style, outlining, scheduling; (bufferization); tasks, runtime
// binding.
//
//===----------------------------------------------------------------------===//

#ifndef UF_KERNELS_PASSES_H
#define UF_KERNELS_PASSES_H

#include "Dialect/Shim.h"
#include "IR/Build.h"

extern const UfShimPass ufPassLayout;           ///< ufront-layout
extern const UfShimPass ufPassLoopOverBatch;    ///< ufront-loop-over-batch
extern const UfShimPass ufPassFoldTransposes;   ///< ufront-fold-transposes
extern const UfShimPass ufPassFoldSlices;       ///< ufront-fold-slices
extern const UfShimPass ufPassPackOperands;     ///< ufront-pack-operands
extern const UfShimPass ufPassHoistWeights;     ///< ufront-hoist-weights
extern const UfShimPass ufPassFuseElementwise;  ///< ufront-fuse-elementwise
extern const UfShimPass ufPassDestinationStyle; ///< ufront-destination-style
extern const UfShimPass ufPassOutlineKernels;   ///< ufront-outline-kernels
extern const UfShimPass ufPassProfileKernels;   ///< ufront-profile-kernels
extern const UfShimPass ufPassScheduleKernels;  ///< ufront-schedule-kernels
/// ufront-vectorize-kernels
extern const UfShimPass ufPassVectorizeKernels;
extern const UfShimPass ufPassTasks;          ///< ufront-forall-to-tasks
extern const UfShimPass ufPassBindRuntime;    ///< ufront-bind-runtime
extern const UfShimPass ufPassExpandMath;     ///< ufront-expand-math
extern const UfShimPass ufPassLowerExtrema;   ///< ufront-lower-extrema
extern const UfShimPass ufPassLowerPrecision; ///< ufront-lower-precision
extern const UfShimPass ufPassLowerRounding;  ///< ufront-lower-rounding
extern const UfShimPass ufPassLowerMasks;     ///< ufront-lower-masks

/// On functions: a kernel, made by outlining and called by @forward or @init.
#define UF_KERNEL_ATTR "ufront.kernel"
/// On linalg ops: what a kernel's schedule tiles; its producers follow.
#define UF_ROOT_ATTR "ufront.root"
/// On functions: has the signature of UfrtTask.
#define UF_TASK_ATTR "ufront.task"

/// Whether the function is @init.
bool ufIsInit(MlirOperation func);

/// Whether the discardable attribute is there.
bool ufIsMarked(MlirOperation op, const char *name);
void ufMark(MlirOperation op, const char *name);

/// Whether argument `i` of the function is a weight, from a file or of @init.
bool ufIsWeight(MlirOperation func, intptr_t i);

/// Whether `value` comes from weights alone, through ops that compute nothing.
bool ufDependsOnWeights(MlirValue value);

#endif // UF_KERNELS_PASSES_H

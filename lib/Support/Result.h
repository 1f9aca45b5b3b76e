//===-- Result.h - Failing and cleaning up ------------------------*- C -*-===//
//
// Two result types, one rule. Where there is an MlirLocation, return an
// MlirLogicalResult and say why at that location (ufError). Where there is none
// (files, options, the public ABI), return a UfrontStatus and say why in the
// message (ufFail).
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_RESULT_H
#define UF_SUPPORT_RESULT_H

#include "Support/Message.h"
#include "Support/Scoped.h"

#include "mlir-c/IR.h"
#include "mlir-c/Pass.h"
#include "mlir-c/Rewrite.h"

/// Reports an error at `loc` and returns failure: `return ufError(loc, ...);`.
__attribute__((format(printf, 2, 3))) MlirLogicalResult
ufError(MlirLocation loc, const char *format, ...);

static inline bool ufFailed_MlirLogicalResult(MlirLogicalResult result) {
  return mlirLogicalResultIsFailure(result);
}
static inline bool ufFailed_UfrontStatus(UfrontStatus status) {
  return status != UFRONT_OK;
}

/// Leaves the function with the result of `expr` when that failed. `expr` has
/// already said why.
#define UF_TRY(expr)                                                           \
  do {                                                                         \
    __auto_type result_ = (expr);                                              \
    if (_Generic(result_,                                                      \
            MlirLogicalResult: ufFailed_MlirLogicalResult,                     \
            UfrontStatus: ufFailed_UfrontStatus)(result_))                     \
      return result_;                                                          \
  } while (0)

/// X(type, destroy) for every MLIR handle the library may own for a while.
#define UF_SCOPED_LIST(X)                                                      \
  X(MlirContext, mlirContextDestroy)                                           \
  X(MlirDialectRegistry, mlirDialectRegistryDestroy)                           \
  X(MlirModule, mlirModuleDestroy)                                             \
  X(MlirPassManager, mlirPassManagerDestroy)                                   \
  X(MlirRewriterBase, mlirIRRewriterDestroy)                                   \
  X(MlirRewritePatternSet, mlirRewritePatternSetDestroy)                       \
  X(MlirFrozenRewritePatternSet, mlirFrozenRewritePatternSetDestroy)

#define X(T, destroy)                                                          \
  static inline void ufScoped_##T(T *handle) {                                 \
    if (handle->ptr)                                                           \
      destroy(*handle);                                                        \
  }
UF_SCOPED_LIST(X)
#undef X

#endif // UF_SUPPORT_RESULT_H

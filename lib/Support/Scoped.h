//===-- Scoped.h - Cleaning up on every way out -------------------*- C -*-===//
//
// Ownership of locals, for files with and without MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_SCOPED_H
#define UF_SUPPORT_SCOPED_H

/// Declares a local that is destroyed on every way out of its block:
///   UF_SCOPED(MlirModule) module = mlirModuleCreateEmpty(loc);
/// Hand it over with UF_TAKE(module), which nulls the local. A header that
/// defines an ownable type T defines ufScoped_T beside it.
#define UF_SCOPED(T) __attribute__((cleanup(ufScoped_##T))) T
#define UF_TAKE(local)                                                         \
  __extension__({                                                              \
    __typeof__(local) taken_ = (local);                                        \
    (local) = (__typeof__(local)){0};                                          \
    taken_;                                                                    \
  })

#endif // UF_SUPPORT_SCOPED_H

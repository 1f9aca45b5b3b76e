//===-- ufront/Support.h - Status codes and visibility ------------*- C -*-===//
//
// What every public header of ufront needs. C11 and C++11 clean.
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_SUPPORT_H
#define UFRONT_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define UFRONT_BEGIN_DECLS extern "C" {
#define UFRONT_END_DECLS }
#else
#define UFRONT_BEGIN_DECLS
#define UFRONT_END_DECLS
#endif

#define UFRONT_API __attribute__((visibility("default")))
#define UFRONT_NODISCARD __attribute__((warn_unused_result))

#define UFRONT_VERSION_MAJOR 0
#define UFRONT_VERSION_MINOR 1
#define UFRONT_VERSION "0.1.0"

/// X(name, value, text): values are ABI, append only.
#define UFRONT_STATUS_LIST(X)                                                  \
  X(OK, 0, "success")                                                          \
  X(NO_MEMORY, 1, "out of memory")                                             \
  X(IO, 2, "file could not be read or written")                                \
  X(FORMAT, 3, "file is not a valid model")                                    \
  X(UNSUPPORTED, 4, "model uses something ufront does not know")               \
  X(INVALID_IR, 5, "module does not verify")                                   \
  X(ARGUMENT, 6, "argument out of range")                                      \
  X(RUNTIME, 7, "the model failed while running")                              \
  X(CANCELLED, 8, "the call was cancelled")

typedef enum UfrontStatus {
#define X(name, value, text) UFRONT_##name = value,
  UFRONT_STATUS_LIST(X)
#undef X
} UfrontStatus;

/// Receives text or bytes in pieces; returns false to stop.
typedef bool (*UfrontWrite)(void *userData, const char *data, size_t size);

#endif // UFRONT_SUPPORT_H

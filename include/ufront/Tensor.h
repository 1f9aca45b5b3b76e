//===-- ufront/Tensor.h - A dense tensor, borrowed ----------------*- C -*-===//
//
// The one description of data that crosses the C ABI: row-major, contiguous,
// in the machine's byte order. A UfrontTensor never owns its bytes.
//
//===----------------------------------------------------------------------===//

#ifndef UFRONT_TENSOR_H
#define UFRONT_TENSOR_H

#include "ufront/Support.h"

UFRONT_BEGIN_DECLS

/// X(name, value, MLIR spelling, bits, safetensors name): values are ABI,
/// append only. A bool is one byte, 0 or 1. What has fewer than 8 bits by name
/// is one byte too, in its low bits: the others are 0 in results, and may be
/// anything in what is read. An empty safetensors name: the format has none.
#define UFRONT_TYPE_LIST(X)                                                    \
  X(F32, 1, "f32", 32, "F32")                                                  \
  X(F64, 2, "f64", 64, "F64")                                                  \
  X(F16, 3, "f16", 16, "F16")                                                  \
  X(BF16, 4, "bf16", 16, "BF16")                                               \
  X(BOOL, 5, "i1", 8, "BOOL")                                                  \
  X(I8, 6, "i8", 8, "I8")                                                      \
  X(I16, 7, "i16", 16, "I16")                                                  \
  X(I32, 8, "i32", 32, "I32")                                                  \
  X(I64, 9, "i64", 64, "I64")                                                  \
  X(U8, 10, "ui8", 8, "U8")                                                    \
  X(U16, 11, "ui16", 16, "U16")                                                \
  X(U32, 12, "ui32", 32, "U32")                                                \
  X(U64, 13, "ui64", 64, "U64")                                                \
  X(F8E4M3FN, 14, "f8E4M3FN", 8, "F8_E4M3")                                    \
  X(F8E4M3FNUZ, 15, "f8E4M3FNUZ", 8, "F8_E4M3FNUZ")                            \
  X(F8E5M2, 16, "f8E5M2", 8, "F8_E5M2")                                        \
  X(F8E5M2FNUZ, 17, "f8E5M2FNUZ", 8, "F8_E5M2FNUZ")                            \
  X(F8E8M0, 18, "f8E8M0FNU", 8, "F8_E8M0")                                     \
  X(F6E2M3, 19, "f6E2M3FN", 8, "")                                             \
  X(F6E3M2, 20, "f6E3M2FN", 8, "")                                             \
  X(F4E2M1, 21, "f4E2M1FN", 8, "")                                             \
  X(I4, 22, "i4", 8, "")                                                       \
  X(U4, 23, "ui4", 8, "")                                                      \
  X(I2, 24, "i2", 8, "")                                                       \
  X(U2, 25, "ui2", 8, "")                                                      \
  X(STRING, 28, "!ufront.string", 128, "")

typedef enum UfrontType {
  UFRONT_NO_TYPE = 0,
#define X(name, value, mlir, bits, safetensors) UFRONT_##name = value,
  UFRONT_TYPE_LIST(X)
#undef X
} UfrontType;

/// An element of UFRONT_STRING: `size` bytes, usually UTF-8, which may hold
/// zeros and need not end with one. `data` may be null when `size` is 0. In
/// inputs the bytes are the caller's and are read during the run only; in
/// results they belong to what ran, until its next run.
typedef struct UfrontString {
  const char *data;
  int64_t size;
} UfrontString;

/// The most dimensions a tensor may have.
#define UFRONT_MAX_RANK 16

/// The size of a dimension that is only known when the model runs.
#define UFRONT_DYNAMIC (-1)

/// What a model says of one input, output or parameter.
typedef struct UfrontTensorInfo {
  const char *name;
  UfrontType type;
  int32_t rank;
  int64_t shape[UFRONT_MAX_RANK]; ///< UFRONT_DYNAMIC where unknown.
} UfrontTensorInfo;

/// A dense tensor in memory that somebody else owns.
typedef struct UfrontTensor {
  void *data;
  UfrontType type;
  int32_t rank;
  int64_t shape[UFRONT_MAX_RANK];
} UfrontTensor;

/// Bytes that one element of `type` takes in memory; 0 for UFRONT_NO_TYPE.
UFRONT_API size_t ufrontTypeGetSize(UfrontType type);

/// MLIR's spelling of `type` ("f32", "i1", ...); "?" for UFRONT_NO_TYPE.
UFRONT_API const char *ufrontTypeGetName(UfrontType type);

UFRONT_END_DECLS

#endif // UFRONT_TENSOR_H

//===-- DLPack.h - The memory layout of DLPack tensors ------------*- C -*-===//
//
// What crosses a "dltensor" and a "dltensor_versioned" capsule, as DLPack 1
// defines it. Only what we read and write is named.
//
//===----------------------------------------------------------------------===//

#ifndef UF_PYTHON_DLPACK_H
#define UF_PYTHON_DLPACK_H

#include <stdint.h>

enum { UF_DL_CPU = 1, UF_DL_CUDA_HOST = 3 };
enum { UF_DL_INT = 0, UF_DL_UINT = 1, UF_DL_FLOAT = 2 };
enum { UF_DL_BFLOAT = 4, UF_DL_BOOL = 6 };
enum { UF_DL_FLOAT8_E4M3FN = 10, UF_DL_FLOAT8_E4M3FNUZ = 11 };
enum { UF_DL_FLOAT8_E5M2 = 12, UF_DL_FLOAT8_E5M2FNUZ = 13 };
enum { UF_DL_FLOAT8_E8M0FNU = 14 };
enum { UF_DL_READ_ONLY = 1 }; ///< A flag of a versioned tensor.

typedef struct UfDlTensor {
  void *data;
  int32_t deviceType, deviceId;
  int32_t rank;
  uint8_t code, bits;
  uint16_t lanes;
  int64_t *shape;
  int64_t *strides; ///< In elements; null: contiguous.
  uint64_t offset;  ///< Bytes from `data` to the first element.
} UfDlTensor;

/// In a capsule called "dltensor".
typedef struct UfDlManaged {
  UfDlTensor tensor;
  void *context;
  void (*destroy)(struct UfDlManaged *self);
} UfDlManaged;

/// In a capsule called "dltensor_versioned".
typedef struct UfDlVersioned {
  uint32_t major, minor;
  void *context;
  void (*destroy)(struct UfDlVersioned *self);
  uint64_t flags;
  UfDlTensor tensor;
} UfDlVersioned;

/// The functions that a type of arrays offers in place of its methods, in a
/// capsule called "dlpack_exchange_api". They return 0, or -1 with an
/// exception; those that we do not call are not typed.
typedef struct UfDlExchange {
  uint32_t major, minor;
  struct UfDlExchange *previous;
  void (*allocate)(void);
  int (*take)(void *object, UfDlVersioned **tensor);
  int (*give)(UfDlVersioned *tensor, void **object);
  void (*peek)(void);
  void (*getStream)(void);
} UfDlExchange;

#endif // UF_PYTHON_DLPACK_H

//===-- Tensor.c - Elements and shapes of tensors -------------------------===//

#include "Tensor.h"

#include "Narrow.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void ufShapeFormat(int32_t rank, const int64_t *shape,
                   char text[UF_SHAPE_SIZE]) {
  char *at = text;
  if (rank == 0)
    sprintf(text, "scalar");
  for (int32_t i = 0; i < rank; ++i) {
    if (i)
      *at++ = 'x';
    at += shape[i] < 0 ? sprintf(at, "?") : sprintf(at, "%" PRId64, shape[i]);
  }
}

bool ufShapeParse(const char *text, int32_t *rank,
                  int64_t shape[UFRONT_MAX_RANK]) {
  for (*rank = 0; *rank < UFRONT_MAX_RANK;) {
    int64_t *dim = &shape[(*rank)++];
    if (*text == '?') {
      *dim = UFRONT_DYNAMIC;
      ++text;
    } else {
      char *end;
      errno = 0;
      *dim = isdigit((unsigned char)*text) ? strtoll(text, &end, 10) : -1;
      if (*dim < 0 || errno)
        return false;
      text = end;
    }
    if (!*text)
      return true;
    if (*text++ != 'x')
      return false;
  }
  return false;
}

bool ufTensorMeasure(const UfrontTensor *tensor, int64_t *elements,
                     size_t *bytes) {
  // A dimension of 0 does not excuse the others: their product must fit, too,
  // for whoever multiplies them in another order.
  int64_t count = 1, counted = 1;
  for (int32_t i = 0; i < tensor->rank; ++i) {
    int64_t dim = tensor->shape[i];
    if (dim < 0 || __builtin_mul_overflow(counted, dim ? dim : 1, &counted))
      return false;
    count = dim ? count : 0;
  }
  *elements = count ? counted : 0;
  return !__builtin_mul_overflow((size_t)*elements,
                                 ufrontTypeGetSize(tensor->type), bytes);
}

bool ufTensorAllocate(UfrontTensor *tensor) {
  int64_t elements;
  size_t bytes, padded;
  tensor->data = NULL;
  if (!ufTensorMeasure(tensor, &elements, &bytes) ||
      __builtin_add_overflow(bytes, 64, &padded) || padded > PTRDIFF_MAX)
    return false;
  tensor->data = aligned_alloc(64, padded & ~(size_t)63);
  if (!tensor->data)
    return false;
  memset(tensor->data, 0, bytes);
  return true;
}

bool ufTypeIsFloat(UfrontType type) {
  return type == UFRONT_F32 || type == UFRONT_F64 || type == UFRONT_F16 ||
         type == UFRONT_BF16 || ufNarrowIsFloat(type);
}

bool ufTypeIsUnsigned(UfrontType type) {
  return type == UFRONT_U8 || type == UFRONT_U16 || type == UFRONT_U32 ||
         type == UFRONT_U64 || type == UFRONT_U4 || type == UFRONT_U2;
}

int ufTypeGetBits(UfrontType type) {
  int bits = ufNarrowGetBits(type);
  return bits ? bits : 8 * (int)ufrontTypeGetSize(type);
}

/// X(type, C type) for every type that C has. A byte that claims to be a bool
/// may hold anything.
#define C_TYPES(X)                                                             \
  X(F32, float)                                                                \
  X(F64, double)                                                               \
  X(F16, _Float16)                                                             \
  X(BOOL, uint8_t)                                                             \
  X(I8, int8_t)                                                                \
  X(I16, int16_t)                                                              \
  X(I32, int32_t)                                                              \
  X(I64, int64_t)                                                              \
  X(U8, uint8_t)                                                               \
  X(U16, uint16_t)                                                             \
  X(U32, uint32_t)                                                             \
  X(U64, uint64_t)

/// A bf16 is the upper half of a float.
static float widenBf16(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static uint16_t narrowBf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  if (value != value)
    return (uint16_t)(bits >> 16) | 0x40; // rounding could make it infinite
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

double ufTensorGet(const UfrontTensor *tensor, int64_t index) {
  switch (tensor->type) {
#define X(name, T)                                                             \
  case UFRONT_##name:                                                          \
    return (double)((const T *)tensor->data)[index];
    C_TYPES(X)
#undef X
  case UFRONT_BF16:
    return widenBf16(((const uint16_t *)tensor->data)[index]);
  case UFRONT_STRING:
  case UFRONT_NO_TYPE:
    return 0;
  default:
    return ufNarrowGet(tensor->type, ((const uint8_t *)tensor->data)[index]);
  }
}

void ufTensorSet(UfrontTensor *tensor, int64_t index, double value) {
  switch (tensor->type) {
#define X(name, T)                                                             \
  case UFRONT_##name:                                                          \
    ((T *)tensor->data)[index] = (T)value;                                     \
    return;
    C_TYPES(X)
#undef X
  case UFRONT_BF16:
    ((uint16_t *)tensor->data)[index] = narrowBf16((float)value);
    return;
  case UFRONT_STRING:
  case UFRONT_NO_TYPE:
    return;
  default:
    ((uint8_t *)tensor->data)[index] = ufNarrowSet(tensor->type, value);
  }
}

const UfrontString *ufTensorGetString(const UfrontTensor *tensor,
                                      int64_t index) {
  return &((const UfrontString *)tensor->data)[index];
}

static void printString(FILE *file, const UfrontString *string) {
  putc('"', file);
  for (int64_t i = 0; i < string->size; ++i)
    putc(iscntrl((unsigned char)string->data[i]) ? '?' : string->data[i], file);
  putc('"', file);
}

void ufTensorPrint(FILE *file, const UfrontTensor *tensor, int64_t index) {
  if (tensor->type == UFRONT_STRING)
    printString(file, ufTensorGetString(tensor, index));
  else if (tensor->type == UFRONT_BOOL)
    fputs(ufTensorGet(tensor, index) != 0 ? "true" : "false", file);
  else if (tensor->type == UFRONT_I64)
    fprintf(file, "%" PRId64, ((const int64_t *)tensor->data)[index]);
  else if (tensor->type == UFRONT_U64)
    fprintf(file, "%" PRIu64, ((const uint64_t *)tensor->data)[index]);
  else if (ufTypeIsFloat(tensor->type))
    fprintf(file, "%.6g", ufTensorGet(tensor, index));
  else
    fprintf(file, "%.0f", ufTensorGet(tensor, index));
}

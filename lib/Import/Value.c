//===-- Value.c - Tensors and names as IR ---------------------------------===//

#include "Import/Import.h"

#include <math.h>
#include <string.h>

/// What parameters without values may take together: a short file must not ask
/// for all the memory there is.
#define MAX_INVENTED ((size_t)16 << 30)
#define MIN_INVENTED ((size_t)128 << 20)
#define INVENTED_PER_NODE ((size_t)16 << 20)

MlirLocation ufNamedLocation(UfArena *arena, const char *name,
                             MlirLocation loc) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-";
  MlirContext ctx = mlirLocationGetContext(loc);
  if (!name[0])
    return loc;
  loc = mlirLocationNameGet(ctx, ufStr(name), loc);
  if (name[strspn(name, letters)] == '\0')
    return loc;
  char *copy = ufAllocText(arena, name, strlen(name));
  if (!copy)
    return loc;
  for (char *at = copy; *at; ++at)
    if (!strchr(letters, *at))
      *at = '.';
  size_t dots = strspn(copy, ".");
  return copy[dots] ? mlirLocationNameGet(ctx, ufStr(copy + dots), loc) : loc;
}

/// The zero points of channels are mostly one number, and whether it is 0
/// decides how to compute with them.
static bool isOneNumber(const UfrontTensor *tensor) {
  enum { MOST_CHANNELS = 1 << 16 };
  const uint8_t *data = tensor->data;
  size_t size, width = ufrontTypeGetSize(tensor->type);
  return tensor->rank == 1 && tensor->shape[0] <= MOST_CHANNELS && data &&
         ufTensorGetSize(tensor, &size) && size >= width &&
         memcmp(data, data + width, size - width) == 0;
}

bool ufIsSmallTensor(const UfrontTensor *tensor) {
  // Integers are likely to be shapes and indices, which decide about types;
  // narrow ones are weights.
  const int64_t mostFloats = 64, mostIntegers = 1024;
  int64_t count = 1;
  if (tensor->type == UFRONT_STRING) // which no file of weights can hold
    return true;
  for (int32_t i = 0; i < tensor->rank; ++i)
    if (__builtin_mul_overflow(count, tensor->shape[i], &count))
      return false;
  bool isInteger = tensor->type >= UFRONT_BOOL && tensor->type <= UFRONT_U64;
  return count <= (isInteger ? mostIntegers : mostFloats) ||
         (isInteger && isOneNumber(tensor));
}

MlirType ufElementTypeOf(MlirContext ctx, UfrontType type) {
  return mlirTypeParseGet(ctx, ufStr(ufrontTypeGetName(type)));
}

/// MLIR packs i1 elements by its own rules, so they are handed over one by one.
static MlirAttribute boolElements(UfArena *arena, MlirType type,
                                  const uint8_t *data, size_t count) {
  int *elements = UF_NEW(arena, int, count);
  if (!elements)
    return mlirAttributeGetNull();
  for (size_t i = 0; i < count; ++i)
    elements[i] = data[i];
  return mlirDenseElementsAttrBoolGet(type, (intptr_t)count, elements);
}

/// The elements without the bits that are not theirs, which MLIR takes for
/// theirs; null when memory is exhausted.
static const uint8_t *maskElements(UfArena *arena, const uint8_t *data,
                                   size_t count, int bits) {
  uint8_t *masked = ufAlloc(arena, count);
  for (size_t i = 0; masked && i < count; ++i)
    masked[i] = (uint8_t)(data[i] & ((1 << bits) - 1));
  return masked;
}

/// Whether all elements of `width` bytes are the same.
static bool allEqual(const uint8_t *data, size_t width, size_t size) {
  return size >= width && memcmp(data, data + width, size - width) == 0;
}

/// A null attribute when an element is no string, or memory is exhausted.
static MlirAttribute stringElements(UfArena *arena, MlirType type,
                                    const UfrontString *texts, size_t count) {
  MlirStringRef *elements = UF_NEW(arena, MlirStringRef, count);
  if (!elements)
    return mlirAttributeGetNull();
  for (size_t i = 0; i < count; ++i) {
    if (texts[i].size < 0 || (texts[i].size > 0 && !texts[i].data))
      return mlirAttributeGetNull();
    elements[i] = mlirStringRefCreate(texts[i].size ? texts[i].data : "",
                                      (size_t)texts[i].size);
  }
  return mlirDenseElementsAttrStringGet(type, (intptr_t)count, elements);
}

MlirAttribute ufTensorElements(MlirContext ctx, UfArena *arena,
                               const UfrontTensor *tensor) {
  MlirType type = ufTensorOf(ufElementTypeOf(ctx, tensor->type), tensor->rank,
                             tensor->shape);
  size_t size, width = ufrontTypeGetSize(tensor->type);
  if (!ufTensorGetSize(tensor, &size) || size == 0)
    return mlirDenseElementsAttrGet(type, 0, NULL);
  if (tensor->type == UFRONT_STRING)
    return stringElements(arena, type, tensor->data, size / width);
  if (tensor->type == UFRONT_BOOL)
    return boolElements(arena, type, tensor->data, size);
  const uint8_t *data = tensor->data;
  int bits = ufBitWidth(mlirShapedTypeGetElementType(type));
  if (bits < 8)
    data = maskElements(arena, data, size, bits);
  if (!data)
    return mlirAttributeGetNull();
  return mlirDenseElementsAttrRawBufferGet(
      type, allEqual(data, width, size) ? width : size, data);
}

MlirValue ufAddParam(MlirBlock entry, MlirOperation *last, MlirLocation loc,
                     const char *name, const UfrontTensor *tensor) {
  MlirContext ctx = mlirLocationGetContext(loc);
  MlirType type = ufTensorOf(ufElementTypeOf(ctx, tensor->type), tensor->rank,
                             tensor->shape);
  MlirNamedAttribute sym =
      mlirNamedAttributeGet(mlirIdentifierGet(ctx, ufStr("sym")),
                            mlirStringAttrGet(ctx, ufStr(name)));
  MlirOperationState state = mlirOperationStateGet(ufStr("ufront.param"), loc);
  mlirOperationStateAddAttributes(&state, 1, &sym);
  mlirOperationStateAddResults(&state, 1, &type);
  MlirOperation op = mlirOperationCreate(&state);
  mlirBlockInsertOwnedOperationAfter(entry, *last, op);
  *last = op;
  return ufResultOf(op, 0);
}

//===----------------------------------------------------------------------===//
// Parameters without values
//===----------------------------------------------------------------------===//

size_t ufInventable(int64_t numNodes) {
  size_t most;
  if (!ufCheckedMul((size_t)numNodes, INVENTED_PER_NODE, &most) ||
      most > MAX_INVENTED)
    most = MAX_INVENTED;
  return MIN_INVENTED + most;
}

/// The next number of a fixed sequence (SplitMix64).
static uint64_t nextRandom(uint64_t *state) {
  uint64_t x = *state += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

void ufInvent(const char *name, UfrontTensor *tensor) {
  double fanIn = 1;
  size_t size;
  if (!ufTensorGetSize(tensor, &size))
    return;
  size_t count = size / ufrontTypeGetSize(tensor->type);
  for (int32_t i = tensor->rank > 1 ? 1 : 0; i < tensor->rank; ++i)
    fanIn *= (double)tensor->shape[i];
  double bound = fanIn > 0 ? 1 / sqrt(fanIn) : 0;
  uint64_t state = 0;
  for (const char *at = name; *at; ++at)
    state = (state ^ (unsigned char)*at) * 0x100000001b3u;
  for (size_t i = 0; i < count; ++i) {
    double unit = (double)(nextRandom(&state) >> 11) * 0x1p-53;
    double value = (2 * unit - 1) * bound;
    if (tensor->type == UFRONT_F32)
      ((float *)tensor->data)[i] = (float)value;
    else
      ((double *)tensor->data)[i] = value;
  }
}

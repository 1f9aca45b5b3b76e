//===-- Rearrange.c - Words for moving elements ---------------------------===//

#include "Ops/Rearrange.h"

#include <string.h>

MlirValue ufMake(UfBuilder *b, const char *name, UfValues operands,
                 UfAttrs attrs) {
  for (intptr_t i = 0; i < operands.size; ++i)
    if (!operands.data[i].ptr)
      return (MlirValue){NULL};
  return ufOp(b, name, operands, attrs);
}

//===----------------------------------------------------------------------===//
// Numbers and sizes
//===----------------------------------------------------------------------===//

MlirValue ufMakeInt(UfBuilder *b, int64_t value) {
  MlirType type = ufTensorOf(ufI64(b), 0, NULL);
  return ufConstant(b, mlirDenseElementsAttrInt64Get(type, 1, &value));
}

/// The number of rank 0 and type i64 that `value` is known to be.
static bool knownNumber(MlirValue value, int64_t *out) {
  UfInts ints;
  if (!value.ptr || ufRank(value) > 0 ||
      !mlirTypeIsAInteger(ufElementType(value)) ||
      ufBitWidth(ufElementType(value)) != 64 || !ufConstantInts(value, &ints) ||
      ints.size != 1)
    return false;
  *out = ints.data[0];
  return true;
}

/// Overflow and division by zero are left to the op.
static bool evaluate(const char *name, int64_t x, int64_t y, int64_t *out) {
  if (strcmp(name, "add") == 0)
    return !__builtin_add_overflow(x, y, out);
  if (strcmp(name, "subtract") == 0)
    return !__builtin_sub_overflow(x, y, out);
  if (strcmp(name, "multiply") == 0)
    return !__builtin_mul_overflow(x, y, out);
  if (strcmp(name, "minimum") == 0)
    *out = x < y ? x : y;
  else if (strcmp(name, "maximum") == 0)
    *out = x > y ? x : y;
  else if (strcmp(name, "divide") == 0 && x >= 0 && y > 0)
    *out = x / y;
  else if (strcmp(name, "mod") == 0 && x >= 0 && y > 0)
    *out = x % y;
  else
    return false;
  return true;
}

MlirValue ufMakeArith(UfBuilder *b, const char *name, MlirValue x,
                      MlirValue y) {
  int64_t left, right, known;
  if (x.ptr && y.ptr && knownNumber(x, &left) && knownNumber(y, &right) &&
      evaluate(name, left, right, &known))
    return ufMakeInt(b, known);
  return ufCall2(b, name, x, y);
}

MlirValue ufMakeSizesOf(UfBuilder *b, MlirValue x, int start, int end) {
  return ufMake(
      b, "shape_of", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, start)}, {"end", ufIntAttr(b, end)}));
}

MlirValue ufMakeSizeOf(UfBuilder *b, MlirValue x, int axis) {
  if (!x.ptr)
    return x;
  int64_t size = ufDimSize(x, axis);
  if (size != UF_DYNAMIC)
    return ufMakeInt(b, size);
  return ufCallReshape(b, ufMakeSizesOf(b, x, axis, axis + 1), 0, NULL);
}

MlirValue ufMakeIota(UfBuilder *b, MlirValue count) {
  return ufMake(b, "range", UF_VALUES(ufMakeInt(b, 0), count, ufMakeInt(b, 1)),
                UF_NO_ATTRS);
}

MlirValue ufMakeIotaAlong(UfBuilder *b, MlirValue x, int axis) {
  if (!x.ptr)
    return x;
  return ufMakeWiden(b, ufMakeIota(b, ufMakeSizeOf(b, x, axis)), ufRank(x),
                     axis);
}

MlirValue ufMakeReduce(UfBuilder *b, const char *name, MlirValue x, int axis,
                       bool keepdims) {
  return ufCallReduce(b, name, x, &(UfInts){1, {axis}}, keepdims);
}

//===----------------------------------------------------------------------===//
// Shapes and places
//===----------------------------------------------------------------------===//

MlirValue ufMakeReshapeTo(UfBuilder *b, MlirValue x, MlirValue shape) {
  return ufMake(b, "reshape", UF_VALUES(x, shape),
                UF_ATTRS({"allow_zero", ufBoolAttr(b, true)}));
}

MlirValue ufMakeReshapeLike(UfBuilder *b, MlirValue x, MlirValue like) {
  if (!x.ptr || !like.ptr)
    return (MlirValue){NULL};
  UfShape shape = ufShape(like);
  if (ufNumElements(&shape) == UF_DYNAMIC)
    return ufMakeReshapeTo(b, x, ufMakeSizesOf(b, like, 0, shape.rank));
  return ufMake(b, "reshape", UF_VALUES(x),
                UF_ATTRS({"shape", ufIntsAttr(b, shape.rank, shape.dims)},
                         {"allow_zero", ufBoolAttr(b, true)}));
}

MlirValue ufMakeFlat(UfBuilder *b, MlirValue x) {
  if (!x.ptr || ufRank(x) == 1)
    return x;
  return ufCallReshape(b, x, 1, (int64_t[]){-1});
}

MlirValue ufMakeFlatten(UfBuilder *b, MlirValue x, int start, int end) {
  if (start == end)
    return x;
  return ufMake(
      b, "flat", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, start)}, {"end", ufIntAttr(b, end)}));
}

MlirValue ufMakeWiden(UfBuilder *b, MlirValue x, int rank, int axis) {
  int64_t axes[UF_MAX_RANK];
  int count = 0;
  if (!x.ptr || ufRank(x) == rank)
    return x;
  for (int d = 0; d < rank; ++d)
    if (d < axis || d >= axis + ufRank(x))
      axes[count++] = d;
  return ufMake(b, "unsqueeze", UF_VALUES(x),
                UF_ATTRS({"axes", ufIntsAttr(b, count, axes)}));
}

MlirValue ufMakeTranspose(UfBuilder *b, MlirValue x, int rank,
                          const int64_t *perm) {
  bool isIdentity = true;
  for (int d = 0; d < rank; ++d)
    isIdentity &= perm[d] == d;
  if (isIdentity)
    return x;
  return ufMake(b, "transpose", UF_VALUES(x),
                UF_ATTRS({"perm", ufIntsAttr(b, rank, perm)}));
}

MlirValue ufMakeMoveAxis(UfBuilder *b, MlirValue x, int from, int to) {
  int64_t perm[UF_MAX_RANK];
  if (!x.ptr)
    return x;
  int rank = ufRank(x), at = 0;
  for (int d = 0; d < rank; ++d) {
    at += at == from;
    perm[d] = d == to ? from : at++;
  }
  return ufMakeTranspose(b, x, rank, perm);
}

MlirValue ufMakeSliceAt(UfBuilder *b, MlirValue x, int axis, MlirValue start,
                        MlirValue end) {
  int64_t one = 1;
  return ufMake(b, "slice",
                UF_VALUES(x, ufCallReshape(b, start, 1, &one),
                          ufCallReshape(b, end, 1, &one)),
                UF_ATTRS({"axes", ufIntsAttr(b, 1, (int64_t[]){axis})}));
}

MlirValue ufMakeGather(UfBuilder *b, MlirValue x, MlirValue indices, int axis) {
  return ufMake(b, "gather", UF_VALUES(x, indices),
                UF_ATTRS({"axis", ufIntAttr(b, axis)}));
}

//===-- Compose.c - Ops made of rows of the table -------------------------===//

#include "Ops/Compose.h"

static const MlirValue none = {NULL};

MlirValue ufCall1(UfBuilder *b, const char *name, MlirValue x) {
  return x.ptr ? ufOp(b, name, UF_VALUES(x), UF_NO_ATTRS) : none;
}

MlirValue ufCall2(UfBuilder *b, const char *name, MlirValue x, MlirValue y) {
  return x.ptr && y.ptr ? ufOp(b, name, UF_VALUES(x, y), UF_NO_ATTRS) : none;
}

MlirValue ufCallNumber(UfBuilder *b, const char *name, MlirValue x,
                       double number) {
  if (!x.ptr)
    return none;
  return ufCall2(b, name, x, ufScalarConstant(b, ufElementType(x), number));
}

MlirValue ufCallCompare(UfBuilder *b, const char *pred, MlirValue x,
                        MlirValue y) {
  if (!x.ptr || !y.ptr)
    return none;
  return ufOp(b, "compare", UF_VALUES(x, y),
              UF_ATTRS({"pred", ufStrAttr(b, pred)}));
}

MlirValue ufCallWhere(UfBuilder *b, MlirValue condition, MlirValue x,
                      MlirValue y) {
  if (!condition.ptr || !x.ptr || !y.ptr)
    return none;
  return ufOp(b, "where", UF_VALUES(condition, x, y), UF_NO_ATTRS);
}

MlirValue ufCallReduce(UfBuilder *b, const char *name, MlirValue x,
                       const UfInts *axes, bool keepdims) {
  if (!x.ptr)
    return none;
  return ufOp(b, name, UF_VALUES(x),
              UF_ATTRS({"axes", ufIntsAttr(b, axes->size, axes->data)},
                       {"keepdims", ufBoolAttr(b, keepdims)}));
}

MlirValue ufCallReshape(UfBuilder *b, MlirValue x, int rank,
                        const int64_t *dims) {
  if (!x.ptr)
    return none;
  return ufOp(b, "reshape", UF_VALUES(x),
              UF_ATTRS({"shape", ufIntsAttr(b, rank, dims)}));
}

static MlirValue changeAxis(UfBuilder *b, const char *name, MlirValue x,
                            int64_t axis) {
  if (!x.ptr)
    return none;
  return ufOp(b, name, UF_VALUES(x),
              UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}));
}

MlirValue ufCallUnsqueeze(UfBuilder *b, MlirValue x, int64_t axis) {
  return changeAxis(b, "unsqueeze", x, axis);
}

MlirValue ufCallSqueeze(UfBuilder *b, MlirValue x, int64_t axis) {
  return changeAxis(b, "squeeze", x, axis);
}

MlirValue ufCallTranspose(UfBuilder *b, MlirValue x, int first, int second) {
  if (!x.ptr)
    return none;
  int rank = ufRank(x);
  int64_t perm[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    perm[i] = i;
  perm[ufAxis(first, rank)] = ufAxis(second, rank);
  perm[ufAxis(second, rank)] = ufAxis(first, rank);
  return ufOp(b, "transpose", UF_VALUES(x),
              UF_ATTRS({"perm", ufIntsAttr(b, rank, perm)}));
}

MlirValue ufCallMatmul(UfBuilder *b, MlirValue x, MlirValue y, bool transposeA,
                       bool transposeB) {
  if (!x.ptr || !y.ptr)
    return none;
  return ufOp(b, "batch_matmul", UF_VALUES(x, y),
              UF_ATTRS({"transpose_a", ufBoolAttr(b, transposeA)},
                       {"transpose_b", ufBoolAttr(b, transposeB)}));
}

MlirValue ufCallSlice(UfBuilder *b, MlirValue x, int64_t axis, int64_t begin,
                      int64_t end) {
  if (!x.ptr)
    return none;
  return ufOp(b, "slice", UF_VALUES(x),
              UF_ATTRS({"starts", ufIntsAttr(b, 1, &begin)},
                       {"ends", ufIntsAttr(b, 1, &end)},
                       {"axes", ufIntsAttr(b, 1, &axis)}));
}

MlirValue ufCallConcat(UfBuilder *b, UfValues parts, int64_t axis) {
  for (intptr_t i = 0; i < parts.size; ++i)
    if (!parts.data[i].ptr)
      return none;
  if (parts.size == 1)
    return parts.data[0];
  return ufOp(b, "concat", parts, UF_ATTRS({"axis", ufIntAttr(b, axis)}));
}

MlirValue ufCallCast(UfBuilder *b, MlirValue x, MlirType element) {
  if (!x.ptr || !element.ptr || mlirTypeEqual(ufElementType(x), element))
    return x;
  return ufOp(b, "cast", UF_VALUES(x),
              UF_ATTRS({"to", mlirTypeAttrGet(element)}));
}

MlirValue ufCallSize(UfBuilder *b, MlirValue x, int dim, MlirType element) {
  if (!x.ptr)
    return none;
  int64_t size = ufDimSize(x, dim);
  if (size != UF_DYNAMIC && ufIsFloat(element))
    return ufScalarConstant(b, element, (double)size);
  MlirValue sizes = ufOp(
      b, "shape_of", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, dim)}, {"end", ufIntAttr(b, dim + 1)}));
  return ufCallCast(b, ufCallSqueeze(b, sizes, 0), element);
}

MlirValue ufCallExpandLike(UfBuilder *b, MlirValue x, MlirValue like) {
  if (!x.ptr || !like.ptr)
    return none;
  UfShape shape = ufShape(like);
  if (ufNumElements(&shape) != UF_DYNAMIC)
    return ufOp(b, "expand", UF_VALUES(x),
                UF_ATTRS({"shape", ufIntsAttr(b, shape.rank, shape.dims)}));
  return ufCall2(b, "expand", x, ufCall1(b, "shape_of", like));
}

//===-- Axes.c - Computing along some axes of a tensor --------------------===//

#include "Ops/Axes.h"

#include "Ops/Op.h"

enum { MAX_OPERANDS = 8 };

/// The map of an operand that lacks dimensions; one with a single element along
/// a dimension is repeated as well.
static MlirAffineMap mapOf(UfBuilder *b, MlirValue whole, const UfAlong *of) {
  int rank = ufRank(whole), count = 0, dims[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    if (of->lacks >> d & 1)
      continue;
    bool isOne = ufDimSize(of->value, count) == 1 && ufDimSize(whole, d) != 1;
    if (!isOne)
      ufAssertSameSize(b, ufSizeOf(b, whole, d), ufSizeOf(b, of->value, count),
                       "an operand's size differs from the input's");
    dims[count++] = isOne ? -1 : d;
  }
  return ufMapOf(b, rank, count, dims);
}

static MlirValue along(UfBuilder *b, int count, const UfAlong *operands,
                       unsigned axes, MlirValue init, UfBody body,
                       const void *data) {
  MlirValue whole = operands[0].value, inputs[MAX_OPERANDS];
  MlirAffineMap maps[MAX_OPERANDS + 1];
  for (int i = 0; i < count; ++i) {
    inputs[i] = operands[i].value;
    maps[i] = mapOf(b, whole, &operands[i]);
  }
  int rank = ufRank(whole), numKept = 0, kept[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d) {
    bool isReduced = axes >> d & 1;
    iterators[d] = isReduced ? 'r' : 'p';
    if (!isReduced)
      kept[numKept++] = d;
  }
  maps[count] = ufMapOf(b, rank, numKept, kept);
  return ufGeneric(b, &(UfGeneric){
                          .inputs = {inputs, count},
                          .inits = {&init, 1},
                          .maps = maps,
                          .iterators = iterators,
                          .body = body,
                          .data = data,
                      });
}

MlirValue ufMapAlong(UfBuilder *b, int count, const UfAlong *operands,
                     MlirType element, UfBody body, const void *data) {
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, operands[0].value, sizes);
  MlirValue init = ufEmpty(b, element, ufRank(operands[0].value), sizes);
  return along(b, count, operands, 0, init, body, data);
}

MlirValue ufReduceAlong(UfBuilder *b, int count, const UfAlong *operands,
                        unsigned axes, MlirValue start, UfBody body,
                        const void *data) {
  MlirValue whole = operands[0].value;
  UfSize sizes[UF_MAX_RANK];
  int numKept = 0;
  for (int d = 0; d < ufRank(whole); ++d)
    if (!(axes >> d & 1))
      sizes[numKept++] = ufSizeOf(b, whole, d);
  MlirValue init = ufFilled(b, start, numKept, sizes);
  return along(b, count, operands, axes, init, body, data);
}

UfSize ufCountAlong(UfBuilder *b, MlirValue x, unsigned axes) {
  UfSize count = ufStatic(1);
  for (int d = 0; d < ufRank(x); ++d)
    if (axes >> d & 1)
      count = ufSizeMul(b, count, ufSizeOf(b, x, d));
  return count;
}

MlirType ufWideFloat(const UfBuilder *b, MlirType element) {
  return ufBitWidth(element) < 32 ? ufF32(b) : element;
}

MlirLogicalResult ufCheckPerChannel(MlirOperation op, int64_t channels) {
  for (int i = 1; i < mlirOperationGetNumOperands(op); ++i) {
    MlirValue operand = ufOperandOf(op, i);
    if (!operand.ptr)
      continue;
    UfShape shape = ufShape(operand);
    char text[UF_SHAPE_TEXT];
    bool fits = shape.rank == 1 &&
                (shape.dims[0] == channels || shape.dims[0] == UF_DYNAMIC ||
                 channels == UF_DYNAMIC);
    if (!fits)
      return ufOpError(op, "has %" PRId64 " channels, but operand %d is %s",
                       channels, i, ufShapeText(&shape, text, sizeof text));
  }
  return mlirLogicalResultSuccess();
}

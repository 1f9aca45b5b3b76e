//===-- Rotary.c - Rotary positional embedding ----------------------------===//

#include "Ops/Node.h"

//===----------------------------------------------------------------------===//
// rotary_embedding
//
//   Pairs (x, y) of each head's first rotary_dim elements become
//   (x * cos - y * sin, x * sin + y * cos). A pair is two neighbours if
//   interleaved, else one element from each half. The input is [batch, heads,
//   length, size], or [batch, length, heads * size] with num_heads; cos and sin
//   are [positions, rotary_dim / 2] with position_ids [batch, length], or
//   [batch, length, rotary_dim / 2] without.
//
// (C1) the input has rank 4, or rank 3 and num_heads divides its last
// dimension. (C2) rotary_dim is even and at most the size of a head, which is
// known; 0 is
//      all of it.
// (C3) cos and sin have rank 2 with position_ids of rank 2, else rank 3.
// (C4) the last dimension of cos and sin is rotary_dim / 2.
// (C5) position_ids, or cos and sin without, have the input's batch and length,
//      or 1.
//===----------------------------------------------------------------------===//

/// The size of a head; negative when it cannot be.
static int64_t headSize(MlirOperation op, const UfShape *x) {
  if (x->rank == 4)
    return x->dims[3];
  int64_t heads = ufGetInt(op, "num_heads");
  if (x->rank != 3 || heads < 1)
    return -1;
  if (x->dims[2] == UF_DYNAMIC)
    return UF_DYNAMIC;
  return x->dims[2] % heads ? -1 : x->dims[2] / heads;
}

static int64_t rotaryDim(MlirOperation op, int64_t size) {
  int64_t dim = ufGetInt(op, "rotary_dim");
  return dim ? dim : size;
}

/// C5: operand `i`, which says something of every position.
static MlirLogicalResult checkPositions(MlirOperation op, int i,
                                        const UfShape *x) {
  const int64_t wanted[] = {x->dims[0], x->dims[x->rank == 4 ? 2 : 1]};
  UfShape at = ufShape(mlirOperationGetOperand(op, i));
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  for (int d = 0; d < 2; ++d)
    if (at.dims[d] != wanted[d] && at.dims[d] != 1 &&
        at.dims[d] != UF_DYNAMIC && wanted[d] != UF_DYNAMIC)
      return ufOpError(op,
                       "needs the batch and length of the input, %s, in "
                       "operand %d, which is %s",
                       ufShapeText(x, text, sizeof text), i,
                       ufShapeText(&at, other, sizeof other));
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferRotaryEmbedding(MlirOperation op,
                                              UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  char text[UF_SHAPE_TEXT];
  int64_t size = headSize(op, &x);
  if (size < 0 && size != UF_DYNAMIC) // C1
    return ufOpError(
        op,
        "takes an input of rank 4, or of rank 3 whose last "
        "dimension num_heads divides, which is %" PRId64 ", but it is %s",
        ufGetInt(op, "num_heads"), ufShapeText(&x, text, sizeof text));
  int64_t dim = rotaryDim(op, size);
  if (size == UF_DYNAMIC || dim < 0 || dim > size || dim % 2) // C2
    return ufOpError(op,
                     "rotary_dim is %" PRId64 ", but must be even and at most "
                     "the known size of a head, %" PRId64,
                     dim, size);
  MlirValue ids = ufOperandOf(op, 3);
  int rank = ids.ptr ? 2 : 3;
  for (int i = 1; i <= 2; ++i) {
    UfShape angle = ufShape(mlirOperationGetOperand(op, i));
    if (angle.rank != rank || (ids.ptr && ufRank(ids) != 2)) // C3
      return ufOpError(op,
                       "needs cos and sin of rank 2 with position_ids of rank "
                       "2, or of rank 3 without, but operand %d is %s",
                       i, ufShapeText(&angle, text, sizeof text));
    int64_t last = angle.dims[rank - 1];
    if (last != dim / 2 && last != UF_DYNAMIC) // C4
      return ufOpError(op,
                       "rotates %" PRId64 " elements, so the last dimension of "
                       "cos and sin must be %" PRId64 ", but operand %d is %s",
                       dim, dim / 2, i, ufShapeText(&angle, text, sizeof text));
  }
  results[0] = x;
  if (ids.ptr)
    return checkPositions(op, 3, &x);
  UF_TRY(checkPositions(op, 1, &x));
  return checkPositions(op, 2, &x);
}

static MlirValue binary(UfBuilder *b, const char *name, MlirValue x,
                        MlirValue y) {
  return x.ptr && y.ptr ? ufOp(b, name, UF_VALUES(x, y), UF_NO_ATTRS)
                        : (MlirValue){NULL};
}

/// Elements [from, to) of the last of four dimensions, every `step`th.
static MlirValue cut(UfBuilder *b, MlirValue x, int64_t from, int64_t to,
                     int64_t step) {
  int64_t axis = 3;
  return ufOp(b, "slice", UF_VALUES(x),
              UF_ATTRS({"starts", ufIntsAttr(b, 1, &from)},
                       {"ends", ufIntsAttr(b, 1, &to)},
                       {"axes", ufIntsAttr(b, 1, &axis)},
                       {"steps", ufIntsAttr(b, 1, &step)}));
}

static MlirValue reshape(UfBuilder *b, MlirValue x, int rank,
                         const int64_t *dims) {
  return x.ptr ? ufOp(b, "reshape", UF_VALUES(x),
                      UF_ATTRS({"shape", ufIntsAttr(b, rank, dims)}))
               : x;
}

static MlirValue unsqueeze(UfBuilder *b, MlirValue x, int64_t axis) {
  return x.ptr ? ufOp(b, "unsqueeze", UF_VALUES(x),
                      UF_ATTRS({"axes", ufIntsAttr(b, 1, &axis)}))
               : x;
}

static MlirValue join(UfBuilder *b, MlirValue x, MlirValue y, int64_t axis) {
  return x.ptr && y.ptr ? ufOp(b, "concat", UF_VALUES(x, y),
                               UF_ATTRS({"axis", ufIntAttr(b, axis)}))
                        : (MlirValue){NULL};
}

/// cos or sin for every element of the input: [batch, 1, length, half], or
/// [batch, length, 1, half].
static MlirValue anglesOf(UfBuilder *b, int operand, bool isFlat) {
  MlirValue angle = ufOperandOf(b->op, operand), ids = ufOperandOf(b->op, 3);
  if (ids.ptr)
    angle = ufOp(b, "gather", UF_VALUES(angle, ids),
                 UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  return unsqueeze(b, angle, isFlat ? 2 : 1);
}

static MlirLogicalResult decomposeRotaryEmbedding(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x);
  bool isFlat = shape.rank == 3;
  bool isInterleaved = ufGetBool(b->op, "interleaved");
  int64_t size = headSize(b->op, &shape), dim = rotaryDim(b->op, size);
  int64_t half = dim / 2;
  MlirValue cos = anglesOf(b, 1, isFlat), sin = anglesOf(b, 2, isFlat);
  if (isFlat)
    x = reshape(b, x, 4, (int64_t[]){0, 0, ufGetInt(b->op, "num_heads"), size});
  if (!x.ptr || dim == 0)
    return x.ptr ? ufReplace(b, ufOperandOf(b->op, 0))
                 : mlirLogicalResultFailure();
  MlirValue first =
      isInterleaved ? cut(b, x, 0, dim, 2) : cut(b, x, 0, half, 1);
  MlirValue second =
      isInterleaved ? cut(b, x, 1, dim, 2) : cut(b, x, half, dim, 1);
  MlirValue real = binary(b, "subtract", binary(b, "multiply", first, cos),
                          binary(b, "multiply", second, sin));
  MlirValue imaginary = binary(b, "add", binary(b, "multiply", first, sin),
                               binary(b, "multiply", second, cos));
  MlirValue y = isInterleaved ? reshape(b,
                                        join(b, unsqueeze(b, real, 4),
                                             unsqueeze(b, imaginary, 4), 4),
                                        4, (int64_t[]){0, 0, 0, dim})
                              : join(b, real, imaginary, 3);
  if (dim < size)
    y = join(b, y, cut(b, x, dim, size, 1), 3);
  if (isFlat)
    y = reshape(b, y, 3, (int64_t[]){0, 0, shape.dims[2]});
  return ufReplace(b, y);
}

static MlirLogicalResult importRotaryEmbedding(UfBuilder *b, const UfNode *node,
                                               MlirValue *results) {
  return ufNodeDefine(
      results,
      ufOp(b, "rotary_embedding",
           UF_VALUES(ufNodeInput(node, 0), ufNodeInput(node, 1),
                     ufNodeInput(node, 2), ufNodeInput(node, 3)),
           UF_ATTRS(
               {"interleaved",
                ufBoolAttr(b, ufNodeInt(node, "interleaved", 0) != 0)},
               {"num_heads", ufIntAttr(b, ufNodeInt(node, "num_heads", 0))},
               {"rotary_dim",
                ufIntAttr(b, ufNodeInt(node, "rotary_embedding_dim", 0))})));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "rotary_embedding",
        .summary = "Turns pairs of elements by angles of their position.",
        .operands = {{"input", "[batch, heads, length, size].", UF_FLOATS},
                     {"cos", "Cosines of the angles.", UF_FLOATS | UF_SAME},
                     {"sin", "Sines of the angles.", UF_FLOATS | UF_SAME},
                     {"position_ids", "[batch, length].", UF_INTEGERS,
                      UF_OPTIONAL}},
        .attrs = {{"interleaved", "A pair is two neighbours.", UF_BOOL,
                   "false"},
                  {"num_heads", "Of an input of rank 3.", UF_INT, "0"},
                  {"rotary_dim", "How many elements turn; 0 is all.", UF_INT,
                   "0"}},
        .infer = inferRotaryEmbedding,
        .decompose = decomposeRotaryEmbedding,
        .imports =
            UF_IMPORTS({UF_ONNX, "RotaryEmbedding", 23, importRotaryEmbedding}),
    },
};
UF_FAMILY(ufRotaryOps, "rotary", ops);

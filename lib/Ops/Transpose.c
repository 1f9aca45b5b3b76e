//===-- Transpose.c - Dimensions in another order -------------------------===//

#include "IR/Tosa.h"
#include "Ops/Move.h"
#include "Ops/TorchShape.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// transpose
//
//   Dimension i of the output is dimension perm[i] of the input; without `perm`
//   they are reversed.
//
// (C1) `perm` is a permutation of the input's dimensions.
//===----------------------------------------------------------------------===//

/// The permutation, which has been verified.
static UfInts permOf(MlirOperation op) {
  UfInts perm = ufGetInts(op, "perm");
  int rank = ufRank(mlirOperationGetOperand(op, 0));
  if (!ufHasAttr(op, "perm"))
    for (perm.size = 0; perm.size < rank; ++perm.size)
      perm.data[perm.size] = rank - 1 - perm.size;
  return perm;
}

static MlirLogicalResult inferTranspose(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts perm = permOf(op);
  unsigned seen = 0;
  for (int i = 0; i < perm.size; ++i)
    if (perm.data[i] >= 0 && perm.data[i] < from.rank)
      seen |= 1u << perm.data[i];
  if (perm.size != from.rank || seen != (1u << from.rank) - 1) // C1
    return ufOpError(op, "perm is not a permutation of %d dimensions",
                     from.rank);
  results[0] = from;
  for (int i = 0; i < from.rank; ++i)
    results[0].dims[i] = from.dims[perm.data[i]];
  return mlirLogicalResultSuccess();
}

static int originTranspose(MlirOperation op, const int64_t *at, int64_t *from) {
  UfInts perm = permOf(op);
  for (int i = 0; i < perm.size; ++i)
    from[perm.data[i]] = at[i];
  return 0;
}

static MlirAttribute foldTranspose(MlirOperation op,
                                   const MlirAttribute *operands,
                                   MlirValue *value) {
  UfInts perm = permOf(op);
  bool isIdentity = true;
  for (int i = 0; i < perm.size; ++i)
    isIdentity &= perm.data[i] == i;
  if (isIdentity)
    *value = ufFoldToOperand(op, 0);
  MlirOperation inner = ufDefiningOp(mlirOperationGetOperand(op, 0));
  if (isIdentity || !inner.ptr || !ufOpIs(inner, "ufront.transpose"))
    return isIdentity ? mlirAttributeGetNull()
                      : ufFoldMove(op, operands, originTranspose);
  // Two in a row are one.
  UfInts first = permOf(inner), both = {.size = perm.size};
  for (int i = 0; i < perm.size; ++i)
    both.data[i] = first.data[perm.data[i]];
  mlirOperationSetOperand(op, 0, mlirOperationGetOperand(inner, 0));
  mlirOperationSetDiscardableAttributeByName(
      op, ufStr("perm"),
      mlirDenseI64ArrayGet(mlirOperationGetContext(op), both.size, both.data));
  return ufFoldedInPlace(op, value);
}

/// Whether all dimensions that have more than one element keep their order.
static bool keepsOrder(MlirValue x, const UfInts *perm) {
  int64_t last = -1;
  for (int i = 0; i < perm->size; ++i) {
    if (ufDimSize(x, (int)perm->data[i]) == 1)
      continue;
    if (perm->data[i] < last)
      return false;
    last = perm->data[i];
  }
  return true;
}

static MlirLogicalResult lowerTranspose(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfInts perm = permOf(b->op);
  if (!keepsOrder(x, &perm))
    return ufReplace(b, ufTranspose(b, x, perm.data));
  UfSize sizes[UF_MAX_RANK];
  for (int i = 0; i < perm.size; ++i)
    sizes[i] = ufSizeOf(b, x, (int)perm.data[i]);
  return ufReplace(b, ufReshape(b, x, perm.size, sizes));
}

static MlirLogicalResult transposeToTosa(UfBuilder *b) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfInts perm = permOf(b->op);
  if (!ufTosaHasType(ufElementType(x)) || perm.size == 0 ||
      ufHasEmptyDim(mlirValueGetType(x)))
    return mlirLogicalResultFailure();
  return ufReplace(b, ufTosaTranspose(b, x, perm.data));
}

//===----------------------------------------------------------------------===//
// pixel_shuffle and pixel_unshuffle
//
//   An image [..., C * f * f, H, W] becomes [..., C, H * f, W * f], and back.
//   The f * f offsets inside a block of pixels are the slowest part of the
//   channel ("DCR") or its fastest ("CRD").
//
// (C1) The rank is at least 3.
// (C2) factor > 0.
// (C3) The channels (pixel_shuffle), or height and width (pixel_unshuffle), are
//      multiples of what they are divided by.
//===----------------------------------------------------------------------===//

/// Three steps: sizes to reshape to, a permutation, sizes to reshape to.
typedef struct Shuffle {
  int rank, splitRank;
  int64_t perm[UF_MAX_RANK];
} Shuffle;

static MlirLogicalResult inferShuffled(MlirOperation op, bool isBack,
                                       UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  int64_t factor = ufGetInt(op, "factor");
  if (shape.rank < 3 || shape.rank > UF_MAX_RANK - 2) // C1
    return ufOpError(op,
                     "input has rank %d, but must have at least 3 and at "
                     "most %d",
                     shape.rank, UF_MAX_RANK - 2);
  if (factor < 1 || factor > INT32_MAX) // C2
    return ufOpError(op, "factor is %" PRId64 ", but must be positive", factor);
  for (int i = 0; i < 3; ++i) {
    int64_t *size = &shape.dims[shape.rank - 3 + i];
    int64_t by = i == 0 ? factor * factor : factor;
    bool isDivided = (i == 0) != isBack;
    if (*size == UF_DYNAMIC)
      continue;
    if (isDivided && *size % by != 0) // C3
      return ufOpError(op,
                       "dimension %d has size %" PRId64
                       ", which is no multiple of %" PRId64,
                       shape.rank - 3 + i, *size, by);
    if (isDivided)
      *size /= by;
    else if (__builtin_mul_overflow(*size, by, size))
      return ufOpError(op, "has more elements than can be counted");
  }
  results[0] = shape;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferPixelShuffle(MlirOperation op, UfShape *results) {
  return inferShuffled(op, /*isBack=*/false, results);
}

static MlirLogicalResult inferPixelUnshuffle(MlirOperation op,
                                             UfShape *results) {
  return inferShuffled(op, /*isBack=*/true, results);
}

/// Writes where in [..., C-part x3, H-part.., W-part..] each piece is: the
/// image is [lead, a, b, c, H, W] with f, f and C in the order of `mode`, and
/// [lead, C, H, f, W, f] on the other side.
static Shuffle shuffleOf(MlirOperation op, bool isBack) {
  int rank = ufRank(mlirOperationGetOperand(op, 0)), lead = rank - 3;
  bool isDcr = strcmp(ufGetStr(op, "mode"), "DCR") == 0;
  // Positions in [lead, ...] of C, H, y, W, x when the channels are split.
  int c = lead + (isDcr ? 2 : 0), y = lead + (isDcr ? 0 : 1);
  int64_t there[] = {c, lead + 3, y, lead + 4, y + 1};
  Shuffle shuffle = {.rank = rank, .splitRank = rank + 2};
  for (int d = 0; d < lead; ++d)
    shuffle.perm[d] = d;
  for (int i = 0; i < 5; ++i)
    if (isBack)
      shuffle.perm[there[i]] = lead + i;
    else
      shuffle.perm[lead + i] = there[i];
  return shuffle;
}

/// The sizes after splitting `from`, and those of the result.
static void shuffledSizes(UfBuilder *b, const UfSize *from,
                          const Shuffle *shuffle, bool isBack, UfSize *split,
                          UfSize *result) {
  int lead = shuffle->rank - 3;
  UfSize f = ufStatic(ufGetInt(b->op, "factor"));
  UfSize square = ufSizeMul(b, f, f);
  const UfSize *image = from + lead;
  UfSize c = isBack ? image[0] : ufSizeDiv(b, image[0], square);
  UfSize h = isBack ? ufSizeDiv(b, image[1], f) : image[1];
  UfSize w = isBack ? ufSizeDiv(b, image[2], f) : image[2];
  UfSize apart[] = {c, h, f, w, f};
  for (int d = 0; d < lead; ++d)
    split[d] = result[d] = from[d];
  for (int i = 0; i < 5; ++i)
    split[isBack ? lead + i : shuffle->perm[lead + i]] = apart[i];
  result[lead] = isBack ? ufSizeMul(b, c, square) : c;
  result[lead + 1] = isBack ? h : ufSizeMul(b, h, f);
  result[lead + 2] = isBack ? w : ufSizeMul(b, w, f);
}

static MlirLogicalResult lowerShuffled(UfBuilder *b, bool isBack) {
  MlirValue x = ufInput(b, 0);
  Shuffle shuffle = shuffleOf(b->op, isBack);
  UfSize from[UF_MAX_RANK], split[UF_MAX_RANK], result[UF_MAX_RANK];
  ufSizesOf(b, x, from);
  shuffledSizes(b, from, &shuffle, isBack, split, result);
  int lead = shuffle.rank - 3;
  for (int i = 0; i < 3; ++i) {
    UfSize by = ufStatic(ufGetInt(b->op, "factor"));
    if ((i == 0) == isBack)
      continue;
    by = i == 0 ? ufSizeMul(b, by, by) : by;
    UfSize back = ufSizeMul(b, ufSizeDiv(b, from[lead + i], by), by);
    ufAssertSameSize(b, from[lead + i], back,
                     "pixel_shuffle: the size is no multiple of the factor");
  }
  x = ufReshape(b, x, shuffle.splitRank, split);
  x = ufTranspose(b, x, shuffle.perm);
  return ufReplace(b, ufReshape(b, x, shuffle.rank, result));
}

static MlirLogicalResult lowerPixelShuffle(UfBuilder *b) {
  return lowerShuffled(b, /*isBack=*/false);
}

static MlirLogicalResult lowerPixelUnshuffle(UfBuilder *b) {
  return lowerShuffled(b, /*isBack=*/true);
}

static MlirLogicalResult shuffledToTosa(UfBuilder *b, bool isBack) {
  MlirValue x = ufOperandOf(b->op, 0);
  UfShape shape = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  MlirType type = mlirValueGetType(x);
  if (!ufTosaHasType(shape.element) || ufHasEmptyDim(type) ||
      ufNumDynamic(type) + ufNumDynamic(ufResultType(b, 0)) > 0)
    return mlirLogicalResultFailure();
  Shuffle shuffle = shuffleOf(b->op, isBack);
  UfSize from[UF_MAX_RANK], split[UF_MAX_RANK], to[UF_MAX_RANK];
  int64_t dims[UF_MAX_RANK];
  for (int d = 0; d < shape.rank; ++d)
    from[d] = ufStatic(shape.dims[d]);
  shuffledSizes(b, from, &shuffle, isBack, split, to);
  for (int d = 0; d < shuffle.splitRank; ++d)
    dims[d] = split[d].value;
  x = ufTosaReshape(b, x, shuffle.splitRank, dims);
  x = ufTosaTranspose(b, x, shuffle.perm);
  return ufReplace(b, ufTosaReshape(b, x, result.rank, result.dims));
}

static MlirLogicalResult pixelShuffleToTosa(UfBuilder *b) {
  return shuffledToTosa(b, /*isBack=*/false);
}

static MlirLogicalResult pixelUnshuffleToTosa(UfBuilder *b) {
  return shuffledToTosa(b, /*isBack=*/true);
}

static MlirLogicalResult importShuffled(UfBuilder *b, const UfNode *node,
                                        const char *name, MlirValue *results) {
  const char *mode = ufNodeStr(node, "mode", "DCR");
  if (strcmp(mode, "DCR") != 0 && strcmp(mode, "CRD") != 0)
    return ufNodeError(node, "has mode '%s', but must have DCR or CRD", mode);
  return ufNodeDefine(
      results,
      ufOp(b, name, UF_VALUES(ufNodeInput(node, 0)),
           UF_ATTRS({"factor", ufIntAttr(b, ufNodeInt(node, "blocksize", 0))},
                    {"mode", ufStrAttr(b, mode)})));
}

static MlirLogicalResult importDepthToSpace(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  return importShuffled(b, node, "pixel_shuffle", results);
}

static MlirLogicalResult importSpaceToDepth(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  return importShuffled(b, node, "pixel_unshuffle", results);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "transpose",
        .summary = "Dimension i of the output is dimension perm[i].",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"perm", "A permutation; reversed when absent.", UF_INT_LIST,
                   .optional = true}},
        .infer = inferTranspose,
        .fold = foldTranspose,
        .toTosa = transposeToTosa,
        .toLinalg = lowerTranspose,
        .imports =
            UF_IMPORTS({UF_ONNX, "Transpose", 1, NULL}, UF_TORCH_TRANSPOSES),
    },
    {
        .name = "pixel_shuffle",
        .summary = "Moves groups of channels into blocks of pixels.",
        .operands = {{"input", "[..., C, H, W]."}},
        .attrs = {{"factor", "Height and width of a block.", UF_INT},
                  {"mode",
                   "Whether the offset in the block is the slowest or "
                   "the fastest part of the channel.",
                   UF_STRING, "\"CRD\"", .oneOf = "DCR|CRD"}},
        .infer = inferPixelShuffle,
        .toTosa = pixelShuffleToTosa,
        .toLinalg = lowerPixelShuffle,
        .imports = UF_IMPORTS({UF_ONNX, "DepthToSpace", 1, importDepthToSpace},
                              UF_TORCH_PIXEL_SHUFFLES),
    },
    {
        .name = "pixel_unshuffle",
        .summary = "Moves blocks of pixels into groups of channels.",
        .operands = {{"input", "[..., C, H, W]."}},
        .attrs = {{"factor", "Height and width of a block.", UF_INT},
                  {"mode",
                   "Whether the offset in the block is the slowest or "
                   "the fastest part of the channel.",
                   UF_STRING, "\"CRD\"", .oneOf = "DCR|CRD"}},
        .infer = inferPixelUnshuffle,
        .toTosa = pixelUnshuffleToTosa,
        .toLinalg = lowerPixelUnshuffle,
        .imports = UF_IMPORTS({UF_ONNX, "SpaceToDepth", 1, importSpaceToDepth},
                              UF_TORCH_PIXEL_UNSHUFFLES),
    },
};
UF_FAMILY(ufTransposeOps, "transpose", ops);

//===-- Shape.c - Sizes as values, and values in larger shapes ------------===//

#include "IR/Tosa.h"
#include "Ops/Move.h"
#include "Ops/Opset6.h"
#include "Ops/TorchCreate.h"
#include "Ops/TorchShape.h"

//===----------------------------------------------------------------------===//
// shape_of
//
//   The sizes of dimensions `start` to `end`, the latter not included. Counted
//   from the end when negative, then limited to [0, rank], as ONNX does.
//===----------------------------------------------------------------------===//

static void shapeRange(MlirOperation op, int *start, int *end) {
  int64_t rank = ufRank(mlirOperationGetOperand(op, 0));
  int64_t limits[] = {ufGetInt(op, "start"),
                      ufHasAttr(op, "end") ? ufGetInt(op, "end") : rank};
  for (int i = 0; i < 2; ++i) {
    if (limits[i] < 0)
      limits[i] = limits[i] < -rank ? 0 : limits[i] + rank;
    limits[i] = limits[i] > rank ? rank : limits[i];
  }
  *start = (int)limits[0];
  *end = (int)(limits[1] < limits[0] ? limits[0] : limits[1]);
}

static MlirLogicalResult inferShapeOf(MlirOperation op, UfShape *results) {
  int start, end;
  shapeRange(op, &start, &end);
  results[0] =
      (UfShape){.rank = 1,
                .dims = {end - start},
                .element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

static MlirAttribute foldSizes(MlirOperation op, const MlirAttribute *operands,
                               MlirValue *value) {
  (void)operands;
  (void)value;
  return ufFoldInts(op);
}

static MlirLogicalResult lowerShapeOf(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), sizes[UF_MAX_RANK];
  int start, end;
  shapeRange(b->op, &start, &end);
  for (int d = start; d < end; ++d)
    sizes[d - start] =
        ufFromIndex(b, ufSizeValue(b, ufSizeOf(b, x, d)), ufI64(b));
  int64_t count = end - start;
  return ufReplace(
      b, ufFromScalars(b, ufTensorOf(ufI64(b), 1, &count), end - start, sizes));
}

//===----------------------------------------------------------------------===//
// size_of
//
//   The number of elements.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferSizeOf(MlirOperation op, UfShape *results) {
  results[0] =
      (UfShape){.element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult lowerSizeOf(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfSize count = ufStatic(1);
  for (int d = 0; d < ufRank(x); ++d)
    count = ufSizeMul(b, count, ufSizeOf(b, x, d));
  MlirValue scalar = ufFromIndex(b, ufSizeValue(b, count), ufI64(b));
  return ufReplace(b,
                   ufFromScalars(b, ufTensorOf(ufI64(b), 0, NULL), 1, &scalar));
}

//===----------------------------------------------------------------------===//
// expand
//
//   The input broadcast, by numpy's rules, with a tensor of shape `shape`,
//   where -1 stands for the input's own size.
//
// (C1) `shape` is an attribute or an operand, of at most 16 elements.
// (C2) Each element is at least -1, and -1 only where the input has a
// dimension. (C3) Sizes that are both not 1 are equal.
//===----------------------------------------------------------------------===//

static MlirLogicalResult expandDim(MlirOperation op, int64_t size, int64_t to,
                                   bool isNew, int64_t *result) {
  if (to < -1 && to != UF_DYNAMIC) // C2
    return ufOpError(op,
                     "has size %" PRId64 " in its shape, but sizes must be "
                     "at least -1",
                     to);
  if (to == -1 && isNew) // C2
    return ufOpError(op,
                     "has -1 in its shape where the input has no dimension");
  if (to == -1 || to == 1 || size == to)
    *result = size;
  else if (to == UF_DYNAMIC)
    *result = size == 1 ? UF_DYNAMIC : size;
  else if (size == 1 || size == UF_DYNAMIC)
    *result = to;
  else // C3
    return ufOpError(op, "cannot expand size %" PRId64 " to %" PRId64, size,
                     to);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferExpand(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts shape;
  UF_TRY(ufVerifyGiven(op, "shape", 1)); // C1
  UF_TRY(ufGivenInts(op, "shape", 1, &shape));
  if (shape.size > UF_MAX_RANK) // C1
    return ufOpError(op, "asks for rank %d, the most is %d", shape.size,
                     UF_MAX_RANK);
  int rank = shape.size > from.rank ? shape.size : from.rank;
  results[0] = (UfShape){.rank = rank, .element = from.element};
  for (int d = 0; d < rank; ++d) {
    int mine = d - (rank - from.rank), theirs = d - (rank - shape.size);
    UF_TRY(expandDim(op, mine < 0 ? 1 : from.dims[mine],
                     theirs < 0 ? 1 : shape.data[theirs], mine < 0,
                     &results[0].dims[d]));
  }
  return mlirLogicalResultSuccess();
}

static int originExpand(MlirOperation op, const int64_t *at, int64_t *from) {
  UfShape source = ufShape(mlirOperationGetOperand(op, 0));
  int added = ufRank(ufResultOf(op, 0)) - source.rank;
  for (int d = 0; d < source.rank; ++d)
    from[d] = source.dims[d] == 1 ? 0 : at[d + added];
  return 0;
}

static MlirAttribute foldExpand(MlirOperation op, const MlirAttribute *operands,
                                MlirValue *value) {
  if (ufFoldGiven(op, 1, (const char *[]){"shape"}))
    return ufFoldedInPlace(op, value);
  MlirValue same = ufFoldToOperand(op, 0);
  if (same.ptr && ufNumDynamic(mlirValueGetType(same)) == 0) {
    *value = same;
    return mlirAttributeGetNull();
  }
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  if (!mlirAttributeIsNull(operands[0]) && ufNumDynamic(type) == 0 &&
      mlirAttributeIsADenseElements(operands[0]) &&
      mlirElementsAttrGetNumElements(operands[0]) == 1)
    return mlirDenseElementsAttrSplatGet(
        type, mlirDenseElementsAttrGetSplatValue(operands[0]));
  return ufFoldMove(op, operands, originExpand);
}

typedef struct Expansion {
  MlirValue x;
  int added;      ///< Dimensions in front of the input's.
  unsigned ones;  ///< Dimensions of the input that are stretched from 1...
  unsigned maybe; ///< ...or perhaps are; bit sets.
} Expansion;

/// The size of dimension `dim` of the input, broadcast with `to`.
static UfSize broadcastSize(UfBuilder *b, Expansion *expansion, int dim,
                            UfSize from, UfSize to) {
  static const char message[] =
      "expand: the size does not match the size asked for";
  if ((ufIsStatic(to) && (to.value == 1 || to.value == -1)) ||
      ufSameProduct(1, &from, 1, &to))
    return from;
  if (ufIsStatic(from) && from.value == 1) {
    expansion->ones |= 1u << dim;
    if (ufIsSize(to))
      return to;
    return ufSelectSize(b, ufCompareSize(b, UF_LT, to, 0), from, to);
  }
  MlirValue isOne = ufCompareSize(b, UF_EQ, from, 1);
  if (!ufIsStatic(from))
    expansion->maybe |= 1u << dim;
  if (!ufIsStatic(from) && ufIsStatic(to)) {
    ufAssertSameSize(b, ufSelectSize(b, isOne, to, from), to, message);
    return to;
  }
  // A run-time 1 or -1 keeps the size, whatever it is.
  MlirValue keeps = ufBinary(b, "arith.ori", ufCompareSize(b, UF_EQ, to, 1),
                             ufCompareSize(b, UF_LT, to, 0));
  UfSize wanted = ufSelectSize(b, keeps, from, to);
  UfSize result =
      ufIsStatic(from) ? from : ufSelectSize(b, isOne, wanted, from);
  ufAssertSameSize(b, wanted, result, message);
  return result;
}

static void copyBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  (void)b;
  (void)data;
  results[0] = args[0];
}

static void indexExpanded(UfBuilder *b, const MlirValue *at, MlirValue *from,
                          const void *data) {
  const Expansion *expansion = data;
  MlirValue zero = ufIndex(b, 0);
  for (int d = 0; d < ufRank(expansion->x); ++d) {
    from[d] = at[d + expansion->added];
    if (expansion->ones >> d & 1)
      from[d] = zero;
    else if (expansion->maybe >> d & 1) {
      UfSize size = ufSizeOf(b, expansion->x, d);
      from[d] = ufSelect(b, ufCompareSize(b, UF_EQ, size, 1), zero, from[d]);
    }
  }
}

/// Copies `x` to `rank` dimensions of `sizes`, of which `dims` are its own; -1
/// where it has one element for all.
static MlirValue broadcastTo(UfBuilder *b, MlirValue x, const int *dims,
                             int rank, const UfSize *sizes) {
  MlirAffineMap maps[] = {ufMapOf(b, rank, ufRank(x), dims),
                          ufMapIdentity(b, rank)};
  MlirValue init = ufEmpty(b, ufElementType(x), rank, sizes);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[d] = 'p';
  return ufGeneric(b, &(UfGeneric){.inputs = {&x, 1},
                                   .inits = {&init, 1},
                                   .maps = maps,
                                   .iterators = iterators,
                                   .body = copyBody});
}

static MlirLogicalResult lowerExpand(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int rank = (int)mlirShapedTypeGetRank(ufResultType(b, 0));
  int given = ufGivenCount(b->op, "shape", 1), dims[UF_MAX_RANK];
  Expansion expansion = {.x = x, .added = rank - ufRank(x)};
  UfSize sizes[UF_MAX_RANK];
  bool isSame = true;
  for (int d = 0; d < rank; ++d) {
    int mine = d - expansion.added, theirs = d - (rank - given);
    UfSize to = theirs < 0 ? ufStatic(1) : ufGivenSize(b, "shape", 1, theirs);
    sizes[d] =
        mine < 0 ? to
                 : broadcastSize(b, &expansion, mine, ufSizeOf(b, x, mine), to);
    isSame &= mine >= 0 || (ufIsStatic(to) && to.value == 1);
    if (mine >= 0)
      dims[mine] = expansion.ones >> mine & 1 ? -1 : d;
  }
  if (expansion.maybe)
    return ufReplace(b, ufReadAt(b, x, rank, sizes, indexExpanded, &expansion));
  if (isSame && !expansion.ones)
    return ufReplace(b, ufReshape(b, x, rank, sizes));
  return ufReplace(b, broadcastTo(b, x, dims, rank, sizes));
}

/// tosa.tile of `x`, which has the result's rank.
static MlirLogicalResult tileToTosa(UfBuilder *b, MlirValue x) {
  MlirType type = ufResultType(b, 0);
  UfShape from = ufShape(x), to = ufShapeOfType(type);
  int64_t multiples[UF_MAX_RANK];
  for (int d = 0; d < to.rank; ++d)
    multiples[d] = to.dims[d] / from.dims[d];
  if (mlirTypeEqual(mlirValueGetType(x), type))
    return ufReplace(b, x);
  return ufReplace(b, ufBuild(b, "tosa.tile", type,
                              UF_VALUES(x, ufTosaShape(b, to.rank, multiples)),
                              UF_NO_ATTRS));
}

static bool canTile(UfBuilder *b) {
  MlirType from = mlirValueGetType(ufOperandOf(b->op, 0));
  MlirType to = ufResultType(b, 0);
  return ufTosaHasType(mlirShapedTypeGetElementType(to)) &&
         !ufHasEmptyDim(from) && !ufHasEmptyDim(to) &&
         ufNumDynamic(from) + ufNumDynamic(to) == 0;
}

static MlirLogicalResult expandToTosa(UfBuilder *b) {
  if (!canTile(b))
    return mlirLogicalResultFailure();
  int rank = (int)mlirShapedTypeGetRank(ufResultType(b, 0));
  return tileToTosa(b, ufTosaRank(b, ufOperandOf(b->op, 0), rank));
}

//===----------------------------------------------------------------------===//
// tile
//
//   The input repeated multiples[i] times along dimension i.
//
// (C1) `multiples` is an attribute or an operand, one per dimension.
// (C2) Each is at least 0.
// (C3) At most 16 - rank dimensions are repeated.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferTile(MlirOperation op, UfShape *results) {
  UfShape shape = ufShape(mlirOperationGetOperand(op, 0));
  UfInts multiples;
  UF_TRY(ufVerifyGiven(op, "multiples", 1)); // C1
  UF_TRY(ufGivenInts(op, "multiples", 1, &multiples));
  if (multiples.size != shape.rank) // C1
    return ufOpError(op, "has %d multiples for rank %d", multiples.size,
                     shape.rank);
  int numRepeated = 0;
  for (int d = 0; d < shape.rank; ++d) {
    int64_t times = multiples.data[d];
    numRepeated += times != 1;
    if (times < 0 && times != UF_DYNAMIC) // C2
      return ufOpError(
          op, "multiple %d is %" PRId64 ", but must not be negative", d, times);
    if (times == 0)
      shape.dims[d] = 0;
    else if (times == UF_DYNAMIC)
      shape.dims[d] = shape.dims[d] == 0 ? 0 : UF_DYNAMIC;
    else if (shape.dims[d] != UF_DYNAMIC &&
             __builtin_mul_overflow(shape.dims[d], times, &shape.dims[d]))
      return ufOpError(op, "makes more elements than can be counted");
  }
  if (numRepeated > UF_MAX_RANK - shape.rank) // C3
    return ufOpError(op, "repeats %d dimensions of rank %d, the most is %d",
                     numRepeated, shape.rank, UF_MAX_RANK - shape.rank);
  results[0] = shape;
  return mlirLogicalResultSuccess();
}

static int originTile(MlirOperation op, const int64_t *at, int64_t *from) {
  UfShape source = ufShape(mlirOperationGetOperand(op, 0));
  for (int d = 0; d < source.rank; ++d)
    from[d] = source.dims[d] > 0 ? at[d] % source.dims[d] : 0;
  return 0;
}

static MlirAttribute foldTile(MlirOperation op, const MlirAttribute *operands,
                              MlirValue *value) {
  if (ufFoldGiven(op, 1, (const char *[]){"multiples"}))
    return ufFoldedInPlace(op, value);
  UfInts multiples = ufGetInts(op, "multiples");
  bool isIdentity = ufHasAttr(op, "multiples");
  for (int d = 0; d < multiples.size; ++d)
    isIdentity &= multiples.data[d] == 1;
  if (isIdentity)
    *value = ufFoldToOperand(op, 0);
  return isIdentity ? mlirAttributeGetNull()
                    : ufFoldMove(op, operands, originTile);
}

/// A repeated dimension d becomes [multiple, d], and both one in the end.
static MlirLogicalResult lowerTile(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int rank = ufRank(x), wide = 0, dims[UF_MAX_RANK];
  UfSize sizes[UF_MAX_RANK], apart[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    UfSize size = ufSizeOf(b, x, d);
    UfSize times = ufGivenSize(b, "multiples", 1, d);
    if (!ufIsSize(times))
      times = ufSizeMax(b, times, ufStatic(0));
    sizes[d] = ufSizeMul(b, size, times);
    bool isRepeated = !ufIsStatic(times) || times.value != 1;
    bool isOne = ufIsStatic(size) && size.value == 1;
    if (isRepeated)
      apart[wide++] = times;
    dims[d] = isRepeated && isOne ? -1 : wide;
    if (!isRepeated || !isOne)
      apart[wide++] = size;
  }
  return ufReplace(
      b, ufReshape(b, broadcastTo(b, x, dims, wide, apart), rank, sizes));
}

static MlirLogicalResult toTosaTile(UfBuilder *b) {
  if (!canTile(b))
    return mlirLogicalResultFailure();
  return tileToTosa(b, ufOperandOf(b->op, 0));
}

/// Both take a list of sizes as their second input.
static MlirLogicalResult importSizes(UfBuilder *b, const UfNode *node,
                                     const char *op, const char *name,
                                     MlirValue *results) {
  MlirValue sizes = ufNodeInput(node, 1);
  UfInts ints;
  MlirAttribute attr = mlirAttributeGetNull();
  if (ufConstantInts(sizes, &ints)) {
    attr = ufIntsAttr(b, ints.size, ints.data);
    sizes.ptr = NULL;
  }
  return ufNodeDefine(results,
                      ufOp(b, op, UF_VALUES(ufNodeInput(node, 0), sizes),
                           UF_ATTRS({name, attr})));
}

static MlirLogicalResult importExpand(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return importSizes(b, node, "expand", "shape", results);
}

/// ConstantOfShape: one value, 0 when absent, expanded.
static MlirLogicalResult importConstantOfShape(UfBuilder *b, const UfNode *node,
                                               MlirValue *results) {
  MlirValue shape = ufNodeInput(node, 0);
  MlirAttribute value = ufNodeAttr(node, "value"), attr;
  UfInts ints;
  if (mlirAttributeIsNull(value))
    value = ufSplatAttr(ufTensorOf(ufF32(b), 0, NULL), 0);
  if (!mlirAttributeIsADenseElements(value) ||
      mlirElementsAttrGetNumElements(value) != 1)
    return ufNodeError(node, "needs a value of one element");
  MlirType element = mlirShapedTypeGetElementType(mlirAttributeGetType(value));
  MlirType scalar = ufTensorOf(element, 0, NULL);
  if (ufIsString(element)) { // which LLVM 22 cannot reshape
    MlirStringRef text = mlirDenseElementsAttrGetStringValue(value, 0);
    value = mlirDenseElementsAttrStringGet(scalar, 1, &text);
  } else {
    value = mlirDenseElementsAttrReshapeGet(value, scalar);
  }
  attr = mlirAttributeGetNull();
  if (ufConstantInts(shape, &ints)) {
    attr = ufIntsAttr(b, ints.size, ints.data);
    shape.ptr = NULL;
  }
  return ufNodeDefine(results,
                      ufOp(b, "expand", UF_VALUES(ufConstant(b, value), shape),
                           UF_ATTRS({"shape", attr})));
}

static MlirLogicalResult importTile(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return importSizes(b, node, "tile", "multiples", results);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "shape_of",
        .summary = "The sizes of the input's dimensions.",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"start", "The first dimension.", UF_INT, "0"},
                  {"end", "The one behind the last; the rank when absent.",
                   UF_INT, .optional = true}},
        .infer = inferShapeOf,
        .fold = foldSizes,
        .toLinalg = lowerShapeOf,
        .imports = UF_IMPORTS({UF_ONNX, "Shape", 1, NULL},
                              {UF_TORCH, "aten.sym_size.int", 0, ufTorchSize}),
    },
    {
        .name = "size_of",
        .summary = "The number of the input's elements.",
        .operands = {{"input", "Any tensor."}},
        .infer = inferSizeOf,
        .fold = foldSizes,
        .toLinalg = lowerSizeOf,
        .imports =
            UF_IMPORTS({UF_ONNX, "Size", 1, NULL},
                       {UF_TORCH, "aten.sym_numel.default", 0, ufTorchSame},
                       {UF_TORCH, "aten.numel.default", 0, ufTorchSame}),
    },
    {
        .name = "expand",
        .summary = "Repeats dimensions of size 1 as numpy's broadcast does.",
        .operands = {{"input", "Any tensor."},
                     {"shape", "The shape when it is computed.", UF_INTEGERS,
                      UF_OPTIONAL}},
        .attrs = {{"shape", "Sizes to broadcast with; -1 keeps the input's.",
                   UF_INT_LIST, .optional = true}},
        .infer = inferExpand,
        .fold = foldExpand,
        .toTosa = expandToTosa,
        .toLinalg = lowerExpand,
        .imports =
            UF_IMPORTS({UF_ONNX, "Expand", 8, importExpand},
                       {UF_ONNX, "ConstantOfShape", 9, importConstantOfShape},
                       UF_TORCH_EXPANDS),
    },
    {
        .name = "tile",
        .summary = "Repeats the input along its dimensions.",
        .operands = {{"input", "Any tensor."},
                     {"multiples", "How often when it is computed.",
                      UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"multiples", "How often, one per dimension.", UF_INT_LIST,
                   .optional = true}},
        .infer = inferTile,
        .fold = foldTile,
        .toTosa = toTosaTile,
        .toLinalg = lowerTile,
        .imports = UF_IMPORTS({UF_ONNX, "Tile", 1, ufOpset6Tile},
                              {UF_ONNX, "Tile", 6, importTile}, UF_TORCH_TILES),
    },
};
UF_FAMILY(ufShapeOps, "shape", ops);

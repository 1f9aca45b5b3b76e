//===-- Reshape.c - Other shapes for the same elements in the same order --===//
//
// Ops that copy nothing: they lower to tensor.collapse_shape and
// tensor.expand_shape wherever sizes are known to correspond.
//
//===----------------------------------------------------------------------===//

#include "Ops/ComputedAxes.h"
#include "Ops/Move.h"
#include "Ops/Opset6.h"
#include "Ops/TorchShape.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Folding, for all of them
//===----------------------------------------------------------------------===//

static bool isZeroCopy(MlirOperation op) {
  static const char *const names[] = {"ufront.reshape", "ufront.flat",
                                      "ufront.squeeze", "ufront.unsqueeze"};
  for (int i = 0; op.ptr && i < UF_COUNT(names); ++i)
    if (ufOpIs(op, names[i]))
      return true;
  return false;
}

/// Whether a reshape from `type` to itself cannot change anything.
static bool keepsShape(MlirType type) {
  return ufNumDynamic(type) == 0 ||
         (ufNumDynamic(type) == 1 && !ufHasEmptyDim(type));
}

/// Constants take the new shape; a way there and back again is no way.
static MlirAttribute foldZeroCopy(MlirOperation op,
                                  const MlirAttribute *operands,
                                  MlirValue *value) {
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  MlirValue from = mlirOperationGetOperand(op, 0);
  for (int steps = 0; steps < UF_MAX_VALUES; ++steps) {
    if (mlirTypeEqual(mlirValueGetType(from), type) && keepsShape(type)) {
      *value = from;
      return mlirAttributeGetNull();
    }
    MlirOperation def = ufDefiningOp(from);
    if (!isZeroCopy(def))
      break;
    from = mlirOperationGetOperand(def, 0);
  }
  UfShape shape = ufShapeOfType(type);
  int64_t count = ufNumElements(&shape);
  if (!mlirAttributeIsNull(operands[0]) &&
      mlirAttributeIsADenseElements(operands[0]) && count != UF_DYNAMIC &&
      count == mlirElementsAttrGetNumElements(operands[0]) &&
      (count <= UF_MAX_VALUES || mlirDenseElementsAttrIsSplat(operands[0])))
    return mlirDenseElementsAttrReshapeGet(operands[0], type);
  return ufFoldInts(op);
}

static MlirLogicalResult countsDiffer(MlirOperation op, const UfShape *from,
                                      const UfShape *to) {
  char source[UF_SHAPE_TEXT], target[UF_SHAPE_TEXT];
  return ufOpError(op,
                   "cannot reshape %s to %s: the numbers of elements differ",
                   ufShapeText(from, source, sizeof source),
                   ufShapeText(to, target, sizeof target));
}

//===----------------------------------------------------------------------===//
// reshape
//
//   The elements of the input in the same order, in the shape `shape`, where 0
//   stands for the size of the same dimension of the input (unless
//   `allow_zero`), and -1 for what is left.
//
// (C1) `shape` is an attribute or an operand, of at most 16 elements.
// (C2) Each element is at least -1, and at most one is -1.
// (C3) A 0 stands for a dimension that the input has.
// (C4) With `allow_zero`, there is not both a 0 and a -1.
// (C5) The number of elements stays the same.
//===----------------------------------------------------------------------===//

/// A shape as it is asked for, resolved as far as that is possible.
typedef struct Resolved {
  UfShape shape;
  unsigned copied; ///< Dimensions that are the input's own, a bit set.
  int64_t product; ///< Of the known sizes that are not copied.
  int numUnknown;  ///< Sizes that are neither known nor copied...
  int unknown;     ///< ...and the last of them.
  int inferred;    ///< Where the -1 is, or -1.
} Resolved;

/// Resolves element `i` of `shape`.
static MlirLogicalResult resolveDim(MlirOperation op, const UfShape *from,
                                    int64_t size, int i, bool allowZero,
                                    Resolved *out) {
  out->shape.dims[i] = UF_DYNAMIC;
  if (size == UF_DYNAMIC || size == -1) {
    if (size == -1 && out->inferred >= 0)
      return ufOpError(op, "has more than one -1 in its shape"); // C2
    if (size == -1)
      out->inferred = i;
    ++out->numUnknown;
    out->unknown = i;
    return mlirLogicalResultSuccess();
  }
  if (size < 0) // C2
    return ufOpError(op, "shape %d is %" PRId64 ", but must be at least -1", i,
                     size);
  if (size == 0 && !allowZero) {
    if (i >= from->rank) // C3
      return ufOpError(op,
                       "shape %d is 0, which stands for the input's size, "
                       "but the input has rank %d",
                       i, from->rank);
    out->shape.dims[i] = from->dims[i];
    out->copied |= 1u << i;
    return mlirLogicalResultSuccess();
  }
  out->shape.dims[i] = size;
  if (__builtin_mul_overflow(out->product, size, &out->product))
    return ufOpError(op, "asks for more elements than can be counted");
  return mlirLogicalResultSuccess();
}

/// Elements of the dimensions of `from` that are not copied, or UF_DYNAMIC.
static int64_t restOf(const UfShape *from, unsigned copied) {
  UfShape rest = {0};
  for (int d = 0; d < from->rank; ++d)
    if (!(copied >> d & 1))
      rest.dims[rest.rank++] = from->dims[d];
  return ufNumElements(&rest);
}

/// Whether the sizes that are known and not copied divide the result's.
static bool divides(const UfShape *from, const Resolved *to) {
  int64_t product = 1;
  for (int d = 0; d < from->rank; ++d)
    if (!(to->copied >> d & 1) && from->dims[d] != UF_DYNAMIC &&
        __builtin_mul_overflow(product, from->dims[d], &product))
      return false;
  return product > 0 && to->product % product == 0;
}

/// Finds the one size that follows from the others; the dimensions that are
/// copied are left out on both sides.
static MlirLogicalResult resolveRest(MlirOperation op, const UfShape *from,
                                     Resolved *out) {
  int64_t rest = restOf(from, out->copied);
  bool isEmpty = restOf(from, ~out->copied) == 0;
  if (rest == UF_DYNAMIC && out->numUnknown == 0 && out->product > 0 &&
      !isEmpty && !divides(from, out)) // C5
    return countsDiffer(op, from, &out->shape);
  if (rest == UF_DYNAMIC || out->numUnknown > 1)
    return mlirLogicalResultSuccess();
  bool fits = rest == out->product;
  if (out->numUnknown == 1)
    fits = out->product == 0 ? rest == 0 : rest % out->product == 0;
  if (!fits && !isEmpty) // C5
    return countsDiffer(op, from, &out->shape);
  if (fits && out->numUnknown == 1 && out->product != 0)
    out->shape.dims[out->unknown] = rest / out->product;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult resolve(MlirOperation op, Resolved *out) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts shape;
  bool allowZero = ufGetBool(op, "allow_zero"), hasZero = false;
  UF_TRY(ufVerifyGiven(op, "shape", 1)); // C1
  UF_TRY(ufGivenInts(op, "shape", 1, &shape));
  if (shape.size > UF_MAX_RANK) // C1
    return ufOpError(op, "asks for rank %d, the most is %d", shape.size,
                     UF_MAX_RANK);
  *out = (Resolved){.product = 1, .inferred = -1};
  out->shape = (UfShape){.rank = shape.size, .element = from.element};
  for (int i = 0; i < shape.size; ++i) {
    UF_TRY(resolveDim(op, &from, shape.data[i], i, allowZero, out));
    hasZero |= shape.data[i] == 0;
  }
  if (allowZero && hasZero && out->inferred >= 0) // C4
    return ufOpError(op, "has both a 0 and a -1 in its shape, with allow_zero");
  return resolveRest(op, &from, out);
}

static MlirLogicalResult inferReshape(MlirOperation op, UfShape *results) {
  Resolved resolved;
  UF_TRY(resolve(op, &resolved));
  results[0] = resolved.shape;
  return mlirLogicalResultSuccess();
}

/// Turns a list with at most one unknown element into one with a -1 instead;
/// false when it means something else then.
static bool knownShape(UfInts *shape, bool allowZero) {
  int numUnknown = 0;
  bool hasZero = false;
  for (int i = 0; i < shape->size; ++i) {
    hasZero |= shape->data[i] == 0;
    numUnknown += shape->data[i] == UF_DYNAMIC || shape->data[i] == -1;
    if (shape->data[i] == UF_DYNAMIC)
      shape->data[i] = -1;
  }
  return numUnknown == 0 || (numUnknown == 1 && !(allowZero && hasZero));
}

/// Whether no element of the attribute `shape` refers to the input.
static bool isAbsolute(MlirOperation op) {
  UfInts shape = ufGetInts(op, "shape");
  if (!ufHasAttr(op, "shape"))
    return false;
  for (int i = 0; i < shape.size; ++i)
    if (shape.data[i] == 0)
      return false;
  return true;
}

static MlirAttribute
foldReshape(MlirOperation op, const MlirAttribute *operands, MlirValue *value) {
  MlirAttribute folded = foldZeroCopy(op, operands, value);
  if (!mlirAttributeIsNull(folded) || value->ptr)
    return folded;
  MlirValue x = mlirOperationGetOperand(op, 0);
  UfInts shape;
  if (ufOperandOf(op, 1).ptr && ufKnownInts(ufOperandOf(op, 1), &shape) &&
      knownShape(&shape, ufGetBool(op, "allow_zero"))) {
    mlirOperationSetOperands(op, 1, &x);
    mlirOperationSetDiscardableAttributeByName(
        op, ufStr("shape"),
        mlirDenseI64ArrayGet(mlirOperationGetContext(op), shape.size,
                             shape.data));
    return ufFoldedInPlace(op, value);
  }
  MlirOperation inner = ufDefiningOp(x);
  if (!isZeroCopy(inner) || !isAbsolute(op))
    return folded;
  mlirOperationSetOperand(op, 0, mlirOperationGetOperand(inner, 0));
  return ufFoldedInPlace(op, value);
}

/// Takes from the result's type what the shape no longer tells: it was inferred
/// when more was known about the operand.
static void useResultType(const UfBuilder *b, Resolved *resolved) {
  resolved->numUnknown = 0;
  resolved->product = 1;
  for (int i = 0; i < resolved->shape.rank; ++i) {
    if (resolved->copied >> i & 1)
      continue;
    UfSize size = ufResultSize(b, 0, i, ufStatic(resolved->shape.dims[i]));
    resolved->shape.dims[i] = size.value;
    if (size.value == UF_DYNAMIC) {
      ++resolved->numUnknown;
      resolved->unknown = i;
    } else if (__builtin_mul_overflow(resolved->product, size.value,
                                      &resolved->product))
      resolved->product = 0;
  }
}

/// The one size that follows from the others; copied dimensions are left out on
/// both sides.
static UfSize remainingSize(UfBuilder *b, MlirValue x,
                            const Resolved *resolved) {
  UfSize rest = ufStatic(1);
  for (int d = 0; d < ufRank(x); ++d)
    if (!(resolved->copied >> d & 1))
      rest = ufSizeMul(b, rest, ufSizeOf(b, x, d));
  return ufSizeDiv(b, rest, ufStatic(resolved->product));
}

/// Several sizes that are only known when the model runs: any may be 0 or -1.
static void readSizes(UfBuilder *b, MlirValue x, const Resolved *resolved,
                      UfSize *sizes) {
  MlirValue isInferred[UF_MAX_RANK] = {{NULL}};
  bool allowZero = ufGetBool(b->op, "allow_zero");
  int rank = resolved->shape.rank;
  for (int i = 0; i < rank; ++i) {
    if (!ufIsStatic(sizes[i]) || sizes[i].value != UF_DYNAMIC)
      continue;
    sizes[i] = ufGivenSize(b, "shape", 1, i);
    if (ufIsSize(sizes[i]))
      continue;
    if (!allowZero && i < ufRank(x)) {
      MlirValue isZero = ufCompareSize(b, UF_EQ, sizes[i], 0);
      sizes[i] = ufSelectSize(b, isZero, ufSizeOf(b, x, i), sizes[i]);
    }
    isInferred[i] = ufCompareSize(b, UF_EQ, sizes[i], -1);
    sizes[i] = ufSelectSize(b, isInferred[i], ufStatic(1), sizes[i]);
  }
  UfSize source[UF_MAX_RANK];
  ufSizesOf(b, x, source);
  UfSize others = ufSizeMax(b, ufSizeProduct(b, rank, sizes), ufStatic(1));
  UfSize left = ufSizeDiv(b, ufSizeProduct(b, ufRank(x), source), others);
  for (int i = 0; i < rank; ++i)
    if (isInferred[i].ptr)
      sizes[i] = ufSelectSize(b, isInferred[i], left, sizes[i]);
}

static MlirLogicalResult lowerReshape(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  Resolved resolved = {0};
  UF_TRY(resolve(b->op, &resolved));
  useResultType(b, &resolved);
  int rank = resolved.shape.rank;
  UfSize sizes[UF_MAX_RANK] = {{0}}, source[UF_MAX_RANK];
  for (int i = 0; i < rank; ++i)
    sizes[i] = resolved.copied >> i & 1 ? ufSizeOf(b, x, i)
                                        : ufStatic(resolved.shape.dims[i]);
  if (resolved.numUnknown == 1 && resolved.product > 0)
    sizes[resolved.unknown] = remainingSize(b, x, &resolved);
  else if (resolved.numUnknown > 0)
    readSizes(b, x, &resolved, sizes);
  ufSizesOf(b, x, source);
  if (!ufSameProduct(rank, sizes, ufRank(x), source))
    ufAssertSameSize(b, ufSizeProduct(b, rank, sizes),
                     ufSizeProduct(b, ufRank(x), source),
                     "reshape: the number of elements changes");
  return ufReplace(b, ufReshape(b, x, rank, sizes));
}

static MlirLogicalResult importReshape(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue shape = ufNodeInput(node, 1);
  bool allowZero = ufNodeInt(node, "allowzero", 0) != 0;
  UfInts ints;
  MlirAttribute attr = mlirAttributeGetNull();
  if (ufKnownInts(shape, &ints) && knownShape(&ints, allowZero)) {
    attr = ufIntsAttr(b, ints.size, ints.data);
    shape.ptr = NULL;
  }
  return ufNodeDefine(
      results,
      ufOp(b, "reshape", UF_VALUES(ufNodeInput(node, 0), shape),
           UF_ATTRS({"shape", attr},
                    {"allow_zero", allowZero ? ufBoolAttr(b, true)
                                             : mlirAttributeGetNull()})));
}

//===----------------------------------------------------------------------===//
// flat
//
//   Dimensions `start` to `end`, both included, become one.
//
// (C1) -rank <= start, end < rank; a scalar counts as rank 1.
// (C2) `start` is not behind `end`.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferFlat(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  int rank = from.rank ? from.rank : 1;
  UF_TRY(ufVerifyAxis(op, "start", ufGetInt(op, "start"), rank)); // C1
  UF_TRY(ufVerifyAxis(op, "end", ufGetInt(op, "end"), rank));
  int start = ufAxis(ufGetInt(op, "start"), rank);
  int end = ufAxis(ufGetInt(op, "end"), rank);
  if (start > end) // C2
    return ufOpError(op, "start %d is behind end %d", start, end);
  UfShape run = {.rank = end - start + 1};
  for (int i = 0; i < run.rank; ++i)
    run.dims[i] = from.rank ? from.dims[start + i] : 1;
  results[0] = (UfShape){.element = from.element};
  for (int d = 0; d < rank; ++d)
    if (d <= start || d > end)
      results[0].dims[results[0].rank++] =
          d == start ? ufNumElements(&run) : from.dims[d];
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult lowerFlat(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  int rank = ufRank(x), count = 0;
  UfSize sizes[UF_MAX_RANK + 1], from[UF_MAX_RANK];
  ufSizesOf(b, x, from);
  int start = ufAxis(ufGetInt(b->op, "start"), rank ? rank : 1);
  int end = ufAxis(ufGetInt(b->op, "end"), rank ? rank : 1);
  for (int d = 0; d < start; ++d)
    sizes[count++] = from[d];
  sizes[count++] = ufSizeProduct(b, rank ? end - start + 1 : 0, from + start);
  for (int d = end + 1; d < rank; ++d)
    sizes[count++] = from[d];
  return ufReplace(b, ufReshape(b, x, count, sizes));
}

static MlirValue flat(UfBuilder *b, MlirValue x, int64_t start, int64_t end) {
  if (!x.ptr || start == end)
    return x;
  return ufOp(
      b, "flat", UF_VALUES(x),
      UF_ATTRS({"start", ufIntAttr(b, start)}, {"end", ufIntAttr(b, end)}));
}

/// The dimensions before `axis`, and those from it, become one each.
static MlirLogicalResult importFlatten(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int rank = ufRank(x);
  int64_t axis = ufNodeInt(node, "axis", 1);
  if (axis < -rank || axis > rank)
    return ufNodeError(node, "has axis %" PRId64 ", outside [-%d, %d]", axis,
                       rank, rank);
  axis += axis < 0 ? rank : 0;
  if (axis > 0 && axis < rank)
    return ufNodeDefine(results,
                        flat(b, flat(b, x, axis, rank - 1), 0, axis - 1));
  // Nothing is on one side, whose size is 1 then.
  x = rank == 1 ? x : flat(b, x, 0, rank ? rank - 1 : -1);
  MlirAttribute axes = ufIntsAttr(b, 1, (int64_t[]){axis == 0 ? 0 : 1});
  return ufNodeDefine(
      results,
      x.ptr ? ufOp(b, "unsqueeze", UF_VALUES(x), UF_ATTRS({"axes", axes})) : x);
}

//===----------------------------------------------------------------------===//
// squeeze
//
//   Leaves out the dimensions `axes`; without them, all of size 1.
//
// (C1) The axes are different ones of the input.
// (C2) They have size 1.
// (C3) Without `axes`, all sizes are known.
//===----------------------------------------------------------------------===//

/// The squeezed dimensions as a bit set.
static MlirLogicalResult squeezed(MlirOperation op, unsigned *set) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts axes = ufGetInts(op, "axes");
  UF_TRY(ufVerifyAxes(op, "axis", &axes, from.rank, set)); // C1
  for (int d = 0; d < from.rank; ++d) {
    if (!ufHasAttr(op, "axes") && from.dims[d] == UF_DYNAMIC) // C3
      return ufOpError(op,
                       "needs axes: the size of dimension %d is not known "
                       "before run time",
                       d);
    if (!ufHasAttr(op, "axes") && from.dims[d] == 1)
      *set |= 1u << d;
    if ((*set >> d & 1) && from.dims[d] != 1 &&
        from.dims[d] != UF_DYNAMIC) // C2
      return ufOpError(
          op, "dimension %d has size %" PRId64 " and cannot be left out", d,
          from.dims[d]);
  }
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferSqueeze(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  unsigned set;
  UF_TRY(squeezed(op, &set));
  results[0] = (UfShape){.element = from.element};
  for (int d = 0; d < from.rank; ++d)
    if (!(set >> d & 1))
      results[0].dims[results[0].rank++] = from.dims[d];
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult lowerSqueeze(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  unsigned set;
  UF_TRY(squeezed(b->op, &set));
  UfSize sizes[UF_MAX_RANK];
  int count = 0;
  for (int d = 0; d < ufRank(x); ++d) {
    UfSize size = ufSizeOf(b, x, d);
    if (!(set >> d & 1))
      sizes[count++] = size;
    else
      ufAssertSameSize(b, size, ufStatic(1),
                       "squeeze: the dimension does not have size 1");
  }
  return ufReplace(b, ufReshape(b, x, count, sizes));
}

//===----------------------------------------------------------------------===//
// unsqueeze
//
//   Puts dimensions of size 1 where the result has its dimensions `axes`.
//
// (C1) The axes are different ones of the result.
// (C2) The result has at most 16 dimensions.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferUnsqueeze(MlirOperation op, UfShape *results) {
  UfShape from = ufShape(mlirOperationGetOperand(op, 0));
  UfInts axes = ufGetInts(op, "axes");
  int rank = from.rank + axes.size;
  unsigned set;
  if (rank > UF_MAX_RANK) // C2
    return ufOpError(op, "makes a result of rank %d, the most is %d", rank,
                     UF_MAX_RANK);
  UF_TRY(ufVerifyAxes(op, "axis", &axes, rank, &set)); // C1
  results[0] = (UfShape){.rank = rank, .element = from.element};
  for (int d = 0, at = 0; d < rank; ++d)
    results[0].dims[d] = set >> d & 1 ? 1 : from.dims[at++];
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult lowerUnsqueeze(UfBuilder *b) {
  MlirValue x = ufInput(b, 0);
  UfInts axes = ufGetInts(b->op, "axes");
  int rank = ufRank(x) + axes.size;
  unsigned set;
  UF_TRY(ufVerifyAxes(b->op, "axis", &axes, rank, &set));
  UfSize sizes[UF_MAX_RANK];
  for (int d = 0, at = 0; d < rank; ++d)
    sizes[d] = set >> d & 1 ? ufStatic(1) : ufSizeOf(b, x, at++);
  return ufReplace(b, ufReshape(b, x, rank, sizes));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "reshape",
        .summary = "The input's elements in the shape `shape`.",
        .operands = {{"input", "Any tensor."},
                     {"shape", "The shape when it is computed.", UF_INTEGERS,
                      UF_OPTIONAL}},
        .attrs = {{"shape", "Sizes; 0 is the input's, -1 what is left.",
                   UF_INT_LIST, .optional = true},
                  {"allow_zero", "A 0 is the size 0.", UF_BOOL, "false"}},
        .infer = inferReshape,
        .fold = foldReshape,
        .toTosa = ufReshapeToTosa,
        .toLinalg = lowerReshape,
        .imports = UF_IMPORTS({UF_ONNX, "Reshape", 1, ufOpset6Reshape},
                              {UF_ONNX, "Reshape", 5, importReshape},
                              UF_TORCH_RESHAPES),
    },
    {
        .name = "flat",
        .summary = "Makes the dimensions `start` to `end` one.",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"start", "The first of them.", UF_INT, "1"},
                  {"end", "The last of them.", UF_INT, "-1"}},
        .infer = inferFlat,
        .fold = foldZeroCopy,
        .toTosa = ufReshapeToTosa,
        .toLinalg = lowerFlat,
        .imports =
            UF_IMPORTS({UF_ONNX, "Flatten", 1, importFlatten}, UF_TORCH_FLATS),
    },
    {
        .name = "squeeze",
        .summary = "Leaves out dimensions of size 1.",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"axes", "Which; all of size 1 when absent.", UF_INT_LIST,
                   .optional = true}},
        .infer = inferSqueeze,
        .fold = foldZeroCopy,
        .toTosa = ufReshapeToTosa,
        .toLinalg = lowerSqueeze,
        .imports = UF_IMPORTS({UF_ONNX, "Squeeze", 1, ufImportSqueeze},
                              UF_TORCH_SQUEEZES),
    },
    {
        .name = "unsqueeze",
        .summary = "Adds dimensions of size 1.",
        .operands = {{"input", "Any tensor."}},
        .attrs = {{"axes", "Where they are in the result.", UF_INT_LIST}},
        .infer = inferUnsqueeze,
        .fold = foldZeroCopy,
        .toTosa = ufReshapeToTosa,
        .toLinalg = lowerUnsqueeze,
        .imports = UF_IMPORTS({UF_ONNX, "Unsqueeze", 1, ufImportUnsqueeze},
                              UF_TORCH_UNSQUEEZES),
    },
};
UF_FAMILY(ufReshapeOps, "reshape", ops);

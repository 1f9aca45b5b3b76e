//===-- Move.c - What ops that move elements share ------------------------===//

#include "Ops/Move.h"

#include "IR/Tosa.h"

//===----------------------------------------------------------------------===//
// Lists of integers
//===----------------------------------------------------------------------===//

MlirLogicalResult ufVerifyGiven(MlirOperation op, const char *name, int i) {
  bool isOperand = ufOperandOf(op, i).ptr;
  if (ufHasAttr(op, name) != isOperand)
    return mlirLogicalResultSuccess();
  return ufOpError(op,
                   "needs '%s' either as an attribute or as an operand, "
                   "but has %s",
                   name, isOperand ? "both" : "neither");
}

bool ufIsGiven(MlirOperation op, const char *name, int i) {
  return ufHasAttr(op, name) || ufOperandOf(op, i).ptr;
}

MlirLogicalResult ufVerifyGivenOnce(MlirOperation op, const char *name, int i) {
  return ufIsGiven(op, name, i) ? ufVerifyGiven(op, name, i)
                                : mlirLogicalResultSuccess();
}

/// The lowest number stands for what is not known, so it becomes the next one:
/// no list of axes, sizes or limits tells them apart.
static void avoidDynamic(UfInts *ints) {
  for (int i = 0; i < ints->size; ++i)
    ints->data[i] += ints->data[i] == UF_DYNAMIC;
}

MlirLogicalResult ufGivenInts(MlirOperation op, const char *name, int i,
                              UfInts *out) {
  MlirValue operand = ufOperandOf(op, i);
  *out = (UfInts){0};
  if (ufHasAttr(op, name)) {
    *out = ufGetInts(op, name);
    avoidDynamic(out);
  } else if (operand.ptr && !ufKnownInts(operand, out))
    return ufOpError(op,
                     "operand '%s' must have rank 0 or 1 and a known number "
                     "of elements, at most %d",
                     name, UF_MAX_VALUES);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufVerifyAxes(MlirOperation op, const char *what,
                               const UfInts *axes, int rank, unsigned *set) {
  unsigned seen = 0;
  for (int i = 0; i < axes->size; ++i) {
    UF_TRY(ufVerifyAxis(op, what, axes->data[i], rank));
    unsigned bit = 1u << ufAxis(axes->data[i], rank);
    if (seen & bit)
      return ufOpError(op, "%s %" PRId64 " is given twice", what,
                       axes->data[i]);
    seen |= bit;
  }
  if (set)
    *set = seen;
  return mlirLogicalResultSuccess();
}

UfInts ufAxesOrFirst(UfInts axes, int count, int rank) {
  if (axes.size == 0)
    for (; axes.size < count && axes.size < UF_MAX_VALUES; ++axes.size)
      axes.data[axes.size] = axes.size;
  for (int i = 0; i < axes.size; ++i)
    if (axes.data[i] != UF_DYNAMIC)
      axes.data[i] = ufAxis(axes.data[i], rank);
  return axes;
}

/// The elements of a constant list; false when it is not one.
static bool constantInts(MlirValue value, UfInts *out) {
  MlirAttribute elements = ufConstantOf(value);
  if (mlirAttributeIsNull(elements) ||
      !mlirAttributeIsADenseElements(elements) ||
      mlirElementsAttrGetNumElements(elements) > UF_MAX_VALUES ||
      mlirShapedTypeGetRank(mlirAttributeGetType(elements)) > 1)
    return false;
  out->size = (int)mlirElementsAttrGetNumElements(elements);
  for (int i = 0; i < out->size; ++i)
    out->data[i] = ufElementAsInt(elements, i);
  avoidDynamic(out);
  return true;
}

void ufImportInts(UfBuilder *b, const UfNode *node, const char *name, int i,
                  MlirAttribute *attr, MlirValue *operand) {
  UfInts ints;
  *attr = mlirAttributeGetNull();
  *operand = (MlirValue){NULL};
  int found = ufNodeIntsOrInput(node, name, i, &ints);
  if (found > 0 || (found < 0 && constantInts(ufNodeInput(node, i), &ints)))
    *attr = ufIntsAttr(b, ints.size, ints.data);
  else if (found < 0)
    *operand = ufNodeInput(node, i);
}

/// The scalar at `i` of a tensor built by tensor.from_elements, or null.
static MlirValue scalarOf(MlirOperation def, int i) {
  if (!ufOpIs(def, "tensor.from_elements") ||
      i >= mlirOperationGetNumOperands(def))
    return (MlirValue){NULL};
  return mlirOperationGetOperand(def, i);
}

/// The elements that `def` is the constant of, or null.
static MlirAttribute elementsOf(MlirOperation def) {
  MlirAttribute elements = mlirAttributeGetNull();
  if (ufOpIs(def, "arith.constant"))
    elements = mlirOperationGetAttributeByName(def, ufStr("value"));
  else if (ufOpIs(def, "tosa.const"))
    elements = mlirOperationGetAttributeByName(def, ufStr("values"));
  else if (ufOpIs(def, "ufront.constant"))
    elements = ufGetAttr(def, "value");
  bool isDense =
      !mlirAttributeIsNull(elements) && mlirAttributeIsADenseElements(elements);
  return isDense ? elements : mlirAttributeGetNull();
}

/// Whether the elements are those of operand 0 in the same order.
static bool keepsElements(MlirOperation def) {
  static const char *const names[] = {"tensor.cast", "tensor.expand_shape",
                                      "tensor.collapse_shape",
                                      "builtin.unrealized_conversion_cast"};
  for (int i = 0; i < UF_COUNT(names); ++i)
    if (ufOpIs(def, names[i]))
      return true;
  return false;
}

/// Element `i` as a constant, or as the scalar the tensor was built from;
/// false when neither is known.
static bool findElement(MlirValue tensor, int i, MlirAttribute *constant,
                        MlirValue *scalar) {
  MlirOperation def = ufDefiningOp(tensor);
  while (def.ptr && keepsElements(def))
    def = ufDefiningOp(mlirOperationGetOperand(def, 0));
  if (!def.ptr)
    return false;
  *constant = elementsOf(def);
  if (!mlirAttributeIsNull(*constant))
    return i < mlirElementsAttrGetNumElements(*constant);
  *scalar = scalarOf(def, i);
  return scalar->ptr;
}

bool ufConstantElements(MlirValue tensor, int count, int64_t *out) {
  for (int i = 0; i < count; ++i) {
    MlirAttribute constant = mlirAttributeGetNull();
    MlirValue scalar = {NULL};
    if (!findElement(tensor, i, &constant, &scalar))
      return false;
    if (mlirAttributeIsNull(constant)) {
      MlirOperation def = ufDefiningOp(scalar);
      if (!def.ptr || !ufOpIs(def, "arith.constant"))
        return false;
      constant = mlirOperationGetAttributeByName(def, ufStr("value"));
      if (!mlirAttributeIsAInteger(constant))
        return false;
      out[i] = mlirIntegerAttrGetValueInt(constant);
    } else
      out[i] = ufElementAsInt(constant, i);
  }
  return true;
}

int ufNumScalars(MlirValue tensor) {
  MlirAttribute constant = mlirAttributeGetNull();
  MlirValue scalar = {NULL};
  UfShape shape = ufShape(tensor);
  int64_t count = ufNumElements(&shape);
  if (shape.rank > 1 || count <= 0 || count > UF_MAX_RANK ||
      !findElement(tensor, (int)count - 1, &constant, &scalar))
    return -1;
  return (int)count;
}

static MlirValue extractElement(UfBuilder *b, MlirValue tensor, int i) {
  MlirValue at = {NULL};
  if (ufRank(tensor) > 0)
    at = ufIndex(b, i);
  return ufExtract(b, tensor, &at);
}

UfSize ufElementSize(UfBuilder *b, MlirValue tensor, int i) {
  MlirAttribute constant = mlirAttributeGetNull();
  MlirValue scalar = {NULL};
  if (!findElement(tensor, i, &constant, &scalar))
    return ufSizeFromValue(b, extractElement(b, tensor, i));
  if (!mlirAttributeIsNull(constant))
    return ufStatic(ufElementAsInt(constant, i));
  return ufSizeFromValue(b, scalar);
}

MlirValue ufElementScalar(UfBuilder *b, MlirValue tensor, int i) {
  MlirAttribute constant = mlirAttributeGetNull();
  MlirValue scalar = {NULL};
  MlirType type = ufElementType(tensor);
  if (!findElement(tensor, i, &constant, &scalar))
    return extractElement(b, tensor, i);
  if (!mlirAttributeIsNull(constant))
    return ufIsFloat(type) ? ufNumber(b, type, ufElementAsDouble(constant, i))
                           : ufInteger(b, type, ufElementAsInt(constant, i));
  return scalar;
}

UfSize ufGivenSize(UfBuilder *b, const char *name, int operand, int i) {
  if (ufHasAttr(b->op, name))
    return ufStatic(ufGetInts(b->op, name).data[i]);
  return ufElementSize(b, ufInput(b, operand), i);
}

int ufGivenCount(MlirOperation op, const char *name, int operand) {
  if (ufHasAttr(op, name))
    return ufGetInts(op, name).size;
  MlirValue list = ufOperandOf(op, operand);
  if (!list.ptr)
    return 0;
  return ufRank(list) == 0 ? 1 : (int)ufDimSize(list, 0);
}

UfSize ufGivenForDim(UfBuilder *b, const UfPerAxis *list, int dim, int rank,
                     UfSize otherwise) {
  bool hasAxes = ufGivenCount(b->op, list->axes, list->axesOperand) > 0;
  for (int i = 0; i < list->count; ++i) {
    UfSize axis = ufStatic(i);
    if (hasAxes)
      axis = ufGivenSize(b, list->axes, list->axesOperand, i);
    if (ufIsStatic(axis) && ufAxis(axis.value, rank) != dim)
      continue;
    UfSize given = ufGivenSize(b, list->name, list->operand, list->first + i);
    if (ufIsStatic(axis))
      return given;
    MlirValue fromFront = ufCompareSize(b, UF_EQ, axis, dim);
    MlirValue fromEnd = ufCompareSize(b, UF_EQ, axis, dim - rank);
    MlirValue isIt = ufBinary(b, "arith.ori", fromFront, fromEnd);
    otherwise = ufSelectSize(b, isIt, given, otherwise);
  }
  return otherwise;
}

MlirValue ufFromScalars(UfBuilder *b, MlirType type, int count,
                        const MlirValue *scalars) {
  return ufBuild(b, "tensor.from_elements", type, (UfValues){scalars, count},
                 UF_NO_ATTRS);
}

UfSize ufResultSize(const UfBuilder *b, int result, int dim, UfSize size) {
  int64_t known = mlirShapedTypeGetDimSize(ufResultType(b, result), dim);
  return known == UF_DYNAMIC ? size : ufStatic(known);
}

bool ufIsSize(UfSize size) {
  if (ufIsStatic(size))
    return size.value >= 0;
  MlirOperation def = ufDefiningOp(size.dynamic);
  return def.ptr && ufOpIs(def, "tensor.dim");
}

UfSize ufSelectSize(UfBuilder *b, MlirValue condition, UfSize x, UfSize y) {
  MlirValue left = ufSizeValue(b, x), right = ufSizeValue(b, y);
  return (UfSize){.dynamic = ufSelect(b, condition, left, right)};
}

MlirValue ufCompareSize(UfBuilder *b, UfPredicate predicate, UfSize size,
                        int64_t number) {
  return ufCompare(b, predicate, ufSizeValue(b, size), ufIndex(b, number),
                   /*isUnsigned=*/false);
}

UfSize ufSizeProduct(UfBuilder *b, int count, const UfSize *sizes) {
  UfSize product = ufStatic(1);
  for (int i = 0; i < count; ++i)
    product = ufSizeMul(b, product, sizes[i]);
  return product;
}

//===----------------------------------------------------------------------===//
// Folding
//===----------------------------------------------------------------------===//

enum { MAX_FOLDED = UF_MAX_VALUES };

MlirAttribute ufFoldInts(MlirOperation op) {
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  UfShape shape = ufShapeOfType(type);
  UfInts ints;
  if (!ufIsInt(shape.element) || shape.rank > 1 ||
      ufNumElements(&shape) == UF_DYNAMIC ||
      !ufConstantInts(ufResultOf(op, 0), &ints) ||
      ints.size != ufNumElements(&shape))
    return mlirAttributeGetNull();
  MlirAttribute elements[UF_MAX_VALUES];
  for (int i = 0; i < ints.size; ++i)
    elements[i] = mlirIntegerAttrGet(shape.element, ints.data[i]);
  return mlirDenseElementsAttrGet(type, ints.size, elements);
}

bool ufFoldGiven(MlirOperation op, int count, const char *const *names) {
  UfInts lists[UF_MAX_OPERANDS] = {{0}};
  intptr_t numOperands = mlirOperationGetNumOperands(op);
  for (int i = 0; i < count; ++i)
    if (ufOperandOf(op, i + 1).ptr &&
        !ufConstantInts(ufOperandOf(op, i + 1), &lists[i]))
      return false;
  if (numOperands < 2)
    return false;
  for (int i = 0; i < count; ++i)
    if (ufOperandOf(op, i + 1).ptr)
      mlirOperationSetDiscardableAttributeByName(
          op, ufStr(names[i]),
          mlirDenseI64ArrayGet(mlirOperationGetContext(op), lists[i].size,
                               lists[i].data));
  MlirValue first = mlirOperationGetOperand(op, 0);
  mlirOperationSetOperands(op, 1, &first);
  return true;
}

/// The number of the element at `at`.
static int64_t linearIndex(const UfShape *shape, const int64_t *at) {
  int64_t index = 0;
  for (int d = 0; d < shape->rank; ++d)
    index = index * shape->dims[d] + at[d];
  return index;
}

static MlirAttribute elementAt(MlirAttribute elements, const int64_t *at) {
  uint64_t indices[UF_MAX_RANK];
  int64_t rank = mlirShapedTypeGetRank(mlirAttributeGetType(elements));
  for (int64_t d = 0; d < rank; ++d)
    indices[d] = (uint64_t)at[d];
  return mlirElementsAttrGetValue(elements, rank, indices);
}

MlirAttribute ufFoldMove(MlirOperation op, const MlirAttribute *operands,
                         UfOrigin origin) {
  MlirType type = mlirValueGetType(ufResultOf(op, 0));
  UfShape shape = ufShapeOfType(type);
  int64_t count = ufNumElements(&shape);
  if (count == UF_DYNAMIC || count > MAX_FOLDED)
    return mlirAttributeGetNull();
  MlirAttribute elements[MAX_FOLDED];
  int64_t at[UF_MAX_RANK] = {0};
  for (int64_t i = 0; i < count; ++i) {
    int64_t from[UF_MAX_RANK] = {0};
    for (int64_t d = shape.rank - 1, rest = i; d >= 0; --d) {
      at[d] = rest % shape.dims[d];
      rest /= shape.dims[d];
    }
    int operand = origin(op, at, from);
    if (operand < 0)
      return mlirAttributeGetNull();
    MlirAttribute source = operands[operand];
    if (mlirAttributeIsNull(source) || !mlirAttributeIsADenseElements(source))
      return mlirAttributeGetNull();
    UfShape bounds = ufShapeOfType(mlirAttributeGetType(source));
    for (int d = 0; d < bounds.rank; ++d)
      if (from[d] < 0 || from[d] >= bounds.dims[d])
        return mlirAttributeGetNull();
    elements[linearIndex(&shape, at)] = elementAt(source, from);
  }
  return mlirDenseElementsAttrGet(type, count, elements);
}

//===----------------------------------------------------------------------===//
// Reading at computed indices
//===----------------------------------------------------------------------===//

MlirValue ufGenerate(UfBuilder *b, MlirType element, int rank,
                     const UfSize *sizes, UfBody body, const void *data) {
  MlirValue init = ufEmpty(b, element, rank, sizes);
  MlirAffineMap map = ufMapIdentity(b, rank);
  char iterators[UF_MAX_RANK + 1] = {0};
  for (int d = 0; d < rank; ++d)
    iterators[d] = 'p';
  return ufGeneric(b, &(UfGeneric){.inits = {&init, 1},
                                   .maps = &map,
                                   .iterators = iterators,
                                   .body = body,
                                   .data = data});
}

typedef struct Read {
  MlirValue x;
  int rank;
  UfIndexer indexer;
  const void *data;
} Read;

static void readBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  (void)args;
  const Read *read = data;
  MlirValue at[UF_MAX_RANK], from[UF_MAX_RANK];
  for (int d = 0; d < read->rank; ++d)
    at[d] = ufLoopIndex(b, d);
  read->indexer(b, at, from, read->data);
  results[0] = ufExtract(b, read->x, from);
}

MlirValue ufReadAt(UfBuilder *b, MlirValue x, int rank, const UfSize *sizes,
                   UfIndexer indexer, const void *data) {
  Read read = {x, rank, indexer, data};
  return ufGenerate(b, ufElementType(x), rank, sizes, readBody, &read);
}

MlirValue ufWrapIndex(UfBuilder *b, MlirValue index, UfSize size) {
  MlirValue i = ufToIndex(b, index), n = ufSizeValue(b, size);
  MlirValue zero = ufIndex(b, 0);
  MlirValue isNegative = ufCompare(b, UF_LT, i, zero, false);
  i = ufSelect(b, isNegative, ufAdd(b, i, n), i);
  i = ufMin(b, i, ufSub(b, n, ufIndex(b, 1)), false);
  return ufMax(b, i, zero, false);
}

MlirLogicalResult ufVerifyAlong(MlirOperation op, int axis,
                                const UfShape *shape, const UfShape *indices) {
  for (int d = 0; d < shape->rank; ++d)
    if (d != axis && shape->dims[d] != UF_DYNAMIC &&
        indices->dims[d] > shape->dims[d])
      return ufOpError(op,
                       "dimension %d of the indices has size %" PRId64
                       ", more than the input's %" PRId64,
                       d, indices->dims[d], shape->dims[d]);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufVerifyIndexable(MlirOperation op, int64_t size,
                                    const UfShape *indices) {
  int64_t count = ufNumElements(indices);
  if (size != 0 || count == 0 || count == UF_DYNAMIC)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "has %" PRId64 " indices into a dimension that is empty",
                   count);
}

void ufAssertIndexable(UfBuilder *b, UfSize size, MlirValue indices) {
  UfSize sizes[UF_MAX_RANK];
  if (ufIsStatic(size) && size.value > 0)
    return;
  ufSizesOf(b, indices, sizes);
  UfSize count = ufSizeProduct(b, ufRank(indices), sizes);
  if (ufIsStatic(count) && count.value == 0)
    return;
  MlirValue isFine = ufBinary(b, "arith.ori", ufCompareSize(b, UF_GT, size, 0),
                              ufCompareSize(b, UF_EQ, count, 0));
  ufAssert(b, isFine, "there are indices into a dimension that is empty");
}

void ufAssertNotEmpty(UfBuilder *b, UfSize size, const char *message) {
  if (ufIsStatic(size) && size.value > 0)
    return;
  MlirValue zero = ufIndex(b, 0);
  ufAssert(b, ufCompare(b, UF_GT, ufSizeValue(b, size), zero, false), message);
}

void ufAssertAtMost(UfBuilder *b, UfSize x, UfSize y, const char *message) {
  if ((ufIsStatic(x) && ufIsStatic(y) && x.value <= y.value) ||
      ufSameProduct(1, &x, 1, &y))
    return;
  MlirValue left = ufSizeValue(b, x), right = ufSizeValue(b, y);
  ufAssert(b, ufCompare(b, UF_LE, left, right, /*isUnsigned=*/false), message);
}

//===----------------------------------------------------------------------===//
// TOSA
//===----------------------------------------------------------------------===//

bool ufHasEmptyDim(MlirType type) {
  for (int64_t d = 0; d < mlirShapedTypeGetRank(type); ++d)
    if (mlirShapedTypeGetDimSize(type, d) == 0)
      return true;
  return false;
}

int ufNumDynamic(MlirType type) {
  int count = 0;
  for (int64_t d = 0; d < mlirShapedTypeGetRank(type); ++d)
    count += mlirShapedTypeGetDimSize(type, d) == UF_DYNAMIC;
  return count;
}

MlirLogicalResult ufReshapeToTosa(UfBuilder *b) {
  MlirType type = ufResultType(b, 0);
  if (!ufTosaHasType(mlirShapedTypeGetElementType(type)) ||
      ufHasEmptyDim(mlirValueGetType(ufOperandOf(b->op, 0))) ||
      ufHasEmptyDim(type) || ufNumDynamic(type) > 1)
    return mlirLogicalResultFailure();
  UfShape shape = ufShapeOfType(type);
  return ufReplace(
      b, ufTosaReshape(b, ufOperandOf(b->op, 0), shape.rank, shape.dims));
}

MlirValue ufTosaSlice(UfBuilder *b, MlirValue x, const int64_t *starts,
                      const int64_t *sizes) {
  int rank = ufRank(x);
  MlirType type = ufTensorOf(ufElementType(x), rank, sizes);
  if (mlirTypeEqual(type, mlirValueGetType(x)))
    return x;
  return ufBuild(
      b, "tosa.slice", type,
      UF_VALUES(x, ufTosaShape(b, rank, starts), ufTosaShape(b, rank, sizes)),
      UF_NO_ATTRS);
}

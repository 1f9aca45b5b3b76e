//===-- Build.c - Creating ops, types and attributes ----------------------===//

#include "IR/Build.h"

#include "Ops/Op.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

MlirOperation ufBuildOp(UfBuilder *b, const char *name, UfTypes types,
                        UfValues operands, UfAttrs attrs, MlirRegion *regions,
                        int numRegions) {
  MlirOperationState state = mlirOperationStateGet(ufStr(name), b->loc);
  mlirOperationStateAddResults(&state, types.size, types.data);
  mlirOperationStateAddOperands(&state, operands.size, operands.data);
  mlirOperationStateAddOwnedRegions(&state, numRegions, regions);
  for (intptr_t i = 0; i < attrs.size; ++i) {
    if (mlirAttributeIsNull(attrs.data[i].value))
      continue;
    MlirNamedAttribute attr = mlirNamedAttributeGet(
        mlirIdentifierGet(b->ctx, ufStr(attrs.data[i].name)),
        attrs.data[i].value);
    mlirOperationStateAddAttributes(&state, 1, &attr);
  }
  MlirOperation op = mlirOperationCreate(&state);
  if (b->block.ptr)
    mlirBlockAppendOwnedOperation(b->block, op);
  else
    mlirRewriterBaseInsert(b->rewriter, op);
  return op;
}

MlirValue ufBuild(UfBuilder *b, const char *name, MlirType type,
                  UfValues operands, UfAttrs attrs) {
  return ufResultOf(
      ufBuildOp(b, name, UF_TYPES(type), operands, attrs, NULL, 0), 0);
}

static MlirValue buildNone(UfBuilder *b) {
  return ufBuild(b, "ufront.none", mlirNoneTypeGet(b->ctx), UF_NO_VALUES,
                 UF_NO_ATTRS);
}

static void eraseOp(UfBuilder *b, MlirOperation op) {
  if (b->block.ptr)
    mlirOperationDestroy(op);
  else
    mlirRewriterBaseEraseOp(b->rewriter, op);
}

/// The first operand that `row` needs and that is not given, or null. Shape
/// rules rely on all of them.
static const UfValueSpec *missingOperand(const UfOp *row, UfValues operands) {
  intptr_t at = 0;
  for (const UfValueSpec *spec = row->operands; spec->name; ++spec, ++at)
    if (spec->arity == UF_ONE &&
        (at >= operands.size || mlirValueIsNull(operands.data[at])))
      return spec;
  return NULL;
}

/// Destroys the regions of an op that is not built after all.
static MlirOperation dropRegions(const UfOp *row, MlirRegion *regions) {
  for (int i = 0; regions && row && i < row->regions; ++i)
    mlirRegionDestroy(regions[i]);
  return (MlirOperation){NULL};
}

MlirOperation ufOpWithRegions(UfBuilder *b, const char *name, UfValues operands,
                              UfAttrs attrs, int numResults,
                              MlirRegion *regions) {
  const UfOp *row = ufFindOp(name);
  char full[80];
  snprintf(full, sizeof full, "ufront.%s", name);
  MlirValue given[UF_MAX_VALUES * 4];
  intptr_t count = operands.size;
  while (count > 0 && mlirValueIsNull(operands.data[count - 1]))
    --count;
  if (!row || count > UF_COUNT(given) || numResults > UF_MAX_VALUES) {
    ufError(b->loc,
            "'%s' cannot be built with %" PRIdPTR " operands and %d results",
            full, count, numResults);
    return dropRegions(row, regions);
  }
  const UfValueSpec *missing = missingOperand(row, operands);
  if (missing) {
    ufError(b->loc, "'%s' needs an operand '%s'", full, missing->name);
    return dropRegions(row, regions);
  }
  for (intptr_t i = 0; i < count; ++i)
    given[i] =
        mlirValueIsNull(operands.data[i]) ? buildNone(b) : operands.data[i];
  // The shape rule reads a whole op, so one is made with unranked results and
  // given its real types afterwards.
  MlirType unknown[UF_MAX_VALUES];
  UfShape shapes[UF_MAX_VALUES];
  for (int i = 0; i < numResults; ++i)
    unknown[i] = mlirUnrankedTensorTypeGet(ufF32(b));
  MlirOperation op = ufBuildOp(b, full, (UfTypes){unknown, numResults},
                               (UfValues){given, count}, attrs, regions,
                               regions ? row->regions : 0);
  if (row->infer) {
    if (mlirLogicalResultIsFailure(row->infer(op, shapes))) {
      eraseOp(b, op);
      return (MlirOperation){NULL};
    }
    for (int i = 0; i < numResults; ++i)
      mlirValueSetType(ufResultOf(op, i), ufTensorType(&shapes[i]));
  }
  return op;
}

MlirOperation ufOpN(UfBuilder *b, const char *name, UfValues operands,
                    UfAttrs attrs, int numResults) {
  return ufOpWithRegions(b, name, operands, attrs, numResults, NULL);
}

MlirValue ufOp(UfBuilder *b, const char *name, UfValues operands,
               UfAttrs attrs) {
  MlirOperation op = ufOpN(b, name, operands, attrs, 1);
  return op.ptr ? ufResultOf(op, 0) : (MlirValue){NULL};
}

MlirValue ufCastTo(UfBuilder *b, MlirValue value, MlirType type) {
  if (mlirTypeEqual(mlirValueGetType(value), type))
    return value;
  MlirType signless = ufSignless(type);
  if (!mlirTypeEqual(mlirValueGetType(value), signless) &&
      mlirTypeEqual(ufSignless(mlirValueGetType(value)),
                    mlirValueGetType(value)))
    value = ufBuild(b, "tensor.cast", signless, UF_VALUES(value), UF_NO_ATTRS);
  if (mlirTypeEqual(mlirValueGetType(value), type))
    return value;
  return ufBuild(b, "builtin.unrealized_conversion_cast", type,
                 UF_VALUES(value), UF_NO_ATTRS);
}

MlirValue ufInput(UfBuilder *b, int i) {
  MlirValue operand = ufOperandOf(b->op, i);
  return operand.ptr
             ? ufCastTo(b, operand, ufSignless(mlirValueGetType(operand)))
             : operand;
}

MlirLogicalResult ufReplaceAll(UfBuilder *b, UfValues with) {
  MlirValue values[UF_MAX_VALUES];
  for (intptr_t i = 0; i < with.size; ++i) {
    if (mlirValueIsNull(with.data[i]))
      return mlirLogicalResultFailure();
    values[i] = ufCastTo(b, with.data[i], ufResultType(b, (int)i));
  }
  mlirRewriterBaseReplaceOpWithValues(b->rewriter, b->op, with.size, values);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufReplace(UfBuilder *b, MlirValue with) {
  return ufReplaceAll(b, UF_VALUES(with));
}

MlirStringRef ufOpName(MlirOperation op) {
  return mlirIdentifierStr(mlirOperationGetName(op));
}

bool ufOpIs(MlirOperation op, const char *name) {
  MlirStringRef actual = ufOpName(op);
  return actual.length == strlen(name) &&
         memcmp(actual.data, name, actual.length) == 0;
}

MlirOperation ufDefiningOp(MlirValue value) {
  return mlirValueIsAOpResult(value) ? mlirOpResultGetOwner(value)
                                     : (MlirOperation){NULL};
}

bool ufIsInside(MlirBlock block, MlirValue value) {
  MlirBlock at = mlirValueIsAOpResult(value)
                     ? mlirOperationGetBlock(mlirOpResultGetOwner(value))
                     : mlirBlockArgumentGetOwner(value);
  while (!mlirBlockIsNull(at) && !mlirBlockEqual(at, block)) {
    MlirOperation parent = mlirBlockGetParentOperation(at);
    at = parent.ptr ? mlirOperationGetBlock(parent) : (MlirBlock){NULL};
  }
  return !mlirBlockIsNull(at);
}

UfBuilder ufBuilderAt(MlirRewriterBase rewriter, MlirOperation op) {
  mlirRewriterBaseSetInsertionPointBefore(rewriter, op);
  return (UfBuilder){.ctx = mlirOperationGetContext(op),
                     .loc = mlirOperationGetLocation(op),
                     .rewriter = rewriter,
                     .op = op};
}

MlirValue ufOperandOf(MlirOperation op, int i) {
  if (i >= mlirOperationGetNumOperands(op))
    return (MlirValue){NULL};
  MlirValue operand = mlirOperationGetOperand(op, i);
  return mlirTypeIsANone(mlirValueGetType(operand)) ? (MlirValue){NULL}
                                                    : operand;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

bool ufIsRankedTensor(MlirType type) { return mlirTypeIsARankedTensor(type); }

UfShape ufShapeOfType(MlirType type) {
  UfShape shape = {.rank = (int)mlirShapedTypeGetRank(type),
                   .element = mlirShapedTypeGetElementType(type)};
  for (int i = 0; i < shape.rank; ++i)
    shape.dims[i] = mlirShapedTypeGetDimSize(type, i);
  return shape;
}

MlirType ufTensorOf(MlirType element, int rank, const int64_t *dims) {
  return mlirRankedTensorTypeGet(rank, dims, element, mlirAttributeGetNull());
}

MlirType ufTensorType(const UfShape *shape) {
  return ufTensorOf(shape->element, shape->rank, shape->dims);
}

int64_t ufNumElements(const UfShape *shape) {
  int64_t count = 1;
  for (int i = 0; i < shape->rank; ++i)
    if (shape->dims[i] == UF_DYNAMIC ||
        __builtin_mul_overflow(count, shape->dims[i], &count))
      return UF_DYNAMIC;
  return count;
}

int ufRank(MlirValue value) {
  return value.ptr ? (int)mlirShapedTypeGetRank(mlirValueGetType(value)) : 0;
}

bool ufIsFloat(MlirType element) {
  return element.ptr && mlirTypeIsAFloat(element);
}

static bool isInteger(MlirType element) {
  return element.ptr && mlirTypeIsAInteger(element);
}

bool ufIsBool(MlirType element) {
  return isInteger(element) && mlirIntegerTypeGetWidth(element) == 1;
}

bool ufIsInt(MlirType element) {
  return isInteger(element) && mlirIntegerTypeGetWidth(element) != 1;
}

bool ufIsString(MlirType element) {
  if (!element.ptr)
    return false;
  // The dialect has no other type.
  MlirStringRef name = mlirDialectGetNamespace(mlirTypeGetDialect(element));
  return name.length == 6 && memcmp(name.data, "ufront", 6) == 0;
}

MlirType ufStringType(MlirContext ctx) {
  return mlirTypeParseGet(ctx, ufStr("!ufront.string"));
}

bool ufIsUnsigned(MlirType element) {
  return isInteger(element) && (mlirIntegerTypeIsUnsigned(element) ||
                                mlirIntegerTypeGetWidth(element) == 1);
}

int ufBitWidth(MlirType element) {
  if (isInteger(element))
    return (int)mlirIntegerTypeGetWidth(element);
  return ufIsFloat(element) ? (int)mlirFloatTypeGetWidth(element) : 64;
}

bool ufIsNarrow(MlirType element) {
  if (ufIsFloat(element))
    return ufBitWidth(element) <= 8;
  return ufIsInt(element) && ufBitWidth(element) < 8;
}

MlirType ufSignless(MlirType type) {
  if (ufIsRankedTensor(type)) {
    UfShape shape = ufShapeOfType(type);
    shape.element = ufSignless(shape.element);
    return ufTensorType(&shape);
  }
  if (ufIsNarrow(type))
    return mlirIntegerTypeGet(mlirTypeGetContext(type), 8);
  if (mlirTypeIsAInteger(type) && !mlirIntegerTypeIsSignless(type))
    return mlirIntegerTypeGet(mlirTypeGetContext(type),
                              mlirIntegerTypeGetWidth(type));
  return type;
}

MlirType ufF32(const UfBuilder *b) { return mlirF32TypeGet(b->ctx); }
MlirType ufI64(const UfBuilder *b) { return mlirIntegerTypeGet(b->ctx, 64); }
MlirType ufI1(const UfBuilder *b) { return mlirIntegerTypeGet(b->ctx, 1); }
MlirType ufIntType(const UfBuilder *b, int width) {
  return mlirIntegerTypeGet(b->ctx, (unsigned)width);
}
MlirType ufIndexType(const UfBuilder *b) { return mlirIndexTypeGet(b->ctx); }

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

MlirAttribute ufIntAttr(const UfBuilder *b, int64_t value) {
  return mlirIntegerAttrGet(ufI64(b), value);
}

MlirAttribute ufFloatAttr(const UfBuilder *b, double value) {
  return mlirFloatAttrDoubleGet(b->ctx, mlirF64TypeGet(b->ctx), value);
}

MlirAttribute ufBoolAttr(const UfBuilder *b, bool value) {
  return mlirBoolAttrGet(b->ctx, value);
}

MlirAttribute ufStrAttr(const UfBuilder *b, const char *text) {
  return mlirStringAttrGet(b->ctx, ufStr(text));
}

MlirAttribute ufIntsAttr(const UfBuilder *b, int count, const int64_t *values) {
  return mlirDenseI64ArrayGet(b->ctx, count, values);
}

int64_t ufTruncate(double value) {
  if (isnan(value))
    return 0;
  if (value >= 0x1p64)
    return -1;
  if (value >= 0x1p63)
    return (int64_t)(uint64_t)value;
  return value < -0x1p63 ? INT64_MIN : (int64_t)value;
}

MlirAttribute ufNumberAttr(MlirType element, double value) {
  if (mlirTypeIsAFloat(element))
    return mlirFloatAttrDoubleGet(mlirTypeGetContext(element), element, value);
  return mlirIntegerAttrGet(element, ufTruncate(value));
}

MlirAttribute ufSplatAttr(MlirType tensor, double value) {
  return mlirDenseElementsAttrSplatGet(
      tensor, ufNumberAttr(mlirShapedTypeGetElementType(tensor), value));
}

MlirAttribute ufGetAttr(MlirOperation op, const char *name) {
  return mlirOperationGetDiscardableAttributeByName(op, ufStr(name));
}

bool ufHasAttr(MlirOperation op, const char *name) {
  return !mlirAttributeIsNull(ufGetAttr(op, name));
}

/// The attribute, or its row's fallback.
static MlirAttribute attrOrFallback(MlirOperation op, const char *name) {
  MlirAttribute attr = ufGetAttr(op, name);
  if (!mlirAttributeIsNull(attr))
    return attr;
  const UfOp *row = ufOpOf(op);
  const UfAttrSpec *spec = row ? ufFindAttrSpec(row, name) : NULL;
  if (!spec || !spec->fallback)
    return mlirAttributeGetNull();
  return mlirAttributeParseGet(mlirOperationGetContext(op),
                               ufStr(spec->fallback));
}

// Shape rules read the attributes of a model before the verifier refuses those
// of another kind.

int64_t ufGetInt(MlirOperation op, const char *name) {
  MlirAttribute attr = attrOrFallback(op, name);
  return !mlirAttributeIsNull(attr) && mlirAttributeIsAInteger(attr)
             ? mlirIntegerAttrGetValueInt(attr)
             : 0;
}

double ufGetFloat(MlirOperation op, const char *name) {
  MlirAttribute attr = attrOrFallback(op, name);
  return !mlirAttributeIsNull(attr) && mlirAttributeIsAFloat(attr)
             ? mlirFloatAttrGetValueDouble(attr)
             : 0;
}

bool ufGetBool(MlirOperation op, const char *name) {
  MlirAttribute attr = attrOrFallback(op, name);
  return !mlirAttributeIsNull(attr) && mlirAttributeIsABool(attr) &&
         mlirBoolAttrGetValue(attr);
}

const char *ufGetStr(MlirOperation op, const char *name) {
  MlirAttribute attr = attrOrFallback(op, name);
  // MLIR keeps a null after the text of every string attribute but the empty.
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsAString(attr) ||
      mlirStringAttrGetValue(attr).length == 0)
    return "";
  return mlirStringAttrGetValue(attr).data;
}

UfInts ufGetInts(MlirOperation op, const char *name) {
  UfInts ints = {0};
  MlirAttribute attr = attrOrFallback(op, name);
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsADenseI64Array(attr))
    return ints;
  intptr_t count = mlirDenseArrayGetNumElements(attr);
  for (intptr_t i = 0; i < count && i < UF_MAX_VALUES; ++i)
    ints.data[ints.size++] = mlirDenseI64ArrayGetElement(attr, i);
  return ints;
}

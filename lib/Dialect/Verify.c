//===-- Verify.c - Checking an op against its row -------------------------===//

#include "Dialect/Dialect.h"
#include "Ops/Op.h"

#include <string.h>

enum { TYPE_TEXT = 256 };

typedef struct Text {
  char *data;
  size_t size, used;
} Text;

static void appendText(MlirStringRef piece, void *userData) {
  Text *text = userData;
  size_t room = text->size - text->used - 1;
  size_t count = piece.length < room ? piece.length : room;
  memcpy(text->data + text->used, piece.data, count);
  text->used += count;
  text->data[text->used] = 0;
}

static const char *typeText(MlirType type, char *buffer) {
  Text text = {buffer, TYPE_TEXT, 0};
  buffer[0] = 0;
  mlirTypePrint(type, appendText, &text);
  return buffer;
}

static const char *typesName(unsigned types) {
  switch (types & (UF_NUMBERS | UF_BOOLS)) {
  case UF_FLOATS:
    return "a float tensor";
  case UF_INTEGERS:
    return "an integer tensor";
  case UF_BOOLS:
    return "an i1 tensor";
  case UF_NUMBERS:
    return "a float or integer tensor";
  case UF_INTEGERS | UF_BOOLS:
    return "an integer or i1 tensor";
  case UF_NUMBERS | UF_BOOLS:
    return "a tensor of numbers or i1";
  default:
    return "a tensor";
  }
}

static bool elementAllowed(unsigned types, MlirType element) {
  types &= UF_NUMBERS | UF_BOOLS;
  return !types || ((types & UF_FLOATS) && ufIsFloat(element)) ||
         ((types & UF_INTEGERS) && ufIsInt(element)) ||
         ((types & UF_BOOLS) && ufIsBool(element));
}

static MlirLogicalResult checkValue(MlirOperation op, const char *what,
                                    const UfValueSpec *spec, MlirType type,
                                    MlirType first) {
  char text[TYPE_TEXT], other[TYPE_TEXT];
  if (!ufIsRankedTensor(type))
    return ufOpError(op, "%s '%s' must be a ranked tensor, but is %s", what,
                     spec->name, typeText(type, text));
  if (mlirShapedTypeGetRank(type) > UF_MAX_RANK)
    return ufOpError(op, "%s '%s' has rank %" PRId64 ", the most is %d", what,
                     spec->name, mlirShapedTypeGetRank(type), UF_MAX_RANK);
  MlirType element = mlirShapedTypeGetElementType(type);
  if (mlirTypeIsAInteger(element) && ufBitWidth(element) > 64)
    return ufOpError(op, "%s '%s' has integers of %d bits, the most is 64",
                     what, spec->name, ufBitWidth(element));
  if ((spec->types & (UF_NUMBERS | UF_BOOLS)) && !(spec->types & UF_NARROW) &&
      ufIsNarrow(element))
    return ufOpError(
        op, "%s '%s' is %s, whose numbers can be cast but not computed with",
        what, spec->name, typeText(type, text));
  if (!elementAllowed(spec->types, element) && ufIsString(element))
    return ufOpError(op, "%s '%s' is %s, but the op does not take strings",
                     what, spec->name, typeText(type, text));
  if (!elementAllowed(spec->types, element))
    return ufOpError(op, "%s '%s' must be %s, but is %s", what, spec->name,
                     typesName(spec->types), typeText(type, text));
  if ((spec->types & UF_SAME) && !mlirTypeEqual(element, first))
    return ufOpError(op, "%s '%s' must have the element type %s, but is %s",
                     what, spec->name, typeText(first, other),
                     typeText(type, text));
  return mlirLogicalResultSuccess();
}

static MlirType firstElement(MlirOperation op) {
  if (mlirOperationGetNumOperands(op) > 0) {
    MlirType type = mlirValueGetType(mlirOperationGetOperand(op, 0));
    if (ufIsRankedTensor(type))
      return mlirShapedTypeGetElementType(type);
  }
  return (MlirType){NULL};
}

static MlirLogicalResult checkOperandCount(MlirOperation op, const UfOp *row) {
  intptr_t count = mlirOperationGetNumOperands(op);
  int least = 0, most = 0;
  for (const UfValueSpec *spec = row->operands; spec->name; ++spec) {
    least += spec->arity == UF_ONE;
    most = spec->arity == UF_VARIADIC ? INT32_MAX : most + 1;
  }
  if (count >= least && count <= most)
    return mlirLogicalResultSuccess();
  return ufOpError(op, "takes %s%d operand%s, but has %" PRIdPTR,
                   least == most   ? ""
                   : count < least ? "at least "
                                   : "at most ",
                   count < least ? least : most,
                   (count < least ? least : most) == 1 ? "" : "s", count);
}

static MlirLogicalResult checkOperands(MlirOperation op, const UfOp *row) {
  UF_TRY(checkOperandCount(op, row));
  MlirType first = firstElement(op);
  const UfValueSpec *spec = row->operands;
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    MlirType type = mlirValueGetType(mlirOperationGetOperand(op, i));
    if (!mlirTypeIsANone(type))
      UF_TRY(checkValue(op, "operand", spec, type, first));
    else if (spec->arity != UF_OPTIONAL)
      return ufOpError(op, "operand '%s' must not be omitted", spec->name);
    spec += spec->arity != UF_VARIADIC;
  }
  return mlirLogicalResultSuccess();
}

static bool attrHasKind(MlirAttribute attr, UfAttrKind kind) {
  switch (kind) {
  case UF_INT:
    return mlirAttributeIsAInteger(attr) && !mlirAttributeIsABool(attr);
  case UF_INT_LIST:
    return mlirAttributeIsADenseI64Array(attr);
  case UF_FLOAT:
    return mlirAttributeIsAFloat(attr);
  case UF_BOOL:
    return mlirAttributeIsABool(attr);
  case UF_STRING:
    return mlirAttributeIsAString(attr);
  case UF_TYPE:
    return mlirAttributeIsAType(attr);
  case UF_VALUE:
    return mlirAttributeIsAElements(attr);
  }
  return false;
}

static const char *const kindNames[] = {
    [UF_INT] = "an integer, as 1 : i64",
    [UF_INT_LIST] = "a list of integers, as array<i64: 1, 2>",
    [UF_FLOAT] = "a float, as 1.0 : f64",
    [UF_BOOL] = "true or false",
    [UF_STRING] = "a string",
    [UF_TYPE] = "a type",
    [UF_VALUE] = "elements, as dense<0.0> : tensor<f32>",
};

/// Whether `text` is one of the words of "none|tanh".
static bool isOneOf(const char *words, MlirStringRef text) {
  while (*words) {
    size_t length = strcspn(words, "|");
    if (length == text.length && memcmp(words, text.data, length) == 0)
      return true;
    words += length + (words[length] == '|');
  }
  return false;
}

static MlirLogicalResult checkAttr(MlirOperation op, const UfAttrSpec *spec) {
  MlirAttribute attr = ufGetAttr(op, spec->name);
  if (mlirAttributeIsNull(attr)) {
    if (spec->fallback || spec->optional)
      return mlirLogicalResultSuccess();
    return ufOpError(op, "needs the attribute '%s', %s", spec->name,
                     kindNames[spec->kind]);
  }
  if (!attrHasKind(attr, spec->kind))
    return ufOpError(op, "attribute '%s' must be %s", spec->name,
                     kindNames[spec->kind]);
  if (spec->kind == UF_INT_LIST &&
      mlirDenseArrayGetNumElements(attr) > UF_MAX_VALUES)
    return ufOpError(
        op, "attribute '%s' has %" PRIdPTR " elements, the most is %d",
        spec->name, mlirDenseArrayGetNumElements(attr), UF_MAX_VALUES);
  if (spec->oneOf && !isOneOf(spec->oneOf, mlirStringAttrGetValue(attr)))
    return ufOpError(op, "attribute '%s' must be one of %s, but is '%s'",
                     spec->name, spec->oneOf,
                     mlirStringAttrGetValue(attr).data);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult checkAttrs(MlirOperation op, const UfOp *row) {
  for (const UfAttrSpec *spec = row->attrs; spec->name; ++spec)
    UF_TRY(checkAttr(op, spec));
  for (intptr_t i = 0; i < mlirOperationGetNumDiscardableAttributes(op); ++i) {
    MlirStringRef name =
        mlirIdentifierStr(mlirOperationGetDiscardableAttribute(op, i).name);
    // Attributes of other dialects ("llvm.noalias") may ride along.
    if (!memchr(name.data, '.', name.length) && !ufFindAttrSpec(row, name.data))
      return ufOpError(op, "has no attribute '%.*s'", (int)name.length,
                       name.data);
  }
  return mlirLogicalResultSuccess();
}

static int numResultSpecs(const UfOp *row, bool *variadic) {
  int count = 0;
  *variadic = false;
  for (const UfValueSpec *spec = row->results; spec->name; ++spec) {
    ++count;
    *variadic |= spec->arity == UF_VARIADIC;
  }
  return count;
}

/// The declared result types must agree with the shape rule, where both know.
static MlirLogicalResult checkResults(MlirOperation op, const UfOp *row) {
  bool variadic;
  int specs = numResultSpecs(row, &variadic);
  intptr_t count = mlirOperationGetNumResults(op);
  int expected = specs ? specs : 1;
  if (!row->infer || (row->traits & UF_TERMINATOR))
    return mlirLogicalResultSuccess();
  if (variadic ? count > UF_MAX_VALUES : count != expected)
    return ufOpError(op, "has %d result%s, but %" PRIdPTR " are declared",
                     expected, expected == 1 ? "" : "s", count);
  UfShape inferred[UF_MAX_VALUES];
  UF_TRY(row->infer(op, inferred));
  for (intptr_t i = 0; i < count; ++i) {
    char found[TYPE_TEXT], wanted[TYPE_TEXT];
    MlirType type = mlirValueGetType(mlirOperationGetResult(op, i));
    MlirType rule = ufTensorType(&inferred[i]);
    bool agree =
        ufIsRankedTensor(type) &&
        mlirShapedTypeGetRank(type) == inferred[i].rank &&
        mlirTypeEqual(mlirShapedTypeGetElementType(type), inferred[i].element);
    for (int d = 0; agree && d < inferred[i].rank; ++d) {
      int64_t size = mlirShapedTypeGetDimSize(type, d);
      agree = size == inferred[i].dims[d] || size == UF_DYNAMIC ||
              inferred[i].dims[d] == UF_DYNAMIC;
    }
    if (!agree)
      return ufOpError(op, "result %" PRIdPTR " must be %s, but is declared %s",
                       i, typeText(rule, wanted), typeText(type, found));
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufVerifyOp(MlirOperation op, const void *row) {
  const UfOp *definition = row;
  UF_TRY(checkOperands(op, definition));
  UF_TRY(checkAttrs(op, definition));
  if (mlirOperationGetNumRegions(op) != definition->regions)
    return ufOpError(op, "has %d regions, but %" PRIdPTR " are given",
                     definition->regions, mlirOperationGetNumRegions(op));
  if (definition->verify)
    UF_TRY(definition->verify(op));
  return checkResults(op, definition);
}

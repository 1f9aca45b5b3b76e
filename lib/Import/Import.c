//===-- Import.c - Formats, and matching nodes to rows --------------------===//

#include "Import/Import.h"

#include "Ops/Node.h"

#include <string.h>

const UfImport *ufFindImport(UfFrontend from, const char *name, int version,
                             const UfOp **op) {
  const UfImport *best = NULL;
  UF_FOR_EACH_OP (row)
    for (const UfImport *rule = row->imports; rule && rule->name; ++rule)
      if (rule->from == from && rule->since <= version &&
          (!best || rule->since > best->since) &&
          strcmp(rule->name, name) == 0) {
        best = rule;
        *op = row;
      }
  return best;
}

MlirLogicalResult ufImportNode(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  static const UfImport byTable = {.from = UF_UFRONT};
  const UfOp *op = NULL;
  const UfImport *rule = &byTable;
  if (node->from == UF_UFRONT)
    op = ufFindOp(node->op);
  else
    rule = ufFindImport(node->from, node->op, node->version, &op);
  if (!rule || !op)
    return ufNodeError(node, "is not supported");
  // No operator does without its first input, so rules need not ask.
  if (op->operands[0].name && op->operands[0].arity == UF_ONE &&
      mlirValueIsNull(ufNodeInput(node, 0)))
    return ufNodeError(node, "needs input 0");
  for (int i = 0; i < node->inputs.size; ++i) {
    MlirValue input = ufNodeInput(node, i);
    if (input.ptr && !mlirTypeIsARankedTensor(mlirValueGetType(input)) &&
        !(op->traits & UF_TAKES_SEQUENCES))
      return ufNodeError(node, "cannot take input %d, which is no tensor", i);
  }
  UfBuilder at = *b;
  at.loc = node->loc;
  return rule->convert ? rule->convert(&at, node, results)
                       : ufImportByTable(&at, node, op, results);
}

//===----------------------------------------------------------------------===//
// Import by table
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkOperands(const UfNode *node, const UfOp *op) {
  int count = 0;
  bool variadic = false;
  for (const UfValueSpec *spec = op->operands; spec->name; ++spec, ++count) {
    bool given = !mlirValueIsNull(ufNodeInput(node, count));
    if (spec->arity == UF_ONE && !given)
      return ufNodeError(node, "needs input %d, '%s'", count, spec->name);
    variadic |= spec->arity == UF_VARIADIC;
  }
  if (!variadic && node->inputs.size > count)
    return ufNodeError(node, "has %" PRIdPTR " inputs, but takes at most %d",
                       node->inputs.size, count);
  for (intptr_t i = count - variadic; i < node->inputs.size; ++i)
    if (mlirValueIsNull(node->inputs.data[i]))
      return ufNodeError(node, "needs input %" PRIdPTR, i);
  return mlirLogicalResultSuccess();
}

static const char *const kindNames[] = {
    [UF_INT] = "an integer",  [UF_INT_LIST] = "a list of integers",
    [UF_FLOAT] = "a number",  [UF_BOOL] = "an integer",
    [UF_STRING] = "a string", [UF_TYPE] = "a type",
    [UF_VALUE] = "a tensor",
};

/// `attr` in the form the row wants, or null. Frameworks write bools as
/// integers, and whole numbers as either.
static MlirAttribute convertAttr(const UfBuilder *b, UfAttrKind kind,
                                 MlirAttribute attr) {
  bool isBool = mlirAttributeIsABool(attr);
  bool isInt = mlirAttributeIsAInteger(attr) && !isBool;
  bool fits = false;
  switch (kind) {
  case UF_INT:
    if (isBool)
      return ufIntAttr(b, mlirBoolAttrGetValue(attr));
    fits = isInt;
    break;
  case UF_INT_LIST:
    fits = mlirAttributeIsADenseI64Array(attr);
    break;
  case UF_FLOAT:
    if (isInt)
      return ufFloatAttr(b, (double)mlirIntegerAttrGetValueInt(attr));
    fits = mlirAttributeIsAFloat(attr);
    break;
  case UF_BOOL:
    if (isInt)
      return ufBoolAttr(b, mlirIntegerAttrGetValueInt(attr) != 0);
    fits = isBool;
    break;
  case UF_STRING:
    fits = mlirAttributeIsAString(attr);
    break;
  case UF_TYPE:
    fits = mlirAttributeIsAType(attr);
    break;
  case UF_VALUE:
    fits = mlirAttributeIsAElements(attr);
    break;
  }
  return fits ? attr : mlirAttributeGetNull();
}

static MlirLogicalResult readAttrs(const UfBuilder *b, const UfNode *node,
                                   const UfOp *op, UfAttr *attrs, int *count) {
  *count = 0;
  for (const UfAttrSpec *spec = op->attrs; spec->name; ++spec) {
    MlirAttribute attr = ufNodeAttr(node, spec->name);
    if (mlirAttributeIsNull(attr)) {
      if (spec->fallback || spec->optional)
        continue;
      return ufNodeError(node, "needs the attribute '%s'", spec->name);
    }
    attr = convertAttr(b, spec->kind, attr);
    if (mlirAttributeIsNull(attr))
      return ufNodeError(node, "attribute '%s' must be %s", spec->name,
                         kindNames[spec->kind]);
    attrs[(*count)++] = (UfAttr){spec->name, attr};
  }
  return mlirLogicalResultSuccess();
}

/// How many results the op has; a variadic one has what the node names.
static int numResults(const UfNode *node, const UfOp *op) {
  int count = 0;
  for (const UfValueSpec *spec = op->results; spec->name; ++spec) {
    if (spec->arity == UF_VARIADIC)
      return node->numOutputs > count ? node->numOutputs : count + 1;
    ++count;
  }
  return count ? count : 1;
}

MlirLogicalResult ufImportByTable(UfBuilder *b, const UfNode *node,
                                  const UfOp *op, MlirValue *results) {
  UfAttr attrs[UF_MAX_ATTRS];
  int numAttrs, count = numResults(node, op);
  UF_TRY(checkOperands(node, op));
  UF_TRY(readAttrs(b, node, op, attrs, &numAttrs));
  if (count > UF_MAX_VALUES)
    return ufNodeError(node, "has %d outputs, the most is %d", count,
                       UF_MAX_VALUES);
  MlirOperation built =
      ufOpN(b, op->name, node->inputs, (UfAttrs){attrs, numAttrs}, count);
  if (mlirOperationIsNull(built))
    return mlirLogicalResultFailure();
  for (int i = 0; i < count && i < node->numOutputs; ++i)
    results[i] = ufResultOf(built, i);
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//

const UfFormat ufFormats[] = {
    {"onnx", ufMatchesOnnx, ufImportOnnx},
    {"torch", ufMatchesTorch, ufImportTorch},
    {"flexflow", ufMatchesFlexFlow, ufImportFlexFlow},
    {"mlir", ufMatchesMlir, ufImportMlir},
    {0},
};

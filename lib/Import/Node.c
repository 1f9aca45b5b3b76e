//===-- Node.c - What converters ask of a node ----------------------------===//

#include "Ops/Node.h"

#include <stdarg.h>
#include <stdio.h>

MlirLogicalResult ufNodeError(const UfNode *node, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (node->version)
    return ufError(node->loc, "'%s' (opset %d) %s", node->op, node->version,
                   text);
  return ufError(node->loc, "'%s' %s", node->op, text);
}

MlirLogicalResult ufNodeDefine(MlirValue *results, MlirValue value) {
  results[0] = value;
  return mlirValueIsNull(value) ? mlirLogicalResultFailure()
                                : mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Attributes. One of the wrong kind is reported, which fails the import even
// though the converter goes on with the fallback.
//===----------------------------------------------------------------------===//

bool ufNodeHas(const UfNode *node, const char *name) {
  return !mlirAttributeIsNull(ufNodeAttr(node, name));
}

int64_t ufNodeInt(const UfNode *node, const char *name, int64_t fallback) {
  MlirAttribute attr = ufNodeAttr(node, name);
  if (mlirAttributeIsNull(attr))
    return fallback;
  if (mlirAttributeIsABool(attr))
    return mlirBoolAttrGetValue(attr);
  if (mlirAttributeIsAInteger(attr))
    return mlirIntegerAttrGetValueInt(attr);
  ufNodeError(node, "attribute '%s' must be an integer", name);
  return fallback;
}

double ufNodeFloat(const UfNode *node, const char *name, double fallback) {
  MlirAttribute attr = ufNodeAttr(node, name);
  if (mlirAttributeIsNull(attr))
    return fallback;
  if (mlirAttributeIsAFloat(attr))
    return mlirFloatAttrGetValueDouble(attr);
  if (mlirAttributeIsAInteger(attr) && !mlirAttributeIsABool(attr))
    return (double)mlirIntegerAttrGetValueInt(attr);
  ufNodeError(node, "attribute '%s' must be a number", name);
  return fallback;
}

const char *ufNodeStr(const UfNode *node, const char *name,
                      const char *fallback) {
  MlirAttribute attr = ufNodeAttr(node, name);
  if (mlirAttributeIsNull(attr))
    return fallback;
  if (!mlirAttributeIsAString(attr)) {
    ufNodeError(node, "attribute '%s' must be a string", name);
    return fallback;
  }
  // MLIR keeps a null after the text of every string attribute but the empty.
  MlirStringRef text = mlirStringAttrGetValue(attr);
  return text.length ? text.data : "";
}

bool ufNodeInts(const UfNode *node, const char *name, UfInts *out) {
  MlirAttribute attr = ufNodeAttr(node, name);
  if (mlirAttributeIsNull(attr))
    return false;
  intptr_t count = mlirAttributeIsADenseI64Array(attr)
                       ? mlirDenseArrayGetNumElements(attr)
                       : -1;
  if (count < 0 || count > UF_MAX_VALUES) {
    ufNodeError(node, "attribute '%s' must be a list of at most %d integers",
                name, UF_MAX_VALUES);
    return false;
  }
  out->size = (int)count;
  for (intptr_t i = 0; i < count; ++i)
    out->data[i] = mlirDenseI64ArrayGetElement(attr, i);
  return true;
}

MlirAttribute ufNodeIntsAttr(const UfBuilder *b, const UfNode *node,
                             const char *name) {
  UfInts ints;
  return ufNodeInts(node, name, &ints) ? ufIntsAttr(b, ints.size, ints.data)
                                       : mlirAttributeGetNull();
}

int ufNodeIntsOrInput(const UfNode *node, const char *name, int input,
                      UfInts *out) {
  MlirValue value = ufNodeInput(node, input);
  if (!mlirValueIsNull(value))
    return ufConstantInts(value, out) ? 1 : -1;
  return ufNodeInts(node, name, out);
}

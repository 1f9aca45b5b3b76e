//===-- Attr.c - What nodes hold as MLIR attributes -----------------------===//

#include "Import/ONNX/Onnx.h"

#include <string.h>

static const UfOnnx__Attribute *
findByName(size_t count, UfOnnx__Attribute *const *attrs, const char *name) {
  for (size_t i = 0; i < count; ++i)
    if (strcmp(ufOnnxText(attrs[i]->name), name) == 0)
      return attrs[i];
  return NULL;
}

const UfOnnx__Attribute *ufOnnxFindAttr(const UfOnnx__Node *node,
                                        UfOnnxScope *scope, const char *name,
                                        UfOnnxScope **where) {
  const UfOnnx__Attribute *attr =
      findByName(node->n_attribute, node->attribute, name);
  *where = scope;
  if (!attr || !ufOnnxText(attr->ref_attr_name)[0])
    return attr;
  // A reference goes to the call of the function around it, where it may be
  // one again. What the call leaves out has the function's default, or none.
  const UfOnnxCall *call = scope->call;
  if (!call)
    return NULL;
  const UfOnnx__Attribute *given =
      ufOnnxFindAttr(call->node, call->scope, attr->ref_attr_name, where);
  if (given)
    return given;
  *where = scope;
  return findByName(call->function->n_attribute_proto,
                    call->function->attribute_proto, attr->ref_attr_name);
}

int ufOnnxAttrType(const UfOnnx__Attribute *attr) {
  const struct {
    bool isThere;
    int type;
  } values[] = {
      {attr->has_f, UF_ONNX_FLOAT},  {attr->has_i, UF_ONNX_INT},
      {attr->has_s, UF_ONNX_STRING}, {attr->t, UF_ONNX_TENSOR_ATTR},
      {attr->g, UF_ONNX_GRAPH},      {attr->n_floats, UF_ONNX_FLOATS},
      {attr->n_ints, UF_ONNX_INTS},  {attr->n_strings, UF_ONNX_STRINGS},
      {attr->tp, UF_ONNX_TYPE},
  };
  int type = attr->type;
  for (int i = 0; !type && i < UF_COUNT(values); ++i)
    type = values[i].isThere ? values[i].type : 0;
  return type;
}

static MlirStringRef textOf(const ProtobufCBinaryData *bytes) {
  return mlirStringRefCreate((const char *)bytes->data, bytes->len);
}

static MlirAttribute floatsAttr(const UfOnnxImport *import, UfArena *arena,
                                const UfOnnx__Attribute *attr) {
  double *values = UF_NEW(arena, double, attr->n_floats);
  if (!values)
    return mlirAttributeGetNull();
  for (size_t i = 0; i < attr->n_floats; ++i)
    values[i] = attr->floats[i];
  return mlirDenseF64ArrayGet(import->ctx, (intptr_t)attr->n_floats, values);
}

static MlirAttribute stringsAttr(const UfOnnxImport *import, UfArena *arena,
                                 const UfOnnx__Attribute *attr) {
  MlirAttribute *values = UF_NEW(arena, MlirAttribute, attr->n_strings);
  if (!values)
    return mlirAttributeGetNull();
  for (size_t i = 0; i < attr->n_strings; ++i)
    values[i] = mlirStringAttrGet(import->ctx, textOf(&attr->strings[i]));
  return mlirArrayAttrGet(import->ctx, (intptr_t)attr->n_strings, values);
}

static MlirAttribute tensorAttr(UfOnnxImport *import, const UfNode *node,
                                const UfOnnx__Attribute *attr) {
  UfrontTensor tensor;
  if (!attr->t ||
      mlirLogicalResultIsFailure(ufOnnxReadTensor(
          import, node->loc, ufOnnxText(attr->name), attr->t, &tensor)))
    return mlirAttributeGetNull();
  return ufTensorElements(import->ctx, &import->arena, &tensor);
}

static MlirAttribute typeAttr(const UfOnnxImport *import, const UfNode *node,
                              const UfOnnx__Attribute *attr) {
  UfShape shape;
  const char *refused = ufOnnxShape(import->ctx, attr->tp, &shape);
  if (!refused && shape.rank >= 0)
    return mlirTypeAttrGet(ufTensorType(&shape));
  ufNodeError(node, "attribute '%s' %s", ufOnnxText(attr->name),
              refused ? refused : "has no shape");
  return mlirAttributeGetNull();
}

MlirAttribute ufOnnxGetAttr(const UfNode *node, const char *name) {
  const UfOnnxNode *source = node->source;
  UfOnnxImport *import = source->import;
  UfBuilder b = {.ctx = import->ctx};
  UfOnnxScope *where;
  const UfOnnx__Attribute *attr =
      ufOnnxFindAttr(source->node, source->scope, name, &where);
  if (!attr)
    return mlirAttributeGetNull();
  switch (ufOnnxAttrType(attr)) {
  case UF_ONNX_FLOAT:
    return ufFloatAttr(&b, attr->f);
  case UF_ONNX_INT:
    return ufIntAttr(&b, attr->i);
  case UF_ONNX_STRING:
    if (!ufOnnxIsText(attr->s.data, attr->s.len)) {
      ufNodeError(node, "attribute '%s' is not text", name);
      return mlirAttributeGetNull();
    }
    return mlirStringAttrGet(b.ctx, textOf(&attr->s));
  case UF_ONNX_TENSOR_ATTR:
    return tensorAttr(import, node, attr);
  case UF_ONNX_FLOATS:
    return floatsAttr(import, &import->arena, attr);
  case UF_ONNX_INTS:
    return mlirDenseI64ArrayGet(b.ctx, (intptr_t)attr->n_ints, attr->ints);
  case UF_ONNX_STRINGS:
    return stringsAttr(import, &import->arena, attr);
  case UF_ONNX_TYPE:
    return typeAttr(import, node, attr);
  default: // what a graph holds is read by importGraph
    return attr->g ? mlirUnitAttrGet(b.ctx) : mlirAttributeGetNull();
  }
}

//===-- Table.c - The op table in the C ABI -------------------------------===//

#include "Ops/Op.h"

#include "ufront/Graph.h"

const char *ufrontGetOperatorSummary(const char *op) {
  const UfOp *row = ufFindOp(op);
  return row ? row->summary : NULL;
}

static bool describeValue(const UfValueSpec *specs, int32_t index,
                          UfrontField *field) {
  for (const UfValueSpec *spec = specs; spec->name; ++spec)
    if (index-- == 0) {
      bool isVariadic = spec->arity == UF_VARIADIC;
      *field = (UfrontField){.name = spec->name,
                             .doc = spec->doc,
                             .type = isVariadic ? "tensors" : "tensor",
                             .isOptional = spec->arity == UF_OPTIONAL};
      return true;
    }
  return false;
}

static bool describeAttr(const UfOp *row, int32_t index, UfrontField *field) {
  static const char *const types[] = {
      [UF_INT] = "int",    [UF_INT_LIST] = "int_list", [UF_FLOAT] = "float",
      [UF_BOOL] = "bool",  [UF_STRING] = "string",     [UF_TYPE] = "type",
      [UF_VALUE] = "value"};
  for (const UfAttrSpec *spec = row->attrs; spec->name; ++spec)
    if (index-- == 0) {
      *field = (UfrontField){.name = spec->name,
                             .doc = spec->doc,
                             .type = types[spec->kind],
                             .fallback = spec->fallback,
                             .choices = spec->oneOf,
                             .isOptional = spec->fallback || spec->optional};
      return true;
    }
  return false;
}

bool ufrontGetOperatorField(const char *op, UfrontFieldKind kind, int32_t index,
                            UfrontField *field) {
  static const UfValueSpec output[] = {{.name = "output", .doc = ""}, {0}};
  const UfOp *row = ufFindOp(op);
  if (!row || index < 0)
    return false;
  switch (kind) {
  case UFRONT_FIELD_OPERAND:
    return describeValue(row->operands, index, field);
  case UFRONT_FIELD_RESULT:
    return describeValue(row->results->name ? row->results : output, index,
                         field);
  case UFRONT_FIELD_ATTRIBUTE:
    return describeAttr(row, index, field);
  }
  return false;
}

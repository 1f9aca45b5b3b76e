//===-- Dialect.c - The op table as a registered dialect ------------------===//

#include "Dialect/Dialect.h"

#include "Dialect/Shim.h"
#include "Ops/Op.h"

/// Folds by the row's own rule.
static MlirAttribute foldOp(MlirOperation op, intptr_t numOperands,
                            const MlirAttribute *operands, MlirValue *value,
                            const void *row) {
  const UfOp *definition = row;
  // Rules compute with numbers: constant strings are not known to them.
  MlirAttribute numbers[UF_MAX_VALUES];
  bool isLong = numOperands > UF_MAX_VALUES;
  for (intptr_t i = 0; i < numOperands; ++i) {
    bool isText = !mlirAttributeIsNull(operands[i]) &&
                  mlirAttributeIsADenseElements(operands[i]) &&
                  ufIsString(mlirShapedTypeGetElementType(
                      mlirAttributeGetType(operands[i])));
    if (isText && isLong)
      return mlirAttributeGetNull();
    if (!isLong)
      numbers[i] = isText ? mlirAttributeGetNull() : operands[i];
  }
  MlirAttribute folded =
      definition->fold(op, isLong ? operands : numbers, value);
  // A fold must keep the type, which may be more static than its operand's.
  if (value->ptr && !mlirTypeEqual(mlirValueGetType(*value),
                                   mlirValueGetType(ufResultOf(op, 0))))
    value->ptr = NULL;
  if (!mlirAttributeIsNull(folded) &&
      !mlirTypeEqual(mlirAttributeGetType(folded),
                     mlirValueGetType(ufResultOf(op, 0))))
    return mlirAttributeGetNull();
  return folded;
}

static unsigned shimTraits(const UfOp *op) {
  unsigned traits = op->traits & UF_IMPURE ? 0 : UF_SHIM_PURE;
  if (op->traits & UF_COMMUTATIVE)
    traits |= UF_SHIM_COMMUTATIVE;
  if (op->traits & UF_CONSTANT_LIKE)
    traits |= UF_SHIM_CONSTANT_LIKE;
  if (op->traits & UF_TERMINATOR)
    traits |= UF_SHIM_TERMINATOR;
  return traits;
}

void ufDialectPopulate(MlirDialect dialect) {
  MlirContext ctx = mlirDialectGetContext(dialect);
  UF_FOR_EACH_OP (op) {
    char name[80];
    snprintf(name, sizeof name, "ufront.%s", op->name);
    // Interned, so that the name lives as long as the context.
    MlirStringRef interned =
        mlirIdentifierStr(mlirIdentifierGet(ctx, ufStr(name)));
    UfShimOperation operation = {.name = interned,
                                 .traits = shimTraits(op),
                                 .row = op,
                                 .verify = ufVerifyOp,
                                 .fold = op->fold ? foldOp : NULL};
    ufrontDialectAddOperation(dialect, &operation);
  }
}

MlirOperation ufDialectMaterializeConstant(MlirAttribute value, MlirType type,
                                           MlirLocation loc) {
  MlirContext ctx = mlirAttributeGetContext(value);
  if (!mlirAttributeIsAElements(value))
    return (MlirOperation){NULL};
  MlirOperationState state =
      mlirOperationStateGet(ufStr("ufront.constant"), loc);
  MlirNamedAttribute attr =
      mlirNamedAttributeGet(mlirIdentifierGet(ctx, ufStr("value")), value);
  mlirOperationStateAddAttributes(&state, 1, &attr);
  mlirOperationStateAddResults(&state, 1, &type);
  return mlirOperationCreate(&state);
}

void ufRegisterDialect(MlirDialectRegistry registry) {
  ufrontDialectRegistryInsert(registry);
}

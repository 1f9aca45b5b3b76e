//===-- UfrontToTosa.c - The convert-ufront-to-tosa pass ------------------===//
//
// Runs every row's `toTosa`, or builds its `tosa` op of the same shape.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Tosa.h"

static bool hasTosa(const UfOp *row) { return row->tosa || row->toTosa; }

/// Whether a value's type is one that TOSA has no lowering for.
static bool isNarrow(MlirValue value) {
  return ufIsRankedTensor(mlirValueGetType(value)) &&
         ufIsNarrow(ufElementType(value));
}

static bool hasNarrow(MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i)
    if (isNarrow(mlirOperationGetOperand(op, i)))
      return true;
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i)
    if (isNarrow(mlirOperationGetResult(op, i)))
      return true;
  return false;
}

static MlirLogicalResult toTosa(UfBuilder *b, const UfOp *row) {
  if (hasNarrow(b->op))
    return mlirLogicalResultFailure();
  return row->toTosa ? row->toTosa(b) : ufTosaByName(b, row->tosa);
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  UF_TRY(ufApplyRows(op, hasTosa, toTosa, /*greedy=*/false));
  if (ufrontPassGetBoolOption(pass, "partial"))
    return mlirLogicalResultSuccess();
  return ufRejectLeftovers(op, "TOSA");
}

const UfShimPass ufPassUfrontToTosa = {
    .name = "ConvertUfrontToTosa",
    .argument = "convert-ufront-to-tosa",
    .description = "Lowers ufront ops to TOSA",
    .opName = "func.func",
    .dialects =
        (const char *const[]){"ufront", "tosa", "tensor", "arith", NULL},
    .options =
        (const UfShimOption[]){
            {"partial", "Leave what TOSA cannot express instead of failing",
             UF_SHIM_OPTION_BOOL, "false"},
            {0}},
    .run = run,
};

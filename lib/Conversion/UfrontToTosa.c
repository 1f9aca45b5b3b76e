//===-- UfrontToTosa.c - The convert-ufront-to-tosa pass ------------------===//
//
// Runs every row's `toTosa`, or builds its `tosa` op of the same shape.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Tosa.h"

static bool hasTosa(const UfOp *row) { return row->tosa || row->toTosa; }

static MlirLogicalResult toTosa(UfBuilder *b, const UfOp *row) {
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

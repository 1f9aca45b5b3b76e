//===-- Decompose.c - The ufront-decompose pass ---------------------------===//
//
// Composite ops stay whole on import and come apart here, each into simpler
// ufront ops by its row's `decompose`, until every op left has a lowering.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"

static bool needsDecomposing(const UfOp *row) {
  return row->decompose && ((!row->toLinalg && !row->scalar) ||
                            (row->traits & UF_DECOMPOSE_FIRST));
}

static bool needsDecomposingForTosa(const UfOp *row) {
  return needsDecomposing(row) ||
         (row->decompose && !row->tosa && !row->toTosa);
}

static bool canDecompose(const UfOp *row) { return row->decompose != NULL; }

static MlirLogicalResult decompose(UfBuilder *b, const UfOp *row) {
  return row->decompose(b);
}

static MlirLogicalResult run(MlirOperation op, MlirPass pass) {
  UfSelectRow select = needsDecomposing;
  if (ufrontPassGetBoolOption(pass, "tosa"))
    select = needsDecomposingForTosa;
  if (ufrontPassGetBoolOption(pass, "all"))
    select = canDecompose;
  return ufApplyRows(op, select, decompose, /*greedy=*/true);
}

const UfShimPass ufPassDecompose = {
    .name = "UfrontDecompose",
    .argument = "ufront-decompose",
    .description = "Takes composite ufront ops apart",
    .opName = "func.func",
    .dialects = (const char *const[]){"ufront", "tensor", NULL},
    .options =
        (const UfShimOption[]){{"all",
                                "Also ops that have a lowering of their "
                                "own: their reference meaning",
                                UF_SHIM_OPTION_BOOL, "false"},
                               {"tosa", "Also ops that TOSA has nothing for",
                                UF_SHIM_OPTION_BOOL, "false"},
                               {0}},
    .run = run,
};

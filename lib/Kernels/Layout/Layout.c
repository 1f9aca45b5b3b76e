//===-- Layout.c - The ufront-layout pass ---------------------------------===//
//
// Puts the channels of what convolutions and pools work on last, where vectors
// of them can be loaded, and with them the dimensions of all values around. No
// element is moved by it but at the edges: types and indexing maps change, and
// transposes become the identity.
//
//===----------------------------------------------------------------------===//

#include "Kernels/Layout/Layout.h"
#include "Kernels/Contraction.h"
#include "Kernels/Passes.h"

#include "mlir-c/Dialect/Linalg.h"

#include <string.h>

static bool startsWith(MlirStringRef text, const char *prefix) {
  size_t size = strlen(prefix);
  return text.length >= size && memcmp(text.data, prefix, size) == 0;
}

/// Whether `op` is one of linalg's named convolutions or pools, or an op that
/// stands beside them.
static bool isNamedWindow(MlirOperation op) {
  MlirStringRef name = ufOpName(op);
  return startsWith(name, "linalg.conv_") ||
         startsWith(name, "linalg.depthwise_conv_") ||
         startsWith(name, "linalg.pooling_");
}

static MlirWalkResult findWindow(MlirOperation op, void *userData) {
  bool *found = userData;
  *found =
      isNamedWindow(op) || (ufOpIs(op, "linalg.generic") && ufIsWindowOp(op));
  return *found ? MlirWalkResultInterrupt : MlirWalkResultAdvance;
}

/// Named ops on images: a broadcast to a matrix is none.
static MlirWalkResult collectNamed(MlirOperation op, void *userData) {
  bool isNamed = isNamedWindow(op) || ufOpIs(op, "linalg.broadcast");
  if (isNamed && mlirOperationGetNumResults(op) == 1 &&
      ufRank(ufResultOf(op, 0)) > 2)
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  bool hasWindow = false;
  mlirOperationWalk(func, findWindow, &hasWindow, MlirWalkPreOrder);
  if (!hasWindow)
    return mlirLogicalResultSuccess();
  UfOps named = {0};
  mlirOperationWalk(func, collectNamed, &named, MlirWalkPreOrder);
  for (size_t i = 0; i < named.count; ++i)
    ufGeneralize(named.ops[i]);
  ufOpsFree(&named);
  UfLayout layout = ufLayoutCreate(func);
  if (ufLayoutDecide(&layout))
    ufLayoutRewrite(&layout);
  ufLayoutDestroy(&layout);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLayout = {
    .name = "UfrontLayout",
    .argument = "ufront-layout",
    .description = "Puts channels last around convolutions and pools",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

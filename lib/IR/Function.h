//===-- Function.h - Reading and changing func.func ---------------*- C -*-===//

#ifndef UF_IR_FUNCTION_H
#define UF_IR_FUNCTION_H

#include "IR/Build.h"

/// The function called `name` in `module`, or a null operation.
MlirOperation ufFindFunction(MlirOperation module, const char *name);

/// The entry block of a function with a body.
static inline MlirBlock ufFunctionBody(MlirOperation func) {
  return mlirRegionGetFirstBlock(mlirOperationGetRegion(func, 0));
}

/// Makes the declared type match the entry block's arguments and the operands
/// of its terminator.
void ufUpdateFunctionType(MlirOperation func);

/// Creates an empty function at the end of `module`'s body; its block has one
/// argument per input and no terminator yet. `visibility` is "private" or null.
MlirOperation ufCreateFunction(MlirOperation module, MlirLocation loc,
                               const char *name, UfTypes inputs,
                               UfTypes results, const char *visibility);

/// Attribute `name` of argument or result `i`, null when absent.
MlirAttribute ufArgAttr(MlirOperation func, intptr_t i, const char *name);
MlirAttribute ufResultAttr(MlirOperation func, intptr_t i, const char *name);
/// Sets it; the function's dictionary lists are made as long as needed.
void ufSetArgAttr(MlirOperation func, intptr_t i, const char *name,
                  MlirAttribute value);
void ufSetResultAttr(MlirOperation func, intptr_t i, const char *name,
                     MlirAttribute value);

/// The symbol called `name` in `module`, of any kind, or a null operation.
MlirOperation ufFindSymbol(MlirOperation module, const char *name);

/// Operations found by a walk; freed by ufOpsFree().
typedef struct UfOps {
  MlirOperation *ops;
  size_t count, capacity;
} UfOps;

void ufOpsAdd(UfOps *list, MlirOperation op);
void ufOpsFree(UfOps *list);

/// Every op called `name` in and below `root`, in order.
UfOps ufCollectOps(MlirOperation root, const char *name);

/// Every function with a body in `module`.
UfOps ufCollectFunctions(MlirOperation module);

#endif // UF_IR_FUNCTION_H

//===-- StringCalls.h - Functions of the runtime for strings ------*- C -*-===//
//
// Strings are handles, i64, by the time ops are lowered. What needs the text is
// a call of one of these functions. As with all calls, the running UfrtCall
// becomes their first argument in the pass ufront-forall-to-tasks.
//
//===----------------------------------------------------------------------===//

#ifndef UF_IR_STRINGCALLS_H
#define UF_IR_STRINGCALLS_H

#include "IR/Build.h"

/// On a module: the texts of the handles of its constants, in their order.
#define UF_STRINGS_ATTR "ufront.strings"

typedef struct UfStringCall {
  const char *name;  ///< ufront/Runtime.h
  const char *types; ///< Of the result, then the operands: `i` i64, `f` f64.
} UfStringCall;

/// Ends with a zero row.
extern const UfStringCall ufStringCalls[];

/// Calls `name`, which the module declares: lowerings run after
/// ufront-strings-to-handles.
MlirValue ufCallString(UfBuilder *b, const char *name, UfValues operands);

#endif // UF_IR_STRINGCALLS_H

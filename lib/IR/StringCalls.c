//===-- StringCalls.c - Functions of the runtime for strings --------------===//

#include "IR/StringCalls.h"

#include <assert.h>
#include <string.h>

const UfStringCall ufStringCalls[] = {
    {"ufrtCallStringConcat", "iii"},
    {"ufrtCallStringCase", "iii"},
    {"ufrtCallStringMatch", "iii"},
    {"ufrtCallStringSplitCount", "iiii"},
    {"ufrtCallStringSplitPart", "iiiii"},
    {"ufrtCallStringSplitNext", "iiiii"},
    {"ufrtCallStringFromFloat", "ifi"},
    {"ufrtCallStringFromInt", "iii"},
    {"ufrtCallStringToFloat", "fii"},
    {"ufrtCallStringToInt", "iii"},
    {0},
};

MlirValue ufCallString(UfBuilder *b, const char *name, UfValues operands) {
  const UfStringCall *call = ufStringCalls;
  while (call->name && strcmp(call->name, name) != 0)
    ++call;
  assert(call->name && strlen(call->types) == (size_t)operands.size + 1);
  MlirType type = call->types[0] == 'f' ? mlirF64TypeGet(b->ctx) : ufI64(b);
  return ufBuild(
      b, "func.call", type, operands,
      UF_ATTRS({"callee", mlirFlatSymbolRefAttrGet(b->ctx, ufStr(name))}));
}

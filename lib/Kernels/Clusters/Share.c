//===-- Share.c - One function for equal kernels --------------------------===//

#include "Kernels/Clusters/Share.h"

#include "IR/Function.h"
#include "Kernels/Passes.h"

#include <stdlib.h>
#include <string.h>

typedef struct Text {
  char *data;
  size_t size, capacity;
} Text;

static void appendText(MlirStringRef piece, void *userData) {
  Text *text = userData;
  if (text->size + piece.length + 1 > text->capacity) {
    text->capacity = 2 * (text->size + piece.length + 1);
    char *grown = realloc(text->data, text->capacity);
    if (!grown)
      abort(); // the text of one function
    text->data = grown;
  }
  memcpy(text->data + text->size, piece.data, piece.length);
  text->size += piece.length;
  text->data[text->size] = 0;
}

/// The function's text without its name.
static char *kernelText(MlirOperation func) {
  MlirAttribute name =
      mlirOperationGetInherentAttributeByName(func, ufStr("sym_name"));
  mlirOperationSetInherentAttributeByName(
      func, ufStr("sym_name"),
      mlirStringAttrGet(mlirOperationGetContext(func), ufStr("k")));
  Text text = {0};
  // In its own scope: the numbers of aliases depend on the rest of the module.
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsUseLocalScope(flags);
  mlirOperationPrintWithFlags(func, flags, appendText, &text);
  mlirOpPrintingFlagsDestroy(flags);
  mlirOperationSetInherentAttributeByName(func, ufStr("sym_name"), name);
  return text.data;
}

typedef struct Shared {
  char *text;
  MlirAttribute name; ///< Of the first kernel with this text.
} Shared;

typedef struct Renames {
  MlirAttribute *from, *to;
  size_t count;
} Renames;

static MlirWalkResult renameCall(MlirOperation op, void *userData) {
  const Renames *renames = userData;
  if (!ufOpIs(op, "func.call"))
    return MlirWalkResultAdvance;
  MlirAttribute callee =
      mlirOperationGetInherentAttributeByName(op, ufStr("callee"));
  for (size_t i = 0; i < renames->count; ++i)
    if (mlirStringRefEqual(mlirFlatSymbolRefAttrGetValue(callee),
                           mlirStringAttrGetValue(renames->from[i])))
      mlirOperationSetInherentAttributeByName(
          op, ufStr("callee"),
          mlirFlatSymbolRefAttrGet(mlirOperationGetContext(op),
                                   mlirStringAttrGetValue(renames->to[i])));
  return MlirWalkResultAdvance;
}

void ufShareKernels(MlirOperation module, size_t numKernels) {
  Shared *kept = calloc(numKernels + 1, sizeof *kept);
  Renames renames = {calloc(numKernels + 1, sizeof(MlirAttribute)),
                     calloc(numKernels + 1, sizeof(MlirAttribute)), 0};
  size_t numKept = 0;
  MlirOperation next;
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(module));
       op.ptr; op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (!ufIsMarked(op, UF_KERNEL_ATTR))
      continue;
    char *text = kernelText(op);
    MlirAttribute name =
        mlirOperationGetInherentAttributeByName(op, ufStr("sym_name"));
    size_t i = 0;
    while (i < numKept && strcmp(kept[i].text, text) != 0)
      ++i;
    if (i == numKept) {
      kept[numKept++] = (Shared){text, name};
      continue;
    }
    renames.from[renames.count] = name;
    renames.to[renames.count++] = kept[i].name;
    mlirOperationDestroy(op);
    free(text);
  }
  mlirOperationWalk(module, renameCall, &renames, MlirWalkPreOrder);
  for (size_t i = 0; i < numKept; ++i)
    free(kept[i].text);
  free(kept);
  free(renames.from);
  free(renames.to);
}

//===-- Function.c - Reading and changing func.func -----------------------===//

#include "IR/Function.h"

#include <stdlib.h>
#include <string.h>

MlirOperation ufFindSymbol(MlirOperation module, const char *name) {
  MlirBlock body = ufFunctionBody(module);
  for (MlirOperation op = mlirBlockGetFirstOperation(body); op.ptr;
       op = mlirOperationGetNextInBlock(op)) {
    MlirAttribute symbol =
        mlirOperationGetInherentAttributeByName(op, ufStr("sym_name"));
    if (!mlirAttributeIsNull(symbol) &&
        mlirStringRefEqual(mlirStringAttrGetValue(symbol), ufStr(name)))
      return op;
  }
  return (MlirOperation){NULL};
}

MlirOperation ufFindFunction(MlirOperation module, const char *name) {
  MlirOperation op = ufFindSymbol(module, name);
  return op.ptr && (ufOpIs(op, "func.func") || ufOpIs(op, "llvm.func"))
             ? op
             : (MlirOperation){NULL};
}

void ufOpsAdd(UfOps *list, MlirOperation op) {
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 32;
    MlirOperation *grown = realloc(list->ops, capacity * sizeof *grown);
    if (!grown)
      abort(); // a list of a module's ops is smaller than the module
    list->ops = grown;
    list->capacity = capacity;
  }
  list->ops[list->count++] = op;
}

void ufOpsFree(UfOps *list) {
  free(list->ops);
  *list = (UfOps){0};
}

typedef struct Search {
  const char *name;
  UfOps found;
} Search;

static MlirWalkResult addFound(MlirOperation op, void *userData) {
  Search *search = userData;
  if (ufOpIs(op, search->name))
    ufOpsAdd(&search->found, op);
  return MlirWalkResultAdvance;
}

UfOps ufCollectOps(MlirOperation root, const char *name) {
  Search search = {.name = name};
  mlirOperationWalk(root, addFound, &search, MlirWalkPreOrder);
  return search.found;
}

UfOps ufCollectFunctions(MlirOperation module) {
  UfOps funcs = {0};
  for (MlirOperation op = mlirBlockGetFirstOperation(ufFunctionBody(module));
       op.ptr; op = mlirOperationGetNextInBlock(op))
    if (ufOpIs(op, "func.func") && !mlirBlockIsNull(ufFunctionBody(op)))
      ufOpsAdd(&funcs, op);
  return funcs;
}

void ufUpdateFunctionType(MlirOperation func) {
  MlirBlock entry = ufFunctionBody(func);
  MlirOperation end = mlirBlockGetTerminator(entry);
  intptr_t numInputs = mlirBlockGetNumArguments(entry);
  intptr_t numResults = mlirOperationGetNumOperands(end);
  MlirType *types = calloc((size_t)(numInputs + numResults) + 1, sizeof *types);
  if (!types)
    abort(); // one entry per argument and result
  for (intptr_t i = 0; i < numInputs; ++i)
    types[i] = mlirValueGetType(mlirBlockGetArgument(entry, i));
  for (intptr_t i = 0; i < numResults; ++i)
    types[numInputs + i] = mlirValueGetType(mlirOperationGetOperand(end, i));
  MlirType type = mlirFunctionTypeGet(mlirOperationGetContext(func), numInputs,
                                      types, numResults, types + numInputs);
  free(types);
  mlirOperationSetInherentAttributeByName(func, ufStr("function_type"),
                                          mlirTypeAttrGet(type));
}

MlirOperation ufCreateFunction(MlirOperation module, MlirLocation loc,
                               const char *name, UfTypes inputs,
                               UfTypes results, const char *visibility) {
  MlirContext ctx = mlirOperationGetContext(module);
  MlirType type = mlirFunctionTypeGet(ctx, inputs.size, inputs.data,
                                      results.size, results.data);
  MlirRegion region = mlirRegionCreate();
  MlirBlock block = mlirBlockCreate(0, NULL, NULL);
  for (intptr_t i = 0; i < inputs.size; ++i)
    mlirBlockAddArgument(block, inputs.data[i], loc);
  mlirRegionAppendOwnedBlock(region, block);
  UfBuilder b = {.ctx = ctx, .loc = loc, .block = ufFunctionBody(module)};
  return ufBuildOp(
      &b, "func.func", (UfTypes){0}, UF_NO_VALUES,
      UF_ATTRS({"sym_name", ufStrAttr(&b, name)},
               {"function_type", mlirTypeAttrGet(type)},
               {"sym_visibility", visibility ? ufStrAttr(&b, visibility)
                                             : mlirAttributeGetNull()}),
      &region, 1);
}

static MlirAttribute listedAttr(MlirOperation func, const char *list,
                                intptr_t i, const char *name) {
  MlirAttribute attrs =
      mlirOperationGetInherentAttributeByName(func, ufStr(list));
  if (mlirAttributeIsNull(attrs) || i >= mlirArrayAttrGetNumElements(attrs))
    return mlirAttributeGetNull();
  return mlirDictionaryAttrGetElementByName(mlirArrayAttrGetElement(attrs, i),
                                            ufStr(name));
}

MlirAttribute ufArgAttr(MlirOperation func, intptr_t i, const char *name) {
  return listedAttr(func, "arg_attrs", i, name);
}

MlirAttribute ufResultAttr(MlirOperation func, intptr_t i, const char *name) {
  return listedAttr(func, "res_attrs", i, name);
}

/// `dictionary` with `name` set; a null `value` removes it.
static MlirAttribute withEntry(MlirContext ctx, MlirAttribute dictionary,
                               const char *name, MlirAttribute value) {
  MlirNamedAttribute entries[UF_MAX_VALUES];
  intptr_t count = 0;
  intptr_t old = mlirAttributeIsNull(dictionary)
                     ? 0
                     : mlirDictionaryAttrGetNumElements(dictionary);
  for (intptr_t i = 0; i < old && count < UF_MAX_VALUES - 1; ++i) {
    MlirNamedAttribute entry = mlirDictionaryAttrGetElement(dictionary, i);
    if (!mlirStringRefEqual(mlirIdentifierStr(entry.name), ufStr(name)))
      entries[count++] = entry;
  }
  if (!mlirAttributeIsNull(value))
    entries[count++] =
        mlirNamedAttributeGet(mlirIdentifierGet(ctx, ufStr(name)), value);
  return mlirDictionaryAttrGet(ctx, count, entries);
}

static void setListedAttr(MlirOperation func, const char *list, intptr_t length,
                          intptr_t i, const char *name, MlirAttribute value) {
  MlirContext ctx = mlirOperationGetContext(func);
  MlirAttribute attrs =
      mlirOperationGetInherentAttributeByName(func, ufStr(list));
  intptr_t old =
      mlirAttributeIsNull(attrs) ? 0 : mlirArrayAttrGetNumElements(attrs);
  MlirAttribute *all = calloc((size_t)length + 1, sizeof *all);
  if (!all)
    abort(); // one entry per argument
  for (intptr_t k = 0; k < length; ++k)
    all[k] = k < old ? mlirArrayAttrGetElement(attrs, k)
                     : mlirDictionaryAttrGet(ctx, 0, NULL);
  all[i] = withEntry(ctx, all[i], name, value);
  mlirOperationSetInherentAttributeByName(func, ufStr(list),
                                          mlirArrayAttrGet(ctx, length, all));
  free(all);
}

void ufSetArgAttr(MlirOperation func, intptr_t i, const char *name,
                  MlirAttribute value) {
  setListedAttr(func, "arg_attrs",
                mlirBlockGetNumArguments(ufFunctionBody(func)), i, name, value);
}

void ufSetResultAttr(MlirOperation func, intptr_t i, const char *name,
                     MlirAttribute value) {
  MlirAttribute type =
      mlirOperationGetInherentAttributeByName(func, ufStr("function_type"));
  setListedAttr(func, "res_attrs",
                mlirFunctionTypeGetNumResults(mlirTypeAttrGetValue(type)), i,
                name, value);
}

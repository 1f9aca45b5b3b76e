//===-- Strings.c - The ufront-strings-to-handles pass --------------------===//
//
// Equal strings are equal numbers at run time (Runtime/Strings.h), so that all
// that is moved, compared or selected is moved, compared or selected as i64.
// The pass makes every string such a handle, lists the constant ones on the
// module in the order of theirs, and declares the functions that lowerings call
// for what takes the text itself.
//
//===----------------------------------------------------------------------===//

#include "Conversion/Passes.h"
#include "IR/Function.h"
#include "IR/StringCalls.h"

#include <stdlib.h>
#include <string.h>

typedef struct Table {
  MlirContext ctx;
  MlirAttribute *texts; ///< StringAttrs by handle.
  intptr_t count, capacity;
  intptr_t *slots; ///< Handle + 1 by hash, 0 where free; twice the capacity.
  bool isUsed;     ///< Something was a string.
} Table;

static size_t slotOf(const Table *table, MlirAttribute text) {
  size_t mask = 2 * (size_t)table->capacity - 1;
  size_t slot = ((uintptr_t)text.ptr >> 4) * 0x9e3779b97f4a7c15u >> 16 & mask;
  while (table->slots[slot] &&
         !mlirAttributeEqual(table->texts[table->slots[slot] - 1], text))
    slot = (slot + 1) & mask;
  return slot;
}

static void growTable(Table *table) {
  table->capacity = table->capacity ? 2 * table->capacity : 64;
  size_t capacity = (size_t)table->capacity;
  MlirAttribute *texts = realloc(table->texts, capacity * sizeof *texts);
  free(table->slots);
  table->slots = calloc(2 * capacity, sizeof *table->slots);
  if (!texts || !table->slots)
    abort(); // a list of one model's strings
  table->texts = texts;
  for (intptr_t i = 0; i < table->count; ++i)
    table->slots[slotOf(table, table->texts[i])] = i + 1;
}

static int64_t handleOf(Table *table, MlirStringRef text) {
  MlirAttribute attr = mlirStringAttrGet(table->ctx, text);
  if (table->count == table->capacity)
    growTable(table);
  size_t slot = slotOf(table, attr);
  if (!table->slots[slot]) {
    table->texts[table->count++] = attr;
    table->slots[slot] = table->count;
  }
  return table->slots[slot] - 1;
}

/// `type` with handles in place of strings.
static MlirType convertType(Table *table, MlirType type) {
  MlirType handle = mlirIntegerTypeGet(table->ctx, 64);
  if (!ufIsRankedTensor(type))
    return ufIsString(type) ? handle : type;
  if (!ufIsString(mlirShapedTypeGetElementType(type)))
    return type;
  table->isUsed = true;
  UfShape shape = ufShapeOfType(type);
  shape.element = handle;
  return ufTensorType(&shape);
}

static MlirAttribute convertAttr(Table *table, MlirAttribute attr) {
  if (mlirAttributeIsAType(attr))
    return mlirTypeAttrGet(convertType(table, mlirTypeAttrGetValue(attr)));
  if (!mlirAttributeIsADenseElements(attr) ||
      !ufIsString(mlirShapedTypeGetElementType(mlirAttributeGetType(attr))))
    return attr;
  MlirType type = convertType(table, mlirAttributeGetType(attr));
  intptr_t count = mlirElementsAttrGetNumElements(attr);
  int64_t *handles = malloc(sizeof *handles * (size_t)(count + 1));
  if (!handles)
    abort(); // a list of one model's strings
  for (intptr_t i = 0; i < count; ++i)
    handles[i] = handleOf(table, mlirDenseElementsAttrGetStringValue(attr, i));
  attr = mlirDenseElementsAttrInt64Get(type, count, handles);
  free(handles);
  return attr;
}

static void convertValue(Table *table, MlirValue value) {
  MlirType type = mlirValueGetType(value);
  MlirType converted = convertType(table, type);
  if (!mlirTypeEqual(type, converted))
    mlirValueSetType(value, converted);
}

static MlirWalkResult convertOp(MlirOperation op, void *userData) {
  Table *table = userData;
  for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i)
    convertValue(table, mlirOperationGetResult(op, i));
  for (intptr_t r = 0; r < mlirOperationGetNumRegions(op); ++r)
    for (MlirBlock block =
             mlirRegionGetFirstBlock(mlirOperationGetRegion(op, r));
         block.ptr; block = mlirBlockGetNextInRegion(block))
      for (intptr_t i = 0; i < mlirBlockGetNumArguments(block); ++i)
        convertValue(table, mlirBlockGetArgument(block, i));
  if (!ufOpOf(op))
    return MlirWalkResultAdvance;
  for (intptr_t i = 0; i < mlirOperationGetNumDiscardableAttributes(op); ++i) {
    MlirNamedAttribute attr = mlirOperationGetDiscardableAttribute(op, i);
    MlirAttribute converted = convertAttr(table, attr.attribute);
    if (!mlirAttributeEqual(converted, attr.attribute))
      mlirOperationSetDiscardableAttributeByName(
          op, mlirIdentifierStr(attr.name), converted);
  }
  return MlirWalkResultAdvance;
}

static void declareCalls(MlirOperation module) {
  MlirContext ctx = mlirOperationGetContext(module);
  MlirLocation loc = mlirOperationGetLocation(module);
  for (const UfStringCall *call = ufStringCalls; call->name; ++call) {
    MlirType types[8];
    int count = (int)strlen(call->types);
    if (ufFindFunction(module, call->name).ptr)
      continue;
    for (int i = 0; i < count; ++i)
      types[i] = call->types[i] == 'f' ? mlirF64TypeGet(ctx)
                                       : mlirIntegerTypeGet(ctx, 64);
    UfBuilder top = {.ctx = ctx, .loc = loc, .block = ufFunctionBody(module)};
    MlirRegion region = mlirRegionCreate();
    MlirType type = mlirFunctionTypeGet(ctx, count - 1, types + 1, 1, types);
    ufBuildOp(&top, "func.func", (UfTypes){0}, UF_NO_VALUES,
              UF_ATTRS({"sym_name", ufStrAttr(&top, call->name)},
                       {"function_type", mlirTypeAttrGet(type)},
                       {"sym_visibility", ufStrAttr(&top, "private")}),
              &region, 1);
  }
}

static MlirLogicalResult run(MlirOperation module, MlirPass pass) {
  (void)pass;
  Table table = {.ctx = mlirOperationGetContext(module)};
  // Memory that is all zeros is full of empty strings.
  handleOf(&table, ufStr(""));
  mlirOperationWalk(module, convertOp, &table, MlirWalkPreOrder);
  if (table.isUsed) {
    UfOps funcs = ufCollectFunctions(module);
    for (size_t i = 0; i < funcs.count; ++i)
      ufUpdateFunctionType(funcs.ops[i]);
    ufOpsFree(&funcs);
    mlirOperationSetDiscardableAttributeByName(
        module, ufStr(UF_STRINGS_ATTR),
        mlirArrayAttrGet(table.ctx, table.count, table.texts));
  }
  // A module that has handles already is verified as one, whoever made it.
  if (!mlirAttributeIsNull(mlirOperationGetDiscardableAttributeByName(
          module, ufStr(UF_STRINGS_ATTR))))
    declareCalls(module);
  free(table.texts);
  free(table.slots);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassStringsToHandles = {
    .name = "UfrontStringsToHandles",
    .argument = "ufront-strings-to-handles",
    .description = "Makes strings the numbers they have at run time",
    .opName = "builtin.module",
    .dialects = (const char *const[]){"ufront", "func", NULL},
    .run = run,
};

//===-- MlEncode.c - Looking values up in lists ---------------------------===//

#include "IR/Linalg.h"
#include "Ops/MlScore.h"
#include "Ops/Strings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// find
//
//   output = the position of each element in `keys`, -1 where it is none of
//   them. Of equal keys the last one counts; NaN is equal to NaN.
//
//   Keys are sorted while compiling; each element is searched for by halves.
//
// (C1) keys have rank 1 and the input's element type.
//===----------------------------------------------------------------------===//

static MlirLogicalResult verifyFind(MlirOperation op) {
  MlirAttribute keys = ufGetAttr(op, "keys");
  MlirType type = mlirAttributeGetType(keys);
  MlirType element = ufElementType(mlirOperationGetOperand(op, 0));
  if (!mlirAttributeIsADenseElements(keys) ||
      mlirShapedTypeGetRank(type) != 1 ||
      !mlirTypeEqual(mlirShapedTypeGetElementType(type), element)) // C1
    return ufOpError(op, "'keys' must be a list of the input's type");
  if (!ufIsString(element) && !ufIsFloat(element) && !ufIsInt(element))
    return ufOpError(op, "looks up strings and numbers only");
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferFind(MlirOperation op, UfShape *results) {
  results[0] = ufShape(mlirOperationGetOperand(op, 0));
  results[0].element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64);
  return mlirLogicalResultSuccess();
}

/// A key and its position. Numbers are compared as `real`, integers as
/// `integer` too, where a float would round them.
typedef struct Key {
  double real;
  int64_t integer;
  int64_t position;
} Key;

static int compareKeys(const void *left, const void *right) {
  const Key *a = left, *b = right;
  if (a->real != b->real)
    return a->real < b->real ? -1 : 1;
  if (a->integer != b->integer)
    return a->integer < b->integer ? -1 : 1;
  return (a->position > b->position) - (a->position < b->position);
}

/// The keys in order, each once; NaN is left out, and its position written to
/// `*nan`.
static intptr_t sortKeys(MlirAttribute attr, Key *keys, int64_t *nan) {
  bool isFloat =
      ufIsFloat(mlirShapedTypeGetElementType(mlirAttributeGetType(attr)));
  intptr_t count = mlirElementsAttrGetNumElements(attr), used = 0, unique = 0;
  *nan = -1;
  for (intptr_t i = 0; i < count; ++i) {
    Key key = {.position = i};
    if (isFloat)
      key.real = ufElementAsDouble(attr, i);
    else
      key.integer = ufElementAsInt(attr, i);
    if (isnan(key.real))
      *nan = i;
    else
      keys[used++] = key;
  }
  qsort(keys, (size_t)used, sizeof *keys, compareKeys);
  for (intptr_t i = 0; i < used; ++i) {
    bool isSame = unique && keys[unique - 1].real == keys[i].real &&
                  keys[unique - 1].integer == keys[i].integer;
    keys[isSame ? unique - 1 : unique++] = keys[i];
  }
  return unique;
}

typedef struct Search {
  MlirValue keys, positions; ///< Sorted.
  intptr_t count;
  int64_t nan;
} Search;

/// Halves [low, high) until no key is left in it: low is then the first key
/// that is not smaller.
static MlirValue lowerBound(UfBuilder *b, const Search *search, MlirValue x) {
  MlirType types[] = {ufIndexType(b), ufIndexType(b)};
  MlirLocation locs[] = {b->loc, b->loc};
  MlirBlock before = mlirBlockCreate(2, types, locs);
  MlirBlock after = mlirBlockCreate(2, types, locs);
  UfBuilder in = ufBuilderIn(b, before);
  MlirValue low = mlirBlockGetArgument(before, 0);
  MlirValue high = mlirBlockGetArgument(before, 1);
  MlirValue isLeft = ufCompare(&in, UF_LT, low, high, true);
  ufBuildOp(&in, "scf.condition", (UfTypes){0}, UF_VALUES(isLeft, low, high),
            UF_NO_ATTRS, NULL, 0);
  in = ufBuilderIn(b, after);
  low = mlirBlockGetArgument(after, 0);
  high = mlirBlockGetArgument(after, 1);
  MlirValue middle =
      ufBinary(&in, "arith.shrui", ufAdd(&in, low, high), ufIndex(&in, 1));
  MlirValue key = ufExtract(&in, search->keys, &middle);
  MlirValue isAbove = ufCompare(&in, UF_LT, key, x, false);
  MlirValue next = ufAdd(&in, middle, ufIndex(&in, 1));
  ufBuildOp(&in, "scf.yield", (UfTypes){0},
            UF_VALUES(ufSelect(&in, isAbove, next, low),
                      ufSelect(&in, isAbove, high, middle)),
            UF_NO_ATTRS, NULL, 0);
  MlirRegion regions[] = {mlirRegionCreate(), mlirRegionCreate()};
  mlirRegionAppendOwnedBlock(regions[0], before);
  mlirRegionAppendOwnedBlock(regions[1], after);
  MlirOperation loop =
      ufBuildOp(b, "scf.while", (UfTypes){types, 2},
                UF_VALUES(ufIndex(b, 0), ufIndex(b, search->count)),
                UF_NO_ATTRS, regions, 2);
  return ufResultOf(loop, 0);
}

static void findBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  const Search *search = data;
  MlirType from = ufElementType(mlirOperationGetOperand(b->op, 0));
  MlirValue none = ufInteger(b, ufI64(b), -1);
  // f64 and i64 hold every number exactly.
  MlirValue x =
      ufConvert(b, args[0], ufIsFloat(from) ? mlirF64TypeGet(b->ctx) : ufI64(b),
                ufIsUnsigned(from), false);
  results[0] = none;
  if (search->count) {
    MlirValue low = lowerBound(b, search, x);
    // Past the end lies no key: the last one stands for it, and differs.
    MlirValue last = ufIndex(b, search->count - 1);
    MlirValue at = ufMin(b, low, last, true);
    MlirValue isIt =
        ufCompare(b, UF_EQ, ufExtract(b, search->keys, &at), x, false);
    results[0] = ufSelect(b, isIt, ufExtract(b, search->positions, &at), none);
  }
  if (search->nan >= 0)
    results[0] = ufSelect(b, ufCompare(b, UF_EQ, x, x, false), results[0],
                          ufInteger(b, ufI64(b), search->nan));
}

static MlirValue constantTable(UfBuilder *b, MlirAttribute table) {
  return ufBuild(b, "arith.constant", mlirAttributeGetType(table), UF_NO_VALUES,
                 UF_ATTRS({"value", table}));
}

/// The sorted keys as a constant of the input's type.
static MlirValue keysTable(UfBuilder *b, MlirType element, int64_t count,
                           const Key *keys) {
  double *reals = malloc(sizeof *reals * (size_t)(count + 1));
  int64_t *integers = malloc(sizeof *integers * (size_t)(count + 1));
  MlirValue result = {NULL};
  if (reals && integers) {
    for (int64_t i = 0; i < count; ++i) {
      reals[i] = keys[i].real;
      integers[i] = keys[i].integer;
    }
    MlirType wide = ufIsFloat(element) ? mlirF64TypeGet(b->ctx) : ufI64(b);
    MlirType type = ufTensorOf(wide, 1, &count);
    result = constantTable(
        b, ufIsFloat(element)
               ? mlirDenseElementsAttrDoubleGet(type, count, reals)
               : mlirDenseElementsAttrInt64Get(type, count, integers));
  }
  free(reals);
  free(integers);
  return result;
}

static MlirLogicalResult lowerFind(UfBuilder *b) {
  MlirAttribute attr = ufGetAttr(b->op, "keys");
  intptr_t all = mlirElementsAttrGetNumElements(attr);
  MlirType element = mlirShapedTypeGetElementType(mlirAttributeGetType(attr));
  Key *keys = malloc(sizeof *keys * (size_t)(all + 1));
  int64_t *positions = malloc(sizeof *positions * (size_t)(all + 1));
  if (!keys || !positions)
    abort(); // a copy of one attribute
  Search search;
  search.count = sortKeys(attr, keys, &search.nan);
  for (intptr_t i = 0; i < search.count; ++i)
    positions[i] = keys[i].position;
  search.keys = keysTable(b, element, search.count, keys);
  int64_t count = search.count;
  search.positions =
      constantTable(b, mlirDenseElementsAttrInt64Get(
                           ufTensorOf(ufI64(b), 1, &count), count, positions));
  free(keys);
  free(positions);
  return ufReplace(b, ufElementwise(b, UF_VALUES(ufInput(b, 0)), ufI64(b),
                                    findBody, &search));
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// Attributes of one list in the types it may have.
typedef struct Lists {
  const char *floats, *ints, *strings, *tensor;
} Lists;

/// The list as a constant of rank 1, null when there is none.
static MlirValue readList(UfBuilder *b, const UfNode *node,
                          const Lists *lists) {
  UfLongInts ints = ufNodeLongInts(node, lists->ints);
  MlirAttribute texts = ufNodeAttr(node, lists->strings);
  if (ints.size)
    return ufLongIntsValue(b, &ints);
  if (!mlirAttributeIsNull(texts) && mlirAttributeIsAArray(texts) &&
      mlirArrayAttrGetNumElements(texts))
    return ufStringsValue(b, texts);
  if (!lists->floats)
    return (MlirValue){NULL};
  MlirAttribute floats = ufNodeAttr(node, lists->floats);
  if (!mlirAttributeIsNull(floats) && mlirAttributeIsADenseF64Array(floats) &&
      mlirDenseArrayGetNumElements(floats)) {
    UfFloats list = {floats, mlirDenseArrayGetNumElements(floats)};
    int64_t size = list.size;
    return ufFloatsValue(b, ufF32(b), 1, &size, &list, 0);
  }
  MlirAttribute tensor = ufNodeAttr(node, lists->tensor);
  int64_t all = -1;
  if (mlirAttributeIsNull(tensor) || !mlirAttributeIsADenseElements(tensor))
    return (MlirValue){NULL};
  MlirValue value = ufConstant(b, tensor);
  return ufRank(value) == 1 ? value : ufCallReshape(b, value, 1, &all);
}

/// What stands for keys that are not found, in the type of the values; null
/// after an error was reported.
static MlirValue readDefault(UfBuilder *b, const UfNode *node, MlirType type) {
  MlirAttribute tensor = ufNodeAttr(node, "default_tensor");
  int64_t none = 0;
  bool isGiven = !mlirAttributeIsNull(tensor);
  if (isGiven && mlirAttributeIsADenseElements(tensor) &&
      mlirElementsAttrGetNumElements(tensor) == 1 &&
      mlirTypeEqual(mlirShapedTypeGetElementType(mlirAttributeGetType(tensor)),
                    type))
    return ufCallReshape(b, ufConstant(b, tensor), 0, &none);
  if (isGiven) {
    ufNodeError(node, "'default_tensor' must be one value of the type that the "
                      "values have");
    return (MlirValue){NULL};
  }
  if (ufIsString(type))
    return ufTextValue(b, ufStr(ufNodeStr(node, "default_string", "_Unused")));
  if (ufIsFloat(type))
    return ufScalarConstant(b, type, ufNodeFloat(node, "default_float", -0.0));
  int64_t number = ufNodeInt(node, "default_int64", -1);
  return ufCallCast(
      b,
      ufConstant(b, mlirDenseElementsAttrInt64Get(
                        ufTensorOf(ufI64(b), 0, &none), 1, &number)),
      type);
}

/// values[position of x in keys], the default where it is none of them.
static MlirLogicalResult mapValues(UfBuilder *b, const UfNode *node,
                                   MlirValue keys, MlirValue values,
                                   MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  if (!keys.ptr || !values.ptr)
    return ufNodeError(node, "needs keys and values");
  if (!mlirTypeEqual(ufElementType(keys), ufElementType(x)))
    return ufNodeError(node, "has keys of another type than its input's");
  if (ufDimSize(keys, 0) != ufDimSize(values, 0))
    return ufNodeError(node, "has %" PRId64 " keys and %" PRId64 " values",
                       ufDimSize(keys, 0), ufDimSize(values, 0));
  MlirValue found =
      ufOp(b, "find", UF_VALUES(x), UF_ATTRS({"keys", ufConstantOf(keys)}));
  MlirValue otherwise = readDefault(b, node, ufElementType(values));
  if (!found.ptr || !otherwise.ptr)
    return mlirLogicalResultFailure();
  // -1 counts from the end; the result of that is not used.
  MlirValue value = ufOp(b, "gather", UF_VALUES(values, found),
                         UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  MlirValue isThere =
      ufCallCompare(b, "ge", found, ufScalarConstant(b, ufI64(b), 0));
  return ufNodeDefine(results, ufCallWhere(b, isThere, value, otherwise));
}

static MlirLogicalResult importLabelEncoder(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  static const Lists keys = {"keys_floats", "keys_int64s", "keys_strings",
                             "keys_tensor"};
  static const Lists values = {"values_floats", "values_int64s",
                               "values_strings", "values_tensor"};
  return mapValues(b, node, readList(b, node, &keys),
                   readList(b, node, &values), results);
}

/// Strings to integers or back, whichever the input is.
static MlirLogicalResult mapStrings(UfBuilder *b, const UfNode *node,
                                    MlirValue ints, MlirValue strings,
                                    MlirValue *results) {
  bool isText = ufIsString(ufElementType(ufNodeInput(node, 0)));
  return mapValues(b, node, isText ? strings : ints, isText ? ints : strings,
                   results);
}

static MlirLogicalResult importCategoryMapper(UfBuilder *b, const UfNode *node,
                                              MlirValue *results) {
  UfLongInts ints = ufNodeLongInts(node, "cats_int64s");
  return mapStrings(b, node, ufLongIntsValue(b, &ints),
                    ufStringsValue(b, ufNodeAttr(node, "cats_strings")),
                    results);
}

/// Before version 2: classes by their positions.
static MlirLogicalResult importOldEncoder(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue strings = ufStringsValue(b, ufNodeAttr(node, "classes_strings"));
  if (!strings.ptr)
    return ufNodeError(node, "needs the attribute 'classes_strings'");
  int64_t count = ufDimSize(strings, 0);
  int64_t *numbers = malloc(sizeof *numbers * (size_t)(count + 1));
  if (!numbers)
    return ufNodeError(node, "out of memory");
  for (int64_t i = 0; i < count; ++i)
    numbers[i] = i;
  MlirValue ints =
      ufConstant(b, mlirDenseElementsAttrInt64Get(
                        ufTensorOf(ufI64(b), 1, &count), count, numbers));
  free(numbers);
  return mapStrings(b, node, ints, strings, results);
}

/// Equal categories have the last one's column, as when they are looked up.
static MlirLogicalResult importOneHot(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  static const Lists lists = {NULL, "cats_int64s", "cats_strings", NULL};
  MlirValue x = ufNodeInput(node, 0), keys = readList(b, node, &lists);
  if (!keys.ptr)
    return ufNodeError(node, "needs the attribute 'cats_int64s' or "
                             "'cats_strings'");
  if (!ufIsString(ufElementType(x)))
    x = ufCallCast(b, x, ufI64(b));
  if (!x.ptr || !mlirTypeEqual(ufElementType(keys), ufElementType(x)))
    return ufNodeError(node, "has categories of another type than its input's");
  if (ufNodeInt(node, "zeros", 1) == 0)
    return ufNodeError(node, "that fails for categories it does not know "
                             "(zeros = 0) is not supported");
  MlirValue found =
      ufOp(b, "find", UF_VALUES(x), UF_ATTRS({"keys", ufConstantOf(keys)}));
  if (!found.ptr)
    return mlirLogicalResultFailure();
  int64_t count = ufDimSize(keys, 0);
  MlirValue range = ufOp(b, "range",
                         UF_VALUES(ufScalarConstant(b, ufI64(b), 0),
                                   ufScalarConstant(b, ufI64(b), (double)count),
                                   ufScalarConstant(b, ufI64(b), 1)),
                         UF_NO_ATTRS);
  MlirValue same =
      ufCallCompare(b, "eq", ufCallUnsqueeze(b, found, ufRank(found)), range);
  return ufNodeDefine(results, ufCallCast(b, same, ufF32(b)));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "find",
        .summary = "Positions in a list of keys, -1 for what is not in it.",
        .operands = {{"input", "Strings or numbers."}},
        .attrs = {{"keys", "Of the input's element type.", UF_VALUE}},
        .verify = verifyFind,
        .infer = inferFind,
        .toLinalg = lowerFind,
        .imports = UF_IMPORTS(
            {UF_ONNX, "ai.onnx.ml.LabelEncoder", 1, importOldEncoder},
            {UF_ONNX, "ai.onnx.ml.LabelEncoder", 2, importLabelEncoder},
            {UF_ONNX, "ai.onnx.ml.CategoryMapper", 1, importCategoryMapper},
            {UF_ONNX, "ai.onnx.ml.OneHotEncoder", 1, importOneHot}),
    },
};
UF_FAMILY(ufEncodeOps, "encode", ops);

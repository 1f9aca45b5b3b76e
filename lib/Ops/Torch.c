//===-- Torch.c - What import rules for ATen operators share --------------===//

#include "Ops/Torch.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

const UfrontArg *ufTorchArg(const UfNode *node, const char *name) {
  const UfrontArg *arg = node->reader->getArg(node, name);
  return arg && arg->kind != UFRONT_ARG_NONE ? arg : NULL;
}

static bool isNumber(const UfrontArg *arg) {
  return arg->kind == UFRONT_ARG_INT || arg->kind == UFRONT_ARG_FLOAT ||
         arg->kind == UFRONT_ARG_BOOL;
}

/// The type torch gives a number.
static MlirType numberType(const UfBuilder *b, const UfrontArg *arg) {
  return arg->kind == UFRONT_ARG_FLOAT  ? ufF32(b)
         : arg->kind == UFRONT_ARG_BOOL ? ufI1(b)
                                        : ufI64(b);
}

/// A constant of rank 0 with elements of `element`. Integers beyond 2^53 stay
/// exact.
static MlirValue numberConstant(UfBuilder *b, const UfrontArg *arg,
                                MlirType element) {
  bool isReal = arg->kind == UFRONT_ARG_FLOAT;
  if (ufIsBool(element)) // What is not 0 is true, be it below 1.
    return ufScalarConstant(b, element,
                            isReal ? arg->number != 0 : arg->integer != 0);
  if (isReal)
    return ufScalarConstant(b, element, arg->number);
  if (!mlirTypeEqual(element, ufI64(b)))
    return ufScalarConstant(b, element, (double)arg->integer);
  MlirType type = ufTensorOf(element, 0, NULL);
  return ufConstant(b, mlirDenseElementsAttrInt64Get(type, 1, &arg->integer));
}

MlirValue ufTorchCast(UfBuilder *b, MlirValue value, MlirType element) {
  if (!value.ptr || !element.ptr ||
      mlirTypeEqual(ufElementType(value), element))
    return value;
  // Of the floats of 8 bits, torch lets one saturate.
  bool saturates = !(ufIsFloat(element) && ufIsNarrow(element)) ||
                   mlirTypeIsAFloat8E4M3FN(element);
  return ufOp(b, "cast", UF_VALUES(value),
              UF_ATTRS({"to", mlirTypeAttrGet(element)},
                       {"saturate", saturates ? mlirAttributeGetNull()
                                              : ufBoolAttr(b, false)}));
}

static MlirValue argAs(UfBuilder *b, const UfNode *node, const UfrontArg *arg,
                       MlirType element) {
  if (arg->kind == UFRONT_ARG_VALUE)
    return ufTorchCast(b, node->reader->getValue(node, arg->integer), element);
  if (isNumber(arg))
    return numberConstant(b, arg, element.ptr ? element : numberType(b, arg));
  ufNodeError(node, "argument '%s' must be a tensor or a number",
              arg->name ? arg->name : "");
  return (MlirValue){NULL};
}

MlirValue ufTorchTensorAs(UfBuilder *b, const UfNode *node, const char *name,
                          MlirType element) {
  const UfrontArg *arg = ufTorchArg(node, name);
  return arg ? argAs(b, node, arg, element) : (MlirValue){NULL};
}

MlirValue ufTorchTensor(UfBuilder *b, const UfNode *node, const char *name) {
  return ufTorchTensorAs(b, node, name, (MlirType){NULL});
}

int ufTorchTensors(const UfNode *node, const char *name,
                   MlirValue values[UF_MAX_VALUES]) {
  const UfrontArg *arg = ufTorchArg(node, name);
  if (!arg || arg->kind != UFRONT_ARG_LIST || arg->numItems > UF_MAX_VALUES) {
    ufNodeError(node, "argument '%s' must be a list of at most %d tensors",
                name, UF_MAX_VALUES);
    return -1;
  }
  for (int i = 0; i < arg->numItems; ++i) {
    values[i] = (MlirValue){NULL};
    if (arg->items[i].kind == UFRONT_ARG_VALUE)
      values[i] = node->reader->getValue(node, arg->items[i].integer);
  }
  return arg->numItems;
}

bool ufTorchInts(UfBuilder *b, const UfNode *node, const char *name,
                 UfTorchInts *out) {
  const UfrontArg *arg = ufTorchArg(node, name);
  *out = (UfTorchInts){0};
  if (!arg)
    return false;
  const UfrontArg *items = arg->kind == UFRONT_ARG_LIST ? arg->items : arg;
  out->count = arg->kind == UFRONT_ARG_LIST ? arg->numItems : 1;
  MlirValue parts[UF_MAX_VALUES];
  int64_t ints[UF_MAX_VALUES];
  bool isKnown = true;
  if (out->count > UF_MAX_VALUES) {
    ufNodeError(node, "argument '%s' has %d elements, the most is %d", name,
                out->count, UF_MAX_VALUES);
    return false;
  }
  for (int i = 0; i < out->count; ++i) {
    UfInts known;
    parts[i] = argAs(b, node, &items[i], ufI64(b));
    if (!parts[i].ptr)
      return false;
    isKnown &= ufConstantInts(parts[i], &known) && known.size == 1;
    ints[i] = isKnown ? known.data[0] : 0;
  }
  if (isKnown) {
    out->attr = ufIntsAttr(b, out->count, ints);
    return true;
  }
  UfAttrs shape = UF_ATTRS({"shape", ufIntsAttr(b, 1, (int64_t[]){1})});
  for (int i = 0; i < out->count; ++i)
    parts[i] = ufOp(b, "reshape", UF_VALUES(parts[i]), shape);
  out->value = ufOp(b, "concat", (UfValues){parts, out->count},
                    UF_ATTRS({"axis", ufIntAttr(b, 0)}));
  return out->value.ptr != NULL;
}

bool ufTorchDims(const UfNode *node, const char *name, int rank, UfInts *out) {
  *out = (UfInts){.size = rank};
  for (int i = 0; i < rank; ++i)
    out->data[i] = i;
  const UfrontArg *arg = ufTorchArg(node, name);
  if (!arg || (arg->kind == UFRONT_ARG_LIST && arg->numItems == 0))
    return true;
  if (arg->kind == UFRONT_ARG_INT) {
    *out = (UfInts){.size = 1, .data = {arg->integer}};
    return true;
  }
  return ufNodeInts(node, name, out);
}

MlirLogicalResult ufTorchOnly(const UfNode *node, const char *name,
                              double only) {
  const UfrontArg *arg = ufTorchArg(node, name);
  if (!arg || (isNumber(arg) &&
               (arg->kind == UFRONT_ARG_FLOAT ? arg->number
                                              : (double)arg->integer) == only))
    return mlirLogicalResultSuccess();
  return ufNodeError(node, "argument '%s' must be %g", name, only);
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

MlirType ufTorchResult(const UfBuilder *b, const UfNode *node, int i) {
  if (i >= node->numOutputs || node->outputs[i].type == UFRONT_NO_TYPE)
    return (MlirType){NULL};
  return mlirTypeParseGet(b->ctx,
                          ufStr(ufrontTypeGetName(node->outputs[i].type)));
}

/// Bools, integers, floats.
static int category(MlirType element) {
  return ufIsFloat(element) ? 2 : !ufIsBool(element);
}

/// The wider of two types of one category; f16 with bf16 is f32, and an
/// unsigned byte with a signed one i16.
static MlirType wider(const UfBuilder *b, MlirType x, MlirType y) {
  if (mlirTypeEqual(x, y))
    return x;
  int xBits = ufBitWidth(x), yBits = ufBitWidth(y);
  if (xBits != yBits && !ufIsUnsigned(x) && !ufIsUnsigned(y))
    return xBits > yBits ? x : y;
  if (ufIsFloat(x))
    return ufF32(b);
  if (ufIsUnsigned(x) == ufIsUnsigned(y))
    return xBits > yBits ? x : y;
  MlirType isSigned = ufIsUnsigned(x) ? y : x;
  int unsignedBits = ufIsUnsigned(x) ? xBits : yBits;
  return ufBitWidth(isSigned) > unsignedBits
             ? isSigned
             : ufIntType(b, unsignedBits == 8 ? 16 : 64);
}

MlirType ufTorchPromote(const UfBuilder *b, const UfNode *node, int count,
                        const char *const *names) {
  // By priority: tensors, tensors of rank 0, numbers.
  MlirType best[3] = {{NULL}};
  for (int i = 0; i < count; ++i) {
    const UfrontArg *arg = ufTorchArg(node, names[i]);
    if (!arg || (arg->kind != UFRONT_ARG_VALUE && !isNumber(arg)))
      continue;
    MlirType type = numberType(b, arg);
    int priority = 2;
    if (arg->kind == UFRONT_ARG_VALUE) {
      MlirValue value = node->reader->getValue(node, arg->integer);
      type = ufElementType(value);
      priority = ufRank(value) > 0 ? 0 : 1;
    }
    if (!best[priority].ptr || category(type) > category(best[priority]))
      best[priority] = type;
    else if (category(type) == category(best[priority]))
      best[priority] = wider(b, best[priority], type);
  }
  MlirType result = best[0];
  for (int i = 1; i < 3; ++i)
    if (best[i].ptr && (!result.ptr || category(best[i]) > category(result)))
      result = best[i];
  return result;
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

/// The operands of the row, cast to `element` unless that is null, in `inputs`.
static MlirLogicalResult readOperands(UfBuilder *b, const UfNode *node,
                                      const UfOp *op, MlirType element,
                                      MlirValue *inputs, int *count) {
  const UfrontArg *args = NULL;
  int numArgs = node->reader->getArgs(node, &args);
  *count = 0;
  for (const UfValueSpec *spec = op->operands; spec->name; ++spec) {
    int i = *count;
    if (i >= numArgs ||
        (args[i].kind != UFRONT_ARG_VALUE && args[i].kind != UFRONT_ARG_NONE &&
         !isNumber(&args[i])))
      break;
    if (spec->arity == UF_OPTIONAL && ufFindAttrSpec(op, args[i].name))
      break;
    inputs[i] = (MlirValue){NULL};
    if (args[i].kind != UFRONT_ARG_NONE) {
      inputs[i] = argAs(b, node, &args[i], element);
      if (!inputs[i].ptr)
        return mlirLogicalResultFailure();
    }
    ++*count;
  }
  for (int i = *count; i < numArgs; ++i)
    if (args[i].kind != UFRONT_ARG_NONE && !ufFindAttrSpec(op, args[i].name))
      return ufNodeError(node, "argument '%s' is not supported", args[i].name);
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult importAs(UfBuilder *b, const UfNode *node,
                                  MlirType element, MlirValue *results) {
  const UfOp *op = NULL;
  MlirValue inputs[UF_MAX_OPERANDS + 1];
  int count;
  if (!ufFindImport(UF_TORCH, node->op, 0, &op))
    return mlirLogicalResultFailure();
  UF_TRY(readOperands(b, node, op, element, inputs, &count));
  UfNode cast = *node;
  cast.inputs = (UfValues){inputs, count};
  return ufImportByTable(b, &cast, op, results);
}

MlirLogicalResult ufTorchMap(UfBuilder *b, const UfNode *node,
                             MlirValue *results) {
  return importAs(b, node, ufTorchResult(b, node, 0), results);
}

MlirLogicalResult ufTorchSame(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return importAs(b, node, (MlirType){NULL}, results);
}

MlirLogicalResult ufTorchCompare(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  static const char *const names[] = {"self", "other"};
  return importAs(b, node, ufTorchPromote(b, node, 2, names), results);
}

MlirLogicalResult ufTorchLogical(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  return importAs(b, node, ufI1(b), results);
}

MlirLogicalResult ufTorchPass(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  return ufNodeDefine(
      results, ufTorchCast(b, ufNodeInput(node, 0), ufTorchResult(b, node, 0)));
}

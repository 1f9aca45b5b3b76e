//===-- Structure.c - Constants, parameters, regions' ends ----------------===//

#include "IR/Linalg.h"
#include "Ops/MelWeights.h"
#include "Ops/Sequence.h"
#include "Ops/Strings.h"
#include "Ops/TorchCreate.h"
#include "Support/Arena.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// constant
//
//   output = value.
//
// (C1) the result has the type of `value`.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferConstant(MlirOperation op, UfShape *results) {
  MlirAttribute value = ufGetAttr(op, "value");
  results[0] = ufShapeOfType(mlirAttributeGetType(value));
  return mlirLogicalResultSuccess();
}

static MlirAttribute foldConstant(MlirOperation op,
                                  const MlirAttribute *operands,
                                  MlirValue *value) {
  (void)operands;
  (void)value;
  return ufGetAttr(op, "value");
}

/// A tensor filled with the one number of `splat`: filled flat, for one long
/// loop makes better code than several short ones.
static MlirValue fillWith(UfBuilder *b, MlirAttribute splat) {
  UfShape shape = ufShapeOfType(mlirAttributeGetType(splat));
  UfSize sizes[UF_MAX_RANK], all = ufStatic(ufNumElements(&shape));
  for (int i = 0; i < shape.rank; ++i)
    sizes[i] = ufStatic(shape.dims[i]);
  MlirValue number =
      ufBuild(b, "arith.constant", shape.element, UF_NO_VALUES,
              UF_ATTRS({"value", mlirDenseElementsAttrGetSplatValue(splat)}));
  return ufReshape(b, ufFilled(b, number, 1, &all), shape.rank, sizes);
}

static MlirLogicalResult lowerConstant(UfBuilder *b) {
  MlirAttribute value = ufGetAttr(b->op, "value");
  MlirType type = ufSignless(mlirAttributeGetType(value));
  // The bytes are the same, only the type loses its sign.
  if (!mlirTypeEqual(type, mlirAttributeGetType(value))) {
    size_t width = (size_t)ufBitWidth(mlirShapedTypeGetElementType(type)) / 8;
    int64_t count = mlirDenseElementsAttrIsSplat(value)
                        ? 1
                        : mlirElementsAttrGetNumElements(value);
    value = mlirDenseElementsAttrRawBufferGet(
        type, width * (size_t)count, mlirDenseElementsAttrGetRawData(value));
  }
  if (ufIsLargeFill(b->op))
    return ufReplace(b, fillWith(b, value));
  return ufReplace(b, ufBuild(b, "arith.constant", type, UF_NO_VALUES,
                              UF_ATTRS({"value", value})));
}

static MlirLogicalResult constantToTosa(UfBuilder *b) {
  // TOSA has no empty tensors, and its ops take no unsigned integers.
  MlirType element = mlirShapedTypeGetElementType(ufResultType(b, 0));
  if (mlirElementsAttrGetNumElements(ufGetAttr(b->op, "value")) == 0 ||
      (ufIsInt(element) && ufIsUnsigned(element)))
    return mlirLogicalResultFailure();
  return ufReplace(b, ufBuild(b, "tosa.const", ufResultType(b, 0), UF_NO_VALUES,
                              UF_ATTRS({"values", ufGetAttr(b->op, "value")})));
}

/// A list of numbers as a rank-1 tensor; null for what is no such list.
static MlirAttribute elementsOfList(UfBuilder *b, MlirAttribute list) {
  if (!mlirAttributeIsADenseF64Array(list) &&
      !mlirAttributeIsADenseI64Array(list))
    return mlirAttributeGetNull();
  intptr_t count = mlirDenseArrayGetNumElements(list);
  MlirType element = mlirAttributeIsADenseF64Array(list) ? ufF32(b) : ufI64(b);
  MlirType type = ufTensorOf(element, 1, (int64_t[]){count});
  UF_SCOPED(UfArena) arena = {0};
  MlirAttribute *elements = UF_NEW(&arena, MlirAttribute, (size_t)count + 1);
  if (!elements)
    return mlirAttributeGetNull();
  for (intptr_t i = 0; i < count; ++i)
    elements[i] =
        mlirAttributeIsADenseF64Array(list)
            ? ufNumberAttr(element, mlirDenseF64ArrayGetElement(list, i))
            : mlirIntegerAttrGet(element, mlirDenseI64ArrayGetElement(list, i));
  return mlirDenseElementsAttrGet(type, count, elements);
}

/// ONNX Constant holds one of value, value_float(s), value_int(s) and
/// value_string(s): here the last two, or null.
static MlirValue textConstant(UfBuilder *b, const UfNode *node) {
  MlirAttribute text = ufNodeAttr(node, "value_string");
  if (!mlirAttributeIsNull(text) && mlirAttributeIsAString(text))
    return ufTextValue(b, mlirStringAttrGetValue(text));
  return ufStringsValue(b, ufNodeAttr(node, "value_strings"));
}

static MlirLogicalResult importConstant(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirAttribute value = ufNodeAttr(node, "value");
  MlirValue text = textConstant(b, node);
  if (text.ptr)
    return ufNodeDefine(results, text);
  if (ufNodeHas(node, "value_int"))
    value = mlirDenseElementsAttrSplatGet(
        ufTensorOf(ufI64(b), 0, NULL),
        ufIntAttr(b, ufNodeInt(node, "value_int", 0)));
  else if (ufNodeHas(node, "value_float"))
    value = ufSplatAttr(ufTensorOf(ufF32(b), 0, NULL),
                        ufNodeFloat(node, "value_float", 0));
  else if (ufNodeHas(node, "value_ints"))
    value = elementsOfList(b, ufNodeAttr(node, "value_ints"));
  else if (ufNodeHas(node, "value_floats"))
    value = elementsOfList(b, ufNodeAttr(node, "value_floats"));
  if (mlirAttributeIsNull(value) || !mlirAttributeIsAElements(value))
    return ufNodeError(node, "holds neither a dense tensor nor numbers or "
                             "strings; sparse constants are not supported");
  return ufNodeDefine(results, ufConstant(b, value));
}

//===----------------------------------------------------------------------===//
// param
//
//   The weight called `sym`, whose values are outside the module.
//===----------------------------------------------------------------------===//

//===----------------------------------------------------------------------===//
// identity
//
//   output = input.
//===----------------------------------------------------------------------===//

static MlirAttribute foldIdentity(MlirOperation op,
                                  const MlirAttribute *operands,
                                  MlirValue *value) {
  (void)operands;
  *value = mlirOperationGetOperand(op, 0);
  return mlirAttributeGetNull();
}

/// What is no tensor is passed on while importing.
static MlirLogicalResult importIdentity(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  MlirValue input = ufNodeInput(node, 0);
  return ufNodeDefine(results,
                      ufFormOf(input) == UF_FORM_TENSOR
                          ? ufOp(b, "identity", UF_VALUES(input), UF_NO_ATTRS)
                          : input);
}

static MlirLogicalResult decomposeIdentity(UfBuilder *b) {
  return ufReplace(b, ufOperandOf(b->op, 0));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "constant",
        .summary = "A tensor known while compiling.",
        .attrs = {{"value", "The elements.", UF_VALUE}},
        .traits = UF_CONSTANT_LIKE,
        .infer = inferConstant,
        .fold = foldConstant,
        .toTosa = constantToTosa,
        .toLinalg = lowerConstant,
        .imports =
            UF_IMPORTS({UF_ONNX, "Constant", 1, importConstant},
                       {UF_ONNX, "MelWeightMatrix", 17, ufImportMelWeights},
                       UF_TORCH_CREATIONS, UF_TORCH_CHECKS),
    },
    {
        .name = "param",
        .summary = "A weight: its values are in the model's weights, as `sym`.",
        .attrs = {{"sym", "Its name in the weights.", UF_STRING},
                  {"init",
                   "For a weight that @init computes when the model is "
                   "loaded: which of its results it is.",
                   UF_INT, .optional = true}},
    },
    {
        .name = "none",
        .summary = "Stands for an optional operand that is omitted.",
        .results = {{"none", "Has type none."}},
    },
    {
        .name = "identity",
        .summary = "Passes its input on.",
        .operands = {{"input", "Any tensor."}},
        .traits = UF_TAKES_SEQUENCES,
        .infer = ufInferSame,
        .fold = foldIdentity,
        .decompose = decomposeIdentity,
        .imports = UF_IMPORTS({UF_ONNX, "Identity", 1, importIdentity},
                              UF_TORCH_COPIES),
    },
};
UF_FAMILY(ufStructureOps, "structure", ops);

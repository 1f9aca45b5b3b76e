//===-- Opset6.c - ONNX operators as opsets 1 to 6 have them --------------===//

#include "Ops/Opset6.h"
#include "Ops/Fold.h"
#include "Ops/Rearrange.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Operands aligned by an attribute
//===----------------------------------------------------------------------===//

/// Whether dimension `d` of `y` goes with dimension `d + axis` of `x` for all
/// we know: it is the same, or 1 where that is allowed.
static bool fits(const UfShape *x, const UfShape *y, int64_t axis,
                 bool broadcasts) {
  for (int d = 0; d < y->rank; ++d) {
    int64_t to = x->dims[d + axis], from = y->dims[d];
    if (to != UF_DYNAMIC && from != UF_DYNAMIC && to != from &&
        !(broadcasts && from == 1))
      return false;
  }
  return true;
}

/// Gives `*y` the dimensions that numpy's broadcast needs behind it.
static MlirLogicalResult align(UfBuilder *b, const UfNode *node, MlirValue x,
                               MlirValue *y) {
  UfShape left = ufShape(x), right = ufShape(*y);
  char text[UF_SHAPE_TEXT], other[UF_SHAPE_TEXT];
  bool broadcasts = ufNodeInt(node, "broadcast", 0) != 0;
  int64_t axis = broadcasts ? ufNodeInt(node, "axis", left.rank - right.rank)
                            : left.rank - right.rank;
  if (axis < 0 && right.rank <= left.rank)
    axis += left.rank;
  if (axis < 0 || axis > left.rank - right.rank || (!broadcasts && axis != 0) ||
      !fits(&left, &right, axis, broadcasts))
    return ufNodeError(node, "has operands of shapes %s and %s, which %s",
                       ufShapeText(&left, text, sizeof text),
                       ufShapeText(&right, other, sizeof other),
                       broadcasts
                           ? "cannot be aligned as 'axis' says"
                           : "must be equal, since 'broadcast' is not set");
  int64_t axes[UF_MAX_RANK];
  int behind = (int)(left.rank - right.rank - axis);
  for (int i = 0; i < behind; ++i)
    axes[i] = right.rank + i;
  if (behind > 0)
    *y = ufMake(b, "unsqueeze", UF_VALUES(*y),
                UF_ATTRS({"axes", ufIntsAttr(b, behind, axes)}));
  return y->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

/// Imports `node` as opset `version` has it.
static MlirLogicalResult importAs(UfBuilder *b, const UfNode *node, int version,
                                  MlirValue *results) {
  const UfOp *op = NULL;
  const UfImport *rule = ufFindImport(UF_ONNX, node->op, version, &op);
  if (!rule)
    return ufNodeError(node, "is not supported");
  return rule->convert ? rule->convert(b, node, results)
                       : ufImportByTable(b, node, op, results);
}

MlirLogicalResult ufOpset6Binary(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  MlirValue operands[2] = {ufNodeInput(node, 0), ufNodeInput(node, 1)};
  if (node->inputs.size != 2 || !operands[1].ptr)
    return ufNodeError(node, "has %" PRIdPTR " inputs, but takes 2",
                       node->inputs.size);
  UF_TRY(align(b, node, operands[0], &operands[1]));
  UfNode aligned = *node;
  aligned.inputs = (UfValues){operands, 2};
  return importAs(b, &aligned, 7, results);
}

//===----------------------------------------------------------------------===//
// Types by name
//===----------------------------------------------------------------------===//

MlirLogicalResult ufOpset6Cast(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  static const struct {
    const char *onnx, *type;
  } types[] = {{"FLOAT", "f32"},   {"DOUBLE", "f64"},  {"FLOAT16", "f16"},
               {"BOOL", "i1"},     {"INT8", "i8"},     {"INT16", "i16"},
               {"INT32", "i32"},   {"INT64", "i64"},   {"UINT8", "ui8"},
               {"UINT16", "ui16"}, {"UINT32", "ui32"}, {"UINT64", "ui64"}};
  const char *to = ufNodeStr(node, "to", "");
  for (int i = 0; i < UF_COUNT(types); ++i)
    if (strcmp(to, types[i].onnx) == 0)
      return ufNodeDefine(
          results, ufCallCast(b, ufNodeInput(node, 0),
                              mlirTypeParseGet(b->ctx, ufStr(types[i].type))));
  return ufNodeError(node, "attribute 'to' is '%s', which is not supported",
                     to);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

MlirLogicalResult ufOpset6Concat(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  for (intptr_t i = 0; i < node->inputs.size; ++i)
    if (!node->inputs.data[i].ptr)
      return ufNodeError(node, "needs input %" PRIdPTR, i);
  return ufNodeDefine(
      results, ufCallConcat(b, node->inputs, ufNodeInt(node, "axis", 1)));
}

MlirLogicalResult ufOpset6Pad(UfBuilder *b, const UfNode *node,
                              MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue value =
      ufScalarConstant(b, ufElementType(x), ufNodeFloat(node, "value", 0));
  return ufNodeDefine(
      results, ufOp(b, "pad", UF_VALUES(x, value),
                    UF_ATTRS({"pads", ufNodeAttr(node, "paddings")},
                             {"mode", ufStrAttr(b, ufNodeStr(node, "mode",
                                                             "constant"))})));
}

MlirLogicalResult ufOpset6Reshape(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  return ufNodeDefine(results,
                      ufOp(b, "reshape", UF_VALUES(ufNodeInput(node, 0)),
                           UF_ATTRS({"shape", ufNodeAttr(node, "shape")})));
}

MlirLogicalResult ufOpset6Tile(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), times = ufNodeInput(node, 1);
  MlirValue at = ufNodeInput(node, 2);
  int64_t ones[UF_MAX_RANK];
  double axis; // of the type of the input
  if (!times.ptr || !at.ptr || !ufSplatNumber(ufConstantOf(at), &axis) ||
      !(axis >= 0 && axis < ufRank(x)))
    return ufNodeError(node, "needs a number of tiles, and an axis that is "
                             "known while importing and inside the input");
  int before = (int)axis, behind = ufRank(x) - before - 1, count = 0;
  for (int d = 0; d < ufRank(x); ++d)
    ones[d] = 1;
  MlirValue parts[3];
  if (before)
    parts[count++] = ufIntsConstant(b, before, ones);
  parts[count++] =
      ufCallReshape(b, ufCallCast(b, times, ufI64(b)), 1, (int64_t[]){1});
  if (behind)
    parts[count++] = ufIntsConstant(b, behind, ones);
  MlirValue multiples =
      count > 1 ? ufCallConcat(b, (UfValues){parts, count}, 0) : parts[0];
  return ufNodeDefine(results,
                      ufMake(b, "tile", UF_VALUES(x, multiples), UF_NO_ATTRS));
}

MlirLogicalResult ufOpset6Upsample(UfBuilder *b, const UfNode *node,
                                   MlirValue *results) {
  const char *mode = ufNodeStr(node, "mode", "nearest");
  bool isLinear = strcmp(mode, "bilinear") == 0;
  MlirValue x = ufNodeInput(node, 0);
  if (ufRank(x) != 4 || (!isLinear && strcmp(mode, "nearest") != 0))
    return ufNodeError(node,
                       "has mode '%s' and an input of rank %d, but takes "
                       "nearest or bilinear and rank 4",
                       mode, ufRank(x));
  double scales[2] = {ufNodeFloat(node, "height_scale", 1),
                      ufNodeFloat(node, "width_scale", 1)};
  const int64_t axes[2] = {2, 3}, count = 2;
  MlirType type = ufTensorOf(mlirF64TypeGet(b->ctx), 1, &count);
  return ufNodeDefine(
      results,
      ufOp(b, "resize", UF_VALUES(x),
           UF_ATTRS(
               {"mode", ufStrAttr(b, isLinear ? "linear" : "nearest")},
               {"coordinates", ufStrAttr(b, "asymmetric")},
               {"nearest_mode", ufStrAttr(b, "floor")},
               {"axes", ufIntsAttr(b, 2, axes)},
               {"scales", mlirDenseElementsAttrDoubleGet(type, 2, scales)})));
}

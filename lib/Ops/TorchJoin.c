//===-- TorchJoin.c - ATen's operators that split, join and pad -----------===//

#include "Ops/Rearrange.h"
#include "Ops/TorchShape.h"
#include "Ops/TorchSlice.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

/// Results one after the other along `axis`, with the sizes that the exporter
/// states. Fails silently when it does not say.
static MlirLogicalResult splitAsStated(UfBuilder *b, const UfNode *node,
                                       int axis, MlirValue *results) {
  int64_t sizes[UF_MAX_VALUES];
  MlirValue x = ufNodeInput(node, 0);
  if (node->numOutputs > UF_MAX_VALUES)
    return mlirLogicalResultFailure();
  for (int i = 0; i < node->numOutputs; ++i) {
    const UfrontTensorInfo *info = &node->outputs[i];
    if (info->rank != ufRank(x) || info->shape[axis] < 0)
      return mlirLogicalResultFailure();
    sizes[i] = info->shape[axis];
  }
  MlirOperation op =
      ufOpN(b, "split", UF_VALUES(x),
            UF_ATTRS({"axis", ufIntAttr(b, axis)},
                     {"sizes", ufIntsAttr(b, node->numOutputs, sizes)}),
            node->numOutputs);
  if (!op.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < node->numOutputs; ++i)
    results[i] = ufResultOf(op, i);
  return mlirLogicalResultSuccess();
}

/// Result i begins at i * size.
static MlirLogicalResult splitEvery(UfBuilder *b, const UfNode *node, int axis,
                                    MlirValue size, MlirValue *results) {
  MlirValue start = ufMakeInt(b, 0), end = size;
  for (int i = 0; i < node->numOutputs; ++i) {
    if (node->used[i])
      results[i] = ufMakeSliceAt(b, ufNodeInput(node, 0), axis, start, end);
    start = end;
    end = ufMakeArith(b, "add", end, size);
  }
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufTorchSplit(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(ufNodeInput(node, 0)), &axis))
    return mlirLogicalResultFailure();
  if (mlirLogicalResultIsSuccess(splitAsStated(b, node, axis, results)))
    return mlirLogicalResultSuccess();
  MlirValue size = ufTorchTensorAs(b, node, "split_size", ufI64(b));
  return splitEvery(b, node, axis, size, results);
}

MlirLogicalResult ufTorchSplitSizes(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  const char *name =
      ufTorchHas(node, "split_sizes") ? "split_sizes" : "split_size";
  int axis;
  UfTorchInts sizes;
  if (!ufTorchAxis(node, "dim", 0, ufRank(ufNodeInput(node, 0)), &axis))
    return mlirLogicalResultFailure();
  if (mlirLogicalResultIsSuccess(splitAsStated(b, node, axis, results)))
    return mlirLogicalResultSuccess();
  if (!ufTorchInts(b, node, name, &sizes) || sizes.count != node->numOutputs)
    return ufNodeError(node, "argument '%s' must have %d sizes", name,
                       node->numOutputs);
  MlirValue start = ufMakeInt(b, 0);
  for (int i = 0; i < node->numOutputs; ++i) {
    MlirValue end = ufMakeArith(b, "add", start, ufTorchIntAt(b, &sizes, i));
    if (node->used[i])
      results[i] = ufMakeSliceAt(b, ufNodeInput(node, 0), axis, start, end);
    start = end;
  }
  return mlirLogicalResultSuccess();
}

/// `chunks` parts of equal size, rounded up, the last of which may be shorter
/// or lacking.
MlirLogicalResult ufTorchChunk(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int axis;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  if (mlirLogicalResultIsSuccess(splitAsStated(b, node, axis, results)))
    return mlirLogicalResultSuccess();
  int64_t chunks = ufNodeInt(node, "chunks", 1);
  if (chunks <= 0)
    return ufNodeError(node, "argument 'chunks' must be positive");
  MlirValue size =
      ufMakeArith(b, "add", ufMakeSizeOf(b, x, axis), ufMakeInt(b, chunks - 1));
  size = ufMakeArith(b, "divide", size, ufMakeInt(b, chunks));
  return splitEvery(b, node, axis, size, results);
}

/// The first parts are one longer than the others when the size is no multiple
/// of their number: part i ends behind min(i + 1, rest) long ones.
MlirLogicalResult ufTorchTensorSplit(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int axis, count = node->numOutputs;
  if (!ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  if (mlirLogicalResultIsSuccess(splitAsStated(b, node, axis, results)))
    return mlirLogicalResultSuccess();
  if (!ufTorchHas(node, "sections"))
    return ufNodeError(node, "needs sizes that are known");
  MlirValue size = ufMakeSizeOf(b, x, axis), parts = ufMakeInt(b, count);
  MlirValue least = ufMakeArith(b, "divide", size, parts);
  MlirValue rest = ufMakeArith(b, "mod", size, parts);
  MlirValue start = ufMakeInt(b, 0);
  for (int i = 0; i < count; ++i) {
    MlirValue number = ufMakeInt(b, i + 1);
    MlirValue end =
        ufMakeArith(b, "add", ufMakeArith(b, "multiply", least, number),
                    ufMakeArith(b, "minimum", rest, number));
    if (node->used[i])
      results[i] = ufMakeSliceAt(b, x, axis, start, end);
    start = end;
  }
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Joining
//===----------------------------------------------------------------------===//

/// The tensors of the list, cast to the type of the result. Those of shape [0]
/// are left out beside others, as ATen does.
static int tensorsToJoin(UfBuilder *b, const UfNode *node, bool skipsEmpty,
                         MlirValue *parts) {
  MlirType element = ufTorchResult(b, node, 0);
  int count = ufTorchTensors(node, "tensors", parts), kept = 0;
  int rank = 0;
  for (int i = 0; i < count; ++i)
    if (parts[i].ptr && ufRank(parts[i]) > rank)
      rank = ufRank(parts[i]);
  for (int i = 0; i < count; ++i) {
    if (!parts[i].ptr)
      return -1;
    bool isEmpty = skipsEmpty && rank > 1 && ufRank(parts[i]) == 1;
    if (!isEmpty)
      parts[kept++] = ufTorchCast(b, parts[i], element);
  }
  if (kept == 0 && count == 0)
    ufNodeError(node, "has no tensors");
  return kept;
}

MlirLogicalResult ufTorchCat(UfBuilder *b, const UfNode *node,
                             MlirValue *results) {
  MlirValue parts[UF_MAX_VALUES];
  int axis, count = tensorsToJoin(b, node, /*skipsEmpty=*/true, parts);
  if (count <= 0 || !ufTorchAxis(node, "dim", 0, ufRank(parts[0]), &axis))
    return mlirLogicalResultFailure();
  return ufNodeDefine(results, ufCallConcat(b, (UfValues){parts, count}, axis));
}

MlirLogicalResult ufTorchStack(UfBuilder *b, const UfNode *node,
                               MlirValue *results) {
  MlirValue parts[UF_MAX_VALUES];
  int axis, count = tensorsToJoin(b, node, /*skipsEmpty=*/false, parts);
  if (count <= 0 || !ufTorchAxis(node, "dim", 0, ufRank(parts[0]) + 1, &axis))
    return mlirLogicalResultFailure();
  return ufNodeDefine(results, ufMake(b, "stack", (UfValues){parts, count},
                                      UF_ATTRS({"axis", ufIntAttr(b, axis)})));
}

//===----------------------------------------------------------------------===//
// Replacing a part
//===----------------------------------------------------------------------===//

/// Argument `name`, counted from the front and within [0, size]; `fallback`
/// when it is left out.
static MlirValue bound(UfBuilder *b, const UfNode *node, const char *name,
                       MlirValue fallback, MlirValue size) {
  if (!ufTorchHas(node, name))
    return fallback;
  MlirValue at = ufTorchTensorAs(b, node, name, ufI64(b));
  MlirValue zero = ufMakeInt(b, 0);
  UfInts known;
  if (!at.ptr)
    return at;
  if (!ufConstantInts(at, &known))
    at = ufCallWhere(b, ufCallCompare(b, "lt", at, zero),
                     ufMakeArith(b, "add", at, size), at);
  else if (known.data[0] < 0)
    at = ufMakeArith(b, "add", size, at);
  return ufMakeArith(b, "minimum", ufMakeArith(b, "maximum", at, zero), size);
}

/// What is before the part, the part, and what is behind it.
static MlirValue replacePart(UfBuilder *b, MlirValue x, MlirValue part,
                             int axis, MlirValue start) {
  MlirValue size = ufMakeSizeOf(b, x, axis), zero = ufMakeInt(b, 0);
  MlirValue end = ufMakeArith(b, "add", start, ufMakeSizeOf(b, part, axis));
  UfInts from, to, all;
  if (start.ptr && end.ptr && ufConstantInts(start, &from) &&
      ufConstantInts(end, &to) && ufConstantInts(size, &all)) {
    MlirValue parts[3];
    int count = 0;
    if (from.data[0] > 0)
      parts[count++] = ufCallSlice(b, x, axis, 0, from.data[0]);
    if (to.data[0] > from.data[0])
      parts[count++] = part;
    if (all.data[0] > to.data[0])
      parts[count++] = ufCallSlice(b, x, axis, to.data[0], all.data[0]);
    return count ? ufCallConcat(b, (UfValues){parts, count}, axis) : x;
  }
  return ufCallConcat(b,
                      UF_VALUES(ufMakeSliceAt(b, x, axis, zero, start), part,
                                ufMakeSliceAt(b, x, axis, end, size)),
                      axis);
}

/// Every step-th element from start on, by number.
static MlirValue replaceEvery(UfBuilder *b, MlirValue x, MlirValue part,
                              int axis, MlirValue start, MlirValue step) {
  MlirValue count = ufMakeSizeOf(b, part, axis);
  MlirValue index = ufMakeArith(b, "multiply", ufMakeIota(b, count), step);
  index = ufMakeArith(b, "add", index, start);
  index = ufCallExpandLike(b, ufMakeWiden(b, index, ufRank(x), axis), part);
  return ufMake(b, "scatter_elements", UF_VALUES(x, index, part),
                UF_ATTRS({"axis", ufIntAttr(b, axis)}));
}

MlirLogicalResult ufTorchSliceScatter(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue part = ufTorchTensorAs(b, node, "src", ufElementType(x));
  MlirValue step = ufTorchHas(node, "step")
                       ? ufTorchTensorAs(b, node, "step", ufI64(b))
                       : ufMakeInt(b, 1);
  int axis;
  UfInts known;
  if (!part.ptr || !step.ptr || !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  MlirValue size = ufMakeSizeOf(b, x, axis);
  MlirValue start = bound(b, node, "start", ufMakeInt(b, 0), size);
  if (ufDimSize(part, axis) == 0)
    return ufNodeDefine(results, x);
  UfShape shape = ufShape(x);
  if (ufDimSize(part, axis) != UF_DYNAMIC) {
    // The source broadcasts along the other dimensions.
    shape.dims[axis] = ufDimSize(part, axis);
    if (ufNumElements(&shape) != UF_DYNAMIC)
      part = ufMake(b, "expand", UF_VALUES(part),
                    UF_ATTRS({"shape", ufIntsAttr(b, shape.rank, shape.dims)}));
  }
  bool isDense = ufConstantInts(step, &known) && known.data[0] == 1;
  return ufNodeDefine(results,
                      isDense ? replacePart(b, x, part, axis, start)
                              : replaceEvery(b, x, part, axis, start, step));
}

MlirLogicalResult ufTorchSelectScatter(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirValue part = ufTorchTensorAs(b, node, "src", ufElementType(x));
  int axis;
  if (!part.ptr || !ufTorchAxis(node, "dim", 0, ufRank(x), &axis))
    return mlirLogicalResultFailure();
  MlirValue size = ufMakeSizeOf(b, x, axis);
  MlirValue index = bound(b, node, "index", ufMakeInt(b, 0), size);
  part = ufCallUnsqueeze(b, part, axis);
  return ufNodeDefine(results, replacePart(b, x, part, axis, index));
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

/// ATen lists pairs (before, behind) from the last dimension on; the row wants
/// all before, then all behind, with their axes.
static MlirValue pad(UfBuilder *b, const UfNode *node, const char *name,
                     const char *mode, MlirValue value) {
  MlirValue x = ufNodeInput(node, 0);
  UfTorchInts pads;
  int64_t order[UF_MAX_VALUES] = {0}, axes[UF_MAX_RANK];
  int rank = ufRank(x);
  if (!ufTorchInts(b, node, name, &pads))
    return (MlirValue){NULL};
  int count = pads.count / 2;
  if (pads.count % 2 || count > rank) {
    ufNodeError(node, "argument '%s' has %d numbers for a tensor of rank %d",
                name, pads.count, rank);
    return (MlirValue){NULL};
  }
  for (int i = 0; i < count; ++i) {
    axes[i] = rank - 1 - i;
    order[i] = (int64_t)2 * i;
    order[count + i] = order[i] + 1;
  }
  MlirAttribute list = mlirAttributeGetNull();
  MlirValue computed = {NULL};
  if (pads.value.ptr)
    computed =
        ufMakeGather(b, pads.value, ufIntsConstant(b, pads.count, order), 0);
  else {
    for (int i = 0; i < pads.count; ++i)
      order[i] = mlirDenseI64ArrayGetElement(pads.attr, order[i]);
    list = ufIntsAttr(b, pads.count, order);
  }
  return ufOp(b, "pad", UF_VALUES(x, value, computed),
              UF_ATTRS({"pads", list}, {"axes", ufIntsAttr(b, count, axes)},
                       {"mode", ufStrAttr(b, mode)}));
}

MlirLogicalResult ufTorchConstantPad(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  MlirType element = ufElementType(ufNodeInput(node, 0));
  MlirValue value = ufTorchTensorAs(b, node, "value", element);
  return ufNodeDefine(results, pad(b, node, "pad", "constant", value));
}

MlirLogicalResult ufTorchPad(UfBuilder *b, const UfNode *node,
                             MlirValue *results) {
  static const char *const modes[][2] = {
      {"reflect", "reflect"}, {"replicate", "edge"}, {"circular", "wrap"}};
  const char *mode = ufNodeStr(node, "mode", "constant");
  if (strcmp(mode, "constant") == 0)
    return ufTorchConstantPad(b, node, results);
  for (int i = 0; i < UF_COUNT(modes); ++i)
    if (strcmp(mode, modes[i][0]) == 0)
      return ufNodeDefine(results,
                          pad(b, node, "pad", modes[i][1], (MlirValue){NULL}));
  return ufNodeError(node, "argument 'mode' is '%s', which is not supported",
                     mode);
}

MlirLogicalResult ufTorchReflectPad(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  return ufNodeDefine(results,
                      pad(b, node, "padding", "reflect", (MlirValue){NULL}));
}

MlirLogicalResult ufTorchReplicatePad(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return ufNodeDefine(results,
                      pad(b, node, "padding", "edge", (MlirValue){NULL}));
}

MlirLogicalResult ufTorchCircularPad(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  return ufNodeDefine(results, pad(b, node, "pad", "wrap", (MlirValue){NULL}));
}

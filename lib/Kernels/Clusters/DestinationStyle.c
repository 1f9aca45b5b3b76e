//===-- DestinationStyle.c - The ufront-destination-style pass ------------===//
//
// Rewrites tensor.pad, extract_slice, insert_slice, concat and splat so that
// the copying they stand for is a linalg op with a destination. Only such ops
// can be tiled, and kernels need a destination to write to. A slice that linalg
// ops alone read is not copied: it becomes a part of their kernels.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"

#include "mlir-c/Dialect/Linalg.h"

#include <stdlib.h>
#include <string.h>

bool ufIsMarked(MlirOperation op, const char *name) {
  return !mlirAttributeIsNull(
      mlirOperationGetDiscardableAttributeByName(op, ufStr(name)));
}

bool ufIsInit(MlirOperation func) {
  MlirAttribute name =
      mlirOperationGetInherentAttributeByName(func, ufStr("sym_name"));
  return mlirStringRefEqual(mlirStringAttrGetValue(name), ufStr("init"));
}

void ufMark(MlirOperation op, const char *name) {
  mlirOperationSetDiscardableAttributeByName(
      op, ufStr(name), mlirUnitAttrGet(mlirOperationGetContext(op)));
}

/// linalg.copy of `from` into `into`.
static MlirValue copyInto(UfBuilder *b, MlirValue from, MlirValue into) {
  MlirAttribute segments = mlirDenseI32ArrayGet(b->ctx, 2, (int32_t[]){1, 1});
  MlirRegion region = mlirRegionCreate();
  MlirOperation copy = ufBuildOp(
      b, "linalg.copy", UF_TYPES(mlirValueGetType(into)), UF_VALUES(from, into),
      UF_ATTRS({"operandSegmentSizes", segments}), &region, 1);
  mlirLinalgFillBuiltinNamedOpRegion(copy);
  return ufResultOf(copy, 0);
}

/// An empty tensor of the type and sizes of `like`.
static MlirValue emptyLike(UfBuilder *b, MlirValue like) {
  UfSize sizes[UF_MAX_RANK];
  ufSizesOf(b, like, sizes);
  return ufEmpty(b, ufElementType(like), ufRank(like), sizes);
}

/// The mixed static and dynamic numbers of attribute `name`, taking dynamic
/// ones from `operands` at `*at`.
static void readMixed(MlirOperation op, const char *name, intptr_t *at,
                      UfSize *sizes) {
  MlirAttribute list = mlirOperationGetInherentAttributeByName(op, ufStr(name));
  for (intptr_t i = 0; i < mlirDenseArrayGetNumElements(list); ++i) {
    int64_t value = mlirDenseI64ArrayGetElement(list, i);
    sizes[i] = ufStatic(value);
    if (value == UF_DYNAMIC)
      sizes[i].dynamic = mlirOperationGetOperand(op, (*at)++);
  }
}

/// Whether every size is known and at least 0.
static bool areCounts(int rank, const UfSize *sizes) {
  for (int i = 0; i < rank; ++i)
    if (!ufIsStatic(sizes[i]) || sizes[i].value < 0)
      return false;
  return true;
}

/// Where the middle of a padded tensor is.
typedef struct Middle {
  int rank;
  UfSize low[UF_MAX_RANK], inner[UF_MAX_RANK], high[UF_MAX_RANK];
  UfSize whole[UF_MAX_RANK]; ///< The padded tensor's sizes.
} Middle;

/// Fills the slab before the middle along dimension `d`, or behind it. It is as
/// long as the middle in the dimensions before `d`, and as long as the whole in
/// those behind, so that all slabs together are what is around the middle.
static MlirValue fillSlab(UfBuilder *b, MlirValue value, MlirValue into,
                          const Middle *middle, int d, bool isBehind) {
  UfSize offsets[UF_MAX_RANK], sizes[UF_MAX_RANK];
  UfSize width = isBehind ? middle->high[d] : middle->low[d];
  if (width.value == 0)
    return into;
  for (int i = 0; i < middle->rank; ++i) {
    offsets[i] = i < d ? middle->low[i] : ufStatic(0);
    sizes[i] = i < d ? middle->inner[i] : middle->whole[i];
  }
  if (isBehind)
    offsets[d] = ufSizeAdd(b, middle->low[d], middle->inner[d]);
  sizes[d] = width;
  MlirValue slab = ufFilled(b, value, middle->rank, sizes);
  return ufInsert(b, slab, into, offsets, sizes, NULL);
}

/// A tensor of `element` that is `value` around the middle.
static MlirValue fillBorder(UfBuilder *b, MlirValue value, MlirType element,
                            const Middle *middle) {
  MlirValue into = ufEmpty(b, element, middle->rank, middle->whole);
  for (int d = 0; d < middle->rank; ++d) {
    into = fillSlab(b, value, into, middle, d, false);
    into = fillSlab(b, value, into, middle, d, true);
  }
  return into;
}

static void lowerPad(UfBuilder *b, MlirOperation op) {
  MlirBlock body = mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
  MlirOperation yield = mlirBlockGetTerminator(body);
  MlirValue value = mlirOperationGetOperand(yield, 0);
  MlirOperation from = ufDefiningOp(value);
  // A padding value that depends on the position stays a tensor.pad.
  if (from.ptr && mlirBlockEqual(mlirOperationGetBlock(from), body)) {
    if (!ufOpIs(from, "arith.constant"))
      return;
    MlirOperation copy = mlirOperationClone(from);
    mlirRewriterBaseInsert(b->rewriter, copy);
    value = ufResultOf(copy, 0);
  } else if (!from.ptr &&
             mlirBlockEqual(mlirBlockArgumentGetOwner(value), body))
    return;
  MlirValue x = mlirOperationGetOperand(op, 0);
  Middle middle = {.rank = ufRank(x)};
  intptr_t at = 1;
  readMixed(op, "static_low", &at, middle.low);
  readMixed(op, "static_high", &at, middle.high);
  ufSizesOf(b, x, middle.inner);
  for (int i = 0; i < middle.rank; ++i)
    middle.whole[i] = ufSizeAdd(b, ufSizeAdd(b, middle.inner[i], middle.low[i]),
                                middle.high[i]);
  MlirValue filled =
      areCounts(middle.rank, middle.low) && areCounts(middle.rank, middle.high)
          ? fillBorder(b, value, ufElementType(x), &middle)
          : ufFilled(b, value, middle.rank, middle.whole);
  MlirValue padded = ufInsert(b, x, filled, middle.low, middle.inner, NULL);
  ufReplace(b, padded);
}

/// Whether only linalg ops read `value`, possibly with dimensions split.
static bool onlyFeedsLinalg(MlirValue value) {
  for (MlirOpOperand use = mlirValueGetFirstUse(value);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    intptr_t number = mlirOpOperandGetOperandNumber(use);
    bool reads = ufIsLinalg(user) && !ufOpIs(user, "linalg.copy") &&
                 number < mlirOperationGetNumOperands(user) -
                              mlirOperationGetNumResults(user);
    bool splits = ufOpIs(user, "tensor.expand_shape") && number == 0;
    if (!reads && !(splits && onlyFeedsLinalg(ufResultOf(user, 0))))
      return false;
  }
  return true;
}

/// Whether kernels can read the slice where it is.
static bool staysView(MlirOperation slice) {
  MlirAttribute strides =
      mlirOperationGetInherentAttributeByName(slice, ufStr("static_strides"));
  for (intptr_t i = 0; i < mlirDenseArrayGetNumElements(strides); ++i)
    if (mlirDenseI64ArrayGetElement(strides, i) != 1)
      return false;
  return onlyFeedsLinalg(ufResultOf(slice, 0));
}

static void lowerExtractSlice(UfBuilder *b, MlirOperation op) {
  if (staysView(op))
    return;
  MlirOperation copy = mlirOperationClone(op);
  mlirRewriterBaseInsert(b->rewriter, copy);
  MlirValue slice = ufResultOf(copy, 0);
  ufReplace(b, copyInto(b, slice, emptyLike(b, slice)));
}

/// tensor.extract_slice of what `insert` would overwrite.
static MlirValue overwrittenSlice(UfBuilder *b, MlirOperation insert) {
  static const char *const lists[] = {"static_offsets", "static_sizes",
                                      "static_strides"};
  UfAttr attrs[4];
  MlirValue operands[1 + 3 * UF_MAX_RANK];
  int32_t segments[4] = {1, 0, 0, 0};
  intptr_t count = mlirOperationGetNumOperands(insert) - 1;
  for (intptr_t i = 0; i < count; ++i)
    operands[i] = mlirOperationGetOperand(insert, i + 1);
  for (int i = 0; i < 3; ++i) {
    attrs[i].name = lists[i];
    attrs[i].value =
        mlirOperationGetInherentAttributeByName(insert, ufStr(lists[i]));
    for (intptr_t k = 0; k < mlirDenseArrayGetNumElements(attrs[i].value); ++k)
      segments[i + 1] +=
          mlirDenseI64ArrayGetElement(attrs[i].value, k) == UF_DYNAMIC;
  }
  attrs[3] = (UfAttr){"operandSegmentSizes",
                      mlirDenseI32ArrayGet(b->ctx, 4, segments)};
  return ufBuild(b, "tensor.extract_slice",
                 mlirValueGetType(mlirOperationGetOperand(insert, 0)),
                 (UfValues){operands, count}, (UfAttrs){attrs, 4});
}

static void lowerInsertSlice(UfBuilder *b, MlirOperation op) {
  MlirValue source = mlirOperationGetOperand(op, 0);
  MlirOperation from = ufDefiningOp(source);
  if (from.ptr && ufOpIs(from, "linalg.copy") && ufIsMarked(from, "ufront.dps"))
    return;
  if (from.ptr && ufOpIs(from, "linalg.fill")) {
    MlirOperation fill = mlirOperationClone(from);
    mlirOperationSetOperand(fill, 1, overwrittenSlice(b, op));
    mlirRewriterBaseInsert(b->rewriter, fill);
    mlirOperationSetOperand(op, 0, ufResultOf(fill, 0));
    return;
  }
  MlirValue copied = copyInto(b, source, overwrittenSlice(b, op));
  ufMark(ufDefiningOp(copied), "ufront.dps");
  mlirOperationSetOperand(op, 0, copied);
}

static void lowerConcat(UfBuilder *b, MlirOperation op) {
  int64_t axis = mlirIntegerAttrGetValueInt(
      mlirOperationGetInherentAttributeByName(op, ufStr("dim")));
  intptr_t count = mlirOperationGetNumOperands(op);
  int rank = ufRank(mlirOperationGetOperand(op, 0));
  UfSize sizes[UF_MAX_RANK], offsets[UF_MAX_RANK], part[UF_MAX_RANK];
  ufSizesOf(b, mlirOperationGetOperand(op, 0), sizes);
  for (intptr_t i = 1; i < count; ++i)
    sizes[axis] = ufSizeAdd(
        b, sizes[axis], ufSizeOf(b, mlirOperationGetOperand(op, i), (int)axis));
  for (int i = 0; i < rank; ++i)
    offsets[i] = ufStatic(0);
  MlirValue into = ufEmpty(b, ufElementType(ufResultOf(op, 0)), rank, sizes);
  for (intptr_t i = 0; i < count; ++i) {
    MlirValue x = mlirOperationGetOperand(op, i);
    ufSizesOf(b, x, part);
    into = ufInsert(b, x, into, offsets, part, NULL);
    offsets[axis] = ufSizeAdd(b, offsets[axis], part[axis]);
  }
  ufReplace(b, into);
}

static void lowerSplat(UfBuilder *b, MlirOperation op) {
  MlirValue result = ufResultOf(op, 0);
  UfShape shape = ufShape(result);
  UfSize sizes[UF_MAX_RANK];
  intptr_t at = 1;
  for (int i = 0; i < shape.rank; ++i) {
    sizes[i] = ufStatic(shape.dims[i]);
    if (shape.dims[i] == UF_DYNAMIC)
      sizes[i].dynamic = mlirOperationGetOperand(op, at++);
  }
  ufReplace(b, ufFilled(b, mlirOperationGetOperand(op, 0), shape.rank, sizes));
}

typedef struct Rewriting {
  const char *op;
  void (*lower)(UfBuilder *b, MlirOperation op);
} Rewriting;

// Pads and concats become inserts, so they come before them.
static const Rewriting rewritings[] = {
    {"tensor.pad", lowerPad},
    {"tensor.concat", lowerConcat},
    {"tensor.splat", lowerSplat},
    {"tensor.extract_slice", lowerExtractSlice},
    {"tensor.insert_slice", lowerInsertSlice},
};

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  for (int i = 0; i < UF_COUNT(rewritings); ++i) {
    UfOps list = ufCollectOps(func, rewritings[i].op);
    for (size_t k = 0; k < list.count; ++k) {
      UfBuilder b = ufBuilderAt(rewriter, list.ops[k]);
      rewritings[i].lower(&b, list.ops[k]);
    }
    ufOpsFree(&list);
  }
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassDestinationStyle = {
    .name = "UfrontDestinationStyle",
    .argument = "ufront-destination-style",
    .description = "Makes copies that tensor ops stand for linalg ops",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

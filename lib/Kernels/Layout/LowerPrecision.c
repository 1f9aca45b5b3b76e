//===-- LowerPrecision.c - The ufront-lower-precision pass ----------------===//
//
// Multiplies f32 as bf16 in matrix products, convolutions and whatever else
// sums products. Their factors are rounded to bf16, to nearest, ties to even;
// sums and all other arithmetic stay f32. What is above the largest bf16
// becomes infinite; infinities and NaN stay what they are.
//
// A value is rounded where it is computed, so that only the rounded one reaches
// memory: reshapes, transposes, slices, padding and concatenations move bf16,
// and where all others who need the value can read bf16 too they do. Of several
// products that are added elementwise all but the last, whose kernel adds them,
// are rounded as well. Weights are rounded when the model is loaded, by
// ufront-hoist-weights.
//
//===----------------------------------------------------------------------===//

#include "IR/Function.h"
#include "IR/Linalg.h"
#include "Kernels/Clusters/InPlace.h"
#include "Kernels/Domain.h"
#include "Kernels/Passes.h"

#include <string.h>

/// Marks put on ops while the pass runs; gone when it ends.
#define ROUNDING_ATTR "ufront.rounding"

/// How many ops that move elements are followed.
enum { MAX_DEPTH = 16 };

typedef struct Lowering {
  MlirContext ctx;
  MlirType f32, bf16;
  MlirRewriterBase rewriter;
} Lowering;

static UfBuilder builderBefore(const Lowering *lowering, MlirOperation op) {
  mlirRewriterBaseSetInsertionPointBefore(lowering->rewriter, op);
  return (UfBuilder){.ctx = lowering->ctx,
                     .loc = mlirOperationGetLocation(op),
                     .rewriter = lowering->rewriter};
}

static bool isF32(MlirValue value) {
  return ufIsRankedTensor(mlirValueGetType(value)) &&
         mlirTypeIsAF32(ufElementType(value));
}

/// The type of `value` with bf16 elements.
static MlirType roundedType(const Lowering *lowering, MlirValue value) {
  MlirType type = mlirValueGetType(value);
  UfShape shape = ufShapeOfType(type);
  int64_t sizes[UF_MAX_RANK];
  for (int i = 0; i < shape.rank; ++i)
    sizes[i] = mlirShapedTypeGetDimSize(type, i);
  return mlirRankedTensorTypeGet(shape.rank, sizes, lowering->bf16,
                                 mlirRankedTensorTypeGetEncoding(type));
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

static MlirBlock bodyOf(MlirOperation op) {
  return mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0));
}

/// Lets the body of a linalg op take bf16 for its argument `i`, an f32.
static void widenArgument(const Lowering *lowering, MlirOperation op,
                          intptr_t i) {
  MlirBlock body = bodyOf(op);
  MlirValue argument = mlirBlockGetArgument(body, i);
  if (mlirOpOperandIsNull(mlirValueGetFirstUse(argument))) {
    mlirValueSetType(argument, lowering->bf16);
    return;
  }
  UfBuilder b = builderBefore(lowering, mlirBlockGetFirstOperation(body));
  MlirOperation wide = ufBuildOp(&b, "arith.extf", UF_TYPES(lowering->f32),
                                 UF_VALUES(argument), UF_NO_ATTRS, NULL, 0);
  mlirValueReplaceAllUsesExcept(argument, ufResultOf(wide, 0), 1, &wide);
  mlirValueSetType(argument, lowering->bf16);
}

static bool isNamed(MlirOperation op, const char *name) {
  return op.ptr && ufOpIs(op, name);
}

/// Whether the body of a linalg op yields out + in0 * in1, all of f32.
static bool sumsProducts(MlirOperation op) {
  MlirBlock body = bodyOf(op);
  if (mlirBlockIsNull(body) || mlirBlockGetNumArguments(body) != 3)
    return false;
  MlirValue args[3];
  for (int i = 0; i < 3; ++i)
    args[i] = mlirBlockGetArgument(body, i);
  MlirOperation end = mlirBlockGetTerminator(body);
  MlirOperation sum = ufDefiningOp(mlirOperationGetOperand(end, 0));
  if (!isNamed(sum, "arith.addf"))
    return false;
  for (int i = 0; i < 2; ++i) {
    MlirOperation product = ufDefiningOp(mlirOperationGetOperand(sum, i));
    if (!isNamed(product, "arith.mulf") ||
        !mlirValueEqual(mlirOperationGetOperand(sum, 1 - i), args[2]))
      continue;
    MlirValue x = mlirOperationGetOperand(product, 0);
    MlirValue y = mlirOperationGetOperand(product, 1);
    return (mlirValueEqual(x, args[0]) && mlirValueEqual(y, args[1])) ||
           (mlirValueEqual(x, args[1]) && mlirValueEqual(y, args[0]));
  }
  return false;
}

/// Whether `op` is a contraction of two tensors of f32.
static bool isForBf16(MlirOperation op) {
  return ufIsLinalg(op) && mlirOperationGetNumOperands(op) == 3 &&
         mlirOperationGetNumResults(op) == 1 &&
         isF32(mlirOperationGetOperand(op, 0)) &&
         isF32(mlirOperationGetOperand(op, 1)) && isF32(ufResultOf(op, 0)) &&
         ufIsContraction(op) && sumsProducts(op);
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

static void roundElement(UfBuilder *b, const MlirValue *args,
                         MlirValue *results, const void *data) {
  (void)data;
  results[0] = ufBuild(b, "arith.truncf", mlirValueGetType(args[1]),
                       UF_VALUES(args[0]), UF_NO_ATTRS);
}

/// The op that rounds `value` already, or null.
static MlirOperation roundingOf(MlirValue value) {
  for (MlirOpOperand use = mlirValueGetFirstUse(value);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use))
    if (ufIsMarked(mlirOpOperandGetOwner(use), ROUNDING_ATTR))
      return mlirOpOperandGetOwner(use);
  return (MlirOperation){NULL};
}

/// Rounds `value` right where it is computed.
static MlirValue roundHere(const Lowering *lowering, MlirValue value) {
  MlirOperation known = roundingOf(value), from = ufDefiningOp(value);
  if (known.ptr)
    return ufResultOf(known, 0);
  if (from.ptr)
    mlirRewriterBaseSetInsertionPointAfter(lowering->rewriter, from);
  else
    mlirRewriterBaseSetInsertionPointToStart(lowering->rewriter,
                                             mlirBlockArgumentGetOwner(value));
  UfBuilder b = {.ctx = lowering->ctx,
                 .loc = from.ptr ? mlirOperationGetLocation(from)
                                 : mlirLocationUnknownGet(lowering->ctx),
                 .rewriter = lowering->rewriter};
  UfSize sizes[UF_MAX_RANK];
  char iterators[UF_MAX_RANK + 1] = {0};
  int rank = ufRank(value);
  memset(iterators, 'p', (size_t)rank);
  ufSizesOf(&b, value, sizes);
  MlirValue init = ufEmpty(&b, lowering->bf16, rank, sizes);
  MlirAffineMap maps[] = {ufMapIdentity(&b, rank), ufMapIdentity(&b, rank)};
  MlirOperation made = ufGenericOp(&b, &(UfGeneric){.inputs = UF_VALUES(value),
                                                    .inits = {&init, 1},
                                                    .maps = maps,
                                                    .iterators = iterators,
                                                    .body = roundElement});
  ufMark(made, ROUNDING_ATTR);
  return ufResultOf(made, 0);
}

/// Whether a tensor.pad pads with zeros; other numbers may be no bf16.
static bool padsWithZeros(MlirOperation pad) {
  MlirOperation end = mlirBlockGetTerminator(bodyOf(pad));
  MlirOperation from = ufDefiningOp(mlirOperationGetOperand(end, 0));
  if (!isNamed(from, "arith.constant"))
    return false;
  MlirAttribute value =
      mlirOperationGetInherentAttributeByName(from, ufStr("value"));
  return mlirAttributeIsAFloat(value) &&
         mlirFloatAttrGetValueDouble(value) == 0;
}

static void roundPadding(const Lowering *lowering, MlirOperation pad) {
  MlirOperation end = mlirBlockGetTerminator(bodyOf(pad));
  UfBuilder b = builderBefore(lowering, end);
  mlirOperationSetOperand(end, 0, ufNumber(&b, lowering->bf16, 0));
}

/// Ops that may do nothing but move elements of their first operand.
static const char *const moving[] = {
    "tensor.pad",           "tensor.expand_shape", "tensor.collapse_shape",
    "tensor.extract_slice", "tensor.cast",         "linalg.transpose"};

/// Whether `op` only moves elements of its first operand.
static bool moves(MlirOperation op) {
  for (int i = 0; i < UF_COUNT(moving); ++i)
    if (ufOpIs(op, moving[i]))
      return !ufOpIs(op, "tensor.pad") || padsWithZeros(op);
  return false;
}

/// `op`, which moves elements, on `source` instead of f32.
static MlirValue moveRounded(const Lowering *lowering, MlirOperation op,
                             MlirValue source) {
  MlirOperation copy = mlirOperationClone(op);
  if (ufOpIs(op, "tensor.pad"))
    roundPadding(lowering, copy);
  UfBuilder b = builderBefore(lowering, op);
  if (ufOpIs(op, "linalg.transpose")) {
    UfSize sizes[UF_MAX_RANK];
    MlirValue result = ufResultOf(op, 0);
    ufSizesOf(&b, mlirOperationGetOperand(op, 1), sizes);
    mlirOperationSetOperand(copy, 1,
                            ufEmpty(&b, lowering->bf16, ufRank(result), sizes));
    MlirBlock body = bodyOf(copy);
    for (int i = 0; i < 2; ++i)
      mlirValueSetType(mlirBlockGetArgument(body, i), lowering->bf16);
  }
  mlirOperationSetOperand(copy, 0, source);
  mlirValueSetType(ufResultOf(copy, 0),
                   roundedType(lowering, ufResultOf(op, 0)));
  mlirRewriterBaseInsert(lowering->rewriter, copy);
  return ufResultOf(copy, 0);
}

/// Whether `value` is parts that were inserted into an empty tensor and that
/// only its one user needs together.
static bool isJoined(MlirValue value, int depth) {
  for (; depth < MAX_DEPTH; ++depth) {
    MlirOperation from = ufDefiningOp(value);
    if (isNamed(from, "tensor.empty"))
      return true;
    if (!isNamed(from, "tensor.insert_slice") || !ufHasOneUse(value))
      return false;
    value = mlirOperationGetOperand(from, 1);
  }
  return false;
}

static MlirValue rounded(const Lowering *lowering, MlirValue value, int depth);

/// An empty tensor, or parts inserted into one, as bf16.
static MlirValue joinRounded(const Lowering *lowering, MlirValue value,
                             int depth) {
  MlirOperation from = ufDefiningOp(value);
  if (isNamed(from, "tensor.empty")) {
    UfSize sizes[UF_MAX_RANK];
    UfBuilder b = builderBefore(lowering, from);
    mlirRewriterBaseSetInsertionPointAfter(lowering->rewriter, from);
    ufSizesOf(&b, value, sizes);
    return ufEmpty(&b, lowering->bf16, ufRank(value), sizes);
  }
  MlirValue part =
      rounded(lowering, mlirOperationGetOperand(from, 0), depth + 1);
  MlirValue into =
      joinRounded(lowering, mlirOperationGetOperand(from, 1), depth + 1);
  MlirValue joined = moveRounded(lowering, from, part);
  mlirOperationSetOperand(ufDefiningOp(joined), 1, into);
  return joined;
}

/// `value` as bf16: what computes it is rounded, and then moved as before.
static MlirValue rounded(const Lowering *lowering, MlirValue value, int depth) {
  MlirOperation from = ufDefiningOp(value);
  if (isNamed(from, "tensor.insert_slice") && isJoined(value, depth))
    return joinRounded(lowering, value, depth);
  if (!from.ptr || !moves(from) || depth == MAX_DEPTH)
    return roundHere(lowering, value);
  MlirValue source = mlirOperationGetOperand(from, 0);
  return moveRounded(lowering, from, rounded(lowering, source, depth + 1));
}

//===----------------------------------------------------------------------===//
// Other readers
//===----------------------------------------------------------------------===//

/// Whether the use reads elements in the body of a linalg op.
static bool readsInBody(MlirOpOperand use) {
  MlirOperation user = mlirOpOperandGetOwner(use);
  intptr_t number = mlirOpOperandGetOperandNumber(use);
  return ufIsLinalg(user) && mlirOperationGetNumRegions(user) == 1 &&
         !mlirBlockIsNull(bodyOf(user)) && !ufOpIs(user, "linalg.copy") &&
         !ufOpIs(user, "linalg.transpose") &&
         !ufOpIs(user, "linalg.broadcast") &&
         number < mlirOperationGetNumOperands(user) -
                      mlirOperationGetNumResults(user);
}

/// Whether all who need `value`, other than `rounding`, can read it as bf16.
static bool canReadRounded(MlirValue value, MlirOperation rounding, int depth) {
  for (MlirOpOperand use = mlirValueGetFirstUse(value);
       !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    MlirOperation user = mlirOpOperandGetOwner(use);
    if (mlirOperationEqual(user, rounding) || ufOpIs(user, "tensor.dim") ||
        readsInBody(use))
      continue;
    if (depth == MAX_DEPTH || !moves(user) ||
        mlirOpOperandGetOperandNumber(use) != 0 ||
        !canReadRounded(ufResultOf(user, 0), rounding, depth + 1))
      return false;
  }
  return true;
}

/// Lets them.
static void readRounded(const Lowering *lowering, MlirValue value,
                        MlirOperation rounding, MlirValue bf16) {
  MlirOpOperand use = mlirValueGetFirstUse(value), next;
  for (; !mlirOpOperandIsNull(use); use = next) {
    next = mlirOpOperandGetNextUse(use);
    MlirOperation user = mlirOpOperandGetOwner(use);
    intptr_t number = mlirOpOperandGetOperandNumber(use);
    if (mlirOperationEqual(user, rounding) || ufOpIs(user, "tensor.dim"))
      continue;
    if (readsInBody(use)) {
      widenArgument(lowering, user, number);
      mlirOperationSetOperand(user, number, bf16);
    } else {
      MlirValue moved = moveRounded(lowering, user, bf16);
      readRounded(lowering, ufResultOf(user, 0), rounding, moved);
    }
  }
}

/// Lets all who need what `rounding` rounds read the rounded value, unless
/// someone needs the other one still or it is there anyway.
static void shareRounding(const Lowering *lowering, MlirOperation rounding) {
  MlirValue value = mlirOperationGetOperand(rounding, 0);
  MlirOperation from = ufDefiningOp(value);
  if (from.ptr && ufIsLinalg(from) && canReadRounded(value, rounding, 0))
    readRounded(lowering, value, rounding, ufResultOf(rounding, 0));
}

/// Whether `value` is the sums of a contraction whose factors are rounded, and
/// only read once.
static bool isSums(MlirValue value) {
  MlirOperation from = ufDefiningOp(value);
  MlirOpOperand use = mlirValueGetFirstUse(value);
  return from.ptr && ufIsLinalg(from) && ufIsContraction(from) &&
         isF32(value) &&
         mlirTypeIsABF16(ufElementType(mlirOperationGetOperand(from, 0))) &&
         mlirOpOperandIsNull(mlirOpOperandGetNextUse(use));
}

/// Lets `op` read the sums of all contractions but the last rounded.
static void roundOtherSums(const Lowering *lowering, MlirOperation op) {
  intptr_t count =
      mlirOperationGetNumOperands(op) - mlirOperationGetNumResults(op);
  MlirOperation last = {NULL};
  UfDomain domain;
  if (!ufReadDomain(op, &domain) || ufHasReduction(&domain))
    return;
  for (intptr_t i = 0; i < count; ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    MlirOperation from = ufDefiningOp(operand);
    if (isSums(operand) &&
        mlirBlockEqual(mlirOperationGetBlock(from),
                       mlirOperationGetBlock(op)) &&
        (!last.ptr || mlirOperationIsBeforeInBlock(last, from)))
      last = from;
  }
  for (intptr_t i = 0; i < count && last.ptr; ++i) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!isSums(operand) || mlirOperationEqual(ufDefiningOp(operand), last))
      continue;
    MlirValue bf16 = roundHere(lowering, operand);
    widenArgument(lowering, op, i);
    mlirOperationSetOperand(op, i, bf16);
  }
}

/// Erases ops of that name that have no user. Returns whether there were any.
static bool eraseNamed(MlirOperation func, const char *name) {
  bool isFound = false;
  UfOps list = ufCollectOps(func, name);
  for (size_t k = list.count; k-- > 0;)
    if (mlirOpOperandIsNull(mlirValueGetFirstUse(ufResultOf(list.ops[k], 0)))) {
      mlirOperationDestroy(list.ops[k]);
      isFound = true;
    }
  ufOpsFree(&list);
  return isFound;
}

/// Erases what moved elements that are now moved as bf16.
static void eraseUnused(MlirOperation func) {
  bool isFound = true;
  while (isFound) {
    isFound = eraseNamed(func, "tensor.insert_slice");
    for (int i = 0; i < UF_COUNT(moving); ++i)
      isFound |= eraseNamed(func, moving[i]);
  }
}

//===----------------------------------------------------------------------===//

static MlirWalkResult collect(MlirOperation op, void *userData) {
  if (isForBf16(op))
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static MlirWalkResult collectRoundings(MlirOperation op, void *userData) {
  if (ufIsMarked(op, ROUNDING_ATTR))
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static MlirWalkResult collectGenerics(MlirOperation op, void *userData) {
  if (ufOpIs(op, "linalg.generic") && mlirOperationGetNumResults(op) == 1)
    ufOpsAdd(userData, op);
  return MlirWalkResultAdvance;
}

static void lowerContraction(const Lowering *lowering, MlirOperation op) {
  for (int i = 0; i < 2; ++i) {
    MlirValue value =
        rounded(lowering, mlirOperationGetOperand(op, i), /*depth=*/0);
    widenArgument(lowering, op, i);
    mlirOperationSetOperand(op, i, value);
  }
}

static MlirLogicalResult run(MlirOperation func, MlirPass pass) {
  (void)pass;
  if (ufIsInit(func))
    return mlirLogicalResultSuccess();
  MlirContext ctx = mlirOperationGetContext(func);
  UF_SCOPED(MlirRewriterBase) rewriter = mlirIRRewriterCreate(ctx);
  Lowering lowering = {.ctx = ctx,
                       .f32 = mlirF32TypeGet(ctx),
                       .bf16 = mlirBF16TypeGet(ctx),
                       .rewriter = rewriter};
  UfOps contractions = {0}, generics = {0}, roundings = {0};
  mlirOperationWalk(func, collect, &contractions, MlirWalkPreOrder);
  for (size_t i = 0; i < contractions.count; ++i)
    lowerContraction(&lowering, contractions.ops[i]);
  ufOpsFree(&contractions);
  eraseUnused(func);
  mlirOperationWalk(func, collectGenerics, &generics, MlirWalkPreOrder);
  for (size_t i = 0; i < generics.count; ++i)
    roundOtherSums(&lowering, generics.ops[i]);
  ufOpsFree(&generics);
  mlirOperationWalk(func, collectRoundings, &roundings, MlirWalkPreOrder);
  for (size_t i = 0; i < roundings.count; ++i) {
    mlirOperationRemoveDiscardableAttributeByName(roundings.ops[i],
                                                  ufStr(ROUNDING_ATTR));
    shareRounding(&lowering, roundings.ops[i]);
  }
  eraseUnused(func);
  ufOpsFree(&roundings);
  return mlirLogicalResultSuccess();
}

const UfShimPass ufPassLowerPrecision = {
    .name = "UfrontLowerPrecision",
    .argument = "ufront-lower-precision",
    .description = "Multiplies f32 in contractions as bf16",
    .opName = "func.func",
    .dialects = (const char *const[]){"linalg", "tensor", "arith", NULL},
    .run = run,
};

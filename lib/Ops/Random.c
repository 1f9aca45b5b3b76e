//===-- Random.c - Random numbers -----------------------------------------===//
//
// What makes numbers random is one value, the seed: an attribute of the model's
// node, or else a number that differs in each run. Everything that follows from
// it is the same for the same seed, on any number of threads.
//
//===----------------------------------------------------------------------===//

#include "Ops/Random.h"

#include "Ops/Compose.h"
#include "Ops/Fold.h"
#include "Ops/Move.h"
#include "Ops/Nest.h"
#include "Ops/RandomBits.h"
#include "Ops/Rearrange.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// random_seed
//
//   A number that differs each time.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferRandomSeed(MlirOperation op, UfShape *results) {
  results[0] =
      (UfShape){.element = mlirIntegerTypeGet(mlirOperationGetContext(op), 64)};
  return mlirLogicalResultSuccess();
}

/// The cycle counter, which ufront-bind-runtime replaces by the system's random
/// numbers.
static MlirLogicalResult lowerRandomSeed(UfBuilder *b) {
  int32_t none[2] = {0, 0};
  MlirValue seed = ufBuild(
      b, "llvm.call_intrinsic", ufI64(b), UF_NO_VALUES,
      UF_ATTRS({"intrin", ufStrAttr(b, "llvm.readcyclecounter")},
               {"op_bundle_sizes", mlirDenseI32ArrayGet(b->ctx, 0, none)},
               {"operandSegmentSizes", mlirDenseI32ArrayGet(b->ctx, 2, none)}));
  return ufReplace(b,
                   ufFromScalars(b, ufTensorOf(ufI64(b), 0, NULL), 1, &seed));
}

//===----------------------------------------------------------------------===//
// random
//
//   A tensor of `shape`, row by row what a generator gives that starts with the
//   low 32 bits of `seed`: uniform in [0, 1), or standard normal.
//
// (C1) seed has one element.
// (C2) `shape` is an attribute or an operand, of at most 16 sizes.
// (C3) No size is negative.
//===----------------------------------------------------------------------===//

enum { SEED, SHAPE };

static MlirLogicalResult inferRandom(MlirOperation op, UfShape *results) {
  UfShape seed = ufShape(mlirOperationGetOperand(op, SEED));
  UfInts sizes;
  if (ufNumElements(&seed) != 1) // C1
    return ufOpError(op, "seed must have one element");
  UF_TRY(ufVerifyGiven(op, "shape", SHAPE)); // C2
  UF_TRY(ufGivenInts(op, "shape", SHAPE, &sizes));
  if (sizes.size > UF_MAX_RANK) // C2
    return ufOpError(op, "asks for rank %d, the most is %d", sizes.size,
                     UF_MAX_RANK);
  results[0] =
      (UfShape){.rank = sizes.size,
                .element = mlirF64TypeGet(mlirOperationGetContext(op))};
  for (int d = 0; d < sizes.size; ++d) {
    results[0].dims[d] = sizes.data[d];
    if (sizes.data[d] < 0 && sizes.data[d] != UF_DYNAMIC) // C3
      return ufOpError(op,
                       "has size %" PRId64 ", but sizes must not be negative",
                       sizes.data[d]);
  }
  return mlirLogicalResultSuccess();
}

/// What is carried from number to number.
enum { NUMBERS, WORDS, NEXT, SPARE };

static void stepUniform(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  (void)data;
  UfRandom random = {carried[WORDS], carried[NEXT]};
  MlirValue number = ufRandomUniform(b, &random);
  next[NUMBERS] = ufInsertScalar(b, number, carried[NUMBERS], at);
  next[WORDS] = random.words;
  next[NEXT] = random.next;
}

/// The number that the last draw left over.
enum { DRAWN = SPARE + 1, NUM_NORMAL };

static void drawNormals(UfBuilder *b, const MlirValue *at,
                        const MlirValue *carried, MlirValue *next,
                        const void *data) {
  (void)at;
  (void)data;
  UfRandom random = {carried[0], carried[1]};
  MlirValue pair[2];
  ufRandomNormals(b, &random, pair);
  next[0] = random.words;
  next[1] = random.next;
  next[2] = pair[0];
  next[3] = pair[1];
}

/// Numbers are drawn in pairs.
static void stepNormal(UfBuilder *b, const MlirValue *at,
                       const MlirValue *carried, MlirValue *next,
                       const void *data) {
  (void)data;
  MlirValue zero = ufIndex(b, 0);
  MlirValue isEven = ufCompare(
      b, UF_EQ, ufBinary(b, "arith.andi", at[0], ufIndex(b, 1)), zero, false);
  MlirValue drawn[4];
  ufStepIf(b, isEven, 4,
           (MlirValue[]){carried[WORDS], carried[NEXT], carried[SPARE],
                         carried[SPARE]},
           drawn, drawNormals, NULL);
  next[NUMBERS] = ufInsertScalar(b, drawn[2], carried[NUMBERS], at);
  next[WORDS] = drawn[0];
  next[NEXT] = drawn[1];
  next[SPARE] = drawn[3];
}

static MlirLogicalResult lowerRandom(UfBuilder *b) {
  bool isNormal = strcmp(ufGetStr(b->op, "kind"), "normal") == 0;
  int rank = ufRank(ufResultOf(b->op, 0));
  UfSize sizes[UF_MAX_RANK];
  for (int d = 0; d < rank; ++d) {
    sizes[d] = ufResultSize(b, 0, d, ufGivenSize(b, "shape", SHAPE, d));
    if (!ufIsSize(sizes[d]))
      ufAssert(b, ufCompareSize(b, UF_GE, sizes[d], 0),
               "random: a size is negative");
  }
  UfSize count = ufSizeProduct(b, rank, sizes);
  MlirType type = mlirF64TypeGet(b->ctx);
  UfRandom random = ufRandomCreate(b, ufElementScalar(b, ufInput(b, SEED), 0));
  MlirValue results[NUM_NORMAL],
      carried[] = {ufEmpty(b, type, 1, &count), random.words, random.next,
                   ufNumber(b, type, 0)};
  ufLoopNest(b, 1, &count, isNormal ? 4 : 3, carried, results,
             isNormal ? stepNormal : stepUniform, NULL);
  return ufReplace(b, ufReshape(b, results[NUMBERS], rank, sizes));
}

//===----------------------------------------------------------------------===//
// Words for other rows
//===----------------------------------------------------------------------===//

MlirValue ufMakeSeed(UfBuilder *b, const UfNode *node) {
  if (!ufNodeHas(node, "seed"))
    return ufOp(b, "random_seed", UF_NO_VALUES, UF_NO_ATTRS);
  if (mlirAttributeIsAInteger(ufNodeAttr(node, "seed")))
    return ufMakeInt(b, ufNodeInt(node, "seed", 0));
  double given = ufNodeFloat(node, "seed", 0);
  if (isnan(given))
    return ufOp(b, "random_seed", UF_NO_VALUES, UF_NO_ATTRS);
  return ufMakeInt(b, ufSaturate(given, 64, /*isUnsigned=*/false));
}

static MlirValue makeRandom(UfBuilder *b, const char *kind, MlirValue seed,
                            MlirValue shape, MlirAttribute sizes) {
  if (!seed.ptr)
    return seed;
  MlirOperation op =
      ufOpN(b, "random", UF_VALUES(seed, shape),
            UF_ATTRS({"kind", ufStrAttr(b, kind)}, {"shape", sizes}), 1);
  return op.ptr ? ufResultOf(op, 0) : (MlirValue){NULL};
}

MlirValue ufMakeRandomLike(UfBuilder *b, const char *kind, MlirValue seed,
                           MlirValue like) {
  if (!like.ptr)
    return like;
  UfShape shape = ufShape(like);
  if (ufNumElements(&shape) != UF_DYNAMIC)
    return makeRandom(b, kind, seed, (MlirValue){NULL},
                      ufIntsAttr(b, shape.rank, shape.dims));
  MlirValue sizes = ufMakeSizesOf(b, like, 0, shape.rank);
  return sizes.ptr ? makeRandom(b, kind, seed, sizes, mlirAttributeGetNull())
                   : sizes;
}

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

/// `x` times `scale` plus `offset`, in the type that `dtype` names, or else in
/// that of `like`, or else in f32.
static MlirLogicalResult defineScaled(UfBuilder *b, const UfNode *node,
                                      MlirValue x, double scale, double offset,
                                      MlirValue like, MlirValue *results) {
  MlirType type = like.ptr ? ufElementType(like) : ufF32(b);
  if (ufNodeInt(node, "dtype", 0) != 0)
    type = ufNodeType(b, node, "dtype");
  if (!type.ptr)
    return mlirLogicalResultFailure();
  if (!ufIsFloat(type))
    return ufNodeError(node, "makes floats, but its type is not one");
  x = ufCallNumber(b, "multiply", x, scale);
  x = ufCallNumber(b, "add", x, offset);
  return ufNodeDefine(results, ufCallCast(b, x, type));
}

static MlirLogicalResult importRandom(UfBuilder *b, const UfNode *node,
                                      bool isNormal, bool isLike,
                                      MlirValue *results) {
  double scale = ufNodeFloat(node, "scale", 1);
  double offset = ufNodeFloat(node, "mean", 0);
  if (!isNormal) {
    offset = ufNodeFloat(node, "low", 0);
    scale = ufNodeFloat(node, "high", 1) - offset;
  }
  const char *kind = isNormal ? "normal" : "uniform";
  MlirValue like = isLike ? ufNodeInput(node, 0) : (MlirValue){NULL};
  UfInts shape = {0};
  if (isLike ? !like.ptr : !ufNodeInts(node, "shape", &shape))
    return ufNodeError(node, "needs %s", isLike ? "an input" : "a shape");
  MlirValue seed = ufMakeSeed(b, node);
  MlirValue numbers = isLike
                          ? ufMakeRandomLike(b, kind, seed, like)
                          : makeRandom(b, kind, seed, (MlirValue){NULL},
                                       ufIntsAttr(b, shape.size, shape.data));
  return defineScaled(b, node, numbers, scale, offset, like, results);
}

static MlirLogicalResult importUniform(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  return importRandom(b, node, /*isNormal=*/false, /*isLike=*/false, results);
}

static MlirLogicalResult importUniformLike(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  return importRandom(b, node, /*isNormal=*/false, /*isLike=*/true, results);
}

static MlirLogicalResult importNormal(UfBuilder *b, const UfNode *node,
                                      MlirValue *results) {
  return importRandom(b, node, /*isNormal=*/true, /*isLike=*/false, results);
}

static MlirLogicalResult importNormalLike(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  return importRandom(b, node, /*isNormal=*/true, /*isLike=*/true, results);
}

/// Bernoulli: 1 with the probability that the input gives. A number below half
/// is compared with what is left of 1, as numpy does.
static MlirLogicalResult importBernoulli(UfBuilder *b, const UfNode *node,
                                         MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  if (!x.ptr || !ufIsFloat(ufElementType(x)))
    return ufNodeError(node, "needs probabilities as floats");
  MlirType type = ufElementType(x);
  if (ufNodeHas(node, "dtype"))
    type = ufNodeType(b, node, "dtype");
  if (!type.ptr)
    return mlirLogicalResultFailure();
  MlirValue numbers = ufMakeRandomLike(b, "uniform", ufMakeSeed(b, node), x);
  MlirValue p = ufCallCast(b, x, mlirF64TypeGet(b->ctx));
  if (!p.ptr || !numbers.ptr)
    return mlirLogicalResultFailure();
  MlirValue half = ufScalarConstant(b, mlirF64TypeGet(b->ctx), 0.5);
  MlirValue one = ufScalarConstant(b, mlirF64TypeGet(b->ctx), 1);
  MlirValue isRare = ufCallCompare(b, "le", p, half);
  MlirValue rest = ufCall2(b, "subtract", one, p);
  MlirValue drawn =
      ufCallWhere(b, isRare, ufCallCompare(b, "gt", numbers, rest),
                  ufCallCompare(b, "le", numbers, p));
  return ufNodeDefine(results, ufCallCast(b, drawn, type));
}

/// Multinomial: classes by their unnormalized logarithmic probabilities. A
/// number of [0, total) falls on the class up to which the sum exceeds it.
static MlirLogicalResult importMultinomial(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  int64_t count = ufNodeInt(node, "sample_size", 1);
  if (!x.ptr || ufRank(x) != 2 || !ufIsFloat(ufElementType(x)))
    return ufNodeError(node, "needs [batch, class] floats");
  if (count < 0 || count > INT32_MAX)
    return ufNodeError(node, "sample_size is %" PRId64, count);
  MlirType type = ufIntType(b, 32), wide = mlirF64TypeGet(b->ctx);
  if (ufNodeHas(node, "dtype"))
    type = ufNodeType(b, node, "dtype");
  if (!type.ptr)
    return mlirLogicalResultFailure();
  x = ufCallCast(b, x, wide);
  MlirValue most = ufMakeReduce(b, "reduce_max", x, 1, /*keepdims=*/true);
  MlirValue weights = ufCall1(b, "exp", ufCall2(b, "subtract", x, most));
  MlirValue sums = ufMake(b, "cumulative", UF_VALUES(weights),
                          UF_ATTRS({"axis", ufIntAttr(b, 1)}));
  MlirValue total = ufMakeReduce(b, "reduce_max", sums, 1, /*keepdims=*/true);
  MlirValue like =
      ufMake(b, "expand", UF_VALUES(total),
             UF_ATTRS({"shape", ufIntsAttr(b, 2, (int64_t[]){1, count})}));
  MlirValue numbers = ufMakeRandomLike(b, "uniform", ufMakeSeed(b, node), like);
  numbers = ufCall2(b, "multiply", numbers, total);
  MlirValue isBelow = ufCallCompare(b, "le", ufCallUnsqueeze(b, sums, 1),
                                    ufCallUnsqueeze(b, numbers, 2));
  MlirValue place =
      ufMakeReduce(b, "reduce_sum", ufCallCast(b, isBelow, ufI64(b)), 2, false);
  MlirValue last =
      ufMakeArith(b, "subtract", ufMakeSizeOf(b, x, 1), ufMakeInt(b, 1));
  place = ufCall2(b, "minimum", place, last);
  return ufNodeDefine(results, ufCallCast(b, place, type));
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "random_seed",
        .summary = "A number that differs each time.",
        .traits = UF_IMPURE,
        .infer = inferRandomSeed,
        .toLinalg = lowerRandomSeed,
        // The operators without an input.
        .imports = UF_IMPORTS({UF_ONNX, "RandomUniform", 1, importUniform},
                              {UF_ONNX, "RandomNormal", 1, importNormal}),
    },
    {
        .name = "random",
        .summary = "Numbers of the generator MT19937, as f64.",
        .operands = {{"seed", "One element.", UF_INTEGERS},
                     {"shape", "When computed.", UF_INTEGERS, UF_OPTIONAL}},
        .attrs = {{"kind", "How they are distributed.", UF_STRING,
                   "\"uniform\"", .oneOf = "uniform|normal"},
                  {"shape", "Of the result.", UF_INT_LIST, .optional = true}},
        .infer = inferRandom,
        .toLinalg = lowerRandom,
        .imports =
            UF_IMPORTS({UF_ONNX, "RandomUniformLike", 1, importUniformLike},
                       {UF_ONNX, "RandomNormalLike", 1, importNormalLike},
                       {UF_ONNX, "Bernoulli", 15, importBernoulli},
                       {UF_ONNX, "Multinomial", 7, importMultinomial}),
    },
};
UF_FAMILY(ufRandomOps, "random", ops);

//===-- Reduce.c - Reductions over axes -----------------------------------===//
//
//   output = finish(combine over `axes` of prepare(input)).
//
// Without `axes` everything is reduced; with none in the list, each element
// alone. Reduced dimensions stay as 1 with `keepdims`. Axes that are computed
// are an operand; if there turn out to be none, everything is reduced.
//
// (C1) every axis is in [-rank, rank).
// (C2) no axis is named twice.
// (C3) axes are an attribute or an operand of rank 1, not both.
// (C4) with axes that are computed the rank is at most 8, and without keepdims
//      their number is known.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"
#include "IR/Tosa.h"
#include "Ops/Axes.h"
#include "Ops/ReduceImport.h"

#include <math.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

enum { AXES = 1, MAX_COMPUTED_RANK = UF_MAX_RANK / 2 };

/// Writes the axes of `op`; false when they are computed.
static bool listAxes(MlirOperation op, int rank, UfInts *axes) {
  MlirValue computed = ufOperandOf(op, AXES);
  if (computed.ptr)
    return ufConstantInts(computed, axes);
  *axes = ufGetInts(op, "axes");
  if (ufHasAttr(op, "axes"))
    return true;
  for (axes->size = 0; axes->size < rank; ++axes->size)
    axes->data[axes->size] = axes->size;
  return true;
}

/// The axes of `op` as a bit set; false when they are computed.
static bool axesOf(MlirOperation op, int rank, unsigned *set) {
  UfInts axes;
  if (!listAxes(op, rank, &axes))
    return false;
  *set = 0;
  for (int i = 0; i < axes.size; ++i)
    *set |= 1u << ufAxis(axes.data[i], rank);
  return true;
}

/// What can be said when the axes are computed.
static MlirLogicalResult inferComputed(MlirOperation op, const UfShape *x,
                                       UfShape *result) {
  UfShape axes = ufShape(ufOperandOf(op, AXES));
  bool keep = ufGetBool(op, "keepdims");
  int64_t count = axes.dims[0];
  if (x->rank > MAX_COMPUTED_RANK ||
      (!keep && (count == UF_DYNAMIC || count > x->rank))) // C4
    return ufOpError(op,
                     "reduces along computed axes: the rank, which is %d, must "
                     "be at most %d, and without keepdims the number of axes "
                     "known and at most the rank",
                     x->rank, MAX_COMPUTED_RANK);
  *result = (UfShape){.rank = keep ? x->rank : x->rank - (int)count,
                      .element = x->element};
  for (int d = 0; d < result->rank; ++d)
    result->dims[d] = keep && x->dims[d] == 1 ? 1 : UF_DYNAMIC;
  return mlirLogicalResultSuccess();
}

static MlirLogicalResult inferReduce(MlirOperation op, UfShape *results) {
  UfShape x = ufShape(mlirOperationGetOperand(op, 0));
  MlirValue computed = ufOperandOf(op, AXES);
  if (computed.ptr && (ufHasAttr(op, "axes") || ufRank(computed) != 1)) // C3
    return ufOpError(op, "takes axes from an attribute, or from an operand of "
                         "rank 1");
  UfInts axes;
  if (!listAxes(op, x.rank, &axes))
    return inferComputed(op, &x, &results[0]);
  unsigned set = 0;
  for (int i = 0; i < axes.size; ++i) {
    UF_TRY(ufVerifyAxis(op, "axis", axes.data[i], x.rank)); // C1
    unsigned bit = 1u << ufAxis(axes.data[i], x.rank);
    if (set & bit) // C2
      return ufOpError(op, "names axis %d twice", ufAxis(axes.data[i], x.rank));
    set |= bit;
  }
  bool keep = ufGetBool(op, "keepdims");
  UfShape result = {.element = x.element};
  for (int d = 0; d < x.rank; ++d)
    if (!(set >> d & 1))
      result.dims[result.rank++] = x.dims[d];
    else if (keep)
      result.dims[result.rank++] = 1;
  results[0] = result;
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Kinds of reductions
//===----------------------------------------------------------------------===//

typedef enum Start { FROM_ZERO, FROM_ONE, FROM_LOWEST, FROM_HIGHEST } Start;

/// What integers are computed in; floats are in f32 or f64.
typedef enum Domain { IN_SAME, IN_I64, IN_F64 } Domain;

typedef MlirValue (*Combine)(UfBuilder *b, MlirValue x, MlirValue y,
                             bool isUnsigned);

typedef struct Reduction {
  Start start;
  Domain domain;
  Combine combine;
  const char *prepare; ///< Null, "abs" or "square".
  const char *finish;  ///< Null, "mean", "sqrt" or "log".
  const char *tosa;    ///< The TOSA op that combines.
} Reduction;

static MlirValue combineAdd(UfBuilder *b, MlirValue x, MlirValue y,
                            bool isUnsigned) {
  (void)isUnsigned;
  return ufAddAnyOrder(b, x, y);
}

static MlirValue combineMul(UfBuilder *b, MlirValue x, MlirValue y,
                            bool isUnsigned) {
  (void)isUnsigned;
  return ufMul(b, x, y);
}

static const Reduction sumOf = {FROM_ZERO, IN_SAME, combineAdd,
                                .tosa = "tosa.reduce_sum"};
static const Reduction meanOf = {FROM_ZERO, IN_I64, combineAdd,
                                 NULL,      "mean", "tosa.reduce_sum"};
static const Reduction productOf = {FROM_ONE, IN_SAME, combineMul,
                                    .tosa = "tosa.reduce_product"};
static const Reduction maxOf = {FROM_LOWEST, IN_SAME, ufMax,
                                .tosa = "tosa.reduce_max"};
static const Reduction minOf = {FROM_HIGHEST, IN_SAME, ufMin,
                                .tosa = "tosa.reduce_min"};
static const Reduction anyOf = {FROM_LOWEST, IN_SAME, ufMax,
                                .tosa = "tosa.reduce_any"};
static const Reduction allOf = {FROM_HIGHEST, IN_SAME, ufMin,
                                .tosa = "tosa.reduce_all"};
static const Reduction l1Of = {FROM_ZERO, IN_SAME, combineAdd,
                               "abs",     NULL,    "tosa.reduce_sum"};
static const Reduction l2Of = {FROM_ZERO, IN_F64, combineAdd,
                               "square",  "sqrt", NULL};
static const Reduction squaresOf = {FROM_ZERO, IN_SAME, combineAdd,
                                    "square",  NULL,    "tosa.reduce_sum"};
static const Reduction logSumOf = {FROM_ZERO, IN_F64, combineAdd,
                                   NULL,      "log",  "tosa.reduce_sum"};

//===----------------------------------------------------------------------===//
// linalg
//===----------------------------------------------------------------------===//

/// What a body needs beside its arguments.
typedef struct Context {
  const Reduction *kind;
  MlirType type; ///< Computed in.
  UfSize count;  ///< How many elements make one.
  bool isUnsigned;
} Context;

static MlirType typeOf(const UfBuilder *b, Domain domain, MlirType element) {
  if (ufIsFloat(element))
    return ufBitWidth(element) < 32 ? ufF32(b) : element;
  if (domain == IN_I64)
    return ufI64(b);
  return domain == IN_F64 ? mlirF64TypeGet(b->ctx) : element;
}

static MlirValue startOf(UfBuilder *b, const Context *c) {
  switch (c->kind->start) {
  case FROM_LOWEST:
    return ufLowest(b, c->type, c->isUnsigned);
  case FROM_HIGHEST:
    return ufHighest(b, c->type, c->isUnsigned);
  default:
    return ufInteger(b, c->type, c->kind->start == FROM_ONE);
  }
}

static MlirValue magnitude(UfBuilder *b, MlirValue x, bool isUnsigned) {
  if (ufIsFloat(mlirValueGetType(x)))
    return ufUnary(b, "math.absf", x);
  return isUnsigned ? x : ufUnary(b, "math.absi", x);
}

static void combineBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  const Context *c = data;
  MlirValue x = ufConvert(b, args[0], c->type, c->isUnsigned, c->isUnsigned);
  const char *prepare = c->kind->prepare;
  if (prepare)
    x = strcmp(prepare, "square") == 0 ? ufMul(b, x, x)
                                       : magnitude(b, x, c->isUnsigned);
  results[0] = c->kind->combine(b, x, args[1], c->isUnsigned);
}

static void finishBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  const Context *c = data;
  MlirValue x = args[0];
  const char *finish = c->kind->finish;
  if (finish && strcmp(finish, "mean") == 0) {
    MlirValue count =
        ufConvert(b, ufSizeValue(b, c->count), c->type, false, false);
    x = ufDiv(b, x, count, c->isUnsigned);
  } else if (finish) {
    x = ufUnary(b, strcmp(finish, "sqrt") == 0 ? "math.sqrt" : "math.log", x);
  }
  MlirType element =
      ufSignless(mlirShapedTypeGetElementType(ufResultType(b, 0)));
  results[0] = ufConvert(b, x, element, c->isUnsigned, c->isUnsigned);
}

/// The input as the reduction's loops see it, and what brings its result into
/// the shape that the op has.
typedef struct Plan {
  MlirValue x;
  int rank;                     ///< Of the op's input.
  unsigned axes;                ///< Dimensions of `x` that are reduced.
  bool isComputed;              ///< Whether the axes are.
  MlirValue flags[UF_MAX_RANK]; ///< Then: whether each dimension is reduced.
} Plan;

static void flagBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                     const void *data) {
  int64_t rank = *(const int *)data;
  MlirValue axis = ufToIndex(b, args[0]), dim = ufLoopIndex(b, 0);
  MlirValue fromEnd = ufSub(b, dim, ufIndex(b, rank));
  MlirValue isFront = ufCompare(b, UF_EQ, axis, dim, false);
  MlirValue isBack = ufCompare(b, UF_EQ, axis, fromEnd, false);
  results[0] = ufAdd(b, args[1], ufAdd(b, isFront, isBack));
}

/// Whether each of `rank` dimensions is among the computed axes, or there are
/// none of these.
static void readFlags(UfBuilder *b, int rank, MlirValue *flags) {
  MlirValue axes = ufInput(b, AXES);
  UfSize count = ufSizeOf(b, axes, 0), size = ufStatic(rank);
  MlirValue isNone =
      ufCompare(b, UF_EQ, ufSizeValue(b, count), ufIndex(b, 0), false);
  MlirAffineMap maps[] = {ufMapOf(b, 2, 1, (int[]){1}),
                          ufMapOf(b, 2, 1, (int[]){0})};
  MlirValue all = ufGeneric(
      b, &(UfGeneric){.inputs = UF_VALUES(axes),
                      .inits = UF_VALUES(ufFilled(b, isNone, 1, &size)),
                      .maps = maps,
                      .iterators = "pr",
                      .body = flagBody,
                      .data = &rank});
  for (int d = 0; d < rank; ++d) {
    MlirValue at = ufIndex(b, d);
    flags[d] = ufExtract(b, all, &at);
  }
}

/// With computed axes every dimension becomes two, of which one has all its
/// elements and the other is 1; the second ones are reduced.
static Plan planOf(UfBuilder *b) {
  MlirValue x = ufInput(b, 0), one = ufIndex(b, 1);
  Plan plan = {.x = x, .rank = ufRank(x)};
  plan.isComputed = !axesOf(b->op, plan.rank, &plan.axes);
  if (!plan.isComputed)
    return plan;
  readFlags(b, plan.rank, plan.flags);
  UfSize sizes[UF_MAX_RANK];
  for (int d = 0, at = 0; d < plan.rank; ++d) {
    MlirValue size = ufSizeValue(b, ufSizeOf(b, x, d));
    sizes[at++].dynamic = ufSelect(b, plan.flags[d], one, size);
    plan.axes |= 1u << at;
    sizes[at++].dynamic = ufSelect(b, plan.flags[d], size, one);
  }
  plan.x = ufReshape(b, x, 2 * plan.rank, sizes);
  return plan;
}

/// The sizes of dimensions of `x` that are not flagged, in order.
static void keptSizes(UfBuilder *b, const Plan *plan, MlirValue x, int count,
                      UfSize *sizes) {
  MlirValue zero = ufIndex(b, 0), one = ufIndex(b, 1), position = zero;
  for (int i = 0; i < count; ++i)
    sizes[i].dynamic = zero;
  for (int d = 0; d < plan->rank; ++d) {
    MlirValue size = ufSizeValue(b, ufSizeOf(b, x, d));
    for (int i = 0; i < count; ++i) {
      MlirValue isHere = ufCompare(b, UF_EQ, position, ufIndex(b, i), false);
      MlirValue none = ufSelect(b, plan->flags[d], sizes[i].dynamic, size);
      sizes[i].dynamic = ufSelect(b, isHere, none, sizes[i].dynamic);
    }
    position = ufAdd(b, position, ufSelect(b, plan->flags[d], zero, one));
  }
}

/// `x`, whose reduced dimensions are gone, in the shape of the result.
static MlirValue restoreDims(UfBuilder *b, const Plan *plan, MlirValue x) {
  UfSize sizes[UF_MAX_RANK] = {{0}};
  if (ufGetBool(b->op, "keepdims") == plan->isComputed)
    return x;
  if (plan->isComputed) {
    int count = (int)mlirShapedTypeGetRank(ufResultType(b, 0));
    keptSizes(b, plan, x, count, sizes);
    return ufReshape(b, x, count, sizes);
  }
  int at = 0;
  for (int d = 0; d < plan->rank; ++d)
    sizes[d] = plan->axes >> d & 1 ? ufStatic(1) : ufSizeOf(b, x, at++);
  return ufReshape(b, x, plan->rank, sizes);
}

static MlirLogicalResult lowerBy(UfBuilder *b, const Reduction *kind) {
  Plan plan = planOf(b);
  MlirType element = ufElementType(plan.x);
  Context c = {
      .kind = kind,
      .type = typeOf(b, kind->domain, element),
      .count = ufCountAlong(b, plan.x, plan.axes),
      .isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0))),
  };
  MlirValue result =
      ufReduce(b, plan.x, plan.axes, startOf(b, &c), combineBody, &c);
  if (kind->finish || !mlirTypeEqual(c.type, element))
    result = ufElementwise(b, UF_VALUES(result), element, finishBody, &c);
  return ufReplace(b, restoreDims(b, &plan, result));
}

//===----------------------------------------------------------------------===//
// TOSA
//===----------------------------------------------------------------------===//

/// MLIR lowers tosa.reduce_max from the lowest finite number (LLVM 22), so that
/// a row of nothing but -inf has to be set right; reduce_min likewise.
static MlirValue tosaExtreme(UfBuilder *b, const char *name, MlirValue x,
                             int axis) {
  MlirValue result = ufTosaReduce(b, name, x, axis);
  MlirType element = ufElementType(x);
  if (!ufIsFloat(element))
    return result;
  double limit = strcmp(name, "tosa.reduce_max") == 0 ? -INFINITY : INFINITY;
  UfShape one = {.rank = ufRank(x), .element = element};
  for (int d = 0; d < one.rank; ++d)
    one.dims[d] = 1;
  MlirValue worst = ufTosaSplat(b, ufTensorType(&one), limit);
  UfShape same = ufShape(x);
  same.element = ufI1(b);
  MlirValue isWorst =
      ufTosaBinary(b, "tosa.equal", ufTensorType(&same), x, worst);
  MlirValue all = ufTosaReduce(b, "tosa.reduce_all", isWorst, axis);
  return ufBuild(b, "tosa.select", mlirValueGetType(result),
                 UF_VALUES(all, worst, result), UF_NO_ATTRS);
}

/// Whether TOSA can reduce `x` to the result: sums of 16 bits would lose too
/// much there, and reshapes find out at most one size.
static bool tosaCanReduce(UfBuilder *b, const Reduction *kind, MlirValue x) {
  MlirType element = ufElementType(x);
  UfShape shape = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  int numDynamic = 0;
  for (int d = 0; d < result.rank; ++d)
    numDynamic += result.dims[d] == UF_DYNAMIC;
  bool wantsFloat = kind->finish != NULL;
  return kind->tosa && ufTosaHasType(element) && ufBitWidth(element) != 16 &&
         (ufIsFloat(element) || !wantsFloat) && ufNumElements(&shape) != 0 &&
         (!ufIsBool(element) || kind == &anyOf || kind == &allOf) &&
         (ufGetBool(b->op, "keepdims") || numDynamic < 2);
}

static MlirValue tosaPrepare(UfBuilder *b, const char *prepare, MlirValue x) {
  MlirType type = mlirValueGetType(x);
  if (!prepare)
    return x;
  return strcmp(prepare, "square") == 0
             ? ufTosaBinary(b, "tosa.mul", type, x, x)
             : ufBuild(b, "tosa.abs", type, UF_VALUES(x), UF_NO_ATTRS);
}

/// One of the reductions in TOSA that finish: reduce_mean, reduce_log_sum.
static MlirValue tosaFinish(UfBuilder *b, const Reduction *kind, MlirValue x,
                            double count) {
  MlirType type = mlirValueGetType(x);
  if (kind != &meanOf)
    return ufBuild(b, "tosa.log", type, UF_VALUES(x), UF_NO_ATTRS);
  UfShape one = {.rank = ufRank(x), .element = ufElementType(x)};
  for (int d = 0; d < one.rank; ++d)
    one.dims[d] = 1;
  MlirValue factor = ufTosaSplat(b, ufTensorType(&one), 1 / count);
  return ufTosaBinary(b, "tosa.mul", type, x, factor);
}

static MlirLogicalResult tosaBy(UfBuilder *b, const Reduction *kind) {
  MlirValue x = ufOperandOf(b->op, 0);
  int rank = ufRank(x);
  unsigned axes;
  if (!axesOf(b->op, rank, &axes) || !tosaCanReduce(b, kind, x))
    return mlirLogicalResultFailure();
  UfShape reduced = ufShape(x), result = ufShapeOfType(ufResultType(b, 0));
  for (int d = 0; d < rank; ++d)
    if (!(axes >> d & 1))
      reduced.dims[d] = 1;
  int64_t count = ufNumElements(&reduced);
  if (kind == &meanOf && count == UF_DYNAMIC)
    return mlirLogicalResultFailure();
  bool isExtreme = kind == &maxOf || kind == &minOf;
  x = tosaPrepare(b, kind->prepare, x);
  for (int d = 0; d < rank; ++d)
    if (axes >> d & 1)
      x = isExtreme ? tosaExtreme(b, kind->tosa, x, d)
                    : ufTosaReduce(b, kind->tosa, x, d);
  if (kind->finish)
    x = tosaFinish(b, kind, x, (double)count);
  return ufReplace(b, ufTosaReshape(b, x, result.rank, result.dims));
}

//===----------------------------------------------------------------------===//
// reduce_log_sum_exp: m + log(sum(exp(input - m))), m the maximum where that
// is finite.
//===----------------------------------------------------------------------===//

/// An element in the type that is computed in.
static MlirValue widen(UfBuilder *b, MlirValue x, MlirType type) {
  bool isUnsigned = ufIsUnsigned(ufElementType(ufOperandOf(b->op, 0)));
  return ufConvert(b, x, type, isUnsigned, false);
}

static void maxBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                    const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[1]);
  results[0] = ufMax(b, widen(b, args[0], type), args[1], false);
}

static void finiteBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[0]);
  MlirValue size = ufUnary(b, "math.absf", args[0]);
  MlirValue isInfinite =
      ufCompare(b, UF_EQ, size, ufNumber(b, type, INFINITY), false);
  results[0] = ufSelect(b, isInfinite, ufInteger(b, type, 0), args[0]);
}

static void sumExpBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)data;
  MlirType type = mlirValueGetType(args[1]);
  MlirValue x = ufSub(b, widen(b, args[0], type), args[1]);
  results[0] = ufAddAnyOrder(b, args[2], ufUnary(b, "math.exp", x));
}

static void logSumBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                       const void *data) {
  (void)data;
  MlirValue x = ufAdd(b, args[1], ufUnary(b, "math.log", args[0]));
  MlirType element =
      ufSignless(mlirShapedTypeGetElementType(ufResultType(b, 0)));
  results[0] = ufConvert(b, x, element, false, ufIsUnsigned(element));
}

static MlirLogicalResult lowerReduceLogSumExp(UfBuilder *b) {
  Plan plan = planOf(b);
  MlirValue x = plan.x;
  MlirType element = ufElementType(x);
  MlirType type = typeOf(b, IN_F64, element);
  MlirValue low = ufLowest(b, type, false);
  MlirValue max = ufReduce(b, x, plan.axes, low, maxBody, NULL);
  max = ufElementwise(b, UF_VALUES(max), type, finiteBody, NULL);
  UfAlong operands[] = {{x}, {max, plan.axes}};
  MlirValue sum = ufReduceAlong(b, 2, operands, plan.axes,
                                ufInteger(b, type, 0), sumExpBody, NULL);
  MlirValue result =
      ufElementwise(b, UF_VALUES(sum, max), element, logSumBody, NULL);
  return ufReplace(b, restoreDims(b, &plan, result));
}

//===----------------------------------------------------------------------===//

#define LOWERINGS(Name, kind)                                                  \
  static MlirLogicalResult lower##Name(UfBuilder *b) {                         \
    return lowerBy(b, &(kind));                                                \
  }                                                                            \
  static MlirLogicalResult to##Name##Tosa(UfBuilder *b) {                      \
    return tosaBy(b, &(kind));                                                 \
  }

LOWERINGS(Sum, sumOf)
LOWERINGS(Mean, meanOf)
LOWERINGS(Prod, productOf)
LOWERINGS(Max, maxOf)
LOWERINGS(Min, minOf)
LOWERINGS(Any, anyOf)
LOWERINGS(All, allOf)
LOWERINGS(L1, l1Of)
LOWERINGS(L2, l2Of)
LOWERINGS(SumSquare, squaresOf)
LOWERINGS(LogSum, logSumOf)

#define REDUCE(op_name, text, element_types, ...)                              \
  {.name = op_name,                                                            \
   .summary = text,                                                            \
   .operands = {{"input", "Any tensor.", element_types},                       \
                {"axes", "When computed.", UF_INTEGERS, UF_OPTIONAL}},         \
   .attrs = {{"axes", "Reduced over; all when not given.", UF_INT_LIST,        \
              .optional = true},                                               \
             {"keepdims", "Reduced dimensions stay as 1.", UF_BOOL, "true"}},  \
   .infer = inferReduce,                                                       \
   __VA_ARGS__}

#define LOWER(Name) .toTosa = to##Name##Tosa, .toLinalg = lower##Name
/// The rest are rules for ATen.
#define FROM_ONNX(foreign, ...)                                                \
  .imports = UF_IMPORTS({UF_ONNX, foreign, 1, ufOnnxReduce}, __VA_ARGS__)
#define FROM_TORCH(foreign, rule) {UF_TORCH, "aten." foreign, 0, rule}

static const UfOp ops[] = {
    REDUCE("reduce_sum", "The sum; 0 of nothing.", UF_NUMBERS, LOWER(Sum),
           FROM_ONNX(
               "ReduceSum", FROM_TORCH("sum.default", ufTorchReduce),
               FROM_TORCH("sum.dim_IntList", ufTorchReduce),
               FROM_TORCH("nansum.default", ufTorchNanSum),
               FROM_TORCH("count_nonzero.default", ufTorchCountNonzero),
               FROM_TORCH("count_nonzero.dim_IntList", ufTorchCountNonzero))),
    REDUCE("reduce_mean", "The mean; of integers rounded toward zero.",
           UF_NUMBERS, LOWER(Mean),
           FROM_ONNX("ReduceMean", FROM_TORCH("mean.default", ufTorchReduce),
                     FROM_TORCH("mean.dim", ufTorchReduce),
                     FROM_TORCH("nanmean.default", ufTorchNanMean))),
    REDUCE("reduce_prod", "The product; 1 of nothing.", UF_NUMBERS, LOWER(Prod),
           FROM_ONNX("ReduceProd", FROM_TORCH("prod.default", ufTorchReduce),
                     FROM_TORCH("prod.dim_int", ufTorchReduce))),
    REDUCE("reduce_max", "The largest; the type's lowest of nothing.",
           UF_NUMBERS | UF_BOOLS, LOWER(Max),
           FROM_ONNX("ReduceMax", FROM_TORCH("amax.default", ufTorchReduce),
                     FROM_TORCH("max.default", ufTorchReduce),
                     FROM_TORCH("max.dim", ufTorchExtreme))),
    REDUCE("reduce_min", "The smallest; the type's highest of nothing.",
           UF_NUMBERS | UF_BOOLS, LOWER(Min),
           FROM_ONNX("ReduceMin", FROM_TORCH("amin.default", ufTorchReduce),
                     FROM_TORCH("min.default", ufTorchReduce),
                     FROM_TORCH("min.dim", ufTorchExtreme),
                     FROM_TORCH("aminmax.default", ufTorchMinMax))),
    REDUCE("reduce_any", "Whether any is true.", UF_BOOLS, LOWER(Any),
           .imports = UF_IMPORTS(FROM_TORCH("any.default", ufTorchReduceBool),
                                 FROM_TORCH("any.dim", ufTorchReduceBool),
                                 FROM_TORCH("any.dims", ufTorchReduceBool))),
    REDUCE("reduce_all", "Whether all are true.", UF_BOOLS, LOWER(All),
           .imports = UF_IMPORTS(FROM_TORCH("all.default", ufTorchReduceBool),
                                 FROM_TORCH("all.dim", ufTorchReduceBool),
                                 FROM_TORCH("all.dims", ufTorchReduceBool))),
    REDUCE("reduce_l1", "The sum of magnitudes.", UF_NUMBERS, LOWER(L1),
           .imports = UF_IMPORTS({UF_ONNX, "ReduceL1", 1, ufOnnxReduce})),
    REDUCE(
        "reduce_l2", "The root of the sum of squares.", UF_NUMBERS, LOWER(L2),
        FROM_ONNX("ReduceL2",
                  FROM_TORCH("linalg_vector_norm.default", ufTorchNorm),
                  FROM_TORCH("_cdist_forward.default", ufTorchDistances),
                  FROM_TORCH("cdist.default", ufTorchDistances),
                  FROM_TORCH("_pdist_forward.default", ufTorchDistancesBehind),
                  FROM_TORCH("norm.Scalar", ufTorchNorm),
                  FROM_TORCH("norm.ScalarOpt_dim", ufTorchNorm),
                  FROM_TORCH("norm.ScalarOpt_dtype", ufTorchNorm),
                  FROM_TORCH("norm.ScalarOpt_dim_dtype", ufTorchNorm))),
    REDUCE("reduce_sum_square", "The sum of squares.", UF_NUMBERS,
           LOWER(SumSquare),
           FROM_ONNX("ReduceSumSquare",
                     FROM_TORCH("var.correction", ufTorchVariance),
                     FROM_TORCH("var.default", ufTorchVariance),
                     FROM_TORCH("var.dim", ufTorchVariance),
                     FROM_TORCH("std.correction", ufTorchVariance),
                     FROM_TORCH("std.default", ufTorchVariance),
                     FROM_TORCH("std.dim", ufTorchVariance),
                     FROM_TORCH("var_mean.correction", ufTorchVariance),
                     FROM_TORCH("var_mean.default", ufTorchVariance),
                     FROM_TORCH("var_mean.dim", ufTorchVariance),
                     FROM_TORCH("std_mean.correction", ufTorchVariance),
                     FROM_TORCH("std_mean.default", ufTorchVariance),
                     FROM_TORCH("std_mean.dim", ufTorchVariance))),
    REDUCE("reduce_log_sum", "The logarithm of the sum.", UF_NUMBERS,
           LOWER(LogSum),
           .imports = UF_IMPORTS({UF_ONNX, "ReduceLogSum", 1, ufOnnxReduce})),
    REDUCE("reduce_log_sum_exp", "The logarithm of the sum of exponentials.",
           UF_NUMBERS, .toLinalg = lowerReduceLogSumExp,
           FROM_ONNX("ReduceLogSumExp",
                     FROM_TORCH("logsumexp.default", ufTorchReduce))),
};
UF_FAMILY(ufReduceOps, "reduce", ops);

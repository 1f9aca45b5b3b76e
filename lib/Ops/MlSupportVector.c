//===-- MlSupportVector.c - Support vector machines of ai.onnx.ml ---------===//
//
// Kernels of all rows with all support vectors are one product, or for RBF one
// sum of squared differences. A classifier then compares each pair of classes,
// and the class that wins most of them is the answer.
//
//===----------------------------------------------------------------------===//

#include "Ops/MlScore.h"

#include <stdlib.h>
#include <string.h>

/// Sums over `count` vectors of `size` numbers each.
typedef struct Machine {
  MlirValue x;         ///< [rows, features]
  const char *kernel;  ///< LINEAR POLY RBF SIGMOID
  double gamma, coef0; ///< Of kernels other than LINEAR.
  double degree;
  UfFloats coefficients, rho, vectors;
} Machine;

static MlirLogicalResult readMachine(UfBuilder *b, const UfNode *node,
                                     Machine *machine) {
  static const char *const kernels[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
  const char *name = ufNodeStr(node, "kernel_type", "LINEAR");
  UfFloats params = ufNodeFloats(node, "kernel_params");
  *machine = (Machine){.x = ufMlRows(b, node, ufNodeInput(node, 0)),
                       .coefficients = ufNodeFloats(node, "coefficients"),
                       .rho = ufNodeFloats(node, "rho"),
                       .vectors = ufNodeFloats(node, "support_vectors")};
  if (!machine->x.ptr)
    return mlirLogicalResultFailure();
  for (int i = 0; i < UF_COUNT(kernels); ++i)
    if (strcmp(name, kernels[i]) == 0)
      machine->kernel = kernels[i];
  if (!machine->kernel)
    return ufNodeError(
        node, "kernel_type is '%s', but must be LINEAR, POLY, RBF or SIGMOID",
        name);
  if (params.size != 0 && params.size != 3)
    return ufNodeError(
        node, "kernel_params has %" PRIdPTR " numbers, but must have 3",
        params.size);
  if (params.size) {
    machine->gamma = ufFloatOf(&params, 0);
    machine->coef0 = ufFloatOf(&params, 1);
    machine->degree = ufFloatOf(&params, 2);
  }
  if (machine->coefficients.size == 0 || machine->rho.size == 0)
    return ufNodeError(node, "needs the attributes 'coefficients' and 'rho'");
  return mlirLogicalResultSuccess();
}

/// Checks a table of `count` rows; its row is as long as a row of the input.
static MlirLogicalResult checkRows(const UfNode *node, const char *name,
                                   const UfFloats *table, int64_t count,
                                   MlirValue x) {
  int64_t features = ufDimSize(x, 1);
  if (count > 0 && table->size > 0 && table->size % count == 0 &&
      (features == UF_DYNAMIC || table->size / count == features))
    return mlirLogicalResultSuccess();
  return ufNodeError(node,
                     "'%s' has %" PRIdPTR " numbers for %" PRId64
                     " rows of the input's features",
                     name, table->size, count);
}

/// exp(-gamma |x - v|^2) for every row and vector.
static MlirValue radialKernel(UfBuilder *b, const Machine *machine,
                              MlirValue vectors) {
  UfInts last = {1, {2}};
  MlirValue apart = ufCall2(b, "subtract", ufCallUnsqueeze(b, machine->x, 1),
                            ufCallUnsqueeze(b, vectors, 0));
  MlirValue squares = ufCallReduce(
      b, "reduce_sum", ufCall2(b, "multiply", apart, apart), &last, false);
  return ufCall1(b, "exp",
                 ufCallNumber(b, "multiply", squares, -machine->gamma));
}

/// The kernel of every row with every vector: [rows, count].
static MlirValue kernelOf(UfBuilder *b, const Machine *machine, int64_t count) {
  int64_t dims[] = {count, count > 0 ? machine->vectors.size / count : 0};
  MlirType element = ufElementType(machine->x);
  MlirValue vectors = ufFloatsValue(b, element, 2, dims, &machine->vectors, 0);
  if (strcmp(machine->kernel, "RBF") == 0)
    return radialKernel(b, machine, vectors);
  MlirValue product = ufCallMatmul(b, machine->x, vectors, false, true);
  if (strcmp(machine->kernel, "LINEAR") == 0)
    return product;
  MlirValue s = ufCallNumber(
      b, "add", ufCallNumber(b, "multiply", product, machine->gamma),
      machine->coef0);
  return strcmp(machine->kernel, "SIGMOID") == 0
             ? ufCall1(b, "tanh", s)
             : ufCallNumber(b, "pow", s, machine->degree);
}

//===----------------------------------------------------------------------===//
// SVMRegressor
//===----------------------------------------------------------------------===//

MlirLogicalResult ufImportSvmRegressor(UfBuilder *b, const UfNode *node,
                                       MlirValue *results) {
  Machine machine;
  const char *transform = ufMlTransformOf(node, false);
  int64_t count = ufNodeInt(node, "n_supports", 0);
  if (!transform)
    return mlirLogicalResultFailure();
  UF_TRY(readMachine(b, node, &machine));
  MlirValue features = machine.x;
  if (count > 0) {
    UF_TRY(
        checkRows(node, "support_vectors", &machine.vectors, count, machine.x));
    features = kernelOf(b, &machine, count);
    if (machine.coefficients.size != count)
      return ufNodeError(
          node, "has %" PRIdPTR " coefficients for %" PRId64 " support vectors",
          machine.coefficients.size, count);
  } else {
    UF_TRY(
        checkRows(node, "coefficients", &machine.coefficients, 1, machine.x));
  }
  int64_t dims[] = {machine.coefficients.size, 1};
  MlirType element = ufElementType(machine.x);
  MlirValue score = ufCallMatmul(
      b, features, ufFloatsValue(b, element, 2, dims, &machine.coefficients, 0),
      false, false);
  score = ufCallNumber(b, "add", score, ufFloatOf(&machine.rho, 0));
  if (!score.ptr)
    return mlirLogicalResultFailure();
  if (ufNodeInt(node, "one_class", 0))
    score = ufCallWhere(
        b, ufCallCompare(b, "gt", score, ufScalarConstant(b, element, 0)),
        ufScalarConstant(b, element, 1), ufScalarConstant(b, element, -1));
  return ufNodeDefine(
      results, ufCallCast(b, ufMlTransform(b, score, transform), ufF32(b)));
}

//===----------------------------------------------------------------------===//
// SVMClassifier
//===----------------------------------------------------------------------===//

enum { MAX_CLASSES = 1024 };

/// Bound of pairs of classes times vectors: tables of a small file may not be
/// of any size.
#define MOST_WEIGHTS ((int64_t)1 << 28)

/// Which support vectors belong to which class.
typedef struct Classes {
  int64_t count, pairs, vectors;
  int64_t first[MAX_CLASSES + 1];
} Classes;

static MlirLogicalResult readClasses(const UfNode *node, const Machine *machine,
                                     int64_t count, Classes *classes) {
  UfLongInts each = ufNodeLongInts(node, "vectors_per_class");
  *classes = (Classes){.count = count, .pairs = count * (count - 1) / 2};
  if (each.size != count || count < 2 || count > MAX_CLASSES)
    return ufNodeError(node,
                       "'vectors_per_class' has %" PRIdPTR
                       " numbers for %" PRId64 " classes",
                       each.size, count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t size = ufLongIntOf(&each, i);
    if (size < 0 || size > machine->vectors.size)
      return ufNodeError(node, "'vectors_per_class' has the number %" PRId64,
                         size);
    classes->first[i] = classes->vectors;
    classes->vectors += size;
  }
  classes->first[count] = classes->vectors;
  if (machine->rho.size != classes->pairs)
    return ufNodeError(node,
                       "has %" PRIdPTR " numbers in 'rho' for %" PRId64
                       " pairs of classes",
                       machine->rho.size, classes->pairs);
  if (machine->coefficients.size != (count - 1) * classes->vectors)
    return ufNodeError(node,
                       "has %" PRIdPTR " coefficients for %" PRId64
                       " classes of %" PRId64 " support vectors",
                       machine->coefficients.size, count, classes->vectors);
  if (classes->vectors > MOST_WEIGHTS / classes->pairs)
    return ufNodeError(node,
                       "has %" PRId64 " pairs of classes for %" PRId64
                       " support vectors, which is too much",
                       classes->pairs, classes->vectors);
  return checkRows(node, "support_vectors", &machine->vectors, classes->vectors,
                   machine->x);
}

/// Tables of a row for each pair of classes i < j.
typedef struct Pairs {
  double *weights; ///< [pairs, vectors]: what each vector adds to the score.
  double *first;   ///< [pairs, classes]: 1 at i
  double *second;  ///< [pairs, classes]: 1 at j
} Pairs;

static void fillPairs(const Machine *machine, const Classes *classes,
                      const Pairs *pairs) {
  int64_t e = 0, n = classes->vectors;
  for (int64_t i = 0; i < classes->count; ++i)
    for (int64_t j = i + 1; j < classes->count; ++j, ++e) {
      for (int64_t v = classes->first[i]; v < classes->first[i + 1]; ++v)
        pairs->weights[e * n + v] =
            ufFloatOf(&machine->coefficients, (j - 1) * n + v);
      for (int64_t v = classes->first[j]; v < classes->first[j + 1]; ++v)
        pairs->weights[e * n + v] =
            ufFloatOf(&machine->coefficients, i * n + v);
      pairs->first[e * classes->count + i] = 1;
      pairs->second[e * classes->count + j] = 1;
    }
}

/// The score of each pair, and how many pairs each class wins.
static void pairScores(UfBuilder *b, const Machine *machine,
                       const Classes *classes, const Pairs *pairs,
                       MlirValue *scores, MlirValue *votes) {
  MlirType element = ufElementType(machine->x);
  int64_t weightDims[] = {classes->pairs, classes->vectors};
  int64_t voteDims[] = {classes->pairs, classes->count};
  MlirValue weights =
      ufFloatsConstant(b, element, 2, weightDims, pairs->weights);
  *scores =
      ufCall2(b, "add",
              ufCallMatmul(b, kernelOf(b, machine, classes->vectors), weights,
                           false, true),
              ufFloatsValue(b, element, 1, &classes->pairs, &machine->rho, 0));
  MlirValue wins =
      ufCallCompare(b, "gt", *scores, ufScalarConstant(b, element, 0));
  MlirValue one = ufCallCast(b, wins, element);
  MlirValue other =
      wins.ptr ? ufCallCast(b, ufCall1(b, "logical_not", wins), element) : wins;
  *votes = ufCall2(
      b, "add",
      ufCallMatmul(b, one,
                   ufFloatsConstant(b, element, 2, voteDims, pairs->first),
                   false, false),
      ufCallMatmul(b, other,
                   ufFloatsConstant(b, element, 2, voteDims, pairs->second),
                   false, false));
}

static MlirLogicalResult scorePairs(UfBuilder *b, const UfNode *node,
                                    const Machine *machine, int64_t count,
                                    MlirValue *scores, MlirValue *votes) {
  Classes classes;
  UF_TRY(readClasses(node, machine, count, &classes));
  Pairs pairs = {
      calloc((size_t)(classes.pairs * classes.vectors) + 1, sizeof(double)),
      calloc((size_t)(classes.pairs * count) + 1, sizeof(double)),
      calloc((size_t)(classes.pairs * count) + 1, sizeof(double))};
  if (pairs.weights && pairs.first && pairs.second) {
    fillPairs(machine, &classes, &pairs);
    pairScores(b, machine, &classes, &pairs, scores, votes);
  } else {
    ufNodeError(node, "out of memory for %" PRId64 " pairs of classes",
                classes.pairs);
  }
  free(pairs.weights);
  free(pairs.first);
  free(pairs.second);
  return votes->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

/// Without support vectors, each class has a row of coefficients; all share
/// rho[0].
static MlirLogicalResult scoreLinear(UfBuilder *b, const UfNode *node,
                                     const Machine *machine, int64_t count,
                                     MlirValue *scores) {
  if (count < 2)
    return ufNodeError(node, "needs at least two classes");
  UF_TRY(checkRows(node, "coefficients", &machine->coefficients, count,
                   machine->x));
  int64_t dims[] = {count, machine->coefficients.size / count};
  *scores =
      ufCallNumber(b, "add",
                   ufCallMatmul(b, machine->x,
                                ufFloatsValue(b, ufElementType(machine->x), 2,
                                              dims, &machine->coefficients, 0),
                                false, true),
                   ufFloatOf(&machine->rho, 0));
  return scores->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

/// Whether the class is the second one whatever the scores are: what the
/// operator says of two classes and no coefficient below 0.
static bool isAlwaysSecond(const Machine *machine, int64_t count, bool votes) {
  for (intptr_t i = 0; i < machine->coefficients.size; ++i)
    if (ufFloatOf(&machine->coefficients, i) < 0)
      return false;
  return votes && count == 2 && machine->rho.size == 1;
}

MlirLogicalResult ufImportSvmClassifier(UfBuilder *b, const UfNode *node,
                                        MlirValue *results) {
  const char *ints = "classlabels_ints", *strings = "classlabels_strings";
  const char *transform = ufMlTransformOf(node, false);
  int64_t count = ufMlNumClasses(node, ints, strings);
  Machine machine;
  MlirValue scores = {NULL}, votes = {NULL};
  if (!transform || count < 0)
    return mlirLogicalResultFailure();
  if (ufNodeFloats(node, "prob_a").size)
    return ufNodeError(node, "with probabilities ('prob_a') is not supported");
  UF_TRY(readMachine(b, node, &machine));
  bool hasVectors = ufNodeLongInts(node, "vectors_per_class").size > 0;
  UF_TRY(hasVectors ? scorePairs(b, node, &machine, count, &scores, &votes)
                    : scoreLinear(b, node, &machine, count, &scores));
  MlirValue best = ufMlBest(b, hasVectors ? votes : scores);
  if (best.ptr && isAlwaysSecond(&machine, count, hasVectors))
    best =
        ufCallExpandLike(b, ufScalarConstant(b, ufElementType(best), 1), best);
  // One score of two classes becomes two, but for PROBIT.
  if (hasVectors && count == 2 && strcmp(transform, "PROBIT") != 0)
    scores = ufCallConcat(b, UF_VALUES(ufCall1(b, "neg", scores), scores), 1);
  scores = ufMlTransform(b, scores, transform);
  if (!scores.ptr || !best.ptr)
    return mlirLogicalResultFailure();
  results[0] = ufMlLabels(b, node, ints, strings, best);
  results[1] = ufCallCast(b, scores, ufF32(b));
  return results[0].ptr && results[1].ptr ? mlirLogicalResultSuccess()
                                          : mlirLogicalResultFailure();
}

//===-- MlLinear.c - Features and linear models of ai.onnx.ml -------------===//

#include "Ops/MlScore.h"

#include <string.h>

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

static MlirLogicalResult checkNumbers(const UfNode *node, MlirValue x) {
  if (ufIsFloat(ufElementType(x)) || ufIsInt(ufElementType(x)))
    return mlirLogicalResultSuccess();
  return ufNodeError(node, "needs numbers");
}

/// In the type the threshold is compared in: integers do not round it.
MlirLogicalResult ufImportBinarizer(UfBuilder *b, const UfNode *node,
                                    MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0);
  MlirType element = ufElementType(x);
  UF_TRY(checkNumbers(node, x));
  MlirValue wide =
      ufIsFloat(element) ? x : ufCallCast(b, x, mlirF64TypeGet(b->ctx));
  if (!wide.ptr)
    return mlirLogicalResultFailure();
  MlirValue threshold = ufScalarConstant(b, ufElementType(wide),
                                         ufNodeFloat(node, "threshold", 0));
  return ufNodeDefine(
      results, ufCallCast(b, ufCallCompare(b, "gt", wide, threshold), element));
}

/// A table of one number, or one for each feature of `x`, its last dimension.
static MlirLogicalResult featureTable(UfBuilder *b, const UfNode *node,
                                      MlirValue x, const char *name,
                                      const UfFloats *table, MlirValue *out) {
  int rank = ufRank(x);
  int64_t size = table->size;
  int64_t features = rank ? ufDimSize(x, rank - 1) : 1;
  if (size != 1 && (rank == 0 || (features != UF_DYNAMIC && size != features)))
    return ufNodeError(node,
                       "'%s' has %" PRId64 " numbers for %" PRId64 " features",
                       name, size, features);
  *out = ufFloatsValue(b, ufElementType(x), 1, &size, table, 0);
  return out->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

/// `x` in the type that its features are computed in.
static MlirValue widen(UfBuilder *b, MlirValue x) {
  bool isNarrow =
      ufIsFloat(ufElementType(x)) && ufBitWidth(ufElementType(x)) <= 32;
  return ufCallCast(b, x, isNarrow ? ufF32(b) : mlirF64TypeGet(b->ctx));
}

MlirLogicalResult ufImportScaler(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  UF_TRY(checkNumbers(node, ufNodeInput(node, 0)));
  MlirValue x = widen(b, ufNodeInput(node, 0)), table = {NULL};
  UfFloats offset = ufNodeFloats(node, "offset");
  UfFloats scale = ufNodeFloats(node, "scale");
  if (!x.ptr)
    return mlirLogicalResultFailure();
  if (offset.size) {
    UF_TRY(featureTable(b, node, x, "offset", &offset, &table));
    x = ufCall2(b, "subtract", x, table);
  }
  if (scale.size && x.ptr) {
    UF_TRY(featureTable(b, node, x, "scale", &scale, &table));
    x = ufCall2(b, "multiply", x, table);
  }
  return ufNodeDefine(results, ufCallCast(b, x, ufF32(b)));
}

/// Each row divided by its maximum, its sum of magnitudes, or the root of its
/// sum of squares; as it is where that is 0.
MlirLogicalResult ufImportNormalizer(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  static const char *const norms[][2] = {
      {"MAX", "reduce_max"}, {"L1", "reduce_l1"}, {"L2", "reduce_l2"}};
  UF_TRY(checkNumbers(node, ufNodeInput(node, 0)));
  MlirValue x = widen(b, ufNodeInput(node, 0));
  const char *name = ufNodeStr(node, "norm", "MAX"), *reduce = NULL;
  for (int i = 0; i < UF_COUNT(norms); ++i)
    if (strcmp(norms[i][0], name) == 0)
      reduce = norms[i][1];
  if (!reduce)
    return ufNodeError(node, "norm is '%s', but must be MAX, L1 or L2", name);
  if (!x.ptr || ufRank(x) == 0)
    return ufNodeError(node, "cannot normalize a scalar");
  UfInts axis = {1, {ufRank(x) == 1 ? 0 : 1}};
  MlirValue norm = ufCallReduce(b, reduce, x, &axis, true);
  MlirValue zero = ufScalarConstant(b, ufElementType(x), 0);
  MlirValue result = ufCallWhere(b, ufCallCompare(b, "eq", norm, zero), x,
                                 ufCall2(b, "divide", x, norm));
  return ufNodeDefine(results, ufCallCast(b, result, ufF32(b)));
}

/// Where integers are to be replaced, and by what.
static MlirLogicalResult findMissingInts(UfBuilder *b, const UfNode *node,
                                         MlirValue x, MlirValue *table,
                                         MlirValue *isMissing) {
  UfLongInts values = ufNodeLongInts(node, "imputed_value_int64s");
  int64_t features = ufRank(x) ? ufDimSize(x, ufRank(x) - 1) : 1;
  int64_t replaced = ufNodeInt(node, "replaced_value_int64", 0), none = 0;
  if (values.size == 0)
    return ufNodeError(node, "needs the attribute 'imputed_value_int64s'");
  if (values.size != 1 && features != UF_DYNAMIC && values.size != features)
    return ufNodeError(node,
                       "'imputed_value_int64s' has %" PRIdPTR
                       " numbers for %" PRId64 " features",
                       values.size, features);
  *table = ufCallCast(b, ufLongIntsValue(b, &values), ufElementType(x));
  MlirValue missing =
      ufConstant(b, mlirDenseElementsAttrInt64Get(
                        ufTensorOf(ufI64(b), 0, &none), 1, &replaced));
  *isMissing = ufCallCompare(b, "eq", ufCallCast(b, x, ufI64(b)), missing);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufImportImputer(UfBuilder *b, const UfNode *node,
                                  MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), table = {NULL}, isMissing = {NULL};
  MlirType element = ufElementType(x);
  UF_TRY(checkNumbers(node, x));
  if (ufIsFloat(element)) {
    UfFloats values = ufNodeFloats(node, "imputed_value_floats");
    double replaced = ufNodeFloat(node, "replaced_value_float", 0);
    if (values.size == 0)
      return ufNodeError(node, "needs the attribute 'imputed_value_floats'");
    UF_TRY(featureTable(b, node, x, "imputed_value_floats", &values, &table));
    isMissing =
        replaced == replaced
            ? ufCallCompare(b, "eq", x, ufScalarConstant(b, element, replaced))
            : ufCall1(b, "is_nan", x);
  } else {
    UF_TRY(findMissingInts(b, node, x, &table, &isMissing));
  }
  return ufNodeDefine(results, ufCallWhere(b, isMissing, table, x));
}

/// Elements of the last dimension; a vector becomes one row.
MlirLogicalResult ufImportArrayFeatureExtractor(UfBuilder *b,
                                                const UfNode *node,
                                                MlirValue *results) {
  MlirValue x = ufNodeInput(node, 0), indices = ufNodeInput(node, 1);
  int64_t all = -1;
  if (!indices.ptr)
    return ufNodeError(node, "needs input 1, 'Y'");
  if (ufRank(x) == 0)
    return ufNodeError(node, "cannot take features of a scalar");
  if (ufRank(x) == 1)
    x = ufCallUnsqueeze(b, x, 0);
  indices = ufCallReshape(b, indices, 1, &all);
  if (!x.ptr || !indices.ptr)
    return mlirLogicalResultFailure();
  return ufNodeDefine(results, ufOp(b, "gather", UF_VALUES(x, indices),
                                    UF_ATTRS({"axis", ufIntAttr(b, -1)})));
}

/// Input `i` as rows of `wanted` floats: cut, or followed by zeros.
static MlirLogicalResult vectorizeOne(UfBuilder *b, const UfNode *node, int i,
                                      int64_t wanted, MlirValue *out) {
  MlirValue x = ufNodeInput(node, i);
  if (!x.ptr)
    return ufNodeError(node, "needs input %d", i);
  UF_TRY(checkNumbers(node, x));
  if (ufRank(x) == 1)
    x = ufCallUnsqueeze(b, x, 0);
  x = ufCallCast(b, x, ufF32(b));
  if (!x.ptr || ufRank(x) != 2)
    return ufNodeError(node, "input %d has rank %d, but must have 1 or 2", i,
                       x.ptr ? ufRank(x) : 0);
  int64_t size = ufDimSize(x, 1);
  if (size == UF_DYNAMIC)
    return ufNodeError(node, "input %d needs a constant number of features", i);
  if (size > wanted)
    x = ufCallSlice(b, x, 1, 0, wanted);
  int64_t pads[] = {0, 0, 0, wanted - size};
  if (x.ptr && size < wanted)
    x = ufOp(b, "pad", UF_VALUES(x),
             UF_ATTRS({"pads", ufIntsAttr(b, 4, pads)}));
  *out = x;
  return x.ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

MlirLogicalResult ufImportFeatureVectorizer(UfBuilder *b, const UfNode *node,
                                            MlirValue *results) {
  MlirValue parts[UF_MAX_VALUES] = {{NULL}};
  UfInts sizes = {0};
  int count = (int)node->inputs.size;
  if (count > UF_MAX_VALUES)
    return ufNodeError(node, "has %d inputs, the most is %d", count,
                       UF_MAX_VALUES);
  if (!ufNodeInts(node, "inputdimensions", &sizes) || sizes.size != count)
    return ufNodeError(node, "'inputdimensions' has %d sizes for %d inputs",
                       sizes.size, count);
  for (int i = 0; i < count; ++i) {
    if (sizes.data[i] < 0 || sizes.data[i] > INT32_MAX)
      return ufNodeError(node, "'inputdimensions' has the size %" PRId64,
                         sizes.data[i]);
    UF_TRY(vectorizeOne(b, node, i, sizes.data[i], &parts[i]));
  }
  return ufNodeDefine(results, ufCallConcat(b, (UfValues){parts, count}, 1));
}

//===----------------------------------------------------------------------===//
// Linear models
//===----------------------------------------------------------------------===//

/// X [rows, features] times the coefficients, `count` rows of them, plus the
/// intercepts where there are.
static MlirLogicalResult linearScores(UfBuilder *b, const UfNode *node,
                                      MlirValue x, int64_t count,
                                      MlirValue *scores) {
  UfFloats coefficients = ufNodeFloats(node, "coefficients");
  UfFloats intercepts = ufNodeFloats(node, "intercepts");
  int64_t features = ufDimSize(x, 1);
  if (count < 1 || coefficients.size == 0 || coefficients.size % count != 0 ||
      (features != UF_DYNAMIC && coefficients.size / count != features))
    return ufNodeError(node,
                       "has %" PRIdPTR " coefficients for %" PRId64
                       " scores of rows of %" PRId64,
                       coefficients.size, count,
                       features == UF_DYNAMIC ? -1 : features);
  if (intercepts.size && intercepts.size != count)
    return ufNodeError(node,
                       "has %" PRIdPTR " intercepts for %" PRId64 " scores",
                       intercepts.size, count);
  int64_t dims[] = {count, coefficients.size / count};
  MlirType element = ufElementType(x);
  *scores = ufCallMatmul(
      b, x, ufFloatsValue(b, element, 2, dims, &coefficients, 0), false, true);
  if (intercepts.size)
    *scores = ufCall2(b, "add", *scores,
                      ufFloatsValue(b, element, 1, &count, &intercepts, 0));
  return scores->ptr ? mlirLogicalResultSuccess() : mlirLogicalResultFailure();
}

MlirLogicalResult ufImportLinearRegressor(UfBuilder *b, const UfNode *node,
                                          MlirValue *results) {
  MlirValue scores = {NULL}, x = ufMlRows(b, node, ufNodeInput(node, 0));
  const char *transform = ufMlTransformOf(node, false);
  if (!x.ptr || !transform)
    return mlirLogicalResultFailure();
  UF_TRY(linearScores(b, node, x, ufNodeInt(node, "targets", 1), &scores));
  return ufNodeDefine(
      results, ufCallCast(b, ufMlTransform(b, scores, transform), ufF32(b)));
}

/// The label of one score: the first where it reaches the threshold, else 0 or
/// the empty string.
static MlirValue singleLabel(UfBuilder *b, const UfNode *node, MlirValue scores,
                             bool isRaw) {
  UfLongInts ints = ufNodeLongInts(node, "classlabels_ints");
  if (!ints.size) {
    ufNodeError(node, "names one class by a string, and gives no other");
    return (MlirValue){NULL};
  }
  MlirValue threshold =
      ufScalarConstant(b, ufElementType(scores), isRaw ? 0 : 0.5);
  MlirValue isIt =
      ufCallSqueeze(b, ufCallCompare(b, "ge", scores, threshold), 1);
  MlirValue label = ufCallSqueeze(b, ufLongIntsValue(b, &ints), 0);
  return ufCallWhere(b, isIt, label, ufScalarConstant(b, ufI64(b), 0));
}

MlirLogicalResult ufImportLinearClassifier(UfBuilder *b, const UfNode *node,
                                           MlirValue *results) {
  const char *ints = "classlabels_ints", *strings = "classlabels_strings";
  MlirValue scores = {NULL}, x = ufMlRows(b, node, ufNodeInput(node, 0));
  const char *transform = ufMlTransformOf(node, false);
  int64_t count = ufMlNumClasses(node, ints, strings);
  if (!x.ptr || !transform || count < 0)
    return mlirLogicalResultFailure();
  // Two classes may share one score.
  UfFloats coefficients = ufNodeFloats(node, "coefficients");
  int64_t features = ufDimSize(x, 1);
  bool isShared =
      count == 2 &&
      (features == UF_DYNAMIC ? ufNodeFloats(node, "intercepts").size == 1
                              : coefficients.size == features);
  UF_TRY(linearScores(b, node, x, isShared ? 1 : count, &scores));
  if (isShared)
    scores = ufCallConcat(b, UF_VALUES(ufCall1(b, "neg", scores), scores), 1);
  scores = ufMlTransform(b, scores, transform);
  if (!scores.ptr)
    return mlirLogicalResultFailure();
  results[0] =
      count > 1 ? ufMlLabels(b, node, ints, strings, ufMlBest(b, scores))
                : singleLabel(b, node, scores, strcmp(transform, "NONE") == 0);
  results[1] = ufCallCast(b, scores, ufF32(b));
  return results[0].ptr ? mlirLogicalResultSuccess()
                        : mlirLogicalResultFailure();
}

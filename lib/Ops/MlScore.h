//===-- MlScore.h - What rules for ai.onnx.ml share ---------------*- C -*-===//
//
// The operators of ai.onnx.ml carry their tables as attributes, end with one of
// five transforms of their scores, and name classes by integers or strings.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_MLSCORE_H
#define UF_OPS_MLSCORE_H

#include "Ops/Compose.h"
#include "Ops/Node.h"

/// A list of floats of a node: attribute `name`, which may be a tensor, or the
/// tensor attribute `name`_as_tensor.
typedef struct UfFloats {
  MlirAttribute attr; ///< Null when there is neither.
  intptr_t size;      ///< 0 then.
} UfFloats;
UfFloats ufNodeFloats(const UfNode *node, const char *name);
/// Element `i`, which must be inside.
double ufFloatOf(const UfFloats *floats, intptr_t i);

/// A list of integers of any length; null when it is missing.
typedef struct UfLongInts {
  MlirAttribute attr;
  intptr_t size;
} UfLongInts;
UfLongInts ufNodeLongInts(const UfNode *node, const char *name);
static inline int64_t ufLongIntOf(const UfLongInts *ints, intptr_t i) {
  return mlirDenseI64ArrayGetElement(ints->attr, i);
}

/// `ufront.constant` of the numbers at `values` in type `element`.
MlirValue ufFloatsConstant(UfBuilder *b, MlirType element, int rank,
                           const int64_t *dims, const double *values);
/// As above, of `floats` from `first` on.
MlirValue ufFloatsValue(UfBuilder *b, MlirType element, int rank,
                        const int64_t *dims, const UfFloats *floats,
                        intptr_t first);
/// `ufront.constant` : tensor<size x i64>.
MlirValue ufLongIntsValue(UfBuilder *b, const UfLongInts *ints);

/// `x` as [rows, features], a vector as one row, in the type its scores are
/// computed in: f64 for f64 and integers of more than 24 bits, else f32. Null
/// after an error was reported.
MlirValue ufMlRows(UfBuilder *b, const UfNode *node, MlirValue x);

/// The node's attribute `post_transform`, checked; null after an error was
/// reported. `numbered`: given as 0 to 4, as TreeEnsemble does.
const char *ufMlTransformOf(const UfNode *node, bool numbered);
/// Scores [rows, classes] after the transform.
MlirValue ufMlTransform(UfBuilder *b, MlirValue scores, const char *transform);

/// How many classes the attributes `ints` and `strings` name. Negative after an
/// error was reported.
int64_t ufMlNumClasses(const UfNode *node, const char *ints,
                       const char *strings);
/// The labels of classes `index`.
MlirValue ufMlLabels(UfBuilder *b, const UfNode *node, const char *ints,
                     const char *strings, MlirValue index);
/// The class of the highest score in each row.
MlirValue ufMlBest(UfBuilder *b, MlirValue scores);

MlirLogicalResult ufImportBinarizer(UfBuilder *b, const UfNode *node,
                                    MlirValue *results);
MlirLogicalResult ufImportScaler(UfBuilder *b, const UfNode *node,
                                 MlirValue *results);
MlirLogicalResult ufImportNormalizer(UfBuilder *b, const UfNode *node,
                                     MlirValue *results);
MlirLogicalResult ufImportImputer(UfBuilder *b, const UfNode *node,
                                  MlirValue *results);
MlirLogicalResult ufImportArrayFeatureExtractor(UfBuilder *b,
                                                const UfNode *node,
                                                MlirValue *results);
MlirLogicalResult ufImportFeatureVectorizer(UfBuilder *b, const UfNode *node,
                                            MlirValue *results);
MlirLogicalResult ufImportLinearRegressor(UfBuilder *b, const UfNode *node,
                                          MlirValue *results);
MlirLogicalResult ufImportLinearClassifier(UfBuilder *b, const UfNode *node,
                                           MlirValue *results);
MlirLogicalResult ufImportSvmRegressor(UfBuilder *b, const UfNode *node,
                                       MlirValue *results);
MlirLogicalResult ufImportSvmClassifier(UfBuilder *b, const UfNode *node,
                                        MlirValue *results);

/// Rules of rows that what they build ends with.
#define UF_ML_RULE(Name, Rule) {UF_ONNX, "ai.onnx.ml." Name, 1, Rule}
#define UF_ML_GATHERS                                                          \
  UF_ML_RULE("ArrayFeatureExtractor", ufImportArrayFeatureExtractor)
#define UF_ML_CONCATS UF_ML_RULE("FeatureVectorizer", ufImportFeatureVectorizer)
#define UF_ML_LINEARS                                                          \
  UF_ML_RULE("LinearRegressor", ufImportLinearRegressor),                      \
      UF_ML_RULE("LinearClassifier", ufImportLinearClassifier),                \
      UF_ML_RULE("SVMRegressor", ufImportSvmRegressor),                        \
      UF_ML_RULE("SVMClassifier", ufImportSvmClassifier)
#define UF_ML_NORMALIZERS UF_ML_RULE("Normalizer", ufImportNormalizer)
#define UF_ML_WHERES UF_ML_RULE("Imputer", ufImportImputer)
#define UF_ML_COMPARES UF_ML_RULE("Binarizer", ufImportBinarizer)
#define UF_ML_SCALERS UF_ML_RULE("Scaler", ufImportScaler)

#endif // UF_OPS_MLSCORE_H

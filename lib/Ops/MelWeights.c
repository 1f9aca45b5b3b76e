//===-- MelWeights.c - Weights of mel bands -------------------------------===//

#include "Ops/MelWeights.h"

#include "Ops/Fold.h"
#include "Support/Arena.h"

#include <math.h>

/// More elements are not worth keeping in the module.
static const int64_t mostElements = 1 << 22;

typedef struct Mel {
  int64_t bands, length; ///< Of the result, and of the Fourier transform.
  double rate, low, high;
} Mel;

static double toMel(double hertz) { return 2595 * log10(1 + hertz / 700); }

static double toHertz(double mel) { return 700 * (pow(10, mel / 2595) - 1); }

/// The row in which edge `i` of the bands is, equally far apart on mel's scale.
/// Band i reaches from edge i over i + 1 to i + 2.
static double edgeOf(const Mel *mel, int64_t i) {
  double low = toMel(mel->low), high = toMel(mel->high);
  double at = low + (double)i * (high - low) / (double)(mel->bands + 2);
  return floor((double)(mel->length + 1) * toHertz(at) / mel->rate);
}

/// Fills band `i`, a triangle, in a matrix with a column for each band. False
/// when an edge is outside.
static bool fillBand(const Mel *mel, int64_t i, double *matrix) {
  int64_t rows = mel->length / 2 + 1, edge[3];
  for (int k = 0; k < 3; ++k) {
    double at = edgeOf(mel, i + k);
    if (!(at >= 0 && at < (double)rows))
      return false;
    edge[k] = (int64_t)at;
  }
  int64_t rise = edge[1] - edge[0], fall = edge[2] - edge[1];
  if (rise < 0 || fall < 0)
    return false;
  for (int64_t row = edge[0]; row <= edge[1]; ++row)
    matrix[row * mel->bands + i] =
        rise == 0 ? 1 : (double)(row - edge[0]) / (double)rise;
  for (int64_t row = edge[1]; row < edge[2]; ++row)
    matrix[row * mel->bands + i] = (double)(edge[2] - row) / (double)fall;
  return true;
}

/// Reads the inputs, one number each.
static MlirLogicalResult readMel(const UfNode *node, Mel *mel) {
  static const char *const names[] = {"num_mel_bins", "dft_length",
                                      "sample_rate", "lower_edge_hertz",
                                      "upper_edge_hertz"};
  double numbers[UF_COUNT(names)];
  for (int i = 0; i < UF_COUNT(names); ++i) {
    MlirValue input = ufNodeInput(node, i);
    if (!input.ptr || !ufSplatNumber(ufConstantOf(input), &numbers[i]))
      return ufNodeError(node, "needs a constant %s", names[i]);
    if (!isfinite(numbers[i]) || fabs(numbers[i]) > 0x1p40)
      return ufNodeError(node, "%s is %g", names[i], numbers[i]);
  }
  *mel = (Mel){(int64_t)numbers[0], (int64_t)numbers[1], numbers[2], numbers[3],
               numbers[4]};
  if (mel->bands < 0 || mel->length < 1 || mel->rate <= 0 || mel->low < 0 ||
      mel->high < mel->low)
    return ufNodeError(node,
                       "has %" PRId64 " bands from %g to %g Hz of a transform "
                       "of length %" PRId64 " at %g Hz",
                       mel->bands, mel->low, mel->high, mel->length, mel->rate);
  int64_t count;
  if (__builtin_mul_overflow(mel->length / 2 + 1, mel->bands, &count) ||
      count > mostElements)
    return ufNodeError(node, "has more than %" PRId64 " weights", mostElements);
  return mlirLogicalResultSuccess();
}

MlirLogicalResult ufImportMelWeights(UfBuilder *b, const UfNode *node,
                                     MlirValue *results) {
  Mel mel = {0};
  UF_TRY(readMel(node, &mel));
  MlirType element = ufF32(b);
  if (ufNodeHas(node, "output_datatype"))
    element = ufNodeType(b, node, "output_datatype");
  if (!element.ptr)
    return mlirLogicalResultFailure();
  int64_t dims[] = {mel.length / 2 + 1, mel.bands}, count = dims[0] * dims[1];
  UF_SCOPED(UfArena) arena = {0};
  double *matrix = UF_NEW(&arena, double, (size_t)count + 1);
  MlirAttribute *elements = UF_NEW(&arena, MlirAttribute, (size_t)count + 1);
  if (!matrix || !elements)
    return ufNodeError(node, "has no memory for %" PRId64 " weights", count);
  bool isInside = true;
  for (int64_t i = 0; i < mel.bands && isInside; ++i)
    isInside = fillBand(&mel, i, matrix);
  if (!isInside)
    return ufNodeError(node,
                       "has bands up to %g Hz, which is more than half of the "
                       "sample rate, %g",
                       mel.high, mel.rate);
  for (int64_t i = 0; i < count; ++i)
    elements[i] = ufNumberAttr(element, ufIsFloat(element) ? matrix[i]
                                                           : trunc(matrix[i]));
  MlirType type = ufTensorOf(element, 2, dims);
  return ufNodeDefine(
      results, ufConstant(b, mlirDenseElementsAttrGet(type, count, elements)));
}

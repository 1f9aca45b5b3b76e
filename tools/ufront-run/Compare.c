//===-- Compare.c - A result beside what was expected ---------------------===//

#include "Compare.h"

#include "Tensor.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/// |a - b| of 64-bit integers, exact up to where doubles are.
static double wideDifference(const UfrontTensor *a, const UfrontTensor *b,
                             int64_t index) {
  uint64_t x = ((const uint64_t *)a->data)[index];
  uint64_t y = ((const uint64_t *)b->data)[index];
  bool isLess = a->type == UFRONT_I64 ? (int64_t)x < (int64_t)y : x < y;
  return (double)(isLess ? y - x : x - y);
}

static bool isSameString(const UfrontString *a, const UfrontString *b) {
  return a->size == b->size &&
         (a->size == 0 || !memcmp(a->data, b->data, (size_t)a->size));
}

/// How far element `index` is off in units of what is allowed: at most 1 when
/// it is close enough.
static double deviation(const UfrontTensor *got, const UfrontTensor *expected,
                        int64_t index, const UfTolerance *limit) {
  double allowed = limit->atol, difference;
  if (got->type == UFRONT_STRING)
    return isSameString(ufTensorGetString(got, index),
                        ufTensorGetString(expected, index))
               ? 0
               : INFINITY;
  if (got->type == UFRONT_I64 || got->type == UFRONT_U64) {
    difference = wideDifference(got, expected, index);
  } else {
    double g = ufTensorGet(got, index), e = ufTensorGet(expected, index);
    if (g == e || (isnan(g) && isnan(e)))
      return 0;
    if (!isfinite(g) || !isfinite(e) || got->type == UFRONT_BOOL)
      return INFINITY;
    difference = fabs(g - e);
    if (ufTypeIsFloat(got->type))
      allowed += limit->rtol * fabs(e);
  }
  return difference == 0 ? 0 : difference / allowed; // x / 0 is infinite
}

/// Prints "[0, 2]", the position of element `index`.
static void printIndex(FILE *file, const UfrontTensor *tensor, int64_t index) {
  int64_t at[UFRONT_MAX_RANK];
  for (int32_t i = tensor->rank; i-- > 0;) {
    at[i] = index % tensor->shape[i];
    index /= tensor->shape[i];
  }
  putc('[', file);
  for (int32_t i = 0; i < tensor->rank; ++i)
    fprintf(file, "%s%" PRId64, i ? ", " : "", at[i]);
  putc(']', file);
}

/// Prints enough digits of a float to tell it from its neighbours.
static void printValue(FILE *file, const UfrontTensor *tensor, int64_t index) {
  if (ufTypeIsFloat(tensor->type))
    fprintf(file, "%.*g", tensor->type == UFRONT_F64 ? 17 : 9,
            ufTensorGet(tensor, index));
  else
    ufTensorPrint(file, tensor, index);
}

static bool isSameKind(FILE *file, const UfrontTensor *got,
                       const UfrontTensor *expected) {
  if (got->type == expected->type && got->rank == expected->rank &&
      !memcmp(got->shape, expected->shape,
              (size_t)got->rank * sizeof(*got->shape)))
    return true;
  char mine[UF_SHAPE_SIZE], theirs[UF_SHAPE_SIZE];
  ufShapeFormat(got->rank, got->shape, mine);
  ufShapeFormat(expected->rank, expected->shape, theirs);
  fprintf(file, "FAIL, got %s %s, expected %s %s\n",
          ufrontTypeGetName(got->type), mine, ufrontTypeGetName(expected->type),
          theirs);
  return false;
}

bool ufTensorCompare(FILE *file, const UfrontTensor *got,
                     const UfrontTensor *expected, const UfTolerance *limit) {
  if (!isSameKind(file, got, expected))
    return false;
  int64_t elements, wrong = 0, worst = 0;
  size_t bytes;
  if (!ufTensorMeasure(got, &elements, &bytes))
    return false;
  double most = 0;
  for (int64_t i = 0; i < elements; ++i) {
    double off = deviation(got, expected, i, limit);
    wrong += off > 1;
    if (off > most) {
      most = off;
      worst = i;
    }
  }
  if (wrong == 0) {
    fprintf(file, "pass, %" PRId64 " value%s\n", elements,
            elements == 1 ? "" : "s");
    return true;
  }
  fprintf(file, "FAIL, %" PRId64 " of %" PRId64 " differ, the most at ", wrong,
          elements);
  printIndex(file, got, worst);
  fprintf(file, ": got ");
  printValue(file, got, worst);
  fprintf(file, ", expected ");
  printValue(file, expected, worst);
  putc('\n', file);
  return false;
}

//===-- Print.c - Tensors for people to read ------------------------------===//

#include "Print.h"

#include "Tensor.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

enum { MAX_VALUES = 8, TOP_COUNT = 5, MAX_ROWS = 8 };

void ufPrintText(FILE *file, const char *text) {
  for (; *text; ++text)
    putc(iscntrl((unsigned char)*text) ? '?' : *text, file);
}

static void printValues(FILE *file, const UfrontTensor *tensor,
                        int64_t elements) {
  fputs("  values ", file);
  for (int64_t i = 0; i < elements && i < MAX_VALUES; ++i) {
    putc(' ', file);
    ufTensorPrint(file, tensor, i);
  }
  fputs(elements > MAX_VALUES ? " ...\n" : "\n", file);
}

/// NaNs are counted apart, since they have no place in an order.
static void printStatistics(FILE *file, const UfrontTensor *tensor,
                            int64_t elements) {
  double sum = 0;
  int64_t least = -1, greatest = -1, nans = 0;
  for (int64_t i = 0; i < elements; ++i) {
    double value = ufTensorGet(tensor, i);
    if (isnan(value)) {
      ++nans;
      continue;
    }
    sum += value;
    if (least < 0 || value < ufTensorGet(tensor, least))
      least = i;
    if (greatest < 0 || value > ufTensorGet(tensor, greatest))
      greatest = i;
  }
  fputs(" ", file);
  if (least >= 0) {
    fputs(" min ", file);
    ufTensorPrint(file, tensor, least);
    fputs("  max ", file);
    ufTensorPrint(file, tensor, greatest);
    fprintf(file, "  mean %.6g", sum / (double)(elements - nans));
  }
  if (nans)
    fprintf(file, "  nan %" PRId64 " of %" PRId64, nans, elements);
  putc('\n', file);
}

/// Prints the largest elements among `columns` from `start` on, largest first.
static void printTopOfRow(FILE *file, const UfrontTensor *tensor, int64_t start,
                          int64_t columns) {
  int64_t top[TOP_COUNT];
  int count = 0;
  for (int64_t i = start; i < start + columns; ++i) {
    double value = ufTensorGet(tensor, i);
    if (isnan(value))
      continue;
    int at = count;
    while (at > 0 && value > ufTensorGet(tensor, top[at - 1]))
      --at;
    if (at == TOP_COUNT)
      continue;
    count += count < TOP_COUNT;
    for (int j = count - 1; j > at; --j)
      top[j] = top[j - 1];
    top[at] = i;
  }
  fputs("  top-5  ", file);
  for (int i = 0; i < count; ++i) {
    fprintf(file, "%s%" PRId64 ": ", i ? "  " : "", top[i] - start);
    ufTensorPrint(file, tensor, top[i]);
  }
  putc('\n', file);
}

static void printTop(FILE *file, const UfrontTensor *tensor, int64_t elements) {
  if (tensor->rank < 1 || tensor->rank > 2 || !ufTypeIsFloat(tensor->type))
    return;
  int64_t columns = tensor->shape[tensor->rank - 1];
  if (columns < TOP_COUNT)
    return;
  int64_t rows = elements / columns;
  for (int64_t row = 0; row < rows && row < MAX_ROWS; ++row)
    printTopOfRow(file, tensor, row * columns, columns);
  if (rows > MAX_ROWS)
    fprintf(file, "  ... and %" PRId64 " rows more\n", rows - MAX_ROWS);
}

void ufPrintTensor(FILE *file, const char *name, const UfrontTensor *tensor) {
  char shape[UF_SHAPE_SIZE];
  ufShapeFormat(tensor->rank, tensor->shape, shape);
  ufPrintText(file, name);
  fprintf(file, ": %s %s\n", ufrontTypeGetName(tensor->type), shape);
  int64_t elements;
  size_t bytes;
  if (!ufTensorMeasure(tensor, &elements, &bytes) || elements == 0)
    return;
  printValues(file, tensor, elements);
  if (elements == 1 || tensor->type == UFRONT_BOOL ||
      tensor->type == UFRONT_STRING)
    return;
  printStatistics(file, tensor, elements);
  printTop(file, tensor, elements);
}

//===-- Tensor.h - Elements and shapes of tensors -----------------*- C -*-===//

#ifndef UF_TOOLS_TENSOR_H
#define UF_TOOLS_TENSOR_H

#include "ufront/Tensor.h"

#include <stdio.h>

/// Room for any shape as text.
#define UF_SHAPE_SIZE (UFRONT_MAX_RANK * 21 + 8)

/// Writes "1x3x224x224", "?x3" or "scalar".
void ufShapeFormat(int32_t rank, const int64_t *shape,
                   char text[UF_SHAPE_SIZE]);

/// Reads "1x3x224x224", where '?' is a dimension that stays open; false when
/// `text` is anything else.
bool ufShapeParse(const char *text, int32_t *rank,
                  int64_t shape[UFRONT_MAX_RANK]);

/// Writes the number of elements of a tensor of static shape, and its bytes.
/// False when there are too many to count.
bool ufTensorMeasure(const UfrontTensor *tensor, int64_t *elements,
                     size_t *bytes);

/// Points `tensor->data` to zeroed memory for its type and shape, to be freed
/// with free(). False when it is too large.
bool ufTensorAllocate(UfrontTensor *tensor);

/// Element `index` in row-major order, rounded to or from double.
double ufTensorGet(const UfrontTensor *tensor, int64_t index);
void ufTensorSet(UfrontTensor *tensor, int64_t index, double value);

/// Element `index` of a tensor of strings, which no number stands for.
const UfrontString *ufTensorGetString(const UfrontTensor *tensor,
                                      int64_t index);

/// Prints element `index`: exactly when it is an integer, a float to 6 digits,
/// a string in quotes, its control characters masked.
void ufTensorPrint(FILE *file, const UfrontTensor *tensor, int64_t index);

/// Whether `type` is a float type; a bool is not an integer type.
bool ufTypeIsFloat(UfrontType type);
bool ufTypeIsUnsigned(UfrontType type);

/// Bits of a number of `type`, which may be fewer than those of its bytes.
int ufTypeGetBits(UfrontType type);

#endif // UF_TOOLS_TENSOR_H

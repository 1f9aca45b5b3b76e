//===-- aot.c - Calls a model compiled ahead of time --------------*- C -*-===//
//
// The program of aot.test: shift.h is what ufront-compile made of shift.mlir.
//
//===----------------------------------------------------------------------===//

#include "shift.h"

#include <stdio.h>

static UfrontStatus run(UfrtInstance *instance, int64_t rows) {
  float x[6] = {0, 1, 2, 3, 4, 5};
  UfrontTensor inputs[] = {
      [SHIFT_INPUT_X] = {x, UFRONT_F32, 2, {rows, 3}},
  };
  UfrontTensor outputs[1] = {{0}};
  UfrontStatus status = ufrtInstanceRun(instance, inputs, outputs);
  if (status != UFRONT_OK)
    return status;
  const UfrontTensor *y = &outputs[SHIFT_OUTPUT_Y];
  printf("%dx%d:", (int)y->shape[0], (int)y->shape[1]);
  for (int64_t i = 0; i < rows * 3; ++i)
    printf(" %g", ((const float *)y->data)[i]);
  printf("\n");
  return UFRONT_OK;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  printf("%s: %d inputs, %d outputs, %d weights\n", shift.inputs[0].name,
         shift.numInputs, shift.numOutputs, shift.numParams);
  UfrtInstance *instance;
  UfrontStatus status =
      ufrtInstanceCreateFromFile(&shift, argv[1], /*threads=*/2, &instance);
  if (status == UFRONT_OK)
    status = run(instance, 2);
  if (status == UFRONT_OK)
    status = run(instance, 1);
  if (status != UFRONT_OK)
    printf("error: %s\n", ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  return status != UFRONT_OK;
}

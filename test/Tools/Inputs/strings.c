//===-- strings.c - A program of strings, ahead of time -----------*- C -*-===//

#include "join.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void show(const UfrontTensor *texts, const UfrontTensor *same) {
  const UfrontString *text = texts->data;
  const bool *isSame = same->data;
  printf("%d:", (int)texts->shape[0]);
  for (int64_t i = 0; i < texts->shape[0]; ++i) {
    printf(" %d", (int)text[i].size);
    for (int64_t k = 0; k < text[i].size; ++k)
      putchar(text[i].data[k] ? text[i].data[k] : '0');
    printf("%s", isSame[i] ? "=" : "");
  }
  putchar('\n');
}

static int run(UfrtInstance *instance, UfrontString *texts, int64_t count,
               UfrontTensor *outputs) {
  UfrontTensor input = {texts, UFRONT_STRING, 1, {count}};
  if (ufrtInstanceRun(instance, &input, outputs) != UFRONT_OK) {
    printf("error: %s\n", ufrtInstanceGetMessage(instance));
    return 1;
  }
  show(&outputs[0], &outputs[1]);
  return 0;
}

int main(void) {
  UfrtInstance *instance;
  if (ufrtInstanceCreate(&join, NULL, NULL, 1, &instance) != UFRONT_OK)
    return 1;
  UfrontTensor outputs[2] = {{0}};
  char letter = 'b';
  UfrontString texts[] = {{"abc", 2}, {&letter, 1}, {NULL, 0}};
  run(instance, texts, 3, outputs);
  // What a run gave may be what the next one takes.
  run(instance, outputs[0].data, 3, outputs);
  // The bytes are read during the run: another letter is another string.
  letter = 'c';
  run(instance, texts, 3, outputs);
  run(instance, texts, 0, outputs);
  // Into a buffer of the caller's.
  UfrontString mine[2];
  UfrontTensor given[2] = {{mine, UFRONT_STRING, 1, {2}}, {0}};
  run(instance, texts, 2, given);
  printf("%s\n", given[0].data == mine ? "mine" : "another");
  texts[1].size = -1;
  run(instance, texts, 2, outputs);
  texts[1] = (UfrontString){NULL, 5};
  run(instance, texts, 2, outputs);
  UfrontTensor wrong = {texts, UFRONT_I64, 1, {2}};
  if (ufrtInstanceRun(instance, &wrong, outputs) != UFRONT_OK)
    printf("error: %s\n", ufrtInstanceGetMessage(instance));
  ufrtInstanceDestroy(instance);
  return 0;
}

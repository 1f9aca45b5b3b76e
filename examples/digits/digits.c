//===-- digits.c - Reads handwritten digits -----------------------*- C -*-===//
//
// Imports and compiles digits.onnx, and lets it read the digits of
// held-back.bin, which it never saw in training. All of ufront that is used is
// in compileModel() and runModel().
//
//   digits [MODEL.onnx [IMAGES.bin]]
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef DIGITS_DIR
#define DIGITS_DIR "." // where the two files are unless the command line says
#endif

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 10 };
enum { MAX_DIGITS = 1797, MAX_RUNS = 1000, DRAWN = 5 };

typedef struct Row {
  unsigned char pixels[PIXELS]; ///< 0..16
  unsigned char label;
} Row;

typedef struct Digits {
  int count;
  Row rows[MAX_DIGITS];                     ///< As in the file.
  float pixels[MAX_DIGITS][PIXELS];         ///< What the network gets: 0..1,
  float probabilities[MAX_DIGITS][CLASSES]; ///< and what it says.
} Digits;

typedef struct Network {
  UfrontSession *session;
  UfrontModel *model;
  UfrontProgram *program;
} Network;

static int getAnswer(const Digits *digits, int i) {
  int best = 0;
  for (int c = 1; c < CLASSES; ++c)
    if (digits->probabilities[i][c] > digits->probabilities[i][best])
      best = c;
  return best;
}

static bool isRight(const Digits *digits, int i) {
  return getAnswer(digits, i) == digits->rows[i].label;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool readDigits(const char *path, Digits *digits) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return false;
  }
  unsigned char head[12]; // the magic number and the count, little endian
  bool ok = fread(head, sizeof head, 1, file) == 1 &&
            memcmp(head, "UFDIGITS", 8) == 0 && !head[10] && !head[11];
  digits->count = ok ? head[8] | head[9] << 8 : 0;
  size_t count = (size_t)digits->count;
  ok = count > 0 && count <= MAX_DIGITS &&
       fread(digits->rows, sizeof(Row), count, file) == count &&
       fgetc(file) == EOF;
  fclose(file);
  for (int i = 0; ok && i < digits->count; ++i) {
    ok = digits->rows[i].label < CLASSES;
    for (int p = 0; ok && p < PIXELS; ++p) {
      ok = digits->rows[i].pixels[p] <= 16;
      digits->pixels[i][p] = (float)digits->rows[i].pixels[p] / 16;
    }
  }
  if (!ok)
    fprintf(stderr, "%s: not a file of digits\n", path);
  return ok;
}

/// Says on stderr what went wrong, if anything did.
static bool succeeded(const Network *network, UfrontStatus status) {
  if (status != UFRONT_OK)
    fprintf(stderr, "digits: %s\n",
            network->session ? ufrontSessionGetMessage(network->session)
                             : "out of memory");
  return status == UFRONT_OK;
}

static bool compileModel(Network *network, const char *path) {
  if (!succeeded(network, ufrontSessionCreate(&network->session)) ||
      !succeeded(network, ufrontSessionImport(network->session, path, NULL,
                                              &network->model)))
    return false;
  if (ufrontModelGetNumInputs(network->model) != 1 ||
      ufrontModelGetNumOutputs(network->model) != 1) {
    fprintf(stderr, "%s: does not map one image to one answer\n", path);
    return false;
  }
  return succeeded(network,
                   ufrontModelCompile(network->model, NULL, &network->program));
}

/// Reads `count` images from the `first` on, as one batch.
static bool runModel(const Network *network, Digits *digits, int first,
                     int count) {
  UfrontTensor image = {
      digits->pixels[first], UFRONT_F32, 4, {count, 1, SIDE, SIDE}};
  UfrontTensor probability = {
      digits->probabilities[first], UFRONT_F32, 2, {count, CLASSES}};
  return succeeded(network,
                   ufrontProgramRun(network->program, &image, &probability));
}

static int compareTimes(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/// Runs batches of `batch` images, round and round through all of them, for
/// about a second at most, and writes the median seconds of a run.
static bool timeModel(const Network *network, Digits *digits, int batch,
                      double *median) {
  double times[MAX_RUNS];
  int runs = 0, first = 0;
  double end = now() + 1;
  do {
    double start = now();
    if (!runModel(network, digits, first, batch))
      return false;
    times[runs++] = now() - start;
    first = first + 2 * batch <= digits->count ? first + batch : 0;
  } while (runs < MAX_RUNS && now() < end);
  qsort(times, (size_t)runs, sizeof *times, compareTimes);
  *median = times[runs / 2];
  return true;
}

/// Picks the first images, and as the last one the first that was misread.
static int pickDigits(const Digits *digits, int *picked) {
  int count = digits->count < DRAWN ? digits->count : DRAWN;
  for (int i = 0; i < count; ++i)
    picked[i] = i;
  for (int i = 0; i < digits->count; ++i)
    if (!isRight(digits, i)) {
      if (i >= count)
        picked[count - 1] = i;
      break;
    }
  return count;
}

static void drawRow(const unsigned char *pixels, bool colour) {
  static const char *const shades[] = {" ", "░", "▒", "▓", "█"};
  for (int x = 0; x < SIDE; ++x)
    if (colour) // 232 to 255 are the terminal's greys
      printf("\x1b[48;5;%dm  ", 232 + pixels[x] * 23 / 16);
    else
      printf("%s%s", shades[(pixels[x] + 3) / 4], shades[(pixels[x] + 3) / 4]);
}

static void drawDigits(const Digits *digits, bool colour) {
  int picked[DRAWN], count = pickDigits(digits, picked);
  for (int y = 0; y < SIDE; ++y) {
    for (int i = 0; i < count; ++i)
      drawRow(digits->rows[picked[i]].pixels + y * SIDE, colour);
    puts(colour ? "\x1b[0m" : "");
  }
  for (int i = 0; i < count; ++i) {
    int answer = getAnswer(digits, picked[i]);
    float p = digits->probabilities[picked[i]][answer];
    printf("  says %d %5.1f %%", answer, 100 * (double)p);
  }
  puts("");
  for (int i = 0; i < count; ++i) {
    bool right = isRight(digits, picked[i]);
    printf("    is %d %s%s%s      ", digits->rows[picked[i]].label,
           !colour ? ""
           : right ? "\x1b[32m"
                   : "\x1b[31m",
           right ? "✓" : "✗", colour ? "\x1b[0m" : "");
  }
  puts("\n");
}

static void printAccuracy(const Digits *digits) {
  int right = 0, confused[CLASSES][CLASSES] = {{0}};
  for (int i = 0; i < digits->count; ++i) {
    right += isRight(digits, i);
    ++confused[digits->rows[i].label][getAnswer(digits, i)];
  }
  printf("%d of %d held-back digits right (%.1f %%)\n", right, digits->count,
         100.0 * right / digits->count);
  for (int is = 0; is < CLASSES; ++is)
    for (int says = 0; says < CLASSES; ++says)
      if (is != says && confused[is][says])
        printf("  %d read as %d: %d\n", is, says, confused[is][says]);
}

static bool demo(Network *network, Digits *digits, const char *path) {
  double start = now();
  if (!compileModel(network, path))
    return false;
  double compiling = now() - start, one, all;
  if (!timeModel(network, digits, 1, &one) ||
      !timeModel(network, digits, digits->count, &all))
    return false;
  drawDigits(digits, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
  printAccuracy(digits);
  printf("import and compile: %.0f ms\n", compiling * 1e3);
  printf("time per image: %.1f us alone, %.1f us in a batch of %d (medians)\n",
         one * 1e6, all * 1e6 / digits->count, digits->count);
  return true;
}

int main(int argc, char **argv) {
  const char *model = argc > 1 ? argv[1] : DIGITS_DIR "/digits.onnx";
  const char *images = argc > 2 ? argv[2] : DIGITS_DIR "/held-back.bin";
  Digits *digits = calloc(1, sizeof *digits);
  Network network = {0};
  if (!digits)
    perror("digits");
  bool ok =
      digits && readDigits(images, digits) && demo(&network, digits, model);
  ufrontProgramDestroy(network.program);
  ufrontModelDestroy(network.model);
  ufrontSessionDestroy(network.session);
  free(digits);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

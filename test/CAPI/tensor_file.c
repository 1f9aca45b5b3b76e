//===-- tensor_file.c - Tensors in ONNX's files ---------------------------===//
//
// RUN: rm -rf %t && mkdir %t && capi-tensor_file %t | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ufront/TensorFile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool ok, const char *what, int line) {
  if (ok)
    return;
  printf("line %d: not so: %s\n", line, what);
  exit(1);
}
#define REQUIRE(condition) require(condition, #condition, __LINE__)

/// Two rows of three i16, packed as int32_data, called "x".
static const uint8_t rows[] = {8, 2, 8, 3, 0x10, 5,    0x2a, 6,  1,
                               2, 3, 4, 5, 6,    0x42, 1,    'x'};

/// Says what reading `size` bytes comes to.
static void read(UfrontSession *session, const void *data, size_t size) {
  UfrontTensorFile *file = NULL;
  UfrontStatus status =
      ufrontSessionReadTensorMemory(session, data, size, &file);
  REQUIRE((status == UFRONT_OK) == (file != NULL));
  printf("%d: %s\n", status, file ? "" : ufrontSessionGetMessage(session));
  ufrontTensorFileDestroy(file);
}

static void testValues(UfrontSession *session) {
  UfrontTensorFile *file = NULL;
  REQUIRE(ufrontSessionReadTensorMemory(session, rows, sizeof rows, &file) ==
          UFRONT_OK);
  const UfrontTensor *tensor = ufrontTensorFileGetTensor(file);
  REQUIRE(tensor->type == UFRONT_I16 && tensor->rank == 2);
  REQUIRE(tensor->shape[0] == 2 && tensor->shape[1] == 3);
  int16_t values[6];
  memcpy(values, tensor->data, sizeof values);
  for (int i = 0; i < 6; ++i)
    REQUIRE(values[i] == i + 1);
  REQUIRE(strcmp(ufrontTensorFileGetName(file), "x") == 0);
  ufrontTensorFileDestroy(file);
  ufrontTensorFileDestroy(NULL);
}

/// A file outlives the session that read it.
static void testFile(UfrontSession *session, const char *folder) {
  char path[1000];
  snprintf(path, sizeof path, "%s/input_0.pb", folder);
  FILE *out = fopen(path, "wb");
  REQUIRE(out && fwrite(rows, 1, sizeof rows - 3, out) == sizeof rows - 3 &&
          fclose(out) == 0);
  UfrontTensorFile *file = NULL;
  REQUIRE(ufrontSessionReadTensor(session, path, &file) == UFRONT_OK);
  ufrontSessionDestroy(session);
  REQUIRE(ufrontTensorFileGetTensor(file)->shape[1] == 3);
  REQUIRE(strcmp(ufrontTensorFileGetName(file), "") == 0);
  ufrontTensorFileDestroy(file);
}

/// An i64 scalar.
#define SCALAR(value) 0x10, 7, 0x3a, 1, value

/// Reads `size` bytes as a file; returns how many tensors it is.
static int32_t readList(UfrontSession *session, const char *folder,
                        const uint8_t *data, size_t size, bool isTensor) {
  char path[1000];
  snprintf(path, sizeof path, "%s/value.pb", folder);
  FILE *out = fopen(path, "wb");
  REQUIRE(out && fwrite(data, 1, size, out) == size && fclose(out) == 0);
  UfrontTensorFile *file = NULL;
  if (ufrontSessionReadValue(session, path, &file) != UFRONT_OK)
    return -9;
  int32_t length = ufrontTensorFileGetLength(file);
  REQUIRE(ufrontTensorFileIsTensor(file) == isTensor);
  REQUIRE(!ufrontTensorFileGetElement(file, length < 0 ? 0 : length));
  REQUIRE(!ufrontTensorFileGetElement(file, -1));
  for (int32_t i = 0; i < length && !isTensor; ++i) {
    const UfrontTensor *tensor = ufrontTensorFileGetElement(file, i);
    int64_t value;
    REQUIRE(tensor->type == UFRONT_I64 && tensor->rank == 0);
    memcpy(&value, tensor->data, sizeof value);
    REQUIRE(value == i + 4);
  }
  ufrontTensorFileDestroy(file);
  return length;
}

static void testLists(UfrontSession *session, const char *folder) {
  static const uint8_t two[] = {0x0a, 1,         's',  0x10, 1,        0x1a,
                                5,    SCALAR(4), 0x1a, 5,    SCALAR(5)};
  static const uint8_t optional[] = {0x10, 3,    0x2a, 9,        0x10,
                                     1,    0x1a, 5,    SCALAR(4)};
  static const uint8_t nested[] = {0x10, 3, 0x2a, 2, 0x10, 1, 0x2a, 2, 0x10, 1};
  static const uint8_t map[] = {0x10, 4};
  static const uint8_t empty[] = {0x0a, 1, 's', 0x10, 1};
  static const uint8_t absent[] = {0x0a, 1, 's', 0x10, 0};
  static const uint8_t broken[] = {0x10, 1, 0x1a, 4, 0x10, 7, 0x3a, 0};
  static const uint8_t bytes[] = {0x10, 3, 0x2a, 1, 0x10};
#define LENGTH(data, isTensor)                                                 \
  readList(session, folder, data, sizeof(data), isTensor)
  REQUIRE(LENGTH(two, false) == 2);
  REQUIRE(LENGTH(optional, false) == 1);
  REQUIRE(LENGTH(empty, false) == 0);
  REQUIRE(LENGTH(absent, false) == UFRONT_ABSENT);
  REQUIRE(LENGTH(nested, false) == -9);
  REQUIRE(LENGTH(map, false) == -9);
  REQUIRE(LENGTH(broken, false) == -9);
  // An i8 scalar, and what is a tensor anyway.
  REQUIRE(LENGTH(bytes, true) == 1);
  REQUIRE(LENGTH(rows, true) == 1);
}

int main(int argc, char **argv) {
  REQUIRE(argc == 2);
  UfrontSession *session;
  REQUIRE(ufrontSessionCreate(&session) == UFRONT_OK);
  testValues(session);
  testLists(session, argv[1]);
  // CHECK: 3: <memory>: not a valid ONNX file: field of 6 bytes where 5 are
  read(session, rows, 13);
  // CHECK-NEXT: 3: <memory>: the tensor could not be read
  // CHECK-NEXT: tensor '' needs 6 values, but has 0
  read(session, rows, 6);
  // CHECK-NEXT: 4: <memory>: the tensor could not be read
  // CHECK-NEXT: tensor '' has the element type undefined (0)
  read(session, rows, 0);
  // CHECK-NEXT: 3: <memory>: the tensor could not be read
  // CHECK-NEXT: tensor '' is in the file 'w', but {{.*}} not read from a folder
  static const uint8_t external[] = "\x10\x01\x70\x01\x6a\x0d\x0a\x08location"
                                    "\x12\x01w";
  read(session, external, sizeof external - 1);
  UfrontTensorFile *file = NULL;
  // CHECK-NEXT: 2: {{.*}}/nowhere: No such file or directory
  char path[1000];
  snprintf(path, sizeof path, "%s/nowhere", argv[1]);
  printf("%d: ", ufrontSessionReadTensor(session, path, &file));
  printf("%s\n", ufrontSessionGetMessage(session));
  REQUIRE(!file);
  testFile(session, argv[1]);
  return 0;
}

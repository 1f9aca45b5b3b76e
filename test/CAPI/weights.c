//===-- weights.c - Weights, mapped files and .safetensors --------*- C -*-===//
//
// RUN: rm -rf %t && mkdir %t && cd %t && capi-weights | FileCheck %s
//
// Linked with libufront_rt.a, since it looks behind the public headers.
//
//===----------------------------------------------------------------------===//

#include "Support/Weights.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void require(bool ok, const char *what, int line) {
  if (ok)
    return;
  printf("line %d: not so: %s\n", line, what);
  exit(1);
}
#define REQUIRE(condition) require(condition, #condition, __LINE__)

static void writeFile(const char *path, const void *data, size_t size) {
  FILE *file = fopen(path, "wb");
  REQUIRE(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

//===----------------------------------------------------------------------===//
// The store
//===----------------------------------------------------------------------===//

static void testStore(void) {
  UfWeights weights = {0};
  UfMessage message = {0};
  REQUIRE(!ufWeightsFind(&weights, "w0"));
  int32_t values[1000];
  for (int32_t i = 0; i < 1000; ++i) {
    values[i] = i;
    char name[16];
    snprintf(name, sizeof name, "w%d", i);
    UfrontTensor tensor = {&values[i], UFRONT_I32, 0, {0}};
    REQUIRE(ufWeightsAdd(&weights, &message, name, &tensor) == UFRONT_OK);
  }
  for (int32_t i = 0; i < 1000; ++i) {
    char name[16];
    snprintf(name, sizeof name, "w%d", i);
    const UfrontTensor *found = ufWeightsFind(&weights, name);
    REQUIRE(found && found->data == &values[i] && weights.tensors[i] == found);
    REQUIRE(strcmp(weights.names[i], name) == 0);
  }
  REQUIRE(!ufWeightsFind(&weights, "w1000") && weights.count == 1000);
  // Misaligned values stay where they are.
  UfrontTensor crooked = {(char *)values + 1, UFRONT_I32, 1, {9}};
  REQUIRE(ufWeightsAdd(&weights, &message, "crooked", &crooked) == UFRONT_OK);
  REQUIRE(ufWeightsFind(&weights, "crooked")->data == crooked.data);
  // CHECK: weight 'w7' is there twice
  REQUIRE(ufWeightsAdd(&weights, &message, "w7", &crooked) == UFRONT_ARGUMENT);
  printf("%s\n", ufMessageGet(&message));
  // CHECK-NEXT: weight 'none' has no values
  crooked.data = NULL;
  REQUIRE(ufWeightsAdd(&weights, &message, "none", &crooked) ==
          UFRONT_ARGUMENT);
  printf("%s\n", ufMessageGet(&message));
  ufWeightsDestroy(&weights);
  ufMessageClear(&message);
  // CHECK-NEXT: store
  printf("store\n");
}

static void testArena(void) {
  UfArena arena = {.limit = 1 << 20};
  char *blocks[100];
  for (int i = 0; i < 100; ++i) {
    size_t size = (size_t)i * 97;
    blocks[i] = ufAlloc(&arena, size);
    REQUIRE(blocks[i] && (uintptr_t)blocks[i] % 16 == 0);
    for (size_t j = 0; j < size; ++j)
      REQUIRE(blocks[i][j] == 0);
    memset(blocks[i], i, size);
  }
  for (size_t i = 1; i < 100; ++i)
    REQUIRE((size_t)blocks[i][0] == i && (size_t)blocks[i][i * 97 - 1] == i);
  const size_t asked = (size_t)97 * 99 * 50;
  REQUIRE(arena.used >= asked && arena.used <= asked + 1600);
  REQUIRE(strcmp(ufAllocText(&arena, "four more", 4), "four") == 0);
  REQUIRE(strcmp(ufAllocFormat(&arena, "%d-%s", 7, "x"), "7-x") == 0);
  REQUIRE(!ufAlloc(&arena, 1 << 20) && !ufAlloc(&arena, SIZE_MAX));
  REQUIRE(!UF_NEW(&arena, int64_t, SIZE_MAX / 4));
  ufArenaDestroy(&arena);
  REQUIRE(arena.used == 0 && ufAlloc(&arena, 1));
  ufArenaDestroy(&arena);
  // CHECK-NEXT: arena
  printf("arena\n");
}

static void testMessage(void) {
  UfMessage message = {0};
  REQUIRE(strcmp(ufMessageGet(&message), "") == 0);
  REQUIRE(ufFail(&message, UFRONT_IO, "%s", "a") == UFRONT_IO);
  for (int i = 0; i < 10; ++i) // the text as its own argument
    ufMessageAppend(&message, "%s", ufMessageGet(&message));
  REQUIRE(message.size == 1024 && strlen(message.text) == 1024);
  ufFail(&message, UFRONT_IO, "<%s>", ufMessageGet(&message));
  ufMessageAppendBytes(&message, "bytes", 3);
  REQUIRE(message.size == 1029 && strcmp(message.text + 1025, ">byt") == 0);
  ufMessageClear(&message);
  // CHECK-NEXT: message
  printf("message\n");
}

//===----------------------------------------------------------------------===//
// Mapped files
//===----------------------------------------------------------------------===//

static void printMap(const char *directory, const char *path) {
  UfMapping mapping = {0};
  UfMessage message = {0};
  if (ufMapFile(&message, directory, path, &mapping) == UFRONT_OK)
    printf("mapped %zu bytes\n", mapping.size);
  else
    printf("%s\n", ufMessageGet(&message));
  ufMappingDestroy(&mapping);
  ufMessageClear(&message);
}

static void testFiles(void) {
  REQUIRE(mkdir("d", 0777) == 0 && mkdir("d/sub", 0777) == 0);
  writeFile("d/sub/file", "12345", 5);
  writeFile("d/empty", "", 0);
  writeFile("outside", "1", 1);
  REQUIRE(symlink("sub", "d/linked") == 0);
  REQUIRE(symlink("../outside", "d/escape") == 0);
  REQUIRE(mkfifo("d/fifo", 0600) == 0);
  // CHECK-NEXT: mapped 5 bytes
  printMap(NULL, "d/sub/file");
  // CHECK-NEXT: mapped 5 bytes
  printMap("d", "sub/file");
  // CHECK-NEXT: mapped 5 bytes
  printMap("d/linked", "./file");
  // CHECK-NEXT: mapped 1 bytes
  printMap("", "outside");
  // CHECK-NEXT: mapped 0 bytes
  printMap("d", "empty");
  // CHECK-NEXT: linked/file: 'linked' is a symbolic link
  printMap("d", "linked/file");
  // CHECK-NEXT: escape: 'escape' is a symbolic link
  printMap("d", "escape");
  // CHECK-NEXT: sub/../../outside: '..' is not allowed
  printMap("d", "sub/../../outside");
  // CHECK-NEXT: /etc/passwd: an absolute path is not allowed
  printMap("d", "/etc/passwd");
  // CHECK-NEXT: sub//file: a path component is empty
  printMap("d", "sub//file");
  // CHECK-NEXT: sub/file/: a path component is empty
  printMap("d", "sub/file/");
  // CHECK-NEXT: {{^}}: the path is empty
  printMap("d", "");
  // CHECK-NEXT: sub: not a regular file
  printMap("d", "sub");
  // CHECK-NEXT: fifo: not a regular file
  printMap("d", "fifo");
  // CHECK-NEXT: sub/file/x: Not a directory
  printMap("d", "sub/file/x");
  // CHECK-NEXT: nothing: No such file or directory
  printMap("d", "nothing");
  // CHECK-NEXT: nodir: No such file or directory
  printMap("nodir", "x");
  char name[400];
  memset(name, 'x', sizeof name);
  name[sizeof name - 1] = '\0';
  // CHECK-NEXT: xxx: a path component is too long
  printMap("d", name);
}

//===----------------------------------------------------------------------===//
// Safetensors
//===----------------------------------------------------------------------===//

static void testRoundTrip(void) {
  UfWeights weights = {0};
  UfMessage message = {0};
  uint8_t bytes[] = {1, 2, 3};
  double doubles[] = {1.5, -2.5};
  float floats[] = {1, 2, 3, 4, 5, 6};
  bool flag = true;
  const struct {
    const char *name;
    UfrontTensor tensor;
  } all[] = {
      {"bytes", {bytes, UFRONT_U8, 1, {3}}},
      {"a \"b\"\n\\ \xc3\xa4", {floats, UFRONT_F32, 2, {2, 3}}},
      {"doubles", {doubles, UFRONT_F64, 1, {2}}},
      {"flag", {&flag, UFRONT_BOOL, 0, {0}}},
      {"nibbles", {bytes, UFRONT_I4, 2, {1, 3}}}, // which the format lacks
      {"pairs", {bytes, UFRONT_U2, 1, {2}}},
      {"eighths", {bytes, UFRONT_F8E5M2, 1, {3}}},
      {"empty", {floats, UFRONT_F16, 3, {4, 0, INT64_MAX}}},
  };
  size_t count = sizeof all / sizeof *all;
  for (size_t i = 0; i < count; ++i)
    REQUIRE(ufWeightsAdd(&weights, &message, all[i].name, &all[i].tensor) ==
            UFRONT_OK);
  for (int i = 0; i < 2; ++i) // the second time over the first
    REQUIRE(ufWeightsWriteSafetensors(&weights, &message, "all") == UFRONT_OK);
  ufWeightsDestroy(&weights);

  REQUIRE(ufWeightsReadSafetensors(&weights, &message, "all") == UFRONT_OK);
  REQUIRE(weights.count == count && weights.numFiles == 1);
  REQUIRE(weights.files[0].data[0] % 64 == 64 - 8);
  for (size_t i = 0; i < count; ++i) {
    const UfrontTensor *read = ufWeightsFind(&weights, all[i].name);
    const UfrontTensor *written = &all[i].tensor;
    size_t size;
    REQUIRE(read && read->type == written->type && read->rank == written->rank);
    REQUIRE(memcmp(read->shape, written->shape, sizeof read->shape) == 0);
    REQUIRE(ufTensorGetSize(read, &size));
    REQUIRE(memcmp(read->data, written->data, size) == 0);
    const uint8_t *data = read->data, *begin = weights.files[0].data;
    REQUIRE(data >= begin && data <= begin + weights.files[0].size);
  }
  // CHECK-NEXT: round trip without a copy
  printf("round trip without a copy\n");
  // CHECK-NEXT: none/all: No such file or directory
  REQUIRE(ufWeightsWriteSafetensors(&weights, &message, "none/all") ==
          UFRONT_IO);
  printf("%s\n", ufMessageGet(&message));
  // CHECK-NEXT: d: not a regular file
  REQUIRE(ufWeightsWriteSafetensors(&weights, &message, "d") == UFRONT_IO);
  printf("%s\n", ufMessageGet(&message));
  // CHECK-NEXT: new: weight '{{.*}}': the name is not UTF-8
  REQUIRE(ufWeightsAdd(&weights, &message, "\xff", &all[0].tensor) ==
          UFRONT_OK);
  REQUIRE(ufWeightsWriteSafetensors(&weights, &message, "new") ==
          UFRONT_UNSUPPORTED);
  printf("%s\n", ufMessageGet(&message));
  REQUIRE(access("new", F_OK) != 0);
  ufWeightsDestroy(&weights);
  ufMessageClear(&message);
}

/// Reads a file of `header` and 16 bytes of data; "length" is what the file
/// says that the header has.
static void printRead(const char *header, uint64_t length) {
  char file[1024];
  size_t size = strlen(header) + 1;
  memcpy(file, &length, 8);
  memcpy(file + 8, header, size);
  memset(file + 8 + size - 1, 7, 16);
  writeFile("bad", file, 8 + size - 1 + 16);
  UfWeights weights = {0};
  UfMessage message = {0};
  UfrontStatus status = ufWeightsReadSafetensors(&weights, &message, "bad");
  printf("%d: %s\n", (int)status, ufMessageGet(&message));
  ufWeightsDestroy(&weights);
  ufMessageClear(&message);
}

/// Reads a file whose only weight is `w`.
static void printReadOne(const char *entry) {
  char header[512];
  snprintf(header, sizeof header, "{\"w\":%s}", entry);
  printRead(header, strlen(header));
}

static void testBadHeaders(void) {
  writeFile("short", "1234567", 7);
  UfWeights weights = {0};
  UfMessage message = {0};
  // CHECK-NEXT: short: 7 bytes are too few for a safetensors file
  REQUIRE(ufWeightsReadSafetensors(&weights, &message, "short") ==
          UFRONT_FORMAT);
  printf("%s\n", ufMessageGet(&message));
  ufMessageClear(&message);
  // CHECK-NEXT: 0:
  printRead("{}", 2);
  // CHECK-NEXT: 0:
  printRead("{\"__metadata__\":{\"format\":\"pt\"}}   ", 34);
  const char *header =
      "{\"__metadata__\":{\"ufront.type.w\":\"i3\"},"
      "\"w\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}}";
  // CHECK-NEXT: 4: bad: weight 'w': the type 'i3' is not supported
  printRead(header, strlen(header));
  header = "{\"__metadata__\":{\"ufront.type.w\":4},"
           "\"w\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}}";
  // CHECK-NEXT: 4: bad: weight 'w': the type '' is not supported
  printRead(header, strlen(header));
  // CHECK-NEXT: 3: bad: header of 19 bytes in a file with 18
  printRead("{}", 19);
  // CHECK-NEXT: 3: bad: header of 18446744073709551615 bytes in a file with 18
  printRead("{}", UINT64_MAX);
  // CHECK-NEXT: 3: bad: header byte 5: unexpected token
  printRead("{\"w\":", 5);
  // CHECK-NEXT: 3: bad: header byte 0:
  printRead("", 0);
  // CHECK-NEXT: 3: bad: header is not a JSON object
  printRead("[]", 2);
  // CHECK-NEXT: 3: bad: header byte {{.*}}duplicate object key
  printRead("{\"w\":{},\"w\":{}}", 15);
  // CHECK-NEXT: 3: bad: header byte {{.*}}NUL byte
  printRead("{\"w\\u0000\":{}}", 14);
}

static void testBadTensors(void) {
  // CHECK-NEXT: 0:
  printReadOne("{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}");
  // CHECK-NEXT: 3: bad: weight 'w' has no dtype
  printReadOne("7");
  // CHECK-NEXT: 4: bad: weight 'w': dtype 'C64' is not supported
  printReadOne("{\"dtype\":\"C64\"}");
  // CHECK-NEXT: 4: bad: weight 'w': dtype '' is not supported
  printReadOne("{\"dtype\":\"\"}");
  // CHECK-NEXT: 3: bad: weight 'w' has no shape
  printReadOne("{\"dtype\":\"F32\"}");
  // CHECK-NEXT: 3: bad: weight 'w': dimension 1 is not a size
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1,-1]}");
  // CHECK-NEXT: 3: bad: weight 'w': dimension 0 is not a size
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1.5]}");
  // CHECK-NEXT: 3: bad: header byte {{.*}}too big integer
  printReadOne("{\"dtype\":\"F32\",\"shape\":[18446744073709551616]}");
  // CHECK-NEXT: 4: bad: weight 'w' has rank 17, at most 16 is supported
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"
               "]}");
  // CHECK-NEXT: 3: bad: weight 'w': the shape is too large
  printReadOne("{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
               "\"data_offsets\":[0,0]}");
  // CHECK-NEXT: 3: bad: weight 'w' has no pair of data_offsets
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1]}");
  // CHECK-NEXT: 3: bad: weight 'w' has no pair of data_offsets
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,\"4\"]}");
  // CHECK-NEXT: 3: bad: weight 'w': data_offsets [16, 20] in 16 bytes of data
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}");
  // CHECK-NEXT: 3: bad: weight 'w': data_offsets [-4, 0] in 16 bytes of data
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}");
  // CHECK-NEXT: 3: bad: weight 'w': data_offsets [8, 4] in 16 bytes of data
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}");
  // CHECK-NEXT: 3: bad: weight 'w': data_offsets hold 8 bytes, its type and
  // CHECK-SAME: shape need 4
  printReadOne("{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}");
  // CHECK-NEXT: 3: bad: weight 'w': element 0 is 7, not a bool
  printReadOne("{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}");
  const char *twice =
      "{\"a\":{\"dtype\":\"I8\",\"shape\":[12],\"data_offsets\":[0,12]},"
      "\"b\":{\"dtype\":\"I8\",\"shape\":[12],\"data_offsets\":[4,16]}}";
  // CHECK-NEXT: 3: bad: weight 'b' overlaps another
  printRead(twice, strlen(twice));
}

int main(void) {
  testStore();
  testArena();
  testMessage();
  testFiles();
  testRoundTrip();
  testBadHeaders();
  testBadTensors();
  // CHECK-NEXT: ok
  printf("ok\n");
  return 0;
}

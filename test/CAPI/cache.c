//===-- cache.c - Code is kept in a folder ------------------------*- C -*-===//
//
// RUN: rm -rf %t && mkdir %t
// RUN: capi-cache %S/../Tools/Inputs/shift.mlir %t | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ufront/Session.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void require(bool ok, const char *what, int line) {
  if (ok)
    return;
  printf("line %d: not so: %s\n", line, what);
  exit(1);
}
#define REQUIRE(condition) require(condition, #condition, __LINE__)

static const char doubleText[] =
    "func.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {\n"
    "  %0 = \"ufront.add\"(%x, %x)\n"
    "      : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>\n"
    "  return %0 : tensor<3xf32>\n"
    "}\n";

// The same where another line has it.
static const char movedText[] =
    "\n\nfunc.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {\n"
    "  %0 = \"ufront.add\"(%x, %x)\n"
    "      : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>\n"
    "  return %0 : tensor<3xf32>\n"
    "}\n";

// The same with another name, which messages may show.
static const char namedText[] =
    "func.func @forward(%x: tensor<3xf32>) -> tensor<3xf32> {\n"
    "  %0 = \"ufront.add\"(%x, %x)\n"
    "      : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32> loc(\"two\")\n"
    "  return %0 : tensor<3xf32>\n"
    "}\n";

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// Notes that something is compiled.
static void onProgress(void *userData, const char *what, int64_t done,
                       int64_t total) {
  (void)done, (void)total;
  if (strcmp(what, "Generating code") == 0)
    *(bool *)userData = true;
}

static void run(UfrontProgram *program) {
  float x[] = {1, 2, 3}, y[3];
  UfrontTensor in = {x, UFRONT_F32, 1, {3}}, out = {y, UFRONT_F32, 1, {3}};
  REQUIRE(ufrontProgramRun(program, &in, &out) == UFRONT_OK);
  REQUIRE(y[0] == 2 && y[1] == 4 && y[2] == 6);
}

/// Compiles and runs a model that doubles three numbers; whether that took the
/// compiler.
static bool compiles(const char *text, const UfrontCompileOptions *options) {
  UfrontSession *session;
  UfrontModel *model;
  UfrontProgram *program;
  bool compiled = false;
  REQUIRE(ufrontSessionCreate(&session) == UFRONT_OK);
  ufrontSessionSetProgress(session, onProgress, &compiled);
  REQUIRE(ufrontSessionImportMemory(session, text, strlen(text), NULL,
                                    &model) == UFRONT_OK);
  REQUIRE(ufrontModelCompile(model, options, &program) == UFRONT_OK);
  run(program);
  ufrontProgramDestroy(program);
  ufrontModelDestroy(model);
  ufrontSessionDestroy(session);
  return compiled;
}

//===----------------------------------------------------------------------===//
// The folder
//===----------------------------------------------------------------------===//

typedef struct Path {
  char text[4096];
} Path;

static Path join(const char *folder, const char *name) {
  Path path;
  snprintf(path.text, sizeof path.text, "%s/%s", folder, name);
  return path;
}

/// How many files there are; writes the path of the last and all their bytes.
static int countFiles(const char *folder, Path *last, int64_t *bytes) {
  DIR *directory = opendir(folder);
  int count = 0;
  *bytes = 0;
  for (struct dirent *item; directory && (item = readdir(directory));) {
    struct stat info;
    Path path = join(folder, item->d_name);
    REQUIRE(stat(path.text, &info) == 0);
    if (!S_ISREG(info.st_mode))
      continue;
    *last = path;
    *bytes += info.st_size;
    ++count;
  }
  if (directory)
    closedir(directory);
  return count;
}

static int numFiles(const char *folder) {
  Path last;
  int64_t bytes;
  return countFiles(folder, &last, &bytes);
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

/// Six processes at once, the last two of which are killed on the way.
static void testProcesses(const char *folder) {
  enum { COUNT = 6, KILLED = 2 };
  UfrontCompileOptions options = {.threads = 1, .cacheDir = folder};
  pid_t children[COUNT];
  for (int i = 0; i < COUNT; ++i) {
    children[i] = fork();
    REQUIRE(children[i] >= 0);
    if (children[i] == 0) {
      for (int k = 0; k < 3; ++k)
        (void)compiles(doubleText, &options);
      _exit(0);
    }
  }
  for (int i = COUNT - KILLED; i < COUNT; ++i) {
    usleep(30000);
    kill(children[i], SIGKILL);
  }
  for (int i = 0; i < COUNT; ++i) {
    int status;
    REQUIRE(waitpid(children[i], &status, 0) == children[i]);
    REQUIRE(i >= COUNT - KILLED || status == 0);
  }
  REQUIRE(!compiles(doubleText, &options));
  // CHECK: processes share the folder
  printf("processes share the folder\n");
}

static void testHits(const char *folder) {
  UfrontCompileOptions options = {.threads = 1, .cacheDir = folder};
  REQUIRE(compiles(doubleText, &options));
  struct stat info;
  REQUIRE(stat(folder, &info) == 0 && (info.st_mode & 0777) == 0700);
  REQUIRE(!compiles(doubleText, &options));
  REQUIRE(!compiles(movedText, &options));
  options.threads = 2;
  REQUIRE(!compiles(doubleText, &options));
  REQUIRE(numFiles(folder) == 1);

  // What decides the code makes another file.
  REQUIRE(compiles(namedText, &options));
  options.viaTosa = true;
  REQUIRE(compiles(doubleText, &options));
  options.cpuFeatures = "-avx2";
  REQUIRE(compiles(doubleText, &options));
  options.cpu = "x86-64-v2";
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(numFiles(folder) == 5);
  REQUIRE(!compiles(doubleText, &options));
  options.cacheDir = NULL;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(numFiles(folder) == 5);
  // CHECK-NEXT: code is found again
  printf("code is found again\n");
}

/// Changes the file and sees that it is written again.
static void damage(const UfrontCompileOptions *options, off_t at, char flip,
                   off_t size) {
  Path path;
  int64_t bytes;
  REQUIRE(countFiles(options->cacheDir, &path, &bytes) == 1);
  int fd = open(path.text, O_RDWR);
  char byte = 0;
  REQUIRE(fd >= 0 && ftruncate(fd, size < 0 ? bytes : size) == 0);
  if (at >= 0) {
    REQUIRE(pread(fd, &byte, 1, at) == 1);
    byte = (char)(byte ^ flip);
    REQUIRE(pwrite(fd, &byte, 1, at) == 1);
  }
  close(fd);
  REQUIRE(compiles(doubleText, options));
  REQUIRE(!compiles(doubleText, options));
}

static void testDamage(const char *folder) {
  UfrontCompileOptions options = {.threads = 1, .cacheDir = folder};
  REQUIRE(compiles(doubleText, &options));
  Path path;
  int64_t bytes;
  REQUIRE(countFiles(folder, &path, &bytes) == 1);
  off_t end = (off_t)bytes;
  // Each field of the header, the sizes, and the code.
  const off_t places[] = {0, 16, 48, 52, 56, 63, 64, end / 2, end - 1};
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i)
    damage(&options, places[i], (char)(1 << i % 8), -1);
  const off_t sizes[] = {0, 1, 55, 57, end - 1, end + 1};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i)
    damage(&options, -1, 0, sizes[i]);

  // A file of another key, and what is no file.
  options.viaTosa = true;
  REQUIRE(unlink(path.text) == 0 && compiles(doubleText, &options));
  Path other;
  REQUIRE(countFiles(folder, &other, &bytes) == 1);
  REQUIRE(rename(other.text, path.text) == 0);
  options.viaTosa = false;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(unlink(path.text) == 0 && mkfifo(path.text, 0600) == 0);
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(!compiles(doubleText, &options));
  REQUIRE(unlink(path.text) == 0 && symlink("/dev/zero", path.text) == 0);
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(!compiles(doubleText, &options));
  // CHECK-NEXT: damage is repaired
  printf("damage is repaired\n");
}

static void testLimit(const char *folder) {
  UfrontCompileOptions options = {.threads = 1, .cacheDir = folder};
  Path path;
  int64_t bytes;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(countFiles(folder, &path, &bytes) == 1);
  options.cacheLimit = bytes * 5 / 2;
  REQUIRE(compiles(namedText, &options));
  REQUIRE(!compiles(doubleText, &options)); // so that namedText's is oldest
  options.viaTosa = true;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(numFiles(folder) == 2);
  options.viaTosa = false;
  REQUIRE(!compiles(doubleText, &options));
  REQUIRE(compiles(namedText, &options));
  // One that is larger than all may be.
  options.cacheLimit = 10;
  options.viaTosa = true;
  REQUIRE(compiles(namedText, &options));
  options.viaTosa = false;
  REQUIRE(!compiles(namedText, &options));

  // Files of processes that were killed go after an hour.
  Path old = join(folder, ".tmp-abcdef"), fresh = join(folder, ".tmp-fedcba");
  struct timespec times[] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
  close(open(old.text, O_CREAT | O_WRONLY, 0600));
  close(open(fresh.text, O_CREAT | O_WRONLY, 0600));
  REQUIRE(utimensat(AT_FDCWD, old.text, times, 0) == 0);
  options.cacheLimit = 0;
  options.cpuFeatures = "-avx";
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(access(old.text, F_OK) != 0 && access(fresh.text, F_OK) == 0);
  // CHECK-NEXT: the folder has a limit
  printf("the folder has a limit\n");
}

static void testNoFolder(const char *folder) {
  UfrontCompileOptions options = {.threads = 1, .cacheDir = "/dev/null/cache"};
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(compiles(doubleText, &options));
  options.cacheDir = ""; // not the root of all folders
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(compiles(doubleText, &options));
  Path deep = join(folder, "not/there/yet"), used = join(folder, "file");
  options.cacheDir = deep.text;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(!compiles(doubleText, &options));
  close(open(used.text, O_CREAT | O_WRONLY, 0600));
  options.cacheDir = used.text;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(chmod(deep.text, 0500) == 0); // root may write all the same
  options.cacheDir = deep.text;
  options.viaTosa = true;
  REQUIRE(compiles(doubleText, &options));
  REQUIRE(chmod(deep.text, 0700) == 0);
  // CHECK-NEXT: the folder may be anything
  printf("the folder may be anything\n");
}

/// Objects that are linked elsewhere, of a model with weights.
static void testObjects(const char *folder, const char *file) {
  UfrontSession *session;
  UfrontModel *model;
  UfrontProgram *program;
  bool compiled = false;
  UfrontCompileOptions options = {.cacheDir = folder};
  REQUIRE(ufrontSessionCreate(&session) == UFRONT_OK);
  ufrontSessionSetProgress(session, onProgress, &compiled);
  REQUIRE(ufrontSessionImport(session, file, NULL, &model) == UFRONT_OK);
  const char *const names[] = {"a", "b", "a", "b"};
  for (int i = 0; i < 4; ++i) {
    Path path = join(folder, "object");
    compiled = false;
    REQUIRE(ufrontModelWriteObject(model, &options, names[i], path.text) ==
            UFRONT_OK);
    REQUIRE(compiled == (i < 2));
    REQUIRE(unlink(path.text) == 0);
  }
  REQUIRE(ufrontModelCompile(model, &options, &program) == UFRONT_OK);
  REQUIRE(compiled);
  ufrontProgramDestroy(program);
  compiled = false;
  REQUIRE(ufrontModelCompile(model, &options, &program) == UFRONT_OK);
  REQUIRE(!compiled);
  float x[] = {0, 1, 2}, y[3];
  UfrontTensor in = {x, UFRONT_F32, 2, {1, 3}},
               out = {y, UFRONT_F32, 2, {1, 3}};
  REQUIRE(ufrontProgramRun(program, &in, &out) == UFRONT_OK);
  // CHECK-NEXT: 1 0 2.5
  printf("%g %g %g\n", y[0], y[1], y[2]);
  ufrontProgramDestroy(program);
  ufrontModelDestroy(model);
  ufrontSessionDestroy(session);
}

int main(int argc, char **argv) {
  REQUIRE(argc == 3);
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  testProcesses(join(argv[2], "processes").text); // before there are threads
  testHits(join(argv[2], "hits").text);
  testDamage(join(argv[2], "damage").text);
  testLimit(join(argv[2], "limit").text);
  testNoFolder(argv[2]);
  testObjects(join(argv[2], "objects").text, argv[1]);
  return 0;
}

//===-- Link.c - From an object to a shared library -----------------------===//

#include "Link.h"
#include "Output.h"

#include "ufront/Session.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *const compilers[] = {"cc", "clang-22", "clang", "gcc", NULL};

/// The runtime's archive, to be freed with free(); null when it is not there.
static char *findRuntime(void) {
  void *symbol = dlsym(RTLD_DEFAULT, "ufrontGetVersion");
  Dl_info info;
  if (!symbol || !dladdr(symbol, &info) || !info.dli_fname)
    return NULL;
  const char *name = ufPathGetName(info.dli_fname);
  char *path = ufFormat("%.*slibufront_rt.a", (int)(name - info.dli_fname),
                        info.dli_fname);
  if (path && !access(path, R_OK))
    return path;
  free(path);
  return NULL;
}

/// Runs argv and waits for it. Returns 0 or an errno, and its exit status.
static int runProgram(char *const *argv, int *status) {
  posix_spawnattr_t attributes;
  int error = posix_spawnattr_init(&attributes);
  if (error)
    return error;
  // Our own tools ignore SIGPIPE; others expect it to end them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child;
  error = posix_spawnp(&child, argv[0], NULL, &attributes, argv, environ);
  posix_spawnattr_destroy(&attributes);
  if (error)
    return error;
  while (waitpid(child, status, 0) < 0)
    if (errno != EINTR)
      return errno;
  return 0;
}

static bool runLinker(const UfTool *tool, char **argv) {
  int error = ENOENT, status = 0;
  for (int i = 0; compilers[i] && error == ENOENT; ++i) {
    argv[0] = (char *)compilers[i];
    error = runProgram(argv, &status);
  }
  if (error == ENOENT)
    return UF_ERROR(tool, "a shared library needs a C compiler to link it: "
                          "neither cc, clang-22, clang nor gcc is in PATH");
  if (error)
    return UF_ERROR(tool, "%s: %s", argv[0], strerror(error));
  return (WIFEXITED(status) && !WEXITSTATUS(status)) ||
         UF_ERROR(tool, "%s could not link the shared library", argv[0]);
}

bool ufLinkShared(const UfTool *tool, const char *object, const char *name,
                  const char *library) {
  char *runtime = findRuntime();
  if (!runtime)
    return UF_ERROR(tool, "libufront_rt.a is not beside libufront.so");
  // The whole runtime: the model calls part of it, the program the rest. A name
  // with a comma would be split by -Wl.
  char *argv[] = {NULL,           "-shared",
                  "-o",           (char *)library,
                  "-Xlinker",     "-soname",
                  "-Xlinker",     (char *)name,
                  (char *)object, "-Wl,--whole-archive",
                  runtime,        "-Wl,--no-whole-archive",
                  "-ljansson",    "-lpthread",
                  "-lm",          NULL};
  bool ok = runLinker(tool, argv);
  free(runtime);
  return ok;
}

//===-- Output.c - Files that appear whole or not at all ------------------===//

#include "Output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Opens a file that nobody else has, with the permissions of an ordinary one.
/// Returns null with errno set on failure.
static FILE *openTemporary(const char *path, char **name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    *name = ufFormat("%s.tmp%ld-%d", path, (long)getpid(), attempt);
    if (!*name) {
      errno = ENOMEM;
      return NULL;
    }
    int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (file)
      return file;
    int error = errno;
    if (fd >= 0) {
      close(fd);
      unlink(*name);
    }
    free(*name);
    *name = NULL;
    errno = error;
    if (error != EEXIST)
      return NULL;
  }
  return NULL;
}

bool ufOutputOpen(const UfTool *tool, const char *path, UfOutput *output) {
  *output = (UfOutput){.path = path};
  struct stat info;
  if (!strcmp(path, "-")) {
    output->file = stdout;
    return true;
  }
  if (!stat(path, &info) && S_ISDIR(info.st_mode))
    return UF_ERROR(tool, "%s: is a folder", path);
  if (!stat(path, &info) && !S_ISREG(info.st_mode))
    output->file = fopen(path, "wb");
  else
    output->file = openTemporary(path, &output->temporary);
  return output->file || UF_ERROR(tool, "%s: %s", path, strerror(errno));
}

const char *ufOutputGetPath(const UfOutput *output) {
  return output->temporary ? output->temporary : output->path;
}

bool ufOutputWrite(void *userData, const char *data, size_t size) {
  UfOutput *output = userData;
  if (fwrite(data, 1, size, output->file) == size)
    return true;
  if (!output->error)
    output->error = errno;
  return false;
}

bool ufOutputCommit(const UfTool *tool, UfOutput *output) {
  bool isStdout = output->file == stdout;
  // An earlier failure may have left no errno of its own.
  bool failed = ferror(output->file) || output->error;
  int error = output->error ? output->error : EIO;
  if ((isStdout ? fflush(stdout) : fclose(output->file)) && !failed) {
    failed = true;
    error = errno;
  }
  output->file = NULL;
  if (!failed && output->temporary && rename(output->temporary, output->path)) {
    failed = true;
    error = errno;
  }
  if (!failed) {
    free(output->temporary);
    *output = (UfOutput){0};
    return true;
  }
  // Whoever closed our standard output knows.
  if (!isStdout || error != EPIPE)
    ufToolReport(tool, "%s: %s", isStdout ? "standard output" : output->path,
                 strerror(error));
  ufOutputDiscard(output);
  return false;
}

void ufOutputDiscard(UfOutput *output) {
  if (output->file && output->file != stdout)
    fclose(output->file);
  if (output->temporary)
    unlink(output->temporary);
  free(output->temporary);
  *output = (UfOutput){0};
}

const char *ufPathGetName(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

const char *ufPathGetSuffix(const char *path) {
  const char *name = ufPathGetName(path);
  const char *dot = strrchr(name, '.');
  return dot && dot != name ? dot : "";
}

char *ufPathReplaceSuffix(const char *path, const char *suffix) {
  size_t stem = strlen(path) - strlen(ufPathGetSuffix(path));
  return ufFormat("%.*s%s", (int)stem, path, suffix);
}

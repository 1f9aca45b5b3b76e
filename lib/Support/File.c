//===-- File.c - Files mapped read-only ---------------------------*- C -*-===//
//
// A path that comes from a model file may only lead to a regular file inside
// the model's directory, so it is walked one component at a time.
//
//===----------------------------------------------------------------------===//

#include "Support/Scoped.h"
#include "Support/Weights.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/// Zero-initialised is empty.
typedef struct Descriptor {
  bool open;
  int fd;
} Descriptor;

static void ufScoped_Descriptor(Descriptor *descriptor) {
  if (descriptor->open)
    close(descriptor->fd);
}

/// Says why the path as such is refused, null when it is fine.
static const char *refusePath(const char *path) {
  if (path[0] == '\0')
    return "the path is empty";
  if (path[0] == '/')
    return "an absolute path is not allowed";
  for (const char *part = path;; ++part) {
    size_t size = strcspn(part, "/");
    if (size == 0)
      return "a path component is empty";
    if (size > NAME_MAX)
      return "a path component is too long";
    if (size == 2 && part[0] == '.' && part[1] == '.')
      return "'..' is not allowed";
    part += size;
    if (*part == '\0')
      return NULL;
  }
}

/// Opens `name` in `parent` without following a symbolic link. O_NONBLOCK keeps
/// a FIFO from blocking until it is found not to be a regular file.
static UfrontStatus openPart(UfMessage *message, const char *path, int parent,
                             const char *name, bool last, Descriptor *out) {
  int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  int fd = openat(parent, name, flags | (last ? O_NONBLOCK : O_DIRECTORY));
  if (fd >= 0) {
    *out = (Descriptor){true, fd};
    return UFRONT_OK;
  }
  int error = errno;
  struct stat info;
  if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(info.st_mode))
    return ufFail(message, UFRONT_IO, "%s: '%s' is a symbolic link", path,
                  name);
  return ufFail(message, UFRONT_IO, "%s: %s", path, strerror(error));
}

/// Opens `path`, which must stay inside `directory`.
static UfrontStatus openInside(UfMessage *message, const char *directory,
                               const char *path, Descriptor *out) {
  const char *refused = refusePath(path);
  if (refused)
    return ufFail(message, UFRONT_IO, "%s: %s", path, refused);
  int fd =
      open(directory[0] ? directory : ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (fd < 0)
    return ufFail(message, UFRONT_IO, "%s: %s", directory, strerror(errno));
  UF_SCOPED(Descriptor) parent = {true, fd};
  for (const char *part = path;; ++part) {
    char name[NAME_MAX + 1];
    size_t size = strcspn(part, "/");
    memcpy(name, part, size);
    name[size] = '\0';
    part += size;
    bool last = *part == '\0';
    Descriptor child = {0};
    UfrontStatus status =
        openPart(message, path, parent.fd, name, last, &child);
    if (status != UFRONT_OK)
      return status;
    if (last) {
      *out = child;
      return UFRONT_OK;
    }
    ufScoped_Descriptor(&parent);
    parent = child;
  }
}

static UfrontStatus openAnywhere(UfMessage *message, const char *path,
                                 Descriptor *out) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return ufFail(message, UFRONT_IO, "%s: %s", path, strerror(errno));
  *out = (Descriptor){true, fd};
  return UFRONT_OK;
}

UfrontStatus ufMapFile(UfMessage *message, const char *directory,
                       const char *path, UfMapping *mapping) {
  UF_SCOPED(Descriptor) file = {0};
  UfrontStatus status = directory ? openInside(message, directory, path, &file)
                                  : openAnywhere(message, path, &file);
  if (status != UFRONT_OK)
    return status;
  struct stat info;
  if (fstat(file.fd, &info) != 0)
    return ufFail(message, UFRONT_IO, "%s: %s", path, strerror(errno));
  if (!S_ISREG(info.st_mode))
    return ufFail(message, UFRONT_IO, "%s: not a regular file", path);
  UfMapping result = {.size = (size_t)info.st_size, .owned = true};
  if (result.size > 0) { // an empty mapping is an error to mmap
    void *data = mmap(NULL, result.size, PROT_READ, MAP_PRIVATE, file.fd, 0);
    if (data == MAP_FAILED)
      return ufFail(message, UFRONT_IO, "%s: %s", path, strerror(errno));
    result.data = data;
  }
  *mapping = result;
  return UFRONT_OK;
}

void ufMappingDestroy(UfMapping *mapping) {
  if (mapping->owned && mapping->data)
    munmap((void *)mapping->data, mapping->size);
  *mapping = (UfMapping){0};
}

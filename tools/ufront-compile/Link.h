//===-- Link.h - From an object to a shared library ---------------*- C -*-===//

#ifndef UF_TOOLS_LINK_H
#define UF_TOOLS_LINK_H

#include "Options.h"

/// Links `object` and the runtime, libufront_rt.a beside libufront.so, to the
/// shared library `library` that calls itself `name`, with the first C compiler
/// that PATH has.
bool ufLinkShared(const UfTool *tool, const char *object, const char *name,
                  const char *library);

#endif // UF_TOOLS_LINK_H

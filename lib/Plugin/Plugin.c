//===-- Plugin.c - What stock mlir-opt looks up ---------------------------===//
//
// mlir-opt --load-dialect-plugin and --load-pass-plugin call these two. They
// mirror mlir/Tools/Plugins/{Dialect,Pass}Plugin.h, which are C structs behind
// C++ headers.
//
//===----------------------------------------------------------------------===//

#include "Dialect/Dialect.h"
#include "Pipeline/Pipeline.h"

/// MLIR_PLUGIN_API_VERSION of LLVM 22.
enum { PLUGIN_API = 1 };

typedef struct DialectPlugin {
  uint32_t api;
  const char *name, *version;
  void (*registerDialects)(void *registry);
} DialectPlugin;

typedef struct PassPlugin {
  uint32_t api;
  const char *name, *version;
  void (*registerPasses)(void);
} PassPlugin;

static void registerDialects(void *registry) {
  ufRegisterDialect((MlirDialectRegistry){registry});
}

UFRONT_API DialectPlugin mlirGetDialectPluginInfo(void);
UFRONT_API PassPlugin mlirGetPassPluginInfo(void);

DialectPlugin mlirGetDialectPluginInfo(void) {
  return (DialectPlugin){PLUGIN_API, "ufront", UFRONT_VERSION,
                         registerDialects};
}

PassPlugin mlirGetPassPluginInfo(void) {
  return (PassPlugin){PLUGIN_API, "ufront", UFRONT_VERSION, ufRegisterPasses};
}

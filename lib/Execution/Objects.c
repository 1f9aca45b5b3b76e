//===-- Objects.c - From a model to machine code --------------------------===//

#include "Execution/Compile.h"

UfrontStatus ufCompileObjects(const UfCompile *compile, MlirModule module,
                              const char *name, UfObjects *objects) {
  const char *folder = compile->options->cacheDir;
  UfKey key;
  bool cached = folder && folder[0] && ufKeyFind(compile, module, name, &key);
  if (cached && ufCacheLoad(folder, &key, objects))
    return UFRONT_OK;
  UF_SCOPED(UfDescription) description = {0};
  UF_TRY(ufLowerProgram(compile, module, &description));
  UF_TRY(ufGenerateCode(compile, module, LLVMObjectFile, name, &description,
                        objects));
  if (cached)
    ufCacheStore(folder, compile->options->cacheLimit, &key, objects);
  return UFRONT_OK;
}

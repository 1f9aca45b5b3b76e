//===-- ufront-opt.c - mlir-opt with the ufront dialect and passes --------===//

#include "Dialect/Dialect.h"
#include "Dialect/Shim.h"
#include "Pipeline/Pipeline.h"
#include "Reference/Reference.h"

#include "mlir-c/RegisterEverything.h"

#include <string.h>

/// Prints a page of docs/reference.
static int printReference(const char *page) {
  if (ufPrintReference(stdout, page))
    return 0;
  fprintf(stderr, "ufront-opt: --print-reference: there is no page '%s', only",
          page);
  for (const UfReferencePage *known = ufReferencePages; known->name; ++known)
    fprintf(stderr, " %s", known->name);
  fprintf(stderr, "\n");
  return 1;
}

int main(int argc, char **argv) {
  // Before MLIR's own options, which C cannot add to.
  static const char option[] = "--print-reference=";
  for (int i = 1; i < argc; ++i)
    if (strncmp(argv[i], option, strlen(option)) == 0)
      return printReference(argv[i] + strlen(option));
  UF_SCOPED(MlirDialectRegistry) registry = mlirDialectRegistryCreate();
  mlirRegisterAllDialects(registry);
  mlirRegisterAllPasses();
  ufRegisterDialect(registry);
  ufRegisterPasses();
  return ufrontOptMain(
      argc, argv,
      "ufront optimizer driver\n"
      "--print-reference=ops|onnx|torch|passes|pipelines prints a "
      "page of the manual instead\n",
      registry);
}

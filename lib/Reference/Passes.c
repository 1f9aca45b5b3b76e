//===-- Passes.c - The pages of passes and pipelines ----------------------===//

#include "Reference/Reference.h"

#include "Pipeline/Pipeline.h"

static const char *const kindTexts[] = {[UF_SHIM_OPTION_BOOL] = "bool",
                                        [UF_SHIM_OPTION_INT] = "integer",
                                        [UF_SHIM_OPTION_STRING] = "string"};

static void printPass(FILE *out, const UfShimPass *pass) {
  fprintf(out, "## `%s`\n\n", pass->argument);
  ufPrintMarkdown(out, pass->description);
  fprintf(out, ". Runs on `%s`.\n\n", pass->opName);
  if (!pass->options)
    return;
  fprintf(out, "| option | kind | default | |\n|---|---|---|---|\n");
  for (const UfShimOption *option = pass->options; option->name; ++option) {
    fprintf(out, "| `%s` | %s | `%s` | ", option->name, kindTexts[option->kind],
            option->initial);
    ufPrintMarkdown(out, option->description);
    fprintf(out, " |\n");
  }
  fprintf(out, "\n");
}

void ufPrintPassesReference(FILE *out) {
  ufPrintReferenceTitle(out, "Passes", "passes");
  fprintf(out, "In the order they usually run. `ufront-opt --help` lists them "
               "among MLIR's own;\n[pipelines.md](pipelines.md) says how they "
               "are put together.\n\n");
  for (const UfShimPass *const *pass = ufPasses; *pass; ++pass)
    printPass(out, *pass);
}

/// Whether the list that `open` begins has more than one pass.
static bool isLongList(const char *open) {
  int depth = 0; // of braces: commas may be between options
  for (; *open && *open != ')'; ++open) {
    depth += (*open == '{') - (*open == '}');
    if (*open == ',' && depth == 0)
      return true;
  }
  return false;
}

/// Prints a textual pipeline, one pass per line.
static void printPipelineText(FILE *out, const char *text) {
  int indent = 2, depth = 0;
  bool isLong = false; // the list we are in; lists do not nest
  fprintf(out, "builtin.module(\n  ");
  for (; *text; ++text) {
    depth += (*text == '{') - (*text == '}');
    bool opens = *text == '(' && depth == 0,
         closes = *text == ')' && depth == 0;
    if (opens)
      isLong = isLongList(text);
    if (closes && isLong)
      fprintf(out, "\n%*s", indent -= 2, "");
    fputc(*text, out);
    if (opens && isLong)
      indent += 2;
    if ((opens && isLong) || (*text == ',' && depth == 0))
      fprintf(out, "\n%*s", indent, "");
  }
  fprintf(out, "\n)\n");
}

void ufPrintPipelinesReference(FILE *out) {
  ufPrintReferenceTitle(out, "Pipelines", "pipelines");
  fprintf(
      out,
      "Each is an option of `ufront-opt`, and a name that `--pass-pipeline` "
      "takes, also\nthat of `mlir-opt` with ufront as a plugin: "
      "`--pass-pipeline='builtin.module(ufront-to-tosa-pipeline)'`.\n"
      "The text is what the name stands for.\n");
  for (const UfPipeline *pipeline = ufPipelines; pipeline->name; ++pipeline) {
    fprintf(out, "\n## `--%s`\n\n", pipeline->name);
    ufPrintMarkdown(out, pipeline->description);
    fprintf(out, ".\n\n```\n");
    printPipelineText(out, pipeline->text);
    fprintf(out, "```\n");
  }
}

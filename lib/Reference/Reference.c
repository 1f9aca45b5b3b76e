//===-- Reference.c - The pages of the manual -----------------------------===//

#include "Reference/Reference.h"

#include <string.h>

void ufPrintReferenceTitle(FILE *out, const char *title, const char *page) {
  fprintf(
      out,
      "# %s\n\n"
      "<!-- Printed by `ufront-opt --print-reference=%s`; `./dev reference`\n"
      "     writes it anew. -->\n\n",
      title, page);
}

void ufPrintMarkdown(FILE *out, const char *text) {
  bool isCode = false;
  for (; *text; ++text) {
    isCode ^= *text == '`';
    if (*text == '|' || (!isCode && strchr("*<", *text)))
      fputc('\\', out);
    fputc(*text, out);
  }
}

bool ufPrintReference(FILE *out, const char *name) {
  for (const UfReferencePage *page = ufReferencePages; page->name; ++page)
    if (strcmp(page->name, name) == 0) {
      page->print(out);
      return true;
    }
  return false;
}

const UfReferencePage ufReferencePages[] = {
    {"ops", ufPrintOpsReference},
    {"onnx", ufPrintOnnxReference},
    {"torch", ufPrintTorchReference},
    {"passes", ufPrintPassesReference},
    {"pipelines", ufPrintPipelinesReference},
    {0},
};

//===-- Reference.h - The manual, printed from the tables ---------*- C -*-===//
//
// docs/reference holds what these functions print; a test compares the two.
//
//===----------------------------------------------------------------------===//

#ifndef UF_REFERENCE_REFERENCE_H
#define UF_REFERENCE_REFERENCE_H

#include <stdbool.h>
#include <stdio.h>

/// A page of the manual, in Markdown.
typedef struct UfReferencePage {
  const char *name; ///< docs/reference/<name>.md.
  void (*print)(FILE *out);
} UfReferencePage;

/// Every page; the last row is zero.
extern const UfReferencePage ufReferencePages[];

/// Prints page `name`; false when there is none.
bool ufPrintReference(FILE *out, const char *name);

void ufPrintOpsReference(FILE *out);       ///< Ops, by family.
void ufPrintOnnxReference(FILE *out);      ///< ONNX operators and their ops.
void ufPrintTorchReference(FILE *out);     ///< ATen overloads and their ops.
void ufPrintPassesReference(FILE *out);    ///< Passes and their options.
void ufPrintPipelinesReference(FILE *out); ///< Named lists of passes.

/// Prints the first lines of a page.
void ufPrintReferenceTitle(FILE *out, const char *title, const char *page);

/// The element types in `types`, of a UfValueSpec, for people.
const char *ufReferenceTypes(unsigned types);

/// Prints text so that Markdown shows it as it is, also in a table. What is in
/// backticks stays code.
void ufPrintMarkdown(FILE *out, const char *text);

#endif // UF_REFERENCE_REFERENCE_H

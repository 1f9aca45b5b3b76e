//===-- Imports.c - The pages of operators that can be imported -----------===//

#include "Reference/Reference.h"

#include "Ops/Op.h"

#include <stdlib.h>
#include <string.h>

/// An import rule and the row it is in.
typedef struct Rule {
  const UfImport *import;
  const UfOp *op;
} Rule;

typedef struct Rules {
  Rule *data;
  size_t count;
} Rules;

static Rules collectRules(UfFrontend from) {
  Rules rules = {0};
  UF_FOR_EACH_OP (op)
    for (const UfImport *rule = op->imports; rule && rule->name; ++rule)
      rules.count += rule->from == from;
  rules.data = calloc(rules.count + 1, sizeof *rules.data);
  if (!rules.data)
    abort(); // as small as the table
  size_t at = 0;
  UF_FOR_EACH_OP (op)
    for (const UfImport *rule = op->imports; rule && rule->name; ++rule)
      if (rule->from == from)
        rules.data[at++] = (Rule){rule, op};
  return rules;
}

static int byName(const void *x, const void *y) {
  const Rule *a = x, *b = y;
  int order = strcmp(a->import->name, b->import->name);
  return order ? order : a->import->since - b->import->since;
}

static bool isSameOperator(const Rule *a, const Rule *b) {
  return strcmp(a->import->name, b->import->name) == 0;
}

static size_t countOperators(const Rules *rules) {
  size_t operators = 0;
  for (size_t i = 0; i < rules->count; ++i)
    operators +=
        i == 0 || !isSameOperator(&rules->data[i - 1], &rules->data[i]);
  return operators;
}

void ufPrintOnnxReference(FILE *out) {
  ufPrintReferenceTitle(out, "ONNX operators", "onnx");
  Rules rules = collectRules(UF_ONNX);
  qsort(rules.data, rules.count, sizeof *rules.data, byName);
  fprintf(out,
          "%zu operators have an import rule. A rule holds from the opset it "
          "names up to\nthe next one. \"As is\" means operands by position and "
          "attributes by name; a\nfunction of the op's family does the others, "
          "and may build more than one op.\n\n"
          "| operator | since | op | |\n|---|---|---|---|\n",
          countOperators(&rules));
  for (size_t i = 0; i < rules.count; ++i) {
    const Rule *rule = &rules.data[i];
    fprintf(out, "| %s | %d | [`%s`](ops.md#ufront%s) | %s |\n",
            rule->import->name, rule->import->since, rule->op->name,
            rule->op->name, rule->import->convert ? "by a function" : "as is");
  }
  free(rules.data);
}

void ufPrintTorchReference(FILE *out) {
  ufPrintReferenceTitle(out, "PyTorch operators", "torch");
  Rules rules = collectRules(UF_TORCH);
  qsort(rules.data, rules.count, sizeof *rules.data, byName);
  fprintf(out,
          "%zu overloads have an import rule, in the row of the op that they "
          "mainly become.\nThose in place (`aten.relu_.default`) are imported "
          "as the others. What is not\nhere is taken apart by torch's own "
          "decompositions, in Python, as far as it has them.\n\n"
          "| operator | op |\n|---|---|\n",
          countOperators(&rules));
  for (size_t i = 0; i < rules.count; ++i)
    fprintf(out, "| %s | [`%s`](ops.md#ufront%s) |\n",
            rules.data[i].import->name, rules.data[i].op->name,
            rules.data[i].op->name);
  free(rules.data);
}

//===-- Onnx.c - The page of ONNX operators -------------------------------===//

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

static Rules collectRules(void) {
  Rules rules = {0};
  UF_FOR_EACH_OP (op)
    for (const UfImport *rule = op->imports; rule && rule->name; ++rule)
      rules.count += rule->from == UF_ONNX;
  rules.data = calloc(rules.count + 1, sizeof *rules.data);
  if (!rules.data)
    abort(); // as small as the table
  size_t at = 0;
  UF_FOR_EACH_OP (op)
    for (const UfImport *rule = op->imports; rule && rule->name; ++rule)
      if (rule->from == UF_ONNX)
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

void ufPrintOnnxReference(FILE *out) {
  ufPrintReferenceTitle(out, "ONNX operators", "onnx");
  Rules rules = collectRules();
  qsort(rules.data, rules.count, sizeof *rules.data, byName);
  size_t operators = 0;
  for (size_t i = 0; i < rules.count; ++i)
    operators += i == 0 || !isSameOperator(&rules.data[i - 1], &rules.data[i]);
  fprintf(out,
          "%zu operators have an import rule. A rule holds from the opset it "
          "names up to\nthe next one. \"As is\" means operands by position and "
          "attributes by name; a\nfunction of the op's family does the others, "
          "and may build more than one op.\n\n"
          "| operator | since | op | |\n|---|---|---|---|\n",
          operators);
  for (size_t i = 0; i < rules.count; ++i) {
    const Rule *rule = &rules.data[i];
    fprintf(out, "| %s | %d | [`%s`](ops.md#ufront%s) | %s |\n",
            rule->import->name, rule->import->since, rule->op->name,
            rule->op->name, rule->import->convert ? "by a function" : "as is");
  }
  free(rules.data);
}

//===-- Imports.c - The pages of operators that can be imported -----------===//

#include "Reference/Reference.h"

#include "Import/Import.h"
#include "Ops/Refused.h"

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

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

/// Prints "7-12": the operator sets a rule holds for, the next one's being
/// `next` when it is for the same operator. Only the default domain has a
/// newest version.
static void printOpsets(FILE *out, const Rule *rule, const Rule *next) {
  int first = rule->import->since;
  int last = strchr(rule->import->name, '.') ? 0 : UF_ONNX_NEWEST;
  if (next && isSameOperator(rule, next))
    last = next->import->since - 1;
  if (last == 0)
    fprintf(out, "%d on", first);
  else if (first == last)
    fprintf(out, "%d", first);
  else
    fprintf(out, "%d-%d", first, last);
}

/// What the first operand may hold; the verifier sees to it.
static const char *elementsText(const UfOp *op) {
  return op->operands->name ? ufReferenceTypes(op->operands->types) : "";
}

static const char *loweringText(const UfOp *op) {
  bool throughTosa = op->tosa || op->toTosa;
  if (op->toLinalg)
    return throughTosa ? "linalg, or TOSA" : "linalg";
  if (op->scalar)
    return throughTosa ? "elementwise, or TOSA" : "elementwise";
  if (op->decompose)
    return "decomposed";
  return "while importing";
}

static void printRefusals(FILE *out) {
  fprintf(out, "\n## Not supported\n\n"
               "A model that has any of these is refused with a message that "
               "names them all.\n\n| operator | why |\n|---|---|\n");
  for (const UfRefusal *row = ufRefusals; row->name; ++row)
    if (row->from == UF_ONNX) {
      fprintf(out, "| %s | ", row->name);
      ufPrintMarkdown(out, row->why);
      fprintf(out, " |\n");
    }
}

void ufPrintOnnxReference(FILE *out) {
  ufPrintReferenceTitle(out, "ONNX operators", "onnx");
  Rules rules = collectRules(UF_ONNX);
  qsort(rules.data, rules.count, sizeof *rules.data, byName);
  fprintf(
      out,
      "%zu operators have an import rule, for the operator sets (opsets) in "
      "the table.\n\"As is\" means operands by position and attributes by "
      "name; a function of the op's\nfamily does the others, and may build "
      "more than one op. The last columns are\nabout the op that is named: "
      "which elements its first operand may have, and how it\nis lowered. An "
      "elementwise op is a formula on one element, a decomposed one other\n"
      "ops; TOSA is asked for by `--via=tosa`. Operators of other domains than "
      "`ai.onnx`\nhave the domain before their name. A newer opset than %d is "
      "refused.\n\n"
      "| operator | opsets | op | rule | elements | lowered |\n"
      "|---|---|---|---|---|---|\n",
      countOperators(&rules), UF_ONNX_NEWEST);
  for (size_t i = 0; i < rules.count; ++i) {
    const Rule *rule = &rules.data[i];
    fprintf(out, "| %s | ", rule->import->name);
    printOpsets(out, rule, i + 1 < rules.count ? rule + 1 : NULL);
    fprintf(out, " | [`%s`](ops.md#ufront%s) | %s | %s | %s |\n",
            rule->op->name, rule->op->name,
            rule->import->convert ? "by a function" : "as is",
            elementsText(rule->op), loweringText(rule->op));
  }
  free(rules.data);
  printRefusals(out);
}

//===----------------------------------------------------------------------===//
// PyTorch
//===----------------------------------------------------------------------===//

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

//===-- Ops.c - The page of ops -------------------------------------------===//

#include "Reference/Reference.h"

#include "Ops/Op.h"

#include <ctype.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// The table of all ops
//===----------------------------------------------------------------------===//

/// How the op gets to linalg.
static const char *linalgText(const UfOp *op) {
  if (op->toLinalg)
    return "yes";
  if (op->scalar)
    return "elementwise";
  return op->decompose ? "decomposed" : "";
}

static void printOnnxNames(FILE *out, const UfOp *op) {
  const char *previous = "";
  const char *separator = "";
  for (const UfImport *rule = op->imports; rule && rule->name; ++rule)
    if (rule->from == UF_ONNX && strcmp(rule->name, previous) != 0) {
      fprintf(out, "%s%s", separator, rule->name);
      previous = rule->name;
      separator = ", ";
    }
}

static void printOverview(FILE *out) {
  fprintf(out, "| op | folds | decomposes | TOSA | linalg | from ONNX |\n"
               "|---|---|---|---|---|---|\n");
  UF_FOR_EACH_OP (op) {
    fprintf(out, "| [`%s`](#ufront%s) | %s | %s | %s | %s | ", op->name,
            op->name, op->fold ? "yes" : "", op->decompose ? "yes" : "",
            op->tosa || op->toTosa ? "yes" : "", linalgText(op));
    printOnnxNames(out, op);
    fprintf(out, " |\n");
  }
}

//===----------------------------------------------------------------------===//
// One op
//===----------------------------------------------------------------------===//

const char *ufReferenceTypes(unsigned types) {
  switch (types & (UF_NUMBERS | UF_BOOLS)) {
  case UF_FLOATS:
    return "floats";
  case UF_INTEGERS:
    return "integers";
  case UF_BOOLS:
    return "i1";
  case UF_NUMBERS:
    return "floats or integers";
  case UF_FLOATS | UF_BOOLS:
    return "floats or i1";
  case UF_INTEGERS | UF_BOOLS:
    return "integers or i1";
  default:
    return "any elements";
  }
}

static const char *const arityTexts[] = {[UF_ONE] = "",
                                         [UF_OPTIONAL] = ", optional",
                                         [UF_VARIADIC] = ", any number"};

static void printValues(FILE *out, const char *what, const UfValueSpec *specs,
                        bool withTypes) {
  if (!specs->name)
    return;
  fprintf(out, "| %s | | |\n|---|---|---|\n", what);
  for (const UfValueSpec *spec = specs; spec->name; ++spec) {
    fprintf(out, "| `%s` | %s%s%s | ", spec->name,
            withTypes ? ufReferenceTypes(spec->types) : "a tensor",
            withTypes && (spec->types & UF_SAME) ? ", as the first" : "",
            arityTexts[spec->arity]);
    ufPrintMarkdown(out, spec->doc);
    fprintf(out, " |\n");
  }
  fprintf(out, "\n");
}

static const char *const kindTexts[] = {
    [UF_INT] = "integer",   [UF_INT_LIST] = "integers", [UF_FLOAT] = "float",
    [UF_BOOL] = "bool",     [UF_STRING] = "string",     [UF_TYPE] = "type",
    [UF_VALUE] = "elements"};

static void printAttrs(FILE *out, const UfOp *op) {
  if (!op->attrs->name)
    return;
  fprintf(out, "| attribute | kind | when absent | |\n|---|---|---|---|\n");
  for (const UfAttrSpec *spec = op->attrs; spec->name; ++spec) {
    fprintf(out, "| `%s` | %s", spec->name, kindTexts[spec->kind]);
    if (spec->oneOf) {
      fprintf(out, ": ");
      for (const char *at = spec->oneOf; *at; ++at)
        *at == '|' ? (void)fputs(", ", out) : (void)fputc(*at, out);
    }
    if (spec->fallback)
      fprintf(out, " | `%s` | ", spec->fallback);
    else
      fprintf(out, " | %s | ", spec->optional ? "optional" : "required");
    ufPrintMarkdown(out, spec->doc);
    fprintf(out, " |\n");
  }
  fprintf(out, "\n");
}

static void printTraits(FILE *out, const UfOp *op) {
  fprintf(out, "%s", op->traits & UF_IMPURE ? "Impure" : "Pure");
  if (op->traits & UF_COMMUTATIVE)
    fprintf(out, ", commutative");
  if (op->traits & UF_CONSTANT_LIKE)
    fprintf(out, ", constant");
  if (op->traits & UF_TERMINATOR)
    fprintf(out, ", a terminator");
  if (op->regions)
    fprintf(out, ", %d region%s", op->regions, op->regions == 1 ? "" : "s");
  fprintf(out, ".\n");
}

static void printImports(FILE *out, const UfOp *op) {
  static const char *const frontends[] = {[UF_ONNX] = "ONNX",
                                          [UF_TORCH] = "PyTorch",
                                          [UF_KERAS] = "Keras",
                                          [UF_FLEXFLOW] = "FlexFlow"};
  const char *separator = "From ";
  for (const UfImport *rule = op->imports; rule && rule->name; ++rule) {
    fprintf(out, "%s%s `%s`", separator, frontends[rule->from], rule->name);
    if (rule->since)
      fprintf(out, " since %d", rule->since);
    separator = ",\n";
  }
  if (op->imports && op->imports->name)
    fprintf(out, ".\n");
}

static void printOp(FILE *out, const UfOp *op) {
  fprintf(out, "\n### `ufront.%s`\n\n", op->name);
  ufPrintMarkdown(out, op->summary);
  fprintf(out, "\n\n");
  printValues(out, "operand", op->operands, /*withTypes=*/true);
  printValues(out, "result", op->results, /*withTypes=*/false);
  printAttrs(out, op);
  printTraits(out, op);
  printImports(out, op);
}

/// "recurrent_cell" -> "Recurrent cell".
static void printFamilyTitle(FILE *out, const char *name) {
  fprintf(out, "\n## %c", toupper(name[0]));
  for (const char *at = name + 1; *at; ++at)
    fputc(*at == '_' || *at == '-' ? ' ' : *at, out);
  fputc('\n', out);
}

//===----------------------------------------------------------------------===//

void ufPrintOpsReference(FILE *out) {
  ufPrintReferenceTitle(out, "Ops of the `ufront` dialect", "ops");
  fprintf(out,
          "Ops are written in MLIR's generic form: `\"ufront.relu\"(%%x) : "
          "(tensor<2xf32>) ->\ntensor<2xf32>`. Operands are ranked tensors; an "
          "omitted one is the result of\n`ufront.none`, or left out at the "
          "end. Where no results are listed, there is one\ntensor.\n\n"
          "In the column *linalg*, an elementwise op is lowered by its formula "
          "on one element,\nand a decomposed one by the ops it comes apart "
          "into.\n\n");
  printOverview(out);
  for (const UfOpFamily *const *family = ufFamilies; *family; ++family) {
    printFamilyTitle(out, (*family)->name);
    for (const UfOp *op = (*family)->ops;
         op < (*family)->ops + (*family)->count; ++op)
      printOp(out, op);
  }
}

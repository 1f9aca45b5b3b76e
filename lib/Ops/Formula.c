//===-- Formula.c - Import rules written as formulas ----------------------===//

#include "Ops/FormulaTerm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static UfTerm parseChoice(UfFormulaState *p);

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

static void skipSpace(UfFormulaState *p) { p->at += strspn(p->at, " "); }

static bool accept(UfFormulaState *p, const char *word) {
  skipSpace(p);
  size_t length = strlen(word);
  if (strncmp(p->at, word, length) != 0)
    return false;
  p->at += length;
  return true;
}

static void expect(UfFormulaState *p, const char *word) {
  if (!accept(p, word))
    ufTermFailSyntax(p);
}

/// An identifier; false when there is none.
static bool acceptName(UfFormulaState *p, char name[UF_MAX_NAME]) {
  skipSpace(p);
  size_t length = 0;
  while (isalnum((unsigned char)p->at[length]) || p->at[length] == '_')
    ++length;
  if (length == 0 || length >= UF_MAX_NAME || isdigit((unsigned char)p->at[0]))
    return false;
  memcpy(name, p->at, length);
  name[length] = '\0';
  p->at += length;
  return true;
}

/// Whether `name =` comes next, and takes it then.
static bool acceptAssignment(UfFormulaState *p, char name[UF_MAX_NAME]) {
  const char *start = p->at;
  if (acceptName(p, name)) {
    skipSpace(p);
    if (p->at[0] == '=' && p->at[1] != '=') {
      ++p->at;
      return true;
    }
  }
  p->at = start;
  return false;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static void addAttr(UfFormulaState *p, UfTermCall *call, const char *name) {
  const UfOp *row = ufFindOp(call->name);
  const UfAttrSpec *spec = row ? ufFindAttrSpec(row, name) : NULL;
  UfTerm term = parseChoice(p);
  MlirAttribute attr = mlirAttributeGetNull();
  if (term.kind == UF_TERM_ABSENT)
    return;
  if (!spec) {
    ufTermFailSyntax(p);
    return;
  }
  if (spec->kind == UF_STRING && term.kind == UF_TERM_TEXT)
    attr = mlirStringAttrGet(
        p->b->ctx, mlirStringRefCreate(term.text, (size_t)term.length));
  else if (term.kind == UF_TERM_NUMBER)
    attr = spec->kind == UF_FLOAT  ? ufFloatAttr(p->b, term.number)
           : spec->kind == UF_BOOL ? ufBoolAttr(p->b, term.number != 0)
                                   : ufIntAttr(p->b, ufTruncate(term.number));
  if (mlirAttributeIsNull(attr) && term.kind == UF_TERM_TENSOR)
    ufTermFail(p, "has an argument that must be a constant, but is computed");
  else if (mlirAttributeIsNull(attr) || call->numAttrs == UF_MAX_ATTRS)
    ufTermFailSyntax(p);
  else
    call->attrs[call->numAttrs++] = (UfAttr){spec->name, attr};
}

static UfTerm parseCall(UfFormulaState *p, const char *name) {
  UfTermCall call = {.numArgs = 0};
  char attr[UF_MAX_NAME];
  snprintf(call.name, sizeof call.name, "%s", name);
  while (!p->failed && !accept(p, ")")) {
    if ((call.numArgs || call.numAttrs) && !accept(p, ","))
      return ufTermFailSyntax(p);
    if (call.numArgs == UF_MAX_TERMS)
      return ufTermFailSyntax(p);
    skipSpace(p);
    if (acceptAssignment(p, attr))
      addAttr(p, &call, attr);
    else
      call.args[call.numArgs++] = parseChoice(p);
  }
  return p->failed ? (UfTerm){.kind = UF_TERM_TENSOR}
                   : ufTermEvaluate(p, &call);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static UfTerm parsePrimary(UfFormulaState *p) {
  char name[UF_MAX_NAME], *end;
  if (accept(p, "(")) {
    UfTerm inner = parseChoice(p);
    expect(p, ")");
    return inner;
  }
  if (accept(p, "'")) {
    UfTerm text = {.kind = UF_TERM_TEXT, .text = p->at};
    text.length = (int)strcspn(p->at, "'");
    p->at += text.length;
    expect(p, "'");
    return text;
  }
  if (acceptName(p, name))
    return accept(p, "(") ? parseCall(p, name) : ufTermNamed(p, name);
  double number = strtod(p->at, &end);
  if (end == p->at)
    return ufTermFailSyntax(p);
  p->at = end;
  return ufTermNumber(number);
}

static UfTerm parseUnary(UfFormulaState *p) {
  if (accept(p, "-")) {
    UfTerm x = parseUnary(p);
    return x.kind == UF_TERM_NUMBER
               ? ufTermNumber(-x.number)
               : ufTermApply(p, "neg", UF_VALUES(ufTermAsNumber(p, &x)),
                             UF_NO_ATTRS);
  }
  if (accept(p, "!")) {
    UfTerm x = parseUnary(p);
    return x.kind == UF_TERM_NUMBER
               ? ufTermNumber(x.number == 0)
               : ufTermApply(p, "logical_not", UF_VALUES(ufTermAsTruth(p, &x)),
                             UF_NO_ATTRS);
  }
  return parsePrimary(p);
}

static bool areNumbers(const UfTerm *x, const UfTerm *y) {
  return x->kind == UF_TERM_NUMBER && y->kind == UF_TERM_NUMBER;
}

static bool isOne(const UfTerm *x) {
  return x->kind == UF_TERM_NUMBER && x->number == 1;
}

/// A row of two operands, of numbers where they are not known.
static UfTerm applyPair(UfFormulaState *p, const char *row, const UfTerm *x,
                        const UfTerm *y) {
  return ufTermApply(p, row,
                     UF_VALUES(ufTermAsNumber(p, x), ufTermAsNumber(p, y)),
                     UF_NO_ATTRS);
}

static UfTerm parseProduct(UfFormulaState *p) {
  UfTerm x = parseUnary(p);
  while (!p->failed) {
    bool isTimes = accept(p, "*");
    if (!isTimes && !accept(p, "/"))
      break;
    UfTerm y = parseUnary(p);
    if (areNumbers(&x, &y))
      x = ufTermNumber(isTimes ? x.number * y.number : x.number / y.number);
    else if (isTimes && (isOne(&x) || isOne(&y)))
      x = ufTermTensor(p, ufTermAsNumber(p, isOne(&x) ? &y : &x));
    else
      x = applyPair(p, isTimes ? "multiply" : "divide", &x, &y);
  }
  return x;
}

static UfTerm parseSum(UfFormulaState *p) {
  UfTerm x = parseProduct(p);
  while (!p->failed) {
    bool isPlus = accept(p, "+");
    if (!isPlus && !accept(p, "-"))
      break;
    UfTerm y = parseProduct(p);
    if (areNumbers(&x, &y))
      x = ufTermNumber(isPlus ? x.number + y.number : x.number - y.number);
    else
      x = applyPair(p, isPlus ? "add" : "subtract", &x, &y);
  }
  return x;
}

static bool compareNumbers(const char *pred, double x, double y) {
  bool isLess = x < y, isEqual = x == y;
  bool value = pred[0] == 'e'   ? isEqual
               : pred[0] == 'n' ? !isEqual
               : pred[0] == 'l' ? isLess
                                : x > y;
  return value || (pred[1] == 'e' && pred[0] != 'n' && isEqual);
}

static UfTerm parseComparison(UfFormulaState *p) {
  static const char *const preds[][2] = {{"==", "eq"}, {"!=", "ne"},
                                         {"<=", "le"}, {">=", "ge"},
                                         {"<", "lt"},  {">", "gt"}};
  UfTerm x = parseSum(p);
  for (int i = 0; i < UF_COUNT(preds) && !p->failed; ++i) {
    if (!accept(p, preds[i][0]))
      continue;
    UfTerm y = parseSum(p);
    if (areNumbers(&x, &y))
      return ufTermNumber(compareNumbers(preds[i][1], x.number, y.number));
    return ufTermCompare(p, preds[i][1], ufTermAsNumber(p, &x),
                         ufTermAsNumber(p, &y));
  }
  return x;
}

/// x `kind` y, "and" or "or".
static UfTerm join(UfFormulaState *p, const char *kind, const UfTerm *x,
                   const UfTerm *y) {
  if (areNumbers(x, y)) {
    bool isX = x->number != 0, isY = y->number != 0;
    return ufTermNumber(strcmp(kind, "or") == 0 ? isX || isY : isX && isY);
  }
  return ufTermApply(p, "logical",
                     UF_VALUES(ufTermAsTruth(p, x), ufTermAsTruth(p, y)),
                     UF_ATTRS({"kind", ufStrAttr(p->b, kind)}));
}

static UfTerm parseAnd(UfFormulaState *p) {
  UfTerm x = parseComparison(p);
  while (!p->failed && accept(p, "&&")) {
    UfTerm y = parseComparison(p);
    x = join(p, "and", &x, &y);
  }
  return x;
}

static UfTerm parseOr(UfFormulaState *p) {
  UfTerm x = parseAnd(p);
  while (!p->failed && accept(p, "||")) {
    UfTerm y = parseAnd(p);
    x = join(p, "or", &x, &y);
  }
  return x;
}

/// Reads a branch, and builds it unless it is skipped.
static UfTerm parseUnless(UfFormulaState *p, bool isSkipped) {
  bool before = p->isSkipping;
  p->isSkipping |= isSkipped;
  UfTerm term = parseChoice(p);
  p->isSkipping = before;
  return term;
}

static UfTerm parseChoice(UfFormulaState *p) {
  enum { MAX_DEPTH = 64 };
  if (++p->depth > MAX_DEPTH)
    return ufTermFailSyntax(p);
  UfTerm condition = parseOr(p);
  --p->depth;
  if (p->failed || !accept(p, "?"))
    return condition;
  bool isKnown = condition.kind == UF_TERM_NUMBER,
       isTrue = condition.number != 0;
  UfTerm x = parseUnless(p, isKnown && !isTrue);
  expect(p, ":");
  UfTerm y = parseUnless(p, isKnown && isTrue);
  if (isKnown)
    return isTrue ? x : y;
  MlirValue mask = ufTermAsTruth(p, &condition);
  return ufTermApply(
      p, "where", UF_VALUES(mask, ufTermAsNumber(p, &x), ufTermAsNumber(p, &y)),
      UF_NO_ATTRS);
}

/// Statements, and then the result.
static UfTerm parseFormula(UfFormulaState *p) {
  char name[UF_MAX_NAME];
  while (!p->failed && acceptAssignment(p, name)) {
    UfTerm term = parseChoice(p);
    expect(p, ";");
    skipSpace(p);
    UfFormulaLocal *local = ufTermLocal(p, name);
    if (!local && p->numLocals == UF_MAX_LOCALS)
      return ufTermFailSyntax(p);
    if (!local)
      local = &p->locals[p->numLocals++];
    memcpy(local->name, name, sizeof local->name);
    local->term = term;
  }
  UfTerm result = parseChoice(p);
  skipSpace(p);
  return *p->at && !p->failed ? ufTermFailSyntax(p) : result;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool hasNumber(const UfNode *node) {
  const UfrontArg *args;
  int count = node->reader->getArgs(node, &args);
  for (int i = 0; i < count; ++i)
    if (args[i].kind == UFRONT_ARG_FLOAT)
      return true;
  return false;
}

/// The type that numbers are computed in.
static MlirType computedType(const UfBuilder *b, const UfNode *node,
                             UfFormulaType kind, MlirType result) {
  static const char *const operands[] = {"self", "other", "input",
                                         "a",    "b",     "element"};
  if (kind == UF_IN_F64)
    return mlirF64TypeGet(b->ctx);
  if (!result.ptr || ufIsBool(result)) {
    MlirType common = ufTorchPromote(b, node, UF_COUNT(operands), operands);
    result = common.ptr ? common : result;
  }
  if (!result.ptr)
    return ufF32(b);
  bool isNarrow = ufIsFloat(result) && ufBitWidth(result) < 32;
  return isNarrow && (kind == UF_WIDE || hasNumber(node)) ? ufF32(b) : result;
}

MlirValue ufFormulaValue(UfBuilder *b, const UfNode *node, const char *formula,
                         UfFormulaType type) {
  MlirType result = ufTorchResult(b, node, 0);
  UfFormulaState p = {.b = b,
                      .node = node,
                      .type = computedType(b, node, type, result),
                      .result = result,
                      .at = formula};
  UfTerm term = parseFormula(&p);
  MlirType is = p.type;
  if (result.ptr)
    is = result;
  else if (term.kind == UF_TERM_TENSOR && term.value.ptr)
    is = ufElementType(term.value);
  MlirValue value = ufTermAs(&p, &term, is);
  return p.failed ? (MlirValue){NULL} : value;
}

MlirLogicalResult ufTorchFormula(UfBuilder *b, const UfNode *node,
                                 MlirValue *results) {
  const UfOp *row = NULL;
  const UfImport *rule = ufFindImport(UF_TORCH, node->op, 0, &row);
  if (!rule || !rule->formula)
    return ufNodeError(node, "has no formula");
  return ufNodeDefine(
      results,
      ufFormulaValue(b, node, rule->formula, (UfFormulaType)rule->formulaType));
}

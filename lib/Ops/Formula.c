//===-- Formula.c - Import rules written as formulas ----------------------===//

#include "Ops/Formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Terms
//===----------------------------------------------------------------------===//

typedef enum TermKind { ABSENT, NUMBER, TENSOR, TEXT } TermKind;

typedef struct Term {
  TermKind kind;
  double number;
  MlirValue value; ///< Null after an error.
  const char *text;
  int length;
} Term;

enum { MAX_LOCALS = 32, MAX_NAME = 48 };

typedef struct Local {
  char name[MAX_NAME];
  Term term;
} Local;

typedef struct Parser {
  UfBuilder *b;
  const UfNode *node;
  MlirType type;   ///< Numbers are computed in it.
  MlirType result; ///< Of the node; null when it does not say.
  const char *at;
  bool failed;
  bool isSkipping; ///< Reads what is not to be built.
  int depth, numLocals;
  Local locals[MAX_LOCALS];
} Parser;

static Term parseChoice(Parser *p);

static Term numberTerm(double number) {
  return (Term){.kind = NUMBER, .number = number};
}

/// A result; a null one is an error that has been reported.
static Term tensorTerm(Parser *p, MlirValue value) {
  p->failed |= value.ptr == NULL && !p->isSkipping;
  return (Term){.kind = TENSOR, .value = value};
}

static Term fail(Parser *p, const char *why) {
  if (!p->failed && !p->isSkipping)
    ufNodeError(p->node, "%s", why);
  p->failed |= !p->isSkipping;
  return (Term){.kind = TENSOR};
}

/// The formula itself is wrong: our bug, found by any test of it.
static Term failSyntax(Parser *p) {
  if (!p->failed)
    ufNodeError(p->node, "has a formula that cannot be read at '%.24s'", p->at);
  p->failed = true;
  return (Term){.kind = TENSOR};
}

/// `term` as a tensor of `type`; null after an error.
static MlirValue asType(Parser *p, const Term *term, MlirType type) {
  if (p->failed || p->isSkipping)
    return (MlirValue){NULL};
  if (term->kind == NUMBER && mlirTypeEqual(type, ufI1(p->b)))
    return ufScalarConstant(p->b, type, term->number != 0);
  if (term->kind == NUMBER)
    return ufScalarConstant(p->b, type, term->number);
  if (term->kind == TENSOR)
    return ufTorchCast(p->b, term->value, type);
  fail(p, "needs an argument that is left out");
  return (MlirValue){NULL};
}

static MlirValue asNumber(Parser *p, const Term *term) {
  return asType(p, term, p->type);
}

static MlirValue asTruth(Parser *p, const Term *term) {
  return asType(p, term, ufI1(p->b));
}

static Term apply(Parser *p, const char *op, UfValues operands, UfAttrs attrs) {
  if (p->failed || p->isSkipping)
    return (Term){.kind = TENSOR};
  return tensorTerm(p, ufOp(p->b, op, operands, attrs));
}

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

static void skipSpace(Parser *p) { p->at += strspn(p->at, " "); }

static bool accept(Parser *p, const char *word) {
  skipSpace(p);
  size_t length = strlen(word);
  if (strncmp(p->at, word, length) != 0)
    return false;
  p->at += length;
  return true;
}

static void expect(Parser *p, const char *word) {
  if (!accept(p, word))
    failSyntax(p);
}

/// An identifier; false when there is none.
static bool acceptName(Parser *p, char name[MAX_NAME]) {
  skipSpace(p);
  size_t length = 0;
  while (isalnum((unsigned char)p->at[length]) || p->at[length] == '_')
    ++length;
  if (length == 0 || length >= MAX_NAME || isdigit((unsigned char)p->at[0]))
    return false;
  memcpy(name, p->at, length);
  name[length] = '\0';
  p->at += length;
  return true;
}

/// Whether `name =` comes next, and takes it then.
static bool acceptAssignment(Parser *p, char name[MAX_NAME]) {
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
// Names
//===----------------------------------------------------------------------===//

static Term argTerm(Parser *p, const UfrontArg *arg) {
  switch (arg->kind) {
  case UFRONT_ARG_INT:
  case UFRONT_ARG_BOOL:
    // What f64 does not hold stays a tensor.
    if (arg->integer > (INT64_C(1) << 53) || arg->integer < -(INT64_C(1) << 53))
      return tensorTerm(p, ufTorchTensor(p->b, p->node, arg->name));
    return numberTerm((double)arg->integer);
  case UFRONT_ARG_FLOAT:
    return numberTerm(arg->number);
  case UFRONT_ARG_STRING:
    return (Term){
        .kind = TEXT, .text = arg->text, .length = (int)strlen(arg->text)};
  case UFRONT_ARG_VALUE:
    return tensorTerm(p, p->node->reader->getValue(p->node, arg->integer));
  default:
    return fail(p, "has an argument that is neither a tensor nor a number");
  }
}

/// The largest number of the result's type, the lowest for `sign` -1.
static double limitOf(const Parser *p, int sign) {
  MlirType type = p->result.ptr ? p->result : p->type;
  int bits = ufBitWidth(type);
  if (!ufIsFloat(type))
    return ufIsUnsigned(type) ? (sign < 0 ? 0 : exp2(bits) - 1)
                              : (sign < 0 ? -exp2(bits - 1) : exp2(bits - 1));
  double largest = bits == 64             ? 0x1.fffffffffffffp1023
                   : bits == 32           ? 0x1.fffffep127
                   : mlirTypeIsAF16(type) ? 65504
                                          : 0x1.fep127;
  return sign * largest;
}

static Term nameTerm(Parser *p, const char *name) {
  const struct {
    const char *name;
    double value;
  } constants[] = {{"pi", M_PI},
                   {"inf", INFINITY},
                   {"nan", NAN},
                   {"lowest", limitOf(p, -1)},
                   {"highest", limitOf(p, 1)}};
  const UfrontArg *arg = ufTorchArg(p->node, name);
  if (arg)
    return argTerm(p, arg);
  for (int i = p->numLocals - 1; i >= 0; --i)
    if (strcmp(p->locals[i].name, name) == 0)
      return p->locals[i].term;
  for (int i = 0; i < UF_COUNT(constants); ++i)
    if (strcmp(constants[i].name, name) == 0)
      return numberTerm(constants[i].value);
  return (Term){.kind = ABSENT};
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

enum { MAX_TERMS = 40 };

typedef struct Call {
  char name[MAX_NAME];
  Term args[MAX_TERMS];
  int numArgs;
  UfAttr attrs[UF_MAX_ATTRS];
  int numAttrs;
} Call;

static Term reduced(Parser *p, const Term *x) {
  static const char *const rows[] = {NULL, "reduce_mean", "reduce_sum"};
  Term kind = nameTerm(p, "reduction");
  int reduction = kind.kind == NUMBER ? (int)kind.number : 1;
  if (reduction < 0 || reduction >= UF_COUNT(rows))
    return fail(p, "argument 'reduction' must be 0, 1 or 2");
  Term value = tensorTerm(p, asNumber(p, x));
  return rows[reduction]
             ? apply(p, rows[reduction], UF_VALUES(value.value),
                     UF_ATTRS({"keepdims", ufBoolAttr(p->b, false)}))
             : value;
}

static MlirValue binary(Parser *p, const char *op, MlirValue x, MlirValue y) {
  return apply(p, op, UF_VALUES(x, y), UF_NO_ATTRS).value;
}

static Term polynomial(Parser *p, const Call *call) {
  MlirValue x = asNumber(p, &call->args[0]);
  MlirValue sum = asNumber(p, &call->args[call->numArgs - 1]);
  for (int i = call->numArgs - 2; i > 0; --i)
    sum = binary(p, "add", binary(p, "multiply", sum, x),
                 asNumber(p, &call->args[i]));
  return tensorTerm(p, sum);
}

static Term compareWith(Parser *p, const char *pred, MlirValue x, MlirValue y) {
  return apply(p, "compare", UF_VALUES(x, y),
               UF_ATTRS({"pred", ufStrAttr(p->b, pred)}));
}

static Term signBit(Parser *p, const Term *x) {
  MlirValue value = asNumber(p, x);
  if (!value.ptr)
    return *x;
  MlirType type = ufElementType(value);
  if (ufIsFloat(type)) {
    type = ufIntType(p->b, ufBitWidth(type));
    value = apply(p, "bitcast", UF_VALUES(value),
                  UF_ATTRS({"to", mlirTypeAttrGet(type)}))
                .value;
  }
  if (ufIsBool(type))
    return compareWith(p, "ne", value, value);
  return compareWith(p, "lt", value, ufScalarConstant(p->b, type, 0));
}

static Term onlyElement(Parser *p, const Term *x) {
  if (x->kind != TENSOR || !x->value.ptr || ufRank(x->value) == 0)
    return *x;
  return apply(p, "reshape", UF_VALUES(x->value),
               UF_ATTRS({"shape", ufIntsAttr(p->b, 0, NULL)}));
}

/// A row of the op table. Operands that are truth values become such, others
/// numbers.
static Term callRow(Parser *p, const Call *call) {
  const UfOp *row = ufFindOp(call->name);
  MlirValue operands[UF_MAX_OPERANDS];
  if (!row)
    return failSyntax(p);
  for (int i = 0; i < call->numArgs; ++i) {
    const UfValueSpec *spec = &row->operands[i];
    if (!spec->name)
      return failSyntax(p);
    bool isLeftOut = call->args[i].kind == ABSENT && spec->arity == UF_OPTIONAL;
    operands[i] = isLeftOut ? (MlirValue){NULL}
                  : (spec->types & ~UF_SAME) == UF_BOOLS
                      ? asTruth(p, &call->args[i])
                      : asNumber(p, &call->args[i]);
  }
  return apply(p, call->name, (UfValues){operands, call->numArgs},
               (UfAttrs){call->attrs, call->numAttrs});
}

/// Fails with the given text unless a number is not 0.
static Term require(Parser *p, const Call *call) {
  char why[128];
  const Term *text = &call->args[1];
  if (call->numArgs != 2 || text->kind != TEXT)
    return failSyntax(p);
  snprintf(why, sizeof why, "%.*s", text->length, text->text);
  if (call->args[0].kind == NUMBER && call->args[0].number != 0)
    return call->args[0];
  return fail(p, why);
}

static Term callFunction(Parser *p, const Call *call) {
  const Term *x = &call->args[0];
  if (call->numArgs == 0)
    return failSyntax(p);
  if (strcmp(call->name, "reduced") == 0)
    return reduced(p, x);
  if (strcmp(call->name, "poly") == 0)
    return polynomial(p, call);
  if (strcmp(call->name, "signbit") == 0)
    return signBit(p, x);
  if (strcmp(call->name, "truth") == 0)
    return tensorTerm(p, asTruth(p, x));
  if (strcmp(call->name, "scalar") == 0)
    return onlyElement(p, x);
  if (strcmp(call->name, "given") == 0)
    return numberTerm(x->kind != ABSENT);
  if (strcmp(call->name, "require") == 0)
    return require(p, call);
  if (strcmp(call->name, "pow") == 0 && x->kind == NUMBER &&
      call->args[1].kind == NUMBER)
    return numberTerm(pow(x->number, call->args[1].number));
  return callRow(p, call);
}

static void addAttr(Parser *p, Call *call, const char *name) {
  const UfOp *row = ufFindOp(call->name);
  const UfAttrSpec *spec = row ? ufFindAttrSpec(row, name) : NULL;
  Term term = parseChoice(p);
  MlirAttribute attr = mlirAttributeGetNull();
  if (term.kind == ABSENT)
    return;
  if (spec && spec->kind == UF_STRING && term.kind == TEXT)
    attr = mlirStringAttrGet(
        p->b->ctx, mlirStringRefCreate(term.text, (size_t)term.length));
  else if (spec && term.kind == NUMBER)
    attr = spec->kind == UF_FLOAT  ? ufFloatAttr(p->b, term.number)
           : spec->kind == UF_BOOL ? ufBoolAttr(p->b, term.number != 0)
                                   : ufIntAttr(p->b, (int64_t)term.number);
  if (mlirAttributeIsNull(attr) && term.kind == TENSOR)
    fail(p, "has an argument that must be a constant, but is computed");
  else if (mlirAttributeIsNull(attr) || call->numAttrs == UF_MAX_ATTRS)
    failSyntax(p);
  else
    call->attrs[call->numAttrs++] = (UfAttr){spec->name, attr};
}

static Term parseCall(Parser *p, const char *name) {
  Call call = {.numArgs = 0};
  char attr[MAX_NAME];
  snprintf(call.name, sizeof call.name, "%s", name);
  while (!p->failed && !accept(p, ")")) {
    if ((call.numArgs || call.numAttrs) && !accept(p, ","))
      return failSyntax(p);
    if (call.numArgs == MAX_TERMS)
      return failSyntax(p);
    skipSpace(p);
    if (acceptAssignment(p, attr))
      addAttr(p, &call, attr);
    else
      call.args[call.numArgs++] = parseChoice(p);
  }
  return p->failed ? (Term){.kind = TENSOR} : callFunction(p, &call);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static Term parsePrimary(Parser *p) {
  char name[MAX_NAME], *end;
  if (accept(p, "(")) {
    Term inner = parseChoice(p);
    expect(p, ")");
    return inner;
  }
  if (accept(p, "'")) {
    Term text = {.kind = TEXT, .text = p->at};
    text.length = (int)strcspn(p->at, "'");
    p->at += text.length;
    expect(p, "'");
    return text;
  }
  if (acceptName(p, name))
    return accept(p, "(") ? parseCall(p, name) : nameTerm(p, name);
  double number = strtod(p->at, &end);
  if (end == p->at)
    return failSyntax(p);
  p->at = end;
  return numberTerm(number);
}

static Term parseUnary(Parser *p) {
  if (accept(p, "-")) {
    Term x = parseUnary(p);
    return x.kind == NUMBER
               ? numberTerm(-x.number)
               : apply(p, "neg", UF_VALUES(asNumber(p, &x)), UF_NO_ATTRS);
  }
  if (accept(p, "!")) {
    Term x = parseUnary(p);
    return x.kind == NUMBER ? numberTerm(x.number == 0)
                            : apply(p, "logical_not", UF_VALUES(asTruth(p, &x)),
                                    UF_NO_ATTRS);
  }
  return parsePrimary(p);
}

/// x `op` y for one of + - * /.
static Term arithmetic(Parser *p, char op, const Term *x, const Term *y) {
  if (x->kind == NUMBER && y->kind == NUMBER)
    return numberTerm(op == '+'   ? x->number + y->number
                      : op == '-' ? x->number - y->number
                      : op == '*' ? x->number * y->number
                                  : x->number / y->number);
  const char *row = op == '+'   ? "add"
                    : op == '-' ? "subtract"
                    : op == '*' ? "multiply"
                                : "divide";
  bool isByOne = op == '*' && ((x->kind == NUMBER && x->number == 1) ||
                               (y->kind == NUMBER && y->number == 1));
  if (isByOne)
    return tensorTerm(p, asNumber(p, x->kind == NUMBER ? y : x));
  return apply(p, row, UF_VALUES(asNumber(p, x), asNumber(p, y)), UF_NO_ATTRS);
}

static Term parseProduct(Parser *p) {
  Term x = parseUnary(p);
  while (!p->failed) {
    char op = accept(p, "*") ? '*' : accept(p, "/") ? '/' : 0;
    if (!op)
      break;
    Term y = parseUnary(p);
    x = arithmetic(p, op, &x, &y);
  }
  return x;
}

static Term parseSum(Parser *p) {
  Term x = parseProduct(p);
  while (!p->failed) {
    char op = accept(p, "+") ? '+' : accept(p, "-") ? '-' : 0;
    if (!op)
      break;
    Term y = parseProduct(p);
    x = arithmetic(p, op, &x, &y);
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

static Term parseComparison(Parser *p) {
  static const char *const preds[][2] = {{"==", "eq"}, {"!=", "ne"},
                                         {"<=", "le"}, {">=", "ge"},
                                         {"<", "lt"},  {">", "gt"}};
  Term x = parseSum(p);
  for (int i = 0; i < UF_COUNT(preds) && !p->failed; ++i) {
    if (!accept(p, preds[i][0]))
      continue;
    Term y = parseSum(p);
    if (x.kind == NUMBER && y.kind == NUMBER)
      return numberTerm(compareNumbers(preds[i][1], x.number, y.number));
    return compareWith(p, preds[i][1], asNumber(p, &x), asNumber(p, &y));
  }
  return x;
}

/// Comparisons joined by `&&`, and those by `||`.
static Term parseLogic(Parser *p, bool isOr) {
  Term x = isOr ? parseLogic(p, false) : parseComparison(p);
  while (!p->failed && accept(p, isOr ? "||" : "&&")) {
    Term y = isOr ? parseLogic(p, false) : parseComparison(p);
    if (x.kind == NUMBER && y.kind == NUMBER)
      x = numberTerm(isOr ? x.number != 0 || y.number != 0
                          : x.number != 0 && y.number != 0);
    else
      x = apply(p, "logical", UF_VALUES(asTruth(p, &x), asTruth(p, &y)),
                UF_ATTRS({"kind", ufStrAttr(p->b, isOr ? "or" : "and")}));
  }
  return x;
}

/// Reads a branch, and builds it unless it is skipped.
static Term parseUnless(Parser *p, bool isSkipped) {
  bool before = p->isSkipping;
  p->isSkipping |= isSkipped;
  Term term = parseChoice(p);
  p->isSkipping = before;
  return term;
}

static Term parseChoice(Parser *p) {
  enum { MAX_DEPTH = 64 };
  if (++p->depth > MAX_DEPTH)
    return failSyntax(p);
  Term condition = parseLogic(p, true);
  --p->depth;
  if (p->failed || !accept(p, "?"))
    return condition;
  bool isKnown = condition.kind == NUMBER, isTrue = condition.number != 0;
  Term x = parseUnless(p, isKnown && !isTrue);
  expect(p, ":");
  Term y = parseUnless(p, isKnown && isTrue);
  if (isKnown)
    return isTrue ? x : y;
  MlirValue mask = asTruth(p, &condition);
  return apply(p, "where", UF_VALUES(mask, asNumber(p, &x), asNumber(p, &y)),
               UF_NO_ATTRS);
}

/// Statements, and then the result.
static Term parseFormula(Parser *p) {
  char name[MAX_NAME];
  while (!p->failed && acceptAssignment(p, name)) {
    Term term = parseChoice(p);
    expect(p, ";");
    skipSpace(p);
    if (p->numLocals == MAX_LOCALS)
      return failSyntax(p);
    Local *local = &p->locals[p->numLocals++];
    memcpy(local->name, name, sizeof local->name);
    local->term = term;
  }
  Term result = parseChoice(p);
  skipSpace(p);
  return *p->at && !p->failed ? failSyntax(p) : result;
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
  Parser p = {.b = b,
              .node = node,
              .type = computedType(b, node, type, result),
              .result = result,
              .at = formula};
  Term term = parseFormula(&p);
  MlirType is = p.type;
  if (result.ptr)
    is = result;
  else if (term.kind == TENSOR && term.value.ptr)
    is = ufElementType(term.value);
  MlirValue value = asType(&p, &term, is);
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

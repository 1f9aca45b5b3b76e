//===-- FormulaTerm.c - What formulas compute with ------------------------===//

#include "Ops/FormulaTerm.h"

#include <math.h>
#include <string.h>

UfTerm ufTermNumber(double number) {
  return (UfTerm){.kind = UF_TERM_NUMBER, .number = number};
}

UfTerm ufTermTensor(UfFormulaState *p, MlirValue value) {
  p->failed |= value.ptr == NULL && !p->isSkipping;
  return (UfTerm){.kind = UF_TERM_TENSOR, .value = value};
}

UfTerm ufTermFail(UfFormulaState *p, const char *why) {
  if (!p->failed && !p->isSkipping)
    ufNodeError(p->node, "%s", why);
  p->failed |= !p->isSkipping;
  return (UfTerm){.kind = UF_TERM_TENSOR};
}

/// The formula itself is wrong: our bug, found by any test of it.
UfTerm ufTermFailSyntax(UfFormulaState *p) {
  if (!p->failed)
    ufNodeError(p->node, "has a formula that cannot be read at '%.24s'", p->at);
  p->failed = true;
  return (UfTerm){.kind = UF_TERM_TENSOR};
}

/// `term` as a tensor of `type`; null after an error.
MlirValue ufTermAs(UfFormulaState *p, const UfTerm *term, MlirType type) {
  if (p->failed || p->isSkipping)
    return (MlirValue){NULL};
  if (term->kind == UF_TERM_NUMBER && mlirTypeEqual(type, ufI1(p->b)))
    return ufScalarConstant(p->b, type, term->number != 0);
  if (term->kind == UF_TERM_NUMBER)
    return ufScalarConstant(p->b, type, term->number);
  if (term->kind == UF_TERM_TENSOR)
    return ufTorchCast(p->b, term->value, type);
  ufTermFail(p, "needs an argument that is left out");
  return (MlirValue){NULL};
}

MlirValue ufTermAsNumber(UfFormulaState *p, const UfTerm *term) {
  return ufTermAs(p, term, p->type);
}

MlirValue ufTermAsTruth(UfFormulaState *p, const UfTerm *term) {
  return ufTermAs(p, term, ufI1(p->b));
}

UfTerm ufTermApply(UfFormulaState *p, const char *op, UfValues operands,
                   UfAttrs attrs) {
  if (p->failed || p->isSkipping)
    return (UfTerm){.kind = UF_TERM_TENSOR};
  return ufTermTensor(p, ufOp(p->b, op, operands, attrs));
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static UfTerm argTerm(UfFormulaState *p, const UfrontArg *arg) {
  switch (arg->kind) {
  case UFRONT_ARG_INT:
  case UFRONT_ARG_BOOL:
    // What f64 does not hold stays a tensor.
    if (arg->integer > (INT64_C(1) << 53) || arg->integer < -(INT64_C(1) << 53))
      return ufTermTensor(p, ufTorchTensor(p->b, p->node, arg->name));
    return ufTermNumber((double)arg->integer);
  case UFRONT_ARG_FLOAT:
    return ufTermNumber(arg->number);
  case UFRONT_ARG_STRING:
    return (UfTerm){.kind = UF_TERM_TEXT,
                    .text = arg->text,
                    .length = (int)strlen(arg->text)};
  case UFRONT_ARG_VALUE:
    return ufTermTensor(p, p->node->reader->getValue(p->node, arg->integer));
  default:
    return ufTermFail(p,
                      "has an argument that is neither a tensor nor a number");
  }
}

/// The largest number of the result's type, the lowest for `sign` -1.
static double limitOf(const UfFormulaState *p, int sign) {
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

UfFormulaLocal *ufTermLocal(UfFormulaState *p, const char *name) {
  for (int i = 0; i < p->numLocals; ++i)
    if (strcmp(p->locals[i].name, name) == 0)
      return &p->locals[i];
  return NULL;
}

UfTerm ufTermNamed(UfFormulaState *p, const char *name) {
  const struct {
    const char *name;
    double value;
  } constants[] = {{"pi", M_PI},
                   {"inf", INFINITY},
                   {"nan", NAN},
                   {"lowest", limitOf(p, -1)},
                   {"highest", limitOf(p, 1)}};
  const UfFormulaLocal *local = ufTermLocal(p, name);
  const UfrontArg *arg = ufTorchArg(p->node, name);
  if (arg)
    return argTerm(p, arg);
  if (local)
    return local->term;
  for (int i = 0; i < UF_COUNT(constants); ++i)
    if (strcmp(constants[i].name, name) == 0)
      return ufTermNumber(constants[i].value);
  return (UfTerm){.kind = UF_TERM_ABSENT};
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static UfTerm reduced(UfFormulaState *p, const UfTerm *x) {
  static const char *const rows[] = {NULL, "reduce_mean", "reduce_sum"};
  UfTerm kind = ufTermNamed(p, "reduction");
  double number = kind.kind == UF_TERM_NUMBER ? kind.number : 1;
  if (!(number >= 0 && number < UF_COUNT(rows)))
    return ufTermFail(p, "argument 'reduction' must be 0, 1 or 2");
  int reduction = (int)number;
  UfTerm value = ufTermTensor(p, ufTermAsNumber(p, x));
  return rows[reduction]
             ? ufTermApply(p, rows[reduction], UF_VALUES(value.value),
                           UF_ATTRS({"keepdims", ufBoolAttr(p->b, false)}))
             : value;
}

static MlirValue binary(UfFormulaState *p, const char *op, MlirValue x,
                        MlirValue y) {
  return ufTermApply(p, op, UF_VALUES(x, y), UF_NO_ATTRS).value;
}

static UfTerm polynomial(UfFormulaState *p, const UfTermCall *call) {
  MlirValue x = ufTermAsNumber(p, &call->args[0]);
  MlirValue sum = ufTermAsNumber(p, &call->args[call->numArgs - 1]);
  for (int i = call->numArgs - 2; i > 0; --i)
    sum = binary(p, "add", binary(p, "multiply", sum, x),
                 ufTermAsNumber(p, &call->args[i]));
  return ufTermTensor(p, sum);
}

UfTerm ufTermCompare(UfFormulaState *p, const char *pred, MlirValue x,
                     MlirValue y) {
  return ufTermApply(p, "compare", UF_VALUES(x, y),
                     UF_ATTRS({"pred", ufStrAttr(p->b, pred)}));
}

static UfTerm signBit(UfFormulaState *p, const UfTerm *x) {
  MlirValue value = ufTermAsNumber(p, x);
  if (!value.ptr)
    return *x;
  MlirType type = ufElementType(value);
  if (ufIsFloat(type)) {
    type = ufIntType(p->b, ufBitWidth(type));
    value = ufTermApply(p, "bitcast", UF_VALUES(value),
                        UF_ATTRS({"to", mlirTypeAttrGet(type)}))
                .value;
  }
  if (ufIsBool(type))
    return ufTermCompare(p, "ne", value, value);
  return ufTermCompare(p, "lt", value, ufScalarConstant(p->b, type, 0));
}

static UfTerm onlyElement(UfFormulaState *p, const UfTerm *x) {
  if (x->kind != UF_TERM_TENSOR || !x->value.ptr || ufRank(x->value) == 0)
    return *x;
  return ufTermApply(p, "reshape", UF_VALUES(x->value),
                     UF_ATTRS({"shape", ufIntsAttr(p->b, 0, NULL)}));
}

/// `x` without what the result's type does not hold: integers end at the point.
static UfTerm asResult(UfFormulaState *p, const UfTerm *x) {
  bool keeps = !p->result.ptr || ufIsFloat(p->result);
  if (x->kind == UF_TERM_NUMBER)
    return keeps ? *x : ufTermNumber(trunc(x->number));
  if (keeps)
    return *x;
  MlirValue cut = ufTermAs(p, x, p->result);
  return ufTermTensor(p, ufTorchCast(p->b, cut, p->type));
}

/// A row of the op table. Operands that are truth values become such, others
/// numbers.
static UfTerm callRow(UfFormulaState *p, const UfTermCall *call) {
  const UfOp *row = ufFindOp(call->name);
  MlirValue operands[UF_MAX_OPERANDS];
  if (!row)
    return ufTermFailSyntax(p);
  for (int i = 0; i < call->numArgs; ++i) {
    const UfValueSpec *spec = &row->operands[i];
    if (!spec->name)
      return ufTermFailSyntax(p);
    bool isLeftOut =
        call->args[i].kind == UF_TERM_ABSENT && spec->arity == UF_OPTIONAL;
    operands[i] = isLeftOut ? (MlirValue){NULL}
                  : (spec->types & ~UF_SAME) == UF_BOOLS
                      ? ufTermAsTruth(p, &call->args[i])
                      : ufTermAsNumber(p, &call->args[i]);
  }
  return ufTermApply(p, call->name, (UfValues){operands, call->numArgs},
                     (UfAttrs){call->attrs, call->numAttrs});
}

/// Fails with the given text unless a number is not 0.
static UfTerm require(UfFormulaState *p, const UfTermCall *call) {
  char why[128];
  const UfTerm *text = &call->args[1];
  if (call->numArgs != 2 || text->kind != UF_TERM_TEXT)
    return ufTermFailSyntax(p);
  snprintf(why, sizeof why, "%.*s", text->length, text->text);
  if (call->args[0].kind == UF_TERM_NUMBER && call->args[0].number != 0)
    return call->args[0];
  return ufTermFail(p, why);
}

UfTerm ufTermEvaluate(UfFormulaState *p, const UfTermCall *call) {
  const UfTerm *x = &call->args[0];
  if (call->numArgs == 0)
    return ufTermFailSyntax(p);
  if (strcmp(call->name, "reduced") == 0)
    return reduced(p, x);
  if (strcmp(call->name, "poly") == 0)
    return polynomial(p, call);
  if (strcmp(call->name, "signbit") == 0)
    return signBit(p, x);
  if (strcmp(call->name, "truth") == 0)
    return ufTermTensor(p, ufTermAsTruth(p, x));
  if (strcmp(call->name, "scalar") == 0)
    return onlyElement(p, x);
  if (strcmp(call->name, "as_result") == 0)
    return asResult(p, x);
  if (strcmp(call->name, "given") == 0)
    return ufTermNumber(x->kind != UF_TERM_ABSENT);
  if (strcmp(call->name, "require") == 0)
    return require(p, call);
  if (strcmp(call->name, "pow") == 0 && x->kind == UF_TERM_NUMBER &&
      call->args[1].kind == UF_TERM_NUMBER)
    return ufTermNumber(pow(x->number, call->args[1].number));
  return callRow(p, call);
}

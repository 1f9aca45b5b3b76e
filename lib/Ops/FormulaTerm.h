//===-- FormulaTerm.h - What formulas compute with ----------------*- C -*-===//
//
// Between the reader of formulas (Formula.c) and the table of ops: numbers that
// are known, tensors, texts, and the functions of them. After an error, which
// has been reported, tensors are null.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_FORMULATERM_H
#define UF_OPS_FORMULATERM_H

#include "Ops/Formula.h"

typedef enum UfTermKind {
  UF_TERM_ABSENT,
  UF_TERM_NUMBER,
  UF_TERM_TENSOR,
  UF_TERM_TEXT
} UfTermKind;

/// A number, tensor or text of a formula.
typedef struct UfTerm {
  UfTermKind kind;
  double number;
  MlirValue value; ///< Null after an error.
  const char *text;
  int length;
} UfTerm;

enum { UF_MAX_LOCALS = 32, UF_MAX_NAME = 48 };

/// What a name was assigned.
typedef struct UfFormulaLocal {
  char name[UF_MAX_NAME];
  UfTerm term;
} UfFormulaLocal;

/// A formula that is being read.
typedef struct UfFormulaState {
  UfBuilder *b;
  const UfNode *node;
  MlirType type;   ///< Numbers are computed in it.
  MlirType result; ///< Of the node; null when it does not say.
  const char *at;
  bool failed;
  bool isSkipping; ///< Reads what is not to be built.
  int depth, numLocals;
  UfFormulaLocal locals[UF_MAX_LOCALS];
} UfFormulaState;

enum { UF_MAX_TERMS = 40 };

/// A call with its arguments.
typedef struct UfTermCall {
  char name[UF_MAX_NAME];
  UfTerm args[UF_MAX_TERMS];
  int numArgs;
  UfAttr attrs[UF_MAX_ATTRS];
  int numAttrs;
} UfTermCall;

UfTerm ufTermNumber(double number);
/// A result; a null one is an error that has been reported.
UfTerm ufTermTensor(UfFormulaState *p, MlirValue value);
/// Reports `why` at the node, once.
UfTerm ufTermFail(UfFormulaState *p, const char *why);
/// The formula itself is wrong: our bug, found by any test of it.
UfTerm ufTermFailSyntax(UfFormulaState *p);

/// `term` as a tensor of `type`, or of the type of numbers, or of truth values.
MlirValue ufTermAs(UfFormulaState *p, const UfTerm *term, MlirType type);
MlirValue ufTermAsNumber(UfFormulaState *p, const UfTerm *term);
MlirValue ufTermAsTruth(UfFormulaState *p, const UfTerm *term);

/// The row `op`.
UfTerm ufTermApply(UfFormulaState *p, const char *op, UfValues operands,
                   UfAttrs attrs);
/// The row compare.
UfTerm ufTermCompare(UfFormulaState *p, const char *pred, MlirValue x,
                     MlirValue y);

/// What was assigned to `name`, or null.
UfFormulaLocal *ufTermLocal(UfFormulaState *p, const char *name);
/// The argument, assigned value or constant `name`; absent when there is none.
UfTerm ufTermNamed(UfFormulaState *p, const char *name);
/// A function or row of the op table.
UfTerm ufTermEvaluate(UfFormulaState *p, const UfTermCall *call);

#endif // UF_OPS_FORMULATERM_H

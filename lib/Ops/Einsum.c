//===-- Einsum.c - Sums of products by index notation ---------------------===//
//
// Operands are joined from left to right, each step one linalg.generic over the
// labels of both, which sums over those that nothing after it mentions.
//
//===----------------------------------------------------------------------===//

#include "IR/Linalg.h"
#include "Ops/TorchProduct.h"

#include <ctype.h>
#include <string.h>

//===----------------------------------------------------------------------===//
// Equations
//===----------------------------------------------------------------------===//

/// Labels are letters, and numbers from ELLIPSIS up for what "..." stands for,
/// counted from the last dimension.
enum { ELLIPSIS = 'z' + 1, NUM_LABELS = ELLIPSIS + UF_MAX_RANK };

/// The labels of one operand's dimensions, or of the result's.
typedef struct Term {
  int count;
  unsigned char labels[UF_MAX_RANK];
} Term;

typedef struct Equation {
  int numTerms;
  Term terms[UF_MAX_VALUES];
  Term output;
} Equation;

/// Reads one term up to a comma, an arrow or the end. `numHidden` says how many
/// dimensions "..." stands for. Returns null, or what is wrong.
static const char *readTerm(const char **text, int numHidden, Term *term) {
  bool sawEllipsis = false;
  term->count = 0;
  for (; **text && **text != ',' && **text != '-'; ++*text) {
    if (**text == ' ')
      continue;
    int more = 1;
    if (**text == '.') {
      if (sawEllipsis || strncmp(*text, "...", 3) != 0)
        return "has a '.' that is not part of one '...'";
      sawEllipsis = true;
      *text += 2;
      more = numHidden;
    } else if (!isalpha((unsigned char)**text)) {
      return "has a character that is neither a letter nor ',', '->' or '...'";
    }
    if (term->count + more > UF_MAX_RANK)
      return "has a term of too many dimensions";
    for (int i = 0; i < more; ++i)
      term->labels[term->count++] =
          (unsigned char)(**text == '.' ? ELLIPSIS + more - 1 - i : **text);
  }
  return NULL;
}

/// How many dimensions "..." stands for in an operand of `rank` whose term
/// begins at `text`; 0 when it has none. Negative when it has too few.
static int countHidden(const char *text, int rank) {
  bool sawEllipsis = false;
  for (; *text && *text != ',' && *text != '-'; ++text) {
    sawEllipsis |= *text == '.';
    rank -= isalpha((unsigned char)*text) != 0;
  }
  return sawEllipsis ? rank : 0;
}

/// Without an arrow: what "..." stands for, then letters that are there once,
/// in alphabetical order.
static const char *implyOutput(Equation *equation, int numHidden) {
  int seen[NUM_LABELS] = {0};
  for (int t = 0; t < equation->numTerms; ++t)
    for (int i = 0; i < equation->terms[t].count; ++i)
      ++seen[equation->terms[t].labels[i]];
  Term *output = &equation->output;
  output->count = 0;
  for (int i = numHidden; i-- > 0;)
    output->labels[output->count++] = (unsigned char)(ELLIPSIS + i);
  for (int label = 'A'; label <= 'z'; ++label) {
    if (seen[label] != 1)
      continue;
    if (output->count == UF_MAX_RANK)
      return "has a result of too many dimensions";
    output->labels[output->count++] = (unsigned char)label;
  }
  return NULL;
}

/// Every label of the result is in an operand, and in the result once.
static const char *checkOutput(const Equation *equation) {
  bool known[NUM_LABELS] = {false};
  for (int t = 0; t < equation->numTerms; ++t)
    for (int i = 0; i < equation->terms[t].count; ++i)
      known[equation->terms[t].labels[i]] = true;
  for (int i = 0; i < equation->output.count; ++i) {
    int label = equation->output.labels[i];
    if (!known[label])
      return "has a label in the result that is in no operand, or in the "
             "result twice";
    known[label] = false;
  }
  return NULL;
}

/// Reads "ij,jk->ik" for operands of the given ranks. Returns null, or what is
/// wrong with it.
static const char *readEquation(const char *text, int numOperands,
                                const int *ranks, Equation *equation) {
  int mostHidden = 0;
  equation->numTerms = 0;
  for (bool more = true; more; ++equation->numTerms) {
    if (equation->numTerms == numOperands)
      return "has more terms than there are operands";
    Term *term = &equation->terms[equation->numTerms];
    int hidden = countHidden(text, ranks[equation->numTerms]);
    if (hidden < 0)
      return "has a term with more letters than its operand has dimensions";
    const char *wrong = readTerm(&text, hidden, term);
    if (wrong)
      return wrong;
    if (term->count != ranks[equation->numTerms])
      return "has a term that does not fit its operand's rank";
    mostHidden = hidden > mostHidden ? hidden : mostHidden;
    more = *text == ',';
    text += more;
  }
  if (equation->numTerms < numOperands)
    return "has fewer terms than there are operands";
  if (!*text)
    return implyOutput(equation, mostHidden);
  if (strncmp(text, "->", 2) != 0)
    return "has a '-' that is not part of '->'";
  text += 2;
  const char *wrong = readTerm(&text, mostHidden, &equation->output);
  if (wrong)
    return wrong;
  return *text ? "goes on after the result" : checkOutput(equation);
}

/// Reads the equation of `op`; reports what is wrong with it.
static MlirLogicalResult equationOf(MlirOperation op, Equation *equation) {
  int count = (int)mlirOperationGetNumOperands(op), ranks[UF_MAX_VALUES];
  if (count < 1 || count > UF_MAX_VALUES) // C1
    return ufOpError(op, "has %d operands, but takes 1 to %d", count,
                     UF_MAX_VALUES);
  for (int i = 0; i < count; ++i)
    ranks[i] = ufRank(mlirOperationGetOperand(op, i));
  const char *text = ufGetStr(op, "equation");
  const char *wrong = readEquation(text, count, ranks, equation);
  return wrong ? ufOpError(op, "equation '%s' %s", text, wrong) // C2
               : mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// einsum
//
//   output[labels] = sum over all other labels of the product of
//   operand[labels of its term], as in numpy.
//
// (C1) there are 1 to 64 operands.
// (C2) the equation is well-formed and fits the operands' ranks.
// (C3) dimensions of one label are equal, or 1.
//===----------------------------------------------------------------------===//

static MlirLogicalResult inferEinsum(MlirOperation op, UfShape *results) {
  Equation equation = {0};
  UF_TRY(equationOf(op, &equation));
  int64_t sizes[NUM_LABELS];
  for (int i = 0; i < NUM_LABELS; ++i)
    sizes[i] = 1;
  for (int t = 0; t < equation.numTerms; ++t) {
    UfShape shape = ufShape(mlirOperationGetOperand(op, t));
    for (int d = 0; d < shape.rank; ++d) {
      int label = equation.terms[t].labels[d];
      int64_t *size = &sizes[label], found = shape.dims[d];
      if (*size != found && *size > 1 && found != UF_DYNAMIC && found != 1)
        return ufOpError(op, // C3
                         "dimension %d of operand %d is %" PRId64
                         ", but the same label was %" PRId64 " before",
                         d, t, found, *size);
      // A known size other than one decides.
      if (*size == 1 || (*size == UF_DYNAMIC && found != 1))
        *size = found;
    }
  }
  results[0].rank = equation.output.count;
  results[0].element = ufElementType(mlirOperationGetOperand(op, 0));
  for (int i = 0; i < equation.output.count; ++i)
    results[0].dims[i] = sizes[equation.output.labels[i]];
  return mlirLogicalResultSuccess();
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

/// A tensor and its labels.
typedef struct Factor {
  MlirValue value;
  Term term;
} Factor;

/// One step's loops.
typedef struct Loops {
  int count;
  unsigned char labels[2 * UF_MAX_RANK];
  int of[NUM_LABELS]; ///< The loop of a label, -1 for none.
  UfSize sizes[NUM_LABELS];
  char iterators[2 * UF_MAX_RANK + 1];
} Loops;

static void productBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  int count = *(const int *)data;
  MlirType type = mlirValueGetType(args[count]);
  MlirValue x = ufConvert(b, args[0], type, false, false);
  results[0] =
      count == 1
          ? ufAddAnyOrder(b, x, args[1])
          : ufMulAddAnyOrder(b, x, ufConvert(b, args[1], type, false, false),
                             args[2]);
}

static void convertBody(UfBuilder *b, const MlirValue *args, MlirValue *results,
                        const void *data) {
  (void)data;
  MlirType element =
      ufSignless(mlirShapedTypeGetElementType(ufResultType(b, 0)));
  results[0] = ufConvert(b, args[0], element, false, false);
}

static void addLoop(Loops *loops, int label, char kind) {
  if (loops->of[label] >= 0)
    return;
  loops->of[label] = loops->count;
  loops->labels[loops->count] = (unsigned char)label;
  loops->iterators[loops->count++] = kind;
}

/// Collects sizes of labels; equal where not one.
static void measure(UfBuilder *b, Loops *loops, const Factor *factor) {
  for (int d = 0; d < factor->term.count; ++d) {
    UfSize size = ufSizeOf(b, factor->value, d);
    UfSize *known = &loops->sizes[factor->term.labels[d]];
    if (ufSizeDim(size) == 1)
      continue;
    if (ufSizeDim(*known) == 1) {
      *known = size;
      continue;
    }
    ufAssertSameSize(b, *known, size, "dimensions of one label differ");
    if (ufIsStatic(size))
      *known = size;
  }
}

/// Whether `label` is the last, contiguous dimension of a factor.
static bool isInnermost(const Factor *factors, int count, int label) {
  for (int i = 0; i < count; ++i) {
    const Term *term = &factors[i].term;
    if (term->count > 0 && term->labels[term->count - 1] == label)
      return true;
  }
  return false;
}

/// Orders the loops: those of the result, then the summed ones; the last one of
/// the result goes innermost if a factor lies along it.
static void orderLoops(Loops *loops, const Factor *factors, int count,
                       const Term *result) {
  int last = result->count ? result->labels[result->count - 1] : -1;
  bool isLastInner = last >= 0 && isInnermost(factors, count, last);
  for (int i = 0; i < result->count - isLastInner; ++i)
    addLoop(loops, result->labels[i], 'p');
  for (int i = 0; i < count; ++i)
    for (int d = 0; d < factors[i].term.count; ++d)
      if (!isLastInner || factors[i].term.labels[d] != last)
        addLoop(loops, factors[i].term.labels[d], 'r');
  if (isLastInner)
    addLoop(loops, last, 'p');
}

static MlirAffineMap mapOf(UfBuilder *b, const Loops *loops,
                           const Factor *factor) {
  int dims[UF_MAX_RANK];
  for (int d = 0; d < factor->term.count; ++d) {
    int label = factor->term.labels[d];
    bool isOne =
        ufDimSize(factor->value, d) == 1 && ufSizeDim(loops->sizes[label]) != 1;
    dims[d] = isOne ? -1 : loops->of[label];
  }
  return ufMapOf(b, loops->count, factor->term.count, dims);
}

/// The product of one or two factors, summed over the labels not in `result`.
static MlirValue contract(UfBuilder *b, const Factor *factors, int count,
                          const Term *result, MlirType type) {
  Loops loops = {0};
  MlirValue inputs[2];
  UfSize sizes[UF_MAX_RANK];
  for (int i = 0; i < NUM_LABELS; ++i) {
    loops.of[i] = -1;
    loops.sizes[i] = ufStatic(1);
  }
  for (int i = 0; i < count; ++i)
    measure(b, &loops, &factors[i]);
  orderLoops(&loops, factors, count, result);
  for (int i = 0; i < result->count; ++i)
    sizes[i] = loops.sizes[result->labels[i]];

  MlirValue zero = ufInteger(b, type, 0);
  Factor output = {ufFilled(b, zero, result->count, sizes), *result};
  MlirAffineMap maps[3];
  for (int i = 0; i < count; ++i) {
    inputs[i] = factors[i].value;
    maps[i] = mapOf(b, &loops, &factors[i]);
  }
  maps[count] = mapOf(b, &loops, &output);
  return ufGeneric(b, &(UfGeneric){
                          .inputs = {inputs, count},
                          .inits = UF_VALUES(output.value),
                          .maps = maps,
                          .iterators = loops.iterators,
                          .body = productBody,
                          .data = &count,
                      });
}

/// The labels of both factors that the result or a later operand needs. False
/// when they are too many for a tensor.
static bool keptLabels(const Equation *equation, int next, const Factor *pair,
                       Term *kept) {
  bool isNeeded[NUM_LABELS] = {false};
  for (int i = 0; i < equation->output.count; ++i)
    isNeeded[equation->output.labels[i]] = true;
  for (int t = next; t < equation->numTerms; ++t)
    for (int i = 0; i < equation->terms[t].count; ++i)
      isNeeded[equation->terms[t].labels[i]] = true;
  kept->count = 0;
  for (int f = 0; f < 2; ++f)
    for (int i = 0; i < pair[f].term.count; ++i) {
      int label = pair[f].term.labels[i];
      if (!isNeeded[label])
        continue;
      if (kept->count == UF_MAX_RANK)
        return false;
      kept->labels[kept->count++] = (unsigned char)label;
      isNeeded[label] = false;
    }
  return true;
}

static MlirLogicalResult lowerEinsum(UfBuilder *b) {
  Equation equation = {0};
  UF_TRY(equationOf(b->op, &equation));
  MlirType element = ufElementType(ufInput(b, 0));
  MlirType type =
      ufIsFloat(element) && ufBitWidth(element) < 32 ? ufF32(b) : element;
  Factor pair[2] = {{ufInput(b, 0), equation.terms[0]}};
  MlirValue result = {NULL};
  if (equation.numTerms == 1)
    result = contract(b, pair, 1, &equation.output, type);
  for (int t = 1; t < equation.numTerms; ++t) {
    bool isLast = t + 1 == equation.numTerms;
    Term kept = equation.output;
    pair[1] = (Factor){ufInput(b, t), equation.terms[t]};
    if (!isLast && !keptLabels(&equation, t + 1, pair, &kept))
      return ufOpError(b->op,
                       "has an intermediate result of more than %d "
                       "dimensions",
                       UF_MAX_RANK);
    result = contract(b, pair, 2, &kept, type);
    pair[0] = (Factor){result, kept};
  }
  if (!mlirTypeEqual(type, element))
    result = ufElementwise(b, UF_VALUES(result), element, convertBody, NULL);
  return ufReplace(b, result);
}

//===----------------------------------------------------------------------===//

static const UfOp ops[] = {
    {
        .name = "einsum",
        .summary = "Sums of products, as the equation says.",
        .operands = {{"inputs", "As many as the equation has terms.",
                      UF_NUMBERS | UF_SAME, UF_VARIADIC}},
        .attrs = {{"equation", "As in numpy: \"bij,bjk->bik\".", UF_STRING}},
        .infer = inferEinsum,
        .toLinalg = lowerEinsum,
        .imports = UF_IMPORTS(
            {UF_ONNX, "Einsum", 12, NULL},
            {UF_TORCH, "aten.einsum.default", 0, ufTorchEinsum},
            {UF_TORCH, "aten._trilinear.default", 0, ufTorchTrilinear}),
    },
};
UF_FAMILY(ufEinsumOps, "einsum", ops);

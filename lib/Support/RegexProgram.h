//===-- RegexProgram.h - What an expression becomes ---------------*- C -*-===//

#ifndef UF_SUPPORT_REGEXPROGRAM_H
#define UF_SUPPORT_REGEXPROGRAM_H

#include "Support/Regex.h"

typedef enum UfRegexKind {
  UF_REGEX_EMPTY, ///< Goes on.
  UF_REGEX_SPLIT, ///< Goes on in two places.
  UF_REGEX_SET,   ///< Goes on after a code point of the set.
  UF_REGEX_MATCH,
  UF_REGEX_BEGIN, ///< These go on where it is so: at the beginning, the end,
  UF_REGEX_END,
  UF_REGEX_BOUNDARY, ///< a boundary of ASCII words,
  UF_REGEX_INSIDE,   ///< or none.
} UfRegexKind;

typedef struct UfRegexRange {
  uint32_t low, high;
} UfRegexRange;

typedef struct UfRegexSet {
  UfRegexRange *ranges;
  int32_t count, capacity;
  bool isNegated;
} UfRegexSet;

typedef struct UfRegexStep {
  UfRegexKind kind;
  int32_t next, other;
  const UfRegexSet *set;
} UfRegexStep;

struct UfRegex {
  UfRegexStep *steps;
  int32_t count, start;
};

#endif // UF_SUPPORT_REGEXPROGRAM_H

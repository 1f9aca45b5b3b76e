//===-- Regex.h - Regular expressions that match all of a text ----*- C -*-===//
//
// The syntax is RE2's, less what is listed below; a match takes time linear in
// the text. Plain C, no state.
//
//   x . [a-z] [^a-z] [[:alpha:]]   x|y xy (x) (?:x) (?P<name>x) (?<name>x)
//   x* x+ x? x{n} x{n,} x{n,m}     the same followed by ?, which is the same
//   ^ $ \A \z \b \B                \d \s \w \D \S \W \a \f \n \r \t \v
//   \123 \x7F \x{10FFFF}           \ before punctuation
//
// Not there: flags as (?i), \p{Greek}, \Q...\E, \C, \1.
//
//===----------------------------------------------------------------------===//

#ifndef UF_SUPPORT_REGEX_H
#define UF_SUPPORT_REGEX_H

#include "Support/Arena.h"

typedef struct UfRegex UfRegex;

/// Writes the expression, which lives in `arena`, or returns why not.
const char *ufRegexCompile(UfArena *arena, const char *pattern, size_t size,
                           UfRegex **out);

/// 1 when all of the text matches, 0 when not, -1 without memory. Bytes that
/// are not UTF-8 are U+FFFD each.
int ufRegexMatch(const UfRegex *regex, const char *text, size_t size);

/// The code point at the beginning of `text`, which is not empty; writes how
/// many bytes it has.
uint32_t ufUtf8Decode(const char *text, size_t size, size_t *length);
/// Writes a code point, at most 4 bytes; returns how many.
size_t ufUtf8Encode(uint32_t point, char *out);

#endif // UF_SUPPORT_REGEX_H

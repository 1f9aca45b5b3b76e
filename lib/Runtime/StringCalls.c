//===-- StringCalls.c - What generated code does with strings -------------===//

#include "Runtime/Instance.h"
#include "Support/Regex.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

static _Noreturn void leaveFull(UfrtCall *call) {
  UfMessage message = {0};
  ufFail(&message, UFRONT_NO_MEMORY, "too many strings, or too much text");
  ufCallLeave(call, UFRONT_NO_MEMORY, message);
}

static UfrontString get(const UfrtCall *call, int64_t handle) {
  return ufStringsGet(call->instance->strings, handle);
}

static int64_t intern(UfrtCall *call, const char *data, size_t size) {
  int64_t handle = ufStringsIntern(call->instance->strings, data, size);
  if (handle < 0)
    leaveFull(call);
  return handle;
}

/// Room for a string that is being made; the pool takes it back if the run
/// ends.
static char *borrow(UfrtCall *call, size_t size) {
  return ufrtCallAlloc(call, (int64_t)(size ? size : 1));
}

int64_t ufrtCallStringConcat(UfrtCall *call, int64_t x, int64_t y) {
  UfrontString first = get(call, x), second = get(call, y);
  if (first.size == 0 || second.size == 0)
    return first.size ? x : y;
  size_t size = (size_t)first.size + (size_t)second.size;
  char *text = borrow(call, size);
  memcpy(text, first.data, (size_t)first.size);
  memcpy(text + first.size, second.data, (size_t)second.size);
  int64_t result = intern(call, text, size);
  ufrtCallFree(call, text);
  return result;
}

//===----------------------------------------------------------------------===//
// Case
//===----------------------------------------------------------------------===//

/// Changes the case of `from`; returns the size. A letter may grow, to at most
/// 4 bytes for each of its own.
static size_t changeCase(UfrontString from, bool upper, locale_t locale,
                         char *to) {
  size_t size = 0, length;
  for (int64_t at = 0; at < from.size; at += (int64_t)length) {
    uint32_t point =
        ufUtf8Decode(from.data + at, (size_t)(from.size - at), &length);
    if (point == 0xfffd) { // what is no UTF-8 stays as it is
      memcpy(to + size, from.data + at, length);
      size += length;
      continue;
    }
    wint_t changed = upper ? towupper_l((wint_t)point, locale)
                           : towlower_l((wint_t)point, locale);
    size += ufUtf8Encode((uint32_t)changed, to + size);
  }
  return size;
}

int64_t ufrtCallStringCase(UfrtCall *call, int64_t x, int64_t upper) {
  UfrontString from = get(call, x);
  char *text = borrow(call, 4 * (size_t)from.size);
  locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  if (!locale) {
    UfMessage message = {0};
    ufFail(&message, UFRONT_RUNTIME,
           "changing case needs the locale C.UTF-8, which is not here");
    ufCallLeave(call, UFRONT_RUNTIME, message);
  }
  size_t size = changeCase(from, upper != 0, locale, text);
  freelocale(locale);
  int64_t result = intern(call, text, size);
  ufrtCallFree(call, text);
  return result;
}

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

int64_t ufrtCallStringMatch(UfrtCall *call, int64_t x, int64_t pattern) {
  UfrontString text = get(call, x), expression = get(call, pattern);
  UfArena arena = {0};
  UfRegex *regex;
  // The import has refused what cannot be compiled.
  const char *error =
      ufRegexCompile(&arena, expression.data, (size_t)expression.size, &regex);
  int result = error ? -1 : ufRegexMatch(regex, text.data, (size_t)text.size);
  ufArenaDestroy(&arena);
  if (result >= 0)
    return result;
  UfMessage message = {0};
  ufFail(&message, UFRONT_RUNTIME, "the pattern '%.*s' %s",
         (int)(expression.size < 200 ? expression.size : 200), expression.data,
         error ? error : "needs more memory than there is");
  ufCallLeave(call, UFRONT_RUNTIME, message);
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

static bool isSpace(uint32_t c) {
  return (c >= 9 && c <= 13) || (c >= 28 && c <= 32) || c == 0x85 ||
         c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

/// The first position from `at` on that is white space, or is not.
static int64_t findSpace(UfrontString x, int64_t at, bool wanted) {
  size_t length;
  while (at < x.size && isSpace(ufUtf8Decode(x.data + at, (size_t)(x.size - at),
                                             &length)) != wanted)
    at += (int64_t)length;
  return at;
}

/// A part [begin, end) and where the next one may begin; all -1 for none.
typedef struct Part {
  int64_t begin, end, next;
} Part;

static Part findPart(UfrontString x, UfrontString delimiter, int64_t from,
                     bool isLast) {
  Part none = {-1, -1, -1};
  if (from < 0 || from > x.size)
    return none;
  if (delimiter.size == 0) {
    int64_t begin = findSpace(x, from, false);
    if (begin == x.size)
      return none;
    int64_t end = isLast ? x.size : findSpace(x, begin, true);
    return (Part){begin, end, findSpace(x, end, false) < x.size ? end : -1};
  }
  const char *found = isLast || x.size == 0
                          ? NULL
                          : memmem(x.data + from, (size_t)(x.size - from),
                                   delimiter.data, (size_t)delimiter.size);
  if (!found)
    return (Part){from, x.size, -1};
  int64_t end = found - x.data;
  return (Part){from, end, end + delimiter.size};
}

int64_t ufrtCallStringSplitCount(UfrtCall *call, int64_t x, int64_t delimiter,
                                 int64_t most) {
  UfrontString text = get(call, x), at = get(call, delimiter);
  int64_t count = 0;
  Part part = findPart(text, at, 0, most == 0);
  while (part.begin >= 0) {
    ++count;
    part = findPart(text, at, part.next, most >= 0 && count >= most);
  }
  return count;
}

int64_t ufrtCallStringSplitPart(UfrtCall *call, int64_t x, int64_t delimiter,
                                int64_t from, int64_t isLast) {
  UfrontString text = get(call, x);
  Part part = findPart(text, get(call, delimiter), from, isLast != 0);
  return part.begin < 0 ? 0
                        : intern(call, text.data + part.begin,
                                 (size_t)(part.end - part.begin));
}

int64_t ufrtCallStringSplitNext(UfrtCall *call, int64_t x, int64_t delimiter,
                                int64_t from, int64_t isLast) {
  return findPart(get(call, x), get(call, delimiter), from, isLast != 0).next;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// Whether `text` is read back as `x` in a float of `digits` significant bits.
static bool isSame(const char *text, double x, int64_t kind) {
  double back = strtod(text, NULL);
  if (kind == 64)
    return back == x;
  if (kind == 32)
    return strtof(text, NULL) == (float)x;
  // A narrow float is read back by rounding to its bits: x is one of them, so
  // that being nearer to x than half a step away is enough.
  int exponent;
  frexp(x, &exponent);
  int bits = kind == -16 ? 8 : 11;
  if (kind == 16 && exponent < -13)
    exponent = -13;
  return fabs(back - x) < ldexp(0.5, exponent - bits);
}

/// The digits of %e as Python writes them: plain from 1e-4 to below 1e16.
static void layOut(const char *scientific, char *out, size_t room) {
  char digits[32];
  int count = 0;
  bool isNegative = *scientific == '-';
  const char *at = scientific + isNegative;
  for (; *at && *at != 'e'; ++at)
    if (*at >= '0' && *at <= '9') // the point is the locale's
      digits[count++] = *at;
  digits[count] = 0;
  int exponent = (int)strtol(at + 1, NULL, 10);
  const char *sign = isNegative ? "-" : "";
  if (exponent < -4 || exponent >= 16)
    snprintf(out, room, "%s%c%s%se%+03d", sign, digits[0], count > 1 ? "." : "",
             digits + 1, exponent);
  else if (exponent < 0)
    snprintf(out, room, "%s0.%.*s%s", sign, -exponent - 1, "000", digits);
  else if (count <= exponent + 1)
    snprintf(out, room, "%s%s%.*s.0", sign, digits, exponent + 1 - count,
             "0000000000000000");
  else
    snprintf(out, room, "%s%.*s.%s", sign, exponent + 1, digits,
             digits + exponent + 1);
}

/// Adds one to the last digit of %e; false where all are nines.
static bool roundUp(char *scientific) {
  for (char *at = strchr(scientific, 'e'); at-- > scientific;)
    if (*at >= '0' && *at < '9') {
      ++*at;
      return true;
    } else if (*at == '9') {
      *at = '0';
    }
  return false;
}

int64_t ufrtCallStringFromFloat(UfrtCall *call, double x, int64_t kind) {
  char scientific[40], text[48];
  if (isnan(x))
    return intern(call, "nan", 3);
  if (isinf(x))
    return intern(call, x < 0 ? "-inf" : "inf", x < 0 ? 4 : 3);
  for (int digits = 0; digits < 17; ++digits) {
    snprintf(scientific, sizeof scientific, "%.*e", digits, x);
    if (x == 0 || isSame(scientific, x, kind))
      break;
    // Below a power of 2 numbers lie closer than above it: of as many digits
    // only those that are further away may do.
    if (roundUp(scientific) && isSame(scientific, x, kind))
      break;
  }
  layOut(scientific, text, sizeof text);
  return intern(call, text, strlen(text));
}

int64_t ufrtCallStringFromInt(UfrtCall *call, int64_t x, int64_t isUnsigned) {
  char text[24];
  int size = isUnsigned ? snprintf(text, sizeof text, "%" PRIu64, (uint64_t)x)
                        : snprintf(text, sizeof text, "%" PRId64, x);
  return intern(call, text, (size_t)size);
}

static _Noreturn void leaveNoNumber(UfrtCall *call, UfrontString x) {
  UfMessage message = {0};
  ufFail(&message, UFRONT_RUNTIME, "the string '%.*s' is not a number",
         (int)(x.size < 80 ? x.size : 80), x.data);
  ufCallLeave(call, UFRONT_RUNTIME, message);
}

enum { MOST_DIGITS = 400 };

/// The text without white space around it, ended by a zero, in `out`.
static void copyNumber(UfrtCall *call, UfrontString x, char *out) {
  const char *begin = x.data, *end = x.data + x.size;
  while (begin < end && isSpace((unsigned char)*begin))
    ++begin;
  while (end > begin && isSpace((unsigned char)end[-1]))
    --end;
  size_t size = (size_t)(end - begin);
  // strtod() takes hexadecimal numbers and nan(...), which ONNX does not have.
  if (size == 0 || size > MOST_DIGITS || memchr(begin, 'x', size) ||
      memchr(begin, 'X', size) || memchr(begin, '(', size) ||
      memchr(begin, 0, size))
    leaveNoNumber(call, x);
  memcpy(out, begin, size);
  out[size] = 0;
}

double ufrtCallStringToFloat(UfrtCall *call, int64_t x, int64_t kind) {
  char text[MOST_DIGITS + 1], *end;
  UfrontString from = get(call, x);
  copyNumber(call, from, text);
  locale_t locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  if (!locale)
    leaveFull(call);
  // Rounded once: to the type that is wanted.
  double value = kind == 32 ? (double)strtof_l(text, &end, locale)
                            : strtod_l(text, &end, locale);
  freelocale(locale);
  if (*end)
    leaveNoNumber(call, from);
  return value;
}

int64_t ufrtCallStringToInt(UfrtCall *call, int64_t x, int64_t isUnsigned) {
  char text[MOST_DIGITS + 1], *end;
  UfrontString from = get(call, x);
  copyNumber(call, from, text);
  errno = 0;
  int64_t value = isUnsigned && text[0] != '-'
                      ? (int64_t)strtoull(text, &end, 10)
                      : strtoll(text, &end, 10);
  if (*end || errno)
    leaveNoNumber(call, from);
  return value;
}

//===-- Narrow.c - Elements of 8 bits and fewer ---------------------------===//

#include "Narrow.h"

#include <math.h>

typedef struct Narrow {
  UfrontType type;
  int bits;
  bool isSigned;
  int exponent, mantissa, bias; ///< Of a float; an exponent of 0: an integer.
  /// The first codes, without sign, that are infinite and NaN; 0: none.
  int infinity, nan;
  bool isZeroUnsigned; ///< Minus zero is NaN.
} Narrow;

static const Narrow narrows[] = {
    {UFRONT_F8E4M3FN, 8, true, 4, 3, 7, 0, 0x7f, false},
    {UFRONT_F8E4M3FNUZ, 8, true, 4, 3, 8, 0, 0, true},
    {UFRONT_F8E5M2, 8, true, 5, 2, 15, 0x7c, 0x7d, false},
    {UFRONT_F8E5M2FNUZ, 8, true, 5, 2, 16, 0, 0, true},
    {UFRONT_F8E8M0, 8, false, 8, 0, 127, 0, 0xff, false},
    {UFRONT_F6E2M3, 6, true, 2, 3, 1, 0, 0, false},
    {UFRONT_F6E3M2, 6, true, 3, 2, 3, 0, 0, false},
    {UFRONT_F4E2M1, 4, true, 2, 1, 1, 0, 0, false},
    {UFRONT_I4, 4, true, 0, 0, 0, 0, 0, false},
    {UFRONT_U4, 4, false, 0, 0, 0, 0, 0, false},
    {UFRONT_I2, 2, true, 0, 0, 0, 0, 0, false},
    {UFRONT_U2, 2, false, 0, 0, 0, 0, 0, false},
};

static const Narrow *find(UfrontType type) {
  for (size_t i = 0; i < sizeof(narrows) / sizeof(*narrows); ++i)
    if (narrows[i].type == type)
      return &narrows[i];
  return NULL;
}

int ufNarrowGetBits(UfrontType type) {
  const Narrow *narrow = find(type);
  return narrow ? narrow->bits : 0;
}

bool ufNarrowIsFloat(UfrontType type) {
  const Narrow *narrow = find(type);
  return narrow && narrow->exponent;
}

static double getInteger(const Narrow *narrow, int code) {
  int sign = 1 << (narrow->bits - 1);
  return narrow->isSigned && code & sign ? code - 2 * sign : code;
}

static double getFloat(const Narrow *narrow, int code) {
  int sign = narrow->isSigned ? code & 1 << (narrow->bits - 1) : 0;
  int magnitude = code - sign;
  if ((narrow->nan && magnitude >= narrow->nan) ||
      (narrow->isZeroUnsigned && sign && !magnitude))
    return NAN;
  int fraction = magnitude & ((1 << narrow->mantissa) - 1);
  int exponent = magnitude >> narrow->mantissa;
  // Without a mantissa there are no subnormal numbers, nor a zero.
  if (exponent || !narrow->mantissa)
    fraction += 1 << narrow->mantissa;
  else
    exponent = 1;
  double value =
      narrow->infinity && magnitude >= narrow->infinity
          ? INFINITY
          : ldexp(fraction, exponent - narrow->bias - narrow->mantissa);
  return sign ? -value : value;
}

double ufNarrowGet(UfrontType type, uint8_t code) {
  const Narrow *narrow = find(type);
  if (!narrow)
    return 0;
  int masked = code & ((1 << narrow->bits) - 1);
  return narrow->exponent ? getFloat(narrow, masked)
                          : getInteger(narrow, masked);
}

uint8_t ufNarrowSet(UfrontType type, double value) {
  const Narrow *narrow = find(type);
  if (!narrow)
    return 0;
  int count = 1 << narrow->bits, best = 0;
  if (!narrow->exponent)
    return (uint8_t)((int64_t)value & (count - 1));
  for (int code = 1; code < count; ++code) {
    double mine = getFloat(narrow, code), theirs = getFloat(narrow, best);
    double distance = fabs(mine - value), least = fabs(theirs - value);
    if (isfinite(mine) &&
        (distance < least || (distance == least && best % 2 && code % 2 == 0)))
      best = code;
  }
  return (uint8_t)best;
}

//===-- Utf8.c - Code points in UTF-8 -------------------------------------===//

#include "Support/Regex.h"

/// Bytes of the code point that begins with `first`; 0 for what begins none.
static size_t countBytes(unsigned char first) {
  return first < 0x80   ? 1
         : first < 0xc0 ? 0
         : first < 0xe0 ? 2
         : first < 0xf0 ? 3
         : first < 0xf8 ? 4
                        : 0;
}

/// Whether the code point is one, and needs as many bytes as it has.
static bool isGood(uint32_t point, size_t count) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool isSurrogate = point >= 0xd800 && point < 0xe000;
  return point >= least[count] && point <= 0x10ffff && !isSurrogate;
}

uint32_t ufUtf8Decode(const char *text, size_t size, size_t *length) {
  unsigned char first = (unsigned char)text[0];
  size_t count = countBytes(first);
  *length = 1;
  if (count <= 1)
    return count ? first : 0xfffd;
  uint32_t point = first & (0xffu >> (count + 1));
  for (size_t i = 1; i < count; ++i) {
    unsigned char byte = i < size ? (unsigned char)text[i] : 0;
    if ((byte & 0xc0) != 0x80)
      return 0xfffd;
    point = point << 6 | (byte & 0x3f);
  }
  if (!isGood(point, count))
    return 0xfffd;
  *length = count;
  return point;
}

size_t ufUtf8Encode(uint32_t point, char *out) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  size_t count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = count - 1; i > 0; --i, point >>= 6)
    out[i] = (char)(0x80 | (point & 0x3f));
  out[0] = (char)(marks[count] | point);
  return count;
}

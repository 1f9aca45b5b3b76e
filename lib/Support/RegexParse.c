//===-- RegexParse.c - Reading regular expressions ------------------------===//
//
// Recursive descent into a tree, which is then written as a program: the tree
// because x{2,5} writes x several times.
//
//===----------------------------------------------------------------------===//

#include "Support/RegexProgram.h"

#include <string.h>

/// Bounds of what a model may ask for; a repetition is bounded as in RE2.
enum { MOST_DEPTH = 200, MOST_REPEATS = 1000, MOST_STEPS = 100000 };

typedef enum Kind { EMPTY, SET, ASSERT, JOIN, EITHER, REPEAT } Kind;

typedef struct Tree {
  Kind kind;
  struct Tree *left, *right;
  int least, most; ///< Of a repetition; most -1: without bound.
  UfRegexKind assertion;
  UfRegexSet *set;
} Tree;

typedef struct Parser {
  UfArena *arena;
  const char *at, *end;
  const char *error; ///< The first one.
  int depth;
} Parser;

static Tree *fail(Parser *parser, const char *error) {
  if (!parser->error)
    parser->error = error;
  return NULL;
}

static Tree *newTree(Parser *parser, Kind kind, Tree *left, Tree *right) {
  Tree *tree = UF_NEW(parser->arena, Tree, 1);
  if (!tree)
    return fail(parser, "is too large");
  tree->kind = kind;
  tree->left = left;
  tree->right = right;
  return tree;
}

static bool isNext(const Parser *parser, const char *text) {
  size_t size = strlen(text);
  return (size_t)(parser->end - parser->at) >= size &&
         memcmp(parser->at, text, size) == 0;
}

static bool skip(Parser *parser, const char *text) {
  if (!isNext(parser, text))
    return false;
  parser->at += strlen(text);
  return true;
}

static uint32_t takePoint(Parser *parser) {
  size_t length;
  uint32_t point =
      ufUtf8Decode(parser->at, (size_t)(parser->end - parser->at), &length);
  parser->at += length;
  return point;
}

//===----------------------------------------------------------------------===//
// Sets
//===----------------------------------------------------------------------===//

static void addRange(Parser *parser, UfRegexSet *set, uint32_t low,
                     uint32_t high) {
  if (set->count == set->capacity) {
    int32_t capacity = set->capacity ? 2 * set->capacity : 4;
    UfRegexRange *ranges =
        UF_NEW(parser->arena, UfRegexRange, (size_t)capacity);
    if (!ranges) {
      fail(parser, "is too large");
      return;
    }
    if (set->count)
      memcpy(ranges, set->ranges, (size_t)set->count * sizeof *ranges);
    set->ranges = ranges;
    set->capacity = capacity;
  }
  set->ranges[set->count++] = (UfRegexRange){low, high};
}

/// Classes by name, as pairs of the first and last of each range in order.
static const struct {
  const char *name, *pairs;
} classes[] = {
    {"d", "09"},           {"s", "\t\n\f\r  "},
    {"w", "09AZ__az"},     {"alnum", "09AZaz"},
    {"alpha", "AZaz"},     {"ascii", "\001\177"},
    {"blank", "\t\t  "},   {"cntrl", "\001\037\177\177"},
    {"digit", "09"},       {"graph", "!~"},
    {"lower", "az"},       {"print", " ~"},
    {"punct", "!/:@[`{~"}, {"space", "\t\r  "},
    {"upper", "AZ"},       {"word", "09AZ__az"},
    {"xdigit", "09AFaf"},
};

/// Adds the class called by the `size` bytes at `name`, or all but it.
static bool addClass(Parser *parser, UfRegexSet *set, const char *name,
                     size_t size, bool isNegated) {
  for (size_t i = 0; i < sizeof classes / sizeof *classes; ++i) {
    const char *pairs = classes[i].pairs;
    if (strlen(classes[i].name) != size ||
        memcmp(classes[i].name, name, size) != 0)
      continue;
    // Two of the names include the code point 0, which ends the pairs.
    bool hasZero = strcmp(classes[i].name, "ascii") == 0 ||
                   strcmp(classes[i].name, "cntrl") == 0;
    uint32_t from = 0;
    if (hasZero && !isNegated)
      addRange(parser, set, 0, 0);
    from = hasZero;
    for (; *pairs; pairs += 2) {
      uint32_t low = (unsigned char)pairs[0], high = (unsigned char)pairs[1];
      if (!isNegated)
        addRange(parser, set, low, high);
      else if (low > from)
        addRange(parser, set, from, low - 1);
      from = high + 1;
    }
    if (isNegated)
      addRange(parser, set, from, 0x10ffff);
    return true;
  }
  return false;
}

static int digitOf(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : 99;
}

/// Up to `most` digits of `base`.
static uint32_t takeNumber(Parser *parser, int base, int most) {
  uint32_t value = 0;
  int count = 0;
  for (;
       count < most && parser->at < parser->end && digitOf(*parser->at) < base;
       ++parser->at, ++count)
    value = value * (uint32_t)base + (uint32_t)digitOf(*parser->at);
  if (count == 0 || value > 0x10ffff)
    fail(parser, "has a number that is no code point");
  return value;
}

/// A code point after a backslash, which has been taken.
static uint32_t takeEscape(Parser *parser) {
  static const char letters[] = "aftnrv", values[] = "\a\f\t\n\r\v";
  if (parser->at == parser->end) {
    fail(parser, "ends with a backslash");
    return 0;
  }
  if (skip(parser, "x{")) {
    uint32_t value = takeNumber(parser, 16, 8);
    if (!skip(parser, "}"))
      fail(parser, "has \\x{ without }");
    return value;
  }
  if (skip(parser, "x"))
    return takeNumber(parser, 16, 2);
  char c = *parser->at;
  bool isBack = c >= '1' && c <= '7' &&
                (parser->end - parser->at < 2 || digitOf(parser->at[1]) >= 8);
  if (isBack)
    fail(parser, "refers back to a group, which is not supported");
  if (c >= '0' && c <= '7')
    return takeNumber(parser, 8, 3);
  const char *letter = strchr(letters, c);
  if (c && letter) {
    ++parser->at;
    return (unsigned char)values[letter - letters];
  }
  bool isWord =
      digitOf(c) < 16 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (isWord)
    fail(parser, "has an escape that is not supported");
  return takePoint(parser);
}

/// \d and its like; false when something else is there.
static bool takeClass(Parser *parser, UfRegexSet *set) {
  static const char letters[] = "dswDSW", names[] = "dswdsw";
  if (parser->end - parser->at < 2 || *parser->at != '\\')
    return false;
  const char *letter = strchr(letters, parser->at[1]);
  if (!letter || !*letter)
    return false;
  parser->at += 2;
  return addClass(parser, set, &names[letter - letters], 1,
                  letter >= letters + 3);
}

/// [:alpha:] or [:^alpha:] inside brackets.
static bool takeNamed(Parser *parser, UfRegexSet *set) {
  if (!skip(parser, "[:"))
    return false;
  bool isNegated = skip(parser, "^");
  const char *name = parser->at;
  while (parser->at < parser->end && !isNext(parser, ":]"))
    ++parser->at;
  size_t size = (size_t)(parser->at - name);
  if (!skip(parser, ":]") || !addClass(parser, set, name, size, isNegated))
    fail(parser, "has a class [:...:] that does not exist");
  return true;
}

static uint32_t takeOne(Parser *parser) {
  return skip(parser, "\\") ? takeEscape(parser) : takePoint(parser);
}

static Tree *parseSet(Parser *parser) {
  UfRegexSet *set = UF_NEW(parser->arena, UfRegexSet, 1);
  if (!set)
    return fail(parser, "is too large");
  set->isNegated = skip(parser, "^");
  for (bool isFirst = true; !parser->error; isFirst = false) {
    if (parser->at == parser->end)
      return fail(parser, "has [ without ]");
    if (!isFirst && skip(parser, "]"))
      break;
    if (takeNamed(parser, set) || takeClass(parser, set))
      continue;
    uint32_t low = takeOne(parser), high = low;
    if (isNext(parser, "-") && parser->end - parser->at > 1 &&
        parser->at[1] != ']') {
      ++parser->at;
      high = takeOne(parser);
    }
    if (high < low)
      return fail(parser, "has a range that ends before it begins");
    addRange(parser, set, low, high);
  }
  Tree *tree = newTree(parser, SET, NULL, NULL);
  if (tree)
    tree->set = set;
  return tree;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static Tree *parseEither(Parser *parser);

static Tree *newAssertion(Parser *parser, UfRegexKind kind) {
  Tree *tree = newTree(parser, ASSERT, NULL, NULL);
  if (tree)
    tree->assertion = kind;
  return tree;
}

/// Any code point, or one.
static Tree *newSet(Parser *parser, uint32_t point, bool isAny) {
  Tree *tree = newTree(parser, SET, NULL, NULL);
  UfRegexSet *set = UF_NEW(parser->arena, UfRegexSet, 1);
  if (!tree || !set)
    return fail(parser, "is too large");
  addRange(parser, set, point, point);
  set->isNegated = isAny;
  tree->set = set;
  return tree;
}

/// After "(": groups do not matter to a match of the whole text.
static Tree *parseGroup(Parser *parser) {
  if (skip(parser, "?P<") || skip(parser, "?<")) {
    while (parser->at < parser->end && *parser->at != '>')
      ++parser->at;
    if (!skip(parser, ">"))
      return fail(parser, "has a group whose name does not end");
  } else if (!skip(parser, "?:") && isNext(parser, "?")) {
    return fail(parser, "has flags or a look-around, (?, which are not "
                        "supported");
  }
  if (++parser->depth > MOST_DEPTH)
    return fail(parser, "is nested too deeply");
  Tree *tree = parseEither(parser);
  --parser->depth;
  return skip(parser, ")") ? tree : fail(parser, "has ( without )");
}

static Tree *parseEscape(Parser *parser) {
  static const struct {
    const char *text;
    UfRegexKind kind;
  } assertions[] = {{"\\A", UF_REGEX_BEGIN},
                    {"\\z", UF_REGEX_END},
                    {"\\b", UF_REGEX_BOUNDARY},
                    {"\\B", UF_REGEX_INSIDE}};
  for (int i = 0; i < 4; ++i)
    if (skip(parser, assertions[i].text))
      return newAssertion(parser, assertions[i].kind);
  UfRegexSet *set = UF_NEW(parser->arena, UfRegexSet, 1);
  if (!set)
    return fail(parser, "is too large");
  if (!takeClass(parser, set)) {
    ++parser->at;
    return newSet(parser, takeEscape(parser), false);
  }
  Tree *tree = newTree(parser, SET, NULL, NULL);
  if (tree)
    tree->set = set;
  return tree;
}

static Tree *parseAtom(Parser *parser) {
  if (skip(parser, "("))
    return parseGroup(parser);
  if (skip(parser, "["))
    return parseSet(parser);
  if (skip(parser, "."))
    return newSet(parser, '\n', true);
  if (skip(parser, "^"))
    return newAssertion(parser, UF_REGEX_BEGIN);
  if (skip(parser, "$"))
    return newAssertion(parser, UF_REGEX_END);
  if (isNext(parser, "\\"))
    return parseEscape(parser);
  if (isNext(parser, "*") || isNext(parser, "+") || isNext(parser, "?"))
    return fail(parser, "repeats nothing");
  return newSet(parser, takePoint(parser), false);
}

/// Digits, -1 for none; what is above the bound stays above it.
static int takeCount(Parser *parser) {
  int count = -1;
  for (; parser->at < parser->end && digitOf(*parser->at) < 10; ++parser->at)
    if (count <= MOST_REPEATS)
      count = (count < 0 ? 0 : count) * 10 + digitOf(*parser->at);
  return count;
}

/// {n}, {n,} or {n,m}; anything else is text, and false.
static bool takeCounts(Parser *parser, int *least, int *most) {
  const char *begin = parser->at;
  if (!skip(parser, "{"))
    return false;
  int counts[2];
  counts[0] = counts[1] = takeCount(parser);
  if (skip(parser, ","))
    counts[1] = takeCount(parser);
  if (counts[0] < 0 || !skip(parser, "}")) {
    parser->at = begin;
    return false;
  }
  *least = counts[0];
  *most = counts[1];
  if (*least > MOST_REPEATS || *most > MOST_REPEATS ||
      (*most >= 0 && *most < *least))
    fail(parser, "has a repetition {n,m} that is out of order or above 1000");
  return true;
}

static bool takeRepetition(Parser *parser, int *least, int *most) {
  *least = 0;
  *most = -1;
  if (skip(parser, "*"))
    return true;
  if (skip(parser, "+")) {
    *least = 1;
    return true;
  }
  if (skip(parser, "?")) {
    *most = 1;
    return true;
  }
  return takeCounts(parser, least, most);
}

static Tree *parseRepeat(Parser *parser) {
  Tree *tree = parseAtom(parser);
  int least, most, count = 0;
  while (tree && !parser->error && takeRepetition(parser, &least, &most)) {
    // Fewest or most first: the whole text matches or it does not.
    skip(parser, "?");
    if (++count > 1)
      return fail(parser, "repeats a repetition");
    tree = newTree(parser, REPEAT, tree, NULL);
    if (tree) {
      tree->least = least;
      tree->most = most;
    }
  }
  return tree;
}

static Tree *parseJoin(Parser *parser) {
  Tree *tree = newTree(parser, EMPTY, NULL, NULL);
  while (tree && !parser->error && parser->at < parser->end &&
         *parser->at != '|' && *parser->at != ')') {
    Tree *next = parseRepeat(parser);
    tree = next ? newTree(parser, JOIN, tree, next) : NULL;
  }
  return tree;
}

static Tree *parseEither(Parser *parser) {
  Tree *tree = parseJoin(parser);
  while (tree && !parser->error && skip(parser, "|")) {
    Tree *next = parseJoin(parser);
    tree = next ? newTree(parser, EITHER, tree, next) : NULL;
  }
  return tree;
}

//===----------------------------------------------------------------------===//
// Writing the program, from its end
//===----------------------------------------------------------------------===//

typedef struct Writer {
  UfArena *arena;
  UfRegex *regex;
  int32_t capacity;
  int32_t visits; ///< Of trees, which may be empty and repeated.
  bool failed;
} Writer;

static int32_t write(Writer *writer, UfRegexStep step) {
  UfRegex *regex = writer->regex;
  if (regex->count == writer->capacity) {
    int32_t capacity = writer->capacity ? 2 * writer->capacity : 32;
    UfRegexStep *steps =
        capacity > 2 * MOST_STEPS
            ? NULL
            : UF_NEW(writer->arena, UfRegexStep, (size_t)capacity);
    if (!steps) {
      writer->failed = true;
      return 0;
    }
    if (regex->count)
      memcpy(steps, regex->steps, (size_t)regex->count * sizeof *steps);
    regex->steps = steps;
    writer->capacity = capacity;
  }
  regex->steps[regex->count] = step;
  return regex->count++;
}

static int32_t writeTree(Writer *writer, const Tree *tree, int32_t next);

/// x{2,4} is x x (x (x)?)?; x{2,} is x x x*.
static int32_t writeRepeat(Writer *writer, const Tree *tree, int32_t next) {
  int32_t after = next;
  if (tree->most < 0) {
    int32_t split =
        write(writer, (UfRegexStep){.kind = UF_REGEX_SPLIT, .other = next});
    int32_t body = writeTree(writer, tree->left, split);
    if (writer->failed)
      return 0;
    writer->regex->steps[split].next = body;
    after = split;
  }
  for (int i = tree->least; i < tree->most && !writer->failed; ++i) {
    int32_t body = writeTree(writer, tree->left, after);
    after = write(
        writer,
        (UfRegexStep){.kind = UF_REGEX_SPLIT, .next = body, .other = next});
  }
  for (int i = 0; i < tree->least && !writer->failed; ++i)
    after = writeTree(writer, tree->left, after);
  return after;
}

/// Writes the steps of `tree` that go on at `next`; returns the first one.
static int32_t writeTree(Writer *writer, const Tree *tree, int32_t next) {
  int32_t left;
  if (++writer->visits > 4 * MOST_STEPS)
    writer->failed = true;
  if (writer->failed)
    return 0;
  switch (tree->kind) {
  case EMPTY:
    return next;
  case SET:
    return write(
        writer,
        (UfRegexStep){.kind = UF_REGEX_SET, .next = next, .set = tree->set});
  case ASSERT:
    return write(writer, (UfRegexStep){.kind = tree->assertion, .next = next});
  case JOIN:
    // The left side is a chain as long as the text: down it without recursion.
    for (; tree->kind == JOIN && !writer->failed; tree = tree->left)
      next = writeTree(writer, tree->right, next);
    return writeTree(writer, tree, next);
  case EITHER:
    for (left = -1; tree->kind == EITHER && !writer->failed;
         tree = tree->left) {
      int32_t right = writeTree(writer, tree->right, next);
      left = left < 0 ? right
                      : write(writer, (UfRegexStep){.kind = UF_REGEX_SPLIT,
                                                    .next = right,
                                                    .other = left});
    }
    return write(writer, (UfRegexStep){.kind = UF_REGEX_SPLIT,
                                       .next = writeTree(writer, tree, next),
                                       .other = left});
  case REPEAT:
    return writeRepeat(writer, tree, next);
  }
  return next;
}

const char *ufRegexCompile(UfArena *arena, const char *pattern, size_t size,
                           UfRegex **out) {
  Parser parser = {arena, pattern, pattern + size, NULL, 0};
  Tree *tree = parseEither(&parser);
  if (!parser.error && parser.at != parser.end)
    fail(&parser, "has ) without (");
  *out = UF_NEW(arena, UfRegex, 1);
  if (parser.error || !tree || !*out)
    return parser.error ? parser.error : "is too large";
  Writer writer = {.arena = arena, .regex = *out};
  int32_t match = write(&writer, (UfRegexStep){.kind = UF_REGEX_MATCH});
  (*out)->start = writeTree(&writer, tree, match);
  return writer.failed ? "is too large" : NULL;
}

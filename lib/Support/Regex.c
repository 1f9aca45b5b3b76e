//===-- Regex.c - Matching regular expressions ----------------------------===//
//
// An expression becomes a program of a nondeterministic machine (Regex.h says
// of which syntax, RegexParse.c reads it). All its states are followed at once,
// one code point after the other.
//
//===----------------------------------------------------------------------===//

#include "Support/RegexProgram.h"

#include <stdlib.h>
#include <string.h>

typedef struct States {
  int32_t *list; ///< Those at a code point, each once.
  int32_t count;
  uint32_t *when; ///< By state: the step that added it last.
} States;

typedef struct Machine {
  const UfRegex *regex;
  States now, next;
  int32_t *stack;
  uint32_t step;
} Machine;

static bool isWord(uint32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z') || c == '_';
}

/// The text around a position.
typedef struct Around {
  bool isBegin, isEnd, isWordBefore, isWordAfter;
} Around;

static bool holds(UfRegexKind kind, Around at) {
  switch (kind) {
  case UF_REGEX_BEGIN:
    return at.isBegin;
  case UF_REGEX_END:
    return at.isEnd;
  case UF_REGEX_BOUNDARY:
    return at.isWordBefore != at.isWordAfter;
  default:
    return at.isWordBefore == at.isWordAfter;
  }
}

static void push(Machine *machine, States *into, int32_t *depth,
                 int32_t state) {
  if (into->when[state] == machine->step)
    return;
  into->when[state] = machine->step;
  machine->stack[(*depth)++] = state;
}

/// Adds `state` and all that it leads to without a code point.
static void follow(Machine *machine, States *into, int32_t state, Around at) {
  int32_t depth = 0;
  push(machine, into, &depth, state);
  while (depth) {
    int32_t top = machine->stack[--depth];
    const UfRegexStep *step = &machine->regex->steps[top];
    switch (step->kind) {
    case UF_REGEX_SPLIT:
      push(machine, into, &depth, step->other);
      push(machine, into, &depth, step->next);
      break;
    case UF_REGEX_SET:
    case UF_REGEX_MATCH:
      into->list[into->count++] = top;
      break;
    default:
      if (step->kind == UF_REGEX_EMPTY || holds(step->kind, at))
        push(machine, into, &depth, step->next);
    }
  }
}

static bool isIn(const UfRegexSet *set, uint32_t c) {
  bool found = false;
  for (int32_t i = 0; i < set->count && !found; ++i)
    found = c >= set->ranges[i].low && c <= set->ranges[i].high;
  return found != set->isNegated;
}

static void advance(Machine *machine, uint32_t c, Around at) {
  ++machine->step;
  machine->next.count = 0;
  for (int32_t i = 0; i < machine->now.count; ++i) {
    const UfRegexStep *step = &machine->regex->steps[machine->now.list[i]];
    if (step->kind == UF_REGEX_SET && isIn(step->set, c))
      follow(machine, &machine->next, step->next, at);
  }
  States now = machine->now;
  machine->now = machine->next;
  machine->next = now;
}

static bool matches(Machine *machine, const char *text, size_t size) {
  size_t at = 0, length = 0;
  uint32_t c = size ? ufUtf8Decode(text, size, &length) : 0;
  Around around = {true, size == 0, false, size && isWord(c)};
  machine->step = 1;
  follow(machine, &machine->now, machine->regex->start, around);
  while (at < size && machine->now.count) {
    uint32_t consumed = c;
    at += length;
    c = at < size ? ufUtf8Decode(text + at, size - at, &length) : 0;
    around =
        (Around){false, at == size, isWord(consumed), at < size && isWord(c)};
    advance(machine, consumed, around);
  }
  for (int32_t i = 0; i < machine->now.count; ++i)
    if (machine->regex->steps[machine->now.list[i]].kind == UF_REGEX_MATCH)
      return at == size;
  return false;
}

int ufRegexMatch(const UfRegex *regex, const char *text, size_t size) {
  size_t count = (size_t)regex->count;
  int32_t *block = calloc(5 * count, sizeof *block);
  if (!block)
    return -1;
  Machine machine = {
      .regex = regex,
      .now = {block, 0, (uint32_t *)block + count},
      .next = {block + 2 * count, 0, (uint32_t *)block + 3 * count},
      .stack = block + 4 * count};
  int result = matches(&machine, text, size);
  free(block);
  return result;
}

//===-- Options.c - The command line as a table ---------------------------===//

#include "Options.h"

#include "ufront/Session.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What parsing came to, beside an exit code.
enum { GO_ON = -1 };

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

static char *formatList(const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  char *text = size < 0 ? NULL : malloc((size_t)size + 1);
  if (text)
    vsnprintf(text, (size_t)size + 1, format, again);
  va_end(again);
  return text;
}

char *ufFormat(const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = formatList(format, args);
  va_end(args);
  return text;
}

void ufToolReport(const UfTool *tool, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = formatList(format, args);
  va_end(args);
  if (!text) {
    fprintf(stderr, "%s: out of memory\n", tool->name);
    return;
  }
  size_t size = strlen(text);
  while (size && text[size - 1] == '\n')
    text[--size] = 0;
  // Names in a message may come from a file nobody vetted, so that control
  // characters must not reach a terminal.
  for (char *c = text; *c; ++c)
    if (iscntrl((unsigned char)*c) && *c != '\n' && *c != '\t')
      *c = '?';
  fprintf(stderr, "%s: %s\n", tool->name, text);
  free(text);
}

//===----------------------------------------------------------------------===//
// --help
//===----------------------------------------------------------------------===//

enum { HELP_COLUMN = 28 };

static void printOption(const UfOption *option) {
  char left[80];
  const char *separator = option->implied       ? "[="
                          : option->placeholder ? "="
                                                : "";
  char letter[8] = "    ";
  if (option->letter)
    snprintf(letter, sizeof(letter), "-%c, ", option->letter);
  int width =
      snprintf(left, sizeof(left), "  %s--%s%s%s%s", letter, option->name,
               separator, option->placeholder ? option->placeholder : "",
               option->implied ? "]" : "");
  fputs(left, stdout);
  if (width >= HELP_COLUMN) {
    putchar('\n');
    width = 0;
  }
  for (const char *line = option->help; *line; width = 0) {
    size_t size = strcspn(line, "\n");
    printf("%*s%.*s\n", HELP_COLUMN - width, "", (int)size, line);
    line += size + (line[size] == '\n');
  }
}

static const UfOption helpOption = {
    .name = "help", .letter = 'h', .help = "Print this."};
static const UfOption versionOption = {.name = "version",
                                       .help = "Print the version."};

static void printHelp(const UfTool *tool) {
  printf("Usage: %s %s\n\n%s\n\nOptions:\n", tool->name, tool->usage,
         tool->summary);
  for (const UfOption *option = tool->options; option->name; ++option)
    printOption(option);
  printOption(&helpOption);
  printOption(&versionOption);
  printf("\nExamples:\n%s", tool->examples);
}

//===----------------------------------------------------------------------===//
// Finding an option
//===----------------------------------------------------------------------===//

/// Insertions, deletions and replacements between `a` and the `size` characters
/// at `b`, at most 32.
static int editDistance(const char *a, const char *b, size_t size) {
  int row[33];
  if (strlen(a) > 32 || size > 32)
    return 32;
  for (size_t j = 0; j <= size; ++j)
    row[j] = (int)j;
  for (size_t i = 0; a[i]; ++i) {
    int diagonal = row[0];
    row[0] = (int)i + 1;
    for (size_t j = 0; j < size; ++j) {
      int above = row[j + 1];
      int best = diagonal + (a[i] != b[j]);
      if (above + 1 < best)
        best = above + 1;
      if (row[j] + 1 < best)
        best = row[j] + 1;
      row[j + 1] = best;
      diagonal = above;
    }
  }
  return row[size];
}

static void reportUnknown(const UfTool *tool, const char *text, size_t size) {
  const char *nearest = NULL;
  int least = 4; // further off than three edits is no misspelling
  for (const UfOption *option = tool->options; option->name; ++option) {
    int distance = editDistance(option->name, text, size);
    if (distance < least && (size_t)distance < size) {
      least = distance;
      nearest = option->name;
    }
  }
  if (nearest)
    ufToolReport(tool, "unknown option '--%.*s', did you mean '--%s'?",
                 (int)size, text, nearest);
  else
    ufToolReport(tool, "unknown option '--%.*s', see '%s --help'", (int)size,
                 text, tool->name);
}

static bool hasName(const UfOption *option, const char *text, size_t size) {
  return strlen(option->name) == size && !memcmp(option->name, text, size);
}

static const UfOption *findLong(const UfTool *tool, const char *text,
                                size_t size) {
  for (const UfOption *option = tool->options; option->name; ++option)
    if (hasName(option, text, size))
      return option;
  if (hasName(&helpOption, text, size))
    return &helpOption;
  if (hasName(&versionOption, text, size))
    return &versionOption;
  reportUnknown(tool, text, size);
  return NULL;
}

static const UfOption *findLetter(const UfTool *tool, char letter) {
  for (const UfOption *option = tool->options; option->name; ++option)
    if (option->letter == letter)
      return option;
  if (letter == helpOption.letter)
    return &helpOption;
  ufToolReport(tool, "unknown option '-%c', see '%s --help'", letter,
               tool->name);
  return NULL;
}

//===----------------------------------------------------------------------===//
// Storing a value
//===----------------------------------------------------------------------===//

static bool storeNumber(const UfTool *tool, const UfOption *option,
                        const char *text, int64_t *out) {
  char *end = NULL;
  errno = 0;
  long long number =
      isdigit((unsigned char)*text) ? strtoll(text, &end, 10) : 0;
  if (!end || *end || errno || number < option->low || number > option->high)
    return UF_ERROR(tool, "--%s: '%s' is not a number from %lld to %lld",
                    option->name, text, (long long)option->low,
                    (long long)option->high);
  *out = number;
  return true;
}

static bool storeChoice(const UfTool *tool, const UfOption *option,
                        const char *text, int32_t *out) {
  char all[200] = "";
  size_t used = 0;
  for (int32_t i = 0; option->choices[i]; ++i) {
    if (!strcmp(option->choices[i], text)) {
      *out = i;
      return true;
    }
    used += (size_t)snprintf(all + used, sizeof(all) - used, "%s'%s'",
                             i ? ", " : "", option->choices[i]);
    if (used >= sizeof(all))
      used = sizeof(all) - 1;
  }
  return UF_ERROR(tool, "--%s: '%s' is not one of %s", option->name, text, all);
}

static bool storeListed(const UfTool *tool, const char *text, UfTexts *list) {
  const char **items =
      realloc(list->items, ((size_t)list->count + 1) * sizeof(*items));
  if (!items)
    return UF_ERROR(tool, "out of memory");
  items[list->count++] = text;
  list->items = items;
  return true;
}

static bool store(const UfTool *tool, const UfOption *option, const char *text,
                  char *values) {
  void *slot = values + option->offset;
  switch (option->kind) {
  case UF_OPTION_FLAG:
    *(bool *)slot = true;
    return true;
  case UF_OPTION_TEXT:
    *(const char **)slot = text;
    return true;
  case UF_OPTION_NUMBER:
    return storeNumber(tool, option, text, slot);
  case UF_OPTION_CHOICE:
    return storeChoice(tool, option, text, slot);
  case UF_OPTION_LIST:
    return storeListed(tool, text, slot);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

/// Whether argv[at + 1] is the value of an option that need not have one. After
/// the model it can be nothing else.
static bool hasValue(const UfTool *tool, int argc, char **argv, int at,
                     const char *values) {
  const char *model = *(const char *const *)(values + tool->model);
  return model && at + 1 < argc && argv[at + 1][0] != '-';
}

/// Handles argv[*at], an option, and its value. Returns GO_ON or an exit code.
static int parseOption(const UfTool *tool, int argc, char **argv, int *at,
                       char *values) {
  const char *text = argv[*at];
  bool isLong = text[1] == '-';
  size_t size = isLong ? strcspn(text + 2, "=") : 1;
  const UfOption *option =
      isLong ? findLong(tool, text + 2, size) : findLetter(tool, text[1]);
  if (!option)
    return EXIT_FAILURE;
  if (option == &helpOption) {
    printHelp(tool);
    return EXIT_SUCCESS;
  }
  if (option == &versionOption) {
    printf("%s %s\n", tool->name, ufrontGetVersion());
    return EXIT_SUCCESS;
  }

  const char *value = text + (isLong ? 2 : 1) + size;
  bool takesValue = option->kind != UF_OPTION_FLAG;
  if (*value && !takesValue) {
    ufToolReport(tool, "--%s takes no value", option->name);
    return EXIT_FAILURE;
  }
  if (isLong && *value == '=')
    ++value;
  else if (!*value && option->implied &&
           !hasValue(tool, argc, argv, *at, values))
    value = option->implied;
  else if (!*value && takesValue) {
    if (*at + 1 == argc) {
      ufToolReport(tool, "--%s needs a value, %s", option->name,
                   option->placeholder);
      return EXIT_FAILURE;
    }
    value = argv[++*at];
  }
  return store(tool, option, value, values) ? GO_ON : EXIT_FAILURE;
}

static int parse(const UfTool *tool, int argc, char **argv, char *values) {
  const char **model = (const char **)(values + tool->model);
  bool optionsEnded = false;
  for (int at = 1; at < argc; ++at) {
    const char *text = argv[at];
    if (!optionsEnded && !strcmp(text, "--")) {
      optionsEnded = true;
      continue;
    }
    if (!optionsEnded && text[0] == '-' && text[1]) { // a lone '-' is stdin
      int code = parseOption(tool, argc, argv, &at, values);
      if (code != GO_ON)
        return code;
      continue;
    }
    if (*model) {
      ufToolReport(tool, "one model at a time: both '%s' and '%s' are given",
                   *model, text);
      return EXIT_FAILURE;
    }
    *model = text;
  }
  if (*model)
    return GO_ON;
  ufToolReport(tool, "no model is given, see '%s --help'", tool->name);
  return EXIT_FAILURE;
}

int ufToolMain(const UfTool *tool, int argc, char **argv, void *values,
               UfToolRun run) {
  // A reader that goes away must show as a failed write, so that temporary
  // files are removed.
  signal(SIGPIPE, SIG_IGN);
  int code = parse(tool, argc, argv, values);
  if (code == GO_ON)
    code = run(tool, values);
  for (const UfOption *option = tool->options; option->name; ++option)
    if (option->kind == UF_OPTION_LIST)
      free(((UfTexts *)((char *)values + option->offset))->items);

  bool failedBefore = ferror(stdout);
  if (!fflush(stdout) && !failedBefore)
    return code;
  if (!failedBefore && errno != EPIPE)
    ufToolReport(tool, "standard output: %s", strerror(errno));
  return EXIT_FAILURE;
}

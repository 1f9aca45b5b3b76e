//===-- Options.h - The command line as a table -------------------*- C -*-===//
//
// A tool is a table of options; parsing, --help, --version, suggestions for a
// misspelt option and the form of error messages follow from it. Every tool
// takes one argument that is not an option: the model.
//
//===----------------------------------------------------------------------===//

#ifndef UF_TOOLS_OPTIONS_H
#define UF_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The values of an option that may be given several times.
typedef struct UfTexts {
  const char **items; ///< Owned; the texts are those of argv.
  int32_t count;
} UfTexts;

/// What kind of value an option has, and the C type it is stored as.
typedef enum UfOptionKind {
  UF_OPTION_FLAG,   ///< bool, set when the option is there.
  UF_OPTION_TEXT,   ///< const char *.
  UF_OPTION_NUMBER, ///< int64_t between `low` and `high`, none negative.
  UF_OPTION_CHOICE, ///< int32_t, the value's position in `choices`.
  UF_OPTION_LIST,   ///< UfTexts.
} UfOptionKind;

/// One option. Values are written `--name=value` or `--name value`.
typedef struct UfOption {
  const char *name; ///< Without dashes.
  char letter;      ///< `-o value`; 0 for none.
  UfOptionKind kind;
  size_t offset;           ///< Where in the tool's values it is stored.
  const char *placeholder; ///< What --help calls the value.
  /// The value when none is written. Such an option takes one after '=' and,
  /// once the model is named, also as the next argument.
  const char *implied;
  const char *const *choices; ///< Ends with null.
  int64_t low, high;
  const char *help; ///< Lines, none longer than 50 characters.
} UfOption;

/// One program.
typedef struct UfTool {
  const char *name;
  const char *usage;       ///< What follows the name in the usage line.
  const char *summary;     ///< A few lines.
  const UfOption *options; ///< Ends with a null name.
  size_t model;            ///< Where in the values the model's name is stored.
  const char *examples;    ///< Lines, each indented by two.
} UfTool;

/// What a tool does once its command line is understood. Returns the exit code.
typedef int (*UfToolRun)(const UfTool *tool, const void *values);

/// All of main(): parses argv into `values`, which holds the defaults, calls
/// `run`, and returns the exit code. Exits with 1 on every failure, silently
/// when whoever reads standard output stopped doing so.
int ufToolMain(const UfTool *tool, int argc, char **argv, void *values,
               UfToolRun run);

/// Prints "tool: message" on standard error, control characters masked.
__attribute__((format(printf, 2, 3))) void
ufToolReport(const UfTool *tool, const char *format, ...);

/// Prints the same and is false: `return UF_ERROR(tool, ...);`.
#define UF_ERROR(tool, ...) (ufToolReport(tool, __VA_ARGS__), false)

/// printf into memory to be freed with free(); null when there is none.
__attribute__((format(printf, 1, 2))) char *ufFormat(const char *format, ...);

#endif // UF_TOOLS_OPTIONS_H

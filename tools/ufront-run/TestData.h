//===-- TestData.h - ONNX's test folders --------------------------*- C -*-===//
//
// A model may come with data sets: folders test_data_set_0 and so on, of
// input_0.pb, ... and what is to come out, output_0.pb, ...
//
//===----------------------------------------------------------------------===//

#ifndef UF_RUN_TESTDATA_H
#define UF_RUN_TESTDATA_H

#include "Compare.h"
#include "Model.h"

/// What the command line says of the test.
typedef struct UfTestOptions {
  /// A folder of data sets or a data set, "" for the model's own folder; null
  /// when no test is asked for.
  const char *directory;
  const char *rtol, *atol; ///< Numbers, null for the defaults.
} UfTestOptions;

/// Runs the model on each data set and prints what came of each output; with
/// `quiet` only of those that failed. True when every output is as expected.
bool ufTestRun(const UfTool *tool, const UfModelOptions *model,
               const UfTestOptions *options, int32_t threads, bool quiet);

// clang-format off
/// Rows for a table whose values are a `T` with a UfTestOptions `test`.
#define UF_TEST_OPTIONS(T)                                                     \
  {.name = "test-data", .kind = UF_OPTION_TEXT,                                \
   .offset = offsetof(T, test.directory), .placeholder = "FOLDER",             \
   .implied = "",                                                              \
   .help = "Run on ONNX's test data, test_data_set_*/*.pb\n"                   \
           "in FOLDER or beside the model, and compare; or\n"                  \
           "FOLDER is one data set."},                                         \
  {.name = "rtol", .kind = UF_OPTION_TEXT, .offset = offsetof(T, test.rtol),   \
   .placeholder = "X",                                                         \
   .help = "By how much of what is expected a float may\n"                     \
           "differ in the test (1e-3), beside ..."},                           \
  {.name = "atol", .kind = UF_OPTION_TEXT, .offset = offsetof(T, test.atol),   \
   .placeholder = "X",                                                         \
   .help = "... by how much any number may (1e-7)."}
// clang-format on

#endif // UF_RUN_TESTDATA_H

//===-- graph.c - Networks op by op, with models among them -------*- C -*-===//
//
// RUN: capi-graph | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ufront/Graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool ok, const char *what, int line) {
  if (ok)
    return;
  printf("line %d: not so: %s\n", line, what);
  exit(1);
}
#define REQUIRE(condition) require(condition, #condition, __LINE__)

static void requireOk(UfrontSession *session, UfrontStatus status, int line) {
  if (status == UFRONT_OK)
    return;
  printf("line %d: %d: %s\n", line, (int)status,
         ufrontSessionGetMessage(session));
  exit(1);
}
#define REQUIRE_OK(session, call) requireOk(session, call, __LINE__)

/// A dense layer whose weight does not fit in the module.
static const char layerText[] =
    "func.func @forward(%x: tensor<2x70xf32> {ufront.name = \"x\"})\n"
    "    -> (tensor<2x70xf32> {ufront.name = \"y\"}) {\n"
    "  %w = \"ufront.param\"() {sym = \"w\"} : () -> tensor<70x70xf32>\n"
    "  %0 = \"ufront.linear\"(%x, %w)\n"
    "      : (tensor<2x70xf32>, tensor<70x70xf32>) -> tensor<2x70xf32>\n"
    "  %1 = \"ufront.relu\"(%0) : (tensor<2x70xf32>) -> tensor<2x70xf32>\n"
    "  return %1 : tensor<2x70xf32>\n"
    "}\n";

static bool writeText(void *userData, const char *data, size_t size) {
  return fwrite(data, 1, size, userData) == size;
}

/// Adds `op` of one value; returns its result, or -1 with the message printed.
static int32_t add(UfrontSession *session, UfrontGraph *graph, const char *op,
                   const char *name, int32_t value, UfrontArg attribute) {
  const UfrontArg args[] = {
      {.name = "0", .kind = UFRONT_ARG_VALUE, .integer = value}, attribute};
  const UfrontTensorInfo output = {.name = name, .rank = -1};
  const UfrontNode node = {.op = op,
                           .name = name,
                           .args = args,
                           .numArgs = attribute.name ? 2 : 1,
                           .outputs = &output,
                           .numOutputs = 1};
  int32_t first;
  if (ufrontGraphAddNode(graph, &node, &first) == UFRONT_OK)
    return first;
  printf("%s\n", ufrontSessionGetMessage(session));
  return -1;
}

/// A model with a weight of its own.
static UfrontModel *createLayer(UfrontSession *session, float *weight) {
  UfrontGraph *graph;
  REQUIRE_OK(session, ufrontGraphCreate(session, "ufront", &graph));
  UfrontTensorInfo info = {"x", UFRONT_F32, 2, {2, 70}};
  UfrontTensor tensor = {weight, UFRONT_F32, 2, {70, 70}};
  UfrontTensorInfo output = {.name = "h", .rank = -1};
  int32_t x, w, h;
  REQUIRE_OK(session, ufrontGraphAddInput(graph, &info, &x));
  REQUIRE_OK(session, ufrontGraphAddParameter(graph, "w", &tensor, &w));
  const UfrontArg args[] = {
      {.name = "0", .kind = UFRONT_ARG_VALUE, .integer = x},
      {.name = "1", .kind = UFRONT_ARG_VALUE, .integer = w}};
  const UfrontNode node = {.op = "linear",
                           .name = "h",
                           .args = args,
                           .numArgs = 2,
                           .outputs = &output,
                           .numOutputs = 1};
  REQUIRE_OK(session, ufrontGraphAddNode(graph, &node, &h));
  int32_t y = add(session, graph, "relu", "r", h, (UfrontArg){0});
  REQUIRE_OK(session, ufrontGraphAddOutput(graph, "y", y));
  UfrontModel *model;
  REQUIRE_OK(session, ufrontGraphFinish(graph, &model));
  ufrontGraphDestroy(graph);
  return model;
}

static void testDefinition(UfrontGraph *graph, int32_t input, int32_t value) {
  REQUIRE(!ufrontGraphGetDefinition(graph, input));
  REQUIRE(!ufrontGraphGetDefinition(graph, 1000));
  const UfrontDefinition *found = ufrontGraphGetDefinition(graph, value);
  REQUIRE(found && strcmp(found->op, "softmax") == 0);
  REQUIRE(strcmp(found->name, "s") == 0 && found->address);
  REQUIRE(found->first == value && found->numOutputs == 1 && !found->isUsed);
  REQUIRE(found->numInputs == 1 && found->inputs[0].type == UFRONT_F32);
  REQUIRE(found->inputs[0].rank == 2 && found->inputs[0].shape[1] == 70);
  REQUIRE(found->numAttributes == 1);
  REQUIRE(strcmp(found->attributes[0].name, "axis") == 0);
  REQUIRE(strcmp(found->attributes[0].text, "1 : i64") == 0);
}

static void emit(UfrontSession *session, UfrontGraph *graph, int32_t value) {
  const char *name = "out";
  UfrontModel *model;
  REQUIRE_OK(session, ufrontGraphCreateModel(graph, &value, &name, 1, &model));
  REQUIRE_OK(session,
             ufrontModelEmit(model, UFRONT_STAGE_UFRONT, UFRONT_WEIGHTS_FILE,
                             NULL, writeText, stdout));
  ufrontModelDestroy(model);
}

/// The same model twice, and an op before, between and behind.
static void testModels(UfrontSession *session, UfrontModel *layer) {
  UfrontGraph *graph;
  REQUIRE_OK(session, ufrontGraphCreate(session, "ufront", &graph));
  UfrontTensorInfo info = {"x", UFRONT_F32, 2, {2, 70}};
  int32_t x, first, count, y, z;
  REQUIRE_OK(session, ufrontGraphAddInput(graph, &info, &x));
  int32_t tanh = add(session, graph, "tanh", "t", x, (UfrontArg){0});
  REQUIRE_OK(session,
             ufrontGraphAddModel(graph, layer, &tanh, &first, &count, &y));
  // CHECK: 3 values
  printf("%d values\n", count);
  REQUIRE(y >= first && y < first + count);
  // CHECK:      func.func @forward(%x: tensor<2x70xf32>
  // CHECK-NEXT:   %w = "ufront.param"() {sym = "w"}
  // CHECK-NEXT:   %t = "ufront.tanh"(%x)
  // CHECK-NEXT:   %h = "ufront.linear"(%t, %w)
  // CHECK-NEXT:   %r = "ufront.relu"(%h)
  // CHECK-NEXT:   return %r
  emit(session, graph, y);

  REQUIRE_OK(session,
             ufrontGraphAddModel(graph, layer, &y, &first, &count, &z));
  UfrontArg axis = {.name = "axis", .kind = UFRONT_ARG_INT, .integer = 1};
  int32_t softmax = add(session, graph, "softmax", "s", z, axis);
  testDefinition(graph, x, softmax);
  // CHECK:      "ufront.param"() {sym = "w"}
  // CHECK-NEXT: "ufront.param"() {sym = "w_1"}
  // CHECK-NEXT: "ufront.tanh"
  // CHECK:      %s = "ufront.softmax"(%{{.*}}) {axis = 1 : i64}
  // CHECK-NEXT: return %s : tensor<2x70xf32>
  emit(session, graph, softmax);

  // What fails leaves the graph as it was.
  // CHECK:      'ufront.softmax' cannot be added
  // CHECK-NEXT: 'ufront.softmax' axis 5 is outside [-2, 2)
  axis.integer = 5;
  REQUIRE(add(session, graph, "softmax", "s", z, axis) == -1);
  // CHECK: there is no op 'ufront.softmin'
  REQUIRE(add(session, graph, "softmin", "s", z, axis) == -1);
  // CHECK: graph: input 0 of the model is value 99, which is not there
  int32_t none = 99;
  REQUIRE(ufrontGraphAddModel(graph, layer, &none, &first, &count, &z) ==
          UFRONT_ARGUMENT);
  printf("%s\n", ufrontSessionGetMessage(session));
  // CHECK: graph: input 0 of the model is 140, but 2x70 is expected
  UfrontTensorInfo other = {"o", UFRONT_F32, 1, {140}};
  REQUIRE_OK(session, ufrontGraphAddInput(graph, &other, &none));
  REQUIRE(ufrontGraphAddModel(graph, layer, &none, &first, &count, &z) ==
          UFRONT_ARGUMENT);
  printf("%s\n", ufrontSessionGetMessage(session));
  // CHECK: output 'out' is not there
  const char *name = "out";
  UfrontModel *model;
  none = 99;
  REQUIRE(ufrontGraphCreateModel(graph, &none, &name, 1, &model) ==
          UFRONT_UNSUPPORTED);
  printf("%s\n", ufrontSessionGetMessage(session));
  // CHECK: return %s : tensor<2x70xf32>
  emit(session, graph, softmax);
  ufrontGraphDestroy(graph);
}

/// A model without the values of its weights.
static void testNoWeights(UfrontSession *session) {
  UfrontGraph *graph;
  UfrontModel *layer;
  REQUIRE_OK(session, ufrontSessionImportMemory(
                          session, layerText, strlen(layerText), NULL, &layer));
  REQUIRE_OK(session, ufrontGraphCreate(session, "ufront", &graph));
  UfrontTensorInfo info = {"x", UFRONT_F32, 2, {2, 70}};
  int32_t x, first, count, y;
  REQUIRE_OK(session, ufrontGraphAddInput(graph, &info, &x));
  REQUIRE(ufrontGraphAddModel(graph, layer, &x, &first, &count, &y) ==
          UFRONT_ARGUMENT);
  // CHECK: graph: weight 'w' of the model has no values
  printf("%s\n", ufrontSessionGetMessage(session));
  ufrontGraphDestroy(graph);
  ufrontModelDestroy(layer);
}

static void testTable(void) {
  UfrontField field;
  REQUIRE(!ufrontGetOperatorSummary("softmin"));
  REQUIRE(!ufrontGetOperatorField("softmin", UFRONT_FIELD_OPERAND, 0, &field));
  REQUIRE(strstr(ufrontGetOperatorSummary("conv2d"), "onvolution"));
  REQUIRE(ufrontGetOperatorField("conv2d", UFRONT_FIELD_OPERAND, 2, &field));
  REQUIRE(strcmp(field.name, "bias") == 0 && field.isOptional);
  REQUIRE(ufrontGetOperatorField("conv2d", UFRONT_FIELD_OPERAND, 3, &field));
  REQUIRE(strcmp(field.name, "padding_value") == 0 && field.isOptional);
  REQUIRE(!ufrontGetOperatorField("conv2d", UFRONT_FIELD_OPERAND, 4, &field));
  REQUIRE(ufrontGetOperatorField("relu", UFRONT_FIELD_RESULT, 0, &field));
  REQUIRE(strcmp(field.name, "output") == 0);
  REQUIRE(ufrontGetOperatorField("concat", UFRONT_FIELD_OPERAND, 0, &field));
  REQUIRE(strcmp(field.type, "tensors") == 0);
  REQUIRE(ufrontGetOperatorField("gelu", UFRONT_FIELD_ATTRIBUTE, 0, &field));
  REQUIRE(strcmp(field.type, "string") == 0);
  REQUIRE(strcmp(field.choices, "none|tanh") == 0);
  REQUIRE(strcmp(field.fallback, "\"none\"") == 0);
}

int main(void) {
  UfrontSession *session;
  REQUIRE(ufrontSessionCreate(&session) == UFRONT_OK);
  static float weight[70 * 70];
  UfrontModel *layer = createLayer(session, weight);
  testModels(session, layer);
  testNoWeights(session);
  testTable();
  ufrontModelDestroy(layer);
  ufrontSessionDestroy(session);
  // CHECK: done
  printf("done\n");
  return 0;
}

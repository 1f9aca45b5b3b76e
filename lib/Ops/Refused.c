//===-- Refused.c - Operators that have no rule, and why ------------------===//

#include "Ops/Refused.h"

#include <string.h>

#define MAPS "it takes or gives a map, which is no tensor"
#define TRAINING "it updates weights, and models are run, not trained"

const UfRefusal ufRefusals[] = {
    {UF_ONNX, "ImageDecoder",
     "it needs the decoders of seven image formats; decode before the model"},
    {UF_ONNX, "ai.onnx.ml.CastMap", MAPS},
    {UF_ONNX, "ai.onnx.ml.DictVectorizer", MAPS},
    {UF_ONNX, "ai.onnx.ml.ZipMap", MAPS},
    {UF_ONNX, "ai.onnx.preview.training.Gradient",
     "it differentiates the graph around it, which is not imported for that"},
    {0},
};

const char *ufFindRefusal(const char *name) {
  for (const UfRefusal *row = ufRefusals; row->name; ++row)
    if (strcmp(row->name, name) == 0)
      return row->why;
  return NULL;
}

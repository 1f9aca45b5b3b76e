//===-- Trees.h - Decision trees as tables ------------------------*- C -*-===//
//
// What the tree operators of ai.onnx.ml have in common once their ids are
// looked up: nodes that follow their parents, and leaves with a weight for each
// target.
//
//===----------------------------------------------------------------------===//

#ifndef UF_OPS_TREES_H
#define UF_OPS_TREES_H

#include "Ops/MlScore.h"
#include "Support/Arena.h"

/// How a node compares a feature with its threshold, in the numbers of
/// TreeEnsemble; UF_TREE_TRACKS is added where NaN takes the true branch.
typedef enum UfTreeMode {
  UF_TREE_LEQ,
  UF_TREE_LT,
  UF_TREE_GTE,
  UF_TREE_GT,
  UF_TREE_EQ,
  UF_TREE_NEQ,
  UF_TREE_MEMBER, ///< Not in tables: a chain of UF_TREE_EQ.
  UF_TREE_TRACKS = 8,
} UfTreeMode;

/// Where a branch leads in a table: to a node, or to leaf ~child.
typedef struct UfTrees {
  UfArena arena;
  int64_t numNodes, numTrees, numLeaves, numTargets;
  int32_t *features, *modes;
  int32_t *children; ///< Of each node, where it is true and where it is not.
  double *thresholds;
  int32_t *roots;
  double *weights; ///< [leaves, targets]
  bool isWide;     ///< Thresholds or weights are f64.
} UfTrees;

static inline void ufScoped_UfTrees(UfTrees *trees) {
  ufArenaDestroy(&trees->arena);
}

/// Reads TreeEnsemble; `filler` is the weight a leaf has for other targets.
MlirLogicalResult ufReadTreeEnsemble(const UfNode *node, double filler,
                                     UfTrees *trees);
/// Reads the nodes of TreeEnsembleRegressor and -Classifier, and the votes of
/// their leaves: attributes PREFIX_ids, _nodeids, _treeids and _weights.
MlirLogicalResult ufReadTreeNodes(const UfNode *node, const char *prefix,
                                  int64_t numTargets, double filler,
                                  UfTrees *trees);

#endif // UF_OPS_TREES_H

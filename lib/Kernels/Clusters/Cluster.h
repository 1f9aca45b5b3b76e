//===-- Cluster.h - Which ops become one kernel -------------------*- C -*-===//

#ifndef UF_KERNELS_CLUSTERS_CLUSTER_H
#define UF_KERNELS_CLUSTERS_CLUSTER_H

#include "IR/Function.h"

/// Ops that become one kernel, in order. The last defines the results.
typedef struct UfCluster {
  UfOps ops;
  size_t root;      ///< The op whose loops are tiled.
  const char *kind; ///< "attention"; null to be named after an op.
} UfCluster;

typedef struct UfClusters {
  UfCluster *data;
  size_t count, capacity;
} UfClusters;

/// Divides the linalg ops of `block` into clusters, in the order of their last
/// ops. Ops inside the regions of others are not looked at. Elementwise ops are
/// rewritten to work in place, and destinations to be used once.
UfClusters ufFormClusters(MlirBlock block);
void ufClustersFree(UfClusters *clusters);

#endif // UF_KERNELS_CLUSTERS_CLUSTER_H

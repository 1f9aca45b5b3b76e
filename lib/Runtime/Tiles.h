//===-- Tiles.h - The registers of AMX ----------------------------*- C -*-===//

#ifndef UF_RUNTIME_TILES_H
#define UF_RUNTIME_TILES_H

#include <stdbool.h>

/// Asks the system for the registers of AMX, for all of the process. Costs a
/// system call each time. False when there are none or it does not give them.
bool ufRequestTiles(void);

#endif // UF_RUNTIME_TILES_H

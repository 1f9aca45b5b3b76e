//===-- Tiles.c - The registers of AMX ------------------------------------===//

#include "Runtime/Tiles.h"

#include "ufront/Runtime.h"

#include <sys/syscall.h>
#include <unistd.h>

/// Linux gives a process the registers of tiles only when it asks, since they
/// make every context switch longer: arch_prctl(2), and
/// Documentation/arch/x86/xstate.rst in Linux.
enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };

bool ufRequestTiles(void) {
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

void ufrtCallUseTiles(UfrtCall *call) {
  ufrtCallCheck(call, ufRequestTiles(),
                "the model's code uses AMX, and this system does not allow it: "
                "compile it with --cpu-features=-amx");
}

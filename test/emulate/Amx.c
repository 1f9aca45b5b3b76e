//===-- Amx.c - AMX on CPUs that lack it ----------------------------------===//
//
// A library to be preloaded: each AMX instruction that the CPU refuses arrives
// as SIGILL and is done here, so that generated code is tested on any machine,
// byte for byte as it would run. Far too slow for anything else.
//
//   LD_PRELOAD=libemulate-amx.so ufront-run --cpu-features=+amx-bf16 ...
//
// Follows Intel's manual, volume 2: of bf16 products even and odd ones have
// sums of their own, and denormals count as zero.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#pragma STDC FP_CONTRACT OFF

enum { TILES = 8, ROWS = 16, COLUMNS = 16, REQUEST_PERMISSION = 0x1023 };

/// What LDTILECFG reads.
typedef struct Config {
  uint8_t palette, startRow, reserved[14];
  uint16_t rowBytes[16];
  uint8_t rows[16];
} Config;

/// Four bytes: an f32, an i32, two bf16 or four integers of 8 bits.
typedef union Cell {
  uint32_t bits;
  int32_t sum;
  float value;
  uint8_t bytes[4];
} Cell;

static _Thread_local Config config;
static _Thread_local Cell tiles[TILES][ROWS][COLUMNS];

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

static float flush(float x) {
  return __builtin_fabsf(x) < 0x1p-126F ? __builtin_copysignf(0, x) : x;
}

static float halfOf(Cell pair, int half) {
  Cell cell = {.bits = half ? pair.bits & 0xffff0000U : pair.bits << 16};
  return flush(cell.value);
}

/// Which of the operands of an integer product are signed.
typedef struct Kind {
  bool isInteger, isSignedA, isSignedB;
} Kind;

static int32_t byteOf(Cell cell, int i, bool isSigned) {
  return isSigned ? (int8_t)cell.bytes[i] : cell.bytes[i];
}

static Cell dotBf16(Cell sum, const Cell *a, int b, int column, int count) {
  float even = 0, odd = 0;
  for (int k = 0; k < count; ++k) {
    Cell y = tiles[b][k][column];
    even = flush(__builtin_fmaf(halfOf(a[k], 0), halfOf(y, 0), even));
    odd = flush(__builtin_fmaf(halfOf(a[k], 1), halfOf(y, 1), odd));
  }
  sum.value = flush(flush(sum.value) + flush(even + odd));
  return sum;
}

static Cell dotInteger(Cell sum, const Cell *a, int b, int column, int count,
                       Kind kind) {
  for (int k = 0; k < count; ++k)
    for (int i = 0; i < 4; ++i)
      sum.bits += (uint32_t)(byteOf(a[k], i, kind.isSignedA) *
                             byteOf(tiles[b][k][column], i, kind.isSignedB));
  return sum;
}

static void multiply(int sum, int a, int b, Kind kind) {
  int count = config.rowBytes[a] / 4;
  for (int row = 0; row < config.rows[sum]; ++row)
    for (int column = 0; column < config.rowBytes[sum] / 4; ++column) {
      Cell *cell = &tiles[sum][row][column];
      *cell = kind.isInteger
                  ? dotInteger(*cell, tiles[a][row], b, column, count, kind)
                  : dotBf16(*cell, tiles[a][row], b, column, count);
    }
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

enum { PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };

/// A VEX-coded instruction of the map 0F38 with a ModRM byte.
typedef struct Instruction {
  int opcode, prefix, reg, rm, source; ///< source: VEX.vvvv.
  bool isMemory;
  uint8_t *address;
  int64_t stride; ///< Bytes from row to row: the index register, scaled.
  int size;       ///< Bytes of code.
} Instruction;

static int64_t registerAt(const greg_t *registers, int number) {
  static const int order[16] = {
      REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  return registers[order[number]];
}

static int32_t read32(const uint8_t *at) {
  int32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

/// Reads ModRM's memory operand; `at` is behind the ModRM byte.
static void readAddress(Instruction *in, const uint8_t *code, int at, int mod,
                        int vex, const greg_t *registers) {
  int base = in->rm, high = vex & 0x20 ? 0 : 8; // VEX.B is inverted
  int64_t address = 0;
  if (in->rm == 4) {
    int sib = code[at++], index = (sib >> 3 & 7) | (vex & 0x40 ? 0 : 8);
    base = sib & 7;
    if (index != 4)
      in->stride = registerAt(registers, index) << (sib >> 6);
  }
  bool isBare = mod == 0 && base == 5;
  if (!isBare)
    address = registerAt(registers, base | high);
  if (mod == 1) {
    address += (int8_t)code[at++];
  } else if (mod == 2 || isBare) {
    address += read32(code + at);
    at += 4;
  }
  in->size = at;
  if (isBare && in->rm == 5) // relative to the next instruction
    address += registers[REG_RIP] + at;
  in->address = (uint8_t *)address; // NOLINT(performance-no-int-to-ptr)
}

static bool decode(const uint8_t *code, const greg_t *registers,
                   Instruction *in) {
  // Three-byte VEX, map 0F38, W0, 128 bits.
  if (code[0] != 0xc4 || (code[1] & 0x1f) != 2 || code[2] & 0x84)
    return false;
  int modrm = code[4], mod = modrm >> 6;
  *in = (Instruction){.opcode = code[3],
                      .prefix = code[2] & 3,
                      .reg = modrm >> 3 & 7,
                      .rm = modrm & 7,
                      .source = ~(code[2] >> 3) & 15,
                      .isMemory = mod != 3,
                      .size = 5};
  if (in->isMemory)
    readAddress(in, code, 5, mod, code[1], registers);
  return true;
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

static void moveTile(const Instruction *in, bool isStore) {
  for (int row = 0; row < ROWS; ++row) {
    Cell *cells = tiles[in->reg][row];
    uint8_t *memory = in->address + row * in->stride;
    size_t size = row < config.rows[in->reg] ? config.rowBytes[in->reg] : 0;
    if (isStore) {
      memcpy(memory, cells, size);
    } else {
      memset(cells, 0, sizeof tiles[0][0]);
      memcpy(cells, memory, size);
    }
  }
}

/// LDTILECFG, STTILECFG, TILERELEASE and TILEZERO.
static bool configure(const Instruction *in) {
  if (in->isMemory && in->prefix == PREFIX_NONE) {
    memcpy(&config, in->address, sizeof config);
    memset(tiles, 0, sizeof tiles);
  } else if (in->isMemory && in->prefix == PREFIX_66) {
    memcpy(in->address, &config, sizeof config);
  } else if (!in->isMemory && in->prefix == PREFIX_NONE) {
    memset(&config, 0, sizeof config);
    memset(tiles, 0, sizeof tiles);
  } else if (!in->isMemory && in->prefix == PREFIX_F2) {
    memset(tiles[in->reg], 0, sizeof tiles[0]);
  } else {
    return false;
  }
  return true;
}

static bool execute(const Instruction *in) {
  switch (in->opcode) {
  case 0x49:
    return configure(in);
  case 0x4b:
    if (!in->isMemory || in->prefix == PREFIX_NONE)
      return false;
    moveTile(in, in->prefix == PREFIX_F3);
    return true;
  case 0x5c:
    if (in->isMemory || in->prefix != PREFIX_F3)
      return false;
    multiply(in->reg, in->rm, in->source, (Kind){0});
    return true;
  case 0x5e:
    if (in->isMemory)
      return false;
    multiply(in->reg, in->rm, in->source,
             (Kind){true, in->prefix >= PREFIX_F3,
                    in->prefix == PREFIX_F2 || in->prefix == PREFIX_66});
    return true;
  default:
    return false;
  }
}

/// TDPBUSD is 66, TDPBSUD F3, TDPBSSD F2, TDPBUUD has no prefix.
static void onIllegal(int signal, siginfo_t *info, void *context) {
  (void)info;
  ucontext_t *state = context;
  greg_t *registers = state->uc_mcontext.gregs;
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  const uint8_t *code = (const uint8_t *)registers[REG_RIP];
  Instruction in;
  if (decode(code, registers, &in) && execute(&in))
    registers[REG_RIP] += in.size;
  else
    sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

//===----------------------------------------------------------------------===//
// What the program is told
//===----------------------------------------------------------------------===//

__attribute__((constructor)) static void install(void) {
  struct sigaction action = {.sa_sigaction = onIllegal,
                             .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGILL, &action, NULL);
}

static int findLlvm(struct dl_phdr_info *info, size_t size, void *handle) {
  (void)size;
  if (!strstr(info->dlpi_name, "libLLVM"))
    return 0;
  *(void **)handle = dlopen(info->dlpi_name, RTLD_LAZY | RTLD_NOLOAD);
  return 1;
}

/// LLVM's, with AMX among the features that the machine has. Python loads LLVM
/// such that RTLD_NEXT does not find it.
char *LLVMGetHostCPUFeatures(void);
char *LLVMGetHostCPUFeatures(void) {
  static const char *const names[] = {"-amx-tile,", "-amx-bf16,", "-amx-int8,"};
  void *llvm = NULL;
  dl_iterate_phdr(findLlvm, &llvm);
  char *(*original)(void) =
      llvm ? (char *(*)(void))dlsym(llvm, "LLVMGetHostCPUFeatures") : NULL;
  char *features = original ? original() : NULL;
  for (int i = 0; features && i < 3; ++i) {
    char *at = strstr(features, names[i]);
    if (at)
      *at = '+';
  }
  return features;
}

/// The C library's, where asking for the tiles' registers succeeds.
long syscall(long number, ...) {
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; ++i)
    arguments[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_arch_prctl && arguments[0] == REQUEST_PERMISSION)
    return 0;
  long (*original)(long, ...) =
      (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return original ? original(number, arguments[0], arguments[1], arguments[2],
                             arguments[3], arguments[4], arguments[5])
                  : -1;
}

"""lit configuration of ufront's tests and of its examples.

Substitutions:
  %stock_mlir_opt  the distribution's mlir-opt with ufront loaded as a plugin
  %mlir_opt_plugin the two options that load it
  %libufront       libufront.so
  %librt           libufront_rt.a, and %librt_deps what it is linked with
  %include         the folder of the public headers, %mlir_include MLIR's
  %clang           the compiler, %cc the same with the flags of this build
  %python          Python with the package of this build

Features: slow (with -Dslow=1), gcc, asan or tsan.
"""

import os
import shutil
import sys

import lit.formats

build = config.ufront_build_dir
lib = os.path.join(build, "lib")

config.name = "ufront-" + config.ufront_suite
config.test_format = lit.formats.ShTest(execute_external=False)
config.test_source_root = os.path.join(config.ufront_source_dir, config.ufront_suite)
config.test_exec_root = os.path.join(build, config.ufront_suite)
config.suffixes = [".mlir", ".c", ".test", ".onnx.txt"]
config.excludes = ["numerics", "models", "python", "fuzz", "emulate", "Inputs"]
if config.ufront_suite == "examples":
    config.suffixes = [".test"]
    if config.ufront_sanitize:
        # Python and PyTorch are not built with sanitizers. ./dev test runs these
        # with the release build.
        config.excludes += ["first-ufront", "frontend-mess"]

config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(build, "bin"),
        os.path.join(build, "test"),
        config.llvm_tools_dir,
        config.environment["PATH"],
    ]
)

# Nothing of the user's is read or written.
config.environment["XDG_CACHE_HOME"] = os.path.join(build, "cache")

sanitize = config.ufront_sanitize
suppressions = os.path.join(config.ufront_source_dir, "test", "lsan.supp")
preload = ""
if sanitize:
    config.available_features.add({"address": "asan", "thread": "tsan"}[sanitize])
    preload = "env LD_PRELOAD=" + config.ufront_sanitizer_runtime + " "
    config.environment["ASAN_SYMBOLIZER_PATH"] = os.path.join(
        config.llvm_tools_dir, "llvm-symbolizer"
    )
# LLVM's headers poison the memory of its allocators where they are compiled
# with ASan, in Shim.cpp, and not where they are not, in libMLIR.so.
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:allow_user_poisoning=0"
config.environment["LSAN_OPTIONS"] = (
    "print_suppressions=0:suppressions=" + suppressions
)
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"

libufront = os.path.join(lib, "libufront.so")
plugin = f"--load-dialect-plugin={libufront} --load-pass-plugin={libufront}"
mlir_opt = shutil.which("mlir-opt", path=config.llvm_tools_dir) or "mlir-opt-22"
package = os.path.join(config.ufront_source_dir, "python")
flags = " ".join(config.ufront_sanitizer_flags)
if sanitize:
    flags += " -Wl,-rpath," + os.path.dirname(config.ufront_sanitizer_runtime)
# Longer names first: lit replaces the first that matches.
config.substitutions += [
    ("%stock_mlir_opt", f"{preload}{mlir_opt} {plugin}"),
    ("%mlir_opt_plugin", plugin),
    ("%mlir_include", config.mlir_include_dirs[0]),
    ("%libufront", libufront),
    ("%librt_deps", "-ljansson -lpthread -lm"),
    ("%librt", os.path.join(lib, "libufront_rt.a")),
    ("%include", os.path.join(config.ufront_source_dir, "include")),
    ("%clang", config.ufront_clang),
    ("%cc", f"{config.ufront_clang} {flags}"),
    ("%python", f"env UFRONT_BUILD_DIR={build} PYTHONPATH={package} {sys.executable}"),
]

if shutil.which("gcc") and shutil.which("g++"):
    config.available_features.add("gcc")
if lit_config.params.get("slow"):
    config.available_features.add("slow")

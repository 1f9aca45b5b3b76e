# Finds LLVM and MLIR 22 and defines
#   UFRONT_MLIR_CAPI    the MLIR C API: archives, as one link group
#   UFRONT_MLIR_LIBS    libMLIR and libLLVM
#   LLVM_TOOLS_BINARY_DIR, MLIR_INCLUDE_DIRS, LLVM_INCLUDE_DIRS
# MLIR_DIR, or an llvm-config on PATH, says which.

set(UFRONT_LLVM_MAJOR 22)

foreach(language C CXX)
  if(NOT CMAKE_${language}_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR
      "ufront cannot be built by ${CMAKE_${language}_COMPILER}, which is not clang.\n"
      "Cause: MLIR recognises operation traits by their type's name, and compilers spell "
      "those names differently. Code of another compiler links with a clang-built MLIR, "
      "passes simple tests, and then fails to see traits.\n"
      "Remedy: delete this build folder and configure with clang ${UFRONT_LLVM_MAJOR}: "
      "unset CC and CXX, or say -DCMAKE_C_COMPILER=clang-${UFRONT_LLVM_MAJOR} "
      "-DCMAKE_CXX_COMPILER=clang++-${UFRONT_LLVM_MAJOR}.")
  endif()
endforeach()

find_program(UFRONT_LLVM_CONFIG
             NAMES llvm-config-${UFRONT_LLVM_MAJOR} llvm-config)
if(UFRONT_LLVM_CONFIG)
  execute_process(COMMAND ${UFRONT_LLVM_CONFIG} --cmakedir
                  OUTPUT_VARIABLE llvm_cmake_dir OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
find_package(MLIR REQUIRED CONFIG HINTS ${llvm_cmake_dir}/../mlir)
if(NOT LLVM_VERSION_MAJOR EQUAL UFRONT_LLVM_MAJOR)
  message(FATAL_ERROR
    "ufront needs MLIR ${UFRONT_LLVM_MAJOR}, found ${LLVM_PACKAGE_VERSION} in "
    "${MLIR_DIR}. Set MLIR_DIR to the lib/cmake/mlir of LLVM ${UFRONT_LLVM_MAJOR}.")
endif()
message(STATUS "MLIR ${LLVM_PACKAGE_VERSION} in ${MLIR_DIR}")

# The C API exists as archives only. They are taken by path, because the CMake
# targets of the same names depend on the static MLIR libraries, and a second
# copy of MLIR beside libMLIR.so has other TypeIDs.
file(GLOB archives ${LLVM_LIBRARY_DIR}/libMLIRCAPI*.a)
if(NOT archives)
  message(FATAL_ERROR "no libMLIRCAPI*.a in ${LLVM_LIBRARY_DIR}: the development "
                      "files of MLIR are incomplete")
endif()
set(UFRONT_MLIR_CAPI -Wl,--start-group ${archives} -Wl,--end-group)
find_library(UFRONT_LIBMLIR NAMES MLIR HINTS ${LLVM_LIBRARY_DIR} REQUIRED)
find_library(UFRONT_LIBLLVM NAMES LLVM-${UFRONT_LLVM_MAJOR} LLVM
             HINTS ${LLVM_LIBRARY_DIR} REQUIRED)
set(UFRONT_MLIR_LIBS ${UFRONT_LIBMLIR} ${UFRONT_LIBLLVM})

# Asks a trait of an operation that libMLIR.so registered. Only a compiler that
# spells type names like the one that built libMLIR.so gets the right answer.
if(NOT DEFINED UFRONT_TRAITS_AGREE)
  message(STATUS "Checking that the compiler fits MLIR")
  try_run(UFRONT_TRAITS_AGREE traits_compiled
    SOURCE_FROM_CONTENT traits.cpp [[
#include "mlir-c/Dialect/Func.h"
#include "mlir/CAPI/IR.h"
#include "mlir/IR/OpDefinition.h"
int main() {
  MlirContext context = mlirContextCreate();
  mlirDialectHandleLoadDialect(mlirGetDialectHandle__func__(), context);
  auto name = mlir::RegisteredOperationName::lookup("func.return", unwrap(context));
  return name && name->hasTrait<mlir::OpTrait::IsTerminator>() ? 0 : 1;
}
]]
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${MLIR_INCLUDE_DIRS};${LLVM_INCLUDE_DIRS}"
    COMPILE_DEFINITIONS -DNDEBUG
    LINK_LIBRARIES ${UFRONT_MLIR_CAPI} ${UFRONT_MLIR_LIBS}
    CXX_STANDARD 17
    COMPILE_OUTPUT_VARIABLE traits_output)
endif()
if(NOT UFRONT_TRAITS_AGREE EQUAL 0)
  unset(UFRONT_TRAITS_AGREE CACHE)
  if(NOT traits_compiled)
    message(FATAL_ERROR "A small program that uses MLIR does not build:\n${traits_output}")
  endif()
  message(FATAL_ERROR
    "${CMAKE_CXX_COMPILER} and the MLIR in ${MLIR_DIR} do not fit.\n"
    "Cause: a program built by this compiler does not see the traits of MLIR's "
    "operations. Most likely another compiler built MLIR.\n"
    "Remedy: delete this build folder and configure with the clang of the same "
    "distribution as MLIR (clang-${UFRONT_LLVM_MAJOR}), or set MLIR_DIR to an MLIR "
    "that clang built.")
endif()

# Applies UFRONT_SANITIZE and defines UFRONT_SANITIZER_RUNTIME, the shared
# runtime that a foreign program must preload before it loads libufront.so.

set(UFRONT_SANITIZER_RUNTIME "")
set(UFRONT_SANITIZER_FLAGS "")
if(UFRONT_SANITIZE STREQUAL "address")
  # vptr needs the type information of MLIR's classes, which are built without;
  # function reads the bytes before a function, which a JIT need not map.
  set(UFRONT_SANITIZER_FLAGS -fsanitize=address,undefined
      -fno-sanitize=vptr,function -fno-sanitize-recover=all)
  set(runtime asan)
elseif(UFRONT_SANITIZE STREQUAL "thread")
  set(UFRONT_SANITIZER_FLAGS -fsanitize=thread)
  set(runtime tsan)
elseif(UFRONT_SANITIZE)
  message(FATAL_ERROR "UFRONT_SANITIZE is '${UFRONT_SANITIZE}', expected address or thread")
endif()

if(UFRONT_SANITIZER_FLAGS)
  list(APPEND UFRONT_SANITIZER_FLAGS -shared-libsan -fno-omit-frame-pointer)
  add_compile_options(${UFRONT_SANITIZER_FLAGS})
  add_link_options(${UFRONT_SANITIZER_FLAGS})
  foreach(name libclang_rt.${runtime}-${CMAKE_SYSTEM_PROCESSOR}.so libclang_rt.${runtime}.so)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${name}
                    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(EXISTS ${found})
      set(UFRONT_SANITIZER_RUNTIME ${found})
      break()
    endif()
  endforeach()
  if(NOT UFRONT_SANITIZER_RUNTIME)
    message(FATAL_ERROR "clang's shared ${runtime} runtime is missing (libclang-rt-22-dev)")
  endif()
  cmake_path(GET UFRONT_SANITIZER_RUNTIME PARENT_PATH directory)
  list(APPEND CMAKE_BUILD_RPATH ${directory})
endif()

# toolchain.cmake - the compiler of one target of tests/targets.toml
# SPDX-License-Identifier: MIT
#
#   cmake -S . -B build/armel --toolchain cmake/toolchain.cmake -DCPU_RELAX_TARGET=armel
#
# CPU_RELAX_SYSROOTS is the directory of what tests/sysroot/make.sh builds; by default build/sysroot.

# CMake's own try_compile reads this file again, in a directory of its own.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CPU_RELAX_TARGET CPU_RELAX_TARGET_FILE)
if(NOT CPU_RELAX_TARGET_FILE)
  find_package(Python3 3.11 COMPONENTS Interpreter QUIET)
  if(NOT Python3_FOUND)
    message(FATAL_ERROR "CPU_RELAX_TARGET needs Python 3.11 or later, which reads tests/targets.toml")
  endif()
  if(CPU_RELAX_SYSROOTS)
    set(ENV{CPU_RELAX_SYSROOTS} "${CPU_RELAX_SYSROOTS}")
  endif()
  set(CPU_RELAX_TARGET_FILE "${CMAKE_BINARY_DIR}/target.cmake")
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/../tests/targets.py" cmake "${CPU_RELAX_TARGET}"
    OUTPUT_FILE "${CPU_RELAX_TARGET_FILE}" ERROR_VARIABLE error RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "CPU_RELAX_TARGET=\"${CPU_RELAX_TARGET}\": ${error}")
  endif()
endif()
include("${CPU_RELAX_TARGET_FILE}")

find_program(CPU_RELAX_COMPILER "${TARGET_COMPILER}" NO_CACHE)
if(NOT CPU_RELAX_COMPILER)
  message(FATAL_ERROR "${TARGET_COMPILER} is missing: run `sh tests/run.sh ${CPU_RELAX_TARGET}`, "
                      "or install the Debian packages ${TARGET_PACKAGES}")
endif()
set(CMAKE_C_COMPILER "${CPU_RELAX_COMPILER}")
set(CMAKE_C_FLAGS_INIT "${TARGET_FLAGS}")

# A target with an emulator is another machine.
if(TARGET_RUNNER)
  set(CMAKE_SYSTEM_NAME "${TARGET_SYSTEM}")
  set(CMAKE_SYSTEM_PROCESSOR "${CPU_RELAX_TARGET}")
  set(CMAKE_CROSSCOMPILING_EMULATOR "${TARGET_RUNNER}")
  if(TARGET_PROOF STREQUAL "bare")
    set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  endif()
  if(TARGET_PROOF STREQUAL "msvc") # by Microsoft's command line; Wine's import libraries in the place of its SDK
    set(CMAKE_C_STANDARD_LIBRARIES "libucrtbase.a libvcruntime140.a libkernel32.a libntdll.a" CACHE STRING "")
    set(wine /usr/lib/x86_64-linux-gnu/wine/x86_64-windows)
    set(CMAKE_EXE_LINKER_FLAGS_INIT "/nodefaultlib /manifest:no /entry:mainCRTStartup /alternatename:_fltused=mainCRTStartup /libpath:${wine}")
    foreach(tool IN ITEMS LINKER=lld-link RC_COMPILER=llvm-rc MT=llvm-mt AR=llvm-lib)
      string(REGEX MATCH "(.*)=(.*)" match ${tool})
      find_program(CMAKE_${CMAKE_MATCH_1} ${CMAKE_MATCH_2}-22 ${CMAKE_MATCH_2} PATHS /usr/lib/llvm-22/bin)
    endforeach()
  # Static programs need no library of the target on this machine; with -L the runner has one.
  elseif(NOT "-L" IN_LIST TARGET_RUNNER)
    set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
  endif()
  # Nothing that is installed for this machine fits the other.
  foreach(kind IN ITEMS LIBRARY INCLUDE PACKAGE)
    set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
  endforeach()
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  set(CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}/none")
endif()

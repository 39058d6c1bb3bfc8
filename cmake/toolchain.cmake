# toolchain.cmake - the tool chain of any row of tests/targets.txt
# SPDX-License-Identifier: MIT
#
#   cmake -S . -B build/armel --toolchain cmake/toolchain.cmake -DCPU_RELAX_ROW=armel
#
# CPU_RELAX_SYSROOTS is where tests/sysroot/ has built what Debian lacks.

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CPU_RELAX_ROW CPU_RELAX_SYSROOTS)
include("${CMAKE_CURRENT_LIST_DIR}/row.cmake")
cpu_relax_row("${CPU_RELAX_ROW}")

if(NOT DEFINED CPU_RELAX_SYSROOTS)
  get_filename_component(CPU_RELAX_SYSROOTS "${CMAKE_CURRENT_LIST_DIR}/../build/sysroot" ABSOLUTE)
endif()

if(ROW_COMPILER MATCHES "/")
  set(CMAKE_C_COMPILER "${CPU_RELAX_SYSROOTS}/${ROW_COMPILER}")
else()
  set(CMAKE_C_COMPILER "${ROW_COMPILER}")
endif()
set(CMAKE_C_FLAGS_INIT "${ROW_FLAGS}")

# A row that names an emulator is another machine.
if(ROW_RUNNER)
  set(CMAKE_SYSTEM_NAME "${ROW_SYSTEM}")
  set(CMAKE_SYSTEM_PROCESSOR "${CPU_RELAX_ROW}")
  string(REPLACE "tests/" "${CMAKE_CURRENT_LIST_DIR}/../tests/" ROW_RUNNER "${ROW_RUNNER}")
  if(ROW_RUNNER MATCHES "^[a-z0-9_-]+/bin/")
    set(ROW_RUNNER "${CPU_RELAX_SYSROOTS}/${ROW_RUNNER}")
  endif()
  separate_arguments(ROW_RUNNER UNIX_COMMAND "${ROW_RUNNER}")
  set(CMAKE_CROSSCOMPILING_EMULATOR "${ROW_RUNNER}")
  if(ROW_PROOF STREQUAL "bare")
    set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  endif()
  # Static programs need nothing of the target on this machine; with -L the runner has a root.
  if(NOT "-L" IN_LIST ROW_RUNNER)
    set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
  endif()
  # What is installed for this machine is of no use to the other.
  list(APPEND CMAKE_FIND_ROOT_PATH "${CPU_RELAX_SYSROOTS}/${CPU_RELAX_ROW}")
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
endif()

# vcpkg.cmake - runs a port by stubs of vcpkg's functions
# SPDX-License-Identifier: MIT
#
#   cmake -DPORT=FOLDER -DWORK=FOLDER -DVERSION=1.2.3 -P vcpkg.cmake
#
# It shows that the port fits this project, not that vcpkg accepts it.
cmake_minimum_required(VERSION 3.19)

set(CURRENT_PORT_DIR "${PORT}")
set(packages "${WORK}/packages")

macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed with ${status}: ${ARGN}")
  endif()
endmacro()

macro(must_exist file)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "there is no ${file}")
  endif()
endmacro()

function(vcpkg_cmake_configure SOURCE_PATH source OPTIONS)
  run("${CMAKE_COMMAND}" -S "${source}" -B "${WORK}/build" "-DCMAKE_INSTALL_PREFIX=${packages}" ${ARGN})
endfunction()

function(vcpkg_cmake_install)
  run("${CMAKE_COMMAND}" --install "${WORK}/build")
endfunction()

# Moves the package files to share/PACKAGE_NAME, and lets them find the prefix from there, as vcpkg does.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PACKAGE_NAME;CONFIG_PATH" "")
  must_exist("${packages}/${arg_CONFIG_PATH}/${arg_PACKAGE_NAME}Config.cmake")
  file(RENAME "${packages}/${arg_CONFIG_PATH}" "${packages}/share/${arg_PACKAGE_NAME}")
  file(GLOB files "${packages}/share/${arg_PACKAGE_NAME}/*.cmake")
  set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(REPLACE "${up}${up}${up}" "${up}${up}" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
  must_exist("${packages}/share/pkgconfig/cpu_relax.pc")
  set(fixed ON PARENT_SCOPE)
endfunction()

function(vcpkg_install_copyright FILE_LIST file)
  must_exist("${file}")
  set(copyright ON PARENT_SCOPE)
endfunction()

file(READ "${PORT}/vcpkg.json" manifest)
string(JSON version GET "${manifest}" version)
if(NOT version STREQUAL VERSION)
  message(FATAL_ERROR "vcpkg.json is for version ${version}, this is ${VERSION}")
endif()
include("${PORT}/portfile.cmake")
must_exist("${packages}/include/cpu_relax.h")
foreach(step IN ITEMS fixed copyright)
  if(NOT ${step})
    message(FATAL_ERROR "the port leaves out a step: ${step}")
  endif()
endforeach()

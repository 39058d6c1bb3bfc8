# row.cmake - reads one row of tests/targets.txt
# SPDX-License-Identifier: MIT

# cpu_relax_row(NAME): sets ROW_PROOF, ROW_CPU, ROW_COMPILER, ROW_FLAGS, ROW_HINT, ROW_BYTES,
# ROW_SYSTEM, ROW_RUNNER, ROW_PACKAGES and ROW_EXTRA in the caller.
set(ROW_TABLE "${CMAKE_CURRENT_LIST_DIR}/../tests/targets.txt")
macro(cpu_relax_row name)
  file(STRINGS "${ROW_TABLE}" ROW_FIELDS REGEX "^${name} *[|]")
  list(LENGTH ROW_FIELDS ROW_COUNT)
  if(NOT ROW_COUNT EQUAL 1)
    message(FATAL_ERROR "CPU_RELAX_ROW=\"${name}\" must name one row of tests/targets.txt; "
                        "${ROW_COUNT} rows have that name")
  endif()
  file(STRINGS "${ROW_TABLE}" ROW_LETS REGEX "^let:")
  foreach(ROW_LET IN LISTS ROW_LETS)
    string(REGEX MATCH "^let:([^ ]*) *[|] *(.*)$" ROW_LET "${ROW_LET}")
    string(REPLACE "$(${CMAKE_MATCH_1})" "${CMAKE_MATCH_2}" ROW_FIELDS "${ROW_FIELDS}")
  endforeach()
  string(REPLACE "|" ";" ROW_FIELDS "${ROW_FIELDS};;;") # the last fields may be left out
  set(ROW_INDEX 0)
  foreach(ROW_NAME IN ITEMS NAME PROOF CPU COMPILER FLAGS HINT BYTES SYSTEM RUNNER PACKAGES EXTRA)
    list(GET ROW_FIELDS ${ROW_INDEX} ROW_${ROW_NAME})
    string(STRIP "${ROW_${ROW_NAME}}" ROW_${ROW_NAME})
    math(EXPR ROW_INDEX "${ROW_INDEX} + 1")
  endforeach()
endmacro()

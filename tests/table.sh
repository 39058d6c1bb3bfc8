#!/bin/sh
# shellcheck disable=SC2016 # CMake's variables, not the shell's
# table.sh - what the shell and the documents need of the table of targets
# SPDX-License-Identifier: MIT
#
# usage: table.sh rows [GROUP]      names of the rows: all, host, arm, or one row's name
#        table.sh row NAME          that row, its fields with one | between them
#        table.sh packages [GROUP]  Debian packages that those rows need
#        table.sh sysroots [GROUP]  what tests/sysroot/ has to build for them
#        table.sh presets           CMakePresets.json
#        table.sh support           the README's support table
#        table.sh counts            tests/counts.md: how much of the table proves what
set -eu
table=$(dirname "$0")/targets.txt

# Rows of a group, fields trimmed and separated by one |, what several share in its place.
select_rows() {
    sed -e '/^#/d' -e '/^cpu:/d' -e '/^$/d' -e 's/ *| */|/g' "$table" | awk -F '|' -v group="${1:-all}" '
        /^let:/ { let["$(" substr($1, 5) ")"] = $2; next }
        { for (l in let) while (i = index($0, l)) $0 = substr($0, 1, i - 1) let[l] substr($0, i + length(l)) }
        i = index($0, "$(") { print "targets.txt: no line let: for " substr($0, i) > "/dev/stderr"; exit 1 }
        group == "all" || $1 == group ||
        group == "host" && $1 ~ /^host-/ ||
        group == "arm" && $3 ~ /^arm4?$/'
}

case ${1:-} in
rows) select_rows "${2:-all}" | cut -d '|' -f 1 ;;
row) select_rows "${2:?a row}" ;;
packages) select_rows "${2:-all}" | cut -d '|' -f 10 | tr ' ' '\n' | sed '/^$/d' | sort -u ;;
sysroots) select_rows "${2:-all}" | cut -d '|' -f 4,9 | tr '|' '\n' | sed -n 's|^\([a-z0-9_-]*\)/bin/.*|\1|p' | sort -u ;;

presets)
    rows=$(select_rows all | awk -F '|' '$2 ~ /^(run|bare)$/ && $1 !~ /^host-/ { print $1 }')
    hosts='host-debug host-release host-asan-ubsan host-tsan'
    each() { # FORMAT NAME...: one object a name, commas between
        format=$1 comma=
        shift
        for name; do
            printf '%b    {"name": "%s", ' "$comma" "$name"
            # shellcheck disable=SC2059 # the format is ours
            printf "$format" "$name"
            comma=',\n'
        done
        printf '\n'
    }
    host() { # NAME TITLE BUILD_TYPE [FLAGS]
        printf '    {"name": "%s", "displayName": "This machine, %s", "binaryDir": "${sourceDir}/build/${presetName}", ' "$1" "$2"
        [ -z "${4-}" ] || printf '"environment": {"CFLAGS": "$penv{CFLAGS} %s"}, ' "$4"
        printf '"cacheVariables": {"CMAKE_BUILD_TYPE": "%s"}},\n' "$3"
    }
    printf '{\n  "version": 3,\n  "configurePresets": [\n'
    host host-debug 'debug' Debug
    host host-release 'release' Release
    host host-asan-ubsan 'with AddressSanitizer and UBSan' Debug '-fsanitize=address,undefined -fno-sanitize-recover=all'
    host host-tsan 'with ThreadSanitizer' Debug -fsanitize=thread
    # shellcheck disable=SC2086 # names are words
    each '"displayName": "Row %s of tests/targets.txt", "binaryDir": "${sourceDir}/build/${presetName}", "toolchainFile": "cmake/toolchain.cmake", "cacheVariables": {"CPU_RELAX_ROW": "${presetName}"}}' $rows
    printf '  ],\n  "buildPresets": [\n'
    # shellcheck disable=SC2086
    each '"configurePreset": "%s"}' $hosts $rows
    printf '  ],\n  "testPresets": [\n'
    # shellcheck disable=SC2086
    each '"configurePreset": "%s", "output": {"outputOnFailure": true}, "execution": {"noTestsAction": "error"}}' $hosts $rows
    printf '  ]\n}\n'
    ;;

support)
    # One line a CPU, with the strongest proof that it has.
    { sed -n 's/ *| */|/g; s/^cpu://p' "$table"; echo; select_rows all; } | awk -F '|' '
        BEGIN { print "| CPU | hint | since | why | proven |"; print "|---|---|---|---|---|" }
        function stronger(row, word, rank) { if (rank > best[row]) { best[row] = rank; proven[row] = word } }
        /^$/ { rows = 1; next }
        !rows { key[++k] = $1; line[$1] = "| " $2 " | " $3 " | " $4 " | " $5 " | "; next }
        $2 == "select" || $2 == "compile" { stronger($3, "selected", 1); next }
        $2 == "text" { stronger($3, "text", 2); next }
        $2 == "bytes" { stronger($3, "bytes", 3); next }
        { stronger($3, "executed", 4) }
        END { for (i = 1; i <= k; i++) print line[key[i]] proven[key[i]] " |" }' ;;

counts)
    cat <<'EOF'
<!-- made by `sh tests/table.sh counts`. SPDX-License-Identifier: MIT -->
# How much of the table proves what

By CPU, from [targets.txt](targets.txt). Executed: programs that were built and run, and read the
instruction's bytes from their own memory. Bytes: compilations whose bytes were compared. Text: the assembly
was compared. Selected: only the preprocessor's choice was checked, with that compiler's macros. Each
check must find a fault that is put into the header ([mutants.txt](mutants.txt)).

EOF
    # One line a CPU: how many rows run it, how many cells have their bytes compared, by what.
    { sed -n 's/ *| */|/g; s/^cpu://p' "$table"; echo; select_rows all; } | awk -F '|' '
        BEGIN {
            print "| CPU | hint | since | executed | bytes | text | selected | compiled by |"
            print "|---|---|---|---|---|---|---|---|"
        }
        function cells(flags, n, part, inside) {
            n = 1
            while (match(flags, /[{][^}]*[}]/)) {
                inside = substr(flags, RSTART + 1, RLENGTH - 2)
                n *= split(inside, part, ",")
                flags = substr(flags, RSTART + RLENGTH)
            }
            return n
        }
        function number(n) { return n ? n : "" }
        /^$/ { rows = 1; next }
        !rows { key[++k] = $1; title[$1] = $2; hint[$1] = $3; since[$1] = $4; next }
        {
            n = cells($5)
            all++
            count[$3, $2] += n
            total[$2] += n
            compiler = $2 == "select" ? "" : $1 ~ /^msvc-/ ? "MSVC path" : $4
            if (compiler ~ /\//) compiler = $10 ~ /clang/ ? "clang" : "gcc" # built: by what, say its packages
            sub(/.*-gcc$/, "gcc", compiler); sub(/^gcc-.*/, "gcc", compiler)
            sub(/^clang.*/, "clang", compiler); sub(/.*-tcc$/, "tcc", compiler)
            if (compiler != "" && !(($3, compiler) in seen)) {
                seen[$3, compiler] = 1
                compilers[$3] = compilers[$3] (compilers[$3] == "" ? "" : ", ") compiler
            }
            known[$3] = 1
        }
        END {
            for (i = 1; i <= k; i++) {
                c = key[i]
                printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", title[c], hint[c], since[c],
                    number(count[c, "run"] + count[c, "bare"] + count[c, "small"]), number(count[c, "bytes"]),
                    number(count[c, "text"]), number(count[c, "select"]), compilers[c]
                delete known[c]
            }
            printf "| **all** | | | **%d** | **%d** | **%d** | **%d** | %d rows |\n",
                total["run"] + total["bare"] + total["small"], total["bytes"], total["text"], total["select"], all
            for (c in known) { print "targets.txt: no line cpu:" c > "/dev/stderr"; exit 1 }
        }' ;;
*) sed -n 's/^# *usage: /usage: /p; s/^#  *table.sh/       table.sh/p' "$0" >&2; exit 2 ;;
esac

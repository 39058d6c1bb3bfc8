#!/bin/sh
# run.sh - installs what the tests need, builds and runs them, and says what came of it
# SPDX-License-Identifier: MIT
#
# usage: sh tests/run.sh [GROUP...]
#
#   all         everything; the default
#   host        this machine's own compilers, no cross tool chain
#   arm         32-bit ARM
#   project     what is no target's: dialects, bad input, documents, style, consumers
#   allocators  real allocators with the header vendored, and their own tests
#   bench       bench/run.sh --quick makes every row that it should; how fast is not looked at
#   proof       what is proved of cpu_relax_wait.h
#   faults      a fixed sample of all single faults of the headers, and faults of this machinery
#   mutants     every single fault of the headers; takes long, and is no part of all
#   ROW         one row of tests/targets.txt
#
# Meant for Debian 12. Packages that are missing are installed, with sudo unless run as root. Work is
# kept in build/ and used again; delete the folder to start anew. Ends with a table, and fails unless
# every test of every leg ran and passed.
set -eu
cd "$(dirname "$0")/.."
build=build
groups=${*:-all}

# What the legs that are no row need; a row names its packages itself.
project_packages='aspell aspell-en clang clang-22 clang-format-14 clang-tidy-14 codespell cppcheck debootstrap g++ g++-11
    gcc-11 git mandoc meson ninja-build pkg-config python3 shellcheck'
allocator_packages='g++ make'
proof_packages='cvc4 frama-c-base gcc spin why3'
fault_packages="$project_packages tcc"
fault_rows='host-clang aarch64 armel s390x i686 riscv64 mingw64 clang-riscv'
bench_packages=$(sed '/^#/d' bench/packages.txt)
allocator_sources='jemalloc liburcu libuv1 mimalloc'
allocator_rows='armel armeb-v5te armhf aarch64 riscv64 s390x'

jobs=$(nproc)
started=$(date +%s)

say() { printf '[%4ds] %s\n' "$(($(date +%s) - started))" "$*"; }
die() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 1
}

words() { # sorts nothing, drops what is there already
    # shellcheck disable=SC2048,SC2086
    printf '%s\n' $* | awk '!seen[$0]++'
}

# ---- the legs of some groups, rows of the table after what is no row and takes longer; what they need ---
needs() { # GROUP...: sets legs, packages, sources, sysroots
    extras='' all_rows='' packages='bzip2 cmake gcc libc6-dev libcmocka-dev llvm-22 make ninja-build pkg-config xz-utils' sysroots='' sources=''
    for group; do
        case $group in
        all) extra='bench allocators project proof faults' rows=$(sh tests/table.sh rows all) ;;
        host) extra='' rows=$(sh tests/table.sh rows host) ;;
        project | allocators | bench | proof | faults | mutants) extra=$group rows='' ;;
        *)
            extra='' rows=$(sh tests/table.sh rows "$group")
            [ -n "$rows" ] || die "no such group or row: $group (rows: sh tests/table.sh rows)"
            ;;
        esac
        extras="$extras $extra" all_rows="$all_rows $rows"
        packages="$packages $(sh tests/table.sh packages "$group")"
        sysroots="$sysroots $(sh tests/table.sh sysroots "$group")"
        case $group in host) ;; *) [ -z "$rows" ] || sources="$sources cmocka" ;; esac
        case $extra in *project*)
            packages="$packages $project_packages"
            [ "$(id -u)" != 0 ] || sysroots="$sysroots debian" # else its tests are not run
            ;;
        esac
        case $extra in *bench*) packages="$packages $bench_packages" ;; esac
        case $extra in *proof*) packages="$packages $proof_packages" ;; esac
        case $extra in *faults* | mutants)
            packages="$packages $fault_packages"
            sources="$sources cmocka"
            for row in $fault_rows; do packages="$packages $(sh tests/table.sh packages "$row")"; done
            ;;
        esac
        case $extra in *allocators*)
            packages="$packages $allocator_packages"
            sysroots="$sysroots armeb"
            sources="$sources $allocator_sources"
            for row in $allocator_rows; do packages="$packages $(sh tests/table.sh packages "$row")"; done
            ;;
        esac
    done
    legs=$(words "$extras $all_rows") sysroots=$(words "$sysroots") sources=$(words "$sources")
}

# ---- packages, sources, and what Debian has not -----------------------------------------------------
prepare() { # GROUP...
    needs "$@"
    say packages
    # shellcheck disable=SC2046
    sh tests/packages.sh $(words "$packages") || die 'packages are missing'
    if [ -n "$sources$sysroots" ]; then
        # A machine may have every package and no list of them.
        [ -n "$(apt-get indextargets 'Created-By: Packages')" ] || apt-get update -qq ||
            die 'apt has no list of packages: run apt-get update as root'
    fi
    if [ -n "$sources" ]; then
        say "sources: $(echo "$sources" | tr "\n" " ")"
        # shellcheck disable=SC2086
        sh tests/sysroot/fetch.sh $build/sysroot/src $sources
    fi
    for sysroot in $sysroots; do
        say "making $sysroot"
        case $sysroot in
        armeb) sh tests/sysroot/armeb.sh $build/sysroot armeb -mfloat-abi=soft ;;
        debian) sh tests/sysroot/debian.sh $build/sysroot || say 'no empty Debian: its tests will not run' ;;
        msp430 | wine*) sh "tests/sysroot/$sysroot.sh" $build/sysroot ;;
        *) sh tests/sysroot/musl.sh $build/sysroot "$sysroot" ;;
        esac
    done
}

# ---- the legs, side by side ---------------------------------------------------------------------
# Exit status: that of the leg, kept in build/LEG/status; what it printed, in build/LEG/log.
mkdir -p $build
cat >$build/leg.sh <<'LEG'
leg=$1
directory=build/$leg
began=$(date +%s)
row=$(sh tests/table.sh row "$leg")
[ ! -d "$directory" ] || [ "$row" = "$(cat "$directory/row" 2>/dev/null)" ] || rm -rf "$directory"
mkdir -p "$directory"
printf '%s\n' "$row" >"$directory/row" # CMake keeps what it once took from it
rm -f "$directory/junit.xml" "$directory/status"
{
    case $leg in
    project | allocators | bench | proof | faults) set -- -DCPU_RELAX_CHECKS="$leg" ;;
    mutants) set -- -DCPU_RELAX_CHECKS=faults -DCPU_RELAX_FAULTS=all ;;
    *) set -- --toolchain "$PWD/cmake/toolchain.cmake" -DCPU_RELAX_ROW="$leg" ;;
    esac
    cmake -G Ninja -S . -B "$directory" -DCPU_RELAX_SYSROOTS="$PWD/build/sysroot" "$@" &&
        cmake --build "$directory" &&
        ctest --test-dir "$directory" --output-on-failure --output-junit junit.xml \
            --test-output-size-passed 100000 # what says how many unit tests ran stands last
} >"$directory/log" 2>&1
echo $? >"$directory/status"
echo $(($(date +%s) - began)) >"$directory/seconds"
printf '%s ' "$leg"
LEG

# Of everything, what needs few packages runs while the others are unpacked: that takes the disk, and
# the processors would stand idle.
rm -f $build/prepared
# shellcheck disable=SC2086
needs $groups
exec 3>&1
{
    early=''
    if [ "$groups" = all ]; then
        prepare proof allocators host >&3
        early=$legs
        printf '%s\n' "$legs"
    fi
    # shellcheck disable=SC2086
    prepare $groups >&3
    say "$(printf '%s\n' "$legs" | wc -l) legs, $jobs at a time" >&3
    printf '%s\n' "$legs" | grep -v -x -F "$early"
    : >$build/prepared
} | xargs -P "$jobs" -n 1 sh $build/leg.sh
[ -e $build/prepared ] || exit 1 # why has been said
echo

# ---- what came of it ----------------------------------------------------------------------------
# From CTest's own reports. "cmocka" counts the unit tests that passed inside its programs, those of
# mutants left out.
failures=0 passed_all=0 failed_all=0 skipped_all=0
printf '\n%-22s %7s %7s %7s %8s %7s  %s\n' leg passed failed 'not run' cmocka seconds why
for leg in $legs; do
    directory=$build/$leg
    why=''
    if [ -f "$directory/junit.xml" ]; then
        attribute() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$directory/junit.xml" | head -n 1; }
        tests=$(attribute tests)
        failed=$(attribute failures) skipped=$(attribute skipped)
        passed=$((tests - failed - skipped))
        cmocka=$(awk '/<testcase/ { mutant = /name="(mutex-)?mutant[.-]/ }
            /PASSED  . [0-9]+ test/ && !mutant { sub(/.*PASSED  . /, ""); n += $1 }
            END { print n + 0 }' "$directory/junit.xml")
        # A runner may succeed without having run anything.
        if [ "$cmocka" = 0 ] && grep -q "^$leg *| *\(run\|bare\) " tests/targets.txt; then
            failed=$((failed + 1)) passed=0
            echo "no unit test passed: its runner runs nothing" >>"$directory/log"
        fi
        [ "$failed" = 0 ] || why="$(sed -n '/The following tests FAILED/,/^$/s/.*- \([^ ]*\) .*/\1/p' "$directory/log" | tr '\n' ' ')"
        [ "$skipped" = 0 ] || why="$why$(sed -n 's/.*\(not run: needs .*\)/\1/p' "$directory/log" | sort -u | head -n 2 | tr '\n' ' ')"
        [ "$passed" -gt 0 ] || why="ran no test $why"
    else
        passed=0 failed=1 skipped=0 cmocka=0
        why="did not build: $(grep -m 1 -i -E 'error|cannot|not found' "$directory/log" || tail -n 1 "$directory/log")"
    fi
    if [ "$failed" != 0 ] || [ "$skipped" != 0 ] || [ "$passed" = 0 ] || [ "$(cat "$directory/status")" != 0 ]; then
        failures=$((failures + 1))
        : "${why:=exit status $(cat "$directory/status"), see $directory/log}"
    fi
    passed_all=$((passed_all + passed)) failed_all=$((failed_all + failed)) skipped_all=$((skipped_all + skipped))
    printf '%-22s %7d %7d %7d %8s %7s  %s\n' "$leg" "$passed" "$failed" "$skipped" "$cmocka" "$(cat "$directory/seconds")" "$why"
done
echo
for leg in $legs; do
    if [ "$(cat "$build/$leg/status")" != 0 ]; then
        printf -- '---- %s\n' "$build/$leg/log"
        grep -E -A 12 'FAILED|\*\*\*|[Ee]rror' "$build/$leg/log" | head -n 15
    fi
done
say "$([ $failures = 0 ] && echo 'all legs passed' || echo "$failures legs did not pass; logs: $build/LEG/log")"
printf '%d passed, %d failed, %d skipped\n' "$passed_all" "$failed_all" "$skipped_all"
[ $failures = 0 ]

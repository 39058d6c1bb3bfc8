#!/bin/sh
# run.sh - installs what the tests need, runs them, reports
# SPDX-License-Identifier: MIT
#
# usage: sh tests/run.sh [--no-install] [GROUP...]
#
#   all       everything; of the systematic mutants a sample, one in 500; the default
#   host      this machine's compilers, without the longest tests: about 40 s once packages are installed
#   arm       32-bit ARM
#   TARGET    one target, such as armel; python3 tests/targets.py names
#   FILE      one test file without test_ and .py, such as documents or allocators
#   mutants   the hand-picked mutants and that sample: each must be detected
#
# For Debian 12 with its security updates. Installs missing packages, as root or with sudo, and builds what Debian lacks
# in build/sysroot; some tests of the group all need root. With --no-install nothing is installed or built, and tests
# that miss a program are skipped. Fails if a test failed, if none ran, or, without --no-install, if one was skipped.
# Logs: build/logs. The last line counts the tests.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3 # Debian's, for which Debian has pytest
jobs=$(($(nproc) + 1)) # some tests wait for time to pass, not for a processor
strict=--require-all
case ${1-} in
-h | --help) sed -n '/^# usage/,/^set/s/^# \{0,1\}//p' tests/run.sh; exit ;;
--no-install) strict=''; shift ;;
esac
[ $# -gt 0 ] || set -- all

logs=build/logs started=$(date +%s) child='' ticker=''
say() { printf '[%4ds] %s\n' "$(($(date +%s) - started))" "$*"; }
die() {
    say "$*" >&2
    exit 1
}
stop() { # leaves nothing running
    # shellcheck disable=SC2086 # empty or a number
    kill $child $ticker 2>/dev/null || :
}
trap stop EXIT
trap 'trap - EXIT; stop; say interrupted; exit 130' INT TERM HUP
mkdir -p $logs || die 'the tests write into build/: copy this folder to a place that you can write'
{ # a signal ends its sleep, too
    trap 'kill $!; exit' TERM
    while sleep 15 & wait $!; do say "... $(tail -n 1 $logs/output | cut -c 1-100)"; done
} 2>/dev/null &
ticker=$!

run() { # WHAT COMMAND...: in the background, so that a signal need not wait for its end
    say "$1"
    shift
    "$@" >$logs/output 2>&1 &
    child=$!
    status=0
    wait $child || status=$?
    child=''
    return $status
}

[ -x $python ] || { [ -n "$strict" ] && sh tests/packages.sh python3; } || die "$python is missing: install it first"
for group; do
    case $group in -*) die "no such option: $group; options come first, see sh tests/run.sh --help" ;; esac
    $python tests/targets.py tests "$group" >/dev/null || exit 1
done
if [ -n "$strict" ]; then
    say packages | tee $logs/output
    # shellcheck disable=SC2046 # names are words
    sh tests/packages.sh $($python tests/targets.py packages "$@") || die 'stopped: packages are missing, see above'
    # shellcheck disable=SC2005,SC2046 # one line
    sysroots=$(echo $($python tests/targets.py sysroots "$@"))
    # shellcheck disable=SC2086
    [ -z "$sysroots" ] || run "making $sysroots" sh tests/sysroot/make.sh $sysroots ||
        die "$(tail -n 20 $logs/output)"
fi

reports='' failed=0
for group; do
    reports="$reports $logs/$group.xml"
    rm -f "$logs/$group.xml"
    eval "run 'testing $group' $python -m pytest -q -n $jobs --dist loadgroup --rootdir tests --tb=short -rfEs \
        -p no:cacheprovider $strict --junit-xml $logs/$group.xml $($python tests/targets.py tests "$group")" || failed=1
    cp $logs/output "$logs/$group.log" || say 'no log: is the disk full?'
    sed -n '/^=* \(FAILURES\|ERRORS\|short test\)/,$p' $logs/output | head -n 300
    [ -s "$logs/$group.xml" ] || tail -n 20 $logs/output
done
say "logs: $logs"
# shellcheck disable=SC2086
$python tests/sum.py $strict $reports && [ $failed = 0 ]

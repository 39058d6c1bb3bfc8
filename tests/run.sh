#!/bin/sh
# run.sh - installs what the tests need, runs them, reports
# SPDX-License-Identifier: MIT
#
# usage: sh tests/run.sh [--no-install] [GROUP...]
#
#   all       everything, but of the mutants only a sample; the default
#   host      this machine's compilers: the unit tests, without the longest, and what the compilers make of the headers
#   arm       32-bit ARM
#   TARGET    one target, such as armel; python3 tests/targets.py names
#   FILE      one test file without test_ and .py, such as documents or allocators
#   mutants   every mutant must be detected by the test that it names
#
# For Debian 12. Installs missing packages, as root or with sudo, and builds what Debian lacks in build/sysroot.
# --no-install prevents that; tests that miss a program are then skipped. Fails if a test failed, or was skipped without
# --no-install, or if none ran. Logs: build/logs. The last line counts the tests.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3 # Debian's, for which Debian has pytest
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
mkdir -p $logs
while sleep 15; do say "... $(tail -n 1 $logs/output | cut -c 1-100)"; done 2>/dev/null &
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
install() { # PACKAGE...: those that are missing
    missing='' as_root=''
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        sudo -n true 2>/dev/null || die "these packages are missing, and only root or sudo can install them:
    apt-get install --no-install-recommends$missing
Install them, or run tests/run.sh --no-install."
    fi
    # shellcheck disable=SC2016,SC2086 # the inner shell's arguments; packages are words
    run "installing$missing" $as_root sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get install \
        -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-unsafe-io "$@"' \
        sh $missing || { tail -n 20 $logs/output >&2; die 'the packages cannot be installed, see above'; }
}

[ -x $python ] || [ -z "$strict" ] || install python3
for group; do $python tests/targets.py tests "$group" >/dev/null || exit 1; done
if [ -n "$strict" ]; then
    # shellcheck disable=SC2046 # names are words
    install $($python tests/targets.py packages "$@")
    # shellcheck disable=SC2005,SC2046 # one line
    sysroots=$(echo $($python tests/targets.py sysroots "$@"))
    # shellcheck disable=SC2086
    [ -z "$sysroots" ] || run "making $sysroots" sh tests/sysroot/make.sh $sysroots ||
        { tail -n 20 $logs/output >&2; die 'cannot make that, see above'; }
fi

reports='' failed=0
for group; do
    reports="$reports $logs/$group.xml"
    rm -f "$logs/$group.xml"
    eval "run 'testing $group' $python -m pytest -q -n $(nproc) --rootdir tests --tb=short -rfEs -p no:cacheprovider \
        $strict --junit-xml $logs/$group.xml $($python tests/targets.py tests "$group")" || failed=1
    cp $logs/output "$logs/$group.log"
    sed -n '/^=* \(FAILURES\|ERRORS\|short test\)/,$p' $logs/output | head -n 300
    [ -s "$logs/$group.xml" ] || tail -n 20 $logs/output
done
say "logs: $logs"
# shellcheck disable=SC2086
$python tests/sum.py $strict $reports && [ $failed = 0 ]

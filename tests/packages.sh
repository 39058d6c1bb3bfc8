#!/bin/sh
# packages.sh - installs those of the given Debian packages that are missing
# SPDX-License-Identifier: MIT
#
# usage: sh tests/packages.sh PACKAGE...
#
# Needs root or sudo. Without either, lists the missing packages and fails. Waits up to 10 minutes for dpkg's lock. dpkg
# does not sync after each file (--force-unsafe-io), as in Debian's installer.
set -eu

case ${1-} in
-h | --help) sed -n '/^# usage/,/^set/s/^# \{0,1\}//p' "$0"; exit ;;
esac

missing=''
for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=''
elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
    as_root=sudo
else
    echo "Missing packages:$missing
Nothing was installed: that needs root or sudo. As root, run
    apt-get update && apt-get install --no-install-recommends$missing
then repeat your command." >&2
    exit 1
fi
echo "installing$missing (waits up to 10 minutes for dpkg's lock)" >&2
log=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
apt() { # shellcheck disable=SC2086 # empty or sudo
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Options::=--force-unsafe-io "$@" >>"$log" 2>&1
}
# shellcheck disable=SC2086 # packages are words
if ! { apt update && apt install -y --no-install-recommends $missing; }; then
    tail -n 20 "$log" >&2
    echo "cannot install$missing: apt-get failed, see above; whole log: $log" >&2
    exit 1
fi
rm -f "$log"

#!/bin/sh
# packages.sh - installs those of some Debian packages that are missing
# SPDX-License-Identifier: MIT
#
# usage: packages.sh PACKAGE...
#
# Needs root or sudo for that; without either it lists the missing packages and fails. Waits for apt's lock. dpkg does
# not wait for the disk after each file (--force-unsafe-io), as in Debian's installer.
set -eu

missing=''
for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=''
elif sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "Packages are missing, and only root or sudo can install them. Nothing was installed. Run
    apt-get install --no-install-recommends$missing
and then this command again." >&2
    exit 1
fi
echo "installing$missing" >&2
log=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
apt() { # shellcheck disable=SC2086 # empty or sudo
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Options::=--force-unsafe-io "$@" >>"$log" 2>&1
}
# shellcheck disable=SC2086 # packages are words
if ! { apt update && apt install -y --no-install-recommends $missing; }; then
    tail -n 20 "$log" >&2
    echo "cannot install$missing (whole log: $log)" >&2
    exit 1
fi
rm -f "$log"

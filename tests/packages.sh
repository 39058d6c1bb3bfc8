#!/bin/sh
# packages.sh - installs those of some Debian packages that are missing
# SPDX-License-Identifier: MIT
#
# usage: packages.sh PACKAGE...
#
# Needs root or sudo for it; without either it names the packages and fails. dpkg does not wait for the
# disk after each file, as in Debian's installer.
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
    echo "these packages are missing, and there is neither root nor sudo to install them. Run
    apt-get install --no-install-recommends$missing
and then this again." >&2
    exit 1
fi
echo "installing$missing" >&2
log=$(mktemp "${TMPDIR:-/tmp}/cpu_relax.XXXXXX")
# shellcheck disable=SC2086
if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq -o Dpkg::Options::=--force-unsafe-io --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "could not install$missing (whole log: $log)" >&2
    exit 1
fi
rm -f "$log"

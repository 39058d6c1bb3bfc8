#!/bin/sh
# fetch.sh - unpacks the upstream sources of Debian source packages, and packages for other machines
# SPDX-License-Identifier: MIT
#
# usage: fetch.sh DIR PACKAGE...    each becomes DIR/PACKAGE
#
# PACKAGE is a source package, NAME, or a binary package, NAME:ARCHITECTURE; either followed by @RELEASE, if it is of
# another release of Debian. Of linux-image-NAME, which depends on the newest kernel, that kernel's /boot is unpacked.
#
# Works as any user on a Debian machine, whether or not its sources name source packages: apt is
# given a list and caches of its own below DIR, and nothing of the machine's is changed. The mirror
# is the one that the machine uses, so its apt-get update must have been run. Needs bzip2 and xz-utils.
#
# Of a source package, what is unpacked is the orig tarball as it is. Debian's patches are left out: to apply them takes
# more tools and would change no code here, since musl and mimalloc have none and cmocka's is for
# its manual. Debian's mimalloc is upstream's release without bin/, ide/ and docs/. gcc-12 is a
# tarball of tarballs.
#
# A DIR/PACKAGE that exists is complete. A run cut short leaves none, and the next run starts again.
set -eu

die() {
    printf 'fetch.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -ge 2 ] || die 'usage: fetch.sh DIR PACKAGE...'
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift

missing() {
    for package do
        [ -n "$(ls -A "$dir/$package" 2>/dev/null)" ] || printf '%s ' "$package"
    done
}
[ -n "$(missing "$@")" ] || exit 0

for tool in apt-get bzip2 flock xz; do
    command -v "$tool" >/dev/null || die "no $tool: this needs Debian, with bzip2 and xz-utils installed"
done

# The children inherit the lock, so that it also holds while orphans of a killed run still write.
exec 9>"$dir/.lock"
flock -n 9 || {
    echo "fetch.sh: waiting for another run in $dir" >&2
    flock 9
}
todo=$(missing "$@")
[ -n "$todo" ] || exit 0

# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
# shellcheck disable=SC2016 # apt's variable, not the shell's
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $codename" 'Component: main' | head -n 1)
[ -n "$mirror" ] ||
    die "apt knows no mirror of Debian '$codename' main: run apt-get update, or add a source"

split() { # PACKAGE: sets name, architecture, which is empty for a source package, and release
    name=${1%%[:@]*} architecture='' release=$codename
    case $1 in *:*) architecture=${1#*:} ;; esac
    architecture=${architecture%@*}
    case $1 in *@*) release=${1#*@} ;; esac
}

apt=$dir/.apt
tmp=$dir/.tmp
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$tmp"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for package in $todo; do
    split "$package"
    type=deb-src signed="signed-by=$keyring"
    [ -z "$architecture" ] || type=deb signed="arch=$architecture $signed"
    echo "$type [$signed] $mirror $release main"
done | sort -u >"$apt/sources.list"
# Read after the machine's own settings: its proxy holds and its hooks do not. The user _apt,
# which apt becomes when root runs it, could not write here. Without the error mode, update says
# that all is well when it reached nothing. Debian's containers turn off what apt remembers of the
# lists from one call to the next.
cat >"$apt/apt.conf" <<EOC
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
EOC
sed -n 's/.*arch=\([^ ]*\) .*/APT::Architectures:: "\1";/p' "$apt/sources.list" | sort -u >>"$apt/apt.conf"

run() { # WHAT COMMAND...: the command, whose output is of interest only if it fails
    what=$1
    shift
    (cd "$tmp" && "$@") >"$apt/log" 2>&1 || {
        cat "$apt/log" >&2
        die "$what"
    }
}

run "cannot fetch ${todo}from $mirror, which gives no list of such packages: is the network up?" \
    apt-get -qq -c "$apt/apt.conf" update

for package in $todo; do
    rm -rf "$tmp"
    mkdir -p "$tmp/tree"
    split "$package"
    case $package in
    linux-image-*)
        get="download ?reverse-depends(?exact-name($name))"
        unpack='dpkg-deb --fsys-tarfile *.deb | tar -xC tree ./boot'
        ;;
    *:*) get="download $name:$architecture/$release" unpack='dpkg-deb -x *.deb tree' ;;
    *)
        get="source --download-only $name/$release"
        unpack='tar -xf *.orig.tar.*[z2] --strip-components=1 -C tree'
        ;;
    esac
    # shellcheck disable=SC2086 # $get is words
    run "cannot fetch $package from $mirror: is it a package of Debian $release?" \
        apt-get -qq -c "$apt/apt.conf" $get
    run "cannot unpack $package: is the disk full?" sh -c "$unpack"
    rm -rf "${dir:?}/$package"
    mv "$tmp/tree" "$dir/$package"
done
rm -rf "$tmp"

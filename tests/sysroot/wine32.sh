#!/bin/sh
# wine32.sh - a Wine that runs 32-bit Windows programs, without adding an architecture to the machine
# SPDX-License-Identifier: MIT
#
# usage: wine32.sh DIR
#
#   DIR/wine32/bin/wine PROGRAM [ARGUMENT...]
#
# Debian has wine32 for i386 only, and to add that architecture changes what apt does to the machine
# from then on: it asks that the C library and whatever else the two share be of one version. So the
# few packages that a console program needs are unpacked on their own, and the programs told where
# their loader and their libraries are. It has its own prefix, too, and needs no display.
#
# A DIR/wine32 that exists is complete; one made by the same script is left alone, unless it was moved, as
# its programs name the place of their loader.
set -eu

die() {
    printf 'wine32.sh: %s\n' "$*" >&2
    exit 1
}

[ $# = 1 ] || die 'usage: wine32.sh DIR'
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd)
out=$root/wine32
stamp="$(cksum <"$0") $out"
[ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ] || exit 0

# A library for Windows that Wine's own need, and that Debian's package of Wine adds when installed.
zlib=/usr/lib/x86_64-linux-gnu/wine/i386-windows/zlib1.dll
if ! command -v patchelf >/dev/null || [ ! -f $zlib ]; then
    die 'Debian packages to install first: libwine patchelf'
fi

packages='libc6 libgcc-s1 liblzma5 libunwind8 libwine wine32'
# shellcheck disable=SC2046,SC2086
sh "$here/fetch.sh" "$root/src" $(printf '%s:i386 ' $packages)

rm -rf "$out" "$out.tmp"
mkdir -p "$out.tmp/bin"
for package in $packages; do cp -a "$root/src/$package:i386/." "$out.tmp"; done
lib=usr/lib/i386-linux-gnu
cp $zlib "$out.tmp/$lib/wine/i386-windows/"
for program in wine wineserver32; do
    patchelf --set-interpreter "$out/lib/ld-linux.so.2" "$out.tmp/usr/lib/wine/$program"
done
cat >"$out.tmp/bin/wine" <<END
#!/bin/sh
export WINEARCH=win32 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
export WINEPREFIX='$out/prefix' WINESERVER='$out/usr/lib/wine/wineserver32'
export LD_LIBRARY_PATH='$out/lib/i386-linux-gnu:$out/$lib'
unset DISPLAY
exec '$out/usr/lib/wine/wine' "\$@"
END
chmod +x "$out.tmp/bin/wine"
echo "$stamp" >"$out.tmp/stamp"
mv "$out.tmp" "$out"

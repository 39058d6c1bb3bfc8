#!/bin/sh
# wine-arm64.sh - a Wine that runs Windows programs for ARM64 under qemu-aarch64, and a compiler for them
# SPDX-License-Identifier: MIT
#
# usage: wine-arm64.sh DIR
#
#   DIR/wine-arm64/bin/wine PROGRAM [ARGUMENT...]
#   DIR/wine-arm64/bin/cc      clang for Microsoft's ABI; programs get kernel32 and no C library
#
# Debian's packages for arm64 are unpacked, not installed. Wine starts its server, and
# itself once more for each process; in their places are scripts that call qemu-aarch64.
#
# A DIR/wine-arm64 that exists is complete; one made by the same script is left alone, unless it was moved.
set -eu

die() {
    printf 'wine-arm64.sh: %s\n' "$*" >&2
    exit 1
}

[ $# = 1 ] || die 'usage: wine-arm64.sh DIR'
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd -P)
out=$root/wine-arm64
stamp="$(cksum <"$0") $out"
[ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
for tool in qemu-aarch64 llvm-dlltool-22; do
    command -v $tool >/dev/null || die "no $tool: Debian packages to install first: qemu-user llvm-22"
done

packages='libc6 libgcc-s1 liblzma5 libunwind8 libwine wine64'
# shellcheck disable=SC2046,SC2086
sh "$here/fetch.sh" "$root/src" $(printf '%s:arm64 ' $packages)

rm -rf "$out" "$out.tmp"
mkdir -p "$out.tmp/bin" "$out.tmp/lib"
for package in $packages; do cp -a "$root/src/$package:arm64/." "$out.tmp"; done

wine=usr/lib/wine
script() { # FILE COMMAND: the command under qemu-aarch64
    printf '#!/bin/sh\nexport WINELOADERNOEXEC=1\nexec qemu-aarch64 -L "%s" %s "$@"\n' "$out" "$2" >"$out.tmp/$1"
    chmod +x "$out.tmp/$1"
}
mv "$out.tmp/$wine/wineserver64" "$out.tmp/$wine/wineserver64.real"
for server in wineserver wineserver64; do script $wine/$server "'$out/$wine/wineserver64.real'"; done
for loader in wine-preloader wine64-preloader; do script $wine/$loader ''; done

cat >"$out.tmp/bin/wine" <<END
#!/bin/sh
export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
export WINEPREFIX='$out/prefix' WINESERVER='$out/$wine/wineserver64'
unset DISPLAY
wine() { qemu-aarch64 -L '$out' '$out/$wine/wine64' "\$@"; } # no exec: its server may kill what ends too slowly
wine wineboot </dev/null >/dev/null 2>&1 # starts its server apart: see ../unit/wine.sh
wine "\$@"
END

cat >"$out.tmp/lib/kernel32.def" <<END
LIBRARY kernel32.dll
EXPORTS
ExitProcess
GetStdHandle
WriteFile
END
llvm-dlltool-22 -m arm64 -d "$out.tmp/lib/kernel32.def" -l "$out.tmp/lib/kernel32.lib"
cat >"$out.tmp/bin/cc" <<'END'
#!/bin/sh
exec clang-22 --target=aarch64-pc-windows-msvc -Wno-unused-command-line-argument -fuse-ld=lld -nostdlib \
    "$@" -L"${0%/*}/../lib" -lkernel32 -Wl,-entry:mainCRTStartup,-subsystem:console
END
chmod +x "$out.tmp/bin/wine" "$out.tmp/bin/cc"
echo "$stamp" >"$out.tmp/stamp"
mv "$out.tmp" "$out"

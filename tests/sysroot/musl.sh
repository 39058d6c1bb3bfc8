#!/bin/sh
# musl.sh - a static musl, and a compiler for it, for a machine that Debian has none for
# SPDX-License-Identifier: MIT
#
# usage: musl.sh DIR NAME
#
#   DIR/NAME/bin/cc     the compiler; its caller's flags come later and win
#   DIR/NAME/include    musl's headers
#   DIR/NAME/lib        musl
#
# Where Debian has musl for the machine as a foreign architecture, its package is unpacked, not installed.
# Else it is compiled from source. clang has no library of its own for these CPUs, and none is needed:
# `long double`, for whose 128 bits there would be no arithmetic, is made `double`, as it is on ARM.
#
# A DIR/NAME that exists is complete; one made by the same script is left alone.
set -eu

die() {
    printf 'musl.sh: %s\n' "$*" >&2
    exit 1
}

[ $# = 2 ] || die 'usage: musl.sh DIR NAME'
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd)
name=$2

# package: Debian's, of the other machine, or the source; target: as musl calls it
clang='clang-22 -fuse-ld=lld -Wno-unused-command-line-argument -Xclang -mlong-double-64'
target=''
case $name in
musl-i386) package=musl-dev:i386 cc=i686-linux-gnu-gcc ;;
musl-armhf) package=musl-dev:armhf cc=arm-linux-gnueabihf-gcc ;;
musl-mipsel) package=musl-dev:mipsel cc=mipsel-linux-gnu-gcc ;;
riscv32) package=musl@trixie target=riscv32 cc='riscv64-unknown-elf-gcc -D__linux__ -march=rv32imac -mabi=ilp32' ;;
# One build serves every -march: ARMv4T and soft float, which any later ARM or Thumb code can call, -mfloat-abi=hard
# excepted. Whether it is BE8 (-march=armv6 and later) or BE32 is decided when a program is linked.
armeb) package=musl target=armeb
    cc='arm-linux-gnueabi-gcc -mbig-endian -march=armv4t -marm -mfloat-abi=soft -fno-pie' ;;
# The script of a bare linker leaves out the ELF headers, by which musl finds the thread-local variables.
or1k) package=musl target=or1k
    cc='or1k-elf-gcc -D__linux__ -Wl,-Ttext-segment=0x100000,--section-start=.init=0x100100,-e,_start'
    cc="$cc,--no-warn-execstack" ;;
aarch64_be) package=musl@trixie target=aarch64_be cc="$clang --target=aarch64_be-linux-gnu -mno-outline-atomics" ;;
loong64) package=musl@trixie target=loongarch64 cc="$clang --target=loongarch64-linux-gnu -mno-lsx" ;;
*) die "no musl called $name: add a line for it" ;;
esac
program=${cc%% *}
command -v "$program" >/dev/null || die "$program is missing: install its Debian package"

version=$($program -dumpversion)
stamp="$(cat "$0" "$here/libgcc.sh" | cksum) $version"
out=$root/$name
[ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ] || exit 0

new=$out.tmp log=$root/.$name.log
rm -rf "$new"
mkdir -p "$new/lib" "$new/bin"
run() { # WHAT COMMAND...: the command, whose output is of interest only if it fails
    what=$1
    shift
    "$@" >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        die "cannot $what; see above, or all of $log"
    }
}

ar=${program%gcc}ar ranlib=${program%gcc}ranlib libraries='-lc -lgcc -lgcc_eh'
[ -z "$target" ] || libraries='-lc -lgcc'
case $program in clang*) ar=llvm-ar-22 ranlib=llvm-ranlib-22 libraries=-lc ;; esac
own=$($program -print-file-name=include) # the compiler's own headers

build_musl() { # nothing waits for the speed of this library
    CC="$cc$double" LIBCC=-lgcc AR="$ar" RANLIB="$ranlib" CFLAGS='-O1 -w' "$root/src/$package/configure" \
        --target=$target --prefix= --disable-shared --disable-wrapper
    make -j"$(nproc)" AR="$ar" RANLIB="$ranlib"
    make install DESTDIR="$new"
}

unset MAKEFLAGS MFLAGS
sh "$here/fetch.sh" "$root/src" "$package"
case $package in
*:*)
    triplet=$(basename "$(echo "$root/src/$package"/usr/include/*)")
    cp -R "$root/src/$package/usr/include/$triplet" "$new/include"
    cp -R "$root/src/$package/usr/lib/$triplet/." "$new/lib"
    ;;
*)
    mkdir "$new/build"
    double=''
    case $program in clang*)
        mkdir -p "$new/double/bits"
        cp "$root/src/$package/arch/arm/bits/float.h" "$new/double/bits"
        # What the kernel writes for a signal handler stays where it is, and as long.
        sed 's/long double __reserved\[256\];/char __reserved[4096] __attribute__((__aligned__(16)));/' \
            "$root/src/$package/arch/${target%_be}/bits/signal.h" >"$new/double/bits/signal.h"
        double=" -I$new/double" # before musl's own
        ;;
    esac
    (cd "$new/build" && run 'build musl' build_musl)
    if [ "$name" = armeb ]; then
        mkdir "$new/build/libgcc"
        (cd "$new/build/libgcc" && run 'build libgcc' sh "$here/libgcc.sh" "$root" "$cc" && mv ./*.a "$new/lib")
    fi
    [ -z "$double" ] || cp "$new"/double/bits/*.h "$new/include/bits"
    rm -rf "$new/build" "$new/double"
    ;;
esac

cat >"$new/bin/cc" <<END
#!/bin/sh
root=\${0%/*}/..
for word; do
    case \$word in
    -c | -S | -E | -fsyntax-only) exec $cc -nostdinc -isystem "\$root/include" -isystem '$own' "\$@" ;;
    esac
done
exec $cc -nostdinc -isystem "\$root/include" -isystem '$own' -nostdlib -static -no-pie \\
    "\$root/lib/crt1.o" "\$root/lib/crti.o" "\$@" -L"\$root/lib" \\
    -Wl,--start-group $libraries -Wl,--end-group "\$root/lib/crtn.o"
END
chmod +x "$new/bin/cc"
echo "$stamp" >"$new/stamp"
rm -rf "$out"
mv "$new" "$out"

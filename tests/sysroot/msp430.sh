#!/bin/sh
# msp430.sh - clang and lld for MSP430, and its simulator, by names that CMake can call
# SPDX-License-Identifier: MIT
#
# usage: msp430.sh DIR
#
#   DIR/msp430/bin/cc               clang, which knows no other linker for MSP430 than TI's
#   DIR/msp430/bin/run PROGRAM      mspdebug's simulator, with the addresses where programs begin, write and end
set -eu
[ $# = 1 ] || { echo 'usage: msp430.sh DIR' >&2; exit 1; }
out=$1/msp430
[ ! -x "$out/bin/run" ] || exit 0 # made last
mkdir -p "$out/bin"
ln -sf "$(command -v ld.lld-22)" "$out/bin/msp430-elf-ld"
cat >"$out/bin/cc" <<'END'
#!/bin/sh
exec clang-22 --target=msp430-none-elf -B"${0%/*}" "$@"
END
cat >"$out/bin/run" <<'END'
#!/bin/sh
exec mspdebug sim 'simio add console out' "prog $1" 'set 0 0x4400' 'setbreak 0x4408' run </dev/null
END
chmod +x "$out/bin/cc"
chmod +x "$out/bin/run"

#!/bin/sh
# wine.sh - runs a Windows program under wine
# SPDX-License-Identifier: MIT
#
# usage: wine.sh PROGRAM [ARGUMENT...]
#
# Wine's server outlives what started it by some seconds, and CTest waits for all that holds a test's output.
# So it is started apart. It refuses a $HOME of another user, such as that of a container job on GitHub.
[ "$(stat -c %u "$HOME")" = "$(id -u)" ] || HOME=$(getent passwd "$(id -u)" | cut -d : -f 6)
export HOME WINEDEBUG=-all
wine wineboot </dev/null >/dev/null 2>&1
exec wine "$@"

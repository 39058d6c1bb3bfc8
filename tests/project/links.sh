#!/bin/sh
# links.sh - every relative link of the documents in FOLDER leads to a file, every #link to a heading
# SPDX-License-Identifier: MIT
#
# usage: links.sh FOLDER
set -eu
cd "$1"
status=0 count=0
for document in *.md tests/*.md bench/results/summary.md; do
    # Inline code may look like a link. No link has blanks.
    # shellcheck disable=SC2013,SC2016
    for link in $(sed 's/`[^`]*`//g' "$document" | grep -o '](\([^) ]*\))' | sed 's/^](//; s/)$//'); do
        count=$((count + 1))
        case $link in
        http://* | https://*) continue ;;
        esac
        file=${link%%#*} anchor=${link#*#}
        [ "$anchor" != "$link" ] || anchor=''
        file=${file:+$(dirname "$document")/$file}
        file=${file:-$document}
        if [ ! -e "$file" ]; then
            echo "FAILED $document: nothing at $link"
            status=1
        elif [ -n "$anchor" ] && ! sed -n 's/^##* //p' "$file" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9\n_-' | grep -qx -- "$anchor"; then
            echo "FAILED $document: $file has no heading #$anchor"
            status=1
        fi
    done
done
[ $count -gt 5 ] || { echo "FAILED: only $count links found"; status=1; }
echo "$count links"
exit $status

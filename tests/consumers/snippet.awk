# snippet.awk - prints the fenced block that follows <!-- test: NAME --> in the README
# SPDX-License-Identifier: MIT
#
#   awk -v name=NAME -f snippet.awk README.md
#
# It becomes a build file of the tests, so that what the README says is what works.

$0 == "<!-- test: " name " -->" { wanted = 1; next }
wanted && /^```/ { if (found++) exit; next }
found { print }
END {
    if (!found) {
        print "snippet.awk: " FILENAME " has no <!-- test: " name " -->" >"/dev/stderr"
        exit 1
    }
}

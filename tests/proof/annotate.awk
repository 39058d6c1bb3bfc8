# annotate.awk - cpu_relax_wait.h, with what Frama-C has to be told of its loops and of one product
# SPDX-License-Identifier: MIT
#
# A shift to the right of what is not negative is written as the division that it is; the tunables, here
# constants of unknown value, are not checked. An edit that does not fit any more ends it with status 1.

function loop(t, assigns) {
    fits++
    print "    /*@ loop invariant told && 1 <= " t "turns <= \\at(" t "turns, LoopEntry);"
    print "        loop invariant turns + " t "turns == \\at(turns + " t "turns, LoopEntry);"
    print "        loop invariant now + " t "turns >= \\at(now + " t "turns, LoopEntry);"
    print "        loop invariant " t "turns == 1 || moved(" t "start);"
    print "        loop invariant truthful ==>"
    print "            " t "start + " t "span >= \\at(" t "start + " t "span, LoopEntry);"
    print "        loop invariant slept + " t "sleeps <= \\at(slept + " t "sleeps, LoopEntry);"
    print "        loop assigns turns, slept, now, shown, " assigns ";"
    print "        loop variant " t "turns; */"
}
/^#  *error "CPU_RELAX_BACKOFF_/ { fits++; next }
/^static inline void cpu_relax_run_\(/ { timer = "t->"; assigns = "*t" }
/^cpu_relax_poll_\(/ { timer = "t."; assigns = "t, value" }
timer != "" && /^    do( \{)?$/ { loop(timer, assigns); timer = "" }
/ >> 32\);$/ {
    fits += sub(/ >> 32\);$/, " / 4294967296u);")
    print "        /*@ assert share == 1 || share == 8; */"
    print "        /*@ assert 0 <= (ns / 2) * b->noise < 18446744073709551616; */"
    print "        /*@ assert 0 <= (ns / 2) * b->noise / 4294967296 <= ns / 2; */"
    print
    print "        /*@ assert gap: 1 <= ns <= cap_ns; */"
    next
}
/^        b->left -= spent;$/ {
    fits++
    print "        /*@ assert counted: 1 <= spent <= ns <= 8 * spent && ns <= cap_ns && spent <= b->left; */"
}
{ print }
END {
    if (fits != 7) {
        print "annotate.awk: " fits " of 7 edits fit the header: mend them" >"/dev/stderr"
        exit 1
    }
}

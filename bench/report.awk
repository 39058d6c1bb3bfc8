# report.awk - the tables and what came of each aim, in Markdown, from the CSVs; with quantile.awk
# SPDX-License-Identifier: MIT
BEGIN { FS = "," }
FNR == 1 { file = FILENAME; sub(/.*\//, "", file); files[file]; if (file != "machine.csv") next }
function once(list, x) { if (!((list, x) in seen)) { seen[list, x]; item[list, ++count[list]] = x } }

file == "machine.csv" { key = $1; sub(/^[^,]*,/, ""); machine[key] = $0; if (key == "model") { split($0, word, " "); line = word[2] } }
file == "hint.csv" {
    once("hint", $2)
    if ($4 ~ /missing/) hint_missing[$2] = $4
    else add("hint," $2 "," $3, $4)
}
file == "lock.csv" {
    if ($6 ~ /missing/) { once("lock_missing", $4 " | " $6); next }
    once("lock", $4); kind[$4] = $5
    once("threads", $2); once("section", $3)
    cell = $2 "," $3 "," $4
    for (i = 6; i <= 12; i++) add(i "," cell, $i)
    if ($9 > 0 && (!step || $9 < step)) step = $9 # of the clock
}
file == "handover.csv" {
    once("wait", $3); once("early", $2)
    if ($4 ~ /missing/) wait_missing[$3] = $4
    else for (i = 4; i <= 6; i++) add("h" i "," $2 "," $3, $i)
}
file == "delay.csv" { once("asked", $2); once("delay", $1); delay[$1, $2] = $5; delay_low[$1, $2] = $4; delay_high[$1, $2] = $6 }
file == "model.csv" {
    if ($1 == "hint" || $1 == "cpu_relax") { once("waiters", $5); model[$1, $5, $6] = $7; model_jain[$1, $5, $6] = $8; model_transfers[$1, $5, $6] = $11 }
    else {
        once("constant", $1); v = $1 == "start" ? $2 : $1 == "cap" ? $3 : $4
        once($1, v); tuned[$1, v, $5] += log($7); tunes[$1, v, $5]++
        once("tuned", $5)
    }
}

# ---- tables ---------------------------------------------------------------------------------------
function heading(text) { printf "\n## %s\n\n", text }
function rule(columns,   i, s) { s = "|"; for (i = 0; i < columns; i++) s = s "---|"; print s }
function is_peer(lock) { return kind[lock] == "p" || kind[lock] == "n" }
function cell_of(t, s, lock) { return t "," s "," lock }
# The geometric mean over cells with from <= threads <= to.
function mean(field, lock, from, to,   i, j, sum, n, m) {
    for (i = 1; i <= count["threads"]; i++) {
        if (item["threads", i] < from || item["threads", i] > to) continue
        for (j = 1; j <= count["section"]; j++) {
            m = median(field "," cell_of(item["threads", i], item["section", j], lock))
            if (m == "" || m <= 0) return ""
            sum += log(m); n++
        }
    }
    return n ? exp(sum / n) : ""
}
function best_of(kinds, from, to,   i, m, best) {
    best_name = ""
    for (i = 1; i <= count["lock"]; i++)
        if (index(kinds, kind[item["lock", i]]) && (m = mean(6, item["lock", i], from, to)) > best + 0) { best = m; best_name = item["lock", i] }
    return best
}
function best_in(t, s,   i, m, best) {
    best_name = ""
    for (i = 1; i <= count["lock"]; i++)
        if (is_peer(item["lock", i]) && (m = median("6," cell_of(t, s, item["lock", i]))) > best + 0) { best = m; best_name = item["lock", i] }
    return best
}
# What no lock can exceed, however it waits, in acquisitions per us: whoever takes it after itself has been
# outside in between, so this goes as fast as one thread alone does; whoever takes it after another waits
# for the section and for the line to come over.
function bound_of(t, s,   k, m, alone, others) {
    for (k = 1; k <= count["lock"]; k++) if ((m = median("6," cell_of(1, s, item["lock", k]))) > alone) alone = m
    others = line ? 1e3 / (s + line) : 0
    return t > 1 && others > alone ? others : alone
}
function aim(reached, text) { printf "- %s: %s\n", reached ? "**reached**" : "**not reached**", text }

function lock_table(field, title, unit,   i, j, k, l) {
    printf "\n%s\n\n| %s |", title, unit
    for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++) printf " %s × %s |", item["threads", i], item["section", j]
    if (field == 6) printf " mean |"
    print ""; rule(count["threads"] * count["section"] + 1 + (field == 6))
    for (k = 1; k <= 5; k++) for (l = 1; l <= count["lock"]; l++) {
        if (kind[item["lock", l]] != substr("oapbn", k, 1)) continue
        printf "| %s%s |", item["lock", l], kind[item["lock", l]] == "n" ? " (own lock)" : ""
        for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++)
            printf " %s |", figure(field "," cell_of(item["threads", i], item["section", j], item["lock", l]))
        if (field == 6) printf " %s |", digits(mean(6, item["lock", l], 1, 1e9))
        print ""
    }
    for (l = 1; l <= count["lock_missing"]; l++) printf "| %s |\n", item["lock_missing", l]
}

# Does a lock reach an aim in a cell? Against the fastest peer there, whose name is left in best_name. By the
# medians, or with `spread` as far as the quartiles can tell.
function reaches(what, lock, t, s, spread,   us, them, low, high) {
    best_in(t, s); us = cell_of(t, s, lock); them = cell_of(t, s, best_name)
    low = spread ? 0.25 : 0.5; high = spread ? 0.75 : 0.5
    if (what == "fast") return quantile("6," us, high) >= 0.9 * quantile("6," them, low)
    if (what == "fair") return quantile("7," us, high) >= 0.9 || quantile("7," them, low) < 0.9
    # nor is told apart what the width of a bucket or a step of the clock makes
    return quantile("11," us, low) <= 1.03 * quantile("11," them, high) + step
}
function report_cells(what, field, text,   i, j, k, t, s, n, good, most, name, missed, ours, about) {
    for (k = 1; k <= count["lock"]; k++) {
        if (!is_peer(item["lock", k]) && item["lock", k] != "cpu_relax") continue
        good = n = 0
        for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++) {
            t = item["threads", i]; s = item["section", j]; n++
            if (item["lock", k] == "cpu_relax") about += reaches(what, item["lock", k], t, s, 1)
            if (reaches(what, item["lock", k], t, s)) good++
            else if (item["lock", k] == "cpu_relax") missed = missed sprintf(" %s × %s (%s, %s %s)", t, s, digits(median(field "," cell_of(t, s, "cpu_relax"))), best_name, digits(median(field "," cell_of(t, s, best_name))))
        }
        if (item["lock", k] == "cpu_relax") ours = good
        else if (good > most) { most = good; name = item["lock", k] }
    }
    aim(ours == n, sprintf("%s: %d of %d cells by their medians, %d within their spread; the most of any peer is %d by the medians (%s)%s", text, ours, n, about, most, name, missed == "" ? "" : "; not in" missed))
}

function report_lock(   i, j, k, ours, best, o, n, text, cells, oracle, ceiling, m, top) {
    heading("Contended lock")
    print "The same test-and-test-and-set lock with each waiting policy, and peers' own locks. Columns: threads × length"
    print "of the critical section in ns; outside, each thread works as long. Medians; ~: quartiles more than a fifth apart."
    lock_table(6, "Throughput", "acquisitions/µs")
    lock_table(7, "Fairness: Jain's index, 1 is fair", "")
    lock_table(8, "Fairness: slowest over fastest thread", "")
    lock_table(9, "Time to acquire, median", "ns")
    lock_table(10, "Time to acquire, p99", "ns")
    lock_table(11, "Time to acquire, p99.9", "ns")
    lock_table(12, "Processor time for each acquisition, sections and what is outside included", "ns")

    print "\nAims:\n"
    ours = mean(6, "cpu_relax", 1, 1e9); best = best_of("p", 1, 1e9); text = best_name
    for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++) {
        top = 0
        for (k = 1; k <= count["lock"]; k++) { m = median("6," cell_of(item["threads", i], item["section", j], item["lock", k])); if (m > top) top = m }
        oracle += log(top); cells++
        m = bound_of(item["threads", i], item["section", j]); ceiling += log(m > top ? m : top)
    }
    aim(ours >= 1.2 * best, sprintf("throughput, geometric mean of all cells: %.2f times the best peer's policy (%s); aim 1.2. What limits it: the best lock of each cell, which no lock is, comes to %.2f times, and no lock can exceed %.2f times, by the length of the sections and of a hand-over (bound_of in bench/report.awk)", ours / best, text, exp(oracle / cells) / best, exp(ceiling / cells) / best))
    report_cells("fast", 6, "no cell under 0.9 of its best peer, own locks included")
    report_cells("fair", 7, "Jain's index at least 0.9 where the fastest peer of the cell reaches it")
    report_cells("tail", 11, "p99.9 no worse than that of the fastest peer of the cell")
    ours = mean(6, "cpu_relax", 2, machine["processors"]); best = best_of("pn", 2, machine["processors"])
    if (best) aim(ours >= 0.95 * best, sprintf("threads matched to processors: %.2f of the best (%s); aim 0.95", ours / best, best_name))
    o = machine["processors"] + 1
    ours = mean(6, "cpu_relax", o, 1e9)
    if (ours) {
        m = ours / mean(6, "ck_backoff_eb", o, 1e9); n = ours / mean(6, "pthread_spin_lock", o, 1e9)
        aim(m >= 3 && n >= 3, sprintf("more threads than processors: %.1f times ck_backoff_eb, %.1f times pthread_spin_lock; aim 3", m, n))
    }
}

function report_hint(   i, h, us, them, cheaper, cost, noise_ms, base) {
    heading("Hint")
    print "| hint | ns | bytes | lines included | ms to compile, over an empty file |"
    rule(5)
    for (i = 1; i <= count["hint"]; i++) {
        h = item["hint", i]
        if (h in hint_missing) { printf "| %s | %s |\n", h, hint_missing[h]; continue }
        if (h ~ /^empty|^look$|^sched_yield$|^sleep$/) continue
        base = median("hint," (h ~ /^(tbb|boost)/ ? "empty C++ file" : "empty C file") ",ms")
        cost = median("hint," h ",ms") == "" ? "-" : sprintf("%.1f", median("hint," h ",ms") - base)
        printf "| %s | %s | %s | %s | %s |\n", h, figure("hint," h ",ns"), figure("hint," h ",bytes"), figure("hint," h ",lines"), cost
    }
    us = "hint,cpu_relax,"; base = median("hint,empty C file,ms")
    noise_ms = quantile("hint,empty C file,ms", 0.75) - quantile("hint,empty C file,ms", 0.25)
    for (i = 1; i <= count["hint"]; i++) {
        h = item["hint", i]; them = "hint," h ","
        if (h ~ /^(cpu_relax|empty|look|sched_yield|sleep)/ || h in hint_missing) continue
        if (median(them "ns") < 0.95 * median(us "ns")) cheaper = cheaper " " h " (ns)"
        if (median(them "bytes") < median(us "bytes")) cheaper = cheaper " " h " (bytes)"
        if (median(them "lines") == "") continue
        if (median(them "lines") < median(us "lines")) cheaper = cheaper " " h " (lines)"
        if (median(them "ms") - median("hint," (h ~ /^(tbb|boost)/ ? "empty C++ file" : "empty C file") ",ms") < median(us "ms") - base - noise_ms) cheaper = cheaper " " h " (ms)"
    }
    print "\nAims:\n"
    aim(cheaper == "", "no peer's hint is shorter or faster, none costs less to include" (cheaper == "" ? "" : ": but" cheaper))
    cost = median("hint,cpu_relax_wait.h,ms") / base
    aim(cost < 1.25, sprintf("including cpu_relax_wait.h takes %.2f times what an empty file takes to compile; aim: under 1.25", cost))
}

function handover_table(field, title,   i, j) {
    printf "\n%s\n\n| wait |", title
    for (i = 1; i <= count["early"]; i++) printf " %s µs early |", item["early", i]
    print ""; rule(count["early"] + 1)
    for (j = 1; j <= count["wait"]; j++) {
        if (item["wait", j] in wait_missing) { printf "| %s | %s |\n", item["wait", j], wait_missing[item["wait", j]]; continue }
        printf "| %s |", item["wait", j]
        for (i = 1; i <= count["early"]; i++) printf " %s |", figure("h" field "," item["early", i] "," item["wait", j])
        print ""
    }
}
function report_handover(   i, e, worst, at, m) {
    heading("Hand-over")
    if (!count["wait"]) { print "Left out: it takes two processors."; return }
    handover_table(4, "From store to seen, ns: median")
    handover_table(5, "From store to seen, ns: p99")
    handover_table(6, "Processor time of one wait, ns")
    print "\nAims:\n"
    for (i = 1; i <= count["early"]; i++) {
        e = item["early", i]; m = median("h4," e ",cpu_relax_while_eq32") / median("h4," e ",bare load")
        if (m > worst) { worst = m; at = e }
    }
    aim(worst <= 1.05, sprintf("cpu_relax_while_eq32 within 5%% of a bare polling load: at worst %.2f times (%s µs early)%s", worst, at, worst <= 1.05 ? "" : sprintf(". What limits it: a look that comes after a hint comes late by half of it on average, %.0f ns", median("hint,cpu_relax,ns") / 2)))
    m = median("h6,100,back-off + futex") / median("h6,100,bare load")
    aim(m <= 0.1, sprintf("processor time of a wait of 100 µs, back-off and then a futex: %.3f of a bare poll's; aim 0.1. The futex alone takes %.3f", m, median("h6,100,futex") / median("h6,100,bare load")))
}
function report_delay(   i, j, d, a, got, most, worst, at, low) {
    heading("Delay")
    printf "Got, in ns: median and quartiles.\n\n| asked |"
    for (j = 1; j <= count["delay"]; j++) printf " %s |", item["delay", j]
    print ""; rule(count["delay"] + 1)
    for (i = 1; i <= count["asked"]; i++) {
        printf "| %s |", item["asked", i]
        for (j = 1; j <= count["delay"]; j++) { d = item["delay", j]; printf " %s (%s to %s) |", delay[d, item["asked", i]], delay_low[d, item["asked", i]], delay_high[d, item["asked", i]] }
        print ""
    }
    # between what was asked, and a tenth more and a hint and a look at the clock
    most = median("hint,cpu_relax,ns") + median("hint,look,ns"); low = 9
    for (i = 1; i <= count["asked"]; i++) {
        a = item["asked", i]; got = delay["cpu_relax_ns", a]
        if (a < 100) continue
        if (got - 1.1 * a > worst || !at) { worst = got - 1.1 * a; at = a }
        if (got / a < low) low = got / a
    }
    print "\nAim:\n"
    if (median("hint,look,ns") != "") aim(worst <= most && low >= 1, sprintf("cpu_relax_ns from 100 ns to 100 µs: the median at least as asked, and at most 10%% more and a hint and a look at the clock (%.0f ns): at least %.3f times, and at most %.0f ns over the 10%% (%s ns asked)", most, low, worst > 0 ? worst : 0, at))
}
function report_model(   i, j, n, s, p, k, v, c, best, at) {
    heading("Model")
    print "A core for each thread: bench/model.c, with " machine["model"] "."
    print "\n| waiters | section, ns | hint: /µs | hint: transfers | cpu_relax: /µs | cpu_relax: transfers | Jain's index | measured hint | measured cpu_relax |"
    rule(9)
    for (i = 1; i <= count["waiters"]; i++) for (s = 10; s <= 10000; s *= 10) {
        n = item["waiters", i]
        if (!(("hint", n, s) in model)) continue
        printf "| %s | %s |", n, s
        for (j = 1; j <= 2; j++) { p = j == 1 ? "hint" : "cpu_relax"; printf " %s | %s |", digits(model[p, n, s]), digits(model_transfers[p, n, s]) }
        printf " %.2f |", model_jain["cpu_relax", n, s]
        for (j = 1; j <= 2; j++) printf " %s |", (n + 0 > machine["processors"]) ? "" : figure("6," cell_of(n, s, j == 1 ? "hint" : "cpu_relax"))
        print ""
    }
    print "\nThroughput with other constants, geometric mean of sections of 10, 100 and 1000 ns, /µs:\n"
    printf "| constant | ns |"; for (i = 1; i <= count["tuned"]; i++) printf " %s waiters |", item["tuned", i]
    print ""; rule(count["tuned"] + 2)
    for (j = 1; j <= count["constant"]; j++) { c = item["constant", j]
        for (k = 1; k <= count[c]; k++) { v = item[c, k]
            printf "| %s | %s |", c, v
            for (i = 1; i <= count["tuned"]; i++) { n = item["tuned", i]; printf " %.3g |", exp(tuned[c, v, n] / tunes[c, v, n]) }
            print ""
        }
    }
}
END {
    machine["processors"] += 0 # a number, or "16" comes before "2"
    print "<!-- made by bench/report.sh from the CSVs beside it -->"
    printf "Made by `%s` on %s: %s, %s processors%s, %s, %s; load when it began %s.\n", machine["command"], machine["date"], machine["cpu"], machine["processors"], machine["virtual"] == "no" ? "" : " of " machine["virtual"], machine["kernel"], machine["compiler"], machine["load"]
    if (count["lock"]) report_lock()
    if (count["hint"]) report_hint()
    if ("handover.csv" in files) report_handover()
    if (count["asked"]) report_delay()
    if (count["waiters"]) report_model()
}

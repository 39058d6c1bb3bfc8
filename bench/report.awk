# report.awk - the tables and what came of each aim, in Markdown, from the CSVs of one machine; with quantile.awk
# SPDX-License-Identifier: MIT
#
# Beside them it writes, into the folder `work`, what the plots and the README need: locks.points and
# search.points (throughput and p99.9 of each lock against the best), and headline.csv.
BEGIN { FS = "," }
FNR == 1 { file = FILENAME; sub(/.*\//, "", file); sub(/[.]csv$/, "", file); files[file]; if (file != "machine") next }
function once(list, x) { if (!((list, x) in seen)) { seen[list, x]; item[list, ++count[list]] = x } }

file == "machine" { key = $1; sub(/^[^,]*,/, ""); machine[key] = $0; if (key ~ /^load/) loads = loads (loads == "" ? "" : ", ") $0 }
file == "hint" {
    once("hint", $2)
    if ($4 ~ /missing/) hint_missing[$2] = $4
    else add("hint," $2 "," $3, $4)
}
file == "locks" || file == "hints" || file == "search" {
    if ($6 ~ /missing/) { once("missing", $4 " | " $6); next }
    once(file, $4); kind[$4] = $5
    once("threads", $2); once("section", $3)
    for (i = 6; i <= 12; i++) add(file "," i "," $2 "," $3 "," $4, $i)
}
file == "handover" {
    once("wait", $3); once("early", $2)
    if ($4 ~ /missing/) wait_missing[$3] = $4
    else for (i = 4; i <= 6; i++) add("h" i "," $2 "," $3, $i)
}
file == "delay" { once("asked", $2); once("delay", $1); delay[$1, $2] = $5; delay_low[$1, $2] = $4; delay_high[$1, $2] = $6 }

# ---- what is counted ------------------------------------------------------------------------------
function heading(text) { printf "\n## %s\n\n", text }
function rule(columns,   i, s) { s = "|"; for (i = 0; i < columns; i++) s = s "---|"; print s }
function aim(reached, text) { printf "- %s: %s\n", reached ? "**reached**" : "**not reached**", text }
function headline(name, value) { print name "," value >(work "/headline.csv") }
function at(set, field, t, s, lock) { return median(set "," field "," t "," s "," lock) }

# The mean over the cells with from <= threads <= to: geometric, but arithmetic of Jain's index.
function mean(set, field, lock, from, to,   i, j, sum, n, m) {
    for (i = 1; i <= count["threads"]; i++) {
        if (item["threads", i] < from || item["threads", i] > to) continue
        for (j = 1; j <= count["section"]; j++) {
            m = at(set, field, item["threads", i], item["section", j], lock)
            if (m == "" || (field != 7 && m <= 0)) return ""
            sum += field == 7 ? m : log(m); n++
        }
    }
    return !n ? "" : field == 7 ? sum / n : exp(sum / n)
}
function picture(name, caption) { printf "\n![%s](%s.svg)\n\n*%s*\n", name, name, caption }
function contended(set, field, lock) { return mean(set, field, lock, 2, 1e9) }
function is_counting(lock) { return lock ~ /^(jemalloc|crossbeam|tbb atomic_backoff|absl SpinLock)/ && lock !~ / \((short|long) hint\)$/ }
function is_blocking(lock) { return kind[lock] == "k" }

# The lock with the highest throughput of those counting hints, or blocking; "" of none.
function best(set, counting,   i, m, most, name) {
    for (i = 1; i <= count[set]; i++)
        if ((counting ? is_counting(item[set, i]) : is_blocking(item[set, i])) && (m = contended(set, 6, item[set, i])) > most + 0) { most = m; name = item[set, i] }
    return name
}

# Lock a beats lock b in a cell: no worse in throughput (2%), Jain's index (0.02), p99.9 (5%) and processor
# time (2%), and clearly better in one: 10% of throughput, 0.1 of Jain's index, half of p99.9.
function beats(set, t, s, a, b,   more, fair, tail, cost) {
    more = at(set, 6, t, s, a) / at(set, 6, t, s, b); fair = at(set, 7, t, s, a) - at(set, 7, t, s, b)
    tail = at(set, 11, t, s, a) / at(set, 11, t, s, b); cost = at(set, 12, t, s, a) / at(set, 12, t, s, b)
    if (more < 0.98 || fair < -0.02 || tail > 1.05 || cost > 1.02) return 0
    return more >= 1.1 || fair >= 0.1 || tail <= 0.5
}
function count_beaten(set,   i, j, k, l, t, s, hit) {
    for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++) {
        t = item["threads", i]; s = item["section", j]
        if (t < 2) continue
        for (k = 1; k <= count[set]; k++) {
            hit = 0
            for (l = 1; l <= count[set]; l++)
                if (l != k && beats(set, t, s, item[set, l], item[set, k])) { hit = 1; beaten_pairs[set, item[set, l]]++ }
            beaten[set, item[set, k]] += hit
        }
    }
}

# ---- the contended lock ---------------------------------------------------------------------------
# By its throughput, the highest first; into sorted[].
function sort_locks(set,   i, j, x) {
    for (i = 1; i <= count[set]; i++) {
        x = item[set, i]
        for (j = i - 1; j > 0 && contended(set, 6, sorted[j]) < contended(set, 6, x); j--) sorted[j + 1] = sorted[j]
        sorted[j + 1] = x
    }
}
function overview(set,   i, x, most, least) {
    sort_locks(set); count_beaten(set)
    print "| lock | throughput, /µs | Jain's index | p99.9, µs | processor time, ns | beaten in | beats |"
    rule(7)
    most = contended(set, 6, sorted[1])
    for (i = 1; i <= count[set]; i++) if ((x = contended(set, 11, sorted[i])) < least || i == 1) least = x
    for (i = 1; i <= count[set]; i++) {
        x = sorted[i]
        printf "| %s%s%s | %s | %.2f | %s | %s | %d | %d |\n", x == "cpu_relax" ? "**" : "", x, x == "cpu_relax" ? "**" : "", digits(contended(set, 6, x)), contended(set, 7, x), digits(contended(set, 11, x) / 1000), digits(contended(set, 12, x)), beaten[set, x], beaten_pairs[set, x]
        printf "%s,%s,%.4f,%.4f\n", x, kind[x], contended(set, 6, x) / most, contended(set, 11, x) / least >(work "/" set ".points")
    }
}
function lock_table(field, title, unit,   i, j, l, x) {
    printf "\n%s\n\n| %s |", title, unit
    for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++) printf " %s × %s |", item["threads", i], item["section", j]
    print ""; rule(count["threads"] * count["section"] + 1)
    for (l = 1; l <= count["locks"]; l++) {
        x = sorted[l]
        printf "| %s |", x
        for (i = 1; i <= count["threads"]; i++) for (j = 1; j <= count["section"]; j++)
            printf " %s |", figure("locks," field "," item["threads", i] "," item["section", j] "," x)
        print ""
    }
    for (l = 1; l <= count["missing"]; l++) printf "| %s |\n", item["missing", l]
}
function report_locks(   us, peer, more, tail, fair, i, x, least, name, m, n, o, cost) {
    heading("Contended lock")
    print "`cpu_relax` is `examples/spinlock.c`, `cpu_relax mutex` is `examples/mutex.c`. The other names are waiting"
    print "policies in the same lock, or peers' own locks (jemalloc's and oneTBB's policies are the same: what parts them is noise). Means over the cells with two threads and more:"
    print "geometric, but arithmetic of Jain's index. A lock beats another in a cell if it is no worse in throughput (2%),"
    print "Jain's index (0.02), p99.9 (5%) and processor time (2%), and clearly better in one of the first three (10%, 0.1, half).\n"
    overview("locks")
    picture("locks", "Each point is a lock, by those means: further right is more throughput, further down a shorter tail. Blue is this library, orange are peers, grey is what else was measured.")
    us = "cpu_relax"; peer = best("locks", 1)
    print "\nAims:\n"
    if (peer != "") {
        more = contended("locks", 6, us) / contended("locks", 6, peer); tail = contended("locks", 11, us) / contended("locks", 11, peer)
        fair = contended("locks", 7, us) - contended("locks", 7, peer)
        aim(more >= 1 && tail <= 1, sprintf("throughput at least, and p99.9 at most, that of the best peer that counts hints (%s): %.2f and %.2f times", peer, more, tail))
        aim(fair >= -0.02, sprintf("Jain's index no more than 0.02 below that peer's: %+.3f", fair))
        headline("throughput", more); headline("tail", tail)
        for (i = 1; i <= count["locks"]; i++) {
            x = item["locks", i]
            if ((kind[x] == "p" || kind[x] == "n") && (name == "" || beaten["locks", x] < least)) { least = beaten["locks", x]; name = x }
        }
        aim(beaten["locks", us] <= least, sprintf("beaten by another lock in no more cells than the least beaten peer (%s, %d): %d", name, least, beaten["locks", us]))
        m = mean("locks", 6, us, 1, 1) / mean("locks", 6, peer, 1, 1); n = mean("locks", 6, us, 2, machine["processors"]) / mean("locks", 6, peer, 2, machine["processors"])
        aim(m >= 0.98 && (n == 0 || n >= 0.98), sprintf("nothing lost alone, nor with a processor for each thread: %.2f and %.2f times that peer; aim 0.98", m, n))
    }
    o = machine["processors"] + 1
    m = mean("locks", 6, us, o, 1e9)
    if (m && mean("locks", 6, "ck_backoff_eb", o, 1e9)) {
        n = m / mean("locks", 6, "pthread_spin_lock", o, 1e9); m /= mean("locks", 6, "ck_backoff_eb", o, 1e9)
        aim(m >= 3 && n >= 3, sprintf("more threads than processors: %.1f times ck_backoff_eb, %.1f times pthread_spin_lock; aim 3", m, n))
        headline("oversubscribed", n)
    }
    peer = best("locks", 0)
    if (peer != "") {
        more = contended("locks", 6, "cpu_relax mutex") / contended("locks", 6, peer)
        cost = contended("locks", 12, "cpu_relax mutex") / contended("locks", 12, peer)
        aim(more >= 1 && cost <= 1, sprintf("examples/mutex.c: throughput at least, and processor time at most, that of the best lock that blocks (%s): %.2f and %.2f times", peer, more, cost))
        headline("mutex", more); headline("mutex_cost", cost)
    }
    picture("throughput", "By threads, for each length of section: a spinlock that never yields (pthread_spin_lock) loses most of its throughput once there are more threads than processors, the others little.")
    picture("latency", "The same for the time to acquire, of which one in a thousand takes longer.")
    print "\nIn each cell: threads × length of the critical section in ns; outside, each thread works as long."
    print "Medians; ~: quartiles more than a fifth apart."
    lock_table(6, "Throughput", "acquisitions/µs")
    lock_table(7, "Fairness: Jain's index, 1 is fair", "")
    lock_table(9, "Time to acquire, median", "ns")
    lock_table(10, "Time to acquire, p99", "ns")
    lock_table(11, "Time to acquire, p99.9", "ns")
    lock_table(12, "Processor time for each acquisition, sections and what is outside included", "ns")
}
function report_search() {
    heading("Search")
    print "The policies among which the recommended one was searched (`bench/search.h` says what the names mean), the"
    print "recommended one as it is, and the peers that count hints.\n"
    overview("search")
    picture("search", "Each point is a policy: further right is more throughput, further down a shorter tail.")
}
function report_hints(   i, x, short, long, own, high, low, spread, text) {
    heading("Other hints")
    print "The same source on CPUs with other hints: `nop` is 0.3 ns, and as many hints as take 100 ns stand for a long one."
    print "Throughput, geometric mean of the cells with two threads and more, acquisitions/µs.\n"
    print "| lock | short hint | this CPU's | long hint | highest over lowest |"
    rule(5)
    for (i = 1; i <= count["hints"]; i++) {
        x = item["hints", i]
        if (x ~ / \((short|long) hint\)$/) continue
        own = contended("hints", 6, x); short = contended("hints", 6, x " (short hint)"); long = contended("hints", 6, x " (long hint)")
        high = own > short ? own : short; high = high > long ? high : long
        low = own < short ? own : short; low = low < long ? low : long
        spread = high / low
        printf "| %s | %s | %s | %s | %.2f |\n", x, digits(short), digits(own), digits(long), spread
        printf "%s,%.4g,%.4g,%.4g\n", x, short, own, long >(work "/hints.points")
        if (x == "cpu_relax") us_spread = spread
        else text = text (text == "" ? "" : ", ") sprintf("%s %.2f", x, spread)
        if (x != "cpu_relax" && (least_spread == "" || spread < least_spread)) least_spread = spread
    }
    picture("hints", "A flat line is a lock that does not depend on what one hint takes.")
    print "\nAim:\n"
    aim(us_spread <= 1.15, sprintf("at most 15%% between them: %.2f times; %s", us_spread, text))
    headline("spread", us_spread); headline("peer_spread", least_spread)
}

# ---- hint, hand-over, delay -----------------------------------------------------------------------
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
function report_handover(   i, e, worst, at_early, late, half, m, good) {
    heading("Hand-over")
    if (!count["wait"]) { print "Left out: it takes two processors."; return }
    handover_table(4, "From store to seen, ns: median")
    handover_table(5, "From store to seen, ns: p99")
    handover_table(6, "Processor time of one wait, ns")
    print "\nAims:\n"
    half = median("hint,cpu_relax,ns") / 2; good = 1
    for (i = 1; i <= count["early"]; i++) {
        e = item["early", i]
        if (e < 0.2) continue
        late = median("h4," e ",cpu_relax_while_eq32") - median("h4," e ",bare load")
        m = 1 + late / median("h4," e ",bare load")
        if (m > 1.05 && late > half) good = 0
        if (m > worst) { worst = m; at_early = e }
        headline("late", late)
    }
    aim(good, sprintf("cpu_relax_while_eq32, 0.2 to 100 µs early, within 5%% of a bare polling load, or half a hint (%.0f ns) behind it: at worst %.2f times (%s µs early)", half, worst, at_early))
    # Without CPU_RELAX_NO_MONITOR the CPU is asked what it has, once: not by waits that end before.
    good = 1; worst = 0
    for (i = 1; i <= count["early"]; i++) {
        e = item["early", i]
        if (e > 1) continue
        late = median("h4," e ",cpu_relax_while_eq32") - median("h4," e ",cpu_relax_while_eq32 (polls)")
        m = 1 + late / median("h4," e ",cpu_relax_while_eq32 (polls)")
        if (m > 1.05 && late > half) good = 0
        if (m > worst) worst = m
    }
    aim(good, sprintf("asking the CPU costs short waits nothing: to 1 µs early, within 5%% of the same wait with CPU_RELAX_NO_MONITOR, or half a hint behind it: at worst %.2f times", worst))
    m = median("h6,100,cpu_relax_while_eq32") / median("h6,100,cpu_relax_while_eq32 (polls)")
    aim(m <= 1.05, sprintf("nor processor time: a wait of 100 µs takes %.2f times that of the same wait with CPU_RELAX_NO_MONITOR; aim 1.05", m))
    m = median("h6,100,back-off + futex") / median("h6,100,bare load")
    aim(m <= 0.1, sprintf("processor time of a wait of 100 µs, back-off and then a futex: %.3f of a bare poll's; aim 0.1. The futex alone takes %.3f", m, median("h6,100,futex") / median("h6,100,bare load")))
    headline("parked", m)
}
function report_delay(   i, j, d, a, got, most, worst, at_asked, low) {
    heading("Delay")
    printf "Got, in ns: median and quartiles.\n\n| asked |"
    for (j = 1; j <= count["delay"]; j++) printf " %s |", item["delay", j]
    print ""; rule(count["delay"] + 1)
    for (i = 1; i <= count["asked"]; i++) {
        printf "| %s |", item["asked", i]
        for (j = 1; j <= count["delay"]; j++) { d = item["delay", j]; printf " %s (%s to %s) |", delay[d, item["asked", i]], delay_low[d, item["asked", i]], delay_high[d, item["asked", i]] }
        print ""
    }
    picture("delay", "On the grey line a delay takes as long as was asked; a count of hints is as far off as the hint of this CPU is from 10 ns.")
    # between what was asked, and a tenth more and what cpu_relax(3) allows: a hint and two looks at the clock
    most = median("hint,cpu_relax,ns") + 2 * median("hint,look,ns"); low = 9
    for (i = 1; i <= count["asked"]; i++) {
        a = item["asked", i]; got = delay["cpu_relax_for_ns", a]
        if (a < 100) continue
        if (got - 1.1 * a > worst || !at_asked) { worst = got - 1.1 * a; at_asked = a }
        if (got / a < low) low = got / a
        headline("delay", got - a)
    }
    print "\nAim:\n"
    if (median("hint,look,ns") != "") aim(worst <= most && low >= 1, sprintf("cpu_relax_for_ns from 100 ns to 100 µs: the median at least as asked, and at most 10%% more and a hint and two looks at the clock (%.0f ns): at least %.3f times, and at most %.0f ns over the 10%% (%s ns asked)", most, low, worst > 0 ? worst : 0, at_asked))
}
END {
    machine["processors"] += 0 # a number, or "16" comes before "2"
    print "<!-- made by bench/report.sh from the CSVs beside it -->"
    printf "Made by `%s` on %s: %s, %s processors%s, %s, %s.\n", machine["command"], machine["date"], machine["cpu"], machine["processors"], machine["virtual"] == "no" ? "" : " of " machine["virtual"], machine["kernel"], machine["compiler"]
    printf "Load when it began, and before each section: %s. A load above 1 before the first is work of others.\n", loads
    printf "%s, %s processors", machine["cpu"], machine["processors"] >(work "/name")
    if (count["locks"]) report_locks()
    if (count["search"]) report_search()
    if (count["hints"]) report_hints()
    if (count["hint"]) report_hint()
    if ("handover" in files) report_handover()
    if (count["asked"]) report_delay()
}

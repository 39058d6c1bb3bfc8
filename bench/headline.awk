# headline.awk - the five lines for the README, with the range over the machines
# SPDX-License-Identifier: MIT
BEGIN { FS = "," }
{
    if (!($1 in low) || $2 < low[$1]) low[$1] = $2
    if (!($1 in high) || $2 > high[$1]) high[$1] = $2
}
function range(name, format,   a, b) {
    a = sprintf(format, low[name]); b = sprintf(format, high[name])
    return a == b ? a : a " to " b
}
END {
    printf "![Throughput against p99.9 of each lock](bench/results/front.svg)\n\n"
    print "Each point is a lock: further right is more throughput, further down a shorter tail. Blue is this library.\n"
    if ("throughput" in low) printf "- **Contended lock**: %s times the throughput of the best peer that counts hints, and %s times its p99.9.\n", range("throughput", "%.2f"), range("tail", "%.2f")
    if ("spread" in low) printf "- **On another CPU**: from a hint of 0.3 ns to one of 100 ns, throughput changes by %s%%; with counted hints by %s%% at least.\n", percent("spread"), percent("peer_spread")
    if ("mutex" in low) printf "- **Mutex**: [`examples/mutex.c`](examples/mutex.c) has %s times the throughput of the best mutex of glibc, libstdc++ and abseil, for %s times the processor time.\n", range("mutex", "%.2f"), range("mutex_cost", "%.2f")
    if ("late" in low) printf "- **Hand-over**: `cpu_relax_while_eq32` sees a new value %s a bare polling load does.\n", high["late"] < 1 ? "as soon as" : sprintf("at most %.0f ns later than", high["late"])
    if ("delay" in low) printf "- **Delay**: 100 ns to 100 µs, by the median late by %s ns.\n", range("delay", "%.0f")
}
function percent(name,   a, b) {
    a = sprintf("%.0f", (low[name] - 1) * 100); b = sprintf("%.0f", (high[name] - 1) * 100)
    return a == b ? a : a " to " b
}

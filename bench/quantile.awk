# quantile.awk - medians and quartiles of CSV columns, for the other awk programs here
# SPDX-License-Identifier: MIT

# Adds one value to those known by `key`.
function add(key, value) { value_[key, ++n_[key]] = value + 0 }

# The value with the share q of all below it; between two, the line from one to the other. "" of none.
function quantile(key, q,   i, j, v, n, at) {
    n = n_[key]
    if (!n) return ""
    if (!sorted_[key]) {
        for (i = 2; i <= n; i++) {
            v = value_[key, i]
            for (j = i - 1; j > 0 && value_[key, j] > v; j--) value_[key, j + 1] = value_[key, j]
            value_[key, j + 1] = v
        }
        sorted_[key] = 1
    }
    at = 1 + q * (n - 1)
    i = int(at)
    return value_[key, i] + (i < n ? (at - i) * (value_[key, i + 1] - value_[key, i]) : 0)
}
function median(key) { return quantile(key, 0.5) }

# The quartiles lie further apart than a fifth of the median: marked, not hidden.
function unstable(key) { return median(key) && quantile(key, 0.75) - quantile(key, 0.25) > 0.2 * median(key) }

# Three digits and a mark.
function figure(key,   m) {
    m = median(key)
    return m == "" ? "-" : digits(m) (unstable(key) ? " ~" : "")
}
function digits(x) { return x >= 1e6 ? sprintf("%.3ge6", x / 1e6) : x >= 1000 ? sprintf("%d", x + 0.5) : sprintf("%.3g", x) }

# labels.awk - where the names go in a picture of points: beside their point, and over no other name
# SPDX-License-Identifier: MIT
#
# In: name,kind,x,y; y is on a logarithmic scale, x goes from `from` to 1.15, and the picture is `size` times
# as large as 800 by 600. Out: x,y,class,x and y of the name,name. Class: 2 ours, 1 a peer's, 0 the rest. A
# name starts right of its point, else left of it, else above or below.
BEGIN { FS = ","; OFS = ","; scale = (1.15 - from) / 1.15; wide = 0.0105 * scale / size; gap = 0.012 * scale / size; high = 0.036 / size }
{
    n++
    name[n] = $1; kind[n] = $2; x[n] = $3; y[n] = log($4) / log(10)
    class[n] = $2 ~ /[oe]/ ? 2 : $2 ~ /[pnk]/ ? 1 : 0
    if (y[n] > top) top = y[n]
}
function overlaps(a, b,   i) {
    for (i = 1; i <= put; i++)
        if (a < right[i] && a + w > left[i] && b < up[i] && b + h > down[i]) return 1
    for (i = 1; i <= n; i++)
        if (x[i] > a && x[i] < a + w && y[i] > b - h / 4 && y[i] < b + h) return 1
    return a < from || a + w > 1.15
}
END {
    h = high * (top + 0.3)
    for (turn = 2; turn >= 0; turn--) for (k = 1; k <= n; k++) {
        if (class[k] != turn) continue
        w = length(name[k]) * wide * (turn == 2 ? 1.3 : 1)
        best_a = x[k] + gap; best_b = y[k] - h / 2; found = 0
        for (ring = 0; ring < 9 && !found; ring++) for (place = 0; place < 4 && !found; place++) {
            a = place % 2 == 0 ? x[k] + gap : x[k] - w - gap
            b = y[k] - h / 2 + (place < 2 ? 1 : -1) * ring * h * 0.7
            if (!overlaps(a, b)) { found = 1; best_a = a; best_b = b }
        }
        put++; left[put] = best_a; right[put] = best_a + w; down[put] = best_b; up[put] = best_b + h
        print x[k], 10 ^ y[k], class[k], best_a, 10 ^ (best_b + h / 2), name[k]
    }
}

# blocks.awk - a lock's median and quartiles by threads, for the plots; used with quantile.awk
# SPDX-License-Identifier: MIT
BEGIN { FS = "," }
$3 == section && $4 == name && $6 !~ /missing/ { if (!($2 in seen)) { seen[$2]; order[++n] = $2 } add($2, $field) }
END { for (i = 1; i <= n; i++) print order[i] "," median(order[i]) "," quantile(order[i], 0.25) "," quantile(order[i], 0.75) }

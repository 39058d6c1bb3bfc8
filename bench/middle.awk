# middle.awk - the median of a field of the rows of a CSV that match; used with quantile.awk
# SPDX-License-Identifier: MIT
BEGIN { FS = "," }
$0 ~ row && $field !~ /missing/ { add("x", $field) }
END { if (n_["x"]) print median("x") }

# Sourced by the other scripts: numbers out of files that hold one JSON object of `bench` in each line.
# The value of a key in each line; the keys asked for occur once in each.
values() { sed -n "s/.*\"$2\": *\"\{0,1\}\([^,}\"]*\).*/\1/p" "$1"; }
median() { values "$1" "$2" | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

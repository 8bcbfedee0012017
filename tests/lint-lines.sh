#!/usr/bin/env bash
# No line of the sources is longer than 140 columns, no file longer than 300 lines: what formatters leave alone.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -co --exclude-standard -- '*.cs' '*.fs' | awk '
    { file = $0; count = 0
      while ((getline line < file) > 0) {
          count++
          if (length(line) > 140) { printf "%s:%d is %d columns wide; break it at 140.\n", file, count, length(line); bad = 1 }
      }
      close(file)
      if (count > 300) { printf "%s has %d lines; 300 are the most: give one of its concepts a file.\n", file, count; bad = 1 }
      files++ }
    END { if (files == 0) { print "No sources were found."; exit 1 } exit bad }'

#!/usr/bin/env bash
# embed.sh: the README shows the program that the tests build, line by line, spacing aside.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
squeeze() { sed 's/[[:space:]]\{1,\}/ /g; s/^ //' "$@"; }
readme=$(squeeze "$here/../../README.md")
status=0
while read -r line; do
  grep -qxF -- "$line" <<<"$readme" || {
    echo "the README does not show: $line" >&2
    status=1
  }
done < <(squeeze "$here/embed/main.cpp" | grep -E '^(#include <nps|nps::|for |if )')
exit $status

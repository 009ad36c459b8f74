#!/usr/bin/env bash
# expect.sh FILE PROGRAM ARGUMENT...: the program succeeds and prints exactly what FILE holds. With
# NPS_UPDATE=1 the file is written instead: look at the difference before committing it.
set -euo pipefail
expected=$1
shift
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"$@" >"$printed" </dev/null
if [[ -n ${NPS_UPDATE:-} ]]; then cp "$printed" "$expected"; fi
diff -u "$expected" "$printed"

#!/usr/bin/env bash
# exports.sh PREFIX LIBDIR: every symbol that a shared library of ours defines is a name of nps.
set -euo pipefail
shopt -s nullglob
libraries=("$1/$2"/libnps*.so)
((${#libraries[@]} >= 4)) || {
  echo "expected libnps.so, libnps_csv.so, libnps_ndjson.so and libnps_sqlite.so in $1/$2, found: ${libraries[*]:-nothing}" >&2
  exit 1
}
status=0
for library in "${libraries[@]}"; do
  names=$(nm -D --defined-only "$library" | sed 's/^[0-9a-f]* [A-Za-z] //' | c++filt)
  strangers=$(grep -vE '^((vtable|VTT|typeinfo|typeinfo name|guard variable) for )?nps(::|_)' <<<"$names" || true)
  if [[ -n $strangers ]]; then
    echo "$(basename "$library") exports what is not its own:" >&2
    echo "$strangers" >&2
    status=1
  fi
  echo "$(basename "$library"): $(wc -l <<<"$names") symbols"
done
exit $status

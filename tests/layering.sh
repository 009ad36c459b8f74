#!/usr/bin/env bash
# Keeps the picture of the architecture true, with nothing but a shell and grep:
#
#   tests/layering.sh includes    an include points only to the same layer or a lower one
#   tests/layering.sh lists       every file on disk stands in a list of CMake
#   tests/layering.sh guards      every header guard is NPS_<PATH>_H_, the path without include/nps
#   tests/layering.sh names       no two headers give one name to two types
#   tests/layering.sh promises    the library prints nothing, aborts never, reads no environment
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failures=0
fail() {
  echo "$1" >&2
  failures=$((failures + 1))
}

# core <- wire <- stats <- segment <- stream <- customer <- engage <- report <- (top) <- adapters <- cli
# Top is what gathers the library for its user: the umbrella, the formatters, the C interface.
layers=(core wire stats segment stream customer engage report top adapters cli)

layer_of() {  # a path from the root of the repository
  case "$1" in
    include/nps/nps.h | include/nps/format.h | include/nps/c_api.h | src/c_api.cpp) echo top ;;
    include/nps/detail/* | src/detail/* | src/kernels/*) echo core ;;
    include/nps/*/*) local rest="${1#include/nps/}" && echo "${rest%%/*}" ;;
    src/*/*) local rest="${1#src/}" && echo "${rest%%/*}" ;;
    *) echo core ;;
  esac
}

declare -A rank
for i in "${!layers[@]}"; do rank[${layers[$i]}]=$i; done

sources() { find "$@" -type f \( -name '*.h' -o -name '*.cpp' \) | LC_ALL=C sort; }

check_includes() {
  local file layer line text target target_layer
  while read -r file; do
    layer=$(layer_of "$file")
    if [[ -z ${rank[$layer]:-} ]]; then
      fail "$file: the folder '$layer' is no layer; the layers are: ${layers[*]}"
      continue
    fi
    while IFS=: read -r line text; do
      if [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\"(.*)\" ]]; then
        target=${BASH_REMATCH[1]}
        if [[ -f include/$target ]]; then
          target=include/$target
        elif [[ -f src/$target ]]; then
          target=src/$target
        elif [[ -f $(dirname "$file")/$target ]]; then
          target=$(dirname "$file")/$target
        else
          fail "$file:$line: \"$target\" is no file of nps; other people's headers stand in <>"
          continue
        fi
        target_layer=$(layer_of "$target")
        if ((${rank[$target_layer]:-99} > rank[$layer])); then
          fail "$file:$line: layer '$layer' includes $target of the higher layer '$target_layer'"
        fi
        if [[ $file == include/* && $target == src/* ]]; then
          fail "$file:$line: a public header includes $target, which is not installed"
        fi
      elif [[ $file == include/* && $text =~ \<(.*)\> ]]; then
        # Public headers speak std and nps only; the two on top say so in their names.
        target=${BASH_REMATCH[1]}
        case "$file:$target" in
          include/nps/format.h:fmt/*) ;;
          include/nps/c_api.h:std*.h) ;;
          *.h | *:*/*) fail "$file:$line: <$target> in a public header, which may use std only" ;;
        esac
      fi
    done < <(grep -nE '^[[:space:]]*#[[:space:]]*include' "$file" || true)
  done < <(sources include src)
}

# Every file of $2... must be named, by its path within folder $1, in one of the given lists.
listed_in() {
  local folder=$1 list=$2 file
  while read -r file; do
    grep -qE "(^|[[:space:]/(])${file#"$folder"/}([[:space:])]|$)" "$list" ||
      fail "$file is not listed in $list"
  done
}

check_lists() {
  sources include | listed_in include src/CMakeLists.txt
  sources src | grep '\.cpp$' | listed_in src src/CMakeLists.txt
  sources tests | grep -E '_test\.cpp$' | listed_in tests tests/CMakeLists.txt
  sources tests/fuzz | grep -E '_fuzz\.cpp$' | sed 's/_fuzz\.cpp$//' |
    listed_in tests/fuzz tests/fuzz/CMakeLists.txt
  sources tests/compile_fail | sed 's/\.cpp$//' | listed_in tests/compile_fail tests/compile_fail/CMakeLists.txt
  sources examples | grep '\.cpp$' | sed 's/\.cpp$//' | listed_in examples examples/CMakeLists.txt
  sources bench | grep -E '_bench\.cpp$' | sed 's/_bench\.cpp$//' | listed_in bench bench/CMakeLists.txt
}

check_guards() {
  local file path guard
  while read -r file; do
    path=${file#include/}
    [[ $path == nps/* ]] || path=nps/$path
    guard=$(tr 'a-z/.' 'A-Z__' <<<"$path")_
    { grep -qx "#ifndef $guard" "$file" && grep -qx "#define $guard" "$file"; } ||
      fail "$file: its guard should be $guard"
  done < <(sources include src tests examples bench | grep '\.h$')
}

# Two types of one name link without a word, and then one is destroyed as if it were the other.
check_names() {
  local found
  found=$(sources include src | grep '\.h$' | xargs awk '
    FNR == 1 { space = "" }
    /^namespace [a-z_:]+ \{/ { space = $2 }
    /^(class|struct|union|enum class) / && !/;$/ {
      line = $0
      gsub(/alignas\([^)]*\)|NPS_EXPORT/, "", line)
      sub(/^(class|struct|union|enum class) */, "", line)
      if (match(line, /^[A-Za-z_0-9:]+/)) {
        name = space "::" substr(line, 1, RLENGTH)
        if (name in where && where[name] != FILENAME)
          print name " is in " where[name] " and in " FILENAME
        where[name] = FILENAME
      }
    }')
  [[ -z $found ]] || fail "one name, two types:
$found"
}

check_promises() {
  local found
  found=$(sources include src | grep -v '^src/cli/' | xargs -r grep -nE \
    '\b(std::(cout|cerr|clog|abort|exit|terminate|quick_exit|getenv)|getenv|printf|fputs|puts|abort|throw)\b[[:space:]]*(\(|<<|[a-z:_]+[({])' |
    grep -vE '^[^:]+:[0-9]+:[[:space:]]*//|getenv\("TZDIR"\)' || true)  # TZDIR: the one exception
  [[ -z $found ]] || fail "the library prints nothing, throws nothing of its own, aborts never and reads no environment:
$found"
}

for what in "${@:-includes}"; do
  case "$what" in
    includes | lists | guards | names | promises) "check_$what" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
  esac
done
((failures == 0))

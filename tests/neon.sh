#!/usr/bin/env bash
# The kernels on a processor that is not ours: builds them and their tests for 64-bit ARM and runs
# the tests under emulation. Needs g++-aarch64-linux-gnu and qemu-user; without them it says so and
# ends with status 77, which ctest shows as skipped.
#
#   tests/neon.sh [folder for what is built]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compiler=aarch64-linux-gnu-g++
emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
command -v "$compiler" >/dev/null || { echo "SKIPPED: no $compiler here" && exit 77; }
[[ -n $emulator ]] || { echo "SKIPPED: no qemu-aarch64 here" && exit 77; }
[[ -d /usr/include/catch2 ]] || { echo "SKIPPED: no Catch2 in /usr/include" && exit 77; }

folder=${1:-build/neon}
mkdir -p "$folder/include"
ln -sfn /usr/include/catch2 "$folder/include/catch2"  # headers only, none of this processor's own

compile() {  # source object option...
  local source=$1 object=$folder/$2
  shift 2
  if [[ -f $object.d ]] && ! out_of_date "$object"; then return; fi
  "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror \
    -Iinclude -Isrc -Itests -isystem "$folder/include" -MMD -MF "$object.d" "$@" \
    -c "$source" -o "$object"
}

# Whether a file that the object was made of has changed since.
out_of_date() {
  local file
  [[ -f $1 ]] || return 0
  for file in $(sed 's/^[^:]*://; s/\\$//' "$1.d"); do [[ $file -nt $1 ]] && return 0; done
  return 1
}

objects=()
for source in src/kernels/*.cpp; do
  compile "$source" "$(basename "$source" .cpp).o" -O3
  objects+=("$folder/$(basename "$source" .cpp).o")
done
for source in tests/{batch,kernels,rating_columns}_test.cpp tests/support/main.cpp; do
  compile "$source" "test_$(basename "$source" .cpp).o" -O1
  objects+=("$folder/test_$(basename "$source" .cpp).o")
done
"$compiler" -static -pthread "${objects[@]}" -o "$folder/tests"

"$emulator" "$folder/tests" -w NoAssertions "~[slow]"

#!/usr/bin/env bash
# pkg_config.sh KIND PREFIX LIBDIR COMPILER SOURCE: builds SOURCE with what pkg-config says, runs it.
set -euo pipefail
kind=$1 prefix=$2 libdir=$2/$3 compiler=$4 source=$5
command -v pkg-config >/dev/null || {
  echo "no pkg-config here"
  exit 77
}

export PKG_CONFIG_PATH=$libdir/pkgconfig
static=()
if [[ $kind == static ]]; then static=(--static); fi

# Our own flags: the include folder, and no more. (Abseil and fmt may have theirs.)
flags=$(pkg-config --cflags nps-core)
flags=${flags%% }
[[ $(realpath "${flags#-I}") == $(realpath "$prefix/include") ]] || {
  echo "nps-core.pc says '$flags', not the include folder of $prefix" >&2
  exit 1
}

program=$prefix/consumer-by-pkg-config
# shellcheck disable=SC2046  # flags are meant to be split
"$compiler" -std=c++20 -O0 -Wall -Wextra -Werror $(pkg-config --cflags nps-ndjson nps-sqlite) "$source" -o "$program" \
  $(pkg-config "${static[@]}" --libs nps-ndjson nps-sqlite) \
  $([[ $kind == static ]] || echo "-Wl,-rpath,$libdir")
"$program"

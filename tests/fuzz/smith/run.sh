#!/bin/sh
# Modules at random through the engine: run.sh SOURCE TARGET RUNNER FIRST COUNT
# The generator is built here, offline, by whichever cargo the engine is built by. With SWORN_ALL=1
# twenty times as many.
set -eu

source=$1 target=$2 runner=$3 first=$4 count=$5
[ "${SWORN_ALL:-}" != 1 ] || count=$((count * 20))
"$source/engine/cargo" build --release --frozen --quiet \
    --manifest-path "$source/tests/fuzz/smith/Cargo.toml" --target-dir "$target"
modules=$(mktemp)
trap 'rm -f "$modules"' EXIT
"$target/release/smith" "$first" "$count" >"$modules"
"$runner" "$modules" "$first"

#!/bin/sh
# Build the engine and put library and depfile where Ninja wants them.
#   build.sh SOURCE_FOLDER TARGET_FOLDER LIBRARY DEPFILE
# All build folders share one target folder: the engine takes most of a minute.
set -eu

source=$1 target=$2 library=$3 depfile=$4
built=$target/release/libsworn_engine.a

"$source/cargo" build --release --frozen --quiet \
    --manifest-path "$source/Cargo.toml" --target-dir "$target"
cp "$built" "$library"
# cargo's depfile names its own output; Ninja knows the library by ours.
sed "s|^[^:]*:|$library:|" "$target/release/libsworn_engine.d" >"$depfile"

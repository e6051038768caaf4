#!/bin/sh
# Build this guard: target/wasm32-unknown-unknown/release/my_guard.wasm. MVP and short relocations,
# because the server takes nothing newer than bulk memory; a small stack, because memory that a
# guard starts with is paid for by each call.
set -eu
cd "$(dirname "$0")"
RUSTFLAGS="-C target-cpu=mvp -C link-arg=--compress-relocations -C link-arg=-zstack-size=65536" \
    exec cargo build --release --locked --target wasm32-unknown-unknown

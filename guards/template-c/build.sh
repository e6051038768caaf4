#!/bin/sh
# Build guard.wasm from all .c files here, always to the same octets. It takes Debian's clang and
# lld, and the kit: fdns.h and the folder fdns, here or where FDNS says.
set -eu
cd "$(dirname "$0")"
clang --target=wasm32 -std=gnu17 -O2 -ffreestanding -nostdlib -mbulk-memory -Wall -Wextra -Werror \
    -I "${FDNS:-.}" -Wl,--no-entry -Wl,--strip-all -Wl,--stack-first -o guard.wasm ./*.c
echo "guard.wasm: $(wc -c <guard.wasm) octets, SHA-256 $(sha256sum guard.wasm | cut -d ' ' -f 1)"

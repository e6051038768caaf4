/*
 * compress.c - names written with pointers; see compress.h.
 */
#include "host/answer/wire/compress.h"

#define LABELS_MAX 128

/* Labels of an uncompressed name, and hashes of the suffixes that begin with them. */
struct suffixes {
    unsigned count;
    uint8_t at[LABELS_MAX];
    uint32_t hash[LABELS_MAX];
};

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
}

static void suffixes_of(const uint8_t *wire, struct suffixes *suffixes)
{
    uint32_t hash = 5381;
    unsigned at = 0;

    suffixes->count = 0;
    for (; wire[at] != 0; at += wire[at] + 1U) {
        suffixes->at[suffixes->count++] = (uint8_t)at;
    }
    for (unsigned i = suffixes->count; i-- > 0;) {
        const uint8_t *label = wire + suffixes->at[i];

        for (unsigned octet = 0; octet <= label[0]; octet++) {
            hash = (hash ^ lower(label[octet])) * UINT32_C(16777619);
        }
        suffixes->hash[i] = hash;
    }
}

/* Whether the name at `at` in the message, with its pointers, is `wire`. */
static bool stands_at(const uint8_t *message, unsigned at, const uint8_t *wire)
{
    for (;;) {
        /* Every pointer goes back: we wrote them. */
        while (message[at] >= 0xc0) {
            at = (unsigned)(message[at] & 0x3f) << 8 | message[at + 1];
        }
        if (message[at] != wire[0]) {
            return false;
        }
        if (wire[0] == 0) {
            return true;
        }
        for (unsigned i = 1; i <= wire[0]; i++) {
            if (lower(message[at + i]) != lower(wire[i])) {
                return false;
            }
        }
        at += wire[0] + 1U;
        wire += wire[0] + 1U;
    }
}

static unsigned find(const struct compressor *compressor, const uint8_t *wire, uint32_t hash)
{
    for (unsigned i = 0; i < compressor->count; i++) {
        if (compressor->entry[i].hash == hash &&
            stands_at(compressor->message, compressor->entry[i].at, wire)) {
            return compressor->entry[i].at;
        }
    }
    return 0;
}

static void note(struct compressor *compressor, uint32_t hash, size_t at)
{
    if (compressor->count == COMPRESS_ENTRIES || at > compressor->reach) {
        return;
    }
    compressor->entry[compressor->count].hash = hash;
    compressor->entry[compressor->count].at = (uint16_t)at;
    compressor->count++;
}

void compress_begin(struct compressor *compressor, uint8_t *message, uint16_t reach)
{
    compressor->message = message;
    compressor->reach = reach;
    compressor->count = 0;
}

void compress_note(struct compressor *compressor, uint16_t at)
{
    struct suffixes suffixes;

    suffixes_of(compressor->message + at, &suffixes);
    for (unsigned i = 0; i < suffixes.count; i++) {
        note(compressor, suffixes.hash[i], (size_t)at + suffixes.at[i]);
    }
}

size_t compress_name(struct compressor *compressor, const uint8_t *wire, size_t at, size_t room,
                     size_t *pointer)
{
    struct suffixes suffixes;
    unsigned target = 0;
    unsigned labels = 0; /* in front of what is there already */
    size_t size;

    suffixes_of(wire, &suffixes);
    for (; labels < suffixes.count && target == 0; labels++) {
        target = find(compressor, wire + suffixes.at[labels], suffixes.hash[labels]);
    }
    labels -= target != 0;
    size =
        labels < suffixes.count
            ? suffixes.at[labels]
            : (suffixes.count == 0 ? 0
                                   : suffixes.at[labels - 1] + wire[suffixes.at[labels - 1]] + 1U);
    if (room < size + (target == 0 ? 1 : 2)) {
        return 0;
    }
    memcpy(compressor->message + at, wire, size);
    for (unsigned i = 0; i < labels; i++) {
        note(compressor, suffixes.hash[i], at + suffixes.at[i]);
    }
    if (target == 0) {
        compressor->message[at + size] = 0;
        *pointer = 0;
        return size + 1;
    }
    compressor->message[at + size] = (uint8_t)((POINTER_BITS | target) >> 8);
    compressor->message[at + size + 1] = (uint8_t)target;
    *pointer = at + size;
    return size + 2;
}

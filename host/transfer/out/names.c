/*
 * names.c - names in the messages of a transfer; see names.h.
 */
#include "host/transfer/out/names.h"

#define LABELS_MAX  128
#define PROBES      8
#define REACH       0x3fff
#define POINTER     0xc0
#define HASH_BEGIN  UINT32_C(2166136261)
#define HASH_FACTOR UINT32_C(16777619)

/* Where the labels of a name begin, and the hash of each suffix. */
struct labels {
    unsigned count;
    uint8_t at[LABELS_MAX];
    uint32_t hash[LABELS_MAX];
};

static void labels_of(const uint8_t *wire, struct labels *labels)
{
    uint32_t hash = HASH_BEGIN;
    unsigned at = 0;

    labels->count = 0;
    for (; wire[at] != 0; at += wire[at] + 1U) {
        labels->at[labels->count++] = (uint8_t)at;
    }
    for (unsigned i = labels->count; i-- > 0;) {
        const uint8_t *label = wire + labels->at[i];

        for (unsigned octet = 0; octet <= label[0]; octet++) {
            hash = (hash ^ label[octet]) * HASH_FACTOR;
        }
        labels->hash[i] = hash ^ hash >> 15;
    }
}

/* Whether the name at `at`, through its pointers, which all go back, is `wire`. */
static bool stands_at(const uint8_t *message, unsigned at, const uint8_t *wire)
{
    for (;;) {
        while (message[at] >= POINTER) {
            at = (unsigned)(message[at] & ~POINTER & 0xff) << 8 | message[at + 1];
        }
        if (memcmp(message + at, wire, wire[0] + 1U) != 0) {
            return false;
        }
        if (wire[0] == 0) {
            return true;
        }
        at += wire[0] + 1U;
        wire += wire[0] + 1U;
    }
}

static unsigned find(const struct names *names, const uint8_t *wire, uint32_t hash)
{
    for (unsigned i = 0; i < PROBES; i++) {
        unsigned at = names->slot[(hash + i) % NAMES_SLOTS];

        if (at == 0) {
            return 0;
        }
        if (stands_at(names->message, at, wire)) {
            return at;
        }
    }
    return 0;
}

static void note(struct names *names, uint32_t hash, size_t at)
{
    for (unsigned i = 0; i < PROBES && at <= REACH; i++) {
        uint16_t *slot = &names->slot[(hash + i) % NAMES_SLOTS];

        if (*slot == 0) {
            *slot = (uint16_t)at;
            return;
        }
    }
}

void names_begin(struct names *names, const uint8_t *message)
{
    names->message = message;
    memset(names->slot, 0, sizeof(names->slot));
}

size_t names_put(struct names *names, uint8_t *message, const uint8_t *wire, size_t at, size_t room)
{
    struct labels labels;
    unsigned target = 0;
    unsigned fresh = 0; /* labels that stand nowhere yet */
    size_t size;

    labels_of(wire, &labels);
    while (fresh < labels.count && target == 0) {
        target = find(names, wire + labels.at[fresh], labels.hash[fresh]);
        fresh += target == 0;
    }
    size = fresh < labels.count ? labels.at[fresh] : 0;
    if (fresh == labels.count && fresh > 0) {
        size = labels.at[fresh - 1] + wire[labels.at[fresh - 1]] + 1U;
    }
    if (room < size + (target == 0 ? 1 : 2)) {
        return 0;
    }
    memcpy(message + at, wire, size);
    if (target == 0) {
        message[at + size] = 0;
    } else {
        message[at + size] = (uint8_t)(POINTER | target >> 8);
        message[at + size + 1] = (uint8_t)target;
    }
    for (unsigned i = 0; i < fresh; i++) {
        note(names, labels.hash[i], at + labels.at[i]);
    }
    return size + (target == 0 ? 1 : 2);
}

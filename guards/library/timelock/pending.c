/*
 * pending.c - see pending.h.
 */
#include "guards/library/timelock/pending.h"

enum { ITEM_SIZE = HASH_SIZE + 1 + 8 + 8 };

static bool is_an_owners(unsigned parties)
{
    return (parties & PARTY_OWNER) != 0;
}

/* How many wait with an owner among those who announced, or without. */
static size_t count_alike(const struct pending *pending, bool owners)
{
    size_t count = 0;

    for (size_t i = 0; i < pending->count; i++) {
        count += is_an_owners(pending->items[i].parties) == owners;
    }
    return count;
}

void pending_load(struct pending *pending)
{
    struct fdns_octets state = fdns_load_state();
    struct fdns_octets hash;
    uint64_t parties;

    pending->count = 0;
    while (state.size > 0) {
        struct announcement *item = &pending->items[pending->count];

        if (pending->count == PENDING_MAX || !fdns_read_octets(&state, HASH_SIZE, &hash) ||
            !fdns_read_number(&state, 1, &parties) || !fdns_read_number(&state, 8, &item->number) ||
            !fdns_read_number(&state, 8, &item->earliest)) {
            fdns_refuse("the state is not this guard's");
        }
        memcpy(item->hash, hash.data, HASH_SIZE);
        item->parties = (unsigned)parties;
        pending->count++;
    }
    if (count_alike(pending, true) > OWNERS_MAX || count_alike(pending, false) > OTHERS_MAX) {
        fdns_refuse("the state is not this guard's");
    }
}

static void put_u64(struct fdns_text *octets, uint64_t number)
{
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        fdns_put_character(octets, (char)(number >> (shift - 8)));
    }
}

void pending_save(const struct pending *pending)
{
    FDNS_TEXT(octets, PENDING_MAX * ITEM_SIZE);

    for (size_t i = 0; i < pending->count; i++) {
        const struct announcement *item = &pending->items[i];

        fdns_put_octets(&octets, fdns_octets_of(item->hash, HASH_SIZE));
        fdns_put_character(&octets, (char)item->parties);
        put_u64(&octets, item->number);
        put_u64(&octets, item->earliest);
    }
    fdns_state_set(octets.start, octets.used);
}

static bool is_of(const struct announcement *item, const uint8_t hash[HASH_SIZE])
{
    return memcmp(item->hash, hash, HASH_SIZE) == 0;
}

static void remove_at(struct pending *pending, size_t at)
{
    pending->count--;
    for (; at < pending->count; at++) {
        pending->items[at] = pending->items[at + 1];
    }
}

void pending_add(struct pending *pending, const struct announcement *announcement)
{
    bool owners = is_an_owners(announcement->parties);

    for (size_t i = 0; i < pending->count; i++) {
        const struct announcement *item = &pending->items[i];

        if (is_of(item, announcement->hash) && item->parties == announcement->parties) {
            fdns_refuse("these operations are announced already");
        }
    }
    if (count_alike(pending, owners) >= (owners ? OWNERS_MAX : OTHERS_MAX)) {
        fdns_refuse(owners ? "8 announcements of owners wait: cancel or execute one first"
                           : "4 announcements of guardians wait: cancel or execute one first");
    }
    pending->items[pending->count++] = *announcement;
}

_Noreturn static void refuse_early(uint64_t earliest, uint64_t now)
{
    FDNS_TEXT(text, 128);

    fdns_put(&text, "too early: ");
    fdns_put_number(&text, earliest - now);
    fdns_put(&text, " seconds are left, until ");
    fdns_put_number(&text, earliest);
    fdns_refuse_with(&text);
}

void pending_take(struct pending *pending, const uint8_t hash[HASH_SIZE], unsigned parties,
                  uint64_t now)
{
    const char *error = "these operations are not announced";
    uint64_t earliest = UINT64_MAX;

    for (size_t i = 0; i < pending->count; i++) {
        const struct announcement *item = &pending->items[i];

        if (!is_of(item, hash)) {
            continue;
        }
        error = "all who announced these operations have to sign";
        if ((item->parties & parties) != item->parties) {
            continue;
        }
        if (item->earliest <= now) {
            remove_at(pending, i);
            return;
        }
        earliest = item->earliest < earliest ? item->earliest : earliest;
    }
    if (earliest != UINT64_MAX) {
        refuse_early(earliest, now);
    }
    fdns_refuse(error);
}

/* Two parties that agree prevail over the third. */
static bool may_cancel(unsigned parties, unsigned announced_by)
{
    bool by_one = (announced_by & (announced_by - 1)) == 0;

    return by_one ? parties != 0 : (parties & announced_by) != 0;
}

const char *pending_cancel(struct pending *pending, const uint8_t hash[HASH_SIZE], unsigned parties,
                           uint64_t number)
{
    const char *error = "nothing is announced with this hash";
    size_t before = pending->count;

    for (size_t i = pending->count; i > 0; i--) {
        const struct announcement *item = &pending->items[i - 1];

        if (!is_of(item, hash) || item->number >= number) {
            continue;
        }
        error = "whoever signed may not cancel this";
        if (may_cancel(parties, item->parties)) {
            remove_at(pending, i - 1);
        }
    }
    return pending->count < before ? NULL : error;
}

/*
 * fuzz_certified.c - what is certified has one form: octets that decode are what encoding makes.
 *
 *   input = u8 which ‖ octets
 */
#include <stdlib.h>

#include <sodium.h>

#include "core/boundary/zone_leaf.h"
#include "core/change/policy.h"
#include "core/merkle/checkpoint.h"
#include "core/merkle/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void same(struct octets octets, const struct writer *again)
{
    must(octets_equal(octets, written(again)));
}

static void entry(struct octets octets, struct writer *again)
{
    struct log_entry entry;

    if (log_entry_read(octets, &entry) == SWORN_OK) {
        must(log_entry_write(&entry, again) == SWORN_OK);
        same(octets, again);
    }
}

static void leaf(struct octets octets, struct writer *again)
{
    struct zone_leaf leaf;

    if (zone_leaf_read(octets, &leaf) == SWORN_OK) {
        must(zone_leaf_write(&leaf, again) == SWORN_OK);
        same(octets, again);
    }
}

static void policy(struct octets octets, struct writer *again)
{
    struct policy policy;
    struct reason reason = {{0}};

    if (policy_read(octets, &policy, &reason) == SWORN_OK) {
        must(policy_write(&policy, again) == SWORN_OK);
        same(octets, again);
        return;
    }
    must(reason.text[0] != 0);
}

/** The octets as a note, and as a text that the log's key has signed. */
static void checkpoint(struct octets octets, struct writer *again)
{
    const uint8_t seed[crypto_sign_SEEDBYTES] = {1};
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    struct checkpoint checkpoint = {.size = 0};
    struct checkpoint opened;

    must(crypto_sign_seed_keypair(public_key, secret_key, seed) == 0);
    must(checkpoint_open(octets, public_key, &opened) != SWORN_OK);
    if (octets.size > CHECKPOINT_MAX / 2) {
        return;
    }
    must(crypto_sign_detached(signature, NULL, octets.data, octets.size, secret_key) == 0);
    must(log_id_of(public_key, &checkpoint.log_id) == SWORN_OK);
    must(write_octets(again, octets) == SWORN_OK);
    must(checkpoint_seal(again, &checkpoint, public_key, signature) == SWORN_OK);
    if (checkpoint_open(written(again), public_key, &opened) == SWORN_OK) {
        again->used = 0;
        must(checkpoint_text(&opened, again) == SWORN_OK);
        same(octets, again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void (*const decoders[])(struct octets, struct writer *) = {entry, leaf, policy, checkpoint};
    struct region region;
    struct writer again;

    if (size < 1) {
        return 0;
    }
    region_init(&region, 1 << 22);
    again = writer_in(&region, 1 << 20);
    decoders[data[0] % 4](octets_of(data + 1, size - 1), &again);
    region_clear(&region);
    return 0;
}

/*
 * multisig.c - the zone belongs to m of n keys together.
 *
 *   environment = u8 n ‖ n keys ‖ u8 m                            (fdns/keys.h)
 *   argument    = u8 count ‖ count × (u8 index of the key ‖ signature) ‖ message
 *
 * Every signature there is has to be right, and there have to be m of them. Other keys or another m
 * are a change of owner, so m of the present keys decide about it.
 *
 * At creation setup() takes a message signed so with sequence 0 and a zone id of zeros. After a
 * change of owner the old code has accepted already: setup() takes nothing then.
 */
#include "fdns.h"

FDNS_ARGUMENT("sworn-update-v1+keys");

struct owners {
    struct fdns_key_set keys;
    size_t enough; /* m */
};

_Noreturn static void refuse_count(const char *before, size_t count, const char *between,
                                   size_t keys, const char *after)
{
    FDNS_TEXT(text, 128);

    fdns_put(&text, before);
    fdns_put_number(&text, count);
    fdns_put(&text, between);
    fdns_put_number(&text, keys);
    fdns_put(&text, after);
    fdns_refuse_with(&text);
}

static void load_owners(struct owners *owners)
{
    struct fdns_octets environment = fdns_load_env();
    uint64_t enough;

    fdns_load_key_set(&environment, &owners->keys);
    if (!fdns_read_number(&environment, 1, &enough)) {
        fdns_refuse("environment: how many have to sign is missing");
    }
    if (environment.size != 0) {
        fdns_refuse("environment: there are octets behind it");
    }
    owners->enough = (size_t)enough;
    if (owners->enough == 0 || owners->enough > owners->keys.count) {
        refuse_count("environment: ", owners->enough, " of ", owners->keys.count,
                     " keys cannot be what is wanted");
    }
}

static void decide(void)
{
    struct owners owners;
    struct fdns_signatures signatures;
    struct fdns_message message;
    struct fdns_octets octets;

    load_owners(&owners);
    octets = fdns_load_signatures(&owners.keys, &signatures);
    if (signatures.count < owners.enough) {
        refuse_count("signatures: ", signatures.count, ", must be ", owners.enough, "");
    }
    fdns_verify_signatures(&owners.keys, &signatures, octets);
    message = fdns_message_read(octets);
    fdns_message_check(&message);
    fdns_message_apply(&message);
}

FDNS_EXPORT(setup) void setup(void)
{
    struct owners owners;

    if (fdns_sequence() == 0) {
        decide();
        return;
    }
    load_owners(&owners);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

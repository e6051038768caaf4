/*
 * sig0.c - the guard of a zone that DNS UPDATE changes: messages as nsupdate -k makes them (RFC
 * 2136, RFC 2931), signed with one of its keys.
 *
 *   environment = KEY records in wire form (RFC 1035 3.2.1), one after the other
 *   argument    = a DNS UPDATE message with SIG(0), as it was sent;
 *                 or message ‖ 64 octets of signature over it by one of the keys, the message being
 *                 what fdns/message.h calls one ("sworn-update-v1"), for what DNS UPDATE cannot say
 *   state       = signatures that were accepted and have not expired: see memory.c
 *
 * The two cannot be taken for each other: "sworn..." would be a DNS message of opcode 13, and what
 * a SIG(0) signs begins with 00 00.
 *
 * At creation setup() wants an argument of either kind, which makes the first records. After a
 * change of owner it wants an empty one.
 */
#include "fdns.h"

#include "core/update/evaluate.h"
#include "guards/library/sig0/sig0.h"

#include <stdio.h>

FDNS_ARGUMENT("dns-update-sig0-v1");

#define KEYS_MAX     32
#define LIFETIME_MAX 3600 /* seconds: how long a signature is remembered at most */
#define MEMORY_MAX   ((size_t)64 * 1024 * 1024)

static const char owners_label[] = "sworn-update-v1"; /* its NUL counts */

struct keys {
    struct sig0_key items[KEYS_MAX];
    size_t count;
};

void refuse(unsigned rcode, const char *format, ...)
{
    struct reason reason;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(reason.text, sizeof(reason.text), format, arguments);
    va_end(arguments);
    fdns_fail_code(rcode, reason.text, strlen(reason.text));
}

void must(enum sworn_result result, const struct refusal *refusal)
{
    if (result == SWORN_REFUSED && refusal != NULL) {
        fdns_fail_code(refusal->rcode, refusal->reason.text, strlen(refusal->reason.text));
    }
    if (result != SWORN_OK) {
        refuse(RCODE_SERVFAIL, "the guard failed: %s", result_name(result));
    }
}

static void load_keys(struct keys *keys)
{
    struct fdns_octets environment = fdns_load_env();
    struct reader reader = reader_of(octets_of(environment.data, environment.size));
    struct reason reason;
    enum sworn_result result = SWORN_OK;

    keys->count = 0;
    while (keys->count < KEYS_MAX) {
        result = sig0_key_read(&reader, &keys->items[keys->count], &reason);
        if (result != SWORN_OK) {
            break;
        }
        keys->count++;
    }
    if (result == SWORN_OK) {
        refuse(RCODE_REFUSED, "the environment holds more than %d KEY records", KEYS_MAX - 1);
    }
    if (result != SWORN_ABSENT) {
        refuse(RCODE_REFUSED, "the environment: %s", reason.text);
    }
    if (keys->count == 0) {
        refuse(RCODE_REFUSED, "the environment holds no KEY record");
    }
}

static bool verify(const struct sig0_key *key, const uint8_t *signature, struct octets octets)
{
    struct fdns_signed what = fdns_signed_of(fdns_octets_of(octets.data, octets.size));
    struct fdns_octets made = fdns_octets_of(signature, SIG0_SIGNATURE);
    uint8_t point[1 + 64] = {4};

    if (key->algorithm == SIG0_ED25519) {
        return fdns_signed_by(
            &what, &(struct fdns_key){FDNS_ED25519, fdns_octets_of(key->public_key.data, 32)},
            made);
    }
    memcpy(point + 1, key->public_key.data, 64);
    return fdns_signed_by(
        &what, &(struct fdns_key){FDNS_P256, fdns_octets_of(point, sizeof(point))}, made);
}

/* What DNS UPDATE has no words for: another owner, another policy, the end of the zone. */
static void obey_owner(const struct keys *keys, struct fdns_octets argument)
{
    struct fdns_message message;
    struct octets octets;
    bool good = false;

    if (argument.size < SIG0_SIGNATURE) {
        refuse(RCODE_FORMERR, "the message is cut short");
    }
    octets = octets_of(argument.data, argument.size - SIG0_SIGNATURE);
    for (size_t i = 0; i < keys->count && !good; i++) {
        good = verify(&keys->items[i], octets.data + octets.size, octets);
    }
    if (!good) {
        refuse(RCODE_NOTAUTH, "the signature is by none of the zone's keys");
    }
    message = fdns_message_read(fdns_octets_of(octets.data, octets.size));
    fdns_message_check(&message);
    fdns_message_apply(&message);
}

/* RFC 2931 3.1: times are mod 2^32 (RFC 1982). */
static void check_times(const struct sig0 *sig0)
{
    uint32_t now = (uint32_t)fdns_now();

    if ((int32_t)(now - sig0->inception) < 0) {
        refuse(RCODE_NOTAUTH, "the signature is not valid yet: in %u seconds",
               sig0->inception - now);
    }
    if ((int32_t)(sig0->expiration - now) < 0) {
        refuse(RCODE_NOTAUTH, "the signature has expired %u seconds ago", now - sig0->expiration);
    }
    if (sig0->expiration - sig0->inception > LIFETIME_MAX) {
        refuse(RCODE_NOTAUTH, "the signature is valid for %u seconds, at most %d are accepted",
               sig0->expiration - sig0->inception, LIFETIME_MAX);
    }
}

/* A tag does not name one key alone (RFC 4034 appendix B). */
static void check_signature(const struct keys *keys, const struct sig0 *sig0, struct octets octets)
{
    bool found = false;

    for (size_t i = 0; i < keys->count; i++) {
        const struct sig0_key *key = &keys->items[i];

        if (key->algorithm != sig0->algorithm || key->tag != sig0->key_tag ||
            !name_equal(&key->owner, &sig0->signer)) {
            continue;
        }
        found = true;
        if (sig0->signature.size == SIG0_SIGNATURE && verify(key, sig0->signature.data, octets)) {
            return;
        }
    }
    if (!found) {
        refuse(RCODE_NOTAUTH, "the signature is by none of the zone's keys: key tag %u",
               sig0->key_tag);
    }
    refuse(RCODE_NOTAUTH, "the signature does not match");
}

static void check_zone(const struct name *zone, struct name *apex)
{
    struct fdns_octets text = fdns_load_zone();

    must(name_from_text(octets_of(text.data, text.size), NULL, apex), NULL);
    if (!name_equal(zone, apex)) {
        refuse(RCODE_NOTAUTH, "the update is for another zone");
    }
}

static void obey_update(const struct keys *keys, struct fdns_octets argument)
{
    struct octets message = octets_of(argument.data, argument.size);
    struct refusal refusal;
    struct writer octets;
    struct update update;
    struct names names;
    struct region region;
    struct sig0 sig0;
    struct name apex;

    region_init(&region, MEMORY_MAX);
    octets = writer_in(&region, message.size + 1);
    must(update_read(message, &region, &update, &refusal), &refusal);
    check_zone(&update.zone, &apex);
    must(sig0_read(&update, &sig0, &refusal), &refusal);
    must(sig0_signed(&update, &sig0, &octets), NULL);
    check_signature(keys, &sig0, written(&octets));
    check_times(&sig0);
    signature_use(written(&octets), sig0.expiration);
    names_init(&names, &zone_source, &region);
    must(update_evaluate(&update, fdns_sequence() == 0, &names, &refusal), &refusal);
    zone_change(&names, &apex);
}

static void obey(const struct keys *keys, struct fdns_octets argument)
{
    if (argument.size >= sizeof(owners_label) &&
        memcmp(argument.data, owners_label, sizeof(owners_label)) == 0) {
        obey_owner(keys, argument);
        return;
    }
    obey_update(keys, argument);
}

FDNS_EXPORT(setup) void setup(void)
{
    struct fdns_octets argument = fdns_load_arg();
    struct keys keys;

    load_keys(&keys);
    if (fdns_sequence() == 0) {
        obey(&keys, argument);
        return;
    }
    if (argument.size != 0) {
        refuse(RCODE_REFUSED, "setup takes no argument when the owner changes");
    }
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    struct keys keys;

    load_keys(&keys);
    obey(&keys, fdns_load_arg());
}

/*
 * p256.c - the zone belongs to whoever holds one P-256 key: a security key, a smart card, a cloud's
 * key service.
 *
 *   environment = 65 octets: the public key, uncompressed (04 ‖ x ‖ y)
 *   argument    = message (fdns/message.h) ‖ 64 octets: r ‖ s over its SHA-256
 *
 * From r ‖ s anybody can make r ‖ -s, which is as good: the sequence lets a message through once,
 * whatever its signature looks like. A key that is no point of the curve verifies nothing.
 *
 * At creation setup() takes a signed message with sequence 0 and a zone id of zeros, so that what
 * the owner did not sign does not come into being. After a change of owner the old code has
 * accepted already: setup() takes nothing then.
 */
#include "fdns.h"

FDNS_ARGUMENT("sworn-update-v1+p256");

static void decide(void)
{
    struct fdns_key owner = fdns_load_key(FDNS_P256);
    struct fdns_message message = fdns_load_signed_message(&owner);

    fdns_message_check(&message);
    fdns_message_apply(&message);
}

FDNS_EXPORT(setup) void setup(void)
{
    if (fdns_sequence() == 0) {
        decide();
        return;
    }
    (void)fdns_load_key(FDNS_P256);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

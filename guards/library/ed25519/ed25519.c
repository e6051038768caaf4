/*
 * ed25519.c - the zone belongs to whoever holds one Ed25519 key.
 *
 *   environment = 32 octets: the public key
 *   argument    = message (fdns/message.h) ‖ 64 octets: signature over the message
 *
 * At creation setup() takes a signed message with sequence 0 and a zone id of zeros, so that what
 * the owner did not sign does not come into being. After a change of owner the old code has
 * accepted already: setup() takes nothing then.
 */
#include "fdns.h"

FDNS_ARGUMENT("sworn-update-v1+ed25519");

static void decide(void)
{
    struct fdns_key owner = fdns_load_key(FDNS_ED25519);
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
    (void)fdns_load_key(FDNS_ED25519);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

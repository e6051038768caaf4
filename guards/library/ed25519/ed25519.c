/*
 * ed25519.c - the zone belongs to whoever holds one Ed25519 key.
 *
 *   environment = 32 octets: the public key
 *   argument    = message (fdns/message.h) ‖ 64 octets: signature over the message
 *
 * one_key.h says what setup() takes.
 */
#include "guards/library/one_key.h"

FDNS_ARGUMENT("sworn-update-v1+ed25519");

FDNS_EXPORT(setup) void setup(void)
{
    one_key_setup(FDNS_ED25519);
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    one_key_update(FDNS_ED25519);
}

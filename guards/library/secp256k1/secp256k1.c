/*
 * secp256k1.c - the zone belongs to whoever holds one Ethereum account.
 *
 *   environment = 20 octets: an Ethereum address
 *   argument    = message (fdns/message.h) ‖ u8 scheme ‖ 65 octets: r ‖ s ‖ v
 *
 * Scheme 1 is personal_sign (EIP-191) of the readable text (fdns/readable.h), scheme 2 typed data
 * (EIP-712) of the same lines: the wallet shows each change. A message that cannot be shown is
 * refused. A high s (EIP-2) is taken: the sequence lets a message through once, whatever its
 * signature looks like.
 *
 * At creation setup() takes a signed message with sequence 0 and a zone id of zeros, so that what
 * the owner did not sign does not come into being. After a change of owner the old code has
 * accepted already: setup() takes nothing then.
 */
#include "fdns.h"

FDNS_ARGUMENT("sworn-update-v1+secp256k1");

static void decide(void)
{
    struct fdns_key owner = fdns_load_key(FDNS_SECP256K1);
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
    (void)fdns_load_key(FDNS_SECP256K1);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

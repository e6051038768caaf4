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
 * one_key.h says what setup() takes.
 */
#include "guards/library/one_key.h"

FDNS_ARGUMENT("sworn-update-v1+secp256k1");

FDNS_EXPORT(setup) void setup(void)
{
    one_key_setup(FDNS_SECP256K1);
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    one_key_update(FDNS_SECP256K1);
}

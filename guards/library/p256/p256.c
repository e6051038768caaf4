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
 * one_key.h says what setup() takes.
 */
#include "guards/library/one_key.h"

FDNS_ARGUMENT("sworn-update-v1+p256");

FDNS_EXPORT(setup) void setup(void)
{
    one_key_setup(FDNS_P256);
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    one_key_update(FDNS_P256);
}

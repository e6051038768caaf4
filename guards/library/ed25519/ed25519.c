/*
 * ed25519.c - the zone belongs to whoever holds one Ed25519 key.
 *
 *   environment = 32 octets: the public key
 *   argument    = message (fdns.h) ‖ 64 octets: signature over the message
 *
 * At creation setup() takes a signed message with sequence 0 and a zone id of zeros, so that what
 * the owner did not sign does not come into being. After a change of owner the old code has
 * accepted already: setup() takes nothing then.
 */
#include "fdns.h"

enum { KEY_SIZE = 32, SIGNATURE_SIZE = 64 };

FDNS_ARGUMENT("sworn-update-v1+ed25519");

/* The owner's key. */
static void load_key(uint8_t key[KEY_SIZE])
{
    size_t size = fdns_env_size();
    FDNS_TEXT(text, 96);

    if (size != KEY_SIZE) {
        fdns_put(&text, "environment has ");
        fdns_put_number(&text, size);
        fdns_put(&text, " octets, must have 32: the owner's public key");
        fdns_refuse_with(&text);
    }
    fdns_env_copy(key, 0, KEY_SIZE);
}

static void decide(void)
{
    struct fdns_octets argument = fdns_load_arg();
    struct fdns_octets signed_part;
    struct fdns_message message;
    uint8_t key[KEY_SIZE];

    load_key(key);
    if (argument.size == 0) {
        fdns_refuse("argument is empty, must be a signed message");
    }
    if (argument.size < SIGNATURE_SIZE) {
        fdns_refuse("argument is shorter than a signature");
    }
    signed_part = fdns_octets_of(argument.data, argument.size - SIGNATURE_SIZE);
    if (fdns_ed25519_verify(key, signed_part.data + signed_part.size, signed_part.data,
                            signed_part.size) != 1) {
        fdns_refuse("signature does not match the owner's key");
    }
    message = fdns_message_read(signed_part);
    fdns_message_check(&message);
    fdns_message_apply(&message);
}

FDNS_EXPORT(setup) void setup(void)
{
    uint8_t key[KEY_SIZE];

    if (fdns_sequence() == 0) {
        decide();
        return;
    }
    load_key(key);
    if (fdns_arg_size() != 0) {
        fdns_refuse("argument must be empty after a change of owner");
    }
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

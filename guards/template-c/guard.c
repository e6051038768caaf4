/*
 * guard.c - the zone belongs to one Ed25519 key: where your own guard begins.
 *
 *   environment = 32 octets of public key
 *   argument    = message ‖ 64 octets of signature
 */
#include "fdns.h"

FDNS_ARGUMENT("sworn-update-v1+ed25519");

/* Refuse what breaks your rule: fdns_refuse("why") ends the call, and nothing has changed. */
static void check(const struct fdns_operation *operation)
{
    (void)operation;
}

/* Somebody wants the zone to change: return, and it does. */
FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    struct fdns_key owner = fdns_load_key(FDNS_ED25519);
    struct fdns_message message = fdns_load_signed_message(&owner);
    struct fdns_octets left = message.operations;

    fdns_message_check(&message);
    while (left.size > 0) {
        struct fdns_operation operation = fdns_operation_read(&left);

        check(&operation);
    }
    fdns_message_apply(&message);
}

/* The zone comes into being, or another guard has handed it over. */
FDNS_EXPORT(setup) void setup(void)
{
    if (fdns_sequence() == 0) {
        handle_update_request();
        return;
    }
    (void)fdns_load_key(FDNS_ED25519);
    fdns_take_no_argument();
}

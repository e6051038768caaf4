/*
 * immutable.c - the zone stays as it is, for ever.
 *
 *   environment = nothing
 *   argument    = at creation a message (fdns/message.h), not signed; nothing later
 *
 * There is nobody who could sign: whoever creates the zone says what is in it, and the zone id, by
 * which others know the zone, is a hash over that too. A zone that was another guard's stays as it
 * was left. The enclave goes on renewing its own records and signatures.
 */
#include "fdns.h"

FDNS_ARGUMENT("none");

FDNS_EXPORT(setup) void setup(void)
{
    struct fdns_octets octets;
    struct fdns_message message;

    if (fdns_env_size() != 0) {
        fdns_refuse("environment must be empty: nobody owns this zone");
    }
    if (fdns_sequence() != 0) {
        fdns_take_no_argument();
        return;
    }
    octets = fdns_load_arg();
    if (octets.size == 0) {
        fdns_refuse("argument is empty, must be a message");
    }
    message = fdns_message_read(octets);
    fdns_message_check(&message);
    fdns_message_apply(&message);
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    fdns_refuse("this zone is immutable");
}

/*
 * one_key.h - what the guards of one key have in common; the key's type is all that they add.
 *
 *   environment = the public key, as its type has it (fdns/keys.h)
 *   argument    = message (fdns/message.h) ‖ signature
 *
 * At creation setup() takes a signed message with sequence 0 and a zone id of zeros, so that what
 * the owner did not sign does not come into being. After a change of owner the old code has
 * accepted already: setup() takes nothing then.
 */
#ifndef SWORN_GUARDS_ONE_KEY_H
#define SWORN_GUARDS_ONE_KEY_H

#include "fdns.h"

static inline void one_key_update(enum fdns_key_type type)
{
    struct fdns_key owner = fdns_load_key(type);
    struct fdns_message message = fdns_load_signed_message(&owner);

    fdns_message_check(&message);
    fdns_message_apply(&message);
}

static inline void one_key_setup(enum fdns_key_type type)
{
    if (fdns_sequence() == 0) {
        one_key_update(type);
        return;
    }
    (void)fdns_load_key(type);
    fdns_take_no_argument();
}

#endif

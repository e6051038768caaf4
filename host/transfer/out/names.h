/*
 * names.h - names in the messages of a transfer, with pointers to where they stand already.
 *
 * Unlike in answers, only what is equal letter for letter is pointed to: a secondary is to get the
 * names with the case that they have here (RFC 5936 3.4).
 */
#ifndef SWORN_HOST_TRANSFER_OUT_NAMES_H
#define SWORN_HOST_TRANSFER_OUT_NAMES_H

#include "core/dns/name.h"

#define NAMES_SLOTS 4096

struct names {
    const uint8_t *message;
    uint16_t slot[NAMES_SLOTS]; /* where a suffix stands; 0 for none */
};

void names_begin(struct names *names, const uint8_t *message);

/**
 * Write `wire` at `at` of the message.
 *
 * \return octets written, 0 when there is no room
 */
size_t names_put(struct names *names, uint8_t *message, const uint8_t *wire, size_t at,
                 size_t room);

#endif

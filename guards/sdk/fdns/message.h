/*
 * message.h - the message that owners sign for the library's guards. No imports.
 *
 *   message    = "sworn-update-v1" 00 ‖ u16 length ‖ apex ‖ 32 zone id ‖ u64 sequence ‖ operations
 *   operations = repeated (u8 kind ‖ u32 length ‖ octets)
 *
 * Integers are big-endian. The zone id is zero at creation, where the real one is not known yet.
 * What is not of that form is told, never refused: that is for guards (fdns.h).
 */
#ifndef FDNS_MESSAGE_H
#define FDNS_MESSAGE_H

#include "octets.h"

enum fdns_kind {
    FDNS_KIND_RECORD = 1,    /* the JSON of a record operation */
    FDNS_KIND_OWNER = 2,     /* what update_owner takes */
    FDNS_KIND_POLICY = 3,    /* what update_policy takes */
    FDNS_KIND_REMOVE = 4,    /* nothing: the zone ends */
    FDNS_KIND_ANNOUNCE = 16, /* operations of the kinds above: what is going to be done */
    FDNS_KIND_EXECUTE = 17,  /* operations that were announced */
    FDNS_KIND_CANCEL = 18,   /* 32 octets: SHA-256 of the announced operations */
};

struct fdns_message {
    struct fdns_octets apex;
    struct fdns_octets zone_id;
    uint64_t sequence;
    struct fdns_octets operations;
};

static inline bool fdns_message_parse(struct fdns_octets octets, struct fdns_message *message,
                                      const char **error)
{
    static const char label[] = "sworn-update-v1"; /* its NUL counts */
    struct fdns_octets start;

    *error = "the message does not begin with sworn-update-v1";
    if (!fdns_read_octets(&octets, sizeof(label), &start) ||
        memcmp(start.data, label, sizeof(label)) != 0) {
        return false;
    }
    *error = "the message is cut short";
    if (!fdns_read_slice(&octets, 2, &message->apex) ||
        !fdns_read_octets(&octets, 32, &message->zone_id) ||
        !fdns_read_number(&octets, 8, &message->sequence)) {
        return false;
    }
    message->operations = octets;
    return true;
}

struct fdns_operation {
    uint8_t kind;
    struct fdns_octets octets;
};

/** The first of the operations that are left; there has to be one. */
static inline bool fdns_operation_next(struct fdns_octets *left, struct fdns_operation *operation,
                                       const char **error)
{
    uint64_t kind;

    if (!fdns_read_number(left, 1, &kind) || !fdns_read_slice(left, 4, &operation->octets)) {
        *error = "an operation of the message is cut short";
        return false;
    }
    operation->kind = (uint8_t)kind;
    return true;
}

/** What update_owner takes: u32 n, little-endian ‖ n octets of code ‖ environment. */
struct fdns_owner {
    struct fdns_octets code; /* none: the code stays */
    struct fdns_octets environment;
};

static inline bool fdns_owner_parse(struct fdns_octets octets, struct fdns_owner *owner,
                                    const char **error)
{
    struct fdns_octets length;
    uint32_t size = 0;

    *error = "an operation that changes the owner is cut short";
    if (!fdns_read_octets(&octets, 4, &length)) {
        return false;
    }
    for (size_t i = 4; i > 0; i--) {
        size = size << 8 | length.data[i - 1];
    }
    if (!fdns_read_octets(&octets, size, &owner->code)) {
        return false;
    }
    owner->environment = octets;
    return true;
}

#endif

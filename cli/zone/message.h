/*
 * message.h - what owners sign: the message of the library's guards, and the operations in it.
 *
 *   message    = "sworn-update-v1" 00 ‖ u16 size ‖ apex ‖ zone id ‖ u64 sequence ‖ operations
 *   operations = (u8 kind ‖ u32 size ‖ octets)*
 *
 * At creation, where the zone id is not known yet, it is 32 zero octets and the sequence is 0.
 */
#ifndef SWORN_CLI_ZONE_MESSAGE_H
#define SWORN_CLI_ZONE_MESSAGE_H

#include "cli/zone/records.h"

enum operation_kind {
    OPERATION_RECORD = 1,
    OPERATION_OWNER = 2,
    OPERATION_POLICY = 3,
    OPERATION_REMOVE_ZONE = 4,
    OPERATION_ANNOUNCE = 16, /* of the guard timelock: operations of the kinds above */
    OPERATION_EXECUTE = 17,
    OPERATION_CANCEL = 18,
};

#define MESSAGE_MAX ((size_t)1 << 30)

/** Octets of a message besides the operations, for an apex text of `size`. */
static inline size_t message_overhead(size_t size)
{
    return 16 + 2 + size + 32 + 8;
}

struct message {
    const struct name *apex;
    struct hash zone_id;
    uint64_t sequence;
    struct octets operations;
};

SWORN_CHECK enum sworn_result message_encode(const struct message *message, struct writer *octets);

/** Operations that make the set what `set` is: Set, then Append. Counts them into `count`. */
SWORN_CHECK enum sworn_result operations_set(struct writer *operations, const struct name *apex,
                                             const struct rrset *set, uint32_t *count);

/** One operation UpdateRecord; `with_ttl` false: the set's own or the zone's default. */
struct record_edit {
    const char *mode; /* "Set" or "Append" */
    const struct name *owner;
    uint16_t type;
    struct octets rdata;
    bool with_ttl;
    uint32_t ttl;
};
SWORN_CHECK enum sworn_result operation_record(struct writer *operations, const struct name *apex,
                                               const struct record_edit *edit);

/** One operation RemoveRecords of a whole set. */
SWORN_CHECK enum sworn_result operation_remove(struct writer *operations, const struct name *apex,
                                               const struct name *owner, uint16_t type);

/** One operation update_policy: the whole new one. */
SWORN_CHECK enum sworn_result operation_policy(struct writer *operations, struct octets policy);

/** The operation remove_zone, which is the last. */
SWORN_CHECK enum sworn_result operation_end_zone(struct writer *operations);

/** One operation of the guard timelock: announce, execute, or cancel a hash. */
SWORN_CHECK enum sworn_result operation_of_timelock(struct writer *operations,
                                                    enum operation_kind kind, struct octets octets);

/** One operation update_owner; empty code keeps the code. */
SWORN_CHECK enum sworn_result operation_owner(struct writer *operations, struct octets code,
                                              struct octets environment);

#endif

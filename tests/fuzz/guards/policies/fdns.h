/*
 * fdns.h - in place of the kit's: delegate or timelock compiled for this machine, its imports being
 * functions of the fuzz target. Whoever is said to have signed has: signatures are not looked at.
 */
#ifndef SWORN_TESTS_FUZZ_GUARDS_POLICIES_FDNS_H
#define SWORN_TESTS_FUZZ_GUARDS_POLICIES_FDNS_H

#include "guards/sdk/fdns/json.h"
#include "guards/sdk/fdns/keys.h"
#include "guards/sdk/fdns/message.h"

#define FDNS_EXPORT(name)
#define FDNS_ARGUMENT(text) _Static_assert(sizeof(text) > 1, "a format has a name")

void setup(void);
void handle_update_request(void);

/* Imports, and what the kit makes of them: the target's. */
uint64_t fdns_sequence(void);
int64_t fdns_now(void);
struct fdns_octets fdns_load_env(void);
struct fdns_octets fdns_load_arg(void);
struct fdns_octets fdns_load_zone(void);
struct fdns_octets fdns_load_state(void);
void fdns_state_set(const void *state, size_t size);
void fdns_update_record(const void *json, size_t size);
void fdns_operation_apply(const struct fdns_operation *operation);
void fdns_sha256(uint8_t digest[32], const void *data, size_t size);
void *fdns_alloc(size_t size);
_Noreturn void fdns_refuse(const char *message);
void fdns_message_check(const struct fdns_message *message);
void fdns_take_no_argument(void);

/* The kit's own, over these. */

_Noreturn static inline void fdns_refuse_with(const struct fdns_text *message)
{
    char text[2048];
    size_t size = message->used < sizeof(text) - 1 ? message->used : sizeof(text) - 1;

    memcpy(text, message->start, size);
    text[size] = '\0';
    fdns_refuse(text);
}

static inline struct fdns_text fdns_text_alloc(size_t room)
{
    return (struct fdns_text){(char *)fdns_alloc(room), 0, room};
}

static inline struct fdns_octets fdns_json_text(struct fdns_octets raw)
{
    uint8_t *text = (uint8_t *)fdns_alloc(raw.size);

    return fdns_octets_of(text, fdns_json_decode(raw, text));
}

static inline struct fdns_message fdns_message_read(struct fdns_octets octets)
{
    struct fdns_message message;
    const char *error;

    if (!fdns_message_parse(octets, &message, &error)) {
        fdns_refuse(error);
    }
    return message;
}

static inline struct fdns_operation fdns_operation_read(struct fdns_octets *left)
{
    struct fdns_operation operation;
    const char *error;

    if (!fdns_operation_next(left, &operation, &error)) {
        fdns_refuse(error);
    }
    return operation;
}

static inline void fdns_operations_apply(struct fdns_octets operations)
{
    while (operations.size > 0) {
        struct fdns_operation operation = fdns_operation_read(&operations);

        fdns_operation_apply(&operation);
    }
}

static inline void fdns_message_apply(const struct fdns_message *message)
{
    fdns_operations_apply(message->operations);
}

static inline void fdns_load_key_set(struct fdns_octets *environment, struct fdns_key_set *set)
{
    const char *error;

    if (!fdns_key_set_parse(environment, set, &error)) {
        fdns_refuse(error);
    }
}

static inline struct fdns_octets fdns_load_signatures(const struct fdns_key_set *set,
                                                      struct fdns_signatures *signatures)
{
    struct fdns_octets argument = fdns_load_arg();
    const char *error;

    if (!fdns_signatures_parse(&argument, set, signatures, &error)) {
        fdns_refuse(error);
    }
    return argument;
}

static inline void fdns_verify_signatures(const struct fdns_key_set *set,
                                          const struct fdns_signatures *signatures,
                                          struct fdns_octets message)
{
    (void)set;
    (void)signatures;
    (void)message;
}

#endif

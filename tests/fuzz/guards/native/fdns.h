/*
 * fdns.h - in place of the kit's: a guard compiled for this machine, its imports being functions of
 * the fuzz target. A refusal does not return, as on the host.
 */
#ifndef SWORN_TESTS_FUZZ_GUARDS_NATIVE_FDNS_H
#define SWORN_TESTS_FUZZ_GUARDS_NATIVE_FDNS_H

#include "guards/sdk/fdns/message.h"

#define FDNS_EXPORT(name)
#define FDNS_ARGUMENT(text) _Static_assert(sizeof(text) > 1, "a format has a name")

void setup(void);
void handle_update_request(void);

struct fdns_octets fdns_load_env(void);
struct fdns_octets fdns_load_arg(void);
uint64_t fdns_sequence(void);
size_t fdns_state_copy(void *target, size_t offset, size_t size);
void fdns_state_set(const void *state, size_t size);
void fdns_sha256(uint8_t digest[32], const void *data, size_t size);
_Noreturn void fdns_refuse(const char *message);
_Noreturn void fdns_refuse_with(const struct fdns_text *message);
void fdns_take_no_argument(void);

/* The message is the kit's own affair; here every one is for this zone. */

static inline struct fdns_message fdns_message_read(struct fdns_octets octets)
{
    struct fdns_message message;
    const char *error;

    if (!fdns_message_parse(octets, &message, &error)) {
        fdns_refuse(error);
    }
    return message;
}

static inline void fdns_message_check(const struct fdns_message *message)
{
    (void)message;
}

void fdns_message_apply(const struct fdns_message *message);

#endif

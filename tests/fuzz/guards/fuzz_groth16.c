/*
 * fuzz_groth16.c - arbitrary environments and arguments for the guard of proofs, compiled for this
 * machine with the arithmetic of its own.
 *
 *   input = u8 what is called (0 setup, else an update) ‖ u16 size ‖ environment ‖ argument
 *
 * Every call ends, accepted or refused with a message, and the same way the next time, with the
 * state that there is then or without. What was accepted is refused once the message is another.
 */
#include "core/merkle/merkle.h"
#include "tests/fuzz/guards/native/fdns.h"

#include <setjmp.h>
#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum { PROOF_SIZE = 256, LABEL_SIZE = 16 };

/* The guard has no context that a call could be told by. */
static struct {
    struct fdns_octets environment, argument;
    uint8_t state[512];
    size_t state_size;
    jmp_buf refused;
    bool applied;
} call;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fdns_octets fdns_load_env(void)
{
    return call.environment;
}

struct fdns_octets fdns_load_arg(void)
{
    return call.argument;
}

uint64_t fdns_sequence(void)
{
    return 0;
}

size_t fdns_state_copy(void *target, size_t offset, size_t size)
{
    ENSURE(offset == 0 && size == sizeof(call.state));
    memcpy(target, call.state, call.state_size);
    return call.state_size;
}

void fdns_state_set(const void *state, size_t size)
{
    ENSURE(size == sizeof(call.state));
    memcpy(call.state, state, size);
    call.state_size = size;
}

void fdns_sha256(uint8_t digest[32], const void *data, size_t size)
{
    struct hash hash;

    ENSURE(sha256_one(octets_of(data, size), &hash) == SWORN_OK);
    memcpy(digest, hash.octets, HASH_SIZE);
}

void fdns_refuse(const char *message)
{
    ENSURE(strlen(message) > 0);
    longjmp(call.refused, 1);
}

void fdns_refuse_with(const struct fdns_text *message)
{
    ENSURE(message->used > 0 && message->used <= message->room);
    longjmp(call.refused, 1);
}

void fdns_take_no_argument(void)
{
    ENSURE(false); /* at a change of owner only */
}

void fdns_message_apply(const struct fdns_message *message)
{
    (void)message;
    call.applied = true;
}

static bool accepts(bool creation)
{
    call.applied = false;
    if (setjmp(call.refused) != 0) {
        ENSURE(!call.applied);
        return false;
    }
    if (creation) {
        setup();
    } else {
        handle_update_request();
    }
    ENSURE(call.applied);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t environment = size < 3 ? 0 : (size_t)(data[1] << 8 | data[2]);
    uint8_t *copy;
    bool accepted, creation;

    if (size < 3 || environment > size - 3) {
        return 0;
    }
    creation = data[0] == 0;
    /* Of exactly these sizes: the sanitizer sees what passes them. */
    copy = malloc(environment);
    ENSURE(copy != NULL || environment == 0);
    memcpy(copy, data + 3, environment);
    call.environment = fdns_octets_of(copy, environment);
    data += 3 + environment;
    size -= 3 + environment;
    call.argument = fdns_octets_of(NULL, size);
    call.argument.data = malloc(size);
    ENSURE(call.argument.data != NULL || size == 0);
    memcpy((uint8_t *)(uintptr_t)call.argument.data, data, size);

    call.state_size = 0;
    accepted = accepts(creation);
    ENSURE(accepts(creation) == accepted);
    if (accepted) {
        ENSURE(size > PROOF_SIZE + LABEL_SIZE);
        ((uint8_t *)(uintptr_t)call.argument.data)[size - PROOF_SIZE - 1] ^= 1;
        ENSURE(!accepts(false));
    }
    free((uint8_t *)(uintptr_t)call.argument.data);
    free(copy);
    return 0;
}

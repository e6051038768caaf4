/*
 * call.c - see call.h and fdns.h.
 */
#include "tests/fuzz/guards/policies/call.h"

#include "core/merkle/merkle.h"
#include "tests/fuzz/guards/policies/fdns.h"

struct call call;

uint64_t fdns_sequence(void)
{
    return call.sequence;
}

int64_t fdns_now(void)
{
    return (int64_t)call.now;
}

static struct fdns_octets given(struct octets octets)
{
    return fdns_octets_of(octets.data, octets.size);
}

struct fdns_octets fdns_load_env(void)
{
    return given(call.environment);
}

struct fdns_octets fdns_load_arg(void)
{
    return given(call.argument);
}

struct fdns_octets fdns_load_zone(void)
{
    return fdns_text_of(call.apex);
}

struct fdns_octets fdns_load_state(void)
{
    return given(call.state);
}

void fdns_state_set(const void *state, size_t size)
{
    call.state = call_copy(octets_of(state, size));
}

static void release(void *memory)
{
    free(memory);
}

/* Each of its own, not one behind the other in a region, for the sanitizer's sake. */
void *fdns_alloc(size_t size)
{
    void *memory = malloc(size + (size == 0));

    ENSURE(memory != NULL);
    ENSURE(region_defer(call.region, release, memory) == SWORN_OK);
    return memory;
}

struct octets call_copy(struct octets octets)
{
    void *memory = fdns_alloc(octets.size);

    if (octets.size > 0) {
        memcpy(memory, octets.data, octets.size);
    }
    return octets_of(memory, octets.size);
}

void fdns_refuse(const char *message)
{
    ENSURE(strlen(message) > 0);
    longjmp(call.refused, 1);
}

void fdns_update_record(const void *json, size_t size)
{
    struct reason reason = {""};

    call.records++;
    if (call.change == NULL) {
        return;
    }
    if (operation_apply(call.change, octets_of(json, size), &reason) != SWORN_OK) {
        fdns_refuse("the enclave says no");
    }
}

void fdns_operation_apply(const struct fdns_operation *operation)
{
    if (operation->kind == FDNS_KIND_RECORD) {
        fdns_update_record(operation->octets.data, operation->octets.size);
        return;
    }
    if (operation->kind < FDNS_KIND_RECORD || operation->kind > FDNS_KIND_REMOVE) {
        fdns_refuse("no operation has this kind");
    }
    call.others++;
}

void fdns_sha256(uint8_t digest[32], const void *data, size_t size)
{
    struct hash hash;

    ENSURE(sha256_one(octets_of(data, size), &hash) == SWORN_OK);
    memcpy(digest, hash.octets, HASH_SIZE);
}

void fdns_message_check(const struct fdns_message *message)
{
    if (message->sequence != call.sequence) {
        fdns_refuse("another sequence");
    }
}

void fdns_take_no_argument(void)
{
    if (call.argument.size > 0) {
        fdns_refuse("argument must be empty after a change of owner");
    }
}

bool call_accepts(void (*entry)(void))
{
    call.records = call.others = 0;
    if (setjmp(call.refused) != 0) {
        return false;
    }
    entry();
    return true;
}

/*
 * fdns.h - writing a guard in C: everything between your rule and the fdns ABI, by one include.
 *
 *   #include "fdns.h"
 *
 *   FDNS_EXPORT(setup) void setup(void) { ... }
 *   FDNS_EXPORT(handle_update_request) void handle_update_request(void) { ... }
 *
 *   clang --target=wasm32 -O2 -ffreestanding -nostdlib -mbulk-memory -I guards/sdk \
 *         -Wl,--no-entry -Wl,--strip-all -o rule.wasm rule.c
 *
 * The headers in fdns/ come with it; all but fdns/keys.h need no imports, and serve tools as well.
 *
 * There is no C library: what is not in here is not there. Memory that fdns_alloc() gives is never
 * given back; an instance lives for one call. docs/guard-abi.md says what each import does exactly.
 */
#ifndef FDNS_H
#define FDNS_H

#include "fdns/eth.h"
#include "fdns/json.h"
#include "fdns/message.h"
#include "fdns/octets.h"
#include "fdns/readable.h"

/* Imports. */

#define FDNS_IMPORT(name) __attribute__((import_module("fdns"), import_name(#name)))
#define FDNS_EXPORT(name) __attribute__((export_name(#name)))

FDNS_IMPORT(update_record) void fdns_update_record(const void *json, size_t size);
FDNS_IMPORT(update_owner) void fdns_update_owner(const void *owner, size_t size);
FDNS_IMPORT(update_policy) void fdns_update_policy(const void *policy, size_t size);
FDNS_IMPORT(remove_zone) void fdns_remove_zone(void);
FDNS_IMPORT(env_size) size_t fdns_env_size(void);
FDNS_IMPORT(env_copy) size_t fdns_env_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(arg_size) size_t fdns_arg_size(void);
FDNS_IMPORT(arg_copy) size_t fdns_arg_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(zone_size) size_t fdns_zone_size(void);
FDNS_IMPORT(zone_copy) size_t fdns_zone_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(policy_size) size_t fdns_policy_size(void);
FDNS_IMPORT(policy_copy) size_t fdns_policy_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(state_size) size_t fdns_state_size(void);
FDNS_IMPORT(state_copy) size_t fdns_state_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(state_set) void fdns_state_set(const void *state, size_t size);
FDNS_IMPORT(records_size) int32_t fdns_records_size(const void *query, size_t size);
FDNS_IMPORT(records_copy) size_t fdns_records_copy(void *target, size_t offset, size_t size);
FDNS_IMPORT(zone_id) void fdns_zone_id(uint8_t id[32]);
FDNS_IMPORT(sequence) uint64_t fdns_sequence(void);
FDNS_IMPORT(now) int64_t fdns_now(void);
FDNS_IMPORT(fail) _Noreturn void fdns_fail(const void *message, size_t size);
FDNS_IMPORT(fail_code)
_Noreturn void fdns_fail_code(uint32_t rcode, const void *message, size_t size);
FDNS_IMPORT(sha256) void fdns_sha256(uint8_t digest[32], const void *data, size_t size);
FDNS_IMPORT(keccak256) void fdns_keccak256(uint8_t digest[32], const void *data, size_t size);
FDNS_IMPORT(ed25519_verify)
int32_t fdns_ed25519_verify(const uint8_t key[32], const uint8_t signature[64], const void *message,
                            size_t size);
FDNS_IMPORT(p256_verify)
int32_t fdns_p256_verify(const uint8_t key[65], const uint8_t signature[64],
                         const uint8_t hash[32]);
FDNS_IMPORT(secp256k1_recover)
int32_t fdns_secp256k1_recover(uint8_t key[65], const uint8_t signature[65],
                               const uint8_t hash[32]);

/*
 * Arithmetic modulo an odd number of `size` octets (8 to 48, a multiple of 8), little-endian. The
 * operands of all that follow have as many, and are below it; those of fdns_mod_mul2 twice as many,
 * a0 then a1 of a0 + a1·u with u² = -1. Products carry the factor 2^(-8·size), as Montgomery's form
 * has it. Results may be written over operands.
 */
FDNS_IMPORT(mod_set) void fdns_mod_set(const void *modulus, size_t size);
FDNS_IMPORT(mod_mul) void fdns_mod_mul(void *product, const void *a, const void *b);
FDNS_IMPORT(mod_add) void fdns_mod_add(void *sum, const void *a, const void *b);
FDNS_IMPORT(mod_sub) void fdns_mod_sub(void *difference, const void *a, const void *b);
FDNS_IMPORT(mod_mul2) void fdns_mod_mul2(void *product, const void *a, const void *b);

/*
 * Name the format of the argument that this guard takes, so that tools can make it: once, at file
 * scope, with a text literal. (A section attribute would make it data, which the linker drops.)
 */
#define FDNS_ARGUMENT(text)                                                                        \
    __asm__(".section .custom_section.fdns.argument,\"\",@\n.ascii \"" text "\"\n.text\n")

/* Refusing. */

_Noreturn static inline void fdns_refuse(const char *message)
{
    fdns_fail(message, strlen(message));
}

_Noreturn static inline void fdns_refuse_with(const struct fdns_text *message)
{
    fdns_fail(message->start, message->used);
}

/* Memory: from the end of the program's own upwards. */

extern uint8_t __heap_base;

/* Weak, so that the files of a guard made of several share it. */
__attribute__((weak)) uintptr_t fdns_heap_end_;

static inline uintptr_t *fdns_heap_(void)
{
    return &fdns_heap_end_;
}

/** `size` octets, aligned to 16; refuses the request when the limit is reached. */
static inline void *fdns_alloc(size_t size)
{
    uintptr_t *top = fdns_heap_();
    uintptr_t start = ((*top == 0 ? (uintptr_t)&__heap_base : *top) + 15) & ~(uintptr_t)15;
    uint64_t end = (uint64_t)start + size;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * 65536;

    if (end > have) {
        size_t pages = (size_t)((end - have + 65535) / 65536);

        if (end > UINT32_MAX || __builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
            fdns_refuse("the guard has no memory left");
        }
    }
    *top = (uintptr_t)end;
    return (void *)start;
}

/** A text with this much room. */
static inline struct fdns_text fdns_text_alloc(size_t room)
{
    return (struct fdns_text){(char *)fdns_alloc(room), 0, room};
}

/** What a string of JSON that was read means, as UTF-8. */
static inline struct fdns_octets fdns_json_text(struct fdns_octets raw)
{
    uint8_t *text = (uint8_t *)fdns_alloc(raw.size);

    return fdns_octets_of(text, fdns_json_decode(raw, text));
}

/* What the guard is given, whole. */

#define FDNS_LOADER_(what)                                                                         \
    static inline struct fdns_octets fdns_load_##what(void)                                        \
    {                                                                                              \
        size_t size = fdns_##what##_size();                                                        \
        void *data = fdns_alloc(size);                                                             \
                                                                                                   \
        return fdns_octets_of(data, fdns_##what##_copy(data, 0, size));                            \
    }

FDNS_LOADER_(env)
FDNS_LOADER_(arg)
FDNS_LOADER_(zone)
FDNS_LOADER_(policy)
FDNS_LOADER_(state)

/** The answer to a query such as {"name":"www","record":null}; refuses when it visits too much. */
static inline struct fdns_octets fdns_load_records(struct fdns_octets query)
{
    int32_t size = fdns_records_size(query.data, query.size);
    void *data;

    if (size < 0) {
        fdns_refuse("the query would visit too much");
    }
    data = fdns_alloc((size_t)size);
    return fdns_octets_of(data, fdns_records_copy(data, 0, (size_t)size));
}

/* Record operations. */

/** The text as it is now, terminated, for the members above. */
static inline const char *fdns_text_end(struct fdns_text *text)
{
    char *copy = (char *)fdns_alloc(text->used + 1);

    memcpy(copy, text->start, text->used);
    copy[text->used] = '\0';
    return copy;
}

static inline void fdns_update_(const char *mode, const struct fdns_record *record)
{
    struct fdns_text json = {NULL, 0, 0};

    fdns_put_update(&json, mode, record);
    json = fdns_text_alloc(json.used);
    fdns_put_update(&json, mode, record);
    fdns_update_record(json.start, json.used);
}

/** The record alone, in place of all of its name and type. */
static inline void fdns_set(const struct fdns_record *record)
{
    fdns_update_("Set", record);
}

/** The record beside those of its name and type. */
static inline void fdns_append(const struct fdns_record *record)
{
    fdns_update_("Append", record);
}

/** All records of that name and type. */
static inline void fdns_remove(const char *name, const char *type)
{
    struct fdns_text json = {NULL, 0, 0};

    fdns_put_removal(&json, name, type);
    json = fdns_text_alloc(json.used);
    fdns_put_removal(&json, name, type);
    fdns_update_record(json.start, json.used);
}

/* The message that owners sign for the library's guards: see fdns/message.h. */

/** Refuses what is not of that form. */
static inline struct fdns_message fdns_message_read(struct fdns_octets octets)
{
    struct fdns_message message;
    const char *error;

    if (!fdns_message_parse(octets, &message, &error)) {
        fdns_refuse(error);
    }
    return message;
}

/** Refuses a message for another zone, another server's zone of that name, another sequence. */
static inline void fdns_message_check(const struct fdns_message *message)
{
    struct fdns_octets zone = fdns_load_zone();
    uint64_t sequence = fdns_sequence();
    uint8_t id[32] = {0};
    FDNS_TEXT(text, 384);

    if (!fdns_equal(message->apex, zone)) {
        fdns_put(&text, "message is for another zone: ");
        fdns_put_octets(&text, fdns_octets_of(message->apex.data,
                                              message->apex.size < 255 ? message->apex.size : 255));
        fdns_refuse_with(&text);
    }
    if (sequence != 0) {
        fdns_zone_id(id);
    }
    if (memcmp(message->zone_id.data, id, sizeof(id)) != 0) {
        fdns_refuse(sequence == 0 ? "message names a zone id, and must not at creation"
                                  : "message is for another zone: its zone id is not this zone's");
    }
    if (message->sequence != sequence) {
        fdns_put(&text, "sequence is ");
        fdns_put_number(&text, message->sequence);
        fdns_put(&text, ", must be ");
        fdns_put_number(&text, sequence);
        fdns_refuse_with(&text);
    }
}

/** Do what one operation of a message says. */
static inline void fdns_operation_apply(const struct fdns_operation *operation)
{
    FDNS_TEXT(text, 64);

    switch (operation->kind) {
    case FDNS_KIND_RECORD:
        fdns_update_record(operation->octets.data, operation->octets.size);
        break;
    case FDNS_KIND_OWNER:
        fdns_update_owner(operation->octets.data, operation->octets.size);
        break;
    case FDNS_KIND_POLICY:
        fdns_update_policy(operation->octets.data, operation->octets.size);
        break;
    case FDNS_KIND_REMOVE:
        if (operation->octets.size != 0) {
            fdns_refuse("an operation that removes the zone holds octets");
        }
        fdns_remove_zone();
        break;
    default:
        fdns_put(&text, "no operation has kind ");
        fdns_put_number(&text, operation->kind);
        fdns_refuse_with(&text);
    }
}

/** The first of the operations that are left; refuses what is none. */
static inline struct fdns_operation fdns_operation_read(struct fdns_octets *left)
{
    struct fdns_operation operation;
    const char *error;

    if (!fdns_operation_next(left, &operation, &error)) {
        fdns_refuse(error);
    }
    return operation;
}

/** Do what these operations say, in their order. */
static inline void fdns_operations_apply(struct fdns_octets operations)
{
    while (operations.size > 0) {
        struct fdns_operation operation = fdns_operation_read(&operations);

        fdns_operation_apply(&operation);
    }
}

/** Do what the message says, in its order. */
static inline void fdns_message_apply(const struct fdns_message *message)
{
    fdns_operations_apply(message->operations);
}

/** In setup() after a change of owner: the old code has accepted, nothing is wanted. */
static inline void fdns_take_no_argument(void)
{
    if (fdns_arg_size() != 0) {
        fdns_refuse("argument must be empty after a change of owner");
    }
}

#include "fdns/keys.h"

#endif

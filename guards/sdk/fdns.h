/*
 * fdns.h - writing a guard in C: everything between your rule and the fdns ABI, in one header.
 *
 *   #include "fdns.h"
 *
 *   FDNS_EXPORT(setup) void setup(void) { ... }
 *   FDNS_EXPORT(handle_update_request) void handle_update_request(void) { ... }
 *
 *   clang --target=wasm32 -O2 -ffreestanding -nostdlib -mbulk-memory -I guards/sdk \
 *         -Wl,--no-entry -Wl,--strip-all -o rule.wasm rule.c
 *
 * There is no C library: what is not in here is not there. Memory that fdns_alloc() gives is never
 * given back; an instance lives for one call. docs/guard-abi.md says what each import does exactly.
 */
#ifndef FDNS_H
#define FDNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* What clang expects to find. Weak: a guard may have its own, or be made of several files. */

#ifdef __wasm_bulk_memory__
#define FDNS_PLAIN(name) __attribute__((weak))
#else
#define FDNS_PLAIN(name) __attribute__((weak, no_builtin(name)))
#endif

FDNS_PLAIN("memcpy") void *memcpy(void *restrict target, const void *restrict source, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memcpy(target, source, size);
#else
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)target)[i] = ((const uint8_t *)source)[i];
    }
    return target;
#endif
}

FDNS_PLAIN("memmove") void *memmove(void *target, const void *source, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memmove(target, source, size);
#else
    if ((uintptr_t)target < (uintptr_t)source) {
        for (size_t i = 0; i < size; i++) {
            ((uint8_t *)target)[i] = ((const uint8_t *)source)[i];
        }
        return target;
    }
    for (size_t i = size; i > 0; i--) {
        ((uint8_t *)target)[i - 1] = ((const uint8_t *)source)[i - 1];
    }
    return target;
#endif
}

FDNS_PLAIN("memset") void *memset(void *target, int octet, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memset(target, octet, size);
#else
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)target)[i] = (uint8_t)octet;
    }
    return target;
#endif
}

__attribute__((weak, no_builtin("memcmp", "bcmp"))) int memcmp(const void *a, const void *b,
                                                               size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int difference = ((const uint8_t *)a)[i] - ((const uint8_t *)b)[i];

        if (difference != 0) {
            return difference;
        }
    }
    return 0;
}

__attribute__((weak, no_builtin("strlen"))) size_t strlen(const char *text)
{
    size_t size = 0;

    while (text[size] != '\0') {
        size++;
    }
    return size;
}

/* Octets. */

struct fdns_octets {
    const uint8_t *data;
    size_t size;
};

static inline struct fdns_octets fdns_octets_of(const void *data, size_t size)
{
    return (struct fdns_octets){.data = (const uint8_t *)data, .size = size};
}

static inline struct fdns_octets fdns_text_of(const char *text)
{
    return fdns_octets_of(text, strlen(text));
}

static inline bool fdns_equal(struct fdns_octets a, struct fdns_octets b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/*
 * Text that grows in place: messages, JSON, record content. It is not terminated; what does not fit
 * any more is left out.
 */

struct fdns_text {
    char *start;
    size_t used;
    size_t room;
};

#define FDNS_TEXT(name, octets)                                                                    \
    char name##_room[octets];                                                                      \
    struct fdns_text name = {name##_room, 0, sizeof(name##_room)}

static inline void fdns_put_octets(struct fdns_text *text, struct fdns_octets octets)
{
    size_t left = text->room - text->used;
    size_t size = octets.size < left ? octets.size : left;

    memcpy(text->start + text->used, octets.data, size);
    text->used += size;
}

static inline void fdns_put(struct fdns_text *text, const char *more)
{
    fdns_put_octets(text, fdns_text_of(more));
}

static inline void fdns_put_number(struct fdns_text *text, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    fdns_put_octets(text, fdns_octets_of(digits + at, sizeof(digits) - at));
}

/** A JSON string with its quotes; `octets` has to be UTF-8 already. */
static inline void fdns_put_json(struct fdns_text *text, struct fdns_octets octets)
{
    static const char hex[] = "0123456789abcdef";

    fdns_put(text, "\"");
    for (size_t i = 0; i < octets.size; i++) {
        char octet = (char)octets.data[i];
        char control[] = {'\\', 'u', '0', '0', hex[octets.data[i] >> 4], hex[octet & 15], '\0'};
        char quoted[] = {'\\', octet, '\0'};

        if (octets.data[i] < 0x20) {
            fdns_put(text, control);
        } else if (octet == '"' || octet == '\\') {
            fdns_put(text, quoted);
        } else {
            fdns_put_octets(text, fdns_octets_of(&octet, 1));
        }
    }
    fdns_put(text, "\"");
}

/** A quoted string of a master file (RFC 1035 5.1), as TXT content takes: at most 255 octets. */
static inline void fdns_put_quoted(struct fdns_text *text, struct fdns_octets octets)
{
    fdns_put(text, "\"");
    for (size_t i = 0; i < octets.size && i < 255; i++) {
        uint8_t octet = octets.data[i];
        char escaped[] = {'\\', (char)('0' + octet / 100), (char)('0' + octet / 10 % 10),
                          (char)('0' + octet % 10), '\0'};

        if (octet < 0x20 || octet > 0x7E || octet == '"' || octet == '\\') {
            fdns_put(text, escaped);
        } else {
            fdns_put_octets(text, fdns_octets_of(&octet, 1));
        }
    }
    fdns_put(text, "\"");
}

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

struct fdns_record {
    const char *name;    /* relative to the apex, "@" for the apex */
    const char *type;    /* "A", "TXT", "TYPE65400" */
    const char *content; /* RDATA as in a master file */
    const char *ttl;     /* NULL: the set's own or the zone's default */
};

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
    size_t room = 128 + 6 * (strlen(record->name) + strlen(record->type) + strlen(record->content));
    struct fdns_text json = {(char *)fdns_alloc(room), 0, room};

    fdns_put(&json, "{\"UpdateRecord\":{\"mode\":\"");
    fdns_put(&json, mode);
    fdns_put(&json, "\",\"record\":");
    fdns_put_json(&json, fdns_text_of(record->type));
    fdns_put(&json, ",\"name\":");
    fdns_put_json(&json, fdns_text_of(record->name));
    fdns_put(&json, ",\"content\":");
    fdns_put_json(&json, fdns_text_of(record->content));
    fdns_put(&json, ",\"ttl\":");
    if (record->ttl == NULL) {
        fdns_put(&json, "null}}");
    } else {
        fdns_put_json(&json, fdns_text_of(record->ttl));
        fdns_put(&json, "}}");
    }
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
    size_t room = 96 + 6 * (strlen(name) + strlen(type));
    struct fdns_text json = {(char *)fdns_alloc(room), 0, room};

    fdns_put(&json, "{\"RemoveRecords\":{\"record\":");
    fdns_put_json(&json, fdns_text_of(type));
    fdns_put(&json, ",\"name\":");
    fdns_put_json(&json, fdns_text_of(name));
    fdns_put(&json, ",\"index\":null}}");
    fdns_update_record(json.start, json.used);
}

/* Reading octets: each function takes what it needs, or says false. Integers are big-endian. */

static inline bool fdns_read_octets(struct fdns_octets *reader, size_t size,
                                    struct fdns_octets *octets)
{
    if (size > reader->size) {
        return false;
    }
    *octets = fdns_octets_of(reader->data, size);
    *reader = fdns_octets_of(reader->data + size, reader->size - size);
    return true;
}

static inline bool fdns_read_number(struct fdns_octets *reader, size_t size, uint64_t *number)
{
    struct fdns_octets octets;

    if (!fdns_read_octets(reader, size, &octets)) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < size; i++) {
        *number = *number << 8 | octets.data[i];
    }
    return true;
}

/** A length of `length_size` octets, then that many. */
static inline bool fdns_read_slice(struct fdns_octets *reader, size_t length_size,
                                   struct fdns_octets *octets)
{
    uint64_t size;

    return fdns_read_number(reader, length_size, &size) && size <= reader->size &&
           fdns_read_octets(reader, (size_t)size, octets);
}

/*
 * The message that owners sign for the library's guards:
 *
 *   "sworn-update-v1" 00 ‖ u16 length ‖ apex ‖ 32 zone id ‖ u64 sequence ‖ operations
 *   operations = repeated (u8 kind ‖ u32 length ‖ octets)
 *
 * The zone id is zero at creation, where the real one is not known yet.
 */

enum fdns_kind {
    FDNS_KIND_RECORD = 1, /* the JSON of a record operation */
    FDNS_KIND_OWNER = 2,  /* what update_owner takes */
    FDNS_KIND_POLICY = 3, /* what update_policy takes */
    FDNS_KIND_REMOVE = 4, /* nothing */
};

struct fdns_message {
    struct fdns_octets apex;
    struct fdns_octets zone_id;
    uint64_t sequence;
    struct fdns_octets operations;
};

/** Refuses what is not of that form. */
static inline struct fdns_message fdns_message_read(struct fdns_octets octets)
{
    static const char label[] = "sworn-update-v1"; /* its NUL counts */
    struct fdns_message message;
    struct fdns_octets start;

    if (!fdns_read_octets(&octets, sizeof(label), &start) ||
        memcmp(start.data, label, sizeof(label)) != 0) {
        fdns_refuse("the message does not begin with sworn-update-v1");
    }
    if (!fdns_read_slice(&octets, 2, &message.apex) ||
        !fdns_read_octets(&octets, 32, &message.zone_id) ||
        !fdns_read_number(&octets, 8, &message.sequence)) {
        fdns_refuse("the message is cut short");
    }
    message.operations = octets;
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

/** Do what the message says, in its order. */
static inline void fdns_message_apply(const struct fdns_message *message)
{
    struct fdns_octets left = message->operations;
    struct fdns_octets octets;
    uint64_t kind;
    FDNS_TEXT(text, 64);

    while (left.size > 0) {
        if (!fdns_read_number(&left, 1, &kind) || !fdns_read_slice(&left, 4, &octets)) {
            fdns_refuse("an operation of the message is cut short");
        }
        switch (kind) {
        case FDNS_KIND_RECORD:
            fdns_update_record(octets.data, octets.size);
            break;
        case FDNS_KIND_OWNER:
            fdns_update_owner(octets.data, octets.size);
            break;
        case FDNS_KIND_POLICY:
            fdns_update_policy(octets.data, octets.size);
            break;
        case FDNS_KIND_REMOVE:
            if (octets.size != 0) {
                fdns_refuse("an operation that removes the zone holds octets");
            }
            fdns_remove_zone();
            break;
        default:
            fdns_put(&text, "no operation has kind ");
            fdns_put_number(&text, kind);
            fdns_refuse_with(&text);
        }
    }
}

#endif

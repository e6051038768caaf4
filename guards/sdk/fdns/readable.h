/*
 * readable.h - a message as text for people: what a wallet shows, and signs. No imports.
 *
 *   sworn update
 *   zone: demo.test.
 *   zone id: 0x<64 hex>
 *   sequence: 7
 *
 *   set www 300 A 192.0.2.1             add www auto A 192.0.2.2          (auto: no ttl)
 *   remove www A                        remove www A #0                   (the one at that index)
 *   remove www *                        remove-everywhere A               clear
 *   policy 0x<hex>
 *   owner same code, environment 0x<hex>
 *   owner code sha256 0x<64 hex> (1234 octets), environment sha256 0x<64 hex> (9999 octets)
 *   remove this zone
 *   announce:                           execute:                          cancel 0x<64 hex>
 *     set www 300 A 192.0.2.9             set www 300 A 192.0.2.9
 *
 * Lines are joined by one LF each; without operations the text ends behind the sequence. Printable
 * ASCII only. Who signs the text has signed the message: messages that do different things have
 * different texts. A name has no spaces and no line has a LF; a type is not "*"; content comes
 * last; an environment above 256 octets and all code are named by their hash. A message that cannot
 * be shown under these rules has no text. Messages that do the same may share one: "@" and "" for
 * the apex, null and "auto", the order and the escapes of JSON.
 */
#ifndef FDNS_READABLE_H
#define FDNS_READABLE_H

#include "json.h"
#include "message.h"

/** SHA-256 or Keccak-256, as the import of that name. */
typedef void fdns_hash(uint8_t digest[32], const void *data, size_t size);

enum { FDNS_ENVIRONMENT_SHOWN = 256 };

/* A JSON string whose characters all lie between `least` and 0x7E. */
FDNS_ONCE bool fdns_put_shown_(struct fdns_text *text, struct fdns_octets raw, uint32_t least)
{
    struct fdns_octets plain = {NULL, 0};
    uint32_t point;

    while (raw.size > 0) {
        (void)fdns_read_octets(&raw, fdns_json_plain(raw, (uint8_t)least), &plain);
        fdns_put_octets(text, plain);
        if (raw.size == 0) {
            break;
        }
        if (!fdns_json_point(&raw, &point) || point < least || point > 0x7E) {
            return false;
        }
        fdns_put_character(text, (char)point);
    }
    return true;
}

static inline bool fdns_put_shown_name_(struct fdns_text *text, struct fdns_octets raw,
                                        const char **error)
{
    *error = "a name holds other than printable ASCII";
    if (raw.size == 0) {
        fdns_put(text, "@");
        return true;
    }
    return fdns_put_shown_(text, raw, 0x21);
}

static inline bool fdns_put_shown_type_(struct fdns_text *text, struct fdns_octets raw,
                                        const char **error)
{
    *error = "a type is empty, \"*\" or holds other than printable ASCII";
    return raw.size > 0 && !fdns_json_is(raw, "*") && fdns_put_shown_(text, raw, 0x21);
}

/* Digits; an "auto" that is spelled out is as good as none. */
static inline bool fdns_put_shown_ttl_(struct fdns_text *text, const struct fdns_change *change,
                                       const char **error)
{
    struct fdns_octets raw = change->ttl;
    uint32_t point;

    if (!change->ttl_given || fdns_json_is(raw, "auto")) {
        fdns_put(text, "auto");
        return true;
    }
    *error = "a ttl is not a number";
    if (raw.size == 0) {
        return false;
    }
    while (raw.size > 0) {
        if (!fdns_json_point(&raw, &point) || point < '0' || point > '9') {
            return false;
        }
        fdns_put_character(text, (char)point);
    }
    return true;
}

static inline bool fdns_put_set_(struct fdns_text *text, const struct fdns_change *change,
                                 const char **error)
{
    fdns_put(text, change->verb == FDNS_SET ? "set " : "add ");
    if (!fdns_put_shown_name_(text, change->name, error)) {
        return false;
    }
    fdns_put(text, " ");
    if (!fdns_put_shown_ttl_(text, change, error)) {
        return false;
    }
    fdns_put(text, " ");
    if (!fdns_put_shown_type_(text, change->type, error)) {
        return false;
    }
    fdns_put(text, " ");
    *error = "a record's content holds other than printable ASCII";
    return fdns_put_shown_(text, change->content, 0x20);
}

static inline bool fdns_put_removed_(struct fdns_text *text, const struct fdns_change *change,
                                     const char **error)
{
    if (!change->name_given) {
        fdns_put(text, "remove-everywhere ");
    } else {
        fdns_put(text, "remove ");
        if (!fdns_put_shown_name_(text, change->name, error)) {
            return false;
        }
        fdns_put(text, " ");
    }
    if (!change->type_given) {
        fdns_put(text, "*");
    } else if (!fdns_put_shown_type_(text, change->type, error)) {
        return false;
    }
    if (change->index_given) {
        fdns_put(text, " #");
        fdns_put_number(text, change->index);
    }
    return true;
}

/** The line of a record operation. */
static inline bool fdns_put_change(struct fdns_text *text, struct fdns_octets json,
                                   const char **error)
{
    struct fdns_change change;

    if (!fdns_change_read(json, &change, error)) {
        return false;
    }
    if (change.verb == FDNS_CLEAR) {
        fdns_put(text, "clear");
        return true;
    }
    return change.verb == FDNS_REMOVE ? fdns_put_removed_(text, &change, error)
                                      : fdns_put_set_(text, &change, error);
}

static inline void fdns_put_0x_(struct fdns_text *text, struct fdns_octets octets)
{
    fdns_put(text, "0x");
    fdns_put_hex(text, octets);
}

FDNS_ONCE void fdns_put_hashed_(struct fdns_text *text, struct fdns_octets octets, fdns_hash *hash)
{
    uint8_t digest[32];

    hash(digest, octets.data, octets.size);
    fdns_put(text, "sha256 ");
    fdns_put_0x_(text, fdns_octets_of(digest, sizeof(digest)));
    fdns_put(text, " (");
    fdns_put_number(text, octets.size);
    fdns_put(text, " octets)");
}

static inline bool fdns_put_owner_(struct fdns_text *text, struct fdns_octets octets,
                                   fdns_hash *hash, const char **error)
{
    struct fdns_owner owner;

    if (!fdns_owner_parse(octets, &owner, error)) {
        return false;
    }
    fdns_put(text, "owner ");
    if (owner.code.size == 0) {
        fdns_put(text, "same code");
    } else {
        fdns_put(text, "code ");
        fdns_put_hashed_(text, owner.code, hash);
    }
    fdns_put(text, ", environment ");
    if (owner.environment.size > FDNS_ENVIRONMENT_SHOWN) {
        fdns_put_hashed_(text, owner.environment, hash);
    } else {
        fdns_put_0x_(text, owner.environment);
    }
    return true;
}

/* The line of an operation that holds no others. */
FDNS_ONCE bool fdns_put_operation_(struct fdns_text *text, const struct fdns_operation *operation,
                                   fdns_hash *hash, const char **error)
{
    switch (operation->kind) {
    case FDNS_KIND_RECORD:
        return fdns_put_change(text, operation->octets, error);
    case FDNS_KIND_OWNER:
        return fdns_put_owner_(text, operation->octets, hash, error);
    case FDNS_KIND_POLICY:
        fdns_put(text, "policy ");
        fdns_put_0x_(text, operation->octets);
        return true;
    case FDNS_KIND_REMOVE:
        fdns_put(text, "remove this zone");
        *error = "an operation that removes the zone holds octets";
        return operation->octets.size == 0;
    default:
        *error = "an operation is of a kind that has no words";
        return false;
    }
}

static inline bool fdns_put_operations_(struct fdns_text *text, struct fdns_octets operations,
                                        const char *before, fdns_hash *hash, const char **error)
{
    struct fdns_operation operation;

    while (operations.size > 0) {
        fdns_put(text, before);
        if (!fdns_operation_next(&operations, &operation, error) ||
            !fdns_put_operation_(text, &operation, hash, error)) {
            return false;
        }
    }
    return true;
}

/* All that stands behind the sequence: each line with the LF before it. */
static inline bool fdns_put_lines_(struct fdns_text *text, struct fdns_octets operations,
                                   fdns_hash *hash, const char **error)
{
    struct fdns_operation operation;

    fdns_put(text, operations.size > 0 ? "\n" : "");
    while (operations.size > 0) {
        fdns_put(text, "\n");
        if (!fdns_operation_next(&operations, &operation, error)) {
            return false;
        }
        switch (operation.kind) {
        case FDNS_KIND_ANNOUNCE:
        case FDNS_KIND_EXECUTE:
            fdns_put(text, operation.kind == FDNS_KIND_ANNOUNCE ? "announce:" : "execute:");
            if (!fdns_put_operations_(text, operation.octets, "\n  ", hash, error)) {
                return false;
            }
            break;
        case FDNS_KIND_CANCEL:
            fdns_put(text, "cancel ");
            fdns_put_0x_(text, operation.octets);
            if (operation.octets.size != 32) {
                *error = "an operation that cancels does not hold a hash";
                return false;
            }
            break;
        default:
            if (!fdns_put_operation_(text, &operation, hash, error)) {
                return false;
            }
        }
    }
    return true;
}

/**
 * The text of a message, behind what `text` holds already; false and why when it has none. A text
 * that only counts (start NULL) finds out the size; the room has to be larger than that.
 *
 * \param hash  SHA-256
 */
FDNS_ONCE bool fdns_readable(const struct fdns_message *message, fdns_hash *hash,
                             struct fdns_text *text, const char **error)
{
    fdns_put(text, "sworn update\nzone: ");
    for (size_t i = 0; i < message->apex.size; i++) {
        if (message->apex.data[i] < 0x21 || message->apex.data[i] > 0x7E) {
            *error = "the zone's name holds other than printable ASCII";
            return false;
        }
    }
    fdns_put_octets(text, message->apex);
    fdns_put(text, "\nzone id: ");
    fdns_put_0x_(text, message->zone_id);
    fdns_put(text, "\nsequence: ");
    fdns_put_number(text, message->sequence);
    if (!fdns_put_lines_(text, message->operations, hash, error)) {
        return false;
    }
    *error = "the text is too long";
    return text->start == NULL || text->used < text->room;
}

/** The lines behind the empty one, of a whole text: take them with fdns_read_word(…, '\n', …). */
static inline struct fdns_octets fdns_readable_changes(struct fdns_octets text)
{
    static const char gap[] = "\n\n";
    size_t at;

    if (!fdns_find(text, fdns_text_of(gap), &at)) {
        return fdns_octets_of(NULL, 0);
    }
    return fdns_octets_of(text.data + at + 2, text.size - at - 2);
}

#endif

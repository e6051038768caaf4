/*
 * name.h - domain names: wire, text, canonical order, and their form as keys of the zone tree.
 *
 *   wire  = labels (u8 length 1..63 ‖ octets), then 00; at most 255 octets (RFC 1035 3.1), never
 *   compressed here
 *   key   = labels reversed and lower-cased, octet 00 as 01 01, 01 as 01 02, each label ended by 00
 *
 * The order of keys as octets is the canonical order of names (RFC 4034 6.1).
 */
#ifndef SWORN_CORE_DNS_NAME_H
#define SWORN_CORE_DNS_NAME_H

#include "core/cursor/octets.h"
#include "core/cursor/reader.h"
#include "core/cursor/writer.h"

#define NAME_MAX_SIZE  255
#define NAME_TEXT_SIZE 1024 /* longest presentation form with its NUL: every octet as \DDD */
#define NAME_KEY_MAX   504  /* longest key of a name: the tree's 507 less 00 and the type */

/** An absolute name, valid by construction: only the functions below make one. Case is kept. */
struct name {
    uint8_t size; /* of wire, 1 for the root */
    uint8_t wire[NAME_MAX_SIZE];
};

static inline struct octets name_octets(const struct name *name)
{
    return octets_of(name->wire, name->size);
}

/** The root. */
void name_root(struct name *name);

/** An uncompressed name; a compression pointer is SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result name_read(struct reader *reader, struct name *name);

/**
 * A name that may be compressed with pointers into [reader->start, reader->end) (RFC 1035 4.1.4);
 * each pointer must go to before the place where the label run it ends began, so it ends always.
 */
SWORN_CHECK enum sworn_result name_read_compressed(struct reader *reader, struct name *name);

/**
 * Presentation form (RFC 1035 5.1, RFC 4343 2.1): escapes \X and \DDD; "@" or a name without final
 * dot is relative to `origin`.
 *
 * \param origin  NULL: a relative name is SWORN_MALFORMED
 */
SWORN_CHECK enum sworn_result name_from_text(struct octets text, const struct name *origin,
                                             struct name *name);

/**
 * Presentation form with final dot, the root ".", for parsers of all kinds: letters, digits and
 * - _ * / as they are, other punctuation with a backslash, the rest and # as \DDD. Terminated.
 */
void name_to_text(const struct name *name, char text[NAME_TEXT_SIZE]);

/**
 * As an apex is hashed, signed and given to guards: lower case, final dot, octets other than a-z
 * 0-9 - _ * as \DDD.
 */
void name_to_hash_text(const struct name *name, char text[NAME_TEXT_SIZE]);

/** ASCII letters lower-cased in place (RFC 4343). */
void name_lower(struct name *name);

/** Equal but for ASCII case. */
bool name_equal(const struct name *a, const struct name *b);

/** Canonical order (RFC 4034 6.1): <0, 0, >0. */
int name_compare(const struct name *a, const struct name *b);

/** Whether `name` is `ancestor` or below it. */
bool name_within(const struct name *name, const struct name *ancestor);

/** Number of labels, the root's own not counted, a wildcard's "*" counted. */
size_t name_labels(const struct name *name);

bool name_is_wildcard(const struct name *name);

/** The name less its first label; SWORN_ABSENT for the root. */
SWORN_CHECK enum sworn_result name_parent(const struct name *name, struct name *parent);

/** `label` (1..63 octets) in front of `parent`; SWORN_LIMIT past 255 octets. */
SWORN_CHECK enum sworn_result name_prepend(struct octets label, const struct name *parent,
                                           struct name *name);

/** The key of `name`: the root's is empty. Returns its size, at most NAME_KEY_MAX. */
size_t name_to_key(const struct name *name, uint8_t key[NAME_KEY_MAX]);

/** The name (lower case) whose key this is; SWORN_MALFORMED for octets that are no name's key. */
SWORN_CHECK enum sworn_result name_from_key(struct octets key, struct name *name);

#endif

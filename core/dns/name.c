/*
 * name.c - names as wire: reading them, taking them apart, comparing them; see name.h.
 *
 *   03 w w w 07 e x a m p l e 00        labels, each u8 length ‖ octets, the root's empty one last
 *   11pppppp pppppppp                   in messages: go on at offset p (RFC 1035 4.1.4)
 *
 * A length octet is at most 63 and therefore never a letter, so lower-casing and comparing may run
 * over the whole wire without looking where labels begin.
 */
#include "core/dns/name.h"

#define LABEL_MAX  63
#define LABELS_MAX 127 /* of one octet each, in 255 octets */
#define POINTER    0xC0

/* One before each label and before the root's; more would stand for no label, only for work. */
#define POINTERS_MAX (LABELS_MAX + 1)

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

void name_root(struct name *name)
{
    name->size = 1;
    name->wire[0] = 0;
}

enum sworn_result name_read(struct reader *reader, struct name *name)
{
    size_t left = reader_left(reader);
    size_t size = 0;

    for (;;) {
        SWORN_ENSURE(size < left && size < NAME_MAX_SIZE, SWORN_MALFORMED);
        uint8_t length = reader->at[size];
        SWORN_ENSURE(length <= LABEL_MAX, SWORN_MALFORMED);
        size += 1U + length;
        if (length == 0) {
            break;
        }
    }
    name->size = (uint8_t)size;
    memcpy(name->wire, reader->at, size);
    reader->at += size;
    return SWORN_OK;
}

/* One label, length octet included, behind what `name` holds already. */
static enum sworn_result append_label(struct name *name, const uint8_t *label, size_t size)
{
    SWORN_ENSURE(name->size + size <= NAME_MAX_SIZE, SWORN_MALFORMED);
    memcpy(name->wire + name->size, label, size);
    name->size = (uint8_t)(name->size + size);
    return SWORN_OK;
}

/*
 * Every pointer goes to before the start of the run of labels that it ends, so runs begin ever
 * earlier and the walk ends: soon, since a chain of thousands of pointers is no name.
 */
enum sworn_result name_read_compressed(struct reader *reader, struct name *name)
{
    const uint8_t *run = reader->at;
    const uint8_t *at = reader->at;
    const uint8_t *after = NULL; /* where the reader goes on: behind the first pointer */
    unsigned pointers = 0;

    name->size = 0;
    for (;;) {
        SWORN_ENSURE(at < reader->end, SWORN_MALFORMED);
        uint8_t length = *at;
        if ((length & POINTER) == POINTER) {
            SWORN_ENSURE(reader->end - at >= 2 && ++pointers <= POINTERS_MAX, SWORN_MALFORMED);
            size_t offset = (size_t)(length & ~POINTER) << 8 | at[1];
            SWORN_ENSURE(offset < (size_t)(run - reader->start), SWORN_MALFORMED);
            after = after == NULL ? at + 2 : after;
            run = reader->start + offset;
            at = run;
            continue;
        }
        SWORN_ENSURE(length <= LABEL_MAX && reader->end - at > length, SWORN_MALFORMED);
        SWORN_TRY(append_label(name, at, 1U + length));
        at += 1U + length;
        if (length == 0) {
            break;
        }
    }
    reader->at = after == NULL ? at : after;
    return SWORN_OK;
}

void name_lower(struct name *name)
{
    for (size_t i = 0; i < name->size; i++) {
        name->wire[i] = lower(name->wire[i]);
    }
}

static bool equal_but_for_case(const uint8_t *a, const uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

bool name_equal(const struct name *a, const struct name *b)
{
    return a->size == b->size && equal_but_for_case(a->wire, b->wire, a->size);
}

/* Where each label begins, the first one first; the root's own is not listed. */
static size_t label_offsets(const struct name *name, uint8_t offsets[LABELS_MAX])
{
    size_t count = 0;

    for (size_t at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        offsets[count] = (uint8_t)at;
        count++;
    }
    return count;
}

static int label_compare(const uint8_t *a, const uint8_t *b)
{
    size_t common = a[0] < b[0] ? a[0] : b[0];

    for (size_t i = 1; i <= common; i++) {
        int order = lower(a[i]) - lower(b[i]);
        if (order != 0) {
            return order;
        }
    }
    return a[0] - b[0];
}

int name_compare(const struct name *a, const struct name *b)
{
    uint8_t a_offsets[LABELS_MAX];
    uint8_t b_offsets[LABELS_MAX];
    size_t a_count = label_offsets(a, a_offsets);
    size_t b_count = label_offsets(b, b_offsets);

    for (size_t i = 1; i <= a_count && i <= b_count; i++) {
        int order =
            label_compare(a->wire + a_offsets[a_count - i], b->wire + b_offsets[b_count - i]);
        if (order != 0) {
            return order;
        }
    }
    return (a_count > b_count) - (a_count < b_count);
}

bool name_within(const struct name *name, const struct name *ancestor)
{
    size_t at = 0;

    if (name->size < ancestor->size) {
        return false;
    }
    while (at < (size_t)(name->size - ancestor->size)) {
        at += 1U + name->wire[at];
    }
    /* A suffix that begins inside a label is no ancestor. */
    return at == (size_t)(name->size - ancestor->size) &&
           equal_but_for_case(name->wire + at, ancestor->wire, ancestor->size);
}

size_t name_labels(const struct name *name)
{
    size_t count = 0;

    for (size_t at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        count++;
    }
    return count;
}

bool name_is_wildcard(const struct name *name)
{
    return name->wire[0] == 1 && name->wire[1] == '*';
}

enum sworn_result name_parent(const struct name *name, struct name *parent)
{
    size_t skipped = 1U + name->wire[0];
    size_t size = name->size - skipped;

    SWORN_ENSURE(name->wire[0] != 0, SWORN_ABSENT);
    /* `parent` may be `name` itself. */
    memmove(parent->wire, name->wire + skipped, size);
    parent->size = (uint8_t)size;
    return SWORN_OK;
}

enum sworn_result name_prepend(struct octets label, const struct name *parent, struct name *name)
{
    SWORN_ENSURE(label.size >= 1 && label.size <= LABEL_MAX, SWORN_MALFORMED);
    SWORN_ENSURE(label.size + 1 + parent->size <= NAME_MAX_SIZE, SWORN_LIMIT);
    uint8_t size = (uint8_t)(label.size + 1 + parent->size);
    memmove(name->wire + label.size + 1, parent->wire, parent->size);
    name->wire[0] = (uint8_t)label.size;
    memcpy(name->wire + 1, label.data, label.size);
    name->size = size;
    return SWORN_OK;
}

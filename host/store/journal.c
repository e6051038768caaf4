/*
 * journal.c - what each commit changed of a zone's signed sets; see journal.h.
 */
#include "host/store/journal.h"

#include <stdlib.h>

#define PART_SIZE   ((size_t)16 * 1024)
#define PART_LIMIT  ((size_t)1024 * 1024) /* a change that alone is larger than PART_SIZE */
#define CHANGES_MAX ((size_t)262144)
#define SET_EXTRA   10 /* the sizes that stand before key and rows */

struct sums {
    uint64_t zone;
    uint64_t journal;
    uint32_t commits;
};

struct head {
    uint64_t index;
    uint32_t before, after;
    uint64_t size;
};

static enum sworn_result key_of(uint32_t number, uint64_t index, uint32_t part, struct row_key *key)
{
    struct writer writer = writer_over(key->octets, sizeof(key->octets));

    SWORN_TRY(write_u32(&writer, number));
    SWORN_TRY(write_u64(&writer, index));
    SWORN_TRY(write_u32(&writer, part));
    key->size = writer.used;
    return SWORN_OK;
}

static enum sworn_result sums_get(struct store_view *view, uint32_t number, struct sums *sums)
{
    struct row_key key;
    struct octets value;
    struct reader reader;

    row_of_zone(number, octets_of(NULL, 0), &key);
    SWORN_TRY(store_get(view, STORE_JOURNAL, row_octets(&key), &value));
    reader = reader_of(value);
    SWORN_TRY(read_u64(&reader, &sums->zone));
    SWORN_TRY(read_u64(&reader, &sums->journal));
    SWORN_TRY(read_u32(&reader, &sums->commits));
    return read_end(&reader);
}

static enum sworn_result sums_put(struct store_view *view, uint32_t number, const struct sums *sums)
{
    uint8_t memory[20];
    struct writer writer = writer_over(memory, sizeof(memory));
    struct row_key key;

    row_of_zone(number, octets_of(NULL, 0), &key);
    SWORN_TRY(write_u64(&writer, sums->zone));
    SWORN_TRY(write_u64(&writer, sums->journal));
    SWORN_TRY(write_u32(&writer, sums->commits));
    return store_put(view, STORE_JOURNAL, row_octets(&key), written(&writer));
}

static enum sworn_result row_measure(void *context, struct octets key, struct octets row)
{
    uint64_t *size = context;

    *size += key.size + row.size + SET_EXTRA;
    return SWORN_OK;
}

/* A zone that has no sums yet, because it is older than journals are, is measured once. */
static enum sworn_result zone_measure(struct store_view *view, uint32_t number, uint64_t *size)
{
    *size = 0;
    return set_each(view, number, size, row_measure);
}

enum sworn_result journal_begin(struct journal_writer *journal, struct store_view *view,
                                uint32_t number, uint64_t index, struct region *region)
{
    struct sums sums = {0};
    enum sworn_result result = sums_get(view, number, &sums);

    if (result == SWORN_ABSENT || result == SWORN_MALFORMED) {
        SWORN_TRY(journal_drop(view, number, true));
        sums = (struct sums){0};
        SWORN_TRY(zone_measure(view, number, &sums.zone));
        SWORN_TRY(sums_put(view, number, &sums));
        result = SWORN_OK;
    }
    SWORN_TRY(result);
    *journal = (struct journal_writer){.view = view,
                                       .number = number,
                                       .index = index,
                                       .part = 1,
                                       .zone_size = sums.zone,
                                       .region = region,
                                       .changes = writer_in(region, PART_LIMIT)};
    return SWORN_OK;
}

static enum sworn_result part_end(struct journal_writer *journal)
{
    struct row_key key;

    if (journal->changes.used == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(key_of(journal->number, journal->index, journal->part, &key));
    SWORN_TRY(
        store_put(journal->view, STORE_JOURNAL, row_octets(&key), written(&journal->changes)));
    journal->part++;
    journal->size += journal->changes.used;
    journal->changes.used = 0;
    return SWORN_OK;
}

enum sworn_result journal_change(struct journal_writer *journal, struct octets key,
                                 struct octets before, struct octets after)
{
    journal->zone_size += after.size > 0 ? key.size + after.size + SET_EXTRA : 0;
    journal->zone_size -= before.size > 0 ? key.size + before.size + SET_EXTRA : 0;
    SWORN_TRY(write_slice_u16(&journal->changes, key));
    SWORN_TRY(write_slice_u32(&journal->changes, before));
    SWORN_TRY(write_slice_u32(&journal->changes, after));
    return journal->changes.used < PART_SIZE ? SWORN_OK : part_end(journal);
}

static enum sworn_result head_read(struct octets value, struct head *head)
{
    struct reader reader = reader_of(value);

    SWORN_TRY(read_u32(&reader, &head->before));
    SWORN_TRY(read_u32(&reader, &head->after));
    SWORN_TRY(read_u64(&reader, &head->size));
    return read_end(&reader);
}

static enum sworn_result head_put(const struct journal_writer *journal, uint32_t before,
                                  uint32_t after)
{
    uint8_t memory[16];
    struct writer writer = writer_over(memory, sizeof(memory));
    struct row_key key;

    SWORN_TRY(write_u32(&writer, before));
    SWORN_TRY(write_u32(&writer, after));
    SWORN_TRY(write_u64(&writer, journal->size));
    SWORN_TRY(key_of(journal->number, journal->index, 0, &key));
    return store_put(journal->view, STORE_JOURNAL, row_octets(&key), written(&writer));
}

/* The first row of the zone at or after (index, part), which must be a head. */
static enum sworn_result head_next(struct store_view *view, uint32_t number, uint64_t index,
                                   struct head *head)
{
    struct row_key from;
    struct octets key, value;
    struct reader reader;
    uint32_t found, part;

    SWORN_TRY(key_of(number, index, 0, &from));
    SWORN_TRY(store_next(view, STORE_JOURNAL, row_octets(&from), false, &key, &value));
    reader = reader_of(key);
    SWORN_TRY(read_u32(&reader, &found));
    SWORN_ENSURE(found == number, SWORN_ABSENT);
    SWORN_TRY(read_u64(&reader, &head->index));
    SWORN_TRY(read_u32(&reader, &part));
    SWORN_ENSURE(part == 0, SWORN_MALFORMED);
    return head_read(value, head);
}

static enum sworn_result commit_drop(struct store_view *view, uint32_t number, uint64_t index)
{
    struct row_key key;
    enum sworn_result result = SWORN_OK;

    for (uint32_t part = 0; result == SWORN_OK; part++) {
        SWORN_TRY(key_of(number, index, part, &key));
        result = store_delete(view, STORE_JOURNAL, row_octets(&key));
    }
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

static bool too_much(const struct sums *sums, const struct journal_limits *limits)
{
    uint64_t size = sums->zone > JOURNAL_SMALL ? sums->zone : JOURNAL_SMALL;

    return sums->commits > limits->commits || sums->journal > size;
}

static enum sworn_result oldest_drop(struct store_view *view, uint32_t number, struct sums *sums,
                                     const struct journal_limits *limits)
{
    struct head head;

    while (sums->commits > 0 && too_much(sums, limits)) {
        SWORN_TRY(head_next(view, number, 0, &head));
        if (head.index >= limits->needed) {
            return SWORN_OK;
        }
        SWORN_TRY(commit_drop(view, number, head.index));
        sums->commits--;
        sums->journal -= head.size;
    }
    return SWORN_OK;
}

enum sworn_result journal_end(struct journal_writer *journal, uint32_t serial_before,
                              uint32_t serial_after, const struct journal_limits *limits)
{
    struct sums sums;

    SWORN_TRY(part_end(journal));
    SWORN_TRY(head_put(journal, serial_before, serial_after));
    SWORN_TRY(sums_get(journal->view, journal->number, &sums));
    sums.zone = journal->zone_size;
    sums.journal += journal->size;
    sums.commits++;
    SWORN_TRY(oldest_drop(journal->view, journal->number, &sums, limits));
    return sums_put(journal->view, journal->number, &sums);
}

enum sworn_result journal_drop(struct store_view *view, uint32_t number, bool sums)
{
    struct row_key prefix;
    struct octets key, value;
    struct sums now;
    enum sworn_result result;

    row_of_zone(number, octets_of(NULL, 0), &prefix);
    for (;;) {
        struct row_key copy = {.size = 0};

        result = store_next(view, STORE_JOURNAL, row_octets(&prefix), true, &key, &value);
        if (result == SWORN_ABSENT ||
            (result == SWORN_OK && key.size >= 4 && memcmp(key.data, prefix.octets, 4) != 0)) {
            break;
        }
        SWORN_TRY(result);
        SWORN_ENSURE(key.size <= sizeof(copy.octets), SWORN_PROOF);
        memcpy(copy.octets, key.data, key.size);
        copy.size = key.size;
        SWORN_TRY(store_delete(view, STORE_JOURNAL, row_octets(&copy)));
    }
    if (!sums && sums_get(view, number, &now) == SWORN_OK) {
        now.journal = 0;
        now.commits = 0;
        return sums_put(view, number, &now);
    }
    result = store_delete(view, STORE_JOURNAL, row_octets(&prefix));
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

enum sworn_result journal_zone_size(struct store_view *view, uint32_t number, uint64_t *size)
{
    struct sums sums;

    SWORN_TRY(sums_get(view, number, &sums));
    *size = sums.zone;
    return SWORN_OK;
}

enum sworn_result journal_find(struct store_view *view, uint32_t number, uint32_t from,
                               uint64_t last, uint64_t *index)
{
    struct head head = {0};
    bool found = false;
    enum sworn_result result = head_next(view, number, 0, &head);

    while (result == SWORN_OK && head.index <= last) {
        if (head.before == from) {
            *index = head.index;
            found = true;
        }
        result = head_next(view, number, head.index + 1, &head);
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    return found ? SWORN_OK : SWORN_ABSENT;
}

static enum sworn_result collect_part(struct octets part, struct journal_span *span)
{
    struct reader reader = reader_of(part);

    while (reader_left(&reader) > 0) {
        struct journal_change *change = &span->change[span->count];

        SWORN_ENSURE(span->count < CHANGES_MAX, SWORN_LIMIT);
        SWORN_TRY(read_slice_u16(&reader, &change->key));
        SWORN_TRY(read_slice_u32(&reader, &change->before));
        SWORN_TRY(read_slice_u32(&reader, &change->after));
        change->order = span->count;
        span->count++;
    }
    return SWORN_OK;
}

/* Room for another part's changes: none is smaller than its sizes. */
static enum sworn_result span_room(struct journal_span *span, size_t *room, size_t part,
                                   struct region *region)
{
    size_t wanted = span->count + part / SET_EXTRA + 1;
    struct journal_change *old = span->change;
    void *memory;

    if (wanted <= *room) {
        return SWORN_OK;
    }
    wanted = wanted < 2 * *room ? 2 * *room : wanted;
    SWORN_TRY(region_array(region, wanted, sizeof(*span->change), &memory));
    span->change = memory;
    if (span->count > 0) {
        memcpy(span->change, old, span->count * sizeof(*old));
    }
    *room = wanted;
    return SWORN_OK;
}

/* All parts, as their sizes show: half a difference would spoil a secondary's copy. */
static enum sworn_result collect_commit(struct store_view *view, uint32_t number,
                                        const struct head *head, struct region *region,
                                        size_t *room, struct journal_span *span)
{
    struct row_key key;
    struct octets part;
    uint64_t size = 0;
    enum sworn_result result = SWORN_OK;

    for (uint32_t i = 1; result == SWORN_OK; i++) {
        SWORN_TRY(key_of(number, head->index, i, &key));
        result = store_get(view, STORE_JOURNAL, row_octets(&key), &part);
        if (result == SWORN_OK) {
            size += part.size;
            SWORN_TRY(span_room(span, room, part.size, region));
            SWORN_TRY(collect_part(part, span));
        }
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    return size == head->size ? SWORN_OK : SWORN_PROOF;
}

static int by_key(const void *left, const void *right)
{
    const struct journal_change *a = left;
    const struct journal_change *b = right;
    int order = octets_compare(a->key, b->key);

    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

/* The first state before and the last one after is all that matters of a set. */
static void condense(struct journal_span *span)
{
    size_t kept = 0;

    if (span->count > 1) {
        qsort(span->change, span->count, sizeof(span->change[0]), by_key);
    }
    for (size_t i = 0; i < span->count;) {
        struct journal_change change = span->change[i];

        while (i < span->count && octets_equal(span->change[i].key, change.key)) {
            change.after = span->change[i].after;
            i++;
        }
        if (!octets_equal(change.before, change.after)) {
            span->size += change.before.size + change.after.size;
            span->change[kept++] = change;
        }
    }
    span->count = kept;
}

enum sworn_result journal_collect(struct store_view *view, uint32_t number, uint64_t first,
                                  uint64_t last, uint32_t from, uint32_t to, struct region *region,
                                  struct journal_span *span)
{
    struct head head = {0};
    size_t room = 0;
    uint32_t at = from;
    enum sworn_result result;

    *span = (struct journal_span){0};
    result = first > last ? SWORN_ABSENT : head_next(view, number, first, &head);
    while (result == SWORN_OK && head.index <= last) {
        SWORN_ENSURE(head.before == at, SWORN_ABSENT);
        SWORN_TRY(collect_commit(view, number, &head, region, &room, span));
        at = head.after;
        result = head.index == UINT64_MAX ? SWORN_ABSENT
                                          : head_next(view, number, head.index + 1, &head);
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    SWORN_ENSURE(at == to, SWORN_ABSENT);
    condense(span);
    return SWORN_OK;
}

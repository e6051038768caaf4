/*
 * asks.c - answers to what the enclave asks for; see asks.h.
 */
#include "host/commit/asks.h"

#include "core/dns/rr.h"

#define ROWS_OCTETS ((size_t)1024 * 1024) /* of rows, after which no further one is sent along */
#define PAGES_AHEAD 12 /* pages sent along on the way to a key: one round trip for a lookup */

static enum sworn_result page_row_get(struct asks *asks, const struct message_need_page *need,
                                      const struct hash *node, struct octets *page)
{
    struct zone_row row;
    struct row_key key;

    if (need->kind == MERKLE_TOP) {
        row_of_top(0, octets_of_hash(node), &key);
        return store_get(asks->view, STORE_TOP, row_octets(&key), page);
    }
    SWORN_TRY(zone_row_get(asks->view, &need->zone_id, &row));
    row_of_zone(row.number, octets_of_hash(node), &key);
    return store_get(asks->view, STORE_PAGES, row_octets(&key), page);
}

/* Pass over one subtree of a page (core/merkle/tree.h). */
static enum sworn_result subtree_skip(struct reader *page)
{
    size_t open = 1;

    while (open > 0) {
        struct octets passed;
        uint16_t number;
        uint8_t form;

        open--;
        SWORN_TRY(read_u8(page, &form));
        SWORN_ENSURE(form == 0 || form == 2 || form == 3, SWORN_MALFORMED);
        if (form == 2) {
            SWORN_TRY(read_slice_u16(page, &passed));
        }
        if (form == 3) {
            SWORN_TRY(read_u16(page, &number));
            open += 2;
            continue;
        }
        SWORN_TRY(read_slice(page, HASH_SIZE, &passed));
    }
    return SWORN_OK;
}

/* The stub at which the path of `key` leaves a page; SWORN_ABSENT when it ends inside. */
static enum sworn_result page_leave(struct octets octets, struct octets key, struct hash *node)
{
    struct reader page = reader_of(octets);
    uint16_t crit_bit;
    uint8_t form;

    SWORN_TRY(read_u8(&page, &form));
    while (form == 3) {
        SWORN_TRY(read_u16(&page, &crit_bit));
        if (merkle_bit(key, crit_bit) == 1) {
            SWORN_TRY(subtree_skip(&page));
        }
        SWORN_TRY(read_u8(&page, &form));
    }
    SWORN_ENSURE(form == 0, SWORN_ABSENT);
    return read_hash(&page, node);
}

/* 32 hash ‖ page */
static enum sworn_result page_add(struct message_pages *reply, const struct hash *node,
                                  struct octets page, struct region *region)
{
    struct writer writer = writer_in(region, page.size + HASH_SIZE);

    SWORN_TRY(write_hash(&writer, node));
    SWORN_TRY(write_octets(&writer, page));
    reply->pages.items[reply->pages.count++] = written(&writer);
    return SWORN_OK;
}

static enum sworn_result ask_page(void *context, const struct message_need_page *need,
                                  struct region *region, struct message_pages *reply)
{
    struct hash node = need->node;
    struct octets page;
    void *items;

    SWORN_TRY(region_array(region, PAGES_AHEAD, sizeof(struct octets), &items));
    reply->pages.items = items;
    while (reply->pages.count < PAGES_AHEAD) {
        enum sworn_result result = page_row_get(context, need, &node, &page);

        if (result == SWORN_ABSENT) {
            break; /* the enclave will say what is missing */
        }
        SWORN_TRY(result);
        SWORN_TRY(page_add(reply, &node, page, region));
        if (page_leave(page, need->key, &node) != SWORN_OK) {
            break;
        }
    }
    return SWORN_OK;
}

/* Rows of a zone behind a key, each as one of a commit's sets. */
static enum sworn_result ask_rows(const struct asks *asks, const struct message_need_value *need,
                                  struct region *region, struct message_octets *reply)
{
    struct writer writer = writer_in(region, ROWS_OCTETS + RDATA_MAX * (size_t)16);
    struct row_key at, prefix;
    struct zone_row row;
    enum sworn_result result = SWORN_OK;

    SWORN_TRY(zone_row_get(asks->view, &need->zone_id, &row));
    row_of_zone(row.number, octets_of(NULL, 0), &prefix);
    row_of_zone(row.number, need->key, &at);
    while (writer.used < ROWS_OCTETS) {
        struct octets key, value;

        result = store_next(asks->view, STORE_SETS, row_octets(&at), true, &key, &value);
        if (result != SWORN_OK || key.size < prefix.size || key.size > sizeof(at.octets) ||
            memcmp(key.data, prefix.octets, prefix.size) != 0) {
            break;
        }
        at.size = key.size;
        memcpy(at.octets, key.data, key.size);
        key = octets_of(key.data + prefix.size, key.size - prefix.size);
        SWORN_TRY(write_u32(&writer, (uint32_t)(2 + key.size + value.size)));
        SWORN_TRY(write_slice_u16(&writer, key));
        SWORN_TRY(write_octets(&writer, value)); /* a row goes on as such a set does */
    }
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    reply->octets = written(&writer);
    return SWORN_OK;
}

static enum sworn_result ask_value(void *context, const struct message_need_value *need,
                                   struct region *region, struct message_octets *reply)
{
    struct asks *asks = context;
    struct zone_row row;
    struct row_key key;
    struct octets found;

    if (need->kind == NEED_ROWS) {
        return ask_rows(asks, need, region, reply);
    }
    if (need->kind == MERKLE_TOP) {
        row_of_top(1, need->key, &key);
        SWORN_TRY(store_get(asks->view, STORE_TOP, row_octets(&key), &found));
        return region_copy(region, found, &reply->octets);
    }
    SWORN_TRY(zone_row_get(asks->view, &need->zone_id, &row));
    row_of_zone(row.number, need->key, &key);
    SWORN_TRY(store_get(asks->view, STORE_SETS, row_octets(&key), &found));
    SWORN_ENSURE(row_value(found, &found) == SWORN_OK, SWORN_ABSENT);
    return region_copy(region, found, &reply->octets);
}

static enum sworn_result local_get(struct asks *asks, const struct hash *zone_id,
                                   enum local_row which, struct octets *octets)
{
    struct zone_row row;
    struct row_key key;

    SWORN_TRY(zone_row_get(asks->view, zone_id, &row));
    row_of_local(row.number, which, &key);
    return store_get(asks->view, STORE_LOCAL, row_octets(&key), octets);
}

static enum sworn_result ask_blob(void *context, const struct message_need_blob *need,
                                  struct region *region, struct message_octets *reply)
{
    struct asks *asks = context;

    (void)region;
    if (need->role == BLOB_STATE) {
        return local_get(asks, &need->zone_id, LOCAL_STATE, &reply->octets);
    }
    if (need->role == BLOB_GUARD && asks->guard.data != NULL) {
        reply->octets = asks->guard;
        return SWORN_OK;
    }
    if (need->role == BLOB_ENVIRONMENT && asks->guard.data != NULL) {
        reply->octets = asks->environment;
        return SWORN_OK;
    }
    return store_get(asks->view, STORE_BLOBS, octets_of_hash(&need->hash), &reply->octets);
}

static enum sworn_result ask_key(void *context, const struct message_need_key *need,
                                 struct region *region, struct message_octets *reply)
{
    (void)region;
    return local_get(context, &need->zone_id, LOCAL_SEALED_KEY, &reply->octets);
}

void asks_init(struct asks *asks, struct store_view *view)
{
    *asks = (struct asks){
        .view = view,
        .answers = {.context = asks,
                    .page = ask_page,
                    .value = ask_value,
                    .blob = ask_blob,
                    .key = ask_key},
    };
}

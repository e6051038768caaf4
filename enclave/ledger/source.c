/*
 * source.c - trees fetched from the host; see source.h.
 */
#include "enclave/ledger/source.h"

/*
 * A page that came along: 32 hash ‖ page. The hash only finds it; the tree verifies what it gets.
 */
static bool prefetched(const struct ledger_source *source, const struct hash *node,
                       struct octets *page)
{
    for (uint32_t i = 0; i < source->prefetched.count; i++) {
        struct octets item = source->prefetched.items[i];

        if (item.size >= HASH_SIZE && memcmp(item.data, node->octets, HASH_SIZE) == 0) {
            *page = octets_of(item.data + HASH_SIZE, item.size - HASH_SIZE);
            return true;
        }
    }
    return false;
}

static enum sworn_result fetch_page(void *context, const struct hash *node, struct octets key,
                                    struct region *region, struct octets *page)
{
    struct ledger_source *source = context;
    struct message_need_page need = {
        .kind = (uint8_t)source->kind, .zone_id = source->zone_id, .node = *node, .key = key};
    struct message_pages reply;
    struct question question = {
        .type = MESSAGE_NEED_PAGE,
        .message = &need,
        .size = sizeof(need),
        .reply_type = MESSAGE_PAGES,
        .reply = &reply,
        .reply_size = sizeof(reply),
    };

    if (prefetched(source, node, page)) {
        return SWORN_OK;
    }
    SWORN_TRY(channel_ask(source->channel, &question, region, source->reason));
    SWORN_SAY(reply.pages.count <= PREFETCHED_MAX, source->reason, SWORN_LIMIT,
              "the host sent %u pages at once", reply.pages.count);
    source->prefetched = reply.pages;
    SWORN_SAY(prefetched(source, node, page), source->reason, SWORN_PROOF,
              "the host does not have a page of the %s tree",
              source->kind == MERKLE_TOP ? "top" : "zone");
    return SWORN_OK;
}

/* The request's own values are used in the order in which they came, so one look is enough. */
static bool offered(struct ledger_source *source, struct octets key, struct octets *value)
{
    if (source->offered_keys == NULL) {
        return false;
    }
    for (uint32_t i = source->offered_next; i < source->offered_keys->count; i++) {
        if (octets_equal(source->offered_keys->items[i], key)) {
            source->offered_next = i + 1;
            *value = source->offered_values->items[i];
            return value->size > 0;
        }
    }
    return false;
}

static enum sworn_result fetch_value(void *context, struct octets key,
                                     const struct hash *value_hash, struct region *region,
                                     struct octets *value)
{
    struct ledger_source *source = context;
    struct message_need_value need = {
        .kind = (uint8_t)source->kind, .zone_id = source->zone_id, .key = key};
    struct message_octets reply;
    struct question question = {
        .type = MESSAGE_NEED_VALUE,
        .message = &need,
        .size = sizeof(need),
        .reply_type = MESSAGE_OCTETS,
        .reply = &reply,
        .reply_size = sizeof(reply),
    };

    (void)value_hash;
    if (offered(source, key, value)) {
        return SWORN_OK;
    }
    SWORN_TRY(channel_ask(source->channel, &question, region, source->reason));
    SWORN_SAY(reply.present == 1, source->reason, SWORN_PROOF,
              "the host does not have a value of the %s tree",
              source->kind == MERKLE_TOP ? "top" : "zone");
    *value = reply.octets;
    return SWORN_OK;
}

void ledger_source_init(struct ledger_source *source, struct channel *channel,
                        enum merkle_kind kind, const struct hash *zone_id)
{
    *source = (struct ledger_source){
        .source = {.context = source, .page = fetch_page, .value = fetch_value},
        .channel = channel,
        .kind = kind,
        .zone_id = *zone_id,
    };
}

void ledger_source_offer(struct ledger_source *source, const struct octets_list *keys,
                         const struct octets_list *values)
{
    source->offered_keys = keys;
    source->offered_values = values;
    source->offered_next = 0;
}

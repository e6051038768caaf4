/*
 * source.c - trees fetched from the host; see source.h.
 */
#include "enclave/ledger/source.h"

#include "core/dns/rr_table.h"
#include "core/dns/rrset.h"

#include <stdio.h>

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

static void note(const struct ledger_source *source, bool value, struct octets key)
{
    struct ledger_fetched *last = source->last;

    last->any = true;
    last->value = value;
    last->kind = source->kind;
    last->size = key.size < sizeof(last->key) ? key.size : sizeof(last->key);
    if (last->size > 0) {
        memcpy(last->key, key.data, last->size);
    }
}

/*
 * Whatever the host does wrong here is a failed proof: to a guard that asks for records, a bound
 * that was passed or a request that is malformed would look like its own.
 */
static enum sworn_result as_proof(enum sworn_result result)
{
    return result == SWORN_LIMIT || result == SWORN_MALFORMED ? SWORN_PROOF : result;
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

    note(source, false, key);
    if (prefetched(source, node, page)) {
        return SWORN_OK;
    }
    SWORN_TRY(as_proof(channel_ask(source->channel, &question, region, source->reason)));
    SWORN_SAY(reply.pages.count <= PREFETCHED_MAX, source->reason, SWORN_PROOF,
              "the host sent %u pages of the %s tree at once", reply.pages.count,
              source->kind == MERKLE_TOP ? "top" : "zone");
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

    (void)value_hash;
    note(source, true, key);
    if (offered(source, key, value)) {
        return SWORN_OK;
    }
    SWORN_TRY(as_proof(channel_ask_octets(source->channel, MESSAGE_NEED_VALUE, &need, region,
                                          &reply, source->reason)));
    SWORN_SAY(reply.present == 1, source->reason, SWORN_PROOF,
              "the host does not have a value of the %s tree",
              source->kind == MERKLE_TOP ? "top" : "zone");
    *value = reply.octets;
    return SWORN_OK;
}

/* The name that a set's or an apex's key stands for, with the type of a set. */
static void key_text(const struct ledger_fetched *last, char *text, size_t size)
{
    char owner[NAME_TEXT_SIZE];
    const struct rr_type *row;
    struct name name;
    uint16_t type;

    (void)snprintf(text, size, "what is no name");
    if (last->kind == MERKLE_TOP && last->size == 1 + HASH_SIZE && last->key[0] == 0) {
        (void)snprintf(text, size, "zone %02x%02x%02x%02x...", last->key[1], last->key[2],
                       last->key[3], last->key[4]);
    }
    if (last->kind == MERKLE_TOP && last->size >= 2 && last->key[0] == 1 &&
        name_from_key(octets_of(last->key + 1, last->size - 2), &name) == SWORN_OK) {
        name_to_text(&name, owner);
        (void)snprintf(text, size, "apex %.300s", owner);
    }
    if (last->kind == MERKLE_ZONE &&
        rrset_key_read(octets_of(last->key, last->size), &name, &type) == SWORN_OK) {
        row = rr_type_find(type);
        name_to_text(&name, owner);
        (void)snprintf(text, size, "%.300s %s", owner, row == NULL ? "" : row->name);
    }
}

void ledger_source_blame(const struct ledger_fetched *last, struct reason *reason)
{
    char key[400];

    if (!last->any) {
        return;
    }
    key_text(last, key, sizeof(key));
    (void)because(reason, SWORN_PROOF,
                  "%s in the %s tree does not lead to the certified root: %s%s",
                  last->value ? "a value" : "a page", last->kind == MERKLE_TOP ? "top" : "zone",
                  last->value ? "" : "on the way to ", key);
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

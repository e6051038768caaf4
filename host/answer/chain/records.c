/*
 * records.c - records with compressed names; see chain.h.
 */
#include "core/dns/rr.h"
#include "host/answer/chain/chain.h"

static bool put(struct response *response, struct octets octets)
{
    if (octets.size > response->limit - response->used) {
        return false;
    }
    if (octets.size > 0) {
        memcpy(response->octets + response->used, octets.data, octets.size);
    }
    response->used += octets.size;
    return true;
}

static bool put_name(struct chain *chain, const uint8_t *wire)
{
    struct response *response = chain->response;
    size_t pointer;
    size_t size = compress_name(&chain->reader->compressor, wire, response->used,
                                response->limit - response->used, &pointer);

    response->used += size;
    return size > 0;
}

static bool put_rdata(struct chain *chain, uint16_t type, struct octets rdata)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    if (type == RR_RRSIG || rdata_parts(type, rdata, parts, &count) != SWORN_OK) {
        return put(chain->response, rdata);
    }
    for (size_t i = 0; i < count; i++) {
        bool done = parts[i].is_name && parts[i].may_compress
                        ? put_name(chain, parts[i].octets.data)
                        : put(chain->response, parts[i].octets);

        if (!done) {
            return false;
        }
    }
    return true;
}

/* `head` is type, class and TTL. */
bool chain_record(struct chain *chain, enum section section, const struct name *owner,
                  const uint8_t *head, struct octets rdata)
{
    struct response *response = chain->response;
    static const uint8_t no_size[2];
    size_t size_at;

    if (!put_name(chain, owner->wire) || !put(response, octets_of(head, 8)) ||
        !put(response, octets_of(no_size, 2))) {
        return false;
    }
    size_at = response->used - 2;
    if (!put_rdata(chain, (uint16_t)get_u16(head), rdata)) {
        return false;
    }
    put_u16(response->octets + size_at, (unsigned)(response->used - size_at - 2));
    response->count[section]++;
    return true;
}

/* All records of a set: `owner` is their owner here, `name` the one the set is stored under. */
bool chain_set(struct chain *chain, enum section section, const struct fragment *set,
               const struct name *owner, const struct name *name)
{
    unsigned count = set->count + (chain->response->dnssec ? (unsigned)set->rrsig_count : 0U);
    size_t at = 0;

    for (unsigned i = 0; i < count; i++) {
        struct fragment_record record = fragment_record(set, at);
        size_t size = fragment_rdata(set, &record, name, chain->reader->rdata);

        if (!chain_record(chain, section, owner, fragment_octets(set) + at + set->owner_size,
                          octets_of(chain->reader->rdata, size))) {
            return false;
        }
        at = record.next;
    }
    return true;
}

void chain_node_name(const struct node *node, struct name *name)
{
    if (name_from_key(octets_of(keyed_key(&node->keyed), node->keyed.key_size), name) != SWORN_OK) {
        name_root(name); /* no node has such a key */
    }
}

/* The name that the chain has come to, as a name. */
void chain_name_at(const struct chain *chain, struct name *name)
{
    name->size = chain->at->size;
    memcpy(name->wire, chain->at->wire, chain->at->size);
}

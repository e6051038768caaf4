/*
 * proof.c - owners that are not in the question; see proof.h.
 */
#include "host/answer/wire/proof.h"

#include "core/dns/rr.h"
#include "host/answer/denial/hashed.h"

/* Labels that the node's key has in common with the question's. */
static unsigned common_labels(const struct question *question, const struct keyed *node)
{
    const uint8_t *key = keyed_key(node);
    unsigned depth = 0;

    while (depth < question->labels) {
        size_t from = question->key_at[depth];
        size_t to = question->key_at[depth + 1];

        if (to > node->key_size || key[from] != question->key[from] ||
            memcmp(key + from, question->key + from, to - from) != 0) {
            break;
        }
        depth++;
    }
    return depth;
}

/*
 * The labels of a key from `from` on as wire, the last one first; returns the size. As a key they
 * are [label 00]..., 01 followed by the octet plus one for 00 and 01.
 */
static size_t labels_from_key(const uint8_t *key, size_t from, size_t size, uint8_t *wire)
{
    size_t used = 0;

    while (size > from) {
        size_t begin = size - 1;
        uint8_t *length = wire + used++;

        while (begin > from && key[begin - 1] != 0) {
            begin--;
        }
        for (size_t at = begin; at < size - 1; at++) {
            bool escaped = key[at] == 1;

            at += escaped;
            wire[used++] = (uint8_t)(key[at] - escaped);
        }
        *length = (uint8_t)(wire + used - length - 1);
        size = begin;
    }
    return used;
}

/* An owner that is not in the question: its labels, then where it goes on there. */
struct owner {
    uint8_t octets[NAME_MAX_SIZE + 1];
    size_t size;
};

/* The labels of a node below the first `depth` ones, as wire; returns the size. */
static size_t labels_below(const struct node *node, unsigned depth, size_t from, uint8_t *wire)
{
    const uint8_t *key = keyed_key(&node->keyed);
    size_t size = node->keyed.key_size - from - 1;

    if (node->labels != depth + 1 || (node->flags & NODE_PLAIN_LABEL) == 0) {
        return labels_from_key(key, from, node->keyed.key_size, wire);
    }
    wire[0] = (uint8_t)size;
    memcpy(wire + 1, key + from, size);
    return size + 1;
}

static void owner_of(const struct response *response, const struct node *node, unsigned depth,
                     struct owner *owner)
{
    owner->size = labels_below(node, depth, response->question->key_at[depth], owner->octets);
    if (depth == 0) {
        owner->octets[owner->size++] = 0;
        return;
    }
    put_u16(owner->octets + owner->size, response_pointer(response, depth));
    owner->size += 2;
}

static void append(struct response *response, const void *octets, size_t size)
{
    memcpy(response->octets + response->used, octets, size);
    response->used += size;
}

/* Each owner whole: pointers do not reach that far. */
static bool put_nsec_whole(struct response *response, const struct fragment *nsec,
                           const struct owner *owner)
{
    unsigned count = (unsigned)nsec->count + nsec->rrsig_count;
    size_t at = 0;

    if (nsec->size + (owner->size - 2) * count > response->limit - response->used) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        struct fragment_record record = fragment_record(nsec, at);

        append(response, owner->octets, owner->size);
        append(response, fragment_octets(nsec) + at + nsec->owner_size,
               record.next - at - nsec->owner_size);
        at = record.next;
    }
    response->count[SECTION_AUTHORITY] += (uint16_t)count;
    return true;
}

static bool put_nsec(struct response *response, const struct node *node)
{
    const struct fragment *nsec = node_set(node, RR_NSEC);
    unsigned depth = common_labels(response->question, &node->keyed);
    struct owner owner;

    if (response->question->key_at[depth] == node->keyed.key_size) {
        return response_fragment(response, SECTION_AUTHORITY, nsec,
                                 response_pointer(response, depth));
    }
    owner_of(response, node, depth, &owner);
    if (response->used > POINTER_REACH) {
        return put_nsec_whole(response, nsec, &owner);
    }
    return response_below(response, SECTION_AUTHORITY, nsec, owner.octets, owner.size);
}

/* The same for an NSEC3. */
static bool put_hashed_whole(struct response *response, const struct hashed *hashed, uint16_t apex,
                             size_t tail)
{
    size_t at = hashed->owner_size;

    if (hashed->size + (hashed->count - 1U) * HASHED_LABEL > response->limit - response->used) {
        return false;
    }
    for (unsigned i = 0; i < hashed->count; i++) {
        size_t rest = 10 + get_u16(hashed->octets + at + 8);

        append(response, hashed->octets, hashed->owner_size);
        if (tail == 2) {
            put_u16(response->octets + response->used - 2, apex);
        }
        append(response, hashed->octets + at, rest);
        at += rest + 2;
    }
    return true;
}

static bool put_hashed(struct response *response, const struct zone *zone,
                       const struct hashed *hashed)
{
    uint16_t apex = response_pointer(response, zone->labels);
    size_t tail = hashed->owner_size - (size_t)HASHED_LABEL;
    uint8_t *octets = response->octets + response->used;
    unsigned owner = POINTER_BITS | (unsigned)response->used;

    response->count[SECTION_AUTHORITY] += hashed->count;
    if (response->used > POINTER_REACH) {
        return put_hashed_whole(response, hashed, apex, tail);
    }
    if (hashed->size > response->limit - response->used) {
        return false;
    }
    memcpy(octets, hashed->octets, hashed->size);
    response->used += hashed->size;
    if (tail == 2) {
        put_u16(octets + HASHED_LABEL, apex);
    }
    octets += hashed->owner_size;
    for (unsigned i = 1; i < hashed->count; i++) {
        octets += 10 + get_u16(octets + 8);
        put_u16(octets, owner);
        octets += 2;
    }
    return true;
}

bool response_proof(struct response *response, const struct zone *zone, const struct keyed *item)
{
    return zone_is_hashed(zone) ? put_hashed(response, zone, (const struct hashed *)item)
                                : put_nsec(response, node_of(item));
}

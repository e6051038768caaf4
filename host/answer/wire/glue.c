/*
 * glue.c - addresses that go with referrals; see glue.h.
 */
#include "host/answer/wire/glue.h"

#include "core/dns/rr.h"

/* A name server of the cut, where its name stands, and where it would be in the zone. */
struct server {
    struct name name;
    size_t at; /* of the name within the NS fragment */
    uint16_t key_size;
    uint8_t key[NAME_KEY_MAX];
};

struct glue_work {
    const struct glue_context *context;
    const struct node *cut;
    const struct fragment *ns;
    bool loose; /* see glue_render() */
    struct glue_part part[GLUE_KINDS];
    uint8_t *octets[GLUE_KINDS]; /* thirds of the renderer's message */
};

#define PART_ROOM (MESSAGE_MAX / GLUE_KINDS)

static bool key_within(const struct server *server, const struct keyed *ancestor)
{
    return server->key_size >= ancestor->key_size &&
           memcmp(server->key, keyed_key(ancestor), ancestor->key_size) == 0;
}

/* The server's name at `at` of an NS set; false when it lies outside the zone. */
static enum sworn_result server_at(const struct glue_context *context, const struct fragment *ns,
                                   const struct fragment_record *record, const struct name *owner,
                                   struct server *server, bool *in_zone)
{
    uint8_t rdata[NAME_MAX_SIZE * 2];
    struct reader reader;

    reader = reader_of(octets_of(rdata, fragment_rdata(ns, record, owner, rdata)));
    SWORN_TRY(name_read(&reader, &server->name));
    server->at = record->rdata_at;
    server->key_size = (uint16_t)name_to_key(&server->name, server->key);
    *in_zone = key_within(server, &context->zone->keyed);
    return SWORN_OK;
}

/* The owner of the server's records: a pointer to its name in the NS set, or the name itself. */
static size_t put_owner(const struct glue_work *work, const struct server *server, uint8_t *octets)
{
    const uint8_t *there = fragment_octets(work->ns) + server->at;

    if (there[0] >= 0x40) {
        memcpy(octets, there, 2); /* that is a pointer already */
        return 2;
    }
    if (server->at <= FRAGMENT_REACH) {
        put_u16(octets, POINTER_TO_SELF | (unsigned)server->at);
        return 2;
    }
    memcpy(octets, server->name.wire, server->name.size);
    return server->name.size;
}

/* Records [from, to) of the fragment; all of them or none. */
static void put_records(struct glue_work *work, enum glue_kind kind, const struct server *server,
                        const struct fragment *fragment, size_t from, size_t to)
{
    struct glue_part part = work->part[kind];

    for (size_t at = from; at < to;) {
        struct fragment_record record = fragment_record(fragment, at);
        size_t rest = record.next - at - fragment->owner_size;

        if (part.size + NAME_MAX_SIZE + rest > PART_ROOM) {
            return;
        }
        part.size += (uint16_t)put_owner(work, server, work->octets[kind] + part.size);
        memcpy(work->octets[kind] + part.size,
               fragment_octets(fragment) + at + fragment->owner_size, rest);
        part.size += (uint16_t)rest;
        part.count++;
        at = record.next;
    }
    work->part[kind] = part;
}

/* Size of the part of a key that has one label more. */
static size_t one_label_more(const struct server *server, size_t size)
{
    while (server->key[size] != 0) {
        size++;
    }
    return size + 1;
}

static const struct node *node_at(const struct glue_context *context, const uint8_t *key,
                                  size_t size)
{
    return node_of(trie_find(context->zone->trie, context->seed, key, size,
                             hash_key(context->seed, key, size)));
}

static const struct node *wildcard_of(const struct glue_context *context, const struct node *above)
{
    uint8_t key[NAME_KEY_MAX + 2];
    size_t size = above->keyed.key_size;

    if ((above->flags & NODE_WILDCARD_BELOW) == 0) {
        return NULL;
    }
    memcpy(key, keyed_key(&above->keyed), size);
    key[size] = '*';
    key[size + 1] = 0;
    return node_at(context, key, size + 2);
}

/*
 * Where a name server has its addresses: at its name, or at the wildcard in its place (RFC 4592
 * 2.2), below a cut too. What a DNAME hides is not there.
 */
static const struct node *node_of_server(const struct glue_context *context,
                                         const struct server *server)
{
    const struct node *node = context->zone->apex;
    size_t size = context->zone->keyed.key_size;

    while (size < server->key_size) {
        const struct node *above = node;

        if ((above->flags & NODE_DNAME) != 0) {
            return NULL;
        }
        size = one_label_more(server, size);
        node = node_at(context, server->key, size);
        if (node == NULL) {
            return wildcard_of(context, above);
        }
    }
    return node;
}

static void put_server(struct glue_work *work, const struct server *server)
{
    const struct node *node = node_of_server(work->context, server);
    bool is_referral = (work->cut->flags & NODE_CUT) != 0;
    enum glue_kind kind =
        is_referral && key_within(server, &work->cut->keyed) ? GLUE_IN_DOMAIN : GLUE_OTHER;
    static const uint16_t types[] = {RR_A, RR_AAAA};
    bool found = false;

    for (size_t i = 0; node != NULL && i < 2; i++) {
        const struct fragment *fragment = node_set(node, types[i]);

        if (fragment == NULL) {
            continue;
        }
        found = node->keyed.key_size == server->key_size;
        put_records(work, kind, server, fragment, 0, fragment->plain_size);
        put_records(work, GLUE_RRSIG, server, fragment, fragment->plain_size, fragment->size);
    }
    work->loose = work->loose || !found;
}

/* Where owners are pointers; returns how many. */
static unsigned note_pointers(const uint8_t *octets, size_t from, size_t to, uint16_t *positions)
{
    unsigned count = 0;

    for (size_t at = from; at < to; at += glue_record_size(octets + at)) {
        if (octets[at] >= 0x80) {
            positions[count++] = (uint16_t)at;
        }
    }
    return count;
}

static enum sworn_result glue_make(struct txn *txn, const struct glue_work *work,
                                   struct glue **made)
{
    size_t records = 0;
    size_t size = 0;
    struct glue *glue;
    uint16_t *positions;
    uint8_t *octets;
    void *memory;

    for (size_t i = 0; i < GLUE_KINDS; i++) {
        records += work->part[i].count;
        size += work->part[i].size;
    }
    *made = NULL;
    if (size == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(txn_alloc(txn, sizeof(*glue) + records * sizeof(uint16_t) + size, &memory));
    glue = *made = memory;
    glue->octets_at = (uint16_t)(sizeof(*glue) + records * sizeof(uint16_t));
    octets = (uint8_t *)memory + glue->octets_at;
    positions = glue->positions;
    size = 0;
    for (size_t i = 0; i < GLUE_KINDS; i++) {
        struct glue_part *part = &glue->part[i];

        *part = work->part[i];
        memcpy(octets + size, work->octets[i], part->size);
        part->pointers = (uint16_t)note_pointers(octets, size, size + part->size, positions);
        positions += part->pointers;
        size += part->size;
    }
    return SWORN_OK;
}

enum sworn_result glue_render(const struct glue_context *context, struct txn *txn,
                              const struct node *cut, struct glue **glue, bool *loose)
{
    struct glue_work work = {.context = context, .cut = cut, .ns = node_set(cut, RR_NS)};
    struct name owner;

    *glue = NULL;
    *loose = false;
    if (work.ns == NULL) {
        return SWORN_OK;
    }
    for (size_t i = 0; i < GLUE_KINDS; i++) {
        work.octets[i] = context->renderer->message + i * PART_ROOM;
    }
    SWORN_TRY(name_from_key(octets_of(keyed_key(&cut->keyed), cut->keyed.key_size), &owner));
    for (size_t at = 0; at < work.ns->plain_size;) {
        struct fragment_record record = fragment_record(work.ns, at);
        struct server server;
        bool in_zone;

        SWORN_TRY(server_at(context, work.ns, &record, &owner, &server, &in_zone));
        if (in_zone) {
            put_server(&work, &server);
        }
        at = record.next;
    }
    *loose = work.loose;
    return glue_make(txn, &work, glue);
}

enum sworn_result glue_servers(const struct glue_context *context, const struct fragment *ns,
                               const struct name *owner, void *argument,
                               enum sworn_result (*each)(void *argument, uint64_t server))
{
    for (size_t at = 0; at < ns->plain_size;) {
        struct fragment_record record = fragment_record(ns, at);
        struct server server;
        bool in_zone;

        SWORN_TRY(server_at(context, ns, &record, owner, &server, &in_zone));
        if (in_zone) {
            SWORN_TRY(each(argument, hash_key(context->seed, server.key, server.key_size)));
        }
        at = record.next;
    }
    return SWORN_OK;
}

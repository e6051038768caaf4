/*
 * transfer_world.c - a handler over a store of its own; see transfer_world.h.
 */
#include "transfer_world.h"

#include "core/dns/rr.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NUMBER 7
#define TTL    300

#define NEED(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static const char config_text[] =
    "keys:\n"
    "  - { id: \"key.\", algorithm: hmac-sha256,\n"
    "      secret: \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\" }\n"
    "acl:\n  - { id: \"a\", keys: [ \"key.\" ], actions: [ transfer ] }\n"
    "template:\n"
    "  - { id: default, acl: [ \"a\" ], catalog: \"catalog.\", group: \"g\" }\n";

static void config_open(struct world *world)
{
    struct region region;
    struct config config;
    struct reason reason = {0};

    region_init(&region, (size_t)16 << 20);
    NEED(config_read_text(octets_of_text(config_text), "/nowhere/test.yaml", "/bin/false", &region,
                          &config, &reason) == SWORN_OK);
    NEED(config_current_new(&config, &region, &world->config) == SWORN_OK);
    for (uint8_t i = 0; i < sizeof(world->secret); i++) {
        world->secret[i] = i;
    }
    world->key = (struct tsig_key){.algorithm = "hmac-sha256",
                                   .secret = octets_of(world->secret, sizeof(world->secret))};
    NEED(name_from_text(octets_of_text("key."), NULL, &world->key.name) == SWORN_OK);
}

void world_open(struct world *world)
{
    struct transfer_options options = {0};
    struct handler_parts parts = {0};
    struct reason reason = {0};

    *world = (struct world){.folder = "/tmp/sworn-transfer-XXXXXX", .index = 1};
    NEED(mkdtemp(world->folder) != NULL);
    NEED(store_open(world->folder, &world->store, &reason) == SWORN_OK);
    NEED(name_from_text(octets_of_text("example."), NULL, &world->apex) == SWORN_OK);
    memset(world->id.octets, 0x5a, HASH_SIZE);
    config_open(world);
    NEED(answer_server_new(&world->answers) == SWORN_OK);
    options.config = world->config;
    options.store = world->store;
    NEED(transfer_server_new(&options, &world->transfers) == SWORN_OK);
    parts.config = world->config;
    parts.answers = world->answers;
    parts.transfers = world->transfers;
    NEED(handler_new(&parts, &world->handler) == SWORN_OK);
}

void world_close(struct world *world)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char path[128];

    handler_free(world->handler);
    transfer_server_free(world->transfers);
    answer_server_free(world->answers);
    config_current_free(world->config);
    store_close(world->store);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", world->folder, files[i]);
        (void)unlink(path);
    }
    NEED(rmdir(world->folder) == 0);
}

void world_begin(struct world *world)
{
    world->index++;
    region_init(&world->region, (size_t)64 << 20);
    NEED(store_write(world->store, &world->view) == SWORN_OK);
    NEED(journal_begin(&world->journal, world->view, NUMBER, world->index, &world->region) ==
         SWORN_OK);
}

/* A row whose signature only looks like one. */
static struct octets row_of(struct world *world, const struct name *owner, uint16_t type,
                            const char *text)
{
    static const uint8_t rrsig[] = {0, 1, 13, 1, 0,   0,   1,   44,  9,   9,   9,   9, 8, 8, 8,
                                    8, 7, 7,  7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 1, 2, 3};
    struct writer rdata = writer_in(&world->region, RDATA_MAX);
    struct writer row = writer_in(&world->region, (size_t)256 * 1024);
    struct octets one, signature = octets_of(rrsig, sizeof(rrsig));
    struct reason reason = {0};
    struct signed_set set = {
        .rrset = {.owner = *owner, .type = type, .ttl = TTL, .count = 1, .rdata = &one},
        .rrsig_count = 1,
        .rrsig = &signature};

    NEED(rdata_from_text(type, octets_of_text(text), &world->apex, &rdata, &reason) == SWORN_OK);
    one = written(&rdata);
    NEED(signed_set_write(&set, &row) == SWORN_OK);
    return written(&row);
}

void world_set(struct world *world, const char *owner, uint16_t type, const char *text)
{
    struct octets before = {0}, after = {0};
    struct rrset_key key;
    struct row_key row;
    struct name name;

    NEED(name_from_text(octets_of_text(owner), &world->apex, &name) == SWORN_OK);
    rrset_key(&name, type, &key);
    row_of_zone(NUMBER, octets_of(key.octets, key.size), &row);
    (void)!store_get(world->view, STORE_SETS, row_octets(&row), &before);
    if (text != NULL) {
        after = row_of(world, &name, type, text);
    }
    NEED(journal_change(&world->journal, octets_of(key.octets, key.size), before, after) ==
         SWORN_OK);
    if (text == NULL) {
        NEED(store_delete(world->view, STORE_SETS, row_octets(&row)) == SWORN_OK);
    } else {
        NEED(store_put(world->view, STORE_SETS, row_octets(&row), after) == SWORN_OK);
    }
}

static void leaf_put(struct world *world)
{
    struct writer value = writer_in(&world->region, ZONE_LEAF_MAX);
    struct zone_leaf leaf = {
        .state = ZONE_LIVE, .apex = octets_of_text("example."), .serial = world->serial};
    uint8_t memory[TOP_KEY_MAX];
    struct row_key key;

    NEED(zone_leaf_write(&leaf, &value) == SWORN_OK);
    row_of_top(1, octets_of(memory, top_key_of_zone(&world->id, memory)), &key);
    NEED(store_put(world->view, STORE_TOP, row_octets(&key), written(&value)) == SWORN_OK);
}

void world_end(struct world *world, bool publish)
{
    const struct journal_limits limits = {.commits = world->serial == 0 ? 0 : 100,
                                          .needed = UINT64_MAX};
    const struct commit_publication publication = {.apex = &world->apex,
                                                   .zone_id = &world->id,
                                                   .number = NUMBER,
                                                   .serial = world->serial + 1,
                                                   .index = world->index};
    struct commit_events events = transfer_events(world->transfers);
    char soa[64];

    (void)snprintf(soa, sizeof(soa), "ns host %u 1 2 3 4", world->serial + 1);
    world_set(world, "@", RR_SOA, soa);
    NEED(journal_end(&world->journal, world->serial, world->serial + 1, &limits) == SWORN_OK);
    world->serial++;
    leaf_put(world);
    NEED(store_commit(world->view) == SWORN_OK);
    region_clear(&world->region);
    if (publish) {
        events.published(events.context, &publication);
    }
}

/* A client that verifies and reads whatever it gets. */
static bool take(struct exchange *exchange, struct octets message)
{
    struct world_reply *reply = (struct world_reply *)exchange;
    struct dns_reader reader;
    struct dns_question question;
    struct dns_record record;
    enum sworn_result result = SWORN_OK;
    enum tsig_error error = TSIG_NOERROR;
    struct tsig tsig;

    if (reply->gone) {
        return false;
    }
    NEED(message.size <= (exchange->transport == TRANSPORT_UDP ? 1232 : DNS_MESSAGE_MAX));
    NEED(dns_read(message, &reader) == SWORN_OK);
    if (reader.header.count[DNS_QUESTION] == 1) {
        NEED(dns_read_question(&reader, &question) == SWORN_OK);
    }
    while (result == SWORN_OK) {
        result = dns_read_record(&reader, &record);
    }
    NEED(result == SWORN_ABSENT);
    if (reply->chain != NULL) {
        NEED(tsig_find(message, &tsig) == SWORN_OK);
        NEED(tsig_verify(message, &tsig, reply->chain, (uint64_t)time(NULL), &error) == SWORN_OK);
        NEED(error == TSIG_NOERROR);
    }
    memcpy(reply->last, message.data, message.size);
    reply->size = message.size;
    reply->messages++;
    return true;
}

void world_ask(struct world *world, struct octets message, bool sign, enum transport transport,
               struct world_reply *reply)
{
    struct exchange_handler handler = handler_of(world->handler);
    struct tsig_chain chain = {.key = &world->key};
    struct writer writer;
    struct tsig tsig;

    NEED(message.size + TSIG_SIZE_MAX <= DNS_MESSAGE_MAX);
    memcpy(reply->last, message.data, message.size);
    writer = writer_over(reply->last, sizeof(reply->last));
    writer.used = message.size;
    /* What has a TSIG of its own, or is none that could have one, goes as it is. */
    reply->chain = NULL;
    if (sign && message.size >= DNS_HEADER_SIZE && tsig_find(message, &tsig) == SWORN_ABSENT &&
        (message.data[2] & 0x80) == 0 && (message.data[10] & message.data[11]) != 0xff) {
        NEED(tsig_sign(&chain, (uint64_t)time(NULL), &writer) == SWORN_OK);
        /* A name that points into the header is another one now. */
        reply->chain = tsig_find(written(&writer), &tsig) == SWORN_OK ? &chain : NULL;
    }
    reply->messages = 0;
    reply->exchange = (struct exchange){.transport = transport, .send = take};
    reply->exchange.message = octets_of(malloc(writer.used + 1), writer.used);
    NEED(reply->exchange.message.data != NULL);
    memcpy((void *)(uintptr_t)reply->exchange.message.data, reply->last, writer.used);
    handler.handle(handler.context, &reply->exchange);
    free((void *)(uintptr_t)reply->exchange.message.data);
}

size_t world_question(const char *name, uint16_t type, uint32_t serial, uint8_t *room, size_t size)
{
    struct dns_header header = {.id = 7,
                                .count = {[DNS_QUESTION] = 1, [DNS_AUTHORITY] = type == RR_IXFR}};
    struct dns_question question = {.type = type, .class = DNS_CLASS_IN};
    struct writer writer = writer_over(room, size);

    NEED(name_from_text(octets_of_text(name), NULL, &question.name) == SWORN_OK);
    NEED(dns_write_header(&writer, &header) == SWORN_OK);
    NEED(dns_write_question(&writer, &question) == SWORN_OK);
    if (type == RR_IXFR) {
        NEED(write_u16(&writer, 0xc00c) == SWORN_OK);
        NEED(write_u16(&writer, RR_SOA) == SWORN_OK);
        NEED(write_u16(&writer, DNS_CLASS_IN) == SWORN_OK);
        NEED(write_u32(&writer, 0) == SWORN_OK);
        NEED(write_u16(&writer, 22) == SWORN_OK);
        NEED(write_u16(&writer, 0) == SWORN_OK);
        NEED(write_u32(&writer, serial) == SWORN_OK);
        for (int i = 0; i < 4; i++) {
            NEED(write_u32(&writer, 1) == SWORN_OK);
        }
    }
    return writer.used;
}

/*
 * host.c - a host for the enclave in the same process; see host.h.
 */
#include "tests/unit/enclave/host.h"

#include "core/dns/rr.h"
#include "core/dns/rrset.h"
#include "core/guard/guard.h"
#include "core/merkle/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST_CAP    ((size_t)1024 * 1024 * 1024)
#define FIRST_TIME  1700000000
#define PAGE_SIZE   300 /* small: trees of a few names take several pages */
#define ENTRIES_MAX 8192

/* What a row is; values and pages of both kinds of tree, blobs by hash, state and key by zone. */
enum row_kind { ROW_TOP_VALUE, ROW_ZONE_VALUE, ROW_TOP_PAGE, ROW_ZONE_PAGE, ROW_BLOB, ROW_LOCAL };

struct host_row {
    struct host_row *next;
    enum row_kind kind;
    struct hash zone_id;
    struct octets key;
    struct octets value; /* data NULL: gone */
};

/*
 * (module
 *   (import "fdns" "update_record" (func $update (param i32 i32)))
 *   (import "fdns" "arg_size" (func $size (result i32)))
 *   (import "fdns" "arg_copy" (func $copy (param i32 i32 i32) (result i32)))
 *   (memory (export "memory") 4)
 *   (func $run (local $at i32) (local $length i32)
 *     (drop (call $copy (i32.const 0) (i32.const 0) (call $size)))
 *     (block $end (loop $next
 *       (br_if $end (i32.ge_u (local.get $at) (call $size)))
 *       (local.set $length (i32.load (local.get $at)))
 *       (call $update (i32.add (local.get $at) (i32.const 4)) (local.get $length))
 *       (local.set $at (i32.add (local.get $at) (i32.add (local.get $length) (i32.const 4))))
 *       (br $next))))
 *   (export "setup" (func $run))
 *   (export "handle_update_request" (func $run)))
 */
const uint8_t obedient_guard[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x14, 0x04, 0x60, 0x02, 0x7f, 0x7f, 0x00,
    0x60, 0x00, 0x01, 0x7f, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, 0x60, 0x00, 0x00, 0x02, 0x36,
    0x03, 0x04, 0x66, 0x64, 0x6e, 0x73, 0x0d, 0x75, 0x70, 0x64, 0x61, 0x74, 0x65, 0x5f, 0x72, 0x65,
    0x63, 0x6f, 0x72, 0x64, 0x00, 0x00, 0x04, 0x66, 0x64, 0x6e, 0x73, 0x08, 0x61, 0x72, 0x67, 0x5f,
    0x73, 0x69, 0x7a, 0x65, 0x00, 0x01, 0x04, 0x66, 0x64, 0x6e, 0x73, 0x08, 0x61, 0x72, 0x67, 0x5f,
    0x63, 0x6f, 0x70, 0x79, 0x00, 0x02, 0x03, 0x02, 0x01, 0x03, 0x05, 0x03, 0x01, 0x00, 0x04, 0x07,
    0x2a, 0x03, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x05, 0x73, 0x65, 0x74, 0x75,
    0x70, 0x00, 0x03, 0x15, 0x68, 0x61, 0x6e, 0x64, 0x6c, 0x65, 0x5f, 0x75, 0x70, 0x64, 0x61, 0x74,
    0x65, 0x5f, 0x72, 0x65, 0x71, 0x75, 0x65, 0x73, 0x74, 0x00, 0x03, 0x0a, 0x38, 0x01, 0x36, 0x01,
    0x02, 0x7f, 0x41, 0x00, 0x41, 0x00, 0x10, 0x01, 0x10, 0x02, 0x1a, 0x02, 0x40, 0x03, 0x40, 0x20,
    0x00, 0x10, 0x01, 0x4f, 0x0d, 0x01, 0x20, 0x00, 0x28, 0x02, 0x00, 0x21, 0x01, 0x20, 0x00, 0x41,
    0x04, 0x6a, 0x20, 0x01, 0x10, 0x00, 0x20, 0x00, 0x20, 0x01, 0x41, 0x04, 0x6a, 0x6a, 0x21, 0x00,
    0x0c, 0x00, 0x0b, 0x0b, 0x0b,
};
const size_t obedient_guard_size = sizeof(obedient_guard);

void host_must(bool condition, const char *file, int line, const char *text)
{
    if (!condition) {
        (void)fprintf(stderr, "%s:%d: %s\n", file, line, text);
        abort();
    }
}

static struct octets keep(struct host *host, struct octets octets)
{
    struct octets copy;

    MUST(region_copy(&host->region, octets, &copy) == SWORN_OK);
    return copy;
}

static struct host_row *row_find(struct host *host, enum row_kind kind, const struct hash *zone_id,
                                 struct octets key)
{
    for (struct host_row *row = host->rows; row != NULL; row = row->next) {
        if (row->kind == kind && hash_equal(&row->zone_id, zone_id) &&
            octets_equal(row->key, key)) {
            return row;
        }
    }
    return NULL;
}

static struct octets row_get(struct host *host, enum row_kind kind, const struct hash *zone_id,
                             struct octets key)
{
    const struct host_row *row = row_find(host, kind, zone_id, key);

    return row == NULL ? octets_of(NULL, 0) : row->value;
}

static void row_put(struct host *host, enum row_kind kind, const struct hash *zone_id,
                    struct octets key, struct octets value)
{
    struct host_row *row = row_find(host, kind, zone_id, key);
    void *memory;

    if (row == NULL) {
        MUST(region_alloc(&host->region, sizeof(*row), &memory) == SWORN_OK);
        row = memory;
        *row = (struct host_row){
            .next = host->rows, .kind = kind, .zone_id = *zone_id, .key = keep(host, key)};
        host->rows = row;
    }
    row->value = keep(host, value);
}

static void row_remove(struct host *host, enum row_kind kind, const struct hash *zone_id,
                       struct octets key)
{
    struct host_row *row = row_find(host, kind, zone_id, key);

    MUST(row != NULL);
    row->value = octets_of(NULL, 0);
}

static void *serve(void *enclave)
{
    enclave_serve(enclave);
    return NULL;
}

static void enclave_begin(struct host *host)
{
    int ends[2];

    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    host->fd = ends[0];
    host->enclave = calloc(1, sizeof(*host->enclave));
    MUST(host->enclave != NULL);
    MUST(enclave_init(host->enclave, ends[1], PLATFORM_PROCESS, host->secret) == SWORN_OK);
    MUST(pthread_create(&host->thread, NULL, serve, host->enclave) == 0);
}

/* The real one ends with its process; here its memory has to be given back. */
static void enclave_end(struct host *host)
{
    struct enclave *enclave = host->enclave;

    MUST(shutdown(host->fd, SHUT_RDWR) == 0);
    MUST(pthread_join(host->thread, NULL) == 0);
    (void)close(host->fd);
    (void)close(enclave->channel.fd);
    for (size_t i = 0; i < KEYRING_SLOTS; i++) {
        if (enclave->keyring.slots[i].used) {
            signer_close(&enclave->keyring.slots[i].signer);
        }
    }
    if (enclave->ledger.started) {
        signer_close(&enclave->ledger.log_key);
    }
    for (size_t i = 0; i < TREE_SLOTS; i++) {
        region_clear(&enclave->ledger.trees.slots[i].region);
    }
    guard_cache_free(enclave->guards);
    (void)munmap(enclave->secrets.memory, (size_t)SECRET_SLOT * SECRET_SLOTS);
    free(enclave);
}

void host_send(struct host *host, struct octets octets)
{
    while (octets.size > 0) {
        ssize_t put = send(host->fd, octets.data, octets.size, MSG_NOSIGNAL);

        MUST(put > 0);
        octets = octets_of(octets.data + put, octets.size - (size_t)put);
    }
}

static void receive(struct host *host, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(host->fd, octets, size, 0);

        MUST(got > 0); /* the enclave never ends because of the host */
        octets += got;
        size -= (size_t)got;
    }
}

static struct frame receive_frame(struct host *host)
{
    uint8_t length[4];
    struct reader reader = reader_of(octets_of(length, sizeof(length)));
    struct frame frame;
    uint32_t size;
    void *memory;

    receive(host, length, sizeof(length));
    MUST(read_u32(&reader, &size) == SWORN_OK && size <= FRAME_MAX);
    MUST(region_alloc(&host->scratch, size, &memory) == SWORN_OK);
    receive(host, memory, size);
    MUST(frame_read(octets_of(memory, size), &frame) == SWORN_OK);
    return frame;
}

static void send_message(struct host *host, uint16_t question, uint16_t type, const void *message,
                         size_t size)
{
    struct writer frame = writer_in(&host->scratch, (size_t)FRAME_MAX + FRAME_HEADER);

    MUST(message_write(type, host->id, message, size, &frame) == SWORN_OK);
    if (host->tamper != NULL) {
        host->tamper(host, question, &frame);
    }
    host_send(host, written(&frame));
}

static void answer_page(struct host *host, const struct message_need_page *need)
{
    enum row_kind kind = need->kind == MERKLE_TOP ? ROW_TOP_PAGE : ROW_ZONE_PAGE;
    struct octets page = row_get(host, kind, &need->zone_id, octets_of_hash(&need->node));
    struct writer item = writer_in(&host->scratch, FRAME_MAX);
    struct message_pages pages = {0};
    struct octets written_item;

    if (page.data != NULL) {
        MUST(write_hash(&item, &need->node) == SWORN_OK);
        MUST(write_octets(&item, page) == SWORN_OK);
        written_item = written(&item);
        pages.pages = (struct octets_list){.count = 1, .items = &written_item};
    }
    send_message(host, MESSAGE_NEED_PAGE, MESSAGE_PAGES, &pages, sizeof(pages));
}

static void answer_octets(struct host *host, uint16_t question, struct octets octets)
{
    struct message_octets answer = {.present = octets.data != NULL, .octets = octets};

    send_message(host, question, MESSAGE_OCTETS, &answer, sizeof(answer));
}

static struct octets local_key(uint8_t which)
{
    static const uint8_t keys[] = {0, 1};

    return octets_of(&keys[which], 1);
}

static struct octets blob_get(struct host *host, const struct message_need_blob *need)
{
    static const struct hash nobody;

    if (need->role == BLOB_STATE) {
        return row_get(host, ROW_LOCAL, &need->zone_id, local_key(0));
    }
    return row_get(host, ROW_BLOB, &nobody, octets_of_hash(&need->hash));
}

/* Whether the frame was a question, and has been answered. */
static bool answered(struct host *host, const struct frame *frame)
{
    union {
        struct message_need_page page;
        struct message_need_value value;
        struct message_need_blob blob;
        struct message_need_key key;
    } need;
    struct reason reason = {0};

    if (frame->type < MESSAGE_NEED_PAGE || frame->type > MESSAGE_NEED_KEY) {
        return false;
    }
    MUST(message_read(frame->type, frame->fields, &host->scratch, &need, message_size(frame->type),
                      &reason) == SWORN_OK);
    host->asked[frame->type]++;
    if (frame->type == MESSAGE_NEED_PAGE) {
        answer_page(host, &need.page);
    }
    if (frame->type == MESSAGE_NEED_VALUE) {
        enum row_kind kind = need.value.kind == MERKLE_TOP ? ROW_TOP_VALUE : ROW_ZONE_VALUE;

        answer_octets(host, frame->type, row_get(host, kind, &need.value.zone_id, need.value.key));
    }
    if (frame->type == MESSAGE_NEED_BLOB) {
        answer_octets(host, frame->type, blob_get(host, &need.blob));
    }
    if (frame->type == MESSAGE_NEED_KEY) {
        answer_octets(host, frame->type, row_get(host, ROW_LOCAL, &need.key.zone_id, local_key(1)));
    }
    return true;
}

void host_answer(struct host *host, struct host_reply *reply)
{
    struct frame frame = receive_frame(host);
    struct reason reason = {0};
    struct message_error error;
    char *text;

    while (answered(host, &frame)) {
        frame = receive_frame(host);
    }
    *reply = (struct host_reply){.type = frame.type, .fields = frame.fields, .text = ""};
    if (frame.type == MESSAGE_ERROR) {
        MUST(message_read(MESSAGE_ERROR, frame.fields, &host->scratch, &error, sizeof(error),
                          &reason) == SWORN_OK);
        MUST(region_text(&host->scratch, error.message, &text) == SWORN_OK);
        MUST(error.result != SWORN_OK && error.message.size > 0);
        reply->result = (enum sworn_result)error.result;
        reply->text = text;
    }
    if (frame.type == MESSAGE_COMMITTED) {
        MUST(message_read(frame.type, frame.fields, &host->scratch, &reply->committed,
                          sizeof(reply->committed), &reason) == SWORN_OK);
    }
}

void host_request(struct host *host, uint16_t type, const void *message, size_t size,
                  struct host_reply *reply)
{
    region_clear(&host->scratch);
    host->id++;
    send_message(host, 0, type, message, size);
    host_answer(host, reply);
}

static enum sworn_result page_dropped(void *context, const struct hash *top)
{
    (void)context;
    (void)top;
    return SWORN_OK;
}

struct page_place {
    struct host *host;
    enum row_kind kind;
    struct hash zone_id;
};

static enum sworn_result page_stored(void *context, const struct hash *top, struct octets page)
{
    const struct page_place *place = context;

    row_put(place->host, place->kind, &place->zone_id, octets_of_hash(top), page);
    return SWORN_OK;
}

/* All pages of a tree anew, from its rows; its root must be the certified one. */
static void pages_make(struct host *host, enum merkle_kind kind, const struct hash *zone_id,
                       const struct hash *certified)
{
    enum row_kind values = kind == MERKLE_TOP ? ROW_TOP_VALUE : ROW_ZONE_VALUE;
    struct page_place place = {.host = host,
                               .kind = kind == MERKLE_TOP ? ROW_TOP_PAGE : ROW_ZONE_PAGE,
                               .zone_id = *zone_id};
    struct tree_page_sink sink = {
        .context = &place, .dropped = page_dropped, .stored = page_stored};
    static const struct hash empty;
    struct region region;
    struct tree old, tree;
    struct hash root;

    region_init(&region, HOST_CAP);
    MUST(tree_open(&old, kind, &empty, &region, NULL) == SWORN_OK);
    tree = old;
    for (const struct host_row *row = host->rows; row != NULL; row = row->next) {
        if (row->kind == values && row->value.data != NULL && hash_equal(&row->zone_id, zone_id)) {
            MUST(tree_put(&tree, row->key, row->value) == SWORN_OK);
        }
    }
    MUST(tree_root(&tree, &root) == SWORN_OK);
    MUST(hash_equal(&root, certified));
    MUST(tree_pages(&old, &tree, PAGE_SIZE, &region, &sink) == SWORN_OK);
    region_clear(&region);
}

static void leaves_apply(struct host *host, const struct message_committed *committed)
{
    static const struct hash nobody;

    for (uint32_t i = 0; i < committed->top.count; i++) {
        struct committed_leaf leaf;

        MUST(committed_leaf_read(committed->top.items[i], &leaf) == SWORN_OK);
        if (leaf.value.size == 0) {
            row_remove(host, ROW_TOP_VALUE, &nobody, leaf.key);
            continue;
        }
        row_put(host, ROW_TOP_VALUE, &nobody, leaf.key, leaf.value);
    }
}

static void sets_apply(struct host *host, const struct message_committed *committed,
                       const struct hash *zone_id)
{
    for (uint32_t i = 0; i < committed->sets.count; i++) {
        struct committed_set set;
        struct name owner;
        uint16_t type;

        MUST(committed_set_read(committed->sets.items[i], &host->scratch, &set) == SWORN_OK);
        MUST(rrset_key_read(set.key, &owner, &type) == SWORN_OK);
        if (type == RR_NSEC) {
            continue;
        }
        if (set.value.size == 0) {
            row_remove(host, ROW_ZONE_VALUE, zone_id, set.key);
            continue;
        }
        row_put(host, ROW_ZONE_VALUE, zone_id, set.key, set.value);
    }
}

void host_apply(struct host *host, const struct host_reply *reply)
{
    const struct message_committed *committed = &reply->committed;
    static const struct hash nobody;
    struct log_entry entry;

    MUST(reply->type == MESSAGE_COMMITTED);
    MUST(host->entry_count < ENTRIES_MAX);
    host->checkpoint = keep(host, committed->checkpoint);
    host->entries[host->entry_count++] = keep(host, committed->entry);
    MUST(log_entry_read(committed->entry, &entry) == SWORN_OK);
    leaves_apply(host, committed);
    sets_apply(host, committed, &entry.zone_id);
    if (committed->state_changed) {
        row_put(host, ROW_LOCAL, &entry.zone_id, local_key(0), committed->state);
    }
    if (committed->sealed_key.size > 0) {
        row_put(host, ROW_LOCAL, &entry.zone_id, local_key(1), committed->sealed_key);
    }
    pages_make(host, MERKLE_TOP, &nobody, &entry.top_after);
    pages_make(host, MERKLE_ZONE, &entry.zone_id, &entry.zone_after);
}

/* Root of a complete subtree of the log (RFC 6962 2.1). */
static enum sworn_result subtree(void *context, unsigned level, uint64_t index, struct hash *hash)
{
    const struct host *host = context;
    struct log_peaks peaks = {0};

    for (uint64_t i = index << level; i < (index + 1) << level; i++) {
        struct hash leaf;

        SWORN_TRY(log_leaf_hash(host->entries[i], &leaf));
        SWORN_TRY(log_append(&peaks, &leaf));
    }
    return log_root(&peaks, hash);
}

void host_pause(struct host *host)
{
    enclave_end(host);
}

enum sworn_result host_restart(struct host *host)
{
    host_pause(host);
    return host_resume(host);
}

enum sworn_result host_resume(struct host *host)
{
    struct log_source source = {.context = host, .subtree = subtree};
    struct message_start start = {.sealed_log_key = host->log_key,
                                  .log_public_key = host->log_public_key,
                                  .checkpoint = host->checkpoint};
    struct region region;
    struct writer peaks, path;
    struct log_peaks found;
    struct host_reply reply;

    enclave_begin(host);
    region_init(&region, HOST_CAP);
    peaks = writer_in(&region, LOG_PEAKS_MAX * HASH_SIZE);
    path = writer_in(&region, LOG_PEAKS_MAX * HASH_SIZE);
    MUST(log_load_peaks(&source, host->entry_count, &found) == SWORN_OK);
    for (size_t i = 0; i < log_peak_count(host->entry_count); i++) {
        MUST(write_hash(&peaks, &found.peaks[i]) == SWORN_OK);
    }
    start.peaks = written(&peaks);
    if (host->entry_count > 0) {
        start.entry = host->entries[host->entry_count - 1];
        MUST(log_prove_inclusion(&source, host->entry_count - 1, host->entry_count, &path) ==
             SWORN_OK);
        start.inclusion = written(&path);
    }
    host_request(host, MESSAGE_START, &start, sizeof(start), &reply);
    region_clear(&region);
    return reply.type == MESSAGE_STARTED ? SWORN_OK : reply.result;
}

void host_begin(struct host *host)
{
    struct message_genesis genesis = {0};
    struct message_genesis_reply made;
    struct reason reason = {0};
    struct host_reply reply;
    void *memory;

    *host = (struct host){.time = FIRST_TIME};
    (void)signal(SIGPIPE, SIG_IGN);
    memset(host->secret, 0x5e, sizeof(host->secret));
    region_init(&host->region, HOST_CAP);
    region_init(&host->scratch, HOST_CAP);
    MUST(region_array(&host->region, ENTRIES_MAX, sizeof(struct octets), &memory) == SWORN_OK);
    host->entries = memory;
    enclave_begin(host);
    host_request(host, MESSAGE_GENESIS, &genesis, sizeof(genesis), &reply);
    MUST(reply.type == MESSAGE_GENESIS_REPLY);
    MUST(message_read(reply.type, reply.fields, &host->scratch, &made, sizeof(made), &reason) ==
         SWORN_OK);
    host->log_key = keep(host, made.sealed_log_key);
    host->log_public_key = keep(host, made.log_public_key);
    host->checkpoint = keep(host, made.checkpoint);
}

void host_end(struct host *host)
{
    enclave_end(host);
    region_clear(&host->scratch);
    region_clear(&host->region);
}

static void operation_add(struct writer *argument, const char *operation)
{
    size_t size = strlen(operation);

    for (int i = 0; i < 4; i++) {
        MUST(write_u8(argument, (uint8_t)(size >> (8 * i))) == SWORN_OK);
    }
    MUST(write_text(argument, operation) == SWORN_OK);
}

static void blob_put(struct host *host, struct octets blob, struct hash *hash)
{
    static const struct hash nobody;

    MUST(sha256_one(blob, hash) == SWORN_OK);
    row_put(host, ROW_BLOB, &nobody, octets_of_hash(hash), blob);
}

#define SET(name, type, content)                                                                   \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"" type "\",\"name\":\"" name                 \
    "\",\"content\":\"" content "\",\"ttl\":\"300\"}}"

void host_create(struct host *host, const char *apex, uint8_t algorithm, struct host_reply *reply)
{
    uint8_t argument_octets[2048], policy_octets[POLICY_MAX];
    struct writer argument = writer_over(argument_octets, sizeof(argument_octets));
    struct writer written_policy = writer_over(policy_octets, sizeof(policy_octets));
    struct message_create create = {.time = host->time, .apex = octets_of_text(apex)};
    struct policy policy;

    policy_default(&policy);
    policy.algorithm = algorithm;
    MUST(policy_write(&policy, &written_policy) == SWORN_OK);
    operation_add(&argument, SET("@", "SOA", "ns.example. root.example. 1 1800 900 604800 300"));
    operation_add(&argument, SET("@", "NS", "ns.example."));
    operation_add(&argument, SET("www", "A", "192.0.2.1"));
    blob_put(host, octets_of(obedient_guard, obedient_guard_size), &create.guard);
    blob_put(host, octets_of_text("environment"), &create.environment);
    create.policy = written(&written_policy);
    create.argument = written(&argument);
    host_request(host, MESSAGE_CREATE, &create, sizeof(create), reply);
}

struct hash host_zone_id(struct host *host, const char *apex)
{
    static const struct hash nobody;
    uint8_t key[TOP_KEY_MAX];
    struct octets value;
    struct hash zone_id;
    struct name name;

    MUST(name_from_text(octets_of_text(apex), NULL, &name) == SWORN_OK);
    value = row_get(host, ROW_TOP_VALUE, &nobody, octets_of(key, top_key_of_apex(&name, key)));
    MUST(value.size == HASH_SIZE);
    memcpy(zone_id.octets, value.data, HASH_SIZE);
    return zone_id;
}

void host_update(struct host *host, const char *apex, const char *operation,
                 struct host_reply *reply)
{
    uint8_t argument_octets[4096];
    struct writer argument = writer_over(argument_octets, sizeof(argument_octets));
    struct message_update update = {.time = host->time, .zone_id = host_zone_id(host, apex)};

    operation_add(&argument, operation);
    update.argument = written(&argument);
    host_request(host, MESSAGE_UPDATE, &update, sizeof(update), reply);
}

void host_refresh(struct host *host, const char *apex, const struct octets_list *keys,
                  const struct octets_list *values, struct host_reply *reply)
{
    struct message_refresh refresh = {
        .time = host->time, .zone_id = host_zone_id(host, apex), .keys = *keys, .values = *values};

    host_request(host, MESSAGE_REFRESH, &refresh, sizeof(refresh), reply);
}

struct octets host_value(struct host *host, const char *apex, const char *owner, uint16_t type,
                         struct rrset_key *key)
{
    struct hash zone_id = host_zone_id(host, apex);
    struct name name;

    MUST(name_from_text(octets_of_text(owner), NULL, &name) == SWORN_OK);
    rrset_key(&name, type, key);
    return row_get(host, ROW_ZONE_VALUE, &zone_id, octets_of(key->octets, key->size));
}

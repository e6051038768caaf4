/*
 * api_test.c - the API as a client sees it: libcurl against the real server, over a commit server
 * that answers what the test wants.
 */
#include "core/boundary/zone_leaf.h"
#include "core/dns/rr.h"
#include "host/api/api.h"
#include "host/store/signed_set.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <time.h>
#include <unistd.h>

#define NOTE "sworn/00\n7\nAAAA\n\n\xe2\x80\x94 sworn/00 BBBB\n"

struct commit_server {
    bool stopped;
    enum sworn_result result; /* of the next calls */
    const char *message;
    uint8_t argument[64];
    size_t argument_size;
    struct name apex;
    bool more;
    size_t records; /* of a zone, besides SOA and NSEC */
    size_t hashed;  /* names left in the list of hashes */
    size_t fail_at; /* the record at which the snapshot fails, 0: none */
    bool holds;     /* updates wait until it is false */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned held; /* updates that wait */
    unsigned snapshots;
};

static enum sworn_result outcome(struct commit_server *server, struct reason *reason)
{
    return server->result == SWORN_OK ? SWORN_OK
                                      : because(reason, server->result, "%s", server->message);
}

static enum sworn_result fill_proof(const struct name *apex, struct region *region,
                                    struct commit_proof *proof)
{
    static const uint8_t key[] = {9, 9, 9};
    struct writer leaf = writer_in(region, ZONE_LEAF_MAX);
    char text[NAME_TEXT_SIZE];
    const struct zone_leaf zone = {
        .state = ZONE_LIVE,
        .apex = octets_of(text, 0),
        .serial = 2024,
        .sequence = 12345678901ULL,
        .key_count = 1,
        .keys = {{.role = KEY_ROLE_CSK, .algorithm = 13, .public_key = octets_of(key, 3)}},
        .provenance_count = 1,
        .provenance = {{.platform = PLATFORM_PROCESS}},
    };
    struct zone_leaf named = zone;

    name_to_hash_text(apex, text);
    named.apex = octets_of_text(text);
    SWORN_TRY(zone_leaf_write(&named, &leaf));
    memset(proof, 0, sizeof(*proof));
    memset(proof->zone_id.octets, 0xab, HASH_SIZE);
    memset(proof->log_public_key, 0xcd, 32);
    proof->entry = octets_of_text("entry");
    proof->index = 41;
    proof->inclusion = octets_of_text("path");
    proof->checkpoint = octets_of_text(NOTE);
    proof->leaf_value = written(&leaf);
    proof->leaf_proof = octets_of_text("lp");
    proof->dnskey_value = octets_of_text("dv");
    proof->dnskey_proof = octets_of_text("dp");
    proof->creation_entry = octets_of_text("born");
    proof->creation_index = 3;
    proof->creation_inclusion = octets_of_text("cp");
    proof->published = true;
    proof->fuel = 99;
    return SWORN_OK;
}

static void remember(struct commit_server *server, const struct name *apex, struct octets argument,
                     bool more)
{
    server->apex = *apex;
    server->more = more;
    server->argument_size = argument.size;
    if (argument.size > 0 && argument.size <= sizeof(server->argument)) {
        memcpy(server->argument, argument.data, argument.size);
    }
}

enum sworn_result commit_create(struct commit_server *server,
                                const struct commit_creation *creation, bool more,
                                struct region *region, struct commit_proof *proof,
                                struct reason *reason)
{
    remember(server, &creation->apex, creation->argument, more);
    SWORN_TRY(outcome(server, reason));
    return fill_proof(&creation->apex, region, proof);
}

enum sworn_result commit_update(struct commit_server *server, const struct name *apex,
                                struct octets argument, bool more, struct region *region,
                                struct commit_proof *proof, struct reason *reason)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->held++;
    (void)pthread_cond_broadcast(&server->changed);
    while (server->holds) {
        (void)pthread_cond_wait(&server->changed, &server->mutex);
    }
    server->held--;
    remember(server, apex, argument, more);
    (void)pthread_mutex_unlock(&server->mutex);
    SWORN_TRY(outcome(server, reason));
    return fill_proof(apex, region, proof);
}

enum sworn_result commit_show(struct commit_server *server, const struct name *apex,
                              struct region *region, struct commit_proof *proof,
                              struct reason *reason)
{
    SWORN_TRY(outcome(server, reason));
    return fill_proof(apex, region, proof);
}

enum sworn_result commit_show_part(struct commit_server *server, const struct name *apex,
                                   enum commit_part part, struct region *region,
                                   struct octets *octets, struct reason *reason)
{
    static const char *const parts[] = {"code", "given", ""};

    (void)apex;
    SWORN_TRY(outcome(server, reason));
    return region_copy(region, octets_of_text(parts[part]), octets);
}

enum sworn_result commit_evidence(struct commit_server *server, struct octets nonce,
                                  struct region *region, struct octets *statement,
                                  struct octets *signature, struct reason *reason)
{
    struct writer text = writer_in(region, 256);

    SWORN_TRY(outcome(server, reason));
    SWORN_TRY(write_text(&text, "sworn-evidence-v1\nlog-public-key=ab\nodd=a=\"b\nnonce="));
    SWORN_TRY(write_octets(&text, nonce));
    SWORN_TRY(write_text(&text, "\n"));
    *statement = written(&text);
    return region_copy(region, octets_of_text("sig"), signature);
}

enum sworn_result commit_zones(struct commit_server *server, void *context,
                               enum sworn_result (*each)(void *context,
                                                         const struct commit_zone *zone))
{
    struct commit_zone zone = {.serial = 5};

    name_root(&zone.apex);
    SWORN_TRY(each(context, &zone));
    zone.apex = server->apex;
    zone.serial = 4294967295U;
    return each(context, &zone);
}

struct commit_records {
    struct commit_server *server;
    struct name apex;
    size_t at;
};

enum sworn_result commit_records_begin(struct commit_server *server, const struct name *apex,
                                       struct region *region, struct commit_proof *proof,
                                       struct commit_records **records, struct reason *reason)
{
    SWORN_TRY(outcome(server, reason));
    *records = calloc(1, sizeof(**records));
    (*records)->server = server;
    (*records)->apex = *apex;
    __atomic_add_fetch(&server->snapshots, 1, __ATOMIC_SEQ_CST);
    return fill_proof(apex, region, proof);
}

static enum sworn_result fake_rrsig(struct region *scratch, struct octets *rdata)
{
    static const char text[] = "A 13 2 300 20300101000000 20290101000000 1 demo.test. AAAA";
    struct writer writer = writer_in(scratch, 1000);
    struct name root;
    struct reason reason;

    name_root(&root);
    SWORN_TRY(rdata_from_text(RR_RRSIG, octets_of_text(text), &root, &writer, &reason));
    *rdata = written(&writer);
    return SWORN_OK;
}

/* n0.apex A, n1.apex A, …, each second one followed by its NSEC. */
enum sworn_result commit_records_next(struct commit_records *records, struct region *scratch,
                                      struct signed_set *set)
{
    static const uint8_t address[] = {192, 0, 2, 1};
    static const uint8_t nsec[] = {0, 0, 1, 0x40};
    size_t at = records->at++;
    char label[32];
    void *memory;

    SWORN_ENSURE(at < 2 * records->server->records, SWORN_ABSENT);
    SWORN_ENSURE(records->server->fail_at == 0 || at < records->server->fail_at, SWORN_IO);
    (void)snprintf(label, sizeof(label), "n%zu", at / 2);
    *set = (struct signed_set){.rrset = {.type = at % 2 ? RR_NSEC : RR_A, .ttl = 300, .count = 1},
                               .rrsig_count = 1};
    SWORN_TRY(name_prepend(octets_of_text(label), &records->apex, &set->rrset.owner));
    SWORN_TRY(region_array(scratch, 2, sizeof(struct octets), &memory));
    set->rrset.rdata = memory;
    set->rrset.rdata[0] = octets_of(at % 2 ? nsec : address, 4);
    set->rrsig = set->rrset.rdata + 1;
    return fake_rrsig(scratch, set->rrsig);
}

enum sworn_result commit_records_hashed(struct commit_records *records, struct name *name)
{
    SWORN_ENSURE(records->server->hashed > 0, SWORN_ABSENT);
    records->server->hashed--;
    *name = records->apex;
    return SWORN_OK;
}

void commit_records_end(struct commit_records *records)
{
    __atomic_sub_fetch(&records->server->snapshots, 1, __ATOMIC_SEQ_CST);
    free(records);
}

enum sworn_result commit_serve(struct commit_server *server, const struct name *apex, bool serve,
                               struct reason *reason)
{
    server->stopped = !serve;
    SWORN_SAY(name_equal(apex, &server->apex), reason, SWORN_ABSENT, "there is no such zone here");
    return SWORN_OK;
}

enum sworn_result commit_checkpoint(struct commit_server *server, struct region *region,
                                    struct octets *note, uint8_t public_key[32])
{
    (void)server;
    memset(public_key, 0xcd, 32);
    return region_copy(region, octets_of_text(NOTE), note);
}

bool commit_healthy(struct commit_server *server, struct reason *reason)
{
    return outcome(server, reason) == SWORN_OK;
}

struct fixture {
    struct commit_server server;
    struct api *api;
};

/* What came back. */
struct reply {
    long status;
    CURLcode code;
    char *body;
    size_t size;
    char headers[4096];
};

static void start_with(struct fixture *f, struct api_options options)
{
    struct reason reason = {""};

    memset(f, 0, sizeof(*f));
    (void)pthread_mutex_init(&f->server.mutex, NULL);
    (void)pthread_cond_init(&f->server.changed, NULL);
    assert_int_equal(name_from_text(octets_of_text("demo.test."), NULL, &f->server.apex), SWORN_OK);
    options.listen = "127.0.0.1:0";
    if (api_start(&options, &f->server, &f->api, &reason) != SWORN_OK) {
        fail_msg("%s", reason.text);
    }
}

static void start(struct fixture *f)
{
    start_with(f, (struct api_options){.access.token = "tok"});
}

static void stop(struct fixture *f)
{
    api_stop(f->api);
    assert_int_equal(f->server.snapshots, 0);
}

static size_t take(char *octets, size_t one, size_t size, void *context)
{
    struct reply *reply = context;

    (void)one;
    reply->body = realloc(reply->body, reply->size + size + 1);
    memcpy(reply->body + reply->size, octets, size);
    reply->size += size;
    reply->body[reply->size] = 0;
    return size;
}

static size_t take_header(char *octets, size_t one, size_t size, void *context)
{
    struct reply *reply = context;
    size_t used = strlen(reply->headers);

    (void)snprintf(reply->headers + used, sizeof(reply->headers) - used, "%.*s", (int)size, octets);
    return size * one;
}

/* method NULL: GET; `extra`: a header, or NULL. */
static void ask(struct fixture *f, const char *method, const char *path, struct octets body,
                const char *extra, struct reply *reply)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    char url[512];

    memset(reply, 0, sizeof(*reply));
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", api_port(f->api), path);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    (void)curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    if (body.data != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.size);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data);
    }
    if (method != NULL && strcmp(method, "HEAD") == 0) {
        (void)curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (method != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    }
    if (extra != NULL) {
        headers = curl_slist_append(headers, extra);
        (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    }
    reply->code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

static const struct octets no_body = {NULL, 0};

static json_t *document(struct reply *reply, long status)
{
    json_t *json = reply->body == NULL ? NULL : json_loads(reply->body, 0, NULL);

    if (reply->status != status || json == NULL) {
        fail_msg("%ld instead of %ld: %s", reply->status, status, reply->body);
    }
    free(reply->body);
    return json;
}

/* "a.b.c" of a document, as text. */
static const char *member(const json_t *json, const char *path)
{
    char part[64];

    while (path != NULL) {
        size_t size = strcspn(path, ".");

        (void)snprintf(part, sizeof(part), "%.*s", (int)size, path);
        path = path[size] == '.' ? path + size + 1 : NULL;
        json = json_object_get(json, part);
    }
    return json_string_value(json);
}

static void expect_error(struct fixture *f, const char *method, const char *path,
                         struct octets body, const char *extra, long status, const char *code)
{
    struct reply reply;
    json_t *json;

    ask(f, method, path, body, extra, &reply);
    json = document(&reply, status);
    assert_string_equal(member(json, "error.code"), code);
    assert_string_not_equal(member(json, "error.message"), "");
    json_decref(json);
}

#define CREATION                                                                                   \
    "{\"apex\":\"new.test.\",\"guard\":\"AGFzbQ==\",\"environment\":\"\",\"policy\":\"AAE=\","     \
    "\"argument\":\"YXJn\"}"

static void a_creation_reaches_the_commit_and_its_proof_the_owner(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;

    (void)state;
    start(&f);
    ask(&f, NULL, "/v1/zones?more=1", octets_of_text(CREATION), NULL, &reply);
    json = document(&reply, 201);
    assert_memory_equal(f.server.apex.wire, "\3new\4test", 10);
    assert_true(f.server.more);
    assert_memory_equal(f.server.argument, "arg", 3);
    assert_string_equal(member(json, "apex"), "new.test.");
    assert_memory_equal(member(json, "zone_id"), "abababab", 8);
    assert_int_equal(strlen(member(json, "zone_id")), 64);
    assert_true(json_is_true(json_object_get(json, "published")));
    assert_int_equal(json_integer_value(json_object_get(json, "fuel")), 99);
    assert_memory_equal(member(json, "log.public_key"), "cdcdcdcd", 8);
    assert_string_equal(member(json, "log.entry"), "656e747279");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "log"), "index")),
                     41);
    assert_string_equal(member(json, "log.inclusion"), "70617468");
    assert_string_equal(member(json, "log.checkpoint"), NOTE);
    assert_memory_equal(member(json, "leaf.value"), "0001", 4);
    assert_string_equal(member(json, "leaf.proof"), "6c70");
    assert_string_equal(member(json, "dnskey.value"), "6476");
    assert_string_equal(member(json, "dnskey.proof"), "6470");
    assert_null(json_object_get(json, "creation"));
    json_decref(json);
    stop(&f);
}

static void a_creation_through_a_page_or_proxy_needs_the_token(void **state)
{
    struct fixture f;
    struct reply reply;
    const char *path = "/v1/zones";

    (void)state;
    start(&f);
    expect_error(&f, NULL, path, octets_of_text(CREATION), "Origin: https://evil.example", 403,
                 "forbidden");
    expect_error(&f, NULL, path, octets_of_text(CREATION), "X-Forwarded-For: 192.0.2.1", 403,
                 "forbidden");
    assert_memory_equal(f.server.apex.wire, "\4demo", 5);
    ask(&f, NULL, path, octets_of_text(CREATION), "Authorization: Bearer tok", &reply);
    json_decref(document(&reply, 201));
    stop(&f);
}

static void an_update_hands_its_octets_on_unchanged(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;

    (void)state;
    start(&f);
    ask(&f, NULL, "/v1/zones/0=2F25.test/updates", octets_of("\0\xff{\r\n", 5), NULL, &reply);
    json = document(&reply, 200);
    assert_memory_equal(f.server.apex.wire, "\0040/25\4test", 11);
    assert_int_equal(f.server.argument_size, 5);
    assert_memory_equal(f.server.argument, "\0\xff{\r\n", 5);
    assert_false(f.server.more);
    assert_string_equal(member(json, "apex"), "0\\04725.test.");
    json_decref(json);

    ask(&f, NULL, "/v1/zones/%3D2E/updates?more=1", octets_of("", 0), NULL, &reply);
    json_decref(document(&reply, 200));
    assert_int_equal(f.server.apex.size, 1);
    assert_int_equal(f.server.argument_size, 0);
    assert_true(f.server.more);
    stop(&f);
}

static void a_refusal_carries_the_guards_own_words(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;

    (void)state;
    start(&f);
    f.server.result = SWORN_REFUSED;
    f.server.message = "signature \"wrong\" \xff";
    ask(&f, NULL, "/v1/zones/demo.test/updates", octets_of_text("x"), NULL, &reply);
    json = document(&reply, 403);
    assert_string_equal(member(json, "error.code"), "refused");
    assert_string_equal(member(json, "error.message"), "signature \"wrong\" \xef\xbf\xbd");
    json_decref(json);
    f.server.result = SWORN_UNAVAILABLE;
    expect_error(&f, NULL, "/v1/zones/demo.test/updates", octets_of_text("x"), NULL, 503,
                 "enclave_restarted");
    f.server.result = SWORN_ABSENT;
    expect_error(&f, NULL, "/v1/zones/demo.test", no_body, NULL, 404, "absent");
    expect_error(&f, NULL, "/v1/zones/demo.test/records", no_body, NULL, 404, "absent");
    stop(&f);
}

static void a_body_past_its_limit_is_refused_with_or_without_expect(void **state)
{
    size_t size = (size_t)3 * 1024 * 1024;
    uint8_t *large = calloc(1, size);
    struct fixture f;
    struct reply reply;

    (void)state;
    start_with(&f, (struct api_options){.argument_max = 1000, .creation_max = 200});
    f.server.argument_size = 12345;
    expect_error(&f, NULL, "/v1/zones/demo.test/updates", octets_of(large, 1001), "Expect:", 413,
                 "limit");
    expect_error(&f, NULL, "/v1/zones/demo.test/updates", octets_of(large, size), "Expect:", 413,
                 "limit");
    expect_error(&f, NULL, "/v1/zones/demo.test/updates", octets_of(large, size),
                 "Expect: 100-continue", 413, "limit");
    expect_error(&f, NULL, "/v1/zones", octets_of(large, 201), NULL, 413, "limit");
    expect_error(&f, NULL, "/v1/zones/demo.test/updates", octets_of(large, 1001),
                 "Transfer-Encoding: chunked", 413, "limit");
    assert_int_equal(f.server.argument_size, 12345);
    ask(&f, NULL, "/v1/zones/demo.test/updates", octets_of(large, 1000), NULL, &reply);
    json_decref(document(&reply, 200));
    assert_int_equal(f.server.argument_size, 1000);
    free(large);
    stop(&f);
}

static void bad_requests_have_an_error_document_each(void **state)
{
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    expect_error(&f, NULL, "/", no_body, NULL, 404, "not_found");
    expect_error(&f, NULL, "/metric", no_body, NULL, 404, "not_found");
    expect_error(&f, NULL, "/v1/zones/demo.test/log", no_body, NULL, 404, "not_found");
    expect_error(&f, NULL, "/v1/zones/Demo.test", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/v1/zones/demo.test%00x", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/healthz?x=1", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/v1/zones/demo.test/records?signed", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/v1/zones/demo.test/updates?more=1&more=1", octets_of_text("x"), NULL,
                 400, "malformed");
    expect_error(&f, NULL, "/v1/zones", octets_of_text("{}"), NULL, 400, "malformed");
    expect_error(&f, "DELETE", "/v1/zones/demo.test", no_body, NULL, 405, "method_not_allowed");
    ask(&f, "PUT", "/v1/zones", octets_of_text("x"), NULL, &reply);
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(reply.headers, "Allow: POST, GET, HEAD\r\n"));
    free(reply.body);
    stop(&f);
}

static void a_zone_shows_its_birth_serial_and_sequence(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;

    (void)state;
    start(&f);
    ask(&f, NULL, "/v1/zones/demo.test", no_body, NULL, &reply);
    json = document(&reply, 200);
    assert_string_equal(member(json, "creation.entry"), "626f726e");
    assert_string_equal(member(json, "creation.inclusion"), "6370");
    assert_int_equal(json_integer_value(json_object_get(json, "serial")), 2024);
    assert_int_equal(json_integer_value(json_object_get(json, "sequence")), 12345678901LL);
    json_decref(json);
    ask(&f, "HEAD", "/v1/zones/demo.test", no_body, NULL, &reply);
    assert_int_equal(reply.status, 200);
    assert_null(reply.body);
    stop(&f);
}

static void the_parts_of_a_zones_rule_are_octets(void **state)
{
    static const struct {
        const char *path, *octets;
    } parts[] = {
        {"/v1/zones/demo.test/guard", "code"},
        {"/v1/zones/demo.test/environment", "given"},
        {"/v1/zones/demo.test/state", ""},
    };
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        ask(&f, NULL, parts[i].path, no_body, NULL, &reply);
        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.headers, "application/octet-stream"));
        assert_int_equal(reply.size, strlen(parts[i].octets));
        assert_memory_equal(reply.body == NULL ? "" : reply.body, parts[i].octets, reply.size);
        free(reply.body);
    }
    f.server.result = SWORN_ABSENT;
    f.server.message = "there is no such zone here";
    expect_error(&f, NULL, "/v1/zones/demo.test/guard", no_body, NULL, 404, "absent");
    stop(&f);
}

static void evidence_is_its_text_and_the_lines_of_it(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;

    (void)state;
    start(&f);
    ask(&f, NULL, "/v1/evidence?nonce=6e31", no_body, NULL, &reply);
    json = document(&reply, 200);
    assert_string_equal(member(json, "text"),
                        "sworn-evidence-v1\nlog-public-key=ab\nodd=a=\"b\nnonce=n1\n");
    assert_string_equal(member(json, "statement.log_public_key"), "ab");
    assert_string_equal(member(json, "statement.odd"), "a=\"b");
    assert_string_equal(member(json, "statement.nonce"), "n1");
    assert_int_equal(json_object_size(json_object_get(json, "statement")), 3);
    assert_string_equal(member(json, "signature"), "736967");
    json_decref(json);
    expect_error(&f, NULL, "/v1/evidence?nonce=6e3", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/v1/evidence?nonce=6e3g", no_body, NULL, 400, "malformed");
    expect_error(&f, NULL, "/v1/evidence?nonce=00&nonce=01", no_body, NULL, 400, "malformed");
    f.server.result = SWORN_UNAVAILABLE;
    f.server.message = "the enclave is away";
    expect_error(&f, NULL, "/v1/evidence", no_body, NULL, 503, "enclave_restarted");
    stop(&f);
}

static void only_the_operator_stops_serving_a_zone(void **state)
{
    const char *path = "/v1/zones/demo.test/serve";
    struct octets stop_it = octets_of_text("{\"serve\":false}");
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    expect_error(&f, NULL, path, stop_it, "Origin: https://evil.example", 403, "forbidden");
    expect_error(&f, NULL, path, octets_of_text("{\"serve\":0}"), NULL, 400, "malformed");
    expect_error(&f, NULL, path, octets_of_text("{\"serve\":true,\"x\":1}"), NULL, 400,
                 "malformed");
    expect_error(&f, NULL, "/v1/zones/other.test/serve", stop_it, NULL, 404, "absent");
    f.server.stopped = false;
    ask(&f, NULL, path, stop_it, NULL, &reply);
    assert_string_equal(reply.body, "{\"apex\":\"demo.test.\",\"served\":false}\n");
    json_decref(document(&reply, 200));
    assert_true(f.server.stopped);
    stop(&f);
}

static enum sworn_result write_zones_metric(void *context, struct metrics_writer *metrics)
{
    const struct metric_label labels[] = {{"zone", "a\\.\"b\n\xff."}};
    static const uint64_t buckets[] = {1, 0, 2};
    static const double bounds[] = {0.001, 0.5, 0};
    const struct metric_histogram histogram = {
        .buckets = buckets, .bounds = bounds, .count = 3, .sum = 7.25};

    (void)context;
    SWORN_TRY(metrics_family(metrics, METRIC_ZONE_SERIAL));
    SWORN_TRY(metrics_count(metrics, labels, 1, UINT64_MAX));
    SWORN_TRY(metrics_family(metrics, METRIC_COMMIT_SECONDS));
    return metrics_histogram(metrics, NULL, 0, &histogram);
}

static void metrics_have_the_form_that_prometheus_reads(void **state)
{
    static const struct metrics_source source = {.write = write_zones_metric};
    struct fixture f;
    struct reply reply;

    (void)state;
    start_with(&f, (struct api_options){.metrics = &source, .metrics_count = 1});
    ask(&f, NULL, "/metrics", no_body, NULL, &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.headers, "text/plain; version=0.0.4"));
    assert_string_equal(reply.body,
                        "# HELP sworn_zone_serial Serial of a zone.\n"
                        "# TYPE sworn_zone_serial gauge\n"
                        "sworn_zone_serial{zone=\"a\\\\.\\\"b\\n?.\"} 18446744073709551615\n"
                        "# HELP sworn_commit_seconds Time of a commit, from the request until it "
                        "is served.\n"
                        "# TYPE sworn_commit_seconds histogram\n"
                        "sworn_commit_seconds_bucket{le=\"0.001\"} 1\n"
                        "sworn_commit_seconds_bucket{le=\"0.5\"} 1\n"
                        "sworn_commit_seconds_bucket{le=\"+Inf\"} 3\n"
                        "sworn_commit_seconds_sum 7.25\n"
                        "sworn_commit_seconds_count 3\n");
    free(reply.body);
    stop(&f);
}

/* A connection whose answer is not read beyond its first octets. */
static int read_slowly(const struct fixture *f, const char *request)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(api_port(f->api))};
    int fd = socket(AF_INET, SOCK_STREAM, 0), room = 4096;
    char octets[16];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));
    assert_int_equal(read(fd, octets, sizeof(octets)), sizeof(octets));
    return fd;
}

static void a_reader_that_takes_too_long_lets_go_of_its_snapshot(void **state)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    struct fixture f;
    int fd;

    (void)state;
    start_with(&f, (struct api_options){.stream_seconds = 1});
    f.server.records = 1000000;
    fd = read_slowly(&f, "GET /v1/zones/demo.test/records HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 3000 && __atomic_load_n(&f.server.snapshots, __ATOMIC_SEQ_CST) > 0; i++) {
        api_tick(f.api);
        (void)nanosleep(&moment, NULL);
    }
    assert_int_equal(__atomic_load_n(&f.server.snapshots, __ATOMIC_SEQ_CST), 0);
    close(fd);
    stop(&f);
}

static void another_token_is_in_force_at_once(void **state)
{
    struct api_access_options access = {.token = "another token"};
    struct reason reason;
    struct fixture f;
    const char *const bad[] = {"192.0.2.0/99"};

    (void)state;
    start(&f);
    assert_int_equal(api_configure(f.api, &access, &reason), SWORN_OK);
    expect_error(&f, NULL, "/v1/zones", octets_of_text(CREATION),
                 "Origin: https://a.example\r\nAuthorization: Bearer tok", 403, "forbidden");
    access.allow = bad;
    access.allow_count = 1;
    assert_int_equal(api_configure(f.api, &access, &reason), SWORN_MALFORMED);
    stop(&f);
}

static void zones_checkpoint_and_health_are_told(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;
    const json_t *zones;

    (void)state;
    start(&f);
    ask(&f, NULL, "/v1/zones", no_body, NULL, &reply);
    json = document(&reply, 200);
    zones = json_object_get(json, "zones");
    assert_int_equal(json_array_size(zones), 2);
    assert_string_equal(member(json_array_get(zones, 0), "apex"), ".");
    assert_string_equal(member(json_array_get(zones, 1), "apex"), "demo.test.");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(zones, 1), "serial")),
                     4294967295LL);
    json_decref(json);
    ask(&f, NULL, "/v1/checkpoint", no_body, NULL, &reply);
    json = document(&reply, 200);
    assert_string_equal(member(json, "checkpoint"), NOTE);
    assert_int_equal(strlen(member(json, "public_key")), 64);
    json_decref(json);
    ask(&f, NULL, "/healthz", no_body, NULL, &reply);
    assert_string_equal(reply.body, "{\"ok\":true}\n");
    json_decref(document(&reply, 200));
    f.server.result = SWORN_UNAVAILABLE;
    f.server.message = "the enclave is away";
    ask(&f, NULL, "/healthz", no_body, NULL, &reply);
    json = document(&reply, 503);
    assert_string_equal(member(json, "reason"), "the enclave is away");
    json_decref(json);
    stop(&f);
}

static void records_are_streamed_as_json(void **state)
{
    struct fixture f;
    struct reply reply;
    json_t *json;
    const json_t *records, *record;

    (void)state;
    start(&f);
    f.server.records = 20000;
    ask(&f, NULL, "/v1/zones/demo.test/records", no_body, NULL, &reply);
    json = document(&reply, 200);
    records = json_object_get(json, "records");
    assert_int_equal(json_array_size(records), 20000);
    record = json_array_get(records, 19999);
    assert_string_equal(member(record, "name"), "n19999.demo.test.");
    assert_string_equal(member(record, "type"), "A");
    assert_int_equal(json_integer_value(json_object_get(record, "ttl")), 300);
    assert_string_equal(json_string_value(json_array_get(json_object_get(record, "rdata"), 0)),
                        "c0000201");
    assert_null(json_object_get(record, "rrsig"));
    assert_string_equal(member(json, "log.checkpoint"), NOTE);
    assert_string_equal(member(json, "creation.entry"), "626f726e");
    json_decref(json);

    ask(&f, NULL, "/v1/zones/demo.test/records?signed=1", no_body, NULL, &reply);
    json = document(&reply, 200);
    records = json_object_get(json, "records");
    assert_int_equal(json_array_size(records), 40000);
    assert_string_equal(member(json_array_get(records, 1), "type"), "NSEC");
    assert_int_equal(json_array_size(json_object_get(json_array_get(records, 1), "rrsig")), 1);
    json_decref(json);

    f.server.records = 0;
    ask(&f, NULL, "/v1/zones/demo.test/records", no_body, NULL, &reply);
    json = document(&reply, 200);
    assert_int_equal(json_array_size(json_object_get(json, "records")), 0);
    json_decref(json);
    stop(&f);
}

#define COMMENTS "; checkpoint\n; sworn/00\n; 7\n; AAAA\n; \n; \xe2\x80\x94 sworn/00 BBBB\n"

static void records_are_streamed_as_a_master_file(void **state)
{
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    f.server.records = 1;
    ask(&f, NULL, "/v1/zones/demo.test/records?format=zone", no_body, NULL, &reply);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, COMMENTS "n0.demo.test. 300 IN A 192.0.2.1\n");
    assert_non_null(strstr(reply.headers, "text/dns"));
    free(reply.body);
    ask(&f, NULL, "/v1/zones/demo.test/records?format=zone&signed=1", no_body, NULL, &reply);
    assert_non_null(strstr(reply.body, "\nn0.demo.test. 300 IN A 192.0.2.1\nn0.demo.test. 300 IN "
                                       "RRSIG A 13 2 300 20300101000000 20290101000000 1 "
                                       "demo.test. AAAA\nn0.demo.test. 300 IN NSEC . A\n"));
    free(reply.body);
    stop(&f);
}

static void a_snapshot_that_fails_midway_is_no_complete_answer(void **state)
{
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    f.server.records = 20000;
    f.server.fail_at = 30000;
    ask(&f, NULL, "/v1/zones/demo.test/records", no_body, NULL, &reply);
    assert_int_not_equal(reply.code, CURLE_OK);
    free(reply.body);
    stop(&f);
}

struct background {
    struct fixture *f;
    struct reply reply;
};

static void *update_in_background(void *context)
{
    struct background *background = context;

    ask(background->f, NULL, "/v1/zones/demo.test/updates", octets_of_text("x"), NULL,
        &background->reply);
    free(background->reply.body);
    return NULL;
}

static void health_is_told_while_commits_take_their_time(void **state)
{
    struct background waiting[8];
    pthread_t threads[8];
    struct fixture f;
    struct reply reply;

    (void)state;
    start(&f);
    f.server.holds = true;
    for (size_t i = 0; i < 8; i++) {
        waiting[i].f = &f;
        assert_int_equal(pthread_create(&threads[i], NULL, update_in_background, &waiting[i]), 0);
    }
    (void)pthread_mutex_lock(&f.server.mutex);
    while (f.server.held < 8) {
        (void)pthread_cond_wait(&f.server.changed, &f.server.mutex);
    }
    (void)pthread_mutex_unlock(&f.server.mutex);

    ask(&f, NULL, "/healthz", no_body, NULL, &reply);

    json_decref(document(&reply, 200));
    (void)pthread_mutex_lock(&f.server.mutex);
    f.server.holds = false;
    (void)pthread_cond_broadcast(&f.server.changed);
    (void)pthread_mutex_unlock(&f.server.mutex);
    for (size_t i = 0; i < 8; i++) {
        (void)pthread_join(threads[i], NULL);
        assert_int_equal(waiting[i].reply.status, 200);
    }
    stop(&f);
}

static void a_taken_port_is_named(void **state)
{
    struct fixture f;
    struct api *second = NULL;
    struct reason reason;
    char address[64];
    struct api_options options = {.listen = address};

    (void)state;
    start(&f);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", api_port(f.api));
    assert_int_equal(api_start(&options, &f.server, &second, &reason), SWORN_IO);
    assert_non_null(strstr(reason.text, address));
    assert_non_null(strstr(reason.text, "Address already in use"));
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_a_zones_rule_are_octets),
        cmocka_unit_test(evidence_is_its_text_and_the_lines_of_it),
        cmocka_unit_test(only_the_operator_stops_serving_a_zone),
        cmocka_unit_test(metrics_have_the_form_that_prometheus_reads),
        cmocka_unit_test(another_token_is_in_force_at_once),
        cmocka_unit_test(a_reader_that_takes_too_long_lets_go_of_its_snapshot),
        cmocka_unit_test(a_creation_reaches_the_commit_and_its_proof_the_owner),
        cmocka_unit_test(a_creation_through_a_page_or_proxy_needs_the_token),
        cmocka_unit_test(an_update_hands_its_octets_on_unchanged),
        cmocka_unit_test(a_refusal_carries_the_guards_own_words),
        cmocka_unit_test(a_body_past_its_limit_is_refused_with_or_without_expect),
        cmocka_unit_test(bad_requests_have_an_error_document_each),
        cmocka_unit_test(a_zone_shows_its_birth_serial_and_sequence),
        cmocka_unit_test(zones_checkpoint_and_health_are_told),
        cmocka_unit_test(records_are_streamed_as_json),
        cmocka_unit_test(records_are_streamed_as_a_master_file),
        cmocka_unit_test(a_snapshot_that_fails_midway_is_no_complete_answer),
        cmocka_unit_test(health_is_told_while_commits_take_their_time),
        cmocka_unit_test(a_taken_port_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

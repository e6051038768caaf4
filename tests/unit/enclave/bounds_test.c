/*
 * bounds_test.c - what a request may cost here, who pays for it, and what the enclave says of
 * itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/merkle/checkpoint.h"
#include "tests/unit/enclave/host.h"

#include <sodium.h>
#include <stdlib.h>

#define APEX "demo.test."
#define SET_WWW(address)                                                                           \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":\"" address \
    "\",\"ttl\":\"300\"}}"

static int begin(void **state)
{
    struct host *host = malloc(sizeof(*host));

    assert_non_null(host);
    host_begin(host);
    *state = host;
    return 0;
}

static int end(void **state)
{
    host_end(*state);
    free(*state);
    return 0;
}

static void create(struct host *host)
{
    struct host_reply reply;

    host_create(host, APEX, 15, &reply);
    assert_string_equal(reply.text, "");
    host_apply(host, &reply);
}

static void update(struct host *host, const char *operation, struct host_reply *reply)
{
    host_update(host, APEX, operation, reply);
    assert_string_equal(reply->text, "");
    host_apply(host, reply);
}

static void signatures_cost_the_same_each_time_and_refreshes_nothing(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    struct rrset_key key;
    struct octets item, value;
    struct octets_list keys = {.count = 1, .items = &item}, values = {.count = 1, .items = &value};
    uint64_t first;

    create(host);
    update(host, SET_WWW("192.0.2.2"), &reply);
    first = reply.committed.fuel;
    assert_true(first > (uint64_t)2 * FUEL_PER_SIGNATURE); /* www A, SOA */
    update(host, SET_WWW("192.0.2.3"), &reply);
    assert_true(reply.committed.fuel == first);
    assert_int_equal(host_restart(host), SWORN_OK); /* no module is cached */
    update(host, SET_WWW("192.0.2.4"), &reply);
    assert_true(reply.committed.fuel == first);

    value = host_value(host, APEX, "www." APEX, RR_A, &key);
    item = octets_of(key.octets, key.size);
    host_refresh(host, APEX, &keys, &values, &reply);
    assert_int_equal(reply.type, MESSAGE_COMMITTED);
    assert_true(reply.committed.fuel == 0);
    host_apply(host, &reply);
}

static void say_hello(struct host *host, const struct guard_limits *limits, uint16_t expected)
{
    uint8_t octets[GUARD_LIMITS_SIZE];
    struct writer writer = writer_over(octets, sizeof(octets));
    struct message_hello hello = {.version = BOUNDARY_VERSION, .zonemd_most = ZONEMD_MOST};
    struct host_reply reply;

    if (limits != NULL) {
        assert_int_equal(guard_limits_write(limits, &writer), SWORN_OK);
        hello.limits = written(&writer);
    }
    host_request(host, MESSAGE_HELLO, &hello, sizeof(hello), &reply);
    assert_int_equal(reply.type, expected);
}

static void a_server_can_refuse_limits_and_not_widen_them(void **state)
{
    struct host *host = *state;
    struct guard_limits limits;
    struct host_reply reply;

    create(host);
    guard_limits_most(&limits);
    limits.fuel = 1000;
    say_hello(host, &limits, MESSAGE_HELLO_REPLY);
    host_create(host, "other.test.", 15, &reply);
    assert_int_equal(reply.result, SWORN_LIMIT);
    assert_string_equal(reply.text,
                        "policy: guard limit fuel is 500000000, this server allows 1000 at most");
    update(host, SET_WWW("192.0.2.2"), &reply); /* what is there goes on */

    memset(&limits, 0xff, sizeof(limits));
    say_hello(host, &limits, MESSAGE_HELLO_REPLY);
    host_create(host, "other.test.", 15, &reply);
    assert_int_equal(reply.type, MESSAGE_COMMITTED);
    host_apply(host, &reply);
}

static void a_hello_with_half_of_the_limits_is_refused_and_changes_nothing(void **state)
{
    struct host *host = *state;
    static const uint8_t zeros[GUARD_LIMITS_SIZE - 1];
    struct message_hello hello = {.version = BOUNDARY_VERSION,
                                  .limits = octets_of(zeros, sizeof(zeros))};
    struct host_reply reply;

    host_request(host, MESSAGE_HELLO, &hello, sizeof(hello), &reply);
    assert_int_equal(reply.result, SWORN_MALFORMED);
    create(host);
}

static void ask(struct host *host, struct octets nonce, struct host_reply *reply,
                struct message_evidence_reply *evidence)
{
    struct message_evidence message = {.nonce = nonce};
    struct reason reason = {0};

    host_request(host, MESSAGE_EVIDENCE, &message, sizeof(message), reply);
    if (reply->type == MESSAGE_EVIDENCE_REPLY) {
        assert_int_equal(message_read(reply->type, reply->fields, &host->scratch, evidence,
                                      sizeof(*evidence), &reason),
                         SWORN_OK);
    }
}

static void evidence_is_signed_by_the_logs_key_and_is_no_checkpoint(void **state)
{
    static const uint8_t nonce[] = {0, 0xff, '\n', '='};
    static const char head[] = "sworn-evidence-v1\nplatform=process\nrollback=unprotected\n"
                               "time=host\nengine=";
    static const char tail[] = "\nnonce=00ff0a3d\n";
    struct host *host = *state;
    struct host_reply reply;
    struct message_evidence_reply evidence;
    struct checkpoint checkpoint;

    create(host);
    ask(host, octets_of(nonce, sizeof(nonce)), &reply, &evidence);
    assert_int_equal(reply.type, MESSAGE_EVIDENCE_REPLY);
    assert_int_equal(evidence.signature.size, crypto_sign_BYTES);
    assert_int_equal(crypto_sign_verify_detached(evidence.signature.data, evidence.statement.data,
                                                 evidence.statement.size,
                                                 host->log_public_key.data),
                     0);
    assert_memory_equal(evidence.statement.data, head, sizeof(head) - 1);
    assert_memory_equal(evidence.statement.data + evidence.statement.size - (sizeof(tail) - 1),
                        tail, sizeof(tail) - 1);
    assert_int_not_equal(
        checkpoint_open(evidence.statement, host->log_public_key.data, &checkpoint), SWORN_OK);
}

static void evidence_has_its_bounds(void **state)
{
    static const uint8_t nonce[NONCE_MAX + 1];
    struct host *host = *state;
    struct message_evidence_reply evidence;
    struct host_reply reply;

    ask(host, octets_of(nonce, NONCE_MAX), &reply, &evidence);
    assert_int_equal(reply.type, MESSAGE_EVIDENCE_REPLY);
    ask(host, octets_of(NULL, 0), &reply, &evidence);
    assert_int_equal(reply.type, MESSAGE_EVIDENCE_REPLY);
    ask(host, octets_of(nonce, NONCE_MAX + 1), &reply, &evidence);
    assert_int_equal(reply.result, SWORN_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signatures_cost_the_same_each_time_and_refreshes_nothing,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_server_can_refuse_limits_and_not_widen_them, begin, end),
        cmocka_unit_test_setup_teardown(
            a_hello_with_half_of_the_limits_is_refused_and_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(evidence_is_signed_by_the_logs_key_and_is_no_checkpoint,
                                        begin, end),
        cmocka_unit_test_setup_teardown(evidence_has_its_bounds, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

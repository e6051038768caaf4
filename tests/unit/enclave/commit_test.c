/*
 * commit_test.c - the enclave against a host in the same process, honest and not: what it signs,
 * what it refuses, and that a refused request leaves no trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"
#include "tests/unit/enclave/host.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define APEX "demo.test."
#define SET_WWW(address)                                                                           \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":\"" address \
    "\",\"ttl\":\"300\"}}"
#define REMOVE_NS "{\"RemoveRecords\":{\"record\":\"NS\",\"name\":\"@\",\"index\":null}}"

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

static void create(struct host *host, const char *apex, uint8_t algorithm)
{
    struct host_reply reply;

    host_create(host, apex, algorithm, &reply);
    assert_string_equal(reply.text, "");
    host_apply(host, &reply);
}

/* The one record of the apex's DNSKEY set. */
static struct octets dnskey_of(struct host *host, const char *apex)
{
    struct rrset_key key;
    struct reader reader = reader_of(host_value(host, apex, apex, RR_DNSKEY, &key));
    struct octets rdata;
    uint32_t ttl;
    uint16_t count;

    assert_int_equal(read_u32(&reader, &ttl), SWORN_OK);
    assert_int_equal(read_u16(&reader, &count), SWORN_OK);
    assert_int_equal(read_slice_u16(&reader, &rdata), SWORN_OK);
    return rdata;
}

/* Every RRSIG of a commit is one over just the set it comes with. */
static void assert_signatures(struct host *host, const char *apex, const struct host_reply *reply)
{
    struct octets dnskey = dnskey_of(host, apex);

    assert_int_equal(reply->type, MESSAGE_COMMITTED);
    for (uint32_t i = 0; i < reply->committed.sets.count; i++) {
        struct committed_set set;
        struct rrset rrset;
        struct name owner;
        uint16_t type;

        assert_int_equal(committed_set_read(reply->committed.sets.items[i], &host->scratch, &set),
                         SWORN_OK);
        assert_int_equal(rrset_key_read(set.key, &owner, &type), SWORN_OK);
        assert_true(set.rrsigs.count <= 1);
        if (set.rrsigs.count == 0) {
            continue;
        }
        assert_int_equal(rrset_read(set.value, &owner, type, &host->scratch, &rrset), SWORN_OK);
        assert_int_equal(rrsig_verify(set.rrsigs.items[0], &rrset, dnskey, &host->scratch),
                         SWORN_OK);
    }
}

static void a_commit_signs_what_changed_and_nothing_else(void **state)
{
    struct host *host = *state;
    struct host_reply reply;

    create(host, APEX, 13);
    host_update(host, APEX, SET_WWW("192.0.2.2"), &reply);
    assert_signatures(host, APEX, &reply);
    assert_int_equal(reply.committed.sets.count, 2); /* www A and the SOA */
    host_apply(host, &reply);
}

/*
 * A value that came with a refresh was kept by the tree but lived in the request: the next request
 * lay in the same memory, and what it held there was signed.
 */
static void values_of_a_refresh_do_not_outlive_it(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    struct rrset_key key;
    struct octets honest, item;
    struct octets_list keys = {.count = 1, .items = &item}, values = {.count = 1};
    uint8_t forged_octets[64];
    struct octets forged = octets_of(forged_octets, 0);

    create(host, APEX, 15);
    assert_int_equal(host_restart(host), SWORN_OK);
    honest = host_value(host, APEX, "www." APEX, RR_A, &key);
    item = octets_of(key.octets, key.size);
    values.items = &honest;
    host_refresh(host, APEX, &keys, &values, &reply);
    assert_signatures(host, APEX, &reply);
    host_apply(host, &reply);

    assert_true(honest.size <= sizeof(forged_octets));
    memcpy(forged_octets, honest.data, honest.size);
    forged_octets[honest.size - 1] ^= 0x40; /* 192.0.2.65 */
    forged.size = honest.size;
    values.items = &forged;
    for (int i = 0; i < 3; i++) {
        host_refresh(host, APEX, &keys, &values, &reply);
        assert_signatures(host, APEX, &reply);
        for (uint32_t k = 0; k < reply.committed.sets.count; k++) {
            struct committed_set set;

            assert_int_equal(
                committed_set_read(reply.committed.sets.items[k], &host->scratch, &set), SWORN_OK);
            if (octets_equal(set.key, item)) {
                assert_int_equal(set.value.size, honest.size);
                assert_memory_equal(set.value.data, honest.data, honest.size);
            }
        }
        host_apply(host, &reply);
    }
}

static void a_value_that_is_not_the_certified_one_is_refused(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    struct rrset_key key;
    uint8_t forged_octets[64];
    struct octets honest, item, forged;
    struct octets_list keys = {.count = 1, .items = &item}, values = {.count = 1, .items = &forged};

    create(host, APEX, 13);
    honest = host_value(host, APEX, "www." APEX, RR_A, &key);
    item = octets_of(key.octets, key.size);
    for (size_t i = 0; i < honest.size; i++) {
        assert_int_equal(host_restart(host), SWORN_OK);
        memcpy(forged_octets, honest.data, honest.size);
        forged_octets[i] ^= 1;
        forged = octets_of(forged_octets, honest.size);
        host_refresh(host, APEX, &keys, &values, &reply);
        assert_int_equal(reply.type, MESSAGE_ERROR);
        assert_int_equal(reply.result, SWORN_PROOF);
    }
}

/* Flip one bit of the octet at tamper_context of each answer to the question in `asked[0]`. */
static void flip(struct host *host, uint16_t question, struct writer *frame)
{
    const size_t *at = host->tamper_context;

    if (question == host->asked[0] && *at < frame->used) {
        frame->start[*at] ^= 0x01;
    }
}

static void a_refused_request_leaves_everything_as_it_was(void **state)
{
    static const uint16_t questions[] = {MESSAGE_NEED_PAGE, MESSAGE_NEED_VALUE, MESSAGE_NEED_BLOB,
                                         MESSAGE_NEED_KEY};
    struct host *host = *state;
    struct host_reply reply;
    size_t refused = 0;

    create(host, APEX, 13);
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        /* Behind length, type, version, id. */
        for (size_t at = FRAME_HEADER; at < FRAME_HEADER + 120; at++) {
            assert_int_equal(host_restart(host), SWORN_OK);
            host->asked[0] = questions[i];
            host->tamper = flip;
            host->tamper_context = &at;
            host_update(host, APEX, SET_WWW("192.0.2.77"), &reply);
            host->tamper = NULL;
            if (reply.type == MESSAGE_COMMITTED) {
                continue; /* the frame was shorter than that */
            }
            refused++;
            assert_int_equal(reply.type, MESSAGE_ERROR);
            host_update(host, APEX, SET_WWW("192.0.2.77"), &reply);
            assert_signatures(host, APEX, &reply);
        }
    }
    assert_true(refused > 200);
    assert_int_equal(host_restart(host), SWORN_OK);
    host_update(host, APEX, SET_WWW("192.0.2.77"), &reply);
    host_apply(host, &reply);
}

/* Instead of a page: 65 of them, or a message that is no answer to this. */
static void answer_badly(struct host *host, uint16_t question, struct writer *frame)
{
    const bool *too_many = host->tamper_context;
    struct octets items[65] = {{0}};
    struct message_pages pages = {.pages = {.count = 65, .items = items}};
    struct message_hello hello = {0};

    if (question != MESSAGE_NEED_PAGE) {
        return;
    }
    frame->used = 0;
    if (*too_many) {
        MUST(message_write(MESSAGE_PAGES, host->id, &pages, sizeof(pages), frame) == SWORN_OK);
        return;
    }
    MUST(message_write(MESSAGE_HELLO, host->id, &hello, sizeof(hello), frame) == SWORN_OK);
}

/*
 * A guard that asks for records hears -1 when its query passes a bound: the host must not be able
 * to make that up.
 */
static void a_bad_answer_is_never_taken_for_the_guards_fault(void **state)
{
    struct host *host = *state;
    struct host_reply reply;

    create(host, APEX, 13);
    for (int i = 0; i < 2; i++) {
        bool too_many = i == 0;

        assert_int_equal(host_restart(host), SWORN_OK);
        host->tamper = answer_badly;
        host->tamper_context = &too_many;
        host_update(host, APEX, SET_WWW("192.0.2.9"), &reply);
        host->tamper = NULL;
        assert_int_equal(reply.result, SWORN_PROOF);
    }
}

static void what_does_not_lead_to_the_root_is_named(void **state)
{
    static const uint16_t questions[] = {MESSAGE_NEED_PAGE, MESSAGE_NEED_VALUE};
    struct host *host = *state;
    struct host_reply reply;
    size_t at = FRAME_HEADER + 50;

    create(host, APEX, 13);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(host_restart(host), SWORN_OK);
        host->asked[0] = questions[i];
        host->tamper = flip;
        host->tamper_context = &at;
        host_update(host, APEX, SET_WWW("192.0.2.9"), &reply);
        host->tamper = NULL;
        assert_int_equal(reply.result, SWORN_PROOF);
        assert_non_null(strstr(reply.text, "in the top tree does not lead to the certified root"));
    }
}

/* Each makes a key before it fails; there are 1,024 places for keys. */
static void refused_creations_keep_no_secret(void **state)
{
    struct host *host = *state;
    struct message_create message = {.time = host->time, .apex = octets_of_text("poor.test.")};
    uint8_t policy_octets[POLICY_MAX];
    struct writer written_policy = writer_over(policy_octets, sizeof(policy_octets));
    struct policy policy;
    struct host_reply reply;

    create(host, APEX, 15);
    policy_default(&policy);
    policy.algorithm = 15;
    assert_int_equal(policy_write(&policy, &written_policy), SWORN_OK);
    message.policy = written(&written_policy);
    assert_int_equal(sha256_one(octets_of(obedient_guard, obedient_guard_size), &message.guard),
                     SWORN_OK);
    assert_int_equal(sha256_one(octets_of_text("environment"), &message.environment), SWORN_OK);
    for (int i = 0; i < SECRET_SLOTS + 10; i++) {
        host_request(host, MESSAGE_CREATE, &message, sizeof(message), &reply);
        assert_int_equal(reply.result, SWORN_INVALID);
    }
    create(host, "rich.test.", 15);
}

static void more_zones_than_keys_are_kept_go_on(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    char apex[32];

    for (int i = 0; i < KEYRING_SLOTS + 6; i++) {
        (void)snprintf(apex, sizeof(apex), "z%d.test.", i);
        create(host, apex, i % 2 == 0 ? 13 : 15);
    }
    for (int i = 0; i < KEYRING_SLOTS + 6; i++) {
        (void)snprintf(apex, sizeof(apex), "z%d.test.", i);
        host_update(host, apex, SET_WWW("192.0.2.3"), &reply);
        assert_signatures(host, apex, &reply);
        host_apply(host, &reply);
    }
    assert_true(host->asked[MESSAGE_NEED_KEY] > 0);
}

static void a_request_that_the_zone_cannot_bear_changes_nothing(void **state)
{
    struct host *host = *state;
    struct host_reply reply;

    create(host, APEX, 13);
    host_update(host, APEX, REMOVE_NS, &reply);
    assert_int_equal(reply.result, SWORN_INVALID);
    host_update(host, APEX, "{\"No\":1}", &reply);
    assert_int_equal(reply.type, MESSAGE_ERROR);
    host_update(host, APEX, SET_WWW("192.0.2.4"), &reply);
    assert_signatures(host, APEX, &reply);
    host_apply(host, &reply);
}

static void time_never_goes_back(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    struct log_entry entry;

    create(host, APEX, 13);
    host->time -= 1000;
    host_update(host, APEX, SET_WWW("192.0.2.5"), &reply);
    assert_int_equal(log_entry_read(reply.committed.entry, &entry), SWORN_OK);
    assert_int_equal(entry.time, host->time + 1000);
    host_apply(host, &reply);
}

/* A whole turn of the 32 bits that signatures have would be the past to whoever reads them. */
static void time_never_comes_round(void **state)
{
    struct host *host = *state;
    uint64_t now = host->time;
    struct host_reply reply;
    struct log_entry entry;

    create(host, APEX, 13);
    host->time = now + (UINT64_C(1) << 32);
    host_update(host, APEX, SET_WWW("192.0.2.5"), &reply);
    assert_int_equal(reply.result, SWORN_INVALID);
    assert_non_null(strstr(reply.text, "than signatures can tell"));
    host_refresh(host, APEX, &(struct octets_list){0}, &(struct octets_list){0}, &reply);
    assert_int_equal(reply.result, SWORN_INVALID);
    host_create(host, "other.test.", 13, &reply);
    assert_int_equal(reply.result, SWORN_INVALID);
    host->time = now;
    host_update(host, APEX, SET_WWW("192.0.2.5"), &reply);
    assert_string_equal(reply.text, "");
    assert_int_equal(log_entry_read(reply.committed.entry, &entry), SWORN_OK);
    assert_int_equal(entry.time, now);
    host_apply(host, &reply);
    host->time = UINT32_MAX;
    host_update(host, APEX, SET_WWW("192.0.2.6"), &reply);
    assert_string_equal(reply.text, "");
    host_apply(host, &reply);
}

static void a_second_start_or_genesis_is_refused(void **state)
{
    struct host *host = *state;
    struct message_genesis genesis = {0};
    struct message_start start = {0};
    struct host_reply reply;

    create(host, APEX, 13);
    host_request(host, MESSAGE_GENESIS, &genesis, sizeof(genesis), &reply);
    assert_int_equal(reply.result, SWORN_CONFLICT);
    host_request(host, MESSAGE_START, &start, sizeof(start), &reply);
    assert_int_equal(reply.result, SWORN_CONFLICT);
}

static void a_start_without_the_secret_is_refused(void **state)
{
    struct host *host = *state;

    create(host, APEX, 13);
    host->secret[31] ^= 1;
    assert_int_equal(host_restart(host), SWORN_PROOF);
    host->secret[31] ^= 1;
    assert_int_equal(host_restart(host), SWORN_OK);
}

/* Answers where questions are due, questions where answers are due, and frames that are none. */
static void frames_out_of_place_get_an_error(void **state)
{
    static const uint16_t types[] = {0, 8, 9, 31, 32, 37, 38, 64, 67, 96, 97, 98, 0xffff};
    struct host *host = *state;
    struct host_reply reply;

    create(host, APEX, 13);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        uint8_t octets[64];
        struct writer frame = writer_over(octets, sizeof(octets));

        assert_int_equal(write_u32(&frame, 12), SWORN_OK);
        assert_int_equal(write_u16(&frame, types[i]), SWORN_OK);
        assert_int_equal(write_u16(&frame, BOUNDARY_VERSION), SWORN_OK);
        assert_int_equal(write_u64(&frame, 7), SWORN_OK);
        host_send(host, written(&frame));
        host_answer(host, &reply);
        assert_int_equal(reply.result, SWORN_MALFORMED);
    }
    host_update(host, APEX, SET_WWW("192.0.2.6"), &reply);
    assert_signatures(host, APEX, &reply);
}

static void a_frame_past_the_limit_is_passed_over(void **state)
{
    struct host *host = *state;
    struct host_reply reply;
    uint8_t length[4] = {0x04, 0x00, 0x00, 0x01}; /* 64 MiB and one */
    size_t left = (size_t)FRAME_MAX + 1;
    uint8_t *zeros = calloc(1, 1 << 20);

    assert_non_null(zeros);
    host_send(host, octets_of(length, sizeof(length)));
    while (left > 0) {
        size_t part = left < 1 << 20 ? left : 1 << 20;

        host_send(host, octets_of(zeros, part));
        left -= part;
    }
    free(zeros);
    host_answer(host, &reply);
    assert_int_equal(reply.result, SWORN_LIMIT);
    create(host, APEX, 13);
}

int main(void)
{
    /* What is freed is overwritten, so that whoever still looks at it is found out here, too. */
    (void)mallopt(M_PERTURB, 0xa5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_commit_signs_what_changed_and_nothing_else, begin, end),
        cmocka_unit_test_setup_teardown(values_of_a_refresh_do_not_outlive_it, begin, end),
        cmocka_unit_test_setup_teardown(a_value_that_is_not_the_certified_one_is_refused, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_refused_request_leaves_everything_as_it_was, begin, end),
        cmocka_unit_test_setup_teardown(a_bad_answer_is_never_taken_for_the_guards_fault, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_does_not_lead_to_the_root_is_named, begin, end),
        cmocka_unit_test_setup_teardown(refused_creations_keep_no_secret, begin, end),
        cmocka_unit_test_setup_teardown(more_zones_than_keys_are_kept_go_on, begin, end),
        cmocka_unit_test_setup_teardown(a_request_that_the_zone_cannot_bear_changes_nothing, begin,
                                        end),
        cmocka_unit_test_setup_teardown(time_never_goes_back, begin, end),
        cmocka_unit_test_setup_teardown(time_never_comes_round, begin, end),
        cmocka_unit_test_setup_teardown(a_second_start_or_genesis_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_start_without_the_secret_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(frames_out_of_place_get_an_error, begin, end),
        cmocka_unit_test_setup_teardown(a_frame_past_the_limit_is_passed_over, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

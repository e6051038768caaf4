/*
 * fixture.h - a small zone in memory and short ways to change and to read it.
 */
#ifndef SWORN_TESTS_UNIT_CHANGE_FIXTURE_H
#define SWORN_TESTS_UNIT_CHANGE_FIXTURE_H

#include "core/change/operation.h"
#include "core/dns/rr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SOA_CONTENT "ns1.demo.test. admin.demo.test. 7 3600 900 1209600 300"

struct fixture {
    struct region region;
    struct tree tree;
    struct change change;
    struct reason reason;
};

static inline struct name name_of(const char *text)
{
    struct name name;

    assert_int_equal(name_from_text(octets_of_text(text), NULL, &name), SWORN_OK);
    return name;
}

/* A change that starts from an empty zone. */
static inline void fixture_empty(struct fixture *fixture, const char *apex)
{
    static const struct hash nothing;
    const struct guard_limits limits = {.operations = 20000, .changed = 4096, .visited = 16384};
    struct name name = name_of(apex);

    memset(fixture, 0, sizeof(*fixture));
    region_init(&fixture->region, (size_t)256 * 1024 * 1024);
    assert_int_equal(tree_open(&fixture->tree, MERKLE_ZONE, &nothing, &fixture->region, NULL),
                     SWORN_OK);
    change_begin(&fixture->change, &name, &fixture->tree, &limits, &fixture->region);
}

static inline void fixture_end(struct fixture *fixture)
{
    region_clear(&fixture->region);
}

static inline enum sworn_result apply(struct fixture *fixture, const char *json)
{
    fixture->reason.text[0] = 0;
    return operation_apply(&fixture->change, octets_of_text(json), &fixture->reason);
}

#define assert_applied(fixture, json)                                                              \
    do {                                                                                           \
        enum sworn_result applied = apply((fixture), (json));                                      \
        if (applied != SWORN_OK) {                                                                 \
            fail_msg("%s: %s: %s", (json), result_name(applied), (fixture)->reason.text);          \
        }                                                                                          \
    } while (0)

#define assert_refused(fixture, json, result, cause)                                               \
    do {                                                                                           \
        enum sworn_result refused = apply((fixture), (json));                                      \
        if (refused != (result) || strstr((fixture)->reason.text, (cause)) == NULL) {              \
            fail_msg("%s: %s: \"%s\" instead of %s: \"%s\"", (json), result_name(refused),         \
                     (fixture)->reason.text, result_name(result), (cause));                        \
        }                                                                                          \
    } while (0)

#define assert_valid(fixture)                                                                      \
    do {                                                                                           \
        enum sworn_result valid = change_validate(&(fixture)->change, &(fixture)->reason);         \
        if (valid != SWORN_OK) {                                                                   \
            fail_msg("%s: %s", result_name(valid), (fixture)->reason.text);                        \
        }                                                                                          \
    } while (0)

#define assert_not_valid(fixture, cause)                                                           \
    do {                                                                                           \
        assert_int_equal(change_validate(&(fixture)->change, &(fixture)->reason), SWORN_INVALID);  \
        assert_string_equal((fixture)->reason.text, (cause));                                      \
    } while (0)

/* An UpdateRecord; ttl NULL is null. */
static inline const char *update(char *json, const char *mode, const char *name, const char *type,
                                 const char *ttl, const char *content)
{
    char quoted[64] = "null";

    if (ttl != NULL) {
        (void)snprintf(quoted, sizeof(quoted), "\"%s\"", ttl);
    }
    (void)sprintf(json,
                  "{\"UpdateRecord\":{\"mode\":\"%s\",\"record\":\"%s\",\"name\":\"%s\","
                  "\"content\":\"%s\",\"ttl\":%s}}",
                  mode, type, name, content, quoted);
    return json;
}

#define set(fixture, name, type, ttl, content)                                                     \
    do {                                                                                           \
        char set_json[2048];                                                                       \
        assert_applied((fixture), update(set_json, "Set", (name), (type), (ttl), (content)));      \
    } while (0)

#define append(fixture, name, type, ttl, content)                                                  \
    do {                                                                                           \
        char append_json[2048];                                                                    \
        assert_applied((fixture),                                                                  \
                       update(append_json, "Append", (name), (type), (ttl), (content)));           \
    } while (0)

/* Take what the change made as the certified zone, and begin the next one. */
static inline void fixture_commit(struct fixture *fixture)
{
    const struct guard_limits limits = fixture->change.limits;
    const struct name apex = fixture->change.apex;

    fixture->tree = fixture->change.after;
    change_begin(&fixture->change, &apex, &fixture->tree, &limits, &fixture->region);
}

/* demo.test. with SOA, two NS, an address and a DNSKEY of the enclave's. */
static inline void fixture_zone(struct fixture *fixture)
{
    static const uint8_t dnskey[] = {1, 1, 3, 13, 9, 9, 9, 9};
    struct octets rdata = octets_of(dnskey, sizeof(dnskey));
    struct rrset rrset = {.type = RR_DNSKEY, .ttl = 3600, .count = 1, .rdata = &rdata};

    fixture_empty(fixture, "demo.test.");
    set(fixture, "@", "SOA", NULL, SOA_CONTENT);
    set(fixture, "", "NS", "7200", "ns1");
    append(fixture, "@", "NS", NULL, "ns2.other.example.");
    set(fixture, "ns1", "A", "300", "192.0.2.53");
    rrset.owner = fixture->change.apex;
    assert_int_equal(change_put(&fixture->change, &rrset), SWORN_OK);
    fixture_commit(fixture);
}

/* The answer to a query, as text of the region's. */
static inline const char *query(struct fixture *fixture, const char *json)
{
    struct writer result = writer_in(&fixture->region, (size_t)16 * 1024 * 1024);
    char *text;

    if (operation_query(&fixture->change, octets_of_text(json), &result, &fixture->reason) !=
        SWORN_OK) {
        fail_msg("%s: %s", json, fixture->reason.text);
    }
    assert_int_equal(region_text(&fixture->region, written(&result), &text), SWORN_OK);
    return text;
}

/* The set's TTL and RDATA as "3600: A | B", "none" when it is not there. */
static inline const char *contents(struct fixture *fixture, const char *owner, uint16_t type)
{
    struct writer text = writer_in(&fixture->region, (size_t)1024 * 1024);
    struct name name = name_of(owner);
    struct rrset rrset;
    char *line;
    enum sworn_result result = change_get(&fixture->change, &name, type, &rrset);

    if (result == SWORN_ABSENT) {
        return "none";
    }
    assert_int_equal(result, SWORN_OK);
    assert_int_equal(write_format(&text, "%u:", rrset.ttl), SWORN_OK);
    for (size_t i = 0; i < rrset.count; i++) {
        assert_int_equal(write_text(&text, i == 0 ? " " : " | "), SWORN_OK);
        assert_int_equal(rdata_to_text(type, rrset.rdata[i], false, &text), SWORN_OK);
    }
    assert_int_equal(region_text(&fixture->region, written(&text), &line), SWORN_OK);
    return line;
}

#endif

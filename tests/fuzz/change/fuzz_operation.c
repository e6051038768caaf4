/*
 * fuzz_operation.c - arbitrary operations and queries on a small zone, then validation.
 *
 *   input = u8 kind of apex (even: demo.test., odd: the root) ‖ lines; a line that begins with "?"
 *   is a query, any other an operation
 */
#include "core/change/operation.h"
#include "core/change/walk.h"
#include "core/dns/rr.h"

#include <jansson.h>
#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void start_zone(struct change *change, struct tree *tree, bool root, struct region *region)
{
    static const char *const operations[] = {
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"SOA\",\"name\":\"@\",\"content\":\"a. b. "
        "1 2 3 4 5\",\"ttl\":null}}",
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"name\":\"@\",\"content\":\"ns\","
        "\"ttl\":null}}",
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"ns\",\"content\":\"192.0."
        "2.1\",\"ttl\":\"60\"}}"};
    static const struct hash nothing;
    static const uint8_t dnskey[] = {1, 1, 3, 13, 9};
    const struct guard_limits limits = {.operations = 200, .changed = 50, .visited = 400};
    struct octets rdata = octets_of(dnskey, sizeof(dnskey));
    struct rrset rrset = {.type = RR_DNSKEY, .ttl = 3600, .count = 1, .rdata = &rdata};
    struct reason reason = {""};
    struct name apex;

    ENSURE(name_from_text(octets_of_text(root ? "." : "demo.test."), NULL, &apex) == SWORN_OK);
    ENSURE(tree_open(tree, MERKLE_ZONE, &nothing, region, NULL) == SWORN_OK);
    change_begin(change, &apex, tree, &limits, region);
    rrset.owner = apex;
    ENSURE(change_put(change, &rrset) == SWORN_OK);
    for (size_t i = 0; i < 3; i++) {
        ENSURE(operation_apply(change, octets_of_text(operations[i]), &reason) == SWORN_OK);
    }
    *tree = change->after;
    change_begin(change, &apex, tree, &limits, region);
}

/* An answer is JSON whose every string is ASCII. */
static void check_answer(struct octets answer)
{
    json_error_t error;
    json_t *json =
        json_loadb((const char *)answer.data, answer.size, JSON_REJECT_DUPLICATES, &error);

    ENSURE(json_is_array(json));
    json_decref(json);
    for (size_t i = 0; i < answer.size; i++) {
        ENSURE(answer.data[i] >= 0x20 && answer.data[i] <= 0x7e);
    }
}

static bool run_line(struct change *change, struct octets line, struct region *region)
{
    struct reason reason = {""};
    struct writer answer = writer_in(region, (size_t)4 * 1024 * 1024);
    enum sworn_result result;

    if (line.size > 0 && line.data[0] == '?') {
        result = operation_query(change, octets_of(line.data + 1, line.size - 1), &answer, &reason);
        if (result == SWORN_OK) {
            check_answer(written(&answer));
        }
    } else {
        result = operation_apply(change, line, &reason);
    }
    ENSURE(result == SWORN_OK || result == SWORN_NO_MEMORY || reason.text[0] != 0 ||
           answer.used > 0);
    return result == SWORN_OK;
}

/* Every set reads back, is inside the zone and of a type that can be there. */
static size_t check_sets(struct change *change, struct region *region)
{
    struct walk walk;
    struct name owner;
    struct rrset rrset;
    uint16_t type;
    size_t sets = 0;

    walk_zone(&walk, change);
    while (walk_next(&walk, &owner, &type) == SWORN_OK) {
        ENSURE(name_within(&owner, &change->apex) && rr_is_data(type));
        ENSURE(!type_is_enclaves(type) || type == RR_DNSKEY);
        ENSURE(change_load(change, &owner, type, region, &rrset) == SWORN_OK);
        ENSURE(rrset.count > 0 && rrset.ttl <= TTL_MAX);
        sets++;
    }
    return sets;
}

static void check_zone(struct change *change, struct region *region)
{
    struct reason reason = {""};
    struct rrset rrset;
    struct rrset_key *keys;
    struct hash before, after;
    size_t differences;
    size_t sets = check_sets(change, region);

    ENSURE(change_get(change, &change->apex, RR_DNSKEY, &rrset) == SWORN_OK);
    ENSURE(change_differences(change, &keys, &differences) == SWORN_OK);
    ENSURE(tree_root(&change->before, &before) == SWORN_OK);
    ENSURE(tree_root(&change->after, &after) == SWORN_OK);
    ENSURE((differences == 0) == hash_equal(&before, &after));
    if (change_validate(change, &reason) != SWORN_OK) {
        ENSURE(reason.text[0] != 0);
        return;
    }
    ENSURE(sets >= 3);
    ENSURE(change_get(change, &change->apex, RR_SOA, &rrset) == SWORN_OK && rrset.count == 1);
    ENSURE(change_get(change, &change->apex, RR_NS, &rrset) == SWORN_OK);
    ENSURE(change_get(change, &change->apex, RR_CNAME, &rrset) == SWORN_ABSENT);
    ENSURE(change_get(change, &change->apex, RR_DS, &rrset) == SWORN_ABSENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region region;
    struct change change;
    struct tree tree;
    size_t at = 1;
    bool going = true;

    if (size == 0) {
        return 0;
    }
    region_init(&region, (size_t)64 * 1024 * 1024);
    start_zone(&change, &tree, data[0] & 1, &region);
    while (going && at < size) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - (data + at));

        /* A refused request changes nothing: its change is never looked at again. */
        going = run_line(&change, octets_of(data + at, length), &region);
        at += length + 1;
    }
    if (going) {
        check_zone(&change, &region);
    }
    region_clear(&region);
    return 0;
}

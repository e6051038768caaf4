/*
 * fuzz_update.c - arbitrary UPDATE messages on a small zone: what the guard sig0 runs, natively.
 *
 * What is refused has a code and words; what is not leaves a zone that RFC 2136 can leave: one SOA,
 * NS at the apex, CNAME alone, RDATA that is well formed, and nothing of the enclave's touched.
 */
#include "core/update/evaluate.h"
#include "core/update/sig0.h"

#include "core/change/type.h"
#include "core/dns/rr.h"

#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct held {
    const char *owner;
    uint16_t type;
    uint32_t ttl;
    const char *content;
};

static const struct held zone[] = {
    {"upd.test.", RR_SOA, 3600, "ns1 host 10 3600 900 604800 300"},
    {"upd.test.", RR_NS, 3600, "ns1"},
    {"upd.test.", RR_NS, 3600, "ns2.example."},
    {"upd.test.", RR_DNSKEY, 3600, "257 3 13 AAAA"},
    {"ns1.upd.test.", RR_A, 3600, "192.0.2.53"},
    {"www.upd.test.", RR_A, 300, "192.0.2.1"},
    {"www.upd.test.", RR_A, 300, "192.0.2.2"},
    {"www.upd.test.", RR_TXT, 300, "\"hello\""},
    {"alias.upd.test.", RR_CNAME, 300, "www"},
    {"w.upd.test.", 11, 300, "192.0.2.1 6 25 80"},
};

static void name_of(const char *text, struct name *name)
{
    ENSURE(name_from_text(octets_of_text(text), NULL, name) == SWORN_OK);
}

static enum sworn_result load(void *context, struct names *names, struct name_entry *entry)
{
    struct name owner, apex;

    (void)context;
    name_of("upd.test.", &apex);
    for (size_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
        struct writer rdata = writer_in(names->region, RDATA_MAX);

        name_of(zone[i].owner, &owner);
        if (!name_equal(&owner, &entry->name)) {
            continue;
        }
        ENSURE(rdata_from_text(zone[i].type, octets_of_text(zone[i].content), &apex, &rdata,
                               NULL) == SWORN_OK);
        SWORN_TRY(names_load(names, entry, zone[i].type, zone[i].ttl, written(&rdata)));
    }
    return SWORN_OK;
}

static void check_set(const struct name_entry *entry, const struct name_set *set, bool apex)
{
    ENSURE(!(set->changed && type_is_enclaves(set->type)));
    ENSURE(!apex || set->type != RR_SOA || set->count == 1);
    ENSURE(!apex || set->type != RR_NS || set->count > 0);
    ENSURE(apex || set->type != RR_SOA || set->count == 0);
    ENSURE(set->type != RR_CNAME || set->count <= 1);
    ENSURE(set->type != RR_CNAME || set->count == 0 || !names_has_any(entry, RR_CNAME));
    ENSURE(rr_is_data(set->type) && set->ttl <= TTL_MAX);
    for (size_t i = 0; i < set->count; i++) {
        ENSURE(rdata_check(set->type, set->records[i].rdata) == SWORN_OK);
        for (size_t j = 0; j < i; j++) {
            ENSURE(!octets_equal(set->records[i].canonical, set->records[j].canonical));
        }
    }
}

static void check_result(const struct names *names, const struct name *apex)
{
    for (const struct name_entry *entry = names->first; entry != NULL; entry = entry->after) {
        ENSURE(name_within(&entry->name, apex));
        for (const struct name_set *set = entry->sets; set != NULL; set = set->next) {
            check_set(entry, set, name_equal(&entry->name, apex));
        }
    }
}

static void check_refusal(enum sworn_result result, const struct refusal *refusal)
{
    ENSURE(result == SWORN_OK || result == SWORN_NO_MEMORY || result == SWORN_REFUSED);
    if (result == SWORN_REFUSED) {
        ENSURE(refusal->rcode > 0 && refusal->rcode <= RCODE_NOTZONE);
        ENSURE(refusal->reason.text[0] != 0);
    }
}

static void try_signature(const struct update *update, struct region *region)
{
    struct writer octets = writer_in(region, (size_t)1 << 20);
    struct refusal refusal = {0};
    struct sig0 sig0;
    enum sworn_result result = sig0_read(update, &sig0, &refusal);

    check_refusal(result, &refusal);
    if (result != SWORN_OK) {
        return;
    }
    ENSURE(sig0_signed(update, &sig0, &octets) == SWORN_OK);
    ENSURE(octets.used == sig0.signed_rdata.size + update->signed_size);
}

/* As the environment of the guard. */
static void try_keys(const uint8_t *data, size_t size)
{
    struct reader reader = reader_of(octets_of(data, size));
    struct reason reason = {""};
    struct sig0_key key;
    enum sworn_result result;

    do {
        result = sig0_key_read(&reader, &key, &reason);
    } while (result == SWORN_OK);
    ENSURE(result == SWORN_ABSENT || (result == SWORN_INVALID && reason.text[0] != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct names_source source = {.load = load};
    struct refusal refusal = {0};
    struct region region;
    struct update update;
    struct names names;
    struct name apex;
    enum sworn_result result;

    try_keys(data, size);
    name_of("upd.test.", &apex);
    region_init(&region, (size_t)64 * 1024 * 1024);
    result = update_read(octets_of(data, size), &region, &update, &refusal);
    check_refusal(result, &refusal);
    if (result == SWORN_OK) {
        try_signature(&update, &region);
    }
    if (result == SWORN_OK && name_equal(&update.zone, &apex)) {
        names_init(&names, &source, &region);
        result = update_evaluate(&update, false, &names, &refusal);
        check_refusal(result, &refusal);
        if (result == SWORN_OK) {
            check_result(&names, &apex);
        }
    }
    region_clear(&region);
    return 0;
}

/*
 * evaluate.c - RFC 2136 section 3, in its order and its words; see evaluate.h.
 */
#include "core/update/evaluate.h"

#include "core/change/type.h"
#include "core/dns/rr.h"
#include "core/dns/soa.h"

#define RR_WKS       11
#define WKS_IDENTITY 5 /* octets: address and protocol */

/* What is being worked on. */
struct evaluation {
    const struct update *update;
    struct names *names;
    struct names wanted; /* value-dependent prerequisites, gathered */
    bool creating;
    struct refusal *refusal;
};

/* Name and type for people. */
#define WHAT_SIZE 300

static void what_is(const struct name *owner, uint16_t type, char what[WHAT_SIZE])
{
    char text[NAME_TEXT_SIZE], code[16];
    size_t size, at = 0;

    name_to_text(owner, text);
    rr_code_to_text(type, code);
    size = strlen(text) < WHAT_SIZE - 32 ? strlen(text) : WHAT_SIZE - 32;
    memcpy(what, text, size);
    at = size;
    if (type != RR_ANY) {
        what[at++] = ' ';
        memcpy(what + at, code, strlen(code));
        at += strlen(code);
    }
    what[at] = '\0';
}

static enum sworn_result owner_in_zone(const struct evaluation *evaluation,
                                       const struct update_record *record, struct name *owner)
{
    char what[WHAT_SIZE];

    SWORN_TRY(update_owner_of(evaluation->update, record, owner, evaluation->refusal));
    what_is(owner, RR_ANY, what);
    UPDATE_SAY(name_within(owner, &evaluation->update->zone), evaluation->refusal, RCODE_NOTZONE,
               "%s is outside the zone", what);
    return SWORN_OK;
}

/* Existence without values (2.4.1, 2.4.3 to 2.4.5): class ANY wants it, class NONE does not. */
static enum sworn_result require(const struct evaluation *evaluation,
                                 const struct update_record *record, const struct name_entry *entry)
{
    bool wanted = record->class == CLASS_ANY;
    bool is_name = record->type == RR_ANY;
    bool there = is_name ? names_has_any(entry, 0) : names_set(entry, record->type) != NULL;
    char what[WHAT_SIZE];

    if (there == wanted) {
        return SWORN_OK;
    }
    what_is(&entry->name, record->type, what);
    UPDATE_SAY(!wanted, evaluation->refusal, is_name ? RCODE_NXDOMAIN : RCODE_NXRRSET,
               "prerequisite: %s is not there", what);
    UPDATE_SAY(false, evaluation->refusal, is_name ? RCODE_YXDOMAIN : RCODE_YXRRSET,
               "prerequisite: %s is there", what);
}

/* A record of a set that must be there as it is (2.4.2). */
static enum sworn_result gather(struct evaluation *evaluation, const struct update_record *record,
                                const struct name *owner)
{
    struct name_entry *entry;
    struct octets rdata;

    UPDATE_SAY(rr_is_data(record->type), evaluation->refusal, RCODE_FORMERR,
               "prerequisite: type %u is not one of records", (unsigned)record->type);
    SWORN_TRY(update_rdata_of(evaluation->update, record, evaluation->names->region, &rdata,
                              evaluation->refusal));
    SWORN_TRY(names_get(&evaluation->wanted, owner, &entry));
    return names_add(&evaluation->wanted, entry, record->type, 0, rdata);
}

/* 3.2.5, the body of its first loop */
static enum sworn_result prerequisite(struct evaluation *evaluation,
                                      const struct update_record *record)
{
    struct refusal *refusal = evaluation->refusal;
    struct name_entry *entry;
    struct name owner;

    UPDATE_SAY(record->ttl == 0, refusal, RCODE_FORMERR, "prerequisite: its TTL is not 0");
    SWORN_TRY(owner_in_zone(evaluation, record, &owner));
    if (record->class == CLASS_IN) {
        return gather(evaluation, record, &owner);
    }
    UPDATE_SAY(record->class == CLASS_ANY || record->class == CLASS_NONE, refusal, RCODE_FORMERR,
               "prerequisite: class %u", (unsigned)record->class);
    UPDATE_SAY(record->size == 0, refusal, RCODE_FORMERR, "prerequisite: RDATA is not empty");
    SWORN_TRY(names_get(evaluation->names, &owner, &entry));
    return require(evaluation, record, entry);
}

static enum sworn_result compare_sets(const struct evaluation *evaluation,
                                      const struct name_entry *wanted)
{
    struct name_entry *entry;
    char what[WHAT_SIZE];

    SWORN_TRY(names_get(evaluation->names, &wanted->name, &entry));
    for (const struct name_set *set = wanted->sets; set != NULL; set = set->next) {
        const struct name_set *there = names_set(entry, set->type);
        bool same = false;

        if (there != NULL) {
            SWORN_TRY(names_same(evaluation->names, set, there, &same));
        }
        what_is(&wanted->name, set->type, what);
        UPDATE_SAY(same, evaluation->refusal, RCODE_NXRRSET,
                   "prerequisite: %s is not the set that is there", what);
    }
    return SWORN_OK;
}

static enum sworn_result prerequisites(struct evaluation *evaluation)
{
    const struct update_records *records = &evaluation->update->prerequisites;

    for (size_t i = 0; i < records->count; i++) {
        SWORN_TRY(prerequisite(evaluation, &records->items[i]));
    }
    for (const struct name_entry *wanted = evaluation->wanted.first; wanted != NULL;
         wanted = wanted->after) {
        SWORN_TRY(compare_sets(evaluation, wanted));
    }
    return SWORN_OK;
}

/* 3.4.1.3; types that no record can have are what it calls ANY, AXFR, MAILA, MAILB "etc." */
static enum sworn_result prescan_record(const struct evaluation *evaluation,
                                        const struct update_record *record)
{
    struct refusal *refusal = evaluation->refusal;
    struct name owner;
    char what[WHAT_SIZE];
    bool any = record->class == CLASS_ANY;

    SWORN_TRY(owner_in_zone(evaluation, record, &owner));
    UPDATE_SAY(record->class == CLASS_IN || any || record->class == CLASS_NONE, refusal,
               RCODE_FORMERR, "update: class %u", (unsigned)record->class);
    UPDATE_SAY(rr_is_data(record->type) || (any && record->type == RR_ANY), refusal, RCODE_FORMERR,
               "update: type %u is not one of records", (unsigned)record->type);
    UPDATE_SAY(record->class == CLASS_IN || record->ttl == 0, refusal, RCODE_FORMERR,
               "update: the TTL of a deletion is not 0");
    UPDATE_SAY(!any || record->size == 0, refusal, RCODE_FORMERR,
               "update: RDATA of a deletion of a set is not empty");
    what_is(&owner, record->type, what);
    /* 3.3: what nobody may change, whoever asks. */
    UPDATE_SAY(!type_is_enclaves(record->type), refusal, RCODE_REFUSED,
               "%s: made by the enclave, never given", what);
    return SWORN_OK;
}

/* RDATA is looked at here, too, so that a malformed message does nothing at all. */
static enum sworn_result prescan(const struct evaluation *evaluation, struct octets *rdata)
{
    const struct update_records *records = &evaluation->update->updates;

    for (size_t i = 0; i < records->count; i++) {
        SWORN_TRY(prescan_record(evaluation, &records->items[i]));
        if (records->items[i].class != CLASS_ANY) {
            SWORN_TRY(update_rdata_of(evaluation->update, &records->items[i],
                                      evaluation->names->region, &rdata[i], evaluation->refusal));
        }
    }
    return SWORN_OK;
}

/* Those of which a name has one: another takes its place (3.4.2.2; RFC 6672 2.4 for DNAME). */
static bool is_single(uint16_t type)
{
    return type == RR_CNAME || type == RR_SOA || type == RR_DNAME;
}

static void remove_same_service(struct name_set *set, struct octets rdata)
{
    for (size_t i = set->count; i > 0; i--) {
        if (memcmp(set->records[i - 1].rdata.data, rdata.data, WKS_IDENTITY) == 0) {
            names_remove(set, &set->records[i - 1]);
        }
    }
}

/* The SOA is taken when one is there and the new serial is ahead of its. */
static bool soa_is_taken(const struct evaluation *evaluation, const struct name_set *there,
                         struct octets rdata)
{
    if (there == NULL) {
        return evaluation->creating;
    }
    return serial_ahead(soa_serial(rdata), soa_serial(there->records[0].rdata));
}

/* 3.4.2.2: silent rules first */
static enum sworn_result add(const struct evaluation *evaluation, struct name_entry *entry,
                             const struct update_record *record, struct octets rdata)
{
    struct name_set *there = names_set(entry, record->type);
    /* RFC 2181 8: with the highest bit set it counts as 0. */
    uint32_t ttl = record->ttl > TTL_MAX ? 0 : record->ttl;
    bool apex = name_equal(&entry->name, &evaluation->update->zone);

    if (record->type == RR_CNAME && names_has_any(entry, RR_CNAME)) {
        return SWORN_OK;
    }
    if (record->type != RR_CNAME && names_set(entry, RR_CNAME) != NULL) {
        return SWORN_OK;
    }
    if (record->type == RR_SOA && (!apex || !soa_is_taken(evaluation, there, rdata))) {
        return SWORN_OK;
    }
    if (there != NULL && is_single(record->type)) {
        if (there->ttl == ttl && octets_equal(there->records[0].rdata, rdata)) {
            return SWORN_OK;
        }
        names_clear(there);
    }
    if (there != NULL && record->type == RR_WKS) {
        remove_same_service(there, rdata);
    }
    return names_add(evaluation->names, entry, record->type, ttl, rdata);
}

/* 3.4.2.3; what the enclave makes stays, too. */
static void remove_sets(const struct evaluation *evaluation, struct name_entry *entry,
                        const struct update_record *record)
{
    bool apex = name_equal(&entry->name, &evaluation->update->zone);

    for (struct name_set *set = entry->sets; set != NULL; set = set->next) {
        bool kept = apex && (set->type == RR_SOA || set->type == RR_NS);

        if (set->count > 0 && (record->type == RR_ANY || record->type == set->type) && !kept &&
            !type_is_enclaves(set->type)) {
            names_clear(set);
        }
    }
}

/* 3.4.2.4 */
static enum sworn_result remove_record(const struct evaluation *evaluation,
                                       struct name_entry *entry, const struct update_record *record,
                                       struct octets rdata)
{
    bool apex = name_equal(&entry->name, &evaluation->update->zone);
    struct name_set *set = names_set(entry, record->type);
    struct name_record *there;

    if (set == NULL || record->type == RR_SOA) {
        return SWORN_OK;
    }
    SWORN_TRY(names_find(evaluation->names, set, rdata, &there));
    if (there != NULL && !(apex && record->type == RR_NS && set->count == 1)) {
        names_remove(set, there);
    }
    return SWORN_OK;
}

static enum sworn_result apply(const struct evaluation *evaluation, const struct octets *rdata)
{
    const struct update_records *records = &evaluation->update->updates;

    for (size_t i = 0; i < records->count; i++) {
        const struct update_record *record = &records->items[i];
        struct name_entry *entry;
        struct name owner;

        SWORN_TRY(update_owner_of(evaluation->update, record, &owner, evaluation->refusal));
        SWORN_TRY(names_get(evaluation->names, &owner, &entry));
        if (record->class == CLASS_IN) {
            SWORN_TRY(add(evaluation, entry, record, rdata[i]));
        } else if (record->class == CLASS_ANY) {
            remove_sets(evaluation, entry, record);
        } else {
            SWORN_TRY(remove_record(evaluation, entry, record, rdata[i]));
        }
    }
    return SWORN_OK;
}

enum sworn_result update_evaluate(const struct update *update, bool creating, struct names *names,
                                  struct refusal *refusal)
{
    struct evaluation evaluation = {
        .update = update, .names = names, .creating = creating, .refusal = refusal};
    void *rdata;

    names_init(&evaluation.wanted, NULL, names->region);
    SWORN_TRY(prerequisites(&evaluation));
    SWORN_TRY(region_array(names->region, update->updates.count, sizeof(struct octets), &rdata));
    SWORN_TRY(prescan(&evaluation, rdata));
    return apply(&evaluation, rdata);
}

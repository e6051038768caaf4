/*
 * validate.c - whether what the operations made is a zone; see change_validate() in zone.h.
 *
 * One pass over the sets of each touched name notes what is there; the rules then read the notes.
 */
#include "core/change/walk.h"
#include "core/change/zone.h"

#include "core/dns/rr.h"

#define MESSAGE_MAX     65535
#define MESSAGE_RESERVE 512 /* header, question with the longest name, OPT and its options */
#define SIGNATURE_SIZE  64  /* algorithms 13 and 15 */
#define RR_FIXED        10  /* type, class, TTL, RDLENGTH */
#define RRSIG_FIXED     18  /* RFC 4034 3.1: up to the signer's name */

/* What one name owns. */
struct owned {
    struct name owner;
    bool is_apex;
    size_t sets;
    uint16_t soa, ns, cname, dname, ds; /* records */
};

/*
 * Names are counted uncompressed: a message then has room for the set whatever its question.
 */
enum sworn_result change_set_fits(const struct change *change, const struct rrset *rrset,
                                  struct reason *reason)
{
    const size_t room = MESSAGE_MAX - MESSAGE_RESERVE;
    size_t size =
        (size_t)rrset->owner.size + RR_FIXED + RRSIG_FIXED + change->apex.size + SIGNATURE_SIZE;
    char subject[SUBJECT_SIZE];

    for (size_t i = 0; i < rrset->count; i++) {
        size += (size_t)rrset->owner.size + RR_FIXED + rrset->rdata[i].size;
    }
    if (size <= room) {
        return SWORN_OK;
    }
    subject_write(&rrset->owner, rrset->type, subject);
    return because(reason, SWORN_INVALID,
                   "%sthe set with its signature does not fit one message (%zu octets, at most "
                   "%zu)",
                   subject, size, room);
}

static void note(struct owned *owned, uint16_t type, uint16_t count)
{
    owned->sets++;
    switch (type) {
    case RR_SOA:
        owned->soa = count;
        break;
    case RR_NS:
        owned->ns = count;
        break;
    case RR_CNAME:
        owned->cname = count;
        break;
    case RR_DNAME:
        owned->dname = count;
        break;
    case RR_DS:
        owned->ds = count;
        break;
    default:
        break;
    }
}

static enum sworn_result look_at(struct change *change, const struct name *owner,
                                 struct region *scratch, struct owned *owned, struct reason *reason)
{
    struct walk walk;
    struct rrset rrset;
    struct name name;
    uint16_t type;
    enum sworn_result result;

    *owned = (struct owned){.owner = *owner, .is_apex = name_equal(owner, &change->apex)};
    walk_name(&walk, change, owner);
    while ((result = walk_next(&walk, &name, &type)) == SWORN_OK) {
        SWORN_TRY(change_load(change, &name, type, scratch, &rrset));
        SWORN_TRY(change_set_fits(change, &rrset, reason));
        note(owned, type, rrset.count);
    }
    SWORN_ENSURE(result == SWORN_ABSENT, result);
    return SWORN_OK;
}

/* A rule, and what to say of a name that breaks it. */
struct rule {
    bool (*broken)(const struct owned *owned);
    uint16_t type;
    const char *cause;
};

static bool no_soa(const struct owned *owned)
{
    return owned->is_apex && owned->soa == 0;
}

static bool several_soa(const struct owned *owned)
{
    return owned->soa > 1;
}

static bool soa_below_apex(const struct owned *owned)
{
    return !owned->is_apex && owned->soa > 0;
}

static bool no_apex_ns(const struct owned *owned)
{
    return owned->is_apex && owned->ns == 0;
}

static bool several_cname(const struct owned *owned)
{
    return owned->cname > 1;
}

static bool cname_not_alone(const struct owned *owned)
{
    return owned->cname > 0 && owned->sets > 1;
}

static bool several_dname(const struct owned *owned)
{
    return owned->dname > 1;
}

static bool dname_at_cut(const struct owned *owned)
{
    return !owned->is_apex && owned->dname > 0 && owned->ns > 0;
}

static bool ds_at_apex(const struct owned *owned)
{
    return owned->is_apex && owned->ds > 0;
}

static bool ds_without_ns(const struct owned *owned)
{
    return !owned->is_apex && owned->ds > 0 && owned->ns == 0;
}

static bool ns_at_wildcard(const struct owned *owned)
{
    return !owned->is_apex && owned->ns > 0 && name_is_wildcard(&owned->owner);
}

static enum sworn_result obey(const struct owned *owned, struct reason *reason)
{
    static const struct rule rules[] = {
        {several_soa, RR_SOA, "more than one record"},
        {soa_below_apex, RR_SOA, "only the apex has one"},
        /* Before the apex's own: a CNAME there is what is wrong, not the NS that it displaced. */
        {several_cname, RR_CNAME, "more than one record"},              /* RFC 2181 10.1 */
        {cname_not_alone, RR_CNAME, "other data at the same name"},     /* RFC 1034 3.6.2 */
        {no_soa, RR_SOA, "the apex has none"},                          /* RFC 1035 5.2 */
        {no_apex_ns, RR_NS, "the apex has none"},                       /* RFC 1034 4.2.1 */
        {several_dname, RR_DNAME, "more than one record"},              /* RFC 6672 2.4 */
        {dname_at_cut, RR_DNAME, "NS at the same name below the apex"}, /* RFC 6672 2.3 */
        {ds_at_apex, RR_DS, "not at the apex"},                         /* RFC 4035 2.4 */
        {ds_without_ns, RR_DS, "no NS at the same name"},               /* RFC 4035 2.4 */
        {ns_at_wildcard, RR_NS, "a wildcard cannot be delegated"},      /* RFC 4592 4.2 */
    };
    char subject[SUBJECT_SIZE];

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].broken(owned)) {
            subject_write(&owned->owner, rules[i].type, subject);
            return because(reason, SWORN_INVALID, "%s%s", subject, rules[i].cause);
        }
    }
    return SWORN_OK;
}

static enum sworn_result validate_name(struct change *change, const struct name *owner,
                                       struct reason *reason)
{
    struct region scratch;
    struct owned owned;
    enum sworn_result result;

    region_init(&scratch, change->region->cap);
    result = look_at(change, owner, &scratch, &owned, reason);
    region_clear(&scratch);
    SWORN_TRY(result);
    /* A name that owns nothing breaks no rule, unless it is the apex. */
    return obey(&owned, reason);
}

enum sworn_result change_validate(struct change *change, struct reason *reason)
{
    struct rrset_key *keys;
    struct name owner, last = change->apex;
    uint16_t type;
    size_t count;

    SWORN_TRY(change_differences(change, &keys, &count));
    SWORN_TRY(validate_name(change, &change->apex, reason));
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(rrset_key_read(octets_of(keys[i].octets, keys[i].size), &owner, &type));
        /* Sorted: a name's keys are neighbours, and the apex's come first. */
        if (name_equal(&owner, &last)) {
            continue;
        }
        SWORN_TRY(validate_name(change, &owner, reason));
        last = owner;
    }
    return SWORN_OK;
}

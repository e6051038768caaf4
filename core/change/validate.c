/*
 * validate.c - whether what the operations made is a zone; see change_validate() in zone.h.
 *
 * One pass over the sets of each touched name notes what is there; the rules then read the notes.
 * Sets that nothing touched have been looked at before.
 */
#include "core/change/walk.h"
#include "core/change/zone.h"

#include "core/dns/rr.h"

#define MESSAGE_MAX     65535
#define MESSAGE_RESERVE 512 /* header, question with the longest name, OPT and its options */
#define SIGNATURE_SIZE  64  /* algorithms 13 and 15 */
#define RR_FIXED        10  /* type, class, TTL, RDLENGTH */
#define RRSIG_FIXED     18  /* RFC 4034 3.1: up to the signer's name */

/*
 * Whoever touches a name pays for all of its sets: their types are in its NSEC. No zone has need of
 * as many, and other servers do not serve more.
 */
#define NAME_SETS_MAX 128

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

/* Whether a rule asks how many records a set of this type has. */
static bool is_asked_for(uint16_t type)
{
    return type == RR_SOA || type == RR_NS || type == RR_CNAME || type == RR_DNAME || type == RR_DS;
}

static enum sworn_result too_many(const struct name *owner, struct reason *reason)
{
    char text[NAME_TEXT_SIZE];

    name_to_text(owner, text);
    return because(reason, SWORN_INVALID, "%.250s: more than %d record sets at one name", text,
                   NAME_SETS_MAX);
}

/* Few sets are loaded, and no more are counted than a name may own: it costs little. */
static enum sworn_result look_at(struct change *change, const struct name *owner,
                                 struct region *scratch, struct owned *owned, struct reason *reason)
{
    struct walk walk;
    struct rrset rrset = {0};
    struct name name;
    uint16_t type;
    enum sworn_result result;

    *owned = (struct owned){.owner = *owner, .is_apex = name_equal(owner, &change->apex)};
    walk_name(&walk, change, owner);
    while ((result = walk_next(&walk, &name, &type)) == SWORN_OK) {
        if (owned->sets == NAME_SETS_MAX) {
            return too_many(owner, reason);
        }
        if (is_asked_for(type)) {
            SWORN_TRY(change_load(change, &name, type, scratch, &rrset));
        }
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

static enum sworn_result name_is_sound(struct change *change, const struct name *owner,
                                       struct region *scratch, struct reason *reason)
{
    struct owned owned;

    SWORN_TRY(look_at(change, owner, scratch, &owned, reason));
    /* A name that owns nothing breaks no rule, unless it is the apex. */
    return obey(&owned, reason);
}

static enum sworn_result set_is_sound(struct change *change, const struct name *owner,
                                      uint16_t type, struct region *scratch, struct reason *reason)
{
    struct rrset rrset;
    enum sworn_result result = change_load(change, owner, type, scratch, &rrset);

    SWORN_ENSURE(result != SWORN_ABSENT, SWORN_OK);
    SWORN_TRY(result);
    return change_set_fits(change, &rrset, reason);
}

/* Sorted: a name's keys are neighbours, and the apex's come first. */
static enum sworn_result all_sound(struct change *change, const struct rrset_key *keys,
                                   size_t count, struct region *scratch, struct reason *reason)
{
    struct name owner, last = change->apex;
    uint16_t type;

    SWORN_TRY(name_is_sound(change, &change->apex, scratch, reason));
    for (size_t i = 0; i < count; i++) {
        region_clear(scratch);
        SWORN_TRY(rrset_key_read(octets_of(keys[i].octets, keys[i].size), &owner, &type));
        SWORN_TRY(set_is_sound(change, &owner, type, scratch, reason));
        if (name_equal(&owner, &last)) {
            continue;
        }
        SWORN_TRY(name_is_sound(change, &owner, scratch, reason));
        last = owner;
    }
    return SWORN_OK;
}

enum sworn_result change_validate(struct change *change, struct reason *reason)
{
    struct rrset_key *keys;
    struct region scratch;
    size_t count;
    enum sworn_result result;

    SWORN_TRY(change_differences(change, &keys, &count));
    region_init(&scratch, change->region->cap);
    result = all_sound(change, keys, count, &scratch, reason);
    region_clear(&scratch);
    return result;
}

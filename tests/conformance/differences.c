/*
 * differences.c - see differences.h.
 */
#include "tests/conformance/differences.h"

#include "core/dns/rr.h"
#include "tests/conformance/generator.h"
#include "tests/conformance/proof.h"

#define TC_SIZE   1232
#define YXDOMAIN  6
#define CHAIN_MAX 32 /* aliases of one answer */
#define FOR_NSD   (1U << NSD)
#define FOR_KNOT  (1U << KNOT)
#define FOR_BOTH  (FOR_NSD | FOR_KNOT)

/* Whether an answer is one set, with the aliases that led to it. */
static bool is_one_set(const struct parsed *parsed)
{
    uint16_t type = 0;

    for (size_t i = 0; i < parsed->count[ANSWER]; i++) {
        uint16_t covered = covered_type(&parsed->record[ANSWER][i]);

        if (covered == RR_CNAME || covered == RR_DNAME) {
            continue;
        }
        if (type != 0 && covered != type) {
            return false;
        }
        type = covered;
    }
    return parsed->count[ANSWER] > 0;
}

static bool is_subset(const struct parsed *part, const struct parsed *whole, int section)
{
    for (size_t i = 0; i < part->count[section]; i++) {
        if (!has_record(whole, section, &part->record[section][i])) {
            return false;
        }
    }
    return true;
}

/* For ANY one set of those there are; which one is everybody's own choice. */
static unsigned any_is_one_set(const struct trial *trial)
{
    if (trial->type != RR_ANY || trial->theirs->count[ANSWER] == 0 || !is_one_set(trial->ours)) {
        return 0;
    }
    return DIFFERS_ANSWER | DIFFERS_ADDITIONAL | DIFFERS_TC;
}

/* For RRSIG all there are; Knot gives those of one set. */
static unsigned rrsig_is_all(const struct trial *trial)
{
    if (trial->type != RR_RRSIG || trial->theirs->count[ANSWER] == 0 ||
        !is_subset(trial->theirs, trial->ours, ANSWER)) {
        return 0;
    }
    return DIFFERS_ANSWER | DIFFERS_TC;
}

/* At or below the owner of an NSEC3, which is no name of the zone. */
static bool at_hash(const struct trial *trial)
{
    for (size_t z = 0; z < trial->zones->count; z++) {
        const struct zone_sets *sets = &trial->zones->zone[z];

        for (size_t i = 0; i < sets->count; i++) {
            if (sets->set[i].rrset.type == RR_NSEC3 &&
                name_within(&trial->name, &sets->set[i].rrset.owner)) {
                return true;
            }
        }
    }
    return false;
}

static unsigned hash_is_no_name(const struct trial *trial)
{
    return at_hash(trial) ? DIFFERS_ALL : 0;
}

/* One of two messages, or what is needed of a referral, is longer than 1232 octets. */
static unsigned size_differs(const struct trial *trial)
{
    bool ours = trial->ours->size > TC_SIZE;
    bool theirs = trial->theirs->size > TC_SIZE;

    if (count_type(trial->ours, AUTHORITY, RR_NS) > 0 && !trial->our_tc && trial->their_tc &&
        trial->ours->size < trial->theirs->size) {
        return DIFFERS_TC;
    }

    return ours != theirs && trial->our_tc == ours && trial->their_tc == theirs ? DIFFERS_TC : 0;
}

/* Knot ends a chain after a few aliases, with what it has. */
static unsigned chain_is_longer(const struct trial *trial)
{
    if (count_type(trial->theirs, ANSWER, RR_CNAME) < 5 || trial->theirs->rcode != 0 ||
        trial->theirs->count[ANSWER] >= trial->ours->count[ANSWER] ||
        !is_subset(trial->theirs, trial->ours, ANSWER)) {
        return 0;
    }
    return DIFFERS_ALL & ~DIFFERS_AA;
}

static bool denies(const struct record *record)
{
    uint16_t type = covered_type(record);

    return type == RR_NSEC || type == RR_NSEC3;
}

/* Whether all that differs in the authority section are NSEC and NSEC3. */
static bool only_denial_differs(const struct trial *trial)
{
    const struct parsed *side[] = {trial->ours, trial->theirs};

    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < side[s]->count[AUTHORITY]; i++) {
            const struct record *record = &side[s]->record[AUTHORITY][i];

            if (!denies(record) && !has_record(side[1 - s], AUTHORITY, record)) {
                return false;
            }
        }
    }
    return true;
}

/* NSD shows another NSEC or NSEC3, or none, for the name that a DNAME leads to. */
static unsigned dname_end_is_denied(const struct trial *trial)
{
    return count_type(trial->ours, ANSWER, RR_DNAME) > 0 && only_denial_differs(trial) &&
                   proof_holds(trial->ours, &trial->name, trial->type)
               ? DIFFERS_AUTHORITY
               : 0;
}

static bool begins_with_star(const struct name *name)
{
    return name->wire[0] == 1 && name->wire[1] == '*';
}

/* Knot shows no proof for a name that itself begins with "*", though a wildcard was expanded. */
static unsigned star_is_expanded(const struct trial *trial)
{
    bool star = begins_with_star(&trial->name);

    for (size_t i = 0; i < trial->ours->count[ANSWER]; i++) {
        star = star || begins_with_star(&trial->ours->record[ANSWER][i].owner);
    }
    return star && only_denial_differs(trial) && proof_holds(trial->ours, &trial->name, trial->type)
               ? DIFFERS_AUTHORITY
               : 0;
}

/* NSD does not follow an alias that was asked for NSEC3. */
static unsigned nsec3_follows_alias(const struct trial *trial)
{
    return trial->type == RR_NSEC3 && count_type(trial->ours, ANSWER, RR_CNAME) > 0
               ? DIFFERS_RCODE | DIFFERS_ANSWER | DIFFERS_AUTHORITY | DIFFERS_ADDITIONAL |
                     DIFFERS_TC
               : 0;
}

/* Knot goes round in a loop a few times, NSD in one through a wildcard, repeating records. */
static unsigned loop_is_shown_once(const struct trial *trial)
{
    return trial->theirs->count[ANSWER] > trial->ours->count[ANSWER] &&
                   is_subset(trial->theirs, trial->ours, ANSWER)
               ? DIFFERS_ANSWER | DIFFERS_TC
               : 0;
}

/* NSD stops where a DNAME leads below itself again, and at a name that gets too long on the way. */
static unsigned dname_again(const struct trial *trial)
{
    if (count_type(trial->ours, ANSWER, RR_DNAME) == 0 || trial->theirs->rcode != 0) {
        return 0;
    }
    if (count_type(trial->ours, ANSWER, RR_CNAME) >= CHAIN_MAX &&
        is_subset(trial->ours, trial->theirs, ANSWER)) {
        return DIFFERS_ANSWER | DIFFERS_AUTHORITY | DIFFERS_TC;
    }
    if (!is_subset(trial->theirs, trial->ours, ANSWER)) {
        return 0;
    }
    if (trial->ours->rcode == YXDOMAIN) {
        return DIFFERS_RCODE | DIFFERS_ANSWER | DIFFERS_AUTHORITY | DIFFERS_TC;
    }
    return count_type(trial->ours, ANSWER, RR_CNAME) > count_type(trial->theirs, ANSWER, RR_CNAME)
               ? DIFFERS_RCODE | DIFFERS_ANSWER | DIFFERS_AUTHORITY | DIFFERS_TC
               : 0;
}

/* Knot loses its way in the order of names when a label holds octet 00. */
static unsigned nul_is_an_octet(const struct trial *trial)
{
    for (size_t z = 0; z < trial->zones->count; z++) {
        const struct zone_sets *sets = &trial->zones->zone[z];

        for (size_t i = 0; i < sets->count; i++) {
            const struct name *name = &sets->set[i].rrset.owner;

            if (memchr(name->wire, 0, name->size - 1U) != NULL) {
                return DIFFERS_ALL;
            }
        }
    }
    return 0;
}

/* Knot goes on, in one way or another. */
static unsigned too_long_ends(const struct trial *trial)
{
    return trial->ours->rcode == YXDOMAIN && count_type(trial->ours, ANSWER, RR_DNAME) > 0
               ? DIFFERS_ALL & ~DIFFERS_AA
               : 0;
}

/* They show other records, or more; ours are proof (proof.h). */
static unsigned denied_by_other_records(const struct trial *trial)
{
    return only_denial_differs(trial) && proof_holds(trial->ours, &trial->name, trial->type)
               ? DIFFERS_AUTHORITY
               : 0;
}

/* NSD leaves out addresses that do not fit, without TC, or sets it for those of siblings. */
static unsigned glue_needs_tc(const struct trial *trial)
{
    bool subset = is_subset(trial->theirs, trial->ours, ADDITIONAL);

    if (count_type(trial->ours, AUTHORITY, RR_NS) == 0) {
        return 0;
    }
    return (subset && !trial->their_tc ? DIFFERS_ADDITIONAL : 0) | DIFFERS_TC;
}

/* What NS at a wildcard means nobody has said: Knot refers, NSD expands, with addresses. */
static unsigned ns_at_wildcard(const struct trial *trial)
{
    bool refers = false;

    for (size_t i = 0; i < trial->theirs->count[AUTHORITY]; i++) {
        const struct record *record = &trial->theirs->record[AUTHORITY][i];

        refers = refers || (record->type == RR_NS && begins_with_star(&record->owner));
    }
    if (refers) {
        return DIFFERS_ALL;
    }
    return trial->ours->aa && count_type(trial->ours, ANSWER, RR_NS) > 0
               ? DIFFERS_ADDITIONAL | DIFFERS_TC
               : 0;
}

/* NSD goes over to the parent's zone, if that is on the same server. */
static unsigned ds_after_alias(const struct trial *trial)
{
    return trial->type == RR_DS && count_type(trial->ours, ANSWER, RR_CNAME) > 0 &&
                   is_subset(trial->ours, trial->theirs, ANSWER)
               ? DIFFERS_RCODE | DIFFERS_ANSWER | DIFFERS_AUTHORITY | DIFFERS_TC
               : 0;
}

/* Knot leaves out some proofs that do not fit, without TC. */
static unsigned proof_needs_tc(const struct trial *trial)
{
    return trial->our_tc && !trial->their_tc && trial->dnssec && trial->theirs_short != NULL &&
                   trial->theirs_short->count[AUTHORITY] < trial->theirs->count[AUTHORITY]
               ? DIFFERS_TC
               : 0;
}

const struct difference differences[] = {
    {"ANY is answered with one set, each server choosing its own", "RFC 8482 4.1", FOR_BOTH,
     any_is_one_set},
    {"RRSIG is answered with all signatures of the name, not those of one set", "RFC 1034 3.7.1",
     FOR_KNOT, rrsig_is_all},
    {"owners of NSEC3 are no names: nothing is there, nothing below", "RFC 5155 7.2.8", FOR_NSD,
     hash_is_no_name},
    {"another compression makes a message longer or shorter than the limit", "RFC 1035 4.1.4",
     FOR_BOTH, size_differs},
    {"a chain of aliases is followed to its end", "RFC 1034 4.3.2", FOR_KNOT, chain_is_longer},
    {"a DNAME is applied again where a chain comes back to it, until the name is too long",
     "RFC 6672 2.2, 3.1", FOR_NSD, dname_again},
    {"octet 00 in a label is sorted like any other", "RFC 4034 6.1", FOR_KNOT, nul_is_an_octet},
    {"a name that gets too long ends the answer with YXDOMAIN", "RFC 6672 2.2", FOR_KNOT,
     too_long_ends},
    {"addresses of name servers below the cut that do not fit set TC", "RFC 9471 3.1", FOR_NSD,
     glue_needs_tc},
    {"NS at a wildcard is expanded like any other set", "RFC 4592 4.2", FOR_BOTH, ns_at_wildcard},
    {"DS at the end of an alias is answered from the zone of the alias", "RFC 1034 3.6.2", FOR_NSD,
     ds_after_alias},
    {"proof that does not fit sets TC", "RFC 2181 9, RFC 4035 3.1.3", FOR_KNOT, proof_needs_tc},
    {"aliases in a loop are shown once", "RFC 2181 5", FOR_BOTH, loop_is_shown_once},
    {"the name that a DNAME leads to is denied by what covers it", "RFC 4035 3.1.3", FOR_NSD,
     dname_end_is_denied},
    {"a name that begins with * is expanded, and that is proven, like any other",
     "RFC 4592 2.2.1, RFC 4035 3.1.3.3", FOR_KNOT, star_is_expanded},
    {"that there is no wildcard is shown by the nearest name before it, also one below a sibling",
     "RFC 4035 3.1.3.2, 5.4", FOR_BOTH, denied_by_other_records},
    {"an alias is followed for NSEC3 as for any type", "RFC 1034 3.6.2", FOR_NSD,
     nsec3_follows_alias},
};
const unsigned difference_count = sizeof(differences) / sizeof(differences[0]);

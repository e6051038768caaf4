/*
 * proof.c - see proof.h.
 */
#include "tests/conformance/proof.h"

#include "core/dns/rr.h"
#include "core/dnssec/nsec3.h"

#define STEPS_MAX 80
#define NXDOMAIN  3

static bool read_name(struct octets rdata, struct name *name)
{
    struct reader reader = reader_of(rdata);

    return name_read(&reader, name) == SWORN_OK;
}

/* The ancestor of a name with so many labels. */
static struct name ancestor(const struct name *name, size_t labels)
{
    struct name above = *name;

    while (name_labels(&above) > labels && name_parent(&above, &above) == SWORN_OK) {
    }
    return above;
}

static struct name wildcard_at(const struct name *name)
{
    struct name wildcard = *name;

    (void)!name_prepend(octets_of("*", 1), name, &wildcard);
    return wildcard;
}

/* --- NSEC ------------------------------------------------------------------------------------ */

/* The NSEC that covers a name, or NULL; `matches`: that it owns. */
static const struct record *nsec_for(const struct parsed *response, const struct name *name,
                                     bool matches)
{
    for (size_t i = 0; i < response->count[AUTHORITY]; i++) {
        const struct record *record = &response->record[AUTHORITY][i];
        struct name next;
        bool last;

        if (record->type != RR_NSEC || !read_name(record->rdata, &next)) {
            continue;
        }
        if (matches && name_equal(&record->owner, name)) {
            return record;
        }
        last = name_compare(&next, &record->owner) <= 0;
        if (!matches && name_compare(&record->owner, name) < 0 &&
            (last || name_compare(name, &next) < 0)) {
            return record;
        }
    }
    return NULL;
}

static size_t common_labels(const struct name *a, const struct name *b)
{
    size_t labels = name_labels(a) < name_labels(b) ? name_labels(a) : name_labels(b);

    for (;; labels--) {
        struct name left = ancestor(a, labels);
        struct name right = ancestor(b, labels);

        if (name_equal(&left, &right)) {
            return labels;
        }
    }
}

static struct name encloser_of(const struct record *nsec, const struct name *name)
{
    struct name next = nsec->owner;
    size_t before;
    size_t behind;

    (void)!read_name(nsec->rdata, &next);
    before = common_labels(&nsec->owner, name);
    behind = common_labels(&next, name);
    return ancestor(name, before > behind ? before : behind);
}

static bool nsec_denies_name(const struct parsed *response, const struct name *name)
{
    const struct record *nsec = nsec_for(response, name, false);
    struct name next;
    struct name wildcard;

    if (nsec == NULL || !read_name(nsec->rdata, &next) || name_within(&next, name)) {
        return false;
    }
    wildcard = encloser_of(nsec, name);
    wildcard = wildcard_at(&wildcard);
    return nsec_for(response, &wildcard, false) != NULL;
}

static bool nsec_denies_type(const struct parsed *response, const struct name *name)
{
    const struct record *nsec = nsec_for(response, name, false);
    struct name next;
    struct name wildcard;

    if (nsec_for(response, name, true) != NULL) {
        return true;
    }
    if (nsec == NULL || !read_name(nsec->rdata, &next)) {
        return false;
    }
    if (name_within(&next, name)) {
        return true; /* an empty non-terminal */
    }
    wildcard = encloser_of(nsec, name);
    wildcard = wildcard_at(&wildcard);
    if (nsec_for(response, &wildcard, true) != NULL) {
        return true;
    }
    /* The wildcard may be an empty non-terminal. */
    nsec = nsec_for(response, &wildcard, false);
    return nsec != NULL && read_name(nsec->rdata, &next) && name_within(&next, &wildcard);
}

/* --- NSEC3 ----------------------------------------------------------------------------------- */

static bool nsec3_for(const struct parsed *response, const struct name *name, bool matches)
{
    struct nsec3_hash hash;

    if (nsec3_hash_of(name, &hash) != SWORN_OK) {
        return false;
    }
    for (size_t i = 0; i < response->count[AUTHORITY]; i++) {
        const struct record *record = &response->record[AUTHORITY][i];
        struct name apex;
        struct nsec3_hash owner;
        const uint8_t *next = record->rdata.data + 6; /* RFC 5155 3.2 */
        int from, to;

        if (record->type != RR_NSEC3 || name_parent(&record->owner, &apex) != SWORN_OK ||
            nsec3_owner_read(&record->owner, &apex, &owner) != SWORN_OK) {
            continue;
        }
        from = memcmp(owner.octets, hash.octets, NSEC3_HASH_SIZE);
        to = memcmp(hash.octets, next, NSEC3_HASH_SIZE);
        if (matches ? from == 0
                    : (memcmp(owner.octets, next, NSEC3_HASH_SIZE) < 0 ? from < 0 && to < 0
                                                                       : from < 0 || to < 0)) {
            return true;
        }
    }
    return false;
}

/* The closest encloser that is proven, by labels; false when there is none. */
static bool nsec3_encloser(const struct parsed *response, const struct name *name, size_t *labels)
{
    for (*labels = name_labels(name); (*labels)-- > 0;) {
        struct name encloser = ancestor(name, *labels);
        struct name closer = ancestor(name, *labels + 1);

        if (nsec3_for(response, &encloser, true)) {
            return nsec3_for(response, &closer, false);
        }
    }
    return false;
}

static bool nsec3_denies(const struct parsed *response, const struct name *name, bool type_only)
{
    struct name wildcard;
    size_t labels;

    if (type_only && nsec3_for(response, name, true)) {
        return true;
    }
    if (!nsec3_encloser(response, name, &labels)) {
        return false;
    }
    wildcard = ancestor(name, labels);
    wildcard = wildcard_at(&wildcard);
    return nsec3_for(response, &wildcard, type_only);
}

/* --- a whole response ------------------------------------------------------------------------ */

static bool has_owner(const struct parsed *response, const struct name *name)
{
    for (size_t i = 0; i < response->count[ANSWER]; i++) {
        if (name_equal(&response->record[ANSWER][i].owner, name)) {
            return true;
        }
    }
    return false;
}

/* Where the aliases in the answer lead to. */
static struct name last_name(const struct parsed *response, const struct name *asked, uint16_t type)
{
    struct name at = *asked;

    for (int step = 0; type != RR_CNAME && step < STEPS_MAX; step++) {
        const struct record *cname = NULL;

        for (size_t i = 0; i < response->count[ANSWER] && cname == NULL; i++) {
            const struct record *record = &response->record[ANSWER][i];

            cname = record->type == RR_CNAME && name_equal(&record->owner, &at) ? record : NULL;
        }
        if (cname == NULL || !read_name(cname->rdata, &at)) {
            break;
        }
    }
    return at;
}

static bool expansions_proven(const struct parsed *response, bool hashed)
{
    for (size_t i = 0; i < response->count[ANSWER]; i++) {
        const struct record *record = &response->record[ANSWER][i];
        size_t signed_labels;
        struct name closer;

        if (record->type != RR_RRSIG) {
            continue;
        }
        signed_labels = record->rdata.data[3];
        if (signed_labels >= name_labels(&record->owner) - name_is_wildcard(&record->owner)) {
            continue;
        }
        closer = ancestor(&record->owner, signed_labels + 1);
        if (hashed ? !nsec3_for(response, &closer, false)
                   : nsec_for(response, &record->owner, false) == NULL) {
            return false;
        }
    }
    return true;
}

bool proof_holds(const struct parsed *response, const struct name *asked, uint16_t type)
{
    bool hashed = count_type(response, AUTHORITY, RR_NSEC3) > 0;
    struct name name = last_name(response, asked, type);

    if (!expansions_proven(response, hashed)) {
        return false;
    }
    if (count_type(response, AUTHORITY, RR_SOA) == 0) {
        return true; /* an answer, or a referral */
    }
    if (response->rcode == NXDOMAIN) {
        return hashed ? nsec3_denies(response, &name, false) : nsec_denies_name(response, &name);
    }
    return has_owner(response, &name) ||
           (hashed ? nsec3_denies(response, &name, true) : nsec_denies_type(response, &name));
}

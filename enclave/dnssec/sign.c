/*
 * sign.c - an RRSIG for each planned set; see sign.h.
 */
#include "enclave/dnssec/sign.h"

#include "core/dnssec/dnssec.h"

#define COVERED_MAX ((size_t)256 * 1024)
#define RRSIG_MAX   (18 + NAME_MAX_SIZE + SIGNATURE_SIZE)
#define SCRATCH_CAP ((size_t)16 * 1024 * 1024)

/*
 * By how much this set's signature ends earlier: spread over the sets, so that they do not all fall
 * due at once. Any function of name and time will do; this is FNV-1a.
 */
static uint32_t jitter(struct octets key, uint64_t time, uint32_t lifetime)
{
    uint64_t hash = 14695981039346656037ULL ^ time;

    for (size_t i = 0; i < key.size; i++) {
        hash = (hash ^ key.data[i]) * 1099511628211ULL;
    }
    return (uint32_t)((hash >> 16) % (lifetime / JITTER_PART));
}

static enum sworn_result rrsig_make(const struct signing *signing, const struct rrset *rrset,
                                    struct octets key, struct region *scratch, struct writer *rdata)
{
    uint32_t life = signing->lifetime - jitter(key, signing->time, signing->lifetime);
    struct writer covered = writer_in(scratch, COVERED_MAX);
    uint8_t signature[SIGNATURE_SIZE];
    struct rrsig rrsig = {
        .type_covered = rrset->type,
        .algorithm = signing->signer->algorithm,
        .labels = rrsig_labels(&rrset->owner),
        .original_ttl = rrset->ttl,
        .expiration = (uint32_t)(signing->time + life),
        .inception = (uint32_t)(signing->time - INCEPTION_SLACK),
        .key_tag = signing->key_tag,
        .signer = signing->apex,
    };

    SWORN_TRY(rrsig_covered(&rrsig, rrset, scratch, &covered));
    SWORN_TRY(signer_sign(signing->signer, written(&covered), signature));
    rrsig.signature = octets_of(signature, sizeof(signature));
    return rrsig_write(&rrsig, rdata);
}

static enum sworn_result sign_one(const struct signing *signing, const struct planned *item,
                                  struct region *scratch, struct region *region,
                                  struct octets *octets)
{
    struct committed_set set = {.key = item->key, .value = item->value};
    uint8_t memory[RRSIG_MAX];
    struct writer rdata = writer_over(memory, sizeof(memory));
    struct writer out;
    struct octets signature;
    struct rrset rrset;
    struct name owner;
    uint16_t type;

    if (item->sign) {
        SWORN_TRY(rrset_key_read(item->key, &owner, &type));
        SWORN_TRY(rrset_read(item->value, &owner, type, scratch, &rrset));
        SWORN_TRY(rrsig_make(signing, &rrset, item->key, scratch, &rdata));
        signature = written(&rdata);
        set.rrsigs = (struct octets_list){.count = 1, .items = &signature};
    }
    out = writer_in(region, item->key.size + item->value.size + RRSIG_MAX + 64);
    SWORN_TRY(committed_set_write(&set, &out));
    *octets = written(&out);
    return SWORN_OK;
}

enum sworn_result sign_plan(const struct signing *signing, const struct plan *plan,
                            struct region *region, struct octets_list *sets)
{
    enum sworn_result result = SWORN_OK;
    struct region scratch;
    void *items;

    SWORN_TRY(region_array(region, plan->count, sizeof(struct octets), &items));
    *sets = (struct octets_list){.count = (uint32_t)plan->count, .items = items};
    region_init(&scratch, SCRATCH_CAP);
    for (size_t i = 0; i < plan->count && result == SWORN_OK; i++) {
        result = sign_one(signing, &plan->items[i], &scratch, region, &sets->items[i]);
        region_clear(&scratch);
    }
    return result;
}

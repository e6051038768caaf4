/*
 * query.c - questions of tools: whole zones by AXFR, single sets, SOA; from verified records.
 *
 * What the enclave makes itself is left out: tools would take it for records that they may change.
 * Names are answered as they stand in the zone, without wildcards and referrals.
 */
#include "core/change/type.h"
#include "core/dns/rr.h"

#include "cli/relay/relay.h"

#define RESPONSE_ROOM ((size_t)65535)
#define TRANSFER_SIZE ((size_t)32 * 1024) /* of a message, before TSIG */

/* A response that is being filled. */
struct filling {
    struct relay_work *work;
    struct writer message;
    size_t answers;
    bool gone; /* the client is */
};

static enum sworn_result begin(struct filling *filling)
{
    filling->message = writer_in(filling->work->context.region, RESPONSE_ROOM);
    filling->answers = 0;
    return relay_begin(filling->work, RCODE_NOERROR, DNS_FLAG_AA, &filling->message);
}

static enum sworn_result flush(struct filling *filling)
{
    SWORN_TRY(write_u16_at(&filling->message, 6, (uint16_t)filling->answers));
    filling->gone = !relay_send(filling->work, &filling->message);
    return SWORN_OK;
}

static enum sworn_result put(struct filling *filling, const struct rrset *set, size_t index)
{
    struct writer *message = &filling->message;

    SWORN_TRY(write_octets(message, name_octets(&set->owner)));
    SWORN_TRY(write_u16(message, set->type));
    SWORN_TRY(write_u16(message, CLASS_IN));
    SWORN_TRY(write_u32(message, set->ttl));
    return write_slice_u16(message, set->rdata[index]);
}

static enum sworn_result put_set(struct filling *filling, const struct rrset *set)
{
    for (size_t i = 0; i < set->count && !filling->gone; i++) {
        size_t size = NAME_MAX_SIZE + 10 + set->rdata[i].size;

        if (filling->answers > 0 && filling->message.used + size > TRANSFER_SIZE) {
            SWORN_TRY(flush(filling));
            SWORN_TRY(begin(filling));
        }
        SWORN_TRY(put(filling, set, i));
        filling->answers++;
    }
    return SWORN_OK;
}

/* RFC 5936 2.2: the SOA, everything else, the SOA. */
static enum sworn_result transfer(struct relay_work *work, const struct relay_zone *kept)
{
    const struct record_set *soa = records_find(&kept->records, &kept->apex, RR_SOA);
    struct filling filling = {.work = work};

    SWORN_ENSURE(soa != NULL, SWORN_ABSENT);
    SWORN_TRY(begin(&filling));
    SWORN_TRY(put_set(&filling, &soa->rrset));
    for (size_t i = 0; i < kept->records.count && !filling.gone; i++) {
        const struct rrset *set = &kept->records.sets[i].rrset;

        if (set->type != RR_SOA && !type_is_enclaves(set->type)) {
            SWORN_TRY(put_set(&filling, set));
        }
    }
    SWORN_TRY(put_set(&filling, &soa->rrset));
    return filling.gone ? SWORN_OK : flush(&filling);
}

static bool name_is_there(const struct record_list *records, const struct name *name)
{
    size_t at = relay_first_set(records, name);

    /* What is below it makes it there, too (RFC 8020). */
    return at < records->count && name_within(&records->sets[at].rrset.owner, name);
}

static enum sworn_result put_answer(struct filling *filling, const struct relay_zone *kept,
                                    const struct dns_question *question)
{
    const struct record_set *set = records_find(&kept->records, &question->name, question->type);

    if (set == NULL) {
        set = records_find(&kept->records, &question->name, RR_CNAME);
    }
    return set == NULL ? SWORN_ABSENT : put_set(filling, &set->rrset);
}

static enum sworn_result put_denial(struct filling *filling, const struct relay_zone *kept)
{
    const struct record_set *soa = records_find(&kept->records, &kept->apex, RR_SOA);
    bool there = name_is_there(&kept->records, &filling->work->question.name);

    SWORN_ENSURE(soa != NULL, SWORN_ABSENT);
    SWORN_TRY(put(filling, &soa->rrset, 0));
    SWORN_TRY(write_u16_at(&filling->message, 8, 1));
    filling->message.start[3] |= there ? RCODE_NOERROR : RCODE_NXDOMAIN;
    return SWORN_OK;
}

static enum sworn_result answer(struct relay_work *work, const struct relay_zone *kept)
{
    struct filling filling = {.work = work};
    enum sworn_result result;

    SWORN_TRY(begin(&filling));
    result = put_answer(&filling, kept, &work->question);
    if (result == SWORN_ABSENT) {
        result = put_denial(&filling, kept);
    }
    SWORN_TRY(result);
    if (!work->stream && filling.message.used > 512) {
        relay_send_code(work, RCODE_NOERROR, DNS_FLAG_AA | DNS_FLAG_TC);
        return SWORN_OK;
    }
    return flush(&filling);
}

void relay_query(struct relay_work *work)
{
    bool whole = work->question.type == RR_AXFR || work->question.type == RR_IXFR;
    struct relay_zone *kept = whole ? relay_zone_at(work->relay, &work->question.name)
                                    : relay_zone_of(work->relay, &work->question.name);
    struct zone zone;
    enum sworn_result result;

    if (kept == NULL || work->question.class != CLASS_IN || (whole && !work->is_signed)) {
        relay_send_code(work, whole && work->is_signed ? RCODE_NOTAUTH : RCODE_REFUSED, 0);
        return;
    }
    if (work->question.type == RR_AXFR && !work->stream) {
        relay_send_code(work, RCODE_FORMERR, 0); /* RFC 5936 4.2 */
        return;
    }
    /* RFC 1995 2: over UDP the SOA alone sends the client to TCP. */
    if (work->question.type == RR_IXFR && !work->stream) {
        work->question.type = RR_SOA;
        whole = false;
    }
    result = relay_look(work, kept, &zone);
    if (result == SWORN_OK) {
        result = whole ? transfer(work, kept) : answer(work, kept);
    }
    if (result != SWORN_OK) {
        notice("%s %s", kept->text, work->context.reason->text);
        relay_send_code(work, RCODE_SERVFAIL, 0);
    }
}

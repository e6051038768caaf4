/*
 * refusal.c - a response that only says no, to any message with a header; see zone.h.
 */
#include "core/dns/rr.h"
#include "host/answer/message/query.h"

#define RECORD_TAIL 10 /* type, class, TTL, size */

/* What ends a name's labels: the root's 00 or a pointer's first octet; NULL when nothing does. */
static const uint8_t *labels_end(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at != 0 && *at < 0x40) {
        at += *at + 1;
    }
    return at < end ? at : NULL;
}

/* The first entry of the question section, if the message has it whole and not compressed. */
static struct octets question_of(struct octets message)
{
    const uint8_t *begin = message.data + MESSAGE_HEADER;
    const uint8_t *end = message.data + message.size;
    const uint8_t *at = get_u16(message.data + 4) == 1 ? labels_end(begin, end) : NULL;

    if (at == NULL || *at != 0 || at - begin >= NAME_MAX_SIZE || end - at <= QUESTION_TAIL) {
        return octets_of(NULL, 0);
    }
    return octets_of(begin, (size_t)(at - begin) + 1 + QUESTION_TAIL);
}

/* Whether there is an OPT record among the additional ones, and with which flags. */
static bool has_opt(struct octets message, size_t question, bool *dnssec)
{
    const uint8_t *at = message.data + MESSAGE_HEADER + question;
    const uint8_t *end = message.data + message.size;
    unsigned before = get_u16(message.data + 6) + get_u16(message.data + 8);
    unsigned count = before + get_u16(message.data + 10);

    for (unsigned i = 0; i < count; i++) {
        at = labels_end(at, end);
        if (at == NULL || end - at < (*at == 0 ? 1 : 2) + RECORD_TAIL) {
            return false;
        }
        at += *at == 0 ? 1 : 2;
        if (i >= before && get_u16(at) == RR_OPT) {
            *dnssec = (get_u16(at + 6) & EDNS_DO) != 0;
            return true;
        }
        if (end - at - RECORD_TAIL < (ptrdiff_t)get_u16(at + 8)) {
            return false;
        }
        at += RECORD_TAIL + get_u16(at + 8);
    }
    return false;
}

static enum ede ede_of(enum rcode rcode)
{
    switch (rcode) {
    case RCODE_REFUSED:
        return EDE_PROHIBITED;
    case RCODE_NOTAUTH:
        return EDE_NOT_AUTHORITATIVE;
    case RCODE_NOTIMP:
        return EDE_NOT_SUPPORTED;
    default:
        return EDE_NONE;
    }
}

size_t answer_refusal(const struct answer_request *request, unsigned rcode)
{
    static const struct options_asked nothing;
    static const struct profile nobody;
    struct query query = {.message = request->query};
    struct response response = {
        .octets = request->response, .limit = UDP_SIZE_MIN, .rcode = (enum rcode)rcode};
    struct opt opt = {.profile = &nobody, .asked = &nothing, .ede = ede_of(response.rcode)};

    if (!query_is_one(request->query) || request->room < UDP_SIZE_MIN) {
        return 0;
    }
    query.question = question_of(request->query);
    response.used = MESSAGE_HEADER + query.question.size;
    if (query.question.size > 0) {
        memcpy(response.octets + MESSAGE_HEADER, query.question.data, query.question.size);
    }
    if (query.question.size > 0 && has_opt(request->query, query.question.size, &opt.dnssec)) {
        opt_put(&response, &opt);
    }
    header_put(&response, &query);
    return response.used;
}

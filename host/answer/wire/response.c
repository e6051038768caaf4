/*
 * response.c - fragments into messages; see response.h.
 */
#include "host/answer/wire/response.h"

#include "core/dns/rr.h"

static size_t room(const struct response *response)
{
    return response->limit - response->used;
}

static size_t question_end(const struct response *response)
{
    return MESSAGE_HEADER + (size_t)response->question->size;
}

/* Owners are c0 0c as rendered: say otherwise in `count` records. */
static void set_owners(uint8_t *octets, unsigned count, uint16_t pointer)
{
    while (count-- > 0) {
        put_u16(octets, pointer);
        octets += 12 + get_u16(octets + 10);
    }
}

/* The one number for each kind of pointer. */
static void set_pointers(const struct response *response, const struct fragment *fragment,
                         uint8_t *octets, size_t at)
{
    const uint16_t *pointer = fragment->pointers;
    unsigned end = POINTER_BITS | (unsigned)question_end(response);

    for (unsigned i = 0; i < fragment->question_pointers; i++) {
        uint8_t *place = octets + *pointer++;

        put_u16(place, end - (get_u16(place) & POINTER_REACH));
    }
    for (unsigned i = 0; i < fragment->self_pointers; i++) {
        uint8_t *place = octets + *pointer++;

        put_u16(place, get_u16(place) + (unsigned)at);
    }
}

bool response_fragment(struct response *response, enum section section,
                       const struct fragment *fragment, uint16_t pointer)
{
    size_t size = response->dnssec ? fragment->size : fragment->plain_size;
    unsigned count = fragment->count + (response->dnssec ? fragment->rrsig_count : 0U);
    uint8_t *octets = response->octets + response->used;

    if (size > room(response)) {
        return false;
    }
    memcpy(octets, fragment_octets(fragment), size);
    set_pointers(response, fragment, octets, response->used);
    if (pointer != OWNER_IN_QUESTION && fragment->owner_size == 2) {
        set_owners(octets, count, pointer);
    }
    response->used += size;
    response->count[section] += (uint16_t)count;
    return true;
}

bool response_signatures(struct response *response, enum section section,
                         const struct fragment *fragment, uint16_t pointer)
{
    size_t size = (size_t)fragment->size - fragment->plain_size;
    uint8_t *octets = response->octets + response->used;

    if (size > room(response)) {
        return false;
    }
    memcpy(octets, fragment_octets(fragment) + fragment->plain_size, size);
    if (pointer != OWNER_IN_QUESTION && fragment->owner_size == 2) {
        set_owners(octets, fragment->rrsig_count, pointer);
    }
    response->used += size;
    response->count[section] += fragment->rrsig_count;
    return true;
}

/* Size of the owner of a record of glue: labels, then a pointer or 00. */
static size_t owner_size(const uint8_t *owner)
{
    size_t at = 0;

    if (owner[0] >= 0x80) {
        return 2; /* nearly all of them */
    }
    while (owner[at] != 0 && owner[at] < 0x40) {
        at += owner[at] + 1U;
    }
    return owner[at] == 0 ? at + 1 : at + 2;
}

/* Size of a record of glue. */
static size_t glue_size(const uint8_t *record)
{
    size_t owner = owner_size(record);

    return owner + 10 + get_u16(record + owner + 8);
}

static void glue_owner(const struct response *response, uint8_t *owner, size_t ns_at)
{
    unsigned pointer = get_u16(owner);

    if ((pointer & POINTER_KIND) == POINTER_TO_SELF) {
        put_u16(owner, pointer + (unsigned)ns_at);
    } else if ((pointer & POINTER_KIND) == POINTER_TO_QUESTION) {
        put_u16(owner,
                POINTER_BITS | (unsigned)(question_end(response) - (pointer & POINTER_REACH)));
    }
}

/*
 * How many octets of these records fit, ending with a whole set; `count` becomes that of records.
 */
static size_t sets_that_fit(const uint8_t *octets, struct glue_part part, size_t room,
                            uint16_t *count)
{
    size_t fit = 0;
    size_t at = 0;

    *count = 0;
    for (uint16_t i = 1; i <= part.count; i++) {
        size_t next = at + glue_size(octets + at);
        size_t head = owner_size(octets + at) + 2;
        bool ends = i == part.count || owner_size(octets + next) + 2 != head ||
                    memcmp(octets + at, octets + next, head) != 0;

        if (next > room) {
            break;
        }
        if (ends) {
            fit = next;
            *count = i;
        }
        at = next;
    }
    return fit;
}

/* Put as many sets as fit; false when those are not all. */
static bool glue_part(struct response *response, const uint8_t *octets, struct glue_part part,
                      size_t ns_at)
{
    bool all = part.size <= room(response);
    uint16_t count = part.count;
    size_t size = all ? part.size : sets_that_fit(octets, part, room(response), &count);
    uint8_t *at = response->octets + response->used;

    memcpy(at, octets, size);
    response->used += size;
    response->count[SECTION_ADDITIONAL] += count;
    for (; count > 0; count--) {
        size_t next = glue_size(at);

        glue_owner(response, at, ns_at);
        at += next;
    }
    return all;
}

void response_glue(struct response *response, const struct glue *glue, size_t ns_at)
{
    const uint8_t *octets = glue->octets;

    if (!glue_part(response, octets, glue->part[GLUE_IN_DOMAIN], ns_at)) {
        response->truncated = true;
        return;
    }
    octets += glue->part[GLUE_IN_DOMAIN].size;
    if (!glue_part(response, octets, glue->part[GLUE_OTHER], ns_at) || !response->dnssec) {
        return;
    }
    /* RFC 4035 3.1.1: signatures of additional records may be dropped, without TC. */
    octets += glue->part[GLUE_OTHER].size;
    if (glue->part[GLUE_RRSIG].size <= room(response)) {
        (void)glue_part(response, octets, glue->part[GLUE_RRSIG], ns_at);
    }
}

void response_reset(struct response *response)
{
    response->used = question_end(response) + QUESTION_TAIL;
    memset(response->count, 0, sizeof(response->count));
}

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

/*
 * Owners are c0 0c as rendered: say otherwise in the records at these positions of what begins
 * `before` octets before `octets`.
 */
static void set_owners(uint8_t *octets, size_t before, const uint16_t *positions, unsigned count,
                       uint16_t pointer)
{
    for (unsigned i = 0; i < count; i++) {
        put_u16(octets + (positions[i] - before), pointer);
    }
}

/* The one number for each kind of pointer. */
static void set_pointers(const struct response *response, const struct fragment *fragment,
                         uint8_t *octets, size_t at)
{
    const uint16_t *positions = fragment_pointers(fragment);
    unsigned end = POINTER_BITS | (unsigned)question_end(response);

    for (unsigned i = 0; i < fragment->question_pointers; i++) {
        uint8_t *place = octets + *positions++;

        put_u16(place, end - (get_u16(place) & POINTER_REACH));
    }
    for (unsigned i = 0; i < fragment->self_pointers; i++) {
        uint8_t *place = octets + *positions++;

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
        set_owners(octets, 0, fragment->positions, count, pointer);
    }
    response->used += size;
    response->count[section] += (uint16_t)count;
    return true;
}

bool response_below(struct response *response, enum section section,
                    const struct fragment *fragment, const uint8_t *owner, size_t owner_size)
{
    size_t head = fragment->owner_size;
    size_t size = fragment->size - head;
    unsigned count = (unsigned)fragment->count + fragment->rrsig_count;
    uint8_t *octets = response->octets + response->used;

    if (owner_size + size > room(response)) {
        return false;
    }
    memcpy(octets, owner, owner_size);
    octets += owner_size;
    memcpy(octets, fragment_octets(fragment) + head, size);
    set_owners(octets, head, fragment->positions + 1, count - 1,
               (uint16_t)(POINTER_BITS | response->used));
    response->used += owner_size + size;
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
        set_owners(octets, fragment->plain_size, fragment->positions + fragment->count,
                   fragment->rrsig_count, pointer);
    }
    response->used += size;
    response->count[section] += fragment->rrsig_count;
    return true;
}

/* Pointers of glue as they are in this message. */
static void set_glue_owners(const struct response *response, uint8_t *octets, size_t before,
                            const uint16_t *positions, unsigned count, size_t ns_at)
{
    unsigned end = POINTER_BITS | (unsigned)question_end(response);

    for (unsigned i = 0; i < count; i++) {
        uint8_t *owner = octets + (positions[i] - before);
        unsigned pointer = get_u16(owner);
        bool to_self = (pointer & POINTER_KIND) == POINTER_TO_SELF;

        put_u16(owner, to_self ? pointer + (unsigned)ns_at : end - (pointer & POINTER_REACH));
    }
}

/*
 * How many octets of these records fit, ending with a whole set; `part` becomes what they are.
 */
static void sets_that_fit(const uint8_t *octets, size_t room, struct glue_part *part)
{
    struct glue_part all = *part;
    uint16_t pointers = 0;
    size_t at = 0;

    *part = (struct glue_part){.count = 0};
    for (uint16_t i = 1; i <= all.count; i++) {
        size_t next = at + glue_record_size(octets + at);
        size_t head = glue_owner_size(octets + at) + 2;
        bool ends = i == all.count || glue_owner_size(octets + next) + 2 != head ||
                    memcmp(octets + at, octets + next, head) != 0;

        if (next > room) {
            break;
        }
        pointers = (uint16_t)(pointers + (octets[at] >= 0x80));
        if (ends) {
            *part = (struct glue_part){.count = i, .size = (uint16_t)next, .pointers = pointers};
        }
        at = next;
    }
}

/* Records of glue that begin at `from` in it, their owners at `positions`; there is room. */
static void put_glue(struct response *response, const struct glue *glue, size_t from,
                     const uint16_t *positions, const struct glue_part *part, size_t ns_at)
{
    uint8_t *octets = response->octets + response->used;

    memcpy(octets, glue_octets(glue) + from, part->size);
    set_glue_owners(response, octets, from, positions, part->pointers, ns_at);
    response->used += part->size;
    response->count[SECTION_ADDITIONAL] += part->count;
}

/* One kind after the other, as far as they fit. */
static void put_some_glue(struct response *response, const struct glue *glue, size_t ns_at)
{
    const uint16_t *positions = glue->positions;
    size_t from = 0;

    for (unsigned kind = 0; kind < (response->dnssec ? GLUE_KINDS : GLUE_RRSIG); kind++) {
        struct glue_part part = glue->part[kind];
        bool all = part.size <= room(response);

        /* RFC 4035 3.1.1: signatures of additional records may be dropped, without TC. */
        if (!all && kind == GLUE_RRSIG) {
            return;
        }
        if (!all) {
            sets_that_fit(glue_octets(glue) + from, room(response), &part);
        }
        put_glue(response, glue, from, positions, &part, ns_at);
        if (!all) {
            response->truncated = kind == GLUE_IN_DOMAIN;
            return;
        }
        from += part.size;
        positions += part.pointers;
    }
}

void response_glue(struct response *response, const struct glue *glue, size_t ns_at)
{
    struct glue_part all = {.count = 0};

    for (unsigned kind = 0; kind < (response->dnssec ? GLUE_KINDS : GLUE_RRSIG); kind++) {
        all.count += glue->part[kind].count;
        all.size += glue->part[kind].size;
        all.pointers += glue->part[kind].pointers;
    }
    if (all.size > room(response)) {
        put_some_glue(response, glue, ns_at);
        return;
    }
    put_glue(response, glue, 0, glue->positions, &all, ns_at);
}

void response_reset(struct response *response)
{
    response->used = question_end(response) + QUESTION_TAIL;
    memset(response->count, 0, sizeof(response->count));
}

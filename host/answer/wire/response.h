/*
 * response.h - a response while it is put together: header, question, fragments, OPT.
 *
 * What does not fit is left out by the one that put it: each put says whether it did.
 */
#ifndef SWORN_HOST_ANSWER_RESPONSE_H
#define SWORN_HOST_ANSWER_RESPONSE_H

#include "core/dns/rcode.h"
#include "host/answer/question.h"
#include "host/answer/wire/glue.h"

enum section { SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL, SECTIONS };

struct response {
    uint8_t *octets;
    size_t used;
    size_t limit; /* OPT's room is kept free */
    uint16_t count[SECTIONS];
    enum rcode rcode;
    bool authoritative;
    bool truncated;
    bool dnssec;
    const struct question *question; /* the one in the message */
};

/**
 * Where in the message the ancestor of the question's name with `depth` labels stands, as a
 * pointer.
 */
static inline uint16_t response_pointer(const struct response *response, unsigned depth)
{
    return (uint16_t)(POINTER_BITS | (MESSAGE_HEADER + response->question->at[depth]));
}

/**
 * A set whose owner `pointer` points to, with its signatures if those are wanted.
 * The owner must be the question's name, what it was expanded from, or an ancestor.
 */
bool response_fragment(struct response *response, enum section section,
                       const struct fragment *fragment, uint16_t pointer);

/**
 * A set with its signatures whose owner is not in the question but made of these octets: all its
 * records but the first point to that one, which has to be within reach of pointers.
 */
bool response_below(struct response *response, enum section section,
                    const struct fragment *fragment, const uint8_t *owner, size_t owner_size);

/** Only the signatures of a set. */
bool response_signatures(struct response *response, enum section section,
                         const struct fragment *fragment, uint16_t pointer);

/**
 * Addresses for a referral whose NS fragment was placed at `ns_at`: those below the cut or
 * truncated (RFC 9471 3.1), others as they fit (3.2).
 */
void response_glue(struct response *response, const struct glue *glue, size_t ns_at);

/** Back to header and question. */
void response_reset(struct response *response);

#endif

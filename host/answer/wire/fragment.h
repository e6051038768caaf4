/*
 * fragment.h - a record set with its signatures as wire, ready to be placed in a response.
 *
 *   fragment = header ‖ u16 positions of records, of pointers into the question, of pointers into
 *              itself ‖ records ‖ RRSIG records
 *   record   = owner ‖ type ‖ class ‖ TTL ‖ size ‖ RDATA
 *
 * The owner of each record is c0 0c, which is the question's name and therefore right as it is
 * whenever the set answers its own name or a wildcard was expanded; it is replaced by another
 * pointer where the owner is an ancestor of the question's name or stands elsewhere. The root's
 * sets have owner 00 instead.
 *
 * Names in RDATA that may be compressed (RFC 3597 4) end in pointers that a place adds one number
 * to:
 *
 *   80 00 | n     to the suffix of n octets of the question's name
 *   c0 00 | n     to n octets after the fragment's beginning
 *
 * A fragment of *.example counts on suffixes of example only, so that it fits every expansion.
 */
#ifndef SWORN_HOST_ANSWER_FRAGMENT_H
#define SWORN_HOST_ANSWER_FRAGMENT_H

#include "host/answer/index/txn.h"
#include "host/answer/wire/compress.h"
#include "host/store/signed_set.h"

#define MESSAGE_HEADER    12
#define MESSAGE_MAX       65535
#define QUESTION_TAIL     4  /* type and class */
#define OPT_SIZE          11 /* without options */
#define OWNER_IN_QUESTION 0xc00c
#define FRAGMENT_REACH    16000 /* POINTER_REACH less the longest that comes before a fragment */
#define FRAGMENT_NAMES    8192  /* more names than a message can hold */

#define POINTER_TO_QUESTION 0x8000
#define POINTER_TO_SELF     0xc000
#define POINTER_KIND        0xc000

struct fragment {
    uint16_t type;
    uint16_t count;
    uint16_t rrsig_count;
    uint16_t plain_size; /* of the records without RRSIG */
    uint16_t size;
    uint16_t question_pointers;
    uint16_t self_pointers;
    uint16_t owner_size; /* 2, 1 for the root */
    uint16_t octets_at;
    uint16_t positions[]; /* then the octets */
};

static inline const uint8_t *fragment_octets(const struct fragment *fragment)
{
    return (const uint8_t *)fragment + fragment->octets_at;
}

/** Positions of the pointers into the question, then of those into itself. */
static inline const uint16_t *fragment_pointers(const struct fragment *fragment)
{
    return fragment->positions + fragment->count + fragment->rrsig_count;
}

static inline unsigned get_u16(const uint8_t *octets)
{
    return (unsigned)octets[0] << 8 | octets[1];
}

static inline void put_u16(uint8_t *octets, unsigned value)
{
    octets[0] = (uint8_t)(value >> 8);
    octets[1] = (uint8_t)value;
}

static inline void put_u32(uint8_t *octets, uint32_t value)
{
    put_u16(octets, value >> 16);
    put_u16(octets + 2, value & 0xffff);
}

/** What rendering needs room for; one per writer. */
struct renderer {
    struct compressor compressor;
    uint16_t question_pointers;
    uint16_t self_pointers;
    uint16_t question_pointer[FRAGMENT_NAMES];
    uint16_t self_pointer[FRAGMENT_NAMES];
    uint8_t message[MESSAGE_MAX + 1];
};

/**
 * Render a set. Its TTL and that of its signatures is the set's (RFC 4034 3).
 *
 * \return SWORN_OK; SWORN_LIMIT when set and signatures do not fit one message; SWORN_MALFORMED for
 *         RDATA that is none; SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result fragment_render(struct renderer *renderer, struct txn *txn,
                                              const struct signed_set *set,
                                              struct fragment **fragment);

/**
 * Two sets of one owner as one fragment, to be placed with all signatures; `type` and `plain_size`
 * are the first one's. NULL if the second one has pointers, or both are too large.
 */
SWORN_CHECK enum sworn_result fragment_join(struct txn *txn, const struct fragment *first,
                                            const struct fragment *second,
                                            struct fragment **joined);

/** One record of a fragment, for those that take it apart again. */
struct fragment_record {
    size_t at; /* of the record within the fragment */
    size_t rdata_at;
    size_t rdata_size;
    size_t next;
};

static inline struct fragment_record fragment_record(const struct fragment *fragment, size_t at)
{
    size_t rdata_at = at + fragment->owner_size + 10;
    size_t size = get_u16(fragment_octets(fragment) + rdata_at - 2);

    return (struct fragment_record){
        .at = at, .rdata_at = rdata_at, .rdata_size = size, .next = rdata_at + size};
}

/**
 * The RDATA of a record with its names whole.
 *
 * \param owner  the set's own name, of which pointers name suffixes
 * \param rdata  caller's array of MESSAGE_MAX octets
 * \return its size
 */
size_t fragment_rdata(const struct fragment *fragment, const struct fragment_record *record,
                      const struct name *owner, uint8_t *rdata);

/** What follows where a name ends in the pointer `tagged`, whole; returns its size. */
size_t fragment_suffix(const struct fragment *fragment, unsigned tagged, const struct name *owner,
                       uint8_t *name);

#endif

/*
 * compress.h - names in a message, written with pointers to where they stand already (RFC 1035
 * 4.1.4).
 *
 * A table of the names written so far: hash of each suffix and its position. Names are compared in
 * the message itself, following pointers, regardless of case. A full table only means less
 * compression.
 */
#ifndef SWORN_HOST_ANSWER_COMPRESS_H
#define SWORN_HOST_ANSWER_COMPRESS_H

#include "core/dns/name.h"

#define COMPRESS_ENTRIES 1024
#define POINTER_BITS     0xc000
#define POINTER_REACH    0x3fff

struct compressor {
    uint8_t *message;
    uint16_t reach; /* names that stand after this are not pointed to */
    uint16_t count;
    struct {
        uint32_t hash;
        uint16_t at;
    } entry[COMPRESS_ENTRIES];
};

/** Begin with a message of which nothing is known. */
void compress_begin(struct compressor *compressor, uint8_t *message, uint16_t reach);

/** An uncompressed name that stands at `at` already. */
void compress_note(struct compressor *compressor, uint16_t at);

/**
 * Write `wire` at `at`, at most `room` octets.
 *
 * \param pointer  where the pointer is that ends it; 0 for none
 * \return octets written, 0 for no room
 */
size_t compress_name(struct compressor *compressor, const uint8_t *wire, size_t at, size_t room,
                     size_t *pointer);

#endif

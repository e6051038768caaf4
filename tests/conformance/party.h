/*
 * party.h - another name server on this machine, asked many questions at a time.
 */
#ifndef SWORN_TESTS_CONFORMANCE_PARTY_H
#define SWORN_TESTS_CONFORMANCE_PARTY_H

#include "core/cursor/octets.h"

#define BATCH         64
#define PARTY_UDP_MAX 4096 /* neither sends more over UDP */

struct question_sent {
    struct octets query; /* its id is its number in the batch */
    bool wanted;
};

struct answer_got {
    size_t size; /* 0: none yet */
    uint8_t octets[65535];
};

struct party;

/** On 127.0.0.1; ends the program when there is nobody. */
struct party *party_new(const char *name, int port);
void party_free(struct party *party);
const char *party_name(const struct party *party);

/** Send those wanted over UDP; party_collect() waits for the answers. */
void party_send(struct party *party, const struct question_sent *questions, size_t count);

/** Ask again what gets lost; ends the program when nothing helps. */
void party_collect(struct party *party, const struct question_sent *questions, size_t count,
                   struct answer_got *answers);

/** One question over TCP. */
void party_ask_tcp(struct party *party, struct octets query, struct answer_got *answer);

#endif

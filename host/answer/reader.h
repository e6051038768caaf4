/*
 * reader.h - what one thread that answers works with.
 */
#ifndef SWORN_HOST_ANSWER_READER_H
#define SWORN_HOST_ANSWER_READER_H

#include "host/answer/passage.h"
#include "host/answer/server.h"

#define READER_GROUP 16 /* queries that are under way together */

struct answer_reader {
    struct answer_server *server;
    struct passage passage[READER_GROUP];
    struct question chained; /* where a chain of aliases is */
    struct compressor compressor;
    uint8_t rdata[MESSAGE_MAX + NAME_MAX_SIZE];
};

/** Find what the first `count` passages ask for, if anything; see find.c. */
void reader_find(struct answer_reader *reader, unsigned count);

/**
 * Put what the zone has for the response's question into it; false when it did not fit.
 *
 * \param proofs  of the outcome; none where they are not wanted
 */
bool answer_outcome(struct answer_reader *reader, struct response *response,
                    const struct outcome *outcome, const struct proofs *proofs);

/** The same where it begins with CNAME or DNAME. */
bool answer_chain(struct answer_reader *reader, struct response *response,
                  const struct outcome *outcome);

#endif

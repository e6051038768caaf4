/*
 * reader.h - what one thread that answers works with.
 */
#ifndef SWORN_HOST_ANSWER_READER_H
#define SWORN_HOST_ANSWER_READER_H

#include "host/answer/server.h"
#include "host/answer/wire/response.h"

struct answer_reader {
    struct answer_server *server;
    struct question question;
    struct question chained; /* where a chain of aliases is */
    struct compressor compressor;
    uint8_t rdata[MESSAGE_MAX + NAME_MAX_SIZE];
};

/** Put what the zone has for the reader's question into the response; false when it did not fit. */
bool answer_outcome(struct answer_reader *reader, struct response *response,
                    const struct outcome *outcome);

/** The same where it begins with CNAME or DNAME. */
bool answer_chain(struct answer_reader *reader, struct response *response,
                  const struct outcome *outcome);

#endif

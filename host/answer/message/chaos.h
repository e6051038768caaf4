/*
 * chaos.h - what the server says of itself in class CH (RFC 4892): id.server and hostname.bind,
 * version.server and version.bind, each TXT.
 */
#ifndef SWORN_HOST_ANSWER_CHAOS_H
#define SWORN_HOST_ANSWER_CHAOS_H

#include "host/answer/message/profile.h"
#include "host/answer/wire/response.h"

/** Answer the question, which is of class CH; refused where the operator does not tell. */
void chaos_answer(struct response *response, const struct profile *profile);

#endif

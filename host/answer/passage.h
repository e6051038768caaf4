/*
 * passage.h - one query on its way through: read, looked up, answered.
 */
#ifndef SWORN_HOST_ANSWER_PASSAGE_H
#define SWORN_HOST_ANSWER_PASSAGE_H

#include "core/dns/rr.h"
#include "host/answer/denial/denial.h"
#include "host/answer/message/query.h"

struct passage {
    const struct answer_request *request;
    struct query query;
    struct question question;
    struct outcome outcome; /* of what is looked up; its zone is NULL for none */
    struct proofs proofs;   /* what has to be shown with it, to who wants that */
    struct response response;
    struct opt opt;
    size_t size; /* of the response; 0 for none, ANSWER_ELSEWHERE */
    bool open;   /* it will get a response */
};

/** Whether the zones are asked: a sound query of the Internet's class, or of any. */
static inline bool passage_asks_zones(const struct passage *passage)
{
    return passage->open && passage->response.rcode == RCODE_NOERROR &&
           passage->query.question.size > 0 &&
           (passage->question.class == CLASS_IN || passage->question.class == CLASS_ANY);
}

#endif

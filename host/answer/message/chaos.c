/*
 * chaos.c - answers of class CH; see chaos.h.
 */
#include "host/answer/message/chaos.h"

#include "core/dns/rr.h"
#include "host/answer/message/query.h"

#define RECORD_HEAD 12 /* owner as a pointer, type, class, TTL, size */

/* Whether the question's name has this key: its labels from the right, in lower case. */
static bool asks(const struct question *question, const char *key, size_t size)
{
    return question->key_at[question->labels] == size && memcmp(question->key, key, size) == 0;
}

#define ASKS(question, key) asks((question), (key), sizeof(key) - 1)

void chaos_answer(struct response *response, const struct profile *profile)
{
    const struct question *question = response->question;
    bool identity = ASKS(question, "server\0id\0") || ASKS(question, "bind\0hostname\0");
    bool version = ASKS(question, "server\0version\0") || ASKS(question, "bind\0version\0");
    const uint8_t *text = identity ? profile->identity : profile->version;
    size_t size = identity ? profile->identity_size : version ? profile->version_size : 0;
    uint8_t *at = response->octets + response->used;

    if (size == 0 || (question->type != RR_TXT && question->type != RR_ANY)) {
        response->rcode = RCODE_REFUSED;
        return;
    }
    response->authoritative = true;
    if (response->limit - response->used < RECORD_HEAD + size) {
        response->truncated = true;
        return;
    }
    put_u16(at, OWNER_IN_QUESTION);
    put_u16(at + 2, RR_TXT);
    put_u16(at + 4, CLASS_CH);
    put_u32(at + 6, 0);
    put_u16(at + 10, (unsigned)size);
    memcpy(at + RECORD_HEAD, text, size);
    response->used += RECORD_HEAD + size;
    response->count[SECTION_ANSWER]++;
}

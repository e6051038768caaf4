/*
 * limit.h - how many responses over UDP, and how many updates, one client may have a second.
 *
 * A forger who sends questions in the name of a victim makes a server send answers to it. So each
 * network (/24, /56 in IPv6) gets a bounded number of responses of one family (struct
 * answer_facts) a second, by a token bucket that holds one second's worth. Of those beyond it each
 * `slip`-th goes out in a form that is of no use to a forger but tells a real client to ask again,
 * over TCP or with a cookie; the rest is dropped. TCP and valid cookies show that the client is
 * where it says, and are not limited.
 *
 *   rules: what is allowed; one for the server, swapped while threads use them
 *   limit: buckets; one for each thread that answers, so there are no locks
 */
#ifndef SWORN_HOST_LIMIT_LIMIT_H
#define SWORN_HOST_LIMIT_LIMIT_H

#include "host/answer/zone.h"

struct limit_settings {
    unsigned responses;        /* a second; 0: no limit */
    unsigned slip;             /* each n-th that is too many; 0: none */
    unsigned updates;          /* UPDATE messages a second from one address; 0: no limit */
    const char *const *exempt; /* addresses and prefixes without any limit */
    unsigned exempt_count;
};

struct limit_rules;

/** Rules without limits. */
SWORN_CHECK enum sworn_result limit_rules_new(struct limit_rules **rules);
void limit_rules_free(struct limit_rules *rules);

/**
 * Put settings in force; one caller at a time, while others are limited.
 *
 * \return SWORN_OK; SWORN_MALFORMED naming the entry that is no prefix; SWORN_LIMIT;
 *         SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result limit_configure(struct limit_rules *rules,
                                              const struct limit_settings *settings,
                                              struct reason *reason);

struct limit;

/** Buckets of one thread, all that it will ever take. */
SWORN_CHECK enum sworn_result limit_new(struct limit_rules *rules, struct limit **limit);
void limit_free(struct limit *limit);

enum limit_verdict {
    LIMIT_SEND,
    LIMIT_DROP,
    LIMIT_SLIP, /* answer_slip() in its place */
};

/**
 * What to do with a response over UDP. For threads that are registered with liburcu, as those with
 * an answer_reader are.
 *
 * \param now  milliseconds of a clock that does not go back
 */
enum limit_verdict limit_response(struct limit *limit, const struct client_address *client,
                                  const struct answer_facts *facts, uint64_t now);

/** Whether an UPDATE may go on to the zone's guard. For any thread, also for several at once. */
bool limit_update(struct limit_rules *rules, const struct client_address *client, uint64_t now);

#endif

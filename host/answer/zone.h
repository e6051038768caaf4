/*
 * zone.h - the zones that are served: an index of names and fragments of answers, built from signed
 * sets.
 *
 * One writer at a time (the commit layer holds its lock), any number of readers that never wait
 * (liburcu).
 */
#ifndef SWORN_HOST_ANSWER_ZONE_H
#define SWORN_HOST_ANSWER_ZONE_H

#include "host/serve/exchange.h"
#include "host/store/signed_set.h"

struct answer_server;
struct answer_loading;

SWORN_CHECK enum sworn_result answer_server_new(struct answer_server **server);
void answer_server_free(struct answer_server *server);

/**
 * Begin a zone: sets follow in canonical order of (owner, type), then answer_load_end() makes it
 * visible.
 */
SWORN_CHECK enum sworn_result answer_load_begin(struct answer_server *server,
                                                const struct name *apex,
                                                struct answer_loading **loading);
SWORN_CHECK enum sworn_result answer_load_set(struct answer_loading *loading,
                                              const struct signed_set *set);
/**
 * Publish (replacing a zone of that apex) or, with `publish` false, throw away; frees `loading`.
 */
SWORN_CHECK enum sworn_result answer_load_end(struct answer_loading *loading, bool publish);

/**
 * Apply a signed difference: each set replaces what is at (owner, type); rrset.count 0 removes. One
 * visible step.
 */
SWORN_CHECK enum sworn_result answer_change(struct answer_server *server, const struct name *apex,
                                            const struct signed_set *sets, size_t count);

/** Stop serving a zone; SWORN_ABSENT. */
SWORN_CHECK enum sworn_result answer_remove(struct answer_server *server, const struct name *apex);

/** What a thread that answers keeps; registered with liburcu by the thread that uses it. */
struct answer_reader;
SWORN_CHECK enum sworn_result answer_reader_new(struct answer_server *server,
                                                struct answer_reader **reader);
void answer_reader_free(struct answer_reader *reader);

struct answer_request {
    struct octets query; /* one DNS message */
    uint8_t *response;   /* caller's buffer */
    size_t room;         /* 65535 for TCP, at least 1232 for UDP */
    enum transport
        transport; /* UDP: truncate to the client's EDNS size and to 1232 (512 without) */
    struct client_address client;
};

/** What a response was, for limits and counters; filled for every response. */
struct answer_facts {
    uint16_t type;   /* asked for; 0 when that could not be read */
    uint16_t rcode;  /* with its extended bits */
    bool cookie;     /* the client showed a valid server cookie */
    bool keepalive;  /* the client sent edns-tcp-keepalive, an error over QUIC (RFC 9250 5.5.2) */
    uint64_t family; /* the same for responses that say the same: hash of kind and owner name */
};

/** Not a size: the message is for an exchange_handler (update, transfer, NOTIFY, TSIG). */
#define ANSWER_ELSEWHERE ((size_t)-1)

/**
 * Answer one query. Returns the size of the response, 0 for no response (not a query, or too
 * short), or ANSWER_ELSEWHERE.
 */
size_t answer_query(struct answer_reader *reader, const struct answer_request *request,
                    struct answer_facts *facts);

/**
 * Answer several, each with facts and a size as answer_query() has them: quicker than one after
 * another, because they wait for memory together.
 */
void answer_batch(struct answer_reader *reader, const struct answer_request *requests,
                  unsigned count, struct answer_facts *facts, size_t *sizes);

/**
 * Instead of a response that a limit holds back, one of no use to a forger: empty, with BADCOOKIE
 * for those who know cookies, truncated for others.
 */
size_t answer_slip(struct answer_reader *reader, const struct answer_request *request);

/**
 * A response to any message, queries or not, that says nothing but this code (host/answer/message/
 * rcode.h): the question is copied if there is one, OPT answers OPT.
 *
 * \return its size, at most 512; 0 for what is not answered (a response, or too short)
 */
size_t answer_refusal(const struct answer_request *request, unsigned rcode);

#endif

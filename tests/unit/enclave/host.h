/*
 * host.h - a host for the enclave in the same process: it starts the enclave on a thread of its
 * own, answers its questions from memory, takes commits over, and can lie at each point.
 *
 * The guard of its zones applies whatever it is told (obedient_guard). Argument of such a guard =
 * repeated (u32le size ‖ record operation).
 */
#ifndef SWORN_TESTS_UNIT_ENCLAVE_HOST_H
#define SWORN_TESTS_UNIT_ENCLAVE_HOST_H

#include "core/change/policy.h"
#include "enclave/enclave.h"

#include <pthread.h>

/** End the program unless `condition` holds: for what no test is about. */
#define MUST(condition) host_must((condition), __FILE__, __LINE__, #condition)
void host_must(bool condition, const char *file, int line, const char *text);

struct host;

/**
 * Called with each whole honest frame, length first, before it is sent; it may write another into
 * `frame` (used = 0 first). `question` is the enclave's, 0 when the frame is a request.
 */
typedef void host_tamper(struct host *host, uint16_t question, struct writer *frame);

struct host_row;

struct host {
    struct enclave *enclave;
    int fd;
    pthread_t thread;
    uint8_t secret[SEAL_SECRET_SIZE];
    uint64_t id;
    uint64_t time;         /* of the next request */
    struct region region;  /* all that is remembered */
    struct region scratch; /* of one request */
    struct host_row *rows; /* newest first */
    struct octets log_key; /* sealed */
    struct octets log_public_key;
    struct octets checkpoint;
    struct octets *entries;
    size_t entry_count;
    size_t asked[128]; /* questions, by type */
    host_tamper *tamper;
    void *tamper_context;
};

/** Start an enclave with a new log. */
void host_begin(struct host *host);
void host_end(struct host *host);

/** Another enclave, with the same secret, goes on from the head; SWORN_OK or its error. */
enum sworn_result host_restart(struct host *host);

/** The two halves of it: in between there is no enclave, and no thread. */
void host_pause(struct host *host);
enum sworn_result host_resume(struct host *host);

/** The last answer to a request. */
struct host_reply {
    uint16_t type;
    struct octets fields;
    enum sworn_result result; /* SWORN_OK, or what the error says */
    const char *text;         /* of the error */
    struct message_committed committed;
};

/** Send a request and answer questions until the reply is there. It lives until the next one. */
void host_request(struct host *host, uint16_t type, const void *message, size_t size,
                  struct host_reply *reply);

/** Send octets as they are; the reply likewise. */
void host_send(struct host *host, struct octets octets);
void host_answer(struct host *host, struct host_reply *reply);

/** Take a commit over, as a store does. */
void host_apply(struct host *host, const struct host_reply *reply);

/** Create a zone with SOA, NS and www A; `algorithm` 13 or 15. */
void host_create(struct host *host, const char *apex, uint8_t algorithm, struct host_reply *reply);

/** One record operation on a zone. */
void host_update(struct host *host, const char *apex, const char *operation,
                 struct host_reply *reply);

/** Sign sets again; `values` may be empty ones. */
void host_refresh(struct host *host, const char *apex, const struct octets_list *keys,
                  const struct octets_list *values, struct host_reply *reply);

/** Id of the zone at an apex. */
struct hash host_zone_id(struct host *host, const char *apex);

/** Value of a set as the host has it, data NULL when it has none. */
struct octets host_value(struct host *host, const char *apex, const char *owner, uint16_t type,
                         struct rrset_key *key);

extern const uint8_t obedient_guard[];
extern const size_t obedient_guard_size;

#endif

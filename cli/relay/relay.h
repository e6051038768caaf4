/*
 * relay.h - sworn relay: a name server on the owner's machine for tools that know TSIG and DNS
 * UPDATE, and nothing of owners' keys.
 *
 *   tool -- AXFR, SOA, UPDATE with TSIG --> relay -- HTTP, signed by the owner's key --> swornd
 *
 * Questions are answered from records that were verified against the certified root. An UPDATE is
 * evaluated here (RFC 2136 3, core/update) on the same records and becomes operations that the
 * owner's key signs for the next sequence: had the zone changed meanwhile, its guard would refuse,
 * and all of it is done again. TSIG shows who asks; what leaves this machine is signed anew.
 */
#ifndef SWORN_CLI_RELAY_RELAY_H
#define SWORN_CLI_RELAY_RELAY_H

#include "cli/argument/signer.h"
#include "cli/remote/zone.h"
#include "cli/zone/records.h"
#include "core/update/evaluate.h"
#include "net/message.h"
#include "net/tsig.h"

struct relay_zone {
    struct name apex; /* lower case */
    const char *text;
    /* as last verified */
    bool loaded;
    struct hash root;
    struct region region;
    struct record_list records;
    /* who signs for the guard and environment that it had then */
    struct signer signer;
    struct hash guard, environment;
};

#define RELAY_ANSWERED 64

/* What was answered, for clients that repeat an update whose response is late. */
struct relay_answered {
    struct hash octets;
    uint64_t time; /* 0: none */
    unsigned rcode;
};

struct relay {
    struct context *context;
    const struct signer *signer; /* its keys */
    struct tsig_key *keys;
    size_t key_count;
    struct relay_zone *zones;
    size_t zone_count;
    struct relay_answered answered[RELAY_ANSWERED];
    size_t next_answered;
};

/** One message on its way through. */
struct relay_work {
    struct relay *relay;
    struct context context; /* with this message's own region and reason */
    struct octets message;  /* less TSIG */
    struct dns_header header;
    struct dns_question question;
    size_t question_end; /* where it ends in the message */
    bool stream;         /* over TCP */
    bool is_signed;
    struct tsig_chain chain;
    void *client;
    bool (*send)(void *client, struct octets response);
};

/** The zone that this is the apex of, or NULL. */
struct relay_zone *relay_zone_at(struct relay *relay, const struct name *apex);

/** The zone that this name lies in, or NULL. */
struct relay_zone *relay_zone_of(struct relay *relay, const struct name *name);

/**
 * Answer a message, whose octets are changed. `work` has relay, stream, client and send.
 */
void relay_handle(struct relay_work *work, uint8_t *octets, size_t size);

/** A response of this code alone. */
void relay_send_code(struct relay_work *work, unsigned rcode, uint16_t flags);

/** Sign what is in the writer if the request was signed, and send it. */
bool relay_send(struct relay_work *work, struct writer *message);

/** A header and the question again. */
SWORN_CHECK enum sworn_result relay_begin(const struct relay_work *work, unsigned rcode,
                                          uint16_t flags, struct writer *message);

/* look.c */

/** Ask the server about a zone and bring its records up to date. `zone` is good for this work. */
SWORN_CHECK enum sworn_result relay_look(struct relay_work *work, struct relay_zone *kept,
                                         struct zone *zone);

/** The first set at this name in `records`, or where it would be. */
size_t relay_first_set(const struct record_list *records, const struct name *name);

/* query.c */
void relay_query(struct relay_work *work);

/* update.c */
void relay_update(struct relay_work *work);

/* keys.c */

/** A key of --tsig: NAME:ALGORITHM:FILE with the secret in base64, or a file of tsig-keygen. */
SWORN_CHECK enum sworn_result relay_key_read(const char *text, struct region *region,
                                             struct tsig_key *key, struct reason *reason);

/* serve.c */

/** Listen at "127.0.0.1:5353" or "[::1]:5353", over UDP and TCP, until a signal ends it. */
SWORN_CHECK enum sworn_result relay_serve(struct relay *relay, const char *address);

#endif

/*
 * signed.c - messages with and without TSIG; see signed.h.
 */
#include "host/exchange/signed.h"

#include "core/dns/rcode.h"
#include "core/dns/rr.h"

#include <time.h>

#define UDP_SIZE     1232
#define UDP_SIZE_MIN 512
#define FLAG_TC      0x02 /* of the third octet */

/* What the client takes: its EDNS size over UDP. */
static size_t limit_of(struct octets message, enum transport transport)
{
    struct dns_reader reader;
    struct dns_question question;
    struct dns_record record;
    size_t limit = UDP_SIZE_MIN;

    if (transport != TRANSPORT_UDP) {
        return DNS_MESSAGE_MAX;
    }
    if (dns_read(message, &reader) != SWORN_OK ||
        dns_read_question(&reader, &question) != SWORN_OK) {
        return limit;
    }
    while (dns_read_record(&reader, &record) == SWORN_OK) {
        if (record.type == RR_OPT && record.section == DNS_ADDITIONAL && record.class > limit) {
            limit = record.class < UDP_SIZE ? record.class : UDP_SIZE;
        }
    }
    return limit;
}

static const struct config_key *key_of(const struct config *config, const struct tsig *tsig)
{
    for (unsigned i = 0; i < config->key_count; i++) {
        if (name_equal(&config->key[i].name, &tsig->key)) {
            return &config->key[i];
        }
    }
    return NULL;
}

/* RFC 8945 5.2: each failure has its place in the order, and its code. */
static unsigned verify(struct signed_exchange *signed_exchange, const struct config *config)
{
    const struct config_key *key = key_of(config, &signed_exchange->tsig);
    enum sworn_result result;

    signed_exchange->error = TSIG_BADKEY;
    if (key == NULL) {
        return RCODE_NOTAUTH;
    }
    signed_exchange->tsig_key =
        (struct tsig_key){.name = key->name, .algorithm = key->algorithm, .secret = key->secret};
    signed_exchange->memory = (struct tsig_chain){.key = &signed_exchange->tsig_key};
    result = tsig_verify(signed_exchange->exchange->message, &signed_exchange->tsig,
                         &signed_exchange->memory, (uint64_t)time(NULL), &signed_exchange->error);
    if (result != SWORN_OK) {
        signed_exchange->error = TSIG_NOERROR;
        return result == SWORN_MALFORMED ? RCODE_FORMERR : RCODE_SERVFAIL;
    }
    if (signed_exchange->error != TSIG_NOERROR) {
        return RCODE_NOTAUTH;
    }
    signed_exchange->key = key;
    signed_exchange->chain = &signed_exchange->memory;
    return RCODE_NOERROR;
}

void signed_begin(struct signed_exchange *signed_exchange, struct exchange *exchange,
                  const struct config *config, unsigned *rcode)
{
    struct octets message = exchange->message;
    enum sworn_result result = tsig_find(message, &signed_exchange->tsig);

    signed_exchange->exchange = exchange;
    signed_exchange->key = NULL;
    signed_exchange->chain = NULL;
    signed_exchange->memory = (struct tsig_chain){0};
    signed_exchange->error = TSIG_NOERROR;
    signed_exchange->limit = limit_of(message, exchange->transport);
    signed_exchange->room = signed_exchange->limit;
    memcpy(signed_exchange->copy, message.data, message.size);
    signed_exchange->message = octets_of(signed_exchange->copy, message.size);
    *rcode = result == SWORN_OK || result == SWORN_ABSENT ? RCODE_NOERROR : RCODE_FORMERR;
    if (result != SWORN_OK) {
        return;
    }
    *rcode = verify(signed_exchange, config);
    signed_exchange->message = tsig_strip(signed_exchange->copy, &signed_exchange->tsig);
    signed_exchange->room -= exchange->message.size - signed_exchange->tsig.at < UDP_SIZE_MIN
                                 ? exchange->message.size - signed_exchange->tsig.at
                                 : 0;
    if (signed_exchange->room < UDP_SIZE_MIN) {
        signed_exchange->room = UDP_SIZE_MIN;
    }
}

static size_t refusal(struct signed_exchange *signed_exchange, unsigned rcode)
{
    const struct answer_request request = {
        .query = signed_exchange->message,
        .response = signed_exchange->response,
        .room = UDP_SIZE_MIN,
        .transport = signed_exchange->exchange->transport,
        .client = signed_exchange->exchange->client,
    };

    return answer_refusal(&request, rcode);
}

/* The response with its TSIG, if there is to be one. */
static enum sworn_result finish(struct signed_exchange *signed_exchange, struct tsig_chain *chain,
                                struct writer *writer)
{
    uint64_t now = (uint64_t)time(NULL);

    if (signed_exchange->error != TSIG_NOERROR) {
        return tsig_put_error(chain, &signed_exchange->tsig, signed_exchange->error, now, writer);
    }
    return signed_exchange->chain == NULL ? SWORN_OK : tsig_sign(chain, now, writer);
}

void signed_send(struct signed_exchange *signed_exchange, size_t size)
{
    struct exchange *exchange = signed_exchange->exchange;
    struct tsig_chain chain = signed_exchange->memory;
    struct writer writer = writer_over(signed_exchange->response, signed_exchange->limit);
    enum sworn_result result = SWORN_LIMIT;

    if (size == 0) {
        return;
    }
    if (size <= signed_exchange->limit) {
        writer.used = size;
        result = finish(signed_exchange, &chain, &writer);
    }
    if (result == SWORN_LIMIT) {
        /* RFC 8945 5.3: no room for the signature means truncation, and that is signed. */
        chain = signed_exchange->memory;
        writer.used = refusal(signed_exchange, RCODE_NOERROR);
        signed_exchange->response[2] |= FLAG_TC;
        result = finish(signed_exchange, &chain, &writer);
    }
    if (result == SWORN_OK) {
        signed_exchange->memory = chain;
        (void)exchange->send(exchange, written(&writer));
    }
}

void signed_refuse(struct signed_exchange *signed_exchange, unsigned rcode)
{
    signed_send(signed_exchange, refusal(signed_exchange, rcode));
}

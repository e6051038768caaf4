/*
 * handler.c - a message from TSIG to its place; see handler.h.
 */
#include "host/exchange/handler.h"

#include "core/dns/rcode.h"
#include "core/dns/rr.h"
#include "host/exchange/signed.h"
#include "host/transfer/transfer.h"
#include "host/update/update.h"

#include <stdlib.h>

struct handler {
    struct handler_parts parts;
};

/* Questions that are not about transfers: they came here because they are signed. */
static void answer(struct handler *handler, struct signed_exchange *work)
{
    const struct answer_request request = {
        .query = work->message,
        .response = work->response,
        .room = work->room,
        .transport = work->exchange->transport,
        .client = work->exchange->client,
    };
    struct answer_reader *reader;
    struct answer_facts facts;
    size_t size;

    if (answer_reader_new(handler->parts.answers, &reader) != SWORN_OK) {
        signed_refuse(work, RCODE_SERVFAIL);
        return;
    }
    size = answer_query(reader, &request, &facts);
    answer_reader_free(reader);
    if (size == ANSWER_ELSEWHERE) {
        signed_refuse(work, RCODE_NOTIMP); /* it has been there */
        return;
    }
    signed_send(work, size);
}

static void query(struct handler *handler, struct signed_exchange *work,
                  const struct config *config)
{
    const struct transfer_request request = {
        .exchange = work->exchange,
        .message = work->message,
        .config = config,
        .key = work->key,
        .chain = work->chain,
    };
    struct dns_question question = {0};
    struct dns_reader reader;
    unsigned rcode = RCODE_REFUSED;

    if (dns_read(work->message, &reader) != SWORN_OK ||
        dns_read_question(&reader, &question) != SWORN_OK) {
        answer(handler, work);
        return;
    }
    if (handler->parts.transfers != NULL &&
        transfer_catalog(handler->parts.transfers, &request, &rcode)) {
        if (rcode != RCODE_NOERROR) {
            signed_refuse(work, rcode);
        }
        return;
    }
    if (question.type != RR_AXFR && question.type != RR_IXFR) {
        answer(handler, work);
        return;
    }
    if (handler->parts.transfers != NULL) {
        transfer_handle(handler->parts.transfers, &request, &rcode);
    }
    if (rcode != RCODE_NOERROR) {
        signed_refuse(work, rcode);
    }
}

/*
 * A primary is told nothing by anybody (RFC 1996 3.7): who may say so hears that it means nothing
 * here.
 */
static void notify(struct signed_exchange *work, const struct config *config)
{
    struct dns_question question;
    struct dns_reader reader;
    bool allowed;

    if (dns_read(work->message, &reader) != SWORN_OK ||
        dns_read_question(&reader, &question) != SWORN_OK) {
        signed_refuse(work, RCODE_FORMERR);
        return;
    }
    allowed = config_allows(config_template_of(config, &question.name), ACTION_NOTIFY,
                            &work->exchange->client, work->key);
    signed_refuse(work, allowed ? RCODE_NOTIMP : RCODE_REFUSED);
}

static void update(struct handler *handler, struct signed_exchange *work)
{
    if (handler->parts.updates == NULL) {
        signed_refuse(work, RCODE_NOTIMP);
        return;
    }
    signed_send(work, update_handle(handler->parts.updates, work->exchange, work->message,
                                    work->key, work->response, work->room));
}

static void dispatch(struct handler *handler, struct signed_exchange *work,
                     const struct config *config)
{
    unsigned flags = (unsigned)work->message.data[2] << 8 | work->message.data[3];

    switch (DNS_OPCODE(flags)) {
    case DNS_QUERY:
        query(handler, work, config);
        return;
    case DNS_NOTIFY:
        notify(work, config);
        return;
    case DNS_UPDATE:
        update(handler, work);
        return;
    default:
        answer(handler, work);
        return;
    }
}

static void handle(void *context, struct exchange *exchange)
{
    struct handler *handler = context;
    struct signed_exchange *work;
    struct config_held *held;
    unsigned rcode;

    /* What is no request is not answered. */
    if (exchange->message.size < DNS_HEADER_SIZE || exchange->message.size > DNS_MESSAGE_MAX ||
        (exchange->message.data[2] & (DNS_FLAG_QR >> 8)) != 0) {
        return;
    }
    work = malloc(sizeof(*work));
    if (work == NULL) {
        return;
    }
    held = config_hold(handler->parts.config);
    signed_begin(work, exchange, config_of(held), &rcode);
    if (rcode != RCODE_NOERROR) {
        signed_refuse(work, rcode);
    } else {
        dispatch(handler, work, config_of(held));
    }
    config_let_go(held);
    free(work);
}

enum sworn_result handler_new(const struct handler_parts *parts, struct handler **handler)
{
    struct handler *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    made->parts = *parts;
    *handler = made;
    return SWORN_OK;
}

void handler_free(struct handler *handler)
{
    free(handler);
}

struct exchange_handler handler_of(struct handler *handler)
{
    return (struct exchange_handler){.context = handler, .handle = handle};
}

/*
 * handle.c - one question for a transfer, from access list to last message; see transfer.h.
 */
#include "host/transfer/out/send.h"
#include "host/transfer/server.h"

#include "core/dns/rcode.h"
#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "host/log.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <time.h>

#define UDP_SIZE     1232
#define UDP_SIZE_MIN 512
#define ATTEMPTS     25 /* while a commit is between store and answers */
#define ATTEMPT_WAIT 20 /* milliseconds */

/* What is asked, as far as a transfer cares. */
struct asked {
    struct dns_question question;
    uint16_t id;
    bool edns;
    size_t udp_size;
    bool has_serial; /* an SOA of the zone in the authority section (RFC 1995 3) */
    uint32_t serial;
};

static enum sworn_result asked_serial(const struct dns_reader *reader,
                                      const struct dns_record *record, struct asked *asked)
{
    uint8_t memory[2 * NAME_MAX_SIZE + SOA_NUMBERS];
    struct writer soa = writer_over(memory, sizeof(memory));
    struct reader rdata = dns_rdata_reader(reader, record);

    SWORN_ENSURE(record->class == DNS_CLASS_IN && !asked->has_serial, SWORN_MALFORMED);
    SWORN_ENSURE(name_equal(&record->owner, &asked->question.name), SWORN_MALFORMED);
    SWORN_TRY(rdata_from_wire(RR_SOA, &rdata, record->rdata.size, &soa));
    asked->has_serial = true;
    asked->serial = soa_serial(written(&soa));
    return SWORN_OK;
}

static enum sworn_result asked_read(struct octets message, struct asked *asked)
{
    struct dns_reader reader;
    struct dns_record record;
    enum sworn_result result;

    *asked = (struct asked){.udp_size = UDP_SIZE_MIN};
    SWORN_TRY(dns_read(message, &reader));
    asked->id = reader.header.id;
    SWORN_TRY(dns_read_question(&reader, &asked->question));
    SWORN_ENSURE(reader.header.count[DNS_ANSWER] == 0, SWORN_MALFORMED);
    for (;;) {
        result = dns_read_record(&reader, &record);
        SWORN_ENSURE(result == SWORN_OK, result == SWORN_ABSENT ? SWORN_OK : result);
        if (record.section == DNS_AUTHORITY && record.type == RR_SOA) {
            SWORN_TRY(asked_serial(&reader, &record, asked));
        }
        if (record.section == DNS_ADDITIONAL && record.type == RR_OPT) {
            SWORN_ENSURE(!asked->edns, SWORN_MALFORMED);
            asked->edns = true;
            asked->udp_size = record.class < UDP_SIZE_MIN ? UDP_SIZE_MIN : record.class;
            asked->udp_size = asked->udp_size > UDP_SIZE ? UDP_SIZE : asked->udp_size;
        }
    }
}

static void count(struct transfer_server *server, uint64_t *counter, uint64_t number)
{
    (void)pthread_mutex_lock(&server->lock);
    *counter += number;
    (void)pthread_mutex_unlock(&server->lock);
}

static void stream_for(const struct transfer_request *request, const struct asked *asked,
                       struct stream *stream)
{
    const struct stream_options options = {
        .exchange = request->exchange,
        .chain = request->chain,
        .question = &asked->question,
        .id = asked->id,
        .edns = asked->edns,
        .only = request->exchange->transport == TRANSPORT_UDP ? asked->udp_size : 0,
    };

    stream_begin(stream, &options);
}

/* What came of it. */
struct sent {
    enum sworn_result result;
    const char *kind;
    uint32_t serial;
    uint64_t messages, octets;
};

/* RFC 1995 2: over UDP what does not fit is answered by the SOA, which sends the client to TCP. */
static enum sworn_result send_ixfr(struct transfer_server *server,
                                   const struct transfer_request *request,
                                   const struct asked *asked, struct snapshot *snapshot,
                                   struct stream *stream, struct sent *sent)
{
    bool udp = request->exchange->transport == TRANSPORT_UDP;
    enum sworn_result result = SWORN_ABSENT;
    uint64_t *counter = &server->counters.ixfr;

    if (asked->serial == snapshot->zone.serial ||
        serial_ahead(asked->serial, snapshot->zone.serial)) {
        count(server, &server->counters.current, 1);
        sent->kind = "SOA";
        return send_soa(snapshot, stream);
    }
    result = send_difference(snapshot, asked->serial, stream);
    if ((result == SWORN_ABSENT || result == SWORN_LIMIT) && udp) {
        stream_for(request, asked, stream);
        sent->kind = "SOA";
        return send_soa(snapshot, stream);
    }
    if (result == SWORN_ABSENT) {
        counter = &server->counters.axfr;
        sent->kind = "AXFR";
        result = send_whole(snapshot, stream);
    }
    count(server, counter, result == SWORN_OK);
    return result;
}

/* What the operator reads of it; a difference and a whole are told apart by their numbers. */
static void tell(struct transfer_server *server, const struct transfer_request *request,
                 const struct asked *asked, const struct sent *sent)
{
    const uint8_t *octets = request->exchange->client.octets;
    bool ipv4 = client_is_ipv4(&request->exchange->client);
    char address[INET6_ADDRSTRLEN] = "";
    char name[NAME_TEXT_SIZE];

    if (!log_wants(server->log, LEVEL_INFO)) {
        return;
    }
    name_to_text(&asked->question.name, name);
    (void)inet_ntop(ipv4 ? AF_INET : AF_INET6, ipv4 ? octets + 12 : octets, address,
                    sizeof(address));
    if (sent->result != SWORN_OK) {
        log_warning(server->log, "zone %s: %s for %s failed: %s", name, sent->kind, address,
                    result_name(sent->result));
        return;
    }
    log_info(server->log, "zone %s: %s of serial %u for %s: %llu messages, %llu octets", name,
             sent->kind, sent->serial, address, (unsigned long long)sent->messages,
             (unsigned long long)sent->octets);
}

static enum sworn_result send_zone(struct transfer_server *server,
                                   const struct transfer_request *request,
                                   const struct asked *asked, struct snapshot *snapshot)
{
    bool incremental = asked->question.type == RR_IXFR;
    struct sent sent = {.kind = incremental ? "IXFR" : "AXFR", .serial = snapshot->zone.serial};
    struct stream *stream = malloc(sizeof(*stream));

    SWORN_ENSURE(stream != NULL, SWORN_NO_MEMORY);
    stream_for(request, asked, stream);
    if (incremental) {
        sent.result = send_ixfr(server, request, asked, snapshot, stream, &sent);
    } else {
        sent.result = send_whole(snapshot, stream);
        count(server, &server->counters.axfr, sent.result == SWORN_OK);
    }
    if (sent.result == SWORN_OK) {
        sent.result = stream_end(stream);
    }
    count(server, &server->counters.octets, stream->octets);
    sent.messages = stream->messages;
    sent.octets = stream->octets;
    tell(server, request, asked, &sent);
    /* An SOA alone says that there is more, unless the client has it. */
    if (sent.result == SWORN_OK &&
        (stream->messages > 1 || stream->records > 1 || asked->serial == sent.serial)) {
        transfer_note(server, request, &asked->question.name, sent.serial);
    }
    free(stream);
    return sent.result;
}

/*
 * Between the transaction of a commit and its publication the store is ahead; what cannot be undone
 * is waited for, as a batch of one is about to be published.
 */
static enum sworn_result open_patiently(struct transfer_server *server, const struct name *apex,
                                        struct snapshot *snapshot)
{
    const struct timespec pause = {.tv_nsec = ATTEMPT_WAIT * 1000000};
    struct published published;
    enum sworn_result result = SWORN_ABSENT;

    for (int i = 0; i < ATTEMPTS && result != SWORN_OK; i++) {
        SWORN_ENSURE(transfer_published(server, apex, &published), SWORN_CONFLICT);
        result = snapshot_open(server->store, &published, snapshot);
        if (result != SWORN_OK) {
            snapshot_close(snapshot);
            (void)nanosleep(&pause, NULL);
        }
    }
    return result;
}

static unsigned transfer(struct transfer_server *server, const struct transfer_request *request,
                         const struct asked *asked)
{
    const struct name *apex = &asked->question.name;
    struct snapshot snapshot;
    enum sworn_result result = open_patiently(server, apex, &snapshot);

    if (result == SWORN_CONFLICT) {
        return RCODE_NOTAUTH;
    }
    if (result == SWORN_OK) {
        result = send_zone(server, request, asked, &snapshot);
        snapshot_close(&snapshot);
    }
    count(server, &server->counters.failed, result != SWORN_OK);
    /* To a client that is gone nothing is said. */
    return result == SWORN_OK || result == SWORN_UNAVAILABLE ? RCODE_NOERROR : RCODE_SERVFAIL;
}

static bool may_transfer(const struct transfer_request *request, const struct name *apex)
{
    return config_allows(config_template_of(request->config, apex), ACTION_TRANSFER,
                         &request->exchange->client, request->key);
}

void transfer_handle(struct transfer_server *server, const struct transfer_request *request,
                     unsigned *rcode)
{
    enum transport transport = request->exchange->transport;
    struct published published;
    struct asked asked;

    *rcode = RCODE_FORMERR;
    if (asked_read(request->message, &asked) != SWORN_OK ||
        (asked.question.type == RR_IXFR && !asked.has_serial)) {
        return;
    }
    *rcode = RCODE_NOTAUTH;
    if (asked.question.class != DNS_CLASS_IN ||
        !transfer_published(server, &asked.question.name, &published)) {
        return;
    }
    /* RFC 5936 4.2: AXFR is not for UDP; RFC 8484 has one response for each query. */
    if (!may_transfer(request, &asked.question.name) || transport == TRANSPORT_HTTPS ||
        (asked.question.type == RR_AXFR && transport == TRANSPORT_UDP)) {
        count(server, &server->counters.refused, 1);
        *rcode = RCODE_REFUSED;
        return;
    }
    *rcode = transfer(server, request, &asked);
}

/* A catalog is for those alone who may transfer zones that it is made of. */
static bool may_read_catalog(const struct transfer_request *request, const struct name *apex)
{
    struct name own;

    for (unsigned i = 0; i < request->config->template_count && request->key != NULL; i++) {
        const struct config_template *settings = &request->config->template[i];

        if (catalog_of(settings, &own) && name_equal(&own, apex) &&
            config_allows(settings, ACTION_TRANSFER, &request->exchange->client, request->key)) {
            return true;
        }
    }
    return false;
}

static enum sworn_result send_catalog(struct transfer_server *server,
                                      const struct transfer_request *request,
                                      const struct asked *asked, const struct catalog *catalog)
{
    bool transfer = asked->question.type != RR_SOA;
    bool whole = asked->question.type == RR_AXFR ||
                 (transfer && serial_ahead(catalog->serial, asked->serial));
    struct stream *stream = malloc(sizeof(*stream));
    enum sworn_result result = SWORN_OK;

    SWORN_ENSURE(stream != NULL, SWORN_NO_MEMORY);
    stream_for(request, asked, stream);
    if (whole && request->exchange->transport != TRANSPORT_UDP) {
        result = catalog_send(catalog, stream);
        count(server, &server->counters.axfr, result == SWORN_OK);
    } else {
        result = catalog_send_soa(catalog, stream);
    }
    if (result == SWORN_OK) {
        result = stream_end(stream);
    }
    count(server, &server->counters.octets, stream->octets);
    if (result == SWORN_OK && transfer) {
        transfer_note(server, request, &catalog->apex, catalog->serial);
    }
    free(stream);
    return result;
}

static unsigned answer_catalog(struct transfer_server *server,
                               const struct transfer_request *request, const struct asked *asked,
                               const struct catalog *catalog)
{
    uint16_t type = asked->question.type;
    bool udp = request->exchange->transport == TRANSPORT_UDP;
    enum sworn_result result;

    if (type == RR_IXFR && !asked->has_serial) {
        return RCODE_FORMERR;
    }
    if (!may_read_catalog(request, &catalog->apex) || asked->question.class != DNS_CLASS_IN ||
        (type != RR_SOA && type != RR_AXFR && type != RR_IXFR) || (type == RR_AXFR && udp)) {
        count(server, &server->counters.refused, 1);
        return RCODE_REFUSED;
    }
    result = send_catalog(server, request, asked, catalog);
    return result == SWORN_OK || result == SWORN_UNAVAILABLE ? RCODE_NOERROR : RCODE_SERVFAIL;
}

bool transfer_catalog(struct transfer_server *server, const struct transfer_request *request,
                      unsigned *rcode)
{
    struct catalog *catalog;
    struct asked asked;

    if (asked_read(request->message, &asked) != SWORN_OK) {
        return false;
    }
    catalog = catalog_hold(&server->catalogs, &asked.question.name);
    if (catalog == NULL) {
        return false;
    }
    *rcode = answer_catalog(server, request, &asked, catalog);
    catalog_let_go(&server->catalogs, catalog);
    return true;
}

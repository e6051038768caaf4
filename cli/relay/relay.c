/*
 * relay.c - a message from TSIG to its place; see relay.h.
 */
#include "cli/relay/relay.h"

#include <time.h>

#include "core/dns/rr.h"

#define WORK_MAX SIZE_MAX / 2

struct relay_zone *relay_zone_at(struct relay *relay, const struct name *apex)
{
    for (size_t i = 0; i < relay->zone_count; i++) {
        if (name_equal(&relay->zones[i].apex, apex)) {
            return &relay->zones[i];
        }
    }
    return NULL;
}

struct relay_zone *relay_zone_of(struct relay *relay, const struct name *name)
{
    struct relay_zone *best = NULL;

    for (size_t i = 0; i < relay->zone_count; i++) {
        if (name_within(name, &relay->zones[i].apex) &&
            (best == NULL || relay->zones[i].apex.size > best->apex.size)) {
            best = &relay->zones[i];
        }
    }
    return best;
}

enum sworn_result relay_begin(const struct relay_work *work, unsigned rcode, uint16_t flags,
                              struct writer *message)
{
    struct dns_header header = {
        .id = work->header.id,
        .flags =
            (uint16_t)(DNS_FLAG_QR | (work->header.flags & (0x7800 | DNS_FLAG_RD)) | flags | rcode),
        .count = {work->question_end > 0, 0, 0, 0},
    };

    SWORN_TRY(dns_write_header(message, &header));
    if (work->question_end == 0) {
        return SWORN_OK;
    }
    return write_octets(message, octets_of(work->message.data + DNS_HEADER_SIZE,
                                           work->question_end - DNS_HEADER_SIZE));
}

bool relay_send(struct relay_work *work, struct writer *message)
{
    if (work->is_signed && tsig_sign(&work->chain, (uint64_t)time(NULL), message) != SWORN_OK) {
        return false;
    }
    return work->send(work->client, written(message));
}

void relay_send_code(struct relay_work *work, unsigned rcode, uint16_t flags)
{
    uint8_t octets[DNS_HEADER_SIZE + NAME_MAX_SIZE + 4 + TSIG_SIZE_MAX];
    struct writer message = writer_over(octets, sizeof(octets));

    if (relay_begin(work, rcode, flags, &message) == SWORN_OK) {
        (void)relay_send(work, &message);
    }
}

static const struct tsig_key *key_of(const struct relay *relay, const struct tsig *tsig)
{
    struct name algorithm, root;

    name_root(&root);
    for (size_t i = 0; i < relay->key_count; i++) {
        if (name_equal(&relay->keys[i].name, &tsig->key) &&
            name_from_text(octets_of_text(relay->keys[i].algorithm), &root, &algorithm) ==
                SWORN_OK &&
            name_equal(&algorithm, &tsig->algorithm)) {
            return &relay->keys[i];
        }
    }
    return NULL;
}

static void send_tsig_error(struct relay_work *work, const struct tsig *tsig, enum tsig_error error)
{
    uint8_t octets[DNS_HEADER_SIZE + NAME_MAX_SIZE + 4 + TSIG_SIZE_MAX];
    struct writer message = writer_over(octets, sizeof(octets));

    if (relay_begin(work, RCODE_NOTAUTH, 0, &message) == SWORN_OK &&
        tsig_put_error(&work->chain, tsig, error, (uint64_t)time(NULL), &message) == SWORN_OK) {
        (void)work->send(work->client, written(&message));
    }
}

/* RFC 8945 5.2. False when the message has been answered. */
static bool authenticate(struct relay_work *work, uint8_t *octets)
{
    enum tsig_error error = TSIG_BADKEY;
    struct tsig tsig;
    enum sworn_result result = tsig_find(work->message, &tsig);

    if (result == SWORN_ABSENT) {
        return true;
    }
    if (result != SWORN_OK) {
        relay_send_code(work, RCODE_FORMERR, 0);
        return false;
    }
    work->chain.key = key_of(work->relay, &tsig);
    if (work->chain.key != NULL) {
        result = tsig_verify(work->message, &tsig, &work->chain, (uint64_t)time(NULL), &error);
    }
    if (result != SWORN_OK) {
        relay_send_code(work, RCODE_FORMERR, 0);
        return false;
    }
    if (error != TSIG_NOERROR) {
        notice("a message signed with the key %s is not accepted: TSIG error %d",
               work->chain.key == NULL ? "of an unknown name" : "that it names", (int)error);
        send_tsig_error(work, &tsig, error);
        return false;
    }
    work->is_signed = true;
    work->message = tsig_strip(octets, &tsig);
    return true;
}

static bool read_question(struct relay_work *work)
{
    struct dns_reader reader;

    if (dns_read(work->message, &reader) != SWORN_OK) {
        return false;
    }
    work->header = reader.header;
    if (dns_read_question(&reader, &work->question) != SWORN_OK) {
        return false;
    }
    work->question_end = (size_t)(reader.reader.at - reader.reader.start);
    return true;
}

static void dispatch(struct relay_work *work)
{
    if (DNS_OPCODE(work->header.flags) == DNS_QUERY) {
        relay_query(work);
        return;
    }
    if (DNS_OPCODE(work->header.flags) != DNS_UPDATE) {
        relay_send_code(work, RCODE_NOTIMP, 0);
        return;
    }
    if (!work->is_signed) {
        notice("an update without TSIG is refused");
        relay_send_code(work, RCODE_REFUSED, 0);
        return;
    }
    relay_update(work);
}

void relay_handle(struct relay_work *work, uint8_t *octets, size_t size)
{
    struct region region;
    struct reason reason = {{0}};
    bool good;

    if (size < DNS_HEADER_SIZE || (octets[2] & 0x80) != 0) {
        return;
    }
    region_init(&region, WORK_MAX);
    work->message = octets_of(octets, size);
    work->context = *work->relay->context;
    work->context.region = &region;
    work->context.reason = &reason;
    good = read_question(work);
    if (authenticate(work, octets)) {
        if (good) {
            dispatch(work);
        } else {
            relay_send_code(work, RCODE_FORMERR, 0);
        }
    }
    region_clear(&region);
}

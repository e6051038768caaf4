/*
 * options.c - options in and out; see options.h.
 */
#include "host/answer/message/options.h"

#include <time.h>

#include "core/cursor/reader.h"
#include "core/dns/rr.h"

#define PADDING_BLOCK    468 /* RFC 8467 4.1 */
#define KEEPALIVE_OPTION (OPTION_HEAD + 2)
#define ZONEVERSION_DATA 6  /* u8 labels ‖ u8 type ‖ u32 serial */
#define SOA_TAIL         20 /* of its RDATA: serial first */

/* Streams whose idle time is the server's to tell (RFC 7828 3.1); QUIC and HTTP have their own. */
static bool tells_keepalive(enum transport transport)
{
    return transport == TRANSPORT_TCP || transport == TRANSPORT_TLS;
}

static bool option_read(unsigned code, struct octets data, enum transport transport,
                        struct options_asked *asked)
{
    switch (code) {
    case OPTION_NSID:
        asked->any = asked->nsid = true;
        return true;
    case OPTION_COOKIE:
        /* RFC 7873 5.2: all but the first are ignored. */
        if (asked->cookie.size == 0) {
            asked->any = true;
            asked->cookie = data;
            return cookie_size_is_right(data.size);
        }
        return true;
    case OPTION_KEEPALIVE:
        asked->any = asked->keepalive = true;
        return data.size == 0 || !tells_keepalive(transport); /* RFC 7828 3.2.1, 3.2.2 */
    case OPTION_PADDING:
        asked->any = asked->padding = true;
        return true;
    case OPTION_ZONEVERSION:
        asked->any = asked->zoneversion = true;
        return true;
    default:
        return true;
    }
}

bool options_read(struct octets options, enum transport transport, struct options_asked *asked)
{
    struct reader reader = reader_of(options);
    struct octets data;
    uint16_t code;

    while (reader_left(&reader) > 0) {
        if (read_u16(&reader, &code) != SWORN_OK || read_slice_u16(&reader, &data) != SWORN_OK ||
            !option_read(code, data, transport, asked)) {
            return false;
        }
    }
    return true;
}

size_t opt_prepare(struct opt *opt, const struct client_address *client)
{
    const struct options_asked *asked = opt->asked;
    const struct profile *profile = opt->profile;
    size_t size = OPT_SIZE;

    if (!asked->any) {
        return size;
    }
    if (asked->cookie.size > 0 && profile->secrets.count > 0) {
        opt->cookie_valid = cookie_answer(&profile->secrets, asked->cookie, client,
                                          (uint32_t)time(NULL), opt->cookie);
        size += OPTION_HEAD + COOKIE_SIZE;
    }
    size += asked->nsid ? profile->nsid_size : 0U;
    size += asked->keepalive ? KEEPALIVE_OPTION : 0U;
    size += asked->zoneversion ? OPTION_HEAD + ZONEVERSION_DATA : 0U;
    return size;
}

/* An option's place, its head written; NULL when it does not fit. */
static uint8_t *option_at(struct response *response, unsigned code, size_t size)
{
    uint8_t *at = response->octets + response->used;

    if (response->limit - response->used < OPTION_HEAD + size) {
        return NULL;
    }
    put_u16(at, code);
    put_u16(at + 2, (unsigned)size);
    response->used += OPTION_HEAD + size;
    return at + OPTION_HEAD;
}

static void put_option(struct response *response, unsigned code, const void *data, size_t size)
{
    uint8_t *at = option_at(response, code, size);

    if (at != NULL) {
        memcpy(at, data, size);
    }
}

/* One that was made before, with its head. */
static void put_whole(struct response *response, const uint8_t *option, size_t size)
{
    if (size > 0) {
        put_option(response, get_u16(option), option + OPTION_HEAD, size - OPTION_HEAD);
    }
}

/* Labels of the zone, type SOA-SERIAL, serial (RFC 9660 2). */
static void put_zoneversion(struct response *response, const struct zone *zone)
{
    const struct fragment *soa = zone->soa_denial;
    uint8_t data[ZONEVERSION_DATA] = {(uint8_t)zone->labels, 0};
    struct fragment_record record;

    if (soa == NULL) {
        return;
    }
    record = fragment_record(soa, 0);
    memcpy(data + 2, fragment_octets(soa) + record.next - SOA_TAIL, 4);
    put_option(response, OPTION_ZONEVERSION, data, sizeof(data));
}

static void put_asked(struct response *response, const struct opt *opt)
{
    const struct options_asked *asked = opt->asked;
    uint8_t keepalive[2];

    if (asked->cookie.size > 0 && opt->profile->secrets.count > 0) {
        put_option(response, OPTION_COOKIE, opt->cookie, COOKIE_SIZE);
    }
    if (asked->keepalive && tells_keepalive(opt->transport) && opt->profile->keepalive > 0) {
        put_u16(keepalive, opt->profile->keepalive);
        put_option(response, OPTION_KEEPALIVE, keepalive, sizeof(keepalive));
    }
    if (asked->nsid) {
        put_whole(response, opt->profile->nsid, opt->profile->nsid_size);
    }
    if (asked->zoneversion && opt->zone != NULL) {
        put_zoneversion(response, opt->zone);
    }
}

static const char *ede_text(enum ede ede)
{
    switch (ede) {
    case EDE_PROHIBITED:
        return "not allowed here";
    case EDE_NOT_AUTHORITATIVE:
        return "no such zone here";
    case EDE_NOT_SUPPORTED:
        return "not supported here";
    case EDE_INVALID_QUERY_TYPE:
        return "no type to ask for";
    case EDE_NONE:
        break;
    }
    return "";
}

static void put_ede(struct response *response, enum ede ede)
{
    const char *text = ede_text(ede);
    size_t size = strlen(text);
    uint8_t *at = option_at(response, OPTION_EDE, 2 + size);

    if (at != NULL) {
        put_u16(at, (unsigned)ede);
        memcpy(at + 2, text, size);
    }
}

/*
 * Where errors of this zone are to be reported; not below the zone itself, whose errors might be
 * why nothing can be found there (RFC 9567 6.3).
 */
static void put_agent(struct response *response, const struct opt *opt)
{
    const struct profile *profile = opt->profile;
    const struct keyed *apex = &opt->zone->keyed;

    if (profile->agent_key_size >= apex->key_size &&
        memcmp(profile->agent_key, keyed_key(apex), apex->key_size) == 0) {
        return;
    }
    put_whole(response, profile->agent, profile->agent_size);
}

/* The whole message becomes a multiple of the block, or as near as it can. Last of all options. */
static void put_padding(struct response *response)
{
    size_t over = (response->used + OPTION_HEAD) % PADDING_BLOCK;
    size_t size = over == 0 ? 0 : PADDING_BLOCK - over;
    size_t room = response->limit - response->used;
    uint8_t *at;

    if (room < OPTION_HEAD) {
        return;
    }
    size = size < room - OPTION_HEAD ? size : room - OPTION_HEAD;
    at = option_at(response, OPTION_PADDING, size);
    if (at != NULL) {
        memset(at, 0, size);
    }
}

void opt_put(struct response *response, const struct opt *opt)
{
    uint8_t *record = response->octets + response->used;
    size_t options = response->used + OPT_SIZE;

    memset(record, 0, OPT_SIZE);
    put_u16(record + 1, RR_OPT);
    put_u16(record + 3, UDP_SIZE);
    record[5] = (uint8_t)(response->rcode >> 4);
    put_u16(record + 7, opt->dnssec ? EDNS_DO : 0);
    response->used = options;
    response->count[SECTION_ADDITIONAL]++;
    if (opt->asked->any) {
        put_asked(response, opt);
    }
    if (opt->ede != EDE_NONE) {
        put_ede(response, opt->ede);
    }
    if (opt->profile->agent_size > 0 && opt->zone != NULL) {
        put_agent(response, opt);
    }
    if (opt->asked->padding && transport_is_encrypted(opt->transport)) {
        put_padding(response);
    }
    put_u16(record + 9, (unsigned)(response->used - options));
}

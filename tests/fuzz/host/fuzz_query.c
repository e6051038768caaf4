/*
 * fuzz_query.c - arbitrary octets to answer_query() over a small zone and all transports, with all
 * that a server can tell about itself switched on.
 *
 * What comes back fits, parses, begins with the id and the question that were asked, and has OPT
 * once at most, at its end. The same of the responses that stand in for others.
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "host/answer/message/options.h"

#include "tests/unit/host/fake_sign.h"
#include "tests/unit/host/message_lines.h"

static const char zone_text[] =
    "@ SOA ns mail 1 1 1 1 1\n@ NS ns\n@ NS ns.sub\nns A 192.0.2.1\nns AAAA ::1\n"
    "a.b.c TXT x\n*.w A 192.0.2.2\n*.w MX 1 ns\n*.v CNAME ns\nc1 CNAME c2\nc2 CNAME x.d\n"
    "l CNAME l\nd DNAME w\ne DNAME d\nsub NS ns.sub\nsub NS ns.other\nns.sub A 192.0.2.3\n"
    "other NS ns.other\nns.other A 192.0.2.4\n\\000.\\001 TXT y\n"
    "big TXT "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb "
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc "
    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd "
    "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\n";

struct fuzzed {
    struct answer_server *server;
    struct answer_reader *reader;
    struct region region;
    uint8_t response[65535];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The zone once with NSEC, and as hashed. with NSEC3. */
static void load(struct fuzzed *fuzzed, const char *apex, void (*sign)(struct zone_sets *sets))
{
    struct zone_sets sets;
    struct reason reason;

    if (!zone_sets_read(&sets, octets_of_text(zone_text), apex, &reason)) {
        abort();
    }
    sign(&sets);
    if (zone_sets_load(&sets, fuzzed->server) != SWORN_OK) {
        abort();
    }
    zone_sets_free(&sets);
}

static struct fuzzed *fuzzed_new(void)
{
    static const char *const secrets[] = {"e5e973e5a6b2a43f48e7dc849e37bfcf"};
    static const struct answer_settings settings = {
        .identity = "ns1",
        .version = "sworn",
        .nsid = "ns1.example",
        .cookies = true,
        .cookie_secrets = secrets,
        .cookie_secret_count = 1,
        .error_agent = "report.test.",
        .keepalive = 10,
    };
    struct fuzzed *fuzzed = calloc(1, sizeof(*fuzzed));
    struct reason reason;

    if (fuzzed == NULL || answer_server_new(&fuzzed->server) != SWORN_OK ||
        answer_reader_new(fuzzed->server, &fuzzed->reader) != SWORN_OK) {
        abort();
    }
    load(fuzzed, "example.", fake_sign);
    load(fuzzed, "hashed.", fake_sign_nsec3);
    if (answer_configure(fuzzed->server, &settings, &reason) != SWORN_OK) {
        abort();
    }
    region_init(&fuzzed->region, (size_t)1 << 24);
    return fuzzed;
}

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static size_t name_size(const uint8_t *at)
{
    size_t size = 0;

    while (at[size] != 0 && at[size] < 0xc0) {
        size += at[size] + 1U;
    }
    return size + (at[size] == 0 ? 1 : 2);
}

/* Walk through a message that parses. Returns whether it has OPT. */
static bool opt_is_once_and_last(struct octets message)
{
    const uint8_t *at = message.data + 12;
    unsigned records =
        get_u16(message.data + 6) + get_u16(message.data + 8) + get_u16(message.data + 10);
    bool opt = false;

    at += get_u16(message.data + 4) == 1 ? name_size(at) + 4 : 0;
    for (; records > 0; records--) {
        ENSURE(!opt);
        at += name_size(at);
        opt = get_u16(at) == RR_OPT;
        at += 10 + get_u16(at + 8);
    }
    ENSURE(at == message.data + message.size);
    return opt;
}

static bool is_chaos(struct octets message)
{
    const uint8_t *question = message.data + 12;

    return get_u16(message.data + 4) == 1 && get_u16(question + name_size(question) + 2) == 3;
}

static void check(struct fuzzed *fuzzed, const struct answer_request *request, size_t size)
{
    struct octets message = octets_of(fuzzed->response, size);
    struct octets query = request->query;
    struct message_lines lines;
    struct reason reason;
    bool opt;

    if (size == 0 || size == ANSWER_ELSEWHERE) {
        return;
    }
    ENSURE(size >= 12 && size <= request->room && memcmp(message.data, query.data, 2) == 0);
    if (get_u16(message.data + 4) == 1) {
        size_t question = name_size(message.data + 12) + 4;

        ENSURE(query.size >= 12 + question && size >= 12 + question);
        ENSURE(memcmp(message.data + 12, query.data + 12, question) == 0);
    }
    opt = opt_is_once_and_last(message);
    ENSURE(request->transport != TRANSPORT_UDP || size <= (opt ? 1232U : 512U));
    if (!is_chaos(message)) {
        ENSURE(message_lines(message, &fuzzed->region, &lines, &reason) == SWORN_OK && lines.qr);
        region_clear(&fuzzed->region);
    }
}

static void ask(struct fuzzed *fuzzed, struct octets query, enum transport transport)
{
    struct answer_request request = {.query = query,
                                     .response = fuzzed->response,
                                     .room = transport == TRANSPORT_UDP ? 1232 : 65535,
                                     .transport = transport};
    struct answer_facts facts;

    check(fuzzed, &request, answer_query(fuzzed->reader, &request, &facts));
    check(fuzzed, &request, answer_slip(fuzzed->reader, &request));
    check(fuzzed, &request, answer_refusal(&request, RCODE_REFUSED));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzzed *fuzzed; /* libFuzzer has no place for what is made once */

    if (fuzzed == NULL) {
        fuzzed = fuzzed_new();
    }
    ask(fuzzed, octets_of(data, size), TRANSPORT_UDP);
    ask(fuzzed, octets_of(data, size), TRANSPORT_TCP);
    ask(fuzzed, octets_of(data, size), TRANSPORT_TLS);
    return 0;
}

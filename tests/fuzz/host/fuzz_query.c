/*
 * fuzz_query.c - arbitrary octets to answer_query() over a small zone; what comes back must be a
 * message that fits and, asked over UDP and TCP, parses.
 */
#include <stdlib.h>

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

static struct fuzzed *fuzzed_new(void)
{
    struct fuzzed *fuzzed = calloc(1, sizeof(*fuzzed));
    struct zone_sets sets;
    struct reason reason;

    if (fuzzed == NULL || answer_server_new(&fuzzed->server) != SWORN_OK ||
        !zone_sets_read(&sets, octets_of_text(zone_text), "example.", &reason)) {
        abort();
    }
    fake_sign(&sets);
    if (zone_sets_load(&sets, fuzzed->server) != SWORN_OK ||
        answer_reader_new(fuzzed->server, &fuzzed->reader) != SWORN_OK) {
        abort();
    }
    zone_sets_free(&sets);
    region_init(&fuzzed->region, (size_t)1 << 24);
    return fuzzed;
}

static void ask(struct fuzzed *fuzzed, struct octets query, bool udp)
{
    struct answer_request request = {.query = query,
                                     .response = fuzzed->response,
                                     .room = udp ? 1232 : sizeof(fuzzed->response),
                                     .transport = udp ? TRANSPORT_UDP : TRANSPORT_TCP};
    size_t size = answer_query(fuzzed->reader, &request, &(struct answer_facts){0});
    struct message_lines lines;
    struct reason reason;

    if (size == 0) {
        return;
    }
    if (size < 12 || size > request.room ||
        message_lines(octets_of(fuzzed->response, size), &fuzzed->region, &lines, &reason) !=
            SWORN_OK ||
        !lines.qr) {
        abort();
    }
    region_clear(&fuzzed->region);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzzed *fuzzed; /* libFuzzer has no place for what is made once */

    if (fuzzed == NULL) {
        fuzzed = fuzzed_new();
    }
    ask(fuzzed, octets_of(data, size), true);
    ask(fuzzed, octets_of(data, size), false);
    return 0;
}

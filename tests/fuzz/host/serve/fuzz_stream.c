/*
 * fuzz_stream.c - arbitrary octets as a stream of DNS over TCP: what comes back is whole messages,
 * no more than were asked for.
 */
#include <stdlib.h>

#include "host/serve/stream/dns.h"
#include "tests/fuzz/host/serve/served.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct said {
    size_t messages;
};

/* Each time whole messages. */
static void count(void *context, struct octets octets)
{
    struct said *said = context;
    size_t at = 0;

    while (at < octets.size) {
        size_t size;

        if (octets.size - at < 2) {
            abort();
        }
        size = (size_t)octets.data[at] << 8 | octets.data[at + 1];
        if (size < 12 || octets.size - at - 2 < size || (octets.data[at + 4] & 0x80) == 0) {
            abort();
        }
        at += 2 + size;
        said->messages++;
    }
}

static size_t asked(struct octets input)
{
    size_t messages = 0;
    size_t at = 0;

    while (input.size - at >= 2) {
        size_t size = (size_t)input.data[at] << 8 | input.data[at + 1];

        if (input.size - at - 2 < size) {
            break;
        }
        at += 2 + size;
        messages++;
    }
    return messages;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct served *served;
    struct said said = {.messages = 0};

    if (served == NULL) {
        served = served_new();
    }
    served_run(served, &dns_over_tcp, octets_of(data, size), count, &said);
    if (said.messages > asked(octets_of(data, size))) {
        abort();
    }
    return 0;
}

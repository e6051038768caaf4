/*
 * fuzz_proxy.c - arbitrary octets as a PROXY header: never read past the end it names, and none
 * that is not wholly there.
 */
#include <stdlib.h>

#include "host/serve/client/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets octets = octets_of(data, size);
    struct reader reader = reader_of(octets);
    struct client_address client = {.port = 0};
    size_t whole = 0;

    if (!proxy_begins(octets) && proxy_read(&reader, &client) == SWORN_OK) {
        abort();
    }
    reader = reader_of(octets);
    if (proxy_read(&reader, &client) != SWORN_OK) {
        return 0;
    }
    if (proxy_size(octets, &whole) != SWORN_OK || whole > size || whole > PROXY_MAX ||
        reader_left(&reader) != size - whole) {
        abort();
    }
    return 0;
}

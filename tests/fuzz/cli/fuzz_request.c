/*
 * fuzz_request.c - requests and arguments from others: what is read is written back as it was, and
 * its text is printable.
 */
#include "cli/argument/request.h"

#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct octets message, struct region *region)
{
    struct writer json = writer_in(region, (size_t)64 << 20);
    struct reason reason = {{0}};
    struct octets text;
    uint8_t digest[32];

    if (message_readable(message, region, &text, &reason) != SWORN_OK) {
        ENSURE(reason.text[0] != '\0');
        return;
    }
    for (size_t i = 0; i < text.size; i++) {
        ENSURE(text.data[i] == '\n' || (text.data[i] >= 0x20 && text.data[i] <= 0x7E));
    }
    ENSURE(message_typed(message, text, &json) == SWORN_OK);
    ENSURE(message_digest(message, text, WALLET_TYPED, region, digest) == SWORN_OK);
    ENSURE(message_digest(message, text, WALLET_TEXT, region, digest) == SWORN_OK);
}

static void try_request(struct octets file, struct region *region)
{
    struct writer again = writer_in(region, (size_t)64 << 20);
    struct reason reason = {{0}};
    struct request request;

    if (request_read(file, region, &request, &reason) != SWORN_OK) {
        ENSURE(reason.text[0] != '\0');
        return;
    }
    ENSURE(request_write(&request, &again) == SWORN_OK);
    ENSURE(octets_equal(written(&again), file));
    check_text(request.message, region);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets file = octets_of(data, size);
    struct argument_parts parts;
    struct region region;

    region_init(&region, (size_t)256 << 20);
    try_request(file, &region);
    if (argument_split(file, &parts) == SWORN_OK) {
        ENSURE(parts.before.size + parts.message.size + parts.behind.size == size);
        check_text(parts.message, &region);
    }
    region_clear(&region);
    return 0;
}

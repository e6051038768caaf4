/*
 * fuzz_https.c - arbitrary octets behind TLS on a connection over HTTPS.
 *
 * The first octet says whether HTTP/2's preface comes before them, so that frames are reached.
 */
#include <stdlib.h>

#include "host/serve/https/freshness.h"
#include "host/serve/https/https.h"
#include "host/serve/https/request.h"
#include "tests/fuzz/host/serve/served.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

static void pass(void *context, struct octets said)
{
    (void)context, (void)said;
}

/* The parsers below it, on the same octets. */
static void parse(struct octets octets)
{
    uint8_t *room = malloc(octets.size + 1);
    struct octets text;
    size_t size;

    if (room == NULL) {
        abort();
    }
    (void)freshness_of(octets);
    (void)request_type_is_dns(octets);
    (void)request_path_is_ours(octets);
    if (request_parameter(octets, &text) && request_decode(text, room, &size) && size > text.size) {
        abort();
    }
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct served *served;
    size_t before = size > 0 && (data[0] & 1) != 0 ? sizeof(preface) - 1 : 0;
    uint8_t *octets;

    if (served == NULL) {
        served = served_new();
    }
    if (size == 0) {
        return 0;
    }
    octets = malloc(before + size);
    if (octets == NULL) {
        abort();
    }
    memcpy(octets, preface, before);
    memcpy(octets + before, data + 1, size - 1);
    served_run(served, &dns_over_https, octets_of(octets, before + size - 1), pass, NULL);
    parse(octets_of(data + 1, size - 1));
    free(octets);
    return 0;
}

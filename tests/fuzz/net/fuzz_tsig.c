/*
 * fuzz_tsig.c - messages with a TSIG record from strangers: found, verified, answered, signed.
 *
 *   input = one DNS message
 */
#include "net/message.h"
#include "net/tsig.h"

#include <stdlib.h>

#define NOW 1700000000

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_key(struct tsig_key *key, uint8_t secret[32])
{
    for (uint8_t i = 0; i < 32; i++) {
        secret[i] = i;
    }
    *key = (struct tsig_key){.algorithm = "hmac-sha256", .secret = octets_of(secret, 32)};
    ENSURE(name_from_text(octets_of_text("key.example."), NULL, &key->name) == SWORN_OK);
}

/* Whatever it was, what is told about it is a message with one TSIG. */
static void fuzz_reply(struct tsig_chain *chain, const struct tsig *request, enum tsig_error error)
{
    const struct dns_header header = {.id = request->original_id, .flags = DNS_FLAG_QR};
    uint8_t array[DNS_HEADER_SIZE + TSIG_SIZE_MAX];
    struct writer writer = writer_over(array, sizeof(array));
    struct tsig reply;

    ENSURE(dns_write_header(&writer, &header) == SWORN_OK);
    if (error == TSIG_NOERROR) {
        ENSURE(tsig_sign(chain, NOW, &writer) == SWORN_OK);
    } else {
        ENSURE(tsig_put_error(chain, request, error, NOW, &writer) == SWORN_OK);
    }
    ENSURE(tsig_find(written(&writer), &reply) == SWORN_OK);
    ENSURE(reply.error == (uint16_t)error);
    ENSURE(reply.other.size == (error == TSIG_BADTIME ? 6 : 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets message = octets_of(data, size);
    uint8_t secret[32];
    struct tsig_key key;
    struct tsig_chain chain = {.key = &key};
    enum tsig_error error;
    struct tsig tsig;
    uint8_t *copy;

    make_key(&key, secret);
    if (size > DNS_MESSAGE_MAX || tsig_find(message, &tsig) != SWORN_OK) {
        return 0;
    }
    ENSURE(tsig.at >= DNS_HEADER_SIZE && tsig.at < size);
    if (tsig_verify(message, &tsig, &chain, NOW, &error) != SWORN_OK) {
        return 0;
    }
    fuzz_reply(&chain, &tsig, error);
    copy = malloc(size);
    ENSURE(copy != NULL);
    memcpy(copy, data, size);
    message = tsig_strip(copy, &tsig);
    ENSURE(message.size < size);
    ENSURE(tsig_find(message, &tsig) == SWORN_ABSENT);
    free(copy);
    return 0;
}

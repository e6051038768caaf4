/*
 * prefix.c - addresses and their prefixes; see prefix.h.
 */
#include "net/prefix.h"

#include <arpa/inet.h>
#include <string.h>

#define MAPPED_BITS 96

static const uint8_t mapped[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

static enum sworn_result bits_read(const char *text, unsigned most, unsigned *bits)
{
    SWORN_ENSURE(text[0] != 0 && strlen(text) <= 3, SWORN_MALFORMED);
    *bits = 0;
    for (; *text != 0; text++) {
        SWORN_ENSURE(*text >= '0' && *text <= '9', SWORN_MALFORMED);
        *bits = *bits * 10 + (unsigned)(*text - '0');
    }
    SWORN_ENSURE(*bits <= most, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result address_prefix_read(const char *text, struct address_prefix *prefix)
{
    const char *slash = strchr(text, '/');
    size_t size = slash == NULL ? strlen(text) : (size_t)(slash - text);
    char address[INET6_ADDRSTRLEN] = "";
    unsigned most = 32, bits;

    SWORN_ENSURE(size < sizeof(address), SWORN_MALFORMED);
    memcpy(address, text, size);
    memcpy(prefix->octets, mapped, sizeof(mapped));
    if (inet_pton(AF_INET, address, prefix->octets + sizeof(mapped)) != 1) {
        SWORN_ENSURE(inet_pton(AF_INET6, address, prefix->octets) == 1, SWORN_MALFORMED);
        most = 128;
    }
    bits = most;
    if (slash != NULL) {
        SWORN_TRY(bits_read(slash + 1, most, &bits));
    }
    prefix->bits = bits + 128 - most;
    return SWORN_OK;
}

bool address_prefix_holds(const struct address_prefix *prefix, const uint8_t octets[16])
{
    unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

    if (prefix->bits < MAPPED_BITS && memcmp(octets, mapped, sizeof(mapped)) == 0) {
        return false; /* IPv4, and the prefix is of IPv6 */
    }
    if (memcmp(octets, prefix->octets, whole) != 0) {
        return false;
    }
    return rest == 0 || (octets[whole] ^ prefix->octets[whole]) >> (8 - rest) == 0;
}

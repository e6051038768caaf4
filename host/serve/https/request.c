/*
 * request.c - paths, parameters, base64url; see request.h.
 */
#include "host/serve/https/request.h"

#include <strings.h>

#define PATH      "/dns-query"
#define PARAMETER "dns="
#define TYPE      "application/dns-message"

static bool is_text(struct octets value, const char *text)
{
    return octets_equal(value, octets_of_text(text));
}

enum http_method request_method(struct octets value)
{
    if (is_text(value, "GET")) {
        return METHOD_GET;
    }
    return is_text(value, "POST") ? METHOD_POST : METHOD_OTHER;
}

/* What stands before the first such octet, and behind it; all and nothing when there is none. */
static struct octets split(struct octets text, char at, struct octets *rest)
{
    const uint8_t *found = text.size == 0 ? NULL : memchr(text.data, at, text.size);
    size_t size = found == NULL ? text.size : (size_t)(found - text.data);

    *rest = octets_of(NULL, 0);
    if (found != NULL) {
        *rest = octets_of(found + 1, text.size - size - 1);
    }
    return octets_of(text.data, size);
}

bool request_path_is_ours(struct octets path)
{
    struct octets rest;

    return is_text(split(path, '?', &rest), PATH);
}

bool request_parameter(struct octets path, struct octets *text)
{
    const size_t prefix = sizeof(PARAMETER) - 1;
    struct octets rest;

    (void)split(path, '?', &rest);
    while (rest.size > 0) {
        struct octets one = split(rest, '&', &rest);

        if (one.size >= prefix && memcmp(one.data, PARAMETER, prefix) == 0) {
            *text = octets_of(one.data + prefix, one.size - prefix);
            return true;
        }
    }
    return false;
}

bool request_type_is_dns(struct octets value)
{
    const size_t size = sizeof(TYPE) - 1;

    return value.size >= size && strncasecmp((const char *)value.data, TYPE, size) == 0 &&
           (value.size == size || value.data[size] == ';' || value.data[size] == ' ');
}

static int digit(uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z') {
        return octet - 'A';
    }
    if (octet >= 'a' && octet <= 'z') {
        return octet - 'a' + 26;
    }
    if (octet >= '0' && octet <= '9') {
        return octet - '0' + 52;
    }
    if (octet == '-') {
        return 62;
    }
    return octet == '_' ? 63 : -1;
}

bool request_decode(struct octets text, uint8_t *octets, size_t *size)
{
    uint32_t bits = 0;
    unsigned have = 0;

    *size = 0;
    for (size_t i = 0; i < text.size; i++) {
        int value = digit(text.data[i]);

        if (value < 0) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            octets[(*size)++] = (uint8_t)(bits >> have);
        }
    }
    /* A single character is no octet, and bits that are left over are zero (RFC 4648 3.5). */
    return text.size % 4 != 1 && (bits & ((1U << have) - 1)) == 0;
}

/*
 * codec.h - values in text: numbers, times, addresses, hex, base64 (RFC 4648 4), base32hex
 * (RFC 4648 7). No locale, no libc but memory and strings.
 *
 * Decoders of hex and base64 are fed piece by piece, since a value may be cut into words.
 */
#ifndef SWORN_CORE_DNS_FIELD_CODEC_H
#define SWORN_CORE_DNS_FIELD_CODEC_H

#include "core/cursor/writer.h"

/** Decimal digits and nothing else, at most `max`; SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result decimal_parse(struct octets text, uint64_t max, uint64_t *value);
SWORN_CHECK enum sworn_result decimal_print(struct writer *text, uint64_t value);

/** Seconds as digits or with BIND's units: w d h m s, any case, each after its digits. */
SWORN_CHECK enum sworn_result period_parse(struct octets text, uint64_t max, uint64_t *value);

/** YYYYMMDDHHmmSS, 1970 to 2106 (RFC 4034 3.2). */
SWORN_CHECK enum sworn_result date_parse(struct octets text, uint32_t *seconds);
SWORN_CHECK enum sworn_result date_print(struct writer *text, uint32_t seconds);

SWORN_CHECK enum sworn_result ipv4_parse(struct octets text, uint8_t address[4]);
SWORN_CHECK enum sworn_result ipv4_print(struct writer *text, const uint8_t address[4]);
/** RFC 4291 2.2 in, RFC 5952 4 out. */
SWORN_CHECK enum sworn_result ipv6_parse(struct octets text, uint8_t address[16]);
SWORN_CHECK enum sworn_result ipv6_print(struct writer *text, const uint8_t address[16]);

/** -1 for what is no hex digit. */
int hex_digit(uint8_t character);

struct hex_decoder {
    uint8_t high;
    bool half; /* a digit waits for its other half */
};
SWORN_CHECK enum sworn_result hex_feed(struct hex_decoder *decoder, struct octets text,
                                       struct writer *octets);
SWORN_CHECK enum sworn_result hex_end(const struct hex_decoder *decoder);
SWORN_CHECK enum sworn_result hex_print(struct writer *text, struct octets octets);

struct base64_decoder {
    uint32_t bits;
    uint8_t count;  /* characters of this group, padding included */
    uint8_t padded; /* "=" of this group */
    bool ended;     /* a padded group has been: nothing may follow */
};
SWORN_CHECK enum sworn_result base64_feed(struct base64_decoder *decoder, struct octets text,
                                          struct writer *octets);
SWORN_CHECK enum sworn_result base64_end(const struct base64_decoder *decoder);
SWORN_CHECK enum sworn_result base64_print(struct writer *text, struct octets octets);

/** Without padding (RFC 5155 3.3). */
SWORN_CHECK enum sworn_result base32_parse(struct octets text, struct writer *octets);
SWORN_CHECK enum sworn_result base32_print(struct writer *text, struct octets octets);

/** One octet of a string: as it is, or escaped; `special` are printable ones to escape. */
SWORN_CHECK enum sworn_result escaped_print(struct writer *text, uint8_t octet,
                                            const char *special);

#endif

/*
 * name_text.c - names as people write them (RFC 1035 5.1, RFC 4343 2.1); see name.h.
 *
 *   label *( "." label ) [ "." ]     label = 1..63 × ( character | "\" non-digit | "\" 3 digits )
 */
#include "core/dns/name_text.h"

#define LABEL_MAX 63

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

enum sworn_result text_unescape(struct octets text, size_t *at, uint8_t *octet,
                                struct reason *reason)
{
    if (text.data[*at] != '\\') {
        *octet = text.data[*at];
        *at += 1;
        return SWORN_OK;
    }
    SWORN_SAY(text.size - *at >= 2, reason, SWORN_MALFORMED, "nothing follows the backslash");
    const uint8_t *escaped = text.data + *at + 1;
    if (!is_digit(escaped[0])) {
        *octet = escaped[0];
        *at += 2;
        return SWORN_OK;
    }
    SWORN_SAY(text.size - *at >= 4 && is_digit(escaped[1]) && is_digit(escaped[2]), reason,
              SWORN_MALFORMED, "a backslash and a digit need two more digits");
    unsigned value =
        (escaped[0] - '0') * 100U + (escaped[1] - '0') * 10U + (unsigned)(escaped[2] - '0');
    SWORN_SAY(value <= 255, reason, SWORN_MALFORMED, "\\%u is no octet", value);
    *octet = (uint8_t)value;
    *at += 4;
    return SWORN_OK;
}

/* What a name may hold without a backslash: what ends a word in a master file is not among it. */
static bool may_stand_bare(uint8_t octet)
{
    return octet > ' ' && octet < 0x7F && octet != '"' && octet != '(' && octet != ')' &&
           octet != ';';
}

/* The label at `*at`, up to a dot or the end, behind what `wire` holds already. */
static enum sworn_result take_label(struct octets text, size_t *at, uint8_t *wire, size_t *used,
                                    struct reason *reason)
{
    size_t start = *used;
    uint8_t octet;

    *used += 1;
    while (*at < text.size && text.data[*at] != '.') {
        SWORN_SAY(may_stand_bare(text.data[*at]), reason, SWORN_MALFORMED,
                  "octet %u in a name has to be written as \\%03u", text.data[*at], text.data[*at]);
        SWORN_TRY(text_unescape(text, at, &octet, reason));
        SWORN_SAY(*used - start <= LABEL_MAX, reason, SWORN_MALFORMED,
                  "a label is longer than 63 octets");
        /* The root's 00 must still fit behind. */
        SWORN_SAY(*used < NAME_MAX_SIZE - 1, reason, SWORN_MALFORMED,
                  "the name is longer than 255 octets");
        wire[*used] = octet;
        *used += 1;
    }
    SWORN_SAY(*used - start > 1, reason, SWORN_MALFORMED, "the name has an empty label");
    wire[start] = (uint8_t)(*used - start - 1);
    return SWORN_OK;
}

enum sworn_result name_parse(struct octets text, const struct name *origin, struct name *name,
                             struct reason *reason)
{
    uint8_t wire[NAME_MAX_SIZE];
    size_t used = 0;
    size_t at = 0;
    bool absolute = false;

    SWORN_SAY(text.size > 0, reason, SWORN_MALFORMED, "the name is empty");
    if (text.size == 1 && text.data[0] == '.') {
        name_root(name);
        return SWORN_OK;
    }
    if (text.size == 1 && text.data[0] == '@') {
        SWORN_SAY(origin != NULL, reason, SWORN_MALFORMED,
                  "@ stands for an origin, of which"
                  " there is none");
        *name = *origin;
        return SWORN_OK;
    }
    while (at < text.size) {
        SWORN_SAY(used < NAME_MAX_SIZE - 1, reason, SWORN_MALFORMED,
                  "the name is longer than 255 octets");
        SWORN_TRY(take_label(text, &at, wire, &used, reason));
        absolute = at < text.size; /* it stopped at a dot */
        at += absolute ? 1 : 0;
    }
    SWORN_SAY(absolute || origin != NULL, reason, SWORN_MALFORMED,
              "the name has no final dot and there is no origin");
    struct octets suffix = absolute ? octets_of("", 1) : name_octets(origin);
    SWORN_SAY(used + suffix.size <= NAME_MAX_SIZE, reason, SWORN_MALFORMED,
              "the name is longer than 255 octets");
    memcpy(name->wire, wire, used);
    memcpy(name->wire + used, suffix.data, suffix.size);
    name->size = (uint8_t)(used + suffix.size);
    return SWORN_OK;
}

enum sworn_result name_from_text(struct octets text, const struct name *origin, struct name *name)
{
    return name_parse(text, origin, name, NULL);
}

static size_t put_decimal(uint8_t octet, char *text)
{
    text[0] = '\\';
    text[1] = (char)('0' + octet / 100);
    text[2] = (char)('0' + octet / 10 % 10);
    text[3] = (char)('0' + octet % 10);
    return 4;
}

static bool is_plain(uint8_t octet)
{
    uint8_t lower = octet | 0x20;

    return (lower >= 'a' && lower <= 'z') || is_digit(octet) || octet == '-' || octet == '_' ||
           octet == '*' || octet == '/';
}

/*
 * Escaping more than RFC 1035 5.1 asks for hurts nobody; some parsers take no other punctuation
 * bare. "\#" would look like RFC 3597's mark.
 */
static size_t put_presentation(uint8_t octet, char *text)
{
    if (is_plain(octet)) {
        text[0] = (char)octet;
        return 1;
    }
    if (octet <= ' ' || octet >= 0x7F || octet == '#') {
        return put_decimal(octet, text);
    }
    text[0] = '\\';
    text[1] = (char)octet;
    return 2;
}

static size_t put_hashed(uint8_t octet, char *text)
{
    bool plain = (octet >= 'a' && octet <= 'z') || is_digit(octet) || octet == '-' ||
                 octet == '_' || octet == '*';

    if (octet >= 'A' && octet <= 'Z') {
        octet = (uint8_t)(octet | 0x20);
        plain = true;
    }
    if (!plain) {
        return put_decimal(octet, text);
    }
    text[0] = (char)octet;
    return 1;
}

static void put_name(const struct name *name, size_t (*put)(uint8_t octet, char *text), char *text)
{
    size_t size = 0;

    for (size_t at = 0; name->wire[at] != 0; at += 1U + name->wire[at]) {
        for (size_t i = 1; i <= name->wire[at]; i++) {
            size += put(name->wire[at + i], text + size);
        }
        text[size++] = '.';
    }
    if (size == 0) {
        text[size++] = '.';
    }
    text[size] = '\0';
}

void name_to_text(const struct name *name, char text[NAME_TEXT_SIZE])
{
    put_name(name, put_presentation, text);
}

void name_to_hash_text(const struct name *name, char text[NAME_TEXT_SIZE])
{
    put_name(name, put_hashed, text);
}

/*
 * loc.c - where something is (RFC 1876 2, 3).
 *
 *   u8 version 0 ‖ u8 size ‖ u8 horizontal precision ‖ u8 vertical precision ‖ u32 latitude ‖
 *   u32 longitude ‖ u32 altitude
 *
 *   sizes      cm as digit × 10^digit, a digit each half octet
 *   angles     thousandths of a second of arc from 2^31, which is equator and prime meridian
 *   altitude   cm above -100,000 m
 *
 *   text = d [m [s[.fff]]] N|S  d [m [s[.fff]]] E|W  altitude["m"] [size["m"] [hp["m"] [vp["m"]]]]
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"

#define ORIGIN      ((uint32_t)1 << 31)
#define SEA_LEVEL   10000000U /* cm */
#define CM_MAX      UINT32_MAX
#define SIZE_CM_MAX 9000000000ULL /* 9 × 10^9 */

static const uint64_t powers[10] = {1,      10,      100,      1000,      10000,
                                    100000, 1000000, 10000000, 100000000, 1000000000};

/* A number with at most `places` decimals, in units of its last place. */
static enum sworn_result parse_fixed(struct octets text, size_t places, uint64_t max,
                                     uint64_t *value)
{
    size_t point = 0;
    uint64_t whole;
    uint64_t fraction = 0;

    while (point < text.size && text.data[point] != '.') {
        point++;
    }
    SWORN_TRY(decimal_parse(octets_of(text.data, point), max / powers[places], &whole));
    if (point < text.size) {
        size_t digits = text.size - point - 1;
        SWORN_ENSURE(digits >= 1 && digits <= places, SWORN_MALFORMED);
        SWORN_TRY(
            decimal_parse(octets_of(text.data + point + 1, digits), powers[digits] - 1, &fraction));
        fraction *= powers[places - digits];
    }
    *value = whole * powers[places] + fraction;
    SWORN_ENSURE(*value <= max, SWORN_MALFORMED);
    return SWORN_OK;
}

/* Which of two letters comes next, 0 when neither. */
static int direction(const struct text_in *in, const char *positive, const char *negative)
{
    if (in->next.kind != TOKEN_WORD) {
        return 0;
    }
    if (text_is(in->next.text, positive)) {
        return 1;
    }
    return text_is(in->next.text, negative) ? -1 : 0;
}

/* Degrees, minutes and seconds up to the letter. */
static enum sworn_result parse_angle(struct text_in *in, unsigned degrees, const char *positive,
                                     const char *negative)
{
    static const uint64_t units[3] = {3600000, 60000, 1};
    uint64_t angle = 0;
    uint64_t part = 0;
    struct octets word;
    size_t count = 0;

    while (direction(in, positive, negative) == 0) {
        SWORN_SAY(count < 3, in->reason, SWORN_MALFORMED, "lacks a letter %s or %s", positive,
                  negative);
        SWORN_TRY(take_word(in, &word));
        enum sworn_result result = count == 2
                                       ? parse_fixed(word, 3, 59999, &part)
                                       : decimal_parse(word, count == 0 ? degrees : 59, &part);
        SWORN_SAY(result == SWORN_OK, in->reason, SWORN_MALFORMED,
                  "\"%.*s\" is not degrees, minutes or seconds", shown(word),
                  (const char *)word.data);
        angle += part * units[count];
        count++;
    }
    SWORN_SAY(count > 0 && angle <= degrees * units[0], in->reason, SWORN_MALFORMED,
              "is not an angle up to %u degrees", degrees);
    bool negated = direction(in, positive, negative) < 0;
    SWORN_TRY(take_word(in, &word));
    return write_u32(in->rdata, negated ? ORIGIN - (uint32_t)angle : ORIGIN + (uint32_t)angle);
}

static struct octets less_unit(struct octets word)
{
    bool unit = word.size > 0 && (word.data[word.size - 1] | 0x20) == 'm';

    return octets_of(word.data, word.size - (unit ? 1 : 0));
}

static enum sworn_result parse_altitude(struct text_in *in)
{
    struct octets word;
    uint64_t cm;

    SWORN_TRY(take_word(in, &word));
    struct octets number = less_unit(word);
    bool below = number.size > 0 && number.data[0] == '-';
    if (below) {
        number = octets_of(number.data + 1, number.size - 1);
    }
    uint64_t max = below ? SEA_LEVEL : CM_MAX - SEA_LEVEL;
    SWORN_SAY(parse_fixed(number, 2, max, &cm) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no altitude from -100000.00 to 42849672.95", shown(word),
              (const char *)word.data);
    return write_u32(in->rdata, SEA_LEVEL + (uint32_t)(below ? 0 - cm : cm));
}

/* RFC 1876 3: only the leading digit counts. */
static uint8_t size_octet(uint64_t cm)
{
    unsigned exponent = 0;

    while (cm >= 10) {
        cm /= 10;
        exponent++;
    }
    return (uint8_t)(cm << 4 | exponent);
}

static enum sworn_result parse_sizes(struct text_in *in, uint8_t sizes[3])
{
    struct octets word;
    uint64_t cm;

    for (size_t i = 0; i < 3 && !at_end(in); i++) {
        SWORN_TRY(take_word(in, &word));
        SWORN_SAY(parse_fixed(less_unit(word), 2, SIZE_CM_MAX + 999999999, &cm) == SWORN_OK,
                  in->reason, SWORN_MALFORMED,
                  "\"%.*s\" is no size or precision from 0.00 to 90000000.00", shown(word),
                  (const char *)word.data);
        sizes[i] = size_octet(cm);
    }
    return SWORN_OK;
}

enum sworn_result loc_parse(struct text_in *in)
{
    /* RFC 1876 3: 1 m, 10,000 m, 10 m unless said otherwise. */
    uint8_t sizes[3] = {0x12, 0x16, 0x13};
    size_t at = in->rdata->used + 1;

    SWORN_TRY(put_number(in->rdata, 4, 0));
    SWORN_TRY(parse_angle(in, 90, "N", "S"));
    SWORN_TRY(parse_angle(in, 180, "E", "W"));
    SWORN_TRY(parse_altitude(in));
    SWORN_TRY(parse_sizes(in, sizes));
    memcpy(in->rdata->start + at, sizes, sizeof(sizes));
    return SWORN_OK;
}

struct loc {
    uint8_t sizes[3];
    uint32_t latitude;
    uint32_t longitude;
    uint32_t altitude;
};

static bool within(uint32_t angle, uint32_t degrees)
{
    return angle >= ORIGIN - degrees * 3600000 && angle <= ORIGIN + degrees * 3600000;
}

static enum sworn_result loc_read(struct reader *rdata, struct loc *loc)
{
    uint8_t version;

    SWORN_TRY(read_u8(rdata, &version));
    SWORN_ENSURE(version == 0, SWORN_MALFORMED);
    for (size_t i = 0; i < 3; i++) {
        SWORN_TRY(read_u8(rdata, &loc->sizes[i]));
        SWORN_ENSURE(loc->sizes[i] >> 4 <= 9 && (loc->sizes[i] & 15) <= 9, SWORN_MALFORMED);
    }
    SWORN_TRY(read_u32(rdata, &loc->latitude));
    SWORN_TRY(read_u32(rdata, &loc->longitude));
    SWORN_TRY(read_u32(rdata, &loc->altitude));
    SWORN_ENSURE(within(loc->latitude, 90) && within(loc->longitude, 180), SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result loc_skip(struct reader *rdata, const struct rr_field *field)
{
    struct loc loc;

    (void)field;
    return loc_read(rdata, &loc);
}

/* `value` with `places` decimals. */
static enum sworn_result print_fixed(struct writer *text, uint64_t value, size_t places)
{
    SWORN_TRY(decimal_print(text, value / powers[places]));
    SWORN_TRY(write_u8(text, '.'));
    for (size_t i = places; i > 0; i--) {
        SWORN_TRY(write_u8(text, (uint8_t)('0' + value / powers[i - 1] % 10)));
    }
    return SWORN_OK;
}

static enum sworn_result print_angle(struct text_out *out, uint32_t angle, const char *positive,
                                     const char *negative)
{
    uint32_t thousandths = angle >= ORIGIN ? angle - ORIGIN : ORIGIN - angle;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(decimal_print(out->text, thousandths / 3600000));
    SWORN_TRY(begin_word(out));
    SWORN_TRY(decimal_print(out->text, thousandths / 60000 % 60));
    SWORN_TRY(begin_word(out));
    SWORN_TRY(print_fixed(out->text, thousandths % 60000, 3));
    SWORN_TRY(begin_word(out));
    return write_text(out->text, angle >= ORIGIN ? positive : negative);
}

static enum sworn_result print_metres(struct text_out *out, uint64_t cm)
{
    SWORN_TRY(print_fixed(out->text, cm, 2));
    return write_u8(out->text, 'm');
}

enum sworn_result loc_print(struct text_out *out)
{
    struct loc loc;

    SWORN_TRY(loc_read(&out->rdata, &loc));
    SWORN_TRY(print_angle(out, loc.latitude, "N", "S"));
    SWORN_TRY(print_angle(out, loc.longitude, "E", "W"));
    SWORN_TRY(begin_word(out));
    bool below = loc.altitude < SEA_LEVEL;
    SWORN_TRY(write_text(out->text, below ? "-" : ""));
    SWORN_TRY(print_metres(out, below ? SEA_LEVEL - loc.altitude : loc.altitude - SEA_LEVEL));
    for (size_t i = 0; i < 3; i++) {
        uint64_t cm = (loc.sizes[i] >> 4) * powers[loc.sizes[i] & 15];
        /* 0 × 10^n has no text that would come back as the same octet. */
        SWORN_ENSURE(size_octet(cm) == loc.sizes[i], SWORN_ABSENT);
        SWORN_TRY(begin_word(out));
        SWORN_TRY(print_metres(out, cm));
    }
    return SWORN_OK;
}

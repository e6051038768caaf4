/*
 * codec_number.c - numbers, periods, dates and addresses in text; see codec.h.
 */
#include "core/dns/field/codec.h"

static bool is_digit(uint8_t character)
{
    return character >= '0' && character <= '9';
}

/* The run of digits at `*at`, at least one. */
static enum sworn_result take_digits(struct octets text, size_t *at, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    size_t i = *at;

    for (; i < text.size && is_digit(text.data[i]); i++) {
        unsigned digit = text.data[i] - '0';
        SWORN_ENSURE(digit <= max && sum <= (max - digit) / 10, SWORN_MALFORMED);
        sum = sum * 10 + digit;
    }
    SWORN_ENSURE(i > *at, SWORN_MALFORMED);
    *at = i;
    *value = sum;
    return SWORN_OK;
}

enum sworn_result decimal_parse(struct octets text, uint64_t max, uint64_t *value)
{
    size_t at = 0;

    SWORN_TRY(take_digits(text, &at, max, value));
    SWORN_ENSURE(at == text.size, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result decimal_print(struct writer *text, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return write_octets(text, octets_of(digits + at, sizeof(digits) - at));
}

static uint64_t unit_seconds(uint8_t unit)
{
    switch (unit | 0x20) {
    case 'w':
        return 604800;
    case 'd':
        return 86400;
    case 'h':
        return 3600;
    case 'm':
        return 60;
    case 's':
        return 1;
    default:
        return 0;
    }
}

enum sworn_result period_parse(struct octets text, uint64_t max, uint64_t *value)
{
    size_t at = 0;
    uint64_t sum = 0;
    uint64_t number;

    SWORN_TRY(take_digits(text, &at, max, &number));
    if (at == text.size) {
        *value = number;
        return SWORN_OK;
    }
    for (;;) {
        SWORN_ENSURE(at < text.size, SWORN_MALFORMED);
        uint64_t seconds = unit_seconds(text.data[at]);
        at++;
        SWORN_ENSURE(seconds > 0 && number <= (max - sum) / seconds, SWORN_MALFORMED);
        sum += number * seconds;
        if (at == text.size) {
            break;
        }
        SWORN_TRY(take_digits(text, &at, max, &number));
    }
    *value = sum;
    return SWORN_OK;
}

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

static enum sworn_result take_part(struct octets text, size_t at, size_t size, unsigned least,
                                   unsigned most, unsigned *value)
{
    uint64_t number;

    SWORN_TRY(decimal_parse(octets_of(text.data + at, size), most, &number));
    SWORN_ENSURE(number >= least, SWORN_MALFORMED);
    *value = (unsigned)number;
    return SWORN_OK;
}

enum sworn_result date_parse(struct octets text, uint32_t *seconds)
{
    unsigned year, month, day, hour, minute, second;
    uint64_t days = 0;

    SWORN_ENSURE(text.size == 14, SWORN_MALFORMED);
    SWORN_TRY(take_part(text, 0, 4, 1970, 2106, &year));
    SWORN_TRY(take_part(text, 4, 2, 1, 12, &month));
    SWORN_TRY(take_part(text, 6, 2, 1, days_of_month(year, month), &day));
    SWORN_TRY(take_part(text, 8, 2, 0, 23, &hour));
    SWORN_TRY(take_part(text, 10, 2, 0, 59, &minute));
    SWORN_TRY(take_part(text, 12, 2, 0, 59, &second));
    for (unsigned y = 1970; y < year; y++) {
        days += is_leap(y) ? 366 : 365;
    }
    for (unsigned m = 1; m < month; m++) {
        days += days_of_month(year, m);
    }
    uint64_t sum = (days + day - 1) * 86400 + hour * 3600ULL + minute * 60ULL + second;
    SWORN_ENSURE(sum <= UINT32_MAX, SWORN_MALFORMED);
    *seconds = (uint32_t)sum;
    return SWORN_OK;
}

static void put_digits(uint8_t *room, size_t size, unsigned value)
{
    while (size > 0) {
        size--;
        room[size] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

enum sworn_result date_print(struct writer *text, uint32_t seconds)
{
    unsigned days = seconds / 86400;
    unsigned year = 1970;
    unsigned month = 1;
    uint8_t *room;

    while (days >= (is_leap(year) ? 366U : 365U)) {
        days -= is_leap(year) ? 366U : 365U;
        year++;
    }
    while (days >= days_of_month(year, month)) {
        days -= days_of_month(year, month);
        month++;
    }
    SWORN_TRY(write_room(text, 14, &room));
    put_digits(room, 4, year);
    put_digits(room + 4, 2, month);
    put_digits(room + 6, 2, days + 1);
    put_digits(room + 8, 2, seconds / 3600 % 24);
    put_digits(room + 10, 2, seconds / 60 % 60);
    put_digits(room + 12, 2, seconds % 60);
    return SWORN_OK;
}

enum sworn_result ipv4_parse(struct octets text, uint8_t address[4])
{
    size_t at = 0;

    for (size_t i = 0; i < 4; i++) {
        size_t start = at;
        uint64_t number;
        SWORN_TRY(take_digits(text, &at, 255, &number));
        /* A leading zero means octal to some readers: nobody's to guess. */
        SWORN_ENSURE(at - start == 1 || text.data[start] != '0', SWORN_MALFORMED);
        address[i] = (uint8_t)number;
        if (i < 3) {
            SWORN_ENSURE(at < text.size && text.data[at] == '.', SWORN_MALFORMED);
            at++;
        }
    }
    SWORN_ENSURE(at == text.size, SWORN_MALFORMED);
    return SWORN_OK;
}

enum sworn_result ipv4_print(struct writer *text, const uint8_t address[4])
{
    for (size_t i = 0; i < 4; i++) {
        SWORN_TRY(i == 0 ? SWORN_OK : write_u8(text, '.'));
        SWORN_TRY(decimal_print(text, address[i]));
    }
    return SWORN_OK;
}

/* One group of up to four hex digits; `*at` behind it. */
static enum sworn_result take_group(struct octets text, size_t *at, uint8_t group[2])
{
    size_t start = *at;
    unsigned value = 0;

    while (*at < text.size && hex_digit(text.data[*at]) >= 0) {
        value = (value << 4 | (unsigned)hex_digit(text.data[*at])) & 0xFFFF;
        *at += 1;
    }
    SWORN_ENSURE(*at > start && *at - start <= 4, SWORN_MALFORMED);
    group[0] = (uint8_t)(value >> 8);
    group[1] = (uint8_t)value;
    return SWORN_OK;
}

/* Whether an IPv4 address is what is left, as RFC 4291 2.2 allows for the last four octets. */
static bool is_dotted(struct octets text, size_t at)
{
    while (at < text.size && is_digit(text.data[at])) {
        at++;
    }
    return at < text.size && text.data[at] == '.';
}

enum sworn_result ipv6_parse(struct octets text, uint8_t address[16])
{
    uint8_t given[16] = {0};
    size_t used = 0;
    size_t gap = SIZE_MAX; /* octets before "::" */
    size_t at = 0;

    if (text.size >= 2 && text.data[0] == ':' && text.data[1] == ':') {
        gap = 0;
        at = 2;
    }
    while (at < text.size) {
        SWORN_ENSURE(used <= 14, SWORN_MALFORMED);
        if (is_dotted(text, at)) {
            SWORN_ENSURE(used <= 12, SWORN_MALFORMED);
            SWORN_TRY(ipv4_parse(octets_of(text.data + at, text.size - at), given + used));
            used += 4;
            break;
        }
        SWORN_TRY(take_group(text, &at, given + used));
        used += 2;
        if (at == text.size) {
            break;
        }
        SWORN_ENSURE(text.data[at] == ':' && at + 1 < text.size, SWORN_MALFORMED);
        at++;
        if (text.data[at] == ':') {
            SWORN_ENSURE(gap == SIZE_MAX, SWORN_MALFORMED);
            gap = used;
            at++;
        }
    }
    /* "::" stands for at least one group (RFC 4291 2.2). */
    SWORN_ENSURE(gap == SIZE_MAX ? used == 16 : used <= 14, SWORN_MALFORMED);
    size_t before = gap == SIZE_MAX ? used : gap;
    memset(address, 0, 16);
    memcpy(address, given, before);
    memcpy(address + 16 - (used - before), given + before, used - before);
    return SWORN_OK;
}

/* RFC 5952 4.2.3: the longest run of zero groups, the first of equals, at least two. */
static size_t longest_zeros(const uint8_t address[16], size_t *count)
{
    size_t best = 8;

    *count = 1;
    for (size_t i = 0; i < 8; i++) {
        size_t run = 0;
        while (i + run < 8 && address[2 * (i + run)] == 0 && address[2 * (i + run) + 1] == 0) {
            run++;
        }
        if (run > *count) {
            best = i;
            *count = run;
        }
    }
    return best;
}

static enum sworn_result print_group(struct writer *text, const uint8_t group[2])
{
    static const char digits[] = "0123456789abcdef";
    unsigned value = (unsigned)group[0] << 8 | group[1];
    int shift = 12;

    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        SWORN_TRY(write_u8(text, (uint8_t)digits[value >> shift & 15]));
    }
    return SWORN_OK;
}

enum sworn_result ipv6_print(struct writer *text, const uint8_t address[16])
{
    size_t zeros;
    size_t gap = longest_zeros(address, &zeros);

    for (size_t i = 0; i < 8; i++) {
        if (i == gap) {
            SWORN_TRY(write_text(text, "::"));
            i += zeros - 1;
            continue;
        }
        if (i > 0 && i != gap + zeros) {
            SWORN_TRY(write_u8(text, ':'));
        }
        SWORN_TRY(print_group(text, address + 2 * i));
    }
    return SWORN_OK;
}

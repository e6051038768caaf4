/*
 * generate.c - see generate.h.
 */
#include "tests/unit/dns/generate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

uint64_t generate_number(uint64_t *seed)
{
    *seed += 0x9E3779B97F4A7C15ULL;
    uint64_t z = *seed;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

size_t generate_below(uint64_t *seed, size_t bound)
{
    return (size_t)(generate_number(seed) % bound);
}

static void put(struct writer *rdata, size_t size, uint64_t value)
{
    while (size > 0) {
        size--;
        assert_int_equal(write_u8(rdata, (uint8_t)(value >> (8 * size))), SWORN_OK);
    }
}

static void put_random(uint64_t *seed, struct writer *rdata, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        put(rdata, 1, generate_number(seed));
    }
}

void generate_name(uint64_t *seed, struct name *name)
{
    static const char common[] = "abcxyzABCXYZ0189-_";
    size_t labels = generate_below(seed, 5);

    name_root(name);
    for (size_t i = 0; i < labels; i++) {
        uint8_t label[12];
        size_t size = 1 + generate_below(seed, sizeof(label));
        for (size_t at = 0; at < size; at++) {
            bool odd = generate_below(seed, 16) == 0;
            label[at] = odd ? (uint8_t)generate_number(seed)
                            : (uint8_t)common[generate_below(seed, sizeof(common) - 1)];
        }
        struct name parent = *name;
        assert_int_equal(name_prepend(octets_of(label, size), &parent, name), SWORN_OK);
    }
}

static void put_name(uint64_t *seed, struct writer *rdata)
{
    struct name name;

    generate_name(seed, &name);
    assert_int_equal(write_octets(rdata, name_octets(&name)), SWORN_OK);
}

static void put_string(uint64_t *seed, struct writer *rdata, size_t least)
{
    size_t size = least + generate_below(seed, 20);

    put(rdata, 1, size);
    put_random(seed, rdata, size);
}

static void put_plain(uint64_t *seed, struct writer *rdata, size_t size)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    for (size_t i = 0; i < size; i++) {
        put(rdata, 1, (uint8_t)plain[generate_below(seed, sizeof(plain) - 1)]);
    }
}

static void put_bitmap(uint64_t *seed, struct writer *rdata)
{
    /* A NS CNAME SOA PTR MX TXT AAAA SRV DS RRSIG NSEC DNSKEY: everybody's names. */
    static const uint8_t common[] = {0x66, 0x01, 0x80, 0x08, 0x40, 0x13, 0x80};
    size_t windows = generate_below(seed, 4);
    size_t size = generate_below(seed, sizeof(common) + 1);

    /* Windows of types that have a name with some only, 0, 1 and 128, are otherwise left out. */
    if (size > 0) {
        put(rdata, 1, 0);
        put(rdata, 1, size);
        assert_int_equal(write_octets(rdata, octets_of(common, size)), SWORN_OK);
    }
    for (size_t i = 0; i < windows; i++) {
        size = 1 + generate_below(seed, 32);
        put(rdata, 1, 2 + i * 40 + generate_below(seed, 40));
        put(rdata, 1, size);
        put_random(seed, rdata, size - 1);
        put(rdata, 1, 1 + generate_below(seed, 255));
    }
}

static void put_apl(uint64_t *seed, struct writer *rdata)
{
    for (size_t count = generate_below(seed, 4); count > 0; count--) {
        size_t family = 1 + generate_below(seed, 2);
        size_t whole = family == 1 ? 4 : 16;
        size_t size = generate_below(seed, whole + 1);
        put(rdata, 2, family);
        put(rdata, 1, generate_below(seed, 8 * whole + 1));
        put(rdata, 1, size | generate_below(seed, 2) << 7);
        put_random(seed, rdata, size == 0 ? 0 : size - 1);
        put(rdata, size == 0 ? 0 : 1, 1 + generate_below(seed, 255));
    }
}

static void put_loc(uint64_t *seed, struct writer *rdata)
{
    put(rdata, 1, 0);
    for (size_t i = 0; i < 3; i++) {
        put(rdata, 1, (1 + generate_below(seed, 9)) << 4 | generate_below(seed, 10));
    }
    put(rdata, 4, 0x80000000U - 90U * 3600000U + generate_below(seed, 180U * 3600000U));
    put(rdata, 4, 0x80000000U - 180U * 3600000U + generate_below(seed, 360U * 3600000U));
    put(rdata, 4, generate_number(seed));
}

static void put_kind(uint64_t *seed, struct writer *rdata, uint8_t kind)
{
    static const size_t sizes[] = {0, 4, 16};

    if (kind == 3) {
        put_name(seed, rdata);
        return;
    }
    put_random(seed, rdata, sizes[kind]);
}

static void put_hip(uint64_t *seed, struct writer *rdata)
{
    size_t hit = 1 + generate_below(seed, 20);
    size_t key = 1 + generate_below(seed, 40);

    put(rdata, 1, hit);
    put(rdata, 1, generate_number(seed));
    put(rdata, 2, key);
    put_random(seed, rdata, hit + key);
    for (size_t count = generate_below(seed, 3); count > 0; count--) {
        put_name(seed, rdata);
    }
}

static void put_param(struct writer *rdata, uint16_t key, size_t size)
{
    put(rdata, 2, key);
    put(rdata, 2, size);
}

static void put_svcparams(uint64_t *seed, struct writer *rdata)
{
    size_t chosen = generate_number(seed);
    size_t size = 1 + generate_below(seed, 10);

    if ((chosen & 3) == 3) {
        put_param(rdata, 0, 2);
        put(rdata, 2, 1);
    }
    if ((chosen & 1) != 0) {
        put_param(rdata, 1, size + 4);
        put(rdata, 1, size);
        put_random(seed, rdata, size);
        put(rdata, 3, 0x026832);
    }
    if ((chosen & 5) == 5) {
        put_param(rdata, 2, 0);
    }
    if ((chosen & 8) != 0) {
        put_param(rdata, 3, 2);
        put_random(seed, rdata, 2);
    }
    for (uint16_t key = 4; key <= 6; key++) {
        size_t unit = key == 4 ? 4 : 16;
        if ((chosen >> key & 1) != 0) {
            put_param(rdata, key, unit * (1 + size % 3));
            put_random(seed, rdata, unit * (1 + size % 3));
        }
    }
    if ((chosen & 128) != 0) {
        put_param(rdata, (uint16_t)(100 + generate_below(seed, 60000)), size - 1);
        put_random(seed, rdata, size - 1);
    }
}

static void put_a6(uint64_t *seed, struct writer *rdata)
{
    size_t prefix = generate_below(seed, 17) * 8;

    put(rdata, 1, prefix);
    put_random(seed, rdata, 16 - prefix / 8);
}

/* Fields whose size never varies. */
static size_t fixed_size(enum field_kind kind)
{
    static const uint8_t sizes[FIELD_KINDS] = {
        [FIELD_U8] = 1,     [FIELD_U16] = 2,    [FIELD_U32] = 4,       [FIELD_U48] = 6,
        [FIELD_U64] = 8,    [FIELD_PERIOD] = 4, [FIELD_ALGORITHM] = 1, [FIELD_CERT_TYPE] = 2,
        [FIELD_SCHEME] = 1, [FIELD_TYPE] = 2,   [FIELD_DATE] = 4,      [FIELD_IPV4] = 4,
        [FIELD_IPV6] = 16,  [FIELD_EUI48] = 6,  [FIELD_EUI64] = 8,     [FIELD_NODE64] = 8,
    };

    return sizes[kind];
}

/* What is made of strings. */
static bool put_text_field(uint64_t *seed, const struct rr_field *field, struct writer *rdata)
{
    switch (field->kind) {
    case FIELD_STRING:
        put_string(seed, rdata, 0);
        return true;
    case FIELD_STRINGS:
        for (size_t count = 1 + generate_below(seed, 3); count > 0; count--) {
            put_string(seed, rdata, 0);
        }
        return true;
    case FIELD_TEXT:
        put_random(seed, rdata, 1 + generate_below(seed, 60));
        return true;
    case FIELD_TAG: {
        size_t size = 1 + generate_below(seed, 15);
        put(rdata, 1, size);
        put_plain(seed, rdata, size);
        return true;
    }
    default:
        return false;
    }
}

/* What is octets to the DNS. */
static bool put_binary_field(uint64_t *seed, const struct rr_field *field, struct writer *rdata)
{
    switch (field->kind) {
    case FIELD_HEX:
    case FIELD_BASE64:
    case FIELD_NSAP:
    case FIELD_OPAQUE:
        put_random(seed, rdata, 12 + generate_below(seed, 60));
        return true;
    case FIELD_ATMA:
        put(rdata, 1, 0);
        put_random(seed, rdata, 20);
        return true;
    case FIELD_SALT:
        put_string(seed, rdata, 0);
        return true;
    case FIELD_HASH:
        put(rdata, 1, 20);
        put_random(seed, rdata, 20);
        return true;
    case FIELD_DATA16: {
        size_t size = generate_below(seed, 40);
        put(rdata, 2, size);
        put_random(seed, rdata, size);
        return true;
    }
    default:
        return false;
    }
}

static void put_field(uint64_t *seed, const struct rr_field *field, struct writer *rdata)
{
    size_t relay = generate_below(seed, 4);

    switch (field->kind) {
    case FIELD_NAME:
        if ((field->flags & FIELD_A6_PREFIX) == 0 || rdata->start[0] != 0) {
            put_name(seed, rdata);
        }
        return;
    case FIELD_BITMAP:
        put_bitmap(seed, rdata);
        return;
    case FIELD_NXT_BITMAP:
        put(rdata, 1, generate_below(seed, 128));
        put(rdata, 1, 1 + generate_below(seed, 255));
        return;
    case FIELD_SERVICES:
        put(rdata, 1, generate_below(seed, 2) == 0 ? 6 : 17);
        put_random(seed, rdata, 15);
        put(rdata, 1, 1 + generate_below(seed, 255));
        return;
    case FIELD_APL:
        put_apl(seed, rdata);
        return;
    case FIELD_LOC:
        put_loc(seed, rdata);
        return;
    case FIELD_A6:
        put_a6(seed, rdata);
        return;
    case FIELD_GATEWAY:
        rdata->start[1] = (uint8_t)relay;
        rdata->start[2] |= 1; /* algorithm 0 would mean that no key follows (RFC 4025 2.4) */
        put_kind(seed, rdata, (uint8_t)relay);
        return;
    case FIELD_RELAY:
        put(rdata, 1, relay | generate_below(seed, 2) << 7);
        put_kind(seed, rdata, (uint8_t)relay);
        return;
    case FIELD_HIP:
        put_hip(seed, rdata);
        return;
    case FIELD_SVCPARAMS:
        put_svcparams(seed, rdata);
        return;
    default:
        fail_msg("no generator for field kind %u", field->kind);
    }
}

void generate_rdata(uint64_t *seed, const struct rr_type *type, struct writer *rdata)
{
    for (const struct rr_field *field = type->fields; field->kind != FIELD_END; field++) {
        size_t fixed = fixed_size(field->kind);
        if (fixed > 0) {
            put_random(seed, rdata, fixed);
            continue;
        }
        if (!put_text_field(seed, field, rdata) && !put_binary_field(seed, field, rdata)) {
            put_field(seed, field, rdata);
        }
    }
}

/*
 * number.c - fields that are numbers: plain ones, periods, types, dates, and those with mnemonics.
 */
#include "core/dns/field/codec.h"
#include "core/dns/field/field.h"
#include "core/dns/rr.h"

struct mnemonic {
    uint8_t kind; /* enum field_kind */
    uint16_t value;
    const char *word;
};

static const struct mnemonic mnemonics[] = {
    /* RFC 4034 A.1 and the registry of DNS security algorithms */
    {FIELD_ALGORITHM, 1, "RSAMD5"},
    {FIELD_ALGORITHM, 2, "DH"},
    {FIELD_ALGORITHM, 3, "DSA"},
    {FIELD_ALGORITHM, 4, "ECC"},
    {FIELD_ALGORITHM, 5, "RSASHA1"},
    {FIELD_ALGORITHM, 6, "DSA-NSEC3-SHA1"},
    {FIELD_ALGORITHM, 7, "RSASHA1-NSEC3-SHA1"},
    {FIELD_ALGORITHM, 8, "RSASHA256"},
    {FIELD_ALGORITHM, 10, "RSASHA512"},
    {FIELD_ALGORITHM, 12, "ECC-GOST"},
    {FIELD_ALGORITHM, 13, "ECDSAP256SHA256"},
    {FIELD_ALGORITHM, 14, "ECDSAP384SHA384"},
    {FIELD_ALGORITHM, 15, "ED25519"},
    {FIELD_ALGORITHM, 16, "ED448"},
    {FIELD_ALGORITHM, 252, "INDIRECT"},
    {FIELD_ALGORITHM, 253, "PRIVATEDNS"},
    {FIELD_ALGORITHM, 254, "PRIVATEOID"},
    /* RFC 4398 2.1 */
    {FIELD_CERT_TYPE, 1, "PKIX"},
    {FIELD_CERT_TYPE, 2, "SPKI"},
    {FIELD_CERT_TYPE, 3, "PGP"},
    {FIELD_CERT_TYPE, 4, "IPKIX"},
    {FIELD_CERT_TYPE, 5, "ISPKI"},
    {FIELD_CERT_TYPE, 6, "IPGP"},
    {FIELD_CERT_TYPE, 7, "ACPKIX"},
    {FIELD_CERT_TYPE, 8, "IACPKIX"},
    {FIELD_CERT_TYPE, 253, "URI"},
    {FIELD_CERT_TYPE, 254, "OID"},
    /* RFC 9859 6.2 */
    {FIELD_SCHEME, 1, "NOTIFY"},
};

static const struct mnemonic *mnemonic_of(enum field_kind kind, struct octets word)
{
    for (size_t i = 0; i < sizeof(mnemonics) / sizeof(mnemonics[0]); i++) {
        if (mnemonics[i].kind == kind && text_is(word, mnemonics[i].word)) {
            return &mnemonics[i];
        }
    }
    return NULL;
}

enum sworn_result number_parse(struct text_in *in)
{
    enum field_kind kind = in->field->kind;
    size_t size = field_ops(kind)->size;
    uint64_t max = UINT64_MAX >> (64 - 8 * size);
    struct octets word;
    uint64_t number;

    SWORN_TRY(take_word(in, &word));
    const struct mnemonic *mnemonic = mnemonic_of(kind, word);
    if (mnemonic != NULL) {
        return put_number(in->rdata, size, mnemonic->value);
    }
    enum sworn_result result =
        kind == FIELD_PERIOD ? period_parse(word, max, &number) : decimal_parse(word, max, &number);
    SWORN_SAY(result == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no number from 0 to %llu", shown(word), (const char *)word.data,
              (unsigned long long)max);
    return put_number(in->rdata, size, number);
}

static enum sworn_result read_number(struct text_out *out, uint64_t *number)
{
    struct octets octets;

    SWORN_TRY(begin_word(out));
    SWORN_TRY(read_slice(&out->rdata, field_ops(out->field->kind)->size, &octets));
    *number = 0;
    for (size_t i = 0; i < octets.size; i++) {
        *number = *number << 8 | octets.data[i];
    }
    return SWORN_OK;
}

enum sworn_result number_print(struct text_out *out)
{
    uint64_t number;

    SWORN_TRY(read_number(out, &number));
    return decimal_print(out->text, number);
}

/* RFC 9859 2.1: the mnemonic where there is one. */
enum sworn_result scheme_print(struct text_out *out)
{
    uint64_t number;

    SWORN_TRY(read_number(out, &number));
    return number == 1 ? write_text(out->text, "NOTIFY") : decimal_print(out->text, number);
}

enum sworn_result type_parse(struct text_in *in)
{
    struct octets word;
    uint16_t code;

    SWORN_TRY(take_word(in, &word));
    SWORN_SAY(rr_code_from_text(word, &code) == SWORN_OK, in->reason, SWORN_MALFORMED,
              "\"%.*s\" is no RR type", shown(word), (const char *)word.data);
    return write_u16(in->rdata, code);
}

enum sworn_result type_print(struct text_out *out)
{
    uint64_t code;
    char text[16];

    SWORN_TRY(read_number(out, &code));
    rr_code_to_text((uint16_t)code, text);
    return write_text(out->text, text);
}

/* RFC 4034 3.2: fourteen digits are a date, at most ten are seconds. */
enum sworn_result date_field_parse(struct text_in *in)
{
    struct octets word;
    uint64_t number = 0;
    uint32_t seconds = 0;

    SWORN_TRY(take_word(in, &word));
    bool right = word.size == 14 ? date_parse(word, &seconds) == SWORN_OK
                                 : decimal_parse(word, UINT32_MAX, &number) == SWORN_OK;
    SWORN_SAY(right, in->reason, SWORN_MALFORMED, "\"%.*s\" is no time as YYYYMMDDHHmmSS",
              shown(word), (const char *)word.data);
    return write_u32(in->rdata, word.size == 14 ? seconds : (uint32_t)number);
}

enum sworn_result date_field_print(struct text_out *out)
{
    uint64_t seconds;

    SWORN_TRY(read_number(out, &seconds));
    return date_print(out->text, (uint32_t)seconds);
}

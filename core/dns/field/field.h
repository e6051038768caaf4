/*
 * field.h - the kinds of fields that RDATA is made of (rr_table.h): how each is parsed from text,
 * checked on the wire and printed.
 */
#ifndef SWORN_CORE_DNS_FIELD_FIELD_H
#define SWORN_CORE_DNS_FIELD_FIELD_H

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"
#include "core/dns/name.h"
#include "core/dns/rr_table.h"
#include "core/dns/token.h"

/** RDATA on its way from text to wire. */
struct text_in {
    struct scanner *scanner;
    struct token next; /* not taken yet */
    size_t line;       /* of what was taken last */
    const struct name *origin;
    struct writer *rdata;
    size_t start; /* where this RDATA begins in `rdata` */
    const struct rr_field *field;
    struct reason *reason;
};

/** RDATA on its way from wire to text. It has been checked before. */
struct text_out {
    struct reader rdata;
    struct writer *text;
    size_t start; /* where this text begins in `text` */
    const struct rr_field *field;
};

struct field_ops {
    uint8_t size; /* of a field whose size never varies */
    enum sworn_result (*parse)(struct text_in *in);
    /**
     * Move behind the field, SWORN_MALFORMED when it is none; NULL: `size` octets. The reader's
     * start is that of the RDATA.
     */
    enum sworn_result (*skip)(struct reader *rdata, const struct rr_field *field);
    /** SWORN_ABSENT: these octets have no text of their own, RFC 3597's form must do. */
    enum sworn_result (*print)(struct text_out *out);
};

/** The row of a kind. */
const struct field_ops *field_ops(enum field_kind kind);

/** Check a field and move behind it. */
SWORN_CHECK enum sworn_result field_skip(struct reader *rdata, const struct rr_field *field);

/* For those that parse. */

/** Take what comes next. */
SWORN_CHECK enum sworn_result take_any(struct text_in *in, struct token *token);
/** Take a word, without quotes. */
SWORN_CHECK enum sworn_result take_word(struct text_in *in, struct octets *word);
/** Take a decimal number. */
SWORN_CHECK enum sworn_result take_number(struct text_in *in, uint64_t max, uint64_t *number);
bool at_end(const struct text_in *in);
/** Write `size` (1..8) octets of a number. */
SWORN_CHECK enum sworn_result put_number(struct writer *writer, size_t size, uint64_t value);

/* For those that print. */

/** The blank before a field, unless it is the first. */
SWORN_CHECK enum sworn_result begin_word(struct text_out *out);

/* The kinds, a file each group. */

#define FIELD_PARSER(name) enum sworn_result name(struct text_in *in)
#define FIELD_SKIPPER(name)                                                                        \
    enum sworn_result name(struct reader *rdata, const struct rr_field *field)
#define FIELD_PRINTER(name) enum sworn_result name(struct text_out *out)

FIELD_PARSER(number_parse);
FIELD_PRINTER(number_print);
FIELD_PARSER(type_parse);
FIELD_PRINTER(type_print);
FIELD_PARSER(date_field_parse);
FIELD_PRINTER(date_field_print);
FIELD_PRINTER(scheme_print);

FIELD_PARSER(name_field_parse);
FIELD_SKIPPER(name_field_skip);
FIELD_PRINTER(name_field_print);

FIELD_PARSER(ipv4_field_parse);
FIELD_PRINTER(ipv4_field_print);
FIELD_PARSER(ipv6_field_parse);
FIELD_PRINTER(ipv6_field_print);
FIELD_PARSER(eui_parse);
FIELD_PRINTER(eui_print);
FIELD_PARSER(node64_parse);
FIELD_PRINTER(node64_print);
FIELD_PARSER(nsap_parse);
FIELD_SKIPPER(nsap_skip);
FIELD_PRINTER(nsap_print);
FIELD_PARSER(atma_parse);
FIELD_SKIPPER(atma_skip);
FIELD_PRINTER(atma_print);
FIELD_PARSER(a6_parse);
FIELD_SKIPPER(a6_skip);
FIELD_PRINTER(a6_print);

FIELD_PARSER(string_parse);
FIELD_SKIPPER(string_skip);
FIELD_PRINTER(string_print);
FIELD_PARSER(strings_parse);
FIELD_SKIPPER(strings_skip);
FIELD_PRINTER(strings_print);
FIELD_PARSER(text_parse);
FIELD_SKIPPER(text_skip);
FIELD_PRINTER(text_print);
FIELD_PARSER(tag_parse);
FIELD_SKIPPER(tag_skip);
FIELD_PRINTER(tag_print);

FIELD_PARSER(hex_field_parse);
FIELD_PRINTER(hex_field_print);
FIELD_PARSER(base64_field_parse);
FIELD_PRINTER(base64_field_print);
FIELD_SKIPPER(rest_skip);
FIELD_PARSER(salt_parse);
FIELD_PRINTER(salt_print);
FIELD_PARSER(hash_parse);
FIELD_SKIPPER(hash_skip);
FIELD_PRINTER(hash_print);
FIELD_PARSER(data16_parse);
FIELD_SKIPPER(data16_skip);
FIELD_PRINTER(data16_print);
FIELD_PARSER(opaque_parse);
FIELD_SKIPPER(opaque_skip);
FIELD_PRINTER(opaque_print);

FIELD_PARSER(bitmap_parse);
FIELD_SKIPPER(bitmap_skip);
FIELD_PRINTER(bitmap_print);
FIELD_PARSER(nxt_parse);
FIELD_SKIPPER(nxt_skip);
FIELD_PRINTER(nxt_print);
FIELD_PARSER(services_parse);
FIELD_SKIPPER(services_skip);
FIELD_PRINTER(services_print);

FIELD_PARSER(apl_parse);
FIELD_SKIPPER(apl_skip);
FIELD_PRINTER(apl_print);
FIELD_PARSER(loc_parse);
FIELD_SKIPPER(loc_skip);
FIELD_PRINTER(loc_print);

FIELD_PARSER(gateway_parse);
FIELD_SKIPPER(gateway_skip);
FIELD_PRINTER(gateway_print);
FIELD_PARSER(relay_parse);
FIELD_SKIPPER(relay_skip);
FIELD_PRINTER(relay_print);
FIELD_PARSER(hip_parse);
FIELD_SKIPPER(hip_skip);
FIELD_PRINTER(hip_print);

FIELD_PARSER(svcparams_parse);
FIELD_SKIPPER(svcparams_skip);
FIELD_PRINTER(svcparams_print);

#endif

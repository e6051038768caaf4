/*
 * rdata_wire.c - RDATA as octets: is it well formed, where are its names, its canonical form, and
 * how it comes out of a message; see rr.h.
 */
#include "core/dns/field/field.h"
#include "core/dns/rdata.h"

#define NAMES_MAX 3 /* in RDATA of any type; the table's test holds it to that */

bool rr_is_data(uint16_t code)
{
    /* RFC 6895 3.1: 128..255 are QTYPEs and Meta-TYPEs, TKEY and TSIG among them. */
    return code != 0 && code != RR_OPT && (code < 128 || code > 255);
}

enum sworn_result rdata_check(uint16_t type, struct octets rdata)
{
    const struct rr_type *row = rr_type_find(type);
    struct reader reader = reader_of(rdata);

    SWORN_ENSURE(rdata.size <= RDATA_MAX, SWORN_MALFORMED);
    if (row == NULL) {
        return SWORN_OK;
    }
    for (const struct rr_field *field = row->fields; field->kind != FIELD_END; field++) {
        SWORN_TRY(field_skip(&reader, field));
    }
    return read_end(&reader);
}

static bool has_lower_names(const struct rr_type *row)
{
    for (const struct rr_field *field = row->fields; field->kind != FIELD_END; field++) {
        if ((field->flags & FIELD_LOWER) != 0) {
            return true;
        }
    }
    return false;
}

bool rdata_has_canonical_names(uint16_t type)
{
    const struct rr_type *row = rr_type_find(type);

    return row != NULL && has_lower_names(row);
}

/* Names that canonical form lower-cases: [from, to) each, in order. */
struct lower_names {
    size_t count;
    size_t from[NAMES_MAX];
    size_t to[NAMES_MAX];
};

static enum sworn_result find_lower_names(const struct rr_type *row, struct octets rdata,
                                          struct lower_names *names)
{
    struct reader reader = reader_of(rdata);

    names->count = 0;
    for (const struct rr_field *field = row->fields; field->kind != FIELD_END; field++) {
        size_t from = (size_t)(reader.at - reader.start);
        SWORN_TRY(field_skip(&reader, field));
        if ((field->flags & FIELD_LOWER) == 0) {
            continue;
        }
        SWORN_ENSURE(names->count < NAMES_MAX, SWORN_LIMIT);
        names->from[names->count] = from;
        names->to[names->count] = (size_t)(reader.at - reader.start);
        names->count++;
    }
    return read_end(&reader);
}

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

enum sworn_result rdata_canonical(uint16_t type, struct octets rdata, struct writer *canonical)
{
    const struct rr_type *row = rr_type_find(type);
    struct lower_names names = {0};
    size_t start = canonical->used;

    if (row == NULL || !has_lower_names(row)) {
        SWORN_TRY(rdata_check(type, rdata));
        return write_octets(canonical, rdata);
    }
    SWORN_TRY(find_lower_names(row, rdata, &names));
    SWORN_TRY(write_octets(canonical, rdata));
    /* Length octets are below 'A', so whole names may be run over. */
    for (size_t i = 0; i < names.count; i++) {
        for (size_t at = start + names.from[i]; at < start + names.to[i]; at++) {
            canonical->start[at] = lower(canonical->start[at]);
        }
    }
    return SWORN_OK;
}

static bool in_name(const struct lower_names *names, size_t at)
{
    for (size_t i = 0; i < names->count; i++) {
        if (at >= names->from[i] && at < names->to[i]) {
            return true;
        }
    }
    return false;
}

int rdata_compare(uint16_t type, struct octets a, struct octets b)
{
    const struct rr_type *row = rr_type_find(type);
    struct lower_names a_names = {0};
    struct lower_names b_names = {0};
    size_t common = a.size < b.size ? a.size : b.size;

    if (row == NULL || !has_lower_names(row)) {
        return octets_compare(a, b);
    }
    (void)!find_lower_names(row, a, &a_names);
    (void)!find_lower_names(row, b, &b_names);
    for (size_t i = 0; i < common; i++) {
        uint8_t a_octet = in_name(&a_names, i) ? lower(a.data[i]) : a.data[i];
        uint8_t b_octet = in_name(&b_names, i) ? lower(b.data[i]) : b.data[i];
        if (a_octet != b_octet) {
            return a_octet - b_octet;
        }
    }
    return (a.size > b.size) - (a.size < b.size);
}

struct parts {
    struct rdata_part *list;
    size_t count;
};

static enum sworn_result add_part(struct parts *parts, const uint8_t *from, const uint8_t *to,
                                  const struct rr_field *name)
{
    if (from == to) {
        return SWORN_OK;
    }
    SWORN_ENSURE(parts->count < RDATA_PARTS_MAX, SWORN_LIMIT);
    unsigned flags = name == NULL ? 0 : name->flags;
    parts->list[parts->count] = (struct rdata_part){
        .octets = octets_of(from, (size_t)(to - from)),
        .is_name = name != NULL,
        .may_compress = (flags & FIELD_COMPRESS) != 0,
        .is_target = (flags & FIELD_TARGET) != 0,
    };
    parts->count++;
    return SWORN_OK;
}

enum sworn_result rdata_parts(uint16_t type, struct octets rdata,
                              struct rdata_part parts[RDATA_PARTS_MAX], size_t *count)
{
    const struct rr_type *row = rr_type_find(type);
    struct reader reader = reader_of(rdata);
    struct parts found = {.list = parts};
    const uint8_t *pending = reader.at; /* octets that are in no part yet */

    for (const struct rr_field *field = row == NULL ? NULL : row->fields;
         field != NULL && field->kind != FIELD_END; field++) {
        const uint8_t *at = reader.at;
        SWORN_TRY(field_skip(&reader, field));
        if (field->kind != FIELD_NAME) {
            continue;
        }
        SWORN_TRY(add_part(&found, pending, at, NULL));
        SWORN_TRY(add_part(&found, at, reader.at, field));
        pending = reader.at;
    }
    SWORN_ENSURE(row == NULL || reader_left(&reader) == 0, SWORN_MALFORMED);
    SWORN_TRY(add_part(&found, pending, reader.end, NULL));
    *count = found.count;
    return SWORN_OK;
}

static bool has_compressed_names(const struct rr_type *row)
{
    for (const struct rr_field *field = row->fields; field->kind != FIELD_END; field++) {
        if ((field->flags & FIELD_COMPRESS) != 0) {
            return true;
        }
    }
    return false;
}

/* Pointers lead to before the RDATA, so the whole message is the reader's up to the RDATA's end. */
static enum sworn_result decompress(const struct rr_type *row, struct reader *reader,
                                    struct writer *rdata)
{
    struct name name;

    for (const struct rr_field *field = row->fields; field->kind != FIELD_END; field++) {
        const uint8_t *at = reader->at;
        if ((field->flags & FIELD_COMPRESS) != 0) {
            SWORN_TRY(name_read_compressed(reader, &name));
            SWORN_TRY(write_octets(rdata, name_octets(&name)));
            continue;
        }
        SWORN_TRY(field_skip(reader, field));
        SWORN_TRY(write_octets(rdata, octets_of(at, (size_t)(reader->at - at))));
    }
    return read_end(reader);
}

enum sworn_result rdata_from_wire(uint16_t type, struct reader *message, size_t size,
                                  struct writer *rdata)
{
    const struct rr_type *row = rr_type_find(type);
    struct reader inside = *message;
    struct octets octets;

    SWORN_ENSURE(size <= RDATA_MAX && size <= reader_left(message), SWORN_MALFORMED);
    inside.end = inside.at + size;
    if (row != NULL && has_compressed_names(row)) {
        SWORN_TRY(decompress(row, &inside, rdata));
        message->at = inside.end;
        return SWORN_OK;
    }
    octets = octets_of(inside.at, size);
    SWORN_TRY(rdata_check(type, octets));
    SWORN_TRY(write_octets(rdata, octets));
    message->at = inside.end;
    return SWORN_OK;
}

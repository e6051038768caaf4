/*
 * json.h - record operations as JSON: writing them, and reading one strictly. No imports.
 *
 *   "Clear"
 *   {"RemoveRecords":{"record":"A","name":"www","index":0}}          record, name, index or null
 *   {"UpdateRecord":{"mode":"Set","record":"A","name":"www","content":"192.0.2.1","ttl":"300"}}
 *
 * Members come in any order, each of them once and no others. Strings stay where they stand,
 * between their quotes and with their escapes, so that reading needs no memory: fdns_json_point()
 * goes through one, fdns_json_decode() copies it. Nothing nests deeper than these forms.
 */
#ifndef FDNS_JSON_H
#define FDNS_JSON_H

#include "octets.h"

/* Writing. */

/** A JSON string with its quotes; `octets` has to be UTF-8 already. */
FDNS_ONCE void fdns_put_json(struct fdns_text *text, struct fdns_octets octets)
{
    static const char hex[] = "0123456789abcdef";

    fdns_put(text, "\"");
    for (size_t i = 0; i < octets.size; i++) {
        uint8_t octet = octets.data[i];
        char control[] = {'\\', 'u', '0', '0', hex[octet >> 4], hex[octet & 15], '\0'};

        if (octet < 0x20) {
            fdns_put(text, control);
            continue;
        }
        if (octet == '"' || octet == '\\') {
            fdns_put(text, "\\");
        }
        fdns_put_character(text, (char)octet);
    }
    fdns_put(text, "\"");
}

struct fdns_record {
    const char *name;    /* relative to the apex, "@" for the apex */
    const char *type;    /* "A", "TXT", "TYPE65400" */
    const char *content; /* RDATA as in a master file */
    const char *ttl;     /* NULL: the set's own or the zone's default */
};

/** The operation that sets ("Set") or adds ("Append") a record. */
FDNS_ONCE void fdns_put_update(struct fdns_text *json, const char *mode,
                               const struct fdns_record *record)
{
    fdns_put(json, "{\"UpdateRecord\":{\"mode\":\"");
    fdns_put(json, mode);
    fdns_put(json, "\",\"record\":");
    fdns_put_json(json, fdns_text_of(record->type));
    fdns_put(json, ",\"name\":");
    fdns_put_json(json, fdns_text_of(record->name));
    fdns_put(json, ",\"content\":");
    fdns_put_json(json, fdns_text_of(record->content));
    fdns_put(json, ",\"ttl\":");
    if (record->ttl == NULL) {
        fdns_put(json, "null}}");
    } else {
        fdns_put_json(json, fdns_text_of(record->ttl));
        fdns_put(json, "}}");
    }
}

/** The operation that removes all records of a name and type. */
static inline void fdns_put_removal(struct fdns_text *json, const char *name, const char *type)
{
    fdns_put(json, "{\"RemoveRecords\":{\"record\":");
    fdns_put_json(json, fdns_text_of(type));
    fdns_put(json, ",\"name\":");
    fdns_put_json(json, fdns_text_of(name));
    fdns_put(json, ",\"index\":null}}");
}

/* Strings. */

static inline bool fdns_json_hex4_(struct fdns_octets *raw, uint32_t *number)
{
    struct fdns_octets digits;
    uint8_t pair[2];

    if (!fdns_read_octets(raw, 4, &digits) || !fdns_hex(digits, pair)) {
        return false;
    }
    *number = (uint32_t)pair[0] << 8 | pair[1];
    return true;
}

/* What follows a backslash. */
static inline bool fdns_json_escape_(struct fdns_octets *raw, uint32_t *point)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    struct fdns_octets letter, mark;
    uint32_t low;

    if (!fdns_read_octets(raw, 1, &letter)) {
        return false;
    }
    for (size_t i = 0; letters[i] != '\0'; i++) {
        if (letter.data[0] == (uint8_t)letters[i]) {
            *point = (uint8_t)values[i];
            return true;
        }
    }
    if (letter.data[0] != 'u' || !fdns_json_hex4_(raw, point) || *point == 0) {
        return false;
    }
    if (*point < 0xD800 || *point > 0xDFFF) {
        return true;
    }
    /* RFC 8259 7: what does not fit four digits is a pair of surrogates, the high one first. */
    if (*point > 0xDBFF || !fdns_read_octets(raw, 2, &mark) || memcmp(mark.data, "\\u", 2) != 0 ||
        !fdns_json_hex4_(raw, &low) || low < 0xDC00 || low > 0xDFFF) {
        return false;
    }
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* RFC 3629 3: as short as possible, no surrogates, nothing above 10FFFF. */
static inline bool fdns_json_utf8_(struct fdns_octets *raw, uint32_t *point)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint8_t first = raw->data[0];
    size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    struct fdns_octets octets;

    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 ||
        !fdns_read_octets(raw, more + 1, &octets)) {
        return false;
    }
    *point = more == 0 ? first : first & (0x3FU >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((octets.data[i] & 0xC0) != 0x80) {
            return false;
        }
        *point = *point << 6 | (octets.data[i] & 0x3F);
    }
    return *point >= least[more] && *point <= 0x10FFFF && (*point < 0xD800 || *point > 0xDFFF);
}

/** The next character of a string that is not at its end; false when it is none. */
FDNS_ONCE bool fdns_json_point(struct fdns_octets *raw, uint32_t *point)
{
    struct fdns_octets backslash;

    if (raw->data[0] < 0x20 || raw->data[0] == '"') {
        return false;
    }
    if (raw->data[0] != '\\') {
        return fdns_json_utf8_(raw, point);
    }
    return fdns_read_octets(raw, 1, &backslash) && fdns_json_escape_(raw, point);
}

/** How many characters at the front are ASCII from `least` to 7E as they stand. */
FDNS_ONCE size_t fdns_json_plain(struct fdns_octets raw, uint8_t least)
{
    size_t size = 0;

    while (size < raw.size && raw.data[size] >= least && raw.data[size] < 0x7F &&
           raw.data[size] != '"' && raw.data[size] != '\\') {
        size++;
    }
    return size;
}

/** Whether a string that was read means this ASCII text. */
FDNS_ONCE bool fdns_json_is(struct fdns_octets raw, const char *text)
{
    uint32_t point;

    if (fdns_is(raw, text)) {
        return true; /* no backslash in ours, so none in theirs */
    }
    while (raw.size > 0) {
        if (!fdns_json_point(&raw, &point) || *text == '\0' || point != (uint8_t)*text) {
            return false;
        }
        text++;
    }
    return *text == '\0';
}

/** Write what a string that was read means, as UTF-8 of at most raw.size octets; the size. */
static inline size_t fdns_json_decode(struct fdns_octets raw, uint8_t *target)
{
    size_t size = 0;
    uint32_t point;

    while (raw.size > 0 && fdns_json_point(&raw, &point)) {
        if (point < 0x80) {
            target[size++] = (uint8_t)point;
            continue;
        }
        if (point < 0x800) {
            target[size++] = (uint8_t)(0xC0 | point >> 6);
        } else {
            if (point < 0x10000) {
                target[size++] = (uint8_t)(0xE0 | point >> 12);
            } else {
                target[size++] = (uint8_t)(0xF0 | point >> 18);
                target[size++] = (uint8_t)(0x80 | (point >> 12 & 0x3F));
            }
            target[size++] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
        }
        target[size++] = (uint8_t)(0x80 | (point & 0x3F));
    }
    return size;
}

/* Reading. */

static inline void fdns_json_space_(struct fdns_octets *json)
{
    struct fdns_octets space;

    while (json->size > 0 && (json->data[0] == ' ' || json->data[0] == '\t' ||
                              json->data[0] == '\n' || json->data[0] == '\r')) {
        (void)fdns_read_octets(json, 1, &space);
    }
}

/** This character next, after any space. */
FDNS_ONCE bool fdns_json_take(struct fdns_octets *json, char character)
{
    struct fdns_octets taken;

    fdns_json_space_(json);
    return json->size > 0 && json->data[0] == (uint8_t)character &&
           fdns_read_octets(json, 1, &taken);
}

/** A string, after any space: what is between its quotes. */
FDNS_ONCE bool fdns_json_string(struct fdns_octets *json, struct fdns_octets *raw)
{
    const uint8_t *start;
    uint32_t point;

    if (!fdns_json_take(json, '"')) {
        return false;
    }
    start = json->data;
    (void)fdns_read_octets(json, fdns_json_plain(*json, 0x20), raw);
    while (json->size > 0 && json->data[0] != '"') {
        if (!fdns_json_point(json, &point)) {
            return false;
        }
        (void)fdns_read_octets(json, fdns_json_plain(*json, 0x20), raw);
    }
    *raw = fdns_octets_of(start, (size_t)(json->data - start));
    return fdns_json_take(json, '"');
}

/** A whole number from 0 to 2^63 - 1, after any space. */
FDNS_ONCE bool fdns_json_number(struct fdns_octets *json, uint64_t *number)
{
    struct fdns_octets digits;
    size_t size = 0;

    fdns_json_space_(json);
    while (size < json->size && json->data[size] >= '0' && json->data[size] <= '9') {
        size++;
    }
    return fdns_read_octets(json, size, &digits) && fdns_decimal(digits, number) &&
           *number <= INT64_MAX && (size == 1 || digits.data[0] != '0');
}

static inline bool fdns_json_null(struct fdns_octets *json)
{
    struct fdns_octets word;

    fdns_json_space_(json);
    return fdns_begins(*json, fdns_text_of("null")) && fdns_read_octets(json, 4, &word);
}

enum fdns_verb { FDNS_SET, FDNS_ADD, FDNS_REMOVE, FDNS_CLEAR };

/** A record operation; the octets are strings of the JSON, see fdns_json_decode(). */
struct fdns_change {
    enum fdns_verb verb;
    bool name_given, type_given, ttl_given, index_given; /* false: null */
    struct fdns_octets name, type, ttl, content;
    uint64_t index;
};

/* One member that an object has. */
struct fdns_json_member_ {
    const char *name;
    bool *given;                /* NULL: null is not allowed */
    struct fdns_octets *string; /* or else: */
    uint64_t *number;
};

static inline bool fdns_json_value_(struct fdns_octets *json,
                                    const struct fdns_json_member_ *member)
{
    if (member->given != NULL) {
        *member->given = !fdns_json_null(json);
        if (!*member->given) {
            return true;
        }
    }
    return member->string != NULL ? fdns_json_string(json, member->string)
                                  : fdns_json_number(json, member->number);
}

/* An object of exactly these members, at most 8. */
FDNS_ONCE bool fdns_json_object_(struct fdns_octets *json, const struct fdns_json_member_ *members,
                                 size_t count, const char **error)
{
    bool seen[8] = {false};
    struct fdns_octets name;
    size_t at;

    *error = "an operation's JSON is not as it has to be";
    for (size_t i = 0; i < count; i++) {
        if (!fdns_json_take(json, i == 0 ? '{' : ',') || !fdns_json_string(json, &name) ||
            !fdns_json_take(json, ':')) {
            return false;
        }
        for (at = 0; at < count && !fdns_json_is(name, members[at].name); at++) {
        }
        if (at == count || seen[at]) {
            *error = at == count ? "an operation's JSON has a member that is not known"
                                 : "an operation's JSON has a member twice";
            return false;
        }
        seen[at] = true;
        if (!fdns_json_value_(json, &members[at])) {
            return false;
        }
    }
    return fdns_json_take(json, '}');
}

static inline bool fdns_json_update_(struct fdns_octets *json, struct fdns_change *change,
                                     const char **error)
{
    struct fdns_octets mode;
    const struct fdns_json_member_ members[] = {
        {"mode", NULL, &mode, NULL},
        {"record", NULL, &change->type, NULL},
        {"name", NULL, &change->name, NULL},
        {"content", NULL, &change->content, NULL},
        {"ttl", &change->ttl_given, &change->ttl, NULL},
    };

    if (!fdns_json_object_(json, members, sizeof(members) / sizeof(members[0]), error)) {
        return false;
    }
    change->name_given = true;
    change->type_given = true;
    change->verb = fdns_json_is(mode, "Set") ? FDNS_SET : FDNS_ADD;
    *error = "an operation's mode is neither Set nor Append";
    /* "Appened" is how the draft of the ABI spells it. */
    return change->verb == FDNS_SET || fdns_json_is(mode, "Append") ||
           fdns_json_is(mode, "Appened");
}

static inline bool fdns_json_remove_(struct fdns_octets *json, struct fdns_change *change,
                                     const char **error)
{
    const struct fdns_json_member_ members[] = {
        {"record", &change->type_given, &change->type, NULL},
        {"name", &change->name_given, &change->name, NULL},
        {"index", &change->index_given, NULL, &change->index},
    };

    change->verb = FDNS_REMOVE;
    return fdns_json_object_(json, members, sizeof(members) / sizeof(members[0]), error);
}

/** The record operation that is the whole of `json`; false and why when it is none. */
FDNS_ONCE bool fdns_change_read(struct fdns_octets json, struct fdns_change *change,
                                const char **error)
{
    struct fdns_octets name;
    bool object = fdns_json_take(&json, '{');

    *change = (struct fdns_change){.verb = FDNS_CLEAR};
    *error = "an operation's JSON is not as it has to be";
    if (!fdns_json_string(&json, &name)) {
        return false;
    }
    if (!object) {
        fdns_json_space_(&json);
        return fdns_json_is(name, "Clear") && json.size == 0;
    }
    if (!fdns_json_take(&json, ':')) {
        return false;
    }
    if (fdns_json_is(name, "UpdateRecord")) {
        if (!fdns_json_update_(&json, change, error)) {
            return false;
        }
    } else if (!fdns_json_is(name, "RemoveRecords") || !fdns_json_remove_(&json, change, error)) {
        return false;
    }
    *error = "an operation's JSON is not as it has to be";
    if (!fdns_json_take(&json, '}')) {
        return false;
    }
    fdns_json_space_(&json);
    return json.size == 0;
}

#endif

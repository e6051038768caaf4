/*
 * zone.c - the zone as the host shows it, and the operations that change it.
 *
 * RDATA crosses as octets both ways: in hex out of records_*, in the generic form of RFC 3597 into
 * update_record, so that there is no second reading of what the owner signed.
 */
#include "fdns.h"

#include "core/dns/rr.h"
#include "guards/library/sig0/sig0.h"

#include <stdlib.h>

#define NAME_JSON (2 * NAME_TEXT_SIZE)

/* As records_* and update_record name it: relative to the apex, "@" for the apex itself. */
static void put_owner(struct fdns_text *json, const struct name *owner, const struct name *apex)
{
    uint8_t wire[NAME_MAX_SIZE];
    char text[NAME_TEXT_SIZE];
    struct reader reader;
    struct name relative;
    size_t size = (size_t)(owner->size - apex->size);

    if (size == 0) {
        fdns_put(json, "\"@\"");
        return;
    }
    memcpy(wire, owner->wire, size);
    wire[size] = 0;
    reader = reader_of(octets_of(wire, size + 1));
    must(name_read(&reader, &relative), NULL);
    name_to_text(&relative, text);
    fdns_put_json(json, fdns_octets_of(text, strlen(text) - 1));
}

static void zone_apex(struct name *apex)
{
    char text[NAME_TEXT_SIZE];
    size_t size = fdns_zone_copy(text, 0, sizeof(text));

    must(name_from_text(octets_of(text, size), NULL, apex), NULL);
}

/* The answer to a query, in room that serves one after the other. */
static struct octets query_name(const struct name *owner, const struct name *apex)
{
    static uint8_t *room;
    static size_t room_size;
    FDNS_TEXT(query, NAME_JSON + 64);
    int32_t size;

    fdns_put(&query, "{\"name\":");
    put_owner(&query, owner, apex);
    fdns_put(&query, ",\"record\":null}");
    size = fdns_records_size(query.start, query.used);
    if (size < 0) {
        refuse(RCODE_REFUSED, "the update looks at too much of the zone");
    }
    if ((size_t)size > room_size) {
        room_size = (size_t)size;
        room = (uint8_t *)fdns_alloc(room_size);
    }
    return octets_of(room, fdns_records_copy(room, 0, (size_t)size));
}

/* Behind the next `"member":"`, up to the quote that ends the string; false when there is none. */
static bool next_string(struct octets *json, const char *member, struct octets *text)
{
    size_t size = strlen(member), at = 0, end;

    while (at + size <= json->size && memcmp(json->data + at, member, size) != 0) {
        /* A quote inside a string is escaped, so a member's own quotes cannot be in one. */
        at += json->data[at] == '\\' ? 2 : 1;
    }
    if (at + size > json->size) {
        return false;
    }
    at += size;
    for (end = at; end < json->size && json->data[end] != '"'; end++) {
        end += json->data[end] == '\\';
    }
    if (end >= json->size) {
        return false;
    }
    *text = octets_of(json->data + at, end - at);
    *json = octets_of(json->data + end, json->size - end);
    return true;
}

static uint8_t digit(uint8_t character)
{
    return (uint8_t)(character <= '9' ? character - '0' : character - 'a' + 10);
}

static enum sworn_result octets_of_hex(struct octets hex, struct region *region,
                                       struct octets *octets)
{
    uint8_t *room;
    void *memory;

    SWORN_TRY(region_alloc(region, hex.size / 2, &memory));
    room = memory;
    for (size_t i = 0; i + 1 < hex.size; i += 2) {
        room[i / 2] = (uint8_t)(digit(hex.data[i]) << 4 | digit(hex.data[i + 1]));
    }
    *octets = octets_of(room, hex.size / 2);
    return SWORN_OK;
}

static uint32_t number_of(struct octets text)
{
    uint32_t number = 0;

    for (size_t i = 0; i < text.size; i++) {
        number = number * 10 + (uint32_t)(text.data[i] - '0');
    }
    return number;
}

/* {"name","record","ttl","content","rdata","index"} of each, in this order (docs/guard-abi.md) */
static enum sworn_result load(void *context, struct names *names, struct name_entry *entry)
{
    struct octets json, type, ttl, hex, rdata;
    struct name apex;
    uint16_t code;

    (void)context;
    zone_apex(&apex);
    json = query_name(&entry->name, &apex);
    while (next_string(&json, "\"record\":\"", &type)) {
        SWORN_ENSURE(next_string(&json, "\"ttl\":\"", &ttl) &&
                         next_string(&json, "\"rdata\":\"", &hex),
                     SWORN_MALFORMED);
        SWORN_TRY(rr_code_from_text(type, &code));
        SWORN_TRY(octets_of_hex(hex, names->region, &rdata));
        SWORN_TRY(names_load(names, entry, code, number_of(ttl), rdata));
    }
    return SWORN_OK;
}

const struct names_source zone_source = {.load = load};

/* RFC 3597 5 */
static void put_content(struct fdns_text *json, struct octets rdata)
{
    static const char hex[] = "0123456789abcdef";

    fdns_put(json, "\"\\\\# ");
    fdns_put_number(json, rdata.size);
    fdns_put(json, " ");
    for (size_t i = 0; i < rdata.size; i++) {
        char pair[2] = {hex[rdata.data[i] >> 4], hex[rdata.data[i] & 15]};

        fdns_put_octets(json, fdns_octets_of(pair, sizeof(pair)));
    }
    fdns_put(json, "\"");
}

struct place {
    const struct name *apex, *owner;
    const struct name_set *set;
    char type[16];
};

static void give_removal(const struct place *place)
{
    FDNS_TEXT(json, NAME_JSON + 128);

    fdns_put(&json, "{\"RemoveRecords\":{\"record\":\"");
    fdns_put(&json, place->type);
    fdns_put(&json, "\",\"name\":");
    put_owner(&json, place->owner, place->apex);
    fdns_put(&json, ",\"index\":null}}");
    fdns_update_record(json.start, json.used);
}

static void give_record(const struct place *place, const char *mode, struct octets rdata)
{
    size_t room = NAME_JSON + 160 + 2 * rdata.size;
    struct fdns_text json = {(char *)malloc(room), 0, room};

    fdns_put(&json, "{\"UpdateRecord\":{\"mode\":\"");
    fdns_put(&json, mode);
    fdns_put(&json, "\",\"record\":\"");
    fdns_put(&json, place->type);
    fdns_put(&json, "\",\"name\":");
    put_owner(&json, place->owner, place->apex);
    fdns_put(&json, ",\"content\":");
    put_content(&json, rdata);
    fdns_put(&json, ",\"ttl\":\"");
    fdns_put_number(&json, place->set->ttl);
    fdns_put(&json, "\"}}");
    fdns_update_record(json.start, json.used);
    free(json.start);
}

static void give_set(const struct place *place)
{
    const struct name_set *set = place->set;

    if (set->count == 0) {
        give_removal(place);
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->rewritten || set->records[i].is_new) {
            give_record(place, set->rewritten && i == 0 ? "Set" : "Append", set->records[i].rdata);
        }
    }
}

void zone_change(const struct names *names, const struct name *apex)
{
    for (const struct name_entry *entry = names->first; entry != NULL; entry = entry->after) {
        for (const struct name_set *set = entry->sets; set != NULL; set = set->next) {
            struct place place = {.apex = apex, .owner = &entry->name, .set = set};

            if (set->changed) {
                rr_code_to_text(set->type, place.type);
                give_set(&place);
            }
        }
    }
}

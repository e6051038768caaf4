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
static void owner_text(const struct name *owner, const struct name *apex, char text[NAME_TEXT_SIZE])
{
    uint8_t wire[NAME_MAX_SIZE];
    struct reader reader;
    struct name relative;
    size_t size = (size_t)(owner->size - apex->size);

    if (size == 0) {
        memcpy(text, "@", 2);
        return;
    }
    memcpy(wire, owner->wire, size);
    wire[size] = 0;
    reader = reader_of(octets_of(wire, size + 1));
    must(name_read(&reader, &relative), NULL);
    name_to_text(&relative, text);
    text[strlen(text) - 1] = '\0'; /* the last dot */
}

static void zone_apex(struct name *apex)
{
    char text[NAME_TEXT_SIZE];
    size_t size = fdns_zone_copy(text, 0, sizeof(text));

    must(name_from_text(octets_of(text, size), NULL, apex), NULL);
}

/* The answer to a query, in room that serves one after the other. */
static struct fdns_octets query_name(const struct name *owner, const struct name *apex)
{
    static uint8_t *room;
    static size_t room_size;
    char name[NAME_TEXT_SIZE];
    FDNS_TEXT(query, NAME_JSON + 64);
    int32_t size;

    owner_text(owner, apex, name);
    fdns_put(&query, "{\"name\":");
    fdns_put_json(&query, fdns_text_of(name));
    fdns_put(&query, ",\"record\":null}");
    size = fdns_records_size(query.start, query.used);
    if (size < 0) {
        refuse(RCODE_REFUSED, "the update looks at too much of the zone");
    }
    if ((size_t)size > room_size) {
        room_size = (size_t)size;
        room = (uint8_t *)fdns_alloc(room_size);
    }
    return fdns_octets_of(room, fdns_records_copy(room, 0, (size_t)size));
}

/* Of a record that is there; strings of JSON, none of which has an escape. */
struct shown {
    struct fdns_octets type, ttl, rdata;
};

/* {"name","record","ttl","content","rdata","index"}, each a string but for the index. */
static bool read_shown(struct fdns_octets *json, struct shown *shown)
{
    struct fdns_octets member, value;
    uint64_t index;

    for (char before = '{'; fdns_json_take(json, before); before = ',') {
        if (!fdns_json_string(json, &member) || !fdns_json_take(json, ':')) {
            return false;
        }
        if (fdns_is(member, "index")) {
            if (!fdns_json_number(json, &index)) {
                return false;
            }
            continue;
        }
        if (!fdns_json_string(json, &value)) {
            return false;
        }
        if (fdns_is(member, "record")) {
            shown->type = value;
        } else if (fdns_is(member, "ttl")) {
            shown->ttl = value;
        } else if (fdns_is(member, "rdata")) {
            shown->rdata = value;
        }
    }
    return fdns_json_take(json, '}');
}

static enum sworn_result load_shown(const struct shown *shown, struct names *names,
                                    struct name_entry *entry)
{
    uint64_t ttl;
    uint16_t code;
    void *rdata;

    SWORN_TRY(rr_code_from_text(octets_of(shown->type.data, shown->type.size), &code));
    SWORN_TRY(region_alloc(names->region, shown->rdata.size / 2, &rdata));
    SWORN_ENSURE(fdns_decimal(shown->ttl, &ttl) && fdns_hex(shown->rdata, (uint8_t *)rdata),
                 SWORN_MALFORMED);
    return names_load(names, entry, code, (uint32_t)ttl, octets_of(rdata, shown->rdata.size / 2));
}

/* An array of them (docs/guard-abi.md). */
static enum sworn_result load(void *context, struct names *names, struct name_entry *entry)
{
    struct fdns_octets json;
    struct name apex;

    (void)context;
    zone_apex(&apex);
    json = query_name(&entry->name, &apex);
    SWORN_ENSURE(fdns_json_take(&json, '['), SWORN_MALFORMED);
    while (!fdns_json_take(&json, ']')) {
        struct shown shown = {.type = {NULL, 0}};

        SWORN_ENSURE(read_shown(&json, &shown), SWORN_MALFORMED);
        SWORN_TRY(load_shown(&shown, names, entry));
        (void)fdns_json_take(&json, ',');
    }
    return SWORN_OK;
}

const struct names_source zone_source = {.load = load};

struct place {
    const struct name *apex, *owner;
    const struct name_set *set;
    char type[16];
};

static void give_removal(const struct place *place)
{
    char name[NAME_TEXT_SIZE];
    FDNS_TEXT(json, NAME_JSON + 128);

    owner_text(place->owner, place->apex, name);
    fdns_put_removal(&json, name, place->type);
    fdns_update_record(json.start, json.used);
}

/* Given back at once: a set may be large, and there may be many. */
static void give_record(const struct place *place, const char *mode, struct octets rdata)
{
    size_t room = 2 * rdata.size + 32;
    struct fdns_text content = {(char *)malloc(room), 0, room};
    struct fdns_text json = {(char *)malloc(room + NAME_JSON + 160), 0, room + NAME_JSON + 160};
    char name[NAME_TEXT_SIZE];
    FDNS_TEXT(ttl, 16);

    owner_text(place->owner, place->apex, name);
    fdns_put_number(&ttl, place->set->ttl);
    fdns_put_character(&ttl, '\0');
    fdns_put(&content, "\\# "); /* RFC 3597 5 */
    fdns_put_number(&content, rdata.size);
    fdns_put(&content, " ");
    fdns_put_hex(&content, fdns_octets_of(rdata.data, rdata.size));
    fdns_put_character(&content, '\0');
    fdns_put_update(
        &json, mode,
        &(struct fdns_record){
            .name = name, .type = place->type, .content = content.start, .ttl = ttl.start});
    fdns_update_record(json.start, json.used);
    free(json.start);
    free(content.start);
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

/*
 * load_zone.c - a signed master file as signed sets; see load_zone.h.
 */
#include "tests/unit/host/load_zone.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dns/master.h"

#define ZONE_MEMORY ((size_t)8 << 30)

struct record {
    uint8_t key[NAME_KEY_MAX];
    size_t key_size;
    uint16_t type; /* of the set it belongs to */
    bool is_rrsig;
    size_t number; /* in the file */
    struct master_record record;
};

struct records {
    struct zone_sets *sets;
    size_t count, room;
    struct record **record;
};

static enum sworn_result take(void *context, const struct master_record *master,
                              struct reason *reason)
{
    struct records *records = context;
    struct record *record;
    struct octets rdata;
    void *memory;

    (void)reason;
    if (records->count == records->room) {
        records->room = records->room == 0 ? 1024 : records->room * 2;
        records->record = realloc(records->record, records->room * sizeof(struct record *));
    }
    SWORN_TRY(region_alloc(&records->sets->region, sizeof(struct record), &memory));
    SWORN_TRY(region_copy(&records->sets->region, master->rdata, &rdata));
    record = memory;
    record->record = *master;
    record->record.rdata = rdata;
    name_lower(&record->record.owner);
    record->key_size = name_to_key(&master->owner, record->key);
    record->is_rrsig = master->type == RR_RRSIG;
    record->type = master->type;
    if (record->is_rrsig) {
        record->type = (uint16_t)(rdata.data[0] << 8 | rdata.data[1]);
    }
    record->number = records->count;
    if (master->type == RR_SOA) {
        records->sets->apex = record->record.owner;
    }
    records->record[records->count++] = record;
    return SWORN_OK;
}

static int same_set(const struct record *a, const struct record *b)
{
    int order = octets_compare(octets_of(a->key, a->key_size), octets_of(b->key, b->key_size));

    return order != 0 ? order : (a->type > b->type) - (a->type < b->type);
}

static int compare(const void *left, const void *right)
{
    const struct record *a = *(const struct record *const *)left;
    const struct record *b = *(const struct record *const *)right;
    int order = same_set(a, b);

    if (order == 0) {
        order = a->is_rrsig - b->is_rrsig;
    }
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static enum sworn_result collect(struct zone_sets *sets, struct record **record, size_t count)
{
    struct signed_set *set = &sets->set[sets->count];
    struct region scratch;
    void *memory;

    *set = (struct signed_set){.rrset = {.owner = record[0]->record.owner,
                                         .type = record[0]->type,
                                         .ttl = record[0]->record.ttl}};
    SWORN_TRY(region_array(&sets->region, count, sizeof(struct octets), &memory));
    set->rrset.rdata = memory;
    SWORN_TRY(region_array(&sets->region, count, sizeof(struct octets), &memory));
    set->rrsig = memory;
    for (size_t i = 0; i < count; i++) {
        if (record[i]->is_rrsig) {
            set->rrsig[set->rrsig_count++] = record[i]->record.rdata;
            continue;
        }
        set->rrset.rdata[set->rrset.count++] = record[i]->record.rdata;
    }
    if (set->rrset.count == 0) {
        return SWORN_OK; /* a signature of nothing */
    }
    region_init(&scratch, ZONE_MEMORY);
    enum sworn_result result = rrset_sort(&set->rrset, &scratch);
    region_clear(&scratch);
    sets->count++;
    return result;
}

static enum sworn_result group(struct zone_sets *sets, struct records *records)
{
    void *memory;

    qsort(records->record, records->count, sizeof(struct record *), compare);
    SWORN_TRY(region_array(&sets->region, records->count, sizeof(struct signed_set), &memory));
    sets->set = memory;
    for (size_t from = 0; from < records->count;) {
        size_t to = from + 1;

        while (to < records->count && same_set(records->record[from], records->record[to]) == 0) {
            to++;
        }
        SWORN_TRY(collect(sets, records->record + from, to - from));
        from = to;
    }
    return SWORN_OK;
}

bool zone_sets_read(struct zone_sets *sets, struct octets text, const char *origin,
                    struct reason *reason)
{
    struct records records = {.sets = sets};
    struct master_options options = {.default_ttl = 3600, .context = &records, .record = take};
    enum sworn_result result;

    *sets = (struct zone_sets){.count = 0};
    *reason = (struct reason){.text = ""};
    region_init(&sets->region, ZONE_MEMORY);
    result = name_from_text(octets_of_text(origin), NULL, &options.origin);
    sets->apex = options.origin;
    if (result == SWORN_OK) {
        result = master_parse(text, &options, reason);
    }
    if (result == SWORN_OK) {
        result = group(sets, &records);
    }
    free(records.record);
    if (result != SWORN_OK) {
        region_clear(&sets->region);
    }
    return result == SWORN_OK;
}

static size_t read_all(FILE *file, char **text)
{
    size_t size = 0;
    size_t room = 0;
    size_t got;

    *text = NULL;
    do {
        room = room == 0 ? (size_t)1 << 20 : room * 2;
        *text = realloc(*text, room);
        got = fread(*text + size, 1, room - size, file);
        size += got;
    } while (size == room);
    return size;
}

bool zone_sets_read_file(struct zone_sets *sets, const char *path, const char *origin,
                         struct reason *reason)
{
    size_t length = strlen(path);
    bool packed = length > 3 && strcmp(path + length - 3, ".xz") == 0;
    char command[4200];
    char *text;
    FILE *file;
    bool done;

    snprintf(command, sizeof(command), "xz -dc '%s'", path);
    file = packed ? popen(command, "r") : fopen(path, "r");
    if (file == NULL) {
        (void)because(reason, SWORN_IO, "%s: cannot be read", path);
        return false;
    }
    length = read_all(file, &text);
    (void)(packed ? pclose(file) : fclose(file));
    done = length > 0 && zone_sets_read(sets, octets_of(text, length), origin, reason);
    free(text);
    return done;
}

void zone_sets_free(struct zone_sets *sets)
{
    region_clear(&sets->region);
}

enum sworn_result zone_sets_load(const struct zone_sets *sets, struct answer_server *server)
{
    struct answer_loading *loading;

    SWORN_TRY(answer_load_begin(server, &sets->apex, &loading));
    for (size_t i = 0; i < sets->count; i++) {
        enum sworn_result result = answer_load_set(loading, &sets->set[i]);

        if (result != SWORN_OK) {
            (void)!answer_load_end(loading, false);
            return result;
        }
    }
    return answer_load_end(loading, true);
}

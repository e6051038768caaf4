/*
 * zonefile.c - see zonefile.h.
 */
#include "cli/zone/zonefile.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/file.h"
#include "core/change/zone.h"
#include "core/dns/master.h"

/* One record, until all of its set are known. */
struct line {
    struct octets key;
    struct name owner;
    uint16_t type;
    uint32_t ttl;
    struct octets rdata;
};

struct zonefile {
    const char *path;
    const struct name *apex;
    struct record_list *list;
    struct zonefile_dropped *dropped;
    struct line *lines;
    size_t count, capacity;
};

static enum sworn_result lines_grow(struct zonefile *file)
{
    return region_grow(file->list->region, &file->lines, file->count, &file->capacity,
                       sizeof(*file->lines));
}

static enum sworn_result line_take(void *context, const struct master_record *record,
                                   struct reason *reason)
{
    struct zonefile *file = context;
    struct rrset_key key;
    struct line *line;

    SWORN_SAY(record->class == CLASS_IN, reason, SWORN_INVALID, "line %zu: the class is not IN",
              record->line);
    if (!name_within(&record->owner, file->apex)) {
        file->dropped->outside++;
        return SWORN_OK;
    }
    if (type_is_enclaves(record->type)) {
        file->dropped->enclaves++;
        return SWORN_OK;
    }
    SWORN_SAY(rr_is_data(record->type), reason, SWORN_INVALID,
              "line %zu: this type cannot stand in a zone", record->line);
    SWORN_TRY(lines_grow(file));
    line = &file->lines[file->count];
    *line = (struct line){.owner = record->owner, .type = record->type, .ttl = record->ttl};
    name_lower(&line->owner);
    rrset_key(&line->owner, line->type, &key);
    SWORN_TRY(region_copy(file->list->region, octets_of(key.octets, key.size), &line->key));
    SWORN_TRY(region_copy(file->list->region, record->rdata, &line->rdata));
    file->count++;
    return SWORN_OK;
}

static enum sworn_result file_included(void *context, struct octets path, struct octets *text,
                                       struct reason *reason)
{
    const struct zonefile *file = context;
    const char *slash = strrchr(file->path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - file->path) + 1;
    char *full;

    SWORN_SAY(path.size > 0 && memchr(path.data, 0, path.size) == NULL, reason, SWORN_MALFORMED,
              "$INCLUDE names no file");
    if (path.data[0] == '/') {
        folder = 0;
    }
    SWORN_TRY(text_in(file->list->region, &full, "%.*s%.*s", (int)folder, file->path,
                      (int)path.size, (const char *)path.data));
    SWORN_SAY(file_read(full, FILE_MAX, file->list->region, text, reason) == SWORN_OK, reason,
              SWORN_IO, "$INCLUDE: cannot read %s", full);
    return SWORN_OK;
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    int order = octets_compare(left->key, right->key);

    return order != 0 ? order : octets_compare(left->rdata, right->rdata);
}

/* The set that lines[first..end) make. */
static enum sworn_result set_add(struct zonefile *file, size_t first, size_t end)
{
    const struct line *line = &file->lines[first];
    struct record_set set = {.rrset = {.owner = line->owner, .type = line->type, .ttl = line->ttl}};
    bool same_ttl = true;
    uint16_t kept;
    void *memory;

    SWORN_ENSURE(end - first <= UINT16_MAX, SWORN_LIMIT);
    SWORN_TRY(region_array(file->list->region, end - first, sizeof(struct octets), &memory));
    set.rrset.rdata = memory;
    for (size_t i = first; i < end; i++) {
        set.rrset.rdata[i - first] = file->lines[i].rdata;
        same_ttl = same_ttl && file->lines[i].ttl == line->ttl;
        set.rrset.ttl = file->lines[i].ttl < set.rrset.ttl ? file->lines[i].ttl : set.rrset.ttl;
    }
    set.rrset.count = (uint16_t)(end - first);
    SWORN_TRY(records_add(file->list, &set));
    kept = file->list->sets[file->list->count - 1].rrset.count;
    file->dropped->duplicates += (end - first) - kept;
    file->dropped->ttls += same_ttl ? 0 : 1;
    return SWORN_OK;
}

static enum sworn_result sets_make(struct zonefile *file, struct reason *reason)
{
    qsort(file->lines, file->count, sizeof(struct line), by_key_and_place);
    for (size_t first = 0, end; first < file->count; first = end) {
        char owner[NAME_TEXT_SIZE];

        end = first + 1;
        while (end < file->count && octets_equal(file->lines[end].key, file->lines[first].key)) {
            end++;
        }
        name_to_text(&file->lines[first].owner, owner);
        SWORN_SAY(set_add(file, first, end) == SWORN_OK, reason, SWORN_LIMIT,
                  "%s: the records of type %u at %.300s cannot be a set", file->path,
                  file->lines[first].type, owner);
    }
    return records_order(file->list);
}

static enum sworn_result apex_check(const struct zonefile *file, struct reason *reason)
{
    const struct record_set *soa = records_find(file->list, file->apex, RR_SOA);
    char apex[NAME_TEXT_SIZE];

    name_to_text(file->apex, apex);
    SWORN_SAY(soa != NULL, reason, SWORN_INVALID, "%s: there is no SOA at %.300s", file->path,
              apex);
    SWORN_SAY(soa->rrset.count == 1, reason, SWORN_INVALID, "%s: there are %u SOA at %.300s",
              file->path, soa->rrset.count, apex);
    SWORN_SAY(records_find(file->list, file->apex, RR_NS) != NULL, reason, SWORN_INVALID,
              "%s: there is no NS at %.300s", file->path, apex);
    return SWORN_OK;
}

enum sworn_result zonefile_parse(struct octets text, const char *path, const struct name *apex,
                                 struct record_list *list, struct zonefile_dropped *dropped,
                                 struct reason *reason)
{
    struct zonefile file = {.path = path, .apex = apex, .list = list, .dropped = dropped};
    const struct master_options options = {
        .origin = *apex,
        .default_ttl = DEFAULT_TTL,
        .context = &file,
        .record = line_take,
        .include = file_included,
    };
    enum sworn_result result;

    *dropped = (struct zonefile_dropped){0};
    result = master_parse(text, &options, reason);
    if (result != SWORN_OK) {
        struct reason why = *reason;

        return because(reason, result, "%s: %.400s", path, why.text);
    }
    if (file.count > 0) {
        SWORN_TRY(sets_make(&file, reason));
    }
    return apex_check(&file, reason);
}

enum sworn_result zonefile_read(const char *path, const struct name *apex, struct record_list *list,
                                struct zonefile_dropped *dropped, struct reason *reason)
{
    struct octets text;

    SWORN_TRY(file_read(path, FILE_MAX, list->region, &text, reason));
    return zonefile_parse(text, path, apex, list, dropped, reason);
}

void zonefile_notice(const char *path, const struct zonefile_dropped *dropped)
{
    if (dropped->enclaves > 0) {
        notice("%s: %zu records of types that the enclave makes itself (RRSIG, NSEC, DNSKEY, ...) "
               "are left out",
               path, dropped->enclaves);
    }
    if (dropped->outside > 0) {
        notice("%s: %zu records outside the zone are left out", path, dropped->outside);
    }
    if (dropped->duplicates > 0) {
        notice("%s: %zu records that are there twice are taken once", path, dropped->duplicates);
    }
    if (dropped->ttls > 0) {
        notice("%s: %zu record sets have records of different TTL; the lowest is taken", path,
               dropped->ttls);
    }
}

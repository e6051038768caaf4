/*
 * fuzz_master.c - whole master files: each record that comes out prints to a line which gives the
 * same record, and what fails says where.
 *
 *   input = a master file, which $INCLUDE finds under any name
 */
#include <stdlib.h>

#include "core/dns/master.h"
#include "core/dns/rrset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)4 << 20)
#define TEXT   ((size_t)1 << 20)

struct run {
    struct octets text;
    size_t records;
};

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static enum sworn_result same_record(void *context, const struct master_record *record,
                                     struct reason *reason)
{
    const struct master_record *first = context;

    (void)reason;
    must(name_equal(&first->owner, &record->owner) && first->type == record->type);
    must(first->ttl == record->ttl && octets_equal(first->rdata, record->rdata));
    return SWORN_OK;
}

static enum sworn_result print_and_parse(void *context, const struct master_record *record,
                                         struct reason *reason)
{
    struct run *run = context;
    struct octets rdata = record->rdata;
    struct rrset set = {.owner = record->owner,
                        .type = record->type,
                        .ttl = record->ttl,
                        .count = 1,
                        .rdata = &rdata};
    struct master_record first = *record;
    struct master_options options = {.context = &first, .record = same_record};
    struct region region;

    run->records++;
    must(rr_is_data(record->type) && rdata_check(record->type, rdata) == SWORN_OK);
    region_init(&region, MEMORY);
    struct writer text = writer_in(&region, TEXT);
    name_root(&options.origin);
    must(master_print(&set, &text) == SWORN_OK);
    must(master_parse(written(&text), &options, reason) == SWORN_OK);
    region_clear(&region);
    /* Files that include themselves could give records for ever. */
    return run->records < 1000 ? SWORN_OK : SWORN_LIMIT;
}

static enum sworn_result include(void *context, struct octets path, struct octets *text,
                                 struct reason *reason)
{
    const struct run *run = context;

    (void)path;
    (void)reason;
    *text = run->text;
    return SWORN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = {.text = octets_of(data, size)};
    struct master_options options = {
        .default_ttl = 3600, .context = &run, .record = print_and_parse, .include = include};
    struct reason reason = {{0}};

    name_root(&options.origin);
    if (master_parse(run.text, &options, &reason) != SWORN_OK) {
        must(strstr(reason.text, "line ") != NULL);
    }
    return 0;
}

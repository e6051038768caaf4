/*
 * zone_export.c - sworn zone export: the zone as a master file, verified first; with --signed every
 * signature and the denial chain too.
 */
#include <stdio.h>
#include <time.h>

#include "cli/commands/print.h"
#include "cli/progress.h"
#include "cli/zone/authority.h"
#include "core/dns/master.h"

#define SET_TEXT_MAX ((size_t)64 << 20)

static void progress_of(void *context, size_t done, size_t all)
{
    progress_show(context, done, all);
}

static enum sworn_result verify_signed(const struct zone *zone, const struct record_list *records)
{
    struct progress progress = progress_begin("names verified");
    const struct signed_zone signed_zone = {
        .list = records,
        .apex = &zone->apex,
        .dnskey = view_dnskey(&zone->view),
        .now = (uint32_t)time(NULL),
        .hashed = zone->view.leaf.denial == DENIAL_NSEC3,
        .denial_ttl_owed = zone->view.leaf.owed == OWED_DENIAL_TTL,
        .context = &progress,
        .progress = progress_of,
    };

    return signed_zone_check(&signed_zone, zone->context->reason);
}

static enum sworn_result print_set(const struct record_set *set, FILE *out, struct reason *reason)
{
    struct rrset rrsig = {.owner = set->rrset.owner,
                          .type = RR_RRSIG,
                          .ttl = set->rrset.ttl,
                          .count = set->rrsig_count,
                          .rdata = set->rrsig};
    struct region region;
    struct writer text;
    enum sworn_result result;

    region_init(&region, SIZE_MAX / 2);
    text = writer_in(&region, SET_TEXT_MAX);
    result = master_print(&set->rrset, &text);
    if (result == SWORN_OK && rrsig.count > 0) {
        result = master_print(&rrsig, &text);
    }
    if (result == SWORN_OK && fwrite(text.start, 1, text.used, out) != text.used) {
        result = because(reason, SWORN_IO, "cannot write the zone: %m");
    }
    region_clear(&region);
    return result;
}

/* The SOA first, as every reader of master files expects it; then canonical order. */
static enum sworn_result print_zone(const struct zone *zone, const struct record_list *records)
{
    struct reason *reason = zone->context->reason;
    const struct record_set *soa = records_find(records, &zone->apex, RR_SOA);

    SWORN_SAY(soa != NULL, reason, SWORN_PROOF, "records: the zone has no SOA");
    SWORN_TRY(print_set(soa, stdout, reason));
    for (size_t i = 0; i < records->count; i++) {
        if (&records->sets[i] != soa) {
            SWORN_TRY(print_set(&records->sets[i], stdout, reason));
        }
    }
    SWORN_SAY(fflush(stdout) == 0, reason, SWORN_IO, "cannot write the zone: %m");
    return SWORN_OK;
}

enum sworn_result command_zone_export(struct context *context)
{
    bool with_signatures = option_given(context->options, OPTION_SIGNED);
    struct record_list records;
    struct zone zone;

    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(zone_records(&zone, with_signatures, &records));
    if (with_signatures) {
        SWORN_TRY(verify_signed(&zone, &records));
    }
    return print_zone(&zone, &records);
}

/*
 * zone_sync.c - sworn zone sync: make the zone equal a master file. The records as they are, and as
 * they are afterwards, are checked against the certified root.
 */
#include <stdio.h>

#include "cli/commands/decide.h"
#include "cli/commands/print.h"
#include "cli/zone/load.h"
#include "cli/zone/own.h"
#include "cli/zone/zonefile.h"
#include "core/dns/soa.h"

/*
 * The file's SOA if it says more than the zone's: other values than the serial, or a serial that is
 * ahead. NULL otherwise.
 */
static enum sworn_result soa_to_send(struct context *context, const struct record_set *now,
                                     const struct record_set *wanted, const struct record_set **soa)
{
    struct record_set same_serial;
    uint32_t serial, other;

    *soa = NULL;
    SWORN_SAY(now != NULL && now->rrset.count == 1, context->reason, SWORN_PROOF,
              "records: the zone has no SOA");
    serial = soa_serial(now->rrset.rdata[0]);
    other = soa_serial(wanted->rrset.rdata[0]);
    SWORN_TRY(soa_with_serial(wanted, serial, context->region, &same_serial));
    if (!octets_equal(same_serial.value, now->value) || serial_ahead(other, serial)) {
        *soa = wanted;
    }
    return SWORN_OK;
}

static enum sworn_result sync(struct zone *zone, struct signer *signer)
{
    struct context *context = zone->context;
    const char *path = context->options->positional[1];
    struct record_list file, now, own;
    struct zonefile_dropped dropped;
    struct difference difference;
    struct load load = {.zone = zone, .signer = signer, .difference = &difference};
    size_t requests;
    bool hashed;

    records_init(&file, context->region);
    SWORN_TRY(zonefile_read(path, &zone->apex, &file, &dropped, context->reason));
    zonefile_notice(path, &dropped);
    SWORN_TRY(zone_records(zone, false, &now));
    SWORN_TRY(soa_to_send(context, records_find(&now, &zone->apex, RR_SOA),
                          records_find(&file, &zone->apex, RR_SOA), &load.soa));
    hashed = zone->view.leaf.denial == DENIAL_NSEC3 || zone->view.leaf.denial_change != CHANGE_NONE;
    SWORN_TRY(difference_make(&now, &file, &zone->apex, hashed, context->region, &difference));
    SWORN_TRY(load_run(&load, &requests));
    if (signer_keeps(signer)) {
        return SWORN_OK;
    }
    records_init(&own, context->region);
    SWORN_TRY(own_sets_of_list(&now, &own));
    SWORN_TRY(load_verify(zone, &file, &own));
    (void)fprintf(stderr, "sworn: %zu names differed, %zu requests\n", difference.count, requests);
    print_state(zone, requests == 0 ? "is the same already" : "synced");
    return SWORN_OK;
}

enum sworn_result command_zone_sync(struct context *context)
{
    return with_owned_zone(context, sync);
}

/*
 * verify.c - sworn verify: one line for each thing that was checked, and one for each that is not.
 */
#include "cli/commands/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cli/commands/print.h"
#include "cli/remote/live.h"
#include "cli/zone/authority.h"
#include "core/dns/soa.h"
#include "core/dnssec/dnssec.h"

#define DNS_STANDARD "127.0.0.1:5300"

void verify_ok(const char *what, const char *detail)
{
    (void)printf("ok           %s: %s\n", what, detail);
    (void)fflush(stdout);
}

void verify_unchecked(const char *what, const char *why)
{
    (void)printf("not checked  %s: %s\n", what, why);
}

static void passed(void *context, const char *check, const char *detail)
{
    (void)context;
    verify_ok(check, detail);
}

static enum sworn_result verify_records(struct zone *zone, struct record_list *records)
{
    struct signed_zone signed_zone = {
        .list = records, .apex = &zone->apex, .now = (uint32_t)time(NULL)};
    char detail[160];

    SWORN_TRY(zone_records(zone, true, records));
    (void)snprintf(detail, sizeof(detail), "%zu record sets make the certified zone root",
                   records_in_tree(records));
    verify_ok("records", detail);
    signed_zone.dnskey = view_dnskey(&zone->view);
    signed_zone.hashed = zone->view.leaf.denial == DENIAL_NSEC3;
    signed_zone.denial_ttl_owed = zone->view.leaf.owed == OWED_DENIAL_TTL;
    SWORN_TRY(signed_zone_check(&signed_zone, zone->context->reason));
    verify_ok("signatures",
              signed_zone.hashed
                  ? "each is the proven key's and valid now; the NSEC3 chain is complete"
                  : "each is the proven key's and valid now; the NSEC chain is complete");
    return SWORN_OK;
}

static enum sworn_result live_failed(const char *type, enum sworn_result result,
                                     struct reason *reason)
{
    struct reason why = *reason;

    return because(reason, result, "live %s: %.400s", type, why.text);
}

/* What the name server answers now for one set at the apex. */
static enum sworn_result live_set(const struct zone *zone, uint16_t type,
                                  struct record_list *answer, struct record_set **set)
{
    struct context *context = zone->context;
    const char *server = context->options->value[OPTION_DNS];
    char text[16];
    enum sworn_result result;

    rr_code_to_text(type, text);
    result = live_ask(server == NULL ? DNS_STANDARD : server, &zone->apex, type, answer, set,
                      context->reason);
    if (result != SWORN_OK) {
        return live_failed(text, result, context->reason);
    }
    result = signed_set_check(*set, &zone->apex, view_dnskey(&zone->view), (uint32_t)time(NULL),
                              context->reason);
    return result == SWORN_OK ? SWORN_OK : live_failed(text, result, context->reason);
}

static enum sworn_result verify_live(const struct zone *zone)
{
    struct context *context = zone->context;
    struct record_list answer;
    struct record_set *dnskey, *soa;
    char detail[160];
    uint32_t serial;

    records_init(&answer, context->region);
    SWORN_TRY(live_set(zone, RR_DNSKEY, &answer, &dnskey));
    SWORN_SAY(octets_equal(dnskey->value, zone->view.dnskey_value), context->reason, SWORN_PROOF,
              "live DNSKEY: it is not the proven set");
    verify_ok("live DNSKEY", "the proven set, signed by its key");
    SWORN_TRY(live_set(zone, RR_SOA, &answer, &soa));
    serial = soa_serial(soa->rrset.rdata[0]);
    (void)snprintf(detail, sizeof(detail), "serial %" PRIu32 "%s, signed by the proven key", serial,
                   serial == zone->view.leaf.serial               ? ", the certified one"
                   : serial_ahead(zone->view.leaf.serial, serial) ? ", older than the certified one"
                                                                  : ", newer than the state shown");
    verify_ok("live SOA", detail);
    return SWORN_OK;
}

static void print_unchecked(const struct zone *zone)
{
    bool process = zone->view.leaf.provenance_count > 0 &&
                   zone->view.leaf.provenance[0].platform == PLATFORM_PROCESS;

    if (zone->memory_path == NULL) {
        verify_unchecked("kept state", "without --key nothing from earlier is compared");
    }
    verify_unchecked("evidence", process ? "platform=process: the key was made in a plain process, "
                                           "and its host has the sealing secret"
                                         : "that the log key is an enclave's is not shown yet");
    verify_unchecked("rollback", "rollback=unprotected: there is no anchor that rules out an older "
                                 "state, but for what is kept beside the key");
    verify_unchecked("time",
                     "time=host: there are no witnesses, the host chose the certified time");
    verify_unchecked("consistency",
                     "that this checkpoint extends earlier ones is not proven by the "
                     "server yet");
    verify_unchecked("parent", "whether the parent's DS is this key's is for a resolver to see");
}

enum sworn_result command_verify(struct context *context)
{
    struct record_list records;
    struct zone zone;

    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(zone_show(&zone, passed));
    SWORN_TRY(verify_rule(&zone));
    SWORN_TRY(verify_evidence(&zone));
    SWORN_TRY(verify_records(&zone, &records));
    SWORN_TRY(verify_live(&zone));
    print_unchecked(&zone);
    return SWORN_OK;
}

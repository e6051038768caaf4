/*
 * zone_show.c - sworn zone show: what is proven about a zone, for people or as JSON.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands/policy.h"
#include "cli/commands/print.h"
#include "cli/guard/library.h"
#include "core/dnssec/dnssec.h"

#define TEXT_MAX ((size_t)65536)

static const char *denial_text(const struct zone_leaf *leaf)
{
    static const char *const texts[2][2] = {
        {"NSEC", "NSEC3"},
        {"NSEC (NSEC3 is being made or unmade)", "NSEC3 (NSEC is being made)"},
    };

    return texts[leaf->denial_change == CHANGE_NONE ? 0 : 1][leaf->denial];
}

static enum sworn_result show_text(const struct zone *zone)
{
    const struct view *view = &zone->view;
    const char *name = guard_name_of(&view->leaf.guard, zone->context->region);
    char hash[HASH_TEXT_SIZE], when[TIME_TEXT_SIZE];

    (void)printf("zone         %s\n", zone->apex_text);
    hash_text(&view->zone_id, hash);
    (void)printf("zone id      %s\n", hash);
    (void)printf("serial       %" PRIu32 "\n", view->leaf.serial);
    (void)printf("sequence     %" PRIu64 "\n", view->leaf.sequence);
    hash_text(&view->leaf.guard, hash);
    (void)printf("guard        %s (%s)\n", hash, name == NULL ? "not one of the library" : name);
    hash_text(&view->leaf.environment, hash);
    (void)printf("environment  %s\n", hash);
    hash_text(&view->leaf.zone_root, hash);
    (void)printf("zone root    %s\n", hash);
    for (uint8_t i = 0; i < view->leaf.key_count; i++) {
        (void)printf("key          algorithm %u, key tag %u, %s\n", view->leaf.keys[i].algorithm,
                     key_tag(view->dnskey.rdata[i]),
                     view->leaf.provenance_count > 0 &&
                             view->leaf.provenance[0].platform == PLATFORM_PROCESS
                         ? "made on platform=process"
                         : "made on an unknown platform");
    }
    (void)printf("signatures   valid for %" PRIu32 " hours, denial by %s%s\n",
                 view->policy.lifetime / 3600, denial_text(&view->leaf),
                 view->policy.cds != 0 ? ", CDS and CDNSKEY" : "");
    (void)printf("limits       ");
    limits_print(&view->policy.limits);
    time_text(view->entry.time, when);
    (void)printf("log head     entry %" PRIu64 ", certified time %s\n", view->index, when);
    hash_text(&view->log_id, hash);
    (void)printf("log          %s\n", hash);
    hash_text(&view->checkpoint.root, hash);
    (void)printf("checkpoint   %" PRIu64 " entries, root %s\n", view->checkpoint.size, hash);
    if (name != NULL && strcmp(name, "timelock") == 0) {
        SWORN_TRY(print_waiting(zone));
    }
    return print_ds(view, &zone->apex);
}

static json_t *json_hash(const struct hash *hash)
{
    char text[HASH_TEXT_SIZE];

    hash_text(hash, text);
    return json_string(text);
}

static json_t *json_ds(const struct zone *zone)
{
    static const uint8_t digests[] = {DIGEST_SHA256, DIGEST_SHA384};
    json_t *array = json_array();

    for (size_t i = 0; i < sizeof(digests); i++) {
        char room[512];
        struct writer text = writer_over(room, sizeof(room));

        if (ds_text(&zone->view, &zone->apex, digests[i], &text) == SWORN_OK) {
            (void)json_array_append_new(array, json_stringn(room, text.used));
        }
    }
    return array;
}

static json_t *json_keys(const struct view *view)
{
    json_t *array = json_array();

    for (uint16_t i = 0; i < view->dnskey.count; i++) {
        char room[4096];
        struct writer text = writer_over(room, sizeof(room));

        if (rdata_to_text(RR_DNSKEY, view->dnskey.rdata[i], false, &text) == SWORN_OK) {
            (void)json_array_append_new(array, json_pack("{s:i, s:o}", "key_tag",
                                                         (int)key_tag(view->dnskey.rdata[i]),
                                                         "dnskey", json_stringn(room, text.used)));
        }
    }
    return array;
}

static enum sworn_result show_json(const struct zone *zone)
{
    const struct view *view = &zone->view;
    const char *name = guard_name_of(&view->leaf.guard, zone->context->region);
    json_t *root = json_pack(
        "{s:s, s:o, s:I, s:I, s:o, s:s?, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:{s:I, s:o}, "
        "s:s, s:b, s:o}",
        "apex", zone->apex_text, "zone_id", json_hash(&view->zone_id), "serial",
        (json_int_t)view->leaf.serial, "sequence", (json_int_t)view->leaf.sequence, "guard",
        json_hash(&view->leaf.guard), "guard_name", name, "environment",
        json_hash(&view->leaf.environment), "zone_root", json_hash(&view->leaf.zone_root), "ds",
        json_ds(zone), "keys", json_keys(view), "lifetime", (json_int_t)view->policy.lifetime,
        "index", (json_int_t)view->index, "time", (json_int_t)view->entry.time, "log",
        json_hash(&view->log_id), "checkpoint", "size", (json_int_t)view->checkpoint.size, "root",
        json_hash(&view->checkpoint.root), "denial",
        view->leaf.denial == DENIAL_NSEC3 ? "nsec3" : "nsec", "denial_changes",
        view->leaf.denial_change != CHANGE_NONE, "limits", limits_json(&view->policy.limits));
    int failed = root == NULL ? -1 : json_dumpf(root, stdout, JSON_INDENT(2));

    json_decref(root);
    SWORN_SAY(failed == 0, zone->context->reason, SWORN_IO, "cannot write the answer");
    (void)putchar('\n');
    return SWORN_OK;
}

enum sworn_result command_zone_show(struct context *context)
{
    struct zone zone;

    SWORN_TRY(zone_open(context, context->options->positional[0], &zone));
    SWORN_TRY(zone_show(&zone, NULL));
    return option_given(context->options, OPTION_JSON) ? show_json(&zone) : show_text(&zone);
}

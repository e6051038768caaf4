/*
 * load.c - see load.h.
 */
#include "cli/zone/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "cli/progress.h"
#include "cli/zone/hashed.h"
#include "cli/zone/own.h"
#include "core/dns/soa.h"
#include "net/text.h"

#define CREATION_MAX ((size_t)256 << 20)

/* How far a load has come. */
struct loading {
    const struct load *load;
    size_t at;       /* names that are done */
    size_t share;    /* by which requests are smaller than the policy allows */
    size_t requests; /* done */
};

static const struct guard_limits *load_limits(const struct load *load)
{
    return load->creation != NULL ? &load->creation->limits : &load->zone->view.policy.limits;
}

/*
 * The serial that the SOA of a creation's first batch has when others follow: so far back that each
 * of their commits can add one before the last sets the final serial.
 */
static enum sworn_result first_soa(const struct loading *loading, const struct batch_bounds *bounds,
                                   struct region *region, struct record_set *soa)
{
    const struct load *load = loading->load;
    uint32_t serial = soa_serial(load->soa->rrset.rdata[0]);
    size_t batches = batch_count(load->difference, bounds);

    return soa_with_serial(load->soa, serial - (uint32_t)(batches * 8), region, soa);
}

/* The operations of one batch, in a message that has `apex` already. */
static enum sworn_result message_make(const struct loading *loading, size_t end,
                                      const struct batch_bounds *bounds, struct region *region,
                                      struct message *message)
{
    const struct load *load = loading->load;
    bool first = load->creation != NULL && loading->requests == 0;
    bool last = end == load->difference->count;
    struct writer operations = writer_in(region, MESSAGE_MAX);
    uint32_t count = 0;

    if (load->soa != NULL && (first || last)) {
        struct record_set soa = *load->soa;

        if (!last) {
            SWORN_TRY(first_soa(loading, bounds, region, &soa));
        }
        SWORN_TRY(operations_set(&operations, message->apex, &soa.rrset, &count));
    }
    SWORN_TRY(batch_operations(load->difference, loading->at, end, &operations));
    message->operations = written(&operations);
    if (!first) {
        message->zone_id = load->zone->view.zone_id;
        message->sequence = load->zone->view.leaf.sequence + 1;
    }
    return SWORN_OK;
}

static enum sworn_result member_base64(struct writer *json, const char *name, struct octets octets)
{
    SWORN_TRY(write_format(json, ",\"%s\":\"", name));
    SWORN_TRY(base64_write(json, octets));
    return write_text(json, "\"");
}

/* {"apex","guard","environment","policy","argument"} */
static enum sworn_result creation_json(const struct load *load, struct octets argument,
                                       struct writer *json)
{
    char apex[NAME_TEXT_SIZE];

    name_to_hash_text(&load->zone->apex, apex);
    SWORN_TRY(write_text(json, "{\"apex\":\""));
    for (const char *at = apex; *at != '\0'; at++) {
        SWORN_TRY(write_text(json, *at == '\\' ? "\\" : ""));
        SWORN_TRY(write_u8(json, (uint8_t)*at));
    }
    SWORN_TRY(write_text(json, "\""));
    SWORN_TRY(member_base64(json, "guard", load->creation->guard));
    SWORN_TRY(member_base64(json, "environment", load->creation->environment));
    SWORN_TRY(member_base64(json, "policy", load->creation->policy));
    SWORN_TRY(member_base64(json, "argument", argument));
    return write_text(json, "}");
}

static enum sworn_result send_creation(const struct load *load, struct octets argument, bool more,
                                       struct region *region)
{
    struct context *context = load->zone->context;
    struct hash guard, environment, policy;
    struct sent sent = {
        .kind = LOG_CREATE, .guard = &guard, .environment = &environment, .policy = &policy};
    struct writer json = writer_in(region, CREATION_MAX);
    struct octets body;

    SWORN_TRY(sha256_one(load->creation->guard, &guard));
    SWORN_TRY(sha256_one(load->creation->environment, &environment));
    SWORN_TRY(sha256_one(load->creation->policy, &policy));
    SWORN_TRY(sha256_one(argument, &sent.argument));
    SWORN_TRY(creation_json(load, argument, &json));
    SWORN_TRY(server_post(context->server, more ? "/v1/zones?more=1" : "/v1/zones",
                          "application/json", written(&json), context->region, &body,
                          context->reason));
    return zone_accept(load->zone, body, &sent);
}

static enum sworn_result send_update(const struct load *load, struct octets argument, bool more)
{
    struct zone *zone = load->zone;
    struct hash guard = zone->view.leaf.guard, environment = zone->view.leaf.environment;
    struct hash policy = zone->view.policy_hash;
    struct sent sent = {.guard = &guard, .environment = &environment, .policy = &policy};

    return zone_send(zone, argument, more, &sent);
}

static enum sworn_result send_batch(struct loading *loading, size_t end,
                                    const struct batch_bounds *bounds)
{
    const struct load *load = loading->load;
    bool more = end < load->difference->count;
    struct message message = {.apex = &load->zone->apex};
    struct region region;
    struct octets argument;
    enum sworn_result result;

    region_init(&region, SIZE_MAX / 2);
    result = message_make(loading, end, bounds, &region, &message);
    if (result == SWORN_OK) {
        result = signer_argument(load->signer, &message, &region, &argument);
    }
    if (result == SWORN_OK) {
        result = load->creation != NULL && loading->requests == 0
                     ? send_creation(load, argument, more, &region)
                     : send_update(load, argument, more);
    }
    region_clear(&region);
    return result;
}

/* Whether a smaller batch might pass: over a limit, or the guard ran out of fuel or memory. */
static bool refused_for_size(enum sworn_result result, const struct reason *reason)
{
    return result == SWORN_LIMIT ||
           (result == SWORN_REFUSED && (strstr(reason->text, "out of fuel") != NULL ||
                                        strstr(reason->text, "fuel exhausted") != NULL ||
                                        strstr(reason->text, "out of memory") != NULL));
}

static enum sworn_result load_step(struct loading *loading, struct progress *progress)
{
    const struct load *load = loading->load;
    size_t apex_size = strlen(load->zone->apex_text);
    struct batch_bounds bounds = batch_bounds_of(load_limits(load), apex_size, loading->share);
    size_t end = batch_end(load->difference, loading->at, &bounds);
    enum sworn_result result = send_batch(loading, end, &bounds);

    if (end - loading->at > 1 && refused_for_size(result, load->zone->context->reason)) {
        loading->share *= 2;
        return SWORN_OK;
    }
    SWORN_TRY(result);
    loading->requests++;
    loading->at = end;
    progress_show(progress, loading->at, load->difference->count);
    return SWORN_OK;
}

enum sworn_result load_create(const struct load *load, struct octets argument)
{
    return send_creation(load, argument, false, load->zone->context->region);
}

/* All of it in one request, which somebody sends later. */
static enum sworn_result load_keep(const struct load *load)
{
    struct context *context = load->zone->context;
    struct loading loading = {.load = load, .share = 1};
    struct message message = {.apex = &load->zone->apex};
    struct batch_bounds bounds =
        batch_bounds_of(load_limits(load), strlen(load->zone->apex_text), 1);
    size_t end = batch_end(load->difference, 0, &bounds);
    struct request request;

    SWORN_SAY(end == load->difference->count, context->reason, SWORN_LIMIT,
              "this takes %zu requests, one after the other: none can be kept for later",
              batch_count(load->difference, &bounds));
    SWORN_TRY(message_make(&loading, end, &bounds, context->region, &message));
    SWORN_TRY(signer_request(load->signer, &message, context->region, &request));
    return signer_keep(load->signer, &request);
}

enum sworn_result load_run(const struct load *load, size_t *requests)
{
    struct loading loading = {.load = load, .share = 1};
    struct progress progress = progress_begin("names sent");

    *requests = 0;
    if (load->difference->count == 0 && load->soa == NULL) {
        return SWORN_OK;
    }
    if (signer_keeps(load->signer)) {
        return load_keep(load);
    }
    do {
        enum sworn_result result = load_step(&loading, &progress);

        if (result != SWORN_OK && loading.requests > 0) {
            notice("%zu of %zu names were sent before this happened; 'sworn zone sync' goes on "
                   "from there",
                   loading.at, load->difference->count);
        }
        SWORN_TRY(result);
    } while (loading.requests == 0 || loading.at < load->difference->count);
    *requests = loading.requests;
    return SWORN_OK;
}

/* `records` with the certified serial, and the enclave's own sets. */
static enum sworn_result expected_records(const struct zone *zone,
                                          const struct record_list *records,
                                          const struct record_list *own,
                                          struct record_list *expected)
{
    void *memory;
    size_t room = records->count + own->count + 1; /* NSEC3PARAM */

    SWORN_TRY(region_array(expected->region, room, sizeof(struct record_set), &memory));
    expected->sets = memory;
    expected->capacity = room;
    for (size_t i = 0; i < records->count; i++) {
        struct record_set *set = &expected->sets[expected->count++];

        *set = records->sets[i];
        if (set->rrset.type == RR_SOA) {
            SWORN_TRY(
                soa_with_serial(&records->sets[i], zone->view.leaf.serial, expected->region, set));
        }
    }
    for (size_t i = 0; i < own->count; i++) {
        expected->sets[expected->count++] = own->sets[i];
    }
    SWORN_TRY(own_parameters(&zone->view.leaf, &zone->apex, expected));
    return records_order(expected);
}

/*
 * While the kind of denial changes, which leaves of hashes there are is the server's to show: then
 * it is asked for all that the present root is made of.
 */
static enum sworn_result shown_hashes(struct zone *zone, struct record_list *expected)
{
    struct record_list shown;

    SWORN_TRY(zone_records(zone, false, &shown));
    expected->hashed = shown.hashed;
    expected->hashed_count = shown.hashed_count;
    return SWORN_OK;
}

enum sworn_result load_verify(struct zone *zone, const struct record_list *records,
                              const struct record_list *own)
{
    bool changing = zone->view.leaf.denial_change != CHANGE_NONE;
    struct record_list expected;
    struct hash root;

    records_init(&expected, zone->context->region);
    if (changing) {
        SWORN_TRY(shown_hashes(zone, &expected));
    }
    SWORN_TRY(expected_records(zone, records, own, &expected));
    if (!changing && zone->view.leaf.denial == DENIAL_NSEC3) {
        SWORN_TRY(hashed_leaves_add(&expected, &zone->apex));
    }
    SWORN_TRY(records_root(&expected, &root));
    SWORN_SAY(hash_equal(&root, &zone->view.leaf.zone_root), zone->context->reason, SWORN_PROOF,
              "records: the certified zone root is not that of the %zu record sets that were sent; "
              "see what 'sworn zone export' shows",
              records->count);
    return SWORN_OK;
}

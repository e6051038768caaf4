/*
 * update.c - an UPDATE, evaluated on verified records, becomes operations that the owner signs.
 */
#include "cli/commands/print.h"
#include "cli/relay/relay.h"
#include "cli/zone/message.h"

#include <time.h>

#define ATTEMPTS       3   /* when the zone changes meanwhile */
#define ANSWERED_LIFE  300 /* seconds: TSIG's own window */
#define OPERATIONS_MAX ((size_t)64 << 20)

/* Records of `kept` as a source of names. */
static enum sworn_result load(void *context, struct names *names, struct name_entry *entry)
{
    const struct relay_zone *kept = context;

    for (size_t i = relay_first_set(&kept->records, &entry->name); i < kept->records.count; i++) {
        const struct rrset *set = &kept->records.sets[i].rrset;

        if (!name_equal(&set->owner, &entry->name)) {
            break;
        }
        for (size_t j = 0; j < set->count; j++) {
            SWORN_TRY(names_load(names, entry, set->type, set->ttl, set->rdata[j]));
        }
    }
    return SWORN_OK;
}

static enum sworn_result give_set(struct writer *operations, const struct name *apex,
                                  const struct name *owner, const struct name_set *set)
{
    if (set->count == 0) {
        return operation_remove(operations, apex, owner, set->type);
    }
    for (size_t i = 0; i < set->count; i++) {
        struct record_edit edit = {.mode = set->rewritten && i == 0 ? "Set" : "Append",
                                   .owner = owner,
                                   .type = set->type,
                                   .rdata = set->records[i].rdata,
                                   .with_ttl = true,
                                   .ttl = set->ttl};

        if (set->rewritten || set->records[i].is_new) {
            SWORN_TRY(operation_record(operations, apex, &edit));
        }
    }
    return SWORN_OK;
}

static enum sworn_result give_all(const struct names *names, const struct name *apex,
                                  struct writer *operations)
{
    for (const struct name_entry *entry = names->first; entry != NULL; entry = entry->after) {
        for (const struct name_set *set = entry->sets; set != NULL; set = set->next) {
            if (set->changed) {
                SWORN_TRY(give_set(operations, apex, &entry->name, set));
            }
        }
    }
    return SWORN_OK;
}

/* Which signature the zone's guard wants is found out anew only when its owner has changed. */
static enum sworn_result know_signer(struct relay_work *work, struct relay_zone *kept,
                                     const struct zone *zone)
{
    const struct zone_leaf *leaf = &zone->view.leaf;
    struct octets environment;

    if (hash_equal(&kept->guard, &leaf->guard) &&
        hash_equal(&kept->environment, &leaf->environment)) {
        return SWORN_OK;
    }
    kept->signer = *work->relay->signer;
    SWORN_TRY(signer_for_zone(&kept->signer, zone));
    /* What it borrowed lives no longer than this message. */
    SWORN_TRY(region_copy(work->relay->context->region, kept->signer.environment, &environment));
    SWORN_TRY(region_copy(work->relay->context->region, kept->signer.format_name,
                          &kept->signer.format_name));
    kept->signer.environment = environment;
    kept->guard = leaf->guard;
    kept->environment = leaf->environment;
    return SWORN_OK;
}

static enum sworn_result send(struct relay_work *work, struct relay_zone *kept, struct zone *zone,
                              struct octets operations)
{
    struct hash guard = zone->view.leaf.guard, environment = zone->view.leaf.environment;
    struct hash policy = zone->view.policy_hash;
    struct sent sent = {.guard = &guard, .environment = &environment, .policy = &policy};
    struct message message = {
        .apex = &zone->apex,
        .zone_id = zone->view.zone_id,
        .sequence = zone->view.leaf.sequence + 1,
        .operations = operations,
    };
    struct octets argument;

    SWORN_TRY(know_signer(work, kept, zone));
    kept->signer.context = &work->context;
    SWORN_TRY(signer_argument(&kept->signer, &message, work->context.region, &argument));
    SWORN_TRY(zone_send(zone, argument, false, &sent));
    print_state(zone, "updated");
    return SWORN_OK;
}

/* SWORN_REFUSED with `refusal` is the update's own fault; a server's refusal has no code in it. */
static enum sworn_result attempt(struct relay_work *work, struct relay_zone *kept,
                                 struct refusal *refusal, uint64_t *sequence)
{
    struct names_source source = {.context = kept, .load = load};
    struct writer operations = writer_in(work->context.region, OPERATIONS_MAX);
    struct update update;
    struct names names;
    struct zone zone;

    refusal->rcode = RCODE_NOERROR;
    SWORN_TRY(update_read(work->message, work->context.region, &update, refusal));
    SWORN_TRY(relay_look(work, kept, &zone));
    *sequence = zone.view.leaf.sequence;
    names_init(&names, &source, work->context.region);
    SWORN_TRY(update_evaluate(&update, false, &names, refusal));
    SWORN_TRY(give_all(&names, &kept->apex, &operations));
    /* RFC 2136 3.6: nothing is different, nothing need be sent. */
    return operations.used == 0 ? SWORN_OK : send(work, kept, &zone, written(&operations));
}

/* Whether it failed only because another change was faster. */
static bool was_overtaken(struct relay_work *work, struct relay_zone *kept, uint64_t sequence)
{
    struct reason reason = *work->context.reason;
    struct zone zone;
    bool moved = relay_look(work, kept, &zone) == SWORN_OK && zone.view.leaf.sequence != sequence;

    *work->context.reason = reason;
    return moved;
}

static unsigned decide(struct relay_work *work, struct relay_zone *kept)
{
    struct refusal refusal = {0};
    enum sworn_result result = SWORN_OK;
    uint64_t sequence = 0;

    for (unsigned i = 0; i < ATTEMPTS; i++) {
        result = attempt(work, kept, &refusal, &sequence);
        if (result == SWORN_OK) {
            return RCODE_NOERROR;
        }
        if (result == SWORN_REFUSED && refusal.rcode != RCODE_NOERROR) {
            notice("%s an update is answered %s: %s", kept->text, update_rcode_name(refusal.rcode),
                   refusal.reason.text);
            return refusal.rcode;
        }
        if (result != SWORN_REFUSED || !was_overtaken(work, kept, sequence)) {
            break;
        }
    }
    notice("%s an update is not done: %s", kept->text, work->context.reason->text);
    return result == SWORN_REFUSED || result == SWORN_INVALID || result == SWORN_LIMIT ||
                   result == SWORN_MALFORMED
               ? RCODE_REFUSED
               : RCODE_SERVFAIL;
}

static bool was_answered(const struct relay *relay, const struct hash *octets, uint64_t now,
                         unsigned *rcode)
{
    for (size_t i = 0; i < RELAY_ANSWERED; i++) {
        const struct relay_answered *answered = &relay->answered[i];

        if (answered->time != 0 && now - answered->time <= ANSWERED_LIFE &&
            hash_equal(&answered->octets, octets)) {
            *rcode = answered->rcode;
            return true;
        }
    }
    return false;
}

void relay_update(struct relay_work *work)
{
    struct relay_zone *kept = relay_zone_at(work->relay, &work->question.name);
    uint64_t now = (uint64_t)time(NULL);
    struct hash octets;
    unsigned rcode;

    if (kept == NULL) {
        relay_send_code(work, RCODE_NOTAUTH, 0);
        return;
    }
    if (sha256_one(work->message, &octets) != SWORN_OK) {
        relay_send_code(work, RCODE_SERVFAIL, 0);
        return;
    }
    if (!was_answered(work->relay, &octets, now, &rcode)) {
        rcode = decide(work, kept);
        work->relay->answered[work->relay->next_answered] =
            (struct relay_answered){.octets = octets, .time = now, .rcode = rcode};
        work->relay->next_answered = (work->relay->next_answered + 1) % RELAY_ANSWERED;
    }
    relay_send_code(work, rcode, 0);
}

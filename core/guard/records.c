/*
 * records.c - update_record, records_size, records_copy: the way from a guard to core/change.
 */
#include "core/guard/abi.h"
#include "core/guard/message.h"

#include <stdio.h>

/* What one query may answer; a guard whose memory is smaller could not copy more anyway. */
#define SNAPSHOT_MAX ((size_t)16 * 1024 * 1024)
#define PAGE         ((size_t)64 * 1024)

/* What core/change has done for the guard so far, a large set being more work than a small one. */
static uint64_t fuel_of_work(const struct change *change)
{
    return (uint64_t)change->visited * FUEL_PER_VISIT + change->records_loaded * FUEL_PER_RECORD +
           change->octets_loaded * FUEL_PER_OCTET_READ;
}

static enum sworn_result charge_work(struct abi_session *session, uint64_t before)
{
    return abi_charge(session, fuel_of_work(session->call->change) - before);
}

/* Whose fault: the owner's request, or what the host gave or the machine lacks. */
static bool is_the_requests_fault(enum sworn_result result)
{
    return result == SWORN_MALFORMED || result == SWORN_INVALID || result == SWORN_LIMIT;
}

/*
 * Results of core/change in the terms of guard.h, where "malformed" is said of code only; `what`
 * names the place.
 */
static enum sworn_result pass_on(struct abi_session *session, enum sworn_result result,
                                 const struct reason *cause, const char *what)
{
    char text[MESSAGE_MAX + 1];

    if (result == SWORN_PROOF) {
        return result; /* whoever fetched what proves nothing knows the place better */
    }
    message_show(octets_of_text(cause->text), text);
    (void)because(session->reason, result, "%s%s%s", what, text[0] == '\0' ? "" : ": ",
                  text[0] == '\0' ? "" : text);
    return result == SWORN_MALFORMED ? SWORN_INVALID : result;
}

enum sworn_result records_update(struct abi_session *session)
{
    struct guard_call *call = session->call;
    uint64_t before = fuel_of_work(call->change);
    struct reason cause = {.text = ""};
    struct octets json;
    char what[32];
    enum sworn_result result;

    if (call->owner_given || call->remove) {
        return abi_refuse(session, SWORN_REFUSED, "not allowed after %s()",
                          call->remove ? "remove_zone" : "update_owner");
    }
    SWORN_TRY(abi_input(session, abi_u32(session, 0), abi_u32(session, 1), &json));
    SWORN_TRY(abi_charge_octets(session, json.size));
    session->operations++;
    result = operation_apply(call->change, json, &cause);
    if (result != SWORN_OK) {
        (void)snprintf(what, sizeof(what), "operation %u", session->operations);
        return pass_on(session, result, &cause, what);
    }
    return charge_work(session, before);
}

static size_t snapshot_limit(const struct guard_call *call)
{
    size_t memory = (size_t)call->limits.memory * PAGE;

    return memory < SNAPSHOT_MAX ? memory : SNAPSHOT_MAX;
}

enum sworn_result records_size(struct abi_session *session)
{
    struct guard_call *call = session->call;
    uint64_t before = fuel_of_work(call->change);
    struct reason cause = {.text = ""};
    struct octets json;
    struct writer writer;
    enum sworn_result result;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), abi_u32(session, 1), &json));
    SWORN_TRY(abi_charge_octets(session, json.size));
    session->snapshot = octets_of(NULL, 0);
    region_clear(&session->snapshot_region);
    /* A writer that doubles leaves what it outgrew behind: twice the limit, and some room. */
    session->snapshot_region.cap = 2 * snapshot_limit(call) + 4 * PAGE;
    writer = writer_in(&session->snapshot_region, snapshot_limit(call));
    result = operation_query(call->change, json, &writer, &cause);
    if (result != SWORN_OK && result != SWORN_LIMIT) {
        return is_the_requests_fault(result)
                   ? pass_on(session, result, &cause, session->import->name)
                   : pass_on(session, result, &cause, "records");
    }
    SWORN_TRY(charge_work(session, before));
    /* An answer that had no room was work, too. */
    SWORN_TRY(abi_charge_octets(session, writer.used));
    if (result == SWORN_LIMIT) {
        abi_return(session, UINT32_MAX); /* -1 */
        return SWORN_OK;
    }
    session->snapshot = written(&writer);
    abi_return(session, (uint32_t)session->snapshot.size);
    return SWORN_OK;
}

enum sworn_result records_copy(struct abi_session *session)
{
    return abi_copy(session, session->snapshot);
}

/*
 * decision.c - what a guard decides besides records: update_owner, update_policy, remove_zone,
 * state_set, and its refusals.
 *
 * The order it must keep: record operations; then update_owner or remove_zone, once and one of the
 * two; update_policy once, before remove_zone. None of the three from setup().
 */
#include "core/guard/abi.h"
#include "core/guard/message.h"

/* What the three have in common. */
static enum sworn_result check_decision(struct abi_session *session, bool given)
{
    const struct guard_call *call = session->call;

    if (call->entry == GUARD_SETUP) {
        return abi_refuse(session, SWORN_REFUSED, "not allowed in setup()");
    }
    if (given) {
        return abi_refuse(session, SWORN_REFUSED, "called twice");
    }
    if (call->remove) {
        return abi_refuse(session, SWORN_REFUSED, "not allowed after remove_zone()");
    }
    return SWORN_OK;
}

static enum sworn_result check_size(struct abi_session *session, const char *what, size_t size,
                                    size_t limit)
{
    if (size > limit) {
        return abi_refuse(session, SWORN_LIMIT, "%s of %zu octets, the limit is %zu", what, size,
                          limit);
    }
    return SWORN_OK;
}

static uint32_t read_u32le(const uint8_t *octets)
{
    return octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
           (uint32_t)octets[3] << 24;
}

/* u32le n ‖ n octets of WASM ‖ environment */
enum sworn_result decide_owner(struct abi_session *session)
{
    struct guard_call *call = session->call;
    struct octets given, code, environment;

    SWORN_TRY(check_decision(session, call->owner_given));
    SWORN_TRY(abi_input(session, abi_u32(session, 0), abi_u32(session, 1), &given));
    SWORN_TRY(abi_charge_octets(session, given.size));
    if (given.size < 4 || read_u32le(given.data) > given.size - 4) {
        return abi_refuse(session, SWORN_REFUSED, "the code's length passes the end");
    }
    code = octets_of(given.data + 4, read_u32le(given.data));
    environment = octets_of(code.data + code.size, given.size - 4 - code.size);
    SWORN_TRY(check_size(session, "code", code.size, call->limits.code));
    SWORN_TRY(check_size(session, "environment", environment.size, call->limits.environment));
    call->owner_given = true;
    call->owner_keeps_code = code.size == 0;
    SWORN_TRY(region_copy(call->region, code, &call->owner_code));
    return region_copy(call->region, environment, &call->owner_environment);
}

enum sworn_result decide_policy(struct abi_session *session)
{
    struct guard_call *call = session->call;
    struct octets given;

    SWORN_TRY(check_decision(session, call->policy_given));
    SWORN_TRY(abi_input(session, abi_u32(session, 0), abi_u32(session, 1), &given));
    SWORN_TRY(abi_charge_octets(session, given.size));
    SWORN_TRY(check_size(session, "policy", given.size, POLICY_MAX));
    call->policy_given = true;
    return region_copy(call->region, given, &call->new_policy);
}

enum sworn_result decide_remove(struct abi_session *session)
{
    struct guard_call *call = session->call;

    SWORN_TRY(check_decision(session, call->remove));
    if (call->owner_given) {
        return abi_refuse(session, SWORN_REFUSED, "not allowed after update_owner()");
    }
    call->remove = true;
    return SWORN_OK;
}

enum sworn_result decide_state(struct abi_session *session)
{
    struct guard_call *call = session->call;
    struct octets given;
    void *room;

    SWORN_TRY(abi_input(session, abi_u32(session, 0), abi_u32(session, 1), &given));
    SWORN_TRY(abi_charge_octets(session, given.size));
    SWORN_TRY(check_size(session, "state", given.size, call->limits.state));
    /* One room for all calls: a guard that sets its state for ever takes no more memory. */
    if (session->state == NULL) {
        SWORN_TRY(region_alloc(call->region, call->limits.state, &room));
        session->state = room;
    }
    if (given.size > 0) {
        memcpy(session->state, given.data, given.size);
    }
    call->new_state = octets_of(session->state, given.size);
    call->state_changed = true;
    return SWORN_OK;
}

static enum sworn_result refuse_with(struct abi_session *session, uint32_t offset, uint32_t size)
{
    struct octets message;
    char text[MESSAGE_MAX + 1];

    SWORN_TRY(abi_input(session, offset, size, &message));
    SWORN_TRY(abi_charge_octets(session, size));
    message_show(message, text);
    return because(session->reason, SWORN_REFUSED, "%s",
                   text[0] == '\0' ? "the guard refused without a message" : text);
}

enum sworn_result decide_fail(struct abi_session *session)
{
    return refuse_with(session, abi_u32(session, 0), abi_u32(session, 1));
}

/* RFC 6895 2.3: 12 bits with EDNS; 0 is no error, and no refusal has it. */
enum sworn_result decide_fail_code(struct abi_session *session)
{
    uint32_t rcode = abi_u32(session, 0);
    enum sworn_result result = refuse_with(session, abi_u32(session, 1), abi_u32(session, 2));

    session->call->rcode = rcode >= 1 && rcode <= 4095 ? (int)rcode : -1;
    return result;
}

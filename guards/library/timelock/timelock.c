/*
 * timelock.c - changes are announced, and done after a delay in which they can be cancelled.
 *
 *   environment = keys, roles and delays     (parties.h)
 *   state       = what is announced          (pending.h)
 *   argument    = signatures ‖ message       (fdns/keys.h, fdns/message.h)
 *
 *   kind 16 announce   operations, kept as a hash with the time from which they may be done
 *   kind 17 execute    the same operations, signed by all parties that announced them
 *   kind 18 cancel     the hash
 *
 * An owner may announce anything. Without an owner, k guardians may announce one change of owner,
 * with the longer delay. A message that only cancels may be late: it cancels what was announced
 * before its sequence, so that whoever holds a stolen key cannot outrun it with other messages, and
 * what is announced anew has a higher number. Nor does it fail because one of several is gone: else
 * a thief could save the others by taking one back. All other messages have to have the next
 * sequence.
 *
 * At creation setup() wants records, signed by an owner; after a change of owner, nothing. The
 * state is empty then: what was announced before is gone.
 */
#include "guards/library/timelock/pending.h"

FDNS_ARGUMENT("sworn-update-v1+keys");

struct call {
    struct parties parties;
    struct pending pending;
    struct fdns_message message;
    unsigned signers; /* parties */
    uint64_t now;
};

/* Announced operations are whole, and of the kinds that do something; the number of them. */
static size_t check_nested(struct fdns_octets operations, bool *only_owner)
{
    size_t count = 0;

    *only_owner = true;
    for (; operations.size > 0; count++) {
        struct fdns_operation operation = fdns_operation_read(&operations);

        *only_owner = *only_owner && operation.kind == FDNS_KIND_OWNER;
        if (operation.kind < FDNS_KIND_RECORD || operation.kind > FDNS_KIND_REMOVE) {
            fdns_refuse("only record operations, owner, policy and removal can be announced");
        }
    }
    return count;
}

static void announce(struct call *call, struct fdns_octets operations)
{
    struct announcement announcement = {.parties = call->signers, .number = call->message.sequence};
    bool only_owner;
    size_t count = check_nested(operations, &only_owner);
    bool owners = (call->signers & PARTY_OWNER) != 0;

    if (count == 0) {
        fdns_refuse("an announcement has to hold operations");
    }
    if (!owners && (call->signers & PARTY_GUARDIANS) == 0) {
        fdns_refuse("an owner or enough guardians have to sign an announcement");
    }
    if (!owners && (count != 1 || !only_owner)) {
        fdns_refuse("guardians can announce a change of owner and nothing else");
    }
    fdns_sha256(announcement.hash, operations.data, operations.size);
    announcement.earliest =
        call->now + (owners ? call->parties.delay : call->parties.recovery_delay);
    pending_add(&call->pending, &announcement);
    pending_save(&call->pending);
}

static void execute(struct call *call, struct fdns_octets operations)
{
    uint8_t hash[HASH_SIZE];

    fdns_sha256(hash, operations.data, operations.size);
    pending_take(&call->pending, hash, call->signers, call->now);
    pending_save(&call->pending);
    fdns_operations_apply(operations);
}

/* NULL, or why there is nothing that is cancelled. */
static const char *take_out(struct call *call, struct fdns_octets hash)
{
    if (hash.size != HASH_SIZE) {
        fdns_refuse("an operation that cancels does not hold a hash");
    }
    return pending_cancel(&call->pending, hash.data, call->signers, call->message.sequence);
}

static void cancel(struct call *call, struct fdns_octets hash)
{
    const char *error = take_out(call, hash);

    if (error != NULL) {
        fdns_refuse(error);
    }
    pending_save(&call->pending);
}

/* A message that does nothing else: what can be cancelled is, and there has to be something. */
static void cancel_each(struct call *call)
{
    struct fdns_octets left = call->message.operations;
    const char *error = NULL;
    size_t before = call->pending.count;

    while (left.size > 0) {
        error = take_out(call, fdns_operation_read(&left).octets);
    }
    if (call->pending.count == before) {
        fdns_refuse(error);
    }
    pending_save(&call->pending);
}

static void do_at_once(const struct call *call, const struct fdns_operation *operation)
{
    if (operation->kind == FDNS_KIND_RECORD && call->parties.records_at_once &&
        (call->signers & PARTY_OWNER) == 0) {
        fdns_refuse("an owner has to sign record operations");
    }
    if (operation->kind >= FDNS_KIND_RECORD && operation->kind <= FDNS_KIND_REMOVE &&
        (operation->kind != FDNS_KIND_RECORD || !call->parties.records_at_once)) {
        fdns_refuse(call->parties.records_at_once ? "owner, policy and removal have to be announced"
                                                  : "changes have to be announced");
    }
    fdns_operation_apply(operation); /* or say that there is no such kind */
}

static void do_operation(struct call *call, const struct fdns_operation *operation)
{
    switch (operation->kind) {
    case FDNS_KIND_ANNOUNCE:
        announce(call, operation->octets);
        break;
    case FDNS_KIND_EXECUTE:
        execute(call, operation->octets);
        break;
    case FDNS_KIND_CANCEL:
        cancel(call, operation->octets);
        break;
    default:
        do_at_once(call, operation);
    }
}

static void create(const struct call *call)
{
    struct fdns_octets left = call->message.operations;

    if ((call->signers & PARTY_OWNER) == 0) {
        fdns_refuse("an owner has to sign the creation");
    }
    while (left.size > 0) {
        struct fdns_operation operation = fdns_operation_read(&left);

        if (operation.kind != FDNS_KIND_RECORD) {
            fdns_refuse("a creation holds record operations and nothing else");
        }
        fdns_operation_apply(&operation);
    }
}

static bool only_cancels(struct fdns_octets operations)
{
    while (operations.size > 0) {
        if (fdns_operation_read(&operations).kind != FDNS_KIND_CANCEL) {
            return false;
        }
    }
    return true;
}

/* Zone, zone id and sequence of the message. */
static void check_message(const struct fdns_message *message)
{
    struct fdns_message checked = *message;
    uint64_t sequence = fdns_sequence();

    if (message->operations.size == 0) {
        fdns_refuse("the message has no operations");
    }
    if (message->sequence < sequence && only_cancels(message->operations)) {
        checked.sequence = sequence;
    }
    fdns_message_check(&checked);
}

static void decide(void)
{
    struct call call;
    struct fdns_signatures signatures;
    struct fdns_octets octets, left;

    parties_load(&call.parties);
    octets = fdns_load_signatures(&call.parties.keys, &signatures);
    fdns_verify_signatures(&call.parties.keys, &signatures, octets);
    call.signers = parties_of(&call.parties, &signatures);
    if (call.signers == 0) {
        fdns_refuse("neither an owner, nor a second key, nor enough guardians have signed");
    }
    call.message = fdns_message_read(octets);
    check_message(&call.message);
    call.now = (uint64_t)fdns_now();
    if (fdns_sequence() == 0) {
        create(&call);
        return;
    }
    pending_load(&call.pending);
    if (only_cancels(call.message.operations)) {
        cancel_each(&call);
        return;
    }
    for (left = call.message.operations; left.size > 0;) {
        struct fdns_operation operation = fdns_operation_read(&left);

        do_operation(&call, &operation);
    }
}

FDNS_EXPORT(setup) void setup(void)
{
    struct parties parties;

    if (fdns_sequence() == 0) {
        decide();
        return;
    }
    parties_load(&parties);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}

/*
 * fuzz_timelock.c - arbitrary environments, states and messages for the guard that delays.
 *
 *   input = u8 minutes from the announcement to the rest ‖ u16 size ‖ environment ‖ u16 size
 *           ‖ first argument ‖ second argument
 *
 * The first is sent at sequence 1, the second at 2, later. Nothing but records is ever done by the
 * first; what the second does of that kind was in the state that the first left, and long enough.
 */
#include "guards/library/timelock/pending.h"
#include "tests/fuzz/guards/policies/call.h"
#include "tests/fuzz/guards/policies/fdns.h"

enum { START = 1700000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(struct octets *input, struct octets *taken)
{
    size_t size = input->size < 2 ? 0 : (size_t)(input->data[0] << 8 | input->data[1]);

    if (input->size < 2 || size > input->size - 2) {
        return false;
    }
    *taken = call_copy(octets_of(input->data + 2, size));
    *input = octets_of(input->data + 2 + size, input->size - 2 - size);
    return true;
}

/* The terms, read again; the guard has accepted them. */
static struct parties terms(void)
{
    struct parties parties;

    parties_load(&parties);
    return parties;
}

static void check_state(uint64_t delay)
{
    struct pending pending;

    pending_load(&pending); /* it reads what it wrote */
    ENSURE(pending.count <= PENDING_MAX);
    for (size_t i = 0; i < pending.count; i++) {
        ENSURE(pending.items[i].earliest >= START + delay);
        ENSURE(pending.items[i].parties != 0 && pending.items[i].parties != PARTY_SECOND);
        ENSURE(pending.items[i].number >= 1 && pending.items[i].number <= call.sequence);
    }
}

static void run(struct octets second, uint64_t later)
{
    struct pending before, after;
    struct parties parties;

    call.sequence = 1;
    call.now = START;
    if (!call_accepts(handle_update_request)) {
        return;
    }
    parties = terms();
    ENSURE(parties.delay == 0 || call.others == 0);
    ENSURE(parties.delay == 0 || parties.records_at_once || call.records == 0);
    check_state(parties.delay);
    pending_load(&before);

    call.argument = second;
    call.sequence = 2;
    call.now = START + later;
    if (!call_accepts(handle_update_request)) {
        return;
    }
    check_state(parties.delay);
    pending_load(&after);
    if (call.others > 0) {
        ENSURE(later >= parties.delay);
        ENSURE(before.count > 0 || parties.delay == 0);
    }
    ENSURE(call.records == 0 || parties.records_at_once || later >= parties.delay);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets input = octets_of(data + (size > 0), size - (size > 0));
    struct octets first, second;
    struct region region;

    region_init(&region, (size_t)64 * 1024 * 1024);
    call = (struct call){.region = &region, .apex = "demo.test."};
    if (size > 0 && take(&input, &call.environment) && take(&input, &first)) {
        second = call_copy(input);
        call.argument = first;
        run(second, (uint64_t)data[0] * 60);
        call.sequence = 0;
        call.argument = first;
        (void)call_accepts(setup);
        call.state = call_copy(second);
        call.sequence = 1;
        (void)call_accepts(handle_update_request);
    }
    region_clear(&region);
    return 0;
}

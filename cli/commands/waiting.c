/*
 * waiting.c - what a timelock waits for, as its verified state says (guards/library/timelock).
 *
 *   state = repeated (32 SHA-256 of the operations ‖ u8 parties ‖ u64 sequence ‖ u64 earliest)
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/commands/print.h"
#include "core/cursor/reader.h"

static void print_parties(uint8_t parties)
{
    static const char *const names[] = {"owner", "second key", "guardians"};
    const char *comma = "";

    for (unsigned i = 0; i < 3; i++) {
        if ((parties & (1U << i)) != 0) {
            (void)printf("%s%s", comma, names[i]);
            comma = ", ";
        }
    }
}

static enum sworn_result print_one(struct reader *state)
{
    char hash[HASH_TEXT_SIZE], when[TIME_TEXT_SIZE];
    uint64_t sequence, earliest;
    struct hash operations;
    uint8_t parties;

    SWORN_TRY(read_hash(state, &operations));
    SWORN_TRY(read_u8(state, &parties));
    SWORN_TRY(read_u64(state, &sequence));
    SWORN_TRY(read_u64(state, &earliest));
    hash_text(&operations, hash);
    time_text(earliest, when);
    (void)printf("announced    %s, in sequence %" PRIu64 " by ", hash, sequence);
    print_parties(parties);
    (void)printf(", from %s\n", when);
    return SWORN_OK;
}

enum sworn_result print_waiting(const struct zone *zone)
{
    struct octets state;
    struct reader reader;

    SWORN_TRY(zone_octets(zone, "state", &zone->view.leaf.guard_state, &state));
    reader = reader_of(state);
    while (reader_left(&reader) > 0) {
        SWORN_SAY(print_one(&reader) == SWORN_OK, zone->context->reason, SWORN_MALFORMED,
                  "the guard's state is not that of a timelock");
    }
    return SWORN_OK;
}

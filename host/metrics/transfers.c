/*
 * transfers.c - figures of the transfers, and how far each secondary is; see metrics.h.
 */
#include "host/metrics/metrics.h"
#include "host/transfer/transfer.h"

/* A walk over the secondaries writes one family. */
struct secondaries {
    struct metrics_writer *metrics;
    enum metric_id id;
    enum sworn_result result;
};

static enum sworn_result write_state(const struct secondaries *secondaries,
                                     const struct metric_label labels[2],
                                     const struct transfer_state *state)
{
    uint64_t success =
        state->transferred > state->acknowledged ? state->transferred : state->acknowledged;

    if (secondaries->id == METRIC_SECONDARY_FAILURES) {
        return metrics_count(secondaries->metrics, labels, 2, state->failures);
    }
    if (secondaries->id == METRIC_SECONDARY_SERIAL) {
        return state->transferred == 0
                   ? SWORN_OK
                   : metrics_count(secondaries->metrics, labels, 2, state->serial_transferred);
    }
    return success == 0 ? SWORN_OK : metrics_count(secondaries->metrics, labels, 2, success);
}

static void write_secondary(void *context, const struct name *zone, const char *remote,
                            const struct transfer_state *state)
{
    struct secondaries *secondaries = context;
    char apex[NAME_TEXT_SIZE];
    const struct metric_label labels[2] = {{"zone", apex}, {"remote", remote}};

    if (secondaries->result == SWORN_OK) {
        name_to_text(zone, apex);
        secondaries->result = write_state(secondaries, labels, state);
    }
}

static enum sworn_result write_counts(struct metrics_writer *metrics,
                                      const struct transfer_counters *counters)
{
    static const char *const results[] = {"axfr", "ixfr", "current", "refused", "failed"};
    const uint64_t counts[] = {counters->axfr, counters->ixfr, counters->current, counters->refused,
                               counters->failed};

    SWORN_TRY(metrics_family(metrics, METRIC_TRANSFERS));
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        const struct metric_label label = {"result", results[i]};

        SWORN_TRY(metrics_count(metrics, &label, 1, counts[i]));
    }
    return SWORN_OK;
}

static enum sworn_result write_transfers(void *context, struct metrics_writer *metrics)
{
    static const enum metric_id each[] = {METRIC_SECONDARY_SERIAL, METRIC_SECONDARY_SUCCESS,
                                          METRIC_SECONDARY_FAILURES};
    struct transfer_counters counters;

    transfer_counters(context, &counters);
    SWORN_TRY(write_counts(metrics, &counters));
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct secondaries secondaries = {.metrics = metrics, .id = each[i]};

        SWORN_TRY(metrics_family(metrics, each[i]));
        transfer_status(context, &secondaries, write_secondary);
        SWORN_TRY(secondaries.result);
    }
    return SWORN_OK;
}

struct metrics_source metrics_of_transfers(struct transfer_server *transfers)
{
    return (struct metrics_source){.context = transfers, .write = write_transfers};
}

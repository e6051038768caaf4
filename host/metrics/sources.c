/*
 * sources.c - figures of the transports, of the commits and of the process; see metrics.h.
 */
#include "host/metrics/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host/commit/commit.h"
#include "host/serve/counts.h"
#include "host/serve/serve.h"

static const char *const transports[TRANSPORTS] = {
    [TRANSPORT_UDP] = "udp",     [TRANSPORT_TCP] = "tcp",   [TRANSPORT_TLS] = "tls",
    [TRANSPORT_HTTPS] = "https", [TRANSPORT_QUIC] = "quic",
};

/* --- transports ------------------------------------------------------------------------------ */

static enum sworn_result write_responses(struct metrics_writer *metrics,
                                         const struct serve_counts *counts)
{
    SWORN_TRY(metrics_family(metrics, METRIC_RESPONSES));
    for (unsigned transport = 0; transport < TRANSPORTS; transport++) {
        for (unsigned type = 0; type < COUNTED_TYPES_MAX; type++) {
            for (unsigned rcode = 0; rcode < COUNTED_RCODES; rcode++) {
                const struct metric_label labels[] = {
                    {"transport", transports[transport]},
                    {"type", counted_type_name(type)},
                    {"rcode", counted_rcode_name(rcode)},
                };

                if (counts->answers[transport][type][rcode] > 0) {
                    SWORN_TRY(
                        metrics_count(metrics, labels, 3, counts->answers[transport][type][rcode]));
                }
            }
        }
    }
    return SWORN_OK;
}

static enum sworn_result write_times(struct metrics_writer *metrics,
                                     const struct serve_counts *counts)
{
    double bounds[COUNTED_TIMES];

    for (unsigned i = 0; i < COUNTED_TIMES; i++) {
        bounds[i] = (double)COUNTED_TIME_BOUND(i) / 1e9;
    }
    SWORN_TRY(metrics_family(metrics, METRIC_RESPONSE_SECONDS));
    for (unsigned transport = 0; transport < TRANSPORTS; transport++) {
        const struct metric_label label = {"transport", transports[transport]};
        const struct metric_histogram histogram = {
            .buckets = counts->times[transport],
            .bounds = bounds,
            .count = COUNTED_TIMES,
            .sum = (double)counts->time_sum[transport] / 1e9,
        };

        if (counts->time_sum[transport] > 0) {
            SWORN_TRY(metrics_histogram(metrics, &label, 1, &histogram));
        }
    }
    return SWORN_OK;
}

static enum sworn_result write_serve(void *context, struct metrics_writer *metrics)
{
    static const struct metric_label dropped = {"action", "dropped"};
    static const struct metric_label slipped = {"action", "slipped"};
    struct serve_counts *counts = malloc(sizeof(*counts));
    struct serve_counters counters;
    enum sworn_result result;

    SWORN_ENSURE(counts != NULL, SWORN_NO_MEMORY);
    serve_counts(context, counts);
    serve_counters(context, &counters);
    result = write_responses(metrics, counts);
    if (result == SWORN_OK) {
        result = write_times(metrics, counts);
    }
    if (result == SWORN_OK) {
        result = metrics_family(metrics, METRIC_LIMITED);
    }
    if (result == SWORN_OK) {
        result = metrics_count(metrics, &dropped, 1, counts->limit_dropped);
    }
    if (result == SWORN_OK) {
        result = metrics_count(metrics, &slipped, 1, counts->limit_slipped);
    }
    free(counts);
    SWORN_TRY(result);
    SWORN_TRY(metrics_family(metrics, METRIC_CONNECTIONS));
    for (unsigned transport = TRANSPORT_TCP; transport < TRANSPORTS; transport++) {
        const struct metric_label label = {"transport", transports[transport]};

        SWORN_TRY(metrics_count(metrics, &label, 1, counters.connections[transport]));
    }
    return SWORN_OK;
}

struct metrics_source metrics_of_serve(struct serve *serve)
{
    return (struct metrics_source){.context = serve, .write = write_serve};
}

/* --- commits --------------------------------------------------------------------------------- */

static enum sworn_result write_labelled(struct metrics_writer *metrics, enum metric_id id,
                                        const char *name, const struct metric_label *values,
                                        const uint64_t *counts, size_t count)
{
    SWORN_TRY(metrics_family(metrics, id));
    for (size_t i = 0; i < count; i++) {
        const struct metric_label label = {name, values[i].value};

        SWORN_TRY(metrics_count(metrics, &label, 1, counts[i]));
    }
    return SWORN_OK;
}

static enum sworn_result write_counters(struct metrics_writer *metrics,
                                        const struct commit_counters *counters)
{
    static const struct metric_label kinds[] = {
        {"", "create"}, {"", "update"}, {"", "refresh"}, {"", "step"}};
    static const struct metric_label causes[] = {{"", "guard"}, {"", "other"}};
    const uint64_t commits[] = {counters->created, counters->updated, counters->refreshed,
                                counters->stepped};
    const uint64_t failures[] = {counters->refused, counters->failed};
    double bounds[COMMIT_TIMES];
    const struct metric_histogram histogram = {
        .buckets = counters->times,
        .bounds = bounds,
        .count = COMMIT_TIMES,
        .sum = (double)counters->microseconds / 1e6,
    };

    for (unsigned i = 0; i < COMMIT_TIMES; i++) {
        bounds[i] = (double)commit_time_bound(i) / 1e6;
    }
    SWORN_TRY(write_labelled(metrics, METRIC_COMMITS, "kind", kinds, commits, 4));
    SWORN_TRY(write_labelled(metrics, METRIC_REFUSED, "by", causes, failures, 2));
    SWORN_TRY(metrics_family(metrics, METRIC_COMMIT_SECONDS));
    SWORN_TRY(metrics_histogram(metrics, NULL, 0, &histogram));
    SWORN_TRY(metrics_family(metrics, METRIC_FUEL));
    SWORN_TRY(metrics_count(metrics, NULL, 0, counters->fuel));
    SWORN_TRY(metrics_family(metrics, METRIC_SETS_SIGNED));
    SWORN_TRY(metrics_count(metrics, NULL, 0, counters->sets_signed));
    SWORN_TRY(metrics_family(metrics, METRIC_ENCLAVE_STARTS));
    return metrics_count(metrics, NULL, 0, counters->enclave_starts);
}

/* A walk over the zones writes one family; sums are made on the way. */
struct zones {
    struct metrics_writer *metrics;
    enum metric_id id;
    uint64_t now;
    uint64_t count, stopped;
    uint64_t expires; /* the earliest; 0: none known */
};

static enum sworn_result write_zone(void *context, const struct commit_zone *zone)
{
    struct zones *zones = context;
    char apex[NAME_TEXT_SIZE];
    const struct metric_label label = {"zone", apex};

    zones->count++;
    zones->stopped += !zone->served;
    if (zone->expires != 0 && (zones->expires == 0 || zone->expires < zones->expires)) {
        zones->expires = zone->expires;
    }
    name_to_text(&zone->apex, apex);
    if (zones->id == METRIC_ZONE_SERIAL) {
        return metrics_count(zones->metrics, &label, 1, zone->serial);
    }
    if (zones->id == METRIC_RECORD_SETS) {
        return metrics_count(zones->metrics, &label, 1, zone->sets);
    }
    if (zone->expires == 0) {
        return SWORN_OK;
    }
    return metrics_value(zones->metrics, &label, 1, (double)zone->expires - (double)zones->now);
}

static enum sworn_result write_zones(struct commit_server *commits, struct metrics_writer *metrics)
{
    static const enum metric_id each[] = {METRIC_ZONE_SERIAL, METRIC_RECORD_SETS,
                                          METRIC_ZONE_EXPIRY};
    struct zones zones = {.metrics = metrics};

    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        zones = (struct zones){.metrics = metrics, .id = each[i], .now = (uint64_t)time(NULL)};
        SWORN_TRY(metrics_family(metrics, each[i]));
        SWORN_TRY(commit_zones(commits, &zones, write_zone));
    }
    SWORN_TRY(metrics_family(metrics, METRIC_ZONES));
    SWORN_TRY(metrics_count(metrics, NULL, 0, zones.count));
    SWORN_TRY(metrics_family(metrics, METRIC_ZONES_STOPPED));
    SWORN_TRY(metrics_count(metrics, NULL, 0, zones.stopped));
    if (zones.expires == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(metrics_family(metrics, METRIC_EXPIRY));
    return metrics_value(metrics, NULL, 0, (double)zones.expires - (double)zones.now);
}

static enum sworn_result write_commits(void *context, struct metrics_writer *metrics)
{
    struct commit_counters counters;
    struct reason reason;

    commit_count(context, &counters);
    SWORN_TRY(write_counters(metrics, &counters));
    SWORN_TRY(metrics_family(metrics, METRIC_HEALTHY));
    SWORN_TRY(metrics_count(metrics, NULL, 0, commit_healthy(context, &reason)));
    return write_zones(context, metrics);
}

struct metrics_source metrics_of_commits(struct commit_server *commits)
{
    return (struct metrics_source){.context = commits, .write = write_commits};
}

/* --- the process ----------------------------------------------------------------------------- */

/* Octets that are resident, from the second number of statm. */
static double resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;

    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%*u %lu", &pages) != 1) {
        pages = 0;
    }
    (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double seconds_of(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* When the process was started: field 22 of its stat, in clock ticks since the machine was. */
static double started(void)
{
    FILE *file = fopen("/proc/self/stat", "re");
    unsigned long long ticks = 0;

    if (file == NULL) {
        return 0;
    }
    if (fscanf(file,
               "%*d %*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
               "%*d %*d %llu",
               &ticks) != 1) {
        ticks = 0;
    }
    (void)fclose(file);
    return seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
           (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static enum sworn_result write_process(void *context, struct metrics_writer *metrics)
{
    (void)context;
    SWORN_TRY(metrics_family(metrics, METRIC_MEMORY));
    SWORN_TRY(metrics_value(metrics, NULL, 0, resident()));
    SWORN_TRY(metrics_family(metrics, METRIC_CPU));
    SWORN_TRY(metrics_value(metrics, NULL, 0, seconds_of(CLOCK_PROCESS_CPUTIME_ID)));
    SWORN_TRY(metrics_family(metrics, METRIC_START));
    return metrics_value(metrics, NULL, 0, started());
}

struct metrics_source metrics_of_process(void)
{
    return (struct metrics_source){.write = write_process};
}

/*
 * metrics.h - what is measured, as Prometheus reads it: text, format 0.0.4.
 *
 *   # HELP sworn_zones Zones that are here.
 *   # TYPE sworn_zones gauge
 *   sworn_zones 3
 *   sworn_responses_total{transport="udp",type="A",rcode="NOERROR"} 17
 *
 * One table (metrics.c) names them all. Who has figures is a source, and is asked when somebody
 * reads them.
 */
#ifndef SWORN_HOST_METRICS_METRICS_H
#define SWORN_HOST_METRICS_METRICS_H

#include "core/cursor/writer.h"

enum metric_id {
    METRIC_RESPONSES,
    METRIC_RESPONSE_SECONDS,
    METRIC_LIMITED,
    METRIC_CONNECTIONS,
    METRIC_COMMITS,
    METRIC_COMMIT_SECONDS,
    METRIC_REFUSED,
    METRIC_FUEL,
    METRIC_SETS_SIGNED,
    METRIC_ENCLAVE_STARTS,
    METRIC_HEALTHY,
    METRIC_ZONES,
    METRIC_ZONES_STOPPED,
    METRIC_RECORD_SETS,
    METRIC_ZONE_SERIAL,
    METRIC_ZONE_EXPIRY,
    METRIC_EXPIRY,
    METRIC_TRANSFERS,
    METRIC_SECONDARY_SERIAL,
    METRIC_SECONDARY_SUCCESS,
    METRIC_SECONDARY_FAILURES,
    METRIC_MEMORY,
    METRIC_CPU,
    METRIC_START,
    METRICS,
};

struct metric_label {
    const char *name, *value; /* a value may hold any octets */
};

struct metrics_writer {
    struct writer *text;
    enum metric_id id; /* the family that is being written */
};

/** A family begins; its values follow. Each family once. */
SWORN_CHECK enum sworn_result metrics_family(struct metrics_writer *metrics, enum metric_id id);

/** One value of the family. */
SWORN_CHECK enum sworn_result metrics_value(struct metrics_writer *metrics,
                                            const struct metric_label *labels, size_t count,
                                            double value);

/** The same in whole numbers, however large. */
SWORN_CHECK enum sworn_result metrics_count(struct metrics_writer *metrics,
                                            const struct metric_label *labels, size_t count,
                                            uint64_t value);

/** A histogram: what is in each bucket alone, their upper bounds in seconds but for the last's. */
struct metric_histogram {
    const uint64_t *buckets;
    const double *bounds;
    size_t count;
    double sum;
};
SWORN_CHECK enum sworn_result metrics_histogram(struct metrics_writer *metrics,
                                                const struct metric_label *labels, size_t count,
                                                const struct metric_histogram *histogram);

/** Who has figures; called from any thread, must not block. */
struct metrics_source {
    void *context;
    enum sworn_result (*write)(void *context, struct metrics_writer *metrics);
};

/* The sources that there are. */
struct serve;
struct commit_server;
struct transfer_server;
struct metrics_source metrics_of_serve(struct serve *serve);
struct metrics_source metrics_of_commits(struct commit_server *commits);
struct metrics_source metrics_of_process(void);
struct metrics_source metrics_of_transfers(struct transfer_server *transfers);

#endif

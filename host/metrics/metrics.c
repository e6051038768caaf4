/*
 * metrics.c - the table of metrics, and how they are written; see metrics.h.
 */
#include "host/metrics/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const struct {
    const char *name, *type, *help;
} table[METRICS] = {
    [METRIC_RESPONSES] = {"sworn_responses_total", "counter",
                          "Responses sent, by transport, type asked for and response code."},
    [METRIC_RESPONSE_SECONDS] = {"sworn_response_seconds", "histogram",
                                 "Time to make a response; over UDP a sample: the mean of one "
                                 "batch in 64."},
    [METRIC_LIMITED] = {"sworn_limited_total", "counter",
                        "Responses that the rate limit dropped, or let slip truncated."},
    [METRIC_CONNECTIONS] = {"sworn_connections_total", "counter",
                            "Connections accepted, by transport."},
    [METRIC_COMMITS] = {"sworn_commits_total", "counter", "Commits, by what asked for them."},
    [METRIC_COMMIT_SECONDS] = {"sworn_commit_seconds", "histogram",
                               "Time of a commit, from the request until it is served."},
    [METRIC_REFUSED] = {"sworn_requests_failed_total", "counter",
                        "Requests without a commit: refused by a guard, or failed."},
    [METRIC_FUEL] = {"sworn_guard_fuel_total", "counter", "Fuel that guards used in commits."},
    [METRIC_SETS_SIGNED] = {"sworn_sets_signed_total", "counter",
                            "Record sets that the enclave signed."},
    [METRIC_ENCLAVE_STARTS] = {"sworn_enclave_starts_total", "counter",
                               "Starts of the enclave; more than one are restarts."},
    [METRIC_HEALTHY] = {"sworn_healthy", "gauge", "1 when /healthz is green."},
    [METRIC_ZONES] = {"sworn_zones", "gauge", "Zones that are here."},
    [METRIC_ZONES_STOPPED] = {"sworn_zones_stopped", "gauge",
                              "Zones that the operator has stopped serving."},
    [METRIC_RECORD_SETS] = {"sworn_zone_record_sets", "gauge",
                            "Signed record sets of a zone, NSEC and NSEC3 among them."},
    [METRIC_ZONE_SERIAL] = {"sworn_zone_serial", "gauge", "Serial of a zone."},
    [METRIC_ZONE_EXPIRY] = {"sworn_zone_signature_expiry_seconds", "gauge",
                            "Seconds until the first signature of a zone expires."},
    [METRIC_EXPIRY] = {"sworn_signature_expiry_seconds", "gauge",
                       "Seconds until the first signature of any zone expires."},
    [METRIC_TRANSFERS] = {"sworn_transfers_total", "counter",
                          "Zone transfers given, by kind and result."},
    [METRIC_SECONDARY_SERIAL] = {"sworn_secondary_serial", "gauge",
                                 "Serial that a secondary was last given."},
    [METRIC_SECONDARY_SUCCESS] =
        {"sworn_secondary_success_timestamp_seconds", "gauge",
         "When a secondary last took a transfer or acknowledged a NOTIFY."},
    [METRIC_SECONDARY_FAILURES] = {"sworn_secondary_failures_total", "counter",
                                   "NOTIFY without acknowledgement, by secondary."},
    [METRIC_MEMORY] = {"process_resident_memory_bytes", "gauge", "Resident memory of swornd."},
    [METRIC_CPU] = {"process_cpu_seconds_total", "counter", "CPU time of swornd."},
    [METRIC_START] = {"process_start_time_seconds", "gauge",
                      "When swornd was started, seconds since 1970."},
};

enum sworn_result metrics_family(struct metrics_writer *metrics, enum metric_id id)
{
    metrics->id = id;
    return write_format(metrics->text, "# HELP %s %s\n# TYPE %s %s\n", table[id].name,
                        table[id].help, table[id].name, table[id].type);
}

/* Backslash, quote and line end are escaped; what is no ASCII, which need not be UTF-8, is not. */
static enum sworn_result write_label_value(struct writer *text, const char *value)
{
    for (; *value != 0; value++) {
        if (*value == '\\' || *value == '"') {
            SWORN_TRY(write_u8(text, '\\'));
        }
        if (*value == '\n') {
            SWORN_TRY(write_text(text, "\\n"));
            continue;
        }
        SWORN_TRY(write_u8(text, (*value & 0x80) != 0 ? '?' : (uint8_t)*value));
    }
    return SWORN_OK;
}

static enum sworn_result write_labels(struct writer *text, const struct metric_label *labels,
                                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(write_format(text, "%s%s=\"", i == 0 ? "{" : ",", labels[i].name));
        SWORN_TRY(write_label_value(text, labels[i].value));
        SWORN_TRY(write_u8(text, '"'));
    }
    return count > 0 ? write_u8(text, '}') : SWORN_OK;
}

static enum sworn_result write_number(struct writer *text, double value)
{
    if (isinf(value)) {
        return write_text(text, value > 0 ? " +Inf\n" : " -Inf\n");
    }
    return write_format(text, " %.15g\n", value);
}

enum sworn_result metrics_value(struct metrics_writer *metrics, const struct metric_label *labels,
                                size_t count, double value)
{
    SWORN_TRY(write_text(metrics->text, table[metrics->id].name));
    SWORN_TRY(write_labels(metrics->text, labels, count));
    return write_number(metrics->text, value);
}

enum sworn_result metrics_count(struct metrics_writer *metrics, const struct metric_label *labels,
                                size_t count, uint64_t value)
{
    SWORN_TRY(write_text(metrics->text, table[metrics->id].name));
    SWORN_TRY(write_labels(metrics->text, labels, count));
    return write_format(metrics->text, " %" PRIu64 "\n", value);
}

#define LABELS_MAX 8

static enum sworn_result write_part(struct metrics_writer *metrics, const char *part,
                                    const struct metric_label *labels, size_t count)
{
    SWORN_TRY(write_format(metrics->text, "%s_%s", table[metrics->id].name, part));
    return write_labels(metrics->text, labels, count);
}

enum sworn_result metrics_histogram(struct metrics_writer *metrics,
                                    const struct metric_label *labels, size_t count,
                                    const struct metric_histogram *histogram)
{
    struct metric_label all[LABELS_MAX + 1];
    char bound[32];
    uint64_t sum = 0;

    SWORN_ENSURE(count <= LABELS_MAX, SWORN_LIMIT);
    for (size_t i = 0; i < count; i++) {
        all[i] = labels[i];
    }
    all[count] = (struct metric_label){.name = "le", .value = bound};
    for (size_t i = 0; i < histogram->count; i++) {
        sum += histogram->buckets[i];
        (void)snprintf(bound, sizeof(bound), "%.9g",
                       i + 1 < histogram->count ? histogram->bounds[i] : 0);
        if (i + 1 == histogram->count) {
            (void)snprintf(bound, sizeof(bound), "+Inf");
        }
        SWORN_TRY(write_part(metrics, "bucket", all, count + 1));
        SWORN_TRY(write_format(metrics->text, " %" PRIu64 "\n", sum));
    }
    SWORN_TRY(write_part(metrics, "sum", labels, count));
    SWORN_TRY(write_number(metrics->text, histogram->sum));
    SWORN_TRY(write_part(metrics, "count", labels, count));
    return write_format(metrics->text, " %" PRIu64 "\n", sum);
}

/*
 * oracle.c - see oracle.h.
 */
#include "tests/unit/dns/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>
#include <libzscanner/scanner.h>

#define RR_HEAD 10 /* type, class, TTL, RDLENGTH */

static void add_record(struct oracle_records *records, const struct oracle_record *record)
{
    void *memory;

    if (records->count == records->capacity) {
        size_t capacity = records->capacity == 0 ? 64 : records->capacity * 2;
        assert_int_equal(region_array(records->region, capacity, sizeof(*records->list), &memory),
                         SWORN_OK);
        if (records->count > 0) {
            memcpy(memory, records->list, records->count * sizeof(*records->list));
        }
        records->list = memory;
        records->capacity = capacity;
    }
    records->list[records->count] = *record;
    assert_int_equal(
        region_copy(records->region, record->rdata, &records->list[records->count].rdata),
        SWORN_OK);
    records->count++;
}

static void zscanner_record(zs_scanner_t *scanner)
{
    struct oracle_record record = {.type = scanner->r_type, .ttl = scanner->r_ttl};
    struct reader owner = reader_of(octets_of(scanner->r_owner, scanner->r_owner_length));

    assert_int_equal(name_read(&owner, &record.owner), SWORN_OK);
    record.rdata = octets_of(scanner->r_data, scanner->r_data_length);
    add_record(scanner->process.data, &record);
}

static void zscanner_error(zs_scanner_t *scanner)
{
    struct oracle_records *records = scanner->process.data;

    (void)snprintf(records->error, sizeof(records->error), "libzscanner, line %lu: %s",
                   (unsigned long)scanner->line_counter, zs_strerror(scanner->error.code));
}

bool oracle_zscanner(struct octets text, struct oracle_records *records)
{
    zs_scanner_t *scanner = calloc(1, sizeof(*scanner));

    assert_non_null(scanner);
    records->error[0] = '\0';
    assert_int_equal(zs_init(scanner, ".", CLASS_IN, 3600), 0);
    assert_int_equal(zs_set_processing(scanner, zscanner_record, zscanner_error, records), 0);
    assert_int_equal(zs_set_input_string(scanner, (const char *)text.data, text.size), 0);
    bool right = zs_parse_all(scanner) == 0 && scanner->error.counter == 0;
    zs_deinit(scanner);
    free(scanner);
    return right && records->error[0] == '\0';
}

/* The RDATA of an ldns record, copied into the region. */
static bool ldns_rdata_of(const ldns_rr *rr, struct region *region, struct octets *rdata)
{
    ldns_buffer *buffer = ldns_buffer_new(RDATA_MAX);

    assert_non_null(buffer);
    bool right = ldns_rr_rdata2buffer_wire(buffer, rr) == LDNS_STATUS_OK;
    if (right) {
        struct octets octets = octets_of(ldns_buffer_begin(buffer), ldns_buffer_position(buffer));
        assert_int_equal(region_copy(region, octets, rdata), SWORN_OK);
    }
    ldns_buffer_free(buffer);
    return right;
}

static void ldns_record(const ldns_rr *rr, struct oracle_records *records)
{
    struct oracle_record record = {.type = (uint16_t)ldns_rr_get_type(rr), .ttl = ldns_rr_ttl(rr)};
    struct reader owner =
        reader_of(octets_of(ldns_rdf_data(ldns_rr_owner(rr)), ldns_rdf_size(ldns_rr_owner(rr))));

    assert_int_equal(name_read(&owner, &record.owner), SWORN_OK);
    assert_true(ldns_rdata_of(rr, records->region, &record.rdata));
    add_record(records, &record);
}

bool oracle_ldns(struct octets text, struct oracle_records *records)
{
    FILE *file = fmemopen((void *)(uintptr_t)text.data, text.size, "r");
    ldns_rdf *origin = ldns_dname_new_frm_str(".");
    ldns_rdf *owner = NULL;
    uint32_t ttl = 3600;
    int line = 1;
    bool right = true;

    assert_non_null(file);
    records->error[0] = '\0';
    while (right && !feof(file)) {
        ldns_rr *rr = NULL;
        ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, &origin, &owner, &line);
        if (status == LDNS_STATUS_OK) {
            ldns_record(rr, records);
        }
        right = status == LDNS_STATUS_OK || status == LDNS_STATUS_SYNTAX_EMPTY ||
                status == LDNS_STATUS_SYNTAX_TTL || status == LDNS_STATUS_SYNTAX_ORIGIN;
        if (!right) {
            (void)snprintf(records->error, sizeof(records->error), "ldns, line %d: %s", line,
                           ldns_get_errorstr_by_id(status));
        }
        ldns_rr_free(rr);
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(owner);
    (void)fclose(file);
    return right;
}

static enum sworn_result our_record(void *context, const struct master_record *record,
                                    struct reason *reason)
{
    struct oracle_record copy = {
        .owner = record->owner, .type = record->type, .ttl = record->ttl, .rdata = record->rdata};

    (void)reason;
    add_record(context, &copy);
    return SWORN_OK;
}

bool oracle_ours(struct octets text, struct oracle_records *records)
{
    struct master_options options = {.default_ttl = 3600, .context = records, .record = our_record};
    struct reason reason = {{0}};

    name_root(&options.origin);
    enum sworn_result result = master_parse(text, &options, &reason);
    (void)snprintf(records->error, sizeof(records->error), "%.250s", reason.text);
    return result == SWORN_OK;
}

/* The record at "o." on the wire, as ldns reads it; NULL when it does not, or not all. */
static ldns_rr *ldns_from_wire(uint16_t type, struct octets rdata, struct region *region)
{
    struct writer writer = writer_in(region, 3 + RR_HEAD + RDATA_MAX);
    ldns_rr *rr = NULL;
    size_t position = 0;

    assert_int_equal(write_octets(&writer, octets_of("\1o", 3)), SWORN_OK);
    assert_int_equal(write_u16(&writer, type), SWORN_OK);
    assert_int_equal(write_u16(&writer, CLASS_IN), SWORN_OK);
    assert_int_equal(write_u32(&writer, 3600), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, rdata), SWORN_OK);
    ldns_status status =
        ldns_wire2rr(&rr, writer.start, writer.used, &position, LDNS_SECTION_ANSWER);
    if (status == LDNS_STATUS_OK && position == writer.used) {
        return rr;
    }
    ldns_rr_free(rr);
    return NULL;
}

bool oracle_ldns_canonical(uint16_t type, struct octets rdata, struct region *region,
                           struct octets *canonical)
{
    ldns_rr *rr = ldns_from_wire(type, rdata, region);

    if (rr == NULL) {
        return false;
    }
    ldns_rr2canonical(rr);
    bool right = ldns_rdata_of(rr, region, canonical);
    ldns_rr_free(rr);
    return right;
}

bool oracle_ldns_text(uint16_t type, struct octets rdata, struct region *region,
                      struct octets *text)
{
    ldns_rr *rr = ldns_from_wire(type, rdata, region);

    if (rr == NULL) {
        return false;
    }
    char *line = ldns_rr2str(rr);
    ldns_rr_free(rr);
    assert_non_null(line);
    assert_int_equal(region_copy(region, octets_of_text(line), text), SWORN_OK);
    free(line);
    return true;
}

bool data_zone(const char *file, struct region *region, struct octets *text)
{
    struct writer writer = writer_in(region, (size_t)64 << 20);
    const char *source = getenv("SWORN_SOURCE");
    char command[1024];
    char block[65536];
    size_t size;

    (void)snprintf(command, sizeof(command), "xz -dc '%s/tests/data/zones/%s'",
                   source == NULL ? "." : source, file);
    if (system("xz --version >/dev/null 2>&1") != 0) {
        return false;
    }
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while ((size = fread(block, 1, sizeof(block), pipe)) > 0) {
        assert_int_equal(write_octets(&writer, octets_of(block, size)), SWORN_OK);
    }
    assert_int_equal(pclose(pipe), 0);
    *text = written(&writer);
    return true;
}

const char *oracle_hex(struct octets octets, struct region *region)
{
    size_t size = octets.size < 400 ? octets.size : 400;
    void *memory;

    assert_int_equal(region_alloc(region, 2 * size + 1, &memory), SWORN_OK);
    char *text = memory;
    for (size_t i = 0; i < size; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", octets.data[i]);
    }
    return text;
}

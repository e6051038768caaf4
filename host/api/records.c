/*
 * records.c - a zone as a stream; see records.h.
 *
 * Sets are rendered into `text` until it holds a chunk; when that has been read, its memory is
 * cleared for the next. A stream therefore never holds more than a chunk and one set.
 */
#include "host/api/records.h"

#include "core/dns/master.h"
#include "core/dns/rr.h"
#include "host/api/document.h"
#include "host/store/signed_set.h"

#include <stdlib.h>

#define CHUNK       ((size_t)32 * 1024)
#define TEXT_MAX    ((size_t)8 * 1024 * 1024) /* a chunk and the longest set as text */
#define SCRATCH_MAX ((size_t)32 * 1024 * 1024)
#define PROOF_MAX   ((size_t)64 * 1024 * 1024)

struct records_stream {
    struct route route;
    struct commit_records *records;
    struct commit_proof proof;
    struct region region;  /* of the proof */
    struct region scratch; /* of `text` */
    struct writer text;
    size_t sent; /* of text */
    bool begun;
    bool hashed; /* names by hash have been written, or are not wanted */
    bool some;   /* something of the present list has been written */
    bool ended;
};

enum sworn_result records_open(struct commit_server *server, const struct route *route,
                               struct records_stream **stream, struct reason *reason)
{
    struct records_stream *opened = calloc(1, sizeof(*opened));
    enum sworn_result result;

    SWORN_ENSURE(opened != NULL, SWORN_NO_MEMORY);
    opened->route = *route;
    region_init(&opened->region, PROOF_MAX);
    region_init(&opened->scratch, SCRATCH_MAX);
    result = commit_records_begin(server, &route->apex, &opened->region, &opened->proof,
                                  &opened->records, reason);
    if (result != SWORN_OK) {
        opened->records = NULL;
        records_close(opened);
        return result;
    }
    opened->hashed = route->as_zone_file;
    *stream = opened;
    return SWORN_OK;
}

void records_close(struct records_stream *stream)
{
    if (stream->records != NULL) {
        commit_records_end(stream->records);
    }
    region_clear(&stream->scratch);
    region_clear(&stream->region);
    free(stream);
}

/* Each line of the checkpoint as a comment. */
static enum sworn_result begin_zone_file(struct writer *text, struct octets note)
{
    bool line_start = true;

    SWORN_TRY(write_text(text, "; checkpoint\n"));
    for (size_t i = 0; i < note.size; i++) {
        if (line_start) {
            SWORN_TRY(write_text(text, "; "));
        }
        SWORN_TRY(write_u8(text, note.data[i]));
        line_start = note.data[i] == '\n';
    }
    return line_start ? SWORN_OK : write_text(text, "\n");
}

static enum sworn_result begin(struct records_stream *stream)
{
    if (stream->route.as_zone_file) {
        return begin_zone_file(&stream->text, stream->proof.checkpoint);
    }
    SWORN_TRY(write_text(&stream->text, "{"));
    SWORN_TRY(proof_members(&stream->text, &stream->route.apex, &stream->proof, true));
    return write_text(&stream->text, ",\"hashes\":[");
}

static enum sworn_result hex_list(struct writer *text, const char *before,
                                  const struct octets *values, size_t count)
{
    SWORN_TRY(write_text(text, before));
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(write_text(text, i == 0 ? "[" : ","));
        SWORN_TRY(json_hex_write(text, values[i]));
    }
    return write_text(text, count == 0 ? "[]" : "]");
}

static enum sworn_result json_set(struct records_stream *stream, const struct signed_set *set)
{
    struct writer *text = &stream->text;
    char name[NAME_TEXT_SIZE], type[16];

    name_to_text(&set->rrset.owner, name);
    rr_code_to_text(set->rrset.type, type);
    SWORN_TRY(write_text(text, stream->some ? ",\n{\"name\":" : "\n{\"name\":"));
    SWORN_TRY(json_string_write(text, octets_of_text(name)));
    SWORN_TRY(write_format(text, ",\"type\":\"%s\",\"ttl\":%u", type, set->rrset.ttl));
    SWORN_TRY(hex_list(text, ",\"rdata\":", set->rrset.rdata, set->rrset.count));
    if (stream->route.with_signatures) {
        SWORN_TRY(hex_list(text, ",\"rrsig\":", set->rrsig, set->rrsig_count));
    }
    return write_text(text, "}");
}

static enum sworn_result zone_file_set(struct records_stream *stream, const struct signed_set *set)
{
    struct rrset signatures = set->rrset;

    SWORN_TRY(master_print(&set->rrset, &stream->text));
    if (!stream->route.with_signatures || set->rrsig_count == 0) {
        return SWORN_OK;
    }
    signatures.type = RR_RRSIG;
    signatures.count = set->rrsig_count;
    signatures.rdata = set->rrsig;
    return master_print(&signatures, &stream->text);
}

/* One more of the names that the zone tree holds by their hashes; behind the last, the records. */
static enum sworn_result next_hashed(struct records_stream *stream)
{
    char text[NAME_TEXT_SIZE];
    struct name name;
    enum sworn_result result = commit_records_hashed(stream->records, &name);

    if (result == SWORN_ABSENT) {
        stream->hashed = true;
        stream->some = false;
        return write_text(&stream->text, "],\"records\":[");
    }
    SWORN_TRY(result);
    name_to_text(&name, text);
    SWORN_TRY(write_text(&stream->text, stream->some ? ",\n" : "\n"));
    stream->some = true;
    return json_string_write(&stream->text, octets_of_text(text));
}

/* What is there for the signatures' sake, and in no tree. */
static bool is_signers(uint16_t type)
{
    return type == RR_NSEC || type == RR_NSEC3 || type == RR_ZONEMD;
}

/* One more set; at the last, what closes the document. */
static enum sworn_result next_set(struct records_stream *stream)
{
    struct signed_set set;
    enum sworn_result result = commit_records_next(stream->records, &stream->scratch, &set);

    if (result == SWORN_ABSENT) {
        stream->ended = true;
        return stream->route.as_zone_file ? SWORN_OK : write_text(&stream->text, "\n]}\n");
    }
    SWORN_TRY(result);
    if (is_signers(set.rrset.type) && !stream->route.with_signatures) {
        return SWORN_OK;
    }
    if (stream->route.as_zone_file) {
        return zone_file_set(stream, &set);
    }
    SWORN_TRY(json_set(stream, &set));
    stream->some = true;
    return SWORN_OK;
}

static enum sworn_result fill(struct records_stream *stream)
{
    region_clear(&stream->scratch);
    stream->text = writer_in(&stream->scratch, TEXT_MAX);
    stream->sent = 0;
    if (!stream->begun) {
        SWORN_TRY(begin(stream));
        stream->begun = true;
    }
    while (!stream->ended && stream->text.used < CHUNK) {
        SWORN_TRY(stream->hashed ? next_set(stream) : next_hashed(stream));
    }
    return SWORN_OK;
}

enum sworn_result records_read(struct records_stream *stream, char *octets, size_t size,
                               size_t *count)
{
    if (stream->sent == stream->text.used && !stream->ended) {
        SWORN_TRY(fill(stream));
    }
    SWORN_ENSURE(stream->sent < stream->text.used, SWORN_ABSENT);
    *count = stream->text.used - stream->sent;
    *count = *count < size ? *count : size;
    memcpy(octets, stream->text.start + stream->sent, *count);
    stream->sent += *count;
    return SWORN_OK;
}

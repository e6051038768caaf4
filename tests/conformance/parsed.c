/*
 * parsed.c - see parsed.h.
 */
#include "tests/conformance/parsed.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dns/rr.h"

#define HEADER_SIZE 12

static uint64_t mix(uint64_t hash, const void *octets, size_t size)
{
    const uint8_t *octet = octets;

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ octet[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static void hash_record(struct record *record)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    hash = mix(hash, record->owner.wire, record->owner.size);
    hash = mix(hash, &record->type, sizeof(record->type));
    hash = mix(hash, &record->ttl, sizeof(record->ttl));
    record->hash = mix(hash, record->rdata.data, record->rdata.size);
}

static enum sworn_result read_rdata(struct reader *reader, struct region *region, uint16_t size,
                                    struct record *record)
{
    uint8_t octets[RDATA_MAX];
    uint8_t canonical[RDATA_MAX];
    struct writer whole = writer_over(octets, sizeof(octets));
    struct writer lower = writer_over(canonical, sizeof(canonical));

    SWORN_TRY(rdata_from_wire(record->type, reader, size, &whole));
    SWORN_TRY(rdata_canonical(record->type, written(&whole), &lower));
    return region_copy(region, written(&lower), &record->rdata);
}

static enum sworn_result read_record(struct reader *reader, struct region *region, int section,
                                     struct parsed *parsed)
{
    struct record *record = &parsed->record[section][parsed->count[section]];
    uint16_t class;
    uint16_t size;
    struct octets skipped;

    SWORN_TRY(name_read_compressed(reader, &record->owner));
    name_lower(&record->owner);
    SWORN_TRY(read_u16(reader, &record->type));
    SWORN_TRY(read_u16(reader, &class));
    SWORN_TRY(read_u32(reader, &record->ttl));
    SWORN_TRY(read_u16(reader, &size));
    if (record->type == RR_OPT) {
        parsed->opt = true;
        parsed->rcode |= (uint16_t)(record->ttl >> 24 << 4);
        return read_slice(reader, size, &skipped);
    }
    SWORN_ENSURE(class == CLASS_IN, SWORN_MALFORMED);
    SWORN_TRY(read_rdata(reader, region, size, record));
    hash_record(record);
    parsed->count[section]++;
    return SWORN_OK;
}

static int by_hash(const void *left, const void *right)
{
    const struct record *a = left;
    const struct record *b = right;

    return (a->hash > b->hash) - (a->hash < b->hash);
}

static enum sworn_result read_question(struct reader *reader, struct parsed *parsed)
{
    const uint8_t *start = reader->at;
    struct octets skipped;
    struct name name;

    SWORN_TRY(name_read(reader, &name));
    SWORN_TRY(read_slice(reader, 4, &skipped));
    parsed->question = octets_of(start, (size_t)(reader->at - start));
    return SWORN_OK;
}

static enum sworn_result read_message(struct reader *reader, struct region *region,
                                      struct parsed *parsed)
{
    uint16_t flags;
    uint16_t counts[4];

    SWORN_TRY(read_u16(reader, &parsed->id));
    SWORN_TRY(read_u16(reader, &flags));
    for (size_t i = 0; i < 4; i++) {
        SWORN_TRY(read_u16(reader, &counts[i]));
    }
    SWORN_ENSURE((flags & 0x8000) != 0 && counts[0] <= 1, SWORN_MALFORMED);
    parsed->aa = (flags & 0x400) != 0;
    parsed->tc = (flags & 0x200) != 0;
    parsed->rcode = flags & 15;
    if (counts[0] == 1) {
        SWORN_TRY(read_question(reader, parsed));
    }
    for (int section = 0; section < PARSED_SECTIONS; section++) {
        void *memory;

        SWORN_TRY(region_array(region, counts[section + 1] + 1U, sizeof(struct record), &memory));
        parsed->record[section] = memory;
        for (unsigned i = 0; i < counts[section + 1]; i++) {
            SWORN_TRY(read_record(reader, region, section, parsed));
        }
        qsort(parsed->record[section], parsed->count[section], sizeof(struct record), by_hash);
    }
    return read_end(reader);
}

bool parse_message(struct octets message, struct region *region, struct parsed *parsed)
{
    struct reader reader = reader_of(message);

    *parsed = (struct parsed){.size = message.size};
    return read_message(&reader, region, parsed) == SWORN_OK;
}

static bool same_record(const struct record *a, const struct record *b)
{
    return a->hash == b->hash && a->type == b->type && a->ttl == b->ttl &&
           name_equal(&a->owner, &b->owner) && octets_equal(a->rdata, b->rdata);
}

bool same_section(const struct parsed *a, const struct parsed *b, int section)
{
    if (a->count[section] != b->count[section]) {
        return false;
    }
    for (size_t i = 0; i < a->count[section]; i++) {
        if (!same_record(&a->record[section][i], &b->record[section][i])) {
            return false;
        }
    }
    return true;
}

bool has_record(const struct parsed *parsed, int section, const struct record *record)
{
    for (size_t i = 0; i < parsed->count[section]; i++) {
        if (same_record(&parsed->record[section][i], record)) {
            return true;
        }
    }
    return false;
}

uint16_t covered_type(const struct record *record)
{
    if (record->type != RR_RRSIG) {
        return record->type;
    }
    return (uint16_t)(record->rdata.data[0] << 8 | record->rdata.data[1]);
}

size_t count_type(const struct parsed *parsed, int section, uint16_t type)
{
    size_t count = 0;

    for (size_t i = 0; i < parsed->count[section]; i++) {
        count += parsed->record[section][i].type == type;
    }
    return count;
}

static void print_record(const struct record *record)
{
    char owner[NAME_TEXT_SIZE];
    char type[16];
    char octets[1 << 14];
    struct writer text = writer_over(octets, sizeof(octets));

    name_to_text(&record->owner, owner);
    rr_code_to_text(record->type, type);
    if (rdata_to_text(record->type, record->rdata, false, &text) != SWORN_OK) {
        text.used = 0;
    }
    printf("%.100s %u %s %.*s\n", owner, record->ttl, type, text.used > 110 ? 110 : (int)text.used,
           octets);
}

void print_message(const char *whose, const struct parsed *parsed)
{
    static const char *const sections[] = {"answer    ", "authority ", "additional"};

    printf("  %s: rcode %u%s%s, %zu octets\n", whose, parsed->rcode, parsed->aa ? " aa" : "",
           parsed->tc ? " tc" : "", parsed->size);
    for (int section = 0; section < PARSED_SECTIONS; section++) {
        for (size_t i = 0; i < parsed->count[section]; i++) {
            printf("    %s ", sections[section]);
            print_record(&parsed->record[section][i]);
        }
    }
}

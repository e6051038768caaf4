/*
 * fuzz_wire.c - RDATA from the wire: whatever is accepted survives text and back, and its parts
 * and its canonical form agree with it.
 *
 *   input = u16 type ‖ RDATA, which is also read as a message in front of RDATA
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "core/dns/rrset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)64 << 20)
#define TEXT   ((size_t)1 << 20)

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void must_work(enum sworn_result result)
{
    must(result == SWORN_OK);
}

static void text_returns(uint16_t type, struct octets rdata, bool generic, struct region *region)
{
    struct writer text = writer_in(region, TEXT);
    struct writer again = writer_in(region, RDATA_MAX);
    struct name root;
    struct reason reason;

    name_root(&root);
    must_work(rdata_to_text(type, rdata, generic, &text));
    must_work(rdata_from_text(type, written(&text), &root, &again, &reason));
    must(octets_equal(rdata, written(&again)));
}

static void parts_agree(uint16_t type, struct octets rdata)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;
    size_t size = 0;

    must_work(rdata_parts(type, rdata, parts, &count));
    for (size_t i = 0; i < count; i++) {
        struct reader reader = reader_of(parts[i].octets);
        struct name name;
        must(parts[i].octets.data == rdata.data + size && parts[i].octets.size > 0);
        size += parts[i].octets.size;
        if (parts[i].is_name) {
            must_work(name_read(&reader, &name));
            must_work(read_end(&reader));
        }
    }
    must(size == rdata.size);
}

static void canonical_form_is_stable(uint16_t type, struct octets rdata, struct region *region)
{
    struct writer canonical = writer_in(region, RDATA_MAX);
    struct writer again = writer_in(region, RDATA_MAX);
    struct octets both[2] = {rdata};
    struct rrset set = {.type = type, .count = 2, .rdata = both};

    must_work(rdata_canonical(type, rdata, &canonical));
    must(rdata_has_canonical_names(type) || octets_equal(rdata, written(&canonical)));
    must_work(rdata_canonical(type, written(&canonical), &again));
    must(octets_equal(written(&canonical), written(&again)));
    /* Case of names makes no second record. */
    both[1] = written(&canonical);
    must_work(rrset_sort(&set, region));
    must(set.count == 1);
}

/* The octets as a message, from every place in which RDATA could begin up to the 64th. */
static void decompressed_is_well_formed(uint16_t type, struct octets message, struct region *region)
{
    for (size_t at = 0; at < message.size && at < 64; at++) {
        struct writer rdata = writer_in(region, RDATA_MAX);
        struct reader reader = reader_of(message);
        reader.at += at;
        if (rdata_from_wire(type, &reader, message.size - at, &rdata) == SWORN_OK) {
            must_work(rdata_check(type, written(&rdata)));
        }
    }
}

static void stored_set_returns(uint16_t type, struct octets value, struct region *region)
{
    struct writer again = writer_in(region, value.size);
    struct rrset set;
    struct name root;

    name_root(&root);
    if (rrset_read(value, &root, type, region, &set) != SWORN_OK) {
        return;
    }
    must_work(rrset_write(&set, &again));
    must(octets_equal(value, written(&again)));
    uint16_t count = set.count;
    must_work(rrset_sort(&set, region));
    must(set.count == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader reader = reader_of(octets_of(data, size));
    struct region region;
    uint16_t type;

    if (read_u16(&reader, &type) != SWORN_OK || reader_left(&reader) > RDATA_MAX) {
        return 0;
    }
    struct octets rdata = read_rest(&reader);
    region_init(&region, MEMORY);
    decompressed_is_well_formed(type, rdata, &region);
    stored_set_returns(type, rdata, &region);
    if (rdata_check(type, rdata) == SWORN_OK) {
        text_returns(type, rdata, false, &region);
        text_returns(type, rdata, true, &region);
        parts_agree(type, rdata);
        canonical_form_is_stable(type, rdata, &region);
    }
    region_clear(&region);
    return 0;
}

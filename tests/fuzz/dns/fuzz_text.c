/*
 * fuzz_text.c - text of RDATA and of names: what is accepted is well formed, and prints to text
 * that means the same; names sort as their keys do.
 *
 *   input = u16 type ‖ RDATA text, which is also two names with LF between them
 */
#include <stdlib.h>

#include "core/dns/rr.h"
#include "core/dns/rrset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)16 << 20)
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

static void try_rdata(uint16_t type, struct octets text, struct region *region)
{
    struct writer rdata = writer_in(region, RDATA_MAX);
    struct writer printed = writer_in(region, TEXT);
    struct writer again = writer_in(region, RDATA_MAX);
    struct reason reason = {{0}};
    struct name origin;

    must_work(name_from_text(octets_of_text("Example."), NULL, &origin));
    if (rdata_from_text(type, text, &origin, &rdata, &reason) != SWORN_OK) {
        must(reason.text[0] != '\0' && rdata.used == 0);
        return;
    }
    must_work(rdata_check(type, written(&rdata)));
    must_work(rdata_to_text(type, written(&rdata), false, &printed));
    must_work(rdata_from_text(type, written(&printed), NULL, &again, &reason));
    must(octets_equal(written(&rdata), written(&again)));
}

static bool try_name(struct octets text, struct name *name, struct rrset_key *key)
{
    char printed[NAME_TEXT_SIZE];
    struct name again;
    struct name parent;
    uint16_t type;

    if (name_from_text(text, NULL, name) != SWORN_OK) {
        return false;
    }
    name_to_text(name, printed);
    must_work(name_from_text(octets_of_text(printed), NULL, &again));
    must(octets_equal(name_octets(name), name_octets(&again)));
    rrset_key(name, RR_A, key);
    must_work(rrset_key_read(octets_of(key->octets, key->size), &again, &type));
    must(type == RR_A && name_equal(name, &again));
    must(name_parent(name, &parent) == SWORN_ABSENT || name_within(name, &parent));
    return true;
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void try_names(struct octets text)
{
    const uint8_t *middle = text.size == 0 ? NULL : memchr(text.data, '\n', text.size);
    struct name a, b;
    struct rrset_key a_key, b_key;

    if (middle == NULL) {
        return;
    }
    size_t size = (size_t)(middle - text.data);
    bool both = try_name(octets_of(text.data, size), &a, &a_key);
    both &= try_name(octets_of(middle + 1, text.size - size - 1), &b, &b_key);
    if (both) {
        must(sign(name_compare(&a, &b)) ==
             sign(octets_compare(octets_of(a_key.octets, a_key.size),
                                 octets_of(b_key.octets, b_key.size))));
        must(name_equal(&a, &b) == (name_compare(&a, &b) == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader reader = reader_of(octets_of(data, size));
    struct region region;
    uint16_t type;

    if (read_u16(&reader, &type) != SWORN_OK) {
        return 0;
    }
    struct octets text = read_rest(&reader);
    region_init(&region, MEMORY);
    try_rdata(type, text, &region);
    try_names(text);
    region_clear(&region);
    return 0;
}

/*
 * fuzz_delegate.c - whatever a delegate sends, only what his rules name changes.
 *
 *   input = 'e' ‖ u16 size ‖ environment ‖ argument
 *         | u8 apex (even: demo.test., odd: the root) ‖ lines, each the JSON of an operation
 *
 * In the second form the keys of a bot, of a team and of a clerk sign; the rules are written out
 * here once more, in the terms of core/dns.
 */
#include "core/dns/rr.h"
#include "tests/fuzz/guards/policies/call.h"
#include "tests/fuzz/guards/policies/fdns.h"

static const uint8_t rules[] = "\1"                                  /* owners */
                               "\1\1\x0f_acme-challenge\0\0\1\0\x10" /* bot */
                               "\2\1\0\3dev\0\0"                     /* team */
                               "\3\0\0\3www\0\2\0\1\0\x1c"           /* clerk: www A, AAAA */
                               "\3\1\1a\0\1b\0\1\0\x21";             /* clerk: a, something, b */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct name below(const char *text)
{
    struct name name;

    ENSURE(name_from_text(octets_of_text(text), &call.change->apex, &name) == SWORN_OK);
    return name;
}

static bool first_label_is(const struct name *owner, const char *label)
{
    size_t size = strlen(label);

    return owner->wire[0] == size && memcmp(owner->wire + 1, label, size) == 0;
}

/* Names from core/change are in lower case. */
static bool is_allowed(const struct name *owner, uint16_t type)
{
    struct name dev = below("dev"), www = below("www"), b = below("b");
    size_t labels = name_labels(owner) - name_labels(&call.change->apex);

    if (type == RR_TXT && labels >= 1 && first_label_is(owner, "_acme-challenge")) {
        return true;
    }
    if (name_within(owner, &dev)) {
        return type != RR_NS && type != RR_SOA && type != RR_DNAME && type != RR_DS &&
               type != RR_CAA && type != 62 && type != 66 && type < 32768;
    }
    if (name_equal(owner, &www)) {
        return type == RR_A || type == RR_AAAA;
    }
    return type == RR_SRV && labels >= 2 && first_label_is(owner, "a") && name_within(owner, &b);
}

static const char *const there_before[] = {
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":"
    "\"192.0.2.1\",\"ttl\":\"60\"}}",
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"www\",\"content\":"
    "\"x\",\"ttl\":\"60\"}}",
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"_acme-challenge\","
    "\"content\":\"x\",\"ttl\":\"60\"}}",
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"name\":\"dev\",\"content\":\"x\","
    "\"ttl\":\"60\"}}",
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"MX\",\"name\":\"@\",\"content\":\"0 .\","
    "\"ttl\":\"60\"}}",
};

static void start_zone(struct change *change, struct tree *tree)
{
    static const struct hash nothing;
    const struct guard_limits limits = {.operations = 200, .changed = 50, .visited = 400};
    struct reason reason = {""};
    struct name apex;

    ENSURE(name_from_text(octets_of_text(call.apex), NULL, &apex) == SWORN_OK);
    ENSURE(tree_open(tree, MERKLE_ZONE, &nothing, call.region, NULL) == SWORN_OK);
    change_begin(change, &apex, tree, &limits, call.region);
    for (size_t i = 0; i < sizeof(there_before) / sizeof(there_before[0]); i++) {
        ENSURE(operation_apply(change, octets_of_text(there_before[i]), &reason) == SWORN_OK);
    }
    *tree = change->after;
    change_begin(change, &apex, tree, &limits, call.region);
}

static struct octets environment(void)
{
    struct writer writer = writer_in(call.region, 1024);

    ENSURE(write_u8(&writer, 4) == SWORN_OK);
    for (uint8_t key = 0; key < 4; key++) {
        uint8_t octets[33] = {1, key};

        ENSURE(write_octets(&writer, octets_of(octets, sizeof(octets))) == SWORN_OK);
    }
    ENSURE(write_octets(&writer, octets_of(rules, sizeof(rules) - 1)) == SWORN_OK);
    return call_copy(written(&writer));
}

/* All but the owner sign the lines. */
static struct octets argument(struct octets lines)
{
    static const uint8_t signature[64];
    static const struct hash zone_id;
    struct writer writer = writer_in(call.region, lines.size * 8 + 1024);

    ENSURE(write_u8(&writer, 3) == SWORN_OK);
    for (uint8_t key = 1; key < 4; key++) {
        ENSURE(write_u8(&writer, key) == SWORN_OK);
        ENSURE(write_octets(&writer, octets_of(signature, sizeof(signature))) == SWORN_OK);
    }
    ENSURE(write_octets(&writer, octets_of("sworn-update-v1", 16)) == SWORN_OK);
    ENSURE(write_slice_u16(&writer, octets_of_text(call.apex)) == SWORN_OK);
    ENSURE(write_hash(&writer, &zone_id) == SWORN_OK);
    ENSURE(write_u64(&writer, call.sequence) == SWORN_OK);
    while (lines.size > 0) {
        const uint8_t *end = memchr(lines.data, '\n', lines.size);
        size_t size = end == NULL ? lines.size : (size_t)(end - lines.data);

        ENSURE(write_u8(&writer, FDNS_KIND_RECORD) == SWORN_OK);
        ENSURE(write_slice_u32(&writer, octets_of(lines.data, size)) == SWORN_OK);
        size += end != NULL;
        lines = octets_of(lines.data + size, lines.size - size);
    }
    return call_copy(written(&writer));
}

static void check_differences(struct change *change)
{
    struct rrset_key *keys;
    struct name owner;
    uint16_t type;
    size_t count;

    ENSURE(call.others == 0);
    ENSURE(change_differences(change, &keys, &count) == SWORN_OK);
    for (size_t i = 0; i < count; i++) {
        ENSURE(rrset_key_read(octets_of(keys[i].octets, keys[i].size), &owner, &type) == SWORN_OK);
        ENSURE(is_allowed(&owner, type));
    }
}

static void run_lines(struct octets lines, bool root)
{
    struct change change;
    struct tree tree;

    call.apex = root ? "." : "demo.test.";
    call.sequence = 1;
    start_zone(&change, &tree);
    call.change = &change;
    call.environment = environment();
    call.argument = argument(lines);
    if (call_accepts(handle_update_request)) {
        ENSURE(call.records > 0);
        check_differences(&change);
    }
    call.change = NULL;
}

static void run_octets(struct octets input)
{
    size_t size = input.size < 2 ? 0 : (size_t)(input.data[0] << 8 | input.data[1]);
    bool accepted;

    if (input.size < 2 || size > input.size - 2) {
        return;
    }
    call.apex = "demo.test.";
    call.environment = call_copy(octets_of(input.data + 2, size));
    call.argument = call_copy(octets_of(input.data + 2 + size, input.size - 2 - size));
    for (call.sequence = 0; call.sequence < 2; call.sequence++) {
        accepted = call_accepts(call.sequence == 0 ? setup : handle_update_request);
        ENSURE(call_accepts(call.sequence == 0 ? setup : handle_update_request) == accepted);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct region region;

    if (size == 0) {
        return 0;
    }
    region_init(&region, (size_t)64 * 1024 * 1024);
    call = (struct call){.region = &region};
    if (data[0] == 'e') {
        run_octets(octets_of(data + 1, size - 1));
    } else {
        run_lines(octets_of(data + 1, size - 1), (data[0] & 1) != 0);
    }
    region_clear(&region);
    return 0;
}

/*
 * fuzz_frames.c - an enclave with a zone, and a host that sends what it likes: every frame gets an
 * error or a proper reply, and the enclave goes on.
 *
 *   input = steps
 *   step  = 00 ‖ u16 size ‖ frame without its length    sent as it is
 *         | 01 ‖ change    an update                    honest but for the change, which is made
 *         | 02 ‖ change    a refresh of www A           to the request, or to the n-th answer
 *         | 03 ‖ change    a creation
 *         | 04             another enclave, from the head
 *   change = u8 which frame (0 request, n: n-th answer, ff none) ‖ u8 how ‖ u16 at ‖ u8 octet
 *
 * How: 0 xor, 1 cut there, 2 put in, 3 another type, 4 whatever is left of the input as fields.
 */
#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"
#include "tests/unit/enclave/host.h"

#include <stdlib.h>

#define APEX      "demo.test."
#define STEPS_MAX 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct lie {
    uint8_t which, how, octet;
    uint16_t at;
    uint8_t frames; /* sent so far in this step */
    struct reader *input;
};

static enum sworn_result lie_read(struct reader *input, struct lie *lie)
{
    *lie = (struct lie){.input = input};
    SWORN_TRY(read_u8(input, &lie->which));
    SWORN_TRY(read_u8(input, &lie->how));
    SWORN_TRY(read_u16(input, &lie->at));
    return read_u8(input, &lie->octet);
}

/* The frame's length is always true: a false one only says that less or more has been sent. */
static void length_fix(struct writer *frame)
{
    size_t size = frame->used - 4;

    for (int i = 0; i < 4; i++) {
        frame->start[i] = (uint8_t)(size >> (24 - 8 * i));
    }
}

static void tamper(struct host *host, uint16_t question, struct writer *frame)
{
    struct lie *lie = host->tamper_context;
    size_t at = 4 + lie->at % (frame->used - 4);

    (void)question;
    if (lie->frames++ != lie->which) {
        return;
    }
    switch (lie->how % 5) {
    case 0:
        frame->start[at] ^= lie->octet;
        return;
    case 1:
        frame->used = at;
        break;
    case 2:
        MUST(write_u8(frame, lie->octet) == SWORN_OK);
        memmove(frame->start + at + 1, frame->start + at, frame->used - at - 1);
        frame->start[at] = lie->octet;
        break;
    case 3:
        frame->start[5] = lie->octet;
        return;
    default:
        frame->used = 4 + FRAME_HEADER - 4;
        MUST(write_octets(frame, read_rest(lie->input)) == SWORN_OK);
        break;
    }
    length_fix(frame);
}

/* The one record of a set, as the host has it. */
static struct octets only_record(struct octets value)
{
    struct reader reader = reader_of(value);
    struct octets rdata;
    uint32_t ttl;
    uint16_t count;

    MUST(read_u32(&reader, &ttl) == SWORN_OK && read_u16(&reader, &count) == SWORN_OK);
    MUST(read_slice_u16(&reader, &rdata) == SWORN_OK);
    return rdata;
}

/* Signed is what the commit says; and where no guard decided, that is what the zone had. */
static void check_set(struct host *host, const struct log_entry *entry,
                      const struct committed_set *set)
{
    char text[NAME_TEXT_SIZE];
    struct rrset_key key;
    struct octets honest, dnskey;
    struct name owner;
    struct rrset rrset;
    uint16_t type;

    MUST(rrset_key_read(set->key, &owner, &type) == SWORN_OK);
    name_to_text(&owner, text);
    honest = host_value(host, APEX, text, type, &key);
    if ((entry->kind == LOG_REFRESH || entry->kind == LOG_STEP) && type != RR_SOA &&
        type != RR_NSEC) {
        MUST(octets_equal(set->value, honest));
    }
    if (set->rrsigs.count > 0) {
        dnskey = only_record(host_value(host, APEX, APEX, RR_DNSKEY, &key));
        MUST(set->rrsigs.count == 1);
        MUST(rrset_read(set->value, &owner, type, &host->scratch, &rrset) == SWORN_OK);
        MUST(rrsig_verify(set->rrsigs.items[0], &rrset, dnskey, &host->scratch) == SWORN_OK);
    }
}

static void check(struct host *host, const struct host_reply *reply)
{
    struct hash zone_id = host_zone_id(host, APEX);
    struct log_entry entry;

    MUST(log_entry_read(reply->committed.entry, &entry) == SWORN_OK);
    if (!hash_equal(&entry.zone_id, &zone_id)) {
        return; /* a zone of its own, with a key of its own */
    }
    for (uint32_t i = 0; i < reply->committed.sets.count; i++) {
        struct committed_set set;

        MUST(committed_set_read(reply->committed.sets.items[i], &host->scratch, &set) == SWORN_OK);
        check_set(host, &entry, &set);
    }
}

static void changed(struct host *host, struct lie *lie, uint8_t step)
{
    struct host_reply reply;
    struct rrset_key key;
    struct octets value = host_value(host, APEX, "www." APEX, RR_A, &key);
    struct octets item = octets_of(key.octets, key.size);
    struct octets_list keys = {.count = 1, .items = &item}, values = {.count = 1, .items = &value};

    host->tamper = tamper;
    host->tamper_context = lie;
    if (step == 1) {
        host_update(host, APEX,
                    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"www\","
                    "\"content\":\"text\",\"ttl\":null}}",
                    &reply);
    }
    if (step == 2) {
        host_refresh(host, APEX, &keys, &values, &reply);
    }
    if (step == 3) {
        host_create(host, "other.test.", 15, &reply);
    }
    host->tamper = NULL;
    if (reply.type == MESSAGE_COMMITTED) {
        /* The head has moved on; a host that loses that begins anew from what it has. */
        check(host, &reply);
        MUST(host_restart(host) == SWORN_OK);
    }
}

/* However a frame looks: if it was a request, its questions are answered as far as possible. */
static void raw(struct host *host, struct octets frame)
{
    uint8_t length[4];
    struct writer writer = writer_over(length, sizeof(length));
    struct host_reply reply;

    MUST(write_u32(&writer, (uint32_t)frame.size) == SWORN_OK);
    host_send(host, written(&writer));
    host_send(host, frame);
    host_answer(host, &reply);
    MUST(reply.type >= MESSAGE_HELLO_REPLY && reply.type <= MESSAGE_EVIDENCE_REPLY);
    if (reply.type == MESSAGE_COMMITTED) {
        check(host, &reply);
        MUST(host_restart(host) == SWORN_OK);
    }
    region_clear(&host->scratch);
}

static enum sworn_result step(struct host *host, struct reader *input)
{
    struct lie lie;
    struct octets frame;
    uint8_t which;

    SWORN_TRY(read_u8(input, &which));
    which %= 5;
    if (which == 0) {
        SWORN_TRY(read_slice_u16(input, &frame));
        raw(host, frame);
        return SWORN_OK;
    }
    if (which == 4) {
        MUST(host_restart(host) == SWORN_OK);
        return SWORN_OK;
    }
    SWORN_TRY(lie_read(input, &lie));
    changed(host, &lie, which);
    return SWORN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = reader_of(octets_of(data, size));
    struct message_hello hello = {.version = BOUNDARY_VERSION, .zonemd_most = ZONEMD_MOST};
    struct host_reply reply;
    struct host host;

    host_begin(&host);
    host_create(&host, APEX, 15, &reply);
    host_apply(&host, &reply);
    for (int i = 0; i < STEPS_MAX && reader_left(&input) > 0; i++) {
        if (step(&host, &input) != SWORN_OK) {
            break;
        }
    }
    host_request(&host, MESSAGE_HELLO, &hello, sizeof(hello), &reply);
    MUST(reply.type == MESSAGE_HELLO_REPLY);
    host_end(&host);
    return 0;
}

/*
 * compare.c - see compare.h.
 */
#include "tests/conformance/compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dns/rr.h"
#include "tests/conformance/names.h"

#define UDP_SIZE       1232
#define SHOW_OF_A_KIND 2

static const uint16_t types[] = {RR_A,  RR_NS,    RR_CNAME, RR_SOA,  RR_MX,  RR_AAAA,
                                 RR_DS, RR_DNAME, RR_RRSIG, RR_NSEC, RR_ANY, 65280};
#define TYPES (sizeof(types) / sizeof(types[0]))

/* A batch on its way. */
struct batch {
    struct comparison *comparison;
    const struct zone_case *zones;
    struct answer_reader *reader;
    struct region region;
    size_t count;
    struct question_sent question[BATCH];
    struct name name[BATCH];
    uint16_t type[BATCH];
    bool dnssec[BATCH];
    uint8_t query[BATCH][600];
    struct parsed ours[BATCH];
    size_t our_udp_size[BATCH];
    bool our_tc[BATCH];
    struct parsed theirs[PARTIES][BATCH];
    struct parsed theirs_short[PARTIES][BATCH];
    bool was_short[PARTIES][BATCH];
    struct answer_got answer[BATCH];
    uint8_t octets[65535];
};

static size_t make_query(const struct name *name, uint16_t type, bool dnssec, uint16_t udp_size,
                         uint8_t number, uint8_t query[600])
{
    struct writer writer = writer_over(query, 600);
    enum sworn_result result = write_u16(&writer, number);

    result |= write_u16(&writer, 0);
    result |= write_u16(&writer, 1);
    result |= write_u32(&writer, 0);
    result |= write_u16(&writer, 1);
    result |= write_octets(&writer, name_octets(name));
    result |= write_u16(&writer, type);
    result |= write_u16(&writer, CLASS_IN);
    result |= write_u8(&writer, 0);
    result |= write_u16(&writer, RR_OPT);
    result |= write_u16(&writer, udp_size);
    result |= write_u32(&writer, dnssec ? 0x8000 : 0);
    result |= write_u16(&writer, 0);
    if (result != SWORN_OK) {
        abort();
    }
    return writer.used;
}

static void set_size(struct batch *batch, size_t number, uint16_t udp_size)
{
    size_t size = make_query(&batch->name[number], batch->type[number], batch->dnssec[number],
                             udp_size, (uint8_t)number, batch->query[number]);

    batch->question[number].query = octets_of(batch->query[number], size);
}

static void parse_or_die(struct batch *batch, const char *whose, size_t number,
                         struct octets message, struct parsed *parsed)
{
    char name[NAME_TEXT_SIZE];
    struct octets asked = batch->question[number].query;

    /* RFC 4343 4.1: the question comes back octet for octet. */
    if (parse_message(message, &batch->region, parsed) &&
        (parsed->question.size == 0 ||
         (asked.size >= 12 + parsed->question.size &&
          memcmp(parsed->question.data, asked.data + 12, parsed->question.size) == 0))) {
        return;
    }
    name_to_text(&batch->name[number], name);
    printf("%s: response to %s %u does not parse\n", whose, name, batch->type[number]);
    exit(1);
}

static void ask_us(struct batch *batch, size_t number)
{
    struct answer_request request = {.query = batch->question[number].query,
                                     .response = batch->octets,
                                     .room = sizeof(batch->octets),
                                     .transport = TRANSPORT_TCP};
    struct octets copy;
    struct answer_facts facts = {0};
    struct parsed udp;

    if (region_copy(&batch->region,
                    octets_of(batch->octets, answer_query(batch->reader, &request, &facts)),
                    &copy) != SWORN_OK) {
        abort();
    }
    parse_or_die(batch, "sworn", number, copy, &batch->ours[number]);
    set_size(batch, number, UDP_SIZE);
    request.transport = TRANSPORT_UDP;
    request.room = UDP_SIZE;
    request.query = batch->question[number].query;
    batch->our_udp_size[number] = answer_query(batch->reader, &request, &facts);
    parse_or_die(batch, "sworn over UDP", number,
                 octets_of(batch->octets, batch->our_udp_size[number]), &udp);
    batch->our_tc[number] = udp.tc;
}

static void keep(struct batch *batch, const char *whose, size_t number, struct parsed *parsed)
{
    struct octets copy;

    if (region_copy(&batch->region,
                    octets_of(batch->answer[number].octets, batch->answer[number].size),
                    &copy) != SWORN_OK) {
        abort();
    }
    /* NSD cuts some in the middle of a record; with TC nobody looks at them. */
    if (!parse_message(copy, &batch->region, parsed) && parsed->tc) {
        return;
    }
    parse_or_die(batch, whose, number, copy, parsed);
}

static struct party *party_of(const struct batch *batch, int p)
{
    return batch->comparison->party[p];
}

/* What they say to everything, whole. */
static void collect_whole(struct batch *batch, int p)
{
    struct party *party = party_of(batch, p);

    party_collect(party, batch->question, batch->count, batch->answer);
    for (size_t i = 0; i < batch->count; i++) {
        keep(batch, party_name(party), i, &batch->theirs[p][i]);
        if (batch->theirs[p][i].tc) {
            party_ask_tcp(party, batch->question[i].query, &batch->answer[i]);
            keep(batch, party_name(party), i, &batch->theirs[p][i]);
        }
    }
}

/* What does not fit 1232 octets here or there, once more with that limit. */
static void collect_short(struct batch *batch, int p)
{
    struct party *party = party_of(batch, p);
    bool any = false;

    for (size_t i = 0; i < batch->count; i++) {
        batch->question[i].wanted = batch->our_tc[i] || batch->theirs[p][i].size > UDP_SIZE ||
                                    batch->ours[i].size > UDP_SIZE;
        batch->was_short[p][i] = batch->question[i].wanted;
        any = any || batch->question[i].wanted;
    }
    if (!any) {
        return;
    }
    party_send(party, batch->question, batch->count);
    party_collect(party, batch->question, batch->count, batch->answer);
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->question[i].wanted) {
            keep(batch, party_name(party), i, &batch->theirs_short[p][i]);
        }
    }
}

static unsigned differing(const struct trial *trial)
{
    const struct parsed *a = trial->ours;
    const struct parsed *b = trial->theirs;
    unsigned differs = 0;

    differs |= a->rcode != b->rcode ? DIFFERS_RCODE : 0;
    differs |= a->aa != b->aa ? DIFFERS_AA : 0;
    differs |= trial->our_tc != trial->their_tc ? DIFFERS_TC : 0;
    differs |= same_section(a, b, ANSWER) ? 0 : DIFFERS_ANSWER;
    differs |= same_section(a, b, AUTHORITY) ? 0 : DIFFERS_AUTHORITY;
    differs |= same_section(a, b, ADDITIONAL) ? 0 : DIFFERS_ADDITIONAL;
    return differs;
}

static void explain(struct comparison *comparison, struct trial *trial)
{
    for (unsigned i = 0; i < difference_count && trial->differs != 0; i++) {
        unsigned explained;

        if ((differences[i].parties >> trial->party & 1) == 0) {
            continue;
        }
        explained = differences[i].explains(trial) & trial->differs;
        comparison->explained[i][trial->party] += explained != 0;
        trial->differs &= ~explained;
    }
}

static void show(const struct batch *batch, size_t number, const unsigned differs[PARTIES])
{
    char name[NAME_TEXT_SIZE];
    char type[16];

    name_to_text(&batch->name[number], name);
    rr_code_to_text(batch->type[number], type);
    printf("%s %s DO=%d", name, type, batch->dnssec[number]);
    for (int p = 0; p < PARTIES; p++) {
        if (party_of(batch, p) != NULL) {
            unsigned d = differs[p];

            printf("; %s:%s%s%s%s%s%s%s", party_name(party_of(batch, p)), d == 0 ? " same" : "",
                   d & DIFFERS_RCODE ? " rcode" : "", d & DIFFERS_AA ? " aa" : "",
                   d & DIFFERS_TC ? " tc" : "", d & DIFFERS_ANSWER ? " answer" : "",
                   d & DIFFERS_AUTHORITY ? " authority" : "",
                   d & DIFFERS_ADDITIONAL ? " additional" : "");
        }
    }
    printf("\n");
    print_message("sworn", &batch->ours[number]);
    for (int p = 0; p < PARTIES; p++) {
        if (party_of(batch, p) != NULL) {
            print_message(party_name(party_of(batch, p)), &batch->theirs[p][number]);
        }
    }
}

static void judge(struct batch *batch, size_t number)
{
    struct comparison *comparison = batch->comparison;
    unsigned differs[PARTIES] = {0};
    unsigned all = 0;
    unsigned both = DIFFERS_ALL;

    for (int p = 0; p < PARTIES; p++) {
        struct trial trial = {.zones = batch->zones,
                              .name = batch->name[number],
                              .type = batch->type[number],
                              .dnssec = batch->dnssec[number],
                              .party = p,
                              .ours = &batch->ours[number],
                              .theirs = &batch->theirs[p][number],
                              .our_tc = batch->our_tc[number]};

        if (party_of(batch, p) == NULL) {
            continue;
        }
        if (batch->was_short[p][number]) {
            trial.theirs_short = &batch->theirs_short[p][number];
            trial.their_tc = trial.theirs_short->tc;
        }
        trial.differs = differing(&trial);
        explain(comparison, &trial);
        differs[p] = trial.differs;
        all |= trial.differs;
        both &= trial.differs;
    }
    comparison->asked++;
    all &= DIFFERS_RCODE | DIFFERS_AA | DIFFERS_TC | DIFFERS_ANSWER;
    if (all == 0 && (both & (DIFFERS_AUTHORITY | DIFFERS_ADDITIONAL)) == 0) {
        return;
    }
    comparison->failed++;
    if (comparison->shown[differs[NSD]][differs[KNOT]]++ < SHOW_OF_A_KIND) {
        show(batch, number, differs);
    }
}

static void run_batch(struct batch *batch)
{
    if (batch->count == 0) {
        return;
    }
    for (size_t i = 0; i < batch->count; i++) {
        batch->question[i].wanted = true;
        set_size(batch, i, PARTY_UDP_MAX);
    }
    for (int p = 0; p < PARTIES; p++) {
        if (party_of(batch, p) != NULL) {
            party_send(party_of(batch, p), batch->question, batch->count);
        }
    }
    for (int p = 0; p < PARTIES; p++) {
        if (party_of(batch, p) != NULL) {
            collect_whole(batch, p);
        }
    }
    for (size_t i = 0; i < batch->count; i++) {
        ask_us(batch, i);
    }
    for (int p = 0; p < PARTIES; p++) {
        if (party_of(batch, p) != NULL) {
            collect_short(batch, p);
        }
    }
    for (size_t i = 0; i < batch->count; i++) {
        judge(batch, i);
    }
    region_clear(&batch->region);
    batch->count = 0;
}

static void add_question(struct batch *batch, const struct name *name, uint16_t type, bool dnssec)
{
    batch->name[batch->count] = *name;
    batch->type[batch->count] = type;
    batch->dnssec[batch->count++] = dnssec;
    if (batch->count == BATCH) {
        run_batch(batch);
    }
}

static bool is_hashed(const struct zone_case *zones)
{
    for (size_t i = 0; i < zones->zone[0].count; i++) {
        if (zones->zone[0].set[i].rrset.type == RR_NSEC3) {
            return true;
        }
    }
    return false;
}

void compare_case(struct comparison *comparison, const struct zone_case *zones)
{
    struct batch *batch = calloc(1, sizeof(*batch));
    struct answer_server *server;
    struct names names;

    batch->comparison = comparison;
    batch->zones = zones;
    region_init(&batch->region, (size_t)1 << 30);
    if (answer_server_new(&server) != SWORN_OK ||
        answer_reader_new(server, &batch->reader) != SWORN_OK) {
        abort();
    }
    for (size_t i = 0; i < zones->count; i++) {
        if (zone_sets_load(&zones->zone[i], server) != SWORN_OK) {
            abort();
        }
    }
    names_of_interest(zones, &names);
    for (size_t n = 0; n < names.count; n += comparison->every) {
        for (size_t t = 0; t < TYPES; t++) {
            uint16_t type = types[t] == RR_NSEC && is_hashed(zones) ? RR_NSEC3 : types[t];

            add_question(batch, &names.name[n], type, false);
            add_question(batch, &names.name[n], type, true);
        }
    }
    run_batch(batch);
    comparison->zones++;
    names_free(&names);
    answer_reader_free(batch->reader);
    answer_server_free(server);
    region_clear(&batch->region);
    free(batch);
}

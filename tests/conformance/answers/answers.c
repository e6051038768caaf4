/*
 * answers.c - asks our answers and a name server that serves the same zone file the same questions.
 *
 *   answers ZONE-FILE APEX ADDRESS PORT QUESTIONS
 *
 * A third of the questions is for existing names, a third for names at, below and beside cuts, glue
 * owners and empty non-terminals, a third for absent names; each with DO=0 and DO=1. With 0
 * questions every name of the zone is asked for every type, and names below and beside it.
 * Over TCP all sections are compared, TTLs included, order aside; over UDP with EDNS 1232 the
 * response code and TC. What differs has to be in the table of differences, or it is a failure.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/dns/rr.h"
#include "tests/unit/host/load_zone.h"
#include "tests/unit/host/message_lines.h"

#define UDP_SIZE      1232
#define FAILURES_SHOW 20

struct response {
    size_t size;
    uint8_t octets[65535];
    struct message_lines lines;
};

struct comparison {
    struct zone_sets sets;
    struct answer_reader *reader;
    struct sockaddr_in other;
    int tcp;
    int udp;
    uint32_t random;
    uint64_t asked;
    uint64_t failures;
    uint64_t *explained; /* one for each difference of the table */
    struct region region;
    struct response ours_tcp, ours_udp, theirs_tcp, theirs_udp;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

/* --- asking ---------------------------------------------------------------------------------- */

static int connected(const struct comparison *comparison, int type)
{
    struct timeval limit = {.tv_sec = 5};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
        connect(fd, (const struct sockaddr *)&comparison->other, sizeof(comparison->other)) != 0) {
        die("connect");
    }
    return fd;
}

static bool receive(int fd, uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, octets, size, 0);

        if (got <= 0) {
            return false;
        }
        octets += got;
        size -= (size_t)got;
    }
    return true;
}

static bool ask_over(int fd, struct octets query, struct response *response)
{
    uint8_t stream[2 + 512];
    uint8_t prefix[2];

    stream[0] = (uint8_t)(query.size >> 8);
    stream[1] = (uint8_t)query.size;
    memcpy(stream + 2, query.data, query.size);
    if (send(fd, stream, query.size + 2, MSG_NOSIGNAL) != (ssize_t)query.size + 2 ||
        !receive(fd, prefix, 2)) {
        return false;
    }
    response->size = (size_t)prefix[0] << 8 | prefix[1];
    return receive(fd, response->octets, response->size);
}

static void ask_other(struct comparison *comparison, struct octets query)
{
    ssize_t size;

    if (!ask_over(comparison->tcp, query, &comparison->theirs_tcp)) {
        /* It may end a connection whenever it likes. */
        close(comparison->tcp);
        comparison->tcp = connected(comparison, SOCK_STREAM);
        if (!ask_over(comparison->tcp, query, &comparison->theirs_tcp)) {
            die("no answer over TCP");
        }
    }
    if (send(comparison->udp, query.data, query.size, 0) != (ssize_t)query.size) {
        die("send");
    }
    size = recv(comparison->udp, comparison->theirs_udp.octets, 65535, 0);
    if (size < 0) {
        die("no answer over UDP");
    }
    comparison->theirs_udp.size = (size_t)size;
}

static void ask_ours(struct comparison *comparison, struct octets query)
{
    struct answer_request request = {.query = query,
                                     .response = comparison->ours_tcp.octets,
                                     .room = 65535,
                                     .transport = TRANSPORT_TCP};

    comparison->ours_tcp.size =
        answer_query(comparison->reader, &request, &(struct answer_facts){0});
    request.response = comparison->ours_udp.octets;
    request.room = UDP_SIZE;
    request.transport = TRANSPORT_UDP;
    comparison->ours_udp.size =
        answer_query(comparison->reader, &request, &(struct answer_facts){0});
}

static bool parse(struct comparison *comparison, struct response *response, const char *whose)
{
    struct reason reason = {.text = ""};

    if (message_lines(octets_of(response->octets, response->size), &comparison->region,
                      &response->lines, &reason) == SWORN_OK) {
        return true;
    }
    printf("%s response does not parse: %s\n", whose, reason.text);
    return false;
}

/* --- what may differ ------------------------------------------------------------------------- */

/* The nth field of a line, from 0. */
static const char *field(const char *line, int n)
{
    while (n-- > 0) {
        line = strchr(line, ' ') + 1;
    }
    return line;
}

static bool is_type(const char *line, const char *type)
{
    size_t size = strlen(type);

    return strncmp(field(line, 2), type, size) == 0 && field(line, 2)[size] == ' ';
}

static bool ends_with(const char *name, size_t size, const char *suffix, size_t suffix_size)
{
    return (suffix_size == 1 && suffix[0] == '.') ||
           (size >= suffix_size && memcmp(name + size - suffix_size, suffix, suffix_size) == 0 &&
            (size == suffix_size || name[size - suffix_size - 1] == '.'));
}

/* Records of name servers below the cut in the additional section. */
static size_t in_domain(const struct message_lines *lines, const char *cut)
{
    size_t cut_size = (size_t)(strchr(cut, ' ') - cut);
    size_t count = 0;

    for (size_t i = 0; i < lines->count[2]; i++) {
        const char *owner = lines->line[2][i];

        count += ends_with(owner, (size_t)(strchr(owner, ' ') - owner), cut, cut_size);
    }
    return count;
}

/* A referral over UDP without all addresses of name servers below the cut has TC: NSD's has not. */
static bool glue_truncated(struct comparison *comparison)
{
    const struct message_lines *whole = &comparison->ours_tcp.lines;
    const struct message_lines *theirs = &comparison->theirs_udp.lines;
    const char *cut = NULL;

    for (size_t i = 0; i < whole->count[1]; i++) {
        cut = is_type(whole->line[1][i], "NS") ? whole->line[1][i] : cut;
    }
    if (cut == NULL || theirs->tc || !comparison->ours_udp.lines.tc ||
        in_domain(theirs, cut) == in_domain(whole, cut)) {
        return false;
    }
    comparison->theirs_udp.lines.tc = true;
    return true;
}

static bool has_line(const struct message_lines *lines, int section, const char *line)
{
    for (size_t i = 0; i < lines->count[section]; i++) {
        if (strcmp(lines->line[section][i], line) == 0) {
            return true;
        }
    }
    return false;
}

/* After DNAME NSD may leave out the NSEC that covers the name at the end. */
static bool chain_denied(struct comparison *comparison)
{
    const struct message_lines *ours = &comparison->ours_tcp.lines;
    struct message_lines *theirs = &comparison->theirs_tcp.lines;
    size_t aliases = 0;

    for (size_t i = 0; i < ours->count[0]; i++) {
        aliases += is_type(ours->line[0][i], "DNAME");
    }
    for (size_t i = 0; i < theirs->count[1]; i++) {
        if (!has_line(ours, 1, theirs->line[1][i])) {
            return false;
        }
    }
    for (size_t i = 0; i < ours->count[1]; i++) {
        const char *line = ours->line[1][i];

        if (!has_line(theirs, 1, line) && !is_type(line, "NSEC") &&
            strncmp(field(line, 2), "RRSIG NSEC ", 11) != 0) {
            return false;
        }
    }
    if (aliases == 0 || ours->count[1] == theirs->count[1]) {
        return false;
    }
    theirs->count[1] = ours->count[1];
    theirs->line[1] = ours->line[1];
    return true;
}

struct difference {
    const char *what;
    const char *rfc;
    /** Whether the difference is there; then `theirs` is made what it should be. */
    bool (*explains)(struct comparison *comparison);
};

static const struct difference differences[] = {
    {"the name that DNAME leads to is denied", "RFC 4035 3.1.3.2", chain_denied},
    {"in-domain glue that does not fit sets TC", "RFC 9471 3.1", glue_truncated},
};
#define DIFFERENCES (sizeof(differences) / sizeof(differences[0]))

/* --- comparing ------------------------------------------------------------------------------- */

static bool same_sections(const struct message_lines *a, const struct message_lines *b)
{
    for (int section = 0; section < 3; section++) {
        if (a->count[section] != b->count[section]) {
            return false;
        }
        for (size_t i = 0; i < a->count[section]; i++) {
            if (strcmp(a->line[section][i], b->line[section][i]) != 0) {
                return false;
            }
        }
    }
    return true;
}

static bool same_header(const struct message_lines *a, const struct message_lines *b)
{
    return a->id == b->id && a->rcode == b->rcode && a->aa == b->aa && a->tc == b->tc &&
           a->rd == b->rd && a->ra == b->ra && a->ad == b->ad && a->cd == b->cd &&
           a->opt == b->opt && a->do_bit == b->do_bit;
}

static bool same(const struct comparison *comparison)
{
    return same_header(&comparison->ours_tcp.lines, &comparison->theirs_tcp.lines) &&
           same_sections(&comparison->ours_tcp.lines, &comparison->theirs_tcp.lines) &&
           same_header(&comparison->ours_udp.lines, &comparison->theirs_udp.lines);
}

static void show(const char *whose, const struct response *response)
{
    static const char *const sections[] = {"answer", "authority", "additional"};
    const struct message_lines *lines = &response->lines;

    printf(" %s: rcode %u%s%s, %zu octets\n", whose, lines->rcode, lines->aa ? " aa" : "",
           lines->tc ? " tc" : "", response->size);
    for (int section = 0; section < 3; section++) {
        for (size_t i = 0; i < lines->count[section]; i++) {
            printf("    %s %.120s\n", sections[section], lines->line[section][i]);
        }
    }
}

static void ask(struct comparison *comparison, const char *name, uint16_t type, bool dnssec)
{
    struct query_options options = {
        .name = name, .type = type, .edns = true, .dnssec = dnssec, .udp_size = UDP_SIZE};
    uint8_t octets[512];
    struct octets query = octets_of(octets, query_make(&options, octets));
    bool good;

    if (query.size == 0) {
        return; /* too long for a name */
    }
    region_clear(&comparison->region);
    ask_ours(comparison, query);
    ask_other(comparison, query);
    comparison->asked++;
    good = parse(comparison, &comparison->ours_tcp, "our TCP") &&
           parse(comparison, &comparison->ours_udp, "our UDP") &&
           parse(comparison, &comparison->theirs_tcp, "their TCP") &&
           parse(comparison, &comparison->theirs_udp, "their UDP");
    for (size_t i = 0; good && i < DIFFERENCES && !same(comparison); i++) {
        comparison->explained[i] += differences[i].explains(comparison);
    }
    if (good && same(comparison)) {
        return;
    }
    if (++comparison->failures <= FAILURES_SHOW) {
        printf("%s type %u DO=%d\n", name, type, dnssec);
        if (good) {
            show("ours over TCP", &comparison->ours_tcp);
            show("theirs over TCP", &comparison->theirs_tcp);
            show("ours over UDP", &comparison->ours_udp);
            show("theirs over UDP", &comparison->theirs_udp);
        }
    }
}

static void ask_both(struct comparison *comparison, const char *name, uint16_t type)
{
    ask(comparison, name, type, false);
    ask(comparison, name, type, true);
}

/* --- questions ------------------------------------------------------------------------------- */

static const uint16_t types[] = {RR_A,    RR_NS,     RR_SOA,   RR_MX,    RR_TXT,   RR_AAAA, RR_DS,
                                 RR_NSEC, RR_DNSKEY, RR_CNAME, RR_DNAME, RR_RRSIG, RR_ANY,  65280};
#define TYPES (sizeof(types) / sizeof(types[0]))

static uint32_t next_random(struct comparison *comparison)
{
    comparison->random ^= comparison->random << 13;
    comparison->random ^= comparison->random >> 17;
    comparison->random ^= comparison->random << 5;
    return comparison->random;
}

static const struct signed_set *some_set(struct comparison *comparison)
{
    return &comparison->sets.set[next_random(comparison) % comparison->sets.count];
}

static void put_label(struct comparison *comparison, char *text, size_t room)
{
    static const char *const labels[] = {"a", "www", "zzz", "-", "0", "*", "Xn--x", "\\000"};
    uint32_t random = next_random(comparison);

    if (random % 4 == 0) {
        snprintf(text, room, "%s.", labels[random / 4 % 8]);
        return;
    }
    snprintf(text, room, "%c%c%x.", 'a' + random / 4 % 26, 'A' + random / 104 % 26, random >> 24);
}

/* A name as text with the first octet of its first label changed: beside it in the order. */
static void beside(struct comparison *comparison, char *text)
{
    char letter = text[0];

    if (letter >= 'a' && letter <= 'z') {
        text[0] = (char)(letter + (next_random(comparison) % 2 == 0 ? 1 : -1));
    }
}

static void name_text(const struct name *name, char *text)
{
    name_to_text(name, text);
    if (name->size == 1) {
        text[0] = 0; /* so that labels can go in front */
    }
}

static void ask_text(struct comparison *comparison, const char *text, uint16_t type)
{
    ask_both(comparison, text[0] == 0 ? "." : text, type);
}

static void ask_existing(struct comparison *comparison)
{
    const struct signed_set *set = some_set(comparison);
    char text[NAME_TEXT_SIZE];

    name_text(&set->rrset.owner, text);
    ask_text(comparison, text,
             next_random(comparison) % 2 == 0 ? set->rrset.type
                                              : types[next_random(comparison) % TYPES]);
}

static void ask_around_cuts(struct comparison *comparison)
{
    char text[NAME_TEXT_SIZE + 80];
    const struct signed_set *set = some_set(comparison);
    struct name name;
    uint16_t type = types[next_random(comparison) % TYPES];

    while (set->rrset.type != RR_NS && set->rrset.type != RR_A && set->rrset.type != RR_AAAA) {
        set = some_set(comparison);
    }
    name = set->rrset.owner;
    switch (next_random(comparison) % 5) {
    case 0: /* the cut, or the glue's owner */
        name_text(&name, text);
        break;
    case 1: /* below */
        put_label(comparison, text, 80);
        name_text(&name, text + strlen(text));
        break;
    case 2: /* beside */
        name_text(&name, text);
        beside(comparison, text);
        break;
    default: /* above: an empty non-terminal, or the cut of the glue */
        if (name_parent(&name, &name) != SWORN_OK) {
            name_root(&name);
        }
        name_text(&name, text);
        break;
    }
    ask_text(comparison, text, type);
}

static void ask_absent(struct comparison *comparison)
{
    char text[NAME_TEXT_SIZE + 200] = "";
    struct name name = some_set(comparison)->rrset.owner;
    uint32_t labels = 1 + next_random(comparison) % 2;

    while (next_random(comparison) % 3 != 0 && name.size > comparison->sets.apex.size) {
        if (name_parent(&name, &name) != SWORN_OK) {
            break;
        }
    }
    for (uint32_t i = 0; i < labels; i++) {
        put_label(comparison, text + strlen(text), 80);
    }
    name_text(&name, text + strlen(text));
    ask_text(comparison, text, types[next_random(comparison) % TYPES]);
}

static void ask_every_type(struct comparison *comparison, const char *text)
{
    for (size_t i = 0; i < TYPES; i++) {
        ask_text(comparison, text, types[i]);
    }
}

/* Each name, its ancestors, and names in front of and beside them, for each type. */
static void ask_everything(struct comparison *comparison)
{
    static const char *const below[] = {"x.", "0.", "*.", "x.y.", "\\001."};

    for (size_t i = 0; i < comparison->sets.count; i++) {
        const struct rrset *rrset = &comparison->sets.set[i].rrset;
        struct name name = rrset->owner;

        if (i > 0 && name_equal(&name, &comparison->sets.set[i - 1].rrset.owner)) {
            continue;
        }
        for (;;) {
            char text[NAME_TEXT_SIZE + 80];

            name_text(&name, text);
            ask_every_type(comparison, text);
            if (text[0] != 0) {
                beside(comparison, text);
                ask_every_type(comparison, text);
            }
            for (size_t b = 0; b < sizeof(below) / sizeof(below[0]); b++) {
                snprintf(text, sizeof(text), "%s", below[b]);
                name_text(&name, text + strlen(text));
                ask_every_type(comparison, text);
            }
            if (name.size <= comparison->sets.apex.size || name_parent(&name, &name) != SWORN_OK) {
                break;
            }
        }
    }
}

static void ask_some(struct comparison *comparison, unsigned long questions)
{
    for (unsigned long i = 0; i < questions; i++) {
        if (i % 3 == 0) {
            ask_existing(comparison);
        } else if (i % 3 == 1) {
            ask_around_cuts(comparison);
        } else {
            ask_absent(comparison);
        }
    }
}

int main(int count, char **arguments)
{
    struct comparison *comparison = calloc(1, sizeof(*comparison));
    struct answer_server *server;
    struct reason reason = {.text = ""};
    unsigned long questions;

    if (count != 6 || answer_server_new(&server) != SWORN_OK) {
        fprintf(stderr, "answers ZONE-FILE APEX ADDRESS PORT QUESTIONS\n");
        return 2;
    }
    if (!zone_sets_read_file(&comparison->sets, arguments[1], arguments[2], &reason) ||
        zone_sets_load(&comparison->sets, server) != SWORN_OK) {
        fprintf(stderr, "%s: %s\n", arguments[1], reason.text);
        return 2;
    }
    if (answer_reader_new(server, &comparison->reader) != SWORN_OK) {
        return 2;
    }
    comparison->other.sin_family = AF_INET;
    comparison->other.sin_port = htons((uint16_t)atoi(arguments[4]));
    inet_pton(AF_INET, arguments[3], &comparison->other.sin_addr);
    comparison->tcp = connected(comparison, SOCK_STREAM);
    comparison->udp = connected(comparison, SOCK_DGRAM);
    comparison->random = 20170821;
    comparison->explained = calloc(DIFFERENCES, sizeof(uint64_t));
    region_init(&comparison->region, (size_t)1 << 28);
    questions = strtoul(arguments[5], NULL, 10);
    if (questions == 0) {
        ask_everything(comparison);
    } else {
        ask_some(comparison, questions);
    }
    printf("%s: %llu asked, %llu differ\n", arguments[1], (unsigned long long)comparison->asked,
           (unsigned long long)comparison->failures);
    for (size_t i = 0; i < DIFFERENCES; i++) {
        printf("  %s (%s): %llu\n", differences[i].what, differences[i].rfc,
               (unsigned long long)comparison->explained[i]);
    }
    close(comparison->tcp);
    close(comparison->udp);
    region_clear(&comparison->region);
    zone_sets_free(&comparison->sets);
    answer_reader_free(comparison->reader);
    answer_server_free(server);
    free(comparison->explained);
    count = comparison->failures > 0;
    free(comparison);
    return count;
}

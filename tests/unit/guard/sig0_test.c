/*
 * sig0_test.c - the library guard of DNS UPDATE: whose messages it takes, and what RFC 2136 section
 * 3 makes of them. What other servers do to the same messages is compared in tests/e2e.
 */
#include "tests/unit/guard/fixture.h"
#include "tests/unit/guard/update.h"

#include "core/dns/rr.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FIRST_RECORDS                                                                              \
    "add @ 3600 SOA ns1 host 100 3600 900 604800 300\n"                                            \
    "add @ 3600 NS ns1\n"                                                                          \
    "add @ 3600 NS ns2.example.\n"                                                                 \
    "add ns1 3600 A 192.0.2.53\n"                                                                  \
    "add www 300 A 192.0.2.1\n"                                                                    \
    "add www 300 A 192.0.2.2\n"                                                                    \
    "add www 300 TXT \"hello\"\n"                                                                  \
    "add alias 300 CNAME www\n"                                                                    \
    "add deep.ent 300 MX 10 mail.example.\n"

static const struct times now_times = {NOW - 300, NOW + 300};

struct world {
    struct fixture fixture;
    struct signer p256, ed25519, stranger;
    struct octets guard;
};

static struct octets sign(struct world *world, const struct signer *signer, const char *lines)
{
    struct region *region = &world->fixture.region;
    uint32_t now = (uint32_t)world->fixture.call.now;

    return update_signed(signer, update_of("@", lines, region),
                         (struct times){now - 300, now + 300}, region);
}

/* Run on `argument`; what it leaves in its state is there for the next. */
static enum sworn_result give(struct world *world, struct octets argument)
{
    struct guard_call *call = &world->fixture.call;
    enum sworn_result result;

    call->argument = argument;
    call->rcode = -1;
    call->state_changed = false;
    result = run(&world->fixture, world->guard);
    if (result == SWORN_OK) {
        call->state = call->state_changed ? call->new_state : call->state;
        call->sequence++;
        call->entry = GUARD_UPDATE;
    }
    return result;
}

static void check(struct world *world, struct octets argument, int rcode, const char *about,
                  const char *file, int line)
{
    enum sworn_result result = give(world, argument);
    const char *said = world->fixture.reason.text;
    bool good = rcode == 0 ? result == SWORN_OK
                           : result == SWORN_REFUSED && world->fixture.call.rcode == rcode &&
                                 strstr(said, about) != NULL;

    if (!good) {
        print_error("%s, rcode %d: \"%s\" instead of rcode %d with \"%s\"\n", result_name(result),
                    world->fixture.call.rcode, said, rcode, about);
        _fail(file, line);
    }
}

#define assert_code(world, argument, rcode, about)                                                 \
    check((world), (argument), (rcode), (about), __FILE__, __LINE__)

/* The same for lines that the owner signs. */
#define assert_update(world, lines, rcode, about)                                                  \
    check((world), sign((world), &(world)->p256, (lines)), (rcode), (about), __FILE__, __LINE__)

static void begin(struct world *world)
{
    struct fixture *fixture = &world->fixture;
    struct writer environment;

    fixture_again(fixture);
    environment = writer_in(&fixture->region, 4096);
    assert_int_equal(write_octets(&environment, signer_record(&world->ed25519, &fixture->region)),
                     SWORN_OK);
    assert_int_equal(write_octets(&environment, signer_record(&world->p256, &fixture->region)),
                     SWORN_OK);
    fixture->call.environment = written(&environment);
    fixture->call.state = octets_of(NULL, 0);
    fixture->call.sequence = 0;
    fixture->call.entry = GUARD_SETUP;
    fixture->call.now = NOW;
}

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    fixture_begin(&world->fixture);
    signer_new(&world->p256, 13, "k.demo.test.");
    signer_new(&world->ed25519, 15, "other.key.");
    signer_new(&world->stranger, 13, "k.demo.test.");
    world->guard = file_of(&world->fixture, "SWORN_BUILD", "guards/sig0.wasm");
    begin(world);
    assert_update(world, FIRST_RECORDS, 0, "");
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;

    signer_free(&world->p256);
    signer_free(&world->ed25519);
    signer_free(&world->stranger);
    fixture_end(&world->fixture);
    free(world);
    return 0;
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

/* Number of records at (owner, type), and the set's TTL. */
static unsigned count_of(struct world *world, const char *owner, uint16_t type, uint32_t *ttl)
{
    struct name origin, name;
    struct rrset rrset;
    enum sworn_result result;

    assert_int_equal(name_from_text(octets_of_text("demo.test."), NULL, &origin), SWORN_OK);
    assert_int_equal(name_from_text(octets_of_text(owner), &origin, &name), SWORN_OK);
    result = change_get(&world->fixture.change, &name, type, &rrset);
    if (result == SWORN_ABSENT) {
        return 0;
    }
    assert_int_equal(result, SWORN_OK);
    if (ttl != NULL) {
        *ttl = rrset.ttl;
    }
    return rrset.count;
}

static void creation_makes_the_first_records(void **state)
{
    struct world *world = *state;
    uint32_t ttl = 0;

    assert_int_equal(count_of(world, "@", RR_NS, NULL), 2);
    assert_int_equal(count_of(world, "@", RR_SOA, NULL), 1);
    assert_int_equal(count_of(world, "www", RR_A, &ttl), 2);
    assert_int_equal(ttl, 300);
    begin(world);
    assert_code(world, sign(world, &world->stranger, FIRST_RECORDS), 9, "by none");
    begin(world);
    assert_code(world, octets_of("", 0), 1, "not a DNS message");
}

static void either_key_may_sign(void **state)
{
    struct world *world = *state;

    assert_code(world, sign(world, &world->ed25519, "add a 60 A 192.0.2.7"), 0, "");
    assert_code(world, sign(world, &world->p256, "add b 60 A 192.0.2.7"), 0, "");
    assert_int_equal(count_of(world, "a", RR_A, NULL), 1);
    assert_int_equal(count_of(world, "b", RR_A, NULL), 1);
}

static void nobody_else_may(void **state)
{
    struct world *world = *state;
    struct signer renamed = world->p256;
    struct region *region = &world->fixture.region;

    renamed.owner = "other.key.";
    assert_code(world, sign(world, &world->stranger, "add a 60 A 192.0.2.7"), 9, "by none");
    assert_code(world, sign(world, &renamed, "add a 60 A 192.0.2.7"), 9, "by none");
    assert_code(world, update_of("@", "add a 60 A 192.0.2.7", region), 5, "not signed");
    assert_int_equal(count_of(world, "a", RR_A, NULL), 0);
}

static void any_octet_that_is_changed_is_noticed(void **state)
{
    struct world *world = *state;
    struct octets good = sign(world, &world->ed25519, "nxdomain a\nadd a 60 A 192.0.2.7");
    uint8_t *octets = malloc(good.size);

    assert_non_null(octets);
    for (size_t i = 0; i < good.size; i++) {
        memcpy(octets, good.data, good.size);
        octets[i] ^= 1;
        /* Class and TTL of the SIG itself are not signed: no meaning depends on them. */
        if (i >= good.size - 64 - 18 - 11 - 2 - 6 && i < good.size - 64 - 18 - 11 - 2) {
            continue;
        }
        assert_int_equal(give(world, octets_of(octets, good.size)), SWORN_REFUSED);
    }
    free(octets);
    assert_code(world, good, 0, "");
}

static void times_are_kept(void **state)
{
    struct world *world = *state;
    struct region *region = &world->fixture.region;
    struct octets message = update_of("@", "add a 60 A 192.0.2.7", region);
    static const struct {
        struct times times;
        const char *about;
    } wrong[] = {
        {{NOW + 1, NOW + 300}, "not valid yet: in 1 seconds"},
        {{NOW - 300, NOW - 1}, "expired 1 seconds ago"},
        {{NOW - 10, NOW + 3600}, "valid for 3610 seconds"},
        {{NOW - 10, NOW + 0x7fffffff}, "valid for"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_code(world, update_signed(&world->p256, message, wrong[i].times, region), 9,
                    wrong[i].about);
    }
    assert_code(world, update_signed(&world->p256, message, (struct times){NOW, NOW}, region), 0,
                "");
}

static void a_message_works_once(void **state)
{
    struct world *world = *state;
    struct octets message = sign(world, &world->ed25519, "add a 60 A 192.0.2.7");

    assert_code(world, message, 0, "");
    assert_code(world, message, 5, "accepted before");
    assert_update(world, "del a", 0, "");
    assert_code(world, message, 5, "accepted before");
    world->fixture.call.now = NOW + 300;
    assert_code(world, message, 5, "accepted before");
    world->fixture.call.now = NOW + 301;
    assert_code(world, message, 9, "expired");
    assert_int_equal(count_of(world, "a", RR_A, NULL), 0);
}

/* An ECDSA signature (r, s) is one as (r, n - s), too. */
static void the_other_signature_of_a_message_is_no_other_message(void **state)
{
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                      0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    struct world *world = *state;
    struct octets message = sign(world, &world->p256, "add a 60 A 192.0.2.7"), other;
    uint8_t *s;
    int borrow = 0;

    assert_int_equal(region_copy(&world->fixture.region, message, &other), SWORN_OK);
    s = (uint8_t *)(uintptr_t)other.data + other.size - 32;
    for (int i = 31; i >= 0; i--) {
        int difference = order[i] - s[i] - borrow;

        borrow = difference < 0;
        s[i] = (uint8_t)difference;
    }
    assert_code(world, message, 0, "");
    assert_code(world, other, 5, "accepted before");
}

static void signatures_are_forgotten_when_they_have_expired(void **state)
{
    struct world *world = *state;

    assert_update(world, "add a 60 A 192.0.2.7", 0, "");
    assert_update(world, "add b 60 A 192.0.2.7", 0, "");
    assert_int_equal(world->fixture.call.state.size, 3 * 20);
    world->fixture.call.now = NOW + 301;
    assert_code(world,
                update_signed(&world->p256, update_of("@", "del a", &world->fixture.region),
                              (struct times){NOW, NOW + 600}, &world->fixture.region),
                0, "");
    assert_int_equal(world->fixture.call.state.size, 20);
}

static void a_full_memory_refuses(void **state)
{
    struct world *world = *state;
    struct writer full = writer_in(&world->fixture.region, 65536);

    for (uint32_t i = 0; i < 3000; i++) {
        uint8_t entry[16] = {(uint8_t)(i >> 8), (uint8_t)i};

        assert_int_equal(write_u32(&full, NOW + 300), SWORN_OK);
        assert_int_equal(write_octets(&full, octets_of(entry, sizeof(entry))), SWORN_OK);
    }
    world->fixture.call.state = written(&full);
    assert_update(world, "add a 60 A 192.0.2.7", 2, "3000 signatures are remembered");
    world->fixture.call.now = NOW + 301;
    assert_code(world,
                update_signed(&world->p256, update_of("@", "del a", &world->fixture.region),
                              (struct times){NOW, NOW + 600}, &world->fixture.region),
                0, "");
}

static void zone_section_is_checked(void **state)
{
    struct world *world = *state;
    struct region *region = &world->fixture.region;
    struct octets message, changed;
    uint8_t *octets;

    message = update_of("www", "add a 60 A 192.0.2.7", region);
    assert_code(world, update_signed(&world->p256, message, now_times, region), 9, "another zone");
    message = update_of("@", "add a 60 A 192.0.2.7", region);
    assert_int_equal(region_copy(region, message, &changed), SWORN_OK);
    octets = (uint8_t *)(uintptr_t)changed.data;
    octets[12 + 11 + 1] = RR_A;
    assert_code(world, update_signed(&world->p256, changed, now_times, region), 1, "not SOA");
    octets[12 + 11 + 1] = RR_SOA;
    octets[12 + 11 + 3] = 3;
    assert_code(world, update_signed(&world->p256, changed, now_times, region), 9, "not IN");
    octets[12 + 11 + 3] = CLASS_IN;
    octets[5] = 0;
    assert_code(world, update_signed(&world->p256, changed, now_times, region), 1, "0 zones");
    octets[5] = 1;
    octets[2] = 4 << 3;
    assert_code(world, update_signed(&world->p256, changed, now_times, region), 4, "opcode 4");
}

/* RFC 2136 2.4 and 3.2, each kind that holds and that does not. */
static void prerequisites_are_as_rfc_2136_has_them(void **state)
{
    static const struct {
        const char *lines;
        int rcode;
    } cases[] = {
        {"yxdomain www", 0},
        {"yxdomain WWW", 0},
        {"yxdomain nothing", 3},
        {"yxdomain ent", 3}, /* 2.4.4: an empty non-terminal is not a name in use */
        {"nxdomain nothing", 0},
        {"nxdomain ent", 0},
        {"nxdomain www", 6},
        {"yxrrset www A", 0},
        {"yxrrset www AAAA", 8},
        {"yxrrset nothing A", 8},
        {"yxrrset alias A", 8},
        {"nxrrset www AAAA", 0},
        {"nxrrset www A", 7},
        {"yxrrset www A 192.0.2.1\nyxrrset www A 192.0.2.2", 0},
        {"yxrrset www A 192.0.2.2\nyxrrset www A 192.0.2.1", 0},
        {"yxrrset www A 192.0.2.2\nyxrrset www A 192.0.2.1\nyxrrset WWW A 192.0.2.1", 0},
        {"yxrrset www A 192.0.2.1", 8},
        {"yxrrset www A 192.0.2.1\nyxrrset www A 192.0.2.3", 8},
        {"yxrrset www A 192.0.2.1\nyxrrset www A 192.0.2.2\nyxrrset www A 192.0.2.3", 8},
        {"yxrrset deep.ent MX 10 MAIL.example.", 0},
        {"yxrrset alias CNAME WWW", 0},
        {"yxrrset www TXT \"HELLO\"", 8},
        {"yxdomain www\nnxdomain www", 6},
        {"yxdomain www.example.", 10},
        {"pre www 1 255 A -", 1},
        {"pre www 1 1 A 192.0.2.1", 1},
        {"pre www 0 3 A -", 1},
        {"pre www 0 255 A 192.0.2.1", 1},
        {"pre www 0 254 A 192.0.2.1", 1},
        {"pre www 0 1 A -", 1},
        {"pre www 0 1 TYPE255 -", 1},
        {"pre www.example. 1 255 A -", 1}, /* 3.2.5: the TTL is looked at first */
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char lines[512];

        print_message("%zu %.60s\n", i, cases[i].lines);
        (void)snprintf(lines, sizeof(lines), "%s\nadd new 60 A 192.0.2.7\nadd n%zu 1 A 192.0.2.7",
                       cases[i].lines, i);
        assert_update(world, lines, cases[i].rcode, "");
        assert_int_equal(count_of(world, "new", RR_A, NULL), cases[i].rcode == 0);
        assert_update(world, "del new", 0, "");
        world->fixture.call.now++; /* so that the next del is another message */
    }
}

/* RFC 2136 3.4.1 */
static void prescan_refuses_before_anything_is_done(void **state)
{
    static const struct {
        const char *lines;
        int rcode;
    } cases[] = {
        {"up www.example. 60 1 A 192.0.2.7", 10},
        {"up www 60 3 A 192.0.2.7", 1},
        {"up www 60 1 TYPE255 -", 1},
        {"up www 60 1 TYPE252 -", 1},
        {"up www 60 1 TYPE253 -", 1},
        {"up www 60 1 TYPE41 -", 1},
        {"up www 60 255 A -", 1},
        {"up www 0 255 A 192.0.2.7", 1},
        {"up www 0 255 TYPE252 -", 1},
        {"up www 60 254 A 192.0.2.7", 1},
        {"up www 0 254 TYPE255 -", 1},
        {"up www 60 1 A -", 1},
        {"up www 0 254 A -", 1},
        {"up www 60 1 TYPE46 -", 5},
        {"up www 0 255 TYPE47 -", 5},
        {"up @ 0 255 DNSKEY -", 5},
        {"up @ 60 1 TYPE51 -", 5},
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char lines[512];

        (void)snprintf(lines, sizeof(lines), "add new 60 A 192.0.2.7\n%s", cases[i].lines);
        print_message("%s\n", cases[i].lines);
        assert_update(world, lines, cases[i].rcode, "");
        assert_int_equal(count_of(world, "new", RR_A, NULL), 0);
    }
}

/* RFC 2136 3.4.2.2 */
static void additions_follow_the_silent_rules(void **state)
{
    struct world *world = *state;
    uint32_t ttl = 0;

    /* CNAME against other data, both ways: ignored, the rest is done. */
    assert_update(world, "add www 60 CNAME ns1\nadd one 60 A 192.0.2.1", 0, "");
    assert_int_equal(count_of(world, "www", RR_CNAME, NULL), 0);
    assert_int_equal(count_of(world, "one", RR_A, NULL), 1);
    assert_update(world, "add alias 60 A 192.0.2.1\nadd two 60 A 192.0.2.1", 0, "");
    assert_int_equal(count_of(world, "alias", RR_A, NULL), 0);
    assert_int_equal(count_of(world, "two", RR_A, NULL), 1);
    /* A CNAME takes the place of another. */
    assert_update(world, "add alias 60 CNAME ns1", 0, "");
    assert_int_equal(count_of(world, "alias", RR_CNAME, &ttl), 1);
    assert_int_equal(ttl, 60);
    /* Duplicates stay one; the set has the new TTL. */
    assert_update(world, "add www 77 A 192.0.2.1", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, &ttl), 2);
    assert_int_equal(ttl, 77);
    assert_update(world, "add www 78 A 192.0.2.3", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, &ttl), 3);
    assert_int_equal(ttl, 78);
    /* RFC 2181 8 */
    assert_update(world, "add www 4000000000 A 192.0.2.3", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, &ttl), 3);
    assert_int_equal(ttl, 0);
    /* An SOA that is not ahead, or not at the apex, is ignored. */
    assert_update(world, "add @ 5 SOA ns1 host 99 1 1 1 1", 0, "");
    assert_int_equal(count_of(world, "@", RR_SOA, &ttl), 1);
    assert_int_equal(ttl, 3600);
    assert_update(world, "add @ 5 SOA ns1 host 100 1 1 1 1\nadd www 5 SOA ns1 host 200 1 1 1 1", 0,
                  "");
    assert_int_equal(count_of(world, "@", RR_SOA, &ttl), 1);
    assert_int_equal(ttl, 3600);
    assert_int_equal(count_of(world, "www", RR_SOA, NULL), 0);
    assert_update(world, "add @ 5 SOA ns1 host 200 1 1 1 1", 0, "");
    assert_int_equal(count_of(world, "@", RR_SOA, &ttl), 1);
    assert_int_equal(ttl, 5);
    /* WKS: address and protocol are its identity. */
    assert_update(world, "add w 5 WKS 192.0.2.1 6 25\nadd w 5 WKS 192.0.2.1 6 80", 0, "");
    assert_int_equal(count_of(world, "w", 11, NULL), 1);
    assert_update(world, "add w 5 WKS 192.0.2.1 17 53", 0, "");
    assert_int_equal(count_of(world, "w", 11, NULL), 2);
}

/* RFC 2136 3.4.2.3 and 3.4.2.4 */
static void deletions_leave_a_zone(void **state)
{
    struct world *world = *state;

    assert_update(world, "add @ 60 MX 10 mx", 0, "");
    assert_update(world, "del @", 0, "");
    assert_int_equal(count_of(world, "@", RR_MX, NULL), 0);
    assert_int_equal(count_of(world, "@", RR_NS, NULL), 2);
    assert_int_equal(count_of(world, "@", RR_SOA, NULL), 1);
    assert_update(world, "del @ NS\ndel @ SOA", 0, "");
    assert_int_equal(count_of(world, "@", RR_NS, NULL), 2);
    assert_int_equal(count_of(world, "@", RR_SOA, NULL), 1);
    assert_update(world, "del @ NS ns1\ndel @ NS ns2.example.", 0, "");
    assert_int_equal(count_of(world, "@", RR_NS, NULL), 1);
    assert_update(world, "del @ SOA ns1 host 100 3600 900 604800 300", 0, "");
    assert_int_equal(count_of(world, "@", RR_SOA, NULL), 1);
    assert_update(world, "del www A 192.0.2.1", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, NULL), 1);
    assert_update(world, "del www A 192.0.2.77", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, NULL), 1);
    assert_update(world, "del www A", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, NULL), 0);
    assert_int_equal(count_of(world, "www", RR_TXT, NULL), 1);
    assert_update(world, "del www", 0, "");
    assert_int_equal(count_of(world, "www", RR_TXT, NULL), 0);
    assert_update(world, "del deep.ent MX 10 MAIL.EXAMPLE.", 0, "");
    assert_int_equal(count_of(world, "deep.ent", RR_MX, NULL), 0);
}

static void records_take_effect_in_their_order(void **state)
{
    struct world *world = *state;
    uint32_t ttl = 0;

    assert_update(world, "del www A\nadd www 60 A 192.0.2.9\nadd www 61 A 192.0.2.8", 0, "");
    assert_int_equal(count_of(world, "www", RR_A, &ttl), 2);
    assert_int_equal(ttl, 61);
    assert_update(world,
                  "add www 60 A 192.0.2.7\ndel www A 192.0.2.7\ndel alias\nadd alias 5 A 1.2.3.4",
                  0, "");
    assert_int_equal(count_of(world, "www", RR_A, NULL), 2);
    assert_int_equal(count_of(world, "alias", RR_CNAME, NULL), 0);
    assert_int_equal(count_of(world, "alias", RR_A, NULL), 1);
    assert_update(world, "add alias 5 CNAME www\ndel alias A\nadd alias 6 CNAME www", 0, "");
    assert_int_equal(count_of(world, "alias", RR_CNAME, &ttl), 1);
    assert_int_equal(ttl, 6);
}

static void odd_names_reach_the_zone(void **state)
{
    static const char *const names[] = {"*", "\\\"q\\\\", "a\\.b", "\\000\\255", "UP.per", "*.x.*"};
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char lines[256];

        (void)snprintf(lines, sizeof(lines), "nxdomain %s\nadd %s 60 TXT \"\\\"\\\\\\200\"",
                       names[i], names[i]);
        assert_update(world, lines, 0, "");
        assert_int_equal(count_of(world, names[i], RR_TXT, NULL), 1);
        (void)snprintf(lines, sizeof(lines), "yxdomain %s\ndel %s TXT \"\\\"\\\\\\200\"", names[i],
                       names[i]);
        assert_update(world, lines, 0, "");
        assert_int_equal(count_of(world, names[i], RR_TXT, NULL), 0);
    }
}

/* Compression in owners and RDATA, as some clients make it. */
static void compressed_names_are_followed(void **state)
{
    static const uint8_t message[] = {0x12, 0x34, 0x28, 0,    0,  1,   0,   0,   0,    1, 0, 0, 4,
                                      'd',  'e',  'm',  'o',  4,  't', 'e', 's', 't',  0, 0, 6, 0,
                                      1,    1,    'm',  0xc0, 12, 0,   15,  0,   1,    0, 0, 0, 60,
                                      0,    8,    0,    10,   3,  'm', 'x', '1', 0xc0, 12};
    struct world *world = *state;
    struct region *region = &world->fixture.region;
    struct octets octets = octets_of(message, sizeof(message));

    assert_code(world, update_signed(&world->p256, octets, now_times, region), 0, "");
    assert_int_equal(count_of(world, "m", RR_MX, NULL), 1);
    assert_update(world, "yxrrset m MX 10 mx1", 0, "");
}

static void counts_that_lie_are_malformed(void **state)
{
    struct world *world = *state;
    struct octets good = sign(world, &world->p256, "nxdomain a\nadd a 60 A 192.0.2.7");
    struct octets changed;

    for (size_t i = 4; i < 12; i++) {
        static const uint8_t values[] = {0, 1, 2, 3, 0x7f, 0xff};

        for (size_t j = 0; j < sizeof(values); j++) {
            assert_int_equal(region_copy(&world->fixture.region, good, &changed), SWORN_OK);
            if (changed.data[i] == values[j]) {
                continue;
            }
            ((uint8_t *)(uintptr_t)changed.data)[i] = values[j];
            assert_int_equal(give(world, changed), SWORN_REFUSED);
        }
    }
}

static void a_message_cut_anywhere_is_malformed(void **state)
{
    struct world *world = *state;
    struct octets good = sign(world, &world->p256, "nxdomain a\nadd a 60 A 192.0.2.7");

    for (size_t size = 0; size < good.size; size++) {
        assert_code(world, octets_of(good.data, size), 1, "");
    }
}

/* As many records as a message over TCP can hold: within the fuel, and all of them done. */
static void a_message_of_64_kib_is_done(void **state)
{
    struct world *world = *state;
    struct region *region = &world->fixture.region;
    struct writer lines = writer_in(region, 1 << 20);

    for (unsigned i = 0; i < 1700; i++) {
        assert_int_equal(write_format(&lines, "add h%u 60 A 192.0.2.%u\n", i, i % 256), SWORN_OK);
    }
    assert_int_equal(write_u8(&lines, 0), SWORN_OK);
    assert_update(world, (const char *)lines.start, 0, "");
    assert_int_equal(count_of(world, "h1699", RR_A, NULL), 1);
    print_message("%zu octets, %llu fuel\n", world->fixture.call.argument.size,
                  (unsigned long long)world->fixture.call.fuel);
    assert_in_range(world->fixture.call.fuel, 1, 400000000);
}

/* Anybody may send this: names that are chains of pointers cost no more than others. */
static void nobody_makes_the_guard_follow_pointers_without_end(void **state)
{
    enum { CHAIN = 8100, RECORDS = 4000 };
    struct world *world = *state;
    struct writer message = writer_in(&world->fixture.region, 65536);
    size_t at = 0;

    assert_int_equal(write_octets(&message, octets_of("\0\0\050\0\0\1\0\0\0\0\0\0", 12)), SWORN_OK);
    assert_int_equal(write_u16_at(&message, 8, RECORDS + 1), SWORN_OK);
    assert_int_equal(write_octets(&message, octets_of("\4demo\4test\0\0\6\0\1", 15)), SWORN_OK);
    assert_int_equal(write_octets(&message, octets_of("\300\014\0\012\0\1\0\0\0\0", 10)), SWORN_OK);
    assert_int_equal(write_u16(&message, 2 * CHAIN), SWORN_OK);
    for (size_t i = 0; i < CHAIN; i++) {
        size_t before = i == 0 ? 12 : at;

        at = message.used;
        assert_int_equal(write_u16(&message, (uint16_t)(0xC000 | before)), SWORN_OK);
    }
    for (size_t i = 0; i < RECORDS; i++) {
        assert_int_equal(write_u16(&message, (uint16_t)(0xC000 | at)), SWORN_OK);
        assert_int_equal(write_octets(&message, octets_of("\0\1\0\1\0\0\0\0\0\0", 10)), SWORN_OK);
    }
    assert_int_equal(give(world, written(&message)), SWORN_REFUSED);
    print_message("%llu fuel: %s\n", (unsigned long long)world->fixture.call.fuel,
                  world->fixture.reason.text);
    assert_in_range(world->fixture.call.fuel, 1, 20000000);
}

/* Prerequisites and updates that make the most of 64 KiB: within the fuel, or refused by it. */
static void bombs_end_within_the_fuel(void **state)
{
    static const char *const lines[] = {
        "yxrrset www A %u.%u.3.4\n", /* one set, wanted with thousands of records */
        "nxdomain h%ux%u\n",         /* thousands of names */
        "add www 60 A 10.%u.%u.1\n", /* one set that grows */
        "del h%ux%u\n",
        "add h%ux%u 60 CNAME www\nup h%ux%u 60 1 A 192.0.2.1\n",
    };
    struct world *world = *state;
    struct region *region = &world->fixture.region;

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct writer writer = writer_in(region, 1 << 20);
        struct octets message;
        clock_t start;
        enum sworn_result result;

        for (unsigned j = 0; j < (i == 4 ? 700 : 2000); j++) {
            char line[128];

            (void)snprintf(line, sizeof(line), lines[i], j / 256, j % 256, j / 256, j % 256);
            assert_int_equal(write_text(&writer, line), SWORN_OK);
        }
        assert_int_equal(write_u8(&writer, 0), SWORN_OK);
        message = sign(world, &world->p256, (const char *)writer.start);
        assert_in_range(message.size, 30000, 80000);
        start = clock();
        result = give(world, message);
        print_message("%zu: %zu octets, %s, %llu fuel, %ld ms\n", i, message.size,
                      result_name(result), (unsigned long long)world->fixture.call.fuel,
                      (clock() - start) * 1000 / CLOCKS_PER_SEC);
        assert_true(result == SWORN_OK || result == SWORN_REFUSED);
        assert_in_range(world->fixture.call.fuel, 1, 500000000);
    }
}

static void a_small_update_costs_little(void **state)
{
    struct world *world = *state;

    assert_update(world, "yxdomain www\nadd a 60 A 192.0.2.7", 0, "");
    print_message("P-256: %llu fuel\n", (unsigned long long)world->fixture.call.fuel);
    assert_in_range(world->fixture.call.fuel, 1, 3000000);
    assert_code(world, sign(world, &world->ed25519, "add b 60 A 192.0.2.7"), 0, "");
    print_message("Ed25519: %llu fuel\n", (unsigned long long)world->fixture.call.fuel);
    assert_in_range(world->fixture.call.fuel, 1, 3000000);
}

/* "sworn-update-v1", which says what DNS UPDATE cannot. */
static struct octets owners_message(struct world *world, const struct signer *signer,
                                    uint64_t sequence, const char *json)
{
    struct writer writer = writer_in(&world->fixture.region, 4096);
    uint8_t signature[64];

    assert_int_equal(write_octets(&writer, octets_of("sworn-update-v1", 16)), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, octets_of_text("demo.test.")), SWORN_OK);
    assert_int_equal(write_hash(&writer, &world->fixture.call.zone_id), SWORN_OK);
    assert_int_equal(write_u64(&writer, sequence), SWORN_OK);
    if (json == NULL) {
        assert_int_equal(write_u8(&writer, 4), SWORN_OK);
        assert_int_equal(write_u32(&writer, 0), SWORN_OK);
    } else {
        assert_int_equal(write_u8(&writer, 1), SWORN_OK);
        assert_int_equal(write_slice_u32(&writer, octets_of_text(json)), SWORN_OK);
    }
    signer_sign(signer, written(&writer), signature);
    assert_int_equal(write_octets(&writer, octets_of(signature, 64)), SWORN_OK);
    return written(&writer);
}

static void the_owners_message_is_taken_too(void **state)
{
    static const char json[] =
        "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"x\","
        "\"content\":\"192.0.2.1\",\"ttl\":\"300\"}}";
    struct world *world = *state;

    assert_code(world, owners_message(world, &world->stranger, 1, json), 9, "by none");
    assert_int_equal(give(world, owners_message(world, &world->p256, 2, json)), SWORN_REFUSED);
    assert_code(world, owners_message(world, &world->p256, 1, json), 0, "");
    assert_int_equal(count_of(world, "x", RR_A, NULL), 1);
    assert_code(world, owners_message(world, &world->ed25519, 2, NULL), 0, "");
    assert_true(world->fixture.call.remove);
}

static void environments_that_hold_no_key_refuse(void **state)
{
    struct world *world = *state;
    struct region *region = &world->fixture.region;
    struct octets record = signer_record(&world->p256, region), changed;
    struct octets argument = sign(world, &world->p256, "add a 60 A 192.0.2.7");

    world->fixture.call.environment = octets_of(NULL, 0);
    assert_code(world, argument, 5, "no KEY record");
    for (size_t size = 1; size < record.size; size++) {
        world->fixture.call.environment = octets_of(record.data, size);
        assert_code(world, argument, 5, "the environment: ");
    }
    assert_int_equal(region_copy(region, record, &changed), SWORN_OK);
    world->fixture.call.environment = changed;
    ((uint8_t *)(uintptr_t)changed.data)[13 + 10] |= 0x80;
    assert_code(world, argument, 5, "forbid to sign");
    ((uint8_t *)(uintptr_t)changed.data)[13 + 10] = 2;
    ((uint8_t *)(uintptr_t)changed.data)[13 + 13] = 8;
    assert_code(world, argument, 5, "neither of ECDSAP256SHA256");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(creation_makes_the_first_records),
        world_test(either_key_may_sign),
        world_test(nobody_else_may),
        world_test(any_octet_that_is_changed_is_noticed),
        world_test(times_are_kept),
        world_test(a_message_works_once),
        world_test(the_other_signature_of_a_message_is_no_other_message),
        world_test(signatures_are_forgotten_when_they_have_expired),
        world_test(a_full_memory_refuses),
        world_test(zone_section_is_checked),
        world_test(prerequisites_are_as_rfc_2136_has_them),
        world_test(prescan_refuses_before_anything_is_done),
        world_test(additions_follow_the_silent_rules),
        world_test(deletions_leave_a_zone),
        world_test(records_take_effect_in_their_order),
        world_test(odd_names_reach_the_zone),
        world_test(compressed_names_are_followed),
        world_test(counts_that_lie_are_malformed),
        world_test(a_message_cut_anywhere_is_malformed),
        world_test(a_message_of_64_kib_is_done),
        world_test(nobody_makes_the_guard_follow_pointers_without_end),
        world_test(bombs_end_within_the_fuel),
        world_test(a_small_update_costs_little),
        world_test(the_owners_message_is_taken_too),
        world_test(environments_that_hold_no_key_refuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

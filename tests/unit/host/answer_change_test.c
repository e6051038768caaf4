/*
 * answer_change_test.c - a zone after any changes answers as if it had been loaded that way, and
 * readers see each change whole.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "host/answer/index/order.h"
#include "host/answer/index/trie.h"
#include "tests/unit/host/fake_sign.h"
#include "tests/unit/host/message_lines.h"

#define STEPS 3000

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* --- a zone that changes at random ----------------------------------------------------------- */

static const char *const names[] = {
    "a",   "b",     "ns.a",    "ns.b",   "x.ns.a", "*.a", "c.a",   "d.c.a",  "*",     "c",
    "d.c", "*.d.c", "e.d.c",   "ns.d.c", "f",      "g.f", "h.g.f", "*.g.f",  "i",     "j.i",
    "ns",  "mail",  "x.y.z.w", "y.z.w",  "*.*.z",  "k",   "l.k",   "ns.l.k", "m.l.k", "B.q",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static const char *const rdata[][4] = {
    {"A 192.0.2.1", "A 192.0.2.2", "A 192.0.2.3", "A 192.0.2.4"},
    {"AAAA 2001:db8::1", "AAAA 2001:db8::2", "AAAA 2001:db8::3", "AAAA ::"},
    {"NS ns.a", "NS ns.d.c", "NS ns.l.k", "NS ns"},
    {"DS 1 13 2 00000000000000000000000000000000000000000000000000000000000000aa",
     "DS 2 13 2 00000000000000000000000000000000000000000000000000000000000000bb",
     "DS 3 13 2 00000000000000000000000000000000000000000000000000000000000000cc",
     "DS 4 13 2 00000000000000000000000000000000000000000000000000000000000000dd"},
    {"TXT one", "TXT two", "TXT three", "TXT four"},
    {"MX 1 mail", "MX 2 ns.a", "MX 3 a.b.other.", "MX 4 x.y.z.w"},
    {"CNAME a", "CNAME d.c", "CNAME q.g.f", "CNAME other."},
    {"DNAME f", "DNAME other.", "DNAME d.c", "DNAME q"},
};
#define KINDS (sizeof(rdata) / sizeof(rdata[0]))

/* Which of the four records are there. */
struct model {
    bool hashed;
    uint32_t random;
    uint32_t serial;
    uint8_t there[NAMES][KINDS];
};

static void model_change(struct model *model)
{
    unsigned count = 1 + next_random(&model->random) % 4;

    model->serial++;
    for (unsigned i = 0; i < count; i++) {
        uint32_t random = next_random(&model->random);
        uint8_t *there = &model->there[random % NAMES][(random >> 8) % KINDS];

        /* Cuts and DNAME hide much: less of them. */
        if ((random >> 8) % KINDS == 2 || (random >> 8) % KINDS == 7) {
            *there = (random >> 16) % 4 == 0 ? (random >> 20) % 16 : 0;
            continue;
        }
        *there = (random >> 16) % 2 == 0 ? (random >> 20) % 16 : 0;
    }
}

static void sign(struct zone_sets *sets, bool hashed)
{
    if (hashed) {
        fake_sign_nsec3(sets);
        return;
    }
    fake_sign(sets);
}

static void model_sets(const struct model *model, struct zone_sets *sets)
{
    char text[1 << 16];
    struct writer writer = writer_over(text, sizeof(text));
    struct reason reason;

    assert_int_equal(write_format(&writer, "@ SOA ns mail %u 1 1 1 60\n@ NS ns\n", model->serial),
                     SWORN_OK);
    for (size_t name = 0; name < NAMES; name++) {
        for (size_t kind = 0; kind < KINDS; kind++) {
            for (size_t i = 0; i < 4; i++) {
                if (model->there[name][kind] >> i & 1) {
                    assert_int_equal(write_format(&writer, "%s %s\n", names[name], rdata[kind][i]),
                                     SWORN_OK);
                }
            }
        }
    }
    if (!zone_sets_read(sets, written(&writer), "example.", &reason)) {
        fail_msg("%s", reason.text);
    }
    sign(sets, model->hashed);
}

static int compare_places(const struct signed_set *a, const struct signed_set *b)
{
    int order = name_compare(&a->rrset.owner, &b->rrset.owner);

    return order != 0 ? order : (a->rrset.type > b->rrset.type) - (a->rrset.type < b->rrset.type);
}

static bool same(const struct signed_set *a, const struct signed_set *b)
{
    bool equal = a->rrset.ttl == b->rrset.ttl && a->rrset.count == b->rrset.count &&
                 a->rrsig_count == b->rrsig_count;

    for (unsigned i = 0; equal && i < a->rrset.count; i++) {
        equal = octets_equal(a->rrset.rdata[i], b->rrset.rdata[i]);
    }
    for (unsigned i = 0; equal && i < a->rrsig_count; i++) {
        equal = octets_equal(a->rrsig[i], b->rrsig[i]);
    }
    return equal;
}

/* What has to change so that `before` becomes `after`. */
static size_t difference(const struct zone_sets *before, const struct zone_sets *after,
                         struct signed_set *changes)
{
    size_t b = 0;
    size_t a = 0;
    size_t count = 0;

    while (b < before->count || a < after->count) {
        int order = b == before->count  ? 1
                    : a == after->count ? -1
                                        : compare_places(&before->set[b], &after->set[a]);

        if (order < 0) {
            changes[count] = before->set[b++];
            changes[count].rrset.count = 0;
            changes[count++].rrsig_count = 0;
            continue;
        }
        if (order > 0 || !same(&before->set[b], &after->set[a])) {
            changes[count++] = after->set[a];
        }
        b += order == 0;
        a++;
    }
    return count;
}

/* Every question of a fixed list, answered by a server: one response behind the other. */
struct answers {
    size_t used;
    size_t count;
    size_t at[NAMES * 3 * 4 + 1];
    uint8_t octets[1 << 20];
};

static const char *const forms[] = {"%s.example.", "q.%s.example.", "0.0.%s.example."};
static const uint16_t types[] = {RR_A, RR_NS, RR_DS, RR_MX, RR_RRSIG, RR_ANY};
#define TYPES (sizeof(types) / sizeof(types[0]))

static void question(size_t number, char name[100], struct query_options *options)
{
    size_t place = number / 4;

    snprintf(name, 100, forms[place % 3], names[place / 3]);
    *options = (struct query_options){.name = name,
                                      .type = types[number % TYPES],
                                      .edns = true,
                                      .dnssec = number / TYPES % 2 == 0,
                                      .udp_size = 1232};
}

static void ask_all(struct answer_server *server, struct answers *answers)
{
    struct answer_reader *reader;

    answers->used = answers->count = 0;
    assert_int_equal(answer_reader_new(server, &reader), SWORN_OK);
    for (size_t number = 0; number < NAMES * 3 * 4; number++) {
        struct query_options options;
        char name[100];
        uint8_t query[512];
        struct answer_request request = {.response = answers->octets + answers->used,
                                         .room = sizeof(answers->octets) - answers->used};

        question(number, name, &options);
        request.query = octets_of(query, query_make(&options, query));
        answers->at[answers->count++] = answers->used;
        answers->used += answer_query(reader, &request, &(struct answer_facts){0});
    }
    answers->at[answers->count] = answers->used;
    answer_reader_free(reader);
}

static struct octets answer_of(const struct answers *answers, size_t number)
{
    return octets_of(answers->octets + answers->at[number],
                     answers->at[number + 1] - answers->at[number]);
}

static void explain(size_t number, struct octets changed, struct octets loaded)
{
    const struct octets both[] = {changed, loaded};
    struct query_options options;
    struct region region;
    char name[100];

    region_init(&region, 1 << 20);
    for (size_t i = 0; i < 2; i++) {
        struct message_lines lines;
        struct reason reason = {.text = ""};

        print_message("%s:\n", i == 0 ? "changed" : "loaded");
        if (message_lines(both[i], &region, &lines, &reason) != SWORN_OK) {
            print_message("%s\n", reason.text);
            continue;
        }
        for (int section = 0; section < 3; section++) {
            for (size_t n = 0; n < lines.count[section]; n++) {
                print_message("  %d %.100s\n", section, lines.line[section][n]);
            }
        }
    }
    region_clear(&region);
    question(number, name, &options);
    fail_msg("%s type %u: other answer than that of a zone loaded afresh", name, options.type);
}

static void compare_answers(const struct answers *changed, const struct answers *loaded)
{
    struct region region;

    region_init(&region, 1 << 24);
    for (size_t number = 0; number < changed->count; number++) {
        struct octets answer = answer_of(changed, number);
        struct message_lines lines;
        struct reason reason = {.text = ""};

        if (!octets_equal(answer, answer_of(loaded, number))) {
            explain(number, answer, answer_of(loaded, number));
        }
        if (message_lines(answer, &region, &lines, &reason) != SWORN_OK) {
            fail_msg("answer does not parse: %s", reason.text);
        }
    }
    region_clear(&region);
}

static void change_and_compare(bool hashed)
{
    struct model model = {.hashed = hashed, .random = 2463534242, .serial = 1};
    struct answers *answers = malloc(2 * sizeof(*answers));
    struct answer_server *server, *other;
    struct zone_sets before, after;

    assert_int_equal(answer_server_new(&server), SWORN_OK);
    model_sets(&model, &before);
    assert_int_equal(zone_sets_load(&before, server), SWORN_OK);
    for (int step = 0; step < STEPS; step++) {
        struct signed_set *changes;

        model_change(&model);
        model_sets(&model, &after);
        changes = calloc(before.count + after.count, sizeof(*changes));
        assert_int_equal(
            answer_change(server, &after.apex, changes, difference(&before, &after, changes)),
            SWORN_OK);
        if (step % 5 == 0) {
            assert_int_equal(answer_server_new(&other), SWORN_OK);
            assert_int_equal(zone_sets_load(&after, other), SWORN_OK);
            ask_all(server, &answers[0]);
            ask_all(other, &answers[1]);
            compare_answers(&answers[0], &answers[1]);
            answer_server_free(other);
        }
        free(changes);
        zone_sets_free(&before);
        before = after;
    }
    zone_sets_free(&before);
    answer_server_free(server);
    free(answers);
}

static void changed_zone_answers_like_a_loaded_one(void **state)
{
    (void)state;
    change_and_compare(false);
}

static void changed_zone_with_nsec3_answers_like_a_loaded_one(void **state)
{
    (void)state;
    change_and_compare(true);
}

/* The kind of denial changes with the whole zone. */
static void zone_loaded_again_with_the_other_denial_shows_no_trace_of_the_first(void **state)
{
    struct model model = {.random = 1234567, .serial = 1};
    struct answers *answers = malloc(2 * sizeof(*answers));
    struct answer_server *server, *other;

    (void)state;
    assert_int_equal(answer_server_new(&server), SWORN_OK);
    for (int step = 0; step < 40; step++) {
        struct zone_sets sets;

        model_change(&model);
        model.hashed = step % 2 == 1;
        model_sets(&model, &sets);
        assert_int_equal(zone_sets_load(&sets, server), SWORN_OK);
        assert_int_equal(answer_server_new(&other), SWORN_OK);
        assert_int_equal(zone_sets_load(&sets, other), SWORN_OK);
        ask_all(server, &answers[0]);
        ask_all(other, &answers[1]);
        compare_answers(&answers[0], &answers[1]);
        answer_server_free(other);
        zone_sets_free(&sets);
    }
    answer_server_free(server);
    free(answers);
}

/* --- readers while it changes ---------------------------------------------------------------- */

struct asking {
    struct answer_server *server;
    atomic_bool stop;
    atomic_uint asked;
    unsigned broken;
};

/* c is an alias of a name that is another one in each version. */
static void *ask_until_stopped(void *argument)
{
    struct query_options options = {.name = "c.example.", .type = RR_TXT};
    struct query_options absent = {
        .name = "x.y.example.", .type = RR_A, .edns = true, .dnssec = true, .udp_size = 1232};
    struct asking *asking = argument;
    struct answer_reader *reader;
    uint8_t query[512];
    uint8_t denied[512];
    size_t size = query_make(&options, query);
    size_t denied_size = query_make(&absent, denied);

    if (answer_reader_new(asking->server, &reader) != SWORN_OK) {
        asking->broken++;
        return NULL;
    }
    while (!atomic_load(&asking->stop)) {
        uint8_t response[1232];
        struct answer_request request = {.query = octets_of(query, size),
                                         .response = response,
                                         .room = 1232,
                                         .transport = TRANSPORT_UDP};
        size_t answered = answer_query(reader, &request, &(struct answer_facts){0});

        /* NOERROR, two answers: alias and text. */
        asking->broken += answered < 12 || (response[3] & 15) != 0 || response[7] != 2;
        /* NXDOMAIN; SOA and at least one proof, all signed. */
        request.query = octets_of(denied, denied_size);
        answered = answer_query(reader, &request, &(struct answer_facts){0});
        asking->broken += answered < 12 || (response[3] & 15) != 3 || response[9] < 4;
        atomic_fetch_add(&asking->asked, 1);
    }
    answer_reader_free(reader);
    return NULL;
}

static void version_sets(unsigned version, bool hashed, struct zone_sets *sets)
{
    char text[200];
    struct reason reason;

    snprintf(text, sizeof(text),
             "@ SOA . . %u 1 1 1 1\n@ NS ns\nns A 192.0.2.1\nc CNAME t%u\nt%u TXT %u\n", version,
             version, version, version);
    assert_true(zone_sets_read(sets, octets_of_text(text), "example.", &reason));
    sign(sets, hashed);
}

static void change_under_readers(bool hashed)
{
    struct asking asking = {.broken = 0};
    struct zone_sets before, after;
    pthread_t thread;

    assert_int_equal(answer_server_new(&asking.server), SWORN_OK);
    version_sets(0, hashed, &before);
    assert_int_equal(zone_sets_load(&before, asking.server), SWORN_OK);
    assert_int_equal(pthread_create(&thread, NULL, ask_until_stopped, &asking), 0);
    for (unsigned version = 1; version <= 1000 || atomic_load(&asking.asked) < 1000; version++) {
        struct signed_set changes[64];

        version_sets(version, hashed, &after);
        assert_int_equal(answer_change(asking.server, &after.apex, changes,
                                       difference(&before, &after, changes)),
                         SWORN_OK);
        zone_sets_free(&before);
        before = after;
    }
    atomic_store(&asking.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(asking.broken, 0);
    zone_sets_free(&before);
    answer_server_free(asking.server);
}

static void readers_see_a_change_whole(void **state)
{
    (void)state;
    change_under_readers(false);
}

static void readers_see_a_change_with_nsec3_whole(void **state)
{
    (void)state;
    change_under_readers(true);
}

/* --- index ----------------------------------------------------------------------------------- */

#define ITEMS 5000

struct item {
    struct keyed keyed;
    uint8_t key[12];
};

static void item_make(struct item *item, uint32_t number)
{
    /* Many share their first eight octets. */
    int size = snprintf((char *)item->key, sizeof(item->key), "%s%u",
                        number % 2 == 0 ? "longhead" : "", number / 2 % 1000);

    item->keyed = (struct keyed){.key_size = (uint16_t)(size + 1), .key_at = sizeof(struct keyed)};
}

static void item_forget(struct keyed *item)
{
    (void)item;
}

static void index_finds_what_was_put_and_its_predecessor(void **state)
{
    struct hash_seed seed = {.start = 0x9e3779b97f4a7c15, .factor = 0xd1342543de82ef95};
    struct item *items = calloc(ITEMS, sizeof(*items));
    const struct item *there[2000] = {0};
    struct order order = {.skip = 0};
    struct trie *trie = NULL;
    uint32_t random = 12345;

    (void)state;
    for (uint32_t step = 0; step < 60000; step++) {
        struct txn txn = {.number = 1 + step / 7};
        uint32_t number = next_random(&random) % 2000;
        /* Grow, then shrink to almost nothing. */
        bool put = next_random(&random) % 8 < (step / 20000 == 1 ? 1 : 6);
        struct item *item = &items[number];
        uint64_t hash;

        item_make(item, number);
        hash = hash_key(&seed, item->key, item->keyed.key_size);
        if (put) {
            assert_int_equal(trie_put(&txn, &trie, &seed, &item->keyed, hash), SWORN_OK);
            assert_int_equal(order_put(&txn, &order, &item->keyed), SWORN_OK);
        } else {
            assert_int_equal(trie_remove(&txn, &trie, &seed, item->key, item->keyed.key_size, hash),
                             SWORN_OK);
            assert_int_equal(order_remove(&txn, &order, item->key, item->keyed.key_size), SWORN_OK);
        }
        there[number] = put ? item : NULL;
        txn_finish(&txn);
        if (step % 100 == 0) {
            const struct item *nearest = NULL;
            struct item asked;

            item_make(&asked, next_random(&random) % 2000);
            for (size_t i = 0; i < 2000; i++) {
                if (there[i] != NULL &&
                    keyed_compare(&there[i]->keyed, asked.key, asked.keyed.key_size) <= 0 &&
                    (nearest == NULL ||
                     keyed_compare(&there[i]->keyed, nearest->key, nearest->keyed.key_size) > 0)) {
                    nearest = there[i];
                }
            }
            assert_ptr_equal(order_find(&order, asked.key, asked.keyed.key_size), nearest);
            hash = hash_key(&seed, asked.key, asked.keyed.key_size);
            assert_int_equal(trie_find(trie, &seed, asked.key, asked.keyed.key_size, hash) != NULL,
                             nearest != NULL &&
                                 keyed_is(&nearest->keyed, asked.key, asked.keyed.key_size));
        }
    }
    order_free(&order, NULL);
    trie_free(trie, item_forget);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index_finds_what_was_put_and_its_predecessor),
        cmocka_unit_test(changed_zone_answers_like_a_loaded_one),
        cmocka_unit_test(changed_zone_with_nsec3_answers_like_a_loaded_one),
        cmocka_unit_test(zone_loaded_again_with_the_other_denial_shows_no_trace_of_the_first),
        cmocka_unit_test(readers_see_a_change_whole),
        cmocka_unit_test(readers_see_a_change_with_nsec3_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

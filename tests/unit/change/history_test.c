/*
 * history_test.c - random sequences of operations against a plain model of a zone: a table of
 * (name, type, TTL, addresses as a set of bits).
 *
 * The model shares no code with the change: it knows nothing of trees, JSON or canonical form.
 */
#include "tests/unit/change/fixture.h"

#define NAMES     6
#define TYPES     2
#define ADDRESSES 8
#define HISTORIES 60
#define STEPS     120

static const char *const owner_names[NAMES] = {"@", "a", "b", "x.a", "*", "*.b"};
static const char *const full_names[NAMES] = {"demo.test.",     "a.demo.test.", "b.demo.test.",
                                              "x.a.demo.test.", "*.demo.test.", "*.b.demo.test."};
static const char *const type_names[TYPES] = {"A", "TYPE65399"};
static const uint16_t types[TYPES] = {RR_A, 65399};

struct model {
    uint32_t ttl[NAMES][TYPES];
    unsigned addresses[NAMES][TYPES]; /* bit n: 192.0.2.n is there */
};

/* A small generator of our own, so that a seed means the same everywhere. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33) % below;
}

static void random_update(struct fixture *f, struct model *model, uint64_t *seed)
{
    uint32_t n = draw(seed, NAMES), t = draw(seed, TYPES), address = draw(seed, ADDRESSES);
    bool appends = draw(seed, 3) > 0, automatic = draw(seed, 2) > 0;
    uint32_t ttl = draw(seed, 4) * 100;
    char content[64], number[16], json[2048];

    (void)snprintf(content, sizeof(content), t == 0 ? "192.0.2.%u" : "\\\\# 4 C00002%02X", address);
    (void)snprintf(number, sizeof(number), "%u", ttl);
    assert_applied(f, update(json, appends ? "Append" : "Set", owner_names[n], type_names[t],
                             automatic ? "auto" : number, content));

    if (!appends) {
        model->addresses[n][t] = 0;
    }
    if (model->addresses[n][t] & 1U << address) {
        return;
    }
    if (!automatic || model->addresses[n][t] == 0) {
        model->ttl[n][t] = automatic ? 3600 : ttl;
    }
    model->addresses[n][t] |= 1U << address;
}

static void random_removal(struct fixture *f, struct model *model, uint64_t *seed)
{
    uint32_t n = draw(seed, NAMES), t = draw(seed, TYPES), kind = draw(seed, 6);
    unsigned *addresses = &model->addresses[n][t];
    char json[2048];

    if (kind == 0) {
        (void)sprintf(json, "{\"RemoveRecords\":{\"record\":\"%s\",\"name\":null,\"index\":null}}",
                      type_names[t]);
        for (n = 0; n < NAMES; n++) {
            model->addresses[n][t] = 0;
        }
    } else if (kind < 3 || *addresses == 0) {
        (void)sprintf(json,
                      "{\"RemoveRecords\":{\"record\":\"%s\",\"name\":\"%s\",\"index\":null}}",
                      type_names[t], owner_names[n]);
        *addresses = 0;
    } else {
        /* The position of the lowest address is 0: remove that, which clears the lowest bit. */
        (void)sprintf(json, "{\"RemoveRecords\":{\"record\":\"%s\",\"name\":\"%s\",\"index\":0}}",
                      type_names[t], owner_names[n]);
        *addresses &= *addresses - 1;
    }
    assert_applied(f, json);
}

static void expect_model(struct fixture *f, const struct model *model)
{
    char line[1024], expected[1100];

    for (size_t n = 0; n < NAMES; n++) {
        for (size_t t = 0; t < TYPES; t++) {
            char *at = line;

            for (unsigned address = 0; address < ADDRESSES; address++) {
                if (model->addresses[n][t] & 1U << address) {
                    at += sprintf(at, at == line ? " " : " | ");
                    at += sprintf(at, t == 0 ? "192.0.2.%u" : "\\# 4 c00002%02x", address);
                }
            }
            if (at == line) {
                assert_string_equal(contents(f, full_names[n], types[t]), "none");
                continue;
            }
            (void)snprintf(expected, sizeof(expected), "%u:%s", model->ttl[n][t], line);
            assert_string_equal(contents(f, full_names[n], types[t]), expected);
        }
    }
}

/* The tree that holds just what the model holds, made in one go. */
static void expect_root(struct fixture *f, const struct model *model)
{
    struct fixture fresh;
    struct hash expected, root;
    char json[2048], content[64], number[16];

    fixture_empty(&fresh, "demo.test.");
    for (size_t n = NAMES; n-- > 0;) {
        for (size_t t = 0; t < TYPES; t++) {
            for (unsigned address = ADDRESSES; address-- > 0;) {
                if ((model->addresses[n][t] & 1U << address) == 0) {
                    continue;
                }
                (void)snprintf(content, sizeof(content),
                               t == 0 ? "192.0.2.%u" : "\\\\# 4 C00002%02X", address);
                (void)snprintf(number, sizeof(number), "%u", model->ttl[n][t]);
                assert_applied(
                    &fresh, update(json, "Append", owner_names[n], type_names[t], number, content));
            }
        }
    }
    assert_int_equal(tree_root(&fresh.change.after, &expected), SWORN_OK);
    assert_int_equal(tree_root(&f->change.after, &root), SWORN_OK);
    assert_memory_equal(&root, &expected, sizeof(root));
    fixture_end(&fresh);
}

/* Differences are exactly the sets that the model changed since the start. */
static void expect_differences(struct fixture *f, const struct model *start,
                               const struct model *model)
{
    struct rrset_key *keys;
    size_t count, expected = 0;

    for (size_t n = 0; n < NAMES; n++) {
        for (size_t t = 0; t < TYPES; t++) {
            expected += start->addresses[n][t] != model->addresses[n][t] ||
                        (model->addresses[n][t] != 0 && start->ttl[n][t] != model->ttl[n][t]);
        }
    }
    assert_int_equal(change_differences(&f->change, &keys, &count), SWORN_OK);
    assert_int_equal(count, expected);
}

static void every_history_ends_where_the_model_does(void **state)
{
    (void)state;
    for (uint64_t history = 1; history <= HISTORIES; history++) {
        uint64_t seed = history;
        struct model model = {0}, start = {0};
        struct fixture f;

        fixture_empty(&f, "demo.test.");
        for (size_t step = 0; step < STEPS; step++) {
            if (draw(&seed, 3) > 0) {
                random_update(&f, &model, &seed);
            } else {
                random_removal(&f, &model, &seed);
            }
            if (draw(&seed, 40) == 0) {
                assert_applied(&f, "\"Clear\"");
                memset(&model.addresses, 0, sizeof(model.addresses));
            }
            if (step == STEPS / 2) {
                fixture_commit(&f);
                start = model;
            }
        }
        expect_model(&f, &model);
        expect_root(&f, &model);
        expect_differences(&f, &start, &model);
        fixture_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_history_ends_where_the_model_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * run.c - modules made at random (main.rs), each as a guard, three times: compiled, out of the
 * cache, and compiled by another cache.
 *
 *   run_smith FILE FIRST      FILE as smith writes it from number FIRST on
 *
 * All three end alike, with the same words and the same fuel, within the fuel and within seconds.
 * What ends the process, a trap of the machine or a sanitizer, is said with the module's number.
 */
#include "tests/unit/guard/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define FUEL       ((uint64_t)20000000) /* 40 ms of it */
#define PATIENCE   60                   /* seconds for one module, on a slow and loaded machine */
#define MODULE_MAX ((uint32_t)4 * 1024 * 1024)

/* What one run came to. */
struct outcome {
    enum sworn_result result;
    char text[sizeof(((struct reason *)0)->text)];
    uint64_t fuel;
    uint32_t visited;
    bool state_changed, owner_given, policy_given, remove;
    size_t state_size;
    int rcode;
};

struct tally {
    unsigned long modules, accepted, refused, unusable;
    double slowest;
    unsigned long slowest_number;
};

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run_once(struct fixture *fixture, struct octets code, enum guard_entry entry,
                     struct outcome *outcome)
{
    region_clear(&fixture->region);
    fixture_again(fixture);
    fixture->reason.text[0] = '\0';
    fixture->call.entry = entry;
    fixture->call.code = code;
    fixture->call.limits.fuel = FUEL;
    memset(outcome, 0, sizeof(*outcome));
    outcome->result = guard_run(fixture->cache, &fixture->call, &fixture->reason);
    memcpy(outcome->text, fixture->reason.text, strlen(fixture->reason.text));
    outcome->fuel = fixture->call.fuel;
    outcome->rcode = fixture->call.rcode;
    outcome->visited = fixture->change.visited;
    if (outcome->result == SWORN_OK) {
        outcome->state_changed = fixture->call.state_changed;
        outcome->owner_given = fixture->call.owner_given;
        outcome->policy_given = fixture->call.policy_given;
        outcome->remove = fixture->call.remove;
        outcome->state_size = fixture->call.new_state.size;
    }
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
    return a->result == b->result && strcmp(a->text, b->text) == 0 && a->fuel == b->fuel &&
           a->visited == b->visited && a->state_changed == b->state_changed &&
           a->owner_given == b->owner_given && a->policy_given == b->policy_given &&
           a->remove == b->remove && a->state_size == b->state_size && a->rcode == b->rcode;
}

/* A result that says something about the module or what it did, not about the server. */
static bool is_verdict(enum sworn_result result)
{
    return result == SWORN_OK || result == SWORN_REFUSED || result == SWORN_MALFORMED ||
           result == SWORN_INVALID || result == SWORN_LIMIT;
}

static bool check(struct fixture fixtures[2], unsigned long number, struct octets code,
                  struct tally *tally)
{
    enum guard_entry entry = number % 3 == 0 ? GUARD_SETUP : GUARD_UPDATE;
    struct outcome outcomes[3];
    double began = now(), took;

    (void)alarm(PATIENCE);
    run_once(&fixtures[0], code, entry, &outcomes[0]);
    took = now() - began;
    run_once(&fixtures[0], code, entry, &outcomes[1]);
    run_once(&fixtures[1], code, entry, &outcomes[2]);
    (void)alarm(0);
    tally->modules++;
    tally->accepted += outcomes[0].result == SWORN_OK;
    tally->unusable += outcomes[0].result == SWORN_MALFORMED;
    if (took > tally->slowest) {
        tally->slowest = took;
        tally->slowest_number = number;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!is_same(&outcomes[0], &outcomes[i]) || !is_verdict(outcomes[i].result) ||
            outcomes[i].fuel > FUEL) {
            printf("FAILED: module %lu, run %zu: result %d, fuel %llu, \"%s\"; first: result %d, "
                   "fuel %llu, \"%s\"\n",
                   number, i, (int)outcomes[i].result, (unsigned long long)outcomes[i].fuel,
                   outcomes[i].text, (int)outcomes[0].result, (unsigned long long)outcomes[0].fuel,
                   outcomes[0].text);
            return false;
        }
    }
    return true;
}

static bool read_module(FILE *file, uint8_t *room, uint32_t *size)
{
    uint8_t octets[4];

    if (fread(octets, 1, 4, file) != 4) {
        return false;
    }
    *size = octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
            (uint32_t)octets[3] << 24;
    return *size <= MODULE_MAX && fread(room, 1, *size, file) == *size;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    unsigned long number = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    uint8_t *room = malloc(MODULE_MAX);
    struct fixture fixtures[2];
    struct tally tally = {.modules = 0};
    bool good = true;
    uint32_t size;

    if (file == NULL || room == NULL) {
        (void)fprintf(stderr, "usage: %s FILE FIRST\n", argv[0]);
        return 2;
    }
    fixture_begin(&fixtures[0]);
    fixture_begin(&fixtures[1]);
    while (read_module(file, room, &size)) {
        /* Said before, so that it is the last line when the process ends here. */
        (void)fprintf(stderr, "\rmodule %lu ", number);
        good = check(fixtures, number, octets_of(room, size), &tally) && good;
        number++;
    }
    (void)fprintf(stderr, "\n");
    fixture_end(&fixtures[0]);
    fixture_end(&fixtures[1]);
    free(room);
    (void)fclose(file);
    printf("%lu modules: %lu cannot be used, %lu accept, the others refuse; slowest: %lu, %.2f s\n",
           tally.modules, tally.unusable, tally.accepted, tally.slowest_number, tally.slowest);
    /* Nothing would be tried if all of them were turned away at once. */
    return good && tally.modules > 0 && tally.unusable < tally.modules * 3 / 4 ? 0 : 1;
}

/*
 * timelock_test.c - nothing happens that was not announced long enough ago, and of owner, second
 * key and guardians no one alone prevails over the others.
 */
#include "core/merkle/merkle.h"
#include "tests/unit/guards/holders.h"

#include <stdio.h>
#include <stdlib.h>

/* Keys 0 and 1 are owners', 2 is the second key, 3 to 5 are guardians', of which two are enough. */
enum { OWNER = 1, OTHER_OWNER = 2, SECOND = 4, G1 = 8, G2 = 16, G3 = 32, HOLDERS = 6 };
enum { GUARDIANS = G1 | G3 };

enum { DELAY = 3600, RECOVERY = 86400, START = 1700000000 };

#define ROLES "\1\1\2\3\3\3"

struct world {
    struct fixture fixture;
    struct holders holders;
    struct octets code, environment, state;
};

static void set_environment(struct world *world, const void *octets, size_t size)
{
    struct writer environment = holders_set(&world->holders, &world->fixture.region);

    assert_int_equal(write_octets(&environment, octets_of(octets, size)), SWORN_OK);
    world->environment = written(&environment);
    world->fixture.call.environment = world->environment;
}

static void set_mode(struct world *world, uint8_t mode)
{
    uint8_t octets[] = {mode, 0, 0, 0x0E, 0x10, 0, 1, 0x51, 0x80, 2, 1, 1, 2, 3, 3, 3};

    set_environment(world, octets, sizeof(octets));
}

static int setup_world(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    if (world == NULL) {
        return -1;
    }
    fixture_begin(&world->fixture);
    holders_begin(&world->holders, HOLDERS);
    set_mode(world, 0);
    world->fixture.call.state = world->state;
    world->fixture.call.now = START;
    world->code = file_of(&world->fixture, "SWORN_BUILD", "guards/timelock.wasm");
    *state = world;
    return 0;
}

static int teardown_world(void **state)
{
    struct world *world = *state;

    holders_end(&world->holders);
    fixture_end(&world->fixture);
    free(world);
    return 0;
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, setup_world, teardown_world)

#define SET_WWW                                                                                    \
    "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"www\",\"content\":"           \
    "\"192.0.2.1\",\"ttl\":null}}"

static bool has_www(struct world *world)
{
    struct name name;
    struct rrset rrset;

    assert_int_equal(name_from_text(octets_of_text("www.demo.test."), NULL, &name), SWORN_OK);
    return change_get(&world->fixture.change, &name, 1, &rrset) == SWORN_OK;
}

/* One more request: when it is accepted, its state is the zone's and the sequence goes on. */
static void send(struct world *world, unsigned who, struct octets list, const char *refusal)
{
    struct guard_call *call = &world->fixture.call;
    uint64_t now = call->now;
    uint64_t sequence = call->sequence;

    fixture_again(&world->fixture);
    call->environment = world->environment;
    call->state = world->state;
    call->now = now;
    call->sequence = sequence;
    call->argument =
        signed_by(&world->fixture, &world->holders, who, message_of(&world->fixture, list));
    assert_run(&world->fixture, world->code, refusal[0] == '\0' ? SWORN_OK : SWORN_REFUSED,
               refusal);
    if (refusal[0] != '\0') {
        return;
    }
    if (call->state_changed) {
        world->state = call->new_state;
    }
    call->sequence++;
}

static struct octets one(struct world *world, enum kind kind, struct octets octets)
{
    struct writer list = operations(&world->fixture);

    add(&list, kind, octets);
    return written(&list);
}

static struct octets set_www(struct world *world)
{
    return one(world, KIND_RECORD, octets_of_text(SET_WWW));
}

static struct octets new_owner(struct world *world, const char *name)
{
    struct writer octets = operations(&world->fixture);

    assert_int_equal(write_octets(&octets, octets_of("\0\0\0\0", 4)), SWORN_OK);
    assert_int_equal(write_octets(&octets, octets_of_text(name)), SWORN_OK);
    return one(world, KIND_OWNER, written(&octets));
}

static struct octets hash_of(struct world *world, struct octets list)
{
    struct hash hash;
    struct octets copy;

    assert_int_equal(sha256_one(list, &hash), SWORN_OK);
    assert_int_equal(region_copy(&world->fixture.region, octets_of(hash.octets, HASH_SIZE), &copy),
                     SWORN_OK);
    return copy;
}

static void announce(struct world *world, unsigned who, struct octets list, const char *refusal)
{
    send(world, who, one(world, KIND_ANNOUNCE, list), refusal);
}

static void execute(struct world *world, unsigned who, struct octets list, const char *refusal)
{
    send(world, who, one(world, KIND_EXECUTE, list), refusal);
}

static void cancel(struct world *world, unsigned who, struct octets list, const char *refusal)
{
    send(world, who, one(world, KIND_CANCEL, hash_of(world, list)), refusal);
}

static size_t waiting(const struct world *world)
{
    assert_int_equal(world->state.size % 49, 0);
    return world->state.size / 49;
}

#define NOT_ANNOUNCED "these operations are not announced"
#define NOT_ALL       "all who announced these operations have to sign"
#define NO_PARTY      "neither an owner, nor a second key, nor enough guardians have signed"
#define NOT_YOURS     "whoever signed may not cancel this"
#define NO_HASH       "nothing is announced with this hash"

static void a_change_happens_after_its_delay_and_once(void **state)
{
    struct world *world = *state;
    struct octets list = set_www(world);

    send(world, OWNER, list, "changes have to be announced");
    execute(world, OWNER, list, NOT_ANNOUNCED);
    announce(world, OWNER, list, "");
    assert_false(has_www(world));
    assert_int_equal(waiting(world), 1);
    execute(world, OWNER, list, "too early: 3600 seconds are left, until 1700003600");
    world->fixture.call.now = START + DELAY - 1;
    execute(world, OWNER, list, "too early: 1 seconds are left, until 1700003600");
    world->fixture.call.now = START + DELAY;
    execute(world, OWNER, list, "");
    assert_true(has_www(world));
    assert_int_equal(waiting(world), 0);
    execute(world, OWNER, list, NOT_ANNOUNCED);
}

static void other_operations_than_announced_are_refused(void **state)
{
    struct world *world = *state;
    struct writer more = operations(&world->fixture);

    announce(world, OWNER, set_www(world), "");
    world->fixture.call.now = START + DELAY;
    add_record(&more, SET_WWW);
    add_record(&more, SET_WWW);
    execute(world, OWNER, written(&more), NOT_ANNOUNCED);
    execute(world, OWNER, octets_of(NULL, 0), NOT_ANNOUNCED);
    execute(world, OWNER, octets_of(set_www(world).data, 5), NOT_ANNOUNCED);
}

static void another_owners_key_may_execute(void **state)
{
    struct world *world = *state;
    struct octets list = set_www(world);

    announce(world, OWNER, list, "");
    world->fixture.call.now = START + DELAY;
    execute(world, SECOND, list, NOT_ALL);
    execute(world, GUARDIANS, list, NOT_ALL);
    execute(world, G1, list, NO_PARTY);
    execute(world, OTHER_OWNER, list, "");
    assert_true(has_www(world));
}

static void each_party_cancels_what_one_announced(void **state)
{
    static const unsigned who[] = {OWNER, OTHER_OWNER, SECOND, GUARDIANS, G2 | G3};
    struct world *world = *state;
    struct octets list = new_owner(world, "thief");

    for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
        announce(world, OWNER, list, "");
        cancel(world, G2, list, NO_PARTY);
        cancel(world, who[i], list, "");
        assert_int_equal(waiting(world), 0);
        cancel(world, who[i], list, NO_HASH);
        announce(world, GUARDIANS, list, "");
        cancel(world, who[i], list, "");
        assert_int_equal(waiting(world), 0);
    }
}

static void what_two_announce_the_third_cannot_stop(void **state)
{
    static const unsigned pairs[][2] = {
        {OWNER | SECOND, GUARDIANS}, {OWNER | GUARDIANS, SECOND}, {SECOND | GUARDIANS, OWNER}};
    struct world *world = *state;
    struct octets list = new_owner(world, "next");

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        announce(world, pairs[i][0], list, "");
        cancel(world, pairs[i][1], list, NOT_YOURS);
        world->fixture.call.now += RECOVERY;
        execute(world, pairs[i][1], list, NOT_ALL);
        cancel(world, pairs[i][1], list, NOT_YOURS);
        execute(world, pairs[i][0] & (OWNER | GUARDIANS), list,
                (pairs[i][0] & SECOND) != 0 ? NOT_ALL : "");
        if ((pairs[i][0] & SECOND) != 0) {
            execute(world, pairs[i][0], list, "");
        }
        assert_true(octets_equal(world->fixture.call.owner_environment, octets_of_text("next")));
    }
    announce(world, SECOND | GUARDIANS, list, "");
    cancel(world, GUARDIANS | OWNER, list, "");
    announce(world, SECOND | GUARDIANS, list, "");
    cancel(world, SECOND, list, "");
}

static void guardians_recover_with_the_longer_delay(void **state)
{
    struct world *world = *state;
    struct octets list = new_owner(world, "found");

    announce(world, G1, list, NO_PARTY);
    announce(world, SECOND, list, "an owner or enough guardians have to sign an announcement");
    announce(world, SECOND | G1, list, "an owner or enough guardians have to sign an announcement");
    announce(world, GUARDIANS, list, "");
    world->fixture.call.now = START + DELAY;
    execute(world, G1 | G2, list, "too early: 82800 seconds are left, until 1700086400");
    world->fixture.call.now = START + RECOVERY;
    execute(world, G2, list, NO_PARTY);
    execute(world, OWNER, list, NOT_ALL);
    execute(world, G1 | G2, list, "");
    assert_true(octets_equal(world->fixture.call.owner_environment, octets_of_text("found")));
    assert_int_equal(waiting(world), 0);
}

static void guardians_announce_nothing_but_an_owner(void **state)
{
    static const char *const refusal = "guardians can announce a change of owner and nothing else";
    struct world *world = *state;
    struct writer two = operations(&world->fixture);

    announce(world, GUARDIANS, set_www(world), refusal);
    announce(world, GUARDIANS, one(world, KIND_POLICY, octets_of_text("terms")), refusal);
    announce(world, GUARDIANS | SECOND, one(world, KIND_REMOVE, octets_of(NULL, 0)), refusal);
    add(&two, KIND_OWNER, octets_of("\0\0\0\0a", 5));
    add(&two, KIND_OWNER, octets_of("\0\0\0\0b", 5));
    announce(world, GUARDIANS, written(&two), refusal);
    announce(world, GUARDIANS | OWNER, set_www(world), "");
}

static void announcements_hold_operations_one_level_deep(void **state)
{
    struct world *world = *state;
    struct octets list = set_www(world);

    announce(world, OWNER, octets_of(NULL, 0), "an announcement has to hold operations");
    for (size_t size = 1; size < list.size; size++) {
        announce(world, OWNER, octets_of(list.data, size),
                 "an operation of the message is cut short");
    }
    for (unsigned kind = 0; kind < 256; kind = kind == 0 ? 5 : kind + 1) {
        announce(world, OWNER, one(world, (enum kind)kind, list),
                 "only record operations, owner, policy and removal can be announced");
    }
}

static void records_may_be_at_once_and_the_rest_never(void **state)
{
    struct world *world = *state;
    struct octets policy = one(world, KIND_POLICY, octets_of_text("terms"));

    set_mode(world, 1);
    send(world, OWNER, set_www(world), "");
    assert_true(has_www(world));
    send(world, SECOND, set_www(world), "an owner has to sign record operations");
    send(world, GUARDIANS, set_www(world), "an owner has to sign record operations");
    send(world, OWNER, policy, "owner, policy and removal have to be announced");
    send(world, OWNER, new_owner(world, "x"), "owner, policy and removal have to be announced");
    send(world, OWNER, one(world, KIND_REMOVE, octets_of(NULL, 0)),
         "owner, policy and removal have to be announced");
    send(world, OWNER | SECOND | GUARDIANS, policy,
         "owner, policy and removal have to be announced");
    announce(world, OWNER, policy, "");
    world->fixture.call.now += DELAY;
    execute(world, OWNER, policy, "");
    assert_true(octets_equal(world->fixture.call.new_policy, octets_of_text("terms")));
    for (unsigned kind = 0; kind < 256; kind = kind == 0 ? 5 : kind + 1) {
        char text[64];

        (void)snprintf(text, sizeof(text), "no operation has kind %u", kind);
        if (kind < KIND_ANNOUNCE || kind > KIND_CANCEL) {
            send(world, OWNER, one(world, (enum kind)kind, octets_of(NULL, 0)), text);
        }
    }
}

static void nothing_is_at_once_in_mode_0(void **state)
{
    struct world *world = *state;
    const unsigned all = OWNER | OTHER_OWNER | SECOND | GUARDIANS;

    send(world, all, set_www(world), "changes have to be announced");
    send(world, all, new_owner(world, "x"), "changes have to be announced");
    send(world, all, one(world, KIND_POLICY, octets_of_text("x")), "changes have to be announced");
    send(world, all, one(world, KIND_REMOVE, octets_of(NULL, 0)), "changes have to be announced");
    send(world, all, octets_of(NULL, 0), "the message has no operations");
    send(world, 0, set_www(world), NO_PARTY);
}

static void one_wrong_signature_among_right_ones_refuses(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;
    struct octets argument;

    call->argument =
        signed_by(&world->fixture, &world->holders, OWNER | SECOND,
                  message_of(&world->fixture, one(world, KIND_ANNOUNCE, set_www(world))));
    argument = call->argument;
    call->state = octets_of(NULL, 0);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    ((uint8_t *)(uintptr_t)argument.data)[2 + 64 + 1] ^= 1; /* in the second key's */
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "signature does not match key 2 of the set");
}

static void removal_waits_too(void **state)
{
    struct world *world = *state;
    struct octets list = one(world, KIND_REMOVE, octets_of(NULL, 0));

    announce(world, OWNER, list, "");
    execute(world, OWNER, list, "too early: 3600 seconds are left, until 1700003600");
    world->fixture.call.now += DELAY;
    execute(world, OWNER, list, "");
    assert_true(world->fixture.call.remove);
}

/* A thief sends messages all the time: a cancellation signed before them still arrives. */
static void a_late_cancellation_counts_for_what_was_announced_before_it(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;
    struct octets list = new_owner(world, "thief");
    struct writer mixed = operations(&world->fixture);
    struct octets late;

    announce(world, OWNER, list, "");
    late = signed_by(&world->fixture, &world->holders, SECOND,
                     message_of(&world->fixture, one(world, KIND_CANCEL, hash_of(world, list))));
    announce(world, OWNER, set_www(world), "");
    announce(world, OWNER, new_owner(world, "more"), "");
    assert_int_equal(waiting(world), 3);

    call->argument = late;
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    world->state = call->new_state;
    call->sequence++;
    assert_int_equal(waiting(world), 2);

    /* Again: there is nothing any more; announced anew: that was after it was signed. */
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, NO_HASH);
    announce(world, OWNER, list, "");
    call->argument = late;
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, NO_HASH);

    /* With anything else in it, a message has to be the next. */
    call->sequence -= 1;
    add(&mixed, KIND_CANCEL, hash_of(world, list));
    add(&mixed, KIND_ANNOUNCE, list);
    late = signed_by(&world->fixture, &world->holders, SECOND | OWNER,
                     message_of(&world->fixture, written(&mixed)));
    call->sequence += 1;
    call->argument = late;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "sequence is 5, must be 6");
}

/* He need not be faster than a cancellation of several: taking back one of them is not enough. */
static void a_thief_who_takes_one_back_does_not_save_the_others(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;
    struct octets first = new_owner(world, "thief 1"), second = new_owner(world, "thief 2");
    struct writer both = operations(&world->fixture), mixed = operations(&world->fixture);
    struct octets late;

    announce(world, OWNER, first, "");
    announce(world, OWNER, second, "");
    add(&both, KIND_CANCEL, hash_of(world, first));
    add(&both, KIND_CANCEL, hash_of(world, second));
    late = signed_by(&world->fixture, &world->holders, SECOND,
                     message_of(&world->fixture, written(&both)));
    cancel(world, OWNER, second, "");
    announce(world, OWNER, second, "");

    call->argument = late;
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    world->state = call->new_state;
    call->sequence++;
    assert_int_equal(waiting(world), 1);
    assert_memory_equal(world->state.data, hash_of(world, second).data, HASH_SIZE);

    /* What has no effect at all is refused; so is one without effect beside other operations. */
    call->argument = late;
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, NO_HASH);
    add(&mixed, KIND_CANCEL, hash_of(world, second));
    add(&mixed, KIND_CANCEL, hash_of(world, first));
    add(&mixed, KIND_ANNOUNCE, first);
    send(world, OWNER, written(&mixed), NO_HASH);
    send(world, SECOND, written(&both), "");
    assert_int_equal(waiting(world), 0);
}

static void cancellations_of_the_future_and_of_nothing_are_refused(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;
    struct octets list = set_www(world);

    announce(world, OWNER, list, "");
    call->sequence = 9;
    call->argument =
        signed_by(&world->fixture, &world->holders, SECOND,
                  message_of(&world->fixture, one(world, KIND_CANCEL, hash_of(world, list))));
    call->sequence = 2;
    call->state = world->state;
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "sequence is 9, must be 2");
    send(world, SECOND, one(world, KIND_CANCEL, octets_of(hash_of(world, list).data, 31)),
         "an operation that cancels does not hold a hash");
    cancel(world, SECOND, new_owner(world, "x"), NO_HASH);
    assert_int_equal(waiting(world), 1);
}

static void a_flood_of_announcements_leaves_guardians_their_place(void **state)
{
    struct world *world = *state;
    char name[16];

    for (int i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof(name), "thief %d", i);
        announce(world, OWNER, new_owner(world, name), "");
    }
    announce(world, OTHER_OWNER, set_www(world),
             "8 announcements of owners wait: cancel or execute one first");
    for (int i = 0; i < 4; i++) {
        (void)snprintf(name, sizeof(name), "found %d", i);
        announce(world, GUARDIANS, new_owner(world, name), "");
    }
    announce(world, GUARDIANS, new_owner(world, "found"),
             "4 announcements of guardians wait: cancel or execute one first");
    announce(world, GUARDIANS, new_owner(world, "found 0"),
             "these operations are announced already");
    assert_int_equal(waiting(world), 12);
    cancel(world, SECOND, new_owner(world, "thief 3"), "");
    announce(world, OWNER, set_www(world), "");
    announce(world, OWNER, set_www(world), "these operations are announced already");
    world->fixture.call.now += RECOVERY;
    execute(world, GUARDIANS, new_owner(world, "found 2"), "");
    execute(world, OWNER, set_www(world), "");
    assert_int_equal(waiting(world), 10);
}

static void a_host_that_holds_back_time_makes_nothing_early(void **state)
{
    struct world *world = *state;
    struct octets list = set_www(world);

    announce(world, OWNER, list, "");
    world->fixture.call.now = START - 1000000;
    execute(world, OWNER, list, "too early: 1003600 seconds are left, until 1700003600");
}

static void one_message_may_do_several_things(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);
    struct octets first = set_www(world), second = new_owner(world, "next");

    announce(world, OWNER, first, "");
    announce(world, OWNER, new_owner(world, "mistake"), "");
    world->fixture.call.now += DELAY;
    add(&list, KIND_CANCEL, hash_of(world, new_owner(world, "mistake")));
    add(&list, KIND_EXECUTE, first);
    add(&list, KIND_ANNOUNCE, second);
    send(world, OWNER, written(&list), "");
    assert_true(has_www(world));
    assert_int_equal(waiting(world), 1);
}

static void a_refused_message_leaves_announcements_alone(void **state)
{
    struct world *world = *state;
    struct writer list = operations(&world->fixture);
    struct octets first = set_www(world);

    announce(world, OWNER, first, "");
    add(&list, KIND_CANCEL, hash_of(world, first));
    add(&list, KIND_EXECUTE, first);
    send(world, OWNER, written(&list), NOT_ANNOUNCED);
    assert_int_equal(waiting(world), 1);
}

static void creation_is_records_by_an_owner(void **state)
{
    struct world *world = *state;
    struct guard_call *call = &world->fixture.call;

    call->entry = GUARD_SETUP;
    call->sequence = 0;
    call->state = octets_of(NULL, 0);
    call->argument = signed_by(&world->fixture, &world->holders, SECOND | GUARDIANS,
                               message_of(&world->fixture, set_www(world)));
    assert_run(&world->fixture, world->code, SWORN_REFUSED, "an owner has to sign the creation");
    call->argument =
        signed_by(&world->fixture, &world->holders, OWNER,
                  message_of(&world->fixture, one(world, KIND_ANNOUNCE, set_www(world))));
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "a creation holds record operations and nothing else");
    call->argument = signed_by(&world->fixture, &world->holders, OWNER,
                               message_of(&world->fixture, set_www(world)));
    assert_run(&world->fixture, world->code, SWORN_OK, "");
    assert_true(has_www(world));
    call->sequence = 4;
    assert_run(&world->fixture, world->code, SWORN_REFUSED,
               "argument must be empty after a change of owner");
    call->argument = octets_of(NULL, 0);
    assert_run(&world->fixture, world->code, SWORN_OK, "");
}

static void environments_that_lock_out_or_mislead_are_refused_at_once(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
        const char *error;
    } cases[] = {
        {"", 0, "mode, delays or roles are cut short"},
        {"\0\0\0\0\0\0\0\0\0\2\1\1\2\3\3", 15, "mode, delays or roles are cut short"},
        {"\2\0\0\0\0\0\0\0\0\2" ROLES, 16, "the mode is neither 0 nor 1"},
        {"\0\0\0\0\0\0\0\0\0\2" ROLES "\0", 17, "something follows the roles"},
        {"\0\0\0\0\0\0\0\0\0\2\1\1\2\3\3\4", 16,
         "a role is none of 1 owner, 2 second key, 3 guardian"},
        {"\0\0\0\0\0\0\0\0\0\2\1\0\2\3\3\3", 16,
         "a role is none of 1 owner, 2 second key, 3 guardian"},
        {"\0\0\0\0\0\0\0\0\0\2\2\2\2\3\3\3", 16, "no key has the role of an owner"},
        {"\0\0\0\0\0\0\0\0\0\0" ROLES, 16,
         "the guardians needed are not from 1 to as many as there are"},
        {"\0\0\0\0\0\0\0\0\0\4" ROLES, 16,
         "the guardians needed are not from 1 to as many as there are"},
        {"\0\0\0\0\0\0\0\0\0\1\1\1\1\1\1\2", 16,
         "a recovery, and no key has the role of a guardian"},
        {"\0\0\0\0\0\0\0\0\1\0\1\1\1\1\1\2", 16,
         "a recovery, and no key has the role of a guardian"},
        {"\0\0\0\1\0\0\0\0\377\1" ROLES, 16, "the recovery delay is shorter than the delay"},
    };
    struct world *world = *state;
    char text[128];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(text, sizeof(text), "environment: %s", cases[i].error);
        set_environment(world, cases[i].octets, cases[i].size);
        send(world, OWNER, set_www(world), text);
        world->fixture.call.entry = GUARD_SETUP;
        world->fixture.call.argument = octets_of(NULL, 0);
        assert_run(&world->fixture, world->code, SWORN_REFUSED, text);
    }
    set_environment(world, "\1\0\0\0\0\0\0\0\0\0\1\1\1\1\1\1", 16);
    announce(world, OWNER, set_www(world), "");
    execute(world, OTHER_OWNER, set_www(world), "");
}

static void a_state_of_another_guard_is_refused(void **state)
{
    static const uint8_t others[9 * 49];
    struct world *world = *state;

    world->state = octets_of_text("something else");
    announce(world, OWNER, set_www(world), "the state is not this guard's");
    world->state = octets_of(world->code.data, 13 * 49);
    announce(world, OWNER, set_www(world), "the state is not this guard's");
    world->state = octets_of(others, sizeof(others)); /* nine times nobody's */
    announce(world, OWNER, set_www(world), "the state is not this guard's");
}

/* Not more than docs/guards.md says. */
static void a_call_costs_little(void **state)
{
    struct world *world = *state;

    announce(world, OWNER, set_www(world), "");
    print_message("timelock, an announcement by an Ed25519 key: %zu octets of code, %llu fuel\n",
                  world->code.size, (unsigned long long)world->fixture.call.fuel);
    world->fixture.call.now += DELAY;
    execute(world, OWNER, set_www(world), "");
    print_message("timelock, its execution: %llu fuel\n",
                  (unsigned long long)world->fixture.call.fuel);
    assert_in_range(world->fixture.call.fuel, 100000, 810000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(a_change_happens_after_its_delay_and_once),
        world_test(other_operations_than_announced_are_refused),
        world_test(another_owners_key_may_execute),
        world_test(each_party_cancels_what_one_announced),
        world_test(what_two_announce_the_third_cannot_stop),
        world_test(guardians_recover_with_the_longer_delay),
        world_test(guardians_announce_nothing_but_an_owner),
        world_test(announcements_hold_operations_one_level_deep),
        world_test(records_may_be_at_once_and_the_rest_never),
        world_test(nothing_is_at_once_in_mode_0),
        world_test(one_wrong_signature_among_right_ones_refuses),
        world_test(removal_waits_too),
        world_test(a_late_cancellation_counts_for_what_was_announced_before_it),
        world_test(a_thief_who_takes_one_back_does_not_save_the_others),
        world_test(cancellations_of_the_future_and_of_nothing_are_refused),
        world_test(a_flood_of_announcements_leaves_guardians_their_place),
        world_test(a_host_that_holds_back_time_makes_nothing_early),
        world_test(one_message_may_do_several_things),
        world_test(a_refused_message_leaves_announcements_alone),
        world_test(creation_is_records_by_an_owner),
        world_test(environments_that_lock_out_or_mislead_are_refused_at_once),
        world_test(a_state_of_another_guard_is_refused),
        world_test(a_call_costs_little),
    };

    return cmocka_run_group_tests_name("timelock", tests, NULL, NULL);
}

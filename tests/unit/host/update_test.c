/*
 * update_test.c - what the host does with an UPDATE besides asking the guard: its form, and the
 * memory of answers.
 */
#include "host/update/request.h"

#include "core/dns/rr.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct hash octets_number(unsigned number)
{
    struct hash octets = {{(uint8_t)(number >> 8), (uint8_t)number}};

    return octets;
}

static struct verdict verdict_number(uint16_t rcode, const char *text)
{
    struct verdict verdict = {.rcode = rcode, .lasting = true};

    (void)snprintf(verdict.text, sizeof(verdict.text), "%s", text);
    return verdict;
}

static struct update_memory *memory(void)
{
    struct update_memory *made;

    assert_int_equal(update_memory_new(&made), SWORN_OK);
    return made;
}

static void give(struct update_memory *kept, unsigned number, uint64_t now,
                 const struct verdict *verdict)
{
    struct hash octets = octets_number(number);
    struct verdict before;

    assert_false(update_memory_begin(kept, &octets, now, &before));
    update_memory_end(kept, &octets, now, verdict);
}

static bool is_known(struct update_memory *kept, unsigned number, uint64_t now,
                     struct verdict *verdict)
{
    struct verdict nothing = {.lasting = false};
    struct hash octets = octets_number(number);

    if (update_memory_begin(kept, &octets, now, verdict)) {
        return true;
    }
    update_memory_end(kept, &octets, now, &nothing);
    return false;
}

static void the_first_answer_is_given_again(void **state)
{
    struct update_memory *kept = memory();
    struct verdict accepted = verdict_number(0, ""), refused = verdict_number(6, "it is there");
    struct verdict found;

    (void)state;
    give(kept, 1, 100, &accepted);
    give(kept, 2, 100, &refused);
    assert_true(is_known(kept, 1, 699, &found));
    assert_int_equal(found.rcode, 0);
    assert_false(is_known(kept, 1, 700, &found));
    assert_true(is_known(kept, 2, 129, &found));
    assert_int_equal(found.rcode, 6);
    assert_string_equal(found.text, "it is there");
    assert_false(is_known(kept, 2, 130, &found));
    assert_false(is_known(kept, 3, 100, &found));
    update_memory_free(kept);
}

static void an_answer_that_another_attempt_could_better_is_not_kept(void **state)
{
    struct update_memory *kept = memory();
    struct verdict failed = {.rcode = 2}, found;

    (void)state;
    give(kept, 1, 100, &failed);
    assert_false(is_known(kept, 1, 100, &found));
    update_memory_free(kept);
}

static void what_was_refused_pushes_out_nothing_that_was_accepted(void **state)
{
    struct update_memory *kept = memory();
    struct verdict accepted = verdict_number(0, ""), refused = verdict_number(9, "no"), found;

    (void)state;
    give(kept, 0, 100, &accepted);
    for (unsigned i = 1; i < 1000; i++) {
        give(kept, i, 100, &refused);
    }
    assert_true(is_known(kept, 0, 100, &found));
    assert_true(is_known(kept, 999, 100, &found));
    assert_false(is_known(kept, 1, 100, &found));
    for (unsigned i = 1000; i < 5000; i++) {
        give(kept, i, 101 + i, &accepted);
    }
    assert_true(is_known(kept, 4999, 5100, &found));
    update_memory_free(kept);
}

struct waiting {
    struct update_memory *kept;
    bool known;
    struct verdict verdict;
};

static void *ask_again(void *argument)
{
    struct waiting *waiting = argument;
    struct hash octets = octets_number(7);

    waiting->known = update_memory_begin(waiting->kept, &octets, 100, &waiting->verdict);
    return NULL;
}

static void who_asks_again_while_it_is_decided_waits(void **state)
{
    struct verdict refused = verdict_number(8, "not there"), none;
    struct waiting waiting[4];
    pthread_t threads[4];
    struct update_memory *kept = memory();
    struct hash octets = octets_number(7);

    (void)state;
    assert_false(update_memory_begin(kept, &octets, 100, &none));
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = (struct waiting){.kept = kept};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_again, &waiting[i]), 0);
    }
    update_memory_end(kept, &octets, 100, &refused);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(waiting[i].known);
        assert_int_equal(waiting[i].verdict.rcode, 8);
    }
    update_memory_free(kept);
}

#define HEADER(additional) 0xab, 0xcd, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, (additional)
#define ZONE               4, 'D', 'e', 'm', 'o', 4, 't', 'e', 's', 't', 0, 0, 6, 0, 1
#define OPT                0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0

static const uint8_t plain[] = {HEADER(0), ZONE};
static const uint8_t edns[] = {HEADER(1), ZONE, OPT};

static void form_is_checked(void **state)
{
    uint8_t octets[sizeof(edns)];
    struct update_request request;

    (void)state;
    assert_int_equal(update_request_read(octets_of(plain, sizeof(plain)), &request), SWORN_OK);
    assert_false(request.edns);
    assert_memory_equal(request.zone.wire, "\4demo\4test", 11);
    assert_int_equal(update_request_read(octets_of(edns, sizeof(edns)), &request), SWORN_OK);
    assert_true(request.edns);
    for (size_t size = 0; size < sizeof(edns); size++) {
        assert_int_equal(update_request_read(octets_of(edns, size), &request), SWORN_MALFORMED);
    }
    memcpy(octets, plain, sizeof(plain));
    octets[sizeof(plain) - 1] = 3;
    assert_int_equal(update_request_read(octets_of(octets, sizeof(plain)), &request), SWORN_ABSENT);
    octets[sizeof(plain) - 1] = 1;
    octets[sizeof(plain) - 3] = 1;
    assert_int_equal(update_request_read(octets_of(octets, sizeof(plain)), &request),
                     SWORN_MALFORMED);
}

static void responses_repeat_the_zone_section(void **state)
{
    static const uint8_t expected[] = {0xab, 0xcd, 0xa8, 8, 0, 1, 0, 0, 0, 0, 0, 0, ZONE};
    struct verdict verdict = verdict_number(8, "not there");
    struct update_request request;
    uint8_t response[512];

    (void)state;
    assert_int_equal(update_request_read(octets_of(plain, sizeof(plain)), &request), SWORN_OK);
    assert_int_equal(update_request_answer(&request, &verdict, response, sizeof(response)),
                     sizeof(expected));
    assert_memory_equal(response, expected, sizeof(expected));
    /* A code past 15 has no room without EDNS: refused is what it means. */
    verdict.rcode = 16;
    assert_int_equal(update_request_answer(&request, &verdict, response, sizeof(response)),
                     sizeof(expected));
    assert_int_equal(response[3], 5);
    assert_int_equal(update_request_answer(&request, &verdict, response, 20), 0);
}

static void the_guards_words_go_with_edns(void **state)
{
    struct verdict verdict = verdict_number(0x123, "no");
    struct update_request request;
    uint8_t response[512];
    size_t size;

    (void)state;
    assert_int_equal(update_request_read(octets_of(edns, sizeof(edns)), &request), SWORN_OK);
    size = update_request_answer(&request, &verdict, response, sizeof(response));
    assert_int_equal(size, sizeof(plain) + 11 + 4 + 2 + 2);
    assert_int_equal(response[3] & 15, 3);
    assert_int_equal(response[sizeof(plain) + 5], 0x12);
    assert_memory_equal(response + size - 2, "no", 2);
    verdict = verdict_number(0, "");
    size = update_request_answer(&request, &verdict, response, sizeof(response));
    assert_int_equal(size, sizeof(plain) + 11);
}

static void words_are_not_cut_within_a_character(void **state)
{
    char text[VERDICT_TEXT + 2];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[VERDICT_TEXT + 1] = '\0';
    assert_int_equal(strlen(verdict_of(5, text).text), VERDICT_TEXT - 1);
    text[VERDICT_TEXT - 2] = (char)0xc3;
    text[VERDICT_TEXT - 1] = (char)0xbc;
    assert_int_equal(strlen(verdict_of(5, text).text), VERDICT_TEXT - 2);
    assert_string_equal(verdict_of(5, "short").text, "short");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_answer_is_given_again),
        cmocka_unit_test(an_answer_that_another_attempt_could_better_is_not_kept),
        cmocka_unit_test(what_was_refused_pushes_out_nothing_that_was_accepted),
        cmocka_unit_test(who_asks_again_while_it_is_decided_waits),
        cmocka_unit_test(form_is_checked),
        cmocka_unit_test(responses_repeat_the_zone_section),
        cmocka_unit_test(the_guards_words_go_with_edns),
        cmocka_unit_test(words_are_not_cut_within_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

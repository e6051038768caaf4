/*
 * tsig_test.c - signing and verifying with a shared secret: what others make is accepted, what was
 * touched is not, and the error is the one that RFC 8945 5.2 names.
 */
#include "net/tsig.h"

#include "net/message.h"
#include "net/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1700000000

/* SOA of Zone.example., signed by dnspython 2.3 with key Key.Example., 00 01 .. 1f, at NOW. */
static const char *const vectors[][2] = {
    {"hmac-sha256",
     "123401000001000000000001045a6f6e65076578616d706c650000060001034b6579c01100fa00ff00000000003d"
     "0b686d61632d7368613235360000006553f100012c002037d6dcc519b4a8592b6050fef1a234ad95f216815e3055"
     "13401902a341b35014123400000000"},
    {"hmac-sha384",
     "123401000001000000000001045a6f6e65076578616d706c650000060001034b6579c01100fa00ff00000000004d"
     "0b686d61632d7368613338340000006553f100012c0030df5e915692347f33e0cfe4c48a3d419f272c1ab0332ba8"
     "1a37bbc2b14e6a4c2c289f48c00eed9b62453ac6687477e640123400000000"},
    {"hmac-sha512",
     "123401000001000000000001045a6f6e65076578616d706c650000060001034b6579c01100fa00ff00000000005d"
     "0b686d61632d7368613531320000006553f100012c00401f95cefc7e44e35abccebe35c3cd4392d76a471db9c21d"
     "501df3ea3c3068a220935fe00a7773a3b447c44d43f84086d15580d036c6f4a6bded154d9ffa3d86791234000000"
     "00"},
};

struct world {
    uint8_t secret[32];
    struct tsig_key key;
    uint8_t array[1024];
    struct octets message;
};

static void world_init(struct world *world, size_t vector)
{
    struct writer writer = writer_over(world->array, sizeof(world->array));

    for (uint8_t i = 0; i < 32; i++) {
        world->secret[i] = i;
    }
    world->key =
        (struct tsig_key){.algorithm = vectors[vector][0], .secret = octets_of(world->secret, 32)};
    assert_int_equal(name_from_text(octets_of_text("key.example."), NULL, &world->key.name), 0);
    assert_int_equal(hex_read(octets_of_text(vectors[vector][1]), &writer), SWORN_OK);
    world->message = written(&writer);
}

/* What verifying says at a time; -1 where the message is malformed. */
static int verdict(struct octets message, const struct tsig_key *key, uint64_t now)
{
    struct tsig_chain chain = {.key = key};
    enum tsig_error error;
    struct tsig tsig;

    if (tsig_find(message, &tsig) != SWORN_OK ||
        tsig_verify(message, &tsig, &chain, now, &error) != SWORN_OK) {
        return -1;
    }
    return (int)error;
}

static void what_others_sign_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct world world;

        world_init(&world, i);
        assert_int_equal(verdict(world.message, &world.key, NOW), TSIG_NOERROR);
        assert_int_equal(verdict(world.message, &world.key, NOW + TSIG_FUDGE), TSIG_NOERROR);
        assert_int_equal(verdict(world.message, &world.key, NOW + TSIG_FUDGE + 1), TSIG_BADTIME);
        assert_int_equal(verdict(world.message, &world.key, NOW - TSIG_FUDGE - 1), TSIG_BADTIME);
    }
}

static void what_was_touched_is_refused(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 0);
    for (size_t i = 0; i < world.message.size; i++) {
        /* The id of this hop and the case of the names that sign are not under the MAC. */
        bool free_octet = i < 2;
        int said;

        world.array[i] ^= 0x40;
        said = verdict(world.message, &world.key, NOW);
        world.array[i] ^= 0x40;
        assert_true(free_octet ? said == TSIG_NOERROR : said != TSIG_NOERROR);
    }
}

static void another_key_or_algorithm_is_a_bad_key(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 0);
    world.key.algorithm = "hmac-sha512";
    assert_int_equal(verdict(world.message, &world.key, NOW), TSIG_BADKEY);
    world.key.algorithm = "hmac-sha256";
    world.secret[0] = 1;
    assert_int_equal(verdict(world.message, &world.key, NOW), TSIG_BADSIG);
    name_root(&world.key.name);
    assert_int_equal(verdict(world.message, &world.key, NOW), TSIG_BADKEY);
}

/* Cut the MAC to `size` octets. */
static void cut_mac(struct world *world, size_t size)
{
    size_t mac_at = world->message.size - 6 - 32;

    memmove(world->array + mac_at + size, world->array + mac_at + 32, 6);
    world->array[mac_at - 1] = (uint8_t)size;
    /* The size of RDATA stands before the algorithm's name (13 octets), time and fudge. */
    world->array[mac_at - 2 - 8 - 13 - 1] = (uint8_t)(0x3d - (32 - size));
    world->message.size -= 32 - size;
}

static void truncated_mac_is_told_apart_from_a_wrong_one(void **state)
{
    static const struct {
        size_t size;
        int expected;
    } cases[] = {{31, TSIG_BADTRUNC}, {16, TSIG_BADTRUNC}, {15, -1}, {1, -1}, {0, TSIG_BADSIG}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world world;

        world_init(&world, 0);
        cut_mac(&world, cases[i].size);
        assert_int_equal(verdict(world.message, &world.key, NOW), cases[i].expected);
    }
}

static size_t small_message(uint8_t *array, size_t room, uint16_t id, struct writer *writer)
{
    struct dns_header header = {.id = id, .flags = DNS_FLAG_QR};

    *writer = writer_over(array, room);
    assert_int_equal(dns_write_header(writer, &header), SWORN_OK);
    return writer->used;
}

static void each_message_of_a_transfer_depends_on_the_one_before(void **state)
{
    struct world world;
    struct tsig_chain server, client;
    uint8_t array[3][512];
    struct writer writer[3];
    enum tsig_error error;
    struct tsig tsig;

    (void)state;
    world_init(&world, 0);
    server = (struct tsig_chain){.key = &world.key};
    assert_int_equal(tsig_find(world.message, &tsig), SWORN_OK);
    assert_int_equal(tsig_verify(world.message, &tsig, &server, NOW, &error), SWORN_OK);
    client = server;
    for (int i = 0; i < 3; i++) {
        size_t before = small_message(array[i], sizeof(array[i]), 0x1234, &writer[i]);

        assert_int_equal(tsig_sign(&server, NOW, &writer[i]), SWORN_OK);
        assert_int_equal(writer[i].used - before, tsig_size(&world.key));
    }
    for (int i = 0; i < 3; i++) {
        struct tsig_chain early = client;

        /* Out of order it does not verify. */
        assert_int_equal(tsig_find(written(&writer[2 - i]), &tsig), SWORN_OK);
        assert_int_equal(tsig_verify(written(&writer[2 - i]), &tsig, &early, NOW, &error), 0);
        assert_int_equal(error == TSIG_NOERROR, 2 - i == i);
        assert_int_equal(tsig_find(written(&writer[i]), &tsig), SWORN_OK);
        assert_int_equal(tsig_verify(written(&writer[i]), &tsig, &client, NOW, &error), 0);
        assert_int_equal(error, TSIG_NOERROR);
    }
}

static void tsig_that_is_not_the_last_record_is_malformed(void **state)
{
    struct world world;
    struct tsig tsig;
    size_t at;

    (void)state;
    world_init(&world, 0);
    assert_int_equal(tsig_find(world.message, &tsig), SWORN_OK);
    at = tsig.at;
    /* A second one behind it. */
    memcpy(world.array + world.message.size, world.array + at, world.message.size - at);
    world.array[11] = 2;
    assert_int_equal(tsig_find(octets_of(world.array, 2 * world.message.size - at), &tsig),
                     SWORN_MALFORMED);
    /* In another section. */
    world.array[11] = 0;
    world.array[7] = 1;
    assert_int_equal(tsig_find(world.message, &tsig), SWORN_MALFORMED);
    /* Octets behind it. */
    world.array[11] = 1;
    world.array[7] = 0;
    assert_int_equal(tsig_find(octets_of(world.array, world.message.size + 1), &tsig),
                     SWORN_MALFORMED);
    for (size_t size = 0; size < world.message.size; size++) {
        assert_int_equal(tsig_find(octets_of(world.array, size), &tsig), SWORN_MALFORMED);
    }
}

static void bad_time_is_told_under_a_signature_and_bad_key_without(void **state)
{
    struct world world;
    struct tsig_chain chain;
    struct tsig request, reply;
    uint8_t array[512];
    struct writer writer;
    enum tsig_error error;

    (void)state;
    world_init(&world, 0);
    chain = (struct tsig_chain){.key = &world.key};
    assert_int_equal(tsig_find(world.message, &request), SWORN_OK);
    assert_int_equal(tsig_verify(world.message, &request, &chain, NOW + 1000, &error), SWORN_OK);
    assert_int_equal(error, TSIG_BADTIME);
    small_message(array, sizeof(array), 0x1234, &writer);
    assert_int_equal(tsig_put_error(&chain, &request, error, NOW + 1000, &writer), SWORN_OK);
    assert_int_equal(tsig_find(written(&writer), &reply), SWORN_OK);
    assert_int_equal(reply.error, TSIG_BADTIME);
    assert_int_equal(reply.time, NOW);
    assert_int_equal(reply.other.size, 6);
    assert_int_equal(reply.mac.size, 32);
    small_message(array, sizeof(array), 0x1234, &writer);
    assert_int_equal(tsig_put_error(NULL, &request, TSIG_BADKEY, NOW, &writer), SWORN_OK);
    assert_int_equal(tsig_find(written(&writer), &reply), SWORN_OK);
    assert_int_equal(reply.error, TSIG_BADKEY);
    assert_int_equal(reply.mac.size, 0);
}

static void stripped_message_is_what_was_signed(void **state)
{
    struct world world;
    struct octets stripped;
    struct tsig tsig;

    (void)state;
    world_init(&world, 0);
    assert_int_equal(tsig_find(world.message, &tsig), SWORN_OK);
    stripped = tsig_strip(world.array, &tsig);
    assert_int_equal(stripped.size, 12 + 14 + 4);
    assert_int_equal(world.array[11], 0);
    assert_int_equal(tsig_find(stripped, &tsig), SWORN_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_sign_is_accepted),
        cmocka_unit_test(what_was_touched_is_refused),
        cmocka_unit_test(another_key_or_algorithm_is_a_bad_key),
        cmocka_unit_test(truncated_mac_is_told_apart_from_a_wrong_one),
        cmocka_unit_test(each_message_of_a_transfer_depends_on_the_one_before),
        cmocka_unit_test(tsig_that_is_not_the_last_record_is_malformed),
        cmocka_unit_test(bad_time_is_told_under_a_signature_and_bad_key_without),
        cmocka_unit_test(stripped_message_is_what_was_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

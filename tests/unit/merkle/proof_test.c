/*
 * proof_test.c - what is proven is true, and nothing else can be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/merkle/proof.h"
#include "tests/unit/merkle/reference.h"

#define PROOF_MAX 65536

struct fixture {
    struct region region;
    struct tree tree;
    struct reference reference;
    struct hash root;
    uint8_t room[PROOF_MAX];
};

static void grow(struct fixture *fixture, size_t count, uint64_t *seed)
{
    const struct hash nothing = {0};

    *fixture = (struct fixture){0};
    region_init(&fixture->region, SIZE_MAX / 2);
    assert_int_equal(tree_open(&fixture->tree, MERKLE_ZONE, &nothing, &fixture->region, NULL),
                     SWORN_OK);
    while (fixture->reference.count < count) {
        uint8_t room[TEST_KEY_MAX];
        struct octets key = random_key(seed, room);
        uint64_t value = random_next(seed);

        assert_int_equal(tree_put(&fixture->tree, key, octets_of(&value, sizeof(value))), SWORN_OK);
        reference_put(&fixture->reference, key, value);
    }
    assert_int_equal(tree_root(&fixture->tree, &fixture->root), SWORN_OK);
}

static void shrink(struct fixture *fixture)
{
    reference_free(&fixture->reference);
    region_clear(&fixture->region);
}

static struct octets prove(struct fixture *fixture, struct octets key)
{
    struct writer proof = writer_over(fixture->room, sizeof(fixture->room));

    assert_int_equal(tree_prove(&fixture->tree, key, &proof), SWORN_OK);
    return written(&proof);
}

static struct hash value_hash(const struct fixture *fixture, size_t index)
{
    struct hash hash;

    assert_int_equal(sha256_one(reference_value(&fixture->reference.entries[index]), &hash),
                     SWORN_OK);
    return hash;
}

static bool shows_present(struct octets proof, struct octets key, const struct hash *value,
                          const struct hash *root)
{
    return merkle_verify_present(MERKLE_ZONE, proof, key, value, root) == SWORN_OK;
}

static bool shows_absent(struct octets proof, struct octets key, const struct hash *root)
{
    return merkle_verify_absent(MERKLE_ZONE, proof, key, root) == SWORN_OK;
}

static void each_key_is_proven_present_or_absent_and_never_both(void **state)
{
    uint64_t seed = 21;

    (void)state;
    for (size_t count = 0; count < 80; count++) {
        struct fixture fixture;

        grow(&fixture, count, &seed);
        for (size_t i = 0; i < count; i++) {
            struct octets key = reference_key(&fixture.reference.entries[i]);
            struct octets proof = prove(&fixture, key);
            struct hash value = value_hash(&fixture, i);

            assert_true(shows_present(proof, key, &value, &fixture.root));
            assert_false(shows_absent(proof, key, &fixture.root));
            value.octets[0] ^= 1;
            assert_false(shows_present(proof, key, &value, &fixture.root));
        }
        for (size_t i = 0; i < 50; i++) {
            uint8_t room[TEST_KEY_MAX];
            struct octets key = random_key(&seed, room);
            struct octets proof = prove(&fixture, key);

            assert_int_equal(shows_absent(proof, key, &fixture.root),
                             !reference_has(&fixture.reference, key));
        }
        shrink(&fixture);
    }
}

static void a_proof_for_one_key_proves_nothing_wrong_about_another(void **state)
{
    struct fixture fixture;
    uint64_t seed = 22;

    (void)state;
    grow(&fixture, 60, &seed);
    for (size_t i = 0; i < 300; i++) {
        uint8_t room[TEST_KEY_MAX];
        struct octets proof = prove(&fixture, random_key(&seed, room));

        for (size_t j = 0; j < fixture.reference.count; j++) {
            struct octets present = reference_key(&fixture.reference.entries[j]);

            assert_false(shows_absent(proof, present, &fixture.root));
        }
        for (size_t j = 0; j < 50; j++) {
            struct octets other = random_key(&seed, room);
            struct hash value = value_hash(&fixture, j);

            assert_false(shows_present(proof, other, &value, &fixture.root) &&
                         !reference_has(&fixture.reference, other));
        }
    }
    shrink(&fixture);
}

static void no_proof_with_a_changed_bit_or_another_length_is_believed(void **state)
{
    struct fixture fixture;
    uint64_t seed = 23;

    (void)state;
    grow(&fixture, 30, &seed);
    for (size_t i = 0; i < 30; i++) {
        uint8_t room[TEST_KEY_MAX];
        struct octets key = reference_key(&fixture.reference.entries[i]);
        struct octets absent = random_key(&seed, room);
        struct octets proof = prove(&fixture, key);
        struct hash value = value_hash(&fixture, i);

        for (size_t bit = 0; bit < proof.size * 8; bit++) {
            fixture.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            assert_false(shows_present(proof, key, &value, &fixture.root));
            assert_false(shows_absent(proof, key, &fixture.root));
            fixture.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
        proof = prove(&fixture, absent);
        for (size_t bit = 0; bit < proof.size * 8; bit++) {
            fixture.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            assert_false(shows_absent(proof, absent, &fixture.root));
            fixture.room[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        }
        for (size_t size = 0; size < proof.size; size++) {
            assert_false(shows_absent(octets_of(proof.data, size), absent, &fixture.root));
        }
        proof.size++;
        assert_false(shows_absent(proof, absent, &fixture.root));
    }
    shrink(&fixture);
}

static void a_proof_holds_for_its_own_kind_of_tree_only(void **state)
{
    struct fixture fixture;
    uint64_t seed = 24;
    struct octets key;
    struct octets proof;
    struct hash value;

    (void)state;
    grow(&fixture, 1, &seed);
    key = reference_key(&fixture.reference.entries[0]);
    proof = prove(&fixture, key);
    value = value_hash(&fixture, 0);
    assert_int_equal(merkle_verify_present(MERKLE_ZONE, proof, key, &value, &fixture.root),
                     SWORN_OK);
    assert_int_equal(merkle_verify_present(MERKLE_TOP, proof, key, &value, &fixture.root),
                     SWORN_PROOF);
    shrink(&fixture);
}

static void only_the_empty_tree_is_proven_empty(void **state)
{
    const uint8_t empty[] = {0, 0, 0};
    const struct hash nothing = {0};
    const struct hash something = {{1}};
    struct octets proof = octets_of(empty, sizeof(empty));

    (void)state;
    assert_int_equal(merkle_verify_absent(MERKLE_ZONE, proof, octets_of_text("k"), &nothing),
                     SWORN_OK);
    assert_int_equal(merkle_verify_absent(MERKLE_ZONE, proof, octets_of_text("k"), &something),
                     SWORN_PROOF);
}

static void crit_bits_that_do_not_grow_are_malformed(void **state)
{
    uint8_t room[256];
    struct writer proof = writer_over(room, sizeof(room));
    struct hash sibling = {{1}};

    (void)state;
    assert_int_equal(write_u16(&proof, 2), SWORN_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(write_u16(&proof, 5), SWORN_OK);
        assert_int_equal(write_hash(&proof, &sibling), SWORN_OK);
    }
    assert_int_equal(write_u8(&proof, 0), SWORN_OK);
    assert_int_equal(merkle_verify_present(MERKLE_ZONE, written(&proof), octets_of_text("k"),
                                           &sibling, &sibling),
                     SWORN_MALFORMED);
}

static void proofs_are_the_same_from_a_tree_that_is_only_in_pages(void **state)
{
    struct store *store = calloc(1, sizeof(*store));
    struct tree_source source = store_source(store);
    const struct hash nothing = {0};
    struct fixture fixture;
    struct tree old;
    uint64_t seed = 25;

    (void)state;
    grow(&fixture, 300, &seed);
    assert_int_equal(tree_open(&old, MERKLE_ZONE, &nothing, &fixture.region, NULL), SWORN_OK);
    store_commit(store, &old, &fixture.tree, 300);
    for (size_t i = 0; i < 100; i++) {
        uint8_t room[TEST_KEY_MAX];
        uint8_t other_room[4096];
        struct writer other = writer_over(other_room, sizeof(other_room));
        struct octets key = random_key(&seed, room);
        struct tree paged;

        assert_int_equal(tree_open(&paged, MERKLE_ZONE, &fixture.root, &fixture.region, &source),
                         SWORN_OK);
        assert_int_equal(tree_prove(&paged, key, &other), SWORN_OK);
        assert_true(octets_equal(prove(&fixture, key), written(&other)));
    }
    store_free(store);
    free(store);
    shrink(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_key_is_proven_present_or_absent_and_never_both),
        cmocka_unit_test(a_proof_for_one_key_proves_nothing_wrong_about_another),
        cmocka_unit_test(no_proof_with_a_changed_bit_or_another_length_is_believed),
        cmocka_unit_test(a_proof_holds_for_its_own_kind_of_tree_only),
        cmocka_unit_test(only_the_empty_tree_is_proven_empty),
        cmocka_unit_test(crit_bits_that_do_not_grow_are_malformed),
        cmocka_unit_test(proofs_are_the_same_from_a_tree_that_is_only_in_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

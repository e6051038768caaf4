/*
 * log_test.c - the log against the definition in RFC 6962 2.1 and the test data of Certificate
 * Transparency.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/merkle/log.h"

#define SIZES 70

static void assert_hex(struct hash hash, const char *expected)
{
    char hex[2 * HASH_SIZE + 1];

    for (size_t i = 0; i < HASH_SIZE; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", hash.octets[i]);
    }
    assert_string_equal(hex, expected);
}

static void roots_are_those_of_certificate_transparency(void **state)
{
    static const struct {
        const char *entry;
        size_t size;
        const char *root;
    } steps[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    struct log_peaks peaks = {0};
    struct hash leaf, root;

    (void)state;
    assert_int_equal(log_root(&peaks, &root), SWORN_OK);
    assert_hex(root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        assert_int_equal(log_leaf_hash(octets_of(steps[i].entry, steps[i].size), &leaf), SWORN_OK);
        assert_int_equal(log_append(&peaks, &leaf), SWORN_OK);
        assert_int_equal(log_root(&peaks, &root), SWORN_OK);
        assert_hex(root, steps[i].root);
    }
}

/* Entry i is the octet i. */
static struct hash leaf_of(uint64_t index)
{
    uint8_t entry = (uint8_t)index;
    struct hash hash;

    assert_int_equal(log_leaf_hash(octets_of(&entry, 1), &hash), SWORN_OK);
    return hash;
}

/** MTH of RFC 6962 2.1 over [first, first + count). */
static struct hash mth(uint64_t first, uint64_t count)
{
    uint8_t node[1 + 2 * HASH_SIZE] = {1};
    struct hash part, hash;
    uint64_t split = 1;

    if (count == 1) {
        return leaf_of(first);
    }
    while (split * 2 < count) {
        split *= 2;
    }
    part = mth(first, split);
    memcpy(node + 1, part.octets, HASH_SIZE);
    part = mth(first + split, count - split);
    memcpy(node + 1 + HASH_SIZE, part.octets, HASH_SIZE);
    assert_int_equal(sha256_one(octets_of(node, sizeof(node)), &hash), SWORN_OK);
    return hash;
}

/** PATH of RFC 6962 2.1.1, nearest sibling first. */
static void path_of(uint64_t index, uint64_t first, uint64_t count, struct writer *path)
{
    uint64_t split = 1;
    struct hash sibling;

    if (count == 1) {
        return;
    }
    while (split * 2 < count) {
        split *= 2;
    }
    if (index < split) {
        path_of(index, first, split, path);
        sibling = mth(first + split, count - split);
    } else {
        path_of(index - split, first + split, count - split, path);
        sibling = mth(first, split);
    }
    assert_int_equal(write_hash(path, &sibling), SWORN_OK);
}

static enum sworn_result subtree(void *context, unsigned level, uint64_t index, struct hash *hash)
{
    uint64_t leaves = (uint64_t)1 << level;

    /* Only complete subtrees exist in a store. */
    assert_true((index + 1) * leaves <= *(const uint64_t *)context);
    *hash = mth(index * leaves, leaves);
    return SWORN_OK;
}

static void every_entry_of_every_size_is_proven(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= SIZES; size++) {
        struct log_source source = {.context = &size, .subtree = subtree};
        struct hash root = mth(0, size);

        for (uint64_t index = 0; index < size; index++) {
            uint8_t room[64 * HASH_SIZE];
            uint8_t expected_room[64 * HASH_SIZE];
            struct writer path = writer_over(room, sizeof(room));
            struct writer expected = writer_over(expected_room, sizeof(expected_room));
            struct hash leaf = leaf_of(index);

            path_of(index, 0, size, &expected);
            assert_int_equal(log_prove_inclusion(&source, index, size, &path), SWORN_OK);
            assert_true(octets_equal(written(&path), written(&expected)));
            assert_int_equal(log_verify_inclusion(&leaf, index, size, written(&path), &root),
                             SWORN_OK);
        }
    }
}

static void loaded_peaks_are_those_that_appending_makes(void **state)
{
    struct log_peaks peaks = {0};

    (void)state;
    for (uint64_t size = 1; size <= SIZES; size++) {
        struct log_source source = {.context = &size, .subtree = subtree};
        struct log_peaks loaded;
        struct hash leaf = leaf_of(size - 1);
        struct hash root;
        struct hash expected = mth(0, size);

        assert_int_equal(log_append(&peaks, &leaf), SWORN_OK);
        assert_int_equal(log_load_peaks(&source, size, &loaded), SWORN_OK);
        assert_memory_equal(loaded.peaks, peaks.peaks, log_peak_count(size) * HASH_SIZE);
        assert_int_equal(log_root(&loaded, &root), SWORN_OK);
        assert_memory_equal(root.octets, expected.octets, HASH_SIZE);
    }
}

/** Whether entry `index` of `size` could be shown with a path made for another place. */
static void no_path_shows_another_place(uint64_t made_index, uint64_t made_size)
{
    struct log_source source = {.context = &made_size, .subtree = subtree};
    uint8_t room[64 * HASH_SIZE];
    struct writer path = writer_over(room, sizeof(room));
    struct hash leaf = leaf_of(made_index);
    struct hash root = mth(0, made_size);

    assert_int_equal(log_prove_inclusion(&source, made_index, made_size, &path), SWORN_OK);
    for (uint64_t index = 0; index < 20; index++) {
        struct hash other = leaf_of(index);

        assert_int_equal(log_verify_inclusion(&other, index, made_size, written(&path), &root) ==
                             SWORN_OK,
                         index == made_index);
        assert_int_equal(log_verify_inclusion(&leaf, index, made_size, written(&path), &root) ==
                             SWORN_OK,
                         index == made_index);
    }
    for (size_t bit = 0; bit < path.used * 8; bit += 7) {
        room[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(log_verify_inclusion(&leaf, made_index, made_size, written(&path), &root),
                         SWORN_PROOF);
        room[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    path.used += HASH_SIZE;
    assert_int_equal(log_verify_inclusion(&leaf, made_index, made_size, written(&path), &root),
                     SWORN_PROOF);
    path.used -= 1;
    assert_int_equal(log_verify_inclusion(&leaf, made_index, made_size, written(&path), &root),
                     SWORN_MALFORMED);
}

static void no_path_shows_what_is_not_there(void **state)
{
    struct hash leaf = leaf_of(0);

    (void)state;
    for (uint64_t size = 1; size < 20; size++) {
        for (uint64_t index = 0; index < size; index++) {
            no_path_shows_another_place(index, size);
        }
    }
    assert_int_equal(log_verify_inclusion(&leaf, 0, 0, octets_of(NULL, 0), &leaf), SWORN_PROOF);
    assert_int_equal(log_verify_inclusion(&leaf, 1, 1, octets_of(NULL, 0), &leaf), SWORN_PROOF);
}

static void an_absurd_size_ends(void **state)
{
    uint8_t path[64 * HASH_SIZE] = {0};
    struct hash leaf = leaf_of(0);
    struct log_peaks peaks = {.size = UINT64_MAX};

    (void)state;
    assert_int_equal(log_verify_inclusion(&leaf, UINT64_MAX - 1, UINT64_MAX,
                                          octets_of(path, sizeof(path)), &leaf),
                     SWORN_PROOF);
    assert_int_equal(log_append(&peaks, &leaf), SWORN_LIMIT);
}

static struct log_entry example(void)
{
    return (struct log_entry){
        .kind = LOG_UPDATE,
        .epoch = 7,
        .zone_id = {{1}},
        .apex = octets_of_text("example."),
        .zone_before = {{2}},
        .zone_after = {{3}},
        .top_after = {{4}},
        .guard = {{5}},
        .environment = {{6}},
        .policy = {{7}},
        .state = {{8}},
        .argument = {{9}},
        .serial = 2024010100,
        .time = 1700000000,
    };
}

static void an_entry_is_read_as_it_was_written(void **state)
{
    uint8_t room[LOG_ENTRY_MAX];
    uint8_t again[LOG_ENTRY_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct writer other = writer_over(again, sizeof(again));
    struct log_entry entry = example();
    struct log_entry read;

    (void)state;
    assert_int_equal(log_entry_write(&entry, &writer), SWORN_OK);
    assert_int_equal(log_entry_read(written(&writer), &read), SWORN_OK);
    assert_int_equal(read.kind, LOG_UPDATE);
    assert_int_equal(read.epoch, 7);
    assert_true(octets_equal(read.apex, entry.apex));
    assert_int_equal(read.top_after.octets[0], 4);
    assert_int_equal(read.argument.octets[0], 9);
    assert_int_equal(read.serial, 2024010100);
    assert_int_equal(read.time, 1700000000);
    assert_int_equal(log_entry_write(&read, &other), SWORN_OK);
    assert_true(octets_equal(written(&writer), written(&other)));
}

static void an_entry_of_another_form_is_malformed(void **state)
{
    uint8_t room[LOG_ENTRY_MAX];
    struct writer writer = writer_over(room, sizeof(room));
    struct log_entry entry = example();
    struct log_entry read;

    (void)state;
    assert_int_equal(log_entry_write(&entry, &writer), SWORN_OK);
    for (size_t size = 0; size < writer.used; size++) {
        assert_int_equal(log_entry_read(octets_of(room, size), &read), SWORN_MALFORMED);
    }
    assert_int_equal(log_entry_read(octets_of(room, writer.used + 1), &read), SWORN_MALFORMED);
    room[1] = 2;
    assert_int_equal(log_entry_read(written(&writer), &read), SWORN_MALFORMED);
    room[1] = 1;
    room[2] = 6;
    assert_int_equal(log_entry_read(written(&writer), &read), SWORN_MALFORMED);
    room[2] = 0;
    assert_int_equal(log_entry_read(written(&writer), &read), SWORN_MALFORMED);
    entry.apex.size = 0;
    assert_int_equal(log_entry_write(&entry, &writer), SWORN_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_of_certificate_transparency),
        cmocka_unit_test(every_entry_of_every_size_is_proven),
        cmocka_unit_test(loaded_peaks_are_those_that_appending_makes),
        cmocka_unit_test(no_path_shows_what_is_not_there),
        cmocka_unit_test(an_absurd_size_ends),
        cmocka_unit_test(an_entry_is_read_as_it_was_written),
        cmocka_unit_test(an_entry_of_another_form_is_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * cursor_test.c - octets are taken apart and put together within their bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cursor/reader.h"
#include "core/cursor/writer.h"

static void integers_are_big_endian_both_ways(void **state)
{
    static const uint8_t expected[] = {1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t room[sizeof(expected)];
    struct writer writer = writer_over(room, sizeof(room));
    struct reader reader;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    (void)state;
    assert_int_equal(write_u8(&writer, 1), SWORN_OK);
    assert_int_equal(write_u16(&writer, 0x0102), SWORN_OK);
    assert_int_equal(write_u32(&writer, 0x01020304), SWORN_OK);
    assert_int_equal(write_u64(&writer, 0x0102030405060708), SWORN_OK);
    assert_memory_equal(room, expected, sizeof(expected));
    assert_int_equal(write_u8(&writer, 1), SWORN_LIMIT);

    reader = reader_of(written(&writer));
    assert_int_equal(read_u8(&reader, &u8), SWORN_OK);
    assert_int_equal(read_u16(&reader, &u16), SWORN_OK);
    assert_int_equal(read_u32(&reader, &u32), SWORN_OK);
    assert_int_equal(read_end(&reader), SWORN_MALFORMED);
    assert_int_equal(read_u64(&reader, &u64), SWORN_OK);
    assert_int_equal(u16, 0x0102);
    assert_int_equal(u32, 0x01020304);
    assert_int_equal(u64, 0x0102030405060708);
    assert_int_equal(read_end(&reader), SWORN_OK);
}

static void a_failed_read_leaves_the_reader_where_it_was(void **state)
{
    static const uint8_t octets[] = {0, 5, 'a', 'b', 'c'};
    struct reader reader = reader_of(octets_of(octets, sizeof(octets)));
    struct octets slice;
    struct hash hash;
    uint64_t u64;

    (void)state;
    assert_int_equal(read_u64(&reader, &u64), SWORN_MALFORMED);
    assert_int_equal(read_hash(&reader, &hash), SWORN_MALFORMED);
    assert_int_equal(read_slice(&reader, 6, &slice), SWORN_MALFORMED);
    assert_int_equal(read_slice(&reader, SIZE_MAX, &slice), SWORN_MALFORMED);
    assert_int_equal(read_slice_u16(&reader, &slice), SWORN_MALFORMED);
    assert_int_equal(read_slice_u32(&reader, &slice), SWORN_MALFORMED);
    assert_int_equal(reader_left(&reader), 5);
    assert_int_equal(read_slice_u8(&reader, &slice), SWORN_OK);
    assert_int_equal(slice.size, 0);
    assert_int_equal(read_slice_u8(&reader, &slice), SWORN_MALFORMED);
    assert_int_equal(read_rest(&reader).size, 4);
    assert_int_equal(read_end(&reader), SWORN_OK);
}

static void nothing_is_read_from_nothing(void **state)
{
    struct reader reader = reader_of(octets_of(NULL, 0));
    struct octets slice;
    uint8_t u8;

    (void)state;
    assert_int_equal(read_u8(&reader, &u8), SWORN_MALFORMED);
    assert_int_equal(read_slice(&reader, 0, &slice), SWORN_OK);
    assert_int_equal(read_end(&reader), SWORN_OK);
}

static void slices_are_read_as_they_were_written(void **state)
{
    struct region region;
    struct writer writer;
    struct reader reader;
    struct octets text = octets_of_text("some octets");
    struct octets slice;

    (void)state;
    region_init(&region, 1 << 16);
    writer = writer_in(&region, 1 << 12);
    assert_int_equal(write_slice_u8(&writer, text), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, text), SWORN_OK);
    assert_int_equal(write_slice_u32(&writer, text), SWORN_OK);
    reader = reader_of(written(&writer));
    assert_int_equal(read_slice_u8(&reader, &slice), SWORN_OK);
    assert_true(octets_equal(slice, text));
    assert_int_equal(read_slice_u16(&reader, &slice), SWORN_OK);
    assert_true(octets_equal(slice, text));
    assert_int_equal(read_slice_u32(&reader, &slice), SWORN_OK);
    assert_true(octets_equal(slice, text));
    region_clear(&region);
}

static void a_length_that_does_not_fit_is_refused(void **state)
{
    static uint8_t octets[256];
    uint8_t room[512];
    struct writer writer = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(write_slice_u8(&writer, octets_of(octets, 256)), SWORN_LIMIT);
    assert_int_equal(write_slice_u8(&writer, octets_of(octets, 255)), SWORN_OK);
    assert_int_equal(writer.used, 256);
}

static void a_growing_writer_stops_at_its_limit_and_at_its_regions(void **state)
{
    struct region region;
    struct writer writer;

    (void)state;
    region_init(&region, 1 << 20);
    writer = writer_in(&region, 1000);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(write_u8(&writer, (uint8_t)i), SWORN_OK);
    }
    assert_int_equal(write_u8(&writer, 0), SWORN_LIMIT);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(writer.start[i], (uint8_t)i);
    }
    region_clear(&region);

    region_init(&region, 40000);
    writer = writer_in(&region, SIZE_MAX / 2);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(write_u64(&writer, i), SWORN_OK);
    }
    while (write_u64(&writer, 1) == SWORN_OK) {
    }
    assert_int_equal(write_u64(&writer, 1), SWORN_NO_MEMORY);
    assert_true(region.used <= region.cap);
    region_clear(&region);
}

static void a_small_limit_is_a_limit_too(void **state)
{
    struct region region;
    struct writer writer;

    (void)state;
    region_init(&region, 1 << 16);
    writer = writer_in(&region, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(write_u8(&writer, 0), SWORN_OK);
    }
    assert_int_equal(write_u8(&writer, 0), SWORN_LIMIT);
    region_clear(&region);
}

static void no_octets_are_written_and_read(void **state)
{
    struct region region;
    struct writer writer;

    (void)state;
    region_init(&region, 1 << 16);
    writer = writer_in(&region, 0);
    assert_int_equal(write_octets(&writer, octets_of(NULL, 0)), SWORN_OK);
    assert_int_equal(written(&writer).size, 0);
    assert_int_equal(write_u8(&writer, 0), SWORN_LIMIT);
    region_clear(&region);
}

static void a_length_is_patched_only_where_something_was_written(void **state)
{
    uint8_t room[8];
    struct writer writer = writer_over(room, sizeof(room));

    (void)state;
    assert_int_equal(write_u16_at(&writer, 0, 7), SWORN_LIMIT);
    assert_int_equal(write_u32(&writer, 0), SWORN_OK);
    assert_int_equal(write_u16_at(&writer, 2, 0x0102), SWORN_OK);
    assert_int_equal(room[3], 2);
    assert_int_equal(write_u16_at(&writer, 3, 7), SWORN_LIMIT);
    assert_int_equal(write_u16_at(&writer, SIZE_MAX, 7), SWORN_LIMIT);
}

static void release(void *object)
{
    char **at = object;

    *(*at)++ = 'x';
}

struct named {
    char **log;
    char name;
};

static void note(void *object)
{
    struct named *named = object;

    *(*named->log)++ = named->name;
}

static void an_array_grows_and_keeps_what_it_holds(void **state)
{
    struct region region;
    uint32_t *items = NULL;
    size_t capacity = 0, count = 0;
    enum sworn_result result = SWORN_OK;

    (void)state;
    region_init(&region, (size_t)1024 * 1024);
    while ((result = region_grow(&region, &items, count, &capacity, sizeof(*items))) == SWORN_OK) {
        assert_true(count < capacity);
        items[count] = (uint32_t)count * 3;
        count++;
    }
    assert_int_equal(result, SWORN_NO_MEMORY);
    assert_int_equal(count, capacity);
    assert_true(count >= 16384);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(items[i], i * 3);
    }
    region_clear(&region);
}

static void a_region_is_capped_and_releases_newest_first(void **state)
{
    char log[8] = {0};
    char *end = log;
    struct named first = {&end, '1'};
    struct named second = {&end, '2'};
    struct region region;
    void *memory;

    (void)state;
    region_init(&region, 100000);
    assert_int_equal(region_alloc(&region, 100001, &memory), SWORN_NO_MEMORY);
    assert_int_equal(region_array(&region, SIZE_MAX, 16, &memory), SWORN_NO_MEMORY);
    assert_int_equal(region_alloc(&region, SIZE_MAX, &memory), SWORN_NO_MEMORY);
    assert_int_equal(region_defer(&region, note, &first), SWORN_OK);
    assert_int_equal(region_defer(&region, note, &second), SWORN_OK);
    while (region_alloc(&region, 1000, &memory) == SWORN_OK) {
        assert_int_equal((uintptr_t)memory % 16, 0);
        assert_int_equal(((uint8_t *)memory)[999], 0);
        memset(memory, 0xff, 1000);
    }
    assert_true(region.used <= region.cap);
    region_clear(&region);
    assert_string_equal(log, "21");
    assert_int_equal(region_alloc(&region, 50000, &memory), SWORN_OK);
    region_clear(&region);
}

static void what_cannot_be_deferred_is_released_at_once(void **state)
{
    char log[8] = {0};
    char *end = log;
    struct region region;

    (void)state;
    region_init(&region, 10);
    assert_int_equal(region_defer(&region, release, &end), SWORN_NO_MEMORY);
    assert_string_equal(log, "x");
    region_clear(&region);
}

static void a_reason_never_passes_its_array(void **state)
{
    struct reason reason;
    char text[2000];

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    assert_int_equal(because(&reason, SWORN_LIMIT, "%s", text), SWORN_LIMIT);
    assert_int_equal(strlen(reason.text), sizeof(reason.text) - 1);
    assert_int_equal(because(NULL, SWORN_PROOF, "%s", text), SWORN_PROOF);
    for (int result = SWORN_OK; result <= SWORN_CONFLICT; result++) {
        assert_non_null(result_name((enum sworn_result)result));
        assert_string_not_equal(result_name((enum sworn_result)result), "unknown");
    }
    assert_string_equal(result_name((enum sworn_result)99), "unknown");
}

static void order_of_octets_is_that_of_canonical_names(void **state)
{
    struct octets a = octets_of("a", 1);
    struct octets a_zero = octets_of("a\0", 2);
    struct octets high = octets_of("\xff", 1);

    (void)state;
    assert_true(octets_compare(a, a_zero) < 0);
    assert_true(octets_compare(a_zero, a) > 0);
    assert_true(octets_compare(high, a) > 0);
    assert_int_equal(octets_compare(a, a), 0);
    assert_true(octets_compare(octets_of(NULL, 0), a) < 0);
    assert_true(octets_equal(octets_of(NULL, 0), octets_of("x", 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_big_endian_both_ways),
        cmocka_unit_test(a_failed_read_leaves_the_reader_where_it_was),
        cmocka_unit_test(nothing_is_read_from_nothing),
        cmocka_unit_test(slices_are_read_as_they_were_written),
        cmocka_unit_test(a_length_that_does_not_fit_is_refused),
        cmocka_unit_test(a_growing_writer_stops_at_its_limit_and_at_its_regions),
        cmocka_unit_test(a_small_limit_is_a_limit_too),
        cmocka_unit_test(no_octets_are_written_and_read),
        cmocka_unit_test(a_length_is_patched_only_where_something_was_written),
        cmocka_unit_test(an_array_grows_and_keeps_what_it_holds),
        cmocka_unit_test(a_region_is_capped_and_releases_newest_first),
        cmocka_unit_test(what_cannot_be_deferred_is_released_at_once),
        cmocka_unit_test(a_reason_never_passes_its_array),
        cmocka_unit_test(order_of_octets_is_that_of_canonical_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

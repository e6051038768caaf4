/*
 * clean.c - what a denial chain leaves behind; see clean.h.
 *
 * LOCAL_CLEANING = u16 type ‖ key of the last row that was looked at (empty at the beginning)
 */
#include "host/commit/clean.h"

#define LOOKED_AT_MAX 20000 /* rows in one transaction */

struct cleaning {
    struct store_view *view;
    struct zone_row row;
    uint16_t type;
    struct row_key at; /* with the zone's number */
};

static enum sworn_result read_cleaning(struct cleaning *cleaning)
{
    struct row_key local;
    struct octets value;
    struct reader reader;

    row_of_local(cleaning->row.number, LOCAL_CLEANING, &local);
    SWORN_TRY(store_get(cleaning->view, STORE_LOCAL, row_octets(&local), &value));
    reader = reader_of(value);
    SWORN_TRY(read_u16(&reader, &cleaning->type));
    row_of_zone(cleaning->row.number, read_rest(&reader), &cleaning->at);
    return SWORN_OK;
}

static enum sworn_result write_cleaning(const struct cleaning *cleaning)
{
    uint8_t memory[2 + ROW_KEY_MAX];
    struct writer writer = writer_over(memory, sizeof(memory));
    struct row_key local;

    row_of_local(cleaning->row.number, LOCAL_CLEANING, &local);
    SWORN_TRY(write_u16(&writer, cleaning->type));
    SWORN_TRY(write_octets(&writer, octets_of(cleaning->at.octets + sizeof(uint32_t),
                                              cleaning->at.size - sizeof(uint32_t))));
    return store_put(cleaning->view, STORE_LOCAL, row_octets(&local), written(&writer));
}

static bool is_of_type(struct octets key, uint16_t type)
{
    return !nsec3_is_leaf_key(key) && key.size >= 3 &&
           key.data[key.size - 2] == (uint8_t)(type >> 8) &&
           key.data[key.size - 1] == (uint8_t)type;
}

/* The next row of the zone; SWORN_ABSENT behind its last. */
static enum sworn_result next_row(struct cleaning *cleaning, bool *goes)
{
    struct row_key prefix;
    struct octets found, value;

    row_of_zone(cleaning->row.number, octets_of(NULL, 0), &prefix);
    SWORN_TRY(
        store_next(cleaning->view, STORE_SETS, row_octets(&cleaning->at), true, &found, &value));
    SWORN_ENSURE(found.size >= prefix.size && found.size <= sizeof(cleaning->at.octets) &&
                     memcmp(found.data, prefix.octets, prefix.size) == 0,
                 SWORN_ABSENT);
    memcpy(cleaning->at.octets, found.data, found.size);
    cleaning->at.size = found.size;
    *goes =
        is_of_type(octets_of(found.data + prefix.size, found.size - prefix.size), cleaning->type);
    return SWORN_OK;
}

static enum sworn_result some_rows(struct cleaning *cleaning)
{
    for (size_t i = 0; i < LOOKED_AT_MAX; i++) {
        bool goes;

        SWORN_TRY(next_row(cleaning, &goes));
        if (goes) {
            SWORN_TRY(store_delete(cleaning->view, STORE_SETS, row_octets(&cleaning->at)));
            cleaning->row.sets--;
        }
    }
    return SWORN_OK;
}

bool clean_is_owed(struct store_view *view, uint32_t number)
{
    struct row_key local;
    struct octets value;

    row_of_local(number, LOCAL_CLEANING, &local);
    return store_get(view, STORE_LOCAL, row_octets(&local), &value) == SWORN_OK;
}

enum sworn_result clean_rows(struct store_view *view, const struct hash *zone_id, bool *left)
{
    struct cleaning cleaning = {.view = view};
    struct row_key local;
    enum sworn_result result;

    *left = false;
    SWORN_TRY(zone_row_get(view, zone_id, &cleaning.row));
    result = read_cleaning(&cleaning);
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    result = some_rows(&cleaning);
    SWORN_ENSURE(result == SWORN_OK || result == SWORN_ABSENT, result);
    SWORN_TRY(zone_row_put(view, zone_id, &cleaning.row));
    *left = result == SWORN_OK;
    if (*left) {
        return write_cleaning(&cleaning);
    }
    row_of_local(cleaning.row.number, LOCAL_CLEANING, &local);
    return store_delete(view, STORE_LOCAL, row_octets(&local));
}

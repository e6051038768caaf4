/*
 * module.c - see module.h.
 */
#include "cli/guard/module.h"

#include "core/cursor/reader.h"

enum section_id {
    SECTION_CUSTOM = 0,
    SECTION_IMPORT = 2,
    SECTION_FUNCTION = 3,
    SECTION_TABLE = 4,
    SECTION_MEMORY = 5,
    SECTION_EXPORT = 7,
    SECTION_START = 8,
    SECTION_CODE = 10,
    SECTION_DATA = 11,
};

enum item_kind { ITEM_FUNCTION, ITEM_TABLE, ITEM_MEMORY, ITEM_GLOBAL };

/* LEB128, of 32 bits at most. */
static enum sworn_result read_leb(struct reader *reader, uint32_t *value)
{
    uint8_t octet;

    *value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        SWORN_TRY(read_u8(reader, &octet));
        *value |= (uint32_t)(octet & 127) << shift;
        if (octet < 128) {
            return SWORN_OK;
        }
    }
    return SWORN_MALFORMED;
}

static enum sworn_result read_name(struct reader *reader, struct octets *name)
{
    uint32_t size;

    SWORN_TRY(read_leb(reader, &size));
    return read_slice(reader, size, name);
}

/* u8 flags ‖ least ‖ (flag 1) most */
static enum sworn_result read_bounds(struct reader *reader, uint32_t *least)
{
    uint32_t most;
    uint8_t flags;

    SWORN_TRY(read_u8(reader, &flags));
    SWORN_TRY(read_leb(reader, least));
    return (flags & 1) != 0 ? read_leb(reader, &most) : SWORN_OK;
}

/* What follows the kind of an import, by kind. */
static enum sworn_result skip_type(struct reader *reader, uint8_t kind)
{
    uint32_t number;
    uint8_t octet;

    switch (kind) {
    case ITEM_FUNCTION:
        return read_leb(reader, &number);
    case ITEM_TABLE:
        SWORN_TRY(read_u8(reader, &octet));
        return read_bounds(reader, &number);
    case ITEM_MEMORY:
        return read_bounds(reader, &number);
    case ITEM_GLOBAL:
        SWORN_TRY(read_u8(reader, &octet));
        return read_u8(reader, &octet);
    default:
        return SWORN_MALFORMED;
    }
}

/* An entry takes three octets at least, so a count is never larger than what is left. */
static enum sworn_result items_begin(struct reader *reader, struct region *region,
                                     struct module_items *items, uint32_t *count)
{
    void *memory;

    SWORN_TRY(read_leb(reader, count));
    SWORN_ENSURE(*count <= reader_left(reader) / 3, SWORN_MALFORMED);
    SWORN_TRY(region_array(region, *count, sizeof(struct module_item), &memory));
    *items = (struct module_items){.items = memory};
    return SWORN_OK;
}

static enum sworn_result read_imports(struct reader *reader, struct region *region,
                                      struct module_items *items)
{
    uint32_t count;

    SWORN_TRY(items_begin(reader, region, items, &count));
    while (items->count < count) {
        struct module_item *item = &items->items[items->count];

        SWORN_TRY(read_name(reader, &item->module));
        SWORN_TRY(read_name(reader, &item->name));
        SWORN_TRY(read_u8(reader, &item->kind));
        SWORN_TRY(skip_type(reader, item->kind));
        items->count++;
    }
    return SWORN_OK;
}

static enum sworn_result read_exports(struct reader *reader, struct region *region,
                                      struct module_items *items)
{
    uint32_t count, index;

    SWORN_TRY(items_begin(reader, region, items, &count));
    while (items->count < count) {
        struct module_item *item = &items->items[items->count];

        SWORN_TRY(read_name(reader, &item->name));
        SWORN_TRY(read_u8(reader, &item->kind));
        SWORN_TRY(read_leb(reader, &index));
        items->count++;
    }
    return SWORN_OK;
}

/* The sum of what all of a section's memories or tables start with; `typed`: u8 type first. */
static enum sworn_result read_sizes(struct reader *reader, bool typed, uint32_t *sum)
{
    uint32_t count, least;
    uint8_t type;

    SWORN_TRY(read_leb(reader, &count));
    for (uint32_t i = 0; i < count; i++) {
        if (typed) {
            SWORN_TRY(read_u8(reader, &type));
        }
        SWORN_TRY(read_bounds(reader, &least));
        *sum = least > UINT32_MAX - *sum ? UINT32_MAX : *sum + least;
    }
    return SWORN_OK;
}

static enum sworn_result read_custom(struct reader *reader, struct wasm_module *module)
{
    struct octets name;

    SWORN_TRY(read_name(reader, &name));
    if (octets_equal(name, octets_of_text("fdns.argument"))) {
        module->argument = read_rest(reader);
    }
    return SWORN_OK;
}

static enum sworn_result read_section(uint8_t id, struct octets section, struct region *region,
                                      struct wasm_module *module)
{
    struct reader reader = reader_of(section);

    switch (id) {
    case SECTION_CUSTOM:
        return read_custom(&reader, module);
    case SECTION_IMPORT:
        return read_imports(&reader, region, &module->imports);
    case SECTION_FUNCTION:
        return read_leb(&reader, &module->functions);
    case SECTION_TABLE:
        return read_sizes(&reader, true, &module->table);
    case SECTION_MEMORY:
        return read_sizes(&reader, false, &module->memory);
    case SECTION_EXPORT:
        return read_exports(&reader, region, &module->exports);
    case SECTION_START:
        module->has_start = true;
        return SWORN_OK;
    case SECTION_CODE:
        module->code = section.size;
        return SWORN_OK;
    case SECTION_DATA:
        module->data = section.size;
        return SWORN_OK;
    default:
        return SWORN_OK;
    }
}

enum sworn_result module_read(struct octets code, struct region *region, struct wasm_module *module)
{
    static const uint8_t begin[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct reader reader = reader_of(code);
    struct octets start, section;
    uint32_t size;
    uint8_t id;

    *module = (struct wasm_module){0};
    SWORN_TRY(read_slice(&reader, sizeof(begin), &start));
    SWORN_ENSURE(memcmp(start.data, begin, sizeof(begin)) == 0, SWORN_MALFORMED);
    while (reader_left(&reader) > 0) {
        SWORN_TRY(read_u8(&reader, &id));
        SWORN_TRY(read_leb(&reader, &size));
        SWORN_TRY(read_slice(&reader, size, &section));
        SWORN_TRY(read_section(id, section, region, module));
    }
    return SWORN_OK;
}

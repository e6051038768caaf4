/*
 * fuel.c - the prices as one hash, which evidence shows: who knows it knows what a call costs.
 *
 *   table = a line for each import, "name signature fuel fuel-per-64\n", in the order of abi.c,
 *   then the other prices, "what fuel\n"
 */
#include "core/guard/abi.h"

#include <stdio.h>

#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

#define TABLE_MAX ((size_t)64 * (ABI_IMPORTS_MAX + 8))

const char *guard_engine_version(void)
{
    return engine_version();
}

static enum sworn_result write_line(struct writer *writer, const char *line)
{
    return write_octets(writer, octets_of_text(line));
}

static enum sworn_result write_table(struct writer *writer)
{
    static const struct {
        const char *what;
        uint32_t fuel;
    } prices[] = {
        {"instance", FUEL_PER_INSTANCE},   {"code", FUEL_PER_CODE_OCTET},
        {"page", FUEL_PER_PAGE},           {"visit", FUEL_PER_VISIT},
        {"record", FUEL_PER_RECORD},       {"read", FUEL_PER_OCTET_READ},
        {"signature", FUEL_PER_SIGNATURE}, {"listed", FUEL_PER_LISTED},
        {"digested", FUEL_PER_DIGESTED},   {"digested-octet", FUEL_PER_OCTET_DIGESTED},
    };
    size_t count;
    const struct abi_import *imports = abi_imports(&count);
    char line[64];

    for (size_t i = 0; i < count; i++) {
        (void)snprintf(line, sizeof(line), "%s %s %u %u\n", imports[i].name, imports[i].signature,
                       imports[i].fuel, imports[i].fuel_per_64);
        SWORN_TRY(write_line(writer, line));
    }
    for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++) {
        (void)snprintf(line, sizeof(line), "%s %u\n", prices[i].what, prices[i].fuel);
        SWORN_TRY(write_line(writer, line));
    }
    return SWORN_OK;
}

enum sworn_result guard_fuel_table(struct hash *hash)
{
    uint8_t room[TABLE_MAX];
    struct writer writer = writer_over(room, sizeof(room));

    SWORN_TRY(write_table(&writer));
    return sha256_one(written(&writer), hash);
}

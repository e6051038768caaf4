/*
 * fuzz_module.c - modules that are no modules: what is found lies within the octets.
 */
#include "cli/guard/module.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct octets part, const uint8_t *data, size_t size)
{
    if (part.size > 0 && (part.data < data || part.data + part.size > data + size)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wasm_module module;
    struct region region;

    region_init(&region, (size_t)64 << 20);
    if (module_read(octets_of(data, size), &region, &module) == SWORN_OK) {
        for (size_t i = 0; i < module.imports.count; i++) {
            check_within(module.imports.items[i].module, data, size);
            check_within(module.imports.items[i].name, data, size);
        }
        for (size_t i = 0; i < module.exports.count; i++) {
            check_within(module.exports.items[i].name, data, size);
        }
        check_within(module.argument, data, size);
    }
    region_clear(&region);
    return 0;
}

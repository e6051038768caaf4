/*
 * guard_check.c - sworn guard check: what a module consists of, and whether a zone would take it.
 * Offline: it is compiled by what the enclave compiles it with.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/argument/format.h"
#include "cli/commands/guard_print.h"
#include "cli/commands/policy.h"
#include "cli/commands/print.h"
#include "cli/guard/library.h"
#include "core/guard/abi.h"

static void print_items(const char *heading, const struct module_items *items)
{
    (void)printf("%-10s", heading);
    for (size_t i = 0; i < items->count; i++) {
        const struct module_item *item = &items->items[i];

        (void)putchar(' ');
        if (item->module.size > 0 && !octets_equal(item->module, octets_of_text(ABI_MODULE))) {
            print_clean(item->module);
            (void)putchar('.');
        }
        print_clean(item->name);
    }
    (void)printf("%s\n", items->count == 0 ? " none" : "");
}

static void print_argument(struct octets name)
{
    const struct argument_format *format = argument_format_find(name);

    (void)printf("argument   ");
    if (name.size == 0) {
        (void)printf("not named: sworn makes that of ed25519, or sends --argument FILE\n");
        return;
    }
    print_clean(name);
    (void)printf("%s\n", format == NULL ? ": not made by sworn, --argument FILE sends one" : "");
}

/* What compiling, memory and instance cost before the guard does anything. */
static uint64_t first_fuel(const struct wasm_module *module, size_t size)
{
    return FUEL_PER_INSTANCE + (uint64_t)size * FUEL_PER_CODE_OCTET +
           (uint64_t)module->memory * FUEL_PER_PAGE;
}

static void print_module(const struct wasm_module *module, struct octets code,
                         const struct guard_limits *limits)
{
    (void)printf("functions  %" PRIu32 ", code %zu octets, data %zu octets%s\n", module->functions,
                 module->code, module->data, module->has_start ? ", with a start function" : "");
    (void)printf("memory     %" PRIu32 " pages of 64 KiB to start with, limit %" PRIu32 "\n",
                 module->memory, limits->memory);
    (void)printf("tables     %" PRIu32 " elements to start with, limit %" PRIu32 "\n",
                 module->table, limits->table);
    (void)printf("fuel       %" PRIu64 " for each call before it does anything, limit %" PRIu64
                 "\n",
                 first_fuel(module, code.size), limits->fuel);
    print_items("imports", &module->imports);
    print_items("exports", &module->exports);
    print_argument(module->argument);
}

/* Compiled, and held to the bounds that an instance meets. */
static enum sworn_result would_be_taken(struct octets code, const struct wasm_module *module,
                                        const struct guard_limits *limits, struct reason *reason)
{
    const struct engine_module *compiled;
    struct engine_cache *cache;
    enum sworn_result result;

    SWORN_TRY(guard_cache_new(&cache));
    result = cache_module(cache, code, limits, &compiled, reason);
    guard_cache_free(cache);
    SWORN_TRY(result);
    SWORN_SAY(module->memory <= limits->memory, reason, SWORN_LIMIT,
              "it starts with %" PRIu32 " pages of memory, the limit is %" PRIu32, module->memory,
              limits->memory);
    SWORN_SAY(module->table <= limits->table, reason, SWORN_LIMIT,
              "it starts with %" PRIu32 " elements of tables, the limit is %" PRIu32, module->table,
              limits->table);
    SWORN_SAY(first_fuel(module, code.size) <= limits->fuel, reason, SWORN_LIMIT,
              "out of fuel: %" PRIu64 " are spent before it does anything",
              first_fuel(module, code.size));
    return SWORN_OK;
}

enum sworn_result command_guard_check(struct context *context)
{
    const char *guard = context->options->positional[0];
    struct wasm_module module;
    struct policy policy;
    struct octets code;
    struct hash hash;
    char text[HASH_TEXT_SIZE];
    const char *name;

    policy_default(&policy);
    SWORN_TRY(limit_options(context, &policy.limits));
    SWORN_TRY(limits_check(&policy, context->reason));
    SWORN_TRY(guard_load(guard, context->region, &code, context->reason));
    SWORN_TRY(sha256_one(code, &hash));
    hash_text(&hash, text);
    name = guard_name_of(&hash, context->region);
    (void)printf("guard      %zu octets, SHA-256 %s\nlibrary    %s\n", code.size, text,
                 name == NULL ? "not one that is installed here" : name);
    if (module_read(code, context->region, &module) == SWORN_OK) {
        print_module(&module, code, &policy.limits);
    }
    SWORN_TRY(would_be_taken(code, &module, &policy.limits, context->reason));
    (void)printf("verdict    a zone with these limits takes it\n");
    return SWORN_OK;
}

/*
 * guard_list.c - sworn guard list: the guards that are found here by name.
 */
#include <stdio.h>

#include "cli/commands/guard_print.h"
#include "cli/commands/print.h"
#include "cli/guard/library.h"

static enum sworn_result print_guard(void *data, const char *name, struct octets code)
{
    struct context *context = data;
    struct wasm_module module;
    char text[HASH_TEXT_SIZE];
    struct hash hash;

    SWORN_TRY(sha256_one(code, &hash));
    hash_text(&hash, text);
    (void)printf("%s\n  %s\n", name, guard_about(name));
    (void)printf("  %zu octets, SHA-256 %s\n", code.size, text);
    if (module_read(code, context->region, &module) != SWORN_OK) {
        (void)printf("  this is no WebAssembly\n");
        return SWORN_OK;
    }
    (void)printf("  argument ");
    print_clean(module.argument.size == 0 ? octets_of_text("not named") : module.argument);
    (void)printf("\n");
    return SWORN_OK;
}

enum sworn_result command_guard_list(struct context *context)
{
    return guard_each(context->region, print_guard, context);
}

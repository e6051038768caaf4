/*
 * cache.c - compiled modules, keyed by SHA-256 of the code and what else compiling depends on; the
 * one used longest ago goes first.
 */
#include "core/guard/cache.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#include "core/guard/abi.h"
#include "core/guard/message.h"
#include "core/merkle/merkle.h"

/*
 * jansson goes on when it has no memory for an octet of a string, without that octet: what the
 * owner signed would be something else. Like the engine, it ends the process instead.
 */
static void *json_memory(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL) {
        abort();
    }
    return memory;
}

enum sworn_result guard_cache_new(struct engine_cache **cache)
{
    struct engine_cache *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    json_set_alloc_funcs(json_memory, free);
    made->secp256k1 = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    if (made->secp256k1 == NULL || sodium_init() < 0 || crypto_warm_up() != SWORN_OK) {
        guard_cache_free(made);
        return SWORN_CRYPTO;
    }
    *cache = made;
    return SWORN_OK;
}

void guard_cache_free(struct engine_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i < cache->count; i++) {
        engine_module_free(cache->modules[i].module);
    }
    if (cache->secp256k1 != NULL) {
        secp256k1_context_destroy(cache->secp256k1);
    }
    free(cache);
}

static enum sworn_result compile(struct octets code, const struct engine_shape *shape,
                                 struct engine_module **module, struct reason *reason)
{
    static const char *const entries[] = {"setup", "handle_update_request"};
    struct engine_import offered[ABI_IMPORTS_MAX];
    size_t count;
    const struct abi_import *imports = abi_imports(&count);
    char said[sizeof(reason->text)], shown[MESSAGE_MAX + 1];
    enum engine_result result;

    for (size_t i = 0; i < count; i++) {
        offered[i] = (struct engine_import){imports[i].name, imports[i].signature};
    }
    result = engine_compile(
        &(struct engine_interface){
            .module = ABI_MODULE,
            .imports = offered,
            .import_count = count,
            .entries = entries,
            .entry_count = sizeof(entries) / sizeof(entries[0]),
        },
        shape, code.data, code.size, module, &(struct engine_text){said, sizeof(said)});
    if (result != ENGINE_OK) {
        message_show(octets_of_text(said), shown);
        return because(reason, SWORN_MALFORMED, "the guard cannot be used: %s", shown);
    }
    return SWORN_OK;
}

static bool is_module(const struct cached_module *module, const struct hash *code,
                      const struct engine_shape *shape)
{
    return hash_equal(&module->code, code) && module->shape.stack == shape->stack &&
           module->shape.recursion == shape->recursion;
}

static void drop_oldest(struct engine_cache *cache)
{
    size_t oldest = 0;

    for (size_t i = 1; i < cache->count; i++) {
        if (cache->modules[i].used_at < cache->modules[oldest].used_at) {
            oldest = i;
        }
    }
    engine_module_free(cache->modules[oldest].module);
    cache->modules[oldest] = cache->modules[--cache->count];
}

static void make_room(struct engine_cache *cache, size_t size)
{
    for (;;) {
        size_t octets = 0;

        for (size_t i = 0; i < cache->count; i++) {
            octets += cache->modules[i].size;
        }
        if (cache->count == 0 || (cache->count < CACHE_MODULES && octets + size <= CACHE_OCTETS)) {
            return;
        }
        drop_oldest(cache);
    }
}

enum sworn_result cache_module(struct engine_cache *cache, struct octets code,
                               const struct guard_limits *limits,
                               const struct engine_module **module, struct reason *reason)
{
    struct cached_module added = {
        .shape = {.stack = limits->stack, .recursion = limits->recursion},
        .size = code.size,
        .used_at = ++cache->clock,
    };

    SWORN_SAY(code.size <= limits->code, reason, SWORN_MALFORMED,
              "the guard cannot be used: its code has %zu octets, the limit is %u", code.size,
              limits->code);
    SWORN_TRY(sha256_one(code, &added.code));
    for (size_t i = 0; i < cache->count; i++) {
        if (is_module(&cache->modules[i], &added.code, &added.shape)) {
            cache->modules[i].used_at = added.used_at;
            *module = cache->modules[i].module;
            return SWORN_OK;
        }
    }
    make_room(cache, code.size);
    SWORN_TRY(compile(code, &added.shape, &added.module, reason));
    cache->modules[cache->count++] = added;
    *module = added.module;
    return SWORN_OK;
}

/*
 * cache.h - compiled modules, the last used ones, and the contexts that signature checks need.
 */
#ifndef SWORN_CORE_GUARD_CACHE_H
#define SWORN_CORE_GUARD_CACHE_H

#include "core/change/policy.h"
#include "engine/engine.h"

#include <openssl/evp.h>
#include <secp256k1_recovery.h>

#define CACHE_MODULES 16
#define CACHE_OCTETS  ((size_t)8 * 1024 * 1024) /* of code, over all modules; one larger is alone */

struct cached_module {
    struct hash code; /* SHA-256 */
    struct engine_shape shape;
    size_t size;
    uint64_t used_at; /* the higher, the more recently used */
    struct engine_module *module;
};

struct engine_cache {
    struct cached_module modules[CACHE_MODULES]; /* the first `count` */
    size_t count;
    uint64_t clock; /* counts uses */
    secp256k1_context *secp256k1;
};

/**
 * The compiled module, borrowed until the next call; compiled now if need be. SWORN_MALFORMED with
 * the reason when it is not acceptable.
 */
SWORN_CHECK enum sworn_result cache_module(struct engine_cache *cache, struct octets code,
                                           const struct guard_limits *limits,
                                           const struct engine_module **module,
                                           struct reason *reason);

#endif

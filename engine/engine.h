/*
 * engine.h - running one WebAssembly module, bounded in everything: wasmi behind a few functions.
 *
 * A module is compiled and checked once and can be called any number of times; each call makes an
 * instance of its own, so nothing is left from one call to the next. What the module may import is
 * a table of the caller's; all imports end in one callback.
 *
 *   signature = parameters ":" results: at most four 'i' for i32; nothing, 'i', or 'I' for i64
 *
 * Not thread-safe per module. Never unwinds into C: what cannot happen ends the process.
 */
#ifndef SWORN_ENGINE_ENGINE_H
#define SWORN_ENGINE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

enum engine_result {
    ENGINE_OK = 0,
    ENGINE_BAD_MODULE, /* not acceptable: text says why */
    ENGINE_TRAP,       /* the module did what it must not: text says what */
    ENGINE_STOPPED,    /* the callback asked for it */
    ENGINE_NO_MEMORY,  /* the system has none for an instance */
    ENGINE_MISUSE,     /* the caller broke this contract */
};

/** One import of module `engine_interface.module`. */
struct engine_import {
    const char *name;
    const char *signature;
};

/** What a module may import and must export; all texts terminated. */
struct engine_interface {
    const char *module;
    const struct engine_import *imports;
    size_t import_count;
    const char *const *entries; /* functions without parameters and results that it must export */
    size_t entry_count;
};

/** Bounds that are fixed when a module is compiled. */
struct engine_shape {
    uint32_t stack;     /* octets of value stack */
    uint32_t recursion; /* call depth */
};

/** Bounds of one call. */
struct engine_bounds {
    uint32_t memory; /* pages of 64 KiB */
    uint32_t table;  /* elements */
    uint64_t fuel;   /* instantiation and the start function included */
    /* What an instance costs before any code runs, out of `fuel`: */
    uint32_t fuel_per_instance;
    uint32_t fuel_per_code_octet;
    uint32_t fuel_per_page; /* that memory starts with */
};

/** A call of an import, as the callback sees it; nothing in it outlives the callback. */
struct engine_host_call {
    uint32_t import;           /* index into engine_interface.imports */
    const uint64_t *arguments; /* one for each parameter, an i32 without sign */
    uint8_t *memory;           /* the instance's memory as it is now; NULL when it has none */
    size_t memory_size;
    uint64_t *fuel;   /* left; the callback takes from it what its work costs */
    uint64_t *result; /* for an import that has one */
};

/** \return 0 to go on; anything else ends the call with ENGINE_STOPPED */
typedef int engine_callback(void *context, const struct engine_host_call *call);

struct engine_module;

/** Where a text about a failure goes: always terminated when size > 0, cut where it ends. */
struct engine_text {
    char *text;
    size_t size;
};

/**
 * Compile and check: integers only, no proposals beyond mutable-global, sign-extension, multi-value
 * and bulk-memory; imports from the interface only; exports `memory` and the interface's entries.
 */
enum engine_result engine_compile(const struct engine_interface *interface,
                                  const struct engine_shape *shape, const uint8_t *code,
                                  size_t code_size, struct engine_module **module,
                                  const struct engine_text *text);

/** NULL is allowed. */
void engine_module_free(struct engine_module *module);

/**
 * Make an instance, run its start function, call entry number `entry` of the interface.
 *
 * \param used  fuel spent, also on failure; the same for the same module and answers of the
 *              callback, always
 */
enum engine_result engine_call(const struct engine_module *module, size_t entry,
                               const struct engine_bounds *bounds, engine_callback *callback,
                               void *context, uint64_t *used, const struct engine_text *text);

/** "wasmi 1.1.0": the interpreter that counts fuel. */
const char *engine_version(void);

/** Keccak-256 as Ethereum uses it (not the SHA-3 of FIPS 202). */
void engine_keccak256(const uint8_t *octets, size_t size, uint8_t digest[32]);

#endif

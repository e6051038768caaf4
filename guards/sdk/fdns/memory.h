/*
 * memory.h - the four functions of a C library that a compiler expects to find, and strlen().
 *
 * Natively they come from the system. In a guard they are here, weak: it may have its own, or be
 * made of several files.
 */
#ifndef FDNS_MEMORY_H
#define FDNS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A guard pays for each octet of its code at each call: what is used in many places is there once,
 * and what depends on the type of a key is made for the one that is meant.
 */
#ifdef __wasm__
#define FDNS_ONCE static inline __attribute__((noinline))
#define FDNS_EACH static inline __attribute__((always_inline))
#else
#define FDNS_ONCE static inline
#endif

#ifndef __wasm__

#include <string.h>

#else

#ifdef __wasm_bulk_memory__
#define FDNS_PLAIN(name) __attribute__((weak))
#else
#define FDNS_PLAIN(name) __attribute__((weak, no_builtin(name)))
#endif

FDNS_PLAIN("memcpy") void *memcpy(void *restrict target, const void *restrict source, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memcpy(target, source, size);
#else
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)target)[i] = ((const uint8_t *)source)[i];
    }
    return target;
#endif
}

FDNS_PLAIN("memmove") void *memmove(void *target, const void *source, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memmove(target, source, size);
#else
    if ((uintptr_t)target < (uintptr_t)source) {
        for (size_t i = 0; i < size; i++) {
            ((uint8_t *)target)[i] = ((const uint8_t *)source)[i];
        }
        return target;
    }
    for (size_t i = size; i > 0; i--) {
        ((uint8_t *)target)[i - 1] = ((const uint8_t *)source)[i - 1];
    }
    return target;
#endif
}

FDNS_PLAIN("memset") void *memset(void *target, int octet, size_t size)
{
#ifdef __wasm_bulk_memory__
    return __builtin_memset(target, octet, size);
#else
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)target)[i] = (uint8_t)octet;
    }
    return target;
#endif
}

__attribute__((weak, no_builtin("memcmp", "bcmp"))) int memcmp(const void *a, const void *b,
                                                               size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int difference = ((const uint8_t *)a)[i] - ((const uint8_t *)b)[i];

        if (difference != 0) {
            return difference;
        }
    }
    return 0;
}

__attribute__((weak, no_builtin("strlen"))) size_t strlen(const char *text)
{
    size_t size = 0;

    while (text[size] != '\0') {
        size++;
    }
    return size;
}

#endif

#endif

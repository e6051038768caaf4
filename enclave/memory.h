/*
 * memory.h - how the enclave's heap behaves, set once at boot.
 */
#ifndef SWORN_ENCLAVE_MEMORY_H
#define SWORN_ENCLAVE_MEMORY_H

#include <malloc.h>

#define HEAP_KEEP  (256 * 1024 * 1024) /* stays with the process when it is free */
#define HEAP_SHARE (32 * 1024 * 1024)  /* smaller blocks come from the heap */

/**
 * Keep freed memory rather than give it back after each request and fault it in again for the next:
 * regions come and go all the time, and their sum is capped anyway.
 */
static inline void memory_keep(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEEP);
    (void)mallopt(M_MMAP_THRESHOLD, HEAP_SHARE);
}

#endif

/*
 * failing_memory.h - this program's malloc and its kin in place of the C library's, for C, Rust and
 * OpenSSL alike, so that a test can let some of them fail. glibc only; not with sanitizers, which
 * do the same.
 *
 * Who includes it defines before:
 *
 *   static bool fails(void);           whether the allocation that is asked for now fails
 *   static void taken(void *made);     one was made; NULL when the C library had no memory
 *   static void given_back(void *old); one goes, or is made larger; may be NULL
 */
#ifndef SWORN_TESTS_FAILING_MEMORY_H
#define SWORN_TESTS_FAILING_MEMORY_H

#include <errno.h>
#include <stddef.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *old);

static void *and_taken(void *made)
{
    taken(made);
    return made;
}

void *malloc(size_t size)
{
    return fails() ? NULL : and_taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : and_taken(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    if (fails()) {
        return NULL;
    }
    given_back(old);
    return and_taken(__libc_realloc(old, size));
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : and_taken(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **made, size_t alignment, size_t size)
{
    void *result = memalign(alignment, size);

    if (result == NULL) {
        return ENOMEM;
    }
    *made = result;
    return 0;
}

void free(void *old)
{
    given_back(old);
    __libc_free(old);
}

#endif

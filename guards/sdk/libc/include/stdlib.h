/*
 * stdlib.h - of the small C library for guards; see libc.c.
 */
#ifndef GUARDS_LIBC_STDLIB_H
#define GUARDS_LIBC_STDLIB_H

#include <stddef.h>

/** From the same heap as fdns_alloc(): what was taken last can be given back, the rest stays. */
void *malloc(size_t size);
void free(void *memory);

#endif

/*
 * stdio.h - of the small C library for guards; see libc.c.
 */
#ifndef GUARDS_LIBC_STDIO_H
#define GUARDS_LIBC_STDIO_H

#include <stdarg.h>
#include <stddef.h>

/** %c %d %s %u with a width, 0, .N, .* and the sizes l, ll and z; nothing else. */
int vsnprintf(char *target, size_t size, const char *format, va_list arguments);

#endif

/*
 * string.h - of the small C library for guards; see libc.c.
 */
#ifndef GUARDS_LIBC_STRING_H
#define GUARDS_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict target, const void *restrict source, size_t size);
void *memmove(void *target, const void *source, size_t size);
void *memset(void *target, int octet, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *octets, int octet, size_t size);
size_t strlen(const char *text);
char *strchr(const char *text, int character);
int strcmp(const char *a, const char *b);

#endif

/*
 * libc.c - what core/cursor and core/dns want of a C library, for guards that link them.
 *
 *   clang ... -I guards/sdk -isystem guards/sdk/libc/include -I . rule.c guards/sdk/libc/libc.c ...
 *
 * memcpy and its like come with fdns.h. There is no locale, no file and no floating point.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdns.h"

/*
 * A block knows where the heap ended before it: whoever gives back the last one moves the end. The
 * regions of core/cursor are freed in the order they were made, newest first, more often than not.
 */
struct block {
    size_t size; /* with this header */
    size_t reserved[3];
};

void *malloc(size_t size)
{
    struct block *block;

    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = (size + sizeof(*block) + 15) & ~(size_t)15;
    block = (struct block *)fdns_alloc(size);
    block->size = size;
    return block + 1;
}

void free(void *memory)
{
    struct block *block;

    if (memory == NULL) {
        return;
    }
    block = (struct block *)memory - 1;
    if ((uintptr_t)block + block->size == *fdns_heap_()) {
        *fdns_heap_() = (uintptr_t)block;
    }
}

__attribute__((no_builtin("memchr"))) void *memchr(const void *octets, int octet, size_t size)
{
    const uint8_t *at = (const uint8_t *)octets;

    for (size_t i = 0; i < size; i++) {
        if (at[i] == (uint8_t)octet) {
            return (void *)(uintptr_t)(at + i);
        }
    }
    return NULL;
}

__attribute__((no_builtin("strchr"))) char *strchr(const char *text, int character)
{
    for (; *text != (char)character; text++) {
        if (*text == '\0') {
            return NULL;
        }
    }
    return (char *)(uintptr_t)text;
}

__attribute__((no_builtin("strcmp"))) int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

/* Where printed text goes: `used` counts on when nothing fits any more. */
struct output {
    char *target;
    size_t size;
    size_t used;
};

struct conversion {
    bool zeros;
    bool limited; /* a precision is given */
    unsigned longs;
    size_t width;
    size_t limit;
};

static void put(struct output *output, char character)
{
    if (output->used + 1 < output->size) {
        output->target[output->used] = character;
    }
    output->used++;
}

static void put_run(struct output *output, const char *text, size_t size,
                    const struct conversion *conversion)
{
    for (size_t i = size; i < conversion->width; i++) {
        put(output, conversion->zeros ? '0' : ' ');
    }
    for (size_t i = 0; i < size; i++) {
        put(output, text[i]);
    }
}

static void put_text(struct output *output, const char *text, const struct conversion *conversion)
{
    size_t size = 0;

    while ((!conversion->limited || size < conversion->limit) && text[size] != '\0') {
        size++;
    }
    put_run(output, text, size, conversion);
}

static void put_number(struct output *output, uint64_t number, bool negative,
                       const struct conversion *conversion)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    if (negative) {
        digits[--at] = '-';
    }
    put_run(output, digits + at, sizeof(digits) - at, conversion);
}

static size_t read_number(const char **format)
{
    size_t number = 0;

    for (; **format >= '0' && **format <= '9'; (*format)++) {
        number = number * 10 + (size_t)(**format - '0');
    }
    return number;
}

/* size_t, int and long are all of 32 bits here. */
int vsnprintf(char *target, size_t size, const char *format, va_list arguments)
{
    struct output output = {target, size, 0};

    for (; *format != '\0'; format++) {
        struct conversion conversion = {.longs = 0};

        if (*format != '%') {
            put(&output, *format);
            continue;
        }
        format++;
        conversion.zeros = *format == '0';
        conversion.width = read_number(&format);
        if (*format == '.') {
            format++;
            conversion.limited = true;
            conversion.limit = *format == '*' ? (size_t)va_arg(arguments, int) : 0;
            format += *format == '*';
            conversion.limit += read_number(&format);
        }
        for (; *format == 'l' || *format == 'z'; format++) {
            conversion.longs += *format == 'l';
        }
        if (*format == 's') {
            put_text(&output, va_arg(arguments, const char *), &conversion);
        } else if (*format == 'c') {
            put(&output, (char)va_arg(arguments, int));
        } else if (*format == 'd') {
            int number = va_arg(arguments, int);

            put_number(&output, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, number < 0,
                       &conversion);
        } else if (*format == 'u') {
            put_number(&output,
                       conversion.longs > 1 ? va_arg(arguments, unsigned long long)
                                            : va_arg(arguments, unsigned),
                       false, &conversion);
        } else if (*format == '%') {
            put(&output, '%');
        } else {
            break;
        }
    }
    if (size > 0) {
        target[output.used < size ? output.used : size - 1] = '\0';
    }
    return (int)output.used;
}

/*
 * allocations.c - loaded before the C library: lets the n-th allocation of a process fail.
 *
 *   CONTROL (a file of 16 octets) = i64 left ‖ i64 made
 *
 * While `left` is above 0 each allocation takes one from it, and the one that makes it 0 fails;
 * `made` counts those that were asked for since the test wrote 0 there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

struct control {
    int64_t left, made;
};

static struct control *control;

__attribute__((constructor)) static void begin(void)
{
    int file = open(CONTROL, O_RDWR);
    void *mapped = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    (void)close(file);
    control = mapped == MAP_FAILED ? NULL : mapped;
}

static bool fails(void)
{
    if (control == NULL) {
        return false;
    }
    control->made++;
    return control->left > 0 && --control->left == 0;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **made, size_t alignment, size_t size)
{
    void *result = memalign(alignment, size);

    *made = result;
    return result == NULL ? ENOMEM : 0;
}

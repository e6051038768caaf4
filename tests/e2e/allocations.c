/*
 * allocations.c - loaded before the C library: lets the n-th allocation of a process fail.
 *
 *   CONTROL (a file of 16 octets) = i64 left ‖ i64 made
 *
 * While `left` is above 0 each allocation takes one from it, and the one that makes it 0 fails;
 * `made` counts those that were asked for since the test wrote 0 there.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

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

static void taken(void *made)
{
    (void)made;
}

static void given_back(void *old)
{
    (void)old;
}

#include "tests/failing_memory.h"

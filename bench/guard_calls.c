/*
 * guard_calls.c - what calls of guards take: recorded cases, each a folder as case.h says.
 *
 *   guard_calls GUARDS CALLS FOLDER...
 *
 * A line each: name, fuel, ns of CPU (median of CALLS), ns of the first call, which compiles, and
 * octets of code.
 */
#include <stdlib.h>
#include <time.h>

#include "tests/unit/guard/case.h"

static uint64_t cpu_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static bool measure(struct guard_case *recorded, struct engine_cache *cache, size_t calls)
{
    uint64_t *spent = calloc(calls, sizeof(*spent));
    const char *name = strrchr(recorded->folder, '/');
    uint64_t first = 0;

    for (size_t i = 0; i <= calls && spent != NULL; i++) {
        uint64_t begin;
        enum sworn_result result;

        case_prepare(recorded);
        begin = cpu_ns();
        result = case_call(recorded, cache);
        *(i == 0 ? &first : &spent[i - 1]) = cpu_ns() - begin;
        if (result != SWORN_OK) {
            (void)fprintf(stderr, "%s: %s\n", recorded->folder, recorded->reason.text);
            free(spent);
            return false;
        }
    }
    if (spent == NULL) {
        return false;
    }
    qsort(spent, calls, sizeof(*spent), compare);
    (void)printf("%s %llu %llu %llu %zu\n", name == NULL ? recorded->folder : name + 1,
                 (unsigned long long)recorded->call.fuel, (unsigned long long)spent[calls / 2],
                 (unsigned long long)first, recorded->call.code.size);
    free(spent);
    return true;
}

int main(int count, char **arguments)
{
    struct engine_cache *cache;
    size_t calls = count > 3 ? strtoul(arguments[2], NULL, 10) : 0;

    if (calls == 0 || guard_cache_new(&cache) != SWORN_OK) {
        (void)fprintf(stderr, "usage: guard_calls GUARDS CALLS FOLDER...\n");
        return 2;
    }
    for (int i = 3; i < count; i++) {
        struct guard_case recorded;
        bool measured =
            case_load(&recorded, arguments[i], arguments[1]) && measure(&recorded, cache, calls);

        case_free(&recorded);
        if (!measured) {
            return 1;
        }
    }
    guard_cache_free(cache);
    return 0;
}

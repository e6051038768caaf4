/*
 * result.c - names and reasons for results; see result.h.
 */
#include "core/cursor/result.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum sworn_result because(struct reason *reason, enum sworn_result result, const char *format, ...)
{
    va_list arguments;

    if (reason == NULL) {
        return result;
    }
    va_start(arguments, format);
    (void)vsnprintf(reason->text, sizeof(reason->text), format, arguments);
    va_end(arguments);
    return result;
}

const char *result_name(enum sworn_result result)
{
    static const char *const names[] = {
        [SWORN_OK] = "ok",
        [SWORN_MALFORMED] = "malformed",
        [SWORN_LIMIT] = "limit",
        [SWORN_NO_MEMORY] = "no_memory",
        [SWORN_ABSENT] = "absent",
        [SWORN_PROOF] = "proof",
        [SWORN_REFUSED] = "refused",
        [SWORN_INVALID] = "invalid",
        [SWORN_CRYPTO] = "crypto",
        [SWORN_IO] = "io",
        [SWORN_CONFLICT] = "conflict",
        [SWORN_UNAVAILABLE] = "unavailable",
    };

    if ((size_t)result >= sizeof(names) / sizeof(names[0])) {
        return "unknown";
    }
    return names[result];
}

/*
 * command.c - see command.h.
 */
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>

void notice(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("sworn: notice: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}

enum sworn_result wrong_usage(struct context *context, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(context->reason->text, sizeof(context->reason->text), format, arguments);
    va_end(arguments);
    context->usage = true;
    return SWORN_INVALID;
}

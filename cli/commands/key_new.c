/*
 * key_new.c - sworn key new FILE
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/key/key.h"

enum sworn_result command_key_new(struct context *context)
{
    const char *path = context->options->positional[0];
    const char *name = context->options->value[OPTION_TYPE];
    enum key_type type = KEY_ED25519;
    char text[256];
    struct writer line = writer_over(text, sizeof(text));
    struct octets shown;

    if (name != NULL && !key_type_of(name, &type)) {
        return wrong_usage(context, "there are no keys of type '%s'", name);
    }
    SWORN_TRY(key_make(path, type, context->region, &line, context->reason));
    shown = written(&line);
    shown.data += strlen("sworn-public-key-v1 ");
    shown.size -= strlen("sworn-public-key-v1 ");
    (void)printf("%s: made; whoever has it owns the zones made with it, and without it they cannot "
                 "be changed\n%s.pub: %.*s",
                 path, path, (int)shown.size, (const char *)shown.data);
    return SWORN_OK;
}

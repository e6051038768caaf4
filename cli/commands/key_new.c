/*
 * key_new.c - sworn key new FILE
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/key.h"
#include "net/text.h"

enum sworn_result command_key_new(struct context *context)
{
    const char *path = context->options->positional[0];
    const char *type = context->options->value[OPTION_TYPE];
    char public_text[64];
    struct writer writer = writer_over(public_text, sizeof(public_text));
    struct owner_key key;
    enum sworn_result result;

    if (type != NULL && (strcmp(type, "p256") == 0 || strcmp(type, "secp256k1") == 0)) {
        return wrong_usage(context, "keys of type %s come later; ed25519 is what there is", type);
    }
    if (type != NULL && strcmp(type, "ed25519") != 0) {
        return wrong_usage(context, "there are no keys of type '%s'", type);
    }
    result = key_make(path, context->region, &key, context->reason);
    if (result == SWORN_OK) {
        result = base64_write(&writer, octets_of(key.public_key, sizeof(key.public_key)));
    }
    key_wipe(&key);
    SWORN_TRY(result);
    (void)printf("%s: made; whoever has it owns the zones made with it, and without it they cannot "
                 "be changed\n%s.pub: ed25519 %.*s\n",
                 path, path, (int)writer.used, public_text);
    return SWORN_OK;
}

/*
 * fuzz_owner_key.c - key files of ssh-keygen and PEM, private and public: what is read is a key
 * whose public half follows from its secret; what is not has words.
 */
#include "cli/key/openssh.h"
#include "cli/key/pem.h"

#include <stdlib.h>

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum sworn_result result, const struct owner_key *key,
                  const struct reason *reason)
{
    struct owner_key again;

    if (result != SWORN_OK) {
        ENSURE(reason->text[0] != '\0');
        return;
    }
    ENSURE(key_of_secret(key->public.type, key->secret, &again) == SWORN_OK);
    ENSURE(key_equal(&again.public, &key->public));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets file = octets_of(data, size);
    struct reason reason = {{0}};
    struct public_key public;
    struct owner_key key;

    if (size > KEY_FILE_MAX) {
        return 0;
    }
    if (openssh_is_private(file)) {
        check(openssh_read("file", file, &key, &reason), &key, &reason);
    } else if (pem_is(file)) {
        check(pem_read_private("file", file, &key, &reason), &key, &reason);
        (void)!pem_read_public("file", file, &public, &reason);
    } else {
        (void)openssh_public(file, &public);
    }
    return 0;
}

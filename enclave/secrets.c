/*
 * secrets.c - memory for private keys; see secrets.h.
 */
#include "enclave/secrets.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#define SECRET_SIZE ((size_t)SECRET_SLOT * SECRET_SLOTS)

enum sworn_result secrets_open(struct secrets *secrets)
{
    void *memory =
        mmap(NULL, SECRET_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    *secrets = (struct secrets){0};
    SWORN_ENSURE(memory != MAP_FAILED, SWORN_NO_MEMORY);
    SWORN_ENSURE(mlock(memory, SECRET_SIZE) == 0, SWORN_LIMIT);
    SWORN_ENSURE(madvise(memory, SECRET_SIZE, MADV_DONTDUMP) == 0, SWORN_LIMIT);
    secrets->memory = memory;
    return SWORN_OK;
}

enum sworn_result secret_take(struct secrets *secrets, uint8_t **slot)
{
    for (size_t i = 0; i < SECRET_SLOTS; i++) {
        if (!secrets->taken[i]) {
            secrets->taken[i] = true;
            *slot = secrets->memory + i * SECRET_SLOT;
            return SWORN_OK;
        }
    }
    return SWORN_NO_MEMORY;
}

void secret_give(struct secrets *secrets, uint8_t *slot)
{
    if (slot == NULL) {
        return;
    }
    OPENSSL_cleanse(slot, SECRET_SLOT);
    secrets->taken[(size_t)(slot - secrets->memory) / SECRET_SLOT] = false;
}

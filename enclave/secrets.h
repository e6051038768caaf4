/*
 * secrets.h - the one place where private keys lie: 64 KiB, locked, kept out of core dumps, wiped
 * when given back.
 *
 * P-256 keys in use are OpenSSL's objects and lie in its heap; their octets pass through here.
 */
#ifndef SWORN_ENCLAVE_SECRETS_H
#define SWORN_ENCLAVE_SECRETS_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

#define SECRET_SLOT  64
#define SECRET_SLOTS 1024

struct secrets {
    uint8_t *memory;
    bool taken[SECRET_SLOTS];
};

/**
 * Map and lock the memory; before the sandbox closes. A refused lock (RLIMIT_MEMLOCK) is
 * SWORN_LIMIT.
 */
SWORN_CHECK enum sworn_result secrets_open(struct secrets *secrets);

/** A slot of SECRET_SLOT octets, zero; SWORN_NO_MEMORY when all are taken. */
SWORN_CHECK enum sworn_result secret_take(struct secrets *secrets, uint8_t **slot);

/** Wipe a slot and give it back; NULL is nothing. */
void secret_give(struct secrets *secrets, uint8_t *slot);

#endif

/*
 * enclave.h - all that sworn-enclave keeps between requests.
 */
#ifndef SWORN_ENCLAVE_ENCLAVE_H
#define SWORN_ENCLAVE_ENCLAVE_H

#include "core/guard/guard.h"
#include "enclave/dnssec/keyring.h"
#include "enclave/ledger/ledger.h"

#define REQUEST_CAP ((size_t)768 * 1024 * 1024)
#define ZONEMD_MOST 100000 /* where the host does not say */

struct enclave {
    struct channel channel;
    struct ledger ledger;
    struct secrets secrets;
    uint8_t *seal_secret; /* a slot of `secrets` */
    struct keyring keyring;
    struct engine_cache *guards;
    struct guard_limits most; /* that a new policy may allow a guard here */
    uint32_t zonemd_most;     /* record sets of a zone that gets a ZONEMD */
    uint8_t platform;         /* enum platform_code */
};

/**
 * Set up everything that needs more than the sandbox will allow.
 *
 * \param secret  the platform's sealing secret; copied
 */
SWORN_CHECK enum sworn_result enclave_init(struct enclave *enclave, int fd, uint8_t platform,
                                           const uint8_t secret[SEAL_SECRET_SIZE]);

/** Answer requests until the host is gone. */
void enclave_serve(struct enclave *enclave);

#endif

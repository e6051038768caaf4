/*
 * abi.h - the fdns ABI as one table of imports, and what their handlers share: one call's state,
 * access to the instance's memory, fuel.
 *
 * A handler returns SWORN_OK, or the result that ends the call, with its reason written.
 */
#ifndef SWORN_CORE_GUARD_ABI_H
#define SWORN_CORE_GUARD_ABI_H

#include "core/guard/cache.h"
#include "core/guard/guard.h"
#include "core/guard/montgomery.h"
#include "engine/engine.h"

#define ABI_MODULE "fdns"

struct abi_import;

/** One run of a guard, as the handlers see it. */
struct abi_session {
    struct guard_call *call;
    struct engine_cache *cache;
    struct reason *reason;
    const struct abi_import *import;     /* being called now */
    const struct engine_host_call *host; /* its arguments, memory and fuel */
    enum sworn_result stop;              /* what ended the call, SWORN_OK for the engine itself */
    uint32_t operations;                 /* record operations given so far */
    uint8_t *state;                      /* room for limits.state octets, at the first state_set */
    struct region snapshot_region;       /* cleared before each query */
    struct octets snapshot;              /* of the last records_size */
    struct modulus modulus;              /* of the last mod_set */
};

typedef enum sworn_result abi_handler(struct abi_session *session);

/** Prices that are not an import's; with FUEL_PER_SIGNATURE of guard.h. */
enum {
    FUEL_PER_INSTANCE = 5000,
    FUEL_PER_CODE_OCTET = 32,
    FUEL_PER_PAGE = 2048,  /* that memory starts with */
    FUEL_PER_VISIT = 1000, /* of a record set, on the guard's behalf */
    /* A set that is read to answer, or to put a record in or take one out: */
    FUEL_PER_RECORD = 128,
    FUEL_PER_OCTET_READ = 1
};

/** One row of the ABI. */
struct abi_import {
    const char *name;
    const char *signature; /* engine.h */
    abi_handler *handler;
    struct octets (*data)(const struct abi_session *session); /* of X_size and X_copy */
    uint32_t fuel;                                            /* for each call */
    uint32_t fuel_per_64; /* for each 64 octets begun, where a handler says so */
};

#define ABI_IMPORTS_MAX 40

/** The table, `*count` rows. */
const struct abi_import *abi_imports(size_t *count);

/** The engine's callback; `context` is the session. */
int abi_call(void *context, const struct engine_host_call *host);

/** Argument number `index` of an i32. */
static inline uint32_t abi_u32(const struct abi_session *session, size_t index)
{
    return (uint32_t)session->host->arguments[index];
}

static inline void abi_return(struct abi_session *session, uint64_t value)
{
    *session->host->result = value;
}

/** The handler's refusal with its import's name in front. */
enum sworn_result abi_refuse(struct abi_session *session, enum sworn_result result,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

/** `size` octets of the instance's memory to read; good until the handler returns. */
SWORN_CHECK enum sworn_result abi_input(struct abi_session *session, uint32_t offset, uint32_t size,
                                        struct octets *octets);

/** `size` octets of the instance's memory to write. */
SWORN_CHECK enum sworn_result abi_output(struct abi_session *session, uint32_t offset,
                                         uint32_t size, uint8_t **octets);

/** Take fuel for the work to come. */
SWORN_CHECK enum sworn_result abi_charge(struct abi_session *session, uint64_t fuel);

/** Take this import's fuel for `size` octets. */
SWORN_CHECK enum sworn_result abi_charge_octets(struct abi_session *session, uint64_t size);

/**
 * X_copy(dest, offset, size) -> i32: copies min(size, length - offset) octets of `data`, none from
 * an offset past its end, and returns how many. Only what is written has to lie within memory.
 */
SWORN_CHECK enum sworn_result abi_copy(struct abi_session *session, struct octets data);

/** Let the libraries load now what they would load at the first signature check. */
SWORN_CHECK enum sworn_result crypto_warm_up(void);

/* Handlers, by file. */
abi_handler data_size, data_copy, data_zone_id, data_sequence, data_now;           /* data.c */
abi_handler records_update, records_size, records_copy;                            /* records.c */
abi_handler decide_owner, decide_policy, decide_remove, decide_state, decide_fail, /* decision.c */
    decide_fail_code;
abi_handler crypto_sha256, crypto_keccak256, crypto_ed25519_verify,
    crypto_secp256k1_recover;                                             /* crypto.c */
abi_handler crypto_p256_verify;                                           /* p256.c */
abi_handler modular_set, modular_multiply, modular_add, modular_subtract, /* modular.c */
    modular_multiply2;

#endif

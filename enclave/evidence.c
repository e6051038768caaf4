/*
 * evidence.c - what this enclave says of itself; see evidence.h.
 */
#include "enclave/evidence.h"

#include <inttypes.h>

#define STATEMENT_MAX 1024

static enum sworn_result line_hex(struct writer *text, const char *name, struct octets octets)
{
    SWORN_TRY(write_format(text, "%s=", name));
    for (size_t i = 0; i < octets.size; i++) {
        SWORN_TRY(write_format(text, "%02x", octets.data[i]));
    }
    return write_text(text, "\n");
}

/* Without an anchor nothing keeps the host from an older state, and without witnesses time is its
 * own: there are neither in this version. */
static enum sworn_result statement(const struct enclave *enclave, struct octets nonce,
                                   struct writer *text)
{
    const struct ledger *ledger = &enclave->ledger;
    struct hash table;

    SWORN_ENSURE(enclave->platform == PLATFORM_PROCESS, SWORN_UNAVAILABLE);
    SWORN_TRY(guard_fuel_table(&table));
    SWORN_TRY(write_text(text, "sworn-evidence-v1\nplatform=process\nrollback=unprotected\n"
                               "time=host\n"));
    SWORN_TRY(write_format(text, "engine=%s\n", guard_engine_version()));
    SWORN_TRY(line_hex(text, "fuel-table", octets_of_hash(&table)));
    SWORN_TRY(line_hex(text, "log-public-key",
                       octets_of(ledger->log_key.public_key, ED25519_PUBLIC_SIZE)));
    SWORN_TRY(write_format(text, "certified-time=%" PRIu64 "\n", ledger->time));
    return line_hex(text, "nonce", nonce);
}

enum sworn_result evidence_make(const struct enclave *enclave, struct octets nonce,
                                struct region *region, struct message_evidence_reply *reply,
                                struct reason *reason)
{
    struct writer text = writer_in(region, STATEMENT_MAX);
    uint8_t signature[SIGNATURE_SIZE];

    SWORN_SAY(enclave->ledger.started, reason, SWORN_CONFLICT,
              "evidence: this enclave has not been started");
    SWORN_SAY(nonce.size <= NONCE_MAX, reason, SWORN_LIMIT,
              "evidence: a nonce of %zu octets, at most %d", nonce.size, NONCE_MAX);
    SWORN_TRY(statement(enclave, nonce, &text));
    reply->statement = written(&text);
    SWORN_TRY(signer_sign(&enclave->ledger.log_key, reply->statement, signature));
    return region_copy(region, octets_of(signature, sizeof(signature)), &reply->signature);
}

/*
 * evidence.h - what this enclave says of itself, signed by the log's key.
 *
 *   sworn-evidence-v1\n
 *   platform=process\n
 *   rollback=unprotected\n
 *   time=host\n
 *   engine=<interpreter and version>\n
 *   fuel-table=<hex SHA-256>\n
 *   log-public-key=<hex>\n
 *   certified-time=<decimal>\n
 *   nonce=<hex>\n
 *
 * The other text that this key signs, a checkpoint, begins with "sworn/": neither is the other.
 */
#ifndef SWORN_ENCLAVE_EVIDENCE_H
#define SWORN_ENCLAVE_EVIDENCE_H

#include "enclave/enclave.h"

/** The statement over `nonce`, in `region`. SWORN_CONFLICT before a start, SWORN_LIMIT. */
SWORN_CHECK enum sworn_result evidence_make(const struct enclave *enclave, struct octets nonce,
                                            struct region *region,
                                            struct message_evidence_reply *reply,
                                            struct reason *reason);

#endif

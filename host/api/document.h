/*
 * document.h - the JSON documents of the API.
 */
#ifndef SWORN_HOST_API_DOCUMENT_H
#define SWORN_HOST_API_DOCUMENT_H

#include "host/api/route.h"
#include "host/commit/commit.h"

/** A JSON string; what is not UTF-8 becomes U+FFFD, control characters \u00XX. */
SWORN_CHECK enum sworn_result json_string_write(struct writer *json, struct octets text);

/** Quoted lower-case hex. */
SWORN_CHECK enum sworn_result json_hex_write(struct writer *json, struct octets octets);

/**
 * What an owner verifies, as members without the braces.
 *
 * \param whole  with creation, serial and sequence: the answer to GET
 * \return SWORN_MALFORMED when the leaf is none
 */
SWORN_CHECK enum sworn_result proof_members(struct writer *json, const struct name *apex,
                                            const struct commit_proof *proof, bool whole);

SWORN_CHECK enum sworn_result problem_document(struct writer *json, const struct problem *problem);
SWORN_CHECK enum sworn_result checkpoint_document(struct writer *json, struct octets note,
                                                  const uint8_t public_key[32]);
/** What the enclave says of itself: the lines "name=value" of its text as members, and the text. */
SWORN_CHECK enum sworn_result evidence_document(struct writer *json, struct octets text,
                                                struct octets signature);
SWORN_CHECK enum sworn_result health_document(struct writer *json, bool healthy,
                                              const struct reason *reason);

SWORN_CHECK enum sworn_result serve_document(struct writer *json, const struct name *apex,
                                             bool serve);

/** One zone of the list, with a comma before all but the first. */
SWORN_CHECK enum sworn_result zone_item(struct writer *json, const struct commit_zone *zone,
                                        bool first);

#endif

/*
 * name_text.h - the parser of names behind name_from_text(), for those who have to say what is
 * wrong with one.
 */
#ifndef SWORN_CORE_DNS_NAME_TEXT_H
#define SWORN_CORE_DNS_NAME_TEXT_H

#include "core/dns/name.h"

/** name_from_text() with the cause of a failure; `reason` may be NULL. */
SWORN_CHECK enum sworn_result name_parse(struct octets text, const struct name *origin,
                                         struct name *name, struct reason *reason);

/**
 * One character of text that may be escaped as \X or \DDD (RFC 1035 5.1), at `*at`, which moves
 * behind it.
 */
SWORN_CHECK enum sworn_result text_unescape(struct octets text, size_t *at, uint8_t *octet,
                                            struct reason *reason);

#endif

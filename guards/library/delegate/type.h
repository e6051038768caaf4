/*
 * type.h - record types by name and number.
 */
#ifndef GUARDS_DELEGATE_TYPE_H
#define GUARDS_DELEGATE_TYPE_H

#include "fdns.h"

/** A mnemonic that is known, any case, or "TYPE123" (RFC 3597 5). */
bool type_read(struct fdns_octets text, uint16_t *type);

/** As people write it. */
void type_put(struct fdns_text *text, uint16_t type);

/**
 * Whether a rule for all types means this one: types that are known here, but for those by which a
 * part of the zone, its certificates or its place below the parent would be handed on.
 */
bool type_is_ordinary(uint16_t type);

#endif

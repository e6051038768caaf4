/*
 * operand.h - what operations and queries have in common: an owner and a type, as JSON text of the
 * guard's. Inside core/change only.
 */
#ifndef SWORN_CORE_CHANGE_OPERAND_H
#define SWORN_CORE_CHANGE_OPERAND_H

#include "core/change/json.h"
#include "core/change/zone.h"

/** "www", "@", "" or "*" relative to the apex; SWORN_MALFORMED for a name outside the zone. */
SWORN_CHECK enum sworn_result operand_name(const struct change *change, struct octets text,
                                           struct name *name, struct reason *reason);

/** A mnemonic or TYPE123 of a type that can be in a zone. */
SWORN_CHECK enum sworn_result operand_type(struct octets text, uint16_t *type,
                                           struct reason *reason);

/** Decimal, 0..TTL_MAX. */
SWORN_CHECK enum sworn_result operand_ttl(struct octets text, uint32_t *ttl, struct reason *reason);

/** Like operand_name() on a member that may be null: `given` tells. */
SWORN_CHECK enum sworn_result operand_optional_name(const struct change *change,
                                                    const json_t *object, const char *member,
                                                    bool *given, struct name *name,
                                                    struct reason *reason);

#endif

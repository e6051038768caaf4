/*
 * sig0.h - what the files of this guard share.
 */
#ifndef GUARDS_SIG0_SIG0_H
#define GUARDS_SIG0_SIG0_H

#include "core/update/names.h"
#include "core/update/refusal.h"
#include "core/update/sig0.h"

/** Refuse the request; does not return. */
_Noreturn void refuse(unsigned rcode, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Refuse it unless `result` is SWORN_OK, as `refusal` says. */
void must(enum sworn_result result, const struct refusal *refusal);

/** The zone of this call as a source of names. */
extern const struct names_source zone_source;

/** Give the host the operations that bring the zone to what `names` hold. */
void zone_change(const struct names *names, const struct name *apex);

/** Refuse a signature that was accepted before, remember it until it expires. */
void signature_use(struct octets signed_octets, uint32_t expiration);

#endif

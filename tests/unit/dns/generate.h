/*
 * generate.h - well-formed RDATA of any type, at random from a seed.
 */
#ifndef SWORN_TESTS_UNIT_DNS_GENERATE_H
#define SWORN_TESTS_UNIT_DNS_GENERATE_H

#include "core/cursor/writer.h"
#include "core/dns/name.h"
#include "core/dns/rr_table.h"

/** The next number (splitmix64), never the same twice in a row. */
uint64_t generate_number(uint64_t *seed);
/** A number below `bound`. */
size_t generate_below(uint64_t *seed, size_t bound);
/** A name with mixed case, digits, "-", "_", now and then an octet that needs an escape. */
void generate_name(uint64_t *seed, struct name *name);
/** RDATA of the type, field by field as the table says. */
void generate_rdata(uint64_t *seed, const struct rr_type *type, struct writer *rdata);

#endif

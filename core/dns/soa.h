/*
 * soa.h - the numbers of an SOA's RDATA, which are its last 20 octets (RFC 1035 3.3.13), and serial
 * arithmetic.
 */
#ifndef SWORN_CORE_DNS_SOA_H
#define SWORN_CORE_DNS_SOA_H

#include "core/cursor/octets.h"

#define SOA_NUMBERS 20 /* serial, refresh, retry, expire, minimum: 4 octets each */

static inline uint32_t soa_number(struct octets rdata, size_t index)
{
    const uint8_t *at = rdata.data + rdata.size - SOA_NUMBERS + 4 * index;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/** The serial; `rdata` must have passed rdata_check(). */
static inline uint32_t soa_serial(struct octets rdata)
{
    return soa_number(rdata, 0);
}

/** The TTL of negative answers (RFC 2308 4). */
static inline uint32_t soa_minimum(struct octets rdata)
{
    return soa_number(rdata, 4);
}

/** Whether `a` is ahead of `b` (RFC 1982 3.2); half the circle apart is not ahead. */
static inline bool serial_ahead(uint32_t a, uint32_t b)
{
    uint32_t distance = a - b;

    return distance != 0 && distance < 0x80000000U;
}

#endif

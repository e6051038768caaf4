/*
 * type.c - see type.h.
 */
#include "core/change/type.h"

#include "core/dns/rr.h"

bool type_is_enclaves(uint16_t type)
{
    static const uint16_t types[] = {RR_RRSIG,      RR_NSEC, RR_DNSKEY,  RR_NSEC3,
                                     RR_NSEC3PARAM, RR_CDS,  RR_CDNSKEY, RR_ZONEMD};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i] == type) {
            return true;
        }
    }
    return false;
}

/*
 * master_print.c - record sets as lines of a master file; see master.h.
 *
 *   owner " " TTL " IN " type [" " RDATA] LF
 */
#include "core/dns/field/codec.h"
#include "core/dns/master.h"
#include "core/dns/rrset.h"

enum sworn_result master_print(const struct rrset *rrset, struct writer *text)
{
    char owner[NAME_TEXT_SIZE];
    char type[16];

    name_to_text(&rrset->owner, owner);
    rr_code_to_text(rrset->type, type);
    for (size_t i = 0; i < rrset->count; i++) {
        SWORN_TRY(write_text(text, owner));
        SWORN_TRY(write_u8(text, ' '));
        SWORN_TRY(decimal_print(text, rrset->ttl));
        SWORN_TRY(write_text(text, " IN "));
        SWORN_TRY(write_text(text, type));
        SWORN_TRY(write_u8(text, ' '));
        SWORN_TRY(rdata_to_text(rrset->type, rrset->rdata[i], false, text));
        SWORN_TRY(write_u8(text, '\n'));
    }
    return SWORN_OK;
}

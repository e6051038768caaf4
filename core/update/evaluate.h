/*
 * evaluate.h - what a DNS UPDATE asks of a zone and does to it (RFC 2136 3.2 and 3.4): one
 * implementation, for the library guard that decides and for the owner's tool.
 */
#ifndef SWORN_CORE_UPDATE_EVALUATE_H
#define SWORN_CORE_UPDATE_EVALUATE_H

#include "core/update/message.h"
#include "core/update/names.h"

/**
 * Prerequisites, prescan, then the changes, made in `names`, which has the zone as its source.
 *
 * \param creating  there is no zone yet: an SOA is taken although none is there (3.4.2.2 else)
 * \return SWORN_OK; SWORN_REFUSED with the response code, and `names` is of no use any more; else
 * a failure of the source
 */
SWORN_CHECK enum sworn_result update_evaluate(const struct update *update, bool creating,
                                              struct names *names, struct refusal *refusal);

#endif

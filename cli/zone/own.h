/*
 * own.h - the record sets in the zone tree that the enclave makes itself: DNSKEY, CDS, CDNSKEY,
 * NSEC3PARAM.
 */
#ifndef SWORN_CLI_ZONE_OWN_H
#define SWORN_CLI_ZONE_OWN_H

#include "cli/remote/proof.h"
#include "cli/zone/records.h"

/**
 * What they must be for a verified zone: from the leaf's keys and the policy; less NSEC3PARAM.
 */
SWORN_CHECK enum sworn_result own_sets_of_view(const struct view *view, const struct name *apex,
                                               struct region *region, struct record_list *own);

/** NSEC3PARAM, if the chain that is served has one. */
SWORN_CHECK enum sworn_result own_parameters(const struct zone_leaf *leaf, const struct name *apex,
                                             struct record_list *own);

/** Those of a list, less NSEC3PARAM. */
SWORN_CHECK enum sworn_result own_sets_of_list(const struct record_list *list,
                                               struct record_list *own);

#endif

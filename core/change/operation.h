/*
 * operation.h - record operations: the JSON that a guard hands to update_record(), and queries
 * (design section 6).
 *
 *   "Clear"
 *   {"RemoveRecords":{"record":"A","name":"www","index":0}}              name, index may be null
 *   {"UpdateRecord":{"mode":"Set","record":"A","name":"www","content":"192.0.2.1","ttl":"300"}}
 *   mode Set | Append | Appened
 *   query: {"name":…,"record":…}, either null
 *   result: [{"name","record","ttl","content","rdata","index"},…]
 */
#ifndef SWORN_CORE_CHANGE_OPERATION_H
#define SWORN_CORE_CHANGE_OPERATION_H

#include "core/change/zone.h"

/** Apply one operation; SWORN_MALFORMED, SWORN_LIMIT or SWORN_INVALID with the cause. */
SWORN_CHECK enum sworn_result operation_apply(struct change *change, struct octets json,
                                              struct reason *reason);

/**
 * Run a query, which counts as one visit at least, and write the JSON array; SWORN_LIMIT when it
 * would visit too much.
 */
SWORN_CHECK enum sworn_result operation_query(struct change *change, struct octets json,
                                              struct writer *result, struct reason *reason);

#endif

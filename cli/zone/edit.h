/*
 * edit.h - "--set 'www 300 A 192.0.2.1'", "--add ...", "--remove 'www A'" to operations.
 *
 *   --set, --add  NAME [TTL] [IN] TYPE RDATA
 *   --remove      NAME TYPE
 *
 * NAME is relative to the apex, "@" the apex itself. RDATA is checked here, for an error that comes
 * at once; what is sent is its one-line form with absolute names.
 */
#ifndef SWORN_CLI_ZONE_EDIT_H
#define SWORN_CLI_ZONE_EDIT_H

#include "cli/options.h"
#include "cli/zone/message.h"

SWORN_CHECK enum sworn_result edit_write(const struct edit *edit, const struct name *apex,
                                         struct region *region, struct writer *operations,
                                         struct reason *reason);

#endif

/*
 * pattern.h - patterns of names: each "*" stands for one or more labels.
 *
 *   example.      that name alone
 *   *.example.    every name below it
 *   *.            every name but the root
 */
#ifndef SWORN_HOST_CONFIG_PATTERN_H
#define SWORN_HOST_CONFIG_PATTERN_H

#include "core/dns/name.h"

/** A name in which some labels are "*"; a final dot may be missing. SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result pattern_read(const char *text, struct name *pattern);

bool pattern_matches(const struct name *pattern, const struct name *name);

#endif

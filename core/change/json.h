/*
 * json.h - JSON from outside, held to bounds before jansson sees it: size, nesting, no NUL, no
 * duplicate members; then an object's members, all of them and no others.
 */
#ifndef SWORN_CORE_CHANGE_JSON_H
#define SWORN_CORE_CHANGE_JSON_H

#include "core/cursor/region.h"

#include <jansson.h>

#define JSON_DEPTH_MAX 8

/**
 * Parse the whole of `text` (UTF-8, any JSON value). The result is released with `region`.
 *
 * \return SWORN_LIMIT past `size_max`; SWORN_MALFORMED, with what is wrong and where
 */
SWORN_CHECK enum sworn_result bounded_json_read(struct octets text, size_t size_max,
                                                struct region *region, json_t **json,
                                                struct reason *reason);

/** That `json` is an object with exactly these members; `what` names it in the reason. */
SWORN_CHECK enum sworn_result bounded_json_members(const json_t *json, const char *what,
                                                   const char *const *names, size_t count,
                                                   struct reason *reason);

/** A string member, borrowed; SWORN_MALFORMED when it is of another kind. */
SWORN_CHECK enum sworn_result bounded_json_text(const json_t *object, const char *name,
                                                struct octets *text, struct reason *reason);

#endif

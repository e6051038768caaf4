/*
 * name.h - names as record operations write them, taken apart: no spelling passes by a rule.
 *
 *   labels = (u8 length 1..63 ‖ octets)*, lower case, relative to the apex: its own are none
 */
#ifndef GUARDS_DELEGATE_NAME_H
#define GUARDS_DELEGATE_NAME_H

#include "fdns.h"

enum { LABEL_MAX = 63, LABELS_SIZE_MAX = 254 /* RFC 1035 3.1: 255 with the root's octet */ };

struct labels {
    size_t size;
    uint8_t octets[LABELS_SIZE_MAX];
};

/**
 * The name that `text` writes (RFC 1035 5.1: \X and \DDD, final dot, "@" or nothing for the apex),
 * relative to the apex; false when it is no name, or none of this zone.
 *
 * \param apex  as labels_of_apex() gives it
 */
bool labels_read(struct fdns_octets text, const struct labels *apex, struct labels *labels);

/** The name of this call's zone. */
struct labels labels_of_apex(void);

/** Write it so that everybody reads the same: escapes as \DDD only, "@" for the apex. */
void labels_put(struct fdns_text *text, const struct labels *labels);

/** Whether the name is `begin`, perhaps something, and then `end`: each whole labels, or empty. */
bool labels_between(const struct labels *labels, struct fdns_octets begin, struct fdns_octets end);

/** Whether octets are labels as above. */
bool labels_are(struct fdns_octets octets);

#endif

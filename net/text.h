/*
 * text.h - how octets and names appear in the HTTP API: hex, base64, and an apex as one segment of
 * a path.
 *
 *   hex     two lower-case digits an octet; either case is read
 *   base64  RFC 4648 4: with padding, no line ends, unused bits zero
 *   apex    labels from the left, "." between them, no final dot, lower case; octets of a label
 *           other than a-z 0-9 - _ as =XX (upper-case digits); the root is =2E
 *
 * Reading is strict: each value has one spelling (but for the case of hex), all else is
 * SWORN_MALFORMED. A failed write leaves what was written before it and perhaps a part of its own.
 */
#ifndef SWORN_NET_TEXT_H
#define SWORN_NET_TEXT_H

#include "core/cursor/writer.h"
#include "core/dns/name.h"

#define APEX_PATH_SIZE 768 /* enough for any apex in a path: three characters an octet */

SWORN_CHECK enum sworn_result hex_write(struct writer *text, struct octets octets);
SWORN_CHECK enum sworn_result hex_read(struct octets text, struct writer *octets);

SWORN_CHECK enum sworn_result base64_write(struct writer *text, struct octets octets);
SWORN_CHECK enum sworn_result base64_read(struct octets text, struct writer *octets);

/** \return SWORN_INVALID for the one name that reads like the root: the single label "." */
SWORN_CHECK enum sworn_result apex_path_write(const struct name *apex, struct writer *text);
SWORN_CHECK enum sworn_result apex_path_read(struct octets text, struct name *apex);

#endif

/*
 * request.h - what a request over HTTPS says, apart from HTTP/2 (RFC 8484 4.1).
 *
 *   GET  /dns-query?dns=<base64url of the message, without padding>
 *   POST /dns-query, content-type application/dns-message, the message as body
 *
 * Other parameters of the query are ignored, as is everything behind the first `dns`.
 */
#ifndef SWORN_HOST_SERVE_HTTPS_REQUEST_H
#define SWORN_HOST_SERVE_HTTPS_REQUEST_H

#include "core/cursor/octets.h"

#define REQUEST_MESSAGE_MAX 65535

enum http_method { METHOD_OTHER, METHOD_GET, METHOD_POST };

enum http_method request_method(struct octets value);

/** Whether this path, perhaps with parameters behind it, is the one that is served. */
bool request_path_is_ours(struct octets path);

/** The text of the parameter `dns`; false when there is none. */
bool request_parameter(struct octets path, struct octets *text);

/** application/dns-message, perhaps with parameters. */
bool request_type_is_dns(struct octets value);

/** Room for as many octets as `text` has characters is enough; false when it is malformed. */
bool request_decode(struct octets text, uint8_t *octets, size_t *size);

#endif

/*
 * server.h - the HTTP API, as octets; nothing that comes from here is believed.
 */
#ifndef SWORN_CLI_REMOTE_SERVER_H
#define SWORN_CLI_REMOTE_SERVER_H

#include "core/cursor/region.h"

struct server;

/** \param url  http://HOST:PORT or https://..., nothing behind it */
SWORN_CHECK enum sworn_result server_open(const char *url, struct region *region,
                                          struct server **server, struct reason *reason);

/**
 * What the server answers to a GET of `path` ("/v1/...").
 *
 * An answer other than 2xx becomes the result that its code names, with its message, code and
 * status as the reason; a server that is not there is SWORN_UNAVAILABLE.
 */
SWORN_CHECK enum sworn_result server_get(struct server *server, const char *path,
                                         struct region *region, struct octets *body,
                                         struct reason *reason);

/** The same for a POST of `content` as `type`. */
SWORN_CHECK enum sworn_result server_post(struct server *server, const char *path, const char *type,
                                          struct octets content, struct region *region,
                                          struct octets *body, struct reason *reason);

#endif

/*
 * server.h - what the writer and the readers of one server share.
 */
#ifndef SWORN_HOST_ANSWER_SERVER_H
#define SWORN_HOST_ANSWER_SERVER_H

#include "host/answer/message/profile.h"
#include "host/answer/node.h"
#include "host/answer/zone.h"

struct answer_server {
    struct hash_seed seed;
    struct trie *zones;      /* key of the apex -> zone; readers take it once a query */
    unsigned longest;        /* labels of the longest apex that ever was; only grows */
    uint32_t txn;            /* number of the last change */
    struct profile *profile; /* readers take it once a query */
    uint8_t cookie_secret[COOKIE_SECRET_SIZE]; /* used where no other is given */
    struct renderer renderer;
};

#endif

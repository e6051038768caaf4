/*
 * world.h - a log, a top tree and a zone made here, octet for octet as a server would show them, so
 * that tests can change any part of it and see it noticed.
 */
#ifndef SWORN_TESTS_CLI_WORLD_H
#define SWORN_TESTS_CLI_WORLD_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "cli/remote/proof.h"

#define WORLD_ENTRIES 4 /* another zone's, the creation, an update, perhaps one that is not shown */

struct world {
    struct region region;
    uint8_t log_public[32], log_secret[64];
    uint8_t zone_public[32], zone_secret[64];
    struct name apex;
    struct record_list records; /* of the zone, DNSKEY included */
    struct octets guard, environment, policy, argument, update;
    struct zone_leaf leaf;
    struct reply reply; /* of the newest entry */
    struct memory nothing;
};

/** What a test wants otherwise; either may be NULL. Called before anything is hashed. */
struct twist {
    void (*entry)(struct log_entry *newest);
    void (*creation)(struct log_entry *creation);
    void (*leaf)(struct zone_leaf *leaf);
    void (*records)(struct world *world);
    uint8_t log_seed; /* another log's key */
    bool only_created;
    bool longer_log; /* an entry behind the one that is shown */
};

void world_make(struct world *world, const struct twist *twist);
void world_free(struct world *world);

/** A set from master-file RDATA, one string a record, NULL at the end. */
struct record_set *world_add(struct record_list *list, const char *owner, uint16_t type,
                             uint32_t ttl, ...);

/** The name of a text with final dot. */
struct name world_name(const char *text);

/** What creation and update asked for. */
struct sent world_sent_creation(struct world *world);
struct sent world_sent_update(struct world *world);

/** proof_check() on the world's reply. */
enum sworn_result world_check(struct world *world, const struct memory *kept,
                              const struct sent *sent, struct view *view, struct reason *reason);

/** SHA-256 in storage of the world's. */
struct hash *world_hash(struct world *world, struct octets octets);

#endif

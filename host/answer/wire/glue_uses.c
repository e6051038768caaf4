/*
 * glue_uses.c - which cuts a name server is for; see glue.h.
 *
 * A table of pairs with open addressing, placed by the server's hash; at most half full. Pairs of
 * one server follow each other, so a probe meets all of them before it meets a free place.
 */
#include "host/answer/wire/glue.h"

#include <stdlib.h>

#define FIRST_ROOM 64

struct pair {
    uint64_t server;
    uint64_t cut; /* both 0: free */
};

struct glue_uses {
    size_t room; /* a power of two */
    size_t count;
    struct pair *pair;
};

static bool is_free(const struct pair *pair)
{
    return pair->server == 0 && pair->cut == 0;
}

static size_t home(const struct glue_uses *uses, uint64_t server)
{
    return (size_t)server & (uses->room - 1);
}

enum sworn_result glue_uses_new(struct glue_uses **made)
{
    struct glue_uses *uses = calloc(1, sizeof(*uses));

    SWORN_ENSURE(uses != NULL, SWORN_NO_MEMORY);
    uses->room = FIRST_ROOM;
    uses->pair = calloc(uses->room, sizeof(struct pair));
    if (uses->pair == NULL) {
        free(uses);
        return SWORN_NO_MEMORY;
    }
    *made = uses;
    return SWORN_OK;
}

void glue_uses_free(struct glue_uses *uses)
{
    if (uses != NULL) {
        free(uses->pair);
        free(uses);
    }
}

/* Where the pair is, or the free place where it goes. */
static struct pair *place_of(const struct glue_uses *uses, uint64_t server, uint64_t cut)
{
    size_t at = home(uses, server);

    while (!is_free(&uses->pair[at]) &&
           (uses->pair[at].server != server || uses->pair[at].cut != cut)) {
        at = (at + 1) & (uses->room - 1);
    }
    return &uses->pair[at];
}

static enum sworn_result grow(struct glue_uses *uses)
{
    struct glue_uses wide = {.room = uses->room * 2, .count = uses->count};

    wide.pair = calloc(wide.room, sizeof(struct pair));
    SWORN_ENSURE(wide.pair != NULL, SWORN_NO_MEMORY);
    for (size_t i = 0; i < uses->room; i++) {
        if (!is_free(&uses->pair[i])) {
            *place_of(&wide, uses->pair[i].server, uses->pair[i].cut) = uses->pair[i];
        }
    }
    free(uses->pair);
    *uses = wide;
    return SWORN_OK;
}

enum sworn_result glue_uses_add(struct glue_uses *uses, uint64_t server, uint64_t cut)
{
    struct pair *pair;

    if (uses->count >= uses->room / 2) {
        SWORN_TRY(grow(uses));
    }
    pair = place_of(uses, server, cut);
    if (is_free(pair)) {
        *pair = (struct pair){.server = server, .cut = cut};
        uses->count++;
    }
    return SWORN_OK;
}

void glue_uses_remove(struct glue_uses *uses, uint64_t server, uint64_t cut)
{
    size_t mask = uses->room - 1;
    size_t hole = (size_t)(place_of(uses, server, cut) - uses->pair);

    if (is_free(&uses->pair[hole])) {
        return;
    }
    uses->count--;
    /* What probed past the hole moves into it, so that no probe ends too early. */
    for (size_t at = (hole + 1) & mask; !is_free(&uses->pair[at]); at = (at + 1) & mask) {
        size_t from_home = (at - home(uses, uses->pair[at].server)) & mask;

        if (from_home >= ((at - hole) & mask)) {
            uses->pair[hole] = uses->pair[at];
            hole = at;
        }
    }
    uses->pair[hole] = (struct pair){0};
}

enum sworn_result glue_uses_of(const struct glue_uses *uses, uint64_t server, void *context,
                               enum sworn_result (*each)(void *context, uint64_t cut))
{
    for (size_t at = home(uses, server); !is_free(&uses->pair[at]);
         at = (at + 1) & (uses->room - 1)) {
        if (uses->pair[at].server == server) {
            SWORN_TRY(each(context, uses->pair[at].cut));
        }
    }
    return SWORN_OK;
}

/*
 * txn.h - memory of one change to what readers see.
 *
 * Readers see a structure only whole: a change copies what it touches and leaves the rest shared.
 * What it makes bears its number and may still be edited in place; what it replaces is freed when
 * no reader can see it any more, or, when the change fails, kept while all that was made goes.
 *
 * A private change works on what nobody sees yet (a zone that is being loaded): replaced memory is
 * freed at once, and its maker frees the whole when it fails.
 */
#ifndef SWORN_HOST_ANSWER_INDEX_TXN_H
#define SWORN_HOST_ANSWER_INDEX_TXN_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct pointers {
    void **items;
    size_t count;
    size_t room;
};

struct txn {
    uint32_t number;
    bool is_private;
    struct pointers fresh;
    struct pointers retired;
};

/** Memory, not set to anything. */
SWORN_CHECK enum sworn_result txn_alloc(struct txn *txn, size_t size, void **memory);

/** What was linked before is not linked any more; NULL is nothing. */
SWORN_CHECK enum sworn_result txn_retire(struct txn *txn, void *memory);

/** The change is visible and no reader has the old state: free what it replaced. */
void txn_finish(struct txn *txn);

/** The change is forgotten: free what it made. */
void txn_abandon(struct txn *txn);

#endif

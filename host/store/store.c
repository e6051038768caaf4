/*
 * store.c - LMDB behind a few functions; see store.h.
 */
#include "host/store/store.h"

#include <lmdb.h>
#include <stdlib.h>

#define MAP_SIZE ((size_t)1 << 38) /* address space, not memory: 256 GiB */
#define READERS  512

struct store {
    MDB_env *environment;
    MDB_dbi tables[STORE_TABLES];
};

struct store_view {
    struct store *store;
    MDB_txn *transaction;
};

struct store_walk {
    MDB_cursor *cursor;
    struct octets prefix;
    bool begun;
};

static const char *const table_names[STORE_TABLES] = {
    [STORE_META] = "meta",       [STORE_LOG] = "log",     [STORE_NODES] = "nodes",
    [STORE_TOP] = "top",         [STORE_ZONES] = "zones", [STORE_PAGES] = "pages",
    [STORE_SETS] = "sets",       [STORE_BLOBS] = "blobs", [STORE_LOCAL] = "local",
    [STORE_JOURNAL] = "journal",
};

static MDB_val val_of(struct octets octets)
{
    return (MDB_val){.mv_size = octets.size, .mv_data = (void *)(uintptr_t)octets.data};
}

static struct octets octets_from(const MDB_val *val)
{
    return octets_of(val->mv_data, val->mv_size);
}

static enum sworn_result result_of(int code)
{
    if (code == 0) {
        return SWORN_OK;
    }
    return code == MDB_NOTFOUND ? SWORN_ABSENT : SWORN_IO;
}

static enum sworn_result tables_open(struct store *store)
{
    MDB_txn *transaction;

    SWORN_TRY(result_of(mdb_txn_begin(store->environment, NULL, 0, &transaction)));
    for (int i = 0; i < STORE_TABLES; i++) {
        int code = mdb_dbi_open(transaction, table_names[i], MDB_CREATE, &store->tables[i]);

        if (code != 0) {
            mdb_txn_abort(transaction);
            return SWORN_IO;
        }
    }
    return result_of(mdb_txn_commit(transaction));
}

/* A store of another format is left alone. */
static enum sworn_result format_check(struct store *store, struct reason *reason)
{
    static const uint8_t format[4] = {0, 0, 0, STORE_FORMAT};
    struct store_view *view;
    struct octets key, value;
    enum sworn_result result;

    SWORN_TRY(store_write(store, &view));
    result = store_get(view, STORE_META, octets_of_text("format"), &value);
    if (result == SWORN_ABSENT &&
        store_next(view, STORE_META, octets_of("", 1), false, &key, &value) == SWORN_OK) {
        result = because(reason, SWORN_CONFLICT, "the store lost its format number: rows are lost");
    }
    if (result == SWORN_ABSENT) {
        result = store_put(view, STORE_META, octets_of_text("format"),
                           octets_of(format, sizeof(format)));
        if (result == SWORN_OK) {
            return store_commit(view);
        }
    }
    if (result == SWORN_OK && !octets_equal(value, octets_of(format, sizeof(format)))) {
        result = because(reason, SWORN_CONFLICT,
                         "the store has another format than this version's (%d): use the version "
                         "that made it",
                         STORE_FORMAT);
    }
    store_end(view);
    return result;
}

static enum sworn_result environment_open(struct store *store, const char *folder,
                                          struct reason *reason)
{
    int code = mdb_env_create(&store->environment);

    SWORN_ENSURE(code == 0, SWORN_NO_MEMORY);
    (void)mdb_env_set_maxdbs(store->environment, STORE_TABLES);
    (void)mdb_env_set_maxreaders(store->environment, READERS);
    (void)mdb_env_set_mapsize(store->environment, MAP_SIZE);
    /* NOTLS: a snapshot may go from one thread to another (streamed answers of the API). */
    code = mdb_env_open(store->environment, folder, MDB_NOTLS | MDB_NORDAHEAD, 0600);
    SWORN_SAY(code == 0, reason, SWORN_IO, "store %s: %s", folder, mdb_strerror(code));
    SWORN_SAY(tables_open(store) == SWORN_OK, reason, SWORN_IO,
              "store %s: its tables cannot be opened", folder);
    return format_check(store, reason);
}

enum sworn_result store_open(const char *folder, struct store **store, struct reason *reason)
{
    struct store *made = calloc(1, sizeof(*made));
    enum sworn_result result;

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    result = environment_open(made, folder, reason);
    if (result != SWORN_OK) {
        store_close(made);
        return result;
    }
    *store = made;
    return SWORN_OK;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->environment != NULL) {
        mdb_env_close(store->environment);
    }
    free(store);
}

static enum sworn_result view_begin(struct store *store, unsigned flags, struct store_view **view)
{
    struct store_view *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    made->store = store;
    if (mdb_txn_begin(store->environment, NULL, flags, &made->transaction) != 0) {
        free(made);
        return SWORN_IO;
    }
    *view = made;
    return SWORN_OK;
}

enum sworn_result store_read(struct store *store, struct store_view **view)
{
    return view_begin(store, MDB_RDONLY, view);
}

enum sworn_result store_write(struct store *store, struct store_view **view)
{
    return view_begin(store, 0, view);
}

enum sworn_result store_commit(struct store_view *view)
{
    int code = mdb_txn_commit(view->transaction);

    free(view);
    return code == 0 ? SWORN_OK : SWORN_IO;
}

void store_end(struct store_view *view)
{
    if (view == NULL) {
        return;
    }
    mdb_txn_abort(view->transaction);
    free(view);
}

enum sworn_result store_get(struct store_view *view, enum store_table table, struct octets key,
                            struct octets *value)
{
    MDB_val name = val_of(key), found;

    SWORN_TRY(result_of(mdb_get(view->transaction, view->store->tables[table], &name, &found)));
    *value = octets_from(&found);
    return SWORN_OK;
}

enum sworn_result store_put(struct store_view *view, enum store_table table, struct octets key,
                            struct octets value)
{
    MDB_val name = val_of(key), data = val_of(value);

    return result_of(mdb_put(view->transaction, view->store->tables[table], &name, &data, 0));
}

enum sworn_result store_delete(struct store_view *view, enum store_table table, struct octets key)
{
    MDB_val name = val_of(key);

    return result_of(mdb_del(view->transaction, view->store->tables[table], &name, NULL));
}

enum sworn_result store_next(struct store_view *view, enum store_table table, struct octets key,
                             bool after, struct octets *found, struct octets *value)
{
    MDB_val name = val_of(key), data;
    MDB_cursor *cursor;
    int code;

    SWORN_TRY(result_of(mdb_cursor_open(view->transaction, view->store->tables[table], &cursor)));
    code = mdb_cursor_get(cursor, &name, &data, MDB_SET_RANGE);
    if (code == 0 && after && octets_equal(octets_from(&name), key)) {
        code = mdb_cursor_get(cursor, &name, &data, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    SWORN_TRY(result_of(code));
    *found = octets_from(&name);
    *value = octets_from(&data);
    return SWORN_OK;
}

enum sworn_result store_walk_begin(struct store_view *view, enum store_table table,
                                   struct octets prefix, struct store_walk **walk)
{
    struct store_walk *made = calloc(1, sizeof(*made) + prefix.size);
    uint8_t *copy = (uint8_t *)(made + 1);

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    if (mdb_cursor_open(view->transaction, view->store->tables[table], &made->cursor) != 0) {
        free(made);
        return SWORN_IO;
    }
    if (prefix.size > 0) {
        memcpy(copy, prefix.data, prefix.size);
    }
    made->prefix = octets_of(copy, prefix.size);
    *walk = made;
    return SWORN_OK;
}

enum sworn_result store_walk_next(struct store_walk *walk, struct octets *key, struct octets *value)
{
    MDB_val name = val_of(walk->prefix), data;
    MDB_cursor_op first = walk->prefix.size > 0 ? MDB_SET_RANGE : MDB_FIRST;
    int code = mdb_cursor_get(walk->cursor, &name, &data, walk->begun ? MDB_NEXT : first);

    walk->begun = true;
    SWORN_TRY(result_of(code));
    SWORN_ENSURE(name.mv_size >= walk->prefix.size, SWORN_ABSENT);
    SWORN_ENSURE(octets_equal(octets_of(name.mv_data, walk->prefix.size), walk->prefix),
                 SWORN_ABSENT);
    *key = octets_of((const uint8_t *)name.mv_data + walk->prefix.size,
                     name.mv_size - walk->prefix.size);
    *value = octets_from(&data);
    return SWORN_OK;
}

void store_walk_end(struct store_walk *walk)
{
    if (walk != NULL) {
        mdb_cursor_close(walk->cursor);
        free(walk);
    }
}

/*
 * rebuild.c - see rebuild.h.
 */
#include "cli/guard/rebuild.h"

#include <dirent.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/file.h"
#include "core/merkle/merkle.h"

#define GUARD_MAX ((size_t)64 << 20)
#define OUT_SIZE  64

extern char **environ;

/* A checkout, and a folder of our own for what is built. */
struct rebuilding {
    struct region *region;
    char *script, *library;
    char out[OUT_SIZE];
    const struct hash *hash;
};

/* guards/build and guards/library, from the root of a checkout or from guards/ itself. */
static enum sworn_result find_script(struct rebuilding *rebuilding, const char *folder,
                                     struct reason *reason)
{
    static const char *const places[] = {"guards/", ""};

    for (size_t i = 0; i < 2; i++) {
        SWORN_TRY(
            text_in(rebuilding->region, &rebuilding->script, "%s/%sbuild", folder, places[i]));
        SWORN_TRY(
            text_in(rebuilding->region, &rebuilding->library, "%s/%slibrary", folder, places[i]));
        if (access(rebuilding->script, X_OK) == 0 && access(rebuilding->library, R_OK) == 0) {
            return SWORN_OK;
        }
    }
    return because(reason, SWORN_ABSENT,
                   "%s is no checkout of sworn: there is no guards/build with guards/library",
                   folder);
}

/* What the script says goes where errors go: it is no result of ours. */
static bool build(const struct rebuilding *rebuilding, const char *name, const char *out)
{
    char *arguments[] = {rebuilding->script, (char *)(uintptr_t)name, (char *)(uintptr_t)out, NULL};
    posix_spawn_file_actions_t actions;
    int status = -1;
    pid_t child;

    if (posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    if (posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO) != 0 ||
        posix_spawn(&child, rebuilding->script, &actions, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child) {
        status = -1;
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return status == 0;
}

/* Whether the guard of that name, built now, has the hash. */
static bool is_guard(const struct rebuilding *rebuilding, const char *name, size_t *built)
{
    struct hash hash = {{0}};
    struct octets code;
    struct region region;
    char *out;
    bool same;

    region_init(&region, 2 * GUARD_MAX);
    same = text_in(&region, &out, "%s/guard.wasm", rebuilding->out) == SWORN_OK &&
           build(rebuilding, name, out) &&
           file_read(out, GUARD_MAX, &region, &code, NULL) == SWORN_OK &&
           sha256_one(code, &hash) == SWORN_OK;
    *built += same;
    same = same && hash_equal(&hash, rebuilding->hash);
    region_clear(&region);
    return same;
}

static enum sworn_result try_all(const struct rebuilding *rebuilding, const char *likely,
                                 const char **name, size_t *built)
{
    struct dirent **entries;
    int count = scandir(rebuilding->library, &entries, NULL, alphasort);
    enum sworn_result result = SWORN_ABSENT;
    char *found;

    for (int i = 0; i < count; i++) {
        const char *entry = entries[i]->d_name;

        if (result == SWORN_ABSENT && entry[0] != '.' &&
            (likely == NULL || strcmp(entry, likely) != 0) && is_guard(rebuilding, entry, built)) {
            result = text_in(rebuilding->region, &found, "%s", entry);
            *name = found;
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return result;
}

enum sworn_result guard_rebuild(const char *folder, const struct hash *hash, const char *likely,
                                struct region *region, const char **name, size_t *built,
                                struct reason *reason)
{
    struct rebuilding rebuilding = {
        .region = region, .hash = hash, .out = "/tmp/sworn-rebuild-XXXXXX"};
    enum sworn_result result;
    char *file;

    *built = 0;
    SWORN_TRY(find_script(&rebuilding, folder, reason));
    SWORN_SAY(mkdtemp(rebuilding.out) != NULL, reason, SWORN_IO,
              "cannot make a folder in /tmp: %m");
    if (likely != NULL && is_guard(&rebuilding, likely, built)) {
        *name = likely;
        result = SWORN_OK;
    } else {
        result = try_all(&rebuilding, likely, name, built);
    }
    if (text_in(region, &file, "%s/guard.wasm", rebuilding.out) == SWORN_OK) {
        (void)unlink(file);
    }
    (void)rmdir(rebuilding.out);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "none of the %zu guards that %s makes is the zone's", *built, rebuilding.script);
    return SWORN_OK;
}

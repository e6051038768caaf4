/*
 * library.c - see library.h.
 */
#include "cli/guard/library.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/guard/module.h"
#include "core/merkle/merkle.h"

#define GUARD_MAX  ((size_t)64 << 20)
#define FOLDERS    3
#define GUARDS_MAX 256

/* Where guards are; unused places are NULL. */
static enum sworn_result guard_folders(struct region *region, const char *folders[FOLDERS])
{
    char self[4096], *folder;
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    folders[0] = getenv("SWORN_GUARDS");
    folders[1] = NULL;
    folders[2] = "/usr/share/sworn/guards";
    if (size <= 0) {
        return SWORN_OK;
    }
    self[size] = '\0';
    slash = strrchr(self, '/');
    if (slash == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(text_in(region, &folder, "%.*s/../guards", (int)(slash - self), self));
    folders[1] = folder;
    return SWORN_OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), less = strlen(end);

    return size > less && strcmp(text + size - less, end) == 0;
}

enum sworn_result guard_load(const char *guard, struct region *region, struct octets *code,
                             struct reason *reason)
{
    const char *folders[FOLDERS];

    if (strchr(guard, '/') != NULL || ends_with(guard, ".wasm")) {
        return file_read(guard, GUARD_MAX, region, code, reason);
    }
    SWORN_TRY(guard_folders(region, folders));
    for (size_t i = 0; i < FOLDERS; i++) {
        enum sworn_result result;
        char *path;

        if (folders[i] == NULL) {
            continue;
        }
        SWORN_TRY(text_in(region, &path, "%s/%s.wasm", folders[i], guard));
        result = file_read(path, GUARD_MAX, region, code, reason);
        if (result != SWORN_ABSENT) {
            return result;
        }
    }
    return because(reason, SWORN_ABSENT,
                   "there is no guard '%s': no %s.wasm in $SWORN_GUARDS (%s), %s or %s", guard,
                   guard, folders[0] == NULL ? "not set" : folders[0],
                   folders[1] == NULL ? "../guards" : folders[1], folders[2]);
}

static const char *guard_in_folder(const char *folder, const struct hash *hash,
                                   struct region *region, struct octets *found_code)
{
    DIR *directory = opendir(folder);
    const char *found = NULL;

    if (directory == NULL) {
        return NULL;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL && found == NULL;
         entry = readdir(directory)) {
        struct octets code;
        struct hash other;
        char *path, *name;

        if (ends_with(entry->d_name, ".wasm") &&
            text_in(region, &path, "%s/%s", folder, entry->d_name) == SWORN_OK &&
            text_in(region, &name, "%.*s", (int)(strlen(entry->d_name) - 5), entry->d_name) ==
                SWORN_OK &&
            file_read(path, GUARD_MAX, region, &code, NULL) == SWORN_OK &&
            sha256_one(code, &other) == SWORN_OK && hash_equal(hash, &other)) {
            found = name;
            *found_code = code;
        }
    }
    (void)closedir(directory);
    return found;
}

static const char *guard_find(const struct hash *hash, struct region *region, struct octets *code)
{
    const char *folders[FOLDERS], *found = NULL;

    if (guard_folders(region, folders) != SWORN_OK) {
        return NULL;
    }
    for (size_t i = 0; i < FOLDERS && found == NULL; i++) {
        found = folders[i] == NULL ? NULL : guard_in_folder(folders[i], hash, region, code);
    }
    return found;
}

const char *guard_name_of(const struct hash *hash, struct region *region)
{
    struct octets code;

    return guard_find(hash, region, &code);
}

bool guard_of_hash(const struct hash *hash, struct region *region, struct octets *code)
{
    return guard_find(hash, region, code) != NULL;
}

struct octets guard_argument(struct octets code)
{
    struct wasm_module module;
    struct region region;
    bool good;

    region_init(&region, 2 * GUARD_MAX);
    good = module_read(code, &region, &module) == SWORN_OK;
    region_clear(&region);
    return good ? module.argument : octets_of(NULL, 0);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the .wasm files of a folder, sorted. */
static enum sworn_result names_in(const char *folder, struct region *region, const char *names[],
                                  size_t *count)
{
    DIR *directory = opendir(folder);
    enum sworn_result result = SWORN_OK;
    char *name;

    *count = 0;
    if (directory == NULL) {
        return SWORN_OK;
    }
    for (struct dirent *entry = readdir(directory);
         entry != NULL && *count < GUARDS_MAX && result == SWORN_OK; entry = readdir(directory)) {
        if (ends_with(entry->d_name, ".wasm")) {
            result =
                text_in(region, &name, "%.*s", (int)(strlen(entry->d_name) - 5), entry->d_name);
            names[(*count)++] = name;
        }
    }
    (void)closedir(directory);
    qsort(names, *count, sizeof(names[0]), by_name);
    return result;
}

enum sworn_result guard_each(struct region *region,
                             enum sworn_result (*take)(void *context, const char *name,
                                                       struct octets code),
                             void *context)
{
    const char *folders[FOLDERS], *names[GUARDS_MAX];
    struct octets code;
    size_t count;
    char *path;

    SWORN_TRY(guard_folders(region, folders));
    for (size_t i = 0; i < FOLDERS; i++) {
        if (folders[i] == NULL) {
            continue;
        }
        SWORN_TRY(names_in(folders[i], region, names, &count));
        for (size_t j = 0; j < count; j++) {
            SWORN_TRY(text_in(region, &path, "%s/%s.wasm", folders[i], names[j]));
            if (file_read(path, GUARD_MAX, region, &code, NULL) == SWORN_OK) {
                SWORN_TRY(take(context, names[j], code));
            }
        }
        if (count > 0) {
            return SWORN_OK;
        }
    }
    return SWORN_OK;
}

/*
 * guard.c - see guard.h.
 */
#include "cli/guard.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/file.h"
#include "core/cursor/writer.h"
#include "core/merkle/merkle.h"

#define GUARD_MAX       ((size_t)64 << 20)
#define ENVIRONMENT_MAX ((size_t)64 << 20)
#define FOLDERS         3

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
                                   struct region *region)
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
        }
    }
    (void)closedir(directory);
    return found;
}

const char *guard_name_of(const struct hash *hash, struct region *region)
{
    const char *folders[FOLDERS], *found = NULL;

    if (guard_folders(region, folders) != SWORN_OK) {
        return NULL;
    }
    for (size_t i = 0; i < FOLDERS && found == NULL; i++) {
        found = folders[i] == NULL ? NULL : guard_in_folder(folders[i], hash, region);
    }
    return found;
}

enum sworn_result guard_environment(const struct options *options, const struct owner_key *key,
                                    struct region *region, struct octets *environment,
                                    struct reason *reason)
{
    struct writer writer = writer_in(region, ENVIRONMENT_MAX);
    const char *file = options->value[OPTION_ENV];

    if (file != NULL) {
        return file_read(file, ENVIRONMENT_MAX, region, environment, reason);
    }
    if (options->owners.count == 0) {
        return region_copy(region, octets_of(key->public_key, KEY_PUBLIC_SIZE), environment);
    }
    for (size_t i = 0; i < options->owners.count; i++) {
        uint8_t public_key[KEY_PUBLIC_SIZE];

        SWORN_TRY(key_public_from_text(options->owners.items[i], region, public_key, reason));
        SWORN_TRY(write_octets(&writer, octets_of(public_key, sizeof(public_key))));
    }
    *environment = written(&writer);
    return SWORN_OK;
}

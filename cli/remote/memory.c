/*
 * memory.c - see memory.h.
 */
#include "cli/remote/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/file.h"
#include "net/text.h"

#define MEMORY_FILE_MAX ((size_t)65536)

enum sworn_result memory_path(const char *key_file, const struct name *apex, struct region *region,
                              char **path)
{
    char text[APEX_PATH_SIZE];
    struct writer writer = writer_over(text, sizeof(text));

    SWORN_TRY(apex_path_write(apex, &writer));
    return text_in(region, path, "%s.zones/%.*s.json", key_file, (int)writer.used, text);
}

static enum sworn_result member_hex32(const json_t *object, const char *name, uint8_t octets[32])
{
    const char *text = json_string_value(json_object_get(object, name));
    struct writer writer = writer_over(octets, 32);

    SWORN_ENSURE(text != NULL, SWORN_MALFORMED);
    SWORN_TRY(hex_read(octets_of_text(text), &writer));
    SWORN_ENSURE(writer.used == 32, SWORN_MALFORMED);
    return SWORN_OK;
}

static enum sworn_result member_number(const json_t *object, const char *name, uint64_t *number)
{
    const json_t *member = json_object_get(object, name);

    SWORN_ENSURE(json_is_integer(member) && json_integer_value(member) >= 0, SWORN_MALFORMED);
    *number = (uint64_t)json_integer_value(member);
    return SWORN_OK;
}

static enum sworn_result memory_members(const json_t *root, struct memory *memory)
{
    const json_t *checkpoint = json_object_get(root, "checkpoint");

    SWORN_TRY(member_hex32(root, "zone_id", memory->zone_id.octets));
    SWORN_TRY(member_hex32(root, "log_key", memory->log_key));
    SWORN_TRY(member_number(checkpoint, "size", &memory->checkpoint_size));
    SWORN_TRY(member_hex32(checkpoint, "root", memory->checkpoint_root.octets));
    SWORN_TRY(member_number(root, "index", &memory->index));
    return member_number(root, "sequence", &memory->sequence);
}

enum sworn_result memory_load(const char *path, struct region *region, struct memory *memory,
                              struct reason *reason)
{
    struct octets text;
    json_t *root;
    enum sworn_result result;

    *memory = (struct memory){0};
    result = file_read(path, MEMORY_FILE_MAX, region, &text, reason);
    if (result == SWORN_ABSENT) {
        return SWORN_OK;
    }
    SWORN_TRY(result);
    root = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    result = memory_members(root, memory);
    json_decref(root);
    SWORN_SAY(result == SWORN_OK, reason, SWORN_MALFORMED,
              "%s, where the state of the zone is kept, cannot be understood", path);
    memory->known = true;
    return SWORN_OK;
}

/* The folder of `path`, made when it is not there. */
static enum sworn_result folder_make(const char *path, struct region *region, struct reason *reason)
{
    const char *slash = strrchr(path, '/');
    char *folder;

    SWORN_ENSURE(slash != NULL, SWORN_MALFORMED);
    SWORN_TRY(region_text(region, octets_of(path, (size_t)(slash - path)), &folder));
    SWORN_SAY(mkdir(folder, 0700) == 0 || errno == EEXIST, reason, SWORN_IO, "cannot make %s: %m",
              folder);
    return SWORN_OK;
}

enum sworn_result memory_save(const char *path, struct region *region, const struct memory *memory,
                              struct reason *reason)
{
    struct writer text = writer_in(region, MEMORY_FILE_MAX);

    SWORN_TRY(folder_make(path, region, reason));
    SWORN_TRY(write_text(&text, "{\"zone_id\":\""));
    SWORN_TRY(hex_write(&text, octets_of_hash(&memory->zone_id)));
    SWORN_TRY(write_text(&text, "\",\"log_key\":\""));
    SWORN_TRY(hex_write(&text, octets_of(memory->log_key, 32)));
    SWORN_TRY(write_format(&text, "\",\n \"checkpoint\":{\"size\":%" PRIu64 ",\"root\":\"",
                           memory->checkpoint_size));
    SWORN_TRY(hex_write(&text, octets_of_hash(&memory->checkpoint_root)));
    SWORN_TRY(write_format(&text, "\"},\n \"index\":%" PRIu64 ",\"sequence\":%" PRIu64 "}\n",
                           memory->index, memory->sequence));
    return file_replace(path, 0600, written(&text), region, reason);
}

enum sworn_result memory_check(const struct memory *kept, const struct memory *shown,
                               struct reason *reason)
{
    if (!kept->known) {
        return SWORN_OK;
    }
    SWORN_SAY(memcmp(kept->log_key, shown->log_key, 32) == 0, reason, SWORN_PROOF,
              "the server shows another log key than before: it is not the server that this zone "
              "was made on, or its log was begun anew");
    SWORN_SAY(hash_equal(&kept->zone_id, &shown->zone_id), reason, SWORN_PROOF,
              "the server shows another zone id than before: this is not the zone that was made");
    SWORN_SAY(shown->checkpoint_size >= kept->checkpoint_size, reason, SWORN_PROOF,
              "the server shows an older checkpoint (%" PRIu64 " entries) than before (%" PRIu64
              "): it was rolled back",
              shown->checkpoint_size, kept->checkpoint_size);
    SWORN_SAY(shown->checkpoint_size > kept->checkpoint_size ||
                  hash_equal(&shown->checkpoint_root, &kept->checkpoint_root),
              reason, SWORN_PROOF,
              "the server shows another checkpoint of %" PRIu64 " entries than before: its log "
              "was forked",
              shown->checkpoint_size);
    SWORN_SAY(shown->index >= kept->index, reason, SWORN_PROOF,
              "the server shows an older entry of the zone (%" PRIu64 ") than before (%" PRIu64 ")",
              shown->index, kept->index);
    SWORN_SAY(shown->sequence >= kept->sequence, reason, SWORN_PROOF,
              "the server shows an older sequence of the zone (%" PRIu64 ") than before (%" PRIu64
              ")",
              shown->sequence, kept->sequence);
    return SWORN_OK;
}

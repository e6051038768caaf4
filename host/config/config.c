/*
 * config.c - reading the configuration through libcyaml; see config.h.
 */
#include "host/config/config.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096
#define PATIENCE  120

/* As libcyaml fills it: everything may be missing. */
struct file_server {
    const char **listen;
    unsigned listen_count;
    unsigned *threads;
};

struct file_api {
    const char *listen;
    const char *token;
    const char **allow;
    unsigned allow_count;
};

struct file_enclave {
    const char *program;
    const char *secret;
    unsigned *patience;
};

struct file {
    struct file_server *server;
    struct file_api *api;
    const char *store;
    struct file_enclave *enclave;
};

static const cyaml_schema_value_t text_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 1024),
};

static const cyaml_schema_field_t server_fields[] = {
    CYAML_FIELD_SEQUENCE("listen", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_server,
                         listen, &text_schema, 1, 64),
    CYAML_FIELD_UINT_PTR("threads", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_server,
                         threads),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t api_fields[] = {
    CYAML_FIELD_STRING_PTR("listen", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_api,
                           listen, 1, 256),
    CYAML_FIELD_STRING_PTR("token", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_api,
                           token, 16, 1024),
    CYAML_FIELD_SEQUENCE("allow", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_api, allow,
                         &text_schema, 0, 1024),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t enclave_fields[] = {
    CYAML_FIELD_STRING_PTR("program", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_enclave,
                           program, 1, PATH_SIZE),
    CYAML_FIELD_STRING_PTR("secret", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_enclave,
                           secret, 1, PATH_SIZE),
    CYAML_FIELD_UINT_PTR("patience", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file_enclave,
                         patience),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
    CYAML_FIELD_MAPPING_PTR("server", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, server,
                            server_fields),
    CYAML_FIELD_MAPPING_PTR("api", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, api,
                            api_fields),
    CYAML_FIELD_STRING_PTR("store", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, store, 1,
                           PATH_SIZE),
    CYAML_FIELD_MAPPING_PTR("enclave", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file,
                            enclave, enclave_fields),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file, file_fields),
};

/* libcyaml says what is wrong in several lines; the first names the cause, later ones the place. */
__attribute__((format(printf, 3, 0))) static void keep_words(cyaml_log_t level, void *context,
                                                             const char *format, va_list arguments)
{
    struct reason *reason = context;
    size_t used = strlen(reason->text);

    if (level < CYAML_LOG_ERROR || used + 2 >= sizeof(reason->text)) {
        return;
    }
    (void)vsnprintf(reason->text + used, sizeof(reason->text) - used, format, arguments);
    used = strlen(reason->text);
    if (used > 0 && reason->text[used - 1] == '\n') {
        reason->text[used - 1] = ' ';
    }
}

static enum sworn_result text_keep(struct region *region, const char *text, const char **kept)
{
    char *copy;

    *kept = NULL;
    if (text == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(region_text(region, octets_of_text(text), &copy));
    *kept = copy;
    return SWORN_OK;
}

static enum sworn_result list_keep(struct region *region, const char *const *texts, unsigned count,
                                   const char ***kept)
{
    void *memory;

    SWORN_TRY(region_array(region, count, sizeof(char *), &memory));
    *kept = memory;
    for (unsigned i = 0; i < count; i++) {
        SWORN_TRY(text_keep(region, texts[i], &(*kept)[i]));
    }
    return SWORN_OK;
}

/* A path relative to the folder of the configuration file. */
static enum sworn_result path_keep(struct region *region, const char *file, const char *path,
                                   const char **kept)
{
    const char *slash = strrchr(file, '/');
    char whole[PATH_SIZE];
    int size;

    if (path[0] == '/' || slash == NULL || strchr(path, ':') != NULL) {
        return text_keep(region, path, kept);
    }
    size = snprintf(whole, sizeof(whole), "%.*s/%s", (int)(slash - file), file, path);
    SWORN_ENSURE(size > 0 && (size_t)size < sizeof(whole), SWORN_LIMIT);
    return text_keep(region, whole, kept);
}

static enum sworn_result server_keep(const struct file_server *file, struct region *region,
                                     struct config_server *server)
{
    static const char *const listen[] = {"127.0.0.1:5300", "[::1]:5300"};

    if (file != NULL && file->threads != NULL) {
        server->threads = *file->threads;
    }
    if (file == NULL || file->listen_count == 0) {
        server->listen.count = 2;
        return list_keep(region, listen, 2, &server->listen.item);
    }
    server->listen.count = file->listen_count;
    return list_keep(region, file->listen, file->listen_count, &server->listen.item);
}

static enum sworn_result api_keep(const struct file_api *file, struct region *region,
                                  struct config_api *api)
{
    static const struct file_api nothing;
    const struct file_api *from = file == NULL ? &nothing : file;

    SWORN_TRY(
        text_keep(region, from->listen == NULL ? "127.0.0.1:8053" : from->listen, &api->listen));
    SWORN_TRY(text_keep(region, from->token, &api->token));
    api->allow_count = from->allow_count;
    return list_keep(region, from->allow, from->allow_count, &api->allow);
}

static enum sworn_result enclave_keep(const struct file_enclave *file, const char *path,
                                      const char *program, struct region *region,
                                      struct config_enclave *enclave)
{
    static const struct file_enclave nothing;
    const struct file_enclave *from = file == NULL ? &nothing : file;

    enclave->patience = from->patience == NULL ? PATIENCE : *from->patience;
    SWORN_TRY(path_keep(region, path, from->secret == NULL ? "process.key" : from->secret,
                        &enclave->secret));
    if (from->program == NULL) {
        return text_keep(region, program, &enclave->program);
    }
    return path_keep(region, path, from->program, &enclave->program);
}

static enum sworn_result keep(const struct file *file, const char *path, const char *program,
                              struct region *region, struct config *config)
{
    SWORN_TRY(server_keep(file->server, region, &config->server));
    SWORN_TRY(api_keep(file->api, region, &config->api));
    SWORN_TRY(path_keep(region, path, file->store == NULL ? "store" : file->store, &config->store));
    return enclave_keep(file->enclave, path, program, region, &config->enclave);
}

enum sworn_result config_read(const char *path, const char *program, struct region *region,
                              struct config *config, struct reason *reason)
{
    struct reason words = {0};
    const cyaml_config_t how = {
        .log_fn = keep_words,
        .log_ctx = &words,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_ERROR,
    };
    struct file *file = NULL;
    cyaml_err_t error = cyaml_load_file(path, &how, &file_schema, (cyaml_data_t **)&file, NULL);
    enum sworn_result result;

    *config = (struct config){0};
    SWORN_SAY(error != CYAML_ERR_FILE_OPEN, reason, SWORN_IO, "%s: %s", path, strerror(errno));
    SWORN_SAY(error == CYAML_OK && file != NULL, reason, SWORN_MALFORMED, "%s: %s: %.300s", path,
              cyaml_strerror(error), words.text);
    result = keep(file, path, program, region, config);
    (void)cyaml_free(&how, &file_schema, file, 0);
    return result;
}

/*
 * config.c - the configuration's text into a document, and that into what it means; see config.h.
 */
#include "host/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "host/config/reading.h"

#define FILE_MOST ((size_t)1024 * 1024)

/* What libyaml did not understand, with the line. */
static enum sworn_result not_yaml(const char *path, const yaml_parser_t *parser,
                                  struct reason *reason)
{
    size_t line = parser->problem_mark.line + 1;

    if (parser->error == YAML_READER_ERROR) {
        line = parser->mark.line + 1;
    }
    return because(reason, parser->error == YAML_MEMORY_ERROR ? SWORN_NO_MEMORY : SWORN_MALFORMED,
                   "%.120s:%zu: this is no YAML: %s%s%s", path, line,
                   parser->problem == NULL ? "?" : parser->problem,
                   parser->context == NULL ? "" : " ",
                   parser->context == NULL ? "" : parser->context);
}

/* One document and no other. */
static enum sworn_result only_one(yaml_parser_t *parser, const char *path, struct reason *reason)
{
    yaml_document_t document;
    bool more;

    if (yaml_parser_load(parser, &document) == 0) {
        return not_yaml(path, parser, reason);
    }
    more = yaml_document_get_root_node(&document) != NULL;
    yaml_document_delete(&document);
    SWORN_SAY(!more, reason, SWORN_MALFORMED, "%.120s: there is a second document in it", path);
    return SWORN_OK;
}

static enum sworn_result parse(yaml_parser_t *parser, struct reading *reading, const char *program)
{
    yaml_document_t document;
    const yaml_node_t *root;
    enum sworn_result result;

    if (yaml_parser_load(parser, &document) == 0) {
        return not_yaml(reading->path, parser, reading->reason);
    }
    reading->document = &document;
    root = yaml_document_get_root_node(&document);
    result = sections_take(reading, program, root);
    yaml_document_delete(&document);
    SWORN_TRY(result);
    return root == NULL ? SWORN_OK : only_one(parser, reading->path, reading->reason);
}

enum sworn_result config_read_text(struct octets text, const char *path, const char *program,
                                   struct region *region, struct config *config,
                                   struct reason *reason)
{
    struct reading reading = {.path = path, .region = region, .config = config, .reason = reason};
    yaml_parser_t parser;
    enum sworn_result result;

    SWORN_ENSURE(yaml_parser_initialize(&parser) != 0, SWORN_NO_MEMORY);
    yaml_parser_set_input_string(&parser, text.data, text.size);
    result = parse(&parser, &reading, program);
    yaml_parser_delete(&parser);
    SWORN_SAY(result != SWORN_NO_MEMORY, reason, result, "%.120s: too much for a configuration",
              path);
    return result;
}

static enum sworn_result read_whole(int fd, uint8_t *octets, size_t *size)
{
    ssize_t count = 1;

    for (*size = 0; count > 0 && *size < FILE_MOST; *size += (size_t)count) {
        count = read(fd, octets + *size, FILE_MOST - *size);
        SWORN_ENSURE(count >= 0, SWORN_IO);
    }
    return SWORN_OK;
}

enum sworn_result config_read(const char *path, const char *program, struct region *region,
                              struct config *config, struct reason *reason)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum sworn_result result;
    void *memory;
    size_t size;
    int error;

    SWORN_SAY(fd >= 0, reason, SWORN_IO, "%s: %s", path, strerror(errno));
    result = region_alloc(region, FILE_MOST, &memory);
    if (result == SWORN_OK) {
        result = read_whole(fd, memory, &size);
    }
    error = errno;
    (void)close(fd);
    SWORN_SAY(result == SWORN_OK, reason, result, "%s: %s", path,
              result == SWORN_IO ? strerror(error) : "no memory");
    SWORN_SAY(size < FILE_MOST, reason, SWORN_LIMIT, "%s: larger than %zu octets", path,
              FILE_MOST - 1);
    return config_read_text(octets_of(memory, size), path, program, region, config, reason);
}

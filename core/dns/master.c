/*
 * master.c - whole master files (RFC 1035 5); see master.h.
 *
 *   line = [owner] ( [TTL] [class] | [class] [TTL] ) type RDATA     a blank owner is the last one
 *        | "$ORIGIN" name | "$TTL" TTL | "$INCLUDE" path [origin]
 *
 * Files that include one another are a stack of places to go on at, not of calls.
 */
#include "core/dns/master.h"

#include "core/cursor/region.h"
#include "core/dns/field/codec.h"
#include "core/dns/name_text.h"
#include "core/dns/rdata.h"

#define FILES_MAX 8

/* A record's RDATA as it grows: each size but the last is thrown away. */
#define RDATA_MEMORY ((size_t)4 * RDATA_MAX)

struct file {
    struct octets path; /* empty: the first one */
    struct scanner scanner;
    struct name origin;
    struct name owner;
    bool has_owner;
};

struct parse {
    const struct master_options *options;
    struct reason *reason;
    struct file files[FILES_MAX];
    size_t depth; /* the file that is being read */
    struct writer rdata;
    uint32_t ttl;       /* for records without one */
    bool ttl_is_stated; /* by $TTL, which the TTLs of records no longer change (RFC 2308 4) */
    uint16_t class;     /* the last one stated (RFC 1035 5.1) */
};

enum sworn_result ttl_from_text(struct octets text, uint32_t *ttl)
{
    uint64_t seconds;

    SWORN_TRY(period_parse(text, TTL_MAX, &seconds));
    *ttl = (uint32_t)seconds;
    return SWORN_OK;
}

static bool is_end(const struct token *token)
{
    return token->kind == TOKEN_END || token->kind == TOKEN_LINE_END;
}

static enum sworn_result class_from_text(struct octets text, uint16_t *class)
{
    static const struct {
        const char *word;
        uint16_t class;
    } classes[] = {{"IN", 1}, {"CH", 3}, {"HS", 4}};
    uint64_t number;

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (text_is(text, classes[i].word)) {
            *class = classes[i].class;
            return SWORN_OK;
        }
    }
    /* RFC 3597 5 */
    SWORN_ENSURE(text.size > 5 && text_is(octets_of(text.data, 5), "CLASS"), SWORN_MALFORMED);
    SWORN_TRY(decimal_parse(octets_of(text.data + 5, text.size - 5), UINT16_MAX, &number));
    *class = (uint16_t)number;
    return SWORN_OK;
}

/* The argument of a directive. */
static enum sworn_result take_argument(struct parse *parse, struct file *file, const char *what,
                                       struct token *token)
{
    SWORN_TRY(scan(&file->scanner, token, parse->reason));
    SWORN_SAY(!is_end(token), parse->reason, SWORN_MALFORMED, "%s is missing", what);
    return SWORN_OK;
}

static enum sworn_result take_line_end(struct parse *parse, struct file *file)
{
    struct token token;

    SWORN_TRY(scan(&file->scanner, &token, parse->reason));
    SWORN_SAY(is_end(&token), parse->reason, SWORN_MALFORMED, "\"%.*s\" is too much on this line",
              shown(token.text), (const char *)token.text.data);
    file->scanner.line++;
    return SWORN_OK;
}

static enum sworn_result parse_origin(struct parse *parse, struct file *file)
{
    struct token token;
    struct name origin;

    SWORN_TRY(take_argument(parse, file, "the name after $ORIGIN", &token));
    SWORN_TRY(name_parse(token.text, &file->origin, &origin, parse->reason));
    file->origin = origin;
    return take_line_end(parse, file);
}

static enum sworn_result parse_ttl(struct parse *parse, struct file *file)
{
    struct token token;

    SWORN_TRY(take_argument(parse, file, "the TTL after $TTL", &token));
    SWORN_SAY(ttl_from_text(token.text, &parse->ttl) == SWORN_OK, parse->reason, SWORN_MALFORMED,
              "\"%.*s\" is no TTL from 0 to %u", shown(token.text), (const char *)token.text.data,
              (unsigned)TTL_MAX);
    parse->ttl_is_stated = true;
    return take_line_end(parse, file);
}

/* RFC 1035 5.1: an included file's origin and owner are its own. */
static enum sworn_result parse_include(struct parse *parse, struct file *file)
{
    struct token path;
    struct token token;
    struct octets text;
    struct name origin = file->origin;

    SWORN_TRY(take_argument(parse, file, "the path after $INCLUDE", &path));
    SWORN_TRY(scan(&file->scanner, &token, parse->reason));
    if (!is_end(&token)) {
        SWORN_TRY(name_parse(token.text, &file->origin, &origin, parse->reason));
        SWORN_TRY(scan(&file->scanner, &token, parse->reason));
    }
    SWORN_SAY(is_end(&token), parse->reason, SWORN_MALFORMED, "\"%.*s\" is too much on this line",
              shown(token.text), (const char *)token.text.data);
    SWORN_SAY(parse->options->include != NULL, parse->reason, SWORN_MALFORMED,
              "$INCLUDE is not allowed here");
    SWORN_SAY(parse->depth + 1 < FILES_MAX, parse->reason, SWORN_LIMIT,
              "files include one another more than %d deep", FILES_MAX);
    SWORN_TRY(parse->options->include(parse->options->context, path.text, &text, parse->reason));
    file->scanner.line++;
    parse->depth++;
    parse->files[parse->depth] = (struct file){
        .path = path.text, .scanner = scanner_of(text), .origin = origin, .owner = origin};
    return SWORN_OK;
}

static enum sworn_result parse_directive(struct parse *parse, struct file *file,
                                         const struct token *token)
{
    if (text_is(token->text, "$ORIGIN")) {
        return parse_origin(parse, file);
    }
    if (text_is(token->text, "$TTL")) {
        return parse_ttl(parse, file);
    }
    if (text_is(token->text, "$INCLUDE")) {
        return parse_include(parse, file);
    }
    return because(parse->reason, SWORN_MALFORMED, "unknown directive \"%.*s\"", shown(token->text),
                   (const char *)token->text.data);
}

/* TTL and class, in either order and each at most once, up to the type. */
struct head {
    bool has_ttl;
    bool has_class;
};

/* Whether `token` is TTL or class and not the type yet. */
static enum sworn_result take_head(struct parse *parse, const struct token *token,
                                   struct head *head, struct master_record *record, bool *taken)
{
    *taken = true;
    SWORN_SAY(token->kind == TOKEN_WORD, parse->reason, SWORN_MALFORMED, "%s",
              is_end(token) ? "the type is missing" : "the type must not be quoted");
    if (!head->has_class && class_from_text(token->text, &record->class) == SWORN_OK) {
        head->has_class = true;
        parse->class = record->class;
        return SWORN_OK;
    }
    if (!head->has_ttl && token->text.data[0] >= '0' && token->text.data[0] <= '9') {
        head->has_ttl = true;
        SWORN_SAY(ttl_from_text(token->text, &record->ttl) == SWORN_OK, parse->reason,
                  SWORN_MALFORMED, "\"%.*s\" is no TTL from 0 to %u", shown(token->text),
                  (const char *)token->text.data, (unsigned)TTL_MAX);
        parse->ttl = parse->ttl_is_stated ? parse->ttl : record->ttl;
        return SWORN_OK;
    }
    *taken = false;
    return SWORN_OK;
}

static enum sworn_result parse_type(struct parse *parse, struct octets word, uint16_t *type)
{
    SWORN_SAY(rr_code_from_text(word, type) == SWORN_OK, parse->reason, SWORN_MALFORMED,
              "\"%.*s\" is neither TTL, class nor type", shown(word), (const char *)word.data);
    SWORN_SAY(rr_is_data(*type), parse->reason, SWORN_MALFORMED,
              "%.*s records do not stand in zones", shown(word), (const char *)word.data);
    return SWORN_OK;
}

/* A record whose owner is known, from its TTL, class or type on. */
static enum sworn_result parse_record(struct parse *parse, struct file *file, struct token *token,
                                      size_t line)
{
    struct master_record record = {.ttl = parse->ttl, .class = parse->class, .line = line};
    struct head head = {0};
    bool taken;

    SWORN_TRY(take_head(parse, token, &head, &record, &taken));
    while (taken) {
        SWORN_TRY(scan(&file->scanner, token, parse->reason));
        SWORN_TRY(take_head(parse, token, &head, &record, &taken));
    }
    SWORN_TRY(parse_type(parse, token->text, &record.type));
    parse->rdata.used = 0;
    SWORN_TRY(rdata_scan(record.type, &file->scanner, &file->origin, &parse->rdata, parse->reason));
    record.owner = file->owner;
    record.rdata = written(&parse->rdata);
    SWORN_TRY(parse->options->record(parse->options->context, &record, parse->reason));
    file->scanner.line++;
    return SWORN_OK;
}

/* One record with all its lines, one directive, or one line with neither. */
static enum sworn_result parse_entry(struct parse *parse, struct file *file)
{
    bool blank = *file->scanner.at == ' ' || *file->scanner.at == '\t';
    struct token token;

    SWORN_TRY(scan(&file->scanner, &token, parse->reason));
    if (is_end(&token)) {
        file->scanner.line++;
        return SWORN_OK;
    }
    size_t line = token.line;
    if (!blank && token.kind == TOKEN_WORD && token.text.data[0] == '$') {
        return parse_directive(parse, file, &token);
    }
    SWORN_SAY(!blank || file->has_owner, parse->reason, SWORN_MALFORMED,
              "a blank owner, and no record before whose owner it could mean");
    if (!blank) {
        SWORN_SAY(token.kind == TOKEN_WORD, parse->reason, SWORN_MALFORMED,
                  "the owner must not be quoted");
        SWORN_TRY(name_parse(token.text, &file->origin, &file->owner, parse->reason));
        file->has_owner = true;
        SWORN_TRY(scan(&file->scanner, &token, parse->reason));
    }
    return parse_record(parse, file, &token, line);
}

static enum sworn_result parse_files(struct parse *parse)
{
    for (;;) {
        struct file *file = &parse->files[parse->depth];
        if (file->scanner.at < file->scanner.end) {
            SWORN_TRY(parse_entry(parse, file));
            continue;
        }
        if (parse->depth == 0) {
            return SWORN_OK;
        }
        parse->depth--;
    }
}

static enum sworn_result explain(const struct parse *parse, enum sworn_result result)
{
    const struct file *file = &parse->files[parse->depth];
    struct reason place;

    if (parse->reason == NULL || result == SWORN_OK) {
        return result;
    }
    if (parse->reason->text[0] == '\0') {
        (void)because(parse->reason, result, "%s", result_name(result));
    }
    (void)because(&place, result, "line %zu: ", file->scanner.line);
    if (parse->depth > 0) {
        (void)because(&place, result, "file %.*s line %zu: ", shown(file->path),
                      (const char *)file->path.data, file->scanner.line);
    }
    reason_prefix(parse->reason, &place);
    reason_plain(parse->reason);
    return result;
}

enum sworn_result master_parse(struct octets text, const struct master_options *options,
                               struct reason *reason)
{
    struct region region;
    struct parse parse = {
        .options = options, .reason = reason, .ttl = options->default_ttl, .class = CLASS_IN};

    if (reason != NULL) {
        reason->text[0] = '\0';
    }
    region_init(&region, RDATA_MEMORY);
    parse.rdata = writer_in(&region, RDATA_MAX);
    parse.files[0] = (struct file){.scanner = scanner_of(text), .origin = options->origin};
    enum sworn_result result = explain(&parse, parse_files(&parse));
    region_clear(&region);
    return result;
}

/*
 * options.c - see options.h.
 */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

struct option_row {
    const char *name;
    int has_argument;
};

static const struct option_row rows[OPTION_COUNT] = {
    [OPTION_HELP] = {"help", no_argument},
    [OPTION_SERVER] = {"server", required_argument},
    [OPTION_KEY] = {"key", required_argument},
    [OPTION_TYPE] = {"type", required_argument},
    [OPTION_GUARD] = {"guard", required_argument},
    [OPTION_ENV] = {"env", required_argument},
    [OPTION_OWNER] = {"owner", required_argument},
    [OPTION_ZONEFILE] = {"zonefile", required_argument},
    [OPTION_NS] = {"ns", required_argument},
    [OPTION_ALGORITHM] = {"algorithm", required_argument},
    [OPTION_DENIAL] = {"denial", required_argument},
    [OPTION_CDS] = {"cds", no_argument},
    [OPTION_CDS_MODE] = {"cds", required_argument},
    [OPTION_ZONEMD] = {"zonemd", required_argument},
    [OPTION_LIFETIME] = {"lifetime", required_argument},
    [OPTION_SET] = {"set", required_argument},
    [OPTION_ADD] = {"add", required_argument},
    [OPTION_REMOVE] = {"remove", required_argument},
    [OPTION_ARGUMENT] = {"argument", required_argument},
    [OPTION_ARGUMENT_OUT] = {"argument-out", required_argument},
    [OPTION_SIGNED] = {"signed", no_argument},
    [OPTION_JSON] = {"json", no_argument},
    [OPTION_DNS] = {"dns", required_argument},
    [OPTION_TSIG] = {"tsig", required_argument},
    [OPTION_LISTEN] = {"listen", required_argument},
};

/* What getopt_long returns for an option: past every character it could return itself. */
enum { OPTION_BASE = 1000 };

static enum sworn_result options_begin(int count, struct region *region, struct options *options)
{
    size_t room = count < 0 ? 1 : (size_t)count + 1;
    void *memory;

    *options = (struct options){0};
    SWORN_TRY(region_array(region, room, sizeof(struct edit), &memory));
    options->edits = memory;
    SWORN_TRY(region_array(region, room, sizeof(const char *), &memory));
    options->owners.items = memory;
    SWORN_TRY(region_array(region, room, sizeof(const char *), &memory));
    options->ns.items = memory;
    SWORN_TRY(region_array(region, room, sizeof(const char *), &memory));
    options->tsig.items = memory;
    SWORN_TRY(region_array(region, room, sizeof(const char *), &memory));
    options->more.items = memory;
    return SWORN_OK;
}

static void texts_add(struct texts *texts, const char *text)
{
    texts->items[texts->count++] = text;
}

static void edit_add(struct options *options, enum edit_kind kind, const char *text)
{
    options->edits[options->edit_count++] = (struct edit){.kind = kind, .text = text};
}

static enum sworn_result option_take(struct options *options, enum option_id id, const char *value,
                                     struct reason *reason)
{
    bool again = option_given(options, id);

    options->given |= OPTION_BIT(id);
    switch (id) {
    case OPTION_OWNER:
        texts_add(&options->owners, value);
        return SWORN_OK;
    case OPTION_NS:
        texts_add(&options->ns, value);
        return SWORN_OK;
    case OPTION_TSIG:
        texts_add(&options->tsig, value);
        return SWORN_OK;
    case OPTION_SET:
        edit_add(options, EDIT_SET, value);
        return SWORN_OK;
    case OPTION_ADD:
        edit_add(options, EDIT_ADD, value);
        return SWORN_OK;
    case OPTION_REMOVE:
        edit_add(options, EDIT_REMOVE, value);
        return SWORN_OK;
    default:
        SWORN_SAY(!again || rows[id].has_argument == no_argument, reason, SWORN_MALFORMED,
                  "--%s is given twice", rows[id].name);
        options->value[id] = value;
        return SWORN_OK;
    }
}

static size_t positionals_of(const struct option_rule *rule)
{
    return rule->positionals & ~(size_t)POSITIONALS_MORE;
}

/*
 * A word without dashes: a positional one as long as those are missing; after that another value of
 * the list before it ("--ns a.example. b.example.").
 */
static enum sworn_result option_word(struct options *options, const struct option_rule *rule,
                                     struct texts *list, const char *word, struct reason *reason)
{
    if (options->positional_count < positionals_of(rule)) {
        options->positional[options->positional_count++] = word;
        return SWORN_OK;
    }
    if (list == NULL && (rule->positionals & POSITIONALS_MORE) != 0) {
        list = &options->more;
    }
    SWORN_SAY(list != NULL, reason, SWORN_MALFORMED, "'%s' is one word too many", word);
    texts_add(list, word);
    return SWORN_OK;
}

static enum sworn_result options_complete(const struct options *options,
                                          const struct option_rule *rule, struct reason *reason)
{
    if (option_given(options, OPTION_HELP)) {
        return SWORN_OK;
    }
    SWORN_SAY(options->positional_count == positionals_of(rule), reason, SWORN_MALFORMED,
              "%zu argument%s needed, %zu given", positionals_of(rule),
              positionals_of(rule) == 1 ? " is" : "s are", options->positional_count);
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        SWORN_SAY((rule->required & OPTION_BIT(id)) == 0 || option_given(options, id), reason,
                  SWORN_MALFORMED, "--%s is needed", rows[id].name);
    }
    return SWORN_OK;
}

static void long_options(const struct option_rule *rule, struct option table[OPTION_COUNT + 1])
{
    const uint32_t always = OPTION_BIT(OPTION_HELP) | OPTION_BIT(OPTION_SERVER);
    size_t used = 0;

    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        if (((rule->allowed | rule->required | always) & OPTION_BIT(id)) != 0) {
            table[used++] = (struct option){.name = rows[id].name,
                                            .has_arg = rows[id].has_argument,
                                            .val = OPTION_BASE + (int)id};
        }
    }
    table[used] = (struct option){0};
}

enum sworn_result options_parse(int count, char **arguments, const struct option_rule *rule,
                                struct region *region, struct options *options,
                                struct reason *reason)
{
    struct option table[OPTION_COUNT + 1];
    struct texts *list = NULL;
    int code;

    SWORN_TRY(options_begin(count, region, options));
    long_options(rule, table);
    opterr = 0;
    optind = 0; /* glibc: start anew */
    while ((code = getopt_long(count, arguments, "-:h", table, NULL)) != -1) {
        const char *word = optind > 0 && optind <= count ? arguments[optind - 1] : "";

        SWORN_SAY(code != ':', reason, SWORN_MALFORMED, "%s needs a value", word);
        SWORN_SAY(code != '?', reason, SWORN_MALFORMED, "%s is no option of this command", word);
        if (code == 1) {
            SWORN_TRY(option_word(options, rule, list, optarg, reason));
            continue;
        }
        enum option_id id = code == 'h' ? OPTION_HELP : (enum option_id)(code - OPTION_BASE);

        SWORN_TRY(option_take(options, id, optarg, reason));
        list = id == OPTION_OWNER ? &options->owners : id == OPTION_NS ? &options->ns : NULL;
    }
    for (int i = optind; i < count; i++) { /* after "--" */
        SWORN_TRY(option_word(options, rule, NULL, arguments[i], reason));
    }
    return options_complete(options, rule, reason);
}

enum sworn_result option_number(const struct options *options, enum option_id id, uint32_t least,
                                uint32_t most, uint32_t otherwise, uint32_t *number,
                                struct reason *reason)
{
    const char *text = options->value[id];
    unsigned long value;
    char *end;

    *number = otherwise;
    if (text == NULL) {
        return SWORN_OK;
    }
    errno = 0;
    value = strtoul(text, &end, 10);
    SWORN_SAY(text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && value >= least &&
                  value <= most,
              reason, SWORN_MALFORMED, "--%s takes a number from %u to %u, not '%s'", rows[id].name,
              least, most, text);
    *number = (uint32_t)value;
    return SWORN_OK;
}

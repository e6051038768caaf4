/*
 * options.c - see options.h.
 */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

enum option_kind {
    FLAG,  /* no value */
    VALUE, /* one, once */
    LIST,  /* as often as one likes */
    WORDS, /* the same, and words that follow are values too: --ns a.example. b.example. */
};

struct option_row {
    const char *name;
    enum option_kind kind;
};

static const struct option_row rows[OPTION_COUNT] = {
    [OPTION_HELP] = {"help", FLAG},
    [OPTION_SERVER] = {"server", VALUE},
    [OPTION_KEY] = {"key", LIST},
    [OPTION_TYPE] = {"type", VALUE},
    [OPTION_GUARD] = {"guard", VALUE},
    [OPTION_ENV] = {"env", VALUE},
    [OPTION_OWNER] = {"owner", WORDS},
    [OPTION_ZONEFILE] = {"zonefile", VALUE},
    [OPTION_NS] = {"ns", WORDS},
    [OPTION_ALGORITHM] = {"algorithm", VALUE},
    [OPTION_DENIAL] = {"denial", VALUE},
    [OPTION_CDS] = {"cds", FLAG},
    [OPTION_CDS_MODE] = {"cds", VALUE},
    [OPTION_ZONEMD] = {"zonemd", VALUE},
    [OPTION_LIFETIME] = {"lifetime", VALUE},
    [OPTION_SET] = {"set", LIST},
    [OPTION_ADD] = {"add", LIST},
    [OPTION_REMOVE] = {"remove", LIST},
    [OPTION_ARGUMENT] = {"argument", VALUE},
    [OPTION_ARGUMENT_OUT] = {"argument-out", VALUE},
    [OPTION_SIGNED] = {"signed", FLAG},
    [OPTION_JSON] = {"json", FLAG},
    [OPTION_DNS] = {"dns", VALUE},
    [OPTION_TSIG] = {"tsig", LIST},
    [OPTION_LISTEN] = {"listen", VALUE},
    [OPTION_THRESHOLD] = {"threshold", VALUE},
    [OPTION_SIGN_WITH] = {"sign-with", VALUE},
    [OPTION_MESSAGE_OUT] = {"message-out", VALUE},
    [OPTION_SIGNATURE] = {"signature", LIST},
    [OPTION_KEEP] = {"keep", VALUE},
    [OPTION_LIMIT] = {"limit", LIST},
    [OPTION_REBUILD] = {"rebuild", VALUE},
    [OPTION_APEX] = {"apex", VALUE},
    [OPTION_ZONE_ID] = {"zone-id", VALUE},
    [OPTION_SEQUENCE] = {"sequence", VALUE},
    [OPTION_NOW] = {"now", VALUE},
    [OPTION_STATE] = {"state", VALUE},
    [OPTION_STATE_OUT] = {"state-out", VALUE},
    [OPTION_SETUP] = {"setup", FLAG},
    [OPTION_RECORDS] = {"records", FLAG},
    [OPTION_ANNOUNCE] = {"announce", FLAG},
    [OPTION_EXECUTE] = {"execute", FLAG},
    [OPTION_CANCEL] = {"cancel", LIST},
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
    options->more.items = memory;
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        if (rows[id].kind >= LIST) {
            SWORN_TRY(region_array(region, room, sizeof(const char *), &memory));
            options->list[id].items = memory;
        }
    }
    return SWORN_OK;
}

static void texts_add(struct texts *texts, const char *text)
{
    texts->items[texts->count++] = text;
}

/* The three kinds of edits are one list, whose order counts. */
static void edit_add(struct options *options, enum option_id id, const char *text)
{
    enum edit_kind kind = id == OPTION_SET ? EDIT_SET : id == OPTION_ADD ? EDIT_ADD : EDIT_REMOVE;

    options->edits[options->edit_count++] = (struct edit){.kind = kind, .text = text};
}

static enum sworn_result option_take(struct options *options, enum option_id id, const char *value,
                                     struct reason *reason)
{
    bool again = option_given(options, id);

    SWORN_SAY(!again || rows[id].kind != VALUE, reason, SWORN_MALFORMED, "--%s is given twice",
              rows[id].name);
    options->given |= OPTION_BIT(id);
    if (!again) {
        options->value[id] = value;
    }
    if (rows[id].kind >= LIST) {
        texts_add(&options->list[id], value);
    }
    if (id == OPTION_SET || id == OPTION_ADD || id == OPTION_REMOVE) {
        edit_add(options, id, value);
    }
    return SWORN_OK;
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
    SWORN_SAY(!rule->one_key || options->list[OPTION_KEY].count <= 1, reason, SWORN_MALFORMED,
              "--key is given twice");
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        SWORN_SAY((rule->required & OPTION_BIT(id)) == 0 || option_given(options, id), reason,
                  SWORN_MALFORMED, "--%s is needed", rows[id].name);
    }
    return SWORN_OK;
}

static void long_options(const struct option_rule *rule, struct option table[OPTION_COUNT + 1])
{
    const uint64_t always = OPTION_BIT(OPTION_HELP) | OPTION_BIT(OPTION_SERVER);
    size_t used = 0;

    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        if (((rule->allowed | rule->required | always) & OPTION_BIT(id)) != 0) {
            table[used++] =
                (struct option){.name = rows[id].name,
                                .has_arg = rows[id].kind == FLAG ? no_argument : required_argument,
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
        list = rows[id].kind == WORDS ? &options->list[id] : NULL;
    }
    for (int i = optind; i < count; i++) { /* after "--" */
        SWORN_TRY(option_word(options, rule, NULL, arguments[i], reason));
    }
    return options_complete(options, rule, reason);
}

bool decimal_of_text(const char *text, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

enum sworn_result option_number(const struct options *options, enum option_id id, uint32_t least,
                                uint32_t most, uint32_t otherwise, uint32_t *number,
                                struct reason *reason)
{
    const char *text = options->value[id];
    uint64_t value;

    *number = otherwise;
    if (text == NULL) {
        return SWORN_OK;
    }
    SWORN_SAY(decimal_of_text(text, &value) && value >= least && value <= most, reason,
              SWORN_MALFORMED, "--%s takes a number from %u to %u, not '%s'", rows[id].name, least,
              most, text);
    *number = (uint32_t)value;
    return SWORN_OK;
}

enum sworn_result option_u64(const struct options *options, enum option_id id, uint64_t otherwise,
                             uint64_t *number, struct reason *reason)
{
    const char *text = options->value[id];

    *number = otherwise;
    SWORN_SAY(text == NULL || decimal_of_text(text, number), reason, SWORN_MALFORMED,
              "--%s takes a number, not '%s'", rows[id].name, text);
    return SWORN_OK;
}

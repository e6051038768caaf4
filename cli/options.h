/*
 * options.h - the command line: one table of options, of which each command takes some.
 */
#ifndef SWORN_CLI_OPTIONS_H
#define SWORN_CLI_OPTIONS_H

#include "core/cursor/region.h"

#define POSITIONALS_MAX  2
#define POSITIONALS_MORE 0x100 /* added to a number of them: or more */

enum option_id {
    OPTION_HELP,
    OPTION_SERVER,
    OPTION_KEY,
    OPTION_TYPE,
    OPTION_GUARD,
    OPTION_ENV,
    OPTION_OWNER,
    OPTION_ZONEFILE,
    OPTION_NS,
    OPTION_ALGORITHM,
    OPTION_DENIAL,
    OPTION_CDS,
    OPTION_CDS_MODE, /* the same word with a value: a command takes one or the other */
    OPTION_ZONEMD,
    OPTION_LIFETIME,
    OPTION_SET,
    OPTION_ADD,
    OPTION_REMOVE,
    OPTION_ARGUMENT,
    OPTION_ARGUMENT_OUT,
    OPTION_SIGNED,
    OPTION_JSON,
    OPTION_DNS,
    OPTION_TSIG,
    OPTION_LISTEN,
    OPTION_THRESHOLD,
    OPTION_SIGN_WITH,
    OPTION_MESSAGE_OUT,
    OPTION_SIGNATURE,
    OPTION_KEEP,
    OPTION_LIMIT,
    OPTION_REBUILD,
    OPTION_APEX,
    OPTION_ZONE_ID,
    OPTION_SEQUENCE,
    OPTION_NOW,
    OPTION_STATE,
    OPTION_STATE_OUT,
    OPTION_SETUP,
    OPTION_RECORDS,
    OPTION_ANNOUNCE,
    OPTION_EXECUTE,
    OPTION_CANCEL,
    OPTION_COUNT,
};

#define OPTION_BIT(id) ((uint64_t)1 << (id))

enum edit_kind { EDIT_SET, EDIT_ADD, EDIT_REMOVE };

/** One --set, --add or --remove, in the order they were given. */
struct edit {
    enum edit_kind kind;
    const char *text;
};

struct texts {
    const char **items;
    size_t count;
};

struct options {
    uint64_t given;                  /* OPTION_BIT of each that was there */
    const char *value[OPTION_COUNT]; /* the first, of those that may be given several times */
    struct texts list[OPTION_COUNT]; /* all of these */
    const char *positional[POSITIONALS_MAX];
    size_t positional_count;
    struct texts more; /* positional ones past those */
    struct edit *edits;
    size_t edit_count;
};

/** What a command takes. */
struct option_rule {
    size_t positionals; /* exactly so many, or POSITIONALS_MORE */
    uint64_t allowed;   /* besides --help and --server */
    uint64_t required;
    bool one_key; /* --key cannot be given several times */
};

static inline bool option_given(const struct options *options, enum option_id id)
{
    return (options->given & OPTION_BIT(id)) != 0;
}

/**
 * Read arguments[1..count-1]; arguments[0] is not looked at.
 *
 * \return SWORN_MALFORMED with the mistake named: wrong usage
 */
SWORN_CHECK enum sworn_result options_parse(int count, char **arguments,
                                            const struct option_rule *rule, struct region *region,
                                            struct options *options, struct reason *reason);

/** A whole number of an option, within [least, most]; `otherwise` when it was not given. */
SWORN_CHECK enum sworn_result option_number(const struct options *options, enum option_id id,
                                            uint32_t least, uint32_t most, uint32_t otherwise,
                                            uint32_t *number, struct reason *reason);

/** The same for any number below 2^64. */
SWORN_CHECK enum sworn_result option_u64(const struct options *options, enum option_id id,
                                         uint64_t otherwise, uint64_t *number,
                                         struct reason *reason);

/** A whole text of decimal digits below 2^64. */
bool decimal_of_text(const char *text, uint64_t *number);

#endif

/*
 * format.h - the argument formats that guards name in their section fdns.argument
 * (docs/guard-abi.md), as one table: which keys own such a zone, how the environment says so, and
 * how their signatures and the message make the argument.
 */
#ifndef SWORN_CLI_ARGUMENT_FORMAT_H
#define SWORN_CLI_ARGUMENT_FORMAT_H

#include "cli/key/key.h"
#include "cli/options.h"

#define OWNERS_MAX 255

/** The public keys that an environment names, in its order. */
struct owners {
    size_t count;
    struct public_key keys[OWNERS_MAX];
};

enum argument_layout {
    LAYOUT_SIGNED, /* message ‖ signature */
    LAYOUT_KEYS,   /* u8 count ‖ count × (u8 index ‖ signature) ‖ message */
    LAYOUT_PLAIN,  /* message: nobody signs */
    LAYOUT_PROVEN, /* message ‖ a proof from elsewhere, which the guard alone checks */
};

struct argument_format {
    const char *name;
    enum argument_layout layout;
    enum key_type type; /* of its one owner; 0: of any */
    /** The environment for these owners, `m` of which must sign (0: not said). */
    enum sworn_result (*environment)(const struct owners *owners, unsigned m, struct writer *octets,
                                     struct reason *reason);
    /** The owners of an environment. */
    enum sworn_result (*owners)(struct octets environment, struct owners *owners,
                                struct reason *reason);
};

/** The format of that name; of none: the one of ed25519. NULL: this tool cannot make it. */
const struct argument_format *argument_format_find(struct octets name);

/** What a guard with DNS UPDATE takes; its environment is made of KEY records. */
bool argument_format_is_dns(const struct argument_format *format);

/**
 * The environment that the command line asks for: --env FILE, or the public keys of --owner and
 * --threshold; without both, that of `keys`.
 */
SWORN_CHECK enum sworn_result
argument_environment(const struct options *options, const struct argument_format *format,
                     const struct owner_key *keys, size_t key_count, struct region *region,
                     struct octets *environment, struct reason *reason);

#endif

/*
 * generator.c - from a seed to zones; see generator.h.
 *
 * First names, each a label in front of another one; then what each holds. A name that gets nothing
 * is an empty non-terminal if there are names below it.
 */
#include "tests/conformance/generator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/dns/rr.h"
#include "tests/conformance/random.h"
#include "tests/unit/host/fake_sign.h"

#define NAMES_MAX 64
#define TEXT_SIZE (1 << 18)

struct draft {
    struct chance chance;
    struct name apex;
    size_t names;
    struct name name[NAMES_MAX]; /* the apex first */
    bool taken[NAMES_MAX];       /* has its records, or is to have none */
    bool apex_dname;             /* hides all names */
    bool nul;                    /* octet 00 in labels, which Knot cannot sort */
    bool odd_wildcards;          /* NS at wildcards too (RFC 4592 4.2) */
    size_t used;
    char text[TEXT_SIZE];
};

#define LONG_LABEL "sixty-three-octets-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char *const labels[] = {"a",  "b",        "c",      "www",   "ns",    "*",     "*",
                                     "*",  "mail",     "_tcp",   "UPper", "0",     "-",     "x*y",
                                     "**", "\\000",    "\\001",  "\\255", "a\\.b", "\\032", "zz",
                                     "d",  LONG_LABEL, "a\\000", "\\@",   "z\\255"};
#define LABELS (sizeof(labels) / sizeof(labels[0]))

static const char *some_label(struct draft *draft)
{
    const char *label = labels[chance_below(&draft->chance, LABELS)];

    return strstr(label, "\\000") == NULL || draft->nul ? label : "\\002";
}

/* `label` in front of `parent`; false when that is too long. */
static bool below(const char *label, const struct name *parent, struct name *name)
{
    return name_from_text(octets_of_text(label), parent, name) == SWORN_OK;
}

static struct name *draft_name(struct draft *draft, const char *label, const struct name *parent)
{
    struct name name;

    if (draft->names == NAMES_MAX || !below(label, parent, &name)) {
        return NULL;
    }
    for (size_t i = 0; i < draft->names; i++) {
        if (name_equal(&draft->name[i], &name)) {
            return &draft->name[i];
        }
    }
    draft->name[draft->names] = name;
    return &draft->name[draft->names++];
}

static const struct name *some_name(struct draft *draft)
{
    return &draft->name[chance_below(&draft->chance, (uint32_t)draft->names)];
}

static void draft_names(struct draft *draft)
{
    uint32_t count = 4 + chance_below(&draft->chance, 18);

    for (uint32_t i = 0; i < count; i++) {
        (void)draft_name(draft, some_label(draft), some_name(draft));
    }
    if (chance_once_in(&draft->chance, 8)) {
        const struct name *longest = &draft->apex;

        while (longest != NULL && draft->names < NAMES_MAX) {
            longest = draft_name(draft, LONG_LABEL, longest);
        }
        longest = &draft->name[draft->names - 1];
        while (longest != NULL && draft->names < NAMES_MAX) {
            longest = draft_name(draft, chance_once_in(&draft->chance, 4) ? "*" : "l", longest);
        }
    }
}

/* --- records --------------------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static void put(struct draft *draft, const struct name *owner,
                                                      const char *type, const char *format, ...)
{
    /* One TTL a set, whatever is in it. */
    static const unsigned ttls[] = {0, 60, 300, 3600, 86400};
    char name[NAME_TEXT_SIZE];
    unsigned ttl = ttls[(owner->size * 7U + owner->wire[1] + (unsigned)type[0]) % 5];
    va_list arguments;

    name_to_text(owner, name);
    draft->used += (size_t)snprintf(draft->text + draft->used, TEXT_SIZE - draft->used, "%s %u %s ",
                                    name, ttl, type);
    va_start(arguments, format);
    draft->used +=
        (size_t)vsnprintf(draft->text + draft->used, TEXT_SIZE - draft->used, format, arguments);
    va_end(arguments);
    draft->used += (size_t)snprintf(draft->text + draft->used, TEXT_SIZE - draft->used, "\n");
    if (draft->used >= TEXT_SIZE) {
        abort(); /* no draft is that large */
    }
}

/* Some name as text: one that is there, one below such a one, or one outside. */
static const char *target(struct draft *draft, char text[NAME_TEXT_SIZE])
{
    struct name name = *some_name(draft);

    switch (chance_below(&draft->chance, 8)) {
    case 0:
        return "Outside.invalid.";
    case 1:
    case 2:
    case 3:
        (void)below(some_label(draft), some_name(draft), &name);
        break;
    default:
        break;
    }
    name_to_text(&name, text);
    return text;
}

static void put_address(struct draft *draft, const struct name *owner)
{
    uint32_t which = chance_below(&draft->chance, 3);
    uint32_t count = chance_once_in(&draft->chance, 25) ? 60 : 1 + chance_below(&draft->chance, 2);

    for (uint32_t i = 0; i < count && which != 1; i++) {
        put(draft, owner, "A", "192.0.2.%u", i + 1);
    }
    for (uint32_t i = 0; i < count && which != 0; i++) {
        put(draft, owner, "AAAA", "2001:db8::%x", i + 1);
    }
}

static void put_text(struct draft *draft, const struct name *owner)
{
    uint32_t count = chance_once_in(&draft->chance, 20) ? 12 : 1;

    for (uint32_t i = 0; i < count; i++) {
        put(draft, owner, "TXT", "\"%u %.*s\"", i, count > 1 ? 120 : 3,
            LONG_LABEL LONG_LABEL LONG_LABEL);
    }
}

/* One set or more of types that need no care. */
static void put_data(struct draft *draft, const struct name *owner)
{
    uint32_t chosen = chance_next(&draft->chance);
    char text[NAME_TEXT_SIZE];

    if ((chosen & 3) != 0) {
        put_address(draft, owner);
    }
    if ((chosen & 12) == 0) {
        put_text(draft, owner);
    }
    if ((chosen & 0x30) == 0) {
        put(draft, owner, "MX", "10 %s", target(draft, text));
        put(draft, owner, "MX", "20 %s", target(draft, text));
    }
    if ((chosen & 0x1c0) == 0) {
        put(draft, owner, "SRV", "1 2 53 %s", target(draft, text));
    }
    if ((chosen & 0xe00) == 0) {
        put(draft, owner, "TYPE65280", "\\# 4 deadbeef");
    }
    if ((chosen & 0x7000) == 0) {
        put(draft, owner, "SVCB", "1 %s alpn=h2", target(draft, text));
    }
    if ((chosen & 0x38000) == 0) {
        put(draft, owner, "RP", "%s .", target(draft, text));
    }
    if ((chosen & 0x1c0000) == 0 || (chosen & 15) == 4) {
        put(draft, owner, "CAA", "0 issue \"ca.invalid\"");
    }
}

static void put_ds(struct draft *draft, const struct name *owner)
{
    put(draft, owner, "DS", "%u 13 2 %064x", chance_below(&draft->chance, 65536), 1);
}

static void put_cut(struct draft *draft, const struct name *owner)
{
    uint32_t count = chance_once_in(&draft->chance, 12) ? 12 : 1 + chance_below(&draft->chance, 3);
    char text[NAME_TEXT_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        char label[20];
        struct name server;

        snprintf(label, sizeof(label), "ns%u", i);
        if (chance_once_in(&draft->chance, 2) || !below(label, owner, &server)) {
            put(draft, owner, "NS", "%s", target(draft, text));
            continue;
        }
        name_to_text(&server, text);
        put(draft, owner, "NS", "%s", text);
        if (!chance_once_in(&draft->chance, 6)) {
            put_address(draft, &server);
        }
    }
    if (chance_once_in(&draft->chance, 2)) {
        put_ds(draft, owner);
    }
    if (chance_once_in(&draft->chance, 8)) {
        put_address(draft, owner); /* the cut is its own name server, or hides what is there */
    }
}

static void put_cname(struct draft *draft, const struct name *owner)
{
    char text[NAME_TEXT_SIZE];

    put(draft, owner, "CNAME", "%s", target(draft, text));
}

static void put_dname(struct draft *draft, const struct name *owner)
{
    char text[NAME_TEXT_SIZE];

    put(draft, owner, "DNAME", "%s", target(draft, text));
    if (chance_once_in(&draft->chance, 2)) {
        put_data(draft, owner);
    }
}

static void put_some(struct draft *draft, const struct name *owner)
{
    bool star = name_is_wildcard(owner);
    uint32_t kind = chance_below(&draft->chance, 16);

    if (kind < 2) {
        return;
    }
    if (kind < 5) {
        put_cname(draft, owner);
        return;
    }
    if (kind < 7 && !star) { /* RFC 4592 4.4 discourages it, and Knot 3.2 ends itself over some */
        put_dname(draft, owner);
        return;
    }
    if (kind < 10 && (!star || draft->odd_wildcards)) {
        put_cut(draft, owner);
        return;
    }
    put_data(draft, owner);
}

/* --- what comes in chains -------------------------------------------------------------------- */

/* `count` aliases, one after another; the last one leads anywhere, or back to one of them. */
static void put_chain(struct draft *draft, const char *prefix, const char *type, uint32_t count)
{
    char text[NAME_TEXT_SIZE];
    char label[20];
    struct name at;
    struct name next;

    for (uint32_t i = 0; i < count; i++) {
        snprintf(label, sizeof(label), "%s%u", prefix, i);
        if (!below(label, &draft->apex, &at)) {
            return;
        }
        snprintf(label, sizeof(label), "%s%u", prefix, i + 1);
        if (i + 1 == count && chance_once_in(&draft->chance, 3)) {
            snprintf(label, sizeof(label), "%s%u", prefix, chance_below(&draft->chance, count));
        } else if (i + 1 == count) {
            put(draft, &at, type, "%s", target(draft, text));
            return;
        }
        if (!below(label, &draft->apex, &next)) {
            return;
        }
        name_to_text(&next, text);
        put(draft, &at, type, "%s", text);
    }
}

static void put_chains(struct draft *draft)
{
    if (chance_once_in(&draft->chance, 4)) {
        put_chain(draft, "chain", "CNAME", 1 + chance_below(&draft->chance, 24));
    }
    if (chance_once_in(&draft->chance, 6)) {
        put_chain(draft, "dchain", "DNAME", 1 + chance_below(&draft->chance, 8));
    }
}

static void put_apex(struct draft *draft)
{
    char text[NAME_TEXT_SIZE];
    char server[NAME_TEXT_SIZE];
    struct name ns = draft->apex;

    (void)below("ns", &draft->apex, &ns);
    name_to_text(&ns, server);
    put(draft, &draft->apex, "SOA", "%s Host.Master.invalid. 1 7200 3600 86400 %u", server,
        300 * chance_below(&draft->chance, 3));
    /* Without one NSD takes a zone for unsigned. */
    put(draft, &draft->apex, "DNSKEY",
        "257 3 13 "
        "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==");
    put(draft, &draft->apex, "NS", "%s",
        chance_once_in(&draft->chance, 3) ? "Ns.invalid." : server);
    if (chance_once_in(&draft->chance, 2)) {
        put(draft, &draft->apex, "NS", "%s", target(draft, text));
    }
    draft->apex_dname = chance_once_in(&draft->chance, 24) && !name_is_wildcard(&draft->apex);
    if (draft->apex_dname) {
        put(draft, &draft->apex, "DNAME", "%s", target(draft, text));
    } else if (chance_once_in(&draft->chance, 3)) {
        put_data(draft, &draft->apex);
    }
}

static void draft_zone(struct draft *draft, const struct name *apex, uint64_t seed)
{
    draft->chance = chance_of(seed);
    draft->apex = draft->name[0] = *apex;
    draft->names = 1;
    draft->used = 0;
    draft->nul = chance_once_in(&draft->chance, 8);
    draft->odd_wildcards = chance_once_in(&draft->chance, 40);
    (void)chance_next(&draft->chance);
    draft_names(draft);
    put_apex(draft);
    for (size_t i = 1; i < draft->names; i++) {
        put_some(draft, &draft->name[i]);
    }
    put_chains(draft);
}

/* --- zones ----------------------------------------------------------------------------------- */

static void sign(struct zone_sets *sets, bool hashed)
{
    if (hashed) {
        fake_sign_nsec3(sets);
        return;
    }
    fake_sign(sets);
}

/* Drop what may not stand beside CNAME, and all but one CNAME and DNAME (RFC 1034 3.6.2). */
static void make_valid(struct zone_sets *sets)
{
    size_t used = 0;

    for (size_t i = 0; i < sets->count; i++) {
        struct rrset *rrset = &sets->set[i].rrset;
        bool beside = false;

        for (size_t n = 0; n < sets->count; n++) {
            const struct rrset *other = &sets->set[n].rrset;

            beside = beside || (other->type == RR_CNAME && rrset->type != RR_CNAME &&
                                name_equal(&other->owner, &rrset->owner));
            /* RFC 6672 2.3: no DNAME beside NS but at an apex. */
            beside = beside || (other->type == RR_NS && rrset->type == RR_DNAME &&
                                rrset->owner.size != sets->apex.size &&
                                name_equal(&other->owner, &rrset->owner));
        }
        if (rrset->type == RR_CNAME || rrset->type == RR_DNAME) {
            rrset->count = 1;
        }
        if (!beside) {
            sets->set[used++] = sets->set[i];
        }
    }
    sets->count = used;
}

static void add_zone(struct zone_case *made, struct draft *draft, bool hashed)
{
    struct zone_sets *sets = &made->zone[made->count++];
    char apex[NAME_TEXT_SIZE];
    struct reason reason;

    name_to_text(&draft->apex, apex);
    if (!zone_sets_read(sets, octets_of(draft->text, draft->used), apex, &reason)) {
        fprintf(stderr, "%s\n", reason.text);
        abort();
    }
    make_valid(sets);
    sign(sets, hashed);
}

static void name_apex(struct chance *chance, uint64_t seed, bool hashed, struct name *apex)
{
    static const char *const forms[] = {"z%llu.%s.",   "z%llu.%s.",       "\\001.Z%llu.%s.",
                                        "*.z%llu.%s.", "a\\.b.z%llu.%s.", LONG_LABEL ".z%llu.%s."};
    char text[NAME_TEXT_SIZE];

    snprintf(text, sizeof(text), forms[chance_below(chance, 24) % 9 % 6], (unsigned long long)seed,
             hashed ? "nsec3" : "nsec");
    if (name_from_text(octets_of_text(text), NULL, apex) != SWORN_OK) {
        abort();
    }
}

void case_make(struct zone_case *made, uint64_t seed, bool hashed)
{
    struct draft *draft = malloc(sizeof(*draft));
    struct chance chance = chance_of(seed ^ UINT64_C(0xa5a5a5a5));
    struct name apex;
    struct name child;
    char text[NAME_TEXT_SIZE];

    made->count = 0;
    name_apex(&chance, seed, hashed, &apex);
    draft_zone(draft, &apex, seed);
    if (chance_once_in(&chance, 4) && !draft->apex_dname && below("kid", &apex, &child)) {
        put(draft, &child, "NS", "%s", target(draft, text));
        if (chance_once_in(&chance, 2)) {
            put_ds(draft, &child);
        }
        add_zone(made, draft, hashed);
        draft_zone(draft, &child, seed ^ UINT64_C(0x6b6964));
    }
    add_zone(made, draft, hashed);
    free(draft);
}

void case_of_file(struct zone_case *made, const char *path, const char *apex)
{
    struct reason reason;

    made->count = 1;
    if (!zone_sets_read_file(&made->zone[0], path, apex, &reason)) {
        fprintf(stderr, "%s: %s\n", path, reason.text);
        exit(2);
    }
}

void case_free(struct zone_case *made)
{
    for (size_t i = 0; i < made->count; i++) {
        zone_sets_free(&made->zone[i]);
    }
}

bool case_is_hidden(const struct zone_sets *sets, const struct rrset *rrset)
{
    struct name above = rrset->owner;

    while (rrset->type != RR_NSEC3 && above.size > sets->apex.size &&
           name_parent(&above, &above) == SWORN_OK) {
        for (size_t i = 0; i < sets->count; i++) {
            if (sets->set[i].rrset.type == RR_DNAME &&
                name_equal(&sets->set[i].rrset.owner, &above)) {
                return true;
            }
        }
    }
    return false;
}

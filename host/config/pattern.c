/*
 * pattern.c - matching names label by label; see pattern.h.
 */
#include "host/config/pattern.h"

#define LABELS 128

enum sworn_result pattern_read(const char *text, struct name *pattern)
{
    struct name root;

    SWORN_ENSURE(text[0] != 0 && strcmp(text, "@") != 0, SWORN_MALFORMED);
    name_root(&root);
    SWORN_TRY(name_from_text(octets_of_text(text), &root, pattern));
    for (const uint8_t *label = pattern->wire; *label != 0; label += 1 + *label) {
        SWORN_ENSURE(*label == 1 || memchr(label + 1, '*', *label) == NULL, SWORN_MALFORMED);
    }
    name_lower(pattern);
    return SWORN_OK;
}

/* Offsets of the labels; returns how many, the root's not counted. */
static unsigned labels_of(const struct name *name, uint8_t at[LABELS])
{
    unsigned count = 0;

    for (unsigned i = 0; name->wire[i] != 0; i += 1U + name->wire[i]) {
        at[count++] = (uint8_t)i;
    }
    return count;
}

static bool is_star(const uint8_t *label)
{
    return label[0] == 1 && label[1] == '*';
}

/*
 * From the left; where it goes wrong, the last star takes one label more: there is no need to go
 * back further than to that.
 */
bool pattern_matches(const struct name *pattern, const struct name *asked)
{
    struct name name = *asked;
    uint8_t p_at[LABELS], n_at[LABELS];
    unsigned p_count = labels_of(pattern, p_at), n_count = labels_of(&name, n_at);
    unsigned p = 0, n = 0, after_star = 0, taken = 0;

    name_lower(&name);
    while (n < n_count) {
        const uint8_t *want = p < p_count ? pattern->wire + p_at[p] : NULL;
        const uint8_t *have = name.wire + n_at[n];

        if (want != NULL && is_star(want)) {
            after_star = ++p;
            taken = ++n;
            continue;
        }
        if (want != NULL && *want == *have && memcmp(want + 1, have + 1, *have) == 0) {
            p++;
            n++;
            continue;
        }
        if (after_star == 0) {
            return false;
        }
        p = after_star;
        n = ++taken;
    }
    return p == p_count;
}

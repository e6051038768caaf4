/*
 * name.c - see name.h.
 */
#include "guards/library/delegate/name.h"

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* What the enclave takes without a backslash too. */
static bool may_stand_bare(uint8_t octet)
{
    return octet > ' ' && octet < 0x7F && octet != '"' && octet != '(' && octet != ')' &&
           octet != ';';
}

/* One character that may be escaped; `text` is not empty. */
static bool read_character(struct fdns_octets *text, uint8_t *octet)
{
    struct fdns_octets taken;
    uint64_t value;

    (void)fdns_read_octets(text, 1, &taken);
    *octet = taken.data[0];
    if (*octet != '\\') {
        return may_stand_bare(*octet);
    }
    if (text->size == 0) {
        return false;
    }
    if (!is_digit(text->data[0])) {
        (void)fdns_read_octets(text, 1, &taken);
        *octet = taken.data[0];
        return true;
    }
    if (!fdns_read_octets(text, 3, &taken) || !fdns_decimal(taken, &value) || value > 255) {
        return false;
    }
    *octet = (uint8_t)value;
    return true;
}

/* The label in front, up to a dot or the end, behind what `labels` holds already. */
static bool read_label(struct fdns_octets *text, struct labels *labels)
{
    size_t start = labels->size;
    size_t length;
    uint8_t octet;

    if (start >= LABELS_SIZE_MAX) {
        return false;
    }
    labels->size++;
    while (text->size > 0 && text->data[0] != '.') {
        if (!read_character(text, &octet) || labels->size >= LABELS_SIZE_MAX) {
            return false;
        }
        labels->octets[labels->size++] = lower(octet);
    }
    length = labels->size - start - 1;
    labels->octets[start] = (uint8_t)length;
    return length >= 1 && length <= LABEL_MAX;
}

/* Whether the labels end in `end`, at the beginning of a label: where, in `at`. */
static bool ends_at(const struct labels *labels, struct fdns_octets end, size_t *at)
{
    struct fdns_octets left = fdns_octets_of(labels->octets, labels->size);

    for (*at = 0; *at < labels->size; *at += 1U + labels->octets[*at]) {
        left = fdns_octets_of(labels->octets + *at, labels->size - *at);
        if (fdns_equal(left, end)) {
            return true;
        }
    }
    return end.size == 0;
}

bool labels_read(struct fdns_octets text, const struct labels *apex, struct labels *labels)
{
    struct fdns_octets dot;
    bool absolute = false;
    size_t at;

    labels->size = 0;
    if (text.size == 0 || fdns_is(text, "@")) {
        return true;
    }
    if (fdns_is(text, ".")) {
        return apex->size == 0;
    }
    while (text.size > 0) {
        if (!read_label(&text, labels)) {
            return false;
        }
        absolute = fdns_read_octets(&text, 1, &dot);
    }
    if (!absolute) {
        return labels->size + apex->size <= LABELS_SIZE_MAX;
    }
    if (!ends_at(labels, fdns_octets_of(apex->octets, apex->size), &at)) {
        return false;
    }
    labels->size = at;
    return true;
}

struct labels labels_of_apex(void)
{
    static const struct labels root;
    struct fdns_octets text = fdns_load_zone();
    struct labels apex = root;

    /* It ends in a dot: read as a name below the root. */
    if (!labels_read(text, &root, &apex)) {
        fdns_refuse("the zone's own name cannot be read");
    }
    return apex;
}

static void put_octet(struct fdns_text *text, uint8_t octet)
{
    char escaped[] = {'\\', (char)('0' + octet / 100), (char)('0' + octet / 10 % 10),
                      (char)('0' + octet % 10), '\0'};

    if ((octet >= 'a' && octet <= 'z') || is_digit(octet) || octet == '-' || octet == '_' ||
        octet == '*') {
        fdns_put_character(text, (char)octet);
    } else {
        fdns_put(text, escaped);
    }
}

void labels_put(struct fdns_text *text, const struct labels *labels)
{
    if (labels->size == 0) {
        fdns_put(text, "@");
    }
    for (size_t at = 0; at < labels->size; at += 1U + labels->octets[at]) {
        fdns_put(text, at == 0 ? "" : ".");
        for (size_t i = 1; i <= labels->octets[at]; i++) {
            put_octet(text, labels->octets[at + i]);
        }
    }
}

bool labels_between(const struct labels *labels, struct fdns_octets begin, struct fdns_octets end)
{
    size_t at;

    /* Lengths are compared like letters, so what begins alike has the same labels. */
    return begin.size + end.size <= labels->size &&
           fdns_begins(fdns_octets_of(labels->octets, labels->size), begin) &&
           ends_at(labels, end, &at);
}

bool labels_are(struct fdns_octets octets)
{
    struct fdns_octets label;

    if (octets.size > LABELS_SIZE_MAX) {
        return false;
    }
    for (size_t i = 0; i < octets.size; i++) {
        if (lower(octets.data[i]) != octets.data[i]) {
            return false; /* a length is at most 63, never a letter */
        }
    }
    while (octets.size > 0) {
        if (octets.data[0] == 0 || octets.data[0] > LABEL_MAX ||
            !fdns_read_slice(&octets, 1, &label)) {
            return false;
        }
    }
    return true;
}

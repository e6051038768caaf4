/*
 * edit.c - see edit.h.
 */
#include "cli/zone/edit.h"

#include <strings.h>

#include "core/change/zone.h"
#include "core/dns/master.h"

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* The next word of `text`; empty at its end. A backslash takes the octet after it along. */
static struct octets next_word(struct octets *text)
{
    size_t at = 0, start;

    while (at < text->size && is_blank(text->data[at])) {
        at++;
    }
    start = at;
    while (at < text->size && !is_blank(text->data[at])) {
        at += text->data[at] == '\\' && at + 1 < text->size ? 2 : 1;
    }
    struct octets word = octets_of(text->data + start, at - start);

    *text = octets_of(text->data + at, text->size - at);
    return word;
}

static bool is_class_in(struct octets word)
{
    return word.size == 2 && strncasecmp((const char *)word.data, "IN", 2) == 0;
}

/* [TTL] [IN] TYPE; the two first in either order (RFC 1035 5.1). A type begins with a letter. */
static enum sworn_result edit_fields(const char *all, struct octets *text,
                                     struct record_edit *record, struct reason *reason)
{
    struct octets word = next_word(text);
    bool class_given = false;

    for (;;) {
        if (!class_given && is_class_in(word)) {
            class_given = true;
        } else if (!record->with_ttl && word.size > 0 && word.data[0] >= '0' &&
                   word.data[0] <= '9') {
            SWORN_SAY(ttl_from_text(word, &record->ttl) == SWORN_OK, reason, SWORN_INVALID,
                      "'%s': '%.*s' is not a TTL", all, (int)word.size, (const char *)word.data);
            record->with_ttl = true;
        } else {
            break;
        }
        word = next_word(text);
    }
    SWORN_SAY(word.size > 0, reason, SWORN_INVALID, "'%s' names no record type", all);
    SWORN_SAY(rr_code_from_text(word, &record->type) == SWORN_OK, reason, SWORN_INVALID,
              "'%s': '%.*s' is not a record type", all, (int)word.size, (const char *)word.data);
    SWORN_SAY(!type_is_enclaves(record->type), reason, SWORN_INVALID,
              "'%s': %.*s records are made by the enclave", all, (int)word.size,
              (const char *)word.data);
    return SWORN_OK;
}

static enum sworn_result edit_remove(const struct edit *edit, const struct name *apex,
                                     const struct record_edit *record, struct octets rest,
                                     struct writer *operations, struct reason *reason)
{
    SWORN_SAY(!record->with_ttl && next_word(&rest).size == 0, reason, SWORN_INVALID,
              "--remove '%s': it takes 'NAME TYPE' and removes the whole set", edit->text);
    return operation_remove(operations, apex, record->owner, record->type);
}

enum sworn_result edit_write(const struct edit *edit, const struct name *apex,
                             struct region *region, struct writer *operations,
                             struct reason *reason)
{
    struct octets text = octets_of_text(edit->text), word = next_word(&text);
    struct writer rdata = writer_in(region, RDATA_MAX);
    struct record_edit record = {.mode = edit->kind == EDIT_ADD ? "Append" : "Set"};
    struct name owner;
    struct reason why = {{0}};

    record.owner = &owner;
    SWORN_SAY(word.size > 0 && name_from_text(word, apex, &owner) == SWORN_OK, reason,
              SWORN_INVALID, "'%s': '%.*s' is not a domain name", edit->text, (int)word.size,
              (const char *)word.data);
    SWORN_SAY(name_within(&owner, apex), reason, SWORN_INVALID,
              "'%s': the name is outside the zone (a name is relative to the zone, or ends in a "
              "dot)",
              edit->text);
    SWORN_TRY(edit_fields(edit->text, &text, &record, reason));
    if (edit->kind == EDIT_REMOVE) {
        return edit_remove(edit, apex, &record, text, operations, reason);
    }
    SWORN_SAY(rdata_from_text(record.type, text, apex, &rdata, &why) == SWORN_OK, reason,
              SWORN_INVALID, "'%s': %.300s", edit->text, why.text);
    record.rdata = written(&rdata);
    return operation_record(operations, apex, &record);
}

/*
 * document.c - the JSON documents of the API; see document.h.
 */
#include "host/api/document.h"

#include "core/boundary/zone_leaf.h"
#include "net/text.h"

#include <inttypes.h>

/*
 * Size of the UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629 4: shortest
 * form, no surrogates, at most U+10FFFF).
 */
static size_t utf8_size(const uint8_t *text, size_t left)
{
    static const struct {
        uint8_t lead_min, lead_max, second_min, second_max;
        size_t size;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t size = forms[i].size;
        bool fits = text[0] >= forms[i].lead_min && text[0] <= forms[i].lead_max && size <= left;

        if (!fits ||
            (size > 1 && (text[1] < forms[i].second_min || text[1] > forms[i].second_max))) {
            continue;
        }
        for (size_t k = 2; k < size; k++) {
            if ((text[k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
    return 0;
}

enum sworn_result json_string_write(struct writer *json, struct octets text)
{
    size_t at = 0;

    SWORN_TRY(write_u8(json, '"'));
    while (at < text.size) {
        uint8_t octet = text.data[at];
        size_t size = utf8_size(text.data + at, text.size - at);

        if (size == 0) {
            SWORN_TRY(write_text(json, "\\ufffd"));
        } else if (octet < 0x20 || octet == 0x7f) {
            SWORN_TRY(write_format(json, "\\u%04x", octet));
        } else if (octet == '"' || octet == '\\') {
            SWORN_TRY(write_format(json, "\\%c", octet));
        } else {
            SWORN_TRY(write_octets(json, octets_of(text.data + at, size)));
        }
        at += size == 0 ? 1 : size;
    }
    return write_u8(json, '"');
}

enum sworn_result json_hex_write(struct writer *json, struct octets octets)
{
    SWORN_TRY(write_u8(json, '"'));
    SWORN_TRY(hex_write(json, octets));
    return write_u8(json, '"');
}

/* A comma or brace and a name of our own, then the value. */
static enum sworn_result hex_member(struct writer *json, const char *before, struct octets octets)
{
    SWORN_TRY(write_text(json, before));
    return json_hex_write(json, octets);
}

static enum sworn_result apex_member(struct writer *json, const char *before,
                                     const struct name *apex)
{
    char text[NAME_TEXT_SIZE];

    name_to_hash_text(apex, text);
    SWORN_TRY(write_text(json, before));
    return json_string_write(json, octets_of_text(text));
}

static enum sworn_result log_member(struct writer *json, const struct commit_proof *proof)
{
    SWORN_TRY(hex_member(json, ",\"log\":{\"public_key\":", octets_of(proof->log_public_key, 32)));
    SWORN_TRY(hex_member(json, ",\"entry\":", proof->entry));
    SWORN_TRY(write_format(json, ",\"index\":%" PRIu64, proof->index));
    SWORN_TRY(hex_member(json, ",\"inclusion\":", proof->inclusion));
    SWORN_TRY(write_text(json, ",\"checkpoint\":"));
    SWORN_TRY(json_string_write(json, proof->checkpoint));
    return write_text(json, "}");
}

static enum sworn_result creation_members(struct writer *json, const struct commit_proof *proof)
{
    struct zone_leaf leaf;

    SWORN_TRY(zone_leaf_read(proof->leaf_value, &leaf));
    SWORN_TRY(hex_member(json, ",\"creation\":{\"entry\":", proof->creation_entry));
    SWORN_TRY(write_format(json, ",\"index\":%" PRIu64, proof->creation_index));
    SWORN_TRY(hex_member(json, ",\"inclusion\":", proof->creation_inclusion));
    return write_format(json, "},\"serial\":%" PRIu32 ",\"sequence\":%" PRIu64, leaf.serial,
                        leaf.sequence);
}

enum sworn_result proof_members(struct writer *json, const struct name *apex,
                                const struct commit_proof *proof, bool whole)
{
    SWORN_TRY(apex_member(json, "\"apex\":", apex));
    SWORN_TRY(hex_member(json, ",\"zone_id\":", octets_of_hash(&proof->zone_id)));
    SWORN_TRY(write_format(json, ",\"published\":%s,\"served\":%s,\"fuel\":%" PRIu64,
                           proof->published ? "true" : "false", proof->served ? "true" : "false",
                           proof->fuel));
    if (proof->again) {
        SWORN_TRY(write_text(json, ",\"warning\":\"a zone of this apex ended here before: this is "
                                   "another one, with other keys and another DS\""));
    }
    SWORN_TRY(log_member(json, proof));
    SWORN_TRY(hex_member(json, ",\"leaf\":{\"value\":", proof->leaf_value));
    SWORN_TRY(hex_member(json, ",\"proof\":", proof->leaf_proof));
    SWORN_TRY(hex_member(json, "},\"dnskey\":{\"value\":", proof->dnskey_value));
    SWORN_TRY(hex_member(json, ",\"proof\":", proof->dnskey_proof));
    SWORN_TRY(write_text(json, "}"));
    return whole ? creation_members(json, proof) : SWORN_OK;
}

enum sworn_result problem_document(struct writer *json, const struct problem *problem)
{
    SWORN_TRY(write_format(json, "{\"error\":{\"code\":\"%s\",\"message\":", problem->code));
    SWORN_TRY(json_string_write(json, octets_of_text(problem->reason.text)));
    return write_text(json, "}}\n");
}

enum sworn_result checkpoint_document(struct writer *json, struct octets note,
                                      const uint8_t public_key[32])
{
    SWORN_TRY(write_text(json, "{\"checkpoint\":"));
    SWORN_TRY(json_string_write(json, note));
    SWORN_TRY(hex_member(json, ",\"public_key\":", octets_of(public_key, 32)));
    return write_text(json, "}\n");
}

/* "log-public-key=ab" becomes "log_public_key":"ab"; a line without "=" is the statement's kind. */
static enum sworn_result evidence_line(struct writer *json, struct octets line, bool *some)
{
    const uint8_t *mark = line.size == 0 ? NULL : memchr(line.data, '=', line.size);
    size_t size = mark == NULL ? 0 : (size_t)(mark - line.data);

    if (mark == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(write_text(json, *some ? ",\"" : "\""));
    for (size_t i = 0; i < size; i++) {
        SWORN_TRY(write_u8(json, line.data[i] == '-' ? '_' : line.data[i]));
    }
    *some = true;
    SWORN_TRY(write_text(json, "\":"));
    return json_string_write(json, octets_of(mark + 1, line.size - size - 1));
}

enum sworn_result evidence_document(struct writer *json, struct octets text,
                                    struct octets signature)
{
    bool some = false;
    size_t begin = 0;

    SWORN_TRY(write_text(json, "{\"statement\":{"));
    for (size_t at = 0; at < text.size; at++) {
        if (text.data[at] == '\n') {
            SWORN_TRY(evidence_line(json, octets_of(text.data + begin, at - begin), &some));
            begin = at + 1;
        }
    }
    SWORN_TRY(write_text(json, "},\"text\":"));
    SWORN_TRY(json_string_write(json, text));
    SWORN_TRY(hex_member(json, ",\"signature\":", signature));
    return write_text(json, "}\n");
}

enum sworn_result health_document(struct writer *json, bool healthy, const struct reason *reason)
{
    if (healthy) {
        return write_text(json, "{\"ok\":true}\n");
    }
    SWORN_TRY(write_text(json, "{\"ok\":false,\"reason\":"));
    SWORN_TRY(json_string_write(json, octets_of_text(reason->text)));
    return write_text(json, "}\n");
}

enum sworn_result serve_document(struct writer *json, const struct name *apex, bool serve)
{
    SWORN_TRY(apex_member(json, "{\"apex\":", apex));
    return write_format(json, ",\"served\":%s}\n", serve ? "true" : "false");
}

enum sworn_result zone_item(struct writer *json, const struct commit_zone *zone, bool first)
{
    SWORN_TRY(apex_member(json, first ? "{\"apex\":" : ",{\"apex\":", &zone->apex));
    SWORN_TRY(hex_member(json, ",\"zone_id\":", octets_of_hash(&zone->zone_id)));
    SWORN_TRY(write_format(json, ",\"serial\":%" PRIu32 ",\"expires\":", zone->serial));
    SWORN_TRY(zone->expires == 0 ? write_text(json, "null")
                                 : write_format(json, "%" PRIu64, zone->expires));
    return write_format(json, ",\"sets\":%" PRIu64 ",\"published\":%s,\"served\":%s}", zone->sets,
                        zone->published ? "true" : "false", zone->served ? "true" : "false");
}

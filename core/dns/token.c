/*
 * token.c - cutting master-file text into words; see token.h.
 */
#include "core/dns/token.h"

struct scanner scanner_of(struct octets text)
{
    static const uint8_t nothing;
    const uint8_t *start = text.data == NULL ? &nothing : text.data;

    return (struct scanner){.at = start, .end = start + text.size, .line = 1};
}

static bool ends_word(uint8_t octet)
{
    return octet <= ' ' || octet == '(' || octet == ')' || octet == ';' || octet == '"';
}

/* Behind the closing quote of a string whose first character is at `scanner->at`. */
static enum sworn_result scan_quoted(struct scanner *scanner, struct octets *text,
                                     struct reason *reason)
{
    const uint8_t *start = scanner->at;
    const uint8_t *at = start;

    while (at < scanner->end && *at != '"' && *at != '\n') {
        at += *at == '\\' && scanner->end - at >= 2 && at[1] != '\n' ? 2 : 1;
    }
    SWORN_SAY(at < scanner->end && *at == '"', reason, SWORN_MALFORMED,
              "a quoted string does not end on its line");
    *text = octets_of(start, (size_t)(at - start));
    scanner->at = at + 1;
    SWORN_SAY(scanner->at == scanner->end || (ends_word(*scanner->at) && *scanner->at != '"'),
              reason, SWORN_MALFORMED, "a blank is missing after a quoted string");
    return SWORN_OK;
}

static enum sworn_result scan_word(struct scanner *scanner, struct token *token,
                                   struct reason *reason)
{
    const uint8_t *start = scanner->at;
    const uint8_t *at = start;

    while (at < scanner->end && !ends_word(*at)) {
        /* Nothing escapes a line end, so that lines stay what editors show. */
        at += *at == '\\' && scanner->end - at >= 2 && at[1] != '\n' ? 2 : 1;
    }
    token->kind = TOKEN_WORD;
    token->text = octets_of(start, (size_t)(at - start));
    scanner->at = at;
    if (at == scanner->end || *at != '"') {
        return SWORN_OK;
    }
    SWORN_SAY(scanner->parameter && at[-1] == '=', reason, SWORN_MALFORMED,
              "a quote inside a word");
    scanner->at++;
    return scan_quoted(scanner, &token->value, reason);
}

/* Blanks, comments, parentheses and the line ends inside them. */
static enum sworn_result skip_blanks(struct scanner *scanner, struct reason *reason)
{
    for (; scanner->at < scanner->end; scanner->at++) {
        uint8_t octet = *scanner->at;
        if (octet == '\n' && scanner->depth == 0) {
            break;
        }
        if (octet == ' ' || octet == '\t' || octet == '\r') {
            continue;
        }
        if (octet == '\n') {
            scanner->line++;
            continue;
        }
        if (octet == '(') {
            scanner->depth++;
            continue;
        }
        if (octet == ')') {
            SWORN_SAY(scanner->depth > 0, reason, SWORN_MALFORMED, "\")\" without \"(\"");
            scanner->depth--;
            continue;
        }
        if (octet != ';') {
            break;
        }
        SWORN_SAY(!scanner->one_line, reason, SWORN_MALFORMED, "a comment is not allowed here");
        const uint8_t *line_end = memchr(scanner->at, '\n', (size_t)(scanner->end - scanner->at));
        /* The loop's step goes to the line end itself. */
        scanner->at = (line_end == NULL ? scanner->end : line_end) - 1;
    }
    return SWORN_OK;
}

enum sworn_result scan(struct scanner *scanner, struct token *token, struct reason *reason)
{
    *token = (struct token){.kind = TOKEN_END};
    SWORN_TRY(skip_blanks(scanner, reason));
    if (scanner->at == scanner->end) {
        SWORN_SAY(scanner->depth == 0, reason, SWORN_MALFORMED, "\"(\" without \")\"");
        return SWORN_OK;
    }
    uint8_t octet = *scanner->at;
    token->line = scanner->line;
    if (octet == '\n') {
        SWORN_SAY(!scanner->one_line, reason, SWORN_MALFORMED,
                  "a line end outside parentheses: one record's data is one line");
        token->kind = TOKEN_LINE_END;
        scanner->at++;
        return SWORN_OK;
    }
    if (octet == '"') {
        token->kind = TOKEN_QUOTED;
        scanner->at++;
        return scan_quoted(scanner, &token->text, reason);
    }
    SWORN_SAY(octet > ' ', reason, SWORN_MALFORMED, "control character %u", octet);
    return scan_word(scanner, token, reason);
}

void reason_prefix(struct reason *reason, const struct reason *place)
{
    size_t size = strlen(place->text);
    size_t left = sizeof(reason->text) - 1 - size;
    size_t kept = strlen(reason->text);

    kept = kept < left ? kept : left;
    memmove(reason->text + size, reason->text, kept);
    memcpy(reason->text, place->text, size);
    reason->text[size + kept] = '\0';
}

void reason_plain(struct reason *reason)
{
    for (size_t i = 0; reason != NULL && reason->text[i] != '\0'; i++) {
        bool plain = reason->text[i] >= ' ' && reason->text[i] < 0x7F;
        reason->text[i] = plain ? reason->text[i] : '?';
    }
}

bool text_is(struct octets text, const char *word)
{
    size_t i = 0;

    for (; i < text.size && word[i] != '\0'; i++) {
        uint8_t a = text.data[i];
        uint8_t b = (uint8_t)word[i];
        a = a >= 'a' && a <= 'z' ? (uint8_t)(a & ~0x20) : a;
        b = b >= 'a' && b <= 'z' ? (uint8_t)(b & ~0x20) : b;
        if (a != b) {
            return false;
        }
    }
    return i == text.size && word[i] == '\0';
}

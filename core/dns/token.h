/*
 * token.h - the words of master files (RFC 1035 5.1), for whole files and for the RDATA of one
 * record alike.
 *
 *   word    run of characters up to a blank, line end, ( ) ; or "      \X and \DDD stay as written
 *   quoted  "..." on one line, \" inside
 *   ( )     line ends between them are blanks
 *   ;       comment up to the line end
 */
#ifndef SWORN_CORE_DNS_TOKEN_H
#define SWORN_CORE_DNS_TOKEN_H

#include "core/cursor/octets.h"
#include "core/cursor/result.h"

struct scanner {
    const uint8_t *at;
    const uint8_t *end;
    size_t line;    /* of what is read next, from 1; whoever takes a TOKEN_LINE_END counts it */
    size_t depth;   /* parentheses open */
    bool one_line;  /* RDATA of one record: neither comments nor line ends outside parentheses */
    bool parameter; /* a word may go on as key="value" (RFC 9460 2.1) */
};

enum token_kind {
    TOKEN_END, /* of the text */
    TOKEN_LINE_END,
    TOKEN_WORD,
    TOKEN_QUOTED,
};

struct token {
    enum token_kind kind;
    size_t line;
    struct octets text;  /* as written, less the quotes */
    struct octets value; /* of key="value": between the quotes; data NULL otherwise */
};

struct scanner scanner_of(struct octets text);

/** The next token; SWORN_MALFORMED with the cause. */
SWORN_CHECK enum sworn_result scan(struct scanner *scanner, struct token *token,
                                   struct reason *reason);

/** Put the place in front of a reason. */
void reason_prefix(struct reason *reason, const struct reason *place);

/** Hostile text gets into reasons; what is not plain ASCII does not get out of them. */
void reason_plain(struct reason *reason);

/** How much of hostile text a reason shows: use as "%.*s". */
static inline int shown(struct octets text)
{
    return text.size < 64 ? (int)text.size : 64;
}

/** Equal but for ASCII case. */
bool text_is(struct octets text, const char *word);

#endif

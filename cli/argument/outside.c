/*
 * outside.c - signatures from somebody else: what they are shown, and what they give back; see
 * signer.h.
 */
#include "cli/argument/signer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/file.h"
#include "net/text.h"

#define SIGNATURE_FILE_MAX ((size_t)4096)
#define SHOWN_MAX          ((size_t)1 << 30)

enum sworn_result sign_with_of_options(struct context *context, enum sign_with *what)
{
    static const char *const words[] = {
        [SIGN_WITH_OCTETS] = "octets", [SIGN_WITH_TEXT] = "text", [SIGN_WITH_TYPED] = "typed"};
    const char *text = context->options->value[OPTION_SIGN_WITH];

    *what = SIGN_WITH_KEYS;
    for (enum sign_with i = SIGN_WITH_OCTETS; text != NULL && i <= SIGN_WITH_TYPED; i++) {
        if (strcmp(text, words[i]) == 0) {
            *what = i;
            return SWORN_OK;
        }
    }
    return text == NULL
               ? SWORN_OK
               : wrong_usage(context, "--sign-with is octets, text (personal_sign of a wallet) or "
                                      "typed (eth_signTypedData_v4)");
}

/* What is signed, as it is. */
static enum sworn_result to_sign(struct request *request, enum sign_with what,
                                 struct octets *octets, struct reason *reason)
{
    struct writer json = writer_in(request->region, SHOWN_MAX);
    struct octets text;

    if (what == SIGN_WITH_OCTETS) {
        *octets = request->message;
        return SWORN_OK;
    }
    SWORN_SAY(request->format->layout != LAYOUT_PROVEN, reason, SWORN_INVALID,
              "what is proven is about the message's octets: --sign-with octets");
    SWORN_TRY(request_text(request, &text, reason));
    if (what == SIGN_WITH_TEXT) {
        *octets = text;
        return SWORN_OK;
    }
    SWORN_TRY(message_typed(request->message, text, &json));
    *octets = written(&json);
    return SWORN_OK;
}

enum sworn_result request_show_to_sign(struct context *context, struct request *request,
                                       enum sign_with what)
{
    static const char *const headings[] = {
        [SIGN_WITH_OCTETS] = "sign these octets, here in hex",
        [SIGN_WITH_TEXT] = "sign this text, without a line end behind it (personal_sign)",
        [SIGN_WITH_TYPED] = "sign this typed data (eth_signTypedData_v4)",
    };
    const char *path = context->options->value[OPTION_MESSAGE_OUT];
    struct writer hex = writer_in(request->region, SHOWN_MAX);
    struct octets octets;

    SWORN_TRY(to_sign(request, what, &octets, context->reason));
    if (path != NULL) {
        return file_replace(path, 0644, octets, request->region, context->reason);
    }
    if (what == SIGN_WITH_OCTETS) {
        SWORN_TRY(hex_write(&hex, octets));
        octets = written(&hex);
    }
    (void)fprintf(stderr, "sworn: %s:\n\n", headings[what]);
    (void)fwrite(octets.data, 1, octets.size, stdout);
    (void)putchar('\n');
    SWORN_SAY(fflush(stdout) == 0, context->reason, SWORN_IO, "cannot write what is to be signed");
    return SWORN_OK;
}

static struct octets trimmed(struct octets text)
{
    while (text.size > 0 && memchr(" \t\r\n", text.data[text.size - 1], 4) != NULL) {
        text.size--;
    }
    while (text.size > 0 && memchr(" \t\r\n", text.data[0], 4) != NULL) {
        text = octets_of(text.data + 1, text.size - 1);
    }
    return text;
}

/* Hex, with or without 0x, or base64. */
static bool signature_decode(struct octets text, struct writer *signature)
{
    struct octets digits = trimmed(text);

    if (digits.size > 2 && memcmp(digits.data, "0x", 2) == 0) {
        digits = octets_of(digits.data + 2, digits.size - 2);
    }
    if (hex_read(digits, signature) == SWORN_OK) {
        return true;
    }
    signature->used = 0;
    return base64_read(trimmed(text), signature) == SWORN_OK;
}

enum sworn_result signature_of_text(const char *text, struct region *region,
                                    struct octets *signature, struct reason *reason)
{
    struct writer octets = writer_in(region, SIGNATURE_FILE_MAX);
    struct octets file;

    /* The file first: a short name such as "sig1" is base64 as well. */
    if (file_read(text, SIGNATURE_FILE_MAX, region, &file, reason) == SWORN_OK) {
        *signature = signature_decode(file, &octets) ? written(&octets) : file;
        return SWORN_OK;
    }
    SWORN_SAY(signature_decode(octets_of_text(text), &octets), reason, SWORN_MALFORMED,
              "'%s' is neither a signature (hex, base64) nor a file with one", text);
    *signature = written(&octets);
    return SWORN_OK;
}

enum sworn_result request_take_text(struct request *request, const char *text,
                                    struct reason *reason)
{
    const struct public_key *owner;
    char shown[KEY_TEXT_SIZE];
    struct octets signature;

    SWORN_TRY(signature_of_text(text, request->region, &signature, reason));
    SWORN_TRY(request_take(request, signature, &owner, reason));
    if (owner == NULL) {
        return SWORN_OK;
    }
    key_public_to_text(owner, shown);
    (void)fprintf(stderr, "sworn: signed by %s %s\n", key_type_name(owner->type), shown);
    return SWORN_OK;
}

/* A line of standard input; false at its end or when it is empty. */
static bool ask_line(const char *what, char **line, size_t *room)
{
    ssize_t size;

    (void)fprintf(stderr, "\nsworn: %s: ", what);
    (void)fflush(stderr);
    size = getline(line, room, stdin);
    if (size < 0) {
        return false;
    }
    (*line)[strcspn(*line, "\r\n")] = '\0';
    return (*line)[0] != '\0';
}

enum sworn_result request_ask(struct context *context, struct request *request, enum sign_with what)
{
    bool several = request->format->layout == LAYOUT_KEYS;
    enum sworn_result result = SWORN_OK;
    char *line = NULL;
    size_t room = 0;

    SWORN_TRY(request_show_to_sign(context, request, what));
    do {
        if (!ask_line(several ? "a signature of it, or an empty line when these are enough"
                      : request->format->layout == LAYOUT_PROVEN
                          ? "its proof (hex, base64 or a file)"
                          : "its signature (hex, base64 or a file)",
                      &line, &room)) {
            break;
        }
        result = request_take_text(request, line, context->reason);
    } while (several && result == SWORN_OK);
    free(line);
    return result;
}

enum sworn_result signer_argument(const struct signer *signer, const struct message *message,
                                  struct region *region, struct octets *argument)
{
    struct context *context = signer->context;
    struct request request;

    SWORN_TRY(signer_request(signer, message, region, &request));
    if (signer->outside != SIGN_WITH_KEYS) {
        SWORN_TRY(request_ask(context, &request, signer->outside));
        SWORN_SAY(request.count > 0 || request.proof.size > 0, context->reason, SWORN_CONFLICT,
                  "no signature was given, nothing is sent; with --argument-out FILE it can be "
                  "signed later");
    }
    return request_argument(&request, argument, context->reason);
}

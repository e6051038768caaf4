/*
 * signer.h - who signs what a command sends: the keys of --key, and with --sign-with somebody
 * outside, who is shown what there is to sign and gives a signature back.
 */
#ifndef SWORN_CLI_ARGUMENT_SIGNER_H
#define SWORN_CLI_ARGUMENT_SIGNER_H

#include "cli/argument/request.h"
#include "cli/remote/zone.h"
#include "cli/zone/message.h"

/* What somebody outside is shown. */
enum sign_with { SIGN_WITH_KEYS, SIGN_WITH_OCTETS, SIGN_WITH_TEXT, SIGN_WITH_TYPED };

struct signer {
    struct context *context;
    enum sign_with outside;
    struct owner_key *keys;
    size_t key_count;
    struct octets format_name;
    const struct argument_format *format; /* NULL: this tool cannot make it */
    struct octets environment;            /* empty when it need not be known */
};

/** Load the keys of --key and read --sign-with; what it signs for is not known yet. */
SWORN_CHECK enum sworn_result signer_open(struct context *context, struct signer *signer);

/** Wipe the keys. */
void signer_close(struct signer *signer);

/** Sign for this guard from now on. */
void signer_for_code(struct signer *signer, struct octets code, struct octets environment);

/** Sign for the guard of a verified zone: taken from the library here, or asked for. */
SWORN_CHECK enum sworn_result signer_for_zone(struct signer *signer, const struct zone *zone);

/** A request for this message, signed by the keys; nobody is asked. */
SWORN_CHECK enum sworn_result signer_request(const struct signer *signer,
                                             const struct message *message, struct region *region,
                                             struct request *request);

/** The whole argument for this message; somebody outside is asked now. */
SWORN_CHECK enum sworn_result signer_argument(const struct signer *signer,
                                              const struct message *message, struct region *region,
                                              struct octets *argument);

/** Whether the argument is to be kept (--argument-out), not sent. */
bool signer_keeps(const struct signer *signer);

/** Keep it: as an argument, or as a request when somebody outside is to sign, who is told what. */
SWORN_CHECK enum sworn_result signer_keep(const struct signer *signer, struct request *request);

/** Print or write (--message-out) what there is to sign. */
SWORN_CHECK enum sworn_result request_show_to_sign(struct context *context, struct request *request,
                                                   enum sign_with what);

/** The same, and read signatures of it from standard input: one, or of a set of keys several. */
SWORN_CHECK enum sworn_result request_ask(struct context *context, struct request *request,
                                          enum sign_with what);

/** --sign-with; SIGN_WITH_KEYS when it is not given. */
SWORN_CHECK enum sworn_result sign_with_of_options(struct context *context, enum sign_with *what);

/** A signature in hex, base64, or in a file as these or as octets. */
SWORN_CHECK enum sworn_result signature_of_text(const char *text, struct region *region,
                                                struct octets *signature, struct reason *reason);

/** Take a signature into a request, and say whose it was. */
SWORN_CHECK enum sworn_result request_take_text(struct request *request, const char *text,
                                                struct reason *reason);

#endif

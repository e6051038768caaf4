/*
 * readable.h - what wallets sign of a message: a text that they show (EIP-191), or typed data
 * (EIP-712). The words are those of guards/sdk/fdns/readable.h, so that guard
 * and tool cannot mean different ones.
 */
#ifndef SWORN_CLI_ARGUMENT_READABLE_H
#define SWORN_CLI_ARGUMENT_READABLE_H

#include "core/cursor/region.h"
#include "core/cursor/writer.h"

/* As secp256k1 signatures name them. */
enum wallet_scheme { WALLET_TEXT = 1, WALLET_TYPED = 2 };

/** A message as text; SWORN_INVALID, with the cause, for one that has none. */
SWORN_CHECK enum sworn_result message_readable(struct octets message, struct region *region,
                                               struct octets *text, struct reason *reason);

/**
 * The same of any message, each operation on its own: of one that has no text, why, and its JSON.
 * So nothing hides behind one operation that wallets cannot show.
 */
SWORN_CHECK enum sworn_result message_describe(struct octets message, struct region *region,
                                               struct writer *lines);

/** Print that: nothing in it can steer a terminal. */
void message_print(struct octets message, struct region *region);

/** The JSON that eth_signTypedData_v4 takes. */
SWORN_CHECK enum sworn_result message_typed(struct octets message, struct octets text,
                                            struct writer *json);

/** What a wallet signs of a message with this text. */
SWORN_CHECK enum sworn_result message_digest(struct octets message, struct octets text,
                                             enum wallet_scheme scheme, struct region *region,
                                             uint8_t digest[32]);

#endif

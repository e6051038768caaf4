/*
 * served.h - for fuzzing: a connection without a socket, whose protocol gets octets in pieces.
 */
#ifndef SWORN_TESTS_FUZZ_HOST_SERVE_SERVED_H
#define SWORN_TESTS_FUZZ_HOST_SERVE_SERVED_H

#include "host/serve/stream/connection.h"

struct served;

/** A server with one zone, example., and nobody for exchanges. */
struct served *served_new(void);

/** What its thread would answer with; its certificate is the one in `tls` from now on. */
struct desk *served_desk(struct served *served, struct tls_keeper *tls);

/**
 * Open a connection, hand it `input` in pieces whose sizes `input` itself chooses, let `taken`
 * see what it says, close it.
 */
void served_run(struct served *served, const struct protocol *protocol, struct octets input,
                void (*taken)(void *context, struct octets said), void *context);

#endif

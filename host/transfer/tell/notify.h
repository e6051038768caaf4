/*
 * notify.h - telling secondaries that a zone has changed (RFC 1996): one thread, any number of
 * notifications under way.
 *
 *   queue ── due ──> sent over UDP, signed with the remote's key ──> answered: acknowledged
 *     ^                                                         └──> refused, or no answer:
 *     └──── after 1, 2, 4, 8 seconds; the fifth failure is the last ────┘
 *
 * A zone that changes meanwhile begins anew. Who misses all of them asks when its refresh timer
 * ends.
 */
#ifndef SWORN_HOST_TRANSFER_TELL_NOTIFY_H
#define SWORN_HOST_TRANSFER_TELL_NOTIFY_H

#include "host/transfer/server.h"

SWORN_CHECK enum sworn_result notifier_new(struct transfer_server *server,
                                           struct notifier **notifier);
SWORN_CHECK enum sworn_result notifier_start(struct notifier *notifier);
/** End the thread. */
void notifier_stop(struct notifier *notifier);
void notifier_free(struct notifier *notifier);

/** There is something in the queue, or in a catalog. Never blocks. */
void notifier_wake(struct notifier *notifier);

/** A target goes: what is under way to it is dropped. Under the server's lock. */
void notifier_forget(struct notifier *notifier, const struct target *target);

/**
 * A NOTIFY about `type` of a name, not signed. With `news`, an RRset of one record at that name, it
 * says what is new there (RFC 1996 3.7); NULL is allowed.
 */
SWORN_CHECK enum sworn_result notify_message(const struct name *name, uint16_t type, uint16_t id,
                                             const struct rrset *news, struct writer *message);

#endif

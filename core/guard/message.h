/*
 * message.h - text of a guard's making, fit to be shown to a person.
 */
#ifndef SWORN_CORE_GUARD_MESSAGE_H
#define SWORN_CORE_GUARD_MESSAGE_H

#include "core/cursor/octets.h"

#define MESSAGE_MAX 400 /* octets of a shown message */

/**
 * UTF-8 stays; octets that are not, and control characters, become \xNN; cut at MESSAGE_MAX octets,
 * never within a character. Terminated.
 */
void message_show(struct octets message, char text[MESSAGE_MAX + 1]);

#endif

/*
 * message.c - text of a guard's making, fit to be shown: it reaches terminals and logs.
 */
#include "core/guard/message.h"

#include <stdio.h>

/* Size of the UTF-8 character that `text` begins with (RFC 3629 4), 0 when it begins with none. */
static size_t character_size(struct octets text)
{
    static const struct {
        uint8_t mask, lead, size;
        uint32_t least; /* smaller ones are overlong */
    } forms[] = {{0x80, 0x00, 1, 0},
                 {0xE0, 0xC0, 2, 0x80},
                 {0xF0, 0xE0, 3, 0x800},
                 {0xF8, 0xF0, 4, 0x10000}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        uint32_t code = text.data[0] & (uint8_t)~forms[i].mask;

        if ((text.data[0] & forms[i].mask) != forms[i].lead || text.size < forms[i].size) {
            continue;
        }
        for (size_t at = 1; at < forms[i].size; at++) {
            if ((text.data[at] & 0xC0) != 0x80) {
                return 0;
            }
            code = code << 6 | (text.data[at] & 0x3FU);
        }
        if (code < forms[i].least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return 0;
        }
        /* C0, DEL and C1: nothing that moves a cursor. */
        return code < 0x20 || (code >= 0x7F && code < 0xA0) ? 0 : forms[i].size;
    }
    return 0;
}

void message_show(struct octets message, char text[MESSAGE_MAX + 1])
{
    size_t used = 0;

    while (message.size > 0) {
        size_t size = character_size(message);
        size_t room = MESSAGE_MAX - used;

        if (room < (size == 0 ? 4 : size)) {
            break;
        }
        if (size == 0) {
            (void)snprintf(text + used, 5, "\\x%02X", message.data[0]);
            used += 4;
            size = 1;
        } else {
            memcpy(text + used, message.data, size);
            used += size;
        }
        message = octets_of(message.data + size, message.size - size);
    }
    text[used] = '\0';
}

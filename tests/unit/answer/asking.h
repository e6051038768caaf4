/*
 * asking.h - for tests: a server with one small zone, queries in hex, responses taken apart.
 */
#ifndef SWORN_TESTS_UNIT_ANSWER_ASKING_H
#define SWORN_TESTS_UNIT_ANSWER_ASKING_H

#include "host/answer/message/options.h"
#include "host/answer/message/settings.h"
#include "tests/unit/host/message_lines.h"

#define NO_RESPONSE  (-1)
#define NOT_HERE     (-2) /* ANSWER_ELSEWHERE */
#define HEADER       "1234 0000 0001 0000 0000 0000"
#define HEADER_EDNS  "1234 0000 0001 0000 0000 0001"
#define QNAME        "076578616d706c6500"
#define SOA_QUESTION QNAME "0006 0001"
#define PLAIN_OPT    "00 0029 04d0 00000000 0000"

struct asking {
    struct answer_server *server;
    struct answer_reader *reader;
    struct region region;
    struct answer_request request; /* transport, room and client for the next question */
    uint8_t query[2048];
    uint8_t response[65535];
    size_t size; /* of the last response */
    struct answer_facts facts;
    struct message_lines lines;
    bool has_opt;
    struct octets options; /* of its OPT record */
};

/** cmocka's set-up and tear-down, for `struct asking`. */
int asking_set_up(void **state);
int asking_tear_down(void **state);

/** Hex digits, blanks among them, to octets. */
size_t octets_from_hex(const char *hex, uint8_t *octets);

/**
 * Ask; a response must parse, fit, and have one OPT at most, as its last record.
 *
 * \return its response code, NO_RESPONSE or NOT_HERE
 */
int asking_send(struct asking *asking, struct octets query);
int asking_send_hex(struct asking *asking, const char *hex);

/** Ask for a type of a name with these options (hex). */
int asking_ask(struct asking *asking, const char *name, uint16_t type, const char *options_hex);

/** Data of the last response's option; NULL data when it is not there. */
struct octets asking_option(const struct asking *asking, unsigned code);

/** Put settings in force that must be right. */
void asking_configure(struct asking *asking, const struct answer_settings *settings);

#endif

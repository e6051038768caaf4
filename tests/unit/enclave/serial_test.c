/*
 * serial_test.c - which serial a commit has (RFC 1982): that of the SOA that the guard left in the
 * zone when it is ahead, else the next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dns/rr.h"
#include "core/dns/soa.h"
#include "tests/unit/enclave/host.h"

#include <stdlib.h>

#define APEX "demo.test."
#define SOA(mode, serial)                                                                          \
    "{\"UpdateRecord\":{\"mode\":\"" mode "\",\"record\":\"SOA\",\"name\":\"@\",\"content\":\""    \
    "ns.example. root.example. " serial " 1800 900 604800 300\",\"ttl\":\"300\"}}"
#define REMOVE_SOA(index)                                                                          \
    "{\"RemoveRecords\":{\"record\":\"SOA\",\"name\":\"@\",\"index\":" index "}}"
#define OPERATIONS_MAX 4

static int begin(void **state)
{
    struct host *host = malloc(sizeof(*host));

    assert_non_null(host);
    host_begin(host);
    *state = host;
    return 0;
}

static int end(void **state)
{
    host_end(*state);
    free(*state);
    return 0;
}

/* One request of several operations, taken over. */
static void update(struct host *host, const char *const operations[OPERATIONS_MAX])
{
    uint8_t octets[4096];
    struct writer argument = writer_over(octets, sizeof(octets));
    struct message_update message = {.time = host->time, .zone_id = host_zone_id(host, APEX)};
    struct host_reply reply;

    for (size_t i = 0; i < OPERATIONS_MAX && operations[i] != NULL; i++) {
        size_t size = strlen(operations[i]);

        for (int k = 0; k < 4; k++) {
            assert_int_equal(write_u8(&argument, (uint8_t)(size >> (8 * k))), SWORN_OK);
        }
        assert_int_equal(write_text(&argument, operations[i]), SWORN_OK);
    }
    message.argument = written(&argument);
    host_request(host, MESSAGE_UPDATE, &message, sizeof(message), &reply);
    assert_string_equal(reply.text, "");
    host_apply(host, &reply);
}

static uint32_t serial(struct host *host)
{
    struct rrset_key key;

    return soa_serial(host_value(host, APEX, APEX, RR_SOA, &key));
}

static void the_serial_is_that_of_the_soa_left_in_the_zone(void **state)
{
    static const struct {
        const char *operations[OPERATIONS_MAX];
        uint32_t serial;
    } cases[] = {
        {{NULL}, 2}, /* it was created with 1 */
        {{SOA("Set", "100")}, 100},
        {{SOA("Set", "100")}, 101}, /* not ahead */
        {{SOA("Set", "50")}, 102},
        {{SOA("Set", "300"), SOA("Set", "200")}, 200},
        /* One that was appended and taken away again is not in the zone, and counts nothing. */
        {{SOA("Append", "5000"), REMOVE_SOA("1")}, 201},
        {{SOA("Append", "5000"), REMOVE_SOA("0")}, 5000},
        {{SOA("Set", "6000"), SOA("Append", "7"), REMOVE_SOA("0")}, 6000},
        {{SOA("Set", "2147489648")}, 6001}, /* half the circle apart: not ahead */
        {{SOA("Set", "2147489648")}, 2147489648},
        {{SOA("Set", "4294967295")}, 4294967295},
        {{NULL}, 0},
        {{SOA("Set", "4294967295")}, 1},
    };
    struct host *host = *state;
    struct host_reply reply;

    host_create(host, APEX, 15, &reply);
    assert_string_equal(reply.text, "");
    host_apply(host, &reply);
    assert_int_equal(serial(host), 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        update(host, cases[i].operations);
        assert_int_equal(serial(host), cases[i].serial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_serial_is_that_of_the_soa_left_in_the_zone, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
